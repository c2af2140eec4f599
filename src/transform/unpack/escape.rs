//! Bytes written as escapes or numbers: `%41`, `\x41`, `65, 66`, `[char]65`.

use super::find::{Candidate, Coding};

/// Fewer escapes are an ordinary URL or string.
const LEAST_ESCAPES: usize = 8;
/// Plain bytes that may stand between two escapes.
const MOST_PLAIN: usize = 16;
/// Fewer numbers are a list of something else.
const LEAST_NUMBERS: usize = 12;
const LEAST_CHARS: usize = 4;
/// Blanks in a place that needs none, where those who hide something put some.
const MOST_BLANK: usize = 4;
/// Bytes between two numbers, such as `", _\r\n    "`.
const MOST_BETWEEN: usize = 24;

/// Adds what is found in `text`, kind by kind.
pub(super) fn candidates(text: &[u8], found: &mut Vec<Candidate>) {
    escapes(text, found);
    let mut end = 0;
    for comma in memchr::memchr_iter(b',', text) {
        if comma >= end {
            end = numbers(text, comma, end, found);
        }
    }
    let mut end = 0;
    for at in memchr::memchr3_iter(b'[', b'c', b'C', text) {
        if at >= end && (at == 0 || !text[at - 1].is_ascii_alphabetic()) {
            end = chars(text, at, found);
        }
    }
}

fn escapes(text: &[u8], found: &mut Vec<Candidate>) {
    let mut after = 0;
    for start in memchr::memchr2_iter(b'%', b'\\', text) {
        if start < after {
            continue;
        }
        let Some((_, length)) = escape(text, start) else {
            continue;
        };
        let (mut end, mut count, mut escaped) = (start + length, 1, length);
        let mut at = end;
        while at < text.len() && at - end <= MOST_PLAIN {
            match escape(text, at).filter(|_| text[at] == text[start]) {
                Some((_, length)) => {
                    at += length;
                    (end, count, escaped) = (at, count + 1, escaped + length);
                }
                None if is_plain(text[at]) => at += 1,
                None => break,
            }
        }
        // What was looked at in vain holds no other begin of that kind.
        after = end;
        // Most of it is escaped: URLs escape here and there.
        if count >= LEAST_ESCAPES && escaped * 3 >= (end - start) * 2 {
            found.push(Candidate {
                start,
                end,
                coding: match text[start] {
                    b'%' => Coding::Percent,
                    _ => Coding::Backslash,
                },
            });
        }
    }
}

/// Whether a byte stands for itself between escapes.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'%' | b'\\' | b'`')
}

/// The escape at `at`: its value and its length. <https://url.spec.whatwg.org/#percent-encoded-bytes>; `%u` is
/// that of JavaScript's `unescape`.
fn escape(text: &[u8], at: usize) -> Option<(u16, usize)> {
    let digits = match (text.get(at)?, text.get(at + 1)?) {
        (b'%' | b'\\', b'u' | b'U') => at + 2..at + 6,
        (b'\\', b'x' | b'X') => at + 2..at + 4,
        (b'%', _) => at + 1..at + 3,
        _ => return None,
    };
    let length = digits.end - at;
    Some((hex(text.get(digits)?)?, length))
}

fn hex(digits: &[u8]) -> Option<u16> {
    let mut value = 0;
    for &digit in digits {
        value = value << 4 | char::from(digit).to_digit(16)? as u16;
    }
    Some(value)
}

/// Looks for numbers on both sides of the comma at `comma`, but not before
/// `earliest`; returns up to where it looked.
fn numbers(text: &[u8], comma: usize, earliest: usize, found: &mut Vec<Candidate>) -> usize {
    const LONGEST: usize = 4;
    let before = |end: usize, most: usize, set: fn(&&u8) -> bool| {
        let head = &text[end.saturating_sub(most).max(earliest)..end];
        end - head.iter().rev().take_while(set).count()
    };
    let blank = before(comma, MOST_BLANK, |byte| byte.is_ascii_whitespace());
    let start = before(blank, LONGEST, |byte| byte.is_ascii_alphanumeric());
    let (mut at, mut end, mut count) = (start, start, 0);
    while let Some((_, length)) = number(text, at) {
        end = at + length;
        count += 1;
        match between_numbers(text, end) {
            Some(next) => at = next,
            None => break,
        }
    }
    if count >= LEAST_NUMBERS {
        found.push(Candidate {
            start,
            end,
            coding: Coding::Numbers,
        });
    }
    end.max(comma + 1)
}

