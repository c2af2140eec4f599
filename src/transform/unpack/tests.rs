//! How far it goes, and what the table says.

use std::io::Write;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, StringArray};
use base64_simd::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::*;

mod found;
mod limits;

const HELLO: &str = "Hello from inside. Visit http://evil.example/payload.exe";

const XZ9: &str = "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jMAQA3SGVsbG8gZnJvbSBpbnNpZGUuIFZpc2l0IGh0dHA6Ly9ldmlsLmV4YW1wbGUvcGF5bG9hZC5leGUATH5raSadZM8AAVA44VA/sh+2830BAAAAAARZWg==";

fn run(text: &str, options: &UnpackOptions) -> Table {
    unpack_text(text, options, &mut Progress::none()).expect("no option is wrong")
}

/// A column as text, absent values as `-`.
fn column(table: &Table, name: &str) -> Vec<String> {
    let column = table.column(name).expect("a column");
    let cells = 0..table.num_rows();
    match column.as_string_opt::<i32>() {
        Some(texts) => cells
            .map(|row| match texts.is_valid(row) {
                true => texts.value(row).to_string(),
                false => "-".into(),
            })
            .collect(),
        None => {
            let numbers = column.as_primitive::<Int64Type>();
            cells
                .map(|row| match numbers.is_valid(row) {
                    true => numbers.value(row).to_string(),
                    false => "-".into(),
                })
                .collect()
        }
    }
}

/// `reference method file_type text` of each row; other content is its first byte.
fn summary(table: &Table) -> Vec<String> {
    let [references, methods, types, texts, bytes] = [
        "reference",
        "method",
        "file_type",
        "decoded_string",
        "printable_bytes",
    ]
    .map(|name| column(table, name));
    (0..table.num_rows())
        .map(|row| {
            let content = match texts[row].as_str() {
                "-" => &bytes[row][..bytes[row].len().min(2)],
                text => text,
            };
            format!(
                "{} {} {} {content}",
                references[row], methods[row], types[row]
            )
        })
        .collect()
}

fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode_to_string(bytes)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    writer.write_all(bytes).expect("memory");
    writer.finish().expect("memory")
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a name");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// Bytes without any pattern (xorshift).
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..count).map(|_| next()).collect()
}

#[test]
fn nesting_goes_on_to_the_depth_asked_for() {
    // Defect 5: msticpy stops at two levels.
    let nested = |levels: usize| (0..levels).fold(HELLO.to_string(), |text, _| base64(text));
    for levels in [1, 3, 5, 12] {
        let table = run(&nested(levels), &UnpackOptions::default());
        assert_eq!(table.num_rows(), levels);
        let last = levels - 1;
        assert_eq!(column(&table, "decoded_string")[last], HELLO);
        assert_eq!(column(&table, "depth")[last], levels.to_string());
        let reference = vec!["1"; levels].join(".");
        assert_eq!(column(&table, "reference")[last], reference);
        let parent = reference.strip_suffix(".1").unwrap_or("-");
        assert_eq!(column(&table, "parent")[last], parent);
    }
    let shallow = UnpackOptions {
        max_depth: 2,
        ..UnpackOptions::default()
    };
    assert_eq!(run(&nested(5), &shallow).num_rows(), 2);

    // Defect 5: what cannot be decoded at the end of a text ends nothing.
    let text = format!("{} thisisanotherlongwordthatlookslikebase64", nested(3));
    assert_eq!(run(&text, &UnpackOptions::default()).num_rows(), 3);

    // Archives in archives (defect 5), with text in them that is encoded again.
    let inner = zip(&[
        ("a.txt", base64(HELLO).as_bytes()),
        ("b.bin", b"\x7fELF\x02\x01\x01"),
    ]);
    let outer = base64(gzip(&zip(&[("inner.zip", &inner)])));
    assert_eq!(
        summary(&run(&outer, &UnpackOptions::default())),
        [
            "1 base64 gz 1f".to_string(),
            "1.1 gz zip 50".into(),
            "1.1.1 zip zip 50".into(),
            format!("1.1.1.1 zip - {}", base64(HELLO)),
            format!("1.1.1.1.1 base64 - {HELLO}"),
            "1.1.1.2 zip elf 7f".into(),
        ]
    );
}

#[test]
fn a_text_of_any_length_is_read_to_its_end() {
    // Defect 4: msticpy's unpack_items loses the last value of three texts of four.
    for padding in ["", "a", "ab", "abc"] {
        let text = format!("{padding} {}", base64(gzip(HELLO.as_bytes())));
        assert_eq!(
            run(&text, &UnpackOptions::default()).num_rows(),
            2,
            "{padding}"
        );
    }
}

#[test]
fn a_result_does_not_depend_on_what_came_before() {
    // Defect 26: msticpy remembers for good what it could not decode.
    let text = format!("x {}", base64(HELLO));
    let first = run(&text, &UnpackOptions::default());
    run(
        "thisisanotherlongwordthatlookslikebase64",
        &UnpackOptions::default(),
    );
    assert_eq!(run(&text, &UnpackOptions::default()), first);
}

