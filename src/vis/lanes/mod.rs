//! Events by lane and time: what falls on one pixel is found by search, not by a scan, so that a
//! picture costs what the screen holds and not what the table does.

mod draw;

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, StringArray};
use serde_json::{Map, Value};

use super::axis::zone::{Zone, format_time};
use super::chart::Selection;
use super::stage::Stage;
use super::tables::{first_row, set};
use crate::order::{float, sort_by_number};
use crate::table::time::parse_time;
use crate::table::{Column, Groups, choose_time, utc, write_text};
use crate::{Error, Result, Table};

pub(crate) use draw::{diamonds, draw_counts, height_of, home_of};

/// Events of one or more tables, parted into lanes and sorted by time within each.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    /// What each lane is called.
    pub(crate) names: Vec<String>,
    /// Of which table each is.
    pub(crate) series: Vec<usize>,
    /// Where each lane begins, and the end of the last.
    starts: Vec<usize>,
    /// Microseconds since 1970.
    pub(crate) times: Vec<f64>,
    /// Rows, those of all tables counted on.
    pub(crate) rows: Vec<u32>,
    /// How many rows have no time.
    pub(crate) left_out: usize,
}

/// What stands between the values of several columns.
pub(crate) const BETWEEN: &str = " · ";

impl Lanes {
    /// A lane for each combination of values of `group_by`, in the order of their values; for
    /// several `tables`, lanes of each. Rows without a time are left out. O(n), and O(n log n) where
    /// a lane is not sorted.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound`, `ColumnType` for columns that are not there or hold no times;
    /// `InvalidArgument` if there is no usual column of times, or for more than 2^32 rows.
    pub(crate) fn of(
        tables: &[(String, Table)],
        time_column: Option<&str>,
        group_by: &[String],
    ) -> Result<Self> {
        let mut lanes = Self::default();
        let mut before = 0;
        for (series, (name, table)) in tables.iter().enumerate() {
            let prefix = if tables.len() > 1 { name.as_str() } else { "" };
            lanes.add(series, prefix, table, (time_column, group_by), before)?;
            before += table.num_rows();
        }
        lanes.starts.push(lanes.times.len());
        if u32::try_from(before).is_err() {
            return Err(Error::InvalidArgument(
                "there are more rows than 4294967295; filter them first".into(),
            ));
        }
        Ok(lanes)
    }

    fn add(
        &mut self,
        series: usize,
        prefix: &str,
        table: &Table,
        (time_column, group_by): (Option<&str>, &[String]),
        before: usize,
    ) -> Result<()> {
        let times = table.time_us(choose_time(table, time_column)?)?;
        let groups = Groups::of(table, group_by)?;
        let mut names = names(table, group_by, &groups, prefix)?;
        let order = groups.sorted(table, group_by)?;
        let mut counts = vec![0_usize; names.len()];
        for (row, &group) in groups.of_rows.iter().enumerate() {
            counts[group as usize] += usize::from(times.is_valid(row));
        }
        let first = self.times.len();
        let (mut next, mut at) = (counts.clone(), first);
        for &group in &order {
            self.names.push(std::mem::take(&mut names[group as usize]));
            self.series.push(series);
            self.starts.push(at);
            next[group as usize] = at;
            at += counts[group as usize];
        }
        self.times.resize(at, 0.0);
        self.rows.resize(at, 0);
        for (row, (&time, &group)) in times.values().iter().zip(&groups.of_rows).enumerate() {
            if times.is_valid(row) {
                let place = &mut next[group as usize];
                self.times[*place] = time as f64;
                self.rows[*place] = (before + row) as u32;
                *place += 1;
            }
        }
        self.left_out += times.len() - (at - first);
        let mut start = first;
        for group in order {
            self.sort(start..start + counts[group as usize]);
            start += counts[group as usize];
        }
        Ok(())
    }

    fn sort(&mut self, lane: std::ops::Range<usize>) {
        let times = &mut self.times[lane.clone()];
        if times.is_sorted() {
            return;
        }
        let mut pairs: Vec<(f64, u32)> = times
            .iter()
            .copied()
            .zip(self.rows[lane.clone()].iter().copied())
            .collect();
        sort_by_number(&mut pairs, |pair| float(pair.0));
        for (place, (time, row)) in lane.zip(pairs) {
            self.times[place] = time;
            self.rows[place] = row;
        }
    }

    /// One more lane, which has no events.
    pub(crate) fn add_empty(&mut self, name: &str, series: usize) {
        self.names.push(name.to_owned());
        self.series.push(series);
        self.starts.push(self.times.len());
    }

    /// How many lanes there are.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Where the events of a lane are.
    pub(crate) fn range(&self, lane: usize) -> std::ops::Range<usize> {
        self.starts[lane]..self.starts[lane + 1]
    }

    /// The lane of an event.
    pub(crate) fn lane_of(&self, event: usize) -> usize {
        self.starts
            .partition_point(|start| *start <= event)
            .saturating_sub(1)
            .min(self.len().saturating_sub(1))
    }

