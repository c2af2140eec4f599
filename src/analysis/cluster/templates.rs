//! Log messages by their templates, as Drain finds them (He, Zhu, Zheng, Lyu 2017):
//! a tree by the number of words and the first word (its default depth), and in its leaves
//! the template that agrees in most words, if they are enough. First words with a digit or
//! a wildcard are one.
//!
//! Numbers, addresses, times, GUIDs and hashes are wildcards from the start. Lines
//! that are then alike are looked up but once, so that equal lines always have one
//! template, and long logs cost little more than reading them.

use std::hash::BuildHasher;

use super::pattern::WILDCARD;
use crate::Result;
use crate::table::{Map, Progress, TextColumn};

/// More words of a line than these are not looked at.
const MOST_WORDS: usize = 128;
/// As in Drain: more different first words than these are one.
const MOST_CHILDREN: u32 = 100;
/// Most templates of a leaf: beyond, a line is of the nearest whatever its distance.
const MOST_TEMPLATES: usize = 100;
/// Rows between two reports of progress.
const ROWS: usize = 1 << 16;

/// The number of the wildcard among words.
const WILD: u32 = 0;

/// The template of each row, and each template as text, in the order of their first rows.
pub(super) struct Templates {
    pub(super) of_rows: Vec<Option<u32>>,
    pub(super) texts: Vec<String>,
}

/// Templates of messages; absent ones have none. `similarity`: the share of words
/// from 0 to 1 in which a line must agree with its template.
///
/// # Errors
///
/// `Cancelled` from `progress`.
pub(super) fn templates(
    messages: &TextColumn<'_>,
    similarity: f64,
    progress: &mut Progress<'_>,
) -> Result<Templates> {
    let mut miner = Miner::default();
    miner.word(WILDCARD.as_bytes());
    let mut line = Vec::new();
    let mut of_rows = Vec::with_capacity(messages.len());
    for row in 0..messages.len() {
        if row % ROWS == 0 {
            progress.at(row, messages.len())?;
        }
        let Some(message) = messages.get(row) else {
            of_rows.push(None);
            continue;
        };
        miner.read(message, &mut line);
        let hash = miner.known.hasher().hash_one(line.as_slice());
        let template = match miner.known.get(&hash) {
            Some(&template) => template,
            None => {
                let template = miner.template(&line, similarity);
                miner.known.insert(hash, template);
                template
            }
        };
        of_rows.push(Some(template));
    }
    let texts = (0..miner.templates.len()).map(|template| miner.text(template));
    Ok(Templates {
        texts: texts.collect(),
        of_rows,
    })
}

#[derive(Default)]
struct Miner {
    /// Different words, and their numbers.
    words: Vec<Box<[u8]>>,
    numbers: Map<Box<[u8]>, u32>,
    /// A word with its numbers masked.
    masked: Vec<u8>,
    templates: Vec<Vec<u32>>,
    /// The template of each line that was looked at, by its hash.
    known: Map<u64, u32>,
    /// By the number of words: the number of different first words.
    children: Map<u32, u32>,
    /// The templates of each leaf, by the number of words and the first one.
    leaves: Map<(u32, u32), Vec<u32>>,
}

