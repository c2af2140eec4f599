//! What no value can do: any text stays in its literal and is read as it was given.
#![allow(clippy::unwrap_used)] // a test may fail so

use proptest::prelude::*;
use serde_json::json;

use super::language::{Escape, Language};
use super::scan::{Lexer, Place};
use super::tests::{query, rendered, x};
use super::*;

/// Each kind of literal of each language: environment, what is before the value, and what is after.
const LITERALS: [(&str, &str, &str); 21] = [
    ("KQL", "T | where a == \"", "\" | take 1"),
    ("KQL", "T | where a == '", "' | take 1"),
    ("KQL", "T | where a == @\"", "\" | take 1"),
    ("KQL", "T | where a == @'", "' | take 1"),
    ("KQL", "T | where a == ```", "``` | take 1"),
    ("KQL", "T | where a == ~~~", "~~~ | take 1"),
    ("SPL", "search a=\"", "\" | head 1"),
    ("Sumo Logic", "a=\"", "\" | limit 1"),
    ("OData", "/a?$filter=a eq '", "'&$top=1"),
    ("OData", "/a?$search=\"", "\"&$top=1"),
    ("SQL", "SELECT 1 WHERE a = '", "' -- b"),
    ("SQL", "SELECT \"", "\" -- b"),
    ("Lucene", "a:\"", "\" AND b"),
    ("ES|QL", "FROM a | WHERE b == \"", "\" | LIMIT 1"),
    ("ES|QL", "FROM a | WHERE b == \"\"\"", "\"\"\" | LIMIT 1"),
    ("JSON", "{{\"a\": \"", "\"}}"),
    ("JSON of Cybereason", "{{\"a\": [\"", "\"]}}"),
    ("RQL", "a = '", "' and b"),
    ("RQL", "a = \"", "\" and b"),
    ("RQL in JSON", "{{\"q\": \"a = '", "' and b\"}}"),
    ("RQL in JSON", "{{\"q\": \"a = ", " and b\"}}"),
];

/// The texts of the literals of a query, read anew.
fn literals(language: &'static Language, text: &str) -> Vec<String> {
    let mut lexer = Lexer::new(language, text);
    let mut found = Vec::new();
    loop {
        let before = lexer.state.place;
        let Some(token) = lexer.step() else {
            return found;
        };
        match (before, lexer.state.place) {
            (Place::Code, Place::Literal(_)) => found.push(String::new()),
            (Place::Literal(number), Place::Literal(_)) => {
                let quote = &language.quotes[usize::from(number)];
                found
                    .last_mut()
                    .unwrap()
                    .push_str(&unescaped(quote.escape, token));
            }
            _ => {}
        }
    }
}

fn unescaped(escape: Escape, token: &str) -> String {
    match escape {
        Escape::Backslash if token == "\\n" => "\n".into(),
        Escape::Backslash if token == "\\r" => "\r".into(),
        Escape::Backslash if token == "\\t" => "\t".into(),
        // What is after \u comes as four tokens, so it is read at the end.
        Escape::Backslash if token == "\\u" => "\u{e000}".into(),
        Escape::Backslash if token.len() > 1 && token.starts_with('\\') => token[1..].into(),
        Escape::Doubled if token.len() == 2 && token.is_ascii() => token[1..].into(),
        _ => token.into(),
    }
}

fn with_codes(text: &str) -> String {
    let mut parts = text.split('\u{e000}');
    let mut read = parts.next().unwrap().to_owned();
    for part in parts {
        read.push(char::from_u32(u32::from_str_radix(&part[..4], 16).unwrap()).unwrap());
        read.push_str(&part[4..]);
    }
    read
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// The texts of a query's literals as its store will read them.
fn read_back(query: &Query, text: &str) -> Vec<String> {
    let text = if query.language.is_url {
        decoded(text)
    } else {
        text.to_owned()
    };
    literals(query.language, &text)
        .iter()
        .map(|text| with_codes(text))
        .collect()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>().prop_filter("stands for \\u", |text| !text.contains('\u{e000}')),
        "[ab\"'`~@\\\\|/*%&#;(){}\\[\\]\n\r\t\u{0}\u{7f}\u{85}\u{2028} =-]{0,12}",
    ]
}

