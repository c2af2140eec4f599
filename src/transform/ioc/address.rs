//! What has colons: IPv6 addresses and hardware addresses.

use std::net::Ipv6Addr;

use super::kind::IocType;
use super::marks::Set;
use super::scan::Scanner;

/// Longest spelling of an IPv6 address, without its zone.
const MAX_IPV6: usize = 45;
const MAX_ZONE: usize = 15;
const MAC: usize = 17;
/// Fewest colons of a hardware address, and of an IPv6 address without `::`.
const MIN_COLONS: usize = 5;

impl Scanner<'_> {
    pub(super) fn colons(&mut self, start: usize, end: usize) {
        let mut at = start;
        loop {
            let colon = self.marks.next(Set::Colon, at, end);
            if colon == end {
                break;
            }
            let begin = self.marks.run_start(Set::Address, colon, at);
            let stop = self.marks.run_end(Set::Address, colon, end);
            if stop - begin <= MAX_IPV6 + 2 {
                self.address(begin, stop);
            }
            at = stop;
        }
        self.visited += (end - start) as u64;
    }

    /// A run of hex digits, colons and dots.
    fn address(&mut self, begin: usize, stop: usize) {
        let run = &self.text[begin..stop];
        let colons = run.iter().filter(|&&byte| byte == b':').count();
        let bounded =
            !self.is_before(Set::Word, begin) && !matches!(self.before(begin), b'.' | b'-');
        let shortened = run.windows(2).any(|pair| pair == b"::");
        if !bounded || !(colons >= MIN_COLONS || shortened) || self.is_taken(begin) {
            return;
        }
        let mut last = stop - run.iter().rev().take_while(|&&byte| byte == b'.').count();
        // A single colon at the end is punctuation, as in `fe80::1: up`.
        if last - begin > 2 && self.text[last - 1] == b':' && self.text[last - 2] != b':' {
            last -= 1;
        }
        if !self.ipv6(begin, last) && last - begin == MAC {
            self.mac(begin, last);
        }
    }

    /// Reports the address from `start` to `end`, and says whether there is one.
    pub(super) fn ipv6(&mut self, start: usize, end: usize) -> bool {
        let Some(found) = self
            .text
            .get(start..end)
            .filter(|found| found.len() <= MAX_IPV6 + MAX_ZONE + 1)
        else {
            return false;
        };
        let address_end = found
            .iter()
            .position(|&byte| byte == b'%')
            .unwrap_or(found.len());
        let Some(address) = std::str::from_utf8(&found[..address_end])
            .ok()
            .and_then(|text| text.parse::<Ipv6Addr>().ok())
        else {
            return false;
        };
        let text = &found[..address_end];
        if !is_written_as_address(text) || self.is(Set::Word, end) {
            return false;
        }
        let zone = if address_end < found.len() {
            &found[address_end..]
        } else {
            self.zone(end)
        };
        let stop = start + address_end + zone.len();
        // RFC 5952, which `Display` follows; the zone as in RFC 4007.
        let value = format!("{address}{}", String::from_utf8_lossy(zone));
        self.add(IocType::Ipv6, start, stop, |_| value.into());
        true
    }

    /// `%eth0` at `at`, or nothing.
    fn zone(&self, at: usize) -> &[u8] {
        let rest = self.text.get(at..).unwrap_or_default();
        let name = rest
            .iter()
            .skip(1)
            .take(MAX_ZONE)
            .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            .count();
        if rest.first() == Some(&b'%') && name > 0 {
            &rest[..name + 1]
        } else {
            &[]
        }
    }

    /// `00:1b:44:11:3a:b7`.
    fn mac(&mut self, start: usize, end: usize) {
        if is_mac(&self.text[start..end], b':') {
            self.add_lower(IocType::Mac, start, end);
        }
    }

    /// `00-1B-44-11-3A-B7`, as Windows writes it, which has none of the bytes that
    /// other indicators begin with.
    pub(super) fn hyphenated_macs(&mut self, start: usize, end: usize) {
        let mut at = start;
        while let Some(length) = memchr::memchr(b'-', &self.text[at..end]) {
            let hyphen = at + length;
            let (begin, stop) = (hyphen.saturating_sub(2), hyphen + MAC - 2);
            at = hyphen + 1;
            let found = self.text.get(begin..stop.min(end)).unwrap_or_default();
            let bounded = !self.is_before(Set::Word, begin) && !self.is(Set::Word, stop);
            if begin >= start && bounded && is_mac(found, b'-') {
                self.add_lower(IocType::Mac, begin, stop);
                at = stop;
            }
        }
        self.visited += (end - start) as u64;
    }
}

/// Whether six pairs of hex digits stand between five of this byte.
fn is_mac(text: &[u8], between: u8) -> bool {
    text.len() == MAC
        && text.chunks(3).all(|group| {
            group[..2].iter().all(u8::is_ascii_hexdigit)
                && group.get(2).is_none_or(|&byte| byte == between)
        })
}

/// `a::b` and `std::` are scopes of C++ although they would parse. An address
/// has a digit, and begins with `::` or four digits or has three groups.
fn is_written_as_address(text: &[u8]) -> bool {
    let groups = text
        .split(|&byte| byte == b':')
        .filter(|group| !group.is_empty())
        .count();
    let first = text.iter().position(|&byte| byte == b':').unwrap_or(0);
    let digit = text.iter().any(u8::is_ascii_digit);
    // Eight pairs are the fingerprint of a key or a hardware address.
    let pairs = text.len() == 23 && text.iter().skip(2).step_by(3).all(|&byte| byte == b':');
    digit && !pairs && (first == 0 || first == 4 || groups >= 3)
}
