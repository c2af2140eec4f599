//! What is chosen, as a value that a program reads and sets.

use serde_json::{Map, Value};

use super::Figure;
use crate::table::time::{format_time, parse_time};
use crate::vis::chart::{Brush, Selection};

impl Figure {
    /// What is chosen: names and values, of which times are ISO 8601; none if nothing is.
    pub fn value(&self) -> Option<Map<String, Value>> {
        let time = self.gestures().time;
        let end = |x: f64| match time {
            true => Value::from(format_time(x as i64)),
            false => x.into(),
        };
        let mut value = Map::new();
        match self.selection? {
            Selection::Item(index) => value = self.chart.fields(index),
            Selection::Range(x, y) => {
                let [from, to] = x.map(end);
                match time {
                    true => value.extend([("start".into(), from), ("end".into(), to)]),
                    false => {
                        value.insert("x".into(), vec![from, to].into());
                    }
                }
                if self.gestures().brush == Brush::Both {
                    value.insert("y".into(), y.to_vec().into());
                }
                value.extend(self.chart.range_fields(x, y));
            }
        }
        Some(value)
    }

    /// The rows that are chosen, in order.
    pub fn rows(&self) -> Vec<u32> {
        self.selection
            .map_or(vec![], |selection| self.chart.rows(&selection))
    }

    /// Chooses what a value says, as [`Figure::value`] gives it; nothing if none does.
    /// True if something is chosen.
    pub fn set_value(&mut self, value: Option<&Map<String, Value>>) -> bool {
        self.selection = value.and_then(|value| {
            let ends = |from: &Value, to: &Value| Some([number(from)?, number(to)?]);
            let pair = |name: &str| match value.get(name)?.as_array()?.as_slice() {
                [from, to] => ends(from, to),
                _ => None,
            };
            let x = match (value.get("start"), value.get("end")) {
                (Some(start), Some(end)) => ends(start, end),
                _ => pair("x"),
            };
            match x {
                None if let Some([x, y]) = self.chart.find_range(value) => {
                    Some(Selection::Range(x, y))
                }
                Some(x) => {
                    let y = pair("y").unwrap_or(self.chart.extent().y);
                    Some(Selection::Range([x[0].min(x[1]), x[0].max(x[1])], y))
                }
                None => self.chart.find(value).map(Selection::Item),
            }
        });
        self.selection.is_some()
    }
}

/// A number, or a time of ISO 8601 in microseconds since 1970.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => parse_time(text.as_bytes()).map(|time| time.micros as f64),
        value => value.as_f64(),
    }
}
