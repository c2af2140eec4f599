//! Which column of a log holds what of a process.
//!
//! The columns of each source are facts of its documentation:
//! [4688](https://learn.microsoft.com/windows/security/threat-protection/auditing/event-4688),
//! [Sysmon](https://learn.microsoft.com/sysinternals/downloads/sysmon),
//! [DeviceProcessEvents](https://learn.microsoft.com/defender-xdr/advanced-hunting-deviceprocessevents-table),
//! [osquery](https://osquery.io/schema/); those of msticpy's `process_tree_schema.py`
//! (3.0.2) are all among them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::events::write_id;
use crate::table::{Cell, Column};
use crate::{Error, Result, Table};

/// The key of a tree's schema in the Arrow schema's metadata.
const KEY: &str = "huntbook.processSchema";

/// The names of columns that tell of a process and its parent.
///
/// `processId` and `parentId` must be there, the rest may: without `timeStamp`
/// all processes count as started at once, without `parentName` the parent is
/// found by its id alone, without `hostNameColumn` all are of one machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProcessSchema {
    /// Number of the process: an integer, decimal or hexadecimal text, or a GUID.
    pub process_id: String,
    /// Number of its parent, written in any of these forms.
    pub parent_id: String,
    /// Name or path of its program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_name: Option<String>,
    /// When it started: times, text of times, or numbers since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_stamp: Option<String>,
    /// Its command line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cmd_line: Option<String>,
    /// Who started it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// The id of the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The logon session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logon_id: Option<String>,
    /// The machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host_name_column: Option<String>,
    /// Name or path of the parent's program, written as `processName` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_name: Option<String>,
    /// When the parent started, where the log knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_time: Option<String>,
    /// Number of the parent's parent, where the log knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grandparent_id: Option<String>,
    /// Name of its program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grandparent_name: Option<String>,
    /// When it started.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grandparent_time: Option<String>,
    /// Column that tells kinds of events apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id_column: Option<String>,
    /// What that column holds where a process was started: text or a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(target_arch = "wasm32", tsify(type = "string | number"))]
    pub event_id_identifier: Option<Value>,
}

/// A built-in schema by its name, or one's own.
#[derive(Debug, Clone, PartialEq)]
pub enum SchemaChoice {
    /// `"windows"`, `"sysmon"` …
    Named(String),
    /// Of a log that huntbook does not know.
    Own(Box<ProcessSchema>),
}

impl<'de> Deserialize<'de> for SchemaChoice {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        match Value::deserialize(deserializer)? {
            Value::String(name) => Ok(Self::Named(name)),
            own @ Value::Object(_) => serde_json::from_value(own)
                .map(|own| Self::Own(Box::new(own)))
                .map_err(D::Error::custom),
            _ => Err(D::Error::custom(
                "a schema is a name, such as \"windows\", or an object, such as { processId: \"pid\", parentId: \"ppid\" }",
            )),
        }
    }
}

/// A kind of log. Of the columns of a field, the first that is there counts.
struct Known {
    name: &'static str,
    process_id: &'static [&'static str],
    parent_id: &'static [&'static str],
    process_name: &'static [&'static str],
    time_stamp: &'static [&'static str],
    cmd_line: &'static [&'static str],
    user_name: &'static [&'static str],
    user_id: &'static [&'static str],
    logon_id: &'static [&'static str],
    host_name_column: &'static [&'static str],
    parent_name: &'static [&'static str],
    parent_time: &'static [&'static str],
    grandparent_id: &'static [&'static str],
    grandparent_name: &'static [&'static str],
    grandparent_time: &'static [&'static str],
    event_id_column: &'static [&'static str],
    event_id_identifier: &'static str,
}

const NOTHING: Known = Known {
    name: "",
    process_id: &[],
    parent_id: &[],
    process_name: &[],
    time_stamp: &[],
    cmd_line: &[],
    user_name: &[],
    user_id: &[],
    logon_id: &[],
    host_name_column: &[],
    parent_name: &[],
    parent_time: &[],
    grandparent_id: &[],
    grandparent_name: &[],
    grandparent_time: &[],
    event_id_column: &[],
    event_id_identifier: "",
};

