//! How likely each session is among the others, and which part of it is rare.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, Float64Array, Int64Array, ListArray, StringArray, UInt32Array};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field};
use serde_json::Value;

use super::model::{Model, Modelled};
use super::sessionize::{SessionizeOptions, sessionize};
use super::sessions::{Sessions, has_lists};
use super::steps::{Steps, Tokens, why_params};
use crate::table::{Cell, Filter, Progress, TextBuilder, append, take, write_text};
use crate::{Error, Result, Table};

/// What a model looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub enum SequenceModel {
    /// Commands alone.
    Commands,
    /// Commands, and which parameters they have.
    Params,
    /// Also the values of parameters that have few.
    Values,
}

/// How to score sessions.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ScoreOptions {
    /// How to make sessions of a table of events, as for `sessionize`; `{}` for its
    /// defaults, which are also taken if the table has no column `Events`.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "Partial<SessionizeOptions>"))]
    pub sessionize: Option<SessionizeOptions>,
    /// The column of lists of commands. Default `Events`.
    pub events_column: Option<String>,
    /// The column of lists of parameters, one for each command: JSON text, structs, maps
    /// or lists of names. Default `Params` if it is there.
    pub params_column: Option<String>,
    /// `"commands"`, `"params"` or `"values"`. By default the richest that there is data for.
    pub model: Option<SequenceModel>,
    /// The parameters whose values count in `"values"`, for which alone it is. By default those that look
    /// like categories: 1 to 20 different values, seen 20 times or more, and ten times
    /// as often as there are values.
    pub modellable_params: Option<Vec<String>>,
    /// Which sessions to learn from, as a filter: `{ column: "StartTime", lt: "2024-05-01" }`
    /// compares the later ones with the earlier ones. Default all.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "Filter"))]
    pub train_on: Option<Value>,
    /// Whether the first command is likely to be the first. Default true.
    pub use_start_token: Option<bool>,
    /// Whether the last command is likely to be the last. Default true.
    pub use_end_token: Option<bool>,
    /// Whether likelihoods of windows are geometric means too. Default false.
    pub use_geo_mean: bool,
    /// Lengths of windows, each 2 to 100 and at most five of them. Default 2 and 3.
    pub window_lengths: Option<Vec<u32>>,
}

/// Scores each session of a table: its columns and rows in their order, then
///
/// | column | |
/// | --- | --- |
/// | `LogLikelihood` | natural logarithm of the session's likelihood, which never underflows |
/// | `Likelihood` | the same as a number; absent below 2.2e-308 |
/// | `GeoMeanLikelihood` | its root by the number of commands: compares sessions of all lengths |
/// | `RarestWindow2` … | the commands of the least likely window; one less if the session's end is its last item |
/// | `RarestWindow2Likelihood`, `RarestWindow2Index` | how likely it is, and where it begins |
/// | `RarestTransition` | the least likely step, `Set-Mailbox → New-TransportRule` |
/// | `RarestTransitionLikelihood` | its probability |
/// | `RarestTransitionCount`, `RarestTransitionOf` | how often the model saw it, and its first command |
/// | `Why` | both in words, and the rarest about the parameters |
///
/// A session without commands has none of these; one shorter than a window has
/// no such window. `table` is one of sessions, or of events. O(commands).
///
/// # Errors
///
/// As for `sessionize`; `ColumnNotFound` or `ColumnType` for a column; `BadInput` for
/// parameters that cannot be read; `InvalidArgument` for another option, or if there is
/// no session to learn from.
pub fn score_sessions(
    table: &Table,
    options: &ScoreOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let lengths = window_lengths(options)?;
    let is_sessions = options.events_column.is_some() || has_lists(table, "Events");
    let made;
    let table = match (&options.sessionize, is_sessions) {
        (None, true) => table,
        (given, _) => {
            let given = given.clone().unwrap_or_default();
            let given = SessionizeOptions {
                per_event: false,
                ..given
            };
            made = sessionize(table, &given, &mut progress.part(0.0, 0.4))?;
            &made
        }
    };
    let events = options.events_column.as_deref().unwrap_or("Events");
    let params = options.params_column.as_deref();
    let params = params.or_else(|| has_lists(table, "Params").then_some("Params"));
    let params = params.filter(|_| options.model != Some(SequenceModel::Commands));
    let sessions = Sessions::read(table, events, params, &mut progress.part(0.4, 0.7))?;
    let train = train_on(table, &sessions, options.train_on.as_ref())?;
    let these = modelled_params(&sessions, options)?;
    let modelled = match (options.model, &these) {
        (Some(SequenceModel::Commands | SequenceModel::Params), _) => Modelled::None,
        (_, Some(these)) => Modelled::These(these),
        (_, None) => Modelled::Usual,
    };
    let model = Model::of(&sessions, &train, modelled);
    let tokens = Tokens {
        start: options.use_start_token.unwrap_or(true),
        end: options.use_end_token.unwrap_or(true),
    };
    let mut scores = Scores::new(&lengths, sessions.len());
    let mut steps = Steps::default();
    let mut progress = progress.part(0.7, 1.0);
    for session in 0..sessions.len() {
        if session % 16_384 == 16_383 {
            progress.at(session, sessions.len())?;
        }
        steps.read(&model, &sessions, session, tokens);
        scores.push_likelihood(&steps, sessions.range(session).len());
        scores.push_windows(&steps, options.use_geo_mean);
        scores.push_why(&steps, &model, &sessions, session, tokens);
    }
    scores.finish(table, &sessions)
}

