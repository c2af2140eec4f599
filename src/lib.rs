//! huntbook: the threat hunter's toolkit as one WebAssembly module.
//!
//! Modules use those before them, and none after:
//!
//! | module | what it does |
//! | --- | --- |
//! | [`error`] | one [`Error`] for everything, with a stable code |
//! | [`table`] | [`Table`], the one data type; its readers and writers |
//! | [`entity`] | what events are about: domains |
//! | [`transform`] | finds things in logs: indicators of compromise, process trees, risky command lines |
//! | `js` | the JavaScript API; the only module that knows JavaScript |

pub mod entity;
pub mod error;
pub mod table;
pub mod transform;

#[cfg(target_arch = "wasm32")]
mod js;

pub use error::{Error, Place, Result};
pub use table::Table;
