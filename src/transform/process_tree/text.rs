//! A tree as indented text.

use arrow_array::Array;

use super::events::write_id;
use super::navigate::{parents, shape_of};
use super::schema::{ProcessSchema, SchemaChoice};
use crate::table::{Cell, Column, Progress};
use crate::{Error, Place, Result, Table};

/// Deeper processes are not indented further: the text of a long chain would
/// grow with the square of its length.
const MAX_INDENT: usize = 100;

/// How much text there may be.
const MAX_BYTES: usize = 512 << 20;

/// How to write a tree.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TreeTextOptions {
    /// What to write of each process: text with names of columns in braces, such
    /// as `"{Image} ({ProcessId})\n{CommandLine}"`. A line whose values are all
    /// absent is left out. By default name, id, time, command line and account.
    pub template: Option<String>,
    /// Lines are broken before they get longer than this many characters; by
    /// default they are not.
    pub wrap_column: Option<u32>,
    /// The schema, for a tree that does not know its own.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "ProcessSchemaName | ProcessSchema")
    )]
    pub schema: Option<SchemaChoice>,
}

/// `tree` as text: one paragraph a process, indented below its parent.
///
/// # Errors
///
/// `ColumnNotFound` for a name in the template; `InvalidArgument` if `tree` is no
/// tree, or its schema is not known; `LimitExceeded` for more than 512 MiB of text.
pub fn tree_to_text(
    tree: &Table,
    options: &TreeTextOptions,
    progress: &mut Progress<'_>,
) -> Result<String> {
    let shape = shape_of(tree, &parents(tree)?);
    let template = match &options.template {
        Some(template) => template.clone(),
        None => default_template(tree, options.schema.as_ref())?,
    };
    let lines: Vec<Vec<Piece<'_>>> = template
        .split('\n')
        .map(|line| pieces(line, tree))
        .collect::<Result<_>>()?;
    let wrap = options.wrap_column.unwrap_or(0) as usize;
    let mut out = String::new();
    for (done, &row) in shape.sequence.iter().enumerate() {
        if done.is_multiple_of(1 << 14) {
            progress.at(done, shape.sequence.len())?;
        }
        let depth = shape.depths[row as usize] as usize - 1;
        let marker = if depth == 0 { "+  " } else { "+--  " };
        let indent = 3 * depth.min(MAX_INDENT);
        let mut is_first = true;
        for line in &lines {
            let Some(text) = fill(line, row as usize) else {
                continue;
            };
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(if is_first {
                marker
            } else {
                &"     "[..marker.len()]
            });
            is_first = false;
            push_wrapped(&text, indent + marker.len(), wrap, &mut out);
        }
        if is_first {
            // Nothing is known; the process is there all the same.
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(marker.trim_end());
            out.push('\n');
        }
        if out.len() > MAX_BYTES {
            return Err(Error::LimitExceeded {
                place: Place::default(),
                problem: "the tree is more than 512 MiB of text".into(),
                advice: "write a part of it, such as getDescendants(tree, process), or a shorter template".into(),
            });
        }
    }
    Ok(out)
}

fn default_template(tree: &Table, choice: Option<&SchemaChoice>) -> Result<String> {
    let schema = match (choice, ProcessSchema::of(tree)) {
        (None, Some(own)) => own,
        (choice, _) => ProcessSchema::choose(choice, tree)?,
    };
    // `select` may have taken columns away.
    let field = |label: &str, column: Option<&String>| {
        let column = column.filter(|column| tree.column(column).is_ok())?;
        Some(format!("{label}: {{{column}}}"))
    };
    let account = [schema.user_name.as_ref(), schema.user_id.as_ref()];
    let is_told = |column: &&String| {
        let column = tree.column(column);
        column.is_ok_and(|column| column.null_count() < column.len())
    };
    let account = account.into_iter().flatten().find(is_told);
    let lines = [
        vec![
            field("Process", schema.process_name.as_ref()),
            field("PID", Some(&schema.process_id)),
        ],
        vec![field("Time", schema.time_stamp.as_ref())],
        vec![field("Cmdline", schema.cmd_line.as_ref())],
        vec![
            field("Account", account),
            field("LoginId", schema.logon_id.as_ref()),
        ],
    ];
    let lines = lines.into_iter().map(|fields| {
        let fields: Vec<String> = fields.into_iter().flatten().collect();
        fields.join("  ")
    });
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    Ok(lines.join("\n"))
}

enum Piece<'a> {
    Text(String),
    Column(Column<'a>),
}

fn pieces<'a>(line: &str, tree: &'a Table) -> Result<Vec<Piece<'a>>> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('{') {
        let Some(length) = rest[start..].find('}') else {
            break;
        };
        pieces.push(Piece::Text(rest[..start].into()));
        let column = tree.column(&rest[start + 1..start + length])?;
        pieces.push(Piece::Column(Column::of(column.as_ref())));
        rest = &rest[start + length + 1..];
    }
    pieces.push(Piece::Text(rest.into()));
    Ok(pieces)
}

/// A line for a row, on one line; none if all its values are absent.
fn fill(line: &[Piece<'_>], row: usize) -> Option<String> {
    let mut out = Vec::new();
    let (mut has_columns, mut has_values) = (false, false);
    for piece in line {
        match piece {
            Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
            Piece::Column(column) => {
                has_columns = true;
                match column.get(row) {
                    Cell::Null => out.push(b'-'),
                    cell => {
                        has_values = true;
                        write_id(&cell, &mut out);
                    }
                }
            }
        }
    }
    let text = String::from_utf8_lossy(&out);
    (has_values || !has_columns).then(|| text.replace(['\n', '\r', '\t'], " "))
}

/// Appends `text`, whose lines begin at column `from`, broken at blanks where it can be.
fn push_wrapped(text: &str, from: usize, wrap: usize, out: &mut String) {
    // Some room must be left for text.
    let width = if wrap == 0 {
        usize::MAX
    } else {
        wrap.saturating_sub(from).max(20)
    };
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(width) {
        let cut = rest[..end]
            .rfind(' ')
            .filter(|&blank| blank > 0)
            .unwrap_or(end);
        out.push_str(&rest[..cut]);
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', from + 3));
        rest = rest[cut..].trim_start_matches(' ');
    }
    out.push_str(rest);
    out.push('\n');
}