/// Every built-in schema; where two fit a table equally well, the first counts.
const KNOWN: &[Known] = &[
    Known {
        name: "windows",
        process_id: &["NewProcessId"],
        parent_id: &["ProcessId", "CreatorProcessId"],
        process_name: &["NewProcessName"],
        time_stamp: &[
            "TimeGenerated",
            "TimeCreated",
            "TimeCreatedUtc",
            "EventTime",
            "@timestamp",
        ],
        cmd_line: &["CommandLine", "ProcessCommandLine"],
        user_name: &["SubjectUserName"],
        user_id: &["SubjectUserSid"],
        logon_id: &["SubjectLogonId"],
        host_name_column: &["Computer", "Hostname"],
        parent_name: &["ParentProcessName"],
        event_id_column: &["EventID", "EventId"],
        event_id_identifier: "4688",
        ..NOTHING
    },
    Known {
        name: "sysmon",
        process_id: &["ProcessId"],
        parent_id: &["ParentProcessId"],
        process_name: &["Image"],
        time_stamp: &[
            "UtcTime",
            "TimeGenerated",
            "TimeCreated",
            "EventTime",
            "@timestamp",
        ],
        cmd_line: &["CommandLine"],
        user_name: &["User"],
        logon_id: &["LogonId"],
        host_name_column: &["Computer", "Hostname"],
        parent_name: &["ParentImage"],
        event_id_column: &["EventID", "EventId"],
        event_id_identifier: "1",
        ..NOTHING
    },
    Known {
        name: "linux",
        process_id: &["pid"],
        parent_id: &["ppid"],
        process_name: &["exe"],
        time_stamp: &["TimeGenerated"],
        cmd_line: &["cmdline"],
        // `acct` is msticpy's, though records of a process's start never have it.
        user_name: &["UID", "acct"],
        user_id: &["uid"],
        logon_id: &["ses"],
        host_name_column: &["Computer"],
        event_id_column: &["EventType"],
        event_id_identifier: "SYSCALL_EXECVE",
        ..NOTHING
    },
    Known {
        name: "defender",
        process_id: &["ProcessId"],
        parent_id: &["InitiatingProcessId"],
        process_name: &["FileName"],
        time_stamp: &["ProcessCreationTime", "Timestamp", "TimeGenerated"],
        cmd_line: &["ProcessCommandLine"],
        user_name: &["AccountName"],
        user_id: &["AccountSid"],
        logon_id: &["LogonId"],
        host_name_column: &["DeviceName", "DeviceId"],
        parent_name: &["InitiatingProcessFileName"],
        parent_time: &["InitiatingProcessCreationTime"],
        grandparent_id: &["InitiatingProcessParentId"],
        grandparent_name: &["InitiatingProcessParentFileName"],
        grandparent_time: &["InitiatingProcessParentCreationTime"],
        event_id_column: &["ActionType"],
        event_id_identifier: "ProcessCreated",
    },
    Known {
        name: "defenderInternal",
        process_id: &["CreatedProcessId"],
        parent_id: &["InitiatingProcessId", "CreatedProcessParentId"],
        process_name: &["CreatedProcessName"],
        time_stamp: &["CreatedProcessCreationTime"],
        cmd_line: &["CreatedProcessCommandLine"],
        user_name: &["CreatedProcessAccountName"],
        user_id: &["CreatedProcessAccountSid"],
        logon_id: &["InitiatingProcessLogonId"],
        host_name_column: &["ComputerDnsName", "MachineId"],
        parent_name: &["InitiatingProcessName", "ParentProcessName"],
        parent_time: &["InitiatingProcessCreationTime"],
        grandparent_id: &["InitiatingProcessParentProcessId"],
        grandparent_name: &["InitiatingProcessParentProcessName"],
        grandparent_time: &["InitiatingProcessParentCreationTime"],
        ..NOTHING
    },
    Known {
        name: "osquery",
        process_id: &["columns.pid", "pid"],
        parent_id: &["columns.parent", "parent"],
        // `name` alone may be that of the query.
        process_name: &["columns.name", "columns.path", "name_", "path", "name"],
        time_stamp: &[
            "columns.time",
            "columns.start_time",
            "time",
            "start_time",
            "unixTime",
            "calendarTime",
        ],
        cmd_line: &["columns.cmdline", "cmdline"],
        user_name: &["columns.username", "username"],
        user_id: &["columns.uid", "uid"],
        logon_id: &["columns.auid", "auid"],
        host_name_column: &["hostIdentifier"],
        ..NOTHING
    },
    Known {
        name: "fireeyeHx",
        process_id: &["pid"],
        parent_id: &["parentpid"],
        process_name: &["process"],
        time_stamp: &["starttime", "timestamp"],
        cmd_line: &["processcmdline"],
        user_name: &["username"],
        host_name_column: &["hostname"],
        parent_name: &["parentprocess"],
        event_id_column: &["eventtype"],
        event_id_identifier: "start",
        ..NOTHING
    },
];

