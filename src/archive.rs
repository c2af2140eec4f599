//! Archives and compressed streams: what they are, and what is in them.
//!
//! Nothing is trusted: sizes in headers are hints, every limit is checked while
//! bytes come out, so a bomb stops at the limit and never fills the memory. What
//! had come out before a member broke is kept beside the error.
//!
//! Formats: RFC 1952 (gzip, several members), PKWARE APPNOTE 6.3 (zip: stored,
//! deflate, zip64, data descriptors), POSIX.1-1988 to 2001 and GNU tar, bzip2,
//! and xz (<https://tukaani.org/xz/xz-file-format.txt>).

mod tar;

use std::io::{self, Cursor, Read};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use lzma_rust2::XzReader;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Error, Place, Result};

/// The ratio is looked at once a member has unpacked to this many bytes,
/// because small files of zeros or blanks pass any ratio.
const RATIO_FROM_BYTES: u64 = 16 << 20;

const CHUNK_BYTES: u64 = 64 << 10;

/// The most memory an xz stream may ask for: `xz -9` needs 65 MiB.
const XZ_MEMORY_KIB: u32 = 80 << 10;

/// Most bzip2 and xz streams of one run: each takes megabytes before it gives a
/// byte, so that thousands of tiny ones would take long.
const MOST_LARGE: u32 = 1000;

/// A kind of archive, or of compressed stream, which is an archive of one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Gzip,
    Zip,
    Tar,
    Bzip2,
    Xz,
    /// Has only a weak mark, so that [`Format::of`] does not give it.
    Zlib,
    /// Has no mark at all.
    Deflate,
}

impl Format {
    /// The format of bytes that are an archive by their first bytes.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [0x1f, 0x8b, 8, ..] => Self::Gzip,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Zip,
            [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if is_bzip2_block(rest) => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            _ if tar::is_tar(bytes) => Self::Tar,
            _ => return None,
        })
    }

    /// Its usual ending, which msticpy takes for its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gz",
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::Bzip2 => "bz2",
            Self::Xz => "xz",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
        }
    }

    /// Whether it holds one member without much of a name.
    pub(crate) fn is_stream(self) -> bool {
        !matches!(self, Self::Zip | Self::Tar)
    }
}

/// After its header a bzip2 stream has a block, or ends: the digits of π or of its root.
fn is_bzip2_block(rest: &[u8]) -> bool {
    rest.starts_with(b"\x31\x41\x59\x26\x53\x59") || rest.starts_with(b"\x17\x72\x45\x38\x50\x90")
}

/// What may come out of archives, and what has.
#[derive(Debug, Clone)]
pub(crate) struct Budget {
    /// Most bytes of all members together.
    pub(crate) max_bytes: u64,
    /// Most unpacked bytes for each packed one.
    pub(crate) max_ratio: f64,
    /// Most members of one archive.
    pub(crate) max_members: u64,
    /// Bytes that have come out so far.
    pub(crate) unpacked: u64,
    /// Streams so far that needed much memory.
    pub(crate) large: u32,
    /// What precedes the name of an option in an error: `limits.` or nothing.
    pub(crate) options: &'static str,
}

/// A file in an archive.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: Option<String>,
    /// Its size in the archive, at least 1.
    pub(crate) packed: u64,
    /// Its bytes, or what came out before `error`.
    pub(crate) bytes: Vec<u8>,
    pub(crate) error: Option<Error>,
}

/// Gets the members of an archive, one at a time.
pub(crate) trait Visitor {
    /// The limits, which the visitor may share between archives.
    fn budget(&mut self) -> &mut Budget;

    /// Whether a member of that name is wanted; others are not unpacked.
    fn wants(&self, name: &str) -> bool;

    /// Takes a member; an error ends the walk.
    fn member(&mut self, member: Member) -> Result<()>;
}

