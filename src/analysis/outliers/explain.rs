//! Which columns set a row apart, in words.

use arrow_array::ArrayRef;

use super::features::{Features, Usual};
use crate::order::{float, sort_by_number};
use crate::table::{Cell, Column, Progress, TextBuilder, write_text};
use crate::{Result, Table};

/// Outliers between two reports of progress.
const OUTLIERS: usize = 1 << 10;

/// Of each outlier the column that had most to do with it, and up to two others that
/// had at least half as much: `Bytes = 912000 (median 1200), Country = KP (1 of 5000 rows)`.
/// `shares` says how much each column had. Absent for other rows.
pub(super) fn why(
    table: &Table,
    features: &Features,
    is_outlier: &[bool],
    shares: &dyn Fn(usize) -> Vec<f32>,
    progress: &mut Progress<'_>,
) -> Result<ArrayRef> {
    let mut texts = TextBuilder::with_capacity(table.num_rows());
    let mut done = 0;
    for (row, &is_one) in is_outlier.iter().enumerate() {
        if !is_one {
            texts.push(None);
            continue;
        }
        if done % OUTLIERS == 0 {
            progress.at(row, is_outlier.len())?;
        }
        done += 1;
        let shares = shares(row);
        let mut columns: Vec<usize> = (0..shares.len()).collect();
        sort_by_number(&mut columns, |&at| !float(shares[at].into()));
        let enough = shares[columns[0]] / 2.0;
        let columns = columns
            .iter()
            .take(3)
            .take_while(|&&at| shares[at] >= enough.max(f32::MIN_POSITIVE));
        let mut text = Vec::new();
        for &at in columns {
            if !text.is_empty() {
                text.extend_from_slice(b", ");
            }
            write_column(table, features, at, row, &mut text)?;
        }
        texts.push(Some(text.as_slice()).filter(|text| !text.is_empty()));
    }
    texts.finish("OutlierWhy")
}

fn write_column(
    table: &Table,
    features: &Features,
    at: usize,
    row: usize,
    text: &mut Vec<u8>,
) -> Result<()> {
    let feature = &features.features[at];
    let column = Column::of(table.column(&feature.name)?.as_ref());
    text.extend_from_slice(feature.name.as_bytes());
    text.extend_from_slice(b" = ");
    match column.get(row) {
        Cell::Null => text.extend_from_slice(b"null"),
        Cell::Float32(x) => write_number(x.into(), &Cell::Float32(x), text),
        Cell::Float(x) => write_number(x, &Cell::Float(x), text),
        cell => write_text(&cell, text),
    }
    match &feature.usual {
        Usual::Median(median) => {
            text.extend_from_slice(b" (median ");
            write_number(*median, &Cell::Float(rounded(*median)), text);
        }
        Usual::Counts(counts) => {
            text.extend_from_slice(
                format!(" ({} of {} rows", counts[row], counts.len()).as_bytes(),
            );
        }
    }
    text.push(b')');
    Ok(())
}

/// Whole numbers are written as integers, others as `else_as`.
fn write_number(x: f64, else_as: &Cell<'_>, text: &mut Vec<u8>) {
    let whole = x as i64;
    match whole as f64 == x && whole != i64::MAX {
        true => write_text(&Cell::Int(whole), text),
        false => write_text(else_as, text),
    }
}

/// To four digits, in the range where powers of ten are exact.
fn rounded(x: f64) -> f64 {
    if !(1e-15..1e15).contains(&x.abs()) {
        return x;
    }
    let scale = 10f64.powi(3 - x.abs().log10().floor() as i32);
    (x * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn numbers_have_four_digits() {
        for (x, expected) in [
            (0.495_049_5, 0.495),
            (-1234.5678, -1235.0),
            (1.5, 1.5),
            (1e300, 1e300),
            (5e-324, 5e-324),
            (f64::MAX, f64::MAX),
        ] {
            assert_eq!(rounded(x), expected, "{x}");
        }
    }
}
