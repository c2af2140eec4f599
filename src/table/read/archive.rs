//! Opens gzip and zip files, and those inside them.
//!
//! Nothing is trusted: sizes in headers are hints, every limit is checked while
//! bytes come out, so a bomb stops at the limit and never fills the memory.
//! Formats: RFC 1952 (gzip, several members), PKWARE APPNOTE 6.3 (zip: stored,
//! deflate, zip64, data descriptors).

use std::io::{self, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Limits, Member};
use crate::table::Progress;
use crate::{Error, Place, Result};

const GZIP: &[u8] = &[0x1f, 0x8b, 8];
const ZIP: &[u8] = b"PK\x03\x04";
const EMPTY_ZIP: &[u8] = b"PK\x05\x06";

/// Archives in archives are opened this deep: a zip of `log.json.gz` is two.
const MAX_DEPTH: u32 = 3;

/// The ratio is looked at once a member has unpacked to this many bytes,
/// because small files of zeros or blanks pass any ratio.
const RATIO_FROM_BYTES: u64 = 16 << 20;

const CHUNK_BYTES: usize = 256 << 10;

/// Whether [`open`] knows the bytes.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    [GZIP, ZIP, EMPTY_ZIP]
        .iter()
        .any(|magic| bytes.starts_with(magic))
}

/// Unpacks a gzip or zip file; directories and files that are not logs
/// (`__MACOSX/…`, `.DS_Store`) are left out.
///
/// # Errors
///
/// `BadInput` when the archive itself is broken, `LimitExceeded`, `Cancelled`.
/// A member that cannot be read is an error in its [`Member::content`].
pub(super) fn open(
    bytes: Vec<u8>,
    name: Option<&str>,
    limits: &Limits,
    progress: &mut Progress<'_>,
) -> Result<Vec<Member>> {
    let mut opener = Opener {
        limits,
        progress,
        total: bytes.len() as u64,
        packed: 0,
        unpacked: 0,
        members: Vec::new(),
    };
    opener.open(bytes, name.map(String::from), 0)?;
    Ok(opener.members)
}

struct Opener<'a, 'p> {
    limits: &'a Limits,
    progress: &'a mut Progress<'p>,
    /// Bytes of the outermost file, and how many of them are done.
    total: u64,
    packed: u64,
    /// Bytes that have come out of all members so far.
    unpacked: u64,
    members: Vec<Member>,
}

/// Why a member ended early: its own fault, or a reason to stop everything.
enum Stop {
    Member(Error),
    All(Error),
}

impl Opener<'_, '_> {
    fn open(&mut self, bytes: Vec<u8>, name: Option<String>, depth: u32) -> Result<()> {
        if bytes.starts_with(GZIP) {
            let inner = name.as_deref().map(without_gz);
            let content = self.inflate(
                MultiGzDecoder::new(bytes.as_slice()),
                bytes.len() as u64,
                name.as_deref(),
            );
            return self.add(content, inner, depth);
        }
        self.open_zip(bytes, name, depth)
    }

    fn open_zip(&mut self, bytes: Vec<u8>, outer: Option<String>, depth: u32) -> Result<()> {
        let place = || at(outer.as_deref());
        let mut zip = ZipArchive::new(Cursor::new(bytes.as_slice()))
            .map_err(|error| broken(place(), format!("the zip file cannot be opened ({error})")))?;
        if zip.len() as u64 > self.limits.max_members {
            return Err(Error::LimitExceeded {
                place: place(),
                problem: format!(
                    "{} files in it, more than {}",
                    zip.len(),
                    self.limits.max_members
                ),
                advice: "raise limits.maxMembers if the file is to be trusted".into(),
            });
        }
        for index in 0..zip.len() {
            let label: String = match zip.name_for_index(index) {
                Some(Ok(label)) => label.into(),
                _ => format!("file {}", index + 1),
            };
            if is_noise(&label) {
                continue;
            }
            let name = match &outer {
                Some(outer) => format!("{outer}/{label}"),
                None => label,
            };
            let content = match zip.by_index(index) {
                Ok(member) => {
                    let packed = member.compressed_size().max(1);
                    self.inflate(member, packed, Some(&name))
                }
                Err(error) => Err(Stop::Member(zip_problem(at(Some(&name)), &error))),
            };
            self.add(content, Some(name), depth)?;
        }
        Ok(())
    }

    /// Keeps a member, or opens it if it is an archive.
    fn add(
        &mut self,
        content: Result<Vec<u8>, Stop>,
        name: Option<String>,
        depth: u32,
    ) -> Result<()> {
        let content = match content {
            Ok(bytes) if depth + 1 < MAX_DEPTH && is_archive(&bytes) => {
                return self.open(bytes, name, depth + 1);
            }
            Ok(bytes) => Ok(bytes),
            Err(Stop::All(error)) => return Err(error),
            Err(Stop::Member(error)) => Err(error),
        };
        self.members.push(Member { name, content });
        Ok(())
    }

    /// Reads a member to its end; `packed` is its size in the archive.
    fn inflate(
        &mut self,
        mut reader: impl Read,
        packed: u64,
        name: Option<&str>,
    ) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            let count = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => return Err(Stop::Member(cut(at(name), bytes.len(), &error))),
            };
            self.unpacked += count as u64;
            self.check(bytes.len() as u64 + count as u64, packed, name)
                .map_err(Stop::All)?;
            bytes.extend_from_slice(&chunk[..count]);
        }
        self.packed += packed;
        let (done, total) = (self.packed.min(self.total) as usize, self.total as usize);
        self.progress.at(done, total).map_err(Stop::All)?;
        Ok(bytes)
    }

    fn check(&mut self, size: u64, packed: u64, name: Option<&str>) -> Result<()> {
        let Limits {
            max_bytes,
            max_ratio,
            ..
        } = *self.limits;
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
            place: at(name),
            problem,
            advice: format!("raise limits.{option} if the file is to be trusted"),
        })
    }
}

