//! Arrow IPC, the stream and the file format.
//!
//! Format: <https://arrow.apache.org/docs/format/Columnar.html>, "IPC".

mod lengths;
mod messages;

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_buffer::Buffer;
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::RecordBatchDecoder;
use arrow_ipc::{MetadataVersion, root_as_message};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use lengths::Lengths;
use messages::{Found, begins_with_schema, block_messages, footer, stream_messages, stream_start};

use super::{Input, ReadOptions};
use crate::table::kernels::stack;
use crate::table::{Progress, Report};
use crate::{Error, Place, Result, Table};

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

fn from_ipc(bytes: Vec<u8>) -> Result<Table> {
    let start = stream_start(&bytes);
    // apache-arrow for JavaScript writes the schema only into the footer.
    let by_footer = start > 0 && !begins_with_schema(&bytes, start);
    decode(bytes, (!by_footer).then_some(start))
}

/// The stream that begins at `start`, or what the footer names.
fn decode(mut bytes: Vec<u8>, start: Option<usize>) -> Result<Table> {
    let mut decoder = Decoder::default();
    let messages = match start {
        Some(start) => stream_messages(&mut bytes, start)?,
        None => {
            let (schema, blocks) =
                footer(&bytes).ok_or_else(|| damaged("its footer is damaged"))?;
            decoder.start(schema)?;
            block_messages(&mut bytes, blocks)?
        }
    };
    let bytes = Buffer::from_vec(bytes);
    for message in messages {
        decoder.message(&bytes, message)?;
    }
    let schema = decoder.schema.unwrap_or_else(|| Arc::new(Schema::empty()));
    Table::from_batches(&schema, decoder.batches)
}

fn damaged(problem: impl Into<String>) -> Error {
    Error::Arrow(problem.into())
}

/// What the messages so far have told.
#[derive(Default)]
struct Decoder {
    schema: Option<SchemaRef>,
    dictionaries: HashMap<i64, ArrayRef>,
    batches: Vec<RecordBatch>,
}

impl Decoder {
    fn start(&mut self, schema: arrow_ipc::Schema<'_>) -> Result<()> {
        if !schema.endianness().equals_to_target_endianness() {
            return Err(damaged("it was written on a big-endian machine"));
        }
        self.schema = Some(Arc::new(try_fb_to_schema(schema)?));
        Ok(())
    }

    /// Columns share the memory of `file`, without a copy.
    fn message(&mut self, file: &Buffer, place: Found) -> Result<()> {
        let message = root_as_message(&file[place.metadata.clone()]).map_err(|_| {
            damaged(format!(
                "the message at byte {} is damaged",
                place.metadata.start
            ))
        })?;
        if let Some(schema) = message.header_as_schema() {
            return match self.schema {
                None => self.start(schema),
                Some(_) => Err(damaged("it has two schemas")),
            };
        }
        let schema = self
            .schema
            .clone()
            .ok_or_else(|| damaged("it begins without a schema"))?;
        let body = file.slice_with_length(place.body.start, place.body.len());
        let read = |batch, schema| self.batch(&body, batch, schema, message.version());
        if let Some(batch) = message.header_as_record_batch() {
            let batch = read(batch, schema)?;
            self.batches.push(batch);
        } else if let Some(dictionary) = message.header_as_dictionary_batch() {
            let (id, batch) = (dictionary.id(), dictionary.data());
            let values = dictionary_type(&schema, id);
            let (batch, values) = batch
                .zip(values)
                .ok_or_else(|| damaged("a dictionary belongs to no column"))?;
            let schema = Schema::new(vec![Field::new("", values, true)]);
            let mut values = read(batch, Arc::new(schema))?.column(0).clone();
            if dictionary.isDelta()
                && let Some(before) = self.dictionaries.get(&id)
            {
                values = stack(&[before.as_ref(), values.as_ref()])?;
            }
            self.dictionaries.insert(id, values);
        }
        Ok(())
    }

    fn batch(
        &self,
        body: &Buffer,
        batch: arrow_ipc::RecordBatch<'_>,
        schema: SchemaRef,
        version: MetadataVersion,
    ) -> Result<RecordBatch> {
        Lengths::of(batch, version)
            .and_then(|mut lengths| lengths.check_all(schema.fields()))
            .ok_or_else(|| damaged("a column is shorter than its rows"))?;
        let decoder =
            RecordBatchDecoder::try_new(body, batch, schema, &self.dictionaries, &version)?;
        Ok(decoder.read_record_batch()?)
    }
}

/// The type of the values of the dictionary `id`.
fn dictionary_type(schema: &Schema, id: i64) -> Option<DataType> {
    #[expect(deprecated, reason = "arrow-ipc itself has no other way yet")]
    let field = schema.fields_with_dict_id(id).first().copied()?;
    match field.data_type() {
        DataType::Dictionary(_, values) => Some(values.as_ref().clone()),
        _ => None,
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

    use arrow_ipc::root_as_footer;

    use super::messages::buffer_lengths;
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
        assert_eq!(decode(bytes.clone(), None).expect("reads"), sample());
        let (rest, tail) = bytes.split_last_chunk::<10>().expect("a footer");
        let length = i32::from_le_bytes(tail[..4].try_into().expect("4 bytes")) as usize;
        let footer = root_as_footer(&rest[rest.len() - length..]).expect("a footer");
        let block = footer.recordBatches().expect("a batch").get(0);
        // A block is three numbers of 8 bytes; the last is the body's length.
        let place = std::ptr::from_ref(block) as usize - bytes.as_ptr() as usize + 16;
        bytes[place..place + 8].copy_from_slice(&8i64.to_le_bytes());
        let error = decode(bytes, None).expect_err("shortened");
        assert_eq!(error.to_string(), "arrow: its footer is damaged");
    }

    /// The reader takes a union's type ids without a look at their length.
    #[test]
    fn a_union_shorter_than_its_rows_is_damaged() {
        let fields = [(0, Arc::new(Field::new("n", DataType::Int64, true)))];
        let numbers: ArrayRef = Arc::new(arrow_array::Int64Array::from(vec![1, 2, 3]));
        for offsets in [None, Some(vec![0, 1, 2].into())] {
            let fields = fields.iter().cloned().collect();
            let ids = vec![0i8; 3].into();
            let union =
                arrow_array::UnionArray::try_new(fields, ids, offsets, vec![numbers.clone()]);
            let table =
                Table::new(vec![("Union", Arc::new(union.expect("valid")))]).expect("valid");
            let bytes = table.to_ipc(IpcFormat::Stream).expect("writes");
            assert_eq!(read_bytes(bytes.clone()).expect("reads"), table);
            let found = stream_messages(&mut bytes.clone(), 0)
                .expect("reads")
                .pop()
                .expect("a batch");
            let message = root_as_message(&bytes[found.metadata]).expect("a message");
            let base = bytes.as_ptr() as usize;
            let lengths = buffer_lengths(&message, base, found.body.len()).expect("buffers");
            let mut shorter = bytes.clone();
            let (ids, _) = lengths[0];
            shorter[ids..ids + 8].copy_from_slice(&0i64.to_le_bytes());
            let error = read_bytes(shorter).expect_err("shortened");
            assert_eq!(error.code(), "badInput", "{error}");
        }
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
