//! Logs of Linux machines: audit, syslog, and what they say of users.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::{Room, Table};
use crate::Result;
use crate::transform::{auditd, syslog};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Reads a Linux audit log: `audit.log` (also enriched, by syslog, or of several nodes),
 * what `ausearch` prints with or without `-i`, also in gzip or zip; or a table of Log
 * Analytics (`AuditdMessage` and `mssg_id`, or lines in `RawData`).
 *
 * One row for each event: records of one time, serial number and node. Columns:
 * `EventType` (`SYSCALL_EXECVE` for the start of a process), `mssg_id`,
 * `TimeGenerated`, `Computer` (the node), `RecordCount`, `RecordTypes`; `success`,
 * `ppid`, `pid`, `auid`, `uid`, `gid`, `euid`, `egid`, `ses`, `exe`, `comm`, `cwd`,
 * `proctitle`, `argc`, `cmdline`, `args` (a list of all arguments), `a0`, `a1` …; then
 * every other field by name. Fields of PATH records are lists, `path_name` and so on;
 * registers are `syscall_a0` …; names for numbers are in capitals (`UID`, `SYSCALL`);
 * socket addresses are `saddr_fam`, `laddr`, `lport`, `path`. No user or session is -1.
 *
 * @throws {HuntbookError} `badInput` for a line that is no record; `columnNotFound` or
 *   `columnType` for a table
 * @example
 * const events = await readAuditd(file, { onBadRow: "skip" });
 * events.filter({ column: "EventType", eq: "SYSCALL_EXECVE" }).select(["TimeGenerated", "exe", "cmdline"]);
 */
export function readAuditd(source: Source | Table, options?: Partial<AuditdOptions> & CallOptions): Promise<Table>;

/**
 * Reads a syslog: lines of RFC 3164 or RFC 5424, also with ISO 8601 times; journald's
 * JSON (`journalctl -o json`); or a table with `SyslogMessage`, which keeps its columns.
 *
 * Columns: `TimeGenerated`, `Computer`, `Facility`, `SeverityLevel`, `ProcessName`,
 * `ProcessID`, `SyslogMessage`, `MessageID`, `StructuredData`; and what messages of
 * sudo, su, sshd, cron and PAM say: `Action`, `Result`, `User`, `TargetUser`,
 * `SourceIP`, `SourcePort`, `Method`, `TTY`, `PWD`, `Command`.
 *
 * A time of RFC 3164 has no year and no zone. It is UTC, of the year `options.year` or
 * the last one in which it is not more than a day after now.
 *
 * @throws {HuntbookError} `badInput` for a line that is no message
 * @example
 * const messages = await readSyslog(file, { year: 2023 });
 */
export function readSyslog(source: Source | Table, options?: Partial<SyslogOptions> & CallOptions): Promise<Table>;

/**
 * The sessions in a table of syslog messages (of `readSyslog` or Log Analytics), from
 * where PAM opens one to where it closes it, however they overlap.
 *
 * Columns: `User`, `TargetUser`, `Service`, `Computer`, `ProcessID`, `SourceIP`,
 * `Method`, `Start`, `End` (`null` while it is open), `DurationSec`.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` without `TimeGenerated` and
 *   `SyslogMessage`
 * @example
 * const sessions = await logonSessions(await readSyslog(file), { services: ["sshd"] });
 */
export function logonSessions(table: Table, options?: Partial<SessionOptions> & CallOptions): Promise<Table>;

/**
 * The commands of sudo in a table of syslog messages that a rule of `riskyCommandLines`
 * for Linux matches, or that are many in a short time; one row for each command and reason.
 *
 * Columns: `Session` (a number by time; `null` for a refused command), `User`,
 * `TargetUser`, `Computer`, `Reason` (`"risky command"` or `"command burst"`),
 * `Command`, `Result`, `RuleId`, `RuleName`, `Techniques`, `Severity`, `Match`,
 * `SourceIndex` (the command's row), `TimeGenerated`, `Start`, `End`, `DurationSec`.
 *
 * @throws {HuntbookError} as `logonSessions`; `invalidArgument` for a rule with a wrong pattern
 * @example
 * await riskySudoSessions(messages, { minSeverity: "medium", burstCommands: 5, burstSeconds: 10 });
 */
export function riskySudoSessions(table: Table, options?: Partial<Omit<RiskySudoOptions, "rules">> & { rules?: readonly CommandRuleInput[] } & CallOptions): Promise<Table>;

/**
 * What a table of syslog messages says of each host; one row each, by name.
 *
 * Columns: `Computer`, `HostIPs`, `Messages`, `FirstSeen`, `LastSeen`, `Processes`,
 * `Users`, `SourceIPs`, `Sessions`, `Logons`, `FailedLogons`, `SudoCommands`.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` without `SyslogMessage`
 */
export function hostSummary(table: Table, options?: Partial<SummaryOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `readAuditd` for a file's bytes in `room`.
#[wasm_bindgen(js_name = readAuditdBytes, skip_typescript)]
pub fn read_auditd_bytes(
    room: Room,
    auditd_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let auditd_options = options(auditd_options)?;
    with_progress(progress.as_ref(), |progress| {
        auditd::read_bytes(room.0, &auditd_options, progress)
    })
    .map(Table)
}

/// The raw `readAuditd` for a table.
#[wasm_bindgen(js_name = readAuditdTable, skip_typescript)]
pub fn read_auditd_table(
    table: &Table,
    auditd_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let auditd_options = options(auditd_options)?;
    with_progress(progress.as_ref(), |progress| {
        auditd::read_table(&table.0, &auditd_options, progress)
    })
    .map(Table)
}

/// The raw `readSyslog` for a file's bytes in `room`.
#[wasm_bindgen(js_name = readSyslogBytes, skip_typescript)]
pub fn read_syslog_bytes(
    room: Room,
    syslog_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let syslog_options = options(syslog_options)?;
    with_progress(progress.as_ref(), |progress| {
        syslog::read_bytes(room.0, &syslog_options, progress)
    })
    .map(Table)
}

/// The raw `readSyslog` for a table.
#[wasm_bindgen(js_name = readSyslogTable, skip_typescript)]
pub fn read_syslog_table(
    table: &Table,
    syslog_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let syslog_options = options(syslog_options)?;
    with_progress(progress.as_ref(), |progress| {
        syslog::read_table(&table.0, &syslog_options, progress)
    })
    .map(Table)
}

/// The raw `logonSessions`.
#[wasm_bindgen(js_name = logonSessions, skip_typescript)]
pub fn logon_sessions(
    table: &Table,
    session_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let session_options = options(session_options)?;
    with_progress(progress.as_ref(), |progress| {
        syslog::logon_sessions(&table.0, &session_options, progress)
    })
    .map(Table)
}

/// The raw `riskySudoSessions`.
#[wasm_bindgen(js_name = riskySudoSessions, skip_typescript)]
pub fn risky_sudo_sessions(
    table: &Table,
    sudo_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let sudo_options = options(sudo_options)?;
    with_progress(progress.as_ref(), |progress| {
        syslog::risky_sudo_sessions(&table.0, &sudo_options, progress)
    })
    .map(Table)
}

/// The raw `hostSummary`.
#[wasm_bindgen(js_name = hostSummary, skip_typescript)]
pub fn host_summary(
    table: &Table,
    summary_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let summary_options = options(summary_options)?;
    with_progress(progress.as_ref(), |progress| {
        syslog::host_summary(&table.0, &summary_options, progress)
    })
    .map(Table)
}
