//! Rows of what a log says and what its events should be.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;
use crate::table::{JsonOptions, JsonShape, type_name};

fn read(text: &str, options: &AuditdOptions) -> Result<Table> {
    read_bytes(text.as_bytes().to_vec(), options, &mut Progress::none())
}

fn rows(table: &Table) -> Vec<Map<String, Value>> {
    let shape = JsonOptions {
        shape: JsonShape::Ndjson,
    };
    let json = table.to_json(&shape);
    let lines = String::from_utf8_lossy(&json).into_owned();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// The named values of each event, with `|` between and `/` between events.
fn values(text: &str, names: &str) -> String {
    let table = read(text, &AuditdOptions::default()).unwrap_or_else(|error| panic!("{error}"));
    show(&rows(&table), names)
}

fn show(rows: &[Map<String, Value>], names: &str) -> String {
    let events = rows.iter().map(|row| {
        let values = names.split(' ').map(|name| match row.get(name) {
            None => "(no column)".to_string(),
            Some(Value::Null) => "-".into(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        });
        values.collect::<Vec<_>>().join("|")
    });
    events.collect::<Vec<_>>().join(" / ")
}

const PROCESS: &str = "\
type=SYSCALL msg=audit(1551485460.889:815): arch=c000003e syscall=59 success=yes exit=0 a0=55 a1=56 a2=57 a3=58 items=2 ppid=16870 pid=16871 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 comm=\"ip tables\" exe=\"/sbin/xtables\" subj==unconfined key=(null)
type=EXECVE msg=audit(1551485460.889:815): argc=5 a0=\"ip\" a1=\"-4\" a2=\"-a\" a3=\"-o\" a4=\"address\"
type=CWD msg=audit(1551485460.889:815): cwd=\"/var/lib\"
type=PATH msg=audit(1551485460.889:815): item=0 name=\"/sbin/ip\" inode=7 mode=0100755 nametype=NORMAL
type=PATH msg=audit(1551485460.889:815): item=1 name=\"/lib64/ld.so\" mode=0100755 nametype=NORMAL cap_fp=0
type=PROCTITLE msg=audit(1551485460.889:815): proctitle=6970002D34002D61002D6F006164647265737300
";

#[test]
fn a_process_is_one_event_of_six_records() {
    for (names, expected) in [
        (
            "EventType mssg_id TimeGenerated Computer RecordCount",
            "SYSCALL_EXECVE|1551485460.889:815|2019-03-02T00:11:00.889Z|-|6",
        ),
        ("RecordTypes", "SYSCALL,EXECVE,CWD,PATH,PATH,PROCTITLE"),
        (
            "success ppid pid auid uid gid ses exe",
            "yes|16870|16871|-1|0|0|-1|/sbin/xtables",
        ),
        (
            "comm cwd proctitle argc",
            "ip tables|/var/lib|ip -4 -a -o address|5",
        ),
        // msticpy (defect 2) ends after a2.
        ("cmdline a0 a3 a4", "ip -4 -a -o address|ip|-o|address"),
        ("args", r#"["ip","-4","-a","-o","address"]"#),
        (
            "syscall_a0 syscall_a3 subj key",
            "55|58|unconfined|(no column)",
        ),
        ("ARCH SYSCALL arch syscall", "x86_64|execve|c000003e|59"),
        (
            "path_name path_inode path_cap_fp",
            r#"["/sbin/ip","/lib64/ld.so"]|["7",null]|[null,"0"]"#,
        ),
    ] {
        assert_eq!(values(PROCESS, names), expected, "{names}");
    }
}

#[test]
fn columns_have_an_order_and_types() {
    let table = read(PROCESS, &AuditdOptions::default()).expect("right");
    let columns = table.batch().columns().iter();
    let types = columns.map(|column| type_name(column.data_type()));
    let found: Vec<String> = table
        .names()
        .iter()
        .zip(types)
        .map(|(name, kind)| format!("{name} {kind}"))
        .collect();
    let always = "EventType text, mssg_id text, TimeGenerated timestamp, Computer text, RecordCount int64, RecordTypes text, \
        success text, ppid int64, pid int64, auid int64, uid int64, gid int64, euid int64, egid int64, ses int64, exe text, \
        comm text, cwd text, proctitle text, argc int64, cmdline text, args list<text>";
    let found = found.join(", ");
    let own = ", a0 text, a1 text, a2 text, a3 text, a4 text, ARCH text, SYSCALL text, arch text, exit int64, fsgid int64, \
        fsuid int64, items int64, path_cap_fp list<text>, path_inode list<text>, path_item list<text>, path_mode list<text>, \
        path_name list<text>, path_nametype list<text>, sgid int64, subj text, suid int64, syscall int64, syscall_a0 int64, \
        syscall_a1 int64, syscall_a2 int64, syscall_a3 int64, tty text";
    assert_eq!(found, format!("{always}{own}"));
    let nothing = read("----\n", &AuditdOptions::default()).expect("right");
    assert_eq!((nothing.num_rows(), nothing.num_columns()), (0, 22));
}

#[test]
fn what_joins_records() {
    for (name, text, expected) in [
        (
            "defect 1: one time, two numbers",
            "type=A msg=audit(1.5:1): x=1\ntype=B msg=audit(1.5:2): x=2\n",
            "A|1|- / B|2|-",
        ),
        (
            "one number, two times",
            "type=A msg=audit(1.5:1): x=1\ntype=A msg=audit(1.6:1): x=2\n",
            "A|1|- / A|2|-",
        ),
        (
            "defect 2: two nodes",
            "node=h1 type=A msg=audit(1.5:1): x=1\nnode=h2 type=A msg=audit(1.5:1): x=2\n",
            "A|1|h1 / A|2|h2",
        ),
        (
            "records between those of another event",
            "type=A msg=audit(1.5:1): x=1\ntype=A msg=audit(1.5:2): x=2\ntype=CWD msg=audit(1.5:1): cwd=\"/\"\n",
            "A|1|- / A|2|-",
        ),
        (
            "a detail before what happened",
            "type=CWD msg=audit(1.5:1): cwd=\"/\"\ntype=SYSCALL msg=audit(1.5:1): x=1\ntype=AVC msg=audit(1.5:1): pid=1\n",
            "AVC|1|-",
        ),
        (
            "only an end",
            "type=EOE msg=audit(1.5:1): \ntype=X msg=audit(2.0:1): x=1",
            "EOE|-|- / X|1|-",
        ),
    ] {
        assert_eq!(values(text, "EventType x Computer"), expected, "{name}");
    }
}

#[test]
fn fields_of_all_kinds() {
    for (name, records, names, expected) in [
        (
            "fields in a message",
            "type=USER_AUTH : pid=7 auid=4294967295 msg='op=PAM:setcred acct=\"root\" exe=\"/usr/bin/su do\" hostname=? addr=10.0.0.1 res=failed'",
            "pid auid op acct exe hostname addr res",
            "7|-1|PAM:setcred|root|/usr/bin/su do|(no column)|10.0.0.1|failed",
        ),
        (
            "hex, and what only looks so",
            "type=USER_CMD : msg='cwd=\"/root\" cmd=6C73202D6C acct=\"BEEF\" terminal=ABBA'",
            "cmd acct terminal",
            "ls -l|BEEF|ABBA",
        ),
        (
            "keys",
            "type=SYSCALL : key=6578656301726F6F74",
            "key",
            "exec,root",
        ),
        (
            "hex that is no UTF-8",
            "type=X : name=FF41",
            "name",
            "\u{fffd}A",
        ),
        (
            "an argument in pieces, cut within a letter",
            "type=EXECVE : argc=2 a0=\"echo\" a1_len=12 a1[0]=C3\ntype=EXECVE : a1[1]=A920 a1[2]=\"x\"",
            "cmdline a1 args",
            "echo é x|é x|[\"echo\",\"é x\"]",
        ),
        (
            "an empty argument",
            "type=EXECVE : argc=3 a0=\"a\" a1=\"\" a2=\"b\"",
            "a1 args",
            "|[\"a\",\"\",\"b\"]",
        ),
        (
            "different values of one name",
            "type=LOGIN : pid=1 res=1\ntype=USER_X : pid=2 res=1\ntype=USER_X : pid=3",
            "pid pid_USER_X res",
            "1|2,3|1",
        ),
        (
            "old kernels' LOGIN",
            "type=LOGIN : login pid=1 uid=0 old auid=4294967295 new auid=500 old ses=4294967295 new ses=2",
            "old-auid auid old-ses ses message",
            "-1|500|-1|2|login",
        ),
        (
            "words",
            "type=AVC : avc:  denied  { read } for  pid=1 scontext=a:b",
            "message pid scontext",
            "avc: denied { read } for|1|a:b",
        ),
        (
            "an address",
            "type=SOCKADDR : saddr=02000035A83F81100000000000000000",
            "saddr saddr_fam laddr lport",
            "02000035A83F81100000000000000000|inet|168.63.129.16|53",
        ),
        (
            "a number that is too long for one",
            "type=X : x=18446744073709551615 y=007",
            "x y",
            "18446744073709551615|007",
        ),
        (
            "a field with a column's name",
            "type=X : EventType=no cmdline=a",
            "EventType EventType_X cmdline_X",
            "X|no|a",
        ),
        (
            "enriched",
            "type=LOGIN : uid=0 auid=4294967295\u{1d}UID=\"root\" AUID=\"unset\"",
            "uid UID auid AUID",
            "0|root|-1|unset",
        ),
        (
            "enriched system calls",
            "type=SYSCALL : arch=c00000b7 syscall=221\u{1d}ARCH=aarch64 SYSCALL=execve",
            "ARCH SYSCALL",
            "aarch64|execve",
        ),
    ] {
        let text = records.replace(" : ", " msg=audit(1.5:1): ");
        assert_eq!(values(&text, names), expected, "{name}");
    }
}

#[test]
fn what_ausearch_makes_of_it() {
    let text = "----\n\
        type=PROCTITLE msg=audit(03/02/2019 00:11:00.889:815) : proctitle=ls -l --color=auto /my dir \n\
        type=SYSCALL msg=audit(03/02/2019 00:11:00.889:815) : arch=x86_64 syscall=openat success=no exit=EACCES(Permission denied) a0=0xffffff9c ppid=1 pid=2 auid=unset uid=root gid=root ses=unset comm=ls exe=/usr/bin/ls key=(null) \n\
        type=PATH msg=audit(03/02/2019 00:11:00.889:815) : item=0 name=/my dir inode=7 mode=dir,755 ouid=root nametype=NORMAL \n\
        type=EXECVE msg=audit(03/02/2019 00:11:00.889:815) : argc=2 a0=ls a1=/my dir x=1 \n\
        type=SOCKADDR msg=audit(03/02/2019 00:11:00.889:815) : saddr={ saddr_fam=inet laddr=10.0.0.1 lport=53 } \n";
    for (names, expected) in [
        (
            "EventType TimeGenerated mssg_id",
            "SYSCALL_EXECVE|2019-03-02T00:11:00.889Z|03/02/2019 00:11:00.889:815",
        ),
        (
            "proctitle args",
            "ls -l --color=auto /my dir|[\"ls\",\"/my dir x=1\"]",
        ),
        (
            "ARCH SYSCALL exit EXIT auid AUID uid UID ses",
            "x86_64|openat|(no column)|EACCES(Permission denied)|-1|(no column)|-|root|-1",
        ),
        ("path_name path_OUID comm", "[\"/my dir\"]|[\"root\"]|ls"),
        ("saddr_fam laddr lport", "inet|10.0.0.1|53"),
    ] {
        assert_eq!(values(text, names), expected, "{names}");
    }
    let report = read(text, &AuditdOptions::default())
        .expect("right")
        .report()
        .expect("a report");
    assert!(report.notes[0].contains("month first"), "{report:?}");
}

#[test]
fn broken_lines_are_named_or_skipped() {
    let text = "type=A msg=audit(1.5:1): x=1\r\ntype=B msg=aud\n\ntype=C msg=audit(1.5:3): x=3";
    let named = AuditdOptions {
        name: Some("audit.log".into()),
        ..AuditdOptions::default()
    };
    let error = read(text, &named).expect_err("a broken line").to_string();
    assert!(
        error.starts_with("audit.log, line 2: ") && error.contains("`type=B msg=aud`"),
        "{error}"
    );
    let skip = AuditdOptions {
        on_bad_row: OnBadRow::Skip,
        ..named
    };
    let table = read(text, &skip).expect("the others");
    let report = table.report().expect("a report");
    assert_eq!(
        (
            table.num_rows(),
            report.skipped_rows,
            report.format.as_str()
        ),
        (2, 1, "auditd")
    );
    assert_eq!(show(&rows(&table), "x"), "1 / 3");
}

#[test]
fn limits_hold() {
    let many: String = (0..200).map(|i| format!("f{i}=1 ")).collect();
    let options = AuditdOptions {
        limits: Limits {
            max_columns: 100,
            ..Limits::default()
        },
        ..AuditdOptions::default()
    };
    let text = format!("type=A msg=audit(1.5:1): {many}");
    assert_eq!(
        read(&text, &options).expect_err("too many").code(),
        "limitExceeded"
    );
    // A field many times, in one record and in many: linear, and nothing lost.
    let again: String = (0..50_000).map(|i| format!("f={i} ")).collect();
    let found = values(&format!("type=A msg=audit(1.5:1): {again}"), "f_A");
    assert_eq!(found.split(',').count(), 49_999);
    let lines: String = (0..20_000)
        .map(|i| format!("type=A msg=audit(1.5:1): f={i}\ntype=B msg=audit(1.5:2): f={i}\n"))
        .collect();
    assert_eq!(values(&lines, "RecordCount"), "20000 / 20000");
    // Fields of their own in records of their own: a table of the square of the log.
    for (kind, events) in [("A", 40_000), ("PATH", 1)] {
        let line = |i| {
            format!(
                "type={kind} msg=audit(1.5:{}): f{}=1\n",
                i % events,
                i % 9000
            )
        };
        let lines: String = (0..40_000).map(line).collect();
        let error = read(&lines, &AuditdOptions::default()).expect_err("too large");
        assert_eq!(error.code(), "limitExceeded", "{kind}");
    }
}

#[test]
fn tables_of_log_analytics() {
    let table = |columns: Vec<(&str, Vec<Option<&str>>)>| {
        let arrays = columns.into_iter().map(|(name, values)| {
            (
                name,
                std::sync::Arc::new(arrow_array::StringArray::from(values))
                    as arrow_array::ArrayRef,
            )
        });
        Table::new(arrays.collect()).expect("equal lengths")
    };
    let messages = table(vec![
        ("Computer", vec![Some("h 1"), None]),
        ("mssg_id", vec![Some("1.5:1"), Some("1.5:2")]),
        (
            "AuditdMessage",
            vec![
                Some("[{'A': ['x=1', \"m='a=b\", \"c=d e'\"]}]"),
                Some("[{\"B\":[\"x=2\"]}]"),
            ],
        ),
    ]);
    let lines = table(vec![
        ("Computer", vec![Some("h1"), Some("h2")]),
        (
            "RawData",
            vec![
                Some("type=A msg=audit(1.5:1): x=1"),
                Some("node=own type=A msg=audit(1.5:1): x=2\ntype=CWD msg=audit(1.5:2): cwd=\"/\""),
            ],
        ),
    ]);
    let mut none = Progress::none();
    let options = AuditdOptions::default();
    let found = read_table(&messages, &options, &mut none).expect("right");
    assert_eq!(
        show(&rows(&found), "EventType x a c Computer"),
        "A|1|b|d|h_1 / B|2|-|-|-"
    );
    let found = read_table(&lines, &options, &mut none).expect("right");
    assert_eq!(
        show(&rows(&found), "EventType x Computer"),
        "A|1|h1 / A|2|own / CWD|-|h2"
    );
    let broken = table(vec![
        ("mssg_id", vec![Some("1.5:1")]),
        ("AuditdMessage", vec![Some("hello")]),
    ]);
    let error = read_table(&broken, &options, &mut none)
        .expect_err("broken")
        .to_string();
    assert!(
        error.starts_with("input, row 1: this is no list of records: `hello`"),
        "{error}"
    );
    let other = table(vec![("x", vec![Some("1.5:1")])]);
    assert_eq!(
        read_table(&other, &options, &mut none)
            .expect_err("no column")
            .code(),
        "columnNotFound"
    );
}

proptest! {
    /// Records may stand in any order: events keep their values, but for which comes first.
    #[test]
    fn every_record_is_counted(ids in prop::collection::vec((0..5_u32, 0..3_u32), 1..40)) {
        let line = |&(serial, kind): &(u32, u32)| format!("type=K{kind} msg=audit(1.5:{serial}): x={serial} k={kind}\n");
        let text: String = ids.iter().map(line).collect();
        let table = read(&text, &AuditdOptions::default()).expect("right");
        let counts = table.i64("RecordCount").expect("a column");
        prop_assert_eq!(counts.iter().flatten().sum::<i64>(), ids.len() as i64);
        let different: std::collections::BTreeSet<u32> = ids.iter().map(|id| id.0).collect();
        prop_assert_eq!(table.num_rows(), different.len());
    }

    #[test]
    fn no_text_panics(text in "(type=(SYSCALL|EXECVE|PATH|X) msg=audit\\(1\\.5:[12]\\) ?: ?|a[0-9](\\[[0-9]\\])?=|[a-z]=|[A-F0-9]{2}|\"|'|\\{|\\}| |\n|\u{1d}|é){0,40}") {
        let skip = AuditdOptions { on_bad_row: OnBadRow::Skip, ..AuditdOptions::default() };
        read(&text, &skip).expect("bad lines are skipped");
    }
}
