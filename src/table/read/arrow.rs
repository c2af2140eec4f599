//! Arrow IPC, the stream and the file format.
//!
//! Format: <https://arrow.apache.org/docs/format/Columnar.html>, "IPC".

use std::io::Cursor;
use std::sync::Arc;

use arrow_buffer::Buffer;
use arrow_ipc::reader::{FileReader, StreamDecoder};
use arrow_ipc::{Block, Message, root_as_footer, root_as_message};
use arrow_schema::Schema;

use super::{Input, ReadOptions};
use crate::table::{Progress, Report};
use crate::{Error, Place, Result, Table};

/// Begins the file format: a stream between this, padded with zeros, and a footer.
const FILE_MAGIC: &[u8] = b"ARROW1";

/// Ends a stream; often left out.
const END: &[u8] = &[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];

/// Messages and their buffers begin at multiples of this.
const ALIGNMENT: usize = 8;

pub(super) fn read(
    input: Input<'_>,
    _: &ReadOptions,
    _: &mut Report,
    _: &mut Progress<'_>,
) -> Result<Table> {
    let place = input.place();
    from_ipc(input.bytes).map_err(|error| match error {
        Error::Arrow(problem) => explain(&place, &problem),
        other => other,
    })
}

impl Table {
    /// Reads Arrow IPC, stream or file; one batch's columns share `bytes`
    /// without a copy.
    ///
    /// # Errors
    ///
    /// `BadInput` for damaged bytes, `Unsupported` for compressed ones.
    pub fn from_ipc(bytes: Vec<u8>) -> Result<Self> {
        from_ipc(bytes).map_err(|error| match error {
            Error::Arrow(problem) => explain(&Place::default(), &problem),
            other => other,
        })
    }
}

fn from_ipc(mut bytes: Vec<u8>) -> Result<Table> {
    let start = stream_start(&bytes);
    let end = check_messages(&mut bytes, start).map_err(Error::Arrow)?;
    if start > 0 && !begins_with_schema(&bytes, start) {
        return decode_file(bytes);
    }
    decode(Buffer::from_vec(bytes).slice_with_length(start, end - start))
}

/// apache-arrow for JavaScript writes the schema only into the footer.
fn begins_with_schema(bytes: &[u8], start: usize) -> bool {
    let Ok(Some((metadata, body))) = next_message(bytes, start) else {
        return false;
    };
    root_as_message(&bytes[metadata..body])
        .is_ok_and(|message| message.header_as_schema().is_some())
}

/// A file by its footer, which tells where the batches are.
fn decode_file(mut bytes: Vec<u8>) -> Result<Table> {
    let damaged = || Error::Arrow("its footer is damaged".into());
    for (at, end) in blocks(&bytes).ok_or_else(damaged)? {
        let message_end = check_message(&mut bytes, 0, at).map_err(Error::Arrow)?;
        // The reader takes the body's length from the footer.
        message_end
            .filter(|&found| found <= end)
            .ok_or_else(damaged)?;
    }
    let reader = FileReader::try_new(Cursor::new(bytes), None)?;
    let schema = reader.schema();
    Table::from_batches(&schema, reader.collect::<Result<_, _>>()?)
}

/// Where the messages that a footer names begin and end; all lie inside the file.
fn blocks(bytes: &[u8]) -> Option<Vec<(usize, usize)>> {
    let (rest, tail) = bytes.split_last_chunk::<10>()?;
    let length = i32::from_le_bytes(tail[..4].try_into().ok()?);
    let start = rest.len().checked_sub(usize::try_from(length).ok()?)?;
    let footer = root_as_footer(&rest[start..])
        .ok()
        .filter(|_| &tail[4..] == FILE_MAGIC)?;
    footer.schema()?;
    let batches = footer.recordBatches().into_iter().flatten();
    let dictionaries = footer.dictionaries().into_iter().flatten();
    let place = |block: &Block| {
        let at = usize::try_from(block.offset()).ok()?;
        let metadata = usize::try_from(block.metaDataLength()).ok()?;
        let body = usize::try_from(block.bodyLength()).ok()?;
        let end = at.checked_add(metadata)?.checked_add(body)?;
        (end <= start && next_message(bytes, at).ok()??.1 == at + metadata).then_some((at, end))
    };
    batches.chain(dictionaries).map(place).collect()
}

