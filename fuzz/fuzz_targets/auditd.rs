#![no_main]

use huntbook::table::Progress;
use huntbook::table::read::{Limits, OnBadRow};
use huntbook::transform::auditd::{AuditdOptions, read_bytes, read_table};
use huntbook_fuzz::use_table;
use libfuzzer_sys::fuzz_target;

// The log as it is; and its lines as rows of a table, which make the same events.
fuzz_target!(|bytes: &[u8]| {
    let options = AuditdOptions {
        on_bad_row: OnBadRow::Skip,
        limits: Limits {
            max_bytes: 16 << 20,
            max_members: 100,
            max_columns: 1000,
            ..Limits::default()
        },
        ..AuditdOptions::default()
    };
    let mut none = Progress::none();
    if let Ok(events) = read_bytes(bytes.to_vec(), &options, &mut none) {
        let counts = events.i64("RecordCount").expect("always there");
        assert!(counts.iter().flatten().all(|count| count > 0));
        use_table(&events);
    }
    let Ok(lines) = huntbook_fuzz::read_as(bytes, None, OnBadRow::Skip) else {
        return;
    };
    if let Ok(events) = read_table(&lines, &options, &mut none) {
        use_table(&events);
    }
});
