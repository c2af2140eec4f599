//! Feeds text to the scanner, block by block, and its hits to the collector.

use std::borrow::Cow;

use regex::bytes::Regex;

use super::extract::IocOptions;
use super::kind::{IocType, Kinds};
use super::marks::{Marks, Set};
use super::result::{Bytes, Collector, Row};
use super::scan::{Hit, Scanner, Value};
use super::select::Selection;
use crate::table::Progress;
use crate::transform::defang::{self, Refanged};
use crate::{Error, Result, Table};

/// Text is scanned in blocks of whole lines of about this size, which with
/// their marks stay in the processor's cache.
const BLOCK_BYTES: usize = 1 << 16;
/// A line that is longer is cut between words, or after this many bytes anywhere.
const MAX_LINE_BYTES: usize = 1 << 24;
/// Columns of what was asked of a web server, in its logs and those of proxies.
const REQUESTS: [&str; 7] = [
    "Url",
    "Uri",
    "RequestUri",
    "RequestUrl",
    "cs-uri-stem",
    "csUriStem",
    "url.path",
];
/// Progress is reported after this many bytes.
const REPORT_BYTES: usize = 1 << 20;

/// One search: what is wanted, and what was found so far.
pub(super) struct Search {
    kinds: Kinds,
    custom: Vec<Regex>,
    selection: Selection,
    defanged: Option<bool>,
    /// Whether cells of this column are what was asked of a server.
    is_request: bool,
    found: Collector,
    // Kept from block to block for their memory.
    marks: Marks,
    line_marks: Marks,
    hits: Vec<Hit>,
    finds: Vec<Find>,
}

/// A cell of a table in a block of text, or the block itself.
struct Cell {
    start: usize,
    end: usize,
    row: usize,
    /// Units of the source before `start`.
    units: usize,
}

/// A hit, and whether its text was defanged.
#[derive(Debug)]
struct Find {
    hit: Hit,
    defanged: bool,
}

impl Search {
    /// `is_text` says that the source is text rather than a table.
    pub(super) fn new(options: &IocOptions, is_text: bool) -> Result<Self> {
        let kinds: Vec<IocType> = match &options.types {
            Some(names) => names
                .iter()
                .map(|name| IocType::parse(name))
                .collect::<Result<_>>()?,
            None => {
                let paths = options.paths.unwrap_or(is_text);
                let path =
                    |kind: &IocType| matches!(kind, IocType::WindowsPath | IocType::LinuxPath);
                let wanted = |kind: &IocType| *kind != IocType::Mac && (paths || !path(kind));
                IocType::ALL.iter().copied().filter(wanted).collect()
            }
        };
        let custom = options.custom_types.iter().map(|custom| {
            Regex::new(&custom.pattern).map_err(|error| {
                Error::InvalidArgument(format!(
                    "customTypes: the pattern of `{}` is not a regular expression: {error}",
                    custom.name
                ))
            })
        });
        let names = IocType::ALL.iter().map(|kind| kind.name().to_string());
        let own_names = options
            .custom_types
            .iter()
            .map(|custom| custom.name.clone());
        Ok(Self {
            kinds: Kinds::of(&kinds),
            custom: custom.collect::<Result<_>>()?,
            selection: Selection::new(
                options.public_only,
                options.allow.as_deref(),
                options.ignore.as_deref(),
            )?,
            defanged: options.defanged,
            is_request: false,
            found: Collector::new(options.unique, names.chain(own_names).collect()),
            marks: Marks::default(),
            line_marks: Marks::default(),
            hits: Vec::new(),
            finds: Vec::new(),
        })
    }

    pub(super) fn finish(self) -> Result<Table> {
        self.found.finish()
    }

    /// Searches a text; offsets count UTF-16 units, or bytes.
    pub(super) fn text(
        &mut self,
        text: &[u8],
        utf16: bool,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        self.found.begin_column(None);
        let (mut at, mut units, mut reported) = (0, 0, 0);
        while at < text.len() {
            let block = &text[at..block_end(text, at)];
            let cell = Cell {
                start: 0,
                end: block.len(),
                row: 0,
                units,
            };
            self.block(block, &[cell], utf16)?;
            units += match utf16 {
                true => utf16_len(block),
                false => block.len(),
            };
            at += block.len();
            if at - reported >= REPORT_BYTES {
                reported = at;
                progress.at(at, text.len())?;
            }
        }
        Ok(())
    }

