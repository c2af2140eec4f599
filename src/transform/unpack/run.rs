//! The recursion: what is found in a text is decoded, what is packed is opened,
//! and each result is looked at in turn.

use super::UnpackOptions;
use super::decode::{self, printable};
use super::find::{self, Candidate, Coding};
use super::judge::{self, Aims, Content, Decoded};
use super::rows::{Origin, Rows, Source};
use super::text::Doubt;
use super::units::Units;
use crate::archive::{self, Budget, Format, Member, Visitor};
use crate::table::Progress;
use crate::{Error, Place, Result, Table};

/// Wrapped lines of at least this width belong together; shorter lines that each
/// decode by themselves are a list.
const WRAP_WIDTH: usize = 56;
/// Bytes of a binary item in the text with decoded parts.
const SHOWN_BYTES: usize = 32;

/// An item, as its parts see it.
#[derive(Debug, Default)]
struct Node {
    reference: String,
    depth: u32,
    /// How many parts were found so far.
    parts: usize,
}

impl Node {
    fn next(&mut self) -> String {
        self.parts += 1;
        match self.reference.as_str() {
            "" => self.parts.to_string(),
            outer => format!("{outer}.{}", self.parts),
        }
    }
}

pub(super) struct Unpacker<'a> {
    options: &'a UnpackOptions,
    budget: Budget,
    rows: Rows,
    source: Source,
    /// The SHA-256 of the items that are open, to know those that hold themselves.
    pub(super) open: Vec<[u8; 32]>,
    /// Whether a limit has ended the run.
    is_full: bool,
}

impl<'a> Unpacker<'a> {
    pub(super) fn new(options: &'a UnpackOptions) -> Self {
        Self {
            options,
            budget: Budget {
                max_bytes: options.max_bytes,
                max_ratio: options.max_ratio,
                max_members: u64::MAX,
                unpacked: 0,
                large: 0,
                options: "",
            },
            rows: Rows::default(),
            source: Source::default(),
            open: Vec::new(),
            is_full: false,
        }
    }

    pub(super) fn finish(self) -> Result<Table> {
        self.rows.finish()
    }

    /// Whether a limit has ended the run, so that nothing more is taken.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Unpacks what is in a text; `utf16` says how its places are counted.
    pub(super) fn text(
        &mut self,
        text: &[u8],
        utf16: bool,
        source: Source,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        self.source = source;
        let first = self.rows.len();
        let mut root = Node::default();
        let full = self.scan(text, utf16, &mut root, true, progress)?;
        if self.rows.len() > first {
            self.rows.set_full(first, full);
        }
        Ok(())
    }

    /// Unpacks an archive.
    pub(super) fn archive(
        &mut self,
        bytes: &[u8],
        format: Format,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let first = self.rows.len();
        let mut root = Node::default();
        let (full, result) = self.walk(bytes, format, &mut root, progress);
        match result {
            Err(error) if error == Error::Cancelled || self.rows.len() == first => {
                return Err(error);
            }
            // What follows cannot be read; a limit has its row already.
            Err(error) if !self.is_full => {
                let origin = Origin {
                    reference: root.next(),
                    depth: 1,
                    method: format.name(),
                    ..Origin::default()
                };
                self.push_failed(origin, &error)?;
            }
            _ => {}
        }
        if self.rows.len() > first {
            self.rows.set_full(first, full);
        }
        Ok(())
    }

    /// Takes what is encoded in `text`; gives the text with the parts decoded.
    fn scan(
        &mut self,
        text: &[u8],
        utf16: bool,
        node: &mut Node,
        unknown: bool,
        progress: &mut Progress<'_>,
    ) -> Result<String> {
        let aims = Aims {
            unknown,
            xor: self.options.xor,
        };
        let min_length = self.options.min_length as usize;
        let mut units = Units::new(text, utf16);
        let mut full = String::new();
        let mut copied = 0;
        for (candidate, decoded) in Found::new(text, min_length, aims) {
            if self.is_full {
                break;
            }
            let Candidate { start, end, .. } = candidate;
            full.push_str(&decode::lossy(&text[copied..start]));
            copied = end;
            let reference = node.next();
            let origin = Origin {
                reference,
                parent: Some(&node.reference),
                depth: node.depth + 1,
                place: Some(units.range(start, end)),
                original: Some(&text[start..end]),
                method: decoded.method,
                ..Origin::default()
            };
            let size = decoded.bytes.len() as u64;
            if let Err(error) = self.budget.take(0, size, end as u64, None) {
                self.push_failed(origin, &error)?;
                self.is_full = true;
                break;
            }
            full += &self.item(&decoded.bytes, decoded.content, origin, progress)?;
            if node.depth == 0 {
                progress.at(end, text.len())?;
            }
        }
        full.push_str(&decode::lossy(&text[copied..]));
        Ok(full)
    }