impl Miner {
    fn word(&mut self, word: &[u8]) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = self.words.len() as u32;
        self.words.push(word.into());
        self.numbers.insert(word.into(), number);
        number
    }

    /// The words of a text, masked, go to `line`.
    fn read(&mut self, text: &str, line: &mut Vec<u32>) {
        line.clear();
        let blank = |byte: &u8| byte.is_ascii_whitespace();
        for word in text.as_bytes().split(blank).filter(|word| !word.is_empty()) {
            if line.len() == MOST_WORDS {
                line.push(WILD);
                break;
            }
            let number = if word.iter().any(u8::is_ascii_digit) {
                let mut masked = std::mem::take(&mut self.masked);
                mask(word, &mut masked);
                let number = self.word(&masked);
                self.masked = masked;
                number
            } else {
                self.word(word)
            };
            line.push(number);
        }
    }

    /// The template of a line, which may be new.
    fn template(&mut self, line: &[u32], similarity: f64) -> u32 {
        let words = line.len() as u32;
        let place = (words, self.branch(line));
        let leaf = self.leaves.entry(place).or_default();
        let mut best = None;
        for &template in leaf.iter() {
            let with = &self.templates[template as usize];
            let same = line.iter().zip(with).filter(|(a, b)| a == b).count();
            if best.is_none_or(|(most, _)| same > most) {
                best = Some((same, template));
            }
        }
        let is_full = leaf.len() >= MOST_TEMPLATES;
        let enough = |same: usize| is_full || same as f64 >= similarity * f64::from(words);
        match best {
            Some((same, template)) if enough(same) => {
                for (word, &other) in self.templates[template as usize].iter_mut().zip(line) {
                    if *word != other {
                        *word = WILD;
                    }
                }
                template
            }
            _ => {
                let template = self.templates.len() as u32;
                leaf.push(template);
                self.templates.push(line.to_vec());
                template
            }
        }
    }

    /// The branch of a line below those of as many words: its first word, or the wildcard
    /// for words that vary.
    fn branch(&mut self, line: &[u32]) -> u32 {
        let Some(&word) = line.first() else {
            return WILD;
        };
        let text = &self.words[word as usize];
        if text.iter().any(u8::is_ascii_digit)
            || memchr::memmem::find(text, WILDCARD.as_bytes()).is_some()
        {
            return WILD;
        }
        let words = line.len() as u32;
        if !self.leaves.contains_key(&(words, word)) {
            let children = self.children.entry(words).or_insert(0);
            if *children >= MOST_CHILDREN {
                return WILD;
            }
            *children += 1;
        }
        word
    }

    fn text(&self, template: usize) -> String {
        let words = self.templates[template].iter();
        let words = words.map(|&word| String::from_utf8_lossy(&self.words[word as usize]));
        words.collect::<Vec<_>>().join(" ")
    }
}

