#![no_main]

use huntbook::table::read::Format;
use huntbook_fuzz::read_and_use;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| read_and_use(bytes, Some(Format::Weblog)));
