//! The frame itself: blocks of columns of one type, between two axes.
//!
//! A frame is a bare `DataFrame` with a dict whose `_mgr` (`_data` before pandas
//! 1.1) is a `BlockManager`. Since pandas 1.3 that is made of blocks, each of them
//! `_unpickle_block(values, placement, ndim)` (in 1.3 itself a
//! `functools.partial(new_block)(values, placement)`), and axes; before, its state ends in
//! `{"0.14.1": {"axes": …, "blocks": [{"values": …, "mgr_locs": …}]}}`.

use arrow_array::{Array, ArrayRef};

use super::index::make_unique;
use super::names::Name;
use super::value::Value;
use super::{Reader, damaged, shorten, unsupported};
use crate::table::Progress;
use crate::{Error, Result, Table};

/// Values, and which columns of the frame they are.
type Block<'p> = (Value<'p>, Value<'p>);

impl<'p> Reader<'p> {
    /// The frame that the pickle holds, as a table.
    pub(super) fn frame(&mut self, progress: &mut Progress<'_>) -> Result<Table> {
        let root = self.pickle.root;
        let frame = self
            .pickle
            .object(root)
            .filter(|object| object.class == Name::DataFrame);
        let state = frame.ok_or_else(|| self.no_frame(root))?.state;
        let manager = self
            .pickle
            .field(state, "_mgr")
            .or_else(|| self.pickle.field(state, "_data"));
        let manager = manager.ok_or_else(|| damaged("the frame is empty of everything"))?;
        let ((names_axis, rows_axis), blocks) = self.manager(manager)?;
        let names = self.column_names(names_axis)?;
        let columns = self.blocks(&blocks, &names, progress)?;
        let index = self.index_columns(rows_axis, columns.is_empty())?;
        let (mut names, columns): (Vec<String>, Vec<ArrayRef>) = index
            .into_iter()
            .chain(names.into_iter().zip(columns))
            .unzip();
        let rows = columns.first().map_or(0, |column| column.len());
        if let Some(wrong) = columns.iter().position(|column| column.len() != rows) {
            return Err(damaged(format!(
                "column `{}` has another number of rows",
                shorten(&names[wrong])
            )));
        }
        if make_unique(&mut names) {
            let note = "names of columns that came again got a number";
            self.report.notes.push(note.into());
        }
        Table::new(names.iter().map(String::as_str).zip(columns).collect())
    }

    fn no_frame(&self, root: Value<'p>) -> Error {
        let found = self.pickle.type_name(root);
        let advice = match self.pickle.object(root).map(|object| object.class) {
            Some(Name::Series) => "write series.to_frame().to_pickle(path) instead",
            Some(Name::NewIndex) => "write index.to_frame().to_pickle(path) instead",
            _ => "put it into a DataFrame, and write that with to_pickle(path)",
        };
        unsupported(
            format!("this pickle holds a `{found}`, not a DataFrame"),
            advice,
        )
    }

    /// The axes and the blocks of a manager.
    fn manager(&self, manager: Value<'p>) -> Result<((Value<'p>, Value<'p>), Vec<Block<'p>>)> {
        let pickle = self.pickle;
        let wrong = || damaged("the frame's blocks are missing");
        let object = pickle
            .object(manager)
            .filter(|object| object.class == Name::BlockManager);
        let object = object.ok_or_else(wrong)?;
        let (axes, blocks) = match pickle.args(object) {
            &[blocks, axes, ..] => {
                let blocks = pickle.items(blocks).ok_or_else(wrong)?.iter();
                let blocks = blocks.map(|&block| {
                    let block = pickle.object(block)?;
                    let values = pickle.arg(block, 0)?;
                    let placement = pickle.arg(block, 1)?;
                    (block.class == Name::UnpickleBlock).then_some((values, placement))
                });
                (Some(axes), blocks.collect::<Option<Vec<_>>>())
            }
            _ => {
                let versions = pickle
                    .items(object.state)
                    .and_then(|state| state.last().copied());
                let state = versions.and_then(|versions| pickle.field(versions, "0.14.1"));
                let state = state.ok_or_else(|| {
                    unsupported(
                        "the frame was written by a pandas older than 0.14.1",
                        "read it with pandas, and write it again",
                    )
                })?;
                let blocks = pickle
                    .field(state, "blocks")
                    .and_then(|blocks| pickle.items(blocks));
                let blocks = blocks.ok_or_else(wrong)?.iter().map(|&block| {
                    Some((
                        pickle.field(block, "values")?,
                        pickle.field(block, "mgr_locs")?,
                    ))
                });
                (pickle.field(state, "axes"), blocks.collect())
            }
        };
        let axes = axes.and_then(|axes| pickle.items(axes)).ok_or_else(wrong)?;
        let &[names, rows] = axes else {
            return Err(damaged("the frame has not two axes"));
        };
        Ok(((names, rows), blocks.ok_or_else(wrong)?))
    }

