//! Base64 in a command line.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Logs cut command lines, and so padding and last bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Shorter runs of letters are words.
const MIN_LENGTH: usize = 16;

/// How often what was decoded is looked at again.
const MAX_DEPTH: usize = 4;

/// The texts that are base64 in `line`, also inside one another: arguments of
/// `-EncodedCommand`, `FromBase64String` and `base64 -d`, and lines that are nothing else.
pub(super) fn decoded_payloads(line: &str) -> Vec<String> {
    let mut payloads = Vec::new();
    let mut from = 0;
    for depth in 0..MAX_DEPTH {
        let to = payloads.len();
        let found: Vec<String> = match depth {
            0 => decode_all(line),
            _ => payloads[from..to]
                .iter()
                .flat_map(|text: &String| decode_all(text))
                .collect(),
        };
        if found.is_empty() {
            break;
        }
        payloads.extend(found);
        from = to;
    }
    payloads
}

fn decode_all(line: &str) -> Vec<String> {
    let line = line.trim();
    let runs = line
        .split(|char: char| !is_base64(char))
        .filter(|run| run.len() >= MIN_LENGTH);
    let is_whole = line.len() >= MIN_LENGTH && line.chars().all(is_base64);
    if !is_whole && !announces_base64(line) {
        return Vec::new();
    }
    runs.filter_map(decode).collect()
}

fn is_base64(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '+' | '/' | '=')
}

/// Whether the line says that it has base64: by name, or by an option of
/// PowerShell's that begins with `-e`.
fn announces_base64(line: &str) -> bool {
    let has_option = || {
        let options = memchr::memchr2_iter(b'-', b'/', line.as_bytes());
        let bytes = line.as_bytes();
        options.into_iter().any(|at| {
            let option = bytes
                .get(at + 1)
                .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'e'));
            option && (at == 0 || bytes[at - 1].is_ascii_whitespace())
        })
    };
    let bytes = line.as_bytes();
    bytes
        .windows(6)
        .any(|word| word.eq_ignore_ascii_case(b"base64"))
        || has_option()
}

/// A run of base64 as text; UTF-16, as PowerShell wants it, or UTF-8.
fn decode(run: &str) -> Option<String> {
    let run = run.trim_matches('=');
    // Of a run that was cut a letter may be over.
    let run = if run.len() % 4 == 1 {
        run.get(..run.len() - 1)?
    } else {
        run
    };
    let bytes = LENIENT.decode(run).ok()?;
    let wide: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    let is_wide = wide.iter().filter(|&&unit| unit < 0x80).count() * 4 > wide.len() * 3;
    let text = if is_wide {
        String::from_utf16_lossy(&wide)
    } else {
        String::from_utf8(bytes).ok()?
    };
    let odd = text
        .chars()
        .filter(|char| char.is_control() && !char.is_whitespace())
        .count();
    (odd == 0 && text.len() >= 4).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_says_that_it_is_base64() {
        let wide = "dwBoAG8AYQBtAGkAIAAvAHAAcgBpAHYA"; // whoami /priv in UTF-16
        let twice = "ZWNobyBkMmh2WVcxcElDOXdjbWwyIHwgYmFzZTY0IC1k";
        let rows: &[(&str, String, &[&str])] = &[
            (
                "option",
                format!("powershell -nop -e {wide}"),
                &["whoami /priv"],
            ),
            (
                "longer option, quoted",
                format!("pwsh /EncodedCommand '{wide}'"),
                &["whoami /priv"],
            ),
            (
                "function",
                "[Convert]::FromBase64String(\"d2hvYW1pIC9wcml2\")".into(),
                &["whoami /priv"],
            ),
            (
                "tool",
                "echo d2hvYW1pIC9wcml2 | base64 -d".into(),
                &["whoami /priv"],
            ),
            ("nothing else", "d2hvYW1pIC9wcml2".into(), &["whoami /priv"]),
            (
                "cut",
                format!("powershell -e {}", &wide[..wide.len() - 3]),
                &["whoami /pr"],
            ),
            (
                "one in another",
                format!("base64 -d <<< {twice}"),
                &["echo d2hvYW1pIC9wcml2 | base64 -d", "whoami /priv"],
            ),
            (
                "a long word",
                "run --name Administrators2024abcd".into(),
                &[],
            ),
            (
                "bytes that are no text",
                "base64 -d AAECAwQFBgcICQoLDA0ODw==".into(),
                &[],
            ),
        ];
        for (name, line, expected) in rows {
            assert_eq!(decoded_payloads(line), *expected, "{name}");
        }
    }
}