    /// Searches the cells of a column, which has `total` rows. Small cells go
    /// together into blocks, each as a line.
    pub(super) fn column<'a>(
        &mut self,
        name: &str,
        cells: impl Iterator<Item = (usize, &'a str)>,
        total: usize,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        self.found.begin_column(Some(name));
        self.is_request = REQUESTS.iter().any(|own| own.eq_ignore_ascii_case(name));
        let (mut block, mut parts) = (Vec::with_capacity(BLOCK_BYTES), Vec::new());
        let mut unreported = 0;
        for (row, cell) in cells {
            if block.len() + cell.len() > BLOCK_BYTES && !parts.is_empty() {
                unreported += block.len();
                self.block(&block, &parts, true)?;
                block.clear();
                parts.clear();
                if unreported >= REPORT_BYTES {
                    unreported = 0;
                    progress.at(row, total)?;
                }
            }
            let start = block.len();
            block.extend_from_slice(cell.as_bytes());
            parts.push(Cell {
                start,
                end: block.len(),
                row,
                units: 0,
            });
            block.push(b'\n');
        }
        self.block(&block, &parts, true)
    }

    /// Searches a block, whose cells lie one after the other.
    fn block(&mut self, text: &[u8], cells: &[Cell], utf16: bool) -> Result<()> {
        self.marks.fill(text);
        self.scan(text);
        let mut finds = std::mem::take(&mut self.finds);
        let mut cells_left = cells.iter();
        let mut units = None::<Units<'_>>;
        for Find { hit, defanged } in finds.drain(..) {
            if self.defanged.is_some_and(|wanted| wanted != defanged) {
                continue;
            }
            let place = loop {
                match &mut units {
                    Some(units) if hit.start < units.cell.end => break units,
                    _ => {
                        let cell = cells_left.next().expect("a hit lies in a cell");
                        units = Some(Units::new(text, &self.marks, cell, utf16));
                    }
                }
            };
            // `/index.html` is asked of a server, and no file that someone wrote of.
            let is_target = self.is_request && hit.start == place.cell.start;
            if is_target && matches!(hit.kind, IocType::LinuxPath) {
                continue;
            }
            let (start, end) = place.range(hit.start, hit.end);
            let raw = lossy(text, &self.marks, &hit);
            let value = match &hit.value {
                Value::Same => Bytes::Same(&raw),
                Value::Lower => Bytes::Lower(&raw),
                Value::Other(value) => Bytes::Same(value.as_bytes()),
            };
            if !self.selection.keeps(hit.kind, value) {
                continue;
            }
            self.found.push(&Row {
                kind: hit.kind as usize,
                value,
                source: place.cell.row,
                start,
                end,
                raw: &raw,
            })?;
        }
        self.finds = finds;
        self.custom(text, cells, utf16)
    }

    /// The types of the user's own, cell by cell.
    fn custom(&mut self, text: &[u8], cells: &[Cell], utf16: bool) -> Result<()> {
        for (i, pattern) in self.custom.iter().enumerate() {
            for cell in cells {
                let mut units = Units::new(text, &self.marks, cell, utf16);
                for found in pattern.find_iter(&text[cell.start..cell.end]) {
                    if found.is_empty() {
                        continue;
                    }
                    let raw = String::from_utf8_lossy(found.as_bytes());
                    let offset = cell.start;
                    let (start, end) = units.range(offset + found.start(), offset + found.end());
                    self.found.push(&Row {
                        kind: IocType::ALL.len() + i,
                        value: Bytes::Same(raw.as_bytes()),
                        source: cell.row,
                        start,
                        end,
                        raw: raw.as_bytes(),
                    })?;
                }
            }
        }
        Ok(())
    }

    /// Finds all hits in a block, in order: lines with defanged forms are scanned
    /// refanged, all others as they stand.
    fn scan(&mut self, text: &[u8]) {
        let finds = &mut self.finds;
        let plain = |hit| Find {
            hit,
            defanged: false,
        };
        let mut scanner = Scanner::new(text, &self.marks, self.kinds);
        scanner.hits = std::mem::take(&mut self.hits);
        let mut at = 0;
        while at < text.len() {
            let mut forms = self.marks.iter(Set::Defanged, at, text.len());
            let Some(form) = forms.find(|&form| defang::is_form(text, form)) else {
                break;
            };
            let start =
                memchr::memrchr(b'\n', &text[at..form]).map_or(at, |newline| at + newline + 1);
            let end =
                memchr::memchr(b'\n', &text[form..]).map_or(text.len(), |length| form + length);
            scanner.scan(at, start);
            finds.extend(scanner.hits.drain(..).map(plain));
            scan_defanged(text, (start, end), self.kinds, &mut self.line_marks, finds);
            at = end;
        }
        scanner.scan(at, text.len());
        finds.extend(scanner.hits.drain(..).map(plain));
        self.hits = scanner.hits;
    }
}

/// Scans the line from `start` to `end` as it was before it was defanged.
fn scan_defanged(
    text: &[u8],
    (start, end): (usize, usize),
    kinds: Kinds,
    marks: &mut Marks,
    finds: &mut Vec<Find>,
) {
    let Some(refanged) = Refanged::of(&text[start..end]) else {
        return;
    };
    marks.fill(&refanged.text);
    let mut scanner = Scanner::new(&refanged.text, marks, kinds);
    scanner.refanged = Some(&refanged);
    scanner.scan(0, refanged.text.len());
    for hit in scanner.hits {
        let (from, to) = refanged.original(hit.start, hit.end);
        let form = hit.value.form(&refanged.text[hit.start..hit.end]);
        let defanged = refanged.touches(hit.start, hit.end);
        let hit = Hit {
            kind: hit.kind,
            start: start + from,
            end: start + to,
            value: Value::Other(form),
        };
        finds.push(Find { hit, defanged });
    }
}

