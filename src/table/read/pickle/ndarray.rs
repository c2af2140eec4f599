//! A numpy array whose parts fit each other, and access to its items.

use std::borrow::Cow;

use arrow_array::types::{ArrowPrimitiveType, Float16Type};

use super::value::Value;
use super::zone::Unit;

/// What the items of an array are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Bool,
    Int,
    Uint,
    Float,
    Text,
    Bytes,
    Time(Unit),
    Delta(Unit),
    Object,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DType {
    pub(super) kind: Kind,
    /// Bytes of an item; 0 for objects.
    pub(super) size: usize,
    pub(super) big_endian: bool,
}

/// An array whose data has the length that its shape says.
#[derive(Debug)]
pub(super) struct NdArray<'p> {
    pub(super) dtype: DType,
    pub(super) shape: Vec<usize>,
    /// The first index runs fastest in `data`.
    fortran: bool,
    data: Data<'p>,
}

#[derive(Debug)]
pub(super) enum Data<'p> {
    Bytes(Cow<'p, [u8]>),
    Values(&'p [Value<'p>]),
}

impl<'p> NdArray<'p> {
    /// `None` if the data does not fill the shape exactly.
    pub(super) fn new(
        dtype: DType,
        shape: Vec<usize>,
        fortran: bool,
        data: Data<'p>,
    ) -> Option<Self> {
        // If one size is 0, the others may be as large as they like.
        let count = match shape.contains(&0) {
            true => 0,
            false => shape
                .iter()
                .try_fold(1usize, |count, &size| count.checked_mul(size))?,
        };
        let length = match &data {
            Data::Bytes(bytes) => {
                let is_whole = dtype.size > 0 && bytes.len() % dtype.size == 0;
                is_whole.then(|| bytes.len() / dtype.size)?
            }
            Data::Values(values) => values.len(),
        };
        (count == length).then_some(Self {
            dtype,
            shape,
            fortran,
            data,
        })
    }

    /// Number of columns, if this is the array of a block: two-dimensional ones
    /// have a column in each row.
    pub(super) fn columns(&self) -> Option<usize> {
        match *self.shape {
            [_] => Some(1),
            [columns, _] => Some(columns),
            _ => None,
        }
    }

    /// Where the items of a column stand in the data.
    pub(super) fn positions(&self, column: usize) -> impl Iterator<Item = usize> + use<'p> {
        let (columns, rows) = match *self.shape {
            [columns, rows] => (columns, rows),
            [rows] => (1, rows),
            _ => (0, 0),
        };
        let by_column = self.fortran && matches!(self.data, Data::Bytes(_));
        let (start, step) = if by_column {
            (column, columns)
        } else {
            (column * rows, 1)
        };
        (0..rows).map(move |row| start + row * step)
    }

    pub(super) fn rows(&self) -> usize {
        self.shape.last().copied().unwrap_or(0)
    }

    fn item(&self, position: usize) -> &[u8] {
        let size = self.dtype.size;
        match &self.data {
            Data::Bytes(bytes) => &bytes[position * size..(position + 1) * size],
            Data::Values(_) => &[],
        }
    }

    pub(super) fn bits(&self, position: usize) -> u64 {
        let mut bytes = [0; 8];
        let item = self.item(position);
        for (i, byte) in item.iter().take(8).enumerate() {
            let to = if self.dtype.big_endian {
                item.len() - 1 - i
            } else {
                i
            };
            bytes[to & 7] = *byte;
        }
        u64::from_le_bytes(bytes)
    }

    pub(super) fn int(&self, position: usize) -> i64 {
        let unused = 64 - 8 * self.dtype.size.clamp(1, 8) as u32;
        (self.bits(position) as i64) << unused >> unused
    }

    pub(super) fn float(&self, position: usize) -> f64 {
        let bits = self.bits(position);
        match self.dtype.size {
            2 => <Float16Type as ArrowPrimitiveType>::Native::from_bits(bits as u16).to_f64(),
            4 => f32::from_bits(bits as u32).into(),
            _ => f64::from_bits(bits),
        }
    }

    /// UTF-32 without the zeros at its end.
    pub(super) fn text(&self, position: usize) -> String {
        let chars = self.item(position).chunks_exact(4).map(|unit| {
            let mut code = [unit[0], unit[1], unit[2], unit[3]];
            if self.dtype.big_endian {
                code.reverse();
            }
            char::from_u32(u32::from_le_bytes(code)).unwrap_or('\u{fffd}')
        });
        let text: String = chars.collect();
        text.trim_end_matches('\0').into()
    }

    pub(super) fn bytes(&self, position: usize) -> &[u8] {
        let item = self.item(position);
        let zeros = item.iter().rev().take_while(|&&byte| byte == 0).count();
        &item[..item.len() - zeros]
    }

    /// The items of a column of integers, such as positions or codes.
    pub(super) fn ints(&self, column: usize) -> Option<impl Iterator<Item = i64>> {
        let is_int = matches!(self.dtype.kind, Kind::Int | Kind::Uint);
        is_int.then(|| {
            self.positions(column)
                .map(|position| match self.dtype.kind {
                    Kind::Uint => i64::try_from(self.bits(position)).unwrap_or(i64::MAX),
                    _ => self.int(position),
                })
        })
    }

    /// Of an array of bools, those that are true.
    pub(super) fn bools(&self, column: usize) -> Option<Vec<bool>> {
        let is_bool = self.dtype.kind == Kind::Bool;
        is_bool.then(|| {
            self.positions(column)
                .map(|at| self.bits(at) != 0)
                .collect()
        })
    }

    /// The items of a column of objects.
    pub(super) fn values(&self, column: usize) -> Option<&'p [Value<'p>]> {
        let rows = self.rows();
        match self.data {
            Data::Values(values) => values.get(column * rows..(column + 1) * rows),
            Data::Bytes(_) => None,
        }
    }
}

/// An item of an array as a value of its own, for JSON.
#[derive(Debug)]
pub(super) enum Item<'p, 'a> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
    Bytes(&'a [u8]),
    Time(i64, Unit),
    Delta(i64, Unit),
    Value(Value<'p>),
}

impl<'p> NdArray<'p> {
    /// The item at these indices, each less than the size there.
    pub(super) fn get(&self, indices: &[usize]) -> Item<'p, '_> {
        let fortran = self.fortran && matches!(self.data, Data::Bytes(_));
        let fold = |at: usize, (&index, &size): (&usize, &usize)| at * size + index;
        let pairs = indices.iter().zip(&self.shape);
        let at = if fortran {
            pairs.rev().fold(0, fold)
        } else {
            pairs.fold(0, fold)
        };
        match (self.dtype.kind, &self.data) {
            (_, Data::Values(values)) => {
                Item::Value(values.get(at).copied().unwrap_or(Value::None))
            }
            (Kind::Bool, _) => Item::Bool(self.bits(at) != 0),
            (Kind::Int, _) => Item::Int(self.int(at)),
            (Kind::Uint, _) => Item::Uint(self.bits(at)),
            (Kind::Float, _) => Item::Float(self.float(at)),
            (Kind::Text, _) => Item::Text(self.text(at)),
            (Kind::Bytes, _) => Item::Bytes(self.bytes(at)),
            (Kind::Time(unit), _) => Item::Time(self.int(at), unit),
            (Kind::Delta(unit), _) => Item::Delta(self.int(at), unit),
            (Kind::Object, _) => Item::Value(Value::None),
        }
    }
}
