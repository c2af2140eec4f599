//! Decomposition of one series, with one season or several.

use serde_json::Value;

use super::stl::{Settings, Stl};
use crate::table::Progress;
use crate::{Error, Result};

/// One number, or several.
#[derive(Debug, Clone, PartialEq)]
pub enum OneOrMore {
    /// One.
    One(u32),
    /// Several.
    More(Vec<u32>),
}

// By way of a JSON value, because serde's untagged enums take ten times the code.
impl<'de> serde::Deserialize<'de> for OneOrMore {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let numbers = match &value {
            Value::Array(several) => several
                .iter()
                .map(whole)
                .collect::<Option<_>>()
                .map(Self::More),
            one => whole(one).map(Self::One),
        };
        numbers
            .ok_or_else(|| serde::de::Error::custom("should be a whole number, or several of them"))
    }
}

/// A whole number of 0 or more; JavaScript may write it as a float.
pub(super) fn whole(value: &Value) -> Option<u32> {
    let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
    (0.0..=f64::from(u32::MAX))
        .contains(&number)
        .then_some(number as u32)
}

/// How a series is decomposed. What is absent is as in statsmodels.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct DecomposeOptions {
    /// Values in a season, 2 or more, such as 24 for hours with a daily season; of several
    /// seasons (MSTL) all of them, such as `[24, 168]`. A series has at least two seasons.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number | readonly number[]"))]
    pub period: Option<OneOrMore>,
    /// Window of the seasonal smoother in seasons, odd, 3 or more; one for each period.
    /// Default 7; of several seasons 11, 15 … in the order of their length.
    #[cfg_attr(target_arch = "wasm32", tsify(type = "number | readonly number[]"))]
    pub seasonal: Option<OneOrMore>,
    /// Window of the trend smoother in values, odd, longer than a period. Default: the
    /// smallest that is at least 1.5 periods / (1 − 1.5 / `seasonal`).
    pub trend: Option<u32>,
    /// Window of the low-pass smoother in values, odd, longer than a period. Default:
    /// the smallest.
    pub low_pass: Option<u32>,
    /// Degree of the seasonal fit: 0, a level, or 1, a line. Default 1.
    pub seasonal_degree: Option<u8>,
    /// Degree of the trend's fit, 0 or 1. Default 1.
    pub trend_degree: Option<u8>,
    /// Degree of the low-pass fit, 0 or 1. Default 1.
    pub low_pass_degree: Option<u8>,
    /// The seasonal fit is made at every so many positions, with lines between. Default 1.
    pub seasonal_jump: Option<u32>,
    /// The same of the trend. Default 1.
    pub trend_jump: Option<u32>,
    /// The same of the low-pass fit. Default 1.
    pub low_pass_jump: Option<u32>,
    /// Whether outliers are to have less weight. Default false. It only decides how many
    /// iterations there are, where these are not given.
    pub robust: bool,
    /// Iterations for each set of weights, 1 to 1000. Default 5, or 2 if robust.
    pub inner_iterations: Option<u32>,
    /// How often weights are worked out anew, 0 to 1000. Default 0, or 15 if robust.
    pub outer_iterations: Option<u32>,
}

/// What a series is made of: value = trend + all seasonal parts + residual.
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// The slow part.
    pub trend: Vec<f64>,
    /// The part that comes back each season, for each period in the order of their length.
    pub seasonal: Vec<Vec<f64>>,
    /// What is left.
    pub residual: Vec<f64>,
    /// How much a value counted, from 0 to 1; all 1 unless there are outer iterations.
    pub weights: Vec<f64>,
}

/// A whole decomposition, made ready for series of one length.
#[derive(Debug)]
pub(super) struct Plan {
    seasons: Vec<Stl>,
}

/// Longest period, window and jump: beyond this sums of positions lose their last digits.
const LONGEST: u32 = 1 << 24;

