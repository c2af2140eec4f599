//! Runs of letters and digits: hashes, vulnerability numbers, autonomous
//! systems, wallets.

use super::kind::IocType;
use super::marks::Set;
use super::scan::Scanner;
use super::wallet;

/// Longest decimal number after `CVE-2021-` and `AS`.
const MAX_DIGITS: usize = 10;

impl Scanner<'_> {
    /// What has a prefix and a number.
    pub(super) fn numbered(&mut self, start: usize, end: usize) {
        for at in self.marks.iter(Set::Numbered, start, end) {
            let head = &self.text[start..at + 1];
            if head.len() >= 3 && head[head.len() - 3..].eq_ignore_ascii_case(b"cve") {
                self.cve(at - 2, end);
            } else if head.ends_with(b"AS") && !self.is_before(Set::Word, at - 1) {
                self.asn(at - 1, self.marks.run_end(Set::Word, at, end));
            }
        }
        self.visited += (end - start) as u64;
    }

    /// Long runs of letters and digits.
    pub(super) fn long_runs(&mut self, start: usize, end: usize) {
        let mut at = start;
        loop {
            let begin = self.marks.next(Set::Long, at, end);
            if begin == end {
                break;
            }
            at = self.marks.run_end(Set::Word, begin, end);
            self.hashes(begin, at);
            self.wallet(begin, at);
        }
        self.visited += (end - start) as u64;
    }

    /// Hex runs of a hash's length; like msticpy, only hex digits are a border.
    fn hashes(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let stop = self.marks.run_end(Set::Hex, at, end);
            let kind = match stop - at {
                32 => Some(IocType::Md5),
                40 if self.text[..at].ends_with(b"0x") => None, // an Ethereum address
                40 => Some(IocType::Sha1),
                64 => Some(IocType::Sha256),
                128 => Some(IocType::Sha512),
                _ => None,
            };
            if let Some(kind) = kind {
                let digits = &self.text[at..stop];
                // Sysmon writes zeros for "no hash".
                if digits.iter().any(|&byte| byte != b'0') && !is_hex_text(digits) {
                    self.add_lower(kind, at, stop);
                }
            }
            at = self.marks.next(Set::Hex, stop, end);
        }
        self.visited += (end - start) as u64;
    }

    /// `CVE-2021-44228` at `start` (<https://www.cve.org/ResourcesSupport/FAQs>).
    fn cve(&mut self, start: usize, end: usize) {
        let digits = |at: usize| self.marks.run_end(Set::Digit, at, end.min(at + MAX_DIGITS)) - at;
        let year = start + 4;
        let number = year + 5;
        if self.is_before(Set::Word, start) || number >= end || digits(year) != 4 {
            return;
        }
        let length = digits(number);
        let stop = number + length;
        if matches!(self.text[number - 1], b'-' | b'_') && length >= 4 && !self.is(Set::Word, stop)
        {
            self.add(IocType::Cve, start, stop, |scanner| {
                let found = String::from_utf8_lossy(&scanner.text[start..stop]);
                found.to_ascii_uppercase().replace('_', "-").into()
            });
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
            self.add_same(IocType::Asn, start, end);
        }
    }

    fn wallet(&mut self, start: usize, end: usize) {
        let atom = &self.text[start..end];
        if atom.len() == 42 && wallet::is_ethereum(atom) {
            self.add_same(IocType::Ethereum, start, end);
        } else if atom.len() <= wallet::MAX_BITCOIN && wallet::is_bitcoin(atom) {
            self.add_same(IocType::Bitcoin, start, end);
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
