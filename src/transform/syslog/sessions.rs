//! Sessions: from where PAM says that one is opened to where it is closed.
//!
//! msticpy's `cluster_syslog_logons_df` (3.0.2) walks over openings and closings with
//! two pointers, which loses or mixes up sessions that overlap. Here a closing belongs
//! to the opening of the same host, service, target user and process number; where
//! messages have no process number, to the youngest that is still open. If the table
//! has a column `User` that differs, that counts too.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, TimestampMicrosecondArray};

use super::message::{self, Meaning};
use super::{Texts, computers, integer, noted, optional_text};
use crate::order::{signed, sort_by_number};
use crate::table::{Progress, TextColumn};
use crate::{Result, Table};

/// Which sessions to list.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SessionOptions {
    /// Only those of these services, such as `sshd` or `sudo`; all if absent.
    pub services: Option<Vec<String>>,
    /// Whether to list closings too whose opening is not in the log; their `Start` is
    /// absent.
    pub without_start: bool,
}

/// The sessions in a table of syslog messages, one row each, by their begin.
///
/// Needs `TimeGenerated` and `SyslogMessage`; uses `Computer`, `ProcessName`,
/// `ProcessID` and `User` if there. Columns: `User` (who opened it, or for whom it was
/// if the message says nobody else), `TargetUser`, `Service`, `Computer`, `ProcessID`,
/// `SourceIP` and `Method` (of the logon with the same process number), `Start`, `End`
/// (absent while it is open), `DurationSec`.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType`; `Cancelled` from `progress`.
pub fn logon_sessions(
    table: &Table,
    options: &SessionOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let log = Log::of(table)?;
    let found = find(&log, progress)?;
    let wanted = |session: &&Session<'_>| {
        let service = session.service;
        let is_wanted =
            |services: &Vec<String>| services.iter().any(|name| Some(name.as_bytes()) == service);
        options.services.as_ref().is_none_or(is_wanted)
    };
    let (sessions, headless): (Vec<_>, Vec<_>) = found
        .iter()
        .filter(wanted)
        .partition(|session| options.without_start || session.start.is_some());
    let note = match headless.len() {
        0 => vec![],
        count => vec![format!(
            "{count} closings have no opening in the log; {{ withoutStart: true }} lists them"
        )],
    };
    noted(to_table(&sessions)?, "sessions", note)
}

/// One session.
#[derive(Debug, Clone, Default)]
pub(super) struct Session<'a> {
    pub(super) user: Option<&'a [u8]>,
    pub(super) target: Option<&'a [u8]>,
    pub(super) service: Option<&'a [u8]>,
    pub(super) computer: Option<&'a str>,
    pub(super) pid: Option<i64>,
    pub(super) address: Option<&'a [u8]>,
    pub(super) method: Option<&'a [u8]>,
    pub(super) start: Option<i64>,
    pub(super) end: Option<i64>,
}

/// The columns that sessions are found in.
pub(super) struct Log<'a> {
    pub(super) times: TimestampMicrosecondArray,
    messages: TextColumn<'a>,
    computers: Option<TextColumn<'a>>,
    processes: Option<TextColumn<'a>>,
    pids: Option<Int64Array>,
    users: Option<TextColumn<'a>>,
}

/// A message of a log.
pub(super) struct Message<'a> {
    pub(super) row: usize,
    pub(super) micros: i64,
    pub(super) computer: Option<&'a str>,
    pub(super) pid: Option<i64>,
    /// What a column `User` says beyond the message.
    pub(super) account: Option<&'a str>,
    pub(super) meaning: Meaning<'a>,
}

impl<'a> Log<'a> {
    pub(super) fn of(table: &'a Table) -> Result<Self> {
        let text = |name| optional_text(table, name);
        // Where another tool wrote the table, a number may be text or not there at all.
        let pids = table.i64("ProcessID").ok().or_else(|| {
            let texts = table.text("ProcessID").ok()?;
            Some(texts.iter().map(|text| integer(text?.as_bytes())).collect())
        });
        Ok(Self {
            times: table.time_us("TimeGenerated")?,
            messages: table.text("SyslogMessage")?,
            computers: computers(table)?,
            processes: text("ProcessName")?,
            pids,
            users: text("User").unwrap_or_default(),
        })
    }

    /// Messages that mean something, by time. Those of one time keep the order of
    /// their rows, or have it turned round if the log begins with what is youngest.
    pub(super) fn messages(&self, progress: &mut Progress<'_>) -> Result<Vec<Message<'a>>> {
        let rows = self.messages.len();
        let mut found = Vec::new();
        for row in 0..rows {
            if row % 65_536 == 65_535 {
                progress.at(row, rows)?;
            }
            let process = self
                .processes
                .as_ref()
                .and_then(|processes| processes.get(row));
            let Some(text) = self.messages.get(row) else {
                continue;
            };
            let meaning = message::read(process.map(str::as_bytes), text.as_bytes());
            if meaning.action.is_none() || arrow_array::Array::is_null(&self.times, row) {
                continue;
            }
            let pids = self.pids.as_ref();
            // Only a `User` that is not in the message tells more than that.
            let own = [meaning.user, meaning.target];
            let account = self.users.as_ref().and_then(|users| users.get(row));
            let account = account.filter(|name| !own.contains(&Some(name.as_bytes())));
            found.push(Message {
                row,
                micros: self.times.value(row),
                computer: self
                    .computers
                    .as_ref()
                    .and_then(|computers| computers.get(row)),
                pid: pids.and_then(|pids| {
                    arrow_array::Array::is_valid(pids, row).then(|| pids.value(row))
                }),
                account,
                meaning,
            });
        }
        let falls = found
            .windows(2)
            .filter(|pair| pair[1].micros < pair[0].micros)
            .count();
        let rises = found
            .windows(2)
            .filter(|pair| pair[1].micros > pair[0].micros)
            .count();
        if falls > rises {
            found.reverse();
        }
        sort_by_number(&mut found, |message| signed(message.micros));
        Ok(found)
    }
}

/// What opening and closing have in common.
type Key<'a> = (
    Option<&'a str>,
    Option<&'a [u8]>,
    Option<&'a [u8]>,
    Option<i64>,
    Option<&'a str>,
);