/// A file's stream begins after its magic and zeros, at a multiple of 8.
fn stream_start(bytes: &[u8]) -> usize {
    if !bytes.starts_with(FILE_MAGIC) {
        return 0;
    }
    let words = bytes.chunks(ALIGNMENT).skip(1);
    ALIGNMENT
        * (1 + words
            .take_while(|word| word.iter().all(|&byte| byte == 0))
            .count())
}

/// The columns share the stream's memory, without a copy, if it is one batch.
fn decode(mut stream: Buffer) -> Result<Table> {
    let mut decoder = StreamDecoder::new();
    let mut batches = Vec::new();
    while !stream.is_empty() {
        batches.extend(decoder.decode(&mut stream)?);
    }
    // The decoder takes a last message without a body, as batches without rows
    // or columns may be, only when something follows it.
    let mut end = Buffer::from(END);
    while !end.is_empty() {
        batches.extend(decoder.decode(&mut end)?);
    }
    decoder.finish()?;
    let schema = decoder
        .schema()
        .unwrap_or_else(|| Arc::new(Schema::empty()));
    Table::from_batches(&schema, batches)
}

/// Walks over the messages of the stream that begins at `start`, and returns
/// where it ends. The decoder trusts the numbers in it and panics on wrong ones,
/// so they are checked here; lengths are rounded up to take in the padding,
/// because a length that is no multiple of its type is one of those panics.
fn check_messages(bytes: &mut [u8], start: usize) -> Result<usize, String> {
    let mut at = start;
    while let Some(next) = check_message(bytes, start, at)? {
        at = next;
    }
    Ok(at)
}

/// Where the message at `at` ends; `None` if there is none.
fn check_message(bytes: &mut [u8], start: usize, at: usize) -> Result<Option<usize>, String> {
    let Some((metadata, body)) = next_message(bytes, at)? else {
        return Ok(None);
    };
    let message = root_as_message(&bytes[metadata..body])
        .map_err(|_| format!("the message at byte {at} is damaged"))?;
    let length = usize::try_from(message.bodyLength())
        .ok()
        .filter(|&length| length <= bytes.len() - body)
        .ok_or_else(|| format!("the message at byte {at} is longer than the file"))?;
    if !(body - start).is_multiple_of(ALIGNMENT) || !length.is_multiple_of(ALIGNMENT) {
        return Err(format!("the message at byte {at} is not aligned"));
    }
    let lengths = buffer_lengths(&message, bytes.as_ptr() as usize, length)
        .ok_or_else(|| format!("the message at byte {at} has a buffer in the wrong place"))?;
    for (place, length) in lengths {
        bytes[place..place + 8].copy_from_slice(&length.to_le_bytes());
    }
    Ok(Some(body + length))
}

/// Where the length of each buffer of a message stands in the file, and what it
/// is when rounded up; `None` if a buffer is not inside the body.
fn buffer_lengths(message: &Message<'_>, base: usize, body: usize) -> Option<Vec<(usize, i64)>> {
    let batch = message
        .header_as_record_batch()
        .or_else(|| message.header_as_dictionary_batch()?.data());
    let Some(buffers) = batch.and_then(|batch| batch.buffers()) else {
        return Some(Vec::new());
    };
    let rounded = buffers.iter().map(|buffer| {
        let offset = usize::try_from(buffer.offset()).ok()?;
        let length = usize::try_from(buffer.length()).ok()?;
        let length = length.checked_next_multiple_of(ALIGNMENT)?;
        let fits = offset % ALIGNMENT == 0 && offset.checked_add(length)? <= body;
        // A `Buffer` is two numbers in the file: its offset, then its length.
        let place = std::ptr::from_ref(buffer) as usize - base + 8;
        fits.then_some((place, length as i64))
    });
    rounded.collect()
}

/// Where the next message's metadata begins and ends; `None` at the end.
fn next_message(bytes: &[u8], at: usize) -> Result<Option<(usize, usize)>, String> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let Some(first) = word(at) else {
        return if at == bytes.len() && at > 0 {
            Ok(None)
        } else {
            Err("it ends too early".into())
        };
    };
    // Before Arrow 0.15 a message began with its length.
    let (length, start) = if first == u32::MAX {
        (word(at + 4), at + 8)
    } else {
        (Some(first), at + 4)
    };
    match length {
        Some(0) => Ok(None),
        Some(length) if bytes.len() - start >= length as usize => {
            Ok(Some((start, start + length as usize)))
        }
        _ => Err(format!("the message at byte {at} is longer than the file")),
    }
}

