//! What was meant by a word that is not known.

/// A hint at the nearest of `known`, if one is near: `` ; did you mean `name`? ``.
pub(crate) fn did_you_mean(unknown: &str, known: &mut dyn Iterator<Item = &str>) -> String {
    match nearest(unknown, known) {
        Some((distance, word)) if distance <= word.len() / 3 + 1 => {
            ["; did you mean `", word, "`?"].concat()
        }
        _ => String::new(),
    }
}

/// The nearest of `known`, with its distance; the first in the alphabet of several.
pub(crate) fn nearest<'a>(
    unknown: &str,
    known: &mut dyn Iterator<Item = &'a str>,
) -> Option<(usize, &'a str)> {
    known.map(|word| (distance(unknown, word), word)).min()
}

/// Levenshtein's distance, without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.to_lowercase().chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
