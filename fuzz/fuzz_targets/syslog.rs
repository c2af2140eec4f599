#![no_main]

use huntbook::table::Progress;
use huntbook::table::read::{Limits, OnBadRow};
use huntbook::transform::syslog::*;
use huntbook_fuzz::use_table;
use libfuzzer_sys::fuzz_target;

// The log into a table, and the table through everything that takes one.
fuzz_target!(|bytes: &[u8]| {
    let options = SyslogOptions {
        now: Some(1.7e12),
        on_bad_row: OnBadRow::Skip,
        limits: Limits {
            max_bytes: 16 << 20,
            max_members: 100,
            max_columns: 1000,
            ..Limits::default()
        },
        ..SyslogOptions::default()
    };
    let mut none = Progress::none();
    let Ok(messages) = read_bytes(bytes.to_vec(), &options, &mut none) else {
        return;
    };
    use_table(&messages);
    let again = read_table(&messages, &options, &mut none).expect("it has the columns");
    assert_eq!(again.num_rows(), messages.num_rows());
    let sessions = SessionOptions {
        without_start: true,
        ..SessionOptions::default()
    };
    let sessions = logon_sessions(&messages, &sessions, &mut none).expect("it has the columns");
    use_table(&sessions);
    let burst = RiskySudoOptions {
        burst_commands: 2,
        burst_seconds: 1e9,
        ..RiskySudoOptions::default()
    };
    let risky = risky_sudo_sessions(&messages, &burst, &mut none).expect("it has the columns");
    use_table(&risky);
    let hosts = host_summary(&messages, &SummaryOptions::default(), &mut none);
    use_table(&hosts.expect("it has the columns"));
});
