//! Makes indicators harmless to click on, and turns them back.
//!
//! Analysts write `hxxp://evil[.]com` so that nobody opens it by accident.
//! `Refanged` undoes every common way to write that, and remembers where each
//! byte came from, so that extraction scans plain text and still reports where
//! an indicator stands and how it was written.

use crate::order::sort_by_number;
use memchr::{memchr_iter, memchr3_iter};

/// Text with defanged forms undone.
#[derive(Debug)]
pub(crate) struct Refanged {
    pub(crate) text: Vec<u8>,
    /// For each replacement: where it ends in `text`, where it ends in the
    /// original, and where it begins in `text`; in ascending order.
    edits: Vec<Edit>,
}

#[derive(Debug, Clone, Copy)]
struct Edit {
    start: usize,
    end: usize,
    original_start: usize,
    original_end: usize,
}

impl Refanged {
    /// `None` where there is nothing to undo, which is the usual case.
    pub(crate) fn of(original: &[u8]) -> Option<Self> {
        let marks = find_marks(original);
        if marks.is_empty() {
            return None;
        }
        let mut text = Vec::with_capacity(original.len());
        let mut edits = Vec::with_capacity(marks.len());
        let mut at = 0;
        for mark in marks {
            if mark.start < at {
                continue;
            }
            text.extend_from_slice(&original[at..mark.start]);
            let start = text.len();
            text.extend_from_slice(mark.plain);
            let (original_start, end) = (mark.start, text.len());
            edits.push(Edit {
                start,
                end,
                original_start,
                original_end: mark.end,
            });
            at = mark.end;
        }
        text.extend_from_slice(&original[at..]);
        Some(Self { text, edits })
    }

    /// Where the text from `start` to `end` stood in the original.
    pub(crate) fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let place = |at: usize, is_end: bool| {
            let after = self
                .edits
                .partition_point(|edit| edit.start < at || (!is_end && edit.start == at));
            let Some(edit) = after.checked_sub(1).map(|i| self.edits[i]) else {
                return at;
            };
            match at < edit.end {
                true if is_end => edit.original_end,
                true => edit.original_start,
                false => edit.original_end + (at - edit.end),
            }
        };
        (place(start, false), place(end, true))
    }

    /// Whether something between `start` and `end` was defanged.
    pub(crate) fn touches(&self, start: usize, end: usize) -> bool {
        let first = self.edits.partition_point(|edit| edit.end <= start);
        self.edits.get(first).is_some_and(|edit| edit.start < end)
    }
}

/// A defanged form and what it stands for.
#[derive(Debug, Clone, Copy)]
struct Mark {
    start: usize,
    end: usize,
    plain: &'static [u8],
}

/// All defanged forms, from left to right. Linear: a form is at most
/// [`LONGEST`] bytes long, and each is looked for at its own first byte.
fn find_marks(text: &[u8]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = memchr3_iter(b'[', b'(', b'{', text)
        .filter_map(|at| bracket(text, at))
        .collect();
    let brackets = marks.len();
    marks.extend(memchr_iter(b']', text).filter_map(|at| half_bracket(text, at)));
    marks.extend(memchr3_iter(b'x', b'X', b'*', text).filter_map(|at| scheme(text, at)));
    if marks.len() > brackets {
        sort_by_number(&mut marks, |mark| mark.start as u64);
    }
    marks
}

/// Whether a defanged form begins with the two bytes at `at`, which may be an
/// open bracket and what follows it, `.]`, or the begin of a scheme.
pub(crate) fn is_form(text: &[u8], at: usize) -> bool {
    match text[at] {
        b'[' | b'(' | b'{' => bracket(text, at),
        b'.' => half_bracket(text, at + 1),
        _ => scheme(text, at + 1),
    }
    .is_some()
}

/// Longest form inside brackets, and most blanks beside them.
const LONGEST: usize = 5;
const BLANKS: usize = 2;