    /// The columns in the order of their names.
    fn blocks(
        &mut self,
        blocks: &[Block<'p>],
        names: &[String],
        progress: &mut Progress<'_>,
    ) -> Result<Vec<ArrayRef>> {
        let mut columns: Vec<Option<ArrayRef>> = vec![None; names.len()];
        for (i, &(values, placement)) in blocks.iter().enumerate() {
            let places = self.places(placement, names.len())?;
            let of_block: Vec<String> = places.iter().map(|&place| names[place].clone()).collect();
            self.budget.spend(of_block.iter().map(String::len).sum())?;
            let made = self
                .arrays(values, &of_block, 0)
                .map_err(|error| in_column(error, &self.column))?;
            self.note_times();
            if made.len() != places.len() {
                return Err(damaged(
                    "a block has another number of columns than places for them",
                ));
            }
            for (place, column) in places.into_iter().zip(made) {
                if columns[place].replace(column).is_some() {
                    return Err(damaged(format!(
                        "column `{}` is there twice",
                        shorten(&names[place])
                    )));
                }
            }
            progress.at(i + 1, blocks.len())?;
        }
        let missing = columns.iter().position(Option::is_none);
        if let Some(missing) = missing {
            return Err(damaged(format!(
                "column `{}` has no values",
                shorten(&names[missing])
            )));
        }
        Ok(columns.into_iter().flatten().collect())
    }

    /// Where a block's columns stand: a slice or an array of positions below `count`.
    fn places(&mut self, placement: Value<'p>, count: usize) -> Result<Vec<usize>> {
        let wrong = || damaged("a block stands at columns that are not there");
        let mut places = Vec::new();
        let mut add = |place: i64| {
            let place = usize::try_from(place).ok().filter(|&place| place < count);
            places.push(place.ok_or_else(wrong)?);
            if places.len() > count {
                Err(wrong())
            } else {
                Ok(())
            }
        };
        let slice = self
            .pickle
            .object(placement)
            .filter(|object| object.class == Name::Slice);
        match slice.map(|slice| self.pickle.args(slice)) {
            Some(&[Value::Int(start), Value::Int(stop), step]) => {
                let step = match step {
                    Value::Int(step) => step,
                    Value::None => 1,
                    _ => 0,
                };
                let mut place = start;
                while (step > 0 && place < stop) || (step < 0 && place > stop) {
                    add(place)?;
                    place = place.checked_add(step).ok_or_else(wrong)?;
                }
                if step == 0 {
                    return Err(wrong());
                }
            }
            Some(_) => return Err(wrong()),
            None => {
                let array = self.ndarray(placement)?;
                let positions = if array.shape.len() == 1 {
                    array.ints(0)
                } else {
                    None
                };
                for place in positions.ok_or_else(wrong)? {
                    add(place)?;
                }
            }
        }
        Ok(places)
    }
}

fn in_column(mut error: Error, column: &str) -> Error {
    if let Error::BadInput { place, .. }
    | Error::Unsupported { place, .. }
    | Error::LimitExceeded { place, .. } = &mut error
    {
        place.column = Some(shorten(column)).filter(|name| !name.is_empty());
    }
    error
}
