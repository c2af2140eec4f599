//! Numbers that count time since 1970, where the user says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, TimestampMicrosecondArray};

use super::EpochUnit;
use crate::{Error, Result, Table};

/// Converts the named columns of numbers to times; absent values stay absent.
///
/// # Errors
///
/// `ColumnNotFound`, `ColumnType`; `InvalidArgument` for a number that is no
/// time of the years that a 64-bit count of microseconds reaches.
pub(super) fn convert(table: Table, columns: &BTreeMap<String, EpochUnit>) -> Result<Table> {
    let mut table = table;
    for (name, unit) in columns {
        let micros_per_unit = match unit {
            EpochUnit::S => 1e6,
            EpochUnit::Ms => 1e3,
            EpochUnit::Us => 1.0,
            EpochUnit::Ns => 1e-3,
        };
        let times: Vec<Option<i64>> = table
            .f64(name)?
            .iter()
            .enumerate()
            .map(|(row, number)| {
                number
                    .map(|number| micros(name, row, number * micros_per_unit))
                    .transpose()
            })
            .collect::<Result<_>>()?;
        let times: ArrayRef = Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC"));
        table = table.with_column(name, times)?;
    }
    Ok(table)
}

fn micros(name: &str, row: usize, micros: f64) -> Result<i64> {
    if micros.is_finite() && micros.abs() < i64::MAX as f64 {
        return Ok(micros.round() as i64);
    }
    Err(Error::InvalidArgument(format!(
        "epochColumns: row {} of `{name}` is no time; check its unit",
        row + 1
    )))
}
