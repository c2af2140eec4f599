use proptest::prelude::*;

use super::*;
use crate::table::type_name;

fn answer(text: &str, rows: &[&str], strip: &str) -> Result<Answer> {
    let options = AnswerOptions {
        name: "the answer",
        rows: &rows.join(" "),
        strip,
    };
    read_answer(text.as_bytes().to_vec(), options, &mut Progress::none())
}

fn types(table: &Table) -> String {
    let fields = table.batch().schema_ref().fields().iter();
    let types = fields.map(|field| format!("{} {}", field.name(), type_name(field.data_type())));
    types.collect::<Vec<_>>().join(", ")
}

fn json(table: &Table) -> String {
    let json = table.to_json(&crate::table::JsonOptions::default());
    String::from_utf8(json)
        .expect("UTF-8")
        .trim_end()
        .replace(",\n", ",")
}

#[test]
fn rows_become_tables() {
    for (name, text, rows, rest, columns, values) in [
        (
            "arrays below their columns",
            r#"{"tables":[{"columns":[{"name":"t","type":"datetime"},{"name":"n","type":"long"}],"rows":[["2024-01-01T00:00:00.1234567Z",9223372036854775807]]}],"x":1}"#,
            "rows",
            r#"{"tables":[{"columns":[{"name":"t","type":"datetime"},{"name":"n","type":"long"}],"rows":[0]}],"x":1}"#,
            "t timestamp, n int64",
            r#"[{"t":"2024-01-01T00:00:00.123456Z","n":9223372036854775807}]"#,
        ),
        (
            "columns after them, of Kusto",
            r#"{"Rows": [["1", null]], "Columns": [{"ColumnName":"a","ColumnType":"string"},{"ColumnName":"a","DataType":"Double"}]}"#,
            "Rows",
            r#"{"Rows": [0], "Columns": [{"ColumnName":"a","ColumnType":"string"},{"ColumnName":"a","DataType":"Double"}]}"#,
            "a text, a_1 float64",
            r#"[{"a":"1","a_1":null}]"#,
        ),
        (
            "no rows keep their types",
            r#"{"columns":[{"name":"a","type":"bool"},{"name":"b","type":"datetime"},{"name":"c","type":"int"},{"name":"d","type":"decimal"},{"name":"e","type":"dynamic"}],"rows":[]}"#,
            "rows",
            r#"{"columns":[{"name":"a","type":"bool"},{"name":"b","type":"datetime"},{"name":"c","type":"int"},{"name":"d","type":"decimal"},{"name":"e","type":"dynamic"}],"rows":[0]}"#,
            "a bool, b timestamp, c int64, d float64, e text",
            "[]",
        ),
        (
            "values as services write them",
            r#"{"columns":[{"name":"a","type":"bool"},{"name":"b","type":"real"},{"name":"c","type":"dynamic"},{"name":"d","type":"string"},{"name":"e","type":"decimal"}],"rows":[[1,"NaN",{"x":[1]},"2024-01-01","1.5"],[false,1,"{\"x\":1}","7",null]]}"#,
            "rows",
            r#"{"columns":[{"name":"a","type":"bool"},{"name":"b","type":"real"},{"name":"c","type":"dynamic"},{"name":"d","type":"string"},{"name":"e","type":"decimal"}],"rows":[0]}"#,
            "a bool, b float64, c text, d text, e float64",
            r#"[{"a":true,"b":null,"c":"{\"x\":[1]}","d":"2024-01-01","e":1.5},{"a":false,"b":1.0,"c":"{\"x\":1}","d":"7","e":null}]"#,
        ),
        (
            "a value that is not of the type",
            r#"{"columns":[{"name":"a","type":"long"},{"name":"b","type":"bool"}],"rows":[[18446744073709551615,"maybe"]]}"#,
            "rows",
            r#"{"columns":[{"name":"a","type":"long"},{"name":"b","type":"bool"}],"rows":[0]}"#,
            "a text, b text",
            r#"[{"a":"18446744073709551615","b":"maybe"}]"#,
        ),
        (
            "objects with a schema",
            r#"{"Schema":[{"Name":"T","Type":"DateTime"},{"Name":"S","Type":"String"}],"Results":[{"S":"1","T":"2024-01-01T00:00:00Z"}]}"#,
            "Results",
            r#"{"Schema":[{"Name":"T","Type":"DateTime"},{"Name":"S","Type":"String"}],"Results":[0]}"#,
            "T timestamp, S text",
            r#"[{"T":"2024-01-01T00:00:00Z","S":"1"}]"#,
        ),
        (
            "objects in an array of the same name, with a prefix",
            r#"{"hits":{"total":1,"hits":[{"_id":"x","_source":{"_id":2,"host":{"name":"h"}}}]}}"#,
            "hits",
            r#"{"hits":{"total":1,"hits":[0]}}"#,
            "_id text, _source._id int64, host.name text",
            r#"[{"_id":"x","_source._id":2,"host.name":"h"}]"#,
        ),
        (
            "errors among rows",
            r#"[{"Columns":[{"ColumnName":"a","ColumnType":"int"}],"Rows":[[1],{"OneApiErrors":[{"error":{"code":"x"}}]}]}]"#,
            "Rows",
            r#"[{"Columns":[{"ColumnName":"a","ColumnType":"int"}],"Rows":[0,{"OneApiErrors":[{"error":{"code":"x"}}]}]}]"#,
            "a int64",
            r#"[{"a":1}]"#,
        ),
        (
            "columns in an object before, of Kusto's fragments",
            r#"[{"TableId":1,"Columns":[{"ColumnName":"a","ColumnType":"long"}]},{"TableId":1,"Rows":[[1]]},{"Progress":5}]"#,
            "Rows",
            r#"[{"TableId":1,"Columns":[{"ColumnName":"a","ColumnType":"long"}]},{"TableId":1,"Rows":[0]},{"Progress":5}]"#,
            "a int64",
            r#"[{"a":1}]"#,
        ),
    ] {
        let answer = answer(text, &[rows], "_source.").expect(name);
        assert_eq!(answer.rest, rest, "{name}");
        assert_eq!(types(&answer.tables[0]), columns, "{name}");
        assert_eq!(json(&answer.tables[0]), values, "{name}");
    }
}

