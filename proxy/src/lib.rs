//! The CORS proxy of huntbook: a page may ask the services of one table, `providers.toml`, through it, and nothing else.
//!
//! A call is `/{route}{path}?{query}`. The [`server`] has it pass the [`gate`] (who asks) and a route's [`pattern`]s ([`call`]: what
//! is asked); it gets a [`key`] ([`passing`]) and goes [`upstream`]; the [`answer`] comes back as a stream ([`body`]), its headers
//! sifted ([`headers`]). The routes are those of the [`table`], with what the user says ([`config`]).
//! [`mod@print`] says the same rules in the languages of Caddy and nginx.

pub mod answer;
pub mod body;
pub mod cache;
pub mod call;
pub mod config;
pub mod error;
pub mod gate;
pub mod headers;
pub mod key;
pub mod log;
pub mod mask;
pub mod passing;
pub mod pattern;
pub mod print;
pub mod rate;
pub mod server;
pub mod session;
pub mod table;
pub mod upstream;

/// The table that is compiled in.
pub const PROVIDERS: &str = include_str!("../providers.toml");