/// Where the block that begins at `at` ends: with a line, else between two values
/// of JSON or two tags, else between words. What stands on both sides of a find
/// says what it is, so a block must not end beside one.
fn block_end(text: &[u8], at: usize) -> usize {
    let wanted = at + BLOCK_BYTES;
    let Some(rest) = text.get(wanted..) else {
        return text.len();
    };
    let near = &rest[..rest.len().min(BLOCK_BYTES)];
    let far = &rest[..rest.len().min(MAX_LINE_BYTES)];
    memchr::memchr(b'\n', near)
        .or_else(|| memchr::memmem::find(near, b",\""))
        .or_else(|| memchr::memmem::find(near, b"><"))
        .or_else(|| memchr::memchr2(b'\n', b' ', far))
        .map_or(wanted + far.len(), |length| wanted + length + 1)
}

/// The text of a hit, as UTF-8.
fn lossy<'a>(text: &'a [u8], marks: &Marks, hit: &Hit) -> Cow<'a, [u8]> {
    let found = &text[hit.start..hit.end];
    if !marks.any(Set::Wide, hit.start, hit.end) {
        return Cow::Borrowed(found);
    }
    match String::from_utf8_lossy(found) {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Turns ascending byte offsets in a cell into offsets of its source.
struct Units<'a> {
    text: &'a [u8],
    cell: &'a Cell,
    /// `units` of the source lie before the byte `at`.
    at: usize,
    units: usize,
    /// Whether they are UTF-16 and differ from bytes.
    utf16: bool,
}

impl<'a> Units<'a> {
    fn new(text: &'a [u8], marks: &Marks, cell: &'a Cell, utf16: bool) -> Self {
        Self {
            text,
            cell,
            at: cell.start,
            units: cell.units,
            utf16: utf16 && marks.any(Set::Wide, cell.start, cell.end),
        }
    }

    fn range(&mut self, start: usize, end: usize) -> (usize, usize) {
        let count = |bytes: &[u8]| match self.utf16 {
            true => utf16_len(bytes),
            false => bytes.len(),
        };
        self.units += count(&self.text[self.at..start]);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transform::ioc::extract_bytes;

    /// What looks at its surroundings, and what the surroundings may be.
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "evil.com", "foo.sh", "user.name", "a.is", "1.2.3.4", "::1", "fe80::1", "file.", "name", "name=",
        "=", "= ", " =", "== ", "&&", " in ", "at ", " (", "return ", "version ", "GET ", "/etc/passwd",
        "/", "\\", "C:\\", "Program Files\\x.exe", "HKLM\\Run", "..\\", "hxxp://", "http://", "[.]", "[", "]",
        ".", " (dot) ", "(at)", "%3A%2F%2F", "a@b.org", "@", "AS13335", "CVE-2021-", "44228", "0x",
        "d41d8cd98f00b204e9800998ecf8427e", "00-1B-44-11-3A-B7", ":", ",", ";", "|", "\"", "'", ">", "<", "{", "}",
        "$", "#", "~", "é", " ", "  ", "\t", "\r", "com", "x",
    ];

    /// All finds in `lines` from the byte `base` of their text on.
    fn finds(lines: &str, base: i64) -> Vec<String> {
        let types = IocType::ALL.iter().map(|kind| kind.name().into());
        let options = IocOptions {
            types: Some(types.collect()),
            ..IocOptions::default()
        };
        let found = extract_bytes(lines.as_bytes(), &options, &mut Progress::none());
        let found = found.expect("options are right");
        let (kinds, values) = (found.text("IoCType"), found.text("Observable"));
        let (kinds, values) = (kinds.expect("a column"), values.expect("a column"));
        let starts = found.i64("Start").expect("a column");
        let row = |row| {
            let start = base + starts.value(row);
            format!("{:?} {:?} {start}", kinds.get(row), values.get(row))
        };
        (0..found.num_rows()).map(row).collect()
    }

    proptest! {
        /// So that a text may be searched in parts, and no row of a table changes another.
        #[test]
        fn what_a_line_holds_does_not_depend_on_others(
            lines in prop::collection::vec(prop::collection::vec(prop::sample::select(PARTS), 0..7), 1..6),
        ) {
            let lines: Vec<String> = lines.iter().map(|parts| parts.concat() + "\n").collect();
            let mut each = Vec::new();
            let mut base = 0;
            for line in &lines {
                each.extend(finds(line, base));
                base += line.len() as i64;
            }
            prop_assert_eq!(finds(&lines.concat(), 0), each);
        }
    }
}
