//! What texts have in common: their words and signs, with a wildcard for what varies.

/// Stands for anything, or nothing.
pub(super) const WILDCARD: &str = "<*>";

/// More words and signs of a text than these are not looked at.
const MOST_TOKENS: usize = 256;

/// What all texts added so far have in common.
#[derive(Debug, Default)]
pub(super) struct Pattern<'a> {
    /// `None` is a wildcard.
    parts: Vec<Option<&'a str>>,
    any: bool,
    tokens: Vec<Option<&'a str>>,
}

impl<'a> Pattern<'a> {
    /// Makes the pattern fit `text`, too. Linear where it fits already.
    pub(super) fn add(&mut self, text: &'a str) {
        self.tokens.clear();
        let mut rest = tokens(text);
        self.tokens
            .extend(rest.by_ref().take(MOST_TOKENS).map(Some));
        if rest.next().is_some() {
            self.tokens.push(None);
        }
        if !self.any {
            self.any = true;
            self.parts.clone_from(&self.tokens);
        } else if !fits(&self.parts, &self.tokens) {
            self.parts = simplified(common(&self.parts, &self.tokens));
        }
    }

    /// The pattern as text; `None` if there was none to look at.
    pub(super) fn text(&self) -> Option<String> {
        let parts = self.parts.iter();
        self.any
            .then(|| parts.map(|part| part.unwrap_or(WILDCARD)).collect())
    }
}

/// Words of letters, digits and `_`, and the signs and blanks between them one by one.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let is_word = |c: char| c == '_' || c.is_alphanumeric();
        let end = if is_word(first) {
            rest.find(|c| !is_word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// Whether a pattern fits tokens: the greedy way of file name wildcards, which is exact
/// if the end is looked at first.
fn fits(parts: &[Option<&str>], tokens: &[Option<&str>]) -> bool {
    let (mut part, mut token) = (0, 0);
    // Where to go on if what follows the last wildcard does not fit: it takes one more.
    let mut retry: Option<(usize, usize)> = None;
    let mut tries = 0;
    while token < tokens.len() {
        match parts.get(part) {
            Some(None) => {
                retry = Some((part, token));
                part += 1;
            }
            Some(literal) if *literal == tokens[token] => {
                part += 1;
                token += 1;
            }
            _ => {
                tries += 1;
                let Some((wildcard, taken)) = retry.filter(|_| tries <= 4 * MOST_TOKENS) else {
                    return false;
                };
                retry = Some((wildcard, taken + 1));
                (part, token) = (wildcard + 1, taken + 1);
            }
        }
    }
    parts[part..].iter().all(Option::is_none)
}

/// The longest common subsequence, with wildcards where either has more.
fn common<'a>(a: &[Option<&'a str>], b: &[Option<&'a str>]) -> Vec<Option<&'a str>> {
    let same = |(a, b): &(&Option<&str>, &Option<&str>)| a.is_some() && a == b;
    let before = a.iter().zip(b).take_while(same).count();
    let (mid_a, mid_b) = (&a[before..], &b[before..]);
    let after = mid_a.iter().rev().zip(mid_b.iter().rev());
    let after = after.take_while(same).count();
    let (mid_a, end) = mid_a.split_at(mid_a.len() - after);
    let mid_b = &mid_b[..mid_b.len() - after];

    // lengths[i][j]: of the longest in what remains from i of the one and j of the other.
    let width = mid_b.len() + 1;
    let mut lengths = vec![0u16; (mid_a.len() + 1) * width];
    for i in (0..mid_a.len()).rev() {
        for j in (0..mid_b.len()).rev() {
            lengths[i * width + j] = if same(&(&mid_a[i], &mid_b[j])) {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    let mut parts = a[..before].to_vec();
    let (mut i, mut j) = (0, 0);
    while i < mid_a.len() && j < mid_b.len() {
        if same(&(&mid_a[i], &mid_b[j])) {
            parts.push(mid_a[i]);
            (i, j) = (i + 1, j + 1);
            continue;
        }
        parts.push(None);
        if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    if i < mid_a.len() || j < mid_b.len() {
        parts.push(None);
    }
    parts.extend_from_slice(end);
    parts
}

/// One wildcard for several that have only signs and blanks between them, which say nothing.
fn simplified(parts: Vec<Option<&str>>) -> Vec<Option<&str>> {
    let mut simple: Vec<Option<&str>> = Vec::with_capacity(parts.len());
    // The last wildcard, while no word came after it.
    let mut wildcard = None;
    for part in parts {
        match (part, wildcard) {
            (None, Some(at)) => simple.truncate(at + 1),
            (None, None) => {
                wildcard = Some(simple.len());
                simple.push(None);
            }
            (Some(text), _) => {
                if text.starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
                    wildcard = None;
                }
                simple.push(part);
            }
        }
    }
    simple
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pattern(texts: &[&str]) -> String {
        let mut pattern = Pattern::default();
        for text in texts {
            pattern.add(text);
        }
        pattern.text().unwrap_or_default()
    }

    #[test]
    fn what_varies_is_a_wildcard() {
        let rows: [(&str, &[&str], &str); 9] = [
            (
                "one text",
                &["net user Bob1 /domain"],
                "net user Bob1 /domain",
            ),
            ("equal texts", &["a b", "a b"], "a b"),
            (
                "a word",
                &["net user Bob1 /domain", "net user BobX /domain"],
                "net user <*> /domain",
            ),
            (
                "more words than before",
                &["sc stop x", "sc stop a b", "sc stop"],
                "sc stop<*>",
            ),
            (
                "a folder",
                &[r"C:\a\CT_1\x.exe -v", r"C:\a\CT_2\y\x.exe -v"],
                r"C:\a\<*>\x.exe -v",
            ),
            ("nothing", &["a b", "c-d"], "<*>"),
            ("signs alone are nothing", &["a.b c", "d.e f"], "<*>"),
            ("empty and not", &["", "a"], "<*>"),
            ("not only ASCII", &["né ö1", "né ö2"], "né <*>"),
        ];
        for (name, texts, expected) in rows {
            assert_eq!(pattern(texts), expected, "{name}");
        }
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "a ".repeat(10_000);
        let other = format!("{long}b");
        let shared = pattern(&[&long, &other]);
        assert_eq!(shared, format!("{}<*>", "a ".repeat(MOST_TOKENS / 2)));
    }

    proptest! {
        #[test]
        fn a_pattern_fits_every_text(texts in prop::collection::vec("[ab /.]{0,12}", 1..6)) {
            let mut pattern = Pattern::default();
            for text in &texts {
                pattern.add(text);
            }
            for text in &texts {
                let tokens: Vec<_> = tokens(text).map(Some).collect();
                prop_assert!(fits(&pattern.parts, &tokens), "{:?} {text:?}", pattern.text());
            }
        }
    }
}
