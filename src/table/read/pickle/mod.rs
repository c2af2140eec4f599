//! pandas pickles of DataFrames, which are msticpy's local data.
//!
//! A pickle is a program for a small stack machine that names Python functions
//! and calls them. Here it can call nothing: `machine` runs the opcodes but only
//! writes down what is to be made, `names` lists the few classes that may be
//! named, and the other modules read what was written down as a frame. Anything
//! that is no frame is an error. The crate serde-pickle was looked at and does
//! not do: it drops or refuses every object that is not plain data, and a frame
//! consists of such objects.
//!
//! ```text
//! machine → value      opcodes to values and objects written down
//! numpy, ndarray       arrays and their types
//! object, json, zone   columns of Python objects
//! array, pyarrow       pandas' own arrays, and those of pyarrow in it
//! index, frame         the frame: its blocks, axes and names
//! budget               what all this may take
//! ```
//!
//! | column of the frame | type |
//! | --- | --- |
//! | bool; integers; floats | `bool`; `int64` (`uint64` if one does not fit); `float64`, NaN is absent |
//! | `datetime64` of any unit, with a zone or without | `timestamp`, microseconds, UTC; without a zone it is taken as UTC |
//! | `timedelta64` | `duration`, microseconds |
//! | `category` | what its categories are, as text with a dictionary |
//! | `Int64`, `boolean`, `string` and the like | as above; `NA` is absent |
//! | held by pyarrow | as pyarrow holds it |
//! | objects, all `str` | text, as it is: numbers and times in it stay text |
//! | objects, all of another one kind | `bool`, `int64`, `float64`, `timestamp`, `duration`, `binary` |
//! | other objects | text; lists, dicts, sets and arrays as JSON |
//!
//! An index that is more than row numbers comes first, as columns. Read are the
//! pickles of pandas 0.25 to 3 in protocols 2 to 5.
//!
//! Formats: PEP 307 (protocol 2), PEP 3154 (4), PEP 574 (5), Python's
//! `pickletools.py`; `BlockManager.__setstate__` and `_unpickle_block` in pandas,
//! `array_setstate` and `arraydescr_setstate` in numpy.

mod array;
mod budget;
mod frame;
mod index;
mod json;
mod machine;
mod names;
mod ndarray;
mod numpy;
mod object;
mod pyarrow;
mod value;
mod zone;

use self::budget::Budget;
use self::value::Pickle;
use super::{Input, ReadOptions};
use crate::table::{Progress, Report};
use crate::{Error, Place, Result, Table};

/// What most pickles of protocols 0 and 1 begin with that hold an object.
const OLD: &[&[u8]] = &[b"ccopy_reg\n", b"ccopyreg\n", b"cpandas"];

/// Objects in objects, deeper than any frame's and less deep than the stack.
const MAX_DEPTH: usize = 100;

/// Whether the bytes begin as pickles of protocol 2 and later do.
pub(super) fn is_pickle(bytes: &[u8]) -> bool {
    matches!(bytes, [0x80, 2..=5, _, ..])
}

/// The error for a pickle of protocol 0 or 1, which looks like text.
pub(super) fn old_pickle(bytes: &[u8], input: &Input<'_>) -> Option<Error> {
    let is_old = OLD.iter().any(|start| bytes.starts_with(start));
    is_old.then(|| in_file(machine::old_protocol(), input.place()))
}

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    read_frame(&input.bytes, options, report, progress)
        .map_err(|error| in_file(error, input.place()))
}

fn read_frame(
    bytes: &[u8],
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    if bytes.first() != Some(&0x80) {
        return Err(damaged(
            "it does not begin as a pickle of protocol 2 or later does",
        ));
    }
    let mut budget = Budget::new(&options.limits, bytes.len());
    let pickle = machine::load(bytes, &mut budget, &mut progress.part(0.0, 0.5))?;
    let mut reader = Reader {
        pickle: &pickle,
        budget,
        report,
        column: String::new(),
        times_cut: false,
        times_lost: 0,
        max_columns: usize::try_from(options.limits.max_columns).unwrap_or(usize::MAX),
    };
    reader.frame(&mut progress.part(0.5, 1.0))
}

/// Makes a table of what a pickle describes; its methods are in the modules.
struct Reader<'p> {
    pickle: &'p Pickle<'p>,
    budget: Budget,
    report: &'p mut Report,
    /// The column at hand, for errors and notes.
    column: String,
    /// Whether a time of this column had nanoseconds.
    times_cut: bool,
    /// How many times of this column no timestamp can hold.
    times_lost: u64,
    max_columns: usize,
}

/// The pickle is not what pandas writes.
fn damaged(problem: impl Into<String>) -> Error {
    Error::BadInput {
        place: Place::default(),
        problem: problem.into(),
        advice: "the file may be damaged; write it again with pandas as to_pickle(path)".into(),
    }
}

fn unsupported(problem: impl Into<String>, advice: &str) -> Error {
    Error::Unsupported {
        place: Place::default(),
        problem: problem.into(),
        advice: advice.into(),
    }
}

/// The pickle names a class or function that is not in the list.
fn foreign(module: &str, name: &str) -> Error {
    unsupported(
        format!(
            "it asks for `{}.{}`, which no frame of plain values needs; nothing was run",
            shorten(module),
            shorten(name)
        ),
        "if you trust the file, turn the column that holds such objects into text with \
         astype(str), or write the frame with to_parquet; if not, do not open it in Python",
    )
}

/// Names come from the file, and a message should not be as long as one.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

fn in_file(mut error: Error, file: Place) -> Error {
    if let Error::Arrow(problem) = error {
        error = damaged(problem);
    }
    if let Error::BadInput { place, .. }
    | Error::Unsupported { place, .. }
    | Error::LimitExceeded { place, .. } = &mut error
    {
        place.file = file.file;
    }
    error
}
