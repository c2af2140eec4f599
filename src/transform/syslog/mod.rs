//! Syslog: lines of files and of journald into a table, and what they say of users.
//!
//! Reads RFC 3164 and RFC 5424 (`header.rs` lists the forms), journald's JSON
//! (`journalctl -o json`) and tables of Log Analytics (`Syslog`). Columns, always all
//! and in this order:
//!
//! | column | |
//! | --- | --- |
//! | `TimeGenerated` | UTC; a time without a zone is taken as UTC |
//! | `Computer`, `Facility`, `SeverityLevel`, `ProcessName`, `ProcessID`, `SyslogMessage` | names of Log Analytics |
//! | `MessageID`, `StructuredData` | RFC 5424 |
//! | `Action` | what a message of sudo, su, sshd, cron or PAM says: `sudo_command`, `session_opened`, `session_closed`, `authentication`, `logon`, `invalid_user`, `disconnected`, `su`, `cron_command` |
//! | `Result` | `success` or `failure` |
//! | `User`, `TargetUser` | who did it, and as whom; a logon has only the latter |
//! | `SourceIP`, `SourcePort`, `Method`, `TTY`, `PWD`, `Command` | as far as the message says |
//!
//! A time of RFC 3164 has no year. With the option `year` the first such time is of
//! that year and later ones follow on; else it is of the last year in which it is not
//! more than a day after `now`.

mod clock;
pub(super) mod header;
mod journald;
mod message;
mod sessions;
mod sudo;
mod summary;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use arrow_array::builder::Int64Builder;
use arrow_array::{ArrayRef, TimestampMicrosecondArray};

pub use sessions::{SessionOptions, logon_sessions};
pub use sudo::{RiskySudoOptions, risky_sudo_sessions};
pub use summary::{SummaryOptions, host_summary};

use clock::Clock;
use header::Header;
use message::Meaning;

use crate::table::read::{Limits, OnBadRow, TextFile};
use crate::table::{BadRow, Progress, Report, TextBuilder, TextColumn};
use crate::{Error, Place, Result, Table};

/// Progress is reported after this many bytes.
const REPORT_BYTES: usize = 1 << 20;

/// How to read a syslog.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SyslogOptions {
    /// The file's name; errors quote it.
    pub name: Option<String>,
    /// The year of the first time that has none; later ones follow on.
    pub year: Option<u32>,
    /// Milliseconds since 1970: times without a year are before it. In JavaScript the
    /// clock's time if absent.
    pub now: Option<f64>,
    /// What to do with a line that is no message.
    pub on_bad_row: OnBadRow,
    /// Limits that protect the page from files made to fill its memory.
    pub limits: Limits,
}

impl SyslogOptions {
    fn clock(&self) -> Result<Clock> {
        if self.year.is_some_and(|year| !(1..=9999).contains(&year)) {
            return Err(Error::InvalidArgument(
                "year should be from 1 to 9999, such as 2024".into(),
            ));
        }
        if self.now.is_some_and(f64::is_nan) {
            return Err(Error::InvalidArgument(
                "now should be milliseconds since 1970, such as Date.now()".into(),
            ));
        }
        // Before the year 1 and after 9999 there is nothing to choose from.
        let now = self
            .now
            .map(|now| (now.clamp(-6.2e13, 2.5e14) * 1000.0) as i64);
        Ok(Clock::new(self.year, now))
    }
}

/// Reads a syslog or journald's JSON, also inside gzip or zip.
///
/// # Errors
///
/// `BadInput` for a line that is no message, or a time without a year when neither
/// `year` nor `now` is given; `InvalidArgument` for a `year` or `now` that there is not;
/// `Cancelled` from `progress`.
pub fn read_bytes(
    bytes: Vec<u8>,
    options: &SyslogOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let file = TextFile::open(bytes, options.name.as_deref(), &options.limits, progress)?;
    if file.text.trim_ascii_start().first() == Some(&b'{') {
        let mut report = file.report("journald");
        return journald::read(file.text, options, &mut report, progress);
    }
    let mut report = file.report("syslog");
    let text = file.text.as_slice();
    let mut rows = Rows::default();
    let mut clock = options.clock()?;
    let (mut at, mut line, mut reported) = (0, 0, 0);
    while at < text.len() {
        let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |length| at + length);
        let message = text[at..end].trim_ascii_end();
        (at, line) = (end + 1, line + 1);
        // journalctl tells where a log begins and the machine started: `-- Boot …`.
        if message.is_empty() || message.starts_with(b"-- ") {
            continue;
        }
        let added = header::parse(message).and_then(|header| {
            let micros = clock.micros(header.time)?;
            rows.push(micros, &header);
            Ok(())
        });
        if let Err(problem) = added {
            let bad = BadRow::of_line(options.name.as_deref(), line, problem.into(), message);
            match options.on_bad_row {
                OnBadRow::Skip => report.skip(bad),
                OnBadRow::Error => return Err(bad_line(bad)),
            }
        }
        if at - reported >= REPORT_BYTES {
            reported = at;
            progress.at(at, text.len())?;
        }
    }
    rows.finish()?.with_report(&report)
}

