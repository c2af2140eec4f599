//! Numbers and truth values out of text, by the rules of [`super`].
//!
//! Most numbers in logs are short, so eight digits are read at once; what does
//! not fit goes byte by byte.

/// Eight bytes that begin at `start`; none where the file ends before.
fn eight(source: &[u8], start: usize) -> Option<u64> {
    let bytes = source.get(start..)?.first_chunk()?;
    Some(u64::from_le_bytes(*bytes))
}

/// The value of the first `length` bytes of `word`, 1 to 8, if all are digits.
///
/// The digits move to the end behind zeros; then neighbours are joined to pairs,
/// fours and eight. Johnny Lee, "Fast numeric string to int"; also in simdjson.
fn digits(word: u64, length: usize) -> Option<u64> {
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    let unused = 64 - 8 * length as u32;
    // Two shifts, because one by 64 is no shift.
    let word = word << unused | (ZEROS >> 1) >> (63 - unused);
    let digits = word.wrapping_sub(ZEROS);
    // A digit stays below 10, so that adding 0x76 does not reach the high bit.
    if (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff)
}

/// The integer that stands in `source` from `start` on and is `length` bytes long.
pub(super) fn int_at(source: &[u8], start: usize, length: usize) -> Option<i64> {
    let text = source.get(start..start + length)?;
    match *text {
        // `0` alone, no `-`, no `007`.
        [b'1'..=b'9', ..] | [b'0'] if length <= 8 => {
            if let Some(word) = eight(source, start) {
                return digits(word, length).map(|number| number as i64);
            }
        }
        [b'1'..=b'9', ..] if length <= 16 => {
            let high = digits(eight(source, start)?, 8)?;
            if let Some(word) = eight(source, start + 8) {
                let low = digits(word, length - 8)?;
                return Some((high * POWERS[length - 8] + low) as i64);
            }
        }
        _ => {}
    }
    parse_int(text)
}

/// Powers of ten that fit.
const POWERS: [u64; 9] = [
    1,
    10,
    100,
    1000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

pub(super) fn parse_int(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    match digits {
        [b'0'] if !negative => return Some(0),
        [b'1'..=b'9', ..] if digits.len() <= 19 => {}
        _ => return None,
    }
    let mut number: u64 = 0;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    if negative {
        0i64.checked_sub_unsigned(number)
    } else {
        i64::try_from(number).ok()
    }
}

/// Largest integer up to which every one is a `f64`.
pub(super) const EXACT: u64 = 1 << 53;

/// Powers of ten that are exact as `f64`.
const EXACT_POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

pub(super) fn parse_float(text: &[u8]) -> Option<f64> {
    let unsigned = text.strip_prefix(b"-").unwrap_or(text);
    let (mut mantissa, mut at) = (0, 0);
    let run = |mantissa: &mut u64, at: &mut usize| {
        let start = *at;
        // More than 17 digits wrap around, and are refused below.
        while let Some(digit @ b'0'..=b'9') = unsigned.get(*at) {
            *mantissa = mantissa
                .wrapping_mul(10)
                .wrapping_add(u64::from(digit - b'0'));
            *at += 1;
        }
        *at - start
    };
    let whole = run(&mut mantissa, &mut at);
    if whole == 0 || (whole > 1 && unsigned[0] == b'0') {
        return None;
    }
    let mut fraction = 0;
    if unsigned.get(at) == Some(&b'.') {
        at += 1;
        fraction = run(&mut mantissa, &mut at);
        if fraction == 0 {
            return None;
        }
    }
    // Zeros in front are no digits that could be lost: Python writes 0.02391987945884466.
    if whole + fraction > 17 && significant(&unsigned[..at]) > 17 {
        return None;
    }
    if at == unsigned.len() {
        let is_integer = fraction == 0;
        if let (Some(power), ..=EXACT) = (EXACT_POWERS.get(fraction), mantissa) {
            // One division of exact numbers is rounded once, as it should be.
            // Clinger, "How to read floating point numbers accurately", 1990.
            let number = mantissa as f64 / power;
            let negative = unsigned.len() < text.len();
            return Some(if negative { -number } else { number });
        }
        if is_integer {
            return None;
        }
    } else if !is_exponent(&unsigned[at..]) {
        return None;
    }
    let number: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    number.is_finite().then_some(number)
}

/// How many digits a decimal number has from the first that is not 0 on.
fn significant(number: &[u8]) -> usize {
    let digits = number.iter().filter(|byte| **byte != b'.');
    digits.skip_while(|digit| **digit == b'0').count()
}

fn is_exponent(text: &[u8]) -> bool {
    let [b'e' | b'E', tail @ ..] = text else {
        return false;
    };
    let digits = match tail {
        [b'-' | b'+', digits @ ..] => digits,
        digits => digits,
    };
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

pub(super) fn parse_bool(text: &[u8]) -> Option<bool> {
    match text {
        b"true" | b"True" | b"TRUE" => Some(true),
        b"false" | b"False" | b"FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers_in_any_place() {
        for text in [
            "0",
            "7",
            "10",
            "-1",
            "12345678",
            "123456789",
            "1234567890123456",
            "-12345678901234567",
            "9223372036854775807",
            "-9223372036854775808",
        ] {
            for after in ["", ",", ",1234567890123456789"] {
                let source = format!("{text}{after}");
                let found = int_at(source.as_bytes(), 0, text.len());
                assert_eq!(found, text.parse().ok(), "{source}");
            }
        }
        for text in [
            "",
            "-",
            "-0",
            "00",
            "007",
            "+1",
            "1.5",
            "12a45678",
            "1234567812a4",
            "9223372036854775808",
            "1 ",
            ":",
            "1/",
        ] {
            for after in ["", "111111111111111111111"] {
                let source = format!("{text}{after}");
                assert_eq!(int_at(source.as_bytes(), 0, text.len()), None, "{source}");
            }
        }
    }

    proptest! {
        #[test]
        fn integers_as_std_reads_them(text in "[0-9:/a-]{1,20}") {
            let padded = format!("{text}9999999999999999");
            let expected = text.parse::<i64>().ok().filter(|number| number.to_string() == text);
            prop_assert_eq!(int_at(padded.as_bytes(), 0, text.len()), expected);
            prop_assert_eq!(int_at(text.as_bytes(), 0, text.len()), expected);
        }

        #[test]
        fn floats_as_std_reads_them(text in "-?(0|[1-9][0-9]{0,15})\\.[0-9]{1,18}(e-?[0-9]{1,3})?") {
            if let Some(found) = parse_float(text.as_bytes()) {
                prop_assert_eq!(found.to_bits(), text.parse::<f64>().expect("a number").to_bits());
            }
        }

        #[test]
        fn fractions_are_floats_however_they_are_written(number in -1.0..1.0_f64) {
            for text in [format!("{number:?}"), format!("{number}")] {
                let found = parse_float(text.as_bytes()).map(f64::to_bits);
                prop_assert_eq!(found, Some(number.to_bits()), "{}", text);
            }
        }

        #[test]
        fn floats_keep_their_bits(number: f64) {
            let text = format!("{number:?}");
            if let Some(found) = parse_float(text.as_bytes()) {
                prop_assert_eq!(found.to_bits(), number.to_bits());
            }
        }
    }
}
