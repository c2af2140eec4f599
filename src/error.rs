//! What can go wrong, in one type.

use std::fmt;

/// Everything that can go wrong in this crate.
///
/// One type for all modules, so that `?` composes. [`Error::code`] is the part
/// that callers may branch on; the message is for people and may change. It
/// says what is wrong, where, and what to do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No column of that name; lists the columns that are there.
    #[error("no column `{name}` (there are: {})", some_of(available))]
    ColumnNotFound {
        /// The name asked for.
        name: String,
        /// The names in the table, in order.
        available: Vec<String>,
    },
    /// The column is there but holds another type.
    #[error("column `{name}` should be {expected}, but is {found}")]
    ColumnType {
        /// The column.
        name: String,
        /// The type this step needs, in words.
        expected: &'static str,
        /// The type found.
        found: String,
    },
    /// An argument is outside its allowed values.
    #[error("{0}")]
    InvalidArgument(String),
    /// A file's content breaks the rules of its format.
    #[error("{place}: {problem}; {advice}")]
    BadInput {
        /// Where in the file.
        place: Place,
        /// What is wrong there.
        problem: String,
        /// What the user can do about it.
        advice: String,
    },
    /// The format is known but not one that huntbook reads.
    #[error("{place}: {problem}; {advice}")]
    Unsupported {
        /// Where in the file.
        place: Place,
        /// What was found.
        problem: String,
        /// What the user can do about it.
        advice: String,
    },
    /// A limit that protects the page was reached.
    #[error("{place}: {problem}; {advice}")]
    LimitExceeded {
        /// Where in the file.
        place: Place,
        /// Which limit, and what would have passed it.
        problem: String,
        /// Which option raises it.
        advice: String,
    },
    /// The caller cancelled the work.
    #[error("cancelled")]
    Cancelled,
    /// Arrow could not read or write the data.
    #[error("arrow: {0}")]
    Arrow(String),
}

/// Names as errors list them: of many the first.
pub(crate) fn some_of(names: &[impl AsRef<str>]) -> String {
    const MOST: usize = 20;
    let some: Vec<&str> = names.iter().take(MOST).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(MOST) {
        0 => some.join(", "),
        more => format!("{} … and {more} more", some.join(", ")),
    }
}

impl Error {
    /// A stable name for this kind of error, the same in Rust and JavaScript.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ColumnNotFound { .. } => "columnNotFound",
            Self::ColumnType { .. } => "columnType",
            Self::InvalidArgument(_) => "invalidArgument",
            Self::BadInput { .. } => "badInput",
            Self::Unsupported { .. } => "unsupported",
            Self::LimitExceeded { .. } => "limitExceeded",
            Self::Cancelled => "cancelled",
            Self::Arrow(_) => "arrow",
        }
    }
}

impl From<arrow_schema::ArrowError> for Error {
    fn from(error: arrow_schema::ArrowError) -> Self {
        Self::Arrow(error.to_string())
    }
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Where in the input: written as far as it is known, such as
/// ``sign-ins.csv, row 17 (line 19), column `TimeGenerated` ``.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The file's name; for a member of an archive `logs.zip/day1.csv`.
    pub file: Option<String>,
    /// The data row, counted from 1 without the header.
    pub row: Option<u64>,
    /// The line in the file, counted from 1.
    pub line: Option<u64>,
    /// The byte offset in the file, for binary formats.
    pub byte: Option<u64>,
    /// The column's name.
    pub column: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.as_deref().unwrap_or("input"))?;
        match (self.row, self.line) {
            (Some(row), Some(line)) => write!(f, ", row {row} (line {line})")?,
            (Some(row), None) => write!(f, ", row {row}")?,
            (None, Some(line)) => write!(f, ", line {line}")?,
            (None, None) => {}
        }
        if let Some(byte) = self.byte {
            write!(f, ", byte {byte}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_columns_are_cut() {
        let error = |count: usize| {
            Error::ColumnNotFound {
                name: "x".into(),
                available: (0..count).map(|i| format!("c{i}")).collect(),
            }
            .to_string()
        };
        assert_eq!(error(2), "no column `x` (there are: c0, c1)");
        assert!(error(20).ends_with("c18, c19)"), "{}", error(20));
        assert!(
            error(300).ends_with("c18, c19 … and 280 more)"),
            "{}",
            error(300)
        );
    }
}