/// All sessions of a log, in the order of their openings, or closings without one.
pub(super) fn find<'a>(log: &Log<'a>, progress: &mut Progress<'_>) -> Result<Vec<Session<'a>>> {
    Ok(pair(&log.messages(progress)?))
}

impl<'a> Session<'a> {
    /// What an opening and a closing say alike; without a time.
    fn of(message: &Message<'a>) -> Self {
        Self {
            user: opener(message),
            target: message.meaning.target,
            service: message.meaning.method,
            computer: message.computer,
            pid: message.pid,
            ..Self::default()
        }
    }
}

/// Pairs openings with closings; messages are in order of time.
pub(super) fn pair<'a>(messages: &[Message<'a>]) -> Vec<Session<'a>> {
    let mut sessions: Vec<Session<'a>> = Vec::new();
    let mut open: HashMap<Key<'a>, Vec<usize>> = HashMap::new();
    let mut headless: HashMap<Key<'a>, Vec<usize>> = HashMap::new();
    let mut logons: HashMap<(Option<&str>, i64), Meaning<'a>> = HashMap::new();
    for message in messages {
        let meaning = &message.meaning;
        let account = message.account.filter(|_| message.pid.is_none());
        let key = (
            message.computer,
            meaning.method,
            meaning.target,
            message.pid,
            account,
        );
        match meaning.action {
            Some("logon") if meaning.result == Some("success") => {
                if let Some(pid) = message.pid {
                    logons.insert((message.computer, pid), *meaning);
                }
            }
            Some("session_opened") => {
                // Two messages of one time may stand in any order.
                let closed = headless.get_mut(&key).and_then(Vec::pop);
                if let Some(at) = closed.filter(|&at| sessions[at].end == Some(message.micros)) {
                    let closing = &mut sessions[at];
                    closing.start = Some(message.micros);
                    closing.user = opener(message);
                    continue;
                }
                let logon = message
                    .pid
                    .and_then(|pid| logons.get(&(message.computer, pid)));
                open.entry(key).or_default().push(sessions.len());
                sessions.push(Session {
                    address: logon.and_then(|logon| logon.address),
                    method: logon.and_then(|logon| logon.method),
                    start: Some(message.micros),
                    ..Session::of(message)
                });
            }
            Some("session_closed") => match open.get_mut(&key).and_then(Vec::pop) {
                Some(at) => sessions[at].end = Some(message.micros),
                None => {
                    headless.entry(key).or_default().push(sessions.len());
                    sessions.push(Session {
                        end: Some(message.micros),
                        ..Session::of(message)
                    });
                }
            },
            _ => {}
        }
    }
    sessions
}

/// Who opened a session. Only sudo and su act for someone else; there nobody is
/// better than the wrong one.
fn opener<'a>(message: &Message<'a>) -> Option<&'a [u8]> {
    let meaning = &message.meaning;
    let acts = matches!(meaning.method, Some(b"sudo" | b"su" | b"su-l" | b"sudo-i"));
    let target = meaning.target.filter(|_| !acts);
    let account = message.account.map(str::as_bytes);
    // A root that is the system itself, as in `by root(uid=0)` of sshd.
    let user = meaning.user.filter(|_| acts);
    account.or(user).or(target)
}

fn to_table(sessions: &[&Session<'_>]) -> Result<Table> {
    let mut texts = Texts::<6>::default();
    for session in sessions {
        texts.push([
            session.user,
            session.target,
            session.service,
            session.computer.map(str::as_bytes),
            session.address,
            session.method,
        ]);
    }
    let names = [
        "User",
        "TargetUser",
        "Service",
        "Computer",
        "SourceIP",
        "Method",
    ];
    let mut columns = texts.finish(names)?;
    let pids: Int64Array = sessions.iter().map(|session| session.pid).collect();
    columns.insert(4, ("ProcessID", Arc::new(pids)));
    columns.extend(spans(sessions.iter().copied()));
    Table::new(columns)
}

/// `Start`, `End` and `DurationSec`.
pub(super) fn spans<'s, 'a: 's>(
    sessions: impl Iterator<Item = &'s Session<'a>> + Clone,
) -> Vec<(&'static str, ArrayRef)> {
    let time =
        |values: TimestampMicrosecondArray| Arc::new(values.with_timezone("UTC")) as ArrayRef;
    let durations: Float64Array = sessions
        .clone()
        .map(|session| Some((session.end?.checked_sub(session.start?)?) as f64 / 1e6))
        .collect();
    vec![
        (
            "Start",
            time(sessions.clone().map(|session| session.start).collect()),
        ),
        ("End", time(sessions.map(|session| session.end).collect())),
        ("DurationSec", Arc::new(durations)),
    ]
}
