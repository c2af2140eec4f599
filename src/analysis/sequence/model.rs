//! What a sequence model has counted, and the probabilities that follow.
//!
//! A command is an index; [`Model::start`] and [`Model::end`] stand for msticpy's tokens
//! `##START##` and `##END##`. Laplace smoothing adds 1 for each pair of a first command
//! (the seen ones, start, unknown) and a second (the seen ones, end, unknown): with C
//! seen commands that is C + 2 for each row of transitions, and 2 (C + 2) for each command.
//! What was never seen has counts of 0, so the same formulas give it what msticpy
//! gives its token `##UNK##`.

use super::sessions::{NO_VALUE, Params, Sessions};
use crate::order::sort_by_number;
use crate::table::Map;

/// How often something was seen, and what follows from it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counted {
    pub(super) count: u32,
    /// A logarithm, as each use says.
    pub(super) ln: f64,
}

/// Counts of pairs of indices: by place where there are few, else by hash.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    width: usize,
    places: Vec<Counted>,
    hashed: Map<(u32, u32), Counted>,
}

impl Pairs {
    fn new(rows: usize, width: usize) -> Self {
        // 4 MB.
        const MOST: usize = 1 << 18;
        let size = rows.saturating_mul(width);
        Self {
            width,
            places: vec![Counted::default(); if size <= MOST { size } else { 0 }],
            hashed: Map::default(),
        }
    }

    /// Counts a pair; whether it is the first.
    fn add(&mut self, a: u32, b: u32) -> bool {
        let counted = match self.places.is_empty() {
            true => self.hashed.entry((a, b)).or_default(),
            false => &mut self.places[a as usize * self.width + b as usize],
        };
        counted.count += 1;
        counted.count == 1
    }

    /// What there is of a pair that was seen.
    pub(super) fn get(&self, a: u32, b: u32) -> Option<Counted> {
        let counted = match self.places.is_empty() {
            true => self.hashed.get(&(a, b)),
            false => self.places.get(a as usize * self.width + b as usize),
        };
        counted.copied().filter(|counted| counted.count > 0)
    }

    pub(super) fn count(&self, a: u32, b: u32) -> u32 {
        self.get(a, b).unwrap_or_default().count
    }

    /// Works out the logarithm of each pair that was seen.
    fn finish(&mut self, ln: &dyn Fn(u32, f64) -> f64) {
        for (at, counted) in self.places.iter_mut().enumerate() {
            if counted.count > 0 {
                counted.ln = ln((at / self.width) as u32, counted.count.into());
            }
        }
        for ((a, _), counted) in &mut self.hashed {
            counted.ln = ln(*a, counted.count.into());
        }
    }
}

/// Counts of the sessions that a model was trained on.
#[derive(Debug)]
pub(super) struct Model {
    /// How often each command was seen, then start and end.
    commands: Vec<u32>,
    /// With ln P(second | first).
    transitions: Pairs,
    /// C + 2.
    smooth: f64,
    /// For each command, ln of all its transitions, smoothed.
    ln_all: Vec<f64>,
    /// ln P of each command by itself.
    ln_priors: Vec<f64>,
    pub(super) params: Option<ParamModel>,
}

/// Counts of parameters and values.
#[derive(Debug, Default)]
pub(super) struct ParamModel {
    /// Command and parameter, with ln p − ln(1 − p): what it changes that it is there.
    pub(super) by_command: Pairs,
    /// Parameter and value, with ln P(value | parameter).
    pub(super) values: Pairs,
    /// For each command, the parameters that it was seen with, the most common first.
    pub(super) of_command: Vec<Vec<u32>>,
    /// For each command, the sum of ln(1 − p) of these and of an unknown one.
    ln_absent: Vec<f64>,
    pub(super) of_param: Vec<ParamCounts>,
}

/// Counts of one parameter.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ParamCounts {
    pub(super) count: u32,
    /// How often it had a value.
    pub(super) with_value: u32,
    kinds: u32,
    /// Whether its values count, because they are few.
    pub(super) modelled: bool,
}

