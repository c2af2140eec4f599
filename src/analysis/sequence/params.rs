//! The parameters of one event, as logs have them.
//!
//! | a cell | what it says |
//! | --- | --- |
//! | `{"Identity": "bob", "Force": true}`, a map, or a struct (without what is absent) | names with values |
//! | `[{"Name": "Identity", "Value": "bob"}]`, as Exchange and Entra ID have them | the same |
//! | `["Identity", "Force"]` or a list of texts | names |
//! | nothing, `null`, `[]` or `{}` | no parameters |
//!
//! A text is JSON; any other cell is taken as the JSON it would be written as. A value
//! that is absent or empty text is none, as in msticpy; what is no text counts as
//! its JSON, so that `0` and `false`, which msticpy skips, are values too.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// A parameter's name, and its value if it has one.
pub(super) type Param<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// Reads the parameters of one event, also those of one name.
///
/// # Errors
///
/// What is wrong with the text.
pub(super) fn read(json: &str) -> Result<Vec<Param<'_>>, String> {
    let json = json.trim_ascii();
    let mut params = Vec::new();
    let mut scan = Scan { json, at: 0 };
    if json.is_empty() || scan.all(&mut params).is_some() {
        return Ok(params);
    }
    params.clear();
    let value = serde_json::from_str(json).map_err(|error| format!("no JSON ({error})"))?;
    match value {
        Value::Null => {}
        Value::Object(fields) => add_object(fields, &mut params),
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Object(fields) => add_object(fields, &mut params),
                    name => params.extend(text(name).map(|name| (name, None))),
                }
            }
        }
        _ => return Err("neither an object nor a list".into()),
    }
    Ok(params)
}

fn add_object(fields: Map<String, Value>, params: &mut Vec<Param<'_>>) {
    let start = params.len();
    params.extend(
        fields
            .into_iter()
            .map(|(name, value)| (Cow::Owned(name), text(value))),
    );
    join_pair(params, start);
}

/// Makes one parameter of the fields `Name` and `Value` of an object, whose fields
/// begin at `start`; a pair without a name is none.
fn join_pair(params: &mut Vec<Param<'_>>, start: usize) {
    let is = |at: usize, names: [&str; 2]| names.contains(&params[at].0.as_ref());
    if params.len() != start + 2 {
        return;
    }
    let name = [start, start + 1]
        .into_iter()
        .find(|&at| is(at, ["Name", "name"]) || is(at, ["Key", "key"]));
    let Some(name) = name.filter(|&at| is(2 * start + 1 - at, ["Value", "value"])) else {
        return;
    };
    let value = params.swap_remove(2 * start + 1 - name).1;
    let name = params.pop().and_then(|(_, name)| name);
    params.extend(name.map(|name| (name, value)));
}

/// A value as text; nothing for `null` and empty text.
fn text(value: Value) -> Option<Cow<'static, str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.into()).filter(|text: &Cow<'_, str>| !text.is_empty()),
        other => Some(other.to_string().into()),
    }
}

