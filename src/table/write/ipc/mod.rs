//! Tables as Arrow IPC.
//!
//! Format: <https://arrow.apache.org/docs/format/Columnar.html>, "IPC". arrow-ipc writes it too, but
//! it compares dictionaries of batches, for which it brings in the comparison of every type with
//! itself: 15 kB to load. A table is one batch.

mod body;

use arrow_buffer::Buffer;
use arrow_data::ArrayData;
use arrow_ipc::convert::IpcSchemaEncoder;
use arrow_ipc::writer::DictionaryTracker;
use arrow_ipc::{
    Block, DictionaryBatchBuilder, FooterBuilder, MessageBuilder, MessageHeader, MetadataVersion,
    RecordBatchBuilder,
};
use arrow_schema::DataType;
use flatbuffers::{FlatBufferBuilder, UnionWIPOffset, WIPOffset};

use crate::{Error, Result, Table};
use body::{ALIGNMENT, Body};

/// What a file begins and ends with.
const MAGIC: &[u8; 6] = b"ARROW1";
/// What comes before each message; without one it is the end.
const CONTINUES: [u8; 4] = [0xff; 4];

/// The two ways to lay out Arrow IPC.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum IpcFormat {
    /// For pipes and other libraries; what `tableFromIPC` and DuckDB take.
    #[default]
    Stream,
    /// For files (`.arrow`, Feather 2), with an index at the end.
    File,
}

impl Table {
    /// Writes Arrow IPC, uncompressed, as one batch. The report travels with it.
    ///
    /// # Errors
    ///
    /// `Arrow` for a dictionary whose values are in a dictionary, which the format has not.
    pub fn to_ipc(&self, format: IpcFormat) -> Result<Vec<u8>> {
        if format == IpcFormat::Stream {
            let pieces = self.ipc_pieces()?;
            let pieces: Vec<&[u8]> = pieces.iter().map(Buffer::as_slice).collect();
            return Ok(pieces.concat());
        }
        let (pieces, blocks) = self.written()?;
        let mut pieces: Vec<&[u8]> = pieces.iter().map(Buffer::as_slice).collect();
        let mut start = [0; ALIGNMENT];
        start[..MAGIC.len()].copy_from_slice(MAGIC);
        let footer = self.footer(&blocks);
        let length = (footer.len() as u32).to_le_bytes();
        pieces.insert(0, &start);
        pieces.extend([&footer[..], &length, MAGIC]);
        Ok(pieces.concat())
    }

    /// Writes an Arrow IPC stream; see [`Table::to_ipc`].
    pub fn to_ipc_stream(&self) -> Result<Vec<u8>> {
        self.to_ipc(IpcFormat::Stream)
    }

    /// An Arrow IPC stream in pieces, of which those with the values are the
    /// table's own memory.
    pub(crate) fn ipc_pieces(&self) -> Result<Vec<Buffer>> {
        Ok(self.written()?.0)
    }

    /// A stream, and where in a file its batches are: dictionaries, and the rows as the last.
    fn written(&self) -> Result<(Vec<Buffer>, Vec<Block>)> {
        let batch = self.batch();
        let columns: Vec<ArrayData> = batch.columns().iter().map(|c| c.to_data()).collect();
        let mut dictionaries = Vec::new();
        for column in &columns {
            find_dictionaries(column, &mut dictionaries)?;
        }
        let mut stream = Stream::default();
        let mut ids = DictionaryTracker::new(false);
        let mut text = FlatBufferBuilder::new();
        let schema = IpcSchemaEncoder::new()
            .with_dictionary_tracker(&mut ids)
            .schema_to_fb_offset(&mut text, batch.schema_ref());
        stream.message(text, MessageHeader::Schema, schema.as_union_value(), vec![]);
        for (values, id) in dictionaries.iter().zip(ids.dict_id()) {
            stream.batch(std::slice::from_ref(values), values.len(), Some(*id))?;
        }
        stream.batch(&columns, batch.num_rows(), None)?;
        let end = [CONTINUES, [0; 4]].concat();
        stream.pieces.push(Buffer::from_vec(end));
        stream.blocks.remove(0);
        Ok((stream.pieces, stream.blocks))
    }

