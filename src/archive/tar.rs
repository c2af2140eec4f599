//! Tar archives: what is one, and its files.

use std::io;
use std::ops::Range;

use tar::{Archive, Entry};

use super::{Budget, Member, Visitor, at, broken, cut, join, unpack};
use crate::Result;

const BLOCK_BYTES: usize = 512;
const NAME: Range<usize> = 0..100;
const CHECKSUM: Range<usize> = 148..156;
const MAGIC: Range<usize> = 257..265;
/// With a zero, which no text has: a log may have `ustar` in this place.
const MARKS: [&[u8]; 2] = [b"ustar\x0000", b"ustar  \0"];

/// Whether `bytes` begin with the header of a file in a tar archive. The oldest
/// have no mark, but all have a checksum: the sum of the header's bytes, with
/// blanks for the checksum itself (POSIX.1-1988, ustar).
pub(super) fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..BLOCK_BYTES) else {
        return false;
    };
    if header[NAME][0] == 0 {
        return false;
    }
    if MARKS.contains(&&header[MAGIC]) {
        return true;
    }
    let digits = header[CHECKSUM].iter().filter(|byte| byte.is_ascii_digit());
    let written = digits.fold(0u64, |sum, digit| sum * 8 + u64::from(digit - b'0'));
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    written == sum(header) - sum(&header[CHECKSUM]) + u64::from(b' ') * CHECKSUM.len() as u64
}

/// As [`super::walk`]. What follows a broken header cannot be found, so that it
/// ends the archive.
pub(super) fn walk(bytes: &[u8], outer: Option<&str>, visitor: &mut dyn Visitor) -> Result<()> {
    let mut archive = Archive::new(bytes);
    let unreadable =
        |error: io::Error| broken(at(outer), format!("the tar file is damaged ({error})"));
    for (index, entry) in archive.entries().map_err(unreadable)?.enumerate() {
        let mut entry = entry.map_err(unreadable)?;
        visitor.budget().check_members(index as u64 + 1, outer)?;
        let kind = entry.header().entry_type();
        let sparse = Sparse::of(&mut entry);
        let label = match &sparse {
            Some(sparse) => sparse.name.clone(),
            None => String::from_utf8_lossy(&entry.path_bytes()).into_owned(),
        };
        let is_file = kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse();
        if !is_file || label.ends_with('/') || !visitor.wants(&label) {
            continue;
        }
        let path = join(outer, &label);
        let packed = entry.header().entry_size().unwrap_or(1);
        let size = entry.size();
        let budget = visitor.budget();
        let mut member = unpack(&mut entry, Some(label), Some(&path), packed, budget);
        let is_cut = member.error.is_none() && (member.bytes.len() as u64) < size;
        if is_cut {
            let early = io::ErrorKind::UnexpectedEof.into();
            member.error = Some(cut(at(Some(&path)), member.bytes.len(), &early));
        } else if let (Some(sparse), None) = (sparse, &member.error) {
            member.error = sparse.expand(&mut member, &path, budget).err();
        }
        visitor.member(member)?;
        if is_cut {
            break;
        }
    }
    Ok(())
}

/// A file with holes as `tar --format=pax -S` packs it, which the crate gives as it
/// stands: after a map of what is no hole
/// (<https://www.gnu.org/software/tar/manual/html_node/PAX-1.html>).
struct Sparse {
    name: String,
    size: u64,
}

impl Sparse {
    fn of(entry: &mut Entry<'_, &[u8]>) -> Option<Self> {
        let (mut is_known, mut name, mut size) = (false, None, None);
        for extension in entry.pax_extensions().ok()??.flatten() {
            let value = String::from_utf8_lossy(extension.value_bytes());
            match extension.key_bytes() {
                b"GNU.sparse.major" => is_known = value == "1",
                b"GNU.sparse.name" => name = Some(value.into_owned()),
                b"GNU.sparse.realsize" => size = value.parse().ok(),
                _ => {}
            }
        }
        let (name, size) = (name?, size?);
        is_known.then_some(Self { name, size })
    }

    /// Fills the holes of a member with zeros.
    fn expand(&self, member: &mut Member, path: &str, budget: &mut Budget) -> Result<()> {
        let packed = std::mem::take(&mut member.bytes);
        budget.take(0, self.size, member.packed, Some(path))?;
        member.bytes = self.whole(&packed).ok_or_else(|| {
            let problem = "the map of a file with holes is damaged";
            broken(at(Some(path)), problem.into())
        })?;
        Ok(())
    }

    fn whole(&self, packed: &[u8]) -> Option<Vec<u8>> {
        let mut at = 0;
        let mut number = || -> Option<usize> {
            let rest = &packed[at..];
            let end = memchr::memchr(b'\n', rest)?;
            at += end + 1;
            std::str::from_utf8(&rest[..end]).ok()?.parse().ok()
        };
        let mut parts = Vec::new();
        for _ in 0..number()? {
            parts.push((number()?, number()?));
        }
        let mut data = packed.get(at.next_multiple_of(BLOCK_BYTES)..)?;
        let mut whole = vec![0; usize::try_from(self.size).ok()?];
        for (offset, length) in parts {
            let (part, rest) = data.split_at_checked(length)?;
            let place = offset..offset.checked_add(length)?;
            whole.get_mut(place)?.copy_from_slice(part);
            data = rest;
        }
        Some(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled_by_the_map() {
        let packed = |map: &str, data: &str| format!("{map:\0<512}{data}").into_bytes();
        let rows: [(&str, Vec<u8>, Option<&str>); 6] = [
            (
                "a hole between",
                packed("2\n1\n2\n5\n1\n", "abc"),
                Some("\0ab\0\0c\0\0"),
            ),
            (
                "nothing but a hole",
                packed("1\n8\n0\n", ""),
                Some("\0\0\0\0\0\0\0\0"),
            ),
            ("behind the end", packed("1\n7\n2\n", "ab"), None),
            (
                "an overflow",
                packed("1\n18446744073709551615\n2\n", "ab"),
                None,
            ),
            ("too little data", packed("1\n0\n3\n", "ab"), None),
            ("too few numbers", packed("9999999999\n1\n", ""), None),
        ];
        let sparse = Sparse {
            name: "x".into(),
            size: 8,
        };
        for (name, packed, expected) in rows {
            let expected = expected.map(|text| text.as_bytes().to_vec());
            assert_eq!(sparse.whole(&packed), expected, "{name}");
        }
    }
}
