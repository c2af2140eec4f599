//! Matrices against msticpy 3.0.2, whose `_prep_data` made `../shared/oracle`.
#![allow(clippy::unwrap_used)]

mod facts;

use facts::{open, oracle};
use huntbook::vis::chart::Chart;
use huntbook::vis::{Matrix, Tables};
use serde_json::{Value, json};

#[test]
fn pairs_have_the_values_of_msticpy() {
    let flows = open("data/msticpy/az_net_flows.csv");
    let (Some(flows), Some(answers)) = (flows, oracle("vis_and_query_helpers.json")) else {
        return;
    };
    let answers = &answers["matrix_prep az_net_flows L7Protocol x FlowDirection"];
    for (name, options) in [
        ("count", json!({})),
        ("sum", json!({ "valueColumn": "TotalAllowedFlows" })),
        (
            "distinct",
            json!({ "valueColumn": "AllExtIPs", "distCount": true }),
        ),
    ] {
        let mut all = json!({ "x": "L7Protocol", "y": "FlowDirection", "sort": true });
        all.as_object_mut()
            .unwrap()
            .extend(options.as_object().unwrap().clone());
        let tables = Tables {
            main: vec![(String::new(), flows.clone())],
            ..Tables::default()
        };
        let chart = Matrix::new(tables, &serde_json::from_value(all).unwrap()).unwrap();
        let data = chart.data().unwrap();
        let (x, y) = (
            data.text("L7Protocol").unwrap(),
            data.text("FlowDirection").unwrap(),
        );
        let values = data
            .f64(if name == "count" { "Rows" } else { "Value" })
            .unwrap();
        let ours =
            (0..data.num_rows()).map(|row| json!([x.get(row), y.get(row), values.value(row)]));
        let mut ours: Vec<Value> = ours.collect();
        let theirs = answers[name]["rows"].as_array().unwrap().iter();
        let theirs = theirs.map(|row| json!([row[0], row[1], row[2].as_f64()]));
        let mut theirs: Vec<Value> = theirs.collect();
        for rows in [&mut ours, &mut theirs] {
            rows.sort_by_key(Value::to_string);
        }
        assert_eq!(ours, theirs, "{name}");
    }
}