/// The number of a byte at `at`, decimal or `0x…`, and its length.
fn number(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = text.get(at..)?;
    let (digits, radix, prefix) = match rest {
        [b'0', b'x' | b'X', digits @ ..] => (digits, 16, 2),
        digits => (digits, 10, 0),
    };
    let count = digits
        .iter()
        .take(4)
        .take_while(|&&byte| char::from(byte).is_digit(radix))
        .count();
    let value = std::str::from_utf8(&digits[..count]).ok()?;
    let value = u8::from_str_radix(value, radix).ok()?;
    let ends = digits.get(count).is_none_or(|byte| {
        !byte.is_ascii_alphanumeric() && *byte != b'.' && *byte != b'_' && *byte != b':'
    });
    ends.then_some((value, prefix + count))
}

/// Where the next number of a list stands, after a comma, blanks and the signs by
/// which PowerShell and Visual Basic go on in the next line.
fn between_numbers(text: &[u8], at: usize) -> Option<usize> {
    let mut commas = 0;
    for (i, byte) in text[at..].iter().take(MOST_BETWEEN).enumerate() {
        match byte {
            b',' => commas += 1,
            b' ' | b'\t' | b'\r' | b'\n' | b'`' | b'_' => {}
            b'0'..=b'9' if commas == 1 => return Some(at + i),
            _ => break,
        }
    }
    None
}

/// Looks for a chain of characters by number from `start`; returns up to where.
fn chars(text: &[u8], start: usize, found: &mut Vec<Candidate>) -> usize {
    let (mut at, mut end, mut count) = (start, start, 0);
    while let Some((_, length)) = char_call(text, at) {
        end = at + length;
        count += 1;
        let joined = |byte: &&u8| b" \t\r\n+,&()'\"`".contains(byte);
        at = end + text[end..].iter().take(8).take_while(joined).count();
    }
    if count >= LEAST_CHARS {
        found.push(Candidate {
            start,
            end,
            coding: Coding::Chars,
        });
    }
    end.max(start + 1)
}

/// `[char]65`, `[ Char ] (0x41)`, `Chr(65)` or `ChrW(65)` at `at`: its value and length.
fn char_call(text: &[u8], at: usize) -> Option<(u8, usize)> {
    const CAST: [&[u8]; 3] = [b"[", b"char", b"]"];
    let cast = CAST.iter().try_fold(at, |at, word| after(text, at, word));
    let call = || {
        [&b"chrw"[..], b"chr"]
            .iter()
            .find_map(|name| after(text, at, name))
    };
    let next = cast.or_else(call)?;
    let open = after(text, next, b"(");
    let from = open.or(cast)?;
    let (value, length) = number(text, from)?;
    let end = match open {
        Some(_) => skip_blanks(text, from + length) + 1,
        None => from + length,
    };
    let is_closed = open.is_none() || text.get(end - 1) == Some(&b')');
    is_closed.then_some((value, end - at))
}

/// Where to go on after `word`, in any case, and blanks.
#[inline]
fn after(text: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    let head = text.get(at..at + word.len())?;
    let is_word = head.eq_ignore_ascii_case(word);
    is_word.then(|| skip_blanks(text, at + word.len()))
}