#[test]
fn places_count_what_javascript_counts() {
    let encoded = base64(format!("ä😀 {}", base64(HELLO)));
    let text = format!("ü😀 {encoded} end");
    let table = run(&text, &UnpackOptions::default());
    let units: Vec<u16> = text.encode_utf16().collect();
    let place = |table: &Table, row: usize| -> Vec<usize> {
        ["start", "end"]
            .map(|name| column(table, name)[row].parse().expect("a number"))
            .to_vec()
    };
    let [start, end] = place(&table, 0)[..] else {
        panic!("two")
    };
    assert_eq!(String::from_utf16_lossy(&units[start..end]), encoded);
    assert_eq!(place(&table, 1), [4, 4 + base64(HELLO).len()]);

    let bytes = unpack_bytes(
        text.as_bytes(),
        &UnpackOptions::default(),
        &mut Progress::none(),
    );
    assert_eq!(place(&bytes.expect("text"), 0)[0], "ü😀 ".len());

    for mark in [&b"\xff\xfe"[..], b""] {
        let wide = [mark, &utf16(&text)].concat();
        let table = unpack_bytes(&wide, &UnpackOptions::default(), &mut Progress::none());
        assert_eq!(place(&table.expect("text"), 0)[0], 4, "{mark:?}");
    }
}

#[test]
fn decoded_parts_stand_in_the_text() {
    let archive = base64(zip(&[("it's.txt", b"one text"), ("b.bin", b"\x7fELF")]));
    let text = format!("a {} b {archive} c", base64(base64(HELLO)));
    let table = run(&text, &UnpackOptions::default());
    let full = column(&table, "full_decoded_string");
    let expected = format!(
        "a <decoded type='string' index='1' depth='1'><decoded type='string' index='1.1' depth='2'>\
         {HELLO}</decoded></decoded> b <decoded type='zip' index='2' depth='1'>\
         <decoded type='string' name='it&apos;s.txt' index='2.1' depth='2'>one text</decoded>\
         <decoded type='elf' name='b.bin' index='2.2' depth='2'>7f 45 4c 46</decoded></decoded> c"
    );
    assert_eq!(full[0], expected);
    assert_eq!(full[1..], ["-"; 4]);
}

#[test]
fn tables_are_read_cell_by_cell() {
    // Defect 6: a null cell ends msticpy's unpack_df.
    let command: StringArray = vec![None, Some(base64(HELLO)), Some("nothing".into())].into();
    let other: StringArray = vec![Some(base64("another text here")), None, None].into();
    let table = Table::new(vec![
        ("Command", Arc::new(command)),
        ("Other", Arc::new(other)),
    ])
    .expect("equal lengths");
    let all = unpack_table(&table, &UnpackOptions::default(), &mut Progress::none());
    let all = all.expect("text columns");
    assert_eq!(column(&all, "src_index"), ["1", "0"]);
    assert_eq!(column(&all, "src_column"), ["Command", "Other"]);
    assert_eq!(column(&all, "reference"), ["1", "1"]);
    let options = UnpackOptions {
        columns: Some(vec!["Other".into()]),
        ..UnpackOptions::default()
    };
    let one = unpack_table(&table, &options, &mut Progress::none()).expect("a text column");
    assert_eq!(column(&one, "decoded_string"), ["another text here"]);
    let options = UnpackOptions {
        columns: Some(vec!["None".into()]),
        ..UnpackOptions::default()
    };
    let error = unpack_table(&table, &options, &mut Progress::none()).expect_err("no such column");
    assert_eq!(error.code(), "columnNotFound");
}

#[test]
fn xor_is_undone_when_asked() {
    let hidden = base64(decode::xor(HELLO.repeat(3).as_bytes(), 0x2a));
    let asked = UnpackOptions {
        xor: true,
        ..UnpackOptions::default()
    };
    let table = run(&format!("x '{hidden}'"), &asked);
    assert_eq!(column(&table, "method"), ["base64", "xor 0x2a"]);
    assert_eq!(column(&table, "decoded_string")[1], HELLO.repeat(3));
    let plain = run(&format!("x '{hidden}'"), &UnpackOptions::default());
    assert!(!column(&plain, "method").contains(&"xor 0x2a".to_string()));
}

proptest! {
    #[test]
    fn any_text_is_found_again(text in "[ -~]{40,200}", prefix in "[ -~]{0,20}") {
        let source = format!("{prefix} {} end", base64(&text));
        let table = run(&source, &UnpackOptions::default());
        prop_assert!(column(&table, "decoded_string").contains(&text));
    }

    #[test]
    fn any_bytes_end_well(bytes: Vec<u8>) {
        let _ = unpack_bytes(&bytes, &UnpackOptions::default(), &mut Progress::none());
        let _ = run(&base64(&bytes), &UnpackOptions { xor: true, ..UnpackOptions::default() });
    }
}