impl ParamCounts {
    /// All values, smoothed.
    fn all(self) -> f64 {
        f64::from(self.with_value) + f64::from(self.kinds) + 1.0
    }

    /// msticpy's rule for a parameter whose values are categories: at most 20 different
    /// ones, seen 20 times or more, and at most one value for each ten times.
    fn is_modellable(self) -> bool {
        self.kinds > 0
            && self.kinds <= 20
            && self.count >= 20
            && u64::from(self.kinds) * 10 <= u64::from(self.count)
    }
}

/// Which parameters' values count.
#[derive(Debug, Clone, Copy)]
pub(super) enum Modelled<'a> {
    None,
    /// By [`ParamCounts::is_modellable`].
    Usual,
    These(&'a [u32]),
}

impl Model {
    /// Counts the sessions for which `train` is true. O(commands and parameters).
    pub(super) fn of(sessions: &Sessions, train: &[bool], modelled: Modelled<'_>) -> Self {
        let names = sessions.names.texts.len();
        let mut model = Self {
            commands: vec![0; names + 2],
            transitions: Pairs::new(names + 2, names + 2),
            smooth: 0.0,
            ln_all: Vec::new(),
            ln_priors: Vec::new(),
            params: None,
        };
        let (start, end) = (model.start(), model.end());
        for session in (0..sessions.len()).filter(|&session| train[session]) {
            let commands = &sessions.commands[sessions.range(session)];
            if commands.is_empty() {
                continue;
            }
            let mut last = start;
            for &command in commands.iter().chain([&end]) {
                model.commands[last as usize] += 1;
                model.transitions.add(last, command);
                last = command;
            }
            model.commands[end as usize] += 1;
        }
        let seen = model.commands[..names].iter().filter(|count| **count > 0);
        model.smooth = seen.count() as f64 + 2.0;
        let ln_all = |&count: &u32| (f64::from(count) + model.smooth).ln();
        model.ln_all = model.commands.iter().map(ln_all).collect();
        let ln_all = &model.ln_all;
        let ln = |from: u32, count: f64| (count + 1.0).ln() - ln_all[from as usize];
        model.transitions.finish(&ln);
        let raw: f64 = model.commands.iter().map(|&count| f64::from(count)).sum();
        let total = raw + 2.0 * model.smooth * model.smooth;
        let ln_prior = |command| (model.smoothed(command) / total).ln();
        model.ln_priors = (0..names as u32 + 2).map(ln_prior).collect();
        if let Some(params) = &sessions.params {
            model.count_params(sessions, params, train, modelled);
        }
        model
    }

    pub(super) fn start(&self) -> u32 {
        self.commands.len() as u32 - 2
    }

    pub(super) fn end(&self) -> u32 {
        self.commands.len() as u32 - 1
    }

    /// How often `command` was seen.
    pub(super) fn count(&self, command: u32) -> u32 {
        self.commands[command as usize]
    }

    /// How often `to` was seen after `from`.
    pub(super) fn transition_count(&self, from: u32, to: u32) -> u32 {
        self.transitions.count(from, to)
    }

    /// ln P(to | from).
    pub(super) fn ln_transition(&self, from: u32, to: u32) -> f64 {
        match self.transitions.get(from, to) {
            Some(counted) => counted.ln,
            None => -self.ln_all[from as usize],
        }
    }

    /// ln P(command).
    pub(super) fn ln_prior(&self, command: u32) -> f64 {
        self.ln_priors[command as usize]
    }

    fn smoothed(&self, command: u32) -> f64 {
        f64::from(self.count(command)) + 2.0 * self.smooth
    }

