//! What each type must and must not find, row by row.

use super::kind::{IocType, Kinds};
use super::marks::Marks;
use super::scan::Scanner;
use super::{IocOptions, extract_table, extract_text};
use crate::table::Progress;
use crate::table::read::{ReadOptions, read};

/// All finds as `type value`, without hosts inside URLs where `nested` is false.
fn found(text: &str, options: &IocOptions) -> Vec<String> {
    let table = extract_text(text, options, &mut Progress::none()).expect("options are right");
    let kinds = table.text("IoCType").expect("a column");
    let values = table.text("Observable").expect("a column");
    (0..table.num_rows())
        .map(|row| {
            format!(
                "{} {}",
                kinds.get(row).unwrap_or_default(),
                values.get(row).unwrap_or_default()
            )
        })
        .collect()
}

const ROWS: &[(&str, &str, &[&str])] = &[
    // IPv4
    (
        "an address",
        "from 203.0.113.7:443 to 10.0.0.1/8.",
        &["ipv4 203.0.113.7", "ipv4 10.0.0.1"],
    ),
    ("parts above 255", "999.1.1.1 256.256.256.256", &[]),
    ("five parts", "1.2.3.4.5 1.3.6.1.4.1.311", &[]),
    (
        "a version",
        "version 1.2.3.4, Version=4.0.0.0 v1.2.3.4",
        &[],
    ),
    (
        "a product",
        "Mozilla/5.0 Chrome/120.0.0.1 Safari/537.36",
        &[],
    ),
    (
        "a version of something",
        "mirror-1.35.0.80 10.0.0.1-beta client/16.38.60.93",
        &[],
    ),
    (
        "a method and an address",
        "HIER_DIRECT/192.0.2.1 ip-192.0.2.2 host_192.0.2.3",
        &["ipv4 192.0.2.1", "ipv4 192.0.2.2", "ipv4 192.0.2.3"],
    ),
    (
        "a range",
        "10.0.0.1-10.0.0.9",
        &["ipv4 10.0.0.1", "ipv4 10.0.0.9"],
    ),
    // IPv6
    (
        "short forms",
        "::1 fe80::1%eth0 2001:DB8::1",
        &["ipv6 ::1", "ipv6 fe80::1%eth0", "ipv6 2001:db8::1"],
    ),
    (
        "mapped",
        "::ffff:192.0.2.1",
        &["ipv6 ::ffff:192.0.2.1", "ipv4 192.0.2.1"],
    ),
    ("clock times", "00:10:32 at 2019-01-01 12:34:56.789", &[]),
    ("scopes of C++", "a::b std::vector abc::def::ghi", &[]),
    ("hardware addresses", "00:1b:44:11:3a:b7", &[]),
    ("a fingerprint", "06:FF:59:E2:7B:AB:9C:BF", &[]),
    (
        "brackets and port",
        "[2001:db8::1]:443",
        &["ipv6 2001:db8::1"],
    ),
    // domains
    ("a domain", "visit Evil.com, now.", &["dns evil.com"]),
    (
        "files",
        "setup.py run.sh report.zip readme.md main.rs x.ps1 libssl.so",
        &[],
    ),
    (
        "code",
        "System.IO this.is obj.id System.Net java.io com.example.Tool",
        &[],
    ),
    (
        "a key of JSON",
        r#"{"host.name":"web1.example.com"}"#,
        &["dns web1.example.com"],
    ),
    (
        "doubtful but spoken for",
        "domain: evil.sh query=evil.zip www.evil.zip",
        &["dns evil.sh", "dns evil.zip", "dns www.evil.zip"],
    ),
    (
        "Punycode and Unicode",
        "xn--e1afmkfd.xn--p1ai bücher.de 请看evil.com吧",
        &["dns xn--e1afmkfd.xn--p1ai", "dns bücher.de", "dns evil.com"],
    ),
    (
        "a mail server and its address",
        "from evil.info[192.0.2.1]:25, list[0]",
        &["dns evil.info", "ipv4 192.0.2.1"],
    ),
    (
        "a file by its word",
        r#"{"FileName":"agent.app","host":"agent.app"} python tool.pl LoadApp.cc index.ai"#,
        &["dns agent.app"],
    ),
    (
        "arguments and operators",
        "a.run(cache.build) f(x, table.next) status.blue = 9 if (k === user.space) return up.click; at Box.link (x)",
        &[],
    ),
    (
        "a short first label",
        "dc.evil.financial my.evil.xyz t.co",
        &["dns dc.evil.financial", "dns my.evil.xyz", "dns t.co"],
    ),
    (
        "a public suffix of two labels",
        "agent.import.evil.gov.in",
        &["dns agent.import.evil.gov.in"],
    ),
    (
        "services",
        "_ldap._tcp.dc1.corp.example.com",
        &["dns _ldap._tcp.dc1.corp.example.com"],
    ),
    ("a web page", "www.google.com.html", &[]),
    (
        "products and objects",
        "asp.net WScript.Shell this.cache.is",
        &[],
    ),
    (
        "after a percent code",
        "q=%28evil.com%29",
        &["dns evil.com"],
    ),
    (
        "in a path",
        r"C:\a\b.com\c.exe /usr/lib/evil.com",
        &[
            r"windows_path C:\a\b.com\c.exe",
            "linux_path /usr/lib/evil.com",
        ],
    ),
    // URLs
    (
        "a URL",
        "HTTP://Evil.com:8080/Path?q=1#x",
        &["url http://evil.com:8080/Path?q=1#x", "dns evil.com"],
    ),
    (
        "punctuation after it",
        "(see http://evil.com/a_(b)).",
        &["url http://evil.com/a_(b)", "dns evil.com"],
    ),
    (
        "user and address",
        "http://u:p@192.0.2.1/x",
        &["url http://u:p@192.0.2.1/x", "ipv4 192.0.2.1"],
    ),
    (
        "an IPv6 host",
        "http://[2001:db8::1]:80/x",
        &["url http://[2001:db8::1]:80/x", "ipv6 2001:db8::1"],
    ),
    (
        "percent-encoded",
        "u=http%3A%2F%2Fevil.com%2Fx",
        &["url http://evil.com/x", "dns evil.com"],
    ),
    (
        "inside another",
        "https://a.com/?u=http://b.com/x",
        &[
            "url https://a.com/?u=http://b.com/x",
            "dns a.com",
            "url http://b.com/x",
            "dns b.com",
        ],
    ),
    (
        "a list",
        "http://a.com,http://b.com",
        &[
            "url http://a.com",
            "dns a.com",
            "url http://b.com",
            "dns b.com",
        ],
    ),
    (
        "no host",
        "http:// http://[ file: https://server/x",
        &["url https://server/x"],
    ),
    (
        "marks of AsciiDoc in brackets",
        "(++http://a.com/x++).",
        &["url http://a.com/x", "dns a.com"],
    ),
    (
        "quotes and brackets around",
        "get('http://a.com/x'),C (http://b.com/y)z [n](http://c.com/z),w",
        &[
            "url http://a.com/x",
            "dns a.com",
            "url http://b.com/y",
            "dns b.com",
            "url http://c.com/z",
            "dns c.com",
        ],
    ),
    (
        "semicolons",
        "wget http://a.com/x.sh;chmod http://b.com/p;sid=1?q=2 &lt;http://c.com/&gt;",
        &[
            "url http://a.com/x.sh",
            "dns a.com",
            "url http://b.com/p;sid=1?q=2",
            "dns b.com",
            "url http://c.com/",
            "dns c.com",
        ],
    ),
    (
        "half a scheme",
        "http:/evil.com s3:/bucket/key http:/",
        &["linux_path /bucket/key"],
    ),
    // e-mail
    (
        "an e-mail",
        "'a.b+c@Example.com'",
        &["email a.b+c@example.com", "dns example.com"],
    ),
    (
        "names of e-mails",
        "O'Brien@evil.com +x@evil.com",
        &[
            "email O'Brien@evil.com",
            "dns evil.com",
            "email x@evil.com",
            "dns evil.com",
        ],
    ),
    (
        "user of a URL",
        "https://myuser@some.domain.es:88/x",
        &[
            "url https://myuser@some.domain.es:88/x",
            "dns some.domain.es",
        ],
    ),
    // defanged
    (
        "defanged",
        "hxxps[:]//evil[.]com/x",
        &["url https://evil.com/x", "dns evil.com"],
    ),
    (
        "dots as words",
        "evil(dot)com evil [.] org 192.0[.]2{.}1",
        &["dns evil.com", "dns evil.org", "ipv4 192.0.2.1"],
    ),
    (
        "at as a word",
        "bob[at]evil[.]com",
        &["email bob@evil.com", "dns evil.com"],
    ),
    ("a doubtful domain", "evil[.]zip", &["dns evil.zip"]),
    ("half brackets", "10[.0.]0[.]1", &["ipv4 10.0.0.1"]),
    // hashes and numbers
    (
        "adjacent hashes",
        "D41D8CD98F00B204E9800998ECF8427E,d41d8cd98f00b204e9800998ecf8427e",
        &[
            "md5_hash d41d8cd98f00b204e9800998ecf8427e",
            "md5_hash d41d8cd98f00b204e9800998ecf8427e",
        ],
    ),
    (
        "hashes of Sysmon",
        "SHA1=da39a3ee5e6b4b0d3255bfef95601890afd80709,IMPHASH=00000000000000000000000000000000",
        &["sha1_hash da39a3ee5e6b4b0d3255bfef95601890afd80709"],
    ),
    (
        "other lengths",
        "0123456789abcdef0123456789abcdef0 550e8400-e29b-41d4-a716-446655440000",
        &[],
    ),
    (
        "text written in hex",
        "a2=2D78202F7573722F7362696E2F616E61\nproctitle=6d6b646972002d70002f746d702f2e6361636865",
        &[],
    ),
    (
        "vulnerabilities",
        "cve-2021-44228 (CVE_2014_0160)",
        &["cve CVE-2021-44228", "cve CVE-2014-0160"],
    ),
    ("systems", "AS13335 AS400 CLASS12345", &["asn AS13335"]),
    (
        "a wallet",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        &["bitcoin 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"],
    ),
    // paths
    (
        "a folder with a blank",
        r"C:\Program Files\a b\x.exe -k",
        &[r"windows_path C:\Program Files\a b\x.exe"],
    ),
    (
        "two paths",
        r"copy C:\a\b.txt D:\c\d.txt",
        &[r"windows_path C:\a\b.txt", r"windows_path D:\c\d.txt"],
    ),
    (
        "escaped",
        r#"{"p":"C:\\Windows\\cmd.exe"}"#,
        &[r"windows_path C:\Windows\cmd.exe"],
    ),
    (
        "fields of a table",
        r"1,C:\My Documents\Plan 2026.docx,x,C:\b\run.exe -k y,z",
        &[
            r"windows_path C:\My Documents\Plan 2026.docx",
            r"windows_path C:\b\run.exe",
        ],
    ),
    (
        "between tags",
        r"<Data>C:\My Documents\Plan</Data><Data>HKLM\Software\A B</Data>",
        &[
            r"windows_path C:\My Documents\Plan",
            r"registry_key HKLM\Software\A B",
        ],
    ),
    (
        "arguments of a quoted command",
        r#""C:\a b\cmd.exe /c dir" "C:\x.dll,Entry""#,
        &[r"windows_path C:\a b\cmd.exe", r"windows_path C:\x.dll"],
    ),
    (
        "an offset",
        r"C:\Windows\ntdll.dll+9ffc5|C:\b.dll+0x1f",
        &[
            r"windows_path C:\Windows\ntdll.dll",
            r"windows_path C:\b.dll",
        ],
    ),
    (
        "a sentence after it",
        r"sets HKLM\Software\Run. Then 192.0.2.1 ran C:\x.exe",
        &[
            r"registry_key HKLM\Software\Run",
            "ipv4 192.0.2.1",
            r"windows_path C:\x.exe",
        ],
    ),
    (
        "marks of AsciiDoc and braces",
        r"++http://192.0.2.1:81++ ++C:\a\b.bin++ HKCR\CLSID\{49CB-3066} {C:\x}",
        &[
            "url http://192.0.2.1:81",
            "ipv4 192.0.2.1",
            r"windows_path C:\a\b.bin",
            r"registry_key HKCR\CLSID\{49CB-3066}",
            r"windows_path C:\x",
        ],
    ),
    (
        "names with blanks",
        "C:\\a\\All Tasks.lnk\nC:\\Program Files x HKLM\\S\\Run HKCU\\S\\X .\\reg add HKLM\\Y\\Z",
        &[
            r"windows_path C:\a\All Tasks.lnk",
            r"windows_path C:\Program Files",
            r"registry_key HKLM\S\Run",
            r"registry_key HKCU\S\X",
            r"windows_path .\reg",
            r"registry_key HKLM\Y\Z",
        ],
    ),
    ("a regular expression", r"^\d+\.\d+\sname$", &[]),
    (
        "an escaped share",
        r#"{"p":"\\\\srv1\\share$"}"#,
        &[r"windows_path \\srv1\share$"],
    ),
    (
        "a share",
        r"\\srv1\c$\x.exe",
        &[r"windows_path \\srv1\c$\x.exe"],
    ),
    (
        "a registry key",
        r"HKLM\Software\Run /v x",
        &[r"registry_key HKLM\Software\Run"],
    ),
    (
        "Unix paths",
        "/bin/bash --file:./bish x=../../bosh",
        &[
            "linux_path /bin/bash",
            "linux_path ./bish",
            "linux_path ../../bosh",
        ],
    ),
    (
        "no Unix path",
        "2019/01/02 and/or 10.0.0.0/8 /c text/html </div> x=/aC7ggbTOLEQa1kRNCnEpRG6u/Fz9L",
        &["ipv4 10.0.0.0"],
    ),
];

