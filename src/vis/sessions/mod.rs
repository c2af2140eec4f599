//! How likely sessions are, by their time, the rarest marked. As msticpy's `visualise_scored_sessions`.

mod show;
#[cfg(test)]
mod tests;

use super::lanes::Lanes;
use super::points::MOST;
use super::tables::{Tables, known};
use super::values::numbers;
use crate::order::{float, sort_by_number};
use crate::table::choose_time;
use crate::{Error, Result, Table};

/// How sessions are drawn.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct SessionsChartOptions {
    /// The column of times. Default `StartTime`, or a usual one.
    pub time_column: Option<String>,
    /// How likely a session is, the less the rarer. Default the first of `RarestWindow2Likelihood`
    /// and so on, or `GeoMeanLikelihood`.
    pub score_column: Option<String>,
    /// The rarest window of each session. Default the one whose likelihood is drawn, or the first.
    pub window_column: Option<String>,
    /// The column of lists of commands. Default `Events`.
    pub events_column: Option<String>,
    /// What a tooltip says of a session. Default its number of events and how long it took.
    pub source_columns: Vec<String>,
    /// How many of the rarest sessions are marked. Default 10.
    pub top: Option<u32>,
}

/// Sessions by time and likelihood. Things are sessions in the order of time.
pub struct Sessions {
    table: Table,
    time_column: String,
    score_column: String,
    window_column: String,
    events_column: String,
    columns: Vec<String>,
    /// Columns that say whose sessions they are.
    users: Vec<String>,
    /// One lane.
    lanes: Lanes,
    /// Of each session in the order of time, where it is on the axis; not a number if it has none.
    heights: Vec<f64>,
    /// All that have a score, the rarest first.
    ranked: Vec<u32>,
    /// Of each session, whether it is one of the rarest.
    rare: Vec<bool>,
    top: usize,
    /// Whether the axis is of powers of ten.
    is_log: bool,
    /// Of others and of the rarest, whether they are drawn.
    shown: [bool; 2],
}

impl Sessions {
    /// Sorts the result of `scoreSessions`.
    ///
    /// # Errors
    ///
    /// `ColumnNotFound` or `ColumnType` for a column; `InvalidArgument` if there is none of times
    /// or of likelihoods.
    pub fn new(tables: &Tables, options: &SessionsChartOptions) -> Result<Self> {
        let table = tables.only()?.clone();
        let score_column = choose_score(&table, options.score_column.as_ref())?;
        let start = Some("StartTime").filter(|name| table.column(name).is_ok());
        let time = choose_time(&table, options.time_column.as_deref().or(start))?.to_owned();
        let window_column = match &options.window_column {
            Some(name) => name.clone(),
            None => choose_window(&table, &score_column),
        };
        let named = [&options.window_column, &options.events_column];
        let named: Vec<String> = named.into_iter().flatten().cloned().collect();
        known(&table, &named)?;
        known(&table, &options.source_columns)?;
        let mut columns = options.source_columns.clone();
        if columns.is_empty() {
            columns.extend(["EventCount", "DurationSeconds"].map(str::to_owned));
        }
        columns.push(score_column.clone());
        let names = table.names();
        let users = names
            .iter()
            .position(|name| *name == "SessionId")
            .unwrap_or(0);
        let mut chart = Self {
            users: names[..users]
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            lanes: Lanes::of(&tables.main, Some(&time), &[])?,
            time_column: time,
            score_column,
            window_column,
            events_column: options.events_column.clone().unwrap_or("Events".into()),
            columns,
            heights: vec![],
            ranked: vec![],
            rare: vec![],
            top: options.top.unwrap_or(10) as usize,
            is_log: false,
            shown: [true; 2],
            table,
        };
        chart.rank()?;
        Ok(chart)
    }

    /// Reads the scores and finds the rarest.
    fn rank(&mut self) -> Result<()> {
        let scores = numbers(&self.table, &self.score_column)?;
        let score = |row: &u32| Some(scores[*row as usize]).filter(|score| score.abs() <= MOST);
        let scores = self.lanes.rows.iter().map(score);
        self.heights = scores.map(|score| score.unwrap_or(f64::NAN)).collect();
        let events = 0..self.heights.len() as u32;
        let heights = &mut self.heights;
        self.ranked = events
            .filter(|event| !heights[*event as usize].is_nan())
            .collect();
        sort_by_number(&mut self.ranked, |event| float(heights[*event as usize]));
        self.top = self.top.min(self.ranked.len());
        self.rare = vec![false; heights.len()];
        for event in &self.ranked[..self.top] {
            self.rare[*event as usize] = true;
        }
        let ends = |ranked: &[u32]| {
            Some([
                heights[*ranked.first()? as usize],
                heights[*ranked.last()? as usize],
            ])
        };
        // Likelihoods, of which few are more than a hundredth of the greatest.
        self.is_log =
            ends(&self.ranked).is_some_and(|[least, most]| least > 0.0 && most > 20.0 * least);
        if self.is_log {
            heights
                .iter_mut()
                .for_each(|height| *height = height.log10());
        }
        Ok(())
    }

    fn row(&self, index: u32) -> Option<usize> {
        self.lanes.rows.get(index as usize).map(|row| *row as usize)
    }

    fn is_shown(&self, event: usize) -> bool {
        !self.heights[event].is_nan() && self.shown[usize::from(self.rare[event])]
    }

    /// The sessions that are drawn from one time to another.
    fn between(&self, span: [f64; 2]) -> impl Iterator<Item = usize> + '_ {
        let events = match self.lanes.len() {
            0 => 0..0,
            _ => self.lanes.between(0, span),
        };
        events.filter(|event| self.is_shown(*event))
    }
}

/// The column of likelihoods.
fn choose_score(table: &Table, named: Option<&String>) -> Result<String> {
    if let Some(name) = named {
        return Ok(name.clone());
    }
    let names = table.names();
    let is_window = |name: &&&str| name.starts_with("RarestWindow") && name.ends_with("Likelihood");
    let usual = names.iter().find(is_window);
    let usual = usual.or_else(|| names.iter().find(|name| **name == "GeoMeanLikelihood"));
    usual.map(|name| (*name).to_owned()).ok_or_else(|| {
        Error::InvalidArgument(
            "these sessions have no likelihoods; make them with scoreSessions(table), or name a column with scoreColumn"
                .into(),
        )
    })
}

/// The column of the windows that a score is of.
fn choose_window(table: &Table, score: &str) -> String {
    let of_score = score.strip_suffix("Likelihood").unwrap_or_default();
    let names = table.names();
    let is_list = |name: &&&str| {
        name.starts_with("RarestWindow")
            && !name.ends_with("Likelihood")
            && !name.ends_with("Index")
    };
    let name = match of_score.starts_with("RarestWindow") {
        true => of_score,
        false => names.iter().find(is_list).copied().unwrap_or_default(),
    };
    name.to_owned()
}
