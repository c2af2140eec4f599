//! pandas' own arrays, which a frame holds beside numpy's.
//!
//! Since pandas 1.3 those around a numpy array are written as
//! `__pyx_unpickle_NDArrayBacked(class, checksum, None)` with a state that has the
//! type, the numpy array and the rest; before, and all others still, as a bare
//! object with a dict of its fields.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, UInt32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow_schema::DataType;

use super::names::Name;
use super::ndarray::{Kind, NdArray};
use super::object::interval_text;
use super::value::{Object, Value};
use super::{MAX_DEPTH, Reader, damaged, unsupported};
use crate::Result;
use crate::table::column::Column;
use crate::table::kernels::take;

impl<'p> Reader<'p> {
    /// The columns of an array of numpy, pandas or pyarrow: one, or one for each
    /// name if the array is a block's. `depth` counts arrays in arrays.
    pub(super) fn arrays(
        &mut self,
        value: Value<'p>,
        names: &[String],
        depth: usize,
    ) -> Result<Vec<ArrayRef>> {
        if depth >= MAX_DEPTH {
            return Err(damaged("an array holds itself"));
        }
        self.name_column(names, 0);
        if self.is_ndarray(value) {
            let array = self.ndarray(value)?;
            return self.columns(&array, names);
        }
        let object = self.pickle.object(value);
        let object = object.ok_or_else(|| {
            damaged(format!(
                "a `{}` stands where an array should",
                self.pickle.type_name(value)
            ))
        })?;
        match self.class(object) {
            Name::DatetimeArray | Name::TimedeltaArray | Name::StringArray => {
                let array = self.wrapped(object)?;
                self.columns(&array, names)
            }
            Name::Categorical => Ok(vec![self.categorical(object, depth)?]),
            Name::MaskedArray => Ok(vec![self.masked(object)?]),
            Name::ArrowArray => {
                let fields = ["_pa_array", "_data", "_chunked_array"];
                let held = fields
                    .iter()
                    .find_map(|field| self.pickle.field(object.state, field));
                let held = held.ok_or_else(|| damaged("an array of pyarrow's is missing"))?;
                Ok(vec![self.arrow(held)?])
            }
            Name::IntervalArray => {
                let in_tuple = self
                    .pickle
                    .items(object.state)
                    .and_then(|state| state.first());
                Ok(vec![self.intervals(
                    in_tuple.copied().unwrap_or(object.state),
                    depth,
                )?])
            }
            Name::NewIndex | Name::Index => Ok(vec![self.index_column(value, depth + 1)?]),
            _ => Err(unsupported(
                format!(
                    "it has a column that is a `{}`",
                    self.pickle.type_name(value)
                ),
                "turn it into numbers or text with astype, and write the frame again",
            )),
        }
    }

    /// The class of an object, whichever way it is written.
    fn class(&self, object: &Object<'p>) -> Name {
        match (object.class, self.pickle.arg(object, 0)) {
            (Name::NdArrayBacked, Some(Value::Name(class))) => class,
            (class, _) => class,
        }
    }

    fn columns(&mut self, array: &NdArray<'p>, names: &[String]) -> Result<Vec<ArrayRef>> {
        let count = array.columns().filter(|&count| count == names.len());
        let count = count
            .ok_or_else(|| damaged("an array has another number of columns than its block"))?;
        let mut columns = Vec::with_capacity(count);
        for column in 0..count {
            self.name_column(names, column);
            columns.push(self.array_column(array, column, None)?);
            self.note_times();
        }
        Ok(columns)
    }

    fn name_column(&mut self, names: &[String], column: usize) {
        self.column = names.get(column).cloned().unwrap_or_default();
    }

    /// The array that a pandas array is made around.
    fn wrapped(&mut self, object: &Object<'p>) -> Result<NdArray<'p>> {
        let pickle = self.pickle;
        let parts = pickle.items(object.state).unwrap_or_default();
        let in_tuple = parts.iter().copied().find(|&part| self.is_ndarray(part));
        let fields = ["_data", "_ndarray", "_codes"];
        let in_fields = || {
            fields
                .iter()
                .find_map(|field| pickle.field(object.state, field))
        };
        let array = in_tuple
            .or_else(in_fields)
            .ok_or_else(|| damaged("an array is missing"))?;
        self.ndarray(array)
    }

    /// Codes that count categories from 0; -1 is absent.
    fn categorical(&mut self, object: &Object<'p>, depth: usize) -> Result<ArrayRef> {
        let pickle = self.pickle;
        let is_dtype = |value: Value<'p>| {
            pickle
                .object(value)
                .filter(|dtype| dtype.class == Name::CategoricalDtype)
        };
        let parts = pickle.items(object.state).unwrap_or_default();
        let in_tuple = parts.iter().find_map(|&part| is_dtype(part));
        let in_fields = || pickle.field(object.state, "_dtype").and_then(is_dtype);
        let categories = in_tuple
            .or_else(in_fields)
            .and_then(|dtype| pickle.field(dtype.state, "categories"));
        let categories = categories.ok_or_else(|| damaged("a column lacks its categories"))?;
        let codes = self.wrapped(object)?;
        let categories = self.index_column(categories, depth + 1)?;
        self.coded(&codes, &categories)
    }

