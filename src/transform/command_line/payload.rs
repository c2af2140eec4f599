//! What command lines hold in base64 and the like.

use std::sync::Arc;

use arrow_array::StringArray;

use crate::table::Progress;
use crate::transform::unpack::{UnpackOptions, unpack_table};
use crate::{Result, Table};

/// Lines that are unpacked at once.
const LINES: usize = 1 << 15;

/// For each line the texts that are encoded in it, also inside one another, as
/// `unpackBase64` finds them.
pub(super) fn decoded_payloads(
    lines: &[&str],
    progress: &mut Progress<'_>,
) -> Result<Vec<Vec<String>>> {
    let options = UnpackOptions::default();
    let mut payloads = vec![Vec::new(); lines.len()];
    for (i, block) in lines.chunks(LINES).enumerate() {
        progress.at(i * LINES, lines.len())?;
        let column = StringArray::from_iter_values(block);
        let table = Table::new(vec![("Line", Arc::new(column))])?;
        let items = unpack_table(&table, &options, &mut Progress::none())?;
        let (rows, texts) = (items.i64("src_index")?, items.text("decoded_string")?);
        for (row, text) in rows.values().iter().zip(texts.iter()) {
            payloads[i * LINES + *row as usize].extend(text.map(String::from));
        }
    }
    Ok(payloads)
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
                &["whoami /pr\u{fffd}"],
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
            let found = decoded_payloads(&[line], &mut Progress::none()).expect("unpacks");
            assert_eq!(found, [*expected], "{name}");
        }
    }
}
