//! Runs of letters and digits: hashes, vulnerability numbers, autonomous
//! systems, wallets.

use super::kind::IocType;
use super::scan::{CLASS, HEX, Scanner, WORD, run_end};
use super::wallet;

/// Longest decimal number after `CVE-2021-` and `AS`.
const MAX_DIGITS: usize = 10;

impl Scanner<'_> {
    pub(super) fn atoms(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            if CLASS[self.text[at] as usize] & WORD == 0 {
                at += 1;
                continue;
            }
            let stop = run_end(self.text, at, end, WORD);
            match stop - at {
                3 if self.text[at..stop].eq_ignore_ascii_case(b"cve") => self.cve(at, end),
                3..=12 => self.asn(at, stop),
                26.. => {
                    self.hashes(at, stop);
                    self.wallet(at, stop);
                }
                _ => {}
            }
            at = stop;
        }
        self.visited += (end - start) as u64;
    }

    /// Hex runs of a hash's length; like msticpy, only hex digits are a border.
    fn hashes(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let stop = run_end(self.text, at, end, HEX);
            let kind = match stop - at {
                32 => Some(IocType::Md5),
                40 if self.text[..at].ends_with(b"0x") => None, // an Ethereum address
                40 => Some(IocType::Sha1),
                64 => Some(IocType::Sha256),
                128 => Some(IocType::Sha512),
                _ => None,
            };
            let digits = &self.text[at..stop];
            // Sysmon writes zeros for "no hash".
            let is_hash = digits.iter().any(|&byte| byte != b'0') && !is_hex_text(digits);
            if let Some(kind) = kind.filter(|_| is_hash) {
                self.add_lower(kind, at, stop);
            }
            at = stop + 1;
        }
        self.visited += (end - start) as u64;
    }

    /// `CVE-2021-44228` at `start` (<https://www.cve.org/ResourcesSupport/FAQs>).
    fn cve(&mut self, start: usize, end: usize) {
        let digits = |at: usize| {
            self.text[at..end]
                .iter()
                .take(MAX_DIGITS)
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        let year = start + 4;
        let number = year + 5;
        if number >= end || !matches!(self.text[year - 1], b'-' | b'_') || digits(year) != 4 {
            return;
        }
        let length = digits(number);
        let stop = number + length;
        let bounded = CLASS[self.at(stop) as usize] & WORD == 0;
        if matches!(self.text[number - 1], b'-' | b'_') && length >= 4 && bounded {
            let value = String::from_utf8_lossy(&self.text[start..stop])
                .to_ascii_uppercase()
                .replace('_', "-");
            self.add(IocType::Cve, start, stop, Some(value.into()));
        }
    }

    /// `AS13335`, as in RFC 5396; short numbers only after the word "ASN".
    fn asn(&mut self, start: usize, end: usize) {
        let Some(digits) = self.text[start..end].strip_prefix(b"AS") else {
            return;
        };
        let number = std::str::from_utf8(digits)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let Some(number) = number.and_then(|text| text.parse::<u32>().ok()) else {
            return;
        };
        let bounded = !matches!(self.before(start), b'-' | b'_' | b'.' | b'\\' | b'/')
            && !matches!(self.at(end), b'-' | b'_');
        let plain = digits.len() >= 4 || (digits.len() == 3 && number != 400);
        if number > 0 && digits[0] != b'0' && bounded && plain {
            self.add(IocType::Asn, start, end, None);
        }
    }

    fn wallet(&mut self, start: usize, end: usize) {
        let atom = &self.text[start..end];
        if atom.len() == 42 && wallet::is_ethereum(atom) {
            self.add(IocType::Ethereum, start, end, None);
        } else if atom.len() <= wallet::MAX_BITCOIN && wallet::is_bitcoin(atom) {
            self.add(IocType::Bitcoin, start, end, None);
        }
    }
}

/// Whether hex digits spell ASCII text with a blank, a quote or a zero in it: what
/// Linux audit writes in hex because of just these bytes. A hash does so by
/// chance less often than once in a million.
fn is_hex_text(digits: &[u8]) -> bool {
    let bytes = digits.chunks_exact(2).map(|pair| {
        let value = |digit: u8| (digit as char).to_digit(16).unwrap_or(0) as u8;
        16 * value(pair[0]) + value(pair[1])
    });
    let is_text = bytes.clone().all(|byte| matches!(byte, 0 | b' '..=b'~'));
    is_text && bytes.clone().any(|byte| matches!(byte, 0 | b' ' | b'"'))
}
