//! Queries of log stores: how values get into their text.
//!
//! A query is one of a YAML file as msticpy has them (3.0.2, `data/core/query_source.py`). What a file is
//! made of is put together by `pkg-templates/queries.js`, and the types of values are made there; here a
//! [`Query`] is checked, and [`render`] gives its text with values in it. No value can change what the text means: each is escaped for the language
//! and for where it stands.

mod escape;
mod language;
#[cfg(test)]
mod properties;
mod query;
mod render;
mod scan;
mod template;
#[cfg(test)]
mod tests;

pub use language::Language;
pub use query::{Fault, Parameter, Query};
pub use render::render;

/// Words as one text. Here, and not where they are, as errors are not often made and each is code.
#[inline(never)]
fn words(parts: &[&str]) -> String {
    parts.concat()
}
