//! Rows unlike the others.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::analysis::outliers as core;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Finds rows unlike the others by their numbers, texts and bools: `table` with
 * `OutlierScore` (more is stranger), `IsOutlier`, `OutlierRank` (1 is the strangest) and
 * `OutlierWhy` of outliers: `Bytes = 912000 (median 1200), Country = KP (1 of 5000 rows)`.
 *
 * Without `columns`, texts that are nearly all different take no part, nor do integers
 * that only rise or fall from row to row, such as row numbers.
 *
 * An isolation forest's score lies between 0 and 1 and is scikit-learn's `score_samples`
 * without its minus sign. For streams, `"robustRandomCutForest"` scores each row against
 * the last `sampleSize` before it. A text counts by how rare it is; an absent
 * number or NaN is its column's median; infinities lie beyond all numbers.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column;
 *   `invalidArgument` for another option, or if no column is fit
 * @example
 * const scored = await detectOutliers(table, { columns: ["Bytes", "Country"], contamination: 0.01 });
 * scored.filter({ column: "IsOutlier", eq: true }).sort("OutlierRank");
 */
export function detectOutliers(table: Table, options?: Partial<OutlierOptions> & CallOptions): Promise<Table>;
"#;

/// The raw `detectOutliers`.
#[wasm_bindgen(js_name = detectOutliers, skip_typescript)]
pub fn detect_outliers(
    table: &Table,
    outlier_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let outlier_options = options(outlier_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::detect_outliers(&table.0, &outlier_options, progress)
    })
    .map(Table)
}
