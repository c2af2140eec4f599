//! Opens archives and compressed files, and those inside them.

use super::{Limits, Member};
use crate::archive::{self, Budget, Format, Visitor, join};
use crate::table::Progress;
use crate::{Error, Result};

/// Archives in archives are opened this deep: a zip of `log.json.gz` is two.
const MAX_DEPTH: u32 = 3;

/// Whether [`open`] knows the bytes.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    Format::of(bytes).is_some()
}

/// Unpacks an archive; directories and files that are not logs (`__MACOSX/…`,
/// `.DS_Store`) are left out.
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
        budget: Budget {
            max_bytes: limits.max_bytes,
            max_ratio: limits.max_ratio,
            max_members: limits.max_members,
            unpacked: 0,
            large: 0,
            options: "limits.",
        },
        progress,
        total: bytes.len() as u64,
        packed: 0,
        members: Vec::new(),
    };
    opener.open(&bytes, name.map(String::from), 0)?;
    Ok(opener.members)
}

struct Opener<'a, 'p> {
    budget: Budget,
    progress: &'a mut Progress<'p>,
    /// Bytes of the outermost file, and how many of them are done.
    total: u64,
    packed: u64,
    members: Vec<Member>,
}

impl Opener<'_, '_> {
    fn open(&mut self, bytes: &[u8], name: Option<String>, depth: u32) -> Result<()> {
        match Format::of(bytes) {
            Some(format) => {
                let mut inside = Inside {
                    name: name.as_deref(),
                    is_stream: format.is_stream(),
                    depth,
                    opener: self,
                };
                archive::walk(bytes, format, name.as_deref(), &mut inside)
            }
            None => Ok(()),
        }
    }
}

/// One archive, whose members go to the opener.
struct Inside<'o, 'a, 'p> {
    name: Option<&'o str>,
    /// Whether its one member has the archive's name, without its ending.
    is_stream: bool,
    depth: u32,
    opener: &'o mut Opener<'a, 'p>,
}

impl Visitor for Inside<'_, '_, '_> {
    fn budget(&mut self) -> &mut Budget {
        &mut self.opener.budget
    }

    fn wants(&self, label: &str) -> bool {
        !is_noise(label)
    }

    /// Keeps a member, or opens it if it is an archive.
    fn member(&mut self, member: archive::Member) -> Result<()> {
        let opener = &mut *self.opener;
        if let Some(error @ Error::LimitExceeded { .. }) = member.error {
            return Err(error);
        }
        opener.packed += member.packed;
        let (done, total) = (opener.packed.min(opener.total), opener.total);
        opener.progress.at(done as usize, total as usize)?;
        let name = match (member.name, self.is_stream) {
            (Some(label), false) => Some(join(self.name, &label)),
            _ => self.name.map(without_ending),
        };
        if member.error.is_none() && self.depth + 1 < MAX_DEPTH && is_archive(&member.bytes) {
            return opener.open(&member.bytes, name, self.depth + 1);
        }
        let content = match member.error {
            Some(error) => Err(error),
            None => Ok(member.bytes),
        };
        opener.members.push(Member { name, content });
        Ok(())
    }
}

fn without_ending(name: &str) -> String {
    const ENDINGS: [(&str, &str); 8] = [
        (".gz", ""),
        (".gzip", ""),
        (".tgz", ".tar"),
        (".bz2", ""),
        (".tbz", ".tar"),
        (".tbz2", ".tar"),
        (".xz", ""),
        (".txz", ".tar"),
    ];
    for (ending, instead) in ENDINGS {
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

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

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

    fn tar(names: &[&str]) -> Vec<u8> {
        let mut writer = tar::Builder::new(Vec::new());
        for name in names {
            let mut header = tar::Header::new_gnu();
            header.set_size(1);
            writer
                .append_data(&mut header, name, &b"x"[..])
                .expect("memory");
        }
        writer.into_inner().expect("memory")
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
    fn a_log_that_says_ustar_is_no_archive() {
        for text in ["ustar 00 in a log", "ustar"] {
            let log = format!("{:257}{text}{:400}", "GET /", "");
            assert!(!is_archive(log.as_bytes()), "{text}");
        }
        assert!(is_archive(&tar(&["a"])));
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
                few.clone(),
                "limitExceeded",
            ),
            (
                "many members of a tar",
                tar(&["a", "b"]),
                few.clone(),
                "limitExceeded",
            ),
            (
                "a tar cut in a member",
                tar(&["a"])[..512].to_vec(),
                Limits::default(),
                "badInput",
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
