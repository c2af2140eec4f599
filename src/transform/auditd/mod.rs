//! Linux audit logs: records into events, one row each.
//!
//! Reads what auditd writes (also with `log_format = ENRICHED`, by syslog, or from
//! several nodes), what `ausearch` prints with and without `-i`, and tables of Log
//! Analytics: `AuditdMessage` and `mssg_id`, or lines in `RawData`.
//!
//! Rules:
//!
//! - Records belong together that have time, serial number and node in common.
//! - `EventType` is `SYSCALL_EXECVE` for the start of a process, as in msticpy (3.0.2,
//!   `auditdextract`); else the type of the record that says what happened.
//! - A field has a column of its name. If records of one event say different things,
//!   the first keeps the name and later ones go to `name_TYPE`, as in msticpy; several
//!   there are joined by commas. Words that belong to no field are in `message`.
//! - PATH records come in numbers, so their fields are lists, `path_name` and so on,
//!   with one item for each record. The registers of SYSCALL records are `syscall_a0`
//!   to `syscall_a3`; `a0`, `a1` … are arguments, the first 32, and `args` has all.
//! - Text in hex is decoded. `proctitle` has blanks between its words, `key` commas.
//! - `?`, `(null)` and empty values are absent. No user, group or session is -1.
//! - Names that auditd or `ausearch -i` gives for numbers have columns in capitals, as
//!   in ENRICHED format: `UID`, `AUID`, `ARCH`, `SYSCALL`. The last two are also made of
//!   the numbers. A `saddr` is decoded to `saddr_fam`, `laddr`, `lport` and `path`.
//!
//! Columns, in this order: `EventType`, `mssg_id` (time and serial number as they
//! stand in the log), `TimeGenerated`, `Computer` (the node), `RecordCount` and
//! `RecordTypes`; `success`, `ppid`, `pid`, `auid`, `uid`, `gid`, `euid`, `egid`, `ses`,
//! `exe`, `comm`, `cwd`, `proctitle`, `argc`, `cmdline`, `args`, which are always there;
//! `a0`, `a1` …; and all other fields by name. A column holds integers if all its values
//! are, else text.
//!
//! Field names and types: the audit project's field dictionary,
//! <https://github.com/linux-audit/audit-documentation>.

mod columns;
mod event;
mod fields;
mod fill;
mod log_analytics;
mod record;
mod sockaddr;
mod syscall;
mod value;

#[cfg(test)]
mod tests;

use event::Events;

use crate::table::read::{Limits, OnBadRow, TextFile};
use crate::table::{BadRow, Progress, Report};
use crate::{Error, Place, Result, Table};

/// Progress is reported after this many bytes.
const REPORT_BYTES: usize = 1 << 20;

/// How to read an audit log.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AuditdOptions {
    /// The file's name; errors quote it.
    pub name: Option<String>,
    /// What to do with a line that is no record.
    pub on_bad_row: OnBadRow,
    /// Limits that protect the page from files made to fill its memory.
    pub limits: Limits,
}

/// Reads an audit log, also one inside gzip or zip.
///
/// # Errors
///
/// `BadInput` for a line that is no record, `LimitExceeded` for too many different
/// fields or 2 GiB of text in one; `Cancelled` from `progress`.
pub fn read_bytes(
    bytes: Vec<u8>,
    options: &AuditdOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let file = TextFile::open(bytes, options.name.as_deref(), &options.limits, progress)?;
    let mut report = file.report("auditd");
    read_lines(&file.text, options, &mut report, progress)
}

/// Reads a table of Log Analytics: `mssg_id` and `AuditdMessage`, or whole lines in
/// `RawData`, `Message` or `Text`. The node of its records is `Computer`.
///
/// # Errors
///
/// `ColumnNotFound` if it has none of these; `ColumnType` if they hold no text; and as
/// [`read_bytes`].
pub fn read_table(
    table: &Table,
    options: &AuditdOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut report = Report {
        name: options.name.clone(),
        format: "auditd".into(),
        ..Report::default()
    };
    let lines = log_analytics::lines(table, options, &mut report)?;
    read_lines(&lines, options, &mut report, progress)
}

fn read_lines(
    text: &[u8],
    options: &AuditdOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut events = Events::new(options.limits.max_columns, columns::RESERVED);
    let (mut at, mut line, mut reported) = (0, 0, 0);
    let mut dates = false;
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
        let record = &text[at..end];
        (at, line) = (end + 1, line + 1);
        match record::parse(record) {
            Ok(None) => {}
            Ok(Some(record)) => {
                dates |= record.interpreted;
                events.add(&record)?;
            }
            Err(problem) => bad_line(options, report, line, problem, record)?,
        }
        if at - reported >= REPORT_BYTES {
            reported = at;
            progress.at(at, text.len())?;
        }
    }
    if dates {
        report
            .notes
            .push("dates of interpreted records were read as UTC, with the month first".into());
    }
    columns::table(events)?.with_report(report)
}

fn bad_line(
    options: &AuditdOptions,
    report: &mut Report,
    line: u64,
    problem: String,
    text: &[u8],
) -> Result<()> {
    let bad = BadRow::of_line(options.name.as_deref(), line, problem, text);
    match options.on_bad_row {
        OnBadRow::Skip => {
            report.skip(bad);
            Ok(())
        }
        OnBadRow::Error => Err(bad_record(bad)),
    }
}

fn bad_record(bad: BadRow) -> Error {
    Error::BadInput {
        problem: format!("{}: {}", bad.problem, bad.quoted()),
        place: Place {
            row: bad.line.is_none().then_some(bad.row),
            file: bad.file,
            line: bad.line,
            ..Place::default()
        },
        advice: "mend it, or pass { onBadRow: \"skip\" } to leave such records out".into(),
    }
}