/// Unpacks `bytes`, which are of `format`; `name` is for errors. Members that are
/// directories or links are left out.
///
/// # Errors
///
/// `BadInput` when the archive itself is broken, `LimitExceeded` for too many
/// members, and those of the visitor. A member that cannot be read, or is too
/// large, has its error in [`Member::error`].
pub(crate) fn walk(
    bytes: &[u8],
    format: Format,
    name: Option<&str>,
    visitor: &mut dyn Visitor,
) -> Result<()> {
    match format {
        Format::Zip => return walk_zip(bytes, name, visitor),
        Format::Tar => return tar::walk(bytes, name, visitor),
        _ => {}
    }
    if matches!(format, Format::Bzip2 | Format::Xz) {
        visitor.budget().take_large(name)?;
    }
    let mut inner = None;
    let mut reader: Box<dyn Read + '_> = match format {
        Format::Gzip => {
            let decoder = GzDecoder::new(bytes);
            let header = decoder.header().and_then(|header| header.filename());
            inner = header.map(|name| String::from_utf8_lossy(name).into_owned());
            Box::new(Gzip(decoder))
        }
        Format::Bzip2 => Box::new(MultiBzDecoder::new(bytes)),
        Format::Xz => Box::new(XzReader::new_mem_limit(bytes, true, XZ_MEMORY_KIB)),
        Format::Zlib => Box::new(ZlibDecoder::new(bytes)),
        _ => Box::new(DeflateDecoder::new(bytes)),
    };
    let member = unpack(
        &mut reader,
        inner,
        name,
        bytes.len() as u64,
        visitor.budget(),
    );
    visitor.member(member)
}

/// One gzip member after the other, then perhaps zeros, as tapes and disks pad a file.
struct Gzip<'a>(GzDecoder<&'a [u8]>);

impl Read for Gzip<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let count = self.0.read(into)?;
            let rest = *self.0.get_ref();
            if count > 0 || into.is_empty() || rest.iter().all(|&byte| byte == 0) {
                return Ok(count);
            }
            self.0 = GzDecoder::new(rest);
        }
    }
}

fn walk_zip(bytes: &[u8], outer: Option<&str>, visitor: &mut dyn Visitor) -> Result<()> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        broken(
            at(outer),
            format!("the zip file cannot be opened ({error})"),
        )
    })?;
    visitor.budget().check_members(zip.len() as u64, outer)?;
    let mut packed_before = 0;
    for index in 0..zip.len() {
        let label: String = match zip.name_for_index(index) {
            Some(Ok(label)) => label.into(),
            _ => format!("file {}", index + 1),
        };
        if label.ends_with('/') || !visitor.wants(&label) {
            continue;
        }
        let path = join(outer, &label);
        let member = match zip.by_index(index) {
            Ok(mut member) => {
                let packed = member.compressed_size();
                packed_before += packed;
                if packed_before > bytes.len() as u64 {
                    return Err(overlapping(outer));
                }
                unpack(
                    &mut member,
                    Some(label),
                    Some(&path),
                    packed,
                    visitor.budget(),
                )
            }
            Err(error) => Member {
                name: Some(label),
                packed: 1,
                bytes: Vec::new(),
                error: Some(zip_problem(at(Some(&path)), &error)),
            },
        };
        visitor.member(member)?;
    }
    Ok(())
}

/// Reads a member to its end, or until it breaks or a limit is reached; `path`
/// is for errors, and `packed` is its size in the archive.
fn unpack(
    reader: &mut dyn Read,
    name: Option<String>,
    path: Option<&str>,
    packed: u64,
    budget: &mut Budget,
) -> Member {
    let mut bytes = Vec::new();
    let packed = packed.max(1);
    let error = loop {
        let before = bytes.len();
        let read = Read::take(&mut *reader, CHUNK_BYTES).read_to_end(&mut bytes);
        let more = (bytes.len() - before) as u64;
        if let Err(error) = budget.take(before as u64, more, packed, path) {
            bytes.truncate(before);
            break Some(error);
        }
        match read {
            Ok(0) => break None,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                break Some(unsupported(at(path), &error.to_string()));
            }
            Err(error) => break Some(cut(at(path), bytes.len(), &error)),
        }
    };
    Member {
        name,
        packed,
        bytes,
        error,
    }
}

