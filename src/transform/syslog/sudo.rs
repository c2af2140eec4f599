//! Sudo sessions in which something risky was run, or much in a short time.
//!
//! Every command of sudo belongs to the session that sudo opens for it: of the same
//! host, user and, where there is one, process number, and opened within two seconds.
//! Refused commands have no session, and are listed too. What is risky the rules for
//! command lines of Linux say (`command_line/rules.json`).

use std::sync::Arc;

use arrow_array::{Int64Array, StringArray, TimestampMicrosecondArray};

use super::Texts;
use super::sessions::{Log, Message, Session, pair, spans};
use crate::order::sort_by_number;
use crate::table::{Progress, TextColumn};
use crate::transform::command_line::{CommandRule, RiskyOptions, Severity, risky_command_lines};
use crate::{Error, Result, Table};

/// Longest time between a command and the opening of its session.
const NEAR_MICROS: i64 = 2_000_000;
/// Most sessions that a command is held against, so that a log made of one second
/// takes no longer than others.
const MAX_NEAR: usize = 256;

/// What counts as risky.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RiskySudoOptions {
    /// Rules of your own, beside the built-in ones or instead of those of the same id.
    pub rules: Vec<CommandRule>,
    /// Whether to ask the built-in rules for Linux. Default `true`.
    pub built_in_rules: Option<bool>,
    /// Only rules that are at least so sure: `"low"`, `"medium"`, `"high"`, `"critical"`.
    pub min_severity: Option<Severity>,
    /// So many commands of one user and host …
    pub burst_commands: u32,
    /// … within so many seconds are a burst.
    pub burst_seconds: f64,
}

impl Default for RiskySudoOptions {
    /// As msticpy's `cmd_speed`: ten commands in five seconds.
    fn default() -> Self {
        Self {
            rules: Vec::new(),
            built_in_rules: None,
            min_severity: None,
            burst_commands: 10,
            burst_seconds: 5.0,
        }
    }
}

/// A command of sudo, and its session if there is one.
struct Command<'a> {
    micros: i64,
    row: usize,
    computer: Option<&'a str>,
    user: Option<&'a [u8]>,
    target: Option<&'a [u8]>,
    result: Option<&'static str>,
    text: &'a [u8],
    session: Option<usize>,
}

/// The risky commands and the bursts of commands in a table of syslog messages, one
/// row for each command and reason, by time.
///
/// Needs the same columns as `logon_sessions`. Columns: `Session` (a number of the
/// sudo session, from 0 by time; absent for a refused command), `User`, `TargetUser`,
/// `Computer`, `Reason` (`risky command` or `command burst`), `Command`, `Result`,
/// `RuleId`, `RuleName`, `Techniques`, `Severity`, `Match` (as of `risky_command_lines`;
/// absent for a burst), `SourceIndex` (the command's row), `TimeGenerated`, `Start`,
/// `End`, `DurationSec` of the session.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType`; `InvalidArgument` for a rule that is none, or a
/// burst of no length; `LimitExceeded` as `risky_command_lines`; `Cancelled` from
/// `progress`.
pub fn risky_sudo_sessions(
    table: &Table,
    options: &RiskySudoOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    if options.burst_commands < 2 || options.burst_seconds.is_nan() || options.burst_seconds < 0.0 {
        return Err(Error::InvalidArgument(
            "burstCommands should be 2 or more, and burstSeconds 0 or more".into(),
        ));
    }
    let log = Log::of(table)?;
    let messages = log.messages(&mut progress.part(0.0, 0.5))?;
    let mut sessions = pair(&messages);
    sessions.retain(|session| session.service == Some(b"sudo") && session.start.is_some());
    let commands = commands(&messages, &mut sessions);
    let hits = risky(&commands, options, &mut progress.part(0.5, 1.0))?;
    let risky = hits.i64("SourceIndex")?;
    let mut found: Vec<Finding> = (0..)
        .zip(risky.values())
        .map(|(hit, &at)| (at as usize, Some(hit)))
        .collect();
    let in_burst = bursts(&commands, options);
    let in_burst = in_burst.iter().enumerate().filter(|(_, is_in)| **is_in);
    found.extend(in_burst.map(|(at, _)| (at, None)));
    // Stable: a burst comes after the rules of its command.
    sort_by_number(&mut found, |finding| finding.0 as u64);
    to_table(&found, &commands, &sessions, &hits)
}

/// The number of a command, and what a rule says of it; none for a burst.
type Finding = (usize, Option<usize>);

