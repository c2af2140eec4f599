//! journald's JSON: one entry a line, fields as systemd.journal-fields(7) has them.
//!
//! <https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format>. Beside the columns
//! of every syslog the table keeps all other fields under their own names.

use std::borrow::Cow;

use arrow_array::Int64Array;

use super::header::{FACILITIES, Header, SEVERITIES};
use super::{Rows, SyslogOptions, integer};
use crate::table::read::{Input, ReadOptions, ndjson};
use crate::table::{Progress, Report, TextColumn};
use crate::{Result, Table};

/// Fields that are in the columns of every syslog as a whole.
const USED: [&str; 6] = [
    "__REALTIME_TIMESTAMP",
    "_HOSTNAME",
    "PRIORITY",
    "SYSLOG_FACILITY",
    "SYSLOG_IDENTIFIER",
    "MESSAGE",
];

/// Fields that a program or user chooses: no time, number or list, whatever they say.
const TEXTS: [&str; 4] = ["_HOSTNAME", "SYSLOG_IDENTIFIER", "_COMM", "MESSAGE"];

pub(super) fn read(
    text: Vec<u8>,
    options: &SyslogOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let input = Input {
        bytes: text,
        name: options.name.as_deref(),
    };
    let options = ReadOptions {
        on_bad_row: options.on_bad_row,
        limits: options.limits.clone(),
        ..ReadOptions::default()
    };
    let entries = ndjson::read_with_texts(input, &options, &TEXTS, report, progress)?;
    let mut table = rows(&entries)?;
    for name in entries.names() {
        if !USED.contains(&name) && !table.names().contains(&name) {
            table = table.with_column(name, entries.column(name)?.clone())?;
        }
    }
    table.with_report(report)
}

fn rows(entries: &Table) -> Result<Table> {
    let field = |name| Values::of(entries, name);
    let (times, hosts) = (field("__REALTIME_TIMESTAMP"), field("_HOSTNAME"));
    let (priorities, facilities) = (field("PRIORITY"), field("SYSLOG_FACILITY"));
    let (identifiers, commands) = (field("SYSLOG_IDENTIFIER"), field("_COMM"));
    let (pids, syslog_pids) = (field("_PID"), field("SYSLOG_PID"));
    let messages = field("MESSAGE");
    let mut rows = Rows::default();
    for row in 0..entries.num_rows() {
        let known = |values: &Values<'_>, names: &[&'static str]| {
            let number = values.get(row).and_then(|text| integer(text.as_bytes()))?;
            names.get(usize::try_from(number).ok()?).copied()
        };
        let process = identifiers.get(row).or_else(|| commands.get(row));
        let pid = pids.get(row).or_else(|| syslog_pids.get(row));
        let host = hosts.get(row);
        let message = messages.get(row).map(message).unwrap_or_default();
        let header = Header {
            facility: known(&facilities, &FACILITIES),
            severity: known(&priorities, &SEVERITIES),
            host: host.as_deref().map(str::as_bytes),
            process: process.as_deref().map(str::as_bytes),
            pid: pid.as_deref().map(str::as_bytes),
            message: message.as_bytes(),
            ..Header::default()
        };
        let micros = times.get(row).and_then(|text| integer(text.as_bytes()));
        rows.push(micros, &header);
    }
    rows.finish()
}

/// A message that is no UTF-8 is a list of its bytes; so one that is text and looks like
/// such a list is taken for one.
fn message(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.starts_with('[') {
        return text;
    }
    match serde_json::from_str::<Vec<u8>>(&text) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
        Err(_) => text,
    }
}

/// A field's values, which the reader of JSON has given a type.
enum Values<'a> {
    None,
    Text(TextColumn<'a>),
    Integers(Int64Array),
}

impl<'a> Values<'a> {
    fn of(entries: &'a Table, name: &str) -> Self {
        match (entries.text(name), entries.i64(name)) {
            (Ok(texts), _) => Self::Text(texts),
            (_, Ok(integers)) => Self::Integers(integers),
            _ => Self::None,
        }
    }

    fn get(&self, row: usize) -> Option<Cow<'a, str>> {
        match self {
            Self::None => None,
            Self::Text(texts) => texts.get(row).map(Cow::Borrowed),
            Self::Integers(integers) => {
                let is_there = arrow_array::Array::is_valid(integers, row);
                let value = is_there.then(|| integers.value(row))?;
                Some(value.to_string().into())
            }
        }
    }
}
