//! The columns in which logs usually have something, for options that name none.

use arrow_array::{Array, ArrayRef, TimestampMicrosecondArray};
use arrow_schema::DataType;

use crate::error::some_of;
use crate::{Error, Result, Table};

use super::Report;

/// Columns of command lines, in the schemas of process trees and in msticpy.
pub(crate) const COMMANDS: &[&str] = &[
    "CommandLine",
    "ProcessCommandLine",
    "CreatedProcessCommandLine",
    "cmdline",
    "columns.cmdline",
    "processcmdline",
    "Command",
];

/// Columns of times. `@timestamp` is before `EventTime`, which Windows event forwarders
/// write in local time.
pub(crate) const TIMES: &[&str] = &[
    "TimeGenerated",
    "Timestamp",
    "TimeCreated",
    "TimeCreatedUtc",
    "UtcTime",
    "@timestamp",
    "EventTime",
    "eventTime",
    "createdDateTime",
    "activityDateTime",
    "CreationTime",
    "CreationDate",
    "timestamp",
    "unixTime",
    "ts",
    "time",
    "_time",
    "_ts",
];

/// Columns of what a user or a program did.
pub(crate) const EVENTS: &[&str] = &[
    "Operation",
    "OperationName",
    "operationName",
    "EventName",
    "eventName",
    "ActionType",
    "activityDisplayName",
    "Activity",
    "Command",
    "EventID",
    "EventType",
    "name",
];

/// Columns that tell an alert from all others.
pub(crate) const ALERT_IDS: [&str; 3] = ["SystemAlertId", "AlertId", "VendorOriginalId"];

/// The column that an option names, or of those of `usual` that are there the one that is
/// absent in the fewest rows; of equals the first.
///
/// # Errors
///
/// `ColumnNotFound` for one that is named; `InvalidArgument` if there is none.
pub(crate) fn choose<'a>(
    table: &Table,
    named: Option<&'a str>,
    usual: &[&'a str],
    option: &str,
) -> Result<&'a str> {
    choose_of(table, named, usual, option, &|_| true)
}

/// The column of times: as [`choose`], of those that hold times.
///
/// # Errors
///
/// As for [`choose`].
pub(crate) fn choose_time<'a>(table: &Table, named: Option<&'a str>) -> Result<&'a str> {
    choose_of(table, named, TIMES, "timeColumn", &is_time)
}

/// Prefers columns that are `fit`. If there are only others, the first of them is taken, so
/// that the error can say what is wrong with it.
fn choose_of<'a>(
    table: &Table,
    named: Option<&'a str>,
    usual: &[&'a str],
    option: &str,
    fit: &dyn Fn(&DataType) -> bool,
) -> Result<&'a str> {
    if let Some(name) = named {
        return table.column(name).map(|_| name);
    }
    let there = usual.iter().filter_map(|&name| {
        let column = table.column(name).ok()?;
        let fits = fit(column.data_type());
        let absent = if fits { column.logical_null_count() } else { 0 };
        Some(((!fits, absent), name))
    });
    let best = there.min_by_key(|(rank, _)| *rank);
    best.map(|(_, name)| name).ok_or_else(|| {
        Error::InvalidArgument(format!(
            "none of the usual columns is there ({}); name yours with {option} (there are: {})",
            usual.join(", "),
            some_of(&table.names())
        ))
    })
}

fn is_time(data_type: &DataType) -> bool {
    match data_type {
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 => true,
        DataType::Dictionary(_, values) => is_time(values),
        _ => false,
    }
}

/// A column of times in UTC, as all columns of times that huntbook makes.
pub(crate) fn utc(times: impl Into<TimestampMicrosecondArray>) -> ArrayRef {
    std::sync::Arc::new(times.into().with_timezone("UTC"))
}

