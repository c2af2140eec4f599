//! What the fuzz targets share: reading with small limits, and using the table.

use huntbook::table::read::{Format, Limits, OnBadRow, ReadOptions, read};
use huntbook::table::{CsvOptions, IpcFormat, JsonOptions, JsonShape, Progress, SortKey};
use huntbook::{Result, Table};

/// Reads `bytes` as a page does, with limits that keep the fuzzer's memory small;
/// `format` is found from the content if it is `None`.
pub fn read_as(bytes: &[u8], format: Option<Format>, on_bad_row: OnBadRow) -> Result<Table> {
    let options = ReadOptions {
        name: Some("fuzz".into()),
        format,
        on_bad_row,
        limits: Limits {
            max_bytes: 16 << 20,
            max_members: 100,
            max_columns: 1000,
            ..Limits::default()
        },
        ..ReadOptions::default()
    };
    read(bytes.to_vec(), &options, &mut Progress::none())
}

/// Reads, both ways of bad rows, and does with the table what users do first.
pub fn read_and_use(bytes: &[u8], format: Option<Format>) {
    let strict = read_as(bytes, format, OnBadRow::Error);
    let lenient = read_as(bytes, format, OnBadRow::Skip);
    if let Ok(table) = &strict {
        // A file without bad rows is the same file, whatever is done with those.
        let other = lenient.as_ref().expect("no bad rows, so none to skip");
        assert_eq!(table.num_rows(), other.num_rows());
    }
    if let Ok(table) = lenient {
        use_table(&table);
    }
}

/// Writes the table in every format, reads it back from Arrow, sorts and slices.
pub fn use_table(table: &Table) {
    let rows = table.num_rows();
    // Arrays without bytes can be longer than any loop should be.
    if rows > 100_000 {
        return;
    }
    let _ = table.report();
    let _ = table
        .to_csv(&CsvOptions::default())
        .expect("a comma is a delimiter");
    let _ = table.to_json(&JsonOptions {
        shape: JsonShape::Ndjson,
    });
    if let Ok(bytes) = table.to_ipc(IpcFormat::Stream) {
        let again = Table::from_ipc(bytes).expect("what was written can be read");
        assert_eq!(again.num_rows(), rows);
        assert_eq!(again.names(), table.names());
    }
    if let Some(name) = table.names().first() {
        let _ = table.sort(&[SortKey::ascending(*name)]);
    }
    let _ = table.slice(1, rows);
    let _ = table
        .concat(table)
        .map(|twice| assert_eq!(twice.num_rows(), 2 * rows));
}
