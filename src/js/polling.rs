//! Polling.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::analysis::polling as core;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Finds what asks again and again, such as beacons: a row for each group of events, by
 * Fisher's test of their periodogram and by how alike their intervals are.
 *
 * Columns of the result: those of `groupBy`, `EventCount`, `StartTime`, `EndTime`, `PValue`,
 * `Log10PValue`, `DominantFrequency` (hertz) and `DominantInterval` (seconds), which may be a
 * harmonic; `PeriodSeconds`, the period itself; `JitterSeconds`, `MedianIntervalSeconds`,
 * `IntervalScore` (0 to 1), `BinSeconds` (the periodogram sees no period below twice of it: give a finer
 * `bin`), `Verdict`: `"polling"`, `"rhythm"` (many events in each period, as people or jobs have by
 * day), `"none"` or `"too few events"`. What is not known is `null`.
 *
 * `PValue` is that of the periodogram. `"polling"` may have a large one, if intervals are alike; `"none"` a small
 * one, if events come in sessions all over the cycle, or there are fewer than 4 cycles. `alpha` is for each group: divide
 * it by the number of groups, if one false one among all is too many.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for
 *   another option
 * @example
 * const pairs = await detectPolling(flows, { timeColumn: "Timestamp", groupBy: ["SrcIp", "DstIp"] });
 * pairs.filter({ column: "Verdict", eq: "polling" }).sort("Log10PValue");
 */
export function detectPolling(table: Table, options?: Partial<PollingOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `detectPolling`.
#[wasm_bindgen(js_name = detectPolling, skip_typescript)]
pub fn detect_polling(
    table: &Table,
    polling_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let polling_options = options(polling_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::detect_polling(&table.0, &polling_options, progress)
    })
    .map(Table)
}
