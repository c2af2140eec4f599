//! The axis of numbers, and numbers as people read them.
//!
//! Numbers are written from whole numbers and powers of ten: no tick is `0.30000000000000004`.

use super::{Tick, has_room, written};
use crate::table::format::write_int;
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
    #[inline(never)] // It is large, and used thrice.
    fn of(value: f64) -> Self {
        let mut buffer = zmij::Buffer::new();
        // The digits, how many are after the point, and those of the power of ten.
        let (mut n, mut after, mut power) = (0_i64, 0, 0);
        let (mut part, mut sign) = (0, 1);
        for byte in buffer.format_finite(value.abs()).bytes() {
            let digit = byte & 15;
            match byte {
                b'.' => part = 1,
                b'e' => part = 2,
                b'+' => {}
                b'-' => sign = -1,
                _ if part == 2 => power = power * 10 + i32::from(digit),
                _ => {
                    n = n.wrapping_mul(10).wrapping_add(i64::from(digit));
                    after += part;
                }
            }
        }
        let exponent = sign * power - after;
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
        let (mut rest, mut digits) = (self.n, self.exponent);
        while rest != 0 {
            rest /= 10;
            digits += 1;
        }
        digits
    }

    fn value(self) -> f64 {
        let power = 10_f64.powi(self.exponent.abs());
        // Small powers of ten are exact, their inverses are not.
        if self.exponent < 0 {
            self.n as f64 / power
        } else {
            self.n as f64 * power
        }
    }

    /// Appends `-1,234.5`, or `1.5e-7` for what is above 15 digits or below 0.00001.
    fn write(self, out: &mut Vec<u8>) {
        let Self { n, exponent } = self.trimmed();
        if n == 0 {
            return out.push(b'0');
        }
        if n < 0 {
            out.push(b'-');
        }
        let mut buffer = itoa::Buffer::new();
        let digits = buffer.format(n.unsigned_abs()).as_bytes();
        let length = digits.len() as i32;
        let mut whole = length + exponent;
        let power = whole - 1;
        let scientific = !(-4..=MOST_DIGITS).contains(&whole);
        if scientific {
            whole = 1;
        }
        // From the digit before the point, which is 0 if there is none.
        for i in whole.min(1) - 1..length.max(whole) {
            if i == whole {
                out.push(b'.');
            } else if i > 0 && i < whole && (whole - i) % 3 == 0 {
                out.push(b',');
            }
            out.push(digits.get(i as usize).copied().unwrap_or(b'0'));
        }
        if scientific {
            out.push(b'e');
            write_int(power.into(), out);
        }
    }
}

