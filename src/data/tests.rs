//! Rows for rendering and for files.
#![allow(clippy::unwrap_used)] // a test may fail so

use serde_json::{Value as Json, json};

use super::*;
use crate::Result;

pub(super) fn query(language: &str, text: &str, parameters: &Json) -> Result<Query, Fault> {
    let language = Language::named(language).expect(language);
    Query::new("q", language, text, parameters.as_object().unwrap())
}

pub(super) fn rendered(
    environment: &str,
    text: &str,
    parameters: Json,
    given: Json,
) -> Result<String> {
    let query = query(environment, text, &parameters).expect(text);
    render(&query, given.as_object().unwrap())
}

/// A parameter `x` without a default.
pub(super) fn x() -> Json {
    json!({ "x": {} })
}

fn with_default(default: Json) -> Json {
    json!({ "x": { "default": default } })
}

#[test]
fn values_where_they_stand() {
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, Json, Json, &str)] = &[
        // KQL, in literals
        ("between quotes", "KQL", r#"T | where a == "{x}""#, x(), json!(r#"a" or 1==1 //"#), r#"T | where a == "a\" or 1==1 //""#),
        ("a path", "KQL", r#"T | where a == "{x}""#, x(), json!(r"C:\a\"), r#"T | where a == "C:\\a\\""#),
        ("single quotes", "KQL", "T | where a == '{x}'", x(), json!("it's \"x\""), r#"T | where a == 'it\'s "x"'"#),
        ("line breaks", "KQL", r#"T | where a == "{x}""#, x(), json!("a\r\nb\u{2028}c\u{0}"), r#"T | where a == "a\r\nb\u2028c\u0000""#),
        ("verbatim", "KQL", r#"T | where a == @"\{x}""#, x(), json!(r#"C:\"a""#), r#"T | where a == @"\C:\""a""""#),
        ("obfuscated", "KQL", r#"T | where a == h"{x}""#, x(), json!("\""), r#"T | where a == h"\"""#),
        ("a fence", "KQL", "T | where a == ```{x}```", x(), json!("a\"\nb"), "T | where a == ```a\"\nb```"),
        ("a number in a literal", "KQL", "T | where a == '{x}'", x(), json!(4624), "T | where a == '4624'"),
        ("a list in a literal", "KQL", r#"let a = split("{x}", ",");"#, x(), json!(["a", "\""]), r#"let a = split("a,\"", ",");"#),
        ("a comment", "KQL", "T // {x}\n| take 1", x(), json!("a\n| b"), "T // a | b\n| take 1"),
        // KQL, elsewhere
        ("a text after ==", "KQL", "T | where a == {x}", x(), json!("10.0.0.1' or"), r"T | where a == '10.0.0.1\' or'"),
        ("a text in a list", "KQL", "T | where a has_any ({x})", x(), json!("a,b"), "T | where a has_any ('a,b')"),
        ("texts for one", "KQL", "T | where a has_any ({x})", x(), json!(["a", "b'"]), r"T | where a has_any ('a', 'b\'')"),
        ("a number for a text", "KQL", "T | where a == {x}", x(), json!(7), "T | where a == 7"),
        ("a name", "KQL", "{x} | take 1", x(), json!("SecurityEvent"), "SecurityEvent | take 1"),
        ("an operator", "KQL", "T | where a {x} 'b'", with_default(json!("has")), json!("!in~"), "T | where a !in~ 'b'"),
        ("a number's default", "KQL", "T | take {x}", with_default(json!("10")), json!("20"), "T | take 20"),
        ("a fragment", "KQL", "T {x}", with_default(json!("")), json!("| where a in ('x;', \"(\")"), "T | where a in ('x;', \"(\")"),
        ("a condition", "KQL", "T | where {x}", with_default(json!("true")), json!("a == 'b'"), "T | where a == 'b'"),
        ("a fragment that the file says", "KQL", "{x} | take 1", json!({ "x": { "raw": true } }), json!("union A, B"), "union A, B | take 1"),
        ("a default is the file's own", "KQL", r#"T | where a == "{x}""#, with_default(json!(r"\\")), json!(null), r#"T | where a == "\\""#),
        ("the same as the default", "KQL", "{x} | take 1", with_default(json!("union A, B")), json!("union A, B"), "union A, B | take 1"),
        ("a default that is a literal", "KQL", "let a = {x};", with_default(json!("'a'")), json!("b'"), r"let a = 'b\'';"),
        ("ints", "KQL", "T | where a in ({x})", x(), json!([4624, "b'", 1.5]), r"T | where a in (4624, 'b\'', 1.5)"),
        ("a number", "KQL", "T | where a > {x}", x(), json!(1e-3), "T | where a > 0.001"),
        ("true", "KQL", "T | where a == {x}", x(), json!(true), "T | where a == true"),
        ("an object", "KQL", "print {x}", x(), json!({ "dict": "{\"a\":\"\\\"\"}" }), r#"print dynamic({"a":"\""})"#),
        ("a time", "KQL", "T | where a > datetime({x})", x(), json!({ "time": "2024-01-02 03:04:05" }), "T | where a > datetime(2024-01-02T03:04:05Z)"),
        ("a time with an offset", "KQL", "T | where a > datetime({x})", x(), json!({ "time": "2024-01-02T03:04:05.1234567+05:00" }), "T | where a > datetime(2024-01-02T03:04:05.1234567+05:00)"),
        ("a time without datetime", "KQL", "T | where a > {x}", x(), json!({ "time": "2024-01-02" }), "T | where a > datetime(2024-01-02T00:00:00Z)"),
        ("braces", "KQL", r#"T | where a matches regex "[0-9]{{1,3}}" {x}"#, with_default(json!("")), json!("| extend b = dynamic({})"), r#"T | where a matches regex "[0-9]{1,3}" | extend b = dynamic({})"#),
        ("lines", "KQL", "\n  T\n    {x}\n\n  | join (\n      U )\n", with_default(json!("")), json!(null), "  T\n  | join (\n      U )"),
        ("a literal over lines", "KQL", "T\n| where a == 'b\n   c'\n| where d == '{x}'", x(), json!("e"), "T\n| where a == 'b c'\n| where d == 'e'"),
        // formats
        ("a format", "KQL", "let a = {x};", json!({ "x": { "format": "dynamic('{}')" } }), json!("'"), r"let a = dynamic('\'');"),
        ("a format of a time", "KQL", "let a = {x};", json!({ "x": { "format": "'{:%Y/%m/%d %H-%M-%S.%f %%}'" } }), json!({ "time": "2024-01-02T03:04:05.5Z" }), "let a = '2024/01/02 03-04-05.500000 %';"),
        // other languages
        ("a word in SPL", "SPL", "search src={x}", x(), json!("10.0.0.1"), "search src=10.0.0.1"),
        ("a text in SPL", "SPL", "search src={x}", x(), json!(r#"a" | delete `m` \"#), r#"search src="a\" | delete `m` \\""#),
        ("a keyword in SPL", "SPL", "search src={x}", x(), json!("OR"), r#"search src="OR""#),
        ("a text for a wildcard in SPL", "SPL", "search index={x}", with_default(json!("*")), json!("a b"), r#"search index="a b""#),
        ("a list in SPL", "SPL", "search src IN ({x})", x(), json!(["a", "b\""]), r#"search src IN ("a","b\"")"#),
        ("a time in SPL", "SPL", "search earliest={x}", x(), json!({ "time": "2024-01-02T03:04:05Z" }), "search earliest=\"2024-01-02 03:04:05.000000\""),
        ("a time between quotes", "SPL", "search earliest=\"{x}\"", x(), json!({ "time": "2024-01-02T03:04:05Z" }), "search earliest=\"2024-01-02 03:04:05.000000\""),
        ("OData", "OData", "/users?$filter=a eq '{x}'", x(), json!("O'Neil & co%#é"), "/users?$filter=a eq 'O''Neil%20%26%20co%25%23%C3%A9'"),
        ("OData, double quotes", "OData", "/users?$search=\"{x}\"", x(), json!("a\"\\"), "/users?$search=\"a%5C%22%5C%5C\""),
        ("OData, a value", "OData", "/users?$filter=a eq {x}", x(), json!("b'"), "/users?$filter=a eq 'b'''"),
        ("OData, a path", "OData", "/alerts/{x}?$top=1", x(), json!("a/../b?c"), "/alerts/a%2F..%2Fb%3Fc?$top=1"),
        ("OData, on one line", "OData", "/alerts?$filter=a\n  and b eq '{x}'", x(), json!("c"), "/alerts?$filter=a and b eq 'c'"),
        ("OData, a time", "OData", "/alerts?$filter=a ge {x}", x(), json!({ "time": "2024-01-02T03:04:05+01:00" }), "/alerts?$filter=a ge 2024-01-02T02:04:05Z"),
        ("SQL", "SQL", "SELECT * FROM t WHERE a = '{x}'", x(), json!(r"a' OR 1=1 -- \"), r"SELECT * FROM t WHERE a = 'a'' OR 1=1 -- \'"),
        ("a name in SQL", "SQL", "SELECT \"{x}\" FROM t", x(), json!("a\"b"), "SELECT \"a\"\"b\" FROM t"),
        ("Lucene", "Lucene", "user:{x}", x(), json!("a* OR b"), "user:\"a* OR b\""),
        ("a list in Lucene", "Lucene", "user:({x})", x(), json!(["a", "b"]), "user:(\"a\" OR \"b\")"),
        ("ES|QL", "ES|QL", "FROM logs | WHERE a == {x}", x(), json!("a\"\n"), r#"FROM logs | WHERE a == "a\"\n""#),
        ("JSON", "JSON", r#"{{"a": {x}, "b": "{x}"}}"#, x(), json!("\"\n"), r#"{"a": "\"\n", "b": "\"\n"}"#),
        ("a list in JSON", "JSON of Cybereason", r#"{{"a": [{x}]}}"#, x(), json!(["b", "\"", 1]), r#"{"a": ["b", "\"", 1]}"#),
        ("a time in Cybereason", "JSON of Cybereason", r#"{{"a": [{x}]}}"#, x(), json!({ "time": "1970-01-02" }), r#"{"a": [86400000]}"#),
        ("a time in Elastic", "JSON", r#"{{"gte": {x}}}"#, x(), json!({ "time": "1970-01-02" }), r#"{"gte": "1970-01-02T00:00:00Z"}"#),
        ("RQL", "RQL", "config where a = '{x}'", x(), json!("b\"c"), "config where a = 'b\"c'"),
        ("RQL in JSON", "RQL in JSON", r#"{{"q": "where a = '{x}' and {y}"}}"#, json!({ "x": {}, "y": { "default": "true" } }), json!("b&c"), r#"{"q": "where a = 'b&c' and true"}"#),
        ("a file", "text", "{x}", x(), json!("my logs/a.csv"), "my logs/a.csv"),
    ];
    for (name, environment, query, parameters, value, expected) in rows {
        let given = if value.is_null() {
            json!({})
        } else {
            json!({ "x": value })
        };
        let text = rendered(environment, query, parameters.clone(), given);
        assert_eq!(text.as_deref(), Ok(*expected), "{name}");
    }
}

#[test]
fn values_that_cannot_be() {
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str, Json, Json, &str)] = &[
        ("not a name", "KQL", "{x} | take 1", x(), json!("A | B"), "query `q`: parameter `x` stands in the query without quotes, so it should be one name or number, but is `A | B`"),
        ("a comment for a name", "KQL", "T | where a {x} 'b'", with_default(json!("has")), json!("=="), ""),
        ("a command", "KQL", "{x} | take 1", x(), json!(".drop"), "query `q`: parameter `x` stands in the query without quotes, so it should be one name or number, but is `.drop`"),
        ("a bracket", "KQL", "T | where ({x})", with_default(json!("true")), json!("a) or (b"), "query `q`: parameter `x` is a piece of the query, and closes a bracket that it does not open"),
        ("a quote", "KQL", "T {x}", with_default(json!("")), json!("| where a == \"b"), "query `q`: parameter `x` is a piece of the query, and does not close a quote"),
        ("two statements", "KQL", "T {x}", with_default(json!("")), json!("; U"), "query `q`: parameter `x` is a piece of the query, and has a `;`, so it is more than a piece of a query"),
        ("a comment", "KQL", "T {x} | take 1", with_default(json!("")), json!("// all"), "query `q`: parameter `x` is a piece of the query, and ends in a comment, which would go on after it"),
        ("a line break in a verbatim text", "KQL", "print @'{x}'", x(), json!("a\nb"), "query `q`: parameter `x` has a line break or another control character"),
        ("a fence in a fence", "KQL", "print ```{x}```", x(), json!("`"), "query `q`: parameter `x` has a quote or backslash, for which there is no escape there"),
        ("a quote in RQL", "RQL", "a = '{x}'", x(), json!("'"), "query `q`: parameter `x` has a quote or backslash, for which there is no escape there"),
        ("a quote in RQL in JSON", "RQL in JSON", r#"{{"q": "a = '{x}'"}}"#, x(), json!("' or 'a'='a"), "query `q`: parameter `x` has a quote or backslash, for which there is no escape there"),
        ("a default that breaks out", "KQL", "print '{x}'", with_default(json!("' | take 1")), json!({}), "query `q`: parameter `x` cannot stand there, as what comes after it would be read in another way"),
        ("a comment that ends", "SQL", "/* {x} */ SELECT 1", x(), json!("*/"), "query `q`: parameter `x` cannot stand there, as what comes after it would be read in another way"),
        ("up in a path", "OData", "/users/{x}", x(), json!(".."), "query `q`: parameter `x` stands in the query without quotes, so it should be one name or number, but is `..`"),
        ("no value", "KQL", "take {x}", x(), json!({}), "query `q`: parameter `x` has no value"),
        ("a format of a time for a text", "KQL", "print {x}", json!({ "x": { "format": "'{:%Y}'" } }), json!("a"), "query `q`: parameter `x` has a `format` that is for times"),
        ("a letter of a format", "KQL", "print {x}", json!({ "x": { "format": "'{:%q}'" } }), json!({ "time": "2024-01-02" }), "query `q`: parameter `x` has a `format` in which the letters after % may only be Y m d H M S f and %"),
        ("not a time", "KQL", "take {x}", x(), json!({ "time": "soon" }), "query `q`: parameter `x` should be a Date, an ISO 8601 time, a number of days from now such as -1, or an offset such as \"-3h\" or \"-1d@d\", but is `soon`"),
    ];
    for (name, environment, query, parameters, value, expected) in rows {
        let given = if *value == json!({}) {
            json!({})
        } else {
            json!({ "x": value })
        };
        let text = rendered(environment, query, parameters.clone(), given);
        let message = text
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert_eq!(message, *expected, "{name}");
    }
}

#[test]
fn queries_that_are_wrong() {
    #[rustfmt::skip]
    let rows = [
        ("no parameter", "T {y}", json!({}), "there is no parameter `y` for {y}"),
        ("a brace alone", "T { y", json!({}), "there is a brace alone"),
        ("a closing brace alone", "T } y", json!({}), "there is a brace alone"),
        ("a backslash before a value", r#"T "\{x}""#, x(), "a backslash right before {x} would change its first character"),
        ("a format", "{x}", json!({ "x": { "format": "{name}" } }), "there is {name} in `format`"),
    ];
    for (name, text, parameters, problem) in rows {
        let fault = query("KQL", text, &parameters).unwrap_err();
        assert_eq!(fault.problem, problem, "{name}");
        assert!(!fault.advice.is_empty());
    }
}