/// Reads the usual text of parameters without making a tree of it. Where it says nothing,
/// serde_json reads the text anew, and knows what is wrong.
struct Scan<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn all(&mut self, params: &mut Vec<Param<'a>>) -> Option<()> {
        match self.next() {
            b'{' => self.object(params)?,
            b'[' => {
                self.at += 1;
                if !self.is(b']') {
                    loop {
                        match self.next() {
                            b'{' => self.object(params)?,
                            _ => params.extend(self.value()?.map(|name| (name, None))),
                        }
                        if self.is(b']') {
                            break;
                        }
                        self.is(b',').then_some(())?;
                    }
                }
            }
            _ => return None,
        }
        (self.next() == 0 && self.at == self.json.len()).then_some(())
    }

    fn object(&mut self, params: &mut Vec<Param<'a>>) -> Option<()> {
        let start = params.len();
        self.at += 1;
        if !self.is(b'}') {
            loop {
                let name = self.string()?;
                self.is(b':').then_some(())?;
                params.push((name, self.value()?));
                if self.is(b'}') {
                    break;
                }
                self.is(b',').then_some(())?;
            }
        }
        join_pair(params, start);
        Some(())
    }

    /// The next byte that is no space; 0 at the end.
    fn next(&mut self) -> u8 {
        let bytes = self.json.as_bytes();
        while matches!(bytes.get(self.at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Whether that is `byte`, which then is behind.
    fn is(&mut self, byte: u8) -> bool {
        let is = self.next() == byte;
        self.at += usize::from(is);
        is
    }

    /// A text or a word; the inner nothing is a value that is none.
    fn value(&mut self) -> Option<Option<Cow<'a, str>>> {
        if self.next() == b'"' {
            return self
                .string()
                .map(|text| Some(text).filter(|text| !text.is_empty()));
        }
        for word in ["null", "true", "false"] {
            if self.json.as_bytes()[self.at..].starts_with(word.as_bytes()) {
                self.at += word.len();
                return Some((word != "null").then_some(Cow::Borrowed(word)));
            }
        }
        None
    }

    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.is(b'"').then_some(())?;
        let start = self.at;
        let mut has_escapes = false;
        loop {
            match *self.json.as_bytes().get(self.at)? {
                b'"' => break,
                b'\\' => {
                    has_escapes = true;
                    self.at += 2;
                }
                0..b' ' => return None,
                _ => self.at += 1,
            }
        }
        // What is escaped is ASCII, or the text is not JSON and its end no place to cut.
        let text = self.json.get(start..self.at)?;
        self.at += 1;
        if has_escapes {
            let quoted = self.json.get(start - 1..self.at)?;
            return serde_json::from_slice(quoted.as_bytes())
                .ok()
                .map(Cow::Owned);
        }
        Some(Cow::Borrowed(text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(params: Vec<Param<'_>>) -> String {
        let params = params.into_iter().map(|(name, value)| match value {
            Some(value) => format!("{name}={value}"),
            None => name.into(),
        });
        params.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn reads_what_logs_have() {
        let cases: [(&str, Result<&str, &str>); 25] = [
            ("", Ok("")),
            (" ", Ok("")),
            ("null", Ok("")),
            ("{}", Ok("")),
            (" [ ] ", Ok("")),
            (r#"{"a": "x", "b": 1}"#, Ok("a=x b=1")),
            (r#"{"a": "", "b": null, "c": false}"#, Ok("a b c=false")),
            (r#"{"a": [1, "x"]}"#, Ok(r#"a=[1,"x"]"#)),
            (r#"["b", "a", null, true]"#, Ok("b a true")),
            (
                r#"[{"Name": "a", "Value": "x"}, {"Name": "b", "Value": ""}]"#,
                Ok("a=x b"),
            ),
            (
                r#"[{"name": "a", "value": "x"}, {"value": 2, "key": "b"}]"#,
                Ok("a=x b=2"),
            ),
            (r#"[{"Value": "x", "Name": "a"}]"#, Ok("a=x")),
            (r#"{"Name": "a", "Other": "x"}"#, Ok("Name=a Other=x")),
            (r#"{"Name": "a", "Name": "x"}"#, Ok("Name=a Name=x")),
            (
                r#"{"Name": "a", "Value": "x", "More": true}"#,
                Ok("Name=a Value=x More=true"),
            ),
            (r#"[{"Name": "", "Value": "x"}]"#, Ok("")),
            (
                r#"[{"Name": "a\\b", "Value": "\"\u00e9\""}]"#,
                Ok("a\\b=\"\u{e9}\""),
            ),
            ("Identity", Err("no JSON")),
            ("5", Err("neither an object nor a list")),
            ("[1", Err("no JSON")),
            ("{\"a\": \"x\ny\"}", Err("no JSON")),
            ("[\"a\\", Err("no JSON")),
            ("[\"a\\\u{e9}\"]", Err("no JSON")),
            ("[\"a\"] x", Err("no JSON")),
            ("[\"a\",]", Err("no JSON")),
        ];
        for (json, expected) in cases {
            let found = read(json).map(written);
            match expected {
                Ok(expected) => assert_eq!(found.as_deref(), Ok(expected), "{json}"),
                Err(start) => assert!(found.is_err_and(|error| error.starts_with(start)), "{json}"),
            }
        }
    }

    proptest! {
        /// The short way takes nothing that serde_json does not, and reads the same.
        #[test]
        fn both_ways_agree(json in r#"[\[\{]([ ,:\]\}]|"[a-b\\"]{0,3}"|"Name"|"Value"|null|true|[0-9é])*[\]\}]"#) {
            let mut params = Vec::new();
            let short = Scan { json: &json, at: 0 }.all(&mut params);
            if short.is_some() {
                let value: Value = serde_json::from_str(&json).expect("is JSON");
                let mut others = Vec::new();
                match value {
                    Value::Object(fields) => add_object(fields, &mut others),
                    Value::Array(items) => for item in items {
                        match item {
                            Value::Object(fields) => add_object(fields, &mut others),
                            name => others.extend(text(name).map(|name| (name, None))),
                        }
                    },
                    _ => {}
                }
                // A tree has names once, in another order.
                params.sort();
                others.sort();
                params.dedup_by(|a, b| a.0 == b.0);
                others.dedup_by(|a, b| a.0 == b.0);
                prop_assert_eq!(params.len(), others.len());
            }
        }
    }
}
