//! Counts of values and times.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::analysis::{bins, entropy, values};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * How many rows are in each bin of time, the empty ones too, as KQL's `make-series`:
 * columns of `groupBy`, the time column (the bin's begin), `Count`, and `Sum` of
 * `valueColumn`. Bins are those of KQL's `bin()`, in UTC; weeks begin on Monday.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column;
 *   `invalidArgument` for `bin`, or for more than 10 million rows
 * @example
 * const perHour = await timeBins(table, { bin: "1h", groupBy: ["Computer"], valueColumn: "BytesSent" });
 */
export function timeBins(table: Table, options?: Partial<TimeBinOptions> & CallOptions): Promise<Table>;

/**
 * The most common values of each column: `Column`, `Value`, `Count`, `Share` (0 to 1 of all
 * rows) and `Distinct` (how many different values the column has).
 *
 * @example
 * const top = await topValues(table, { columns: ["Account", "Computer"], limit: 5 });
 */
export function topValues(table: Table, options?: Partial<TopValueOptions> & CallOptions): Promise<Table>;

/**
 * When each value, or combination of values, was there: `columns`, `FirstSeen`, `LastSeen`,
 * `Count` and `Days` (of UTC), by `FirstSeen`.
 *
 * @throws {HuntbookError} `invalidArgument` if no column is named
 * @example
 * const pairs = await firstSeen(table, { columns: ["Account", "Computer"] });
 */
export function firstSeen(table: Table, options: Required<Pick<FirstSeenOptions, "columns">> & Partial<FirstSeenOptions> & CallOptions): Promise<Table>;

/**
 * The values, or combinations of values, of the last day that were not there before, or
 * seldom; the day ends with the table's last event, or at `until`: `columns`, `RecentCount`, `BaselineCount`, `FirstSeen`, `LastSeen` and
 * `SourceIndex` (row of the first recent event).
 *
 * @throws {HuntbookError} `invalidArgument` if no column is named, for `recent`, or if
 *   the table has nothing older than that
 * @example
 * const fresh = await rareValues(table, { columns: ["ProcessName"], recent: "1d", maxBaselineCount: 2 });
 * const today = await rareValues(table, { columns: ["ProcessName"], until: new Date() }); // new since yesterday
 */
export function rareValues(table: Table, options: Required<Pick<RareValueOptions, "columns">> & Partial<RareValueOptions> & CallOptions): Promise<Table>;

/**
 * Shannon's entropy of a text in bits a character; of a table, the same with a column
 * `…Entropy` for each column of text, or each of `columns`.
 *
 * @example
 * await entropy("aabb"); // 1
 * const table = await entropy(logs, { columns: ["CommandLine"] }); // … CommandLineEntropy
 */
export function entropy(text: string): Promise<number>;
export function entropy(table: Table, options?: Partial<EntropyOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `timeBins`.
#[wasm_bindgen(js_name = timeBins, skip_typescript)]
pub fn time_bins(table: &Table, bin_options: JsValue, progress: Option<Function>) -> Result<Table> {
    let bin_options = options(bin_options)?;
    with_progress(progress.as_ref(), |progress| {
        bins::time_bins(&table.0, &bin_options, progress)
    })
    .map(Table)
}

/// The raw `topValues`.
#[wasm_bindgen(js_name = topValues, skip_typescript)]
pub fn top_values(
    table: &Table,
    value_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let value_options = options(value_options)?;
    with_progress(progress.as_ref(), |progress| {
        values::top_values(&table.0, &value_options, progress)
    })
    .map(Table)
}

/// The raw `firstSeen`.
#[wasm_bindgen(js_name = firstSeen, skip_typescript)]
pub fn first_seen(
    table: &Table,
    value_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let value_options = options(value_options)?;
    with_progress(progress.as_ref(), |progress| {
        values::first_seen(&table.0, &value_options, progress)
    })
    .map(Table)
}

/// The raw `rareValues`.
#[wasm_bindgen(js_name = rareValues, skip_typescript)]
pub fn rare_values(
    table: &Table,
    value_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let value_options = options(value_options)?;
    with_progress(progress.as_ref(), |progress| {
        values::rare_values(&table.0, &value_options, progress)
    })
    .map(Table)
}

/// The raw `entropy` of a text.
#[wasm_bindgen(js_name = entropy, skip_typescript)]
pub fn entropy_of(text: &str) -> f64 {
    entropy::entropy(text)
}

/// The raw `entropy` of a table.
#[wasm_bindgen(js_name = addEntropy, skip_typescript)]
pub fn add_entropy(
    table: &Table,
    entropy_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let entropy_options = options(entropy_options)?;
    with_progress(progress.as_ref(), |progress| {
        entropy::add_entropy(&table.0, &entropy_options, progress)
    })
    .map(Table)
}