#[test]
fn rows() {
    let mut wrong = Vec::new();
    for (name, text, expected) in ROWS {
        let found = found(text, &IocOptions::default());
        if found != *expected {
            wrong.push(format!(
                "{name}: {text}\n   found {found:?}\n  wanted {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a web server was asked for is no path, but one may be in it.
#[test]
fn requests_are_no_paths() {
    let log = "::1 - - [17/May/2015:10:05:03 +0000] \"GET /a/b.php?f=/etc/passwd HTTP/1.1\" 200 1 \"-\" \"x /usr/bin/y\"\n";
    let table = read(
        log.as_bytes().to_vec(),
        &ReadOptions::default(),
        &mut Progress::none(),
    )
    .expect("a web log");
    let options = IocOptions {
        types: Some(vec!["linux_path".into()]),
        ..IocOptions::default()
    };
    let found = extract_table(&table, &options, &mut Progress::none()).expect("right");
    let found: Vec<_> = found
        .text("Observable")
        .expect("a column")
        .iter()
        .flatten()
        .map(String::from)
        .collect();
    assert_eq!(found, ["/etc/passwd", "/usr/bin/y"]);
}

#[test]
fn a_long_line_is_cut_where_it_changes_nothing() {
    const COUNT: usize = 3000;
    for (open, unit, close) in [
        (
            "[",
            r#"{"host.info":"C:\\a b\\c d.docx","k.name":"evil.info"},"#,
            "]",
        ),
        ("<E>", r"<D>C:\a b\c d</D><D>evil.info</D>", "</E>"),
        ("", r"see C:\a\b.exe and evil.info or 192.0.2.1 ", ""),
    ] {
        let once = found(&format!("{open}{unit}{close}"), &IocOptions::default());
        let text = format!("{open}{}{close}", unit.repeat(COUNT));
        let expected: Vec<String> = once
            .iter()
            .cycle()
            .take(COUNT * once.len())
            .cloned()
            .collect();
        assert!(found(&text, &IocOptions::default()) == expected, "{unit}");
    }
}

#[test]
fn hardware_addresses_only_when_asked_for() {
    let text = "00:1B:44:11:3A:B7 00-1b-44-11-3a-b8, 2026-01-02-03-04-05 10.0.0.1";
    let options = IocOptions {
        types: Some(vec!["mac_address".into()]),
        ..IocOptions::default()
    };
    let expected = [
        "mac_address 00:1b:44:11:3a:b7",
        "mac_address 00-1b-44-11-3a-b8",
    ];
    assert_eq!(found(text, &options), expected);
    assert_eq!(found(text, &IocOptions::default()), ["ipv4 10.0.0.1"]);
}

#[test]
fn each_shape_is_linear() {
    let shapes: [(&str, &str); 14] = [
        ("base64", "QUJDRA"),
        ("blanks in a path", r"\ "),
        ("ats", "@"),
        ("a@", "a@"),
        ("dots", "a."),
        ("colons", ":"),
        ("defanged dots", "[.]"),
        ("schemes", "http://"),
        ("urls in a row", "http://a.com/"),
        ("percent", "%3A%2F%2F"),
        ("encoded urls", "http%3A%2F%2Fa.com"),
        ("slashes", "/a"),
        ("folders", r"C:\a"),
        ("digits", "1."),
    ];
    for (name, shape) in shapes {
        for size in [20_000, 40_000, 1_000_000] {
            let text = format!("C:{}", shape.repeat(size / shape.len()));
            let mut marks = Marks::default();
            marks.fill(text.as_bytes());
            let mut scanner = Scanner::new(text.as_bytes(), &marks, Kinds::of(IocType::ALL));
            scanner.scan(0, text.len());
            let visits = scanner.visited as f64 / text.len() as f64;
            assert!(visits < 40.0, "{name}: {visits} visits a byte at {size}");
        }
    }
}
