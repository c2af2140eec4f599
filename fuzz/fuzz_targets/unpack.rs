#![no_main]

use huntbook::Table;
use huntbook::table::Progress;
use huntbook::transform::unpack::{UnpackOptions, unpack_bytes, unpack_text};
use huntbook_fuzz::use_table;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = UnpackOptions {
        min_length: 8,
        xor: true,
        max_bytes: 16 << 20,
        max_items: 1000,
        ..UnpackOptions::default()
    };
    if let Ok(table) = unpack_bytes(bytes, &options, &mut Progress::none()) {
        use_table(&table);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let table = unpack_text(text, &options, &mut Progress::none()).expect("no option is wrong");
    places_hold(text, &table);
});

/// What was found in the text itself stands there.
fn places_hold(text: &str, table: &Table) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let originals = table.text("original_string").expect("a column of text");
    let numbers = |name| table.i64(name).expect("a column of numbers");
    let (depths, starts, ends) = (numbers("depth"), numbers("start"), numbers("end"));
    for row in 0..table.num_rows() {
        if depths.value(row) == 1 {
            let place = starts.value(row) as usize..ends.value(row) as usize;
            let found = String::from_utf16(&units[place]).expect("whole characters");
            assert_eq!(Some(found.as_str()), originals.get(row));
        }
    }
}