impl Known {
    /// The columns of this kind of log in `table`, and how many there are;
    /// or the names that are missing for a tree.
    fn fit(&self, table: &Table) -> Result<(ProcessSchema, usize), Vec<&'static str>> {
        let mut found = 0;
        let mut missing = Vec::new();
        let mut find = |names: &[&'static str], needed: bool| {
            let name = names.iter().find(|name| table.column(name).is_ok());
            match name {
                Some(_) => found += 1,
                None if needed => missing.extend(names.first()),
                None => {}
            }
            name.map(|name| name.to_string())
        };
        let process_id = find(self.process_id, true);
        let parent_id = find(self.parent_id, true);
        let process_name = find(self.process_name, true);
        let time_stamp = find(self.time_stamp, true);
        let event_id_column = find(self.event_id_column, false);
        let schema = ProcessSchema {
            process_id: process_id.unwrap_or_default(),
            parent_id: parent_id.unwrap_or_default(),
            process_name,
            time_stamp,
            cmd_line: find(self.cmd_line, false),
            user_name: find(self.user_name, false),
            user_id: find(self.user_id, false),
            logon_id: find(self.logon_id, false),
            host_name_column: find(self.host_name_column, false),
            parent_name: find(self.parent_name, false),
            parent_time: find(self.parent_time, false),
            grandparent_id: find(self.grandparent_id, false),
            grandparent_name: find(self.grandparent_name, false),
            grandparent_time: find(self.grandparent_time, false),
            event_id_identifier: event_id_column
                .is_some()
                .then(|| self.event_id_identifier.into()),
            event_id_column,
        };
        if missing.is_empty() {
            Ok((schema, found))
        } else {
            Err(missing)
        }
    }
}

impl ProcessSchema {
    /// The schema that `choice` names, or without one the built-in schema of
    /// which `table` has most columns, and at least one row.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for an unknown name, columns that are not there, half an
    /// event id, or when no schema fits: it says what is missing.
    pub fn choose(choice: Option<&SchemaChoice>, table: &Table) -> Result<Self> {
        match choice {
            None => infer(table),
            Some(SchemaChoice::Own(own)) => {
                let identifier = &own.event_id_identifier;
                if !matches!(identifier, None | Some(Value::String(_) | Value::Number(_))) {
                    return Err(Error::InvalidArgument(
                        "schema: eventIdIdentifier should be text or a number".into(),
                    ));
                }
                if own.event_id_column.is_some() != identifier.is_some() {
                    return Err(Error::InvalidArgument(
                        "schema: eventIdColumn and eventIdIdentifier need each other; name both, or neither"
                            .into(),
                    ));
                }
                for name in own.columns() {
                    table.column(name)?;
                }
                Ok(own.as_ref().clone())
            }
            Some(SchemaChoice::Named(name)) => {
                let names = || KNOWN.iter().map(|known| known.name);
                let Some(known) = KNOWN.iter().find(|known| known.name == name) else {
                    let names = names().collect::<Vec<_>>().join(", ");
                    return Err(Error::InvalidArgument(format!(
                        "there is no process schema `{name}` (there are: {names}); or give the names of the columns"
                    )));
                };
                let fitted = known.fit(table).map_err(|missing| {
                    Error::InvalidArgument(format!(
                        "schema `{name}` needs column {}, which the table lacks (there are: {}); name your columns with schema: {{ processId: …, parentId: … }}",
                        quoted(&missing),
                        crate::error::some_of(&table.names())
                    ))
                })?;
                Ok(fitted.0)
            }
        }
    }