    /// Adds an item and all that is in it; gives it as it stands in the text
    /// around it.
    fn item(
        &mut self,
        bytes: &[u8],
        content: Content,
        origin: Origin<'_>,
        progress: &mut Progress<'_>,
    ) -> Result<String> {
        if self.rows.len() as u64 >= u64::from(self.options.max_items) {
            let error = too_many(self.options.max_items);
            self.push_failed(origin, &error)?;
            self.is_full = true;
            return Ok(String::new());
        }
        let row = self.rows.len();
        let hash = self
            .rows
            .push(&self.source, &origin, Some(bytes), &content)?;
        let mut node = Node {
            reference: origin.reference.clone(),
            depth: origin.depth,
            parts: 0,
        };
        let shown = if node.depth >= self.options.max_depth {
            shown(bytes, &content)
        } else if self.open.contains(&hash) {
            let problem = "holds itself, so that it is not opened again";
            self.rows
                .fail(row, &limit(problem.into(), "nothing is lost".into()));
            shown(bytes, &content)
        } else {
            self.open.push(hash);
            let inner = self.inner(bytes, &content, row, &mut node, progress);
            self.open.pop();
            inner?
        };
        Ok(tag(&origin, &content, &shown))
    }

    /// Takes what is in an item; gives its text with the parts decoded.
    fn inner(
        &mut self,
        bytes: &[u8],
        content: &Content,
        row: usize,
        node: &mut Node,
        progress: &mut Progress<'_>,
    ) -> Result<String> {
        if let Some(format) = content.kind.and_then(|kind| kind.format) {
            let (full, result) = self.walk(bytes, format, node, progress);
            match result {
                Err(error @ Error::Cancelled) => return Err(error),
                Err(error) if !self.is_full => self.rows.fail(row, &error),
                _ => {}
            }
            return Ok(match node.parts {
                0 => shown(bytes, content),
                _ => full,
            });
        }
        if let Some((text, _)) = &content.text {
            return self.scan(text.as_bytes(), true, node, true, progress);
        }
        let mut shown = shown(bytes, content);
        if let Some((key, content)) = self.options.xor.then(|| judge::xor(bytes)).flatten() {
            let origin = Origin {
                reference: node.next(),
                parent: Some(&node.reference),
                depth: node.depth + 1,
                method: &format!("xor 0x{key:02x}"),
                ..Origin::default()
            };
            shown += &self.item(&decode::xor(bytes, key), content, origin, progress)?;
        } else if content.kind.is_none_or(|kind| kind.is_open) {
            let parts = node.parts;
            let full = self.scan(bytes, false, node, false, progress)?;
            if node.parts > parts {
                shown += &full[full.find("<decoded ").unwrap_or(full.len())..];
            }
        }
        Ok(shown)
    }

    fn walk(
        &mut self,
        bytes: &[u8],
        format: Format,
        node: &mut Node,
        progress: &mut Progress<'_>,
    ) -> (String, Result<()>) {
        let mut inside = Inside {
            unpacker: self,
            node,
            format,
            progress,
            full: String::new(),
        };
        let result = archive::walk(bytes, format, None, &mut inside);
        (inside.full, result)
    }

    /// Adds an item of which nothing is there but the error.
    fn push_failed(&mut self, mut origin: Origin<'_>, error: &Error) -> Result<()> {
        origin.error = Some(error.to_string());
        self.rows
            .push(&self.source, &origin, None, &Content::default())
            .map(|_| ())
    }
}

/// An archive that is being opened.
struct Inside<'u, 'a, 'n, 'p, 'q> {
    unpacker: &'u mut Unpacker<'a>,
    node: &'n mut Node,
    format: Format,
    progress: &'p mut Progress<'q>,
    full: String,
}

impl Visitor for Inside<'_, '_, '_, '_, '_> {
    fn budget(&mut self) -> &mut Budget {
        &mut self.unpacker.budget
    }

    fn wants(&self, _: &str) -> bool {
        true
    }

    fn member(&mut self, member: Member) -> Result<()> {
        let unpacker = &mut *self.unpacker;
        self.progress.at(0, 1)?;
        let error = match member.error {
            // The archive's own row says it.
            Some(error) if member.bytes.is_empty() && self.format.is_stream() => return Err(error),
            error => error,
        };
        let reference = self.node.next();
        let origin = Origin {
            reference,
            parent: Some(&self.node.reference),
            depth: self.node.depth + 1,
            method: self.format.name(),
            name: member.name.as_deref(),
            error: error.as_ref().map(Error::to_string),
            ..Origin::default()
        };
        let is_over = unpacker.budget.unpacked > unpacker.options.max_bytes;
        match error {
            Some(error)
                if member.bytes.is_empty() || matches!(error, Error::LimitExceeded { .. }) =>
            {
                unpacker.push_failed(origin, &error)?;
            }
            _ => {
                let content = Content::of(&member.bytes, Doubt::Little);
                self.full += &unpacker.item(&member.bytes, content, origin, self.progress)?;
            }
        }
        unpacker.is_full |= is_over;
        match unpacker.is_full {
            true => Err(limit("a limit is reached".into(), String::new())),
            false => Ok(()),
        }
    }
}

