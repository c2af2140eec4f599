//! From text, bytes or a table to a table of indicators.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray};
use regex::bytes::Regex;

use super::kind::{IocType, Kinds};
use super::result::{Collector, Source};
use super::scan::{Hit, Scanner};
use super::select::Selection;
use crate::table::{Progress, TextColumn};
use crate::transform::defang::Refanged;
use crate::{Error, Result, Table};

/// What to look for, and which finds to keep.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct IocOptions {
    /// Types to look for, such as `["ipv4", "dns"]`; by default all but
    /// `mac_address` (see `paths`).
    pub types: Option<Vec<String>>,
    /// Whether to look for `windows_path` and `linux_path` where `types` does not
    /// say. By default `true` in text and `false` in tables, as in msticpy.
    pub paths: Option<bool>,
    /// Columns of a table to search; by default all columns of text and of lists of text.
    pub columns: Option<Vec<String>>,
    /// Leave out addresses that are private, loopback, link-local, reserved or
    /// for documentation. Default `false`.
    pub public_only: bool,
    /// `true`: only what was written defanged; `false`: only what was not; by default both.
    pub defanged: Option<bool>,
    /// Report only these: values, domains with all below them, and networks such as `10.0.0.0/8`.
    pub allow: Option<Vec<String>>,
    /// Never report these; written like `allow`.
    pub ignore: Option<Vec<String>>,
    /// One row for each different indicator, at its first place, with a column
    /// `Count`. Default `false`.
    pub unique: bool,
    /// Types of your own.
    pub custom_types: Vec<CustomType>,
}

/// A type of indicator that the user defines.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CustomType {
    /// What column `IoCType` shall say, such as `"ticket"`.
    pub name: String,
    /// A regular expression (<https://docs.rs/regex/latest/regex/#syntax>), such
    /// as `"INC-\\d{6}"`; every match is an indicator. It runs in linear time.
    pub pattern: String,
}

/// Text is scanned in blocks of whole lines of about this size.
const BLOCK_BYTES: usize = 1 << 18;

/// Indicators in `text`, ordered by place; `Start` and `End` count UTF-16 units,
/// as JavaScript strings do. O(n).
///
/// Columns: `IoCType`, `Observable` (refanged and canonical), `SourceIndex` (0),
/// `SourceColumn` (null), `Start`, `End`, `Raw` (as found), and `Count` if
/// `options.unique`.
///
/// # Errors
///
/// `InvalidArgument` for an unknown type, a wrong pattern or network;
/// `Cancelled` from `progress`.
pub fn extract_text(
    text: &str,
    options: &IocOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut search = Search::new(options, true)?;
    search.text(text.as_bytes(), !text.is_ascii(), progress)?;
    search.found.finish()
}

/// Indicators in `bytes` of any encoding that keeps ASCII; `Start` and `End`
/// count bytes. Otherwise as [`extract_text`].
pub fn extract_bytes(
    bytes: &[u8],
    options: &IocOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut search = Search::new(options, true)?;
    search.text(bytes, false, progress)?;
    search.found.finish()
}

/// Indicators in the text columns of `table`, ordered by column, then row;
/// `SourceIndex` is the row, `SourceColumn` the column, `Start` and `End` count
/// UTF-16 units in the cell. Otherwise as [`extract_text`].
///
/// # Errors
///
/// Besides, `ColumnNotFound` and `ColumnType` for `options.columns`.
pub fn extract_table(
    table: &Table,
    options: &IocOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let mut search = Search::new(options, false)?;
    let columns: Vec<(&str, Cells<'_>)> = match &options.columns {
        Some(names) => names
            .iter()
            .map(|name| Ok((name.as_str(), Cells::named(table, name)?)))
            .collect::<Result<_>>()?,
        None => {
            let all = table.names().into_iter().zip(table.batch().columns());
            all.filter_map(|(name, column)| Some((name, Cells::of(column)?)))
                .collect()
        }
    };
    let total = table.num_rows() * columns.len();
    let mut unreported = 0;
    for (i, (name, cells)) in columns.iter().enumerate() {
        for row in 0..table.num_rows() {
            let source = Source {
                row,
                column: Some(name),
            };
            for cell in cells.get(row) {
                search.block(cell.as_bytes(), 0, source, !cell.is_ascii());
                unreported += cell.len();
            }
            if unreported > BLOCK_BYTES {
                unreported = 0;
                progress.at(i * table.num_rows() + row, total)?;
            }
        }
    }
    search.found.finish()
}

/// The texts of a column: one a row, or the items of a list. Offsets in a list
/// count from the begin of the item.
struct Cells<'a> {
    texts: TextColumn<'a>,
    lists: Option<&'a ListArray>,
}

impl<'a> Cells<'a> {
    fn of(column: &'a ArrayRef) -> Option<Self> {
        let lists = column.as_list_opt::<i32>();
        let values = lists.map_or(column, |lists| lists.values());
        Some(Self {
            texts: TextColumn::of(values)?,
            lists,
        })
    }

    fn named(table: &'a Table, name: &str) -> Result<Self> {
        match Self::of(table.column(name)?) {
            Some(cells) => Ok(cells),
            // Tells what the column holds.
            None => table.text(name).map(|texts| Self { texts, lists: None }),
        }
    }