    /// The first and the last time; none if there are no events.
    pub(crate) fn span(&self) -> Option<[f64; 2]> {
        let lanes = (0..self.len())
            .map(|lane| self.range(lane))
            .filter(|lane| !lane.is_empty());
        lanes
            .map(|lane| [self.times[lane.start], self.times[lane.end - 1]])
            .reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])
    }

    /// The events of a lane from one time to another, both included.
    pub(crate) fn between(&self, lane: usize, [from, to]: [f64; 2]) -> std::ops::Range<usize> {
        let range = self.range(lane);
        let times = &self.times[range.clone()];
        let first = times.partition_point(|time| *time < from);
        let last = times.partition_point(|time| *time <= to);
        range.start + first..range.start + last.max(first)
    }

    /// The event of a lane that is nearest to a time, and how many others are within `reach` of
    /// it; none if the nearest is not.
    pub(crate) fn near(&self, lane: usize, time: f64, reach: f64) -> Option<(usize, usize)> {
        let range = self.between(lane, [time - reach, time + reach]);
        let count = range.len();
        let times = &self.times[range.clone()];
        let after = times.partition_point(|at| *at < time);
        let both = [after.checked_sub(1), (after < count).then_some(after)];
        let nearest = both.into_iter().flatten().min_by(|a, b| {
            (times[*a] - time)
                .abs()
                .total_cmp(&(times[*b] - time).abs())
        })?;
        Some((range.start + nearest, count - 1))
    }

    /// Where the events of each device pixel of the plot begin, and the end of those of the last;
    /// none where there is nothing to show.
    pub(crate) fn edges(&self, lane: usize, stage: &Stage) -> Vec<usize> {
        let width = stage.columns();
        let [from, to] = stage.view.x;
        let step = (to - from) / width as f64;
        let events = self.between(lane, [from, to]);
        let times = &self.times[events.clone()];
        let mut at = 0;
        let mut edges = Vec::with_capacity(width + 1);
        edges.push(events.start);
        for column in 1..width {
            at += gallop(&times[at..], from + step * column as f64);
            edges.push(events.start + at);
        }
        edges.push(events.end);
        edges
    }

    /// How many events of a lane fall on each device pixel of the plot.
    pub(crate) fn counts(&self, lane: usize, stage: &Stage) -> Vec<u32> {
        let width = stage.columns();
        let [from, to] = stage.view.x;
        let step = (to - from) / width as f64;
        let mut counts = vec![0; width];
        let events = self.between(lane, [from, to]);
        let times = &self.times[events];
        if times.len() < width * 4 {
            for time in times {
                counts[(((time - from) / step) as usize).min(width - 1)] += 1;
            }
            return counts;
        }
        let edges = self.edges(lane, stage);
        edges
            .windows(2)
            .map(|ends| (ends[1] - ends[0]) as u32)
            .collect()
    }

    /// Whether lanes have names.
    pub(crate) fn has_names(&self) -> bool {
        self.names.iter().any(|name| !name.is_empty())
    }

    /// The names of some lanes.
    pub(crate) fn named(&self, drawn: &[usize]) -> Vec<&str> {
        drawn
            .iter()
            .map(|lane| self.names[*lane].as_str())
            .collect()
    }

    /// The rows that are chosen of some lanes: of one event, or of those from one time to another, in
    /// order.
    pub(crate) fn chosen(&self, drawn: &[usize], selection: &Selection) -> Vec<u32> {
        match selection {
            Selection::Item(event) => {
                let row = self.rows.get(*event as usize).copied();
                row.into_iter().collect()
            }
            Selection::Range(x, _) => self.rows_between(drawn, *x),
        }
    }

    /// The rows of the events of some lanes from one time to another, in order.
    pub(crate) fn rows_between(&self, drawn: &[usize], x: [f64; 2]) -> Vec<u32> {
        let mut rows = Vec::new();
        for lane in drawn {
            rows.extend_from_slice(&self.rows[self.between(*lane, x)]);
        }
        sort_by_number(&mut rows, |row| u64::from(*row));
        rows
    }

    /// What a value says of an event: its time and its group.
    pub(crate) fn fields(&self, event: usize) -> Map<String, Value> {
        let mut fields = Map::new();
        if let Some(time) = self.times.get(event) {
            let time = crate::table::time::format_time(*time as i64);
            let group = self.names[self.lane_of(event)].clone();
            set(&mut fields, "time", time.into());
            set(&mut fields, "group", group.into());
        }
        fields
    }

    /// The event of the first of the rows that a chart's value has; if that is another one, as of
    /// another table, the one of its group and time.
    pub(crate) fn find(&self, value: &Map<String, Value>) -> Option<u32> {
        let (group, time) = (value.get("group").and_then(Value::as_str), time_of(value));
        let is_same = |event: &usize| {
            group.is_none_or(|group| self.names[self.lane_of(*event)] == group)
                && time.is_none_or(|time| is_at(self.times[*event], time))
        };
        let by_row = || first_row(value, &self.rows).map(|event| event as usize);
        let by_time = || {
            let lane = self.names.iter().position(|name| Some(&**name) == group)?;
            self.range(lane).find(is_same)
        };
        let found = by_row().filter(is_same).or_else(|| time.and(by_time()));
        found.map(|event| event as u32)
    }

    /// The event after or before another one in the lanes that are drawn, or the first of those
    /// from one time to another: for the keyboard.
    pub(crate) fn step(
        &self,
        drawn: &[usize],
        x: [f64; 2],
        from: Option<u32>,
        forward: bool,
    ) -> Option<u32> {
        let from = from
            .map(|from| from as usize)
            .filter(|from| *from < self.times.len());
        let Some(from) = from else {
            let first = |lane: &usize| {
                let events = self.between(*lane, x);
                (!events.is_empty()).then_some(events.start as u32)
            };
            return drawn.iter().find_map(first);
        };
        let lane = self.lane_of(from);
        let own = self.range(lane);
        match forward {
            // From one that is hidden to another lane.
            _ if !drawn.contains(&lane) => {}
            true if from + 1 < own.end => return Some(from as u32 + 1),
            false if from > own.start => return Some(from as u32 - 1),
            _ => {}
        }
        let others = drawn
            .iter()
            .map(|lane| self.range(*lane))
            .filter(|events| !events.is_empty());
        match forward {
            true => others
                .map(|events| events.start)
                .find(|start| *start > from),
            false => others
                .map(|events| events.end - 1)
                .rfind(|last| *last < from),
        }
        .map(|event| event as u32)
    }

    /// One sentence, such as of `what` "Timeline of ", and of " events" in " lanes".
    pub(crate) fn describe(&self, what: &str, [things, parts]: [&str; 2], zone: &Zone) -> String {
        let mut number = itoa::Buffer::new();
        let mut text = String::from(what);
        text.push_str(number.format(self.times.len()));
        text.push_str(things);
        if self.has_names() {
            text.push_str(" in ");
            text.push_str(number.format(self.len()));
            text.push_str(parts);
        }
        if let Some([from, to]) = self.span() {
            text.push_str(", from ");
            text.push_str(&format_time(from, 0, zone));
            text.push_str(" to ");
            text.push_str(&format_time(to, 0, zone));
        }
        if self.left_out > 0 {
            text.push_str("; rows without a time: ");
            text.push_str(number.format(self.left_out));
        }
        text
    }

    /// What each lane has, as columns.
    pub(crate) fn summary(&self) -> Vec<(&'static str, ArrayRef)> {
        let ranges: Vec<_> = (0..self.len()).map(|lane| self.range(lane)).collect();
        let end = |at: &dyn Fn(&std::ops::Range<usize>) -> Option<usize>| {
            let time = |range| at(range).map(|event| self.times[event] as i64);
            utc(ranges
                .iter()
                .map(time)
                .collect::<arrow_array::TimestampMicrosecondArray>())
        };
        let is_there = |range: &std::ops::Range<usize>| !range.is_empty();
        vec![
            (
                "Group",
                Arc::new(StringArray::from_iter_values(&self.names)),
            ),
            (
                "Events",
                Arc::new(Float64Array::from_iter_values(
                    ranges.iter().map(|range| range.len() as f64),
                )),
            ),
            (
                "First",
                end(&|range| is_there(range).then_some(range.start)),
            ),
            ("Last", end(&|range| is_there(range).then(|| range.end - 1))),
        ]
    }
}

