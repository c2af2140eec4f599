//! Finds out what a file is: by its content, then by its name.

use super::{Format, Input, osquery, pickle, weblog};
use crate::{Error, Result};

/// Lines that are looked at.
const LINES: usize = 40;
/// Bytes that are looked at.
const HEAD: usize = 64 << 10;

const DELIMITERS: &[u8] = b",\t;|";

/// Binary formats, to name in an error. Sources: the formats' own documents.
const BINARY: &[(&[u8], &str)] = &[
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"SQLite format 3\0", "an SQLite database"),
    (
        b"ElfFile\0",
        "a Windows event log (.evtx); export it as XML or CSV",
    ),
    (b"\xd4\xc3\xb2\xa1", "a packet capture"),
    (b"\x0a\x0d\x0d\x0a", "a packet capture"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
    (b"Rar!", "a RAR archive; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file; unpack it first"),
];

/// The format of bytes that are no archive, or `None` if they are text whose
/// format [`text`] finds once it is UTF-8.
pub(super) fn binary(input: &Input<'_>) -> Result<Option<Format>> {
    let bytes = input.bytes.as_slice();
    match bytes {
        [] => {
            return Err(Error::BadInput {
                place: input.place(),
                problem: "the file is empty".into(),
                advice: "choose another file".into(),
            });
        }
        [b'P', b'A', b'R', b'1', ..] => return Ok(Some(Format::Parquet)),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] | [0xff, 0xff, 0xff, 0xff, _, _, 0, 0, ..] => {
            return Ok(Some(Format::Arrow));
        }
        _ if pickle::is_pickle(bytes) => return Ok(Some(Format::Pickle)),
        _ => {}
    }
    if let Some(error) = pickle::old_pickle(bytes, input) {
        return Err(error);
    }
    if is_maxmind(bytes) {
        return Err(not_a_log(input, "it is a MaxMind database"));
    }
    let known = BINARY.iter().find(|(magic, _)| bytes.starts_with(magic));
    let head = &bytes[..bytes.len().min(HEAD)];
    let controls = head
        .iter()
        .filter(|&&byte| byte < 32 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0))
        .count();
    let zeros = memchr::memchr_iter(0, head).count();
    let is_utf16 =
        head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") || zeros * 3 > head.len();
    // A few zeros stand in honest logs: audit records hold whole command lines.
    let strange = if is_utf16 { controls } else { controls + zeros };
    let is_text = strange * 20 <= head.len();
    match known {
        Some((magic, what)) if magic.len() > 2 || !is_text => {
            Err(not_a_log(input, &format!("it is {what}")))
        }
        _ if !is_text => Err(not_a_log(input, "it holds bytes that no text has")),
        _ => Ok(None),
    }
}

/// The marker before the metadata stands in the last 128 kB.
/// Source: MaxMind DB File Format Specification, "Database Metadata".
fn is_maxmind(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(128 << 10)..];
    memchr::memmem::find(tail, b"\xab\xcd\xefMaxMind.com").is_some()
}

fn not_a_log(input: &Input<'_>, problem: &str) -> Error {
    Error::Unsupported {
        place: input.place(),
        problem: problem.into(),
        advice: "huntbook reads CSV, TSV, JSON, NDJSON, text, Arrow, Parquet, pandas pickles, and gzip, zip, tar, bzip2 and xz files of them".into(),
    }
}

/// The format of UTF-8 text.
pub(super) fn text(bytes: &[u8], name: Option<&str>) -> Format {
    let extension = name
        .and_then(|name| name.rsplit_once('.'))
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let first = bytes
        .iter()
        .copied()
        .find(|byte| !byte.is_ascii_whitespace());
    if matches!(first, Some(b'{' | b'['))
        && let Some(format) = json(bytes)
    {
        return format;
    }
    if weblog::is_weblog(bytes) {
        return Format::Weblog;
    }
    match extension.as_deref() {
        Some("csv") => Format::Csv,
        Some("tsv" | "tab") => Format::Tsv,
        Some("json") => Format::Json,
        Some("ndjson" | "jsonl") => Format::Ndjson,
        _ if is_table(bytes) => Format::Csv,
        _ => Format::Text,
    }
}

/// NDJSON if the first line is an object by itself, else JSON; `None` if it only
/// begins like one, as `[2019-01-01] started` does.
fn json(bytes: &[u8]) -> Option<Format> {
    let trimmed = bytes.trim_ascii_start();
    let line = trimmed.split(|&byte| byte == b'\n').next()?.trim_ascii();
    let is_whole = |bytes: &[u8]| serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    if line.starts_with(b"{") && osquery::is_result(line) {
        return Some(Format::Osquery);
    }
    if line.starts_with(b"{") && is_whole(line) {
        let is_alone = trimmed[line.len()..].trim_ascii().is_empty();
        return Some(if is_alone {
            Format::Json
        } else {
            Format::Ndjson
        });
    }
    let second = trimmed[1..].trim_ascii_start().first();
    let opens = match trimmed[0] {
        b'{' => matches!(second, Some(b'"' | b'}')),
        _ => matches!(second, Some(b'{' | b'[' | b'"' | b']')) || is_whole(trimmed),
    };
    opens.then_some(Format::Json)
}