    /// `values` at each code. Text stays in one place, with a dictionary.
    pub(super) fn coded(&mut self, codes: &NdArray<'p>, values: &ArrayRef) -> Result<ArrayRef> {
        let wrong = || damaged("a code counts beyond its categories");
        if !matches!(*codes.shape, [_] | [1, _]) {
            return Err(damaged("codes are no list"));
        }
        let codes = codes
            .ints(0)
            .ok_or_else(|| damaged("codes are no integers"))?;
        let mut keys = Vec::new();
        for code in codes {
            self.budget.spend(8)?;
            let key = match code {
                -1 => None,
                code => Some(i32::try_from(code).map_err(|_| wrong())?),
            };
            if key.is_some_and(|key| usize::try_from(key).map_or(true, |key| key >= values.len())) {
                return Err(wrong());
            }
            keys.push(key);
        }
        let keys = Int32Array::from(keys);
        let rows = || keys.unary::<_, UInt32Type>(|key| key as u32);
        if values.data_type().is_primitive() || values.data_type() == &DataType::Boolean {
            return take(values.as_ref(), &rows());
        }
        // Codes of codes are codes: text that is used often is never written out.
        if let Some(inner) = values.as_dictionary_opt::<Int32Type>() {
            let keys = take(inner.keys(), &rows())?;
            let keys = keys.as_primitive().clone();
            return Ok(Arc::new(DictionaryArray::<Int32Type>::try_new(
                keys,
                inner.values().clone(),
            )?));
        }
        Ok(Arc::new(DictionaryArray::try_new(keys, values.clone())?))
    }

    /// Values and, beside them, which are absent.
    fn masked(&mut self, object: &Object<'p>) -> Result<ArrayRef> {
        let fields = ["_data", "_mask"].map(|field| self.pickle.field(object.state, field));
        let [Some(data), Some(mask)] = fields else {
            return Err(damaged("an array lacks its values or its mask"));
        };
        let (data, mask) = (self.ndarray(data)?, self.ndarray(mask)?);
        let is_plain = matches!(
            data.dtype.kind,
            Kind::Bool | Kind::Int | Kind::Uint | Kind::Float
        );
        if data.shape.len() != 1 || data.shape != mask.shape || !is_plain {
            return Err(damaged("an array's mask does not fit it"));
        }
        let mask = mask
            .bools(0)
            .ok_or_else(|| damaged("an array's mask does not fit it"))?;
        self.array_column(&data, 0, Some(&mask))
    }

    /// Intervals as pandas writes them, `(0, 1]`, from a dict of `left`, `right`
    /// and `closed`, with or without `_` before them.
    pub(super) fn intervals(&mut self, fields: Value<'p>, depth: usize) -> Result<ArrayRef> {
        let field = |name: &str| {
            let plain = self.pickle.field(fields, name);
            plain.or_else(|| self.pickle.field(fields, &format!("_{name}")))
        };
        let (left, right) = (field("left"), field("right"));
        let (Some(left), Some(right)) = (left, right) else {
            return Err(damaged("intervals lack their ends"));
        };
        let in_dtype = || {
            let dtype = self.pickle.object(field("dtype")?)?;
            let in_args = self.pickle.arg(dtype, 1);
            self.pickle.field(dtype.state, "closed").or(in_args)
        };
        let closed = field("closed")
            .or_else(in_dtype)
            .and_then(|closed| self.pickle.text(closed));
        let closed = closed.unwrap_or("right").to_string();
        let mut ends = Vec::new();
        for end in [left, right] {
            let name = [self.column.clone()];
            let column = self.arrays(end, &name, depth + 1)?;
            ends.extend(column);
        }
        let [left, right] = ends.as_slice() else {
            return Err(damaged("intervals lack their ends"));
        };
        if left.len() != right.len() {
            return Err(damaged("intervals have more of one end than of the other"));
        }
        let (lefts, rights) = (Column::of(left.as_ref()), Column::of(right.as_ref()));
        let mut texts = Vec::new();
        for row in 0..left.len() {
            let text = (!left.is_null(row))
                .then(|| interval_text(&lefts.get(row), &rights.get(row), &closed));
            self.budget
                .spend(24 + text.as_ref().map_or(0, String::len))?;
            texts.push(text);
        }
        Ok(Arc::new(StringArray::from(texts)))
    }
}
