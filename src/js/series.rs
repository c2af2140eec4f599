//! Series: decompositions, anomalies, and when they were.

use js_sys::{Array, Float64Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::analysis::series as core;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Decomposes a series of evenly spaced values by STL into trend, season and residual:
 * value = trend + seasonal + residual, as statsmodels' `STL` to 1e-9 of the largest value. With several periods
 * as its `MSTL`: `seasonal` has then an array for each, the shortest first.
 *
 * @throws {HuntbookError} `invalidArgument` for a value that is no finite number, less than
 *   two seasons, or another option
 * @example
 * const { trend, seasonal, residual } = await decomposeSeries(hourly, { period: 24, robust: true });
 * const { seasonal: [day, week] } = await decomposeSeries(hourly, { period: [24, 168] });
 */
export function decomposeSeries(values: ArrayLike<number>, options: SmootherOptions & { period: number; seasonal?: number } & CallOptions): Promise<SeriesParts>;
export function decomposeSeries(values: ArrayLike<number>, options: SmootherOptions & { period: readonly number[]; seasonal?: readonly number[] } & CallOptions): Promise<Omit<SeriesParts, "seasonal"> & { seasonal: Float64Array[] }>;

type SmootherOptions = Partial<Omit<DecomposeOptions, "period" | "seasonal">>;

/** What a series is made of; each as long as the series. */
export interface SeriesParts {
    /** The slow part. */
    trend: Float64Array;
    /** What comes back each season. */
    seasonal: Float64Array;
    /** What is left. */
    residual: Float64Array;
    /** How much each value counted, from 0 to 1; 1 unless weights were worked out. */
    weights: Float64Array;
}

/**
 * Finds values that neither trend nor season explain, in both directions. Rows may have any
 * times and order: they are put into bins of a series, or of one for each group. Without
 * `valueColumn` events are counted.
 *
 * Counts and sums have the bins of the whole table for each group, 0 where nothing was, so that who falls
 * silent is unusual, too. Of means, least and largest values a gap is no value: it is filled with a line, and has no score.
 * Scores are robust, but of spreads that are not too small: of counts half a count, and what chance would have (Poisson);
 * where more than half of the values are alike, the standard deviation.
 *
 * `period` is a season in bins (24, as in msticpy) or as a duration (`"1d"`); the width of bins is
 * `bin` (`"1h"`). Columns of the result: those of `groupBy`, the times and values, `residual`, `trend`,
 * `seasonal`, `weights`, `baseline`, `score`, `anomalies` (1, −1 or 0), `Filled` (the bin had no
 * value), and with `groupBy` `Problem`: why a group has no results.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for
 *   another option, or if there are less than two seasons
 * @example
 * const result = await timeSeriesAnomalies(table, { valueColumn: "TotalBytesSent", period: 24, seasonal: 7 });
 * const logons = await timeSeriesAnomalies(events, { groupBy: ["Computer"], bin: "1h", period: "1d" });
 * logons.filter({ column: "anomalies", ne: 0 });
 */
export function timeSeriesAnomalies(table: Table, options?: Partial<AnomalyOptions> & CallOptions): Promise<Table>;

/** The anomalies of `timeSeriesAnomalies` anew, of the scores that are there already; rows without one stay as they are. */
export function setNewAnomalyThreshold(table: Table, options: Partial<ThresholdOptions> & { threshold: number } & CallOptions): Promise<Table>;

/**
 * When there were anomalies: from a `period` (`"1h"`) before the first to one after the last, those at most
 * two apart joined. Columns of the result: those of `groupBy`, `StartTime`, `EndTime`, `AnomalyCount`. As in msticpy
 * only what is above usual counts, unless `posOnly` is false; without `groupBy` all hosts' anomalies are joined.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for `period`
 * @example
 * const periods = await anomalyPeriods(result, { groupBy: ["Computer"], posOnly: false });
 */
export function anomalyPeriods(table: Table, options?: Partial<PeriodOptions> & CallOptions): Promise<Table>;

/**
 * A line for a KQL query that keeps what is in these periods; of none, it keeps nothing.
 *
 * @throws {HuntbookError} `columnNotFound` if `periods` are not those of `anomalyPeriods`
 * @example
 * await anomalyKqlFilter(periods); // | where TimeGenerated between (datetime(…) .. datetime(…)) or …
 */
export function anomalyKqlFilter(periods: Table, options?: Partial<KqlFilterOptions> & CallOptions): Promise<string>;
"#;

/// The raw `decomposeSeries`.
#[wasm_bindgen(js_name = decomposeSeries, skip_typescript)]
pub fn decompose_series(
    values: &[f64],
    series_options: JsValue,
    progress: Option<Function>,
) -> Result<Object> {
    let series_options = options(series_options)?;
    let parts = with_progress(progress.as_ref(), |progress| {
        core::decompose_series(values, &series_options, progress)
    })?;
    let array = |values: &[f64]| JsValue::from(Float64Array::from(values));
    let seasons: Array = parts.seasonal.iter().map(|season| array(season)).collect();
    let several = matches!(series_options.period, Some(core::OneOrMore::More(_)));
    let object = Object::new();
    for (name, value) in [
        ("trend", array(&parts.trend)),
        (
            "seasonal",
            if several {
                seasons.into()
            } else {
                seasons.get(0)
            },
        ),
        ("residual", array(&parts.residual)),
        ("weights", array(&parts.weights)),
    ] {
        // A new object takes any property.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    Ok(object)
}

/// The raw `timeSeriesAnomalies`.
#[wasm_bindgen(js_name = timeSeriesAnomalies, skip_typescript)]
pub fn time_series_anomalies(
    table: &Table,
    anomaly_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let anomaly_options = options(anomaly_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::time_series_anomalies(&table.0, &anomaly_options, progress)
    })
    .map(Table)
}

/// The raw `setNewAnomalyThreshold`.
#[wasm_bindgen(js_name = setNewAnomalyThreshold, skip_typescript)]
pub fn set_new_anomaly_threshold(table: &Table, threshold_options: JsValue) -> Result<Table> {
    core::set_new_anomaly_threshold(&table.0, &options(threshold_options)?).map(Table)
}

/// The raw `anomalyPeriods`.
#[wasm_bindgen(js_name = anomalyPeriods, skip_typescript)]
pub fn anomaly_periods(table: &Table, period_options: JsValue) -> Result<Table> {
    core::anomaly_periods(&table.0, &options(period_options)?).map(Table)
}

/// The raw `anomalyKqlFilter`.
#[wasm_bindgen(js_name = anomalyKqlFilter, skip_typescript)]
pub fn anomaly_kql_filter(periods: &Table, filter_options: JsValue) -> Result<String> {
    core::anomaly_kql_filter(&periods.0, &options(filter_options)?)
}
