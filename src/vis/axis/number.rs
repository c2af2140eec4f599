//! The axis of numbers, and numbers as people read them.
//!
//! Numbers are written from whole numbers and powers of ten: no tick is `0.30000000000000004`.

use super::{Tick, has_room};
use crate::vis::text;

/// Numbers with more digits before their point are written with a power of ten.
const MOST_DIGITS: i32 = 15;

/// A number as a whole one that has no zeros at its end, times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decimal {
    n: i64,
    exponent: i32,
}

impl Decimal {
    /// The shortest decimal that is a finite number.
    fn of(value: f64) -> Self {
        let mut buffer = zmij::Buffer::new();
        let (mut n, mut exponent, mut point) = (0_i64, 0, 0);
        let text = buffer.format_finite(value.abs());
        let (digits, power) = text.split_once('e').unwrap_or((text, "0"));
        for byte in digits.bytes() {
            if byte == b'.' {
                point = 1;
            } else {
                n = n.wrapping_mul(10).wrapping_add(i64::from(byte & 15));
                exponent -= point;
            }
        }
        exponent += power.parse().unwrap_or(0);
        let n = if value < 0.0 { -n } else { n };
        Self { n, exponent }.trimmed()
    }

    fn trimmed(mut self) -> Self {
        while self.n != 0 && self.n % 10 == 0 {
            self.n /= 10;
            self.exponent += 1;
        }
        self
    }

    /// How many digits are before the point, or, below 0, zeros after it.
    fn whole_digits(self) -> i32 {
        self.exponent + itoa::Buffer::new().format(self.n.unsigned_abs()).len() as i32
    }

    fn value(self) -> f64 {
        let power = 10_f64.powi(self.exponent.abs());
        // Small powers of ten are exact, their inverses are not.
        match self.exponent {
            ..0 => self.n as f64 / power,
            _ => self.n as f64 * power,
        }
    }

    /// Appends `-1,234.5`, or `1.5e-7` for what is above 15 digits or below 0.00001.
    fn write(self, out: &mut String) {
        let Self { n, exponent } = self.trimmed();
        if n == 0 {
            return out.push('0');
        }
        if n < 0 {
            out.push('-');
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(n.unsigned_abs());
        let mut whole = digits.len() as i32 + exponent;
        let power = whole - 1;
        let scientific = !(-4..=MOST_DIGITS).contains(&whole);
        if scientific {
            whole = 1;
        }
        if whole <= 0 {
            out.push_str(&"0.0000"[..(2 - whole) as usize]);
        }
        for (i, digit) in (0..).zip(digits.chars()) {
            separate(whole, i, out);
            out.push(digit);
        }
        for i in digits.len() as i32..whole {
            separate(whole, i, out);
            out.push('0');
        }
        if scientific {
            out.push('e');
            out.push_str(itoa::Buffer::new().format(power));
        }
    }
}

/// Appends what is before the digit `i` of a number with `whole` digits before its point.
fn separate(whole: i32, i: i32, out: &mut String) {
    if i > 0 && i == whole {
        out.push('.');
    } else if i > 0 && i < whole && (whole - i) % 3 == 0 {
        out.push(',');
    }
}

/// A number for a tooltip: whole ones in full, `1,234,567`, others with six digits, but at least
/// all before the point. What is not finite is `∞`, `−∞` and `NaN`.
pub(crate) fn format_number(value: f64) -> String {
    let mut out = String::new();
    if value.is_nan() {
        return "NaN".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "∞" } else { "−∞" }.into();
    }
    let Decimal {
        mut n,
        mut exponent,
    } = Decimal::of(value);
    let whole = Decimal { n, exponent }.whole_digits();
    let mut cut = whole - exponent - 6;
    if whole <= MOST_DIGITS {
        cut = cut.min(-exponent);
    }
    if cut > 0 {
        let scale = 10_i64.pow(cut as u32);
        n = (n + n.signum() * scale / 2) / scale;
        exponent += cut;
    }
    Decimal { n, exponent }.write(&mut out);
    out
}

/// The label of a tick: thousands and more by a letter, if at most two digits are after the point.
fn tick(decimal: Decimal, step_exponent: i32) -> Tick {
    let digits = decimal.whole_digits();
    let fits = |&(power, _): &(i32, _)| {
        power < digits && digits <= MOST_DIGITS && power <= step_exponent + 2
    };
    let units = [(12, "T"), (9, "G"), (6, "M"), (3, "k")];
    let (power, unit) = units.into_iter().find(fits).unwrap_or((0, ""));
    let mut label = String::new();
    let Decimal { n, exponent } = decimal;
    let scaled = Decimal {
        n,
        exponent: exponent - power,
    };
    scaled.write(&mut label);
    if n != 0 {
        label.push_str(unit);
    }
    Tick {
        at: decimal.value(),
        label,
    }
}

/// An axis: its numbers, and how they are placed and written.
struct Axis {
    min: f64,
    max: f64,
    length: f64,
    font_size: f64,
    horizontal: bool,
    logarithmic: bool,
}

