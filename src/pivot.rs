//! What can be done with a kind of entity: one table for all kinds.
//!
//! A function is run by JavaScript, where all of them are; here stands which there are, and what of an
//! entity they take. Those that need a connection, such as the queries of a provider, come to this list
//! when the program runs (`pkg-templates/pivot.js`).

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::StringArray;

use crate::entity::kinds::Kind;
use crate::entity::object::{kind_named, normal};
use crate::hash::Map;
use crate::table::{Column, Groups, write_text};
use crate::transform::defang::refang;
use crate::{Result, Table};

/// How a function takes its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// One text.
    Value,
    /// One text and a word, the option of this name.
    Word(&'static str),
    /// A table with `columns` to look in; in the column of this name is the row, or the value.
    Columns(&'static str),
    /// A table with `commandColumn`; as above.
    Commands(&'static str),
    /// The whole table.
    Table,
}

/// Something to do with an entity.
#[derive(Debug)]
pub struct Pivot {
    /// The function of the JavaScript API.
    pub name: &'static str,
    /// What it takes, such as `IpAddress.Address Host.fqdn`.
    pub of: &'static str,
    /// How it takes its values.
    pub takes: Takes,
    /// What it does, in a line.
    pub about: &'static str,
}

const ADDRESS: &str = "IpAddress.Address";
const NAMES: &str = "Dns.DomainName Host.fqdn";
const NAMES_AND_URLS: &str = "Dns.DomainName Host.fqdn Url.Url";
const COMMANDS: &str = "Process.CommandLine";
const TEXTS: &str =
    "Process.CommandLine Url.Url RegistryValue.Value MailMessage.Subject Alert.Description";
const SHARED: &str = "IpAddress.Address Dns.DomainName Url.Url";

const fn value(name: &'static str, of: &'static str, about: &'static str) -> Pivot {
    Pivot {
        name,
        of,
        takes: Takes::Value,
        about,
    }
}

/// All that is built in. Names are those of the functions, see `index.d.ts`.
pub const PIVOTS: [Pivot; 17] = [
    value(
        "ipType",
        ADDRESS,
        "What an address is for, such as Public or Private",
    ),
    value(
        "ipInfo",
        ADDRESS,
        "The same with the range that IANA set aside",
    ),
    Pivot {
        name: "describeIps",
        of: ADDRESS,
        takes: Takes::Columns("Address"),
        about: "The same, and which of your networks holds it",
    },
    value(
        "domainParts",
        NAMES_AND_URLS,
        "Subdomain, domain and suffix",
    ),
    value(
        "validTld",
        NAMES_AND_URLS,
        "Whether it ends in a top-level domain that exists",
    ),
    Pivot {
        name: "checkDomains",
        of: NAMES,
        takes: Takes::Columns("Domain"),
        about: "Whether it looks like another domain, or made by a machine",
    },
    value(
        "urlParts",
        "Url.Url",
        "Scheme, host, port, path, query and fragment",
    ),
    value("defang", SHARED, "Harmless to click on"),
    value(
        "classifyIoc",
        "UnknownEntity.Name File.file_hash FileHash.Value",
        "The type of indicator",
    ),
    Pivot {
        name: "extractIocs",
        of: TEXTS,
        takes: Takes::Columns("SourceIndex"),
        about: "Indicators in the text",
    },
    Pivot {
        name: "unpackBase64",
        of: TEXTS,
        takes: Takes::Columns("src_index"),
        about: "What is encoded or packed in the text",
    },
    Pivot {
        name: "riskyCommandLines",
        of: COMMANDS,
        takes: Takes::Commands("SourceIndex"),
        about: "Which rules for risky commands match",
    },
    Pivot {
        name: "splitCommandLine",
        of: COMMANDS,
        takes: Takes::Word("syntax"),
        about: "Its arguments, by the syntax \"windows\" or \"posix\"",
    },
    value(
        "prettyPowershell",
        COMMANDS,
        "PowerShell with one statement a line",
    ),
    value(
        "entropy",
        "Process.CommandLine Dns.DomainName File.Name",
        "Bits a character",
    ),
    Pivot {
        name: "buildProcessTree",
        of: COMMANDS,
        takes: Takes::Table,
        about: "Who started what",
    },
    Pivot {
        name: "fastCommandRuns",
        of: COMMANDS,
        takes: Takes::Table,
        about: "Commands that follow each other too fast to be typed",
    },
];

impl Pivot {
    /// Which field of an entity of a kind it takes, if it is for these.
    pub fn field(&self, kind: &Kind) -> Option<&'static str> {
        let mut takes = self.of.split(' ').filter_map(|of| of.split_once('.'));
        takes
            .find(|(name, _)| *name == kind.name)
            .map(|(_, field)| field)
    }
}

/// A text as it was before it was defanged, if it is shared so.
pub fn armed<'a>(kind: &Kind, text: &'a str) -> Cow<'a, str> {
    match ["IpAddress", "Dns", "Url"].contains(&kind.name) {
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
    let groups = Groups::of(table, &[column])?;
    let array = table.column(column)?;
    let cells = Column::of(array.as_ref());
    let mut numbers = Map::default();
    let mut texts: Vec<String> = Vec::new();
    let mut of_groups = Vec::with_capacity(groups.len());
    for &row in &groups.firsts {
        let mut bytes = Vec::new();
        write_text(&cells.get(row as usize), &mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let text = normal(kind, &armed(kind, &text));
        let number = text.map(|text| {
            let key = if ignore_case {
                text.to_lowercase()
            } else {
                text.clone()
            };
            *numbers.entry(key).or_insert_with(|| {
                texts.push(text);
                texts.len() as u32 - 1
            })
        });
        of_groups.push(number.unwrap_or(u32::MAX));
    }
    let of_rows = groups
        .of_rows
        .iter()
        .map(|group| of_groups[*group as usize]);
    Ok(Values {
        of_rows: of_rows.collect(),
        table: Table::new(vec![("Value", Arc::new(StringArray::from(texts)))])?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use arrow_array::ArrayRef;

    use super::*;

    #[test]
    fn every_pivot_is_of_fields_that_there_are() {
        for pivot in &PIVOTS {
            for of in pivot.of.split(' ') {
                let (name, field) = of.split_once('.').unwrap();
                let kind = Kind::named(name)
                    .filter(|kind| kind.name == name)
                    .expect(of);
                let is_computed = ["fqdn", "file_hash"].contains(&field);
                assert!(
                    is_computed || kind.fields.iter().any(|own| own.name == field),
                    "{}: {of}",
                    pivot.name
                );
                assert_eq!(pivot.field(kind), Some(field));
            }
            assert!(
                !pivot.about.is_empty() && !pivot.about.ends_with('.'),
                "{}",
                pivot.name
            );
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
