//! Arrays that pandas leaves to pyarrow, among them the text of pandas 3.
//!
//! pyarrow writes an array as `_restore_array((type, length, nulls, offset,
//! buffers, children, dictionary))`: the buffers of Arrow's columnar format, which
//! arrow-data checks before anything reads them.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, make_array, new_empty_array};
use arrow_buffer::Buffer;
use arrow_data::{ArrayData, BufferSpec, layout};
use arrow_schema::{DataType, Field, TimeUnit};

use super::names::Name;
use super::value::Value;
use super::{MAX_DEPTH, Reader, damaged, shorten, unsupported};
use crate::Result;
use crate::table::kernels::stack;

impl<'p> Reader<'p> {
    /// The array that pyarrow would restore, in one piece.
    pub(super) fn arrow(&mut self, value: Value<'p>) -> Result<ArrayRef> {
        let wrong = || damaged("an array of pyarrow's is missing");
        let object = self.pickle.object(value).ok_or_else(wrong)?;
        match (object.class, self.pickle.args(object)) {
            (Name::ArrowRestore, &[parts]) => Ok(make_array(self.arrow_data(parts, 0)?)),
            (Name::ArrowChunked, &[chunks, data_type, ..]) => {
                let mut arrays = Vec::new();
                for &chunk in self.pickle.items(chunks).ok_or_else(wrong)? {
                    let restore = self
                        .pickle
                        .object(chunk)
                        .filter(|chunk| chunk.class == Name::ArrowRestore);
                    let parts = restore.and_then(|restore| self.pickle.arg(restore, 0));
                    arrays.push(make_array(self.arrow_data(parts.ok_or_else(wrong)?, 0)?));
                }
                let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
                match arrays.as_slice() {
                    [] => Ok(new_empty_array(&self.arrow_type(data_type, 0)?)),
                    arrays => stack(arrays),
                }
            }
            _ => Err(wrong()),
        }
    }

    fn arrow_data(&mut self, parts: Value<'p>, depth: usize) -> Result<ArrayData> {
        let wrong = || damaged("an array of pyarrow's lacks its parts");
        if depth >= MAX_DEPTH {
            return Err(damaged("an array of pyarrow's holds itself"));
        }
        let pickle = self.pickle;
        let Some(
            &[
                data_type,
                Value::Int(length),
                _,
                Value::Int(offset),
                buffers,
                children,
                Value::None,
            ],
        ) = pickle.items(parts)
        else {
            return Err(wrong());
        };
        let data_type = self.arrow_type(data_type, depth)?;
        let sizes = (usize::try_from(length).ok(), usize::try_from(offset).ok());
        let (Some(length), Some(offset)) = sizes else {
            return Err(wrong());
        };
        // Arrays of nothing but nulls, or of structs without fields, have no buffers.
        self.budget.spend(length.saturating_add(offset))?;
        let mut all = Vec::new();
        for &buffer in pickle.items(buffers).ok_or_else(wrong)? {
            all.push(match buffer {
                Value::None => None,
                buffer => {
                    let bytes = self.bytes(buffer)?;
                    self.budget.spend(bytes.len())?;
                    Some(Buffer::from(&*bytes))
                }
            });
        }
        let mut all = all.into_iter();
        let nulls = all.next().flatten();
        let buffers: Vec<Buffer> = all.map(Option::unwrap_or_default).collect();
        if !are_whole(&data_type, &buffers) {
            return Err(damaged("an array of pyarrow's ends within a value"));
        }
        let mut below = Vec::new();
        for &child in pickle.items(children).ok_or_else(wrong)? {
            below.push(self.arrow_data(child, depth + 1)?);
        }
        Ok(ArrayData::try_new(
            data_type, length, nulls, offset, buffers, below,
        )?)
    }

