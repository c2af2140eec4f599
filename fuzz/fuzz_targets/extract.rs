#![no_main]

use huntbook::table::Progress;
use huntbook::transform::defang::{defang, refang};
use huntbook::transform::ioc::{IocOptions, classify, extract_bytes, extract_text};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = IocOptions::default();
    let in_bytes =
        extract_bytes(bytes, &options, &mut Progress::none()).expect("no option is wrong");
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let in_text = extract_text(text, &options, &mut Progress::none()).expect("no option is wrong");
    assert_eq!(in_text.num_rows(), in_bytes.num_rows());
    let _ = classify(text);
    let _ = refang(text);
    let safe = defang(text);
    // What is defanged already stays as it is.
    assert_eq!(defang(&safe), safe);
});