/// `[.]`, `(dot)`, `{at}`, `[:]`, `[://]`, `[/]`, `[.`: brackets of any kind,
/// with up to two blanks on both sides for dots and ats.
fn bracket(text: &[u8], open: usize) -> Option<Mark> {
    let rest = &text[open + 1..];
    let close = match text[open] {
        b'[' => b']',
        b'(' => b')',
        _ => b'}',
    };
    let length = rest
        .iter()
        .take(LONGEST + 1)
        .position(|&byte| byte == close);
    let inside = length.map(|length| rest[..length].to_ascii_lowercase());
    let (plain, joins): (&[u8], bool) = match inside.as_deref() {
        Some(b"." | b"dot" | b" . ") => (b".", true),
        Some(b"@" | b"at") => (b"@", true),
        Some(b":") => (b":", false),
        Some(b"/") => (b"/", false),
        Some(b"//") => (b"//", false),
        Some(b"://") => (b"://", false),
        _ if text[open] == b'[' && rest.first() == Some(&b'.') => {
            return half(text, open, open, open + 2, b".");
        }
        _ => return None,
    };
    let end = open + 1 + length? + 1;
    if !joins {
        let joined = open > 0 && is_word(text[open - 1]);
        return joined.then_some(Mark {
            start: open,
            end,
            plain,
        });
    }
    let before = text[..open]
        .iter()
        .rev()
        .take(BLANKS)
        .take_while(|&&byte| byte == b' ')
        .count();
    let after = text[end..]
        .iter()
        .take(BLANKS)
        .take_while(|&&byte| byte == b' ')
        .count();
    // Blanks on one side only are those of a sentence.
    if (before == 0) != (after == 0) {
        return None;
    }
    let (start, end) = (open - before, end + after);
    let joined =
        start > 0 && is_word(text[start - 1]) && text.get(end).is_some_and(|&byte| is_word(byte));
    joined.then_some(Mark { start, end, plain })
}

/// `.]`, the other half of a careless `[.]`.
fn half_bracket(text: &[u8], close: usize) -> Option<Mark> {
    let dot = close.checked_sub(1)?;
    (text[dot] == b'.').then(|| half(text, dot, dot, close + 1, b"."))?
}

fn half(text: &[u8], left: usize, start: usize, end: usize, plain: &'static [u8]) -> Option<Mark> {
    let joined =
        left > 0 && is_word(text[left - 1]) && text.get(end).is_some_and(|&byte| is_word(byte));
    joined.then_some(Mark { start, end, plain })
}

/// `hxxp`, `h**p`, `fxp` and their kin, where a colon or bracket follows.
fn scheme(text: &[u8], at: usize) -> Option<Mark> {
    /// A form, and what it and its secure sibling stand for.
    type Form = (&'static [u8], &'static [u8], &'static [u8]);
    const FORMS: [Form; 4] = [
        (b"hxxp", b"http", b"https"),
        (b"h**p", b"http", b"https"),
        (b"hxtp", b"http", b"https"),
        (b"fxp", b"ftp", b"ftps"),
    ];
    for (form, plain, secure_plain) in FORMS {
        let Some(start) = at.checked_sub(1) else {
            continue;
        };
        let end = start + form.len();
        if !text
            .get(start..end)
            .is_some_and(|found| found.eq_ignore_ascii_case(form))
        {
            continue;
        }
        let (end, plain) = match text.get(end) {
            Some(b's' | b'S') => (end + 1, secure_plain),
            _ => (end, plain),
        };
        let next = text.get(end);
        let prefix = start > 0 && matches!(text[start - 1], b's' | b'S') && form == b"fxp";
        let bounded = prefix || start == 0 || !text[start - 1].is_ascii_alphanumeric();
        if bounded && matches!(next, Some(b':' | b'[' | b'(' | b'{')) {
            return Some(Mark { start, end, plain });
        }
    }
    None
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b':' | b'/' | b'@' | b']')
        || !byte.is_ascii()
}

/// Undoes defanged forms: `hxxps[:]//evil[.]com` is `https://evil.com` again.
///
/// Known are, in any case: `hxxp`, `h**p`, `fxp`; dots as `[.]`, `(.)`, `{.}`,
/// `[dot]`, `(dot)`, `{dot}`, `[.`, `.]`; `[at]`, `(at)`, `[@]`; `[:]`, `[://]`,
/// `[/]`; and up to two blanks on both sides of dots and ats. Other text stays as it is.
/// O(n).
///
/// ```
/// use huntbook::transform::defang::refang;
/// assert_eq!(refang("hXXp[:]//evil (dot) com"), "http://evil.com");
/// ```
pub fn refang(text: &str) -> String {
    match Refanged::of(text.as_bytes()) {
        None => text.to_string(),
        Some(refanged) => {
            String::from_utf8(refanged.text).expect("whole ASCII forms are replaced by ASCII")
        }
    }
}