fn at(name: Option<&str>) -> Place {
    Place {
        file: name.map(String::from),
        ..Place::default()
    }
}

fn without_gz(name: &str) -> String {
    for (ending, instead) in [(".gz", ""), (".gzip", ""), (".tgz", ".tar")] {
        if name.to_ascii_lowercase().ends_with(ending) {
            return format!("{}{instead}", &name[..name.len() - ending.len()]);
        }
    }
    name.to_string()
}

fn is_noise(label: &str) -> bool {
    let file = label.rsplit(['/', '\\']).next().unwrap_or_default();
    file.is_empty()
        || label.starts_with("__MACOSX/")
        || matches!(file, ".DS_Store" | "Thumbs.db" | "desktop.ini")
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
        _ => format!("the compressed data is damaged ({error})"),
    };
    broken(place, format!("{what}, after {got} unpacked bytes"))
}

fn zip_problem(place: Place, error: &ZipError) -> Error {
    let (problem, advice) = match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => (
            "is encrypted".to_string(),
            "unpack it with its password first",
        ),
        ZipError::UnsupportedArchive(why) => (
            format!("is packed in a way that is not supported ({why})"),
            "unpack it first, or pack it with deflate",
        ),
        other => return broken(place, format!("cannot be read ({other})")),
    };
    Error::Unsupported {
        place,
        problem,
        advice: advice.into(),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = GzEncoder::new(Vec::new(), Compression::default());
        writer.write_all(bytes).expect("memory");
        writer.finish().expect("memory")
    }

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer
                .start_file(*name, SimpleFileOptions::default())
                .expect("a name");
            writer.write_all(bytes).expect("memory");
        }
        writer.finish().expect("memory").into_inner()
    }

    fn opened(bytes: Vec<u8>, name: &str, limits: &Limits) -> Result<Vec<(String, Vec<u8>)>> {
        let members = open(bytes, Some(name), limits, &mut Progress::none())?;
        members
            .into_iter()
            .map(|member| Ok((member.name.unwrap_or_default(), member.content?)))
            .collect()
    }

    #[test]
    fn opens_what_is_inside() {
        let two = [gzip(b"one\n"), gzip(b"two\n")].concat();
        let nested = zip(&[("day1.json.gz", &gzip(b"{}")), ("a/b.csv", b"x\n1\n")]);
        let noisy = zip(&[("__MACOSX/._x", b"x"), ("d/.DS_Store", b"x"), ("x", b"y")]);
        type Row = (
            &'static str,
            Vec<u8>,
            &'static str,
            &'static [(&'static str, &'static str)],
        );
        let rows: [Row; 5] = [
            (
                "gzip",
                gzip(b"a,b\n"),
                "log.csv.gz",
                &[("log.csv", "a,b\n")],
            ),
            (
                "gzip of several members",
                two,
                "l.GZ",
                &[("l", "one\ntwo\n")],
            ),
            (
                "gzip inside zip",
                nested,
                "logs.zip",
                &[("logs.zip/day1.json", "{}"), ("logs.zip/a/b.csv", "x\n1\n")],
            ),
            (
                "what is no log is left out",
                noisy,
                "n.zip",
                &[("n.zip/x", "y")],
            ),
            ("an empty zip", zip(&[]), "e.zip", &[]),
        ];
        for (name, bytes, file, expected) in rows {
            let members = opened(bytes, file, &Limits::default()).expect(name);
            let found: Vec<(&str, &str)> = members
                .iter()
                .map(|(name, bytes)| (name.as_str(), std::str::from_utf8(bytes).expect("text")))
                .collect();
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn broken_and_hostile_files_are_errors() {
        let text: Vec<u8> = (0..100_000u32).flat_map(u32::to_le_bytes).collect();
        let packed = gzip(&text);
        let mut flipped = packed.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0xff;
        let small = Limits {
            max_bytes: 1000,
            ..Limits::default()
        };
        let few = Limits {
            max_members: 1,
            ..Limits::default()
        };
        let bomb = gzip(&vec![0; 64 << 20]);
        let rows = [
            (
                "cut short",
                packed[..packed.len() / 2].to_vec(),
                Limits::default(),
                "badInput",
            ),
            ("damaged", flipped, Limits::default(), "badInput"),
            ("larger than the limit", packed, small, "limitExceeded"),
            ("a bomb", bomb.clone(), Limits::default(), "limitExceeded"),
            (
                "a bomb in a zip",
                zip(&[("b.gz", &bomb)]),
                Limits::default(),
                "limitExceeded",
            ),
            (
                "many members",
                zip(&[("a", b""), ("b", b"")]),
                few,
                "limitExceeded",
            ),
            (
                "no directory",
                b"PK\x03\x04 and no more".to_vec(),
                Limits::default(),
                "badInput",
            ),
        ];
        for (name, bytes, limits, code) in rows {
            let error = opened(bytes, "f", &limits).expect_err(name);
            assert_eq!(error.code(), code, "{name}: {error}");
        }
    }
}