/// What lies in a file twice is there to unpack for ever
/// (<https://www.bamsoftware.com/hacks/zipbomb/>).
fn overlapping(outer: Option<&str>) -> Error {
    Error::LimitExceeded {
        place: at(outer),
        problem: "its files lie over each other, as in zip bombs".into(),
        advice: "the rest is left out; no usual program writes such a file".into(),
    }
}

impl Budget {
    /// Says if an archive has too many members.
    fn check_members(&self, count: u64, path: Option<&str>) -> Result<()> {
        let Self {
            max_members,
            options,
            ..
        } = *self;
        if count <= max_members {
            return Ok(());
        }
        Err(Error::LimitExceeded {
            place: at(path),
            problem: format!("more than {max_members} files in it"),
            advice: format!("raise {options}maxMembers if the file is to be trusted"),
        })
    }

    /// Counts a stream that needs much memory.
    fn take_large(&mut self, path: Option<&str>) -> Result<()> {
        self.large += 1;
        if self.large <= MOST_LARGE {
            return Ok(());
        }
        Err(Error::LimitExceeded {
            place: at(path),
            problem: format!("more than {MOST_LARGE} bzip2 and xz streams"),
            advice: "read the file in parts".into(),
        })
    }

    /// Counts `more` bytes of a member of which `size` came out before.
    ///
    /// # Errors
    ///
    /// `LimitExceeded`.
    pub(crate) fn take(
        &mut self,
        size: u64,
        more: u64,
        packed: u64,
        path: Option<&str>,
    ) -> Result<()> {
        let Self {
            max_bytes,
            max_ratio,
            options,
            ..
        } = *self;
        self.unpacked += more;
        let size = size + more;
        let (problem, option) = if self.unpacked > max_bytes {
            (
                format!("unpacks to more than {max_bytes} bytes"),
                "maxBytes",
            )
        } else if size >= RATIO_FROM_BYTES && size as f64 > max_ratio * packed as f64 {
            (
                format!("unpacks to more than {max_ratio} times its size, as zip bombs do"),
                "maxRatio",
            )
        } else {
            return Ok(());
        };
        Err(Error::LimitExceeded {
            place: at(path),
            problem,
            advice: format!("raise {options}{option} if the file is to be trusted"),
        })
    }
}

/// The name of a member, after that of its archive.
pub(crate) fn join(outer: Option<&str>, label: &str) -> String {
    match outer {
        Some(outer) => format!("{outer}/{label}"),
        None => label.into(),
    }
}

fn at(name: Option<&str>) -> Place {
    Place {
        file: name.map(String::from),
        ..Place::default()
    }
}

fn broken(place: Place, problem: String) -> Error {
    Error::BadInput {
        place,
        problem,
        advice: "the file may be cut short or damaged: fetch it again".into(),
    }
}

fn cut(place: Place, got: usize, error: &io::Error) -> Error {
    let what = match error.kind() {
        io::ErrorKind::UnexpectedEof => "the compressed data ends too early".to_string(),
        io::ErrorKind::OutOfMemory => "the compressed data asks for too much memory".to_string(),
        _ => format!("the compressed data is damaged ({error})"),
    };
    broken(place, format!("{what}, after {got} unpacked bytes"))
}

fn zip_problem(place: Place, error: &ZipError) -> Error {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Error::Unsupported {
            place,
            problem: "is encrypted".into(),
            advice: "unpack it with its password first".into(),
        },
        ZipError::UnsupportedArchive(why) => unsupported(place, why),
        other => broken(place, format!("cannot be read ({other})")),
    }
}

fn unsupported(place: Place, why: &str) -> Error {
    Error::Unsupported {
        place,
        problem: format!("is packed in a way that is not supported ({why})"),
        advice: "unpack it first, or pack it with deflate".into(),
    }
}