impl Plan {
    /// # Errors
    ///
    /// `InvalidArgument` for options that fit no series.
    pub(super) fn check(options: &DecomposeOptions) -> Result<()> {
        seasons(options)?
            .into_iter()
            .try_for_each(|(period, seasonal)| settings(options, period, seasonal).map(drop))
    }

    /// # Errors
    ///
    /// `InvalidArgument` for options that do not fit, or if there are too few values.
    pub(super) fn new(n: usize, options: &DecomposeOptions) -> Result<Self> {
        let seasons = seasons(options)?;
        let longest = seasons.last().map_or(0, |season| season.0);
        let several = matches!(options.period, Some(OneOrMore::More(_)));
        let least = 2 * longest + usize::from(several);
        if n < least {
            return Err(Error::InvalidArgument(format!(
                "a period of {longest} needs {least} values or more, but there are {n}; \
                 give a shorter period or a longer series"
            )));
        }
        let seasons = seasons
            .into_iter()
            .map(|(period, seasonal)| Ok(Stl::new(n, &settings(options, period, seasonal)?)));
        Ok(Self {
            seasons: seasons.collect::<Result<_>>()?,
        })
    }

    /// The parts of `values`, which are finite and as many as planned.
    pub(super) fn run(&self, values: &[f64], progress: &mut Progress<'_>) -> Result<Decomposition> {
        // Bandara, Hyndman and Bergmeir: "MSTL", 2021: seasons are taken out in turn, twice.
        let rounds = if self.seasons.len() > 1 { 2 } else { 1 };
        let steps = rounds * self.seasons.len();
        let mut seasonal = vec![Vec::new(); self.seasons.len()];
        let mut left = values.to_vec();
        let mut parts = super::stl::Parts::default();
        for step in 0..steps {
            let season = step % self.seasons.len();
            for (left, seasonal) in left.iter_mut().zip(&seasonal[season]) {
                *left += seasonal;
            }
            let share = |step: usize| step as f64 / steps as f64;
            let mut progress = progress.part(share(step), share(step + 1));
            parts = self.seasons[season].decompose(&left, &mut progress)?;
            for (left, seasonal) in left.iter_mut().zip(&parts.seasonal) {
                *left -= seasonal;
            }
            seasonal[season] = std::mem::take(&mut parts.seasonal);
        }
        for (left, trend) in left.iter_mut().zip(&parts.trend) {
            *left -= trend;
        }
        Ok(Decomposition {
            trend: parts.trend,
            seasonal,
            residual: left,
            weights: parts.weights,
        })
    }
}

/// Decomposes a series of evenly spaced values. O(n) for each iteration and the
/// length of the windows.
///
/// # Errors
///
/// `InvalidArgument` for an option that does not fit, for a value that is not
/// finite, or if there are less than two seasons; `Cancelled` from `progress`.
pub fn decompose_series(
    values: &[f64],
    options: &DecomposeOptions,
    progress: &mut Progress<'_>,
) -> Result<Decomposition> {
    let plan = Plan::new(values.len(), options)?;
    if let Some(at) = values.iter().position(|value| !value.is_finite()) {
        return Err(Error::InvalidArgument(format!(
            "value {at} (counted from 0) is {}, but each should be a finite number; fill gaps first, \
             or use timeSeriesAnomalies, which fills them",
            values[at]
        )));
    }
    plan.run(values, progress)
}

fn invalid<T>(message: String) -> Result<T> {
    Err(Error::InvalidArgument(message))
}