proptest! {
    #[test]
    fn a_text_stays_in_its_literal(text in any_text(), which in 0..LITERALS.len()) {
        let (environment, before, after) = LITERALS[which];
        let query = &query(environment, &[before, "{x}", after].concat(), &x()).unwrap();
        let given = json!({ "x": text });
        match render(query, given.as_object().unwrap()) {
            Ok(rendered) => {
                let plain = json!({ "x": "PLAIN" });
                let plain = render(query, plain.as_object().unwrap()).unwrap();
                let expected: Vec<String> = read_back(query, &plain).iter().map(|literal| literal.replace("PLAIN", &text)).collect();
                prop_assert_eq!(read_back(query, &rendered), expected, "{}", rendered);
                // What is around it is the same.
                let (start, end) = plain.split_once("PLAIN").unwrap();
                prop_assert!(rendered.starts_with(start) && rendered.ends_with(end), "{}", rendered);
            }
            Err(error) => {
                let hard = text.contains(['\'', '"', '`', '~', '\\']) || text.contains(char::is_control) || text.contains(['\u{2028}', '\u{2029}']);
                let message = error.to_string();
                // In JSON a text of RQL may have quotes, but each twice.
                let is_query = which == LITERALS.len() - 1 && message.contains("cannot stand there");
                prop_assert!(hard && (is_query || message.contains("has a ")), "{message}");
            }
        }
    }

    #[test]
    fn a_text_without_quotes_is_one_literal(text in any_text(), which in 0..5_usize) {
        let (environment, before) = [("KQL", "T | where a == "), ("OData", "/a?$filter=a eq "), ("SQL", "SELECT 1 WHERE a = "), ("ES|QL", "FROM a | WHERE b == "), ("JSON of Cybereason", "{{\"a\": ")][which];
        let after = if which == 4 { "}}" } else { "" };
        let query = &query(environment, &[before, "{x}", after].concat(), &x()).unwrap();
        let given = json!({ "x": text });
        let rendered = render(query, given.as_object().unwrap()).unwrap();
        let key = if which == 4 { vec!["a".to_owned()] } else { vec![] };
        prop_assert_eq!(read_back(query, &rendered), [key, vec![text]].concat(), "{}", rendered);
    }

    #[test]
    fn a_word_of_spl_or_lucene_is_one_term(text in any_text(), spl: bool) {
        let (environment, before, after) = if spl { ("SPL", "search a=", " | head 1") } else { ("Lucene", "a:", " AND b") };
        let given = json!({ "x": text });
        let rendered = rendered(environment, &[before, "{x}", after].concat(), x(), given).unwrap();
        let value = rendered.strip_prefix(before).unwrap().strip_suffix(after).unwrap();
        let language = query(environment, before, &json!({})).unwrap().language;
        match literals(language, value).as_slice() {
            [literal] => prop_assert_eq!(literal, &text),
            _ => prop_assert!(value == text && !value.contains([' ', '|', '(', '"', '`', '[', '=', '\\']), "{}", value),
        }
    }

    #[test]
    fn lists_are_as_long_as_given(texts in prop::collection::vec(any_text(), 1..5), which in 0..6_usize) {
        let (environment, before, after) = [("KQL", "T | where a in (", ")"), ("SPL", "search a IN (", ")"), ("SQL", "SELECT 1 WHERE a IN (", ")"), ("OData", "/a?$filter=a in (", ")"), ("Lucene", "a:(", ")"), ("JSON of Cybereason", "{{\"\": [", "]}}")][which];
        let query = &query(environment, &[before, "{x}", after].concat(), &x()).unwrap();
        let given = json!({ "x": texts });
        let rendered = render(query, given.as_object().unwrap()).unwrap();
        let read = read_back(query, &rendered);
        prop_assert_eq!(&read[read.len() - texts.len()..], &texts[..], "{}", rendered);
        prop_assert_eq!(read.len(), texts.len() + usize::from(which == 5));
    }

    #[test]
    fn words_and_fragments_leave_the_rest_alone(text in any_text(), environment in 0..7_usize) {
        let environment = ["KQL", "SPL", "OData", "SQL", "Lucene", "RQL", "Sumo Logic"][environment];
        for (default, raw) in [(json!("Word"), false), (json!("a fragment"), false), (json!(null), true)] {
            let parameters = json!({ "x": { "default": default, "raw": raw.then_some(true) }, "y": {} });
            let given = json!({ "x": text, "y": "it" });
            let Ok(rendered) = rendered(environment, "abc {x} \"{y}\" def", parameters, given) else { continue };
            prop_assert!(rendered.ends_with("\"it\" def"), "{}", rendered);
            let language = query(environment, "abc", &json!({})).unwrap().language;
            let read = literals(language, &rendered);
            prop_assert_eq!(read.last().map(String::as_str), Some("it"), "{}", rendered);
        }
    }

    #[test]
    fn no_text_and_no_value_panics(code in any_text(), text in any_text(), environment in 0..7_usize) {
        let environment = ["KQL", "SPL", "OData", "SQL", "Lucene", "RQL", "text"][environment];
        for value in [json!(text), json!([text]), json!({ "time": text }), json!({ "dict": text })] {
            if let Ok(query) = query(environment, &code.replace('a', "{x}"), &x()) {
                let _ = render(&query, json!({ "x": value }).as_object().unwrap());
            }
        }
    }
}