/// The candidates of a text that are encoded data, apart and in order.
struct Found<'t> {
    text: &'t [u8],
    min_length: usize,
    aims: Aims,
    candidates: std::vec::IntoIter<Candidate>,
    /// Parts of a candidate that is none as a whole; the next is the last.
    parts: Vec<Candidate>,
    end: usize,
}

impl<'t> Found<'t> {
    fn new(text: &'t [u8], min_length: usize, aims: Aims) -> Self {
        Self {
            text,
            min_length,
            aims,
            candidates: find::candidates(text, min_length).into_iter(),
            parts: Vec::new(),
            end: 0,
        }
    }

    fn judge(&self, candidate: &Candidate) -> Option<Decoded> {
        judge::judge(self.text, candidate, self.aims)
    }

    /// The lines of a candidate that is a list of values rather than one.
    fn list(&self, candidate: &Candidate) -> Option<Vec<Candidate>> {
        let lines = find::lines(self.text, candidate);
        let [first, second, ..] = lines[..] else {
            return None;
        };
        let width = |line: &Candidate| line.end - line.start;
        let is_wrapped = lines.len() > 2 || width(&first) >= width(&second);
        let is_even = lines[1..lines.len() - 1]
            .iter()
            .all(|line| width(line) == width(&first));
        if is_wrapped && is_even && width(&first) >= WRAP_WIDTH {
            return None;
        }
        let is_text = |line| {
            self.judge(line)
                .is_some_and(|found| found.content.text.is_some())
        };
        (is_text(&first) && is_text(&second)).then_some(lines)
    }
}

impl Iterator for Found<'_> {
    type Item = (Candidate, Decoded);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (candidate, is_part) = match self.parts.pop() {
                Some(part) => (part, true),
                None => (self.candidates.next()?, false),
            };
            if candidate.start < self.end {
                continue;
            }
            let is_run = candidate.coding == Coding::Letters && !is_part;
            if let Some(lines) = is_run.then(|| self.list(&candidate)).flatten() {
                self.parts = lines;
                self.parts.reverse();
                continue;
            }
            if let Some(decoded) = self.judge(&candidate) {
                self.end = candidate.end;
                return Some((candidate, decoded));
            }
            if is_run {
                let lines = find::lines(self.text, &candidate);
                let parts = |line: &Candidate| find::parts(self.text, line, self.min_length);
                if lines.len() > 1 {
                    let each = |line: &Candidate| [vec![*line], parts(line)].concat();
                    self.parts = lines.iter().flat_map(each).collect();
                } else {
                    self.parts = parts(&candidate);
                }
                self.parts.reverse();
            }
        }
    }
}

fn limit(problem: String, advice: String) -> Error {
    Error::LimitExceeded {
        place: Place::default(),
        problem,
        advice,
    }
}

fn too_many(max_items: u32) -> Error {
    limit(
        format!("more than {max_items} items, so that the rest is left out"),
        "raise maxItems if the source is to be trusted".into(),
    )
}

/// An item without what is in it: its text, or its first bytes.
fn shown(bytes: &[u8], content: &Content) -> String {
    match &content.text {
        Some((text, _)) => text.clone(),
        None if bytes.len() > SHOWN_BYTES => format!("{} …", printable(&bytes[..SHOWN_BYTES])),
        None => printable(bytes),
    }
}

/// What stands for an item in the text around it, after msticpy's `<decoded …>`.
fn tag(origin: &Origin<'_>, content: &Content, shown: &str) -> String {
    let kind = match (content.file_type(), &content.text) {
        (_, Some(_)) => "string",
        (Some(kind), None) => kind,
        (None, None) => "binary",
    };
    let name = origin.name.map(|name| {
        let name = name
            .replace('&', "&amp;")
            .replace('\'', "&apos;")
            .replace('<', "&lt;");
        format!(" name='{name}'")
    });
    format!(
        "<decoded type='{kind}'{} index='{}' depth='{}'>{shown}</decoded>",
        name.unwrap_or_default(),
        origin.reference,
        origin.depth,
    )
}
