//! Lines of text: columns `LineNumber` (from 1) and `Text`.

use std::sync::Arc;

use arrow_array::Int64Array;
use arrow_array::builder::StringBuilder;

use super::{Input, ReadOptions};
use crate::table::{Progress, Report};
use crate::{Result, Table};

pub(super) fn read(
    input: Input<'_>,
    _: &ReadOptions,
    _: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let lines = memchr::memchr_iter(b'\n', &input.bytes).count() + 1;
    let mut texts = StringBuilder::with_capacity(lines, input.bytes.len());
    let mut at = 0;
    while at < input.bytes.len() {
        let end = memchr::memchr(b'\n', &input.bytes[at..])
            .map_or(input.bytes.len(), |length| at + length);
        let line = &input.bytes[at..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        texts.append_value(String::from_utf8_lossy(line));
        at = end + 1;
        if at >> 20 != (end - line.len()) >> 20 {
            progress.at(at, input.bytes.len())?;
        }
    }
    let texts = texts.finish();
    let numbers = Int64Array::from_iter_values(1..=arrow_array::Array::len(&texts) as i64);
    Table::new(vec![
        ("LineNumber", Arc::new(numbers)),
        ("Text", Arc::new(texts)),
    ])
}
