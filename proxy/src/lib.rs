//! The CORS proxy of huntbook: a page may ask the services of one table, `providers.toml`, through it, and nothing else.
//!
//! A call is `/{route}{path}?{query}`. It passes the [`gate`] (who asks), a route's [`pattern`]s (what is asked), gets a
//! [`key`] and goes [`upstream`]; the answer comes back as a stream ([`body`]) with its headers sifted ([`headers`]).
//! [`print`] says the same rules in the languages of Caddy and nginx.

pub mod body;
pub mod cache;
pub mod config;
pub mod error;
pub mod gate;
pub mod headers;
pub mod key;
pub mod log;
pub mod mask;
pub mod pattern;
pub mod print;
pub mod rate;
pub mod server;
pub mod session;
pub mod table;
pub mod upstream;

/// The table that is compiled in.
pub const PROVIDERS: &str = include_str!("../providers.toml");
