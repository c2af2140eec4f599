//! Tar archives: what is one, and its files.

use std::io;
use std::ops::Range;

use tar::Archive;

use super::{Visitor, at, broken, cut, join, unpack};
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
        let label = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let is_file = kind.is_file() || kind.is_contiguous() || kind.is_gnu_sparse();
        if !is_file || label.ends_with('/') || !visitor.wants(&label) {
            continue;
        }
        let path = join(outer, &label);
        let packed = entry.header().entry_size().unwrap_or(1);
        let size = entry.size();
        let mut member = unpack(
            &mut entry,
            Some(label),
            Some(&path),
            packed,
            visitor.budget(),
        );
        let is_cut = member.error.is_none() && (member.bytes.len() as u64) < size;
        if is_cut {
            let early = io::ErrorKind::UnexpectedEof.into();
            member.error = Some(cut(at(Some(&path)), member.bytes.len(), &early));
        }
        visitor.member(member)?;
        if is_cut {
            break;
        }
    }
    Ok(())
}
