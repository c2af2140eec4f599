//! What can be done with a kind of entity: one table for all kinds.
//!
//! A function is run by JavaScript, where all of them are (`pkg-templates/pivot.js`); here stands which
//! there are, and what of an entity they take. Those that need a connection, such as the queries of a
//! provider, come to this list when the program runs (`addPivot`).

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::StringArray;

use crate::entity::kinds::Kind;
use crate::entity::object::{kind_named, normal};
use crate::hash::Map;
use crate::table::{Column, Groups, write_text};
use crate::transform::defang::refang;
use crate::{Result, Table};

/// All that is built in: the function of the JavaScript API | how it takes its values | an option or
/// a column | the fields of entities that it takes | what it does, in a line.
///
/// It takes a `value`, one text, and perhaps the word that is the option; a table whose `columns` or
/// `commandColumn` it looks into, and in whose result the column has the row or the value; or the whole `table`.
pub const PIVOTS: [&str; 17] = [
    "ipType|value||IpAddress.Address|What an address is for, such as Public or Private",
    "ipInfo|value||IpAddress.Address|The same with the range that IANA set aside",
    "describeIps|columns|Address|IpAddress.Address|The same, and which of your networks holds it",
    "domainParts|value||Dns.DomainName Host.fqdn Url.Url|Subdomain, domain and suffix",
    "validTld|value||Dns.DomainName Host.fqdn Url.Url|Whether it ends in a top-level domain that exists",
    "checkDomains|columns|Domain|Dns.DomainName Host.fqdn|Whether it looks like another domain, or made by a machine",
    "urlParts|value||Url.Url|Scheme, host, port, path, query and fragment",
    "defang|value||IpAddress.Address Dns.DomainName Url.Url|Harmless to click on",
    "classifyIoc|value||UnknownEntity.Name File.file_hash FileHash.Value|The type of indicator",
    "extractIocs|columns|SourceIndex|Process.CommandLine Url.Url RegistryValue.Value MailMessage.Subject Alert.Description|Indicators in the text",
    "unpackBase64|columns|src_index|Process.CommandLine Url.Url RegistryValue.Value MailMessage.Subject Alert.Description|What is encoded or packed in the text",
    "riskyCommandLines|commandColumn|SourceIndex|Process.CommandLine|Which rules for risky commands match",
    "splitCommandLine|value|syntax|Process.CommandLine|Its arguments, by the syntax \"windows\" or \"posix\"",
    "prettyPowershell|value||Process.CommandLine|PowerShell with one statement a line",
    "entropy|value||Process.CommandLine Dns.DomainName File.Name|Bits a character",
    "buildProcessTree|table||Process.CommandLine|Who started what",
    "fastCommandRuns|table||Process.CommandLine|Commands that follow each other too fast to be typed",
];

/// A text as it was before it was defanged, if it is shared so.
pub fn armed(kind: Kind, text: &str) -> Cow<'_, str> {
    match ["IpAddress", "Dns", "Url"].contains(&kind.name()) {
        true => refang(text).into(),
        false => text.into(),
    }
}

/// The different entities of a kind in a column.
#[derive(Debug)]
pub struct Values {
    /// A table of them, in the order of their first row, with one column `Value`: refanged and in
    /// their usual form.
    pub table: Table,
    /// Which of them is in each row of the table that they are from; `u32::MAX` for none.
    pub of_rows: Vec<u32>,
}

