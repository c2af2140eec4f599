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
    "bin",
    "boot",
    "dev",
    "etc",
    "home",
    "lib",
    "lib64",
    "media",
    "mnt",
    "opt",
    "proc",
    "root",
    "run",
    "sbin",
    "srv",
    "sys",
    "tmp",
    "usr",
    "var",
    "Applications",
    "Library",
    "System",
    "Users",
    "Volumes",
    "private",
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
                // In JSON a share begins with four backslashes.
                let is_escaped_share = self.text[begin..].starts_with(br"\\\\");
                let first = if is_escaped_share { begin + 2 } else { at };
                let stop = self.path_stop(begin, first);
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
        let opens = matches!(
            self.before(begin),
            b'=' | b'(' | b'[' | b'{' | b',' | b';' | b':' | b'\'' | b'@'
        );
        if begin < at && (begin == start || opens) {
            return Some((begin, kind));
        }
        let escaped_unc =
            matches!(next, [b'\\', b'\\', b'\\', name, ..] if name.is_ascii_alphanumeric());
        let unc = escaped_unc
            || matches!(
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

    /// Where a path ends, whose first separator is at `first`: folders may have
    /// blanks if a backslash follows; for the last part see [`last_part`].
    fn path_stop(&mut self, begin: usize, first: usize) -> usize {
        let text = self.text;
        let around = match begin {
            0 => Around::Field(b'\n'),
            _ => Around::of(self.before(begin)),
        };
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
                .take_while(|&&byte| !ENDS_NAME[byte as usize] && !around.ends(byte))
                .count();
            self.visited += length as u64 + 2;
            let segment = &text[name..name + length];
            let follows = text.get(name + length).copied();
            let blank = memchr::memchr(b' ', segment);
            let is_relative = text[begin] == b'.';
            let whole = blank.is_none_or(|blank| {
                around.is_quoted() || (!is_relative && may_have_blanks(segment, blank))
            });
            let is_folder = slashes > 0 && follows == Some(b'\\') && !segment.is_empty();
            if is_folder && whole && !segment.ends_with(b" ") && !segment.starts_with(b" ") {
                at = name + length;
                stop = at;
                continue;
            }
            let last = last_part(segment, around, follows);
            return if last > 0 { name + last } else { stop };
        }
    }

    fn add_path(&mut self, kind: IocType, begin: usize, stop: usize) {
        self.taken.push((begin, stop));
        self.add(kind, begin, stop, |scanner| {
            let found = &scanner.text[begin..stop];
            // The two that begin a share are no escape, but its four are.
            let is_share = found.starts_with(br"\\") && !found.starts_with(br"\\\\");
            let (head, tail) = found.split_at(if is_share { 2 } else { 0 });
            if memchr::memmem::find(tail, br"\\").is_none() {
                return Value::Same;
            }
            let mut plain = Vec::with_capacity(found.len());
            plain.extend_from_slice(head);
            let mut rest = tail;
            while let Some(at) = memchr::memmem::find(rest, br"\\") {
                plain.extend_from_slice(&rest[..=at]);
                rest = &rest[at + 2..];
            }
            plain.extend_from_slice(rest);
            String::from_utf8_lossy(&plain).into()
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
        const NOT_BEFORE: &[u8] = b"/.\\-_%$}~)]+";
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

/// Last parts of paths that have blanks and no ending.
const NAMES_WITH_BLANKS: &[&str] = &[
    "Program Files (x86)",
    "Program Files",
    "Documents and Settings",
    "Common Files",
];

/// What a path stands between, by the byte before it.
#[derive(Clone, Copy)]
enum Around {
    /// Between quotes or tags: everything up to this byte belongs together.
    Quotes(u8),
    /// In a field of a table, which this byte ends.
    Field(u8),
    Text,
}

impl Around {
    fn of(before: u8) -> Self {
        match before {
            b'"' | b'\'' => Self::Quotes(before),
            b'>' => Self::Quotes(b'<'),
            b',' | b';' | b'\t' | b'|' | b'\n' => Self::Field(before),
            _ => Self::Text,
        }
    }

    fn is_quoted(self) -> bool {
        matches!(self, Self::Quotes(_))
    }

    fn ends(self, byte: u8) -> bool {
        match self {
            Self::Quotes(close) => byte == close,
            _ => matches!(byte, b',' | b';'),
        }
    }
}

/// How much of the last part of a path, with the text after it up to `follows`,
/// is its name: names between quotes or in a field may have blanks, as in
/// `Plan 2026.docx`, but what follows an ending is an argument, as in `cmd.exe /c`.
fn last_part(segment: &[u8], around: Around, follows: Option<u8>) -> usize {
    let gaps = || memchr::memchr3_iter(b' ', b',', b';', segment);
    let is_whole = match around {
        Around::Quotes(close) => follows == Some(close),
        Around::Field(end) => {
            (follows == Some(end) || follows.is_none_or(|byte| byte < b' '))
                && ending(segment).is_some()
        }
        Around::Text => false,
    };
    let gap = match is_whole {
        true => gaps().find(|&gap| ending(&segment[..gap]).is_some()),
        false => gaps().next(),
    };
    let length = gap.unwrap_or(segment.len());
    let mut known = NAMES_WITH_BLANKS.iter();
    let known = known.find(|name| segment.starts_with(name.as_bytes()));
    let length = known.map_or(length, |name| length.max(name.len()));
    let segment = without_offset(&segment[..length]);
    let mut end = segment.len();
    while end > 0 {
        let opened = |open: u8| memchr::memchr(open, &segment[..end]).is_some();
        match segment[end - 1] {
            b',' | b';' | b'.' | b'\'' | b' ' => {}
            b')' if !opened(b'(') => {}
            b']' if !opened(b'[') => {}
            b'}' if !opened(b'{') => {}
            // AsciiDoc sets text between pairs of plus signs.
            b'+' if segment[..end].ends_with(b"++") => end -= 1,
            _ => break,
        }
        end -= 1;
    }
    end
}

/// The ending of a file's name: 2 to 4 letters or digits after its last dot.
fn ending(name: &[u8]) -> Option<&[u8]> {
    let dot = memchr::memrchr(b'.', name)?;
    let ending = &name[dot + 1..];
    let is_right = (2..=4).contains(&ending.len()) && ending.iter().all(u8::is_ascii_alphanumeric);
    is_right.then_some(ending)
}

/// `ntdll.dll+9ffc5`, as in the call traces of Sysmon, without the offset.
fn without_offset(segment: &[u8]) -> &[u8] {
    match memchr::memrchr(b'+', segment).map(|plus| segment.split_at(plus)) {
        Some((name, offset))
            if ending(name).is_some()
                && offset[1..]
                    .iter()
                    .all(|byte| byte.is_ascii_hexdigit() || *byte == b'x') =>
        {
            name
        }
        _ => segment,
    }
}

/// Whether a part of a path goes on after a blank: `Program Files`, but not
/// `cmd.exe -f dir`, where a file with an ending came before it.
fn may_have_blanks(segment: &[u8], blank: usize) -> bool {
    let option = segment
        .windows(2)
        .any(|pair| pair[0] == b' ' && matches!(pair[1], b'-' | b'/'));
    // A sentence ends: `sets HKLM\Software\Run. Then it …\`
    let sentence = segment[..blank].ends_with(b".");
    let word = segment.rsplit(|&byte| byte == b' ').next();
    let another = word.is_some_and(|word| is_one_of(word, HIVES) || word == b"." || word == b"..");
    ending(&segment[..blank]).is_none() && !option && !sentence && !another
}

/// `path` begins with a slash.
fn is_unix_path(path: &[u8], relative: bool) -> bool {
    let mut parts = path[1..].split(|&byte| byte == b'/');
    let first = parts.next().unwrap_or_default();
    let known = str::from_utf8(first).is_ok_and(|first| ROOTS.contains(&first));
    let more = parts.any(|part| !part.is_empty());
    let letters = path.iter().any(u8::is_ascii_alphabetic);
    !first.is_empty() && letters && (known || more || relative) && (known || !is_base64(path))
}

/// Whether a path looks like base64, which has a slash now and then: it has none
/// of the punctuation of names, and capitals, small letters and digits follow
/// one another at random.
fn is_base64(path: &[u8]) -> bool {
    const LONG: usize = 16;
    let class = |byte: u8| match byte {
        b'A'..=b'Z' => 1,
        b'a'..=b'z' => 2,
        b'0'..=b'9' => 3,
        _ => 4,
    };
    let legal = |&byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let changes = path
        .windows(2)
        .filter(|pair| class(pair[0]) != class(pair[1]));
    path.len() >= LONG && path.iter().all(legal) && 5 * changes.count() > 2 * path.len()
}
