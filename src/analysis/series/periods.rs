//! When there were anomalies: times to look at, and a filter that asks for them.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Int32Array};

use crate::table::time::{bin_start, format_time};
use crate::table::{Groups, beside_keys, choose_time, duration_us, utc};
use crate::{Error, Result, Table};

/// How anomalies are joined.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PeriodOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// The column that is not 0 where there is an anomaly. Default `anomalies`.
    pub anomalies_column: Option<String>,
    /// Width of a bin, which begin as those of series do: a period reaches from one before the first anomaly to one after the
    /// last, and anomalies at most two apart are of one. Default `"1h"`.
    pub period: Option<String>,
    /// Whether values below what is usual do not count. Default true, as in msticpy.
    pub pos_only: Option<bool>,
    /// Columns that part the rows: periods for each. By default all are of one, also those of a
    /// result for each host.
    pub group_by: Vec<String>,
}

/// A period of anomalies, and how many of them.
struct Period {
    start: i64,
    end: i64,
    count: i32,
}

/// The periods of anomalies, by group in the order of their first rows, and time. Rows
/// may come in any order.
///
/// Columns: those of `groupBy`, `StartTime`, `EndTime` and `AnomalyCount`.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for `period`.
pub fn anomaly_periods(table: &Table, options: &PeriodOptions) -> Result<Table> {
    let time = choose_time(table, options.time_column.as_deref())?;
    let times = table.time_us(time)?;
    let flags = table.f64(options.anomalies_column.as_deref().unwrap_or("anomalies"))?;
    let bin = duration_us("period", options.period.as_deref().unwrap_or("1h"))?;
    let pos_only = options.pos_only.unwrap_or(true);
    let unusual = |flag: f64| flag > 0.0 || (!pos_only && flag < 0.0);
    let groups = Groups::of(table, &options.group_by)?;
    let rows =
        groups.rows(|row| times.is_valid(row) && flags.is_valid(row) && unusual(flags.value(row)));
    let mut firsts = Vec::new();
    let mut periods = Vec::new();
    for group in 0..groups.len() {
        let of_group = rows.rows[rows.range(group)].iter();
        let mut bins: Vec<i64> = of_group
            .map(|&row| bin_start(times.value(row as usize), bin))
            .collect();
        bins.sort_unstable();
        join(&bins, bin, &mut periods);
        firsts.resize(periods.len(), groups.firsts[group]);
    }
    let column = |of: fn(&Period) -> i64| -> ArrayRef {
        let times = periods.iter().map(of);
        utc(times.collect::<Vec<i64>>())
    };
    let result = Table::new(vec![
        ("StartTime", column(|period| period.start)),
        ("EndTime", column(|period| period.end)),
        (
            "AnomalyCount",
            Arc::new(Int32Array::from_iter_values(
                periods.iter().map(|period| period.count),
            )),
        ),
    ])?;
    beside_keys(table, &options.group_by, firsts, result)
}

/// The begins of bins with anomalies, sorted, as periods.
fn join(bins: &[i64], bin: i64, periods: &mut Vec<Period>) {
    let most = bin.saturating_mul(2);
    for run in bins.chunk_by(|before, after| after.saturating_sub(*before) <= most) {
        periods.push(Period {
            start: run[0].saturating_sub(bin),
            end: run[run.len() - 1].saturating_add(bin),
            count: i32::try_from(run.len()).unwrap_or(i32::MAX),
        });
    }
}

/// What the filter is about.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KqlFilterOptions {
    /// The column that the query filters. Default `TimeGenerated`.
    pub time_column: Option<String>,
}

/// Most periods of a filter: longer queries are refused anyway.
const MOST_PERIODS: usize = 10_000;

/// The line of a KQL query that keeps what is in the periods of [`anomaly_periods`], in
/// the words of msticpy; of no periods, one that keeps nothing.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for `StartTime` and `EndTime`; `InvalidArgument` for an
/// empty name, or more than 10,000 periods.
pub fn anomaly_kql_filter(periods: &Table, options: &KqlFilterOptions) -> Result<String> {
    let column = options.time_column.as_deref().unwrap_or("TimeGenerated");
    if column.is_empty() {
        return Err(Error::InvalidArgument(
            "option `timeColumn` should be a column's name, but is empty".into(),
        ));
    }
    let column = kql_name(column);
    let (starts, ends) = (periods.time_us("StartTime")?, periods.time_us("EndTime")?);
    if starts.len() > MOST_PERIODS {
        return Err(Error::InvalidArgument(format!(
            "{} periods are too many for a query; raise the threshold, or join them with a longer period",
            starts.len()
        )));
    }
    let mut filter = String::from("| where ");
    for row in (0..starts.len()).filter(|&row| starts.is_valid(row) && ends.is_valid(row)) {
        if filter.len() > "| where ".len() {
            filter.push_str(" or ");
        }
        let (start, end) = (python_time(starts.value(row)), python_time(ends.value(row)));
        filter.push_str(&format!(
            "{column} between (datetime({start}) .. datetime({end}))"
        ));
    }
    if filter.len() == "| where ".len() {
        filter.push_str("false");
    }
    Ok(filter)
}

/// A column's name as KQL has it: words as they are, others in brackets and quotes, with
/// backslashes before what would end these (Microsoft: "Entity names" and "The string data type").
fn kql_name(name: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.chars().all(word) && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return name.into();
    }
    let mut quoted = String::from("['");
    for c in name.chars() {
        match c {
            '\\' | '\'' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted.push_str("']");
    quoted
}

/// A time as Python writes it: `2019-05-13 16:00:00+00:00`.
fn python_time(micros: i64) -> String {
    let text = format_time(micros).replace('T', " ").replace('Z', "+00:00");
    // Python has six digits of a second or none.
    match text.split_once('.') {
        Some((whole, fraction)) => {
            format!("{whole}.{:0<6}+00:00", fraction.trim_end_matches("+00:00"))
        }
        None => text,
    }
}
