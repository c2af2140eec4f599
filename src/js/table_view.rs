//! Columns as addresses in WebAssembly memory, so that `table.js` reads cells
//! without a copy or a call; and back, columns of typed arrays.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::*;
use arrow_array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, GenericStringArray, OffsetSizeTrait,
    PrimitiveArray,
};
use arrow_buffer::{BooleanBuffer, Buffer, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, TimeUnit};
use serde_json::{Value, json};

use crate::{Error, Result};

/// A column as `{kind, length, values, …}`; addresses are byte offsets in memory.
///
/// | kind | fields |
/// | --- | --- |
/// | `int8` … `uint64`, `float32`, `float64`, `date32` | `values` |
/// | `time` | `values` (64-bit ticks since 1970), `perMs` ticks a millisecond (0.001 for seconds) |
/// | `bool` | `values` (bits), `bit` of the first |
/// | `text` | `offsets` (`wide` if 64-bit), `values` |
/// | `list` | `offsets`, `child` |
///
/// `validity` and `validityBit` are there if a value is absent. None for other types.
pub(super) fn describe(array: &dyn Array) -> Option<Value> {
    let mut view = match array.data_type() {
        DataType::Boolean => {
            let bits = array.as_boolean().values();
            json!({ "kind": "bool", "values": address(bits.inner().as_ptr()), "bit": bits.offset() })
        }
        DataType::Int8 => numbers::<Int8Type>("int8", array),
        DataType::Int16 => numbers::<Int16Type>("int16", array),
        DataType::Int32 => numbers::<Int32Type>("int32", array),
        DataType::Int64 => numbers::<Int64Type>("int64", array),
        DataType::UInt8 => numbers::<UInt8Type>("uint8", array),
        DataType::UInt16 => numbers::<UInt16Type>("uint16", array),
        DataType::UInt32 => numbers::<UInt32Type>("uint32", array),
        DataType::UInt64 => numbers::<UInt64Type>("uint64", array),
        DataType::Float32 => numbers::<Float32Type>("float32", array),
        DataType::Float64 => numbers::<Float64Type>("float64", array),
        DataType::Date32 => numbers::<Date32Type>("date32", array),
        DataType::Date64 => time(numbers::<Date64Type>("time", array), 1.0),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => time(numbers::<TimestampSecondType>("time", array), 0.001),
            TimeUnit::Millisecond => time(numbers::<TimestampMillisecondType>("time", array), 1.0),
            TimeUnit::Microsecond => time(numbers::<TimestampMicrosecondType>("time", array), 1e3),
            TimeUnit::Nanosecond => time(numbers::<TimestampNanosecondType>("time", array), 1e6),
        },
        DataType::Utf8 => text(array.as_string::<i32>()),
        DataType::LargeUtf8 => text(array.as_string::<i64>()),
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let child = describe(lists.values().as_ref())?;
            json!({ "kind": "list", "offsets": address(lists.value_offsets().as_ptr()), "child": child })
        }
        _ => return None,
    };
    view["length"] = array.len().into();
    if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
        view["validity"] = address(nulls.buffer().as_ptr());
        view["validityBit"] = nulls.offset().into();
    }
    Some(view)
}

fn address<T>(pointer: *const T) -> Value {
    (pointer as usize).into()
}

fn numbers<T: ArrowPrimitiveType>(kind: &str, array: &dyn Array) -> Value {
    let values = array.as_primitive::<T>().values();
    json!({ "kind": kind, "values": address(values.as_ptr()) })
}

fn time(mut view: Value, per_ms: f64) -> Value {
    view["perMs"] = per_ms.into();
    view
}

fn text<O: OffsetSizeTrait>(array: &GenericStringArray<O>) -> Value {
    json!({
        "kind": "text",
        "offsets": address(array.value_offsets().as_ptr()),
        "wide": O::IS_LARGE,
        "values": address(array.values().as_ptr()),
    })
}

/// A column that [`from_buffers`] makes.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    name: String,
    kind: String,
    length: usize,
    /// Whether validity bits follow the values.
    nullable: bool,
}

/// Makes columns of values that lie one after the other, each padded to 8 bytes.
pub(super) fn from_buffers(columns: &[Given], bytes: Vec<u8>) -> Result<crate::Table> {
    let mut source = Source {
        buffer: Buffer::from_vec(bytes),
        at: 0,
    };
    let arrays = columns
        .iter()
        .map(|given| Ok((given.name.as_str(), source.column(given)?)));
    crate::Table::new(arrays.collect::<Result<_>>()?)
}

struct Source {
    buffer: Buffer,
    at: usize,
}

impl Source {
    fn take(&mut self, length: usize) -> Result<Buffer> {
        if self.buffer.len().saturating_sub(self.at) < length {
            return Err(Error::InvalidArgument(
                "a column's values end too early".into(),
            ));
        }
        let part = self.buffer.slice_with_length(self.at, length);
        self.at += length.next_multiple_of(8);
        Ok(part)
    }

    fn column(&mut self, given: &Given) -> Result<ArrayRef> {
        Ok(match given.kind.as_str() {
            "null" => arrow_array::new_null_array(&DataType::Utf8, given.length),
            "bool" => {
                let bits = self.take(given.length.div_ceil(8))?;
                let nulls = self.nulls(given)?;
                Arc::new(BooleanArray::new(
                    BooleanBuffer::new(bits, 0, given.length),
                    nulls,
                ))
            }
            "int8" => self.numbers::<Int8Type>(given)?,
            "int16" => self.numbers::<Int16Type>(given)?,
            "int32" => self.numbers::<Int32Type>(given)?,
            "int64" => self.numbers::<Int64Type>(given)?,
            "uint8" => self.numbers::<UInt8Type>(given)?,
            "uint16" => self.numbers::<UInt16Type>(given)?,
            "uint32" => self.numbers::<UInt32Type>(given)?,
            "uint64" => self.numbers::<UInt64Type>(given)?,
            "float32" => self.numbers::<Float32Type>(given)?,
            "float64" => self.numbers::<Float64Type>(given)?,
            other => return Err(Error::InvalidArgument(format!("no column kind `{other}`"))),
        })
    }

    fn numbers<T: ArrowPrimitiveType>(&mut self, given: &Given) -> Result<ArrayRef> {
        let size = given.length.checked_mul(size_of::<T::Native>());
        let size = size.ok_or_else(|| Error::InvalidArgument("a column is too long".into()))?;
        // Copied, so that it is aligned whatever lies before it.
        let values = Buffer::from_slice_ref(self.take(size)?.as_slice());
        let nulls = self.nulls(given)?;
        let values = ScalarBuffer::<T::Native>::new(values, 0, given.length);
        Ok(Arc::new(PrimitiveArray::<T>::try_new(values, nulls)?))
    }

    fn nulls(&mut self, given: &Given) -> Result<Option<NullBuffer>> {
        if !given.nullable {
            return Ok(None);
        }
        let bits = self.take(given.length.div_ceil(8))?;
        Ok(Some(NullBuffer::new(BooleanBuffer::new(
            bits,
            0,
            given.length,
        ))))
    }
}
