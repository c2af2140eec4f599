//! Where encoded data may stand in a text.
//!
//! Base64 and hex are runs of their letters: a run of at least `n` letters covers
//! every `n`th byte, so that looking back from there skips most of a text. A run
//! goes on over line ends, and over what else may stand between the parts of one
//! value (see [`JOINTS`]). Whether it is encoded data is not decided here, but by
//! what it decodes to. The whole is linear.

use super::escape;
use crate::order::{pair, sort_by_number};

/// How a candidate is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// Base64 of either alphabet, or hex.
    Letters,
    /// `%41`, `%u0041`.
    Percent,
    /// `\x41`, `\u0041`.
    Backslash,
    /// `65, 66`, `0x41,0x42`.
    Numbers,
    /// `[char]65+[char]66`, `Chr(65) & Chr(66)`.
    Chars,
}

/// A part of a text that may be encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) coding: Coding,
}

/// A line of wrapped base64 has at least so many letters, but for the last.
const LEAST_LINE: usize = 32;
/// Blanks at the begin of a wrapped line.
const MOST_INDENT: usize = 16;

/// What may stand between two parts of one value, and the letter that it is:
/// URLs and JSON escape `+`, `/` and `=`, programs add strings.
const JOINTS: [(&[u8], Option<u8>); 13] = [
    (b"%2b", Some(b'+')),
    (b"%2f", Some(b'/')),
    (b"%3d", Some(b'=')),
    (b"\\/", Some(b'/')),
    (b"\\u002b", Some(b'+')),
    (b"\\u002f", Some(b'/')),
    (b"\\u003d", Some(b'=')),
    (b"'+'", None),
    (b"\"+\"", None),
    (b"\"&\"", None),
    (b"' + '", None),
    (b"\" + \"", None),
    (b"\" & \"", None),
];

/// Whether a byte is a letter of base64, of either alphabet, without padding.
const LETTER: [bool; 256] = {
    let mut set = [false; 256];
    let mut i = 0;
    while i < 256 {
        let byte = i as u8;
        set[i] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        i += 1;
    }
    set
};

pub(super) fn is_letter(byte: u8) -> bool {
    LETTER[usize::from(byte)]
}

/// Every candidate in `text`, in the order of their places; they may overlap.
/// `min_length` counts the letters of a run.
pub(super) fn candidates(text: &[u8], min_length: usize) -> Vec<Candidate> {
    let mut found = Vec::new();
    runs(text, min_length.max(4), &mut found);
    escape::candidates(text, &mut found);
    sort_by_number(&mut found, |candidate| {
        pair(candidate.start as u32, !(candidate.end as u32))
    });
    found
}

fn runs(text: &[u8], min_length: usize, found: &mut Vec<Candidate>) {
    let mut at = 0;
    while at + min_length <= text.len() {
        let window = &text[at..at + min_length];
        if let Some(other) = window.iter().rposition(|&byte| !is_letter(byte)) {
            at += other + 1;
            continue;
        }
        let earliest = found.last().map_or(0, |last| last.end);
        let start = run_start(text, at, earliest);
        let end = run_end(text, at);
        found.push(Candidate {
            start,
            end,
            coding: Coding::Letters,
        });
        at = end;
    }
}

/// Where a run that goes on at `at` begins: before joints, but not before
/// `earliest`, nor at the letters of an escape such as `\n` or `%3D`.
fn run_start(text: &[u8], at: usize, earliest: usize) -> usize {
    let mut start = at;
    while let Some((joint_start, joint_end, letter)) = joint_before(text, start, earliest) {
        let head = &text[earliest..joint_start];
        let letters = head.iter().rev().take_while(|&&byte| is_letter(byte));
        let count = letters.count();
        if count == 0 || letter == Some(b'=') {
            return joint_end;
        }
        start = joint_start - count;
    }
    let is_escape = matches!(text.get(start), Some(b'n' | b'r' | b't'));
    match is_escape && start > earliest && text[start - 1] == b'\\' {
        true => start + 1,
        false => start,
    }
}

/// The joint before the run that begins at `start`: its begin, its end and its
/// letter. Of a joint that is a letter, all but the first byte are letters, so
/// that the run seems to begin in it.
fn joint_before(text: &[u8], start: usize, earliest: usize) -> Option<(usize, usize, Option<u8>)> {
    if start == earliest {
        return None;
    }
    if let Some((length, letter @ Some(_))) = joint(text, start - 1) {
        return Some((start - 1, start - 1 + length, letter));
    }
    if !matches!(text[start - 1], b'\'' | b'"') {
        return None;
    }
    let before = &text[earliest..start];
    let strings = JOINTS.iter().filter(|(_, letter)| letter.is_none());
    let mut ends = strings.filter(|(joint, _)| before.ends_with(joint));
    let (joint, _) = ends.next()?;
    Some((start - joint.len(), start, None))
}

