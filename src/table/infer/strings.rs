//! Columns of JSON values that are text.

use std::sync::Arc;

use arrow_array::{ArrayRef, TimestampMicrosecondArray};
use arrow_buffer::{NullBuffer, NullBufferBuilder};

use super::texts::Texts;
use super::{Field, PART, note_times};
use crate::Result;
use crate::table::Report;
use crate::table::time::TimeReader;

/// Strings as times if all are, else as text.
pub(crate) fn strings(
    name: &str,
    source: &[u8],
    fields: &[Field],
    report: &mut Report,
) -> Result<ArrayRef> {
    let mut times = TimeReader::default();
    let micros: Option<Vec<i64>> = (fields.iter())
        .map(|field| time(source, field, &mut times))
        .collect();
    let Some(micros) = micros.filter(|_| !fields.iter().all(Field::is_absent)) else {
        return texts(name, source, fields);
    };
    note_times(name, &times, report);
    let times = TimestampMicrosecondArray::new(micros.into(), nulls(fields));
    Ok(Arc::new(times.with_timezone("UTC")))
}

fn time(source: &[u8], field: &Field, times: &mut TimeReader) -> Option<i64> {
    match field.get(source) {
        None => Some(0),
        // Some writers escape the slashes of `1/15/2019`.
        Some(text) if field.is_escaped() => {
            let mut plain = vec![0; text.len()];
            let length = unescape(text, &mut plain);
            times.read(&plain[..length])
        }
        Some(text) => times.read(text),
    }
}

/// Values as text: strings without their quotes and escapes, others as in the file.
pub(crate) fn texts(name: &str, source: &[u8], fields: &[Field]) -> Result<ArrayRef> {
    let bytes = fields.iter().map(Field::len).sum();
    let mut texts = Texts::with_capacity(fields.len(), bytes);
    for part in fields.chunks(PART) {
        texts.push(name, source, part, unescape)?;
    }
    Ok(Arc::new(texts.finish(nulls(fields))?))
}

fn nulls(fields: &[Field]) -> Option<NullBuffer> {
    let mut nulls = NullBufferBuilder::new(fields.len());
    fields
        .iter()
        .for_each(|field| nulls.append(!field.is_absent()));
    nulls.finish()
}

/// Writes what a string between its quotes stands for; returns how long that
/// is, which is never more. A string with a lone surrogate, which is no text,
/// keeps its escapes.
fn unescape(text: &[u8], out: &mut [u8]) -> usize {
    let (mut at, mut length) = (0, 0);
    while let Some(&byte) = text.get(at) {
        let (plain, taken) = match (byte, text.get(at + 1)) {
            (b'\\', Some(b'n')) => (b'\n', 2),
            (b'\\', Some(b'r')) => (b'\r', 2),
            (b'\\', Some(b't')) => (b'\t', 2),
            (b'\\', Some(b'b')) => (8, 2),
            (b'\\', Some(b'f')) => (12, 2),
            (b'\\', Some(b'u')) => return unescape_all(text, out),
            (b'\\', Some(&other)) => (other, 2),
            _ => (byte, 1),
        };
        out[length] = plain;
        (at, length) = (at + taken, length + 1);
    }
    length
}

/// As [`unescape`], for code points too.
fn unescape_all(text: &[u8], out: &mut [u8]) -> usize {
    let quoted = [b"\"", text, b"\""].concat();
    let plain = serde_json::from_slice::<String>(&quoted);
    let plain = plain.as_ref().map_or(text, |plain| plain.as_bytes());
    out[..plain.len()].copy_from_slice(plain);
    plain.len()
}
