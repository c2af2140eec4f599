//! Which domain names in a table should be looked at.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};

use super::distinct::distinct;
use super::look_alike::{Protected, mixes_scripts};
use super::randomness::score;
use crate::analysis::entropy::entropy;
use crate::entity::domain::{DomainParts, parts, to_unicode};
use crate::table::Progress;
use crate::{Error, Result, Table};

/// Where to look, and what to compare with.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DomainOptions {
    /// Columns to look in; by default all that hold text.
    pub columns: Option<Vec<String>>,
    /// Your own domains, such as `["contoso.com"]`. Those that are imitated most
    /// often are compared with too.
    pub protect: Vec<String>,
}

/// Names between two reports of progress.
const NAMES: usize = 1024;

/// The different domain names in a table's text columns, one row each, in the
/// order of their first row. Cells may also be URLs and e-mail addresses; what
/// is no registered domain is passed over.
///
/// Columns: `Domain`, `RegisteredDomain`, `Suffix`, `Unicode` (Punycode decoded),
/// `MixedScripts`, `LookAlikeOf` and `LookAlikeBy` (absent if like none; see
/// [`super::look_alike::Likeness`]), `Entropy` of the registered label in bits a
/// character, `RandomScore` from 0 to 1 (see [`super::randomness::score`]), and
/// `Count` of cells.
///
/// # Errors
///
/// `ColumnNotFound` and `ColumnType` for `options.columns`; `InvalidArgument` for
/// a protected domain that is none; `Cancelled` from `progress`.
pub fn check_domains(
    table: &Table,
    options: &DomainOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let protected = Protected::new(&options.protect).map_err(|domain| {
        Error::InvalidArgument(format!(
            "protect: `{domain}` is not a registered domain; write it like contoso.com"
        ))
    })?;
    let names = names(
        table,
        options.columns.as_deref(),
        &mut progress.part(0.0, 0.5),
    )?;
    let mut likeness = Vec::with_capacity(names.len());
    for (i, (name, _)) in names.iter().enumerate() {
        if i % NAMES == 0 {
            progress.part(0.5, 1.0).at(i, names.len())?;
        }
        likeness.push(protected.resembled(name));
    }
    let all = || names.iter().map(|(name, _)| name);
    let label = |name: &DomainParts| to_unicode(&name.domain);
    let registered = all().map(|name| name.registered_domain.as_deref());
    let mixes = |name: &DomainParts| Some(name.unicode.split('.').any(mixes_scripts));
    let of = likeness.iter().map(|like| Some(like.as_ref()?.0));
    let by = likeness.iter().map(|like| Some(like.as_ref()?.1.name()));
    let counts = Int64Array::from_iter_values(names.iter().map(|(_, count)| *count));
    let texts = |texts: StringArray| Arc::new(texts) as ArrayRef;
    let floats = |values: Float64Array| Arc::new(values) as ArrayRef;
    let mixed: BooleanArray = all().map(mixes).collect();
    Table::new(vec![
        (
            "Domain",
            texts(all().map(|name| Some(full_name(name))).collect()),
        ),
        ("RegisteredDomain", texts(registered.collect())),
        (
            "Suffix",
            texts(all().map(|name| Some(&name.suffix)).collect()),
        ),
        (
            "Unicode",
            texts(all().map(|name| Some(&name.unicode)).collect()),
        ),
        ("MixedScripts", Arc::new(mixed)),
        ("LookAlikeOf", texts(of.collect())),
        ("LookAlikeBy", texts(by.collect())),
        (
            "Entropy",
            floats(all().map(|name| Some(entropy(&label(name)))).collect()),
        ),
        (
            "RandomScore",
            floats(all().map(|name| Some(score(&name.domain))).collect()),
        ),
        ("Count", Arc::new(counts)),
    ])
}

/// The different names in some columns, each with the number of its cells.
fn names(
    table: &Table,
    columns: Option<&[String]>,
    progress: &mut Progress<'_>,
) -> Result<Vec<(DomainParts, i64)>> {
    let mut names: Vec<(DomainParts, i64)> = Vec::new();
    let mut places = HashMap::new();
    for (text, count) in distinct(table, columns, progress)? {
        let Some(parts) = parts(text).filter(|parts| parts.registered_domain.is_some()) else {
            continue;
        };
        let place = *places.entry(full_name(&parts)).or_insert_with(|| {
            names.push((parts, 0));
            names.len() - 1
        });
        names[place].1 += count;
    }
    Ok(names)
}

fn full_name(parts: &DomainParts) -> String {
    let labels = [&parts.subdomain, &parts.domain, &parts.suffix];
    let labels = labels.map(String::as_str).into_iter();
    let labels: Vec<&str> = labels.filter(|label| !label.is_empty()).collect();
    labels.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::{ReadOptions, read};

    #[test]
    fn a_table_gives_its_domains() {
        let csv = "Url,User\nhttps://login.microsoft.com/a,ann@rnicrosoft.com\nhttp://xjqzkvwptbhd.biz,host\nhttp://XN--80AK6AA92E.com:80/,ann@rnicrosoft.com\n";
        let table =
            read(csv.into(), &ReadOptions::default(), &mut Progress::none()).expect("reads");
        let found = check_domains(&table, &DomainOptions::default(), &mut Progress::none())
            .expect("checks");
        let columns = ["Domain", "Unicode", "LookAlikeOf", "LookAlikeBy", "Count"];
        let csv = found
            .select(&columns)
            .and_then(|table| table.to_csv(&Default::default()));
        let csv = String::from_utf8(csv.expect("writes")).expect("UTF-8");
        let expected = "\
Domain,Unicode,LookAlikeOf,LookAlikeBy,Count
login.microsoft.com,login.microsoft.com,,,1
xjqzkvwptbhd.biz,xjqzkvwptbhd.biz,,,1
xn--80ak6aa92e.com,аррӏе.com,apple.com,homoglyph,1
rnicrosoft.com,rnicrosoft.com,microsoft.com,homoglyph,2
";
        assert_eq!(csv.replace("\r\n", "\n"), expected);
        let scores = found.f64("RandomScore").expect("scores");
        let random: Vec<bool> = scores.values().iter().map(|score| *score > 0.5).collect();
        assert_eq!(random, [false, true, false, false]);
    }
}