/// A word, which has a digit, with a wildcard for each number, address, time, GUID and hash.
fn mask(word: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let mut at = 0;
    while at < word.len() {
        let rest = &word[at..];
        let run = rest
            .iter()
            .position(|byte| !is_word(*byte))
            .unwrap_or(rest.len());
        let varying = varying(rest, run);
        if varying > 0 {
            wildcard(out);
            at += varying;
        } else {
            let end = run.max(1);
            out.extend_from_slice(&rest[..end]);
            at += end;
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Adds a wildcard, of which one stands for what `.`, `:` and the like join.
fn wildcard(out: &mut Vec<u8>) {
    if let Some((sign, before)) = out.split_last() {
        if before.ends_with(WILDCARD.as_bytes()) && b".:-/,+_".contains(sign) {
            out.pop();
            return;
        }
        // A sign of the number.
        if b"+-".contains(sign) && before.last().is_none_or(|byte| b"=([,:".contains(byte)) {
            out.pop();
        }
    }
    out.extend_from_slice(WILDCARD.as_bytes());
}

/// How many bytes vary at the beginning of `rest`, whose first word has `run` bytes.
fn varying(rest: &[u8], run: usize) -> usize {
    let (word, digits) = (
        &rest[..run],
        rest[..run]
            .iter()
            .filter(|byte| byte.is_ascii_digit())
            .count(),
    );
    let is_hex = |part: &[u8]| part.iter().all(u8::is_ascii_hexdigit);
    // GUIDs, and addresses in hex, may begin with letters, or `::`.
    if rest
        .first()
        .is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == b':')
    {
        let address = rest
            .iter()
            .position(|byte| !byte.is_ascii_hexdigit() && !b":-.".contains(byte));
        let address = &rest[..address.unwrap_or(rest.len())];
        let colons = address.iter().filter(|byte| **byte == b':').count();
        let hyphens = address.iter().filter(|byte| **byte == b'-').count();
        let has_digit = address.iter().any(u8::is_ascii_digit);
        let is_whole = rest.get(address.len()).is_none_or(|byte| !is_word(*byte));
        // What follows an address, such as the colon of "10.0.0.1:", is not of it.
        let end = address
            .iter()
            .rposition(u8::is_ascii_hexdigit)
            .map_or(0, |last| last + 1);
        if has_digit
            && is_whole
            && (colons >= 2 || hyphens == 4 && address.len() >= 36 || hyphens == 5)
        {
            return end;
        }
    }
    let varies = word.first().is_some_and(u8::is_ascii_digit)
        || digits > 0 && run >= 6 && is_hex(word)
        || digits >= 4 && run >= 16;
    if varies { run } else { 0 }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Array, ArrayRef, StringArray};

    use super::*;

    fn mined(lines: &[&str], similarity: f64) -> (Vec<u32>, Vec<String>) {
        let column: ArrayRef = Arc::new(StringArray::from(lines.to_vec()));
        let texts = TextColumn::of(column.as_ref()).expect("text");
        let mined = templates(&texts, similarity, &mut Progress::none()).expect("no one cancels");
        assert_eq!(mined.of_rows.len(), column.len());
        let of_rows = mined.of_rows.into_iter().flatten();
        (of_rows.collect(), mined.texts)
    }

    #[test]
    fn what_varies_is_masked() {
        for (word, expected) in [
            ("sshd[4242]:", "sshd[<*>]:"),
            ("10.0.0.1:22", "<*>"),
            ("10.0.0.1:", "<*>:"),
            ("port=22,", "port=<*>,"),
            ("2024-01-01T00:00:00.5Z", "<*>"),
            ("12:30:59", "<*>"),
            ("fe80::1", "<*>"),
            ("aa:bb:cc:00:11:22", "<*>"),
            ("{dead-beef-1}", "{dead-beef-<*>}"),
            ("{deadbeef-dead-beef-dead-beefdeadbee1}", "{<*>}"),
            ("0x3e7", "<*>"),
            ("d41d8cd98f00b204e9800998ecf8427e", "<*>"),
            ("blk_-1608999687919862906", "blk_-<*>"),
            ("delta=-5", "delta=<*>"),
            ("eth0", "eth0"),
            ("System32", "System32"),
            ("/var/log/x.1", "/var/log/x.<*>"),
            ("10ms", "<*>"),
            ("é5", "é5"),
        ] {
            let mut out = Vec::new();
            mask(word.as_bytes(), &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{word}");
        }
    }

    #[test]
    fn lines_of_one_template() {
        let lines = [
            "Accepted password for bob from 10.0.0.1 port 22",
            "Accepted password for eve from 10.0.0.2 port 4022",
            "session opened for root",
            "Accepted publickey for bob from 10.0.0.1 port 22",
            "session opened for bob",
            "",
            "  Accepted   password for mallory from 10.0.0.9 port 1",
        ];
        let (of_rows, texts) = mined(&lines, 0.5);
        assert_eq!(of_rows, [0, 0, 1, 0, 1, 2, 0]);
        assert_eq!(
            texts,
            [
                "Accepted <*> for <*> from <*> port <*>",
                "session opened for <*>",
                "",
            ]
        );
        // "password" is not "publickey" to who asks for more.
        assert_eq!(mined(&lines, 0.8).0, [0, 0, 1, 2, 3, 4, 0]);
        assert_eq!(mined(&lines, 1.0).1.len(), 7);
    }

    #[test]
    fn templates_of_noise_are_limited() {
        // Words of letters alone, so that nothing is masked.
        let word = |n: usize| {
            let letter =
                |digit: usize| char::from(b'a' + (n / 26usize.pow(digit as u32) % 26) as u8);
            (0..4).map(letter).collect::<String>()
        };
        let lines: Vec<String> = (0..20_000)
            .map(|n| format!("{} {} {}", word(n), word(n * 7 + 1), word(n * 11 + 2)))
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (of_rows, texts) = mined(&lines, 0.9);
        assert_eq!(of_rows.len(), lines.len());
        // 101 first words, and 100 templates of each.
        assert!(texts.len() <= 101 * 100, "{}", texts.len());
    }

    /// Only the first word parts lines, unless it varies.
    #[test]
    fn lines_part_by_their_first_word() {
        for (lines, expected) in [
            (
                [
                    "user bob logged in",
                    "user eve logged in",
                    "user joe logged in",
                ],
                vec!["user <*> logged in"],
            ),
            (
                ["eth0 link is up", "eth1 link is up", "lo link is up"],
                vec!["<*> link is up", "lo link is up"],
            ),
            (
                ["1.2.3.4 GET /a ok", "5.6.7.8 GET /b ok", "- GET /b ok"],
                vec!["<*> GET <*> ok", "- GET /b ok"],
            ),
        ] {
            assert_eq!(mined(&lines, 0.5).1, expected);
        }
    }
}
