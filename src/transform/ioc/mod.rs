//! Indicators of compromise in text.
//!
//! Types, names and which matches are nested in others follow msticpy's
//! `IoCExtract` (3.0.2); its false positives do not. The text is read once, as
//! bytes, and the work is linear in its length whatever it holds: see `scan`.
//!
//! Defanged forms are undone first, line by line and only where there are any,
//! so that each recogniser knows plain spellings alone.

mod address;
mod atom;
mod extract;
mod host;
mod kind;
mod marks;
mod path;
mod ranges;
mod result;
mod scan;
mod search;
mod select;
mod url;
mod wallet;
mod words;

#[cfg(test)]
mod tests;

pub use extract::{CustomType, IocOptions, extract_bytes, extract_table, extract_text};
pub use kind::IocType;

use kind::Kinds;
use marks::Marks;
use scan::Scanner;

use super::defang::Refanged;

/// The type of a text that is one indicator and nothing else, defanged or not.
///
/// ```
/// use huntbook::transform::ioc::{IocType, classify};
/// assert_eq!(classify("evil[.]com"), Some(IocType::Dns));
/// assert_eq!(classify("evil.com and more"), None);
/// ```
pub fn classify(text: &str) -> Option<IocType> {
    let text = text.trim();
    let refanged = Refanged::of(text.as_bytes());
    let plain = refanged
        .as_ref()
        .map_or(text.as_bytes(), |refanged| &refanged.text);
    let mut marks = Marks::default();
    marks.fill(plain);
    let mut scanner = Scanner::new(plain, &marks, Kinds::of(IocType::ALL));
    scanner.refanged = refanged.as_ref();
    scanner.sure = true;
    scanner.scan(0, plain.len());
    let whole = |hit: &&scan::Hit| hit.start == 0 && hit.end == plain.len();
    scanner.hits.iter().find(whole).map(|hit| hit.kind)
}