fn window_lengths(options: &ScoreOptions) -> Result<Vec<usize>> {
    let lengths = options.window_lengths.as_deref().unwrap_or(&[2, 3]);
    let unique = (1..lengths.len()).all(|i| !lengths[..i].contains(&lengths[i]));
    if lengths.len() > 5 || !unique || lengths.iter().any(|length| !(2..=100).contains(length)) {
        return Err(Error::InvalidArgument(
            "windowLengths should be at most five different numbers from 2 to 100, such as [2, 3]"
                .into(),
        ));
    }
    Ok(lengths.iter().map(|&length| length as usize).collect())
}

/// For each session, whether to learn from it.
fn train_on(table: &Table, sessions: &Sessions, filter: Option<&Value>) -> Result<Vec<bool>> {
    let Some(filter) = filter else {
        return Ok(vec![true; table.num_rows()]);
    };
    let train = table.mask(&Filter::from_json(filter)?)?;
    let any =
        (0..sessions.len()).any(|session| train[session] && !sessions.range(session).is_empty());
    if !any && !sessions.commands.is_empty() {
        return Err(Error::InvalidArgument(
            "trainOn leaves no session to learn from; choose a filter that some fulfil".into(),
        ));
    }
    Ok(train)
}

/// The indices of `modellableParams`.
fn modelled_params(sessions: &Sessions, options: &ScoreOptions) -> Result<Option<Vec<u32>>> {
    let wrong = |message: &str| Err(Error::InvalidArgument(message.into()));
    if sessions.params.is_none()
        && options
            .model
            .is_some_and(|model| model != SequenceModel::Commands)
    {
        return wrong(
            "this model needs parameters: name their column with paramsColumn, of lists as long as those of commands (for events, in sessionize)",
        );
    }
    let has_values = sessions
        .params
        .as_ref()
        .is_some_and(|params| params.have_values());
    let Some(names) = &options.modellable_params else {
        return Ok(None);
    };
    if matches!(
        options.model,
        Some(SequenceModel::Commands | SequenceModel::Params)
    ) {
        return wrong("modellableParams is for model: \"values\"");
    }
    let Some(params) = sessions
        .params
        .as_ref()
        .filter(|_| has_values || names.is_empty())
    else {
        return wrong(
            "modellableParams needs parameters with values; name their column with paramsColumn",
        );
    };
    let index = |name: &String| {
        params.names.find(name).ok_or_else(|| {
            let known = params.names.texts.iter().take(20).map(|name| &**name);
            let known = known.collect::<Vec<_>>().join(", ");
            Error::InvalidArgument(format!(
                "modellableParams: no command has a parameter `{name}` (some are: {known})"
            ))
        })
    };
    names.iter().map(index).collect::<Result<_>>().map(Some)
}

/// The columns of the result as they grow.
struct Scores {
    ln: Vec<Option<f64>>,
    geo_mean: Vec<Option<f64>>,
    windows: Vec<Windows>,
    transition: TextBuilder,
    transition_likelihood: Vec<Option<f64>>,
    transition_count: Vec<Option<i64>>,
    transition_of: Vec<Option<i64>>,
    why: TextBuilder,
    text: Vec<u8>,
}

/// The rarest windows of one length.
struct Windows {
    length: usize,
    /// Of all windows, one after another, and where each ends.
    commands: Vec<u32>,
    ends: Vec<i32>,
    likelihood: Vec<Option<f64>>,
    index: Vec<Option<i64>>,
}

impl Windows {
    /// The windows as lists of names; absent where there is none.
    fn lists(&mut self, names: &dyn Array) -> Result<ArrayRef> {
        let commands = take(
            names,
            &UInt32Array::from(std::mem::take(&mut self.commands)),
        )?;
        let ends = std::mem::take(&mut self.ends);
        let nulls: NullBuffer = self.index.iter().map(Option::is_some).collect();
        let field = Arc::new(Field::new("item", DataType::Utf8, true));
        let ends = OffsetBuffer::new(ScalarBuffer::from(ends));
        Ok(Arc::new(ListArray::try_new(
            field,
            ends,
            commands,
            Some(nulls),
        )?))
    }
}

/// e to that power, if a float holds it with all digits.
fn plain(ln: f64) -> Option<f64> {
    Some(ln.exp()).filter(|likelihood| *likelihood >= f64::MIN_POSITIVE)
}

