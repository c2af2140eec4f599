//! Values that neither trend nor season explain, in series of tables.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, Int32Array};
use arrow_buffer::NullBuffer;
use serde_json::Value;

use super::decompose::{DecomposeOptions, OneOrMore, Plan, whole};
use super::even::{self, Aggregate, Even, Fill, Span};
use super::score::{Score, direction, scores};
use crate::analysis::Compat;
use crate::table::{Groups, Progress, TextBuilder, choose_time, duration_text, duration_us, utc};
use crate::{Error, Result, Table};

/// The length of a season.
#[derive(Debug, Clone, PartialEq)]
pub enum Season {
    /// Bins.
    Bins(u32),
    /// A duration, such as `"1d"`.
    Duration(String),
}

/// One season, or several.
#[derive(Debug, Clone, PartialEq)]
pub enum Seasons {
    /// One.
    One(Season),
    /// Several.
    More(Vec<Season>),
}

impl<'de> serde::Deserialize<'de> for Seasons {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let season = |value: &Value| match value {
            Value::String(text) => Some(Season::Duration(text.clone())),
            number => whole(number).map(Season::Bins),
        };
        let value = Value::deserialize(deserializer)?;
        let seasons = match &value {
            Value::Array(several) => several
                .iter()
                .map(season)
                .collect::<Option<_>>()
                .map(Self::More),
            one => season(one).map(Self::One),
        };
        seasons.ok_or_else(|| {
            serde::de::Error::custom(
                "should be a number of bins, a duration such as \"1d\", or several of them",
            )
        })
    }
}

/// What the series of a table are, and what is unusual in them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AnomalyOptions {
    /// The column of times; by default a usual one, such as `TimeGenerated`.
    pub time_column: Option<String>,
    /// The column of values; by default rows are counted.
    pub value_column: Option<String>,
    /// Columns that part the rows, such as `["Computer"]`: a series for each.
    pub group_by: Vec<String>,
    /// Width of a bin, such as `"1h"`. Bins begin at its multiples since the year 1 (UTC), as in KQL, so
    /// that weeks begin on Monday. By default an hour where rows are counted, else the distance at
    /// which values come, from the first of them on.
    pub bin: Option<String>,
    /// What a bin's value is made of its rows. Default `"sum"`, or `"count"` without `valueColumn`.
    pub aggregate: Option<Aggregate>,
    /// What stands for a bin without a value. Default `"zero"` for counts and sums, else `"linear"`.
    pub fill: Option<Fill>,
    /// A season in bins or as a duration, or several. Default 24, as in msticpy.
    #[cfg_attr(
        target_arch = "wasm32",
        tsify(type = "number | string | readonly (number | string)[]")
    )]
    pub period: Option<Seasons>,
    /// Window of the seasonal smoother in seasons, odd, 3 or more. Default 7; of several seasons 11, 15 …
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number | readonly number[]"))]
    pub seasonal: Option<OneOrMore>,
    /// Degree of the seasonal fit: 0, a level, or 1, a line. Default 1, as in msticpy; of less than seven
    /// seasons a line takes most of an outlier for its season, so 0 finds more.
    pub seasonal_degree: Option<u8>,
    /// Window of the trend smoother in bins, odd, longer than a season. Default about two seasons.
    pub trend: Option<u32>,
    /// Whether outliers should bend trend and season less: slower. Default false.
    pub robust: bool,
    /// An anomaly's score is further from 0 than this. Default 3.5 (Iglewicz and Hoaglin 1993), or 3 as in msticpy.
    pub threshold: Option<f64>,
    /// `"msticpy"`: scores are standard deviations from the mean, not robust ones.
    pub compat: Option<Compat>,
}

/// Most bins of all groups: a row of the result is 75 bytes.
const MOST_BINS: usize = 1 << 23;

const HOUR: i64 = 3_600_000_000;