fn skip_blanks(text: &[u8], at: usize) -> usize {
    let blanks = text[at..].iter().take(MOST_BLANK);
    at + blanks.take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The bytes that a candidate of this module is written for.
pub(super) fn decode(run: &[u8], coding: Coding) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(run.len() / 3);
    let mut at = 0;
    match coding {
        Coding::Numbers => {
            while let Some((value, length)) = number(run, at) {
                bytes.push(value);
                match between_numbers(run, at + length) {
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
        Coding::Chars => {
            while at < run.len() {
                match char_call(run, at) {
                    Some((value, length)) => {
                        bytes.push(value);
                        at += length;
                    }
                    None => at += 1,
                }
            }
        }
        _ => return unescape(run),
    }
    bytes
}

/// Each escape is a character, and so is each sign between two. If any is 256 or
/// more, all are two bytes, the lower first: so shellcode is written for `unescape`.
fn unescape(run: &[u8]) -> Vec<u8> {
    let mut units = Vec::with_capacity(run.len() / 2);
    let mut at = 0;
    while at < run.len() {
        let (value, length) = escape(run, at).unwrap_or((run[at].into(), 1));
        units.push(value);
        at += length;
    }
    let narrow: Option<Vec<u8>> = units.iter().map(|&unit| unit.try_into().ok()).collect();
    narrow.unwrap_or_else(|| units.into_iter().flat_map(u16::to_le_bytes).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Coding, String)> {
        let mut found = Vec::new();
        candidates(text.as_bytes(), &mut found);
        let decoded = found.iter().map(|candidate| {
            let run = &text.as_bytes()[candidate.start..candidate.end];
            let bytes = decode(run, candidate.coding);
            (
                candidate.coding,
                String::from_utf8_lossy(&bytes).into_owned(),
            )
        });
        decoded.collect()
    }

    #[test]
    fn escapes_and_numbers_are_read() {
        let rows: [(&str, Option<(Coding, &str)>); 14] = [
            (
                "%3C%73%63%72%69%70%74%3E1%3C%2F",
                Some((Coding::Percent, "<script>1</")),
            ),
            (
                "/search?q=a%20b%20c&x=%2Fhome%2Fuser%20longer%20and%20so%20on",
                None,
            ),
            (
                r"'\x63\x6d\x64\x2e\x65\x78\x65\x20'",
                Some((Coding::Backslash, "cmd.exe ")),
            ),
            (
                "%u0063%u006d%u0064%u0020%u0063%u006d%u0064%u0020",
                Some((Coding::Percent, "cmd cmd ")),
            ),
            (
                "%u6d63%u2064%u6d63%u2064%u6d63%u2064%u6d63%u2064",
                Some((Coding::Percent, "cmd cmd cmd cmd ")),
            ),
            (
                r"\u0041\u0042,\u0043\u0044\u0045\u0046\u0047\u0448",
                Some((Coding::Backslash, "A\0B\0,\0C\0D\0E\0F\0G\0H\u{4}")),
            ),
            (
                "$b = 72, 101,108,108,111,32,\r\n  119,111,114,108,0x64,33;",
                Some((Coding::Numbers, "Hello world!")),
            ),
            (
                "(72 , 101 , 108 , 108 , 111 , 32 , 119 , 111 , 114 , 108 , 100 , 33)",
                Some((Coding::Numbers, "Hello world!")),
            ),
            (
                "[ char ]73 + [Char] ( 69 )+[char]88 +[char ] 32",
                Some((Coding::Chars, "IEX ")),
            ),
            ("[char](73 [char](73 [char](73 [char](73", None),
            ("1,2,3,4,5,6", None),
            ("1.1,2.2,3.3,4.4,5.5,6.6,7.7,8.8,9.9,1.1,1.2,1.3,1.4", None),
            (
                "[char]73 + [CHAR]0x45+[char](88)+ [char]32",
                Some((Coding::Chars, "IEX ")),
            ),
            (
                "Chr(99) & Chr(109) & Chr(100) & ChrW(46)",
                Some((Coding::Chars, "cmd.")),
            ),
        ];
        for (text, expected) in rows {
            let expected: Vec<_> = expected
                .map(|(coding, text)| (coding, text.to_string()))
                .into_iter()
                .collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }
}
