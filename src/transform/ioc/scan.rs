//! One pass over text: words, then what each may be.
//!
//! A word is a run of bytes without blanks, quotes, `<`, `>`, `|`. Most words
//! hold nothing, which [`Marks`] tells without looking at them; of the others,
//! only the recognisers that a word's bytes allow look at it.
//! Recognisers look at most a bounded number of bytes outside what they consume,
//! so that the whole is linear on any input; [`Scanner::visited`] counts them.

use super::kind::{IocType, Kinds};
use super::marks::{Marks, Set};
use super::ranges::Ranges;
use crate::order::{pair, sort_by_number};
use crate::transform::defang::Refanged;

/// An indicator in the scanned text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) kind: IocType,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: Value,
}

/// By it the longer of two comes first where both begin.
fn place(hit: &Hit) -> u64 {
    pair(hit.start as u32, !(hit.end as u32))
}

/// The canonical form of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// The text as it stands.
    Same,
    /// The text, which is ASCII, in lower case.
    Lower,
    Other(Box<str>),
}

impl Value {
    /// The form itself, of a hit whose text is `found`.
    pub(super) fn form(self, found: &[u8]) -> Box<str> {
        match self {
            Self::Other(form) => form,
            Self::Same => String::from_utf8_lossy(found).into(),
            Self::Lower => String::from_utf8_lossy(&found.to_ascii_lowercase()).into(),
        }
    }
}

impl<T: Into<Box<str>>> From<T> for Value {
    fn from(text: T) -> Self {
        Self::Other(text.into())
    }
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a [u8],
    pub(super) marks: &'a Marks,
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
    /// `marks` are those of `text`.
    pub(super) fn new(text: &'a [u8], marks: &'a Marks, kinds: Kinds) -> Self {
        Self {
            text,
            marks,
            kinds,
            refanged: None,
            sure: false,
            hits: Vec::new(),
            taken: Ranges::default(),
            closed: Ranges::default(),
            path_end: 0,
            visited: 0,
        }
    }

    /// Scans from `start` to `end`, which should lie at the ends of lines, and
    /// adds hits in the order of their places.
    pub(super) fn scan(&mut self, start: usize, end: usize) {
        let mut at = start;
        loop {
            let found = self.marks.next(Set::Start, at, end);
            if found == end {
                break;
            }
            let word = self.marks.after_last(Set::Break, found, at);
            at = self.marks.next(Set::Break, found, end);
            let first = self.hits.len();
            self.word(word, at);
            // Nothing in a word begins before it, so this sorts the whole.
            if self.hits.len() > first + 1 {
                sort_by_number(&mut self.hits[first..], place);
            }
        }
        if self.kinds.has(IocType::Mac) {
            self.hyphenated_macs(start, end);
            sort_by_number(&mut self.hits, place);
        }
        self.visited += (end - start) as u64;
    }

    fn word(&mut self, start: usize, end: usize) {
        self.taken.clear();
        self.closed.clear();
        let marks = self.marks;
        let has = |set: Set| marks.any(set, start, end);
        if has(Set::Scheme) {
            self.urls(start, end);
        }
        if has(Set::Percent) {
            self.encoded_urls(start, end);
        }
        let dots = has(Set::Dot);
        if dots && has(Set::At) {
            self.emails(start, end);
        }
        if has(Set::Backslash) {
            self.windows_paths(start, end);
        }
        if self.kinds.has(IocType::LinuxPath) && has(Set::Slash) {
            self.linux_paths(start, end);
        }
        if dots {
            self.hosts(start, end);
        }
        if has(Set::Colon) {
            self.colons(start, end);
        }
        if has(Set::Numbered) {
            self.numbered(start, end);
        }
        if has(Set::Long) {
            self.long_runs(start, end);
        }
    }

    /// Keeps a hit if its type is wanted.
    pub(super) fn add(
        &mut self,
        kind: IocType,
        start: usize,
        end: usize,
        value: impl FnOnce(&Self) -> Value,
    ) {
        if self.kinds.has(kind) {
            let value = value(self);
            self.hits.push(Hit {
                kind,
                start,
                end,
                value,
            });
        }
    }

    /// Keeps a hit whose canonical form is the text itself.
    pub(super) fn add_same(&mut self, kind: IocType, start: usize, end: usize) {
        self.add(kind, start, end, |_| Value::Same);
    }

    /// Keeps a hit whose canonical form is in lower case.
    pub(super) fn add_lower(&mut self, kind: IocType, start: usize, end: usize) {
        self.add(kind, start, end, |scanner| {
            if scanner.marks.any(Set::Wide, start, end) {
                String::from_utf8_lossy(&scanner.text[start..end])
                    .to_lowercase()
                    .into()
            } else {
                Value::Lower
            }
        });
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

    /// Whether the byte at `at` is of `set`; none is beyond the ends of the text.
    pub(super) fn is(&self, set: Set, at: usize) -> bool {
        self.marks.has(set, at)
    }

    /// Whether the byte before `at` is of `set`.
    pub(super) fn is_before(&self, set: Set, at: usize) -> bool {
        at > 0 && self.marks.has(set, at - 1)
    }

    pub(super) fn was_defanged(&self, start: usize, end: usize) -> bool {
        self.refanged
            .is_some_and(|refanged| refanged.touches(start, end))
    }

    /// The line of `at` before it, of that at most so many bytes. What stands in other
    /// lines says nothing: those may be other rows of a table.
    pub(super) fn line_before(&self, at: usize, most: usize) -> &'a [u8] {
        let near = &self.text[at.saturating_sub(most)..at];
        let line = memchr::memrchr(b'\n', near).map_or(0, |newline| newline + 1);
        &near[line..]
    }

    /// The last word of letters before `at` in its line, after up to 4 other
    /// bytes such as `": "`, and cut to its last 12 letters.
    pub(super) fn word_before(&mut self, at: usize) -> &'a [u8] {
        const GAP: usize = 4;
        const LENGTH: usize = 12;
        let head = self.line_before(at, GAP + LENGTH);
        self.visited += head.len() as u64;
        let count = |head: &[u8], most: usize, letters: bool| {
            let bytes = head.iter().rev().take(most);
            bytes
                .take_while(|byte| byte.is_ascii_alphabetic() == letters)
                .count()
        };
        let head = &head[..head.len() - count(head, GAP, false)];
        &head[head.len() - count(head, LENGTH, true)..]
    }
}

/// Whether `word` is one of `words`, in any case.
pub(super) fn is_one_of(word: &[u8], words: &[&str]) -> bool {
    words
        .iter()
        .any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}
