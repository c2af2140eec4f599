//! Cosine and sine of whole turns.

use std::f64::consts::TAU;

/// Cosine and sine of an angle in turns, to the last digit or two. The standard
/// functions also reduce huge angles, which takes them much code and more time; here what is
/// beyond whole quarters of a turn is known exactly.
pub(super) fn turn(turns: f64) -> (f64, f64) {
    let quarters = (turns * 4.0).round();
    let angle = (turns - quarters / 4.0) * TAU;
    let square = angle * angle;
    let (cos, sin) = (series(&COS, square), angle * series(&SIN, square));
    // Of four, whatever the sign and size.
    match (quarters - 4.0 * (quarters / 4.0).floor()) as u8 {
        0 => (cos, sin),
        1 => (-sin, cos),
        2 => (-cos, -sin),
        _ => (sin, -cos),
    }
}

/// Taylor's coefficients, of the highest power first; for an eighth of a turn the next would be below 1e-17.
const COS: [f64; 9] = [
    1.0 / 20_922_789_888_000.0,
    -1.0 / 87_178_291_200.0,
    1.0 / 479_001_600.0,
    -1.0 / 3_628_800.0,
    1.0 / 40_320.0,
    -1.0 / 720.0,
    1.0 / 24.0,
    -0.5,
    1.0,
];
const SIN: [f64; 9] = [
    1.0 / 355_687_428_096_000.0,
    -1.0 / 1_307_674_368_000.0,
    1.0 / 6_227_020_800.0,
    -1.0 / 39_916_800.0,
    1.0 / 362_880.0,
    -1.0 / 5040.0,
    1.0 / 120.0,
    -1.0 / 6.0,
    1.0,
];

fn series(coefficients: &[f64; 9], square: f64) -> f64 {
    coefficients
        .iter()
        .fold(0.0, |sum, coefficient| sum * square + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_those_of_the_standard_functions() {
        for i in -4000..4000 {
            let turns = f64::from(i) / 777.0;
            let (cos, sin) = turn(turns);
            let (expected_sin, expected_cos) = (turns.fract() * TAU).sin_cos();
            assert!(
                (cos - expected_cos).abs() < 2e-15 && (sin - expected_sin).abs() < 2e-15,
                "{turns}"
            );
        }
        assert_eq!(turn(0.0), (1.0, 0.0));
        assert_eq!(turn(-1e15), (1.0, 0.0));
    }
}
