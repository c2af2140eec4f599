//! Turns text of any usual encoding into UTF-8 without a byte order mark.

/// Text as UTF-8, what it was, and a note if that was a guess.
pub(super) struct Decoded {
    pub(super) text: Vec<u8>,
    pub(super) encoding: &'static str,
    pub(super) note: Option<String>,
}

/// UTF-8 and UTF-16 by their byte order marks; UTF-16 without one where every
/// other byte is zero; else UTF-8; else Windows-1252, of which any bytes are text.
pub(super) fn decode(mut bytes: Vec<u8>) -> Decoded {
    let certain = |text, encoding| Decoded {
        text,
        encoding,
        note: None,
    };
    match bytes.as_slice() {
        [0xef, 0xbb, 0xbf, ..] => {
            bytes.drain(..3);
        }
        [0xff, 0xfe, rest @ ..] => {
            return certain(from_utf16(rest, u16::from_le_bytes), "utf-16le");
        }
        [0xfe, 0xff, rest @ ..] => {
            return certain(from_utf16(rest, u16::from_be_bytes), "utf-16be");
        }
        _ => {}
    }
    match zeros(&bytes) {
        (0, 0) => {}
        (even, odd) if odd > 8 * even => {
            return certain(from_utf16(&bytes, u16::from_le_bytes), "utf-16le");
        }
        (even, odd) if even > 8 * odd => {
            return certain(from_utf16(&bytes, u16::from_be_bytes), "utf-16be");
        }
        _ => {}
    }
    if simdutf8::basic::from_utf8(&bytes).is_ok() {
        return certain(bytes, "utf-8");
    }
    let Err(error) = std::str::from_utf8(&bytes) else {
        return certain(bytes, "utf-8");
    };
    let text: String = bytes.iter().map(|&byte| from_windows_1252(byte)).collect();
    let note = format!(
        "byte {} is not UTF-8, so the file was read as Windows-1252",
        error.valid_up_to()
    );
    Decoded {
        text: text.into_bytes(),
        encoding: "windows-1252",
        note: Some(note),
    }
}

/// How many of the first bytes in even and odd places are zero.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let head = &bytes[..bytes.len().min(4096)];
    let count = |first: usize| {
        head.iter()
            .skip(first)
            .step_by(2)
            .filter(|&&byte| byte == 0)
            .count()
    };
    let (even, odd) = (count(0), count(1));
    if even.max(odd) * 4 > head.len() {
        (even, odd)
    } else {
        (0, 0)
    }
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String = char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.into_bytes()
}

/// <https://encoding.spec.whatwg.org/#windows-1252>; the rest is Latin-1.
fn from_windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž',
        '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_encodings() {
        for (bytes, text, encoding) in [
            (b"\xef\xbb\xbfa\xc3\xa9".to_vec(), "aé", "utf-8"),
            (b"\xff\xfea\0\xe9\0".to_vec(), "aé", "utf-16le"),
            (b"\xfe\xff\0a\0\xe9".to_vec(), "aé", "utf-16be"),
            (b"a\0,\0b\0\n\0".to_vec(), "a,b\n", "utf-16le"),
            (b"a\xe9\x80".to_vec(), "aé€", "windows-1252"),
        ] {
            let decoded = decode(bytes);
            assert_eq!(
                (
                    String::from_utf8_lossy(&decoded.text).as_ref(),
                    decoded.encoding
                ),
                (text, encoding)
            );
        }
    }
}
