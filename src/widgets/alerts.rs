//! Which columns of a table of alerts say what.

use crate::table::ALERT_IDS;
use crate::{Error, Result, Table};

/// What names an alert; msticpy's `AlertName` first.
const NAMES: [&str; 5] = [
    "AlertName",
    "AlertDisplayName",
    "DisplayName",
    "Title",
    "title",
];
/// When it was; of msticpy's two, the one that all tables of alerts have.
const TIMES: [&str; 5] = [
    "TimeGenerated",
    "StartTimeUtc",
    "StartTime",
    "createdDateTime",
    "Timestamp",
];
/// What else is shown beside the name, one of each line.
const MORE: [&[&str]; 3] = [
    &["AlertSeverity", "Severity", "severity"],
    &["ProductName", "ProviderName", "ServiceSource"],
    &["CompromisedEntity"],
];

/// The columns by which alerts are listed, chosen and named.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct AlertColumns {
    /// What tells an alert from all others, if there is such a column.
    pub id: Option<String>,
    /// By which they are in order, earliest first, if there is one.
    pub time: Option<String>,
    /// What a line of the list shows, in this order.
    pub shown: Vec<String>,
}

/// The columns that options name, or else the usual ones that are there.
///
/// # Errors
///
/// `ColumnNotFound` for one that is named; `InvalidArgument` if none is named and no column
/// names an alert.
pub fn alert_columns(
    alerts: &Table,
    shown: Vec<String>,
    time: Option<String>,
    id: Option<String>,
) -> Result<AlertColumns> {
    for name in shown.iter().chain(&time).chain(&id) {
        alerts.column(name)?;
    }
    let first = |names: &[&str]| {
        let there = names.iter().find(|name| alerts.column(name).is_ok());
        there.map(|name| (*name).to_owned())
    };
    let mut shown = shown;
    if shown.is_empty() {
        shown.push(first(&NAMES).ok_or_else(|| nameless(alerts))?);
        shown.extend(MORE.iter().filter_map(|names| first(names)));
    }
    Ok(AlertColumns {
        id: id.or_else(|| first(&ALERT_IDS)),
        time: time.or_else(|| first(&TIMES)),
        shown,
    })
}

fn nameless(alerts: &Table) -> Error {
    let mut message = String::from("selectAlert: no column names an alert (looked for: ");
    message.push_str(&NAMES.join(", "));
    message.push_str("); name yours with columns (there are: ");
    message.push_str(&crate::error::some_of(&alerts.names()));
    message.push(')');
    Error::InvalidArgument(message)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, StringArray};

    use super::*;

    fn table(names: &[&str]) -> Table {
        let column = || Arc::new(StringArray::from(vec!["x"])) as ArrayRef;
        Table::new(names.iter().map(|&name| (name, column())).collect()).expect("a table")
    }

    #[test]
    fn chooses_the_usual_columns() {
        type Row<'a> = (
            &'a str,
            &'a [&'a str],
            Option<&'a str>,
            Option<&'a str>,
            &'a [&'a str],
        );
        let rows: &[Row<'_>] = &[
            (
                "Sentinel",
                &[
                    "TimeGenerated",
                    "StartTimeUtc",
                    "AlertDisplayName",
                    "AlertName",
                    "AlertSeverity",
                    "CompromisedEntity",
                    "ProductName",
                    "SystemAlertId",
                ],
                Some("SystemAlertId"),
                Some("TimeGenerated"),
                &[
                    "AlertName",
                    "AlertSeverity",
                    "ProductName",
                    "CompromisedEntity",
                ],
            ),
            (
                "by another name",
                &["StartTimeUtc", "AlertDisplayName", "Severity"],
                None,
                Some("StartTimeUtc"),
                &["AlertDisplayName", "Severity"],
            ),
            (
                "Defender",
                &["Timestamp", "AlertId", "Title", "ServiceSource"],
                Some("AlertId"),
                Some("Timestamp"),
                &["Title", "ServiceSource"],
            ),
            ("only names", &["AlertName"], None, None, &["AlertName"]),
        ];
        for (name, columns, id, time, shown) in rows {
            let found = alert_columns(&table(columns), Vec::new(), None, None).expect(name);
            assert_eq!(
                (found.id.as_deref(), found.time.as_deref()),
                (*id, *time),
                "{name}"
            );
            assert_eq!(found.shown, *shown, "{name}");
        }
    }

    #[test]
    fn takes_what_is_named() {
        let alerts = table(&["Rule", "When", "Key", "AlertName"]);
        let (shown, when, key) = (
            vec!["Rule".to_owned()],
            Some("When".into()),
            Some("Key".into()),
        );
        let found = alert_columns(&alerts, shown.clone(), when, key).expect("columns");
        assert_eq!(found.shown, shown);
        assert_eq!(
            (found.id.as_deref(), found.time.as_deref()),
            (Some("Key"), Some("When"))
        );
    }

    #[test]
    fn says_which_column_is_missing() {
        let alerts = table(&["Rule", "When"]);
        let none = alert_columns(&alerts, Vec::new(), None, None).expect_err("no name");
        assert!(
            none.to_string().ends_with("(there are: Rule, When)"),
            "{none}"
        );
        for (shown, time, id) in [
            (vec!["x".to_owned()], None, None),
            (vec!["Rule".to_owned()], Some("x".into()), None),
            (vec!["Rule".to_owned()], None, Some("x".into())),
        ] {
            let error = alert_columns(&alerts, shown, time, id).expect_err("no column x");
            assert_eq!(error.code(), "columnNotFound");
        }
    }
}