    fn get(&self, row: usize) -> impl Iterator<Item = &'a str> + '_ {
        let range = match self.lists {
            None => row..row + 1,
            Some(lists) if lists.is_null(row) => 0..0,
            Some(lists) => {
                lists.value_offsets()[row] as usize..lists.value_offsets()[row + 1] as usize
            }
        };
        range.filter_map(|at| self.texts.get(at))
    }
}

struct Search {
    kinds: Kinds,
    custom: Vec<(String, Regex)>,
    selection: Selection,
    defanged: Option<bool>,
    found: Collector,
    hits: Vec<Hit>,
}

impl Search {
    fn new(options: &IocOptions, is_text: bool) -> Result<Self> {
        let kinds = match &options.types {
            Some(names) => names
                .iter()
                .map(|name| IocType::parse(name))
                .collect::<Result<Vec<_>>>()?,
            None => {
                let paths = options.paths.unwrap_or(is_text);
                let path =
                    |kind: &IocType| matches!(kind, IocType::WindowsPath | IocType::LinuxPath);
                let wanted = |kind: &IocType| *kind != IocType::Mac && (paths || !path(kind));
                IocType::ALL.iter().copied().filter(wanted).collect()
            }
        };
        let custom = options.custom_types.iter().map(|custom| {
            let pattern = Regex::new(&custom.pattern).map_err(|error| {
                Error::InvalidArgument(format!(
                    "customTypes: the pattern of `{}` is not a regular expression: {error}",
                    custom.name
                ))
            })?;
            Ok((custom.name.clone(), pattern))
        });
        Ok(Self {
            kinds: Kinds::of(&kinds),
            custom: custom.collect::<Result<_>>()?,
            selection: Selection::new(
                options.public_only,
                options.allow.as_deref(),
                options.ignore.as_deref(),
            )?,
            defanged: options.defanged,
            found: Collector::new(options.unique),
            hits: Vec::new(),
        })
    }

    fn text(&mut self, text: &[u8], utf16: bool, progress: &mut Progress<'_>) -> Result<()> {
        let source = Source {
            row: 0,
            column: None,
        };
        let (mut at, mut units) = (0, 0);
        while at < text.len() {
            let wanted = (at + BLOCK_BYTES).min(text.len());
            let end =
                memchr::memchr(b'\n', &text[wanted..]).map_or(text.len(), |next| wanted + next + 1);
            let block = &text[at..end];
            if Refanged::of(block).is_none() {
                self.block(block, units, source, utf16);
                units += if utf16 { utf16_len(block) } else { block.len() };
            } else {
                for line in block.split_inclusive(|&byte| byte == b'\n') {
                    self.block(line, units, source, utf16);
                    units += if utf16 { utf16_len(line) } else { line.len() };
                }
            }
            at = end;
            progress.at(at, text.len())?;
        }
        Ok(())
    }

    /// Searches a piece of text that begins `offset` units into its source.
    fn block(&mut self, text: &[u8], offset: usize, source: Source<'_>, utf16: bool) {
        let refanged = Refanged::of(text);
        let plain = refanged.as_ref().map_or(text, |refanged| &refanged.text);
        let mut scanner = Scanner::new(plain, self.kinds, refanged.as_ref());
        scanner.hits = std::mem::take(&mut self.hits);
        scanner.scan(0, plain.len());
        let mut hits = scanner.hits;
        hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        let mut units = Units {
            text,
            at: 0,
            units: offset,
            utf16,
        };
        for hit in hits.drain(..) {
            let (start, end) = refanged.as_ref().map_or((hit.start, hit.end), |refanged| {
                refanged.original(hit.start, hit.end)
            });
            let value = match &hit.value {
                Some(value) => Cow::Borrowed(value.as_ref()),
                None => String::from_utf8_lossy(&plain[hit.start..hit.end]),
            };
            let was_defanged = refanged
                .as_ref()
                .is_some_and(|refanged| refanged.touches(hit.start, hit.end));
            if self.defanged.is_none_or(|wanted| wanted == was_defanged)
                && self.selection.keeps(hit.kind, &value)
            {
                let raw = String::from_utf8_lossy(&text[start..end]);
                self.found.push(
                    hit.kind.name(),
                    &value,
                    source,
                    units.range(start, end),
                    &raw,
                );
            }
        }
        self.hits = hits;
        for (name, pattern) in &self.custom {
            let mut units = Units {
                text,
                at: 0,
                units: offset,
                utf16,
            };
            for found in pattern.find_iter(text).filter(|found| !found.is_empty()) {
                let raw = String::from_utf8_lossy(found.as_bytes());
                self.found.push(
                    name,
                    &raw,
                    source,
                    units.range(found.start(), found.end()),
                    &raw,
                );
            }
        }
    }
}

/// Turns ascending byte offsets into offsets of the source.
struct Units<'a> {
    text: &'a [u8],
    at: usize,
    units: usize,
    utf16: bool,
}

impl Units<'_> {
    fn range(&mut self, start: usize, end: usize) -> (usize, usize) {
        let count = |bytes: &[u8]| {
            if self.utf16 {
                utf16_len(bytes)
            } else {
                bytes.len()
            }
        };
        if start >= self.at {
            self.units += count(&self.text[self.at..start]);
        } else {
            self.units -= count(&self.text[start..self.at]);
        }
        self.at = start;
        (self.units, self.units + count(&self.text[start..end]))
    }
}

/// Length in UTF-16 of UTF-8: four bytes make two units, fewer make one.
fn utf16_len(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .map(|byte| usize::from(byte & 0xc0 != 0x80) + usize::from(*byte >= 0xf0))
        .sum()
}