/// Defangs an indicator, so that no program makes a link of it:
/// `http://evil.com` becomes `hXXp://evil[.]com`, as msticpy writes it.
///
/// Dots of the host and the scheme change; paths, hashes and text without dots
/// stay. An already defanged text stays as it is. `refang` gives the original
/// back. O(n).
pub fn defang(text: &str) -> String {
    if Refanged::of(text.as_bytes()).is_some() {
        return text.to_string();
    }
    let (scheme, rest) = match text.find("://") {
        Some(end) => text.split_at(end + 3),
        None => ("", text),
    };
    let host_end = match scheme {
        "" => rest.len(),
        _ => rest.find(['/', '?', '#']).unwrap_or(rest.len()),
    };
    let (host, tail) = rest.split_at(host_end);
    let mut out = String::with_capacity(text.len() + 8);
    match scheme.to_ascii_lowercase().as_str() {
        "http://" | "https://" => {
            out.push_str("hXXp");
            out.push_str(&scheme[4..]);
        }
        "ftp://" | "ftps://" => {
            out.push_str("fXp");
            out.push_str(&scheme[3..]);
        }
        _ => out.push_str(scheme),
    }
    let bytes = host.as_bytes();
    for (at, letter) in host.char_indices() {
        let joined = at > 0
            && is_word(bytes[at - 1])
            && bytes.get(at + 1).is_some_and(|&byte| is_word(byte));
        match letter {
            '.' if joined => out.push_str("[.]"),
            '@' if joined => out.push_str("[AT]"),
            other => out.push(other),
        }
    }
    out + tail
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn forms_and_what_they_stand_for() {
        for (defanged, plain) in [
            ("hxxp://evil[.]com", "http://evil.com"),
            ("HXXPS[:]//evil(.)com", "https://evil.com"),
            ("h**p[://]evil{dot}com/a", "http://evil.com/a"),
            ("fxp://evil[.com", "ftp://evil.com"),
            ("bob [at] evil [dot] com", "bob@evil.com"),
            ("192[.]0.2(.)1", "192.0.2.1"),
            ("array[.] and f(x)", "array[.] and f(x)"),
            ("boxxp: {at}", "boxxp: {at}"),
        ] {
            assert_eq!(refang(defanged), plain, "{defanged}");
        }
    }

    #[test]
    fn defanged_as_msticpy_does() {
        for (plain, defanged) in [
            ("http://a.com/x.y", "hXXp://a[.]com/x.y"),
            ("1.2.3.4", "1[.]2[.]3[.]4"),
            ("a@b.com", "a[AT]b[.]com"),
            ("a[.]com", "a[.]com"),
            (
                "d41d8cd98f00b204e9800998ecf8427e",
                "d41d8cd98f00b204e9800998ecf8427e",
            ),
        ] {
            assert_eq!(defang(plain), defanged);
        }
    }

    proptest! {
        #[test]
        fn refang_undoes_defang(
            scheme in prop::sample::select(vec!["", "http://", "https://", "ftp://", "ftps://", "ssh://"]),
            user in "([a-z0-9]{1,6}@)?",
            host in "[a-z0-9-]{1,8}(\\.[a-z0-9-]{1,8}){1,4}",
            path in "(/[a-z0-9.?=&%]{0,12})?",
        ) {
            let plain = format!("{scheme}{user}{host}{}", if scheme.is_empty() { "" } else { &path });
            prop_assert_eq!(refang(&defang(&plain)), plain);
        }

        #[test]
        fn no_text_panics(text in "[\\[\\](){}.a@:/hxp* é]{0,40}") {
            let refanged = Refanged::of(text.as_bytes());
            if let Some(refanged) = refanged {
                for at in 0..refanged.text.len() {
                    let (start, end) = refanged.original(at, at + 1);
                    prop_assert!(start < end && end <= text.len());
                }
            }
        }
    }
}