    fn arrow_type(&self, value: Value<'p>, depth: usize) -> Result<DataType> {
        let wrong = || damaged("a type of pyarrow's is none");
        if depth >= MAX_DEPTH {
            return Err(wrong());
        }
        let object = self.pickle.object(value).ok_or_else(wrong)?;
        let args = self.pickle.args(object);
        let text = |index: usize| args.get(index).and_then(|&arg| self.pickle.text(arg));
        let unit = || match text(0) {
            Some("s") => Ok(TimeUnit::Second),
            Some("ms") => Ok(TimeUnit::Millisecond),
            Some("us") => Ok(TimeUnit::Microsecond),
            Some("ns") => Ok(TimeUnit::Nanosecond),
            _ => Err(wrong()),
        };
        let item = || {
            let field = args.first().copied().ok_or_else(wrong)?;
            self.arrow_field(field, depth + 1).map(Arc::new)
        };
        Ok(match object.class {
            Name::ArrowType => alias(text(0).ok_or_else(wrong)?)?,
            Name::ArrowTimestamp => DataType::Timestamp(unit()?, text(1).map(Into::into)),
            Name::ArrowDuration => DataType::Duration(unit()?),
            Name::ArrowTime32 => DataType::Time32(unit()?),
            Name::ArrowTime64 => DataType::Time64(unit()?),
            Name::ArrowList => DataType::List(item()?),
            Name::ArrowLargeList => DataType::LargeList(item()?),
            Name::ArrowStruct => {
                let fields = args.first().and_then(|&fields| self.pickle.items(fields));
                let fields = fields.ok_or_else(wrong)?.iter();
                let fields: Vec<Field> = fields
                    .map(|&field| self.arrow_field(field, depth + 1))
                    .collect::<Result<_>>()?;
                DataType::Struct(fields.into())
            }
            _ => return Err(wrong()),
        })
    }

    /// `field(name, type, nullable, metadata)`, or a bare type.
    fn arrow_field(&self, value: Value<'p>, depth: usize) -> Result<Field> {
        let field = self
            .pickle
            .object(value)
            .filter(|object| object.class == Name::ArrowField);
        match field.map(|field| self.pickle.args(field)) {
            Some(&[name, data_type, ..]) => {
                let name = self.pickle.text(name).unwrap_or("item");
                Ok(Field::new(
                    shorten(name),
                    self.arrow_type(data_type, depth + 1)?,
                    true,
                ))
            }
            Some(_) => Err(damaged("a field of pyarrow's is none")),
            None => Ok(Field::new("item", self.arrow_type(value, depth + 1)?, true)),
        }
    }
}

/// Whether each buffer holds whole values: arrow-data panics at half a one.
fn are_whole(data_type: &DataType, buffers: &[Buffer]) -> bool {
    let specs = layout(data_type).buffers;
    specs.iter().zip(buffers).all(|(spec, buffer)| match spec {
        BufferSpec::FixedWidth { byte_width, .. } => buffer.len().is_multiple_of(*byte_width),
        _ => true,
    })
}

/// The types that pyarrow writes by name.
fn alias(name: &str) -> Result<DataType> {
    Ok(match name {
        "null" => DataType::Null,
        "bool" => DataType::Boolean,
        "int8" => DataType::Int8,
        "int16" => DataType::Int16,
        "int32" => DataType::Int32,
        "int64" => DataType::Int64,
        "uint8" => DataType::UInt8,
        "uint16" => DataType::UInt16,
        "uint32" => DataType::UInt32,
        "uint64" => DataType::UInt64,
        "halffloat" => DataType::Float16,
        "float" => DataType::Float32,
        "double" => DataType::Float64,
        "string" => DataType::Utf8,
        "large_string" => DataType::LargeUtf8,
        "string_view" => DataType::Utf8View,
        "binary" => DataType::Binary,
        "large_binary" => DataType::LargeBinary,
        "binary_view" => DataType::BinaryView,
        "date32" | "date32[day]" => DataType::Date32,
        "date64" | "date64[ms]" => DataType::Date64,
        other => {
            return Err(unsupported(
                format!("it has a column of pyarrow's type `{}`", shorten(other)),
                "turn it into numbers or text with astype, and write the frame again",
            ));
        }
    })
}
