//! Which columns of a table of alerts say what.

use crate::error::some_of;
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
/// What else is shown beside the name, one of each.
const MORE: [&[&str]; 3] = [
    &["AlertSeverity", "Severity", "severity"],
    &["ProductName", "ProviderName", "ServiceSource"],
    &["CompromisedEntity"],
];

/// The usual columns of alerts that a table has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertColumns {
    /// What tells an alert from all others.
    pub id: Option<&'static str>,
    /// By which they are in order, earliest first.
    pub time: Option<&'static str>,
    /// What a line of the list shows, in this order.
    pub shown: Vec<&'static str>,
}

/// Finds the usual columns; `named` is whether the user names those that are shown.
///
/// # Errors
///
/// `InvalidArgument` if no column names an alert, and none is named.
pub fn alert_columns(alerts: &Table, named: bool) -> Result<AlertColumns> {
    let first = |names: &[&'static str]| {
        let mut names = names.iter().copied();
        names.find(|name| alerts.column(name).is_ok())
    };
    let name = first(&NAMES);
    if name.is_none() && !named {
        let there = some_of(&alerts.names());
        let looked_for = NAMES.join(", ");
        let message = [
            "selectAlert: no column names an alert (looked for: ",
            &looked_for,
            "); name yours with columns (there are: ",
            &there,
            ")",
        ];
        return Err(Error::InvalidArgument(message.concat()));
    }
    Ok(AlertColumns {
        id: first(&ALERT_IDS),
        time: first(&TIMES),
        shown: name
            .into_iter()
            .chain(MORE.iter().filter_map(|names| first(names)))
            .collect(),
    })
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
        let sentinel = [
            "TimeGenerated",
            "StartTimeUtc",
            "AlertDisplayName",
            "AlertName",
            "AlertSeverity",
            "CompromisedEntity",
            "ProductName",
            "SystemAlertId",
        ];
        let shown = [
            "AlertName",
            "AlertSeverity",
            "ProductName",
            "CompromisedEntity",
        ];
        let (id, time) = (Some("SystemAlertId"), Some("TimeGenerated"));
        type Row<'a> = (
            &'a str,
            &'a [&'a str],
            Option<&'a str>,
            Option<&'a str>,
            &'a [&'a str],
        );
        let rows: &[Row<'_>] = &[
            ("Sentinel", &sentinel, id, time, &shown),
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
        for &(name, columns, id, time, shown) in rows {
            let found = alert_columns(&table(columns), false).expect(name);
            assert_eq!((found.id, found.time), (id, time), "{name}");
            assert_eq!(found.shown, shown, "{name}");
        }
    }

    #[test]
    fn says_what_is_missing_unless_it_is_named() {
        let alerts = table(&["Rule", "AlertId"]);
        let error = alert_columns(&alerts, false).expect_err("no name");
        assert_eq!(error.code(), "invalidArgument");
        assert!(
            error.to_string().ends_with("(there are: Rule, AlertId)"),
            "{error}"
        );
        let named = alert_columns(&alerts, true).expect("named");
        assert_eq!((named.id, named.shown.len()), (Some("AlertId"), 0));
    }
}