    fn count_params(
        &mut self,
        sessions: &Sessions,
        params: &Params,
        train: &[bool],
        modelled: Modelled<'_>,
    ) {
        let commands = self.commands.len();
        let mut model = ParamModel {
            by_command: Pairs::new(commands, params.names.texts.len()),
            values: Pairs::new(params.names.texts.len(), params.values.texts.len()),
            of_command: vec![Vec::new(); commands],
            ln_absent: vec![0.0; commands],
            of_param: vec![ParamCounts::default(); params.names.texts.len()],
        };
        for session in (0..sessions.len()).filter(|&session| train[session]) {
            for at in sessions.range(session) {
                for &(param, value) in params.of(at) {
                    model.count(sessions.commands[at], param, value);
                }
            }
        }
        for command in 0..commands as u32 {
            let of_command = &mut model.of_command[command as usize];
            // Sums of floats depend on their order.
            sort_by_number(of_command, |&param| param.into());
            let counts = of_command.iter();
            let counts = counts.map(|&param| model.by_command.count(command, param));
            let absent = counts.chain([0]);
            let p = absent.map(|count| (f64::from(count) + 1.0) / self.smoothed(command));
            model.ln_absent[command as usize] = p.map(|p| (-p).ln_1p()).sum();
            let by_command = &model.by_command;
            sort_by_number(of_command, |&param| {
                (!by_command.count(command, param)).into()
            });
        }
        for (param, counts) in (0..).zip(&mut model.of_param) {
            counts.modelled = match modelled {
                Modelled::None => false,
                Modelled::Usual => counts.is_modellable(),
                Modelled::These(these) => these.contains(&param),
            };
        }
        model.by_command.finish(&|command, count| {
            let p = (count + 1.0) / self.smoothed(command);
            p.ln() - (-p).ln_1p()
        });
        let of_param = &model.of_param;
        let all = |param: u32| of_param[param as usize].all();
        model
            .values
            .finish(&|param, count| ((count + 1.0) / all(param)).ln());
        self.params = Some(model);
    }

    /// ln P(parameters and values | command): each parameter that was seen with the command
    /// is there or not, one that was not counts as the unknown one, and the values of those that
    /// are modelled count too; the geometric mean of all these. 0 without parameters.
    pub(super) fn ln_params(&self, command: u32, set: &[(u32, u32)]) -> f64 {
        let Some(model) = self.params.as_ref().filter(|_| !set.is_empty()) else {
            return 0.0;
        };
        let mut sum = model.ln_absent[command as usize];
        let mut factors = model.of_command[command as usize].len() + 1;
        let mut unknown = false;
        for &(param, value) in set {
            let Some(counted) = model.by_command.get(command, param) else {
                unknown = true;
                continue;
            };
            sum += counted.ln;
            if model.of_param[param as usize].modelled {
                factors += 1;
                sum += model.ln_value(param, value);
            }
        }
        if unknown {
            let p = 1.0 / self.smoothed(command);
            sum += p.ln() - (-p).ln_1p();
        }
        sum / factors as f64
    }

    /// P(param | command); none if it was not seen with it.
    pub(super) fn param(&self, command: u32, param: u32) -> Option<f64> {
        let counted = self.params.as_ref()?.by_command.get(command, param)?;
        Some((f64::from(counted.count) + 1.0) / self.smoothed(command))
    }
}

impl ParamModel {
    fn count(&mut self, command: u32, param: u32, value: u32) {
        if self.by_command.add(command, param) {
            self.of_command[command as usize].push(param);
        }
        let counts = &mut self.of_param[param as usize];
        counts.count += 1;
        if value != NO_VALUE {
            counts.with_value += 1;
            counts.kinds += u32::from(self.values.add(param, value));
        }
    }

    /// ln P(value | param); a value that was not seen, or none, is the unknown one.
    pub(super) fn ln_value(&self, param: u32, value: u32) -> f64 {
        let is_some = value != NO_VALUE;
        match is_some.then(|| self.values.get(param, value)).flatten() {
            Some(counted) => counted.ln,
            None => -self.of_param[param as usize].all().ln(),
        }
    }
}
