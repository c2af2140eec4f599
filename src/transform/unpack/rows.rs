//! Gathers what was unpacked into a table.

use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, Int64Array, StringArray};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::decode::{digest, lossy, printable};
use super::judge::Content;
use crate::{Error, Place, Result, Table};

/// Where an item comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin<'a> {
    /// Its number among all of its source: `1.2.1` is the first in the second in the first.
    pub(super) reference: String,
    pub(super) parent: Option<&'a str>,
    pub(super) depth: u32,
    /// Where it stands in the text that it was found in.
    pub(super) place: Option<(usize, usize)>,
    pub(super) original: Option<&'a [u8]>,
    pub(super) method: &'a str,
    pub(super) name: Option<&'a str>,
    pub(super) error: Option<String>,
}

/// The row or cell that is being read.
#[derive(Debug, Clone, Default)]
pub(super) struct Source {
    pub(super) index: usize,
    pub(super) column: Option<Arc<str>>,
}

/// A column of text, which says when it is full.
#[derive(Debug, Default)]
struct Texts {
    builder: StringBuilder,
    bytes: usize,
}

impl Texts {
    fn push(&mut self, text: Option<&str>) -> Result<()> {
        self.bytes += text.map_or(0, str::len);
        if i32::try_from(self.bytes).is_err() {
            return Err(Error::LimitExceeded {
                place: Place::default(),
                problem: "what was unpacked fills more than 2 GiB of one column".into(),
                advice: "unpack fewer rows at a time, or lower maxBytes".into(),
            });
        }
        self.builder.append_option(text);
        Ok(())
    }

    fn finish(mut self) -> ArrayRef {
        Arc::new(self.builder.finish())
    }
}

#[derive(Debug, Default)]
pub(super) struct Rows {
    references: Texts,
    parents: Texts,
    depths: Vec<i64>,
    sources: Vec<Source>,
    places: Vec<Option<(usize, usize)>>,
    methods: Texts,
    originals: Texts,
    names: Texts,
    types: Vec<Option<&'static str>>,
    encodings: Vec<Option<&'static str>>,
    texts: Texts,
    bytes: Texts,
    sizes: Vec<Option<i64>>,
    md5: Texts,
    sha1: Texts,
    sha256: Texts,
    errors: Vec<Option<String>>,
    /// For the first row of each source, the source with all parts decoded.
    full: Vec<(usize, String)>,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.depths.len()
    }

    /// Adds an item; `bytes` are `None` if there are none. Returns their SHA-256.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` for more than 2 GiB of text in a column.
    pub(super) fn push(
        &mut self,
        source: &Source,
        origin: &Origin<'_>,
        bytes: Option<&[u8]>,
        content: &Content,
    ) -> Result<[u8; 32]> {
        let text = content.text.as_ref();
        let sha256: [u8; 32] = Sha256::digest(bytes.unwrap_or_default()).into();
        let hash = |digits: String| bytes.map(|_| digits);
        let md5 = hash(digest(&Md5::digest(bytes.unwrap_or_default())));
        let sha1 = hash(digest(&Sha1::digest(bytes.unwrap_or_default())));
        let original = origin.original.map(lossy);
        let binary = bytes.filter(|_| text.is_none()).map(printable);

        self.references.push(Some(&origin.reference))?;
        self.parents
            .push(origin.parent.filter(|parent| !parent.is_empty()))?;
        self.methods.push(Some(origin.method))?;
        self.originals.push(original.as_deref())?;
        self.names.push(origin.name)?;
        self.texts.push(text.map(|(text, _)| text.as_str()))?;
        self.bytes.push(binary.as_deref())?;
        self.md5.push(md5.as_deref())?;
        self.sha1.push(sha1.as_deref())?;
        self.sha256.push(hash(digest(&sha256)).as_deref())?;
        self.depths.push(i64::from(origin.depth));
        self.sources.push(source.clone());
        self.places.push(origin.place);
        self.types.push(content.file_type());
        let encoding = text.map_or("binary", |(_, encoding)| encoding.name());
        self.encodings.push(bytes.map(|_| encoding));
        self.sizes.push(bytes.map(|bytes| bytes.len() as i64));
        self.errors.push(origin.error.clone());
        Ok(sha256)
    }

    /// Says what went wrong with a row, if nothing has so far.
    pub(super) fn fail(&mut self, row: usize, error: &Error) {
        self.errors[row].get_or_insert_with(|| error.to_string());
    }

    pub(super) fn set_full(&mut self, row: usize, text: String) {
        self.full.push((row, text));
    }

    pub(super) fn finish(self) -> Result<Table> {
        let mut full = Texts::default();
        let mut next = self.full.into_iter().peekable();
        for row in 0..self.depths.len() {
            let text = next.next_if(|(at, _)| *at == row);
            full.push(text.as_ref().map(|(_, text)| text.as_str()))?;
        }
        let optional = |texts: Vec<Option<&str>>| Arc::new(StringArray::from(texts)) as ArrayRef;
        let integers = |values: Int64Array| Arc::new(values) as ArrayRef;
        let columns = self.sources.iter().map(|source| source.column.as_deref());
        let indices = self.sources.iter().map(|source| source.index as i64);
        let start = |place: &Option<(usize, usize)>| place.map(|place| place.0 as i64);
        let end = |place: &Option<(usize, usize)>| place.map(|place| place.1 as i64);
        Table::new(vec![
            ("reference", self.references.finish()),
            ("parent", self.parents.finish()),
            ("depth", integers(self.depths.into())),
            ("src_index", integers(indices.collect::<Vec<_>>().into())),
            ("src_column", optional(columns.collect())),
            ("start", integers(self.places.iter().map(start).collect())),
            ("end", integers(self.places.iter().map(end).collect())),
            ("method", self.methods.finish()),
            ("original_string", self.originals.finish()),
            ("file_name", self.names.finish()),
            ("file_type", optional(self.types)),
            ("encoding_type", optional(self.encodings)),
            ("decoded_string", self.texts.finish()),
            ("printable_bytes", self.bytes.finish()),
            ("size", integers(self.sizes.into())),
            ("md5", self.md5.finish()),
            ("sha1", self.sha1.finish()),
            ("sha256", self.sha256.finish()),
            (
                "error",
                optional(self.errors.iter().map(Option::as_deref).collect()),
            ),
            ("full_decoded_string", full.finish()),
        ])
    }
}