    fn footer(&self, blocks: &[Block]) -> Vec<u8> {
        let mut text = FlatBufferBuilder::new();
        let (rows, dictionaries) = blocks.split_last().map_or((&[][..], &[][..]), |(_, rest)| {
            (&blocks[rest.len()..], rest)
        });
        let dictionaries = text.create_vector(dictionaries);
        let rows = text.create_vector(rows);
        let mut ids = DictionaryTracker::new(false);
        let schema = IpcSchemaEncoder::new()
            .with_dictionary_tracker(&mut ids)
            .schema_to_fb_offset(&mut text, self.batch().schema_ref());
        let mut footer = FooterBuilder::new(&mut text);
        footer.add_version(MetadataVersion::V5);
        footer.add_schema(schema);
        footer.add_dictionaries(dictionaries);
        footer.add_recordBatches(rows);
        let footer = footer.finish();
        text.finish(footer, None);
        text.finished_data().to_vec()
    }
}

/// The values of dictionaries in and under a column, in the order of the schema's ids.
fn find_dictionaries(data: &ArrayData, found: &mut Vec<ArrayData>) -> Result<()> {
    for child in data.child_data() {
        find_dictionaries(child, found)?;
    }
    if let DataType::Dictionary(_, values) = data.data_type() {
        if matches!(**values, DataType::Dictionary(..)) {
            return Err(Error::Arrow(
                "a dictionary of a dictionary cannot be written".into(),
            ));
        }
        found.extend_from_slice(data.child_data());
    }
    Ok(())
}

/// Messages so far.
#[derive(Default)]
struct Stream {
    pieces: Vec<Buffer>,
    /// Where each message is in a file.
    blocks: Vec<Block>,
}

impl Stream {
    /// The rows of a table, or the values of a dictionary.
    fn batch(&mut self, columns: &[ArrayData], rows: usize, dictionary: Option<i64>) -> Result<()> {
        let mut body = Body::default();
        for column in columns {
            body.add(column)?;
        }
        let mut text = FlatBufferBuilder::new();
        let buffers = text.create_vector(&body.buffers);
        let nodes = text.create_vector(&body.nodes);
        let variadic = (!body.variadic.is_empty()).then(|| text.create_vector(&body.variadic));
        let mut batch = RecordBatchBuilder::new(&mut text);
        batch.add_length(rows as i64);
        batch.add_nodes(nodes);
        batch.add_buffers(buffers);
        if let Some(variadic) = variadic {
            batch.add_variadicBufferCounts(variadic);
        }
        let batch = batch.finish();
        let Some(id) = dictionary else {
            let batch = batch.as_union_value();
            self.message(text, MessageHeader::RecordBatch, batch, body.pieces);
            return Ok(());
        };
        let mut dictionary = DictionaryBatchBuilder::new(&mut text);
        dictionary.add_id(id);
        dictionary.add_data(batch);
        let dictionary = dictionary.finish().as_union_value();
        let kind = MessageHeader::DictionaryBatch;
        self.message(text, kind, dictionary, body.pieces);
        Ok(())
    }

    fn message(
        &mut self,
        mut text: FlatBufferBuilder<'_>,
        kind: MessageHeader,
        header: WIPOffset<UnionWIPOffset>,
        body: Vec<Buffer>,
    ) {
        let body_length: usize = body.iter().map(Buffer::len).sum();
        let mut message = MessageBuilder::new(&mut text);
        message.add_version(MetadataVersion::V5);
        message.add_header_type(kind);
        message.add_bodyLength(body_length as i64);
        message.add_header(header);
        let message = message.finish();
        text.finish(message, None);
        let text = text.finished_data();
        let length = (8 + text.len()).next_multiple_of(ALIGNMENT);
        let mut head = Vec::with_capacity(length);
        head.extend_from_slice(&CONTINUES);
        head.extend_from_slice(&(length as u32 - 8).to_le_bytes());
        head.extend_from_slice(text);
        head.resize(length, 0);
        let start = match self.blocks.last() {
            Some(last) => last.offset() + i64::from(last.metaDataLength()) + last.bodyLength(),
            None => ALIGNMENT as i64,
        };
        let block = Block::new(start, length as i32, body_length as i64);
        self.blocks.push(block);
        self.pieces.push(Buffer::from_vec(head));
        self.pieces.extend(body);
    }
}

#[cfg(test)]
mod tests;
