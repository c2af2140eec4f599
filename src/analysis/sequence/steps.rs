//! The probabilities of one session's steps, and what they sum up to.

use super::model::Model;
use super::sessions::{NO_VALUE, Params, Sessions};

/// Whether sessions have a begin and an end that count as commands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens {
    pub(super) start: bool,
    pub(super) end: bool,
}

/// A session's commands with their logarithms, which are those of the model's
/// probabilities. Made anew for each session in the same memory.
#[derive(Debug, Default)]
pub(super) struct Steps {
    /// Its commands, and the end if that counts.
    commands: Vec<u32>,
    /// ln P of each after the one before; the first after the start if that counts,
    /// else by itself.
    transitions: Vec<f64>,
    /// The same, parameters included.
    after: Vec<f64>,
    /// ln P of each by itself, parameters included.
    alone: Vec<f64>,
    /// ln P of each one's parameters.
    params: Vec<f64>,
    /// Commands without the end.
    len: usize,
}

/// The least likely window of a session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Window {
    /// Where it begins in the session.
    pub(super) start: usize,
    pub(super) ln: f64,
}

/// The least likely step of a session.
#[derive(Debug, Clone, Copy)]
pub(super) struct Transition {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) ln: f64,
}

/// Sums in another order may differ by this although the factors are the same;
/// the first of equals is wanted.
const SAME: f64 = 1e-12;

impl Steps {
    pub(super) fn read(
        &mut self,
        model: &Model,
        sessions: &Sessions,
        session: usize,
        tokens: Tokens,
    ) {
        let range = sessions.range(session);
        self.len = range.len();
        self.commands.clear();
        self.commands.extend(&sessions.commands[range.clone()]);
        self.params.clear();
        self.params.extend(range.map(|at| match &sessions.params {
            None => 0.0,
            Some(params) => model.ln_params(sessions.commands[at], params.of(at)),
        }));
        if tokens.end && self.len > 0 {
            self.commands.push(model.end());
            self.params.push(0.0);
        }
        self.transitions.clear();
        self.after.clear();
        self.alone.clear();
        let mut last = tokens.start.then(|| model.start());
        for (&command, ln_params) in self.commands.iter().zip(&self.params) {
            let alone = model.ln_prior(command);
            let after = last.map_or(alone, |last| model.ln_transition(last, command));
            self.transitions.push(after);
            self.alone.push(alone + ln_params);
            self.after.push(after + ln_params);
            last = Some(command);
        }
    }

    /// ln of the session's likelihood; none without commands.
    pub(super) fn ln_likelihood(&self) -> Option<f64> {
        (self.len > 0).then(|| self.after.iter().sum())
    }

    /// The first of the least likely windows of `length` commands, of which the end
    /// may be one; none if the session is shorter.
    pub(super) fn rarest_window(&self, length: usize) -> Option<Window> {
        let mut rarest: Option<Window> = None;
        for start in 0..(self.commands.len() + 1).saturating_sub(length) {
            let first = if start == 0 {
                self.after[0]
            } else {
                self.alone[start]
            };
            let ln = first + self.after[start + 1..start + length].iter().sum::<f64>();
            if rarest.is_none_or(|rarest| ln < rarest.ln - SAME) {
                rarest = Some(Window { start, ln });
            }
        }
        rarest
    }

    /// The commands of a window, without the end.
    pub(super) fn window(&self, window: Window, length: usize) -> &[u32] {
        &self.commands[window.start..(window.start + length).min(self.len)]
    }

    /// The first of the least likely transitions, parameters apart.
    pub(super) fn rarest_transition(&self, model: &Model, tokens: Tokens) -> Option<Transition> {
        let mut last = tokens.start.then(|| model.start());
        let mut rarest: Option<Transition> = None;
        for (&to, &ln) in self.commands.iter().zip(&self.transitions) {
            if let Some(from) = last.replace(to)
                && rarest.is_none_or(|rarest| ln < rarest.ln - SAME)
            {
                rarest = Some(Transition { from, to, ln });
            }
        }
        rarest
    }

    /// The place of the command whose parameters are the least likely; none if no
    /// command has any.
    pub(super) fn rarest_params(&self) -> Option<usize> {
        let mut rarest = None;
        let mut least = 0.0;
        for (at, &ln) in self.params.iter().enumerate() {
            if ln < least - SAME {
                (rarest, least) = (Some(at), ln);
            }
        }
        rarest
    }
}

/// What is the rarest about a command's parameters, in words: which is there, which is
/// not, or which value it has.
pub(super) fn why_params(
    model: &Model,
    sessions: &Sessions,
    params: &Params,
    at: usize,
) -> Option<String> {
    let counts = model.params.as_ref()?;
    let command = sessions.commands[at];
    let set = params.of(at);
    let of_command = model.count(command);
    let name = &sessions.names.texts[command as usize];
    let param = |param: u32| &params.names.texts[param as usize];
    let mut reason: Option<(f64, u32, String)> = None;
    // Of equally rare ones that which is rarer among all commands tells more.
    let mut offer = |p: f64, overall: u32, text: &dyn Fn() -> String| {
        let is_rarer = |(least, of_all, _): &(f64, u32, String)| {
            p < least - SAME || (p < least + SAME && overall < *of_all)
        };
        if reason.as_ref().is_none_or(is_rarer) {
            reason = Some((p, overall, text()));
        }
    };
    for &(id, value) in set {
        let seen = counts.by_command.count(command, id);
        let of_param = &counts.of_param[id as usize];
        let p = model.param(command, id).unwrap_or(0.0);
        offer(p, of_param.count, &|| {
            format!("{name} with {}: {}", param(id), often(seen, of_command))
        });
        if of_param.modelled && value != NO_VALUE {
            let seen = counts.values.count(id, value);
            offer(counts.ln_value(id, value).exp(), seen, &|| {
                let value = &params.values.texts[value as usize];
                let often = often(seen, of_param.with_value);
                format!("{} = {value}: {often}", param(id))
            });
        }
    }
    // The most common of those that are not there is the rarest to miss, and the most common
    // come first. Sets are in order of their parameters.
    let mut missing = counts.of_command[command as usize].iter();
    let is_missing = |id: &&u32| set.binary_search_by_key(*id, |pair| pair.0).is_err();
    if let Some(&id) = missing.find(is_missing) {
        let without = of_command - counts.by_command.count(command, id);
        offer(
            1.0 - model.param(command, id).unwrap_or(0.0),
            without,
            &|| {
                let often = often(without, of_command);
                format!("{name} without {}: {often}", param(id))
            },
        );
    }
    reason.map(|(_, _, text)| text)
}

fn often(count: u32, of: u32) -> String {
    match count {
        0 => "never seen".into(),
        _ => format!("{count} of {of}"),
    }
}
