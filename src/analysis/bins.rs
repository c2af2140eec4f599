//! How much happens when.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, TimestampMicrosecondArray};

use crate::table::time::{bin_start, since};
use crate::table::{
    Groups, Progress, beside_keys, choose_time, duration_text, duration_us, note_left_out, utc,
};
use crate::{Error, Result, Table};

/// Most rows that a result may have: an hour of microseconds would be more.
const MOST_BINS: u64 = 10_000_000;

/// What to count.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TimeBinOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// How long a bin is: `"30s"`, `"5m"`, `"1h"`, `"1d"`, `"7d"`. Default `"1h"`.
    pub bin: Option<String>,
    /// Columns that part the rows, such as `["Computer"]`; by default all are counted together.
    pub group_by: Vec<String>,
    /// A column of numbers to sum up; none by default.
    pub value_column: Option<String>,
}

/// The rows in each bin of time, also in those that are empty: a row for each group and
/// bin, from the first bin of the whole table to its last, as KQL's `make-series` has it.
///
/// Columns: those of `groupBy`, the time column's own name (the bin's begin), `Count`, and
/// with `valueColumn` `Sum`. Groups are in order of their values. Bins begin at multiples
/// of their length since the year 1, as KQL's `bin()` has it, so that weeks begin on
/// Monday; all in UTC. Rows without a time are left out, values that are absent, NaN
/// or infinite add nothing. O(n).
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for `bin`, or if
/// there would be more than 10 million rows; `Cancelled` from `progress`.
pub fn time_bins(
    table: &Table,
    options: &TimeBinOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let time = choose_time(table, options.time_column.as_deref())?;
    let times = table.time_us(time)?;
    let bin = duration_us("bin", options.bin.as_deref().unwrap_or("1h"))?;
    let values = options.value_column.as_deref();
    let values = values.map(|name| table.f64(name)).transpose()?;
    let groups = Groups::of(table, &options.group_by)?;
    progress.at(1, 4)?;
    let (first, bins) = range(&times, bin);
    let rows = bins.saturating_mul(groups.len() as u64);
    if rows > MOST_BINS {
        return Err(too_many(bins, bin, groups.len(), MOST_BINS));
    }
    let sorted = groups.sorted(table, &options.group_by)?;
    let mut place = vec![0; groups.len()];
    for (at, &group) in sorted.iter().enumerate() {
        place[group as usize] = at;
    }
    let mut counts = vec![0i64; rows as usize];
    let mut sums = vec![0.0; if values.is_some() { rows as usize } else { 0 }];
    for row in 0..table.num_rows() {
        if row % 65_536 == 65_535 {
            progress.at(table.num_rows() + 3 * row, 4 * table.num_rows())?;
        }
        if times.is_null(row) {
            continue;
        }
        let at = place[groups.of_rows[row] as usize] as u64 * bins;
        let at = (at + since(first, times.value(row)) / bin as u64) as usize;
        counts[at] += 1;
        if let Some(values) = &values {
            let value = values.is_valid(row).then(|| values.value(row));
            sums[at] += value.filter(|value| value.is_finite()).unwrap_or(0.0);
        }
    }
    // Wrapping, as what is added may itself be more than half of all times.
    let start = |at: u64| first.wrapping_add((at % bins.max(1)).wrapping_mul(bin as u64) as i64);
    let starts: Vec<i64> = (0..rows).map(start).collect();
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        (time, utc(starts)),
        ("Count", Arc::new(Int64Array::from(counts))),
    ];
    if values.is_some() {
        columns.push(("Sum", Arc::new(Float64Array::from(sums))));
    }
    let of_rows = sorted
        .iter()
        .flat_map(|&group| std::iter::repeat_n(groups.firsts[group as usize], bins as usize));
    let result = Table::new(columns)?;
    let result = beside_keys(table, &options.group_by, of_rows.collect(), result)?;
    let why = format!("they have no `{time}`");
    note_left_out(result, table, times.null_count(), &why)
}

/// The begin of the first bin, and how many there are.
fn range(times: &TimestampMicrosecondArray, bin: i64) -> (i64, u64) {
    let there = || times.iter().flatten();
    let (Some(first), Some(last)) = (there().min(), there().max()) else {
        return (0, 0);
    };
    let first = bin_start(first, bin);
    (first, since(first, last) / bin as u64 + 1)
}