/// `result`, made of `source`, with a note that says how many rows are not in it; as it is
/// if there are none. What was noted of `source` is there, too.
pub(crate) fn note_left_out(
    result: Table,
    source: &Table,
    left_out: usize,
    why: &str,
) -> Result<Table> {
    if left_out == 0 {
        return Ok(result);
    }
    let mut report: Report = source.report().unwrap_or_default();
    report.notes.push(format!(
        "{left_out} of {} rows are left out: {why}",
        source.num_rows()
    ));
    result.with_report(&report)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use std::sync::Arc;

    use arrow_array::StringArray;

    use super::*;

    fn table(columns: &[(&'static str, &[u8])]) -> Table {
        let array = |bits: &[u8]| -> ArrayRef {
            match bits {
                b"text" => Arc::new(StringArray::from(vec!["x"; 3])),
                bits => {
                    let times = bits.iter().map(|&bit| (bit == b'1').then_some(5));
                    Arc::new(times.collect::<TimestampMicrosecondArray>())
                }
            }
        };
        let columns = columns.iter().map(|&(name, bits)| (name, array(bits)));
        Table::new(columns.collect()).unwrap()
    }

    #[test]
    fn the_fullest_usual_column_is_taken() {
        for (name, columns, expected) in [
            (
                "partly there, though first in the list",
                &[("UtcTime", &b"100"[..]), ("EventTime", b"111")][..],
                Ok("EventTime"),
            ),
            (
                "instants before local times",
                &[("EventTime", b"111"), ("@timestamp", b"111")],
                Ok("@timestamp"),
            ),
            (
                "as full, first in the list",
                &[("@timestamp", b"110"), ("TimeGenerated", b"011")],
                Ok("TimeGenerated"),
            ),
            (
                "no times",
                &[("TimeGenerated", b"text"), ("ts", b"100")],
                Ok("ts"),
            ),
            (
                "for its error",
                &[("TimeGenerated", b"text")],
                Ok("TimeGenerated"),
            ),
            ("none", &[("x", b"111")], Err("name yours with timeColumn")),
        ] {
            match (choose_time(&table(columns), None), expected) {
                (Ok(found), Ok(expected)) => assert_eq!(found, expected, "{name}"),
                (Err(error), Err(part)) => {
                    assert!(error.to_string().contains(part), "{name}: {error}");
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        let commands = table(&[("CommandLine", b"000"), ("cmdline", b"110")]);
        assert_eq!(
            choose(&commands, None, COMMANDS, "commandColumn").unwrap(),
            "cmdline"
        );
        assert_eq!(
            choose_time(&commands, Some("CommandLine")).unwrap(),
            "CommandLine"
        );
        assert!(choose_time(&commands, Some("ts")).is_err());
    }

    #[test]
    fn what_readers_make_has_a_usual_time() {
        use crate::table::Progress;
        use crate::table::read::{ReadOptions, read};
        use crate::transform::{auditd, syslog};

        let file = |text: &str| {
            read(
                text.as_bytes().to_vec(),
                &ReadOptions::default(),
                &mut Progress::none(),
            )
        };
        let auditd = |text: &str| {
            let options = auditd::AuditdOptions::default();
            auditd::read_bytes(text.into(), &options, &mut Progress::none())
        };
        let syslog = |text: &str| {
            let options = syslog::SyslogOptions {
                year: Some(2024),
                ..syslog::SyslogOptions::default()
            };
            syslog::read_bytes(text.into(), &options, &mut Progress::none())
        };
        for (name, table, time, event) in [
            (
                "osquery",
                file(
                    r#"{"name":"pack_x","hostIdentifier":"h","unixTime":1678936138,"columns":{"pid":"1","time":""},"action":"added"}"#,
                ),
                "unixTime",
                "name",
            ),
            (
                "web log",
                file(
                    r#"83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "-""#,
                ),
                "TimeGenerated",
                "",
            ),
            (
                "CloudTrail",
                file(r#"[{"eventTime":"2024-05-01T00:00:00Z","eventName":"ConsoleLogin"}]"#),
                "eventTime",
                "eventName",
            ),
            (
                "Entra ID sign-ins",
                file(r#"[{"id":"1","createdDateTime":"2024-05-01T00:00:00Z"}]"#),
                "createdDateTime",
                "",
            ),
            (
                "resolver",
                file(r#"[{"ts":"2024-05-01T00:00:00Z","query":"x"}]"#),
                "ts",
                "",
            ),
            (
                "auditd",
                auditd("type=SYSCALL msg=audit(1551485460.889:815): arch=c000003e syscall=59"),
                "TimeGenerated",
                "EventType",
            ),
            (
                "syslog",
                syslog("Jan  1 00:00:00 host sshd[1]: x"),
                "TimeGenerated",
                "Command",
            ),
        ] {
            let table = table.unwrap();
            assert_eq!(choose_time(&table, None).unwrap(), time, "{name}");
            let found = choose(&table, None, EVENTS, "eventColumn").unwrap_or("");
            assert_eq!(found, event, "{name}");
        }
    }
}