/// The different entities of `kind` in `column`; those that differ only in case are one if
/// `ignore_case`. What is no such entity is passed over. O(cells).
///
/// # Errors
///
/// `ColumnNotFound`; `InvalidArgument` for a kind that there is not.
pub fn values(table: &Table, kind: &str, column: &str, ignore_case: bool) -> Result<Values> {
    let kind = kind_named(kind)?;
    let mut groups = Groups::of(table, &[column])?;
    let array = table.column(column)?;
    let cells = Column::of(array.as_ref());
    let mut numbers = Map::default();
    let mut texts: Vec<String> = Vec::new();
    let mut bytes = Vec::new();
    // What a group's first row was is no longer needed once its entity is known.
    for row in &mut groups.firsts {
        bytes.clear();
        write_text(&cells.get(*row as usize), &mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        *row = u32::MAX;
        if let Some(text) = normal(kind, &armed(kind, &text)) {
            let key = if ignore_case {
                text.to_lowercase()
            } else {
                text.clone()
            };
            let next = texts.len() as u32;
            *row = *numbers.entry(key).or_insert(next);
            if *row == next {
                texts.push(text);
            }
        }
    }
    for group in &mut groups.of_rows {
        *group = groups.firsts[*group as usize];
    }
    let texts = Arc::new(StringArray::from(texts));
    Ok(Values {
        table: Table::new(vec![("Value", texts)])?,
        of_rows: groups.of_rows,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use arrow_array::ArrayRef;

    use super::*;

    #[test]
    fn every_pivot_is_of_fields_that_there_are() {
        for pivot in PIVOTS {
            let parts: Vec<&str> = pivot.split('|').collect();
            let [name, takes, with, of, about] = parts[..] else {
                panic!("{pivot}");
            };
            let needs_more = ["columns", "commandColumn"].contains(&takes);
            assert!(
                needs_more && !with.is_empty() || ["value", "table"].contains(&takes),
                "{name}"
            );
            for of in of.split(' ') {
                let (kind, field) = of.split_once('.').unwrap();
                let kind = Kind::named(kind)
                    .filter(|own| own.name() == kind)
                    .expect(of);
                let is_computed = ["fqdn", "file_hash"].contains(&field);
                assert!(
                    is_computed || kind.row().split(['|', ' ', ':']).any(|own| own == field),
                    "{name}: {of}"
                );
            }
            assert!(!about.is_empty() && !about.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn values_of_a_column() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![
            Some("10.0.0.1"),
            Some("evil.com"),
            None,
            Some("10[.]0.0.1"),
            Some(""),
            Some("2001:DB8::1"),
            Some("2001:db8:0::1"),
            Some("WS1"),
            Some("ws1"),
        ]));
        let table = Table::new(vec![("a", texts)]).unwrap();
        let none = u32::MAX;
        let cases: [(&str, bool, [u32; 9], &[&str]); 4] = [
            (
                "ip",
                false,
                [0, none, none, 0, none, 1, 1, none, none],
                &["10.0.0.1", "2001:db8::1"],
            ),
            (
                "Dns",
                false,
                [none, 0, none, none, none, none, none, none, none],
                &["evil.com"],
            ),
            (
                "Host",
                false,
                [0, 1, none, 2, none, 3, 4, 5, 6],
                &[
                    "10.0.0.1",
                    "evil.com",
                    "10[.]0.0.1",
                    "2001:DB8::1",
                    "2001:db8:0::1",
                    "WS1",
                    "ws1",
                ],
            ),
            (
                "Host",
                true,
                [0, 1, none, 2, none, 3, 4, 5, 5],
                &[
                    "10.0.0.1",
                    "evil.com",
                    "10[.]0.0.1",
                    "2001:DB8::1",
                    "2001:db8:0::1",
                    "WS1",
                ],
            ),
        ];
        for (kind, ignore_case, of_rows, expected) in cases {
            let found = values(&table, kind, "a", ignore_case).unwrap();
            assert_eq!(found.of_rows, of_rows, "{kind}");
            let texts: Vec<_> = found
                .table
                .text("Value")
                .unwrap()
                .iter()
                .flatten()
                .map(str::to_owned)
                .collect();
            assert_eq!(texts, expected, "{kind}");
        }
        assert_eq!(
            values(&table, "ip", "b", false).unwrap_err().code(),
            "columnNotFound"
        );
    }
}