/// That a result with so many bins for each group would be too long.
pub(super) fn too_many(bins: u64, bin: i64, groups: usize, most: u64) -> Error {
    let each = match groups {
        0 | 1 => String::new(),
        groups => format!(" for each of {groups} groups"),
    };
    Error::InvalidArgument(format!(
        "{bins} bins of {}{each} are too many rows, of which there may be {most}; choose a longer `bin`, or \
         filter out times that are far off",
        duration_text(bin)
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use arrow_array::StringArray;
    use serde_json::{Value, json};

    use super::*;
    use crate::table::time::{format_time, parse_time};

    fn table(rows: &[(&str, &str, Option<f64>)]) -> Table {
        let times = rows
            .iter()
            .map(|row| parse_time(row.0.as_bytes()).map(|time| time.micros));
        let times: TimestampMicrosecondArray = times.collect();
        let texts: StringArray = rows.iter().map(|row| Some(row.1)).collect();
        let values: Float64Array = rows.iter().map(|row| row.2).collect();
        Table::new(vec![
            ("TimeGenerated", Arc::new(times) as ArrayRef),
            ("Computer", Arc::new(texts)),
            ("Bytes", Arc::new(values)),
        ])
        .unwrap()
    }

    fn bins(table: &Table, options: Value) -> Result<Vec<String>> {
        let options = serde_json::from_value(options).unwrap();
        let bins = time_bins(table, &options, &mut Progress::none())?;
        let (times, counts) = (bins.time_us("TimeGenerated")?, bins.i64("Count")?);
        let groups = bins.text("Computer").ok();
        let sums = bins.f64("Sum").ok();
        let row = |row| {
            let group = groups
                .as_ref()
                .and_then(|groups| groups.get(row))
                .unwrap_or("-");
            let sum = sums.as_ref().map_or(0.0, |sums| sums.value(row));
            format!(
                "{group} {} {} {sum}",
                format_time(times.value(row)),
                counts.value(row)
            )
        };
        Ok((0..bins.num_rows()).map(row).collect())
    }

    #[test]
    fn each_bin_is_there_also_if_empty() {
        let rows = [
            ("2024-05-01T12:59:59.999Z", "b", Some(1.0)),
            ("2024-05-01T10:00:00Z", "a", Some(2.0)),
            ("2024-05-01T10:30:00Z", "b", Some(f64::NAN)),
            ("", "a", Some(9.0)),
            ("2024-05-01T12:00:00Z", "b", None),
            ("2024-05-01T12:00:00Z", "b", Some(f64::INFINITY)),
        ];
        let table = table(&rows);
        assert_eq!(
            bins(&table, json!({ "valueColumn": "Bytes" })).unwrap(),
            [
                "- 2024-05-01T10:00:00Z 2 2",
                "- 2024-05-01T11:00:00Z 0 0",
                "- 2024-05-01T12:00:00Z 3 1"
            ]
        );
        assert_eq!(
            bins(&table, json!({ "bin": "2h", "groupBy": ["Computer"] })).unwrap(),
            [
                "a 2024-05-01T10:00:00Z 1 0",
                "a 2024-05-01T12:00:00Z 0 0",
                "b 2024-05-01T10:00:00Z 1 0",
                "b 2024-05-01T12:00:00Z 3 0"
            ]
        );
        // 29 April 2024 was a Monday.
        assert_eq!(
            bins(&table, json!({ "bin": "1w" })).unwrap(),
            ["- 2024-04-29T00:00:00Z 5 0"]
        );
        let options = TimeBinOptions::default();
        let noted = time_bins(&table, &options, &mut Progress::none()).unwrap();
        assert_eq!(
            noted.report().unwrap().notes,
            ["1 of 6 rows are left out: they have no `TimeGenerated`"]
        );
        let nothing = bins(&table.slice(3, 4), json!({ "groupBy": ["Computer"] })).unwrap();
        assert_eq!(nothing, Vec::<String>::new());
    }

    #[test]
    fn times_at_the_ends_and_wrong_options() {
        let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from(vec![i64::MIN, i64::MAX]));
        let ends = Table::new(vec![("TimeGenerated", times)]).unwrap();
        let counted = bins(&ends, json!({ "bin": "10000d" })).unwrap();
        assert!(counted[0].contains(" 1 0") && counted.last().unwrap().contains(" 1 0"));
        let some = table(&[("2024-05-01", "a", None), ("1970-01-01", "a", None)]);
        for (table, options, message) in [
            (&ends, json!({}), "5124095577 bins of 1h are too many rows"),
            (&some, json!({ "bin": "1s" }), "choose a longer `bin`"),
            (
                &table(&[("2024-05-01", "a", None), ("1970-01-01", "b", None)]),
                json!({ "bin": "1s", "groupBy": ["Computer"] }),
                "bins of 1s for each of 2 groups are too many rows",
            ),
            (
                &some,
                json!({ "bin": "often" }),
                "option `bin` should be a length of time",
            ),
            (
                &some,
                json!({ "timeColumn": "Computer" }),
                "should be times",
            ),
            (
                &some,
                json!({ "valueColumn": "Computer" }),
                "should be numbers",
            ),
            (&some, json!({ "groupBy": ["User"] }), "no column `User`"),
            (
                &some,
                json!({ "groupBy": ["TimeGenerated"] }),
                "column `TimeGenerated` would be twice in the result; rename it before",
            ),
        ] {
            let error = bins(table, options.clone()).unwrap_err().to_string();
            assert!(error.contains(message), "{options}: {error}");
        }
    }
}