/// A number for a tooltip: whole ones in full, `1,234,567`, others with six digits, but at least
/// all before the point. What is not finite is `∞`, `−∞` and `NaN`.
pub(crate) fn format_number(value: f64) -> String {
    if !value.is_finite() {
        return match value {
            f64::INFINITY => "∞",
            f64::NEG_INFINITY => "−∞",
            _ => "NaN",
        }
        .into();
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
    let mut out = Vec::new();
    Decimal { n, exponent }.write(&mut out);
    written(out)
}

/// The label of a tick: thousands and more by a letter, if at most two digits are after the point.
fn tick(decimal: Decimal, step_exponent: i32) -> Tick {
    let digits = decimal.whole_digits();
    let fits = |&(power, _): &(i32, &[u8])| {
        power < digits && digits <= MOST_DIGITS && power <= step_exponent + 2
    };
    let units: [(i32, &[u8]); 4] = [(12, b"T"), (9, b"G"), (6, b"M"), (3, b"k")];
    let (power, unit) = units.into_iter().find(fits).unwrap_or((0, b""));
    let mut label = Vec::new();
    let Decimal { n, exponent } = decimal;
    let scaled = Decimal {
        n,
        exponent: exponent - power,
    };
    scaled.write(&mut label);
    if n != 0 {
        label.extend_from_slice(unit);
    }
    Tick {
        at: decimal.value(),
        label: written(label),
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
            for (i, every) in DECADES.into_iter().enumerate() {
                let ticks = self.decades(every, if i == 0 { &[1, 2, 5] } else { &[1] });
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

    /// Adds a tick if it is on the axis.
    fn add(&self, decimal: Decimal, step_exponent: i32, ticks: &mut Vec<Tick>) {
        let tick = tick(decimal, step_exponent);
        if self.min <= tick.at && tick.at <= self.max {
            ticks.push(tick);
        }
    }

    /// Ticks at some digits of each power of ten, or of each second one, and so on.
    fn decades(&self, every: i32, first_digits: &[i64]) -> Vec<Tick> {
        let power = |value| Decimal::of(value).whole_digits() - 1;
        let mut ticks = Vec::new();
        for exponent in power(self.min)..=power(self.max) {
            for &n in first_digits {
                if exponent % every == 0 {
                    self.add(Decimal { n, exponent }, exponent, &mut ticks);
                }
            }
        }
        ticks
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
        let mut ticks = Vec::new();
        for i in first as i64..=last as i64 {
            let n = i * step.n;
            self.add(Decimal { n, ..step }, step.exponent, &mut ticks);
        }
        ticks
    }
}

/// Which powers of ten have ticks: each, each second one, and so on. The first is with ticks
/// between them.
const DECADES: [i32; 10] = [1, 1, 2, 3, 5, 10, 20, 50, 100, 200];

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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn labels(ticks: &[Tick]) -> String {
        let labels: Vec<&str> = ticks.iter().map(|tick| &tick.label[..]).collect();
        labels.join(" ")
    }

    #[test]
    fn writes_numbers() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (-12.5, "-12.5"),
            (1234.0, "1,234"),
            (-1_234_567.0, "-1,234,567"),
            (1_234_567.89, "1,234,568"),
            (1234.5678, "1,234.57"),
            (0.1 + 0.2, "0.3"),
            (2.0 / 3.0, "0.666667"),
            (0.999_999_9, "1"),
            (999_999.5, "1,000,000"),
            (0.000_012_345_678_9, "0.0000123457"),
            (1.234_567_89e-7, "1.23457e-7"),
            (999_999_999_999_999.0, "999,999,999,999,999"),
            (1e15, "1e15"),
            (1.234_567_89e17, "1.23457e17"),
            (-1e300, "-1e300"),
            (f64::MAX, "1.79769e308"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "−∞"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(format_number(value), expected, "{value:?}");
        }
    }

    #[test]
    fn ticks_are_round_numbers() {
        for (name, min, max, expected) in [
            ("tenths", 0.0, 1.0, "0 0.2 0.4 0.6 0.8 1"),
            ("not at the ends", 0.13, 0.93, "0.2 0.4 0.6 0.8"),
            ("around 0", -3.0, 7.5, "-2 0 2 4 6"),
            ("halves", -1.2, 1.3, "-1 -0.5 0 0.5 1"),
            ("thousands", 0.0, 1234.0, "0 200 400 600 800 1k 1.2k"),
            ("below 0", -1e6, 0.0, "-1M -800k -600k -400k -200k 0"),
            ("billions", 0.0, 5e9, "0 1G 2G 3G 4G 5G"),
            ("trillions", 0.0, 5e12, "0 1T 2T 3T 4T 5T"),
            (
                "large but close",
                1e6,
                1e6 + 5.0,
                "1,000,000 1,000,001 1,000,002 1,000,003 1,000,004 1,000,005",
            ),
            (
                "with two decimals",
                1e6,
                1.05e6,
                "1M 1.01M 1.02M 1.03M 1.04M 1.05M",
            ),
            ("tiny", 0.0, 5e-9, "0 1e-9 2e-9 3e-9 4e-9 5e-9"),
            ("huge", 0.0, 5e20, "0 1e20 2e20 3e20 4e20 5e20"),
            ("one number", 12.5, 12.5, "12.5"),
            ("only 0", 0.0, -0.0, "0"),
            ("reversed", 1.0, 0.0, ""),
            ("infinite", f64::NEG_INFINITY, 1.0, ""),
            ("not a number", 0.0, f64::NAN, ""),
            ("closer than floats are", 1e16, 1e16 + 2.0, ""),
        ] {
            let ticks = number_ticks(min, max, 240.0, 12.0, false);
            assert_eq!(labels(&ticks), expected, "{name}");
        }
        let ticks = number_ticks(0.0, 0.6, 240.0, 12.0, false);
        assert_eq!(ticks[3].at, 0.3, "not 0.30000000000000004");
    }

    #[test]
    fn long_labels_side_by_side_need_larger_steps() {
        let ticks = number_ticks(1e6, 1e6 + 5.0, 240.0, 12.0, true);
        assert_eq!(labels(&ticks), "1,000,000 1,000,002 1,000,004");
    }

    #[test]
    fn ticks_of_logarithms() {
        for (name, min, max, expected) in [
            ("1, 2 and 5", 1.0, 50.0, "1 2 5 10 20 50"),
            ("powers of ten", 1.0, 1e5, "1 10 100 1k 10k 100k"),
            ("each second one", 1e-8, 2.0, "1e-8 1e-6 0.0001 0.01 1"),
            ("many", 1e-300, 1e300, "1e-200 1e-100 1 1e100 1e200"),
            ("less than one", 110.0, 190.0, "120 140 160 180"),
            ("one number", 20.0, 20.0, "20"),
            ("0 has no logarithm", 0.0, 10.0, ""),
            ("nor has less", -1.0, 10.0, ""),
            ("reversed", 10.0, 1.0, ""),
            ("infinite", 1.0, f64::INFINITY, ""),
            ("not a number", f64::NAN, 1.0, ""),
        ] {
            let ticks = log_ticks(min, max, 200.0, 12.0, false);
            assert_eq!(labels(&ticks), expected, "{name}");
        }
    }

    fn numbers() -> impl Strategy<Value = f64> {
        prop_oneof![
            (-300.0..300_f64).prop_map(|log| 10_f64.powf(log)),
            -1e4..1e4_f64,
            any::<f64>()
        ]
    }

    proptest! {
        #[test]
        fn a_number_is_itself_within_six_digits(value in numbers()) {
            let text = format_number(value);
            if value.is_finite() {
                let read: f64 = text.replace(',', "").parse().expect("a number");
                prop_assert!((read - value).abs() <= 5e-6 * value.abs(), "{value} {text}");
                prop_assert!(text.len() < 22, "{text}");
            }
        }

        #[test]
        fn labels_have_room(a in numbers(), b in numbers(), length in 20.0..4000_f64, font in 8.0..20_f64, horizontal: bool) {
            let (min, max) = (a.min(b), a.max(b));
            for logarithmic in [false, true] {
                let ticks = match logarithmic {
                    true => log_ticks(min, max, length, font, horizontal),
                    false => number_ticks(min, max, length, font, horizontal),
                };
                let axis = Axis { min, max, length, font_size: font, horizontal, logarithmic };
                prop_assert!(ticks.is_sorted_by(|a, b| a.at < b.at), "{ticks:?}");
                prop_assert!(ticks.iter().all(|tick| (min..=max).contains(&tick.at)));
                prop_assert!(ticks.len() as f64 <= length / font + 2.0);
                prop_assert!(ticks.iter().all(|tick| tick.label != "-0"));
                for pair in ticks.windows(2) {
                    prop_assert_ne!(&pair[0].label, &pair[1].label);
                    let half = |tick: &Tick| if horizontal { text::width(&tick.label, font) / 2.0 } else { font * 0.6 };
                    let gap = axis.x(pair[1].at) - axis.x(pair[0].at) - half(&pair[0]) - half(&pair[1]);
                    prop_assert!(gap >= 12.0 - 1e-6, "{pair:?} {gap}");
                }
            }
        }

        #[test]
        fn labels_say_where_they_are(min in -1e7..1e7_f64, log in -3.0..8_f64, length in 100.0..2000_f64) {
            for tick in number_ticks(min, min + 10_f64.powf(log), length, 12.0, true) {
                let text = tick.label.replace(',', "").replace('k', "e3").replace('M', "e6").replace('G', "e9");
                let read: f64 = text.parse().expect("a number");
                prop_assert!((read - tick.at).abs() <= 1e-12 * tick.at.abs(), "{tick:?}");
            }
        }

        #[test]
        fn an_axis_of_some_length_has_two_ticks(min in -1e7..1e7_f64, log in -3.0..8_f64, length in 150.0..2000_f64) {
            let ticks = number_ticks(min, min + 10_f64.powf(log), length, 12.0, false);
            prop_assert!(ticks.len() >= 2, "{ticks:?}");
        }
    }
}