fn explain(place: &Place, problem: &str) -> Error {
    let lower = problem.to_ascii_lowercase();
    if lower.contains("compress") || lower.contains("lz4") || lower.contains("zstd") {
        return Error::Unsupported {
            place: place.clone(),
            problem: format!("the Arrow data is compressed ({problem})"),
            advice: "write it without compression (pyarrow: IpcWriteOptions(compression=None))"
                .into(),
        };
    }
    Error::BadInput {
        place: place.clone(),
        problem: format!("not readable as Arrow IPC ({problem})"),
        advice: "the file may be cut short: write it again".into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::table::IpcFormat;

    fn sample() -> Table {
        let names = arrow_array::StringArray::from(vec![Some("a"), None, Some("ccc")]);
        let counts = arrow_array::Int64Array::from(vec![1, 2, 3]);
        Table::new(vec![("Name", Arc::new(names)), ("Count", Arc::new(counts))])
            .expect("equal lengths")
    }

    fn read_bytes(bytes: Vec<u8>) -> Result<Table> {
        Table::from_ipc(bytes)
    }

    #[test]
    fn both_formats_round_trip() {
        for format in [IpcFormat::Stream, IpcFormat::File] {
            let bytes = sample().to_ipc(format).expect("writes");
            assert_eq!(read_bytes(bytes).expect("reads"), sample());
        }
    }

    #[test]
    fn batches_without_a_body_are_read() {
        let numbers = || Arc::new(arrow_array::Int64Array::from(Vec::<i64>::new()));
        for (case, table) in [
            ("no columns", Table::new(vec![])),
            ("no rows", Table::new(vec![("Count", numbers())])),
        ] {
            for format in [IpcFormat::Stream, IpcFormat::File] {
                let table = table.as_ref().expect("equal lengths");
                let bytes = table.to_ipc(format).expect("writes");
                assert_eq!(&read_bytes(bytes).expect(case), table, "{case}");
            }
        }
    }

    #[test]
    fn rows_without_columns_are_none() {
        let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(5));
        let schema = Arc::new(Schema::empty());
        let batch =
            arrow_array::RecordBatch::try_new_with_options(schema.clone(), vec![], &options);
        let mut bytes = Vec::new();
        let mut writer =
            arrow_ipc::writer::StreamWriter::try_new(&mut bytes, &schema).expect("writes");
        writer.write(&batch.expect("valid")).expect("writes");
        writer.finish().expect("writes");
        assert_eq!(read_bytes(bytes).expect("reads").num_rows(), 0);
    }

    #[test]
    fn a_footer_that_shortens_a_batch_is_damaged() {
        let mut bytes = sample().to_ipc(IpcFormat::File).expect("writes");
        assert_eq!(decode_file(bytes.clone()).expect("reads"), sample());
        let (rest, tail) = bytes.split_last_chunk::<10>().expect("a footer");
        let length = i32::from_le_bytes(tail[..4].try_into().expect("4 bytes")) as usize;
        let footer = root_as_footer(&rest[rest.len() - length..]).expect("a footer");
        let block = footer.recordBatches().expect("a batch").get(0);
        // A block is three numbers of 8 bytes; the last is the body's length.
        let place = std::ptr::from_ref(block) as usize - bytes.as_ptr() as usize + 16;
        bytes[place..place + 8].copy_from_slice(&8i64.to_le_bytes());
        let error = decode_file(bytes).expect_err("shortened");
        assert_eq!(error.to_string(), "arrow: its footer is damaged");
    }

    #[test]
    fn every_cut_is_an_error_or_a_table() {
        for format in [IpcFormat::Stream, IpcFormat::File] {
            let bytes = sample().to_ipc(format).expect("writes");
            for end in 0..bytes.len() {
                let _ = read_bytes(bytes[..end].to_vec());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn damaged_bytes_never_panic(file in any::<bool>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let format = if file { IpcFormat::File } else { IpcFormat::Stream };
            let mut bytes = sample().to_ipc(format).expect("writes");
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = read_bytes(bytes);
        }
    }
}
