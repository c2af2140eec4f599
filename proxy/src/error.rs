//! What the proxy itself answers when it does not pass a call on, or its answer back.

use serde_json::{Map, Value, json};

/// A refusal or failure: JSON `{"error":{"code","message"}}` with the header `Huntbook-Proxy-Error: code`.
///
/// Messages say what to do. They may name a route and a host, never a path, a query, a header or a key.
#[derive(Debug, Clone)]
pub struct Failure {
    /// For programs; does not change.
    pub code: &'static str,
    /// HTTP status.
    pub status: u16,
    /// For people.
    pub message: String,
    /// Seconds after which the same call may work.
    pub retry_after: Option<u64>,
    /// More fields of `error`.
    pub more: Vec<(&'static str, String)>,
    /// A session that the call began all the same.
    pub session: Option<String>,
}

impl Failure {
    /// A failure without anything but its code and message.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            status,
            message: message.into(),
            retry_after: None,
            more: Vec::new(),
            session: None,
        }
    }

    /// The body of the answer.
    pub fn to_json(&self) -> String {
        let mut error = Map::new();
        error.insert("code".into(), json!(self.code));
        error.insert("message".into(), json!(self.message));
        for (name, value) in &self.more {
            error.insert((*name).into(), json!(value));
        }
        json!({ "error": Value::Object(error) }).to_string()
    }
}

/// Why the proxy cannot start: what is wrong in which file or option, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(pub String);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}