/// Adds the columns of a message's meaning to a table that has `SyslogMessage`, and
/// keeps all others.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for `SyslogMessage` or `ProcessName`.
pub fn read_table(table: &Table, _: &SyslogOptions, progress: &mut Progress<'_>) -> Result<Table> {
    let messages = table.text("SyslogMessage")?;
    let processes = optional_text(table, "ProcessName")?;
    let mut meanings = Meanings::default();
    for row in 0..table.num_rows() {
        let process = processes.as_ref().and_then(|processes| processes.get(row));
        let message = messages.get(row).unwrap_or_default();
        meanings.push(&message::read(
            process.map(str::as_bytes),
            message.as_bytes(),
        ));
        if row % 65_536 == 65_535 {
            progress.at(row, table.num_rows())?;
        }
    }
    let columns = meanings.finish()?;
    columns
        .into_iter()
        .try_fold(table.clone(), |table, (name, column)| {
            match table.names().contains(&name) {
                true => table.with_column(&format!("{name}_"), column),
                false => table.with_column(name, column),
            }
        })
}

fn bad_line(bad: BadRow) -> Error {
    Error::BadInput {
        problem: format!("{}: {}", bad.problem, bad.quoted()),
        place: Place {
            file: bad.file,
            line: bad.line,
            ..Place::default()
        },
        advice: "mend the line, or pass { onBadRow: \"skip\" } to leave such lines out".into(),
    }
}

/// Named columns in the making.
type Columns = Vec<(&'static str, ArrayRef)>;

/// Messages in the making of a table.
#[derive(Default)]
struct Rows {
    times: Vec<Option<i64>>,
    texts: Texts<7>,
    pids: Integers,
    meanings: Meanings,
}

impl Rows {
    fn push(&mut self, micros: Option<i64>, header: &Header<'_>) {
        self.times.push(micros);
        self.texts.push([
            header.host,
            header.facility.map(str::as_bytes),
            header.severity.map(str::as_bytes),
            header.process,
            Some(header.message),
            header.message_id,
            header.data,
        ]);
        self.pids.push(header.pid.and_then(integer));
        self.meanings
            .push(&message::read(header.process, header.message));
    }

    fn finish(self) -> Result<Table> {
        let times = TimestampMicrosecondArray::from(self.times).with_timezone("UTC");
        let mut columns: Columns = vec![("TimeGenerated", Arc::new(times))];
        const NAMES: [&str; 7] = [
            "Computer",
            "Facility",
            "SeverityLevel",
            "ProcessName",
            "SyslogMessage",
            "MessageID",
            "StructuredData",
        ];
        columns.extend(self.texts.finish(NAMES)?);
        columns.insert(5, ("ProcessID", self.pids.finish()));
        columns.extend(self.meanings.finish()?);
        Table::new(columns)
    }
}

/// The columns of what messages mean.
#[derive(Default)]
struct Meanings {
    texts: Texts<9>,
    ports: Integers,
}

impl Meanings {
    fn push(&mut self, meaning: &Meaning<'_>) {
        self.ports.push(meaning.port.map(i64::from));
        self.texts.push([
            meaning.action.map(str::as_bytes),
            meaning.result.map(str::as_bytes),
            meaning.user,
            meaning.target,
            meaning.address,
            meaning.method,
            meaning.terminal,
            meaning.directory,
            meaning.command,
        ]);
    }

    fn finish(self) -> Result<Columns> {
        const NAMES: [&str; 9] = [
            "Action",
            "Result",
            "User",
            "TargetUser",
            "SourceIP",
            "Method",
            "TTY",
            "PWD",
            "Command",
        ];
        let mut columns = self.texts.finish(NAMES)?;
        columns.insert(5, ("SourcePort", self.ports.finish()));
        Ok(columns)
    }
}

/// `N` columns of text.
struct Texts<const N: usize>([TextBuilder; N]);

impl<const N: usize> Default for Texts<N> {
    fn default() -> Self {
        Self([(); N].map(|()| TextBuilder::with_capacity(0)))
    }
}

impl<const N: usize> Texts<N> {
    fn push(&mut self, values: [Option<&[u8]>; N]) {
        for (builder, value) in self.0.iter_mut().zip(values) {
            builder.push(value);
        }
    }

    fn finish(self, names: [&'static str; N]) -> Result<Columns> {
        let builders = self.0.into_iter().zip(names);
        builders
            .map(|(builder, name)| Ok((name, builder.finish(name)?)))
            .collect()
    }
}

#[derive(Default)]
struct Integers(Int64Builder);

impl Integers {
    fn push(&mut self, value: Option<i64>) {
        self.0.append_option(value);
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.0.finish())
    }
}

fn integer(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The text column `name`, if it is there.
fn optional_text<'a>(table: &'a Table, name: &str) -> Result<Option<TextColumn<'a>>> {
    let is_there = table.column(name).is_ok();
    is_there.then(|| table.text(name)).transpose()
}

/// The machines of a table's messages.
fn computers(table: &Table) -> Result<Option<TextColumn<'_>>> {
    match optional_text(table, "Computer")? {
        None => optional_text(table, "HostName"),
        some => Ok(some),
    }
}

/// Puts a report of what was left out into a table that was made of another one.
fn noted(table: Table, format: &str, notes: Vec<String>) -> Result<Table> {
    if notes.is_empty() {
        return Ok(table);
    }
    table.with_report(&Report {
        format: format.into(),
        notes,
        ..Report::default()
    })
}