    /// `tree` with this schema in its metadata, where [`ProcessSchema::of`] finds it.
    pub(super) fn keep_in(&self, tree: &Table) -> Result<Table> {
        let json = serde_json::to_string(self)
            .map_err(|error| Error::InvalidArgument(format!("schema: {error}")))?;
        let mut schema = tree.batch().schema_ref().as_ref().clone();
        schema.metadata.insert(KEY, json);
        Table::from_parts(Arc::new(schema), tree.batch().columns().to_vec())
    }

    /// The schema that a tree was built with; none for other tables.
    pub fn of(tree: &Table) -> Option<Self> {
        let metadata = tree.batch().schema_ref().metadata();
        serde_json::from_str(metadata.get(KEY)?).ok()
    }

    /// Every column that it names.
    fn columns(&self) -> impl Iterator<Item = &str> {
        let optional = [
            &self.process_name,
            &self.time_stamp,
            &self.cmd_line,
            &self.user_name,
            &self.user_id,
            &self.logon_id,
            &self.host_name_column,
            &self.parent_name,
            &self.parent_time,
            &self.grandparent_id,
            &self.grandparent_name,
            &self.grandparent_time,
            &self.event_id_column,
        ];
        let needed = [self.process_id.as_str(), self.parent_id.as_str()];
        needed
            .into_iter()
            .chain(optional.into_iter().filter_map(Option::as_deref))
    }

    /// The rows of `table` that tell of a started process: those with the event
    /// id, where there is one, and with a number or a name of a process.
    pub(super) fn rows(&self, table: &Table) -> Result<Vec<u32>> {
        let cells = |name: &str| table.column(name).map(|column| Column::of(column.as_ref()));
        let wanted = match &self.event_id_identifier {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Null) | None => None,
            Some(other) => Some(other.to_string()),
        };
        let events = match (&self.event_id_column, &wanted) {
            (Some(column), Some(wanted)) => {
                Some((cells(column)?, wanted, wanted.parse::<i64>().ok()))
            }
            _ => None,
        };
        let id = cells(&self.process_id)?;
        let name = self.process_name.as_deref().map(cells).transpose()?;
        let mut text = Vec::new();
        let mut rows = Vec::new();
        for row in 0..table.num_rows() {
            let is_event =
                events
                    .as_ref()
                    .is_none_or(|(column, wanted, wanted_number)| match column.get(row) {
                        Cell::Text(text) => text == wanted.as_str(),
                        Cell::Int(number) => *wanted_number == Some(number),
                        cell => {
                            text.clear();
                            write_id(&cell, &mut text);
                            text == wanted.as_bytes()
                        }
                    });
            let has = |column: &Column<'_>| !matches!(column.get(row), Cell::Null);
            let is_process = || has(&id) || name.as_ref().is_some_and(has);
            if is_event && is_process() {
                rows.push(row as u32);
            }
        }
        Ok(rows)
    }
}

fn infer(table: &Table) -> Result<ProcessSchema> {
    let mut best: Option<(ProcessSchema, usize)> = None;
    let mut nearest: Option<(&Known, Vec<&str>)> = None;
    for known in KNOWN {
        match known.fit(table) {
            Ok((schema, found)) => {
                let better = best.as_ref().is_none_or(|(_, most)| found > *most);
                if better && (table.num_rows() == 0 || !schema.rows(table)?.is_empty()) {
                    best = Some((schema, found));
                }
            }
            Err(missing) => {
                let nearer = |(_, least): &(&Known, Vec<&str>)| missing.len() < least.len();
                if nearest.as_ref().is_none_or(nearer) {
                    nearest = Some((known, missing));
                }
            }
        }
    }
    best.map(|(schema, _)| schema).ok_or_else(|| {
        let near = nearest.map_or(String::new(), |(known, missing)| {
            format!("; `{}` comes nearest, but lacks {}", known.name, quoted(&missing))
        });
        let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
        Error::InvalidArgument(format!(
            "no process schema fits this table{near}; choose one of {}, or name your columns with schema: {{ processId: …, parentId: …, processName: …, timeStamp: … }} (there are: {})",
            names.join(", "),
            crate::error::some_of(&table.names())
        ))
    })
}

fn quoted(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}
