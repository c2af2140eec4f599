//! One pass over text: words, then what each may be.
//!
//! A word is a run of bytes without blanks, quotes, `<`, `>`, `|`. While its
//! end is looked for, a table tells which special bytes it has, and only the
//! recognisers that these bytes allow look at it; most words have none.
//! Recognisers look at most a bounded number of bytes outside what they consume,
//! so that the whole is linear on any input; [`Scanner::visited`] counts them.

use super::kind::{IocType, Kinds};
use super::ranges::Ranges;
use crate::transform::defang::Refanged;

/// An indicator in the scanned text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) kind: IocType,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The canonical form where it differs from the text.
    pub(super) value: Option<Box<str>>,
}

pub(super) const BREAK: u16 = 1;
pub(super) const DOT: u16 = 2;
pub(super) const COLON: u16 = 4;
pub(super) const AT: u16 = 8;
pub(super) const SLASH: u16 = 16;
pub(super) const BACKSLASH: u16 = 32;
pub(super) const PERCENT: u16 = 64;
pub(super) const DIGIT: u16 = 128;
/// May stand in a host name.
pub(super) const HOST: u16 = 256;
/// Hexadecimal digit.
pub(super) const HEX: u16 = 512;
/// Letter, digit or a byte of a letter that is not ASCII.
pub(super) const WORD: u16 = 1024;

pub(super) static CLASS: [u16; 256] = classes();

const fn classes() -> [u16; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        table[byte] = match letter {
            0..=b' ' | b'"' | b'<' | b'>' | b'|' | b'`' | 0x7f => BREAK,
            b'.' => DOT | HOST,
            b':' => COLON,
            b'@' => AT,
            b'/' => SLASH,
            b'\\' => BACKSLASH,
            b'%' => PERCENT,
            b'0'..=b'9' => DIGIT | HOST | HEX | WORD,
            b'a'..=b'f' | b'A'..=b'F' => HOST | HEX | WORD,
            b'g'..=b'z' | b'G'..=b'Z' | 128.. => HOST | WORD,
            b'-' | b'_' => HOST,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// Shortest word without a digit that may be something: a hash.
const SHORTEST_PLAIN: usize = 26;

pub(super) struct Scanner<'a> {
    pub(super) text: &'a [u8],
    pub(super) kinds: Kinds,
    /// Set where `text` was defanged.
    pub(super) refanged: Option<&'a Refanged>,
    /// Whether the text is known to be one indicator, so that a doubtful name
    /// such as `evil.zip` is a domain.
    pub(super) sure: bool,
    pub(super) hits: Vec<Hit>,
    /// Parts of the current word that belong to a URL, an address or a path.
    pub(super) taken: Ranges,
    /// Of the current word, what holds nothing else to find: the authorities of
    /// URLs, and e-mail addresses. The rest of a URL may hold more indicators.
    pub(super) closed: Ranges,
    /// Where the last Windows path ended; it may reach over blanks.
    pub(super) path_end: usize,
    /// How many bytes all recognisers have looked at.
    pub(super) visited: u64,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8], kinds: Kinds, refanged: Option<&'a Refanged>) -> Self {
        Self {
            text,
            kinds,
            refanged,
            sure: false,
            hits: Vec::new(),
            taken: Ranges::default(),
            closed: Ranges::default(),
            path_end: 0,
            visited: 0,
        }
    }

    /// Scans from `start` to `end`, which should lie at the ends of lines.
    pub(super) fn scan(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let (word, mut features) = (at, 0);
            while at < end {
                let class = CLASS[self.text[at] as usize];
                features |= class;
                if class & BREAK != 0 {
                    break;
                }
                at += 1;
            }
            const SPECIAL: u16 = DOT | COLON | AT | SLASH | BACKSLASH | PERCENT | DIGIT;
            if features & SPECIAL != 0 || at - word >= SHORTEST_PLAIN {
                self.word(word, at, features);
            }
            at += 1;
        }
        self.visited += (end - start) as u64;
    }

    fn word(&mut self, start: usize, end: usize, features: u16) {
        self.taken.clear();
        self.closed.clear();
        let has = |wanted: u16| features & wanted == wanted;
        if has(COLON | SLASH) {
            self.urls(start, end);
        }
        if has(PERCENT) {
            self.encoded_urls(start, end);
        }
        if has(AT | DOT) {
            self.emails(start, end);
        }
        if has(BACKSLASH) {
            self.windows_paths(start, end);
        }
        if has(SLASH) {
            self.linux_paths(start, end);
        }
        if has(DOT) {
            self.hosts(start, end);
        }
        if has(COLON) {
            self.colons(start, end);
        }
        if has(DIGIT) || end - start >= SHORTEST_PLAIN {
            self.atoms(start, end);
        }
    }

    /// Keeps a hit if its type is wanted.
    pub(super) fn add(&mut self, kind: IocType, start: usize, end: usize, value: Option<Box<str>>) {
        if self.kinds.has(kind) {
            self.hits.push(Hit {
                kind,
                start,
                end,
                value,
            });
        }
    }

    /// Keeps a hit whose canonical form is in lower case.
    pub(super) fn add_lower(&mut self, kind: IocType, start: usize, end: usize) {
        let found = &self.text[start..end];
        let plain = found
            .iter()
            .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let value = (!plain).then(|| String::from_utf8_lossy(found).to_lowercase().into());
        self.add(kind, start, end, value);
    }

    /// Whether `at` lies in something that the current word already gave.
    pub(super) fn is_taken(&self, at: usize) -> bool {
        self.taken.contains(at)
    }

    /// Whether `at` lies in an authority or an e-mail address of the current word.
    pub(super) fn is_closed(&self, at: usize) -> bool {
        self.closed.contains(at)
    }

    pub(super) fn before(&self, at: usize) -> u8 {
        at.checked_sub(1).map_or(b' ', |at| self.text[at])
    }

    pub(super) fn at(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or(b' ')
    }

    pub(super) fn was_defanged(&self, start: usize, end: usize) -> bool {
        self.refanged
            .is_some_and(|refanged| refanged.touches(start, end))
    }

    /// The last word of letters before `at`, skipping up to 4 other bytes such
    /// as `": "`, in lower case and cut to 12 letters.
    pub(super) fn word_before(&mut self, at: usize) -> String {
        let head = &self.text[at.saturating_sub(20)..at];
        self.visited += head.len() as u64;
        let gap = head
            .iter()
            .rev()
            .take(4)
            .take_while(|byte| !byte.is_ascii_alphabetic())
            .count();
        let letters = head[..head.len() - gap]
            .iter()
            .rev()
            .take(12)
            .take_while(|byte| byte.is_ascii_alphabetic());
        let mut word: Vec<u8> = letters.map(u8::to_ascii_lowercase).collect();
        word.reverse();
        String::from_utf8(word).unwrap_or_default()
    }
}

/// Where the run of bytes of `class` that contains or follows `at` ends.
pub(super) fn run_end(text: &[u8], at: usize, end: usize, class: u16) -> usize {
    text[at..end]
        .iter()
        .position(|&byte| CLASS[byte as usize] & class == 0)
        .map_or(end, |length| at + length)
}
