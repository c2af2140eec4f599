//! numpy's arrays: a type, a shape, and bytes or a list of objects.
//!
//! An array is written as `_reconstruct(ndarray, (0,), b"b")` and a state
//! `(version, shape, dtype, is_fortran, data)`, or in protocol 5, if it is
//! contiguous and holds no objects, as `_frombuffer(data, dtype, shape, order)`.
//! A type is `dtype("i8", False, True)` and a state whose second item is the byte
//! order; times have their unit in the ninth.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BinaryArray, BooleanArray, DurationMicrosecondArray, Float64Array, Int64Array,
    StringArray, TimestampMicrosecondArray, UInt64Array,
};

use super::names::Name;
use super::ndarray::{DType, Data, Kind, NdArray};
use super::value::{Object, Value};
use super::zone::{Unit, to_micros};
use super::{Reader, damaged, unsupported};
use crate::Result;

impl<'p> Reader<'p> {
    /// Whether `value` describes an array of numpy's.
    pub(super) fn is_ndarray(&self, value: Value<'p>) -> bool {
        let object = self.pickle.object(value);
        object.is_some_and(|object| matches!(object.class, Name::Reconstruct | Name::FromBuffer))
    }

    /// The array that `value` describes.
    ///
    /// # Errors
    ///
    /// `BadInput` if it is none, or its data has another length than its shape.
    pub(super) fn ndarray(&mut self, value: Value<'p>) -> Result<NdArray<'p>> {
        let pickle = self.pickle;
        let object = pickle.object(value).filter(|_| self.is_ndarray(value));
        let object = object.ok_or_else(|| {
            damaged(format!(
                "a `{}` stands where an array should",
                pickle.type_name(value)
            ))
        })?;
        let parts = match object.class {
            Name::Reconstruct => match pickle.items(object.state) {
                Some(&[_, shape, dtype, Value::Bool(fortran), data]) => {
                    Some((data, dtype, shape, fortran))
                }
                _ => None,
            },
            _ => match pickle.args(object) {
                &[data, dtype, shape, order, ..] => {
                    Some((data, dtype, shape, pickle.text(order) == Some("F")))
                }
                _ => None,
            },
        };
        let (data, dtype, shape, fortran) =
            parts.ok_or_else(|| damaged("an array lacks its parts"))?;
        let dtype = self.dtype(dtype)?;
        let sizes = pickle.items(shape).unwrap_or_default().iter();
        let sizes = sizes.map(|&size| match size {
            Value::Int(size) => usize::try_from(size).ok(),
            _ => None,
        });
        let shape: Vec<usize> = sizes
            .collect::<Option<_>>()
            .filter(|sizes: &Vec<usize>| sizes.len() <= 32)
            .ok_or_else(|| damaged("an array's shape is no list of sizes"))?;
        let data = match dtype.kind {
            Kind::Object => {
                let values = pickle.items(data);
                Data::Values(values.ok_or_else(|| damaged("an array lacks its objects"))?)
            }
            _ => Data::Bytes(self.bytes(data)?),
        };
        let problem = || damaged("an array's data does not fill its shape");
        let array = NdArray::new(dtype, shape.clone(), fortran, data);
        array.ok_or_else(problem)
    }

    fn dtype(&self, value: Value<'p>) -> Result<DType> {
        let object = self
            .pickle
            .object(value)
            .filter(|object| object.class == Name::DType);
        let object = object.ok_or_else(|| damaged("an array has no type"))?;
        let code = self
            .pickle
            .arg(object, 0)
            .and_then(|code| self.pickle.text(code));
        let code = code.ok_or_else(|| damaged("an array has no type"))?;
        let state = self.pickle.items(object.state).unwrap_or_default();
        let order = state.get(1).and_then(|&order| self.pickle.text(order));
        let letter = code.chars().next().unwrap_or(' ');
        let size: Option<usize> = code
            .get(letter.len_utf8()..)
            .and_then(|size| size.parse().ok());
        let size = size.filter(|&size| size <= 1 << 20).unwrap_or(0);
        let (kind, size) = match (letter, size) {
            ('b', 1) => (Kind::Bool, 1),
            ('i', 1 | 2 | 4 | 8) => (Kind::Int, size),
            ('u', 1 | 2 | 4 | 8) => (Kind::Uint, size),
            ('f', 2 | 4 | 8) => (Kind::Float, size),
            ('U', 1..) => (Kind::Text, 4 * size),
            ('S', 1..) => (Kind::Bytes, size),
            ('M', 8) => (Kind::Time(self.unit(object)?), size),
            ('m', 8) => (Kind::Delta(self.unit(object)?), size),
            ('O', _) => (Kind::Object, 0),
            _ => {
                return Err(unsupported(
                    format!("it has values of numpy's type `{}`", super::shorten(code)),
                    "turn the column into numbers or text with astype, and write the frame again",
                ));
            }
        };
        Ok(DType {
            kind,
            size,
            big_endian: order == Some(">"),
        })
    }

    /// The unit of a type of times: `(b"ns", 1, 1, 1)` at the end of its state.
    fn unit(&self, dtype: &Object<'p>) -> Result<Unit> {
        let metadata = self
            .pickle
            .items(dtype.state)
            .and_then(|state| state.get(8).copied());
        let metadata = metadata.and_then(|metadata| self.pickle.items(metadata));
        let unit = metadata.and_then(|metadata| self.pickle.items(*metadata.get(1)?));
        match unit {
            Some(&[name, Value::Int(1), ..]) => {
                let name = self.raw(name)?;
                Unit::named(&name).ok_or_else(|| {
                    let name = String::from_utf8_lossy(&name).into_owned();
                    unsupported(
                        format!("it has times in the unit `{}`", super::shorten(&name)),
                        "turn them into datetime64[ns] with astype, and write the frame again",
                    )
                })
            }
            _ => Err(damaged("a type of times has no unit")),
        }
    }

    /// The bytes that `value` describes, paid for if they are a copy.
    pub(super) fn bytes(&mut self, value: Value<'p>) -> Result<Cow<'p, [u8]>> {
        let bytes = self.raw(value)?;
        if let Cow::Owned(bytes) = &bytes {
            self.budget.spend(bytes.len())?;
        }
        Ok(bytes)
    }

    /// `bytes` themselves; `bytearray(…)`, `py_buffer(…)`; or, as protocol 2 has
    /// no bytes, `_codecs.encode(text, "latin1")`.
    pub(super) fn raw(&self, mut value: Value<'p>) -> Result<Cow<'p, [u8]>> {
        let wrong = || damaged("bytes are missing");
        // A bytearray of bytes in a buffer is as deep as it gets.
        for _ in 0..4 {
            let object = match value {
                Value::Bytes(bytes) => return Ok(bytes.into()),
                Value::Text(text) => return Ok(text.as_bytes().into()),
                _ => self.pickle.object(value).ok_or_else(wrong)?,
            };
            let args = self.pickle.args(object);
            match (object.class, args) {
                (Name::ByteArray, []) => return Ok(Cow::Borrowed(&[])),
                (Name::Encode, &[text, _]) | (Name::ByteArray, &[text, _]) => {
                    let text = self.pickle.text(text).ok_or_else(wrong)?;
                    let bytes = text.chars().map(|char| u8::try_from(u32::from(char)).ok());
                    return Ok(bytes.collect::<Option<Vec<u8>>>().ok_or_else(wrong)?.into());
                }
                (Name::ByteArray | Name::ArrowBuffer, &[inner]) => value = inner,
                _ => return Err(wrong()),
            }
        }
        Err(wrong())
    }

    /// A column of an array; rows where `mask` is true are absent.
    pub(super) fn array_column(
        &mut self,
        array: &NdArray<'p>,
        column: usize,
        mask: Option<&[bool]>,
    ) -> Result<ArrayRef> {
        self.budget
            .spend_each(array.rows(), array.dtype.size.max(8))?;
        let shown = |row: usize| mask.is_none_or(|mask| mask.get(row) != Some(&true));
        let cells = array.positions(column).enumerate();
        let cells = cells.map(|(row, at)| shown(row).then_some(at));
        Ok(match array.dtype.kind {
            Kind::Bool => Arc::new(
                cells
                    .map(|at| Some(array.bits(at?) != 0))
                    .collect::<BooleanArray>(),
            ),
            Kind::Int => Arc::new(cells.map(|at| Some(array.int(at?))).collect::<Int64Array>()),
            Kind::Uint => unsigned(cells.map(|at| Some(array.bits(at?))).collect()),
            Kind::Float => {
                let floats = cells.map(|at| Some(array.float(at?)).filter(|float| !float.is_nan()));
                Arc::new(floats.collect::<Float64Array>())
            }
            Kind::Text => Arc::new(
                cells
                    .map(|at| Some(array.text(at?)))
                    .collect::<StringArray>(),
            ),
            Kind::Bytes => Arc::new(
                cells
                    .map(|at| Some(array.bytes(at?)))
                    .collect::<BinaryArray>(),
            ),
            Kind::Time(unit) => {
                let times = cells.map(|at| self.ticks(array.int(at?), unit));
                Arc::new(
                    times
                        .collect::<TimestampMicrosecondArray>()
                        .with_timezone("UTC"),
                )
            }
            Kind::Delta(unit) => {
                let deltas = cells.map(|at| self.ticks(array.int(at?), unit));
                Arc::new(deltas.collect::<DurationMicrosecondArray>())
            }
            Kind::Object => {
                let values = array.values(column).unwrap_or_default();
                self.objects(values)?
            }
        })
    }

    /// A time or a duration in microseconds, or none if it is `NaT`.
    pub(super) fn ticks(&mut self, ticks: i64, unit: Unit) -> Option<i64> {
        if ticks == i64::MIN {
            return None;
        }
        let micros = to_micros(ticks, unit);
        self.times_lost += u64::from(micros.is_none());
        let (micros, cut) = micros?;
        self.times_cut |= cut;
        Some(micros)
    }
}

/// Integers that are not negative: `int64` like all others, if they fit.
fn unsigned(values: Vec<Option<u64>>) -> ArrayRef {
    let fits = values
        .iter()
        .flatten()
        .all(|&value| i64::try_from(value).is_ok());
    if fits {
        let values = values
            .into_iter()
            .map(|value| value.map(|value| value as i64));
        return Arc::new(values.collect::<Int64Array>());
    }
    Arc::new(UInt64Array::from(values))
}

impl<'p> Reader<'p> {
    /// `scalar(dtype, bytes)`, as an array of one.
    pub(super) fn numpy_scalar(&self, object: &Object<'p>) -> Result<Option<NdArray<'p>>> {
        let [dtype, data] = *self.pickle.args(object) else {
            return Err(damaged("a numpy scalar lacks its parts"));
        };
        let dtype = self.dtype(dtype)?;
        if dtype.kind == Kind::Object {
            return Ok(None);
        }
        let array = NdArray::new(dtype, vec![1], false, Data::Bytes(self.raw(data)?));
        array
            .map(Some)
            .ok_or_else(|| damaged("a numpy scalar has a wrong length"))
    }
}
