//! How evenly a text uses its characters.

use std::sync::Arc;

use arrow_array::Float64Array;

use crate::order::sort_by_number;
use crate::table::Progress;
use crate::{Result, Table};

/// Shannon's entropy in bits a character; 0 of an empty text.
///
/// ```
/// assert_eq!(huntbook::analysis::entropy::entropy("aabb"), 1.0);
/// ```
pub fn entropy(text: &str) -> f64 {
    let mut chars: Vec<char> = text.chars().collect();
    sort_by_number(&mut chars, |&c| c.into());
    let all = chars.len() as f64;
    let runs = chars.chunk_by(|a, b| a == b);
    let bits = runs
        .map(|run| run.len() as f64 / all)
        .map(|p| -p * p.log2());
    bits.sum::<f64>().max(0.0)
}

/// Which columns to measure.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EntropyOptions {
    /// Columns of text, such as `["CommandLine"]`. By default all of them.
    pub columns: Option<Vec<String>>,
}

/// `table` with the entropy of each text, in a column named after its own: that of
/// `CommandLine` is `CommandLineEntropy`. Absent where there is no text. O(n log n) in
/// the length of a text.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `Cancelled` from `progress`.
pub fn add_entropy(
    table: &Table,
    options: &EntropyOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut result = table.clone();
    let names = match &options.columns {
        Some(names) => names.iter().map(String::as_str).collect(),
        None => table.names(),
    };
    for name in names {
        let texts = match table.text(name) {
            Ok(texts) => texts,
            Err(_) if options.columns.is_none() => continue,
            Err(error) => return Err(error),
        };
        let mut bits = Vec::with_capacity(texts.len());
        for (row, text) in texts.iter().enumerate() {
            if row % 65_536 == 65_535 {
                progress.at(row, texts.len())?;
            }
            bits.push(text.map(entropy));
        }
        let bits = Arc::new(Float64Array::from(bits));
        result = result.with_column(&format!("{name}Entropy"), bits)?;
    }
    Ok(result)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use arrow_array::{Array, ArrayRef, Int64Array, StringArray};

    use super::*;

    #[test]
    fn entropy_is_in_bits() {
        for (text, expected) in [
            ("", 0.0),
            ("aaaa", 0.0),
            ("ab", 1.0),
            ("abcd", 2.0),
            ("\u{e9}\u{e8}", 1.0),
            ("aaab", 0.811_278_124_459_132_8),
        ] {
            assert!((entropy(text) - expected).abs() < 1e-15, "{text}");
        }
    }

    #[test]
    fn a_table_has_it_beside_each_text() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("ab"), None]));
        let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
        let table = Table::new(vec![("a", texts.clone()), ("n", numbers), ("b", texts)]).unwrap();
        let all = add_entropy(&table, &EntropyOptions::default(), &mut Progress::none()).unwrap();
        assert_eq!(all.names(), ["a", "n", "b", "aEntropy", "bEntropy"]);
        let bits = all.f64("aEntropy").unwrap();
        assert_eq!((bits.value(0), bits.is_null(1)), (1.0, true));
        let only = |name: &str| EntropyOptions {
            columns: Some(vec![name.into()]),
        };
        let one = add_entropy(&table, &only("b"), &mut Progress::none()).unwrap();
        assert_eq!(one.names(), ["a", "n", "b", "bEntropy"]);
        let error = add_entropy(&table, &only("n"), &mut Progress::none()).unwrap_err();
        assert_eq!(error.to_string(), "column `n` should be text, but is int64");
    }
}
