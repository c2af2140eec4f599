//! Audit records in tables of Log Analytics, made into lines again.
//!
//! `AuditdMessage` is how msticpy's query brings an event: a list of records,
//! `[{'EXECVE': ['argc=1', 'a0="ls"']}, …]`, as Python or JSON writes it; the
//! event's time and number stand in `mssg_id`.

use super::{AuditdOptions, bad_record};
use crate::table::read::OnBadRow;
use crate::table::{BadRow, Report};
use crate::{Result, Table};

/// Columns that may hold whole lines.
const LINE_COLUMNS: [&str; 4] = ["RawData", "Message", "SyslogMessage", "Text"];

/// The lines that the rows of `table` stand for.
pub(super) fn lines(
    table: &Table,
    options: &AuditdOptions,
    report: &mut Report,
) -> Result<Vec<u8>> {
    let names = table.names();
    let nodes = match names.contains(&"Computer") {
        true => Some(table.text("Computer")?),
        false => None,
    };
    let node = |row| nodes.as_ref().and_then(|nodes| nodes.get(row));
    let mut lines = Vec::new();
    if let Some(column) = LINE_COLUMNS.iter().find(|name| names.contains(name))
        && !names.contains(&"AuditdMessage")
    {
        let texts = table.text(column)?;
        for row in 0..table.num_rows() {
            for line in texts.get(row).unwrap_or_default().lines() {
                let has_node = line.contains("node=") || !line.trim_start().starts_with("type=");
                begin(&mut lines, node(row).filter(|_| !has_node));
                lines.extend_from_slice(line.as_bytes());
                lines.push(b'\n');
            }
        }
        return Ok(lines);
    }
    let (messages, ids) = (table.text("AuditdMessage")?, table.text("mssg_id")?);
    for row in 0..table.num_rows() {
        let (Some(message), Some(id)) = (messages.get(row), ids.get(row)) else {
            continue;
        };
        let length = lines.len();
        if let Err(problem) = event(message, id, node(row), &mut lines) {
            lines.truncate(length);
            let bad = BadRow {
                row: row as u64 + 1,
                line: None,
                ..BadRow::of_line(
                    options.name.as_deref(),
                    0,
                    problem.into(),
                    message.as_bytes(),
                )
            };
            match options.on_bad_row {
                OnBadRow::Skip => report.skip(bad),
                OnBadRow::Error => return Err(bad_record(bad)),
            }
        }
    }
    Ok(lines)
}

fn begin(lines: &mut Vec<u8>, node: Option<&str>) {
    if let Some(node) = node.filter(|node| !node.is_empty()) {
        lines.extend_from_slice(b"node=");
        lines.extend(
            node.bytes()
                .map(|byte| if byte == b' ' { b'_' } else { byte }),
        );
        lines.push(b' ');
    }
}

/// Writes the records of one event as lines.
fn event(
    message: &str,
    id: &str,
    node: Option<&str>,
    lines: &mut Vec<u8>,
) -> Result<(), &'static str> {
    let mut tokens = Tokens(message.as_bytes());
    let mut depth = 0;
    let mut is_open = false;
    while let Some(token) = tokens.next()? {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth -= 1,
            // A text before a colon is the type of a record, in a list a field.
            Token::Text(text) if tokens.is_key() => {
                if is_open {
                    lines.push(b'\n');
                }
                is_open = true;
                begin(lines, node);
                lines.extend_from_slice(b"type=");
                lines.extend_from_slice(&text);
                lines.extend_from_slice(b" msg=audit(");
                lines.extend_from_slice(id.trim().as_bytes());
                lines.extend_from_slice(b"):");
            }
            Token::Text(text) if is_open => {
                lines.push(b' ');
                let plain = text
                    .iter()
                    .map(|&byte| if byte == b'\n' { b' ' } else { byte });
                lines.extend(plain);
            }
            Token::Text(_) => return Err("there is no type before the fields"),
        }
        if !(0..=8).contains(&depth) {
            return Err("brackets do not match");
        }
    }
    if !is_open || depth != 0 {
        return Err("this is no list of records");
    }
    lines.push(b'\n');
    Ok(())
}

enum Token {
    Open,
    Close,
    Text(Vec<u8>),
}

/// Brackets and quoted texts of what Python's `repr` or JSON wrote.
struct Tokens<'a>(&'a [u8]);

impl Tokens<'_> {
    fn next(&mut self) -> Result<Option<Token>, &'static str> {
        loop {
            let Some((&first, rest)) = self.0.split_first() else {
                return Ok(None);
            };
            self.0 = rest;
            match first {
                b'[' | b'{' => return Ok(Some(Token::Open)),
                b']' | b'}' => return Ok(Some(Token::Close)),
                quote @ (b'\'' | b'"') => return self.text(quote).map(Some),
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' => {}
                _ => return Err("this is no list of records"),
            }
        }
    }

    /// A text up to its closing quote, without its escapes.
    fn text(&mut self, quote: u8) -> Result<Token, &'static str> {
        let mut text = Vec::new();
        let mut at = 0;
        while let Some(&byte) = self.0.get(at) {
            at += 1;
            match byte {
                b'\\' => {
                    let escaped = *self.0.get(at).ok_or("a text does not end")?;
                    at += 1;
                    text.push(match escaped {
                        b'n' | b'r' | b't' => b' ',
                        other => other,
                    });
                }
                _ if byte == quote => {
                    self.0 = &self.0[at..];
                    return Ok(Token::Text(text));
                }
                _ => text.push(byte),
            }
        }
        Err("a text does not end")
    }

    /// Whether a colon comes next.
    fn is_key(&self) -> bool {
        self.0.trim_ascii_start().first() == Some(&b':')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_become_lines() {
        for (name, message, expected) in [
            (
                "as Python writes it",
                r#"[{'USER_END': ['pid=1', "msg='op=PAM:session_close", 'acct="root"', "res=success'"]}]"#,
                "node=h type=USER_END msg=audit(1.0:2): pid=1 msg='op=PAM:session_close acct=\"root\" res=success'\n",
            ),
            (
                "as JSON, two records",
                r#"[{"SYSCALL":["pid=1"]},{"EXECVE":["argc=1","a0=\"l s\""]}]"#,
                "node=h type=SYSCALL msg=audit(1.0:2): pid=1\nnode=h type=EXECVE msg=audit(1.0:2): argc=1 a0=\"l s\"\n",
            ),
        ] {
            let mut lines = Vec::new();
            event(message, "1.0:2", Some("h"), &mut lines).expect(name);
            assert_eq!(String::from_utf8_lossy(&lines), expected, "{name}");
        }
        for message in ["", "[]", "[{'A': ['x=1'}", "['x=1']", "[{'A", "hello", "]]"] {
            event(message, "1.0:2", None, &mut Vec::new()).expect_err(message);
        }
    }
}