/// What each bin of each group is, in columns.
#[derive(Default)]
struct Rows {
    /// A row of the table of the same group.
    sources: Vec<u32>,
    times: Vec<i64>,
    values: Vec<f64>,
    residual: Vec<f64>,
    trend: Vec<f64>,
    seasonal: Vec<f64>,
    weights: Vec<f64>,
    /// NaN where there is none.
    score: Vec<f64>,
    anomalies: Vec<i32>,
    filled: Vec<bool>,
    /// Why a group has no results, and up to which row.
    problems: Vec<(usize, Option<String>)>,
}

/// What to do with each group.
struct Task {
    bin: (i64, bool),
    aggregate: Aggregate,
    fill: Fill,
    decompose: DecomposeOptions,
    score: Score,
    threshold: f64,
}

/// One row for each bin of each group, by group in the order of their first rows, and
/// time. Rows may come in any order; those without a time are left out.
///
/// Columns: those of `groupBy`, of times, of values (`Count` if rows are counted); `residual`,
/// `trend`, `seasonal` (of all seasons), `weights`, `baseline` (`trend` and `seasonal`),
/// `score`, `anomalies` (1 above what is usual, −1 below, 0), as in msticpy; `Filled` (whether
/// there was no value); with `groupBy` also `Problem`: why a group has no results, such as
/// less than two seasons. An interpolated value has no score, and is no anomaly.
///
/// Where bins without a value are 0, as in counts and sums, each group has those from the
/// first time of the whole table to its last: who falls silent, or is there for an hour
/// alone, is unusual. Else a group has the bins from its own first time to its last.
///
/// # Errors
///
/// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` for another option, and
/// without `groupBy` also for what is a `Problem` with it; `Cancelled` from `progress`.
pub fn time_series_anomalies(
    table: &Table,
    options: &AnomalyOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let time = choose_time(table, options.time_column.as_deref())?;
    let times = table.time_us(time)?;
    let values = options
        .value_column
        .as_deref()
        .map(|name| table.f64(name))
        .transpose()?;
    let names = check_names(time, options)?;
    let groups = Groups::of(table, &options.group_by)?;
    let rows = groups.rows(|row| times.is_valid(row));
    let mut group_times: Vec<i64> = rows
        .rows
        .iter()
        .map(|&row| times.value(row as usize))
        .collect();
    let value = |row: usize| match &values {
        None => 1.0,
        Some(values) if values.is_null(row) => f64::NAN,
        Some(values) => values.value(row),
    };
    let task = Task::new(options, || {
        if group_times.is_empty() {
            return Ok(HOUR);
        }
        let mut sorted = group_times.clone();
        let mut rest = sorted.as_mut_slice();
        let parts = (0..groups.len()).map(|group| {
            let (part, after) = std::mem::take(&mut rest).split_at_mut(rows.range(group).len());
            rest = after;
            part
        });
        even::usual_distance(parts)
    })?;
    let whole = task.fill == Fill::Zero && task.additive() && !group_times.is_empty();
    let whole = whole.then(|| Span::of(&group_times, task.bin));
    if let Some(span) = whole {
        span.check(groups.len(), MOST_BINS)?;
    }
    let mut result = Rows::default();
    let mut plan = None;
    let total = group_times.len();
    for group in 0..groups.len() {
        let range = rows.range(group);
        if range.is_empty() {
            continue;
        }
        let share = |at: usize| at as f64 / total as f64;
        let mut progress = progress.part(share(range.start), share(range.end));
        if group.is_multiple_of(64) {
            progress.at(0, 1)?;
        }
        let values: Vec<f64> = rows.rows[range.clone()]
            .iter()
            .map(|&row| value(row as usize))
            .collect();
        let source = groups.firsts[group];
        let times = &mut group_times[range];
        let span = whole.unwrap_or_else(|| Span::of(times, task.bin));
        let outcome = task.group(
            (times, &values, span),
            source,
            &mut plan,
            &mut result,
            &mut progress,
        );
        match outcome {
            Err(Error::InvalidArgument(problem)) if !options.group_by.is_empty() => {
                result.fail(source, times[0], problem);
            }
            outcome => outcome?,
        }
    }
    result.table(table, &names, &options.group_by)
}

