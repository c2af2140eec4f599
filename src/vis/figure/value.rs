//! What is chosen, as a value that a program reads and sets.

use serde_json::{Map, Value};

use super::Figure;
use crate::table::time::{MAX_MICROS, MIN_MICROS, format_time, parse_time};
use crate::vis::axis::zone::format_time as zone_time;
use crate::vis::chart::{Brush, Selection};

impl Figure {
    /// What is chosen: names and values, of which times are ISO 8601; none if nothing is.
    pub fn value(&self) -> Option<Map<String, Value>> {
        Some(match self.selection? {
            Selection::Item(index) => self.chart.fields(index),
            Selection::Range(x, y) => {
                let mut value = self.chart.range_fields(x, y);
                value.extend(self.range_value(x, y, self.gestures().brush == Brush::Both));
                value
            }
        })
    }

    fn range_value(&self, x: [f64; 2], y: [f64; 2], has_y: bool) -> Map<String, Value> {
        let mut value = Map::new();
        if self.gestures().time {
            // A range may reach a little beyond the times that can be read back.
            let [start, end] =
                x.map(|x| Value::from(format_time((x as i64).clamp(MIN_MICROS, MAX_MICROS))));
            value.extend([("start".into(), start), ("end".into(), end)]);
        } else {
            value.insert("x".into(), x.to_vec().into());
        }
        if has_y {
            value.insert("y".into(), y.to_vec().into());
        }
        value
    }

    /// From when to when the chosen range of time is, in words and in the zone of the chart.
    pub fn span(&self) -> Option<String> {
        match self.selection? {
            Selection::Range([from, to], _) if self.gestures().time => {
                let zone = &self.frame.zone;
                let text = |us: f64| zone_time(us, 0, zone);
                Some(["from ", &text(from), " to ", &text(to), " ", &zone.name].concat())
            }
            _ => None,
        }
    }

    /// What part of the data is shown, as [`Figure::value`] has a range.
    pub fn view(&self) -> Map<String, Value> {
        self.range_value(self.view.x, self.view.y, self.gestures().zoom[1])
    }

    /// Shows a part of the data, as [`Figure::view`] gives it; false for what is none.
    pub fn set_view(&mut self, value: &Map<String, Value>) -> bool {
        let (x, y) = (span_x(value), pair(value, "y"));
        self.show(x.unwrap_or(self.view.x), y.unwrap_or(self.view.y));
        x.is_some() || y.is_some()
    }

    /// The rows that are chosen, in order.
    pub fn rows(&self) -> Vec<u32> {
        self.selection
            .map_or(vec![], |selection| self.chart.rows(&selection))
    }

    /// Chooses what a value says, as [`Figure::value`] gives it; nothing if none does.
    /// True if something is chosen.
    pub fn set_value(&mut self, value: Option<&Map<String, Value>>) -> bool {
        self.selection = value.and_then(|value| match span_x(value) {
            // A thing that lasts has a start and an end, too, and a group by which it is found.
            Some(x) if !value.contains_key("group") => {
                let y = pair(value, "y").unwrap_or(self.extent.y);
                Some(Selection::Range(x, y))
            }
            _ => match self.chart.find_range(value) {
                Some([x, y]) => Some(Selection::Range(x, y)),
                None => self.chart.find(value).map(Selection::Item),
            },
        });
        if let Some(Selection::Item(index)) = self.selection {
            // The keyboard goes on from here.
            self.focus = Some(index);
        }
        self.uncover();
        self.selection.is_some()
    }

    /// Moves a text to what is chosen, where that is folded away or not in view.
    pub(super) fn uncover(&mut self) {
        if let (true, Some(Selection::Item(index))) = (self.gestures().scroll, self.selection) {
            self.chart.uncover(index);
            self.settle();
            self.focus = Some(index);
            self.reveal();
            self.hover = None;
        }
    }
}

/// A number, or a time of ISO 8601 in microseconds since 1970.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => parse_time(text.as_bytes()).map(|time| time.micros as f64),
        value => value.as_f64(),
    }
}

/// Two numbers or times, the lesser first.
fn ends(from: &Value, to: &Value) -> Option<[f64; 2]> {
    let (from, to) = (number(from)?, number(to)?);
    Some([from.min(to), from.max(to)])
}

fn pair(value: &Map<String, Value>, name: &str) -> Option<[f64; 2]> {
    match value.get(name)?.as_array()?.as_slice() {
        [from, to] => ends(from, to),
        _ => None,
    }
}

/// A range of x: `start` and `end`, or a pair `x`.
fn span_x(value: &Map<String, Value>) -> Option<[f64; 2]> {
    match (value.get("start"), value.get("end")) {
        (Some(start), Some(end)) => ends(start, end),
        _ => pair(value, "x"),
    }
}
