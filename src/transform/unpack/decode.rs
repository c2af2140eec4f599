//! From letters to bytes.

use std::borrow::Cow;

use base64_simd::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The bytes of base64 in either alphabet, padded or not, and whether it was the
/// URL-safe one; `None` for letters of both, or padding that is too much.
///
/// One letter too many is left out: a log cut the value short. Bits that the last
/// letter has too many are ignored, as most decoders do.
///
/// RFC 4648, sections 4 and 5. O(n), by SIMD.
pub fn base64(letters: &[u8]) -> Option<(Vec<u8>, bool)> {
    let body = letters.trim_ascii_end();
    let body = body.strip_suffix(b"=").unwrap_or(body);
    let body = body.strip_suffix(b"=").unwrap_or(body);
    let is_url = memchr::memchr2(b'-', b'_', body).is_some();
    let (whole, rest) = body.split_at(body.len() / 4 * 4);
    let decoder = match is_url {
        true => URL_SAFE_NO_PAD,
        false => STANDARD_NO_PAD,
    };
    let mut bytes = decoder.decode_to_vec(whole).ok()?;
    if rest.len() > 1 {
        let mut quantum = [b'A'; 4];
        quantum[..rest.len()].copy_from_slice(rest);
        let last = decoder.decode_to_vec(quantum).ok()?;
        bytes.extend_from_slice(&last[..rest.len() - 1]);
    }
    Some((bytes, is_url))
}

/// The bytes of an even number of hex digits.
pub(super) fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let (pairs, _) = digits.as_chunks::<2>();
    pairs
        .iter()
        .map(|&[high, low]| Some(value(high)? << 4 | value(low)?))
        .collect()
}

/// Whether letters look drawn at random, as those of packed or encrypted bytes do:
/// upper case, lower case and digits all along. Words, names, paths and hex
/// stay in one class for several letters; here two of three neighbours differ.
pub(super) fn is_mixed(letters: &[u8]) -> bool {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Upper,
        Lower,
        Digit,
        Sign,
    }
    let class = |byte: u8| match byte {
        b'A'..=b'Z' => Class::Upper,
        b'a'..=b'z' => Class::Lower,
        b'0'..=b'9' => Class::Digit,
        _ => Class::Sign,
    };
    // A long value is as its begin is.
    let head = &letters[..letters.len().min(1024)];
    let changes = head
        .windows(2)
        .filter(|pair| class(pair[0]) != class(pair[1]))
        .count();
    let count = |wanted: Class| head.iter().filter(|&&byte| class(byte) == wanted).count();
    let least = |wanted, share: usize| count(wanted) * share >= head.len();
    changes * 2 >= head.len()
        && least(Class::Upper, 5)
        && least(Class::Lower, 5)
        && least(Class::Digit, 25)
        && count(Class::Sign) * 10 <= head.len()
}

/// The bytes with each one XORed.
pub(super) fn xor(bytes: &[u8], key: u8) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ key).collect()
}

/// Bytes as text for a row: `4d 5a 90`.
pub(super) fn printable(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 3);
    for (i, byte) in bytes.iter().enumerate() {
        if i > 0 {
            text.push(' ');
        }
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Hex digits without blanks, as hashes are written.
pub(super) fn digest(bytes: &[u8]) -> String {
    printable(bytes).replace(' ', "")
}

/// The text of a part of a source.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_spelling_is_read() {
        type Row = (&'static str, &'static str, Option<(&'static [u8], bool)>);
        let rows: [Row; 9] = [
            ("padded twice", "QQ==", Some((b"A", false))),
            ("unpadded", "QQ", Some((b"A", false))),
            ("padded once", "QUI=", Some((b"AB", false))),
            ("whole", "QUJD", Some((b"ABC", false))),
            ("cut short by three letters", "QUJDR", Some((b"ABC", false))),
            ("bits that are too many", "QR==", Some((b"A", false))),
            ("url-safe", "-_-_", Some((b"\xfb\xff\xbf", true))),
            ("standard", "+/+/", Some((b"\xfb\xff\xbf", false))),
            ("both alphabets", "-_+/", None),
        ];
        for (name, letters, expected) in rows {
            let decoded = base64(letters.as_bytes());
            let expected = expected.map(|(bytes, is_url)| (bytes.to_vec(), is_url));
            assert_eq!(decoded, expected, "{name}");
        }
    }

    #[test]
    fn random_letters_are_mixed_and_words_are_not() {
        let rows = [
            (
                "random",
                "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kKvN7xI0Vng",
                true,
            ),
            (
                "camelCase",
                "getUserAccountControlFlagsFromActiveDirectoryObject2WithRetries",
                false,
            ),
            (
                "a path",
                "/usr/lib/x86_64/python3/dist/packages/setuptools/_vendor/importlib",
                false,
            ),
            (
                "hex",
                "d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e",
                false,
            ),
            ("one letter", &"A".repeat(64), false),
        ];
        for (name, letters, expected) in rows {
            assert_eq!(is_mixed(letters.as_bytes()), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn base64_gives_back_any_bytes(bytes: Vec<u8>) {
            let standard = base64_simd::STANDARD.encode_to_string(&bytes);
            prop_assert_eq!(base64(standard.as_bytes()).map(|(bytes, _)| bytes), Some(bytes.clone()));
            let url = URL_SAFE_NO_PAD.encode_to_string(&bytes);
            prop_assert_eq!(base64(url.as_bytes()).map(|(bytes, _)| bytes), Some(bytes.clone()));
            prop_assert_eq!(hex(digest(&bytes).as_bytes()), Some(bytes));
        }
    }
}