impl Task {
    fn new(options: &AnomalyOptions, usual_distance: impl FnOnce() -> Result<i64>) -> Result<Self> {
        let counted = options.value_column.is_none();
        let aggregate = options.aggregate.unwrap_or(if counted {
            Aggregate::Count
        } else {
            Aggregate::Sum
        });
        if counted && aggregate != Aggregate::Count {
            return Err(Error::InvalidArgument(
                "option `aggregate` needs values; name their column with valueColumn".into(),
            ));
        }
        let additive = is_additive(aggregate);
        let bin = match &options.bin {
            Some(text) => (duration_us("bin", text)?, false),
            None if counted => (HOUR, false),
            None => (usual_distance()?, true),
        };
        let (score, usual) = match options.compat {
            Some(Compat::Msticpy) => (Score::Z, 3.0),
            None => (Score::Mad, 3.5),
        };
        let threshold = options.threshold.unwrap_or(usual);
        if !(threshold > 0.0 && threshold.is_finite()) {
            return Err(Error::InvalidArgument(
                "option `threshold` should be a number above 0".into(),
            ));
        }
        let decompose = DecomposeOptions {
            period: Some(match options.period.as_ref() {
                None => OneOrMore::One(24),
                Some(Seasons::One(season)) => OneOrMore::One(season.bins(bin.0)?),
                Some(Seasons::More(seasons)) => OneOrMore::More(
                    seasons
                        .iter()
                        .map(|season| season.bins(bin.0))
                        .collect::<Result<_>>()?,
                ),
            }),
            seasonal: options.seasonal.clone(),
            seasonal_degree: options.seasonal_degree,
            trend: options.trend,
            robust: options.robust,
            ..DecomposeOptions::default()
        };
        // Wrong options are an error of the call, not of each group.
        Plan::check(&decompose)?;
        Ok(Self {
            bin,
            aggregate,
            fill: options
                .fill
                .unwrap_or(if additive { Fill::Zero } else { Fill::Linear }),
            decompose,
            score,
            threshold,
        })
    }

    fn additive(&self) -> bool {
        is_additive(self.aggregate)
    }

    /// Adds the rows of one group; `plan` is that of the group before.
    fn group(
        &self,
        (times, values, span): (&[i64], &[f64], Span),
        source: u32,
        plan: &mut Option<(usize, Plan)>,
        result: &mut Rows,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        let limit = MOST_BINS - result.times.len().min(MOST_BINS);
        span.check(1, limit)?;
        let mut series = even::bins(times, values, span, self.aggregate);
        series.fill(self.fill)?;
        let count = series.values.len();
        if plan.as_ref().is_none_or(|(planned, _)| *planned != count) {
            *plan = Some((count, Plan::new(count, &self.decompose)?));
        }
        let Some((_, plan)) = plan else {
            return Ok(());
        };
        let parts = plan.run(&series.values, progress)?;
        let guessed = |i: usize| {
            self.fill == Fill::Linear && series.filled.get(i).is_some_and(|filled| *filled)
        };
        let counted = self.aggregate == Aggregate::Count;
        let scores = scores(
            &parts.residual,
            &series.values,
            |i| !guessed(i),
            self.score,
            counted,
        );
        let directions = scores.iter();
        let directions = directions.map(|&score| direction(score, self.threshold, self.threshold));
        result.anomalies.extend(directions);
        result.score.extend(scores);
        result.residual.extend(parts.residual);
        result.trend.extend(parts.trend);
        let mut seasonal = parts.seasonal.into_iter();
        let mut sum = seasonal.next().unwrap_or_default();
        for season in seasonal {
            sum.iter_mut()
                .zip(season)
                .for_each(|(sum, value)| *sum += value);
        }
        result.seasonal.extend(sum);
        result.weights.extend(parts.weights);
        result.add(source, series);
        result.problems.push((result.times.len(), None));
        Ok(())
    }
}

fn is_additive(aggregate: Aggregate) -> bool {
    matches!(aggregate, Aggregate::Count | Aggregate::Sum)
}

