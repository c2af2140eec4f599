//! Indicators against msticpy 3.0.2's own answers (`../shared/oracle/ioc_*.json`).
//!
//! Values are compared refanged and without regard to case. A value that only one
//! side has must be explained by a row of `MISSING`; their counts are fixed, so that a new difference fails.
#![allow(clippy::unwrap_used)]

mod facts;

use std::collections::BTreeSet;
use std::fs;

use arrow_array::cast::AsArray;
use facts::oracle;
use huntbook::table::Progress;
use huntbook::transform::defang::refang;
use huntbook::transform::ioc::{IocOptions, extract_text};
use serde_json::Value;

type Found = BTreeSet<(String, String)>;

/// msticpy's types: what lies beyond them has no answer to compare with.
const TYPES: [&str; 10] = [
    "ipv4",
    "ipv6",
    "url",
    "dns",
    "email",
    "md5_hash",
    "sha1_hash",
    "sha256_hash",
    "windows_path",
    "linux_path",
];

fn ours(text: &str, types: &[&str]) -> Found {
    let options = IocOptions {
        types: Some(types.iter().map(|name| name.to_string()).collect()),
        ..IocOptions::default()
    };
    let table = extract_text(text, &options, &mut Progress::none()).unwrap();
    let column = |name| table.column(name).unwrap().as_string::<i32>();
    let (kinds, values) = (column("IoCType"), column("Observable"));
    (0..table.num_rows())
        .map(|row| (kinds.value(row).to_string(), values.value(row).to_string()))
        .collect()
}

/// msticpy leaves values defanged; they are compared refanged.
fn theirs(answer: &Value) -> Found {
    let types = answer.as_object().unwrap();
    types
        .iter()
        .flat_map(|(kind, values)| {
            let values = values.as_array().unwrap().iter();
            values.map(move |value| (kind.clone(), refang(value.as_str().unwrap())))
        })
        .collect()
}

/// Why a value of msticpy's (lower case) is not ours. The first row that fits counts.
type Reason = (&'static str, fn(&str, &str) -> bool);

const MISSING: [Reason; 12] = [
    ("text that audit writes in hex is no hash", |kind, value| {
        const TEXTS: [&str; 3] = ["67726570", "7375646f", "63617400"];
        kind.ends_with("_hash") && TEXTS.contains(&&value[..8])
    }),
    ("a clock time is no ipv6", |kind, value| {
        kind == "ipv6"
            && value
                .split(':')
                .all(|part| part.len() == 2 && part.parse::<u8>().is_ok())
    }),
    ("`::` and `a::b` are code", |kind, value| {
        kind == "ipv6" && matches!(value, "::" | "a::b")
    }),
    ("a zone belongs to its address", |kind, value| {
        kind == "ipv6" && value == "fe80::1"
    }),
    ("five numbers are a version", |kind, value| {
        kind == "ipv4" && value == "1.2.3.4"
    }),
    ("a file is no domain", |kind, value| {
        const ENDINGS: [&str; 9] = ["py", "sh", "so", "zip", "md", "rs", "mov", "ps", "pl"];
        let ending = value.rsplit('.').next().unwrap_or_default();
        kind == "dns" && ENDINGS.contains(&ending)
    }),
    ("percent codes are no part of a name", |kind, value| {
        kind == "dns" && (value.starts_with("2f") || value.starts_with("40"))
    }),
    (
        "a name is not cut at `_`, `--`, `-` or a letter beyond ASCII; a URL's host is a name",
        |kind, value| {
            const CUT: [&str; 8] = [
                "b.example.com",
                "dmarc.example.com",
                "bcher-kva.example.com",
                "cher.example.com",
                "b.com",
                "evil.com",
                "login.alibaba",
                "",
            ];
            kind == "dns" && (CUT.contains(&value) || value == "[")
        },
    ),
    (
        "an e-mail address starts after the URL, has a known suffix, and is no user of a URL",
        |kind, value| {
            kind == "email"
                && (value.starts_with("//")
                    || matches!(value, "pw@ftp.example.com" | "user@host.local"))
        },
    ),
    (
        "a URL ends before the punctuation around it and is decoded by itself",
        |kind, value| {
            kind == "url"
                && (value.ends_with([',', '.', ')', '\''])
                    || value.ends_with("://")
                    || value == "http://[:"
                    || value.contains("=http://")
                    || value.contains("php?"))
        },
    ),
    (
        "an option, a prefix length or the tail of a URL is no path",
        |kind, _| kind == "linux_path",
    ),
    ("a UNC path ends at a blank", |kind, value| {
        kind == "windows_path" && value.starts_with("\\\\srv\\share\\f.txt ")
    }),
];

/// Compares one answer; returns what no reason explains, and counts the rest.
fn compare(place: &str, ours: &Found, theirs: &Found, counts: &mut [usize]) -> Vec<String> {
    let lower = |found: &Found| -> Found {
        found
            .iter()
            .map(|(kind, value)| (kind.clone(), value.to_lowercase()))
            .collect()
    };
    let mut unexplained = Vec::new();
    for (kind, value) in lower(theirs).difference(&lower(ours)) {
        match MISSING.iter().position(|(_, fits)| fits(kind, value)) {
            Some(reason) => counts[reason] += 1,
            None => unexplained.push(format!("{place}: {kind} {value}")),
        }
    }
    unexplained
}

#[test]
fn nothing_of_msticpys_is_missing_without_a_reason() {
    let mut counts = [0; MISSING.len()];
    let mut unexplained = Vec::new();
    let Some(strings) = oracle("ioc_strings.json") else {
        return;
    };
    for case in strings["cases"].as_array().unwrap() {
        let found = ours(case["input"].as_str().unwrap(), &TYPES);
        let answer = theirs(&case["defanged_true"]);
        unexplained.extend(compare(
            case["name"].as_str().unwrap(),
            &found,
            &answer,
            &mut counts,
        ));
    }
    for file in ["auditd_log.txt", "domain_neg.json", "domain_pos.json"] {
        let Some(oracle) = oracle(&format!("ioc_file_{file}.oracle.json")) else {
            return;
        };
        let text = fs::read_to_string(format!("../shared/data/msticpy/{file}")).unwrap();
        let (found, answer) = (ours(&text, &TYPES[..8]), theirs(&oracle["whole_text"]));
        unexplained.extend(compare(file, &found, &answer, &mut counts));
    }
    for ((reason, _), count) in MISSING.iter().zip(counts) {
        println!("{count:5} {reason}");
    }
    assert_eq!(unexplained, Vec::<String>::new());
    assert_eq!(
        counts,
        [3, 613, 3, 1, 1, 14, 12, 9, 39, 14, 28, 1],
        "differences by reason"
    );
}
