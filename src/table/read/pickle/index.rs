//! The axes of a frame: its column names, and an index that says something.
//!
//! An index is written as `_new_Index(class, fields)`: `data`; or `start`, `stop`
//! and `step`; or, of several levels, `levels`, the `codes` that count in each,
//! and `names`.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int64Array};

use super::names::Name;
use super::object::Scalar;
use super::value::Value;
use super::{MAX_DEPTH, Reader, damaged, shorten, unsupported};
use crate::table::column::Column;
use crate::table::format;
use crate::{Error, Place, Result};

/// `range(start, stop, step)`, which pandas keeps instead of row numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Range {
    start: i64,
    stop: i64,
    step: i64,
}

impl Range {
    fn length(self) -> usize {
        let (start, stop, step) = (
            i128::from(self.start),
            i128::from(self.stop),
            i128::from(self.step),
        );
        let length = match step {
            1.. => (stop - start + step - 1).div_euclid(step),
            _ => (start - stop - step - 1).div_euclid(-step),
        };
        usize::try_from(length.max(0)).unwrap_or(usize::MAX)
    }
}

impl<'p> Reader<'p> {
    /// The class and the fields of an index.
    fn index_parts(&self, value: Value<'p>) -> Option<(Name, Value<'p>)> {
        let object = self.pickle.object(value)?;
        match (object.class, self.pickle.args(object)) {
            (Name::NewIndex, &[Value::Name(class), fields, ..]) => Some((class, fields)),
            _ => None,
        }
    }

    fn range(&self, fields: Value<'p>) -> Result<Range> {
        let parts = ["start", "stop", "step"].map(|name| self.pickle.field(fields, name));
        match parts {
            [
                Some(Value::Int(start)),
                Some(Value::Int(stop)),
                Some(Value::Int(step)),
            ] if step != 0 => Ok(Range { start, stop, step }),
            _ => Err(damaged("an index lacks its start, stop and step")),
        }
    }

    /// An index of one level as a column.
    pub(super) fn index_column(&mut self, value: Value<'p>, depth: usize) -> Result<ArrayRef> {
        if depth >= MAX_DEPTH {
            return Err(damaged("an index holds itself"));
        }
        let Some((class, fields)) = self.index_parts(value) else {
            return Err(damaged(format!(
                "a `{}` stands where an index should",
                self.pickle.type_name(value)
            )));
        };
        match class {
            Name::RangeIndex => {
                let range = self.range(fields)?;
                let length = range.length();
                self.budget.spend_each(length, 8)?;
                let rows = (0..length as i64)
                    .map(|row| range.start.wrapping_add(row.wrapping_mul(range.step)));
                Ok(Arc::new(rows.collect::<Int64Array>()))
            }
            Name::IntervalIndex if self.pickle.field(fields, "left").is_some() => {
                self.intervals(fields, depth + 1)
            }
            Name::Index | Name::IntervalIndex => {
                let data = self
                    .pickle
                    .field(fields, "data")
                    .ok_or_else(|| damaged("an index is empty"))?;
                let names = [self.column.clone()];
                let columns = self.arrays(data, &names, depth + 1)?;
                columns
                    .into_iter()
                    .next()
                    .ok_or_else(|| damaged("an index is empty"))
            }
            _ => Err(unsupported(
                format!("it has an index that is a `{}`", class.python()),
                "turn the index into a column of plain values with reset_index and astype",
            )),
        }
    }

    /// Levels, codes and names of a `MultiIndex`, as many of each.
    fn levels(&mut self, fields: Value<'p>) -> Result<Vec<(ArrayRef, Value<'p>)>> {
        let field = |name: &str| {
            self.pickle
                .field(fields, name)
                .and_then(|value| self.pickle.items(value))
        };
        let codes = field("codes").or_else(|| field("labels"));
        let (Some(levels), Some(codes)) = (field("levels"), codes) else {
            return Err(damaged("an index of several levels lacks its parts"));
        };
        if levels.len() != codes.len() || levels.is_empty() || levels.len() > self.max_columns {
            return Err(damaged("an index of several levels lacks its parts"));
        }
        let mut pairs = Vec::new();
        for (&level, &codes) in levels.iter().zip(codes) {
            pairs.push((self.index_column(level, 0)?, codes));
        }
        Ok(pairs)
    }

    /// The names of the columns, as they are.
    pub(super) fn column_names(&mut self, value: Value<'p>) -> Result<Vec<String>> {
        self.column = "column names".into();
        let names = match self.index_parts(value) {
            Some((Name::MultiIndex, fields)) => self.joined_names(fields)?,
            Some((Name::RangeIndex, fields)) => {
                self.check_columns(self.range(fields)?.length())?;
                let names = self.index_column(value, 0)?;
                self.texts(&names)?
            }
            _ => {
                let names = self.index_column(value, 0)?;
                self.texts(&names)?
            }
        };
        Ok(names)
    }