impl Season {
    fn bins(&self, bin: i64) -> Result<u32> {
        let text = match self {
            Self::Bins(bins) => return Ok(*bins),
            Self::Duration(text) => text,
        };
        let season = duration_us("period", text)?;
        let bins = season / bin;
        if season % bin == 0 && bins >= 2 {
            return Ok(u32::try_from(bins).unwrap_or(u32::MAX));
        }
        Err(Error::InvalidArgument(format!(
            "option `period` is the length of a season, two bins or more and a whole number of them, but \
             {text} is not that in bins of {}; the width of bins is option `bin`",
            duration_text(bin)
        )))
    }
}

/// The names of the columns of times and values in the result.
fn check_names(time: &str, options: &AnomalyOptions) -> Result<(String, String)> {
    const OWN: [&str; 9] = [
        "residual",
        "trend",
        "seasonal",
        "weights",
        "baseline",
        "score",
        "anomalies",
        "Filled",
        "Problem",
    ];
    let value = options.value_column.as_deref().unwrap_or("Count");
    let groups = options.group_by.iter().map(String::as_str);
    let names: Vec<&str> = groups.chain([time, value]).chain(OWN).collect();
    let twice = (1..names.len()).find(|&i| names[..i].contains(&names[i]));
    if let Some(i) = twice {
        return Err(Error::InvalidArgument(format!(
            "column `{}` would be twice in the result; give it another name before",
            names[i]
        )));
    }
    Ok((time.into(), value.into()))
}

impl Rows {
    fn add(&mut self, source: u32, series: Even) {
        let count = series.values.len();
        self.sources.extend(std::iter::repeat_n(source, count));
        self.times.extend((0..count).map(|i| series.time(i)));
        self.values.extend(series.values);
        self.filled.extend(series.filled);
        self.filled.resize(self.times.len(), false);
    }

    /// One row for a group without results.
    fn fail(&mut self, source: u32, time: i64, problem: String) {
        self.sources.push(source);
        self.times.push(time);
        let numbers = [
            &mut self.values,
            &mut self.residual,
            &mut self.trend,
            &mut self.seasonal,
            &mut self.weights,
            &mut self.score,
        ];
        for numbers in numbers {
            numbers.push(f64::NAN);
        }
        self.anomalies.push(0);
        self.filled.push(false);
        self.problems.push((self.times.len(), Some(problem)));
    }

    fn table(
        self,
        source: &Table,
        (time, value): &(String, String),
        group_by: &[String],
    ) -> Result<Table> {
        let count = self.times.len();
        let mut present = vec![true; count];
        let mut problems = TextBuilder::with_capacity(count);
        for (to, problem) in &self.problems {
            if problem.is_some() {
                present[to - 1] = false;
            }
            while problems.len() < *to {
                problems.push(problem.as_deref().map(str::as_bytes));
            }
        }
        let nulls = NullBuffer::from(present);
        let nulls = (nulls.null_count() > 0).then_some(nulls);
        let floats = |values: Vec<f64>| -> ArrayRef {
            Arc::new(Float64Array::new(values.into(), nulls.clone()))
        };
        let baseline = self
            .trend
            .iter()
            .zip(&self.seasonal)
            .map(|(a, b)| a + b)
            .collect();
        let scores = self.score.into_iter();
        let scores = scores.map(|score| (!score.is_nan()).then_some(score));
        let mut columns: Vec<(&str, ArrayRef)> = vec![
            (time, utc(self.times)),
            (value, floats(self.values)),
            ("residual", floats(self.residual)),
            ("trend", floats(self.trend)),
            ("seasonal", floats(self.seasonal)),
            ("weights", floats(self.weights)),
            ("baseline", floats(baseline)),
            (
                "score",
                Arc::new(scores.collect::<Float64Array>()) as ArrayRef,
            ),
            (
                "anomalies",
                Arc::new(Int32Array::new(self.anomalies.into(), nulls.clone())),
            ),
            ("Filled", Arc::new(BooleanArray::from(self.filled))),
        ];
        if group_by.is_empty() {
            return Table::new(columns);
        }
        columns.push(("Problem", problems.finish("Problem")?));
        source
            .select(group_by)?
            .take(self.sources)?
            .beside(&Table::new(columns)?)
    }
}
