#![no_main]

use huntbook_fuzz::read_and_use;
use libfuzzer_sys::fuzz_target;

// The format is found, so that this one also tries the sniffing.
fuzz_target!(|bytes: &[u8]| read_and_use(bytes, None));