impl Axis {
    /// Where a number is, in pixels.
    fn x(&self, value: f64) -> f64 {
        let scaled = |value: f64| if self.logarithmic { value.ln() } else { value };
        let low = scaled(self.min);
        (scaled(value) - low) / (scaled(self.max) - low) * self.length
    }

    /// Whether all labels have room.
    fn clear(&self, ticks: &[Tick]) -> bool {
        let mut free = f64::NEG_INFINITY;
        ticks.iter().all(|tick| {
            let half = match self.horizontal {
                true => text::width(&tick.label, self.font_size) / 2.0,
                false => 0.6 * self.font_size,
            };
            has_room(self.x(tick.at), half, &mut free)
        })
    }

    fn ticks(&self) -> Vec<Tick> {
        let finite = (self.max - self.min).is_finite() && self.font_size.is_finite();
        if !(finite && self.length > 0.0 && self.font_size > 0.0 && self.min <= self.max) {
            return Vec::new();
        }
        if self.min == self.max {
            let (at, label) = (self.min, format_number(self.min));
            return vec![Tick { at, label }];
        }
        if self.logarithmic {
            for (every, first_digits) in DECADES {
                let ticks = self.decades(*every, first_digits);
                if ticks.len() < 2 {
                    break;
                }
                if self.clear(&ticks) {
                    return ticks;
                }
            }
        }
        self.linear()
    }

    /// Ticks at some digits of each power of ten, or of each second one, and so on.
    fn decades(&self, every: i32, first_digits: &[i64]) -> Vec<Tick> {
        let power = |value| Decimal::of(value).whole_digits() - 1;
        (power(self.min)..=power(self.max))
            .filter(|exponent| exponent % every == 0)
            .flat_map(|exponent| {
                let decimal = move |&n| Decimal { n, exponent };
                first_digits.iter().map(decimal)
            })
            .map(|decimal| tick(decimal, decimal.exponent))
            .filter(|tick| (self.min..=self.max).contains(&tick.at))
            .collect()
    }

    /// Ticks that are 1, 2 or 5 of a power of ten apart.
    fn linear(&self) -> Vec<Tick> {
        let closest = 3.0 * self.font_size;
        let mut step = Decimal::of((self.max - self.min) * closest / self.length.min(10_000.0));
        while step.n > 9 {
            step.n = (step.n + 9) / 10;
            step.exponent += 1;
        }
        loop {
            (step.n, step.exponent) = match step.n {
                ..=1 => (1, step.exponent),
                2 => (2, step.exponent),
                3..=5 => (5, step.exponent),
                _ => (1, step.exponent + 1),
            };
            let ticks = self.multiples(step);
            if self.clear(&ticks) {
                return ticks;
            }
            step.n += 1;
        }
    }

    fn multiples(&self, step: Decimal) -> Vec<Tick> {
        let size = step.value();
        let (first, last) = ((self.min / size).floor(), (self.max / size).ceil());
        // Floats do not have the numbers between those that are larger.
        if first.abs().max(last.abs()) >= 1e15 {
            return Vec::new();
        }
        (first as i64..=last as i64)
            .map(|i| {
                let n = i * step.n;
                tick(Decimal { n, ..step }, step.exponent)
            })
            .filter(|tick| (self.min..=self.max).contains(&tick.at))
            .collect()
    }
}

/// Which powers of ten have ticks, and at which first digits.
const DECADES: &[(i32, &[i64])] = &[
    (1, &[1, 2, 5]),
    (1, &[1]),
    (2, &[1]),
    (3, &[1]),
    (5, &[1]),
    (10, &[1]),
    (20, &[1]),
    (50, &[1]),
    (100, &[1]),
    (200, &[1]),
];

/// The ticks of the numbers from `min` to `max` on an axis of `length` CSS pixels: 1, 2 or 5
/// of a power of ten apart, with labels such as `1.2k`, `3M`, `4G`, that have at least 12 pixels
/// between them.
///
/// One tick if `min` is `max`; none if it is above, or anything is not finite.
pub(crate) fn number_ticks(
    min: f64,
    max: f64,
    length: f64,
    font_size: f64,
    horizontal: bool,
) -> Vec<Tick> {
    let axis = Axis {
        min,
        max,
        length,
        font_size,
        horizontal,
        logarithmic: false,
    };
    axis.ticks()
}

/// As [`number_ticks`] for an axis of logarithms: at 1, 2 and 5 of each power of ten, or powers
/// of ten, or every second of them, and so on; as [`number_ticks`] where these are not two.
///
/// None if `min` is not above 0.
pub(crate) fn log_ticks(
    min: f64,
    max: f64,
    length: f64,
    font_size: f64,
    horizontal: bool,
) -> Vec<Tick> {
    let axis = Axis {
        // Also what is not a number has no ticks.
        min: if min > 0.0 { min } else { f64::NAN },
        max,
        length,
        font_size,
        horizontal,
        logarithmic: true,
    };
    axis.ticks()
}