impl Scores {
    fn new(lengths: &[usize], rows: usize) -> Self {
        let windows = lengths.iter().map(|&length| Windows {
            length,
            commands: Vec::new(),
            ends: vec![0],
            likelihood: Vec::with_capacity(rows),
            index: Vec::with_capacity(rows),
        });
        Self {
            ln: Vec::with_capacity(rows),
            geo_mean: Vec::with_capacity(rows),
            windows: windows.collect(),
            transition: TextBuilder::with_capacity(rows),
            transition_likelihood: Vec::with_capacity(rows),
            transition_count: Vec::with_capacity(rows),
            transition_of: Vec::with_capacity(rows),
            why: TextBuilder::with_capacity(rows),
            text: Vec::new(),
        }
    }

    fn push_likelihood(&mut self, steps: &Steps, commands: usize) {
        let ln = steps.ln_likelihood();
        self.ln.push(ln);
        self.geo_mean
            .push(ln.map(|ln| (ln / commands as f64).exp()));
    }

    fn push_windows(&mut self, steps: &Steps, geo_mean: bool) {
        for windows in &mut self.windows {
            let rarest = steps.rarest_window(windows.length);
            let root = if geo_mean { windows.length as f64 } else { 1.0 };
            let likelihood = rarest.and_then(|window| plain(window.ln / root));
            windows.likelihood.push(likelihood);
            windows.index.push(rarest.map(|window| window.start as i64));
            if let Some(window) = rarest {
                windows
                    .commands
                    .extend(steps.window(window, windows.length));
            }
            windows.ends.push(windows.commands.len() as i32);
        }
    }

    fn push_why(
        &mut self,
        steps: &Steps,
        model: &Model,
        sessions: &Sessions,
        session: usize,
        tokens: Tokens,
    ) {
        let rarest = steps.rarest_transition(model, tokens);
        self.transition_likelihood
            .push(rarest.map(|rarest| rarest.ln.exp()));
        let count = rarest.map(|rarest| model.transition_count(rarest.from, rarest.to));
        let of = rarest.map(|rarest| model.count(rarest.from));
        self.transition_count.push(count.map(i64::from));
        self.transition_of.push(of.map(i64::from));
        let name = |command: u32| match sessions.names.texts.get(command as usize) {
            Some(name) => name,
            None if command == model.start() => "(start)",
            None => "(end)",
        };
        self.text.clear();
        if let (Some(rarest), Some(count), Some(of)) = (rarest, count, of) {
            let parts = [name(rarest.from), " → ", name(rarest.to)];
            parts
                .iter()
                .for_each(|part| append(&mut self.text, part.as_bytes()));
            self.transition.push(Some(&self.text));
            self.text.extend_from_slice(b": ");
            if count == 0 {
                self.text.extend_from_slice(b"never seen");
            } else {
                write_text(&Cell::UInt(count.into()), &mut self.text);
                self.text.extend_from_slice(b" of ");
                write_text(&Cell::UInt(of.into()), &mut self.text);
            }
        } else {
            self.transition.push(None);
        }
        let place = steps.rarest_params();
        let place = place.map(|at| sessions.starts[session] as usize + at);
        let params = sessions.params.as_ref().zip(place);
        let why = params.and_then(|(params, at)| why_params(model, sessions, params, at));
        if let Some(why) = why {
            if !self.text.is_empty() {
                self.text.extend_from_slice(b"; ");
            }
            self.text.extend_from_slice(why.as_bytes());
        }
        let why = Some(self.text.as_slice()).filter(|why| !why.is_empty());
        self.why.push(why);
    }

    /// `table` with these columns.
    fn finish(self, table: &Table, sessions: &Sessions) -> Result<Table> {
        let names = sessions.names.texts.iter();
        let names = StringArray::from_iter_values(names);
        let floats =
            |values: Vec<Option<f64>>| -> ArrayRef { Arc::new(Float64Array::from(values)) };
        let integers =
            |values: Vec<Option<i64>>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
        let likelihood = self.ln.iter().map(|ln| ln.and_then(plain)).collect();
        let mut columns = vec![
            ("LogLikelihood".to_owned(), floats(self.ln)),
            ("Likelihood".into(), floats(likelihood)),
            ("GeoMeanLikelihood".into(), floats(self.geo_mean)),
        ];
        for mut windows in self.windows {
            let name = format!("RarestWindow{}", windows.length);
            columns.push((name.clone(), windows.lists(&names)?));
            columns.push((format!("{name}Likelihood"), floats(windows.likelihood)));
            columns.push((format!("{name}Index"), integers(windows.index)));
        }
        let transition = self.transition.finish("RarestTransition")?;
        columns.extend([
            ("RarestTransition".into(), transition),
            (
                "RarestTransitionLikelihood".into(),
                floats(self.transition_likelihood),
            ),
            (
                "RarestTransitionCount".into(),
                integers(self.transition_count),
            ),
            ("RarestTransitionOf".into(), integers(self.transition_of)),
            ("Why".into(), self.why.finish("Why")?),
        ]);
        columns
            .into_iter()
            .try_fold(table.clone(), |table, (name, column)| {
                table.with_column(&name, column)
            })
    }
}