/// Where the run ends that goes on at `at`, its padding included.
fn run_end(text: &[u8], at: usize) -> usize {
    let mut end = letters_end(text, at);
    let mut line = end - at;
    loop {
        if let Some((length, letter)) = joint(text, end) {
            let next = end + length;
            let more = letters_end(text, next) - next;
            if more > 0 && letter != Some(b'=') {
                line += length + more;
                end = next + more;
                continue;
            }
        }
        let padded = padding_end(text, end);
        if padded > end {
            return padded;
        }
        let Some(next) = next_line(text, end).filter(|_| line >= LEAST_LINE) else {
            return end;
        };
        let next_end = letters_end(text, next);
        if !closes(text, next_end) || next_end == next {
            return end;
        }
        let padded = padding_end(text, next_end);
        let is_last = next_end - next < LEAST_LINE;
        let is_finished = (end - at).is_multiple_of(4) && !(next_end - next).is_multiple_of(4);
        // A word below a finished value is not its last line.
        if is_last && padded == next_end && is_finished {
            return end;
        }
        (line, end) = (next_end - next, next_end);
    }
}

/// Whether a line of a wrapped value may end here: there ends the line, the value
/// or the text.
fn closes(text: &[u8], at: usize) -> bool {
    match text.get(padding_end(text, at)) {
        None | Some(b'\'' | b'"' | b'<' | b'\n' | b'\r' | b')' | b',' | b';' | 0) => true,
        Some(b'\\') => next_line(text, at).is_some(),
        Some(_) => joint(text, at).is_some(),
    }
}

#[inline]
fn letters_end(text: &[u8], at: usize) -> usize {
    let letters = text[at..].iter().take_while(|&&byte| is_letter(byte));
    at + letters.count()
}

fn padding_end(text: &[u8], at: usize) -> usize {
    let mut end = at;
    for _ in 0..2 {
        if text.get(end) == Some(&b'=') {
            end += 1;
        } else if let Some((length, Some(b'='))) = joint(text, end) {
            end += length;
        }
    }
    end
}

/// Where the next line begins if one ends at `at`; in JSON and source code a line
/// end is written `\n` or `\r\n`.
fn next_line(text: &[u8], at: usize) -> Option<usize> {
    const ENDS: [&[u8]; 5] = [b"\r\n", b"\n", b"\r", b"\\r\\n", b"\\n"];
    if !matches!(text.get(at)?, b'\n' | b'\r' | b'\\') {
        return None;
    }
    let end = ENDS.iter().find(|end| text[at..].starts_with(end))?;
    let next = at + end.len();
    let blanks = text[next..].iter().take(MOST_INDENT);
    Some(
        next + blanks
            .take_while(|&&byte| byte == b' ' || byte == b'\t')
            .count(),
    )
}

/// The joint at `at`: its length and its letter.
#[inline]
fn joint(text: &[u8], at: usize) -> Option<(usize, Option<u8>)> {
    let first = *text.get(at)?;
    if !matches!(first, b'%' | b'\\' | b'\'' | b'"') {
        return None;
    }
    let rest = &text[at..];
    JOINTS.iter().find_map(|(joint, letter)| {
        let head = rest.get(..joint.len())?;
        head.eq_ignore_ascii_case(joint)
            .then_some((joint.len(), *letter))
    })
}

/// The letters of a candidate, padding included, without what stands between them.
pub(super) fn letters(run: &[u8], into: &mut Vec<u8>) {
    into.clear();
    let mut at = 0;
    while at < run.len() {
        let end = letters_end(run, at);
        into.extend_from_slice(&run[at..end]);
        at = end;
        let Some(&byte) = run.get(at) else { break };
        if byte == b'=' {
            into.push(b'=');
            at += 1;
        } else if let Some((length, letter)) = joint(run, at) {
            into.extend(letter);
            at += length;
        } else {
            at = next_line(run, at).unwrap_or(at + 1);
        }
    }
}

/// The lines of a wrapped candidate, as places in `text`; none if it is not wrapped.
pub(super) fn lines(text: &[u8], candidate: &Candidate) -> Vec<Candidate> {
    let mut lines = Vec::new();
    let run = &text[candidate.start..candidate.end];
    if memchr::memchr3(b'\n', b'\r', b'\\', run).is_none() {
        return lines;
    }
    let mut start = candidate.start;
    while start < candidate.end {
        let run = &text[..candidate.end];
        let breaks = memchr::memchr3_iter(b'\n', b'\r', b'\\', &run[start..]);
        let end = breaks
            .map(|offset| start + offset)
            .find(|&at| next_line(run, at).is_some())
            .unwrap_or(candidate.end);
        lines.push(Candidate {
            start,
            end,
            ..*candidate
        });
        start = next_line(run, end).unwrap_or(candidate.end);
    }
    lines
}

