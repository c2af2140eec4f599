//! Paths of files: Windows, its registry, and Unix.

use super::kind::IocType;
use super::marks::Set;
use super::scan::{Scanner, Value, is_one_of};

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
        let mut at = start;
        loop {
            at = self.marks.next(Set::Backslash, at.max(self.path_end), end);
            if at == end {
                break;
            }
            let root = if self.is_taken(at) {
                None
            } else {
                self.root(start, at)
            };
            if let Some((begin, kind)) = root {
                let stop = self.path_stop(begin, at);
                self.path_end = stop.max(at + 1);
                if stop > at + 1 {
                    self.add_path(kind, begin, stop);
                }
            }
            at += 1;
        }
        self.visited += (end - start) as u64;
    }

    /// What ends at the backslash `at` and begins a path: a drive, a hive, `..`,
    /// a variable, or nothing (UNC and device paths).
    fn root(&self, start: usize, at: usize) -> Option<(usize, IocType)> {
        let head = &self.text[start..at];
        let bounded = |begin: usize| begin == start || !self.is_before(Set::Word, begin);
        if let [.., drive, b':'] = head {
            let is_drive = drive.is_ascii_alphabetic() && bounded(at - 2);
            return is_drive.then_some((at - 2, IocType::WindowsPath));
        }
        let length = head
            .iter()
            .rev()
            .take(LONGEST_HIVE + 1)
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count();
        let word = &head[head.len() - length..];
        if is_one_of(word, HIVES) {
            return Some((at - length, IocType::RegistryKey));
        }
        if head.ends_with(b"HKLM:") || head.ends_with(b"HKCU:") {
            return Some((at - 5, IocType::RegistryKey));
        }
        if !word.is_empty() {
            return None;
        }
        let next = &self.text[at + 1..];
        let is_next = |name: &[u8]| {
            let next = next.get(..name.len());
            next.is_some_and(|next| next.eq_ignore_ascii_case(name))
        };
        let (registry, device) = (is_next(b"REGISTRY"), is_next(b"Device\\"));
        let kind = match registry {
            true => IocType::RegistryKey,
            false => IocType::WindowsPath,
        };
        let dots = head
            .iter()
            .rev()
            .take(2)
            .take_while(|&&byte| byte == b'.')
            .count();
        let begin = self.variable(start, at).unwrap_or(at - dots);
        if begin < at && bounded(begin) {
            return Some((begin, kind));
        }
        let unc = matches!(
            next,
            [
                b'\\',
                b'?' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z',
                ..,
            ]
        );
        let alone = at == start || !matches!(self.text[at - 1], b'\\' | b'.');
        ((unc || device || registry) && alone).then_some((begin, kind))
    }

    /// Where `%NAME%` begins that ends before `at`.
    fn variable(&self, start: usize, at: usize) -> Option<usize> {
        const LONGEST_NAME: usize = 40;
        let name = self.text[start..at].strip_suffix(b"%")?;
        let from = name.len().saturating_sub(LONGEST_NAME);
        let open = name[from..].iter().rposition(|&byte| byte == b'%')?;
        Some(start + from + open)
    }

    /// Where a path ends: folders may have blanks if a backslash follows, and
    /// the last part may if the path is quoted.
    fn path_stop(&mut self, begin: usize, first: usize) -> usize {
        let text = self.text;
        let quote = Some(self.before(begin)).filter(|byte| matches!(byte, b'"' | b'\''));
        let (mut stop, mut at) = (first, first);
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
                .take_while(|&&byte| !ENDS_NAME[byte as usize] && Some(byte) != quote)
                .count();
            self.visited += length as u64 + 2;
            let segment = &text[name..name + length];
            let follows = text.get(name + length).copied();
            let blank = memchr::memchr(b' ', segment);
            let whole =
                blank.is_none_or(|blank| quote.is_some() || may_have_blanks(segment, blank));
            let is_folder = slashes > 0 && follows == Some(b'\\') && !segment.is_empty();
            if is_folder && whole && !segment.ends_with(b" ") && !segment.starts_with(b" ") {
                at = name + length;
                stop = at;
                continue;
            }
            let last = match blank {
                Some(blank) if quote.is_none() || follows != quote => blank,
                _ => length,
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
        self.taken.push((begin, stop));
        self.add(kind, begin, stop, |scanner| {
            let (head, tail) = scanner.text[begin..stop].split_at(2);
            if memchr::memmem::find(tail, b"\\\\").is_none() {
                return Value::Same;
            }
            let tail = String::from_utf8_lossy(tail).replace("\\\\", "\\");
            format!("{}{tail}", String::from_utf8_lossy(head)).into()
        });
    }

    /// Unix paths in this word.
    pub(super) fn linux_paths(&mut self, start: usize, end: usize) {
        let text = self.text;
        let mut at = start;
        loop {
            let slash = self.marks.next(Set::Slash, at, end);
            if slash == end {
                break;
            }
            let dots = text[start..slash]
                .iter()
                .rev()
                .take(2)
                .take_while(|&&byte| byte == b'.')
                .count();
            let begin = slash - dots;
            let length = text[slash..end]
                .iter()
                .position(|&byte| ENDS_UNIX_PATH[byte as usize])
                .unwrap_or(end - slash);
            let tail = text[slash + 1..slash + length.max(1)].iter().rev();
            let tail = tail
                .take_while(|byte| matches!(byte, b'.' | b'/' | b'!'))
                .count();
            let stop = slash + length - tail;
            if self.may_begin_unix_path(start, begin)
                && !self.is_taken(slash)
                && is_unix_path(&text[slash..stop], dots > 0)
                && !self.is_request(begin)
            {
                self.add_same(IocType::LinuxPath, begin, stop);
                self.taken.push((begin, stop));
            }
            at = stop.max(slash + 1);
        }
        self.visited += (end - start) as u64;
    }

    fn may_begin_unix_path(&self, start: usize, begin: usize) -> bool {
        const NOT_BEFORE: &[u8] = b"/.\\-_%$}~)]";
        let inside = begin > start
            && (self.is_before(Set::Word, begin) || NOT_BEFORE.contains(&self.before(begin)));
        !inside && begin >= self.path_end && self.before(begin) != b'<'
    }

    /// Whether a method of HTTP stands before: `GET /index.html`.
    fn is_request(&mut self, begin: usize) -> bool {
        const METHODS: &[&str] = &[
            "get", "post", "put", "head", "options", "delete", "patch", "connect", "propfind",
        ];
        is_one_of(self.word_before(begin), METHODS)
    }
}

/// Bytes that no name of a Windows file has, nor the words around it.
static ENDS_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(
            byte as u8,
            0..b' ' | b'"' | b'<' | b'>' | b'|' | b'`' | 0x7f | b':' | b'*' | b'?' | b'/' | b'\\'
        );
        byte += 1;
    }
    table
};

/// Bytes that end a path of Unix in the text around it.
static ENDS_UNIX_PATH: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = matches!(
            byte as u8,
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
        );
        byte += 1;
    }
    table
};

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
