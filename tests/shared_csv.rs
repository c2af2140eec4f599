//! Reads the CSV files of `../shared/data`; sizes are those of Python's csv module.

use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};

/// File, rows, columns.
const FILES: &[(&str, usize, usize)] = &[
    ("TimeSeriesDemo.csv", 840, 5),
    ("az_net_flows.csv", 460, 25),
    ("demo_exchange_data.csv", 1334, 5),
    ("host_logons.csv", 14, 20),
    ("ip_locs.csv", 85, 11),
    ("linux_events.csv", 100, 6),
    ("linux_proc_test.csv", 1000, 23),
    ("localdata_az_net_comms_df.csv", 25, 25),
    ("localdata_failed_logons.csv", 4, 21),
    ("localdata_host_logons.csv", 25, 21),
    ("localdata_process_tree.csv", 17, 23),
    ("localdata_processes_on_host.csv", 25, 19),
    ("processes_on_host.csv", 363, 19),
    ("sudo_data.csv", 22, 20),
    ("sudo_session_test.csv", 78, 21),
    ("syslog_data.csv", 100, 16),
    ("win_proc_test.csv", 1000, 19),
    ("winproctree-minimal.csv", 116, 11),
];

#[test]
fn csv_files_have_the_size_that_python_finds() {
    for &(name, rows, columns) in FILES {
        let Ok(bytes) = std::fs::read(format!("../shared/data/msticpy/{name}")) else {
            println!("skipped: ../shared is absent");
            return;
        };
        let options = ReadOptions {
            name: Some(name.into()),
            ..ReadOptions::default()
        };
        let table =
            read(bytes, &options, &mut Progress::none()).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            (table.num_rows(), table.num_columns()),
            (rows, columns),
            "{name}"
        );
    }
}
