//! Paths of files: Windows, its registry, and Unix.

use super::kind::IocType;
use super::scan::{BREAK, CLASS, Scanner, WORD};

/// Longest name of a file or folder (NTFS, ext4).
const MAX_SEGMENT: usize = 255;

const HIVES: &[&str] = &[
    "HKLM",
    "HKCU",
    "HKCR",
    "HKU",
    "HKCC",
    "HKEY_LOCAL_MACHINE",
    "HKEY_CURRENT_USER",
    "HKEY_CLASSES_ROOT",
    "HKEY_USERS",
    "HKEY_CURRENT_CONFIG",
];
const LONGEST_HIVE: usize = 19;

/// Folders at the root of a Unix system: alone, `/tmp` is a path and `/c` is an option.
const ROOTS: &[&str] = &[
    "bin", "boot", "dev", "etc", "home", "lib", "lib64", "media", "mnt", "opt", "proc", "root",
    "run", "sbin", "srv", "sys", "tmp", "usr", "var",
];

impl Scanner<'_> {
    /// Windows paths that start in this word; they may reach over blanks.
    pub(super) fn windows_paths(&mut self, start: usize, end: usize) {
        let text = self.text;
        for at in memchr::memchr_iter(b'\\', &text[start..end]).map(|at| start + at) {
            if at < self.path_end || self.is_taken(at) {
                continue;
            }
            let Some((begin, kind)) = self.root(start, at) else {
                continue;
            };
            let stop = self.path_stop(begin, at);
            self.path_end = stop.max(at + 1);
            if stop > at + 1 {
                self.add_path(kind, begin, stop);
            }
        }
        self.visited += (end - start) as u64;
    }

    /// What ends at the backslash `at` and begins a path: a drive, a hive, `..`,
    /// a variable, or nothing (UNC and device paths).
    fn root(&self, start: usize, at: usize) -> Option<(usize, IocType)> {
        let text = self.text;
        let head = &text[start..at];
        let bounded = |begin: usize| begin == start || CLASS[text[begin - 1] as usize] & WORD == 0;
        if let [.., drive, b':'] = head {
            let begin = at - 2;
            return (drive.is_ascii_alphabetic() && bounded(begin))
                .then_some((begin, IocType::WindowsPath));
        }
        let length = head
            .iter()
            .rev()
            .take(LONGEST_HIVE + 1)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let word = &head[head.len() - length..];
        if HIVES
            .iter()
            .any(|hive| word.eq_ignore_ascii_case(hive.as_bytes()))
        {
            return Some((at - length, IocType::RegistryKey));
        }
        if head.ends_with(b"HKLM:") || head.ends_with(b"HKCU:") {
            return Some((at - 5, IocType::RegistryKey));
        }
        if word.is_empty() {
            let dots = head
                .iter()
                .rev()
                .take(2)
                .take_while(|&&byte| byte == b'.')
                .count();
            let variable = head
                .ends_with(b"%")
                .then(|| {
                    head[..head.len() - 1]
                        .iter()
                        .rposition(|&byte| byte == b'%')
                })
                .flatten();
            let begin = variable.map_or(at - dots, |open| start + open);
            let unc = text.get(at + 1) == Some(&b'\\')
                && text.get(at + 2).is_some_and(|byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'?' | b'.')
                });
            let device = text[at + 1..].get(..8).is_some_and(|next| {
                next[..7].eq_ignore_ascii_case(b"Device\\")
                    || next.eq_ignore_ascii_case(b"REGISTRY")
            });
            if (bounded(begin) && (dots > 0 || variable.is_some()))
                || ((unc || device) && (at == start || !matches!(text[at - 1], b'\\' | b'.')))
            {
                let registry = text[at + 1..]
                    .get(..8)
                    .is_some_and(|next| next.eq_ignore_ascii_case(b"REGISTRY"));
                return Some((
                    begin,
                    if registry {
                        IocType::RegistryKey
                    } else {
                        IocType::WindowsPath
                    },
                ));
            }
        }
        None
    }

    /// Where a path ends: folders may have blanks if a backslash follows, and
    /// the last part may if the path is quoted.
    fn path_stop(&mut self, begin: usize, first: usize) -> usize {
        let text = self.text;
        let quote = self.before(begin);
        let quoted = matches!(quote, b'"' | b'\'');
        let legal = |byte: u8| {
            (byte == b' ' || CLASS[byte as usize] & BREAK == 0)
                && !matches!(byte, b':' | b'*' | b'?' | b'/')
                && byte != quote_of(quoted, quote)
        };
        let mut stop = first;
        let mut at = first;
        loop {
            // One backslash, or two where it is escaped.
            let slashes = text[at..]
                .iter()
                .take(2)
                .take_while(|&&byte| byte == b'\\')
                .count();
            let name = at + slashes;
            let length = text[name..]
                .iter()
                .take(MAX_SEGMENT)
                .take_while(|&&byte| byte != b'\\' && legal(byte))
                .count();
            self.visited += length as u64 + 2;
            let segment = &text[name..name + length];
            let is_folder =
                slashes > 0 && text.get(name + length) == Some(&b'\\') && !segment.is_empty();
            let blank = segment.iter().position(|&byte| byte == b' ');
            let whole = blank.is_none_or(|blank| quoted || may_have_blanks(segment, blank));
            if is_folder && whole && !segment.ends_with(b" ") && !segment.starts_with(b" ") {
                at = name + length;
                stop = at;
                continue;
            }
            let ends_quoted = quoted && text.get(name + length) == Some(&quote);
            let last = if ends_quoted {
                length
            } else {
                blank.unwrap_or(length)
            };
            let trimmed = segment[..last]
                .iter()
                .rev()
                .take_while(|byte| {
                    matches!(byte, b',' | b';' | b')' | b'.' | b'\'' | b']' | b'}' | b' ')
                })
                .count();
            return if last > trimmed {
                name + last - trimmed
            } else {
                stop
            };
        }
    }

    fn add_path(&mut self, kind: IocType, begin: usize, stop: usize) {
        let found = &self.text[begin..stop];
        let escaped = memchr::memmem::find(&found[2.min(found.len())..], b"\\\\").is_some();
        let value = escaped.then(|| {
            let (head, tail) = found.split_at(2.min(found.len()));
            format!(
                "{}{}",
                String::from_utf8_lossy(head),
                String::from_utf8_lossy(tail).replace("\\\\", "\\")
            )
            .into()
        });
        self.taken.push((begin, stop));
        self.add(kind, begin, stop, value);
    }

    /// Unix paths in this word.
    pub(super) fn linux_paths(&mut self, start: usize, end: usize) {
        let text = self.text;
        let mut at = start;
        while at < end {
            let Some(slash) = memchr::memchr(b'/', &text[at..end]).map(|next| at + next) else {
                break;
            };
            let dots = text[start..slash]
                .iter()
                .rev()
                .take(2)
                .take_while(|&&byte| byte == b'.')
                .count();
            let begin = slash - dots;
            let before = if begin == start {
                b' '
            } else {
                text[begin - 1]
            };
            let starts = CLASS[before as usize] & WORD == 0
                && !matches!(
                    before,
                    b'/' | b'.' | b'\\' | b'-' | b'_' | b'%' | b'$' | b'}' | b'~' | b')' | b']'
                )
                && begin >= self.path_end;
            let legal = |byte: u8| {
                !matches!(
                    byte,
                    b'\''
                        | b';'
                        | b','
                        | b':'
                        | b'*'
                        | b'?'
                        | b'('
                        | b')'
                        | b'['
                        | b']'
                        | b'{'
                        | b'}'
                        | b'='
                        | b'&'
                        | b'\\'
                        | b'$'
                        | b'#'
                )
            };
            let stop = text[slash..end]
                .iter()
                .position(|&byte| !legal(byte))
                .map_or(end, |length| slash + length);
            let stop = stop
                - text[slash..stop]
                    .iter()
                    .rev()
                    .take_while(|byte| matches!(byte, b'.' | b'/' | b'!'))
                    .count()
                    .min(stop - slash - 1);
            if starts
                && !self.is_taken(slash)
                && !matches!(self.before(begin), b'<')
                && is_unix_path(&text[slash..stop], dots > 0)
                && !self.is_request(begin)
            {
                self.add(IocType::LinuxPath, begin, stop, None);
                self.taken.push((begin, stop));
            }
            at = stop.max(slash + 1);
        }
        self.visited += (end - start) as u64;
    }

    /// Whether a method of HTTP stands before: `GET /index.html`.
    fn is_request(&mut self, begin: usize) -> bool {
        matches!(
            self.word_before(begin).as_str(),
            "get"
                | "post"
                | "put"
                | "head"
                | "options"
                | "delete"
                | "patch"
                | "connect"
                | "propfind"
        )
    }
}

fn quote_of(quoted: bool, quote: u8) -> u8 {
    if quoted { quote } else { 0 }
}

/// Whether a part of a path goes on after a blank: `Program Files`, but not
/// `cmd.exe -f dir`, where a file with an ending came before it.
fn may_have_blanks(segment: &[u8], blank: usize) -> bool {
    let head = &segment[..blank];
    let ending = head.iter().rev().take_while(|&&byte| byte != b'.').count();
    let is_file = ending < head.len() && (2..=4).contains(&ending);
    let option = segment
        .windows(2)
        .any(|pair| pair[0] == b' ' && matches!(pair[1], b'-' | b'/'));
    !is_file && !option
}

/// `path` begins with a slash.
fn is_unix_path(path: &[u8], relative: bool) -> bool {
    let mut parts = path[1..].split(|&byte| byte == b'/');
    let first = parts.next().unwrap_or_default();
    let known = std::str::from_utf8(first).is_ok_and(|first| ROOTS.contains(&first));
    let more = parts.any(|part| !part.is_empty());
    let letters = path.iter().any(u8::is_ascii_alphabetic);
    !first.is_empty() && letters && (known || more || relative)
}
