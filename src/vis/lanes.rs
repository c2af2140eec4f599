//! Events by lane and time: what falls on one pixel is found by search, not by a scan, so that a
//! picture costs what the screen holds and not what the table does.

use arrow_array::Array;

use super::scene::{Columns, Span};
use super::stage::Stage;
use super::theme::Color;
use crate::order::{float, sort_by_number};
use crate::table::{Column, Groups, choose_time, write_text};
use crate::{Error, Result, Table};

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
const BETWEEN: &str = " · ";

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

    /// How many events of a lane fall on each device pixel of the plot.
    pub(crate) fn counts(&self, lane: usize, stage: &Stage) -> Vec<u32> {
        let width = (stage.plot.w * stage.scale).round().max(1.0) as usize;
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
        let mut at = 0;
        for (column, count) in counts.iter_mut().enumerate() {
            let end = from + step * (column + 1) as f64;
            let next = match column + 1 == width {
                true => times.len(),
                false => at + gallop(&times[at..], end),
            };
            *count = (next - at) as u32;
            at = next;
        }
        counts
    }
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

/// Marks of a lane around `middle`, in device pixels, that are `radius` high and shrink by a pixel
/// a pixel: diamonds, which grow into one another. The more events, as to `most`, the darker.
pub(crate) fn diamonds(
    counts: &[u32],
    most: u32,
    (x, middle): (i32, f64),
    radius: f64,
    color: Color,
) -> Columns {
    let reach = radius.ceil() as usize;
    let dark = |count: u32| {
        let part = f64::from(count).ln_1p() / f64::from(most.max(1)).ln_1p();
        (if most <= 1 {
            200.0
        } else {
            110.0 + 145.0 * part
        }) as u8
    };
    let mut spans = vec![(f64::MAX, 0); counts.len() + 2 * reach];
    let mut last = (f64::MAX, 0);
    let mut carry = |count: u32, span: &mut (f64, u8)| {
        last.0 += 1.0;
        if count > 0 {
            last = (0.0, dark(count));
        }
        if last.0 < span.0 {
            *span = last;
        }
    };
    let around = || std::iter::repeat_n(&0, reach);
    let columns = || around().chain(counts).chain(around());
    columns()
        .zip(&mut spans)
        .for_each(|(count, span)| carry(*count, span));
    let last_first = || around().chain(counts.iter().rev()).chain(around());
    // What was last is far again.
    (0..=reach).for_each(|_| carry(0, &mut (0.0, 0)));
    last_first()
        .zip(spans.iter_mut().rev())
        .for_each(|(count, span)| carry(*count, span));
    let span = |&(distance, alpha): &(f64, u8)| {
        let half = (radius - distance).max(0.0);
        Span {
            top: (middle - half) as f32,
            bottom: (middle + half) as f32,
            alpha,
        }
    };
    Columns {
        x: x - reach as i32,
        spans: spans.iter().map(span).collect(),
        color,
    }
}

/// Bars for counts along the whole plot, as an overview has them; heights are square roots, so that
/// few are seen beside many.
pub(crate) fn draw_counts(counts: &[u32], stage: &Stage, scene: &mut super::scene::Scene) {
    let most = f64::from(counts.iter().copied().max().unwrap_or(0).max(1)).sqrt();
    let bottom = stage.plot.bottom() * stage.scale;
    let high = (stage.plot.h - 3.0) * stage.scale;
    let bar = |count: &u32| Span {
        top: (bottom - f64::from(*count).sqrt() / most * high) as f32,
        bottom: bottom as f32,
        alpha: 255,
    };
    scene.marks.push(super::scene::Mark::Columns(Columns {
        x: (stage.plot.x * stage.scale).round() as i32,
        spans: counts.iter().map(bar).collect(),
        color: stage.theme.quiet.fade(0.8),
    }));
}
