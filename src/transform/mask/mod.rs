//! Masks what says whose data it is, so that a table can be shown to others and still be worked with.
//!
//! As msticpy 3.0.2's `data_obfus`, but what is equal stays equal in every column and table of one
//! seed, and what differs stays different, so that joins, counts and networks are as before. Masks
//! are of SHA-256 with the seed as its key: without the seed nobody can try out names, with it
//! anybody can. What a mask does not hide: how often a value is there, what it is beside, the
//! public suffix of a name, the range of an address that is not public, the RID of a SID.

mod address;
mod keyed;
mod value;

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, ListArray, UInt32Array};
use arrow_schema::{DataType, Field};

use crate::table::{Map, Progress, TextBuilder, TextColumn, take};
use crate::{Error, Result, Table};
use keyed::Keyed;

/// How a value is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaskKind {
    /// As it looks: one of those below.
    Auto,
    /// All of it becomes 12 letters.
    Text,
    /// Addresses, perhaps several, with ports or prefixes; what is none is masked as an account.
    Ip,
    /// A GUID in its form.
    Uuid,
    /// A Windows security identifier; its RID stays.
    Sid,
    /// `DOMAIN\user`, `user@domain` or `user`; those that every system has stay.
    Account,
    /// A host or domain name, label by label; its public suffix stays.
    Domain,
    /// Texts in JSON; names and numbers stay.
    Json,
    /// Nothing is left of it.
    Null,
}

/// The names that users give, msticpy's where it has one; in the order of the kinds.
const NAMES: &str = "auto, str, ip, uuid, sid, account, domain, dict, list, null";
const KINDS: [MaskKind; 10] = [
    MaskKind::Auto,
    MaskKind::Text,
    MaskKind::Ip,
    MaskKind::Uuid,
    MaskKind::Sid,
    MaskKind::Account,
    MaskKind::Domain,
    MaskKind::Json,
    MaskKind::Json,
    MaskKind::Null,
];

impl MaskKind {
    /// The kind of this name.
    ///
    /// # Errors
    ///
    /// `InvalidArgument`, with the names that there are.
    pub fn parse(name: &str) -> Result<Self> {
        let place = NAMES.split(", ").position(|own| own == name);
        place.map(|place| KINDS[place]).ok_or_else(|| {
            Error::InvalidArgument(
                [
                    "there is no kind of mask `",
                    name,
                    "` (there are: ",
                    NAMES,
                    ")",
                ]
                .concat(),
            )
        })
    }
}

/// One value masked.
///
/// ```
/// use huntbook::transform::mask::{MaskKind, mask_text};
/// let mask = mask_text(r"NT AUTHORITY\SYSTEM", MaskKind::Account, "a secret");
/// assert_eq!(mask, r"NT AUTHORITY\SYSTEM");
/// ```
pub fn mask_text(text: &str, kind: MaskKind, seed: &str) -> String {
    let mut masked = String::new();
    value::mask(&Keyed::new(seed), kind, text, &mut masked);
    masked
}

/// `table` with a column masked, which holds text or lists of text unless `kind` is `Null`. Absent
/// values stay absent; each different value is masked once.
///
/// # Errors
///
/// `ColumnNotFound` and `ColumnType` for the column, `Cancelled` from `progress`, `LimitExceeded`
/// for more than 2 GiB of text.
pub fn mask_column(
    table: &Table,
    name: &str,
    kind: MaskKind,
    seed: &str,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let column = table.column(name)?;
    let keyed = Keyed::new(seed);
    let made = match column.as_list_opt::<i32>() {
        _ if kind == MaskKind::Null => take(column.as_ref(), &UInt32Array::new_null(column.len()))?,
        Some(lists) => {
            let texts = TextColumn::of(lists.values()).map_or_else(|| table.text(name), Ok)?;
            // An item is what a list of its kind holds.
            let kind = match kind {
                MaskKind::Json => MaskKind::Auto,
                kind => kind,
            };
            let values = mask_texts(&keyed, name, &texts, kind, progress)?;
            let field = Arc::new(Field::new_list_field(DataType::Utf8, true));
            let (offsets, nulls) = (lists.offsets().clone(), lists.nulls().cloned());
            Arc::new(ListArray::try_new(field, offsets, values, nulls)?)
        }
        None => mask_texts(&keyed, name, &table.text(name)?, kind, progress)?,
    };
    table.with_column(name, made)
}

fn mask_texts(
    keyed: &Keyed,
    name: &str,
    texts: &TextColumn<'_>,
    kind: MaskKind,
    progress: &mut Progress<'_>,
) -> Result<ArrayRef> {
    let mut made = TextBuilder::with_capacity(texts.len());
    let mut known: Map<&str, (usize, usize)> = Map::default();
    let mut all = String::new();
    for (row, text) in texts.iter().enumerate() {
        if row % 65_536 == 65_535 {
            progress.at(row, texts.len())?;
        }
        let Some(text) = text else {
            made.push(None);
            continue;
        };
        let (start, end) = *known.entry(text).or_insert_with(|| {
            let start = all.len();
            value::mask(keyed, kind, text, &mut all);
            (start, all.len())
        });
        made.push(Some(&all.as_bytes()[start..end]));
    }
    made.finish(name)
}

#[cfg(test)]
mod tests;
