//! Punycode (RFC 3492): names in any script as letters, digits and hyphens.

const DIGITS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// A label's Punycode, without `xn--`: section 6.3, with the names used there.
pub(super) fn encode(label: &str) -> String {
    let mut output: String = label.chars().filter(char::is_ascii).collect();
    let basic = output.len() as u32;
    if basic > 0 {
        output.push('-');
    }
    let length = label.chars().count() as u32;
    let (mut n, mut delta, mut bias, mut handled) = (128, 0u32, 72, basic);
    while handled < length {
        let next = label
            .chars()
            .map(u32::from)
            .filter(|&c| c >= n)
            .min()
            .unwrap_or(n);
        delta += (next - n) * (handled + 1);
        n = next;
        for c in label.chars().map(u32::from) {
            if c < n {
                delta += 1;
            }
            if c != n {
                continue;
            }
            let (mut q, mut k) = (delta, 36u32);
            loop {
                let t = k.saturating_sub(bias).clamp(1, 26);
                if q < t {
                    break;
                }
                output.push(DIGITS[(t + (q - t) % (36 - t)) as usize] as char);
                q = (q - t) / (36 - t);
                k += 36;
            }
            output.push(DIGITS[q as usize] as char);
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            handled += 1;
        }
        delta += 1;
        n += 1;
    }
    output
}

/// Section 6.1.
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 35 * 26 / 2 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

/// The label whose Punycode, without `xn--`, this is: section 6.2. `None` if it
/// is not the Punycode of one, or of one longer than a label of DNS may be.
pub(super) fn decode(code: &str) -> Option<String> {
    let (basic, digits) = code.rsplit_once('-').unwrap_or(("", code));
    if code.len() > super::domain::MAX_LABEL || !code.is_ascii() {
        return None;
    }
    let mut output: Vec<char> = basic.chars().collect();
    let (mut n, mut i, mut bias) = (128u32, 0u32, 72);
    let mut digits = digits.bytes();
    while digits.len() > 0 {
        let (old, mut weight, mut k) = (i, 1u32, 36u32);
        loop {
            let byte = digits.next()?;
            let digit = DIGITS.iter().position(|&other| other == byte)? as u32;
            i = i.checked_add(digit.checked_mul(weight)?)?;
            let t = k.saturating_sub(bias).clamp(1, 26);
            if digit < t {
                break;
            }
            weight = weight.checked_mul(36 - t)?;
            k += 36;
        }
        let points = output.len() as u32 + 1;
        bias = adapt(i - old, points, old == 0);
        n = n.checked_add(i / points)?;
        i %= points;
        output.insert(i as usize, char::from_u32(n)?);
        i += 1;
    }
    Some(output.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn as_in_rfc_3492() {
        for (label, expected) in [
            ("bücher", "bcher-kva"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            (
                "почемужеонинеговорятпорусски",
                "b1abfaaepdrnnbgefbadotcwatmq2g4l",
            ),
        ] {
            assert_eq!(encode(label), expected);
            assert_eq!(decode(expected).as_deref(), Some(label));
        }
    }

    proptest! {
        #[test]
        fn decodes_what_it_encodes(label in "[a-zà-öа-я一-丁-]{1,15}") {
            let code = encode(&label);
            prop_assume!(code.len() <= 63);
            prop_assert_eq!(decode(&code), Some(label));
        }

        #[test]
        fn any_text_decodes_or_does_not(code in "\\PC{0,70}") {
            let _ = decode(&code);
        }
    }
}