/// The delimiter that splits the first lines into equally many values.
pub(super) fn delimiter(bytes: &[u8]) -> Option<u8> {
    let counts = |delimiter: u8| {
        let mut counts = line_counts(bytes, delimiter);
        let first = counts.next().filter(|&count| count > 0)?;
        counts
            .all(|count| count == first || count == first + 1)
            .then_some(first)
    };
    let even = DELIMITERS
        .iter()
        .filter_map(|&delimiter| Some((counts(delimiter)?, delimiter)))
        .max();
    // Ragged rows: what the header has most of.
    let head = || {
        DELIMITERS
            .iter()
            .map(|&delimiter| (line_counts(bytes, delimiter).next().unwrap_or(0), delimiter))
            .max()
    };
    even.or_else(|| head().filter(|&(count, _)| count > 0))
        .map(|(_, delimiter)| delimiter)
}

/// How many delimiters outside quotes each of the first records has.
fn line_counts(bytes: &[u8], delimiter: u8) -> impl Iterator<Item = usize> {
    let head = &bytes[..bytes.len().min(HEAD)];
    let mut counts = Vec::new();
    let (mut count, mut quoted, mut some) = (0, false, false);
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if some {
                    counts.push(count);
                }
                (count, some) = (0, false);
                if counts.len() == LINES {
                    break;
                }
                continue;
            }
            _ if byte == delimiter && !quoted => count += 1,
            _ => {}
        }
        some = true;
    }
    // The last line may be cut short, except where the file ends.
    if some && head.len() == bytes.len() && counts.len() < LINES {
        counts.push(count);
    }
    counts.into_iter()
}

/// Whether text without a telling name is a table: at least two records of the
/// same shape under a header of short, different names.
fn is_table(bytes: &[u8]) -> bool {
    let Some(delimiter) = delimiter(bytes) else {
        return false;
    };
    let counts: Vec<usize> = line_counts(bytes, delimiter).collect();
    let first = counts.first().copied().unwrap_or(0);
    let header = bytes
        .split(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default()
        .trim_ascii();
    let mut names: Vec<&[u8]> = header
        .split(|&byte| byte == delimiter)
        .map(<[u8]>::trim_ascii)
        .collect();
    let are_names = names.iter().all(|name| {
        (1..=64).contains(&name.len())
            && !name.contains(&b'=')
            && name.iter().filter(|&&byte| byte == b' ').count() <= 3
            && name.iter().any(u8::is_ascii_alphabetic)
    });
    names.sort_unstable();
    let different = names.windows(2).all(|pair| pair[0] != pair[1]);
    counts.len() >= 2
        && counts
            .iter()
            .all(|&count| count == first || count == first + 1)
        && are_names
        && different
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_then_name() {
        for (content, name, expected) in [
            ("a,b\n1,2\n", None, Format::Csv),
            ("a;b;c\n1;2;3\n", None, Format::Csv),
            ("{\"a\":1}\n{\"a\":2}\n", Some("x.json"), Format::Ndjson),
            ("{\"a\":1}\n", Some("x.log"), Format::Json),
            ("{\n \"a\": [1]}\n", None, Format::Json),
            ("[{\"a\":1}]", None, Format::Json),
            (
                "[2019-01-01] started\n[2019-01-02] ended\n",
                Some("x.log"),
                Format::Text,
            ),
            (
                "Jan  1 00:00:00 host sshd[1]: Accepted, really, yes\n",
                Some("syslog"),
                Format::Text,
            ),
            (
                "Well, this is prose, isn't it?\nIt goes on, a bit.\n",
                Some("x.txt"),
                Format::Text,
            ),
            (
                "type=A msg=audit(1.1:1): a=1\ntype=B msg=audit(1.1:2): b=1\n",
                None,
                Format::Text,
            ),
            ("broken", Some("x.csv"), Format::Csv),
            (
                "{\"name\":\"p\",\"hostIdentifier\":\"h\",\"unixTime\":1,\"columns\":{}}\n",
                Some("x.json"),
                Format::Osquery,
            ),
            (
                "::1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1\n",
                Some("x.txt"),
                Format::Weblog,
            ),
            (
                "::1 - - [17/May/2015:10:05:03 +0000] \"GET / HTTP/1.1\" 200 1\nhello\n",
                Some("x.txt"),
                Format::Text,
            ),
        ] {
            assert_eq!(text(content.as_bytes(), name), expected, "{content}");
        }
    }

    #[test]
    fn binary_files_are_named() {
        for (bytes, problem) in [
            (b"MZ\x90\0\x03\0\0\0\x04".to_vec(), "a Windows program"),
            (b"\x7fELF\x02\x01\x01\0\0".to_vec(), "a Linux program"),
            (vec![1, 2, 3, 0, 5, 6, 7, 8], "bytes that no text has"),
            (b"ccopy_reg\n_reconstructor\n".to_vec(), "protocol 0 or 1"),
            (vec![], "empty"),
            (
                b"a text\xab\xcd\xefMaxMind.com\xe9".to_vec(),
                "a MaxMind database",
            ),
        ] {
            let error = binary(&Input { bytes, name: None }).expect_err(problem);
            assert!(error.to_string().contains(problem), "{error}");
        }
    }

    #[test]
    fn binary_formats_by_their_first_bytes() {
        for (bytes, expected) in [
            (&b"\x80\x02}."[..], Some(Format::Pickle)),
            (b"\x80\x05\x95\x01\0\0\0\0\0\0\0N.", Some(Format::Pickle)),
            (b"ARROW1\0\0", Some(Format::Arrow)),
            (b"PAR1", Some(Format::Parquet)),
            (b"a,b\n1,2\n", None),
        ] {
            let bytes = bytes.to_vec();
            let found = binary(&Input { bytes, name: None }).expect("known");
            assert_eq!(found, expected);
        }
    }
}
