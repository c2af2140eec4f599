//! What has colons: IPv6 addresses and hardware addresses.

use std::net::Ipv6Addr;

use super::kind::IocType;
use super::scan::{CLASS, COLON, DOT, HEX, Scanner, WORD};

/// Longest spelling of an IPv6 address, without its zone.
const MAX_IPV6: usize = 45;
const MAX_ZONE: usize = 15;
const MAC: usize = 17;

impl Scanner<'_> {
    pub(super) fn colons(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            if CLASS[self.text[at] as usize] & (HEX | COLON) == 0 {
                at += 1;
                continue;
            }
            let length = self.text[at..end]
                .iter()
                .take_while(|&&byte| CLASS[byte as usize] & (HEX | COLON | DOT) != 0)
                .count();
            let stop = at + length;
            let bounded = CLASS[self.before(at) as usize] & WORD == 0
                && !matches!(self.before(at), b'.' | b'-');
            if bounded && length <= MAX_IPV6 + 2 && !self.is_taken(at) {
                let tail = self.text[at..stop]
                    .iter()
                    .rev()
                    .take_while(|&&byte| byte == b'.')
                    .count();
                let mut last = stop - tail;
                // A single colon at the end is punctuation, as in `fe80::1: up`.
                if last - at > 2 && self.text[last - 1] == b':' && self.text[last - 2] != b':' {
                    last -= 1;
                }
                if !self.ipv6(at, last) && last - at == MAC {
                    self.mac(at, last);
                }
            }
            at = stop.max(at + 1);
        }
        self.visited += (end - start) as u64;
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
        if !is_written_as_address(text)
            || CLASS[self.at(end) as usize] & WORD != 0 && self.at(end) != b'%'
        {
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
        self.add(IocType::Ipv6, start, stop, Some(value.into()));
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

    /// `00:1b:44:11:3a:b7`; the form with hyphens is a word without colons.
    fn mac(&mut self, start: usize, end: usize) {
        let groups = self.text[start..end].chunks(3);
        let right = groups.into_iter().all(|group| {
            group[..2].iter().all(u8::is_ascii_hexdigit)
                && group.get(2).is_none_or(|&byte| byte == b':')
        });
        if right {
            self.add_lower(IocType::Mac, start, end);
        }
    }
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
    digit && (first == 0 || first == 4 || groups >= 3)
}
