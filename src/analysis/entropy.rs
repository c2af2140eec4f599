//! How evenly a text uses its characters.

use std::sync::Arc;

use arrow_array::Float64Array;
use arrow_schema::DataType;

use crate::table::{Map, Progress};
use crate::{Error, Result, Table};

/// Shannon's entropy in bits a character; 0 of an empty text.
///
/// ```
/// assert_eq!(huntbook::analysis::entropy::entropy("aabb"), 1.0);
/// ```
pub fn entropy(text: &str) -> f64 {
    let mut ascii = [0u32; 128];
    let mut others: Map<char, u32> = Map::default();
    let mut all = 0u32;
    for c in text.chars() {
        match ascii.get_mut(c as usize) {
            Some(count) => *count += 1,
            None => *others.entry(c).or_default() += 1,
        }
        all += 1;
    }
    // Sums of floats depend on their order, and a map has none.
    let mut rest: Vec<u32> = others.into_values().collect();
    rest.sort_unstable();
    let counts = ascii.iter().chain(&rest).filter(|count| **count > 0);
    let terms = counts
        .map(|&count| f64::from(count) / f64::from(all))
        .map(|p| p * p.log2());
    // A difference, because the negative of 0 would be -0.
    0.0 - terms.sum::<f64>()
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
/// `CommandLine` is `CommandLineEntropy`. Absent where there is no text. O(n) in the
/// length of a text.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if a column that is there
/// is called as one of these, unless it holds numbers as they do; `Cancelled` from `progress`.
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
        let own = format!("{name}Entropy");
        let taken = table.column(&own).ok();
        if taken.is_some_and(|column| column.data_type() != &DataType::Float64) {
            return Err(Error::InvalidArgument(format!(
                "column `{own}` would be replaced by the entropy of `{name}`; rename it before, with rename(from, to)"
            )));
        }
        let mut bits = Vec::with_capacity(texts.len());
        for (row, text) in texts.iter().enumerate() {
            if row % 65_536 == 65_535 {
                progress.at(row, texts.len())?;
            }
            bits.push(text.map(entropy));
        }
        let bits = Arc::new(Float64Array::from(bits));
        result = result.with_column(&own, bits)?;
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
            ("\u{e9}a\u{e8}\u{e9}aa", 1.459_147_917_027_245),
            ("c", 0.0),
            ("aaab", 0.811_278_124_459_132_8),
        ] {
            assert!((entropy(text) - expected).abs() < 1e-15, "{text}");
            assert!(entropy(text).is_sign_positive(), "{text}");
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
        let again = add_entropy(&all, &EntropyOptions::default(), &mut Progress::none()).unwrap();
        assert_eq!(again, all);
        let taken = table.rename("b", "aEntropy").unwrap();
        let error = add_entropy(&taken, &only("a"), &mut Progress::none()).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("column `aEntropy` would be replaced by the entropy of `a`; rename"),
            "{error}"
        );
    }
}