/// Each season's period and window, the shortest first.
fn seasons(options: &DecomposeOptions) -> Result<Vec<(usize, usize)>> {
    let Some(period) = &options.period else {
        return invalid(
            "option `period` is missing: the number of values in a season, such as 24 for hours"
                .into(),
        );
    };
    let (periods, several) = match period {
        OneOrMore::One(period) => (vec![*period], false),
        OneOrMore::More(periods) => (periods.clone(), true),
    };
    if periods.is_empty()
        || periods.len() > 16
        || periods.iter().any(|period| !(2..=LONGEST).contains(period))
    {
        return invalid(
            "option `period` should be a whole number of values, 2 or more, or up to 16 of them"
                .into(),
        );
    }
    let windows = match &options.seasonal {
        Some(OneOrMore::One(window)) => vec![*window],
        Some(OneOrMore::More(windows)) => windows.clone(),
        None if several => Vec::new(),
        None => vec![7],
    };
    if !windows.is_empty() && windows.len() != periods.len() {
        return invalid(format!(
            "option `seasonal` should have a window for each of the {} periods, but has {}",
            periods.len(),
            windows.len()
        ));
    }
    // The shortest first; there are few.
    let mut seasons: Vec<(usize, usize)> = Vec::with_capacity(periods.len());
    for (i, &period) in periods.iter().enumerate() {
        let period = period as usize;
        let window = windows.get(i).copied().unwrap_or(7);
        odd("seasonal", window, 3)?;
        let place = seasons
            .iter()
            .take_while(|season| season.0 < period)
            .count();
        if seasons.get(place).is_some_and(|season| season.0 == period) {
            return invalid(format!(
                "option `period` has {period} twice; give each season once"
            ));
        }
        seasons.insert(place, (period, window as usize));
    }
    if windows.is_empty() {
        for (season, i) in seasons.iter_mut().zip(1..) {
            season.1 = 7 + 4 * i;
        }
    }
    Ok(seasons)
}

fn odd(name: &str, window: u32, least: u32) -> Result<()> {
    if window % 2 == 1 && (least..=LONGEST).contains(&window) {
        return Ok(());
    }
    invalid(format!(
        "option `{name}` should be an odd number of {least} or more, but is {window}"
    ))
}

/// STL's parameters for one season.
fn settings(options: &DecomposeOptions, period: usize, seasonal: usize) -> Result<Settings> {
    let least = period + 1 + period % 2;
    let usual = (1.5 * period as f64 / (1.0 - 1.5 / seasonal as f64)).ceil() as usize;
    for (name, window) in [("trend", options.trend), ("lowPass", options.low_pass)] {
        window.map_or(Ok(()), |window| odd(name, window, least as u32))?;
    }
    for (name, degree) in [
        ("seasonalDegree", options.seasonal_degree),
        ("trendDegree", options.trend_degree),
        ("lowPassDegree", options.low_pass_degree),
    ] {
        if degree.is_some_and(|degree| degree > 1) {
            return invalid(format!("option `{name}` should be 0 or 1"));
        }
    }
    for (name, jump) in [
        ("seasonalJump", options.seasonal_jump),
        ("trendJump", options.trend_jump),
        ("lowPassJump", options.low_pass_jump),
    ] {
        if jump.is_some_and(|jump| !(1..=LONGEST).contains(&jump)) {
            return invalid(format!("option `{name}` should be 1 or more"));
        }
    }
    let inner = options
        .inner_iterations
        .unwrap_or(if options.robust { 2 } else { 5 });
    let outer = options
        .outer_iterations
        .unwrap_or(if options.robust { 15 } else { 0 });
    if !(1..=1000).contains(&inner) || outer > 1000 {
        return invalid(
            "option `innerIterations` should be 1 to 1000, and `outerIterations` 0 to 1000".into(),
        );
    }
    let jump = |jump: Option<u32>| jump.unwrap_or(1) as usize;
    Ok(Settings {
        period,
        seasonal,
        trend: options
            .trend
            .map_or(usual + 1 - usual % 2, |trend| trend as usize),
        low_pass: options.low_pass.map_or(least, |window| window as usize),
        degrees: [
            options.seasonal_degree.unwrap_or(1),
            options.trend_degree.unwrap_or(1),
            options.low_pass_degree.unwrap_or(1),
        ],
        jumps: [
            jump(options.seasonal_jump),
            jump(options.trend_jump),
            jump(options.low_pass_jump),
        ],
        inner: inner as usize,
        outer: outer as usize,
    })
}
