//! huntbook: the threat hunter's toolkit as one WebAssembly module.
//!
//! Modules use those before them, and none after:
//!
//! | module | what it does |
//! | --- | --- |
//! | [`error`] | one [`Error`] for everything, with a stable code |
//! | [`entity`] | what events are about: domains, addresses, URLs |
//! | `archive` | opens gzip, zip, tar, bzip2 and xz, with limits |
//! | [`table`] | [`Table`], the one data type; its readers and writers |
//! | [`transform`] | finds things in text and logs: indicators, payloads, events, process trees |
//! | [`analysis`] | what stands out in events |
//! | [`context`] | what is known of a value without asking anyone |
//! | [`pivot`] | what can be done with a kind of entity |
//! | [`vis`] | charts, on any plotters backend |
//! | [`widgets`] | the rules of what asks the user: times, lists, alerts |
//! | `js` | the JavaScript API; the only module that knows JavaScript |

pub mod analysis;
mod archive;
pub mod context;
pub mod entity;
pub mod error;
mod hash;
mod nearest;
mod order;
pub mod pivot;
pub mod table;
pub mod transform;
pub mod vis;
pub mod widgets;

#[cfg(target_arch = "wasm32")]
mod js;

pub use error::{Error, Place, Result};
pub use table::Table;
