//! The columns in which logs usually have something, for options that name none.

use crate::{Error, Result, Table};

/// Columns of command lines, in the schemas of process trees and in msticpy.
pub(crate) const COMMANDS: &[&str] = &[
    "CommandLine",
    "ProcessCommandLine",
    "CreatedProcessCommandLine",
    "cmdline",
    "columns.cmdline",
    "processcmdline",
    "Command",
];

/// Columns of times.
pub(crate) const TIMES: &[&str] = &[
    "TimeGenerated",
    "Timestamp",
    "TimeCreated",
    "TimeCreatedUtc",
    "UtcTime",
    "EventTime",
    "@timestamp",
];

/// The column that an option names, or the first of `usual` that is there.
///
/// # Errors
///
/// `ColumnNotFound` for one that is named; `InvalidArgument` if there is none.
pub(crate) fn choose<'a>(
    table: &Table,
    named: Option<&'a str>,
    usual: &[&'a str],
    option: &str,
) -> Result<&'a str> {
    if let Some(name) = named {
        return table.column(name).map(|_| name);
    }
    let found = usual.iter().find(|name| table.column(name).is_ok());
    found.copied().ok_or_else(|| {
        Error::InvalidArgument(format!(
            "none of the usual columns is there ({}); name yours with {option} (there are: {})",
            usual.join(", "),
            table.names().join(", ")
        ))
    })
}