/// The parts of a candidate between signs that only one alphabet has, which
/// paths and names have too: `/data/SGVsbG8…`, `sha-SGVsbG8…`.
pub(super) fn parts(text: &[u8], candidate: &Candidate, min_length: usize) -> Vec<Candidate> {
    let Candidate { start, end, coding } = *candidate;
    let run = &text[start..end];
    let has = |signs: [u8; 2]| memchr::memchr2(signs[0], signs[1], run).is_some();
    let cuts: &[u8] = match has([b'-', b'_']) {
        true if has([b'+', b'/']) => b"-_/",
        true => b"-_",
        false => b"/",
    };
    let mut parts = Vec::new();
    let (mut from, mut at) = (start, start);
    while at < end {
        let cut = match joint(&text[..end], at) {
            Some((length, Some(_))) => length,
            _ => usize::from(cuts.contains(&text[at])),
        };
        if cut > 0 {
            parts.push((from, at));
            from = at + cut;
        }
        at += cut.max(1);
    }
    if from > start {
        parts.push((from, end));
    }
    let long = parts.iter().filter(|(from, to)| to - from >= min_length);
    long.map(|&(start, end)| Candidate { start, end, coding })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_found_whole() {
        let rows: [(&str, &str, &[&str]); 13] = [
            ("alone", "QUJDREVGR0hJSktM", &["QUJDREVGR0hJSktM"]),
            (
                "padded",
                "x='QUJDREVGR0hJSktMTQ=='",
                &["QUJDREVGR0hJSktMTQ=="],
            ),
            ("too short", "abc QUJDREVG xyz", &[]),
            (
                "two with one byte between",
                "QUJDREVGR0hJSktM,QUJDREVGR0hJSktM",
                &["QUJDREVGR0hJSktM"; 2],
            ),
            (
                "text after padding",
                "QUJDREVGR0hJSktMTQ==trailing",
                &["QUJDREVGR0hJSktMTQ=="],
            ),
            (
                "a percent-encoded plus and padding",
                "q=QUJD%2BEVGR0hJSktMTQUJDRA%3d%3D&r",
                &["QUJD%2BEVGR0hJSktMTQUJDRA%3d%3D"],
            ),
            (
                "strings that a program adds",
                "'QUJDREVGR0hJSktM' + 'QUJD'",
                &["QUJDREVGR0hJSktM' + 'QUJD"],
            ),
            (
                "an escaped line end before it",
                r"a\nQUJDREVGR0hJSktMTQ==",
                &["QUJDREVGR0hJSktMTQ=="],
            ),
            (
                "wrapped",
                "QUJDREVGR0hJSktMQUJDREVGR0hJSktM\r\nQUJDREVGR0hJSktMQUJDREVGR0hJSktM\r\nQUI=\r\n",
                &["QUJDREVGR0hJSktMQUJDREVGR0hJSktM\r\nQUJDREVGR0hJSktMQUJDREVGR0hJSktM\r\nQUI="],
            ),
            (
                "a word below is not its last line",
                "QUJDREVGR0hJSktMQUJDREVGR0hJSktM\nthere\n",
                &["QUJDREVGR0hJSktMQUJDREVGR0hJSktM"],
            ),
            (
                "nor is a field",
                "QUJDREVGR0hJSktMQUJDREVGR0hJSktMQQ\ntype=x\n",
                &["QUJDREVGR0hJSktMQUJDREVGR0hJSktMQQ"],
            ),
            (
                "nor is a sentence",
                "QUJDREVGR0hJSktMQUJDREVGR0hJSktM\nthat is all\n",
                &["QUJDREVGR0hJSktMQUJDREVGR0hJSktM"],
            ),
            ("nothing", "", &[]),
        ];
        for (name, text, expected) in rows {
            let found = candidates(text.as_bytes(), 16);
            let found: Vec<&str> = found.iter().map(|run| &text[run.start..run.end]).collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn letters_leave_out_what_stands_between() {
        let rows = [
            ("QUJD", "QUJD"),
            ("QU\r\n  JD\\nRE==", "QUJDRE=="),
            ("QU%2bJD%2Fa%3D", "QU+JD/a="),
            (r"QU\/JD\u002bA", "QU/JD+A"),
            ("QU' + 'JD", "QUJD"),
        ];
        for (run, expected) in rows {
            let mut out = Vec::new();
            letters(run.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{run}");
        }
    }
}