/// The time of a chart's value, in microseconds since 1970.
pub(crate) fn time_of(value: &Map<String, Value>) -> Option<f64> {
    let time = parse_time(value.get("time")?.as_str()?.as_bytes())?;
    Some(time.micros as f64)
}

/// Whether a time is the one of a value, of which JavaScript has only the milliseconds.
pub(crate) fn is_at(own: f64, time: f64) -> bool {
    own - time >= 0.0 && own - time < 1000.0
}

/// How many of the sorted `times` are before `end`; fast if few are.
fn gallop(times: &[f64], end: f64) -> usize {
    let mut reach = 1;
    while reach < times.len() && times[reach] < end {
        reach *= 2;
    }
    let (from, to) = (reach / 2, times.len().min(reach + 1));
    from + times[from..to].partition_point(|time| *time < end)
}

/// What the groups are called: the values of their columns.
pub(crate) fn names(
    table: &Table,
    group_by: &[String],
    groups: &Groups,
    prefix: &str,
) -> Result<Vec<String>> {
    let columns = group_by.iter().map(|name| table.column(name));
    let columns: Vec<_> = columns.collect::<Result<_>>()?;
    let columns: Vec<_> = columns
        .iter()
        .map(|array| Column::of(array.as_ref()))
        .collect();
    let name = |row: &u32| {
        let mut name = prefix.as_bytes().to_vec();
        for column in &columns {
            if !name.is_empty() {
                name.extend_from_slice(BETWEEN.as_bytes());
            }
            let before = name.len();
            write_text(&column.get(*row as usize), &mut name);
            if name.len() == before {
                name.extend_from_slice(b"(none)");
            }
        }
        String::from_utf8_lossy(&name).into_owned()
    };
    Ok(groups.firsts.iter().map(name).collect())
}
