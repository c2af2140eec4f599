//! Command lines: risky ones, fast ones, and reading one.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::transform::command_line as core;
use crate::{Error, Result};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Finds command lines that a rule matches: programs that are on board of Windows
 * or Linux, used for what attackers need. Base64 in a line is looked into.
 *
 * Columns of the result: those of `table`, then `SourceIndex`, `RuleId`, `RuleName`,
 * `Techniques` (ATT&CK), `Severity`, `Why`, `Match` and `Decoded` (`null` where the
 * line itself matched). One row for each row and rule.
 *
 * @throws {HuntbookError} `invalidArgument` for a wrong pattern, or if no usual
 *   column is there; `columnNotFound` or `columnType` for `commandColumn`
 * @example
 * const risky = await riskyCommandLines(table, { minSeverity: "medium" });
 * const own = await riskyCommandLines(table, {
 *   rules: [{ id: "deploy", name: "Deployed by hand", severity: "low", pattern: "deploy\\.sh", needs: ["deploy"] }],
 * });
 */
export function riskyCommandLines(table: Table, options?: Partial<Omit<RiskyOptions, "rules">> & { rules?: readonly CommandRuleInput[] } & CallOptions): Promise<Table>;

/** A rule of your own: all but `id`, `name`, `severity` and `pattern` may be left out. */
export type CommandRuleInput = Pick<CommandRule, "id" | "name" | "severity" | "pattern"> & Partial<CommandRule>;

/**
 * Finds commands that follow each other too fast to be typed: more than `events`
 * in less than `seconds`. Rows may be in any order.
 *
 * Columns of the result: those of `groupBy`, `StartTime`, `EndTime`, `DurationSeconds`,
 * `CommandCount`, `SourceIndex` (row of the first) and `Commands`.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column;
 *   `invalidArgument` for another option
 * @example
 * const runs = await fastCommandRuns(table, { groupBy: ["Computer"], events: 10, seconds: 5 });
 */
export function fastCommandRuns(table: Table, options?: Partial<FastRunOptions> & CallOptions): Promise<Table>;

/**
 * The arguments of a command line, the program first, as a Windows program or a
 * POSIX shell splits them; a shell's operators and expansions stay as they are.
 *
 * @example
 * await splitCommandLine('"C:\\a b\\x.exe" /c "d e"', "windows"); // ["C:\\a b\\x.exe", "/c", "d e"]
 */
export function splitCommandLine(text: string, syntax: "windows" | "posix"): Promise<string[]>;

/**
 * PowerShell with one statement a line and blocks indented. Strings, comments
 * and case stay as they are.
 *
 * @throws {HuntbookError} `limitExceeded` for more than 4 MiB
 */
export function prettyPowershell(text: string): Promise<string>;
"#;

/// The raw `riskyCommandLines`.
#[wasm_bindgen(js_name = riskyCommandLines, skip_typescript)]
pub fn risky_command_lines(
    table: &Table,
    risky_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let risky_options = options(risky_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::risky_command_lines(&table.0, &risky_options, progress)
    })
    .map(Table)
}

/// The raw `fastCommandRuns`.
#[wasm_bindgen(js_name = fastCommandRuns, skip_typescript)]
pub fn fast_command_runs(
    table: &Table,
    run_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let run_options = options(run_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::fast_command_runs(&table.0, &run_options, progress)
    })
    .map(Table)
}

/// The raw `splitCommandLine`.
#[wasm_bindgen(js_name = splitCommandLine, skip_typescript)]
pub fn split_command_line(text: &str, syntax: JsValue) -> Result<Vec<String>> {
    let syntax = serde_wasm_bindgen::from_value(syntax).map_err(|_| {
        Error::InvalidArgument(
            "splitCommandLine: say whose rules it follows, \"windows\" or \"posix\"".into(),
        )
    })?;
    Ok(core::split_command_line(text, syntax))
}

/// The raw `prettyPowershell`.
#[wasm_bindgen(js_name = prettyPowershell, skip_typescript)]
pub fn pretty_powershell(text: &str) -> Result<String> {
    core::pretty_powershell(text)
}
