//! Where JSON values end. What these functions accept is valid JSON; they may
//! refuse valid JSON too, which is then left to serde_json, as is what is wrong.

use super::lanes;

/// Arrays and objects nested deeper are refused.
const MAX_DEPTH: usize = 32;

/// After spaces.
#[inline]
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(at) {
        at += 1;
    }
    at
}

/// Where the quote is that ends a string whose text begins at `at`, and whether
/// there are escapes in it.
#[inline]
pub(super) fn string(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let mut escaped = false;
    loop {
        at = lanes::position(bytes, at, |lane| {
            let special = [
                lanes::equal(lane, b'"'),
                lanes::equal(lane, b'\\'),
                lanes::below(lane, b' '),
            ];
            lanes::bits(special)
        });
        match bytes.get(at)? {
            b'"' => return Some((at, escaped)),
            b'\\' => {
                escaped = true;
                at += match bytes.get(at + 1)? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                    b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                    _ => return None,
                };
            }
            _ => return None,
        }
    }
}

/// Where the number ends that begins at `at`.
#[inline]
pub(super) fn number(bytes: &[u8], mut at: usize) -> Option<usize> {
    let digits = |at: usize| {
        let mut end = at;
        while let Some(b'0'..=b'9') = bytes.get(end) {
            end += 1;
        }
        (end > at).then_some(end)
    };
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    let mut end = digits(at)?;
    if bytes[at] == b'0' && end > at + 1 {
        return None;
    }
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(end) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Some(end)
}

/// Where `true`, `false` or `null` ends that begins at `at`.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let word: &[u8] = match rest.first()? {
        b't' => b"true",
        b'f' => b"false",
        _ => b"null",
    };
    rest.starts_with(word).then_some(at + word.len())
}

/// Where the array or object ends that begins at `at`.
pub(super) fn nested(bytes: &[u8], at: usize, depth: usize) -> Option<usize> {
    if depth > MAX_DEPTH {
        return None;
    }
    let is_object = bytes.get(at)? == &b'{';
    let close = if is_object { b'}' } else { b']' };
    let mut at = skip_space(bytes, at + 1);
    if bytes.get(at)? == &close {
        return Some(at + 1);
    }
    loop {
        if is_object {
            at = key(bytes, at)?.1;
        }
        at = match bytes.get(at)? {
            b'"' => string(bytes, at + 1)?.0 + 1,
            b'{' | b'[' => nested(bytes, at, depth + 1)?,
            b't' | b'f' | b'n' => word(bytes, at)?,
            _ => number(bytes, at)?,
        };
        match after(bytes, at, close)? {
            (next, true) => at = next,
            (end, false) => return Some(end),
        }
    }
}

/// Where the text of the key ends that begins at `at`, and where its value begins.
#[inline]
pub(super) fn key(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    if bytes.get(at)? != &b'"' {
        return None;
    }
    let (end, escaped) = string(bytes, at + 1)?;
    let colon = skip_space(bytes, end + 1);
    (!escaped && bytes.get(colon)? == &b':').then(|| (end, skip_space(bytes, colon + 1)))
}

/// After a value that ends at `at`: where the next begins, and `true`; or what
/// `close` closes ends, and `false`.
#[inline]
pub(super) fn after(bytes: &[u8], at: usize, close: u8) -> Option<(usize, bool)> {
    let at = skip_space(bytes, at);
    match *bytes.get(at)? {
        b',' => Some((skip_space(bytes, at + 1), true)),
        byte if byte == close => Some((at + 1, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn what_it_accepts_is_json(pieces in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", ",", ":", "\"a\"", "\"", "\"b\":", "\\", "\\n", "\\u00e9", "\\u12", "0", "01", "-", "1.5", "e9", ".", "true", "fals",
            "null", " ", "\t", "\n", "\u{1}", "é", "a long piece of text without an end",
        ]), 0..12)) {
            let text = format!("[{}", pieces.concat());
            if let Some(end) = nested(text.as_bytes(), 0, 0) {
                prop_assert!(serde_json::from_str::<IgnoredAny>(&text[..end]).is_ok(), "{}", &text[..end]);
            }
        }
    }

    #[test]
    fn usual_values_are_accepted() {
        for text in [
            "[]",
            "{}",
            "[ ]",
            "[1, -2.5e+3, 0, true, false, null]",
            "[{\"a\" : [\"x\\\"y\\u00e9\"], \"b\":{} }]",
            "[\"a text of more than sixteen characters, with an escape \\n in it\"]",
        ] {
            assert_eq!(nested(text.as_bytes(), 0, 0), Some(text.len()), "{text}");
        }
    }
}