#[test]
fn what_is_no_row_stays() {
    let text = r#"{"rows": 5, "a": {"rows": ["x"]}, "b": [{"rows": [[1]], "columns": [{"name":"n"}]}, {"rows": []}], "é": "\u00e9 ] }"}"#;
    let answer = answer(text, &["rows"], "").expect("JSON");
    assert_eq!(
        answer.rest,
        r#"{"rows": 5, "a": {"rows": ["x"]}, "b": [{"rows": [0], "columns": [{"name":"n"}]}, {"rows": [1]}], "é": "\u00e9 ] }"}"#
    );
    assert_eq!(
        answer.tables.iter().map(types).collect::<Vec<_>>(),
        ["n int64", ""]
    );
}

#[test]
fn broken_answers_are_errors() {
    for (text, message) in [
        ("", "the answer: it is not valid JSON"),
        ("<html>", "the answer: it is not valid JSON"),
        (r#"{"rows":[[1"#, "the answer: it is not valid JSON"),
        (
            r#"{"rows":[[1]],"columns":[{"name":"a"}]"#,
            "the answer: it is not valid JSON",
        ),
        (
            r#"{"rows":[[1,2]],"columns":[{"name":"a"}]}"#,
            "the answer, row 1: 2 values for 1 columns",
        ),
        (r#"{"rows":[{"a":1},{"a":tru}]}"#, "the answer, row 2"),
        (r#"{"rows":[{"a":1} {"a":1}]}"#, "the answer"),
        (
            r#"{"rows":[[1]] "a":2}"#,
            "the answer: it is not valid JSON",
        ),
        (&"[".repeat(100_000), "the answer: it is not valid JSON"),
    ] {
        let error = answer(text, &["rows"], "").expect_err(text);
        assert_eq!(error.code(), "badInput", "{text}");
        assert!(error.to_string().starts_with(message), "{error}");
    }
}

proptest! {
    #[test]
    fn no_text_panics(pieces in prop::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", "\"rows\":", "\"columns\":", "\"name\":\"a\"", "\"type\":\"long\"", "[1]", "[[1],[2]]", "{\"a\":1}", "\"", "\\", "1e999", "null", " ", "é",
    ]), 0..14)) {
        let text = pieces.concat();
        let answer = answer(&text, &["rows"], "");
        // What is taken is JSON but for scalars, which JavaScript reads.
        if let Ok(answer) = answer {
            prop_assert_eq!(answer.tables.len(), answer.rest.matches("\"rows\":[").count().min(answer.tables.len()));
        }
    }
}
