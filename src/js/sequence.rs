//! Sessions, and how likely each is.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::analysis::sequence as core;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Parts events into sessions: runs of one user's events with no long gap and no long
 * span. Rows may be in any order.
 *
 * Columns of the result: those of `groupBy`, `SessionId`, `StartTime`, `EndTime`,
 * `DurationSeconds`, `EventCount`, `SourceIndex` (row of the first event), `Events` (list)
 * and, with `paramsColumn`, `Params` (list). One row for each session, by user and time;
 * with `perEvent` the events with their `SessionId`.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column;
 *   `invalidArgument` for another option, or if no usual column is there
 * @example
 * const sessions = await sessionize(table, {
 *   groupBy: ["UserId", "ClientIP"], eventColumn: "Operation", paramsColumn: "Parameters",
 *   maxSessionMinutes: 20, maxGapMinutes: 2,
 * });
 */
export function sessionize(table: Table, options?: Partial<SessionizeOptions> & CallOptions): Promise<Table>;

/**
 * How likely each session is among all, or among those of `trainOn`: `sessions` with
 * `LogLikelihood` (ln), `Likelihood`, `GeoMeanLikelihood`, for each window length
 * `RarestWindow2` (list of 2 commands, or of 1 if the session's end is the other item),
 * `RarestWindow2Likelihood` and `RarestWindow2Index`, and
 * `RarestTransition`, `RarestTransitionLikelihood`, `RarestTransitionCount`,
 * `RarestTransitionOf` and `Why`, which says it in words: `Set-Mailbox → New-TransportRule: 1 of 230`, or `never seen`.
 *
 * Takes the sessions of `sessionize`, also read back from CSV, any table with lists of
 * commands, or events, of which it makes sessions first.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `badInput` for
 *   parameters that cannot be read; `invalidArgument` for another option
 * @example
 * const scores = await scoreSessions(sessions);
 * scores.sort("GeoMeanLikelihood").rows(0, 10); // the strangest
 * const today = await scoreSessions(sessions, { trainOn: { column: "StartTime", lt: "2024-05-01" } });
 */
export function scoreSessions(sessions: Table, options?: Partial<ScoreOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `sessionize`.
#[wasm_bindgen(js_name = sessionize, skip_typescript)]
pub fn sessionize(
    table: &Table,
    session_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let session_options = options(session_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::sessionize(&table.0, &session_options, progress)
    })
    .map(Table)
}

/// The raw `scoreSessions`.
#[wasm_bindgen(js_name = scoreSessions, skip_typescript)]
pub fn score_sessions(
    table: &Table,
    score_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let score_options = options(score_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::score_sessions(&table.0, &score_options, progress)
    })
    .map(Table)
}
