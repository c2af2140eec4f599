//! What a syslog says of each host: when, what ran there, and who logged on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, Int64Array, StringArray, TimestampMicrosecondArray};

use super::{computers, message, optional_text};
use crate::table::Progress;
use crate::{Result, Table};

/// How to sum up hosts.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SummaryOptions {
    /// Only these hosts; all if absent.
    pub hosts: Option<Vec<String>>,
}

/// Longest lists of names in a row; a host that logs more different ones than this is
/// not described by them.
const MAX_NAMES: usize = 10_000;

#[derive(Default)]
struct Host<'a> {
    messages: i64,
    first: Option<i64>,
    last: Option<i64>,
    addresses: BTreeSet<&'a str>,
    processes: BTreeSet<&'a str>,
    users: BTreeSet<String>,
    sources: BTreeSet<String>,
    sessions: i64,
    logons: i64,
    failures: i64,
    sudo: i64,
}

/// One row for each host of a table of syslog messages, by name.
///
/// Needs `SyslogMessage`; uses `Computer` (or `HostName`), `TimeGenerated`,
/// `ProcessName` and `HostIP` if there. Columns: `Computer`, `HostIPs`, `Messages`,
/// `FirstSeen`, `LastSeen`, `Processes`, `Users` (of sudo, sessions, logons and cron),
/// `SourceIPs` (of logons, also failed ones), `Sessions`, `Logons`, `FailedLogons`,
/// `SudoCommands`. Lists hold different names, sorted, 10,000 at most.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType`; `Cancelled` from `progress`.
pub fn host_summary(
    table: &Table,
    options: &SummaryOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let messages = table.text("SyslogMessage")?;
    let names = table.names();
    let text = |name| optional_text(table, name);
    let computers = computers(table)?;
    let (processes, addresses) = (text("ProcessName")?, text("HostIP").unwrap_or_default());
    let times = names
        .contains(&"TimeGenerated")
        .then(|| table.time_us("TimeGenerated"));
    let times = times.transpose()?;
    let mut hosts: BTreeMap<Option<&str>, Host<'_>> = BTreeMap::new();
    for row in 0..table.num_rows() {
        if row % 65_536 == 65_535 {
            progress.at(row, table.num_rows())?;
        }
        let name = computers.as_ref().and_then(|computers| computers.get(row));
        let wanted = |wanted: &Vec<String>| wanted.iter().any(|host| Some(host.as_str()) == name);
        if !options.hosts.as_ref().is_none_or(wanted) {
            continue;
        }
        let host = hosts.entry(name).or_default();
        host.messages += 1;
        let time = times
            .as_ref()
            .filter(|times| arrow_array::Array::is_valid(*times, row));
        if let Some(micros) = time.map(|times| times.value(row)) {
            host.first = Some(host.first.map_or(micros, |first| first.min(micros)));
            host.last = host.last.max(Some(micros));
        }
        let process = processes.as_ref().and_then(|processes| processes.get(row));
        add(&mut host.processes, process);
        add(
            &mut host.addresses,
            addresses.as_ref().and_then(|addresses| addresses.get(row)),
        );
        let message = messages.get(row).unwrap_or_default();
        host.count(&message::read(
            process.map(str::as_bytes),
            message.as_bytes(),
        ));
    }
    to_table(&hosts)
}

fn add<T: Ord>(names: &mut BTreeSet<T>, name: Option<T>) {
    if let Some(name) = name
        && names.len() < MAX_NAMES
    {
        names.insert(name);
    }
}

impl Host<'_> {
    fn count(&mut self, meaning: &message::Meaning<'_>) {
        let is_failure = meaning.result == Some("failure");
        match meaning.action {
            Some("sudo_command") => self.sudo += 1,
            Some("session_opened") => self.sessions += 1,
            Some("logon") if is_failure => self.failures += 1,
            Some("logon") => self.logons += 1,
            Some(_) => {}
            None => return,
        }
        let owned = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        if !is_failure {
            for user in [meaning.user, meaning.target].into_iter().flatten() {
                add(&mut self.users, Some(owned(user)));
            }
        }
        add(&mut self.sources, meaning.address.map(owned));
    }
}

fn to_table(hosts: &BTreeMap<Option<&str>, Host<'_>>) -> Result<Table> {
    let names: StringArray = hosts.keys().copied().collect();
    let count = |of: fn(&Host<'_>) -> i64| {
        Arc::new(Int64Array::from_iter_values(hosts.values().map(of))) as ArrayRef
    };
    let time = |of: fn(&Host<'_>) -> Option<i64>| {
        let times: TimestampMicrosecondArray = hosts.values().map(of).collect();
        Arc::new(times.with_timezone("UTC")) as ArrayRef
    };
    Table::new(vec![
        ("Computer", Arc::new(names) as ArrayRef),
        (
            "HostIPs",
            lists(hosts.values().map(|host| host.addresses.iter())),
        ),
        ("Messages", count(|host| host.messages)),
        ("FirstSeen", time(|host| host.first)),
        ("LastSeen", time(|host| host.last)),
        (
            "Processes",
            lists(hosts.values().map(|host| host.processes.iter())),
        ),
        ("Users", lists(hosts.values().map(|host| host.users.iter()))),
        (
            "SourceIPs",
            lists(hosts.values().map(|host| host.sources.iter())),
        ),
        ("Sessions", count(|host| host.sessions)),
        ("Logons", count(|host| host.logons)),
        ("FailedLogons", count(|host| host.failures)),
        ("SudoCommands", count(|host| host.sudo)),
    ])
}

fn lists<T: AsRef<str>>(rows: impl Iterator<Item = impl Iterator<Item = T>>) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for row in rows {
        row.for_each(|name| lists.values().append_value(name));
        lists.append(true);
    }
    Arc::new(lists.finish())
}