/// What the rules say of each command.
fn risky(
    commands: &[Command<'_>],
    options: &RiskySudoOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let texts = commands
        .iter()
        .map(|command| String::from_utf8_lossy(command.text));
    let texts = StringArray::from_iter_values(texts);
    let options = RiskyOptions {
        rules: options.rules.clone(),
        built_in_rules: options.built_in_rules,
        platforms: Some(vec!["linux".into()]),
        min_severity: options.min_severity,
        ..RiskyOptions::default()
    };
    risky_command_lines(
        &Table::new(vec![("Command", Arc::new(texts))])?,
        &options,
        progress,
    )
}

/// All commands, each with the session that is nearest to it.
fn commands<'a>(messages: &[Message<'a>], sessions: &mut [Session<'a>]) -> Vec<Command<'a>> {
    let mut taken = vec![false; sessions.len()];
    // Sessions before this one have their commands.
    let mut free = 0;
    let mut commands = Vec::new();
    for message in messages {
        let meaning = &message.meaning;
        let Some(text) = meaning
            .command
            .filter(|_| meaning.action == Some("sudo_command"))
        else {
            continue;
        };
        let session = match meaning.result {
            Some("success") => near(message, sessions, &taken, free),
            _ => None,
        };
        if let Some(at) = session {
            taken[at] = true;
            while taken.get(free) == Some(&true) {
                free += 1;
            }
            // The command says who, where the opening does not.
            sessions[at].user = sessions[at].user.or(meaning.user);
        }
        commands.push(Command {
            micros: message.micros,
            row: message.row,
            computer: message.computer,
            user: meaning.user,
            target: meaning.target,
            result: meaning.result,
            text,
            session,
        });
    }
    commands
}

/// The session without a command that a command opened.
fn near(
    message: &Message<'_>,
    sessions: &[Session<'_>],
    taken: &[bool],
    free: usize,
) -> Option<usize> {
    let from = message.micros.saturating_sub(NEAR_MICROS);
    let to = message.micros.saturating_add(NEAR_MICROS);
    // Sessions are in order of their first message.
    let first = sessions.partition_point(|session| session.start.unwrap_or(i64::MIN) < from);
    let first = first.max(free);
    let fits = |session: &Session<'_>| {
        let same_user = session.user.is_none() || session.user == message.meaning.user;
        let same_pid = session.pid.is_none() || message.pid.is_none() || session.pid == message.pid;
        session.computer == message.computer
            && session.target == message.meaning.target
            && same_user
            && same_pid
    };
    let near = sessions[first..]
        .iter()
        .take_while(|session| session.start <= Some(to));
    let near = near
        .take(MAX_NEAR)
        .enumerate()
        .map(|(i, session)| (first + i, session));
    near.filter(|(at, session)| !taken[*at] && fits(session))
        .min_by_key(|(_, session)| session.start.map(|start| start.abs_diff(message.micros)))
        .map(|(at, _)| at)
}

/// For each command whether it is one of many in a short time.
fn bursts(commands: &[Command<'_>], options: &RiskySudoOptions) -> Vec<bool> {
    let window = (options.burst_seconds * 1e6) as i64;
    let many = options.burst_commands as usize;
    let mut in_burst = vec![false; commands.len()];
    let mut by_user: Vec<usize> = (0..commands.len()).collect();
    // Stable, so that those of one user stay in order of time.
    by_user.sort_by_key(|&at| (commands[at].computer, commands[at].user));
    let same = |a: usize, b: usize| {
        (commands[a].computer, commands[a].user) == (commands[b].computer, commands[b].user)
    };
    let mut marked = 0;
    for end in 0..by_user.len() {
        let Some(start) = (end + 1).checked_sub(many) else {
            continue;
        };
        let (first, last) = (by_user[start], by_user[end]);
        if same(first, last)
            && commands[last].micros.saturating_sub(commands[first].micros) <= window
        {
            for &at in &by_user[start.max(marked)..=end] {
                in_burst[at] = true;
            }
            marked = end + 1;
        }
    }
    in_burst
}

fn to_table(
    found: &[Finding],
    commands: &[Command<'_>],
    sessions: &[Session<'_>],
    hits: &Table,
) -> Result<Table> {
    let rule = ["RuleId", "RuleName", "Techniques", "Severity", "Match"];
    let mut of_rule = Vec::new();
    for name in rule {
        of_rule.push(hits.text(name)?);
    }
    let mut texts = Texts::<11>::default();
    for &(at, hit) in found {
        let command = &commands[at];
        let of_rule = |i: usize| TextColumn::get(&of_rule[i], hit?).map(str::as_bytes);
        texts.push([
            command.user,
            command.target,
            command.computer.map(str::as_bytes),
            Some(match hit {
                Some(_) => b"risky command",
                None => b"command burst",
            }),
            Some(command.text),
            command.result.map(str::as_bytes),
            of_rule(0),
            of_rule(1),
            of_rule(2),
            of_rule(3),
            of_rule(4),
        ]);
    }
    let names = [
        "User",
        "TargetUser",
        "Computer",
        "Reason",
        "Command",
        "Result",
        rule[0],
        rule[1],
        rule[2],
        rule[3],
        rule[4],
    ];
    let mut columns = texts.finish(names)?;
    let all = || found.iter().map(|&(at, _)| &commands[at]);
    let numbers: Int64Array = all()
        .map(|command| command.session.map(|at| at as i64))
        .collect();
    columns.insert(0, ("Session", Arc::new(numbers)));
    let rows = Int64Array::from_iter_values(all().map(|command| command.row as i64));
    let times = TimestampMicrosecondArray::from_iter_values(all().map(|command| command.micros));
    columns.push(("SourceIndex", Arc::new(rows)));
    columns.push(("TimeGenerated", Arc::new(times.with_timezone("UTC"))));
    let nothing = Session::default();
    let of = |command: &Command<'_>| command.session.map_or(&nothing, |at| &sessions[at]);
    let of_each: Vec<&Session<'_>> = all().map(of).collect();
    columns.extend(spans(of_each.iter().copied()));
    Table::new(columns)
}