    /// Of each column its names in all levels, with dots between them.
    fn joined_names(&mut self, fields: Value<'p>) -> Result<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        for (level, (values, codes)) in self.levels(fields)?.into_iter().enumerate() {
            let codes = self.ndarray(codes)?;
            self.check_columns(codes.shape.first().copied().unwrap_or(0))?;
            let texts = self.coded(&codes, &values)?;
            let texts = self.texts(&texts)?;
            if level == 0 {
                names = texts;
                continue;
            }
            if texts.len() != names.len() {
                return Err(damaged("a level has another number of column names"));
            }
            for (name, text) in names.iter_mut().zip(&texts) {
                if !name.is_empty() && !text.is_empty() {
                    name.push('.');
                }
                name.push_str(text);
            }
        }
        let note = "the levels of the column names were joined with dots";
        self.report.notes.push(note.into());
        Ok(names)
    }

    fn texts(&mut self, column: &ArrayRef) -> Result<Vec<String>> {
        self.check_columns(column.len())?;
        let cells = Column::of(column.as_ref());
        let mut texts = Vec::new();
        for row in 0..column.len() {
            let mut text = Vec::new();
            format::write_text(&cells.get(row), &mut text);
            self.budget.spend(24 + text.len())?;
            texts.push(String::from_utf8_lossy(&text).into_owned());
        }
        Ok(texts)
    }

    fn check_columns(&self, count: usize) -> Result<()> {
        if count <= self.max_columns {
            return Ok(());
        }
        Err(Error::LimitExceeded {
            place: Place::default(),
            problem: format!("more than {} columns", self.max_columns),
            advice: "raise limits.maxColumns if the file is to be trusted".into(),
        })
    }

    /// The index as columns, or none if it only counts the rows.
    /// `is_alone` if the frame has no columns besides.
    pub(super) fn index_columns(
        &mut self,
        value: Value<'p>,
        is_alone: bool,
    ) -> Result<Vec<(String, ArrayRef)>> {
        self.column = "index".into();
        let Some((class, fields)) = self.index_parts(value) else {
            return Ok(vec![("index".into(), self.index_column(value, 0)?)]);
        };
        if class == Name::MultiIndex {
            return self.level_columns(fields);
        }
        let name = self.name_of(self.pickle.field(fields, "name"))?;
        if class == Name::RangeIndex && name.is_none() {
            let Range { start, step, .. } = self.range(fields)?;
            if (start, step) != (0, 1) {
                self.report.notes.push(format!(
                    "row numbers of the frame, from {start} in steps of {step}, were left out"
                ));
            }
            return Ok(vec![]);
        }
        self.column = name.clone().unwrap_or_else(|| "index".into());
        let column = self.index_column(value, 0)?;
        self.note_times();
        if name.is_none() && is_alone && column.is_empty() {
            // An empty frame of pandas before 2 has an empty index of objects.
            return Ok(vec![]);
        }
        let name = name.unwrap_or_else(|| {
            self.report
                .notes
                .push("column `index` is the frame's index".into());
            "index".into()
        });
        Ok(vec![(name, column)])
    }

    fn level_columns(&mut self, fields: Value<'p>) -> Result<Vec<(String, ArrayRef)>> {
        let pickle = self.pickle;
        let names = pickle
            .field(fields, "names")
            .and_then(|names| pickle.items(names));
        let mut columns = Vec::new();
        for (i, (values, codes)) in self.levels(fields)?.into_iter().enumerate() {
            let name = self.name_of(names.and_then(|names| names.get(i).copied()))?;
            let codes = self.ndarray(codes)?;
            // As pandas' reset_index names them.
            let name = name.unwrap_or_else(|| format!("level_{i}"));
            columns.push((name, self.coded(&codes, &values)?));
        }
        self.note_times();
        Ok(columns)
    }

    /// A name that is text, a number or a tuple of such.
    fn name_of(&mut self, name: Option<Value<'p>>) -> Result<Option<String>> {
        let Some(name) = name else {
            return Ok(None);
        };
        let name = match self.scalar(name, 0)? {
            Scalar::Null => return Ok(None),
            Scalar::Text(text) => text.into_owned(),
            Scalar::Nested(value) => {
                let mut text = Vec::new();
                self.json(value, 0, &mut text)?;
                String::from_utf8_lossy(&text).into_owned()
            }
            plain => {
                let mut text = Vec::new();
                format::write_text(&plain.cell(), &mut text);
                String::from_utf8_lossy(&text).into_owned()
            }
        };
        self.budget.spend(name.len())?;
        Ok(Some(name))
    }

    /// Tells about the column's times, if they lost something.
    pub(super) fn note_times(&mut self) {
        let name = shorten(&self.column);
        if std::mem::take(&mut self.times_cut) {
            self.report.notes.push(format!(
                "column `{name}`: times finer than a microsecond were cut"
            ));
        }
        match std::mem::take(&mut self.times_lost) {
            0 => {}
            lost => self.report.notes.push(format!(
                "column `{name}`: {lost} times are absent, because they lie hundreds of thousands of years away"
            )),
        }
    }
}

/// Gives empty names a number, and repeated ones too, as the CSV reader does;
/// tells whether a name was repeated.
pub(super) fn make_unique(names: &mut [String]) -> bool {
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    let (mut used, mut next, mut repeated) = (HashSet::new(), HashMap::new(), false);
    for (i, name) in names.iter_mut().enumerate() {
        if name.is_empty() {
            *name = format!("c{}", i + 1);
        } else if used.insert(name.clone()) {
            continue;
        } else {
            repeated = true;
        }
        let base = name.clone();
        while !taken.insert(name.clone()) {
            let number = next.entry(base.clone()).or_insert(1);
            *number += 1;
            *name = format!("{base}_{number}");
        }
        used.insert(name.clone());
    }
    repeated
}
