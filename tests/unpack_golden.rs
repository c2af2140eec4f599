//! Unpacking against msticpy 3.0.2's own answers (`../shared/oracle/base64_unpack.json`), and
//! on the real logs of `../shared/data`.
//!
//! Each item of msticpy's must be among ours, by its MD5; what is not must be explained by a
//! row of `MISSING`, and what we have besides by one of `MORE`. Their counts are fixed,
//! so that a new difference fails.
#![allow(clippy::unwrap_used)]

mod facts;

use std::collections::BTreeSet;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use facts::shared;
use huntbook::Table;
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use huntbook::transform::unpack::{UnpackOptions, unpack_table, unpack_text};
use serde_json::Value;

/// A column of text, absent values as nothing.
fn texts(table: &Table, name: &str) -> Vec<String> {
    let column = table.column(name).unwrap().as_string::<i32>();
    let text = |row| match column.is_valid(row) {
        true => column.value(row).to_string(),
        false => String::new(),
    };
    (0..table.num_rows()).map(text).collect()
}

/// Why an item of msticpy's is not ours: what, the case, and how many there are.
const MISSING: [(&str, &str, usize); 1] =
    [("words are no base64 (defect 17)", "long_word_not_b64", 1)];

/// Why we have more items than msticpy in a case, and how many more.
const MORE: [(&str, &str, usize); 10] = [
    ("an archive is an item itself", "gz", 1),
    ("nesting goes on (defect 5)", "nested_b64_4", 2),
    ("gzip in gzip is opened (defect 5)", "gz_gz", 2),
    ("an archive is an item itself", "zip1", 1),
    ("zip in zip is opened (defect 5)", "zip_in_zip", 2),
    ("bzip2 is opened (defect 5)", "bz2", 1),
    ("padding may be absent", "odd_len_1", 1),
    ("padding may be absent", "odd_len_3", 1),
    ("padding may be absent", "odd_len_2_nopad", 1),
    ("wrapped lines are one value", "wrapped76", 1),
];

#[test]
fn nothing_of_msticpys_is_missing_without_a_reason() {
    let Some(oracle) = shared("oracle/base64_unpack.json") else {
        return;
    };
    let oracle: Value = serde_json::from_slice(&oracle).unwrap();
    let mut compared = 0;
    for case in oracle["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let text = match (&case["input"], name.strip_prefix("file:")) {
            (Value::String(text), _) => text.clone(),
            // Long inputs are not in the file.
            (_, Some(file)) => match shared(&format!("data/msticpy/{file}")) {
                Some(bytes) => String::from_utf8(bytes).unwrap(),
                None => continue,
            },
            _ => continue,
        };
        compared += 1;
        let table = unpack_text(&text, &UnpackOptions::default(), &mut Progress::none()).unwrap();
        let ours: Vec<String> = texts(&table, "md5");
        let Some(theirs) = case["unpack"]["records"].as_array() else {
            // Defect 6: a broken zip raises; here it is a row with an error.
            assert_eq!(name, "zip_corrupt");
            assert!(texts(&table, "error").concat().contains("zip file"));
            continue;
        };
        let theirs = theirs.iter().map(|item| item["md5"].as_str().unwrap());
        let theirs: Vec<&str> = theirs.collect();
        let missing = theirs
            .iter()
            .filter(|md5| !ours.iter().any(|other| other == *md5));
        let expected = MISSING.iter().find(|(_, case, _)| *case == name);
        assert_eq!(
            missing.count(),
            expected.map_or(0, |row| row.2),
            "{name}: missing"
        );
        if name.starts_with("file:") {
            continue;
        }
        let expected = MORE.iter().find(|(_, case, _)| *case == name);
        let more =
            (ours.len() + usize::from(name == "long_word_not_b64")).checked_sub(theirs.len());
        assert_eq!(more, Some(expected.map_or(0, |row| row.2)), "{name}: more");
    }
    assert_eq!(compared, 22);
}

#[test]
fn hashes_and_texts_are_msticpys() {
    let Some(oracle) = shared("oracle/base64_unpack.json") else {
        return;
    };
    let oracle: Value = serde_json::from_slice(&oracle).unwrap();
    let case = &oracle["cases"][0];
    let text = case["input"].as_str().unwrap();
    let table = unpack_text(text, &UnpackOptions::default(), &mut Progress::none()).unwrap();
    let theirs = &case["unpack"]["records"][0];
    for name in ["md5", "sha1", "sha256", "decoded_string", "encoding_type"] {
        assert_eq!(
            texts(&table, name)[0],
            theirs[name].as_str().unwrap(),
            "{name}"
        );
    }
}

/// Every file of real logs: how many items, of how many different texts, and how many
/// bytes of no known kind. Looked at one by one: all are what they are said to be.
#[test]
fn real_logs_hold_what_they_hold() {
    let expected: [(&str, usize, usize, usize); 13] = [
        ("mordor/windows/empire_launcher_vbs.zip", 405, 2, 0),
        (
            "mordor/windows/empire_psexec_dcerpc_tcp_svcctl.zip",
            1561,
            4,
            0,
        ),
        (
            "mordor/windows/empire_schtasks_creation_standard_user.zip",
            758,
            3,
            0,
        ),
        ("mordor/windows/empire_shell_net_local_users.zip", 436, 2, 0),
        ("mordor/windows/psh_lsass_memory_dump_comsvcs.zip", 0, 0, 0),
        (
            "mordor/windows/cmd_bitsadmin_download_psh_script.zip",
            0,
            0,
            0,
        ),
        ("mordor/zeek/NASHUA-zeek_logs.zip", 0, 0, 0),
        ("mordor/aws/ec2_proxy_s3_exfiltration.zip", 7, 0, 7),
        ("msticpy/processes_on_host.csv", 1, 1, 0),
        ("msticpy/auditd_log.txt", 234, 73, 0),
        ("msticpy/demo_exchange_data.csv", 5, 4, 0),
        ("web/apache_combined_access.log", 8, 6, 2),
        ("threat-reports/turla.adoc", 0, 0, 0),
    ];
    for (file, rows, different, unknown) in expected {
        let Some(bytes) = shared(&format!("data/{file}")) else {
            continue;
        };
        let options = ReadOptions {
            name: Some(file.into()),
            ..ReadOptions::default()
        };
        let log = read(bytes, &options, &mut Progress::none()).unwrap();
        let table = unpack_table(&log, &UnpackOptions::default(), &mut Progress::none()).unwrap();
        let strings: BTreeSet<String> = texts(&table, "decoded_string").into_iter().collect();
        let binary = texts(&table, "encoding_type")
            .iter()
            .filter(|kind| *kind == "binary")
            .count();
        let texts = strings.iter().filter(|text| !text.is_empty()).count();
        assert_eq!(
            (table.num_rows(), texts, binary),
            (rows, different, unknown),
            "{file}"
        );
    }
}
