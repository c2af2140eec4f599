//! Splits what stands after a record's header into fields.
//!
//! `key=value` pairs between blanks. A value is plain, in double quotes, or in
//! single quotes, which hold fields of their own (`msg='op=login acct="root"'`), as
//! braces do in what `ausearch -i` makes of socket addresses.

use memchr::{memchr, memrchr};

/// How a value stood in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    None,
    Double,
}

/// Takes what [`split`] finds.
pub(super) trait Sink {
    /// A field; `value` is without its quotes.
    fn field(&mut self, name: &[u8], value: &[u8], quotes: Quotes);
    /// A word that belongs to no field, as in `avc:  denied  { read } for`.
    fn word(&mut self, word: &[u8]);
}

/// How values end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// At a blank, unless they are quoted.
    Raw,
    /// Before the next `key=`: in an interpreted record nothing is quoted.
    Interpreted,
    /// Before the next argument, in an interpreted EXECVE record.
    InterpretedArguments,
}

/// Feeds `sink` the fields of `text`.
pub(super) fn split(text: &[u8], style: Style, sink: &mut impl Sink) {
    split_at(text, style, 0, sink);
}

fn split_at(text: &[u8], style: Style, depth: usize, sink: &mut impl Sink) {
    let mut at = 0;
    while at < text.len() {
        if matches!(text[at], b' ' | b'\t' | b',') {
            at += 1;
            continue;
        }
        let start = at;
        while at < text.len() && !matches!(text[at], b'=' | b' ' | b'{') {
            at += 1;
        }
        let name = &text[start..at];
        if text.get(at) != Some(&b'=') || name.is_empty() {
            at = word_end(text, start);
            sink.word(&text[start..at]);
            continue;
        }
        let name = name.strip_prefix(b"(").unwrap_or(name);
        at = value(text, at + 1, name, style, depth, sink);
    }
}

/// Where the word at `start` ends; `{ read write }` is one.
fn word_end(text: &[u8], start: usize) -> usize {
    let close = if text[start] == b'{' { b'}' } else { b' ' };
    let length = memchr(close, &text[start + 1..]);
    let length = length.or_else(|| memchr(b' ', &text[start + 1..]));
    let end = length.map_or(text.len(), |length| start + 1 + length);
    end + usize::from(close == b'}' && end < text.len())
}

/// Feeds the value at `start`, and returns where it ends.
fn value(
    text: &[u8],
    start: usize,
    name: &[u8],
    style: Style,
    depth: usize,
    sink: &mut impl Sink,
) -> usize {
    match text.get(start) {
        Some(b'"') => {
            let inner = &text[start + 1..];
            let length = memchr(b'"', inner).unwrap_or(inner.len());
            sink.field(name, &inner[..length], Quotes::Double);
            (start + length + 2).min(text.len())
        }
        Some(&open @ (b'\'' | b'{')) if depth == 0 => {
            let inner = &text[start + 1..];
            let length = match open {
                b'\'' => memrchr(b'\'', inner),
                _ => memchr(b'}', inner),
            };
            let length = length.unwrap_or(inner.len());
            let inner = &inner[..length];
            if memchr(b'=', inner).is_some() {
                split_at(inner, style, depth + 1, sink);
            } else {
                sink.field(name, inner.trim_ascii(), Quotes::Double);
            }
            (start + length + 2).min(text.len())
        }
        _ if style == Style::Raw => {
            let mut end = start;
            while end < text.len() && text[end] != b' ' {
                end += 1;
            }
            sink.field(name, plain(&text[start..end]), Quotes::None);
            end
        }
        _ => {
            let end = interpreted_end(text, start, name, style);
            sink.field(name, text[start..end].trim_ascii(), Quotes::None);
            end
        }
    }
}

/// A plain value without what surrounds it in `(hostname=?, addr=?, res=success)`,
/// as old tools write, and without the second `=` of AppArmor's `subj==unconfined`.
fn plain(value: &[u8]) -> &[u8] {
    let value = match value {
        [b'=', rest @ ..] => rest,
        _ => value,
    };
    match value {
        [rest @ .., b','] => rest,
        [rest @ .., b')'] if memchr(b'(', rest).is_none() => rest,
        _ => value,
    }
}

/// Where a value without quotes ends: before the next `key=`. A title goes to the end.
fn interpreted_end(text: &[u8], start: usize, name: &[u8], style: Style) -> usize {
    if name == b"proctitle" {
        return text.len();
    }
    let is_argument = style == Style::InterpretedArguments;
    let mut from = start;
    while let Some(length) = memchr(b' ', &text[from..]) {
        let next = from + length + 1;
        let key = text[next..]
            .iter()
            .take_while(|byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'[' | b']')
            })
            .count();
        let is_key = key > 0
            && text.get(next + key) == Some(&b'=')
            && text[next].is_ascii_alphabetic()
            && (!is_argument || argument(&text[next..next + key]).is_some());
        if is_key {
            return next - 1;
        }
        from = next;
    }
    text.len()
}

