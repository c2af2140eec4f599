//! Where the messages of a stream or a file lie, and whether their numbers can be
//! trusted.

use std::ops::Range;

use arrow_ipc::{Block, Message, Schema, root_as_footer, root_as_message};

use super::damaged;
use crate::Result;

/// Begins the file format: a stream between this, padded with zeros, and a footer.
const FILE_MAGIC: &[u8] = b"ARROW1";

/// Messages and their buffers begin at multiples of this.
const ALIGNMENT: usize = 8;

pub(super) fn begins_with_schema(bytes: &[u8], start: usize) -> bool {
    let Ok(Some(metadata)) = next_message(bytes, start) else {
        return false;
    };
    root_as_message(&bytes[metadata]).is_ok_and(|message| message.header_as_schema().is_some())
}

/// A file's stream begins after its magic and zeros, at a multiple of 8.
pub(super) fn stream_start(bytes: &[u8]) -> usize {
    if !bytes.starts_with(FILE_MAGIC) {
        return 0;
    }
    let words = bytes.chunks(ALIGNMENT).skip(1);
    ALIGNMENT
        * (1 + words
            .take_while(|word| word.iter().all(|&byte| byte == 0))
            .count())
}

/// Where a message's description and its values lie in the file.
pub(super) struct Found {
    pub(super) metadata: Range<usize>,
    pub(super) body: Range<usize>,
}

/// The messages of the stream that begins at `start`.
pub(super) fn stream_messages(bytes: &mut [u8], start: usize) -> Result<Vec<Found>> {
    let mut messages: Vec<Found> = Vec::new();
    let mut at = start;
    while let Some(message) = check_message(bytes, at)? {
        at = message.body.end;
        messages.push(message);
    }
    Ok(messages)
}

/// The messages in `blocks`, as a footer names them.
pub(super) fn block_messages(bytes: &mut [u8], blocks: Vec<Range<usize>>) -> Result<Vec<Found>> {
    let message = |block: Range<usize>| {
        let message = check_message(bytes, block.start)?;
        message
            .filter(|message| message.body.end <= block.end)
            .ok_or_else(|| damaged("its footer is damaged"))
    };
    blocks.into_iter().map(message).collect()
}

/// What a file's footer tells: the schema, and where the dictionaries and then
/// the batches lie.
pub(super) fn footer(bytes: &[u8]) -> Option<(Schema<'_>, Vec<Range<usize>>)> {
    let (rest, tail) = bytes.split_last_chunk::<10>()?;
    let length = i32::from_le_bytes(*tail.first_chunk()?);
    let end = rest.len().checked_sub(usize::try_from(length).ok()?)?;
    let footer = root_as_footer(&rest[end..])
        .ok()
        .filter(|_| &tail[4..] == FILE_MAGIC)?;
    let place = |block: &Block| {
        let at = usize::try_from(block.offset()).ok()?;
        let metadata = usize::try_from(block.metaDataLength()).ok()?;
        let body = usize::try_from(block.bodyLength()).ok()?;
        let block = at..at.checked_add(metadata)?.checked_add(body)?;
        (block.end <= end).then_some(block)
    };
    let dictionaries = footer.dictionaries().into_iter().flatten();
    let batches = footer.recordBatches().into_iter().flatten();
    let blocks = dictionaries.chain(batches).map(place);
    Some((footer.schema()?, blocks.collect::<Option<_>>()?))
}

/// The message at `at`; `None` if there is none. The reader trusts the numbers
/// in it and panics on wrong ones, so they are checked here; lengths are rounded
/// up to take in the padding, because a length that is no multiple of its type
/// is one of those panics.
fn check_message(bytes: &mut [u8], at: usize) -> Result<Option<Found>> {
    let Some(metadata) = next_message(bytes, at).map_err(damaged)? else {
        return Ok(None);
    };
    let wrong = |problem| damaged(format!("the message at byte {at} {problem}"));
    let message = root_as_message(&bytes[metadata.clone()]).map_err(|_| wrong("is damaged"))?;
    let length = usize::try_from(message.bodyLength())
        .ok()
        .filter(|&length| length <= bytes.len() - metadata.end)
        .ok_or_else(|| wrong("is longer than the file"))?;
    if !metadata.end.is_multiple_of(ALIGNMENT) || !length.is_multiple_of(ALIGNMENT) {
        return Err(wrong("is not aligned"));
    }
    let lengths = buffer_lengths(&message, bytes.as_ptr() as usize, length)
        .ok_or_else(|| wrong("has a buffer in the wrong place"))?;
    for (place, length) in lengths {
        bytes[place..place + 8].copy_from_slice(&length.to_le_bytes());
    }
    let body = metadata.end..metadata.end + length;
    Ok(Some(Found { metadata, body }))
}

/// Where the length of each buffer of a message stands in the file, and what it
/// is when rounded up; `None` if a buffer is not inside the body.
pub(super) fn buffer_lengths(
    message: &Message<'_>,
    base: usize,
    body: usize,
) -> Option<Vec<(usize, i64)>> {
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

/// Where the next message's metadata lies; `None` at the end.
fn next_message(bytes: &[u8], at: usize) -> Result<Option<Range<usize>>, String> {
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
            Ok(Some(start..start + length as usize))
        }
        _ => Err(format!("the message at byte {at} is longer than the file")),
    }
}