/// The part of an argument that a field of an EXECVE record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// `a3`, or a piece of it, `a3[0]`.
    Text(u32),
    /// `a3_len`, which stands before the pieces.
    Length,
}

/// What `a3`, `a3[0]` and `a3_len` mean; `None` for other names.
pub(super) fn argument(name: &[u8]) -> Option<Argument> {
    let rest = name.strip_prefix(b"a")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=7).contains(&digits) {
        return None;
    }
    let index = rest[..digits].iter();
    let index = index.fold(0, |index, digit| index * 10 + u32::from(digit - b'0'));
    match &rest[digits..] {
        b"" => Some(Argument::Text(index)),
        b"_len" => Some(Argument::Length),
        [b'[', .., b']'] => Some(Argument::Text(index)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Found(Vec<String>);

    impl Sink for Found {
        fn field(&mut self, name: &[u8], value: &[u8], quotes: Quotes) {
            let mark = if quotes == Quotes::Double { "\"" } else { "" };
            let text = String::from_utf8_lossy;
            self.0
                .push(format!("{}={mark}{}{mark}", text(name), text(value)));
        }
        fn word(&mut self, word: &[u8]) {
            self.0.push(String::from_utf8_lossy(word).into_owned());
        }
    }

    #[test]
    fn fields_of_records() {
        for (name, text, style, expected) in [
            ("plain", " pid=1  uid=0 ", Style::Raw, "pid=1|uid=0"),
            (
                "defect 2: blanks in quotes",
                "comm=\"a b\" x=1",
                Style::Raw,
                "comm=\"a b\"|x=1",
            ),
            (
                "fields in a message",
                "pid=1 msg='op=PAM:setcred acct=\"root\" res=success'",
                Style::Raw,
                "pid=1|op=PAM:setcred|acct=\"root\"|res=success",
            ),
            (
                "a message of words",
                "msg='hello there'",
                Style::Raw,
                "msg=\"hello there\"",
            ),
            (
                "a message with a quote in it",
                "msg='op=x cmd=it's res=1'",
                Style::Raw,
                "op=x|cmd=it's|res=1",
            ),
            (
                "old tools' brackets",
                "msg='op=login (hostname=?, addr=10.0.0.1, res=success)'",
                Style::Raw,
                "op=login|hostname=?|addr=10.0.0.1|res=success",
            ),
            (
                "two equal signs",
                "subj==unconfined a=b=c",
                Style::Raw,
                "subj=unconfined|a=b=c",
            ),
            (
                "words",
                "avc:  denied  { read write } for  pid=1",
                Style::Raw,
                "avc:|denied|{ read write }|for|pid=1",
            ),
            (
                "no closing quote",
                "exe=\"/bin/sh",
                Style::Raw,
                "exe=\"/bin/sh\"",
            ),
            (
                "nothing after the sign",
                "key= a=1 b=",
                Style::Raw,
                "key=|a=1|b=",
            ),
            (
                "interpreted: values with blanks",
                "exit=EACCES(Permission denied) a0=0x1 name=/my file nametype=NORMAL",
                Style::Interpreted,
                "exit=EACCES(Permission denied)|a0=0x1|name=/my file|nametype=NORMAL",
            ),
            (
                "interpreted: arguments",
                "argc=3 a0=ls a1=--color=auto -l x=1 a2=b",
                Style::InterpretedArguments,
                "argc=3|a0=ls|a1=--color=auto -l x=1|a2=b",
            ),
            (
                "interpreted: a title",
                "proctitle=dd if=/dev/zero of=x",
                Style::Interpreted,
                "proctitle=dd if=/dev/zero of=x",
            ),
            (
                "interpreted: an address",
                "saddr={ saddr_fam=inet laddr=10.0.0.1 lport=53 } x=1",
                Style::Interpreted,
                "saddr_fam=inet|laddr=10.0.0.1|lport=53|x=1",
            ),
        ] {
            let mut found = Found::default();
            split(text.as_bytes(), style, &mut found);
            assert_eq!(found.0.join("|"), expected, "{name}");
        }
    }

    #[test]
    fn arguments() {
        for (name, expected) in [
            ("a0", Some(Argument::Text(0))),
            ("a12[3]", Some(Argument::Text(12))),
            ("a1_len", Some(Argument::Length)),
            ("arch", None),
            ("a", None),
            ("a99999999", None),
            ("a1x", None),
        ] {
            assert_eq!(argument(name.as_bytes()), expected, "{name}");
        }
    }
}
