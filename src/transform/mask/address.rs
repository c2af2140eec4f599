//! Addresses whose networks stay networks.
//!
//! Each bit is flipped or not by the hash of all bits before it, so that two addresses have as
//! many first bits in common as before (Xu, Fan, Ammar, Moon, "Prefix-preserving IP address
//! anonymization", 2002). A hash of 256 bits has one for each of the 255 places where the bits of
//! a byte can be. A byte that would come into a range with a purpose of its own is masked again
//! until it does not; the first bytes that such a range shares with others stay.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::keyed::{Keyed, Use};

/// `address` masked; private ones stay in their own range, and those of no one stay.
pub(super) fn mask(keyed: &Keyed, address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => v4(keyed, address.octets()).into(),
        IpAddr::V6(address) => v6(keyed, address).into(),
    }
}

fn v4(keyed: &Keyed, mut octets: [u8; 4]) -> Ipv4Addr {
    // How many bits stay, by the range (see `entity::ip_address`).
    let kept = match octets {
        [10, ..] => 8,
        [172, 16..=31, ..] => 12,
        [192, 168, ..] | [169, 254, ..] => 16,
        [100, 64..=127, ..] => 10,
        [0 | 127 | 224..=255, ..] | [192, 0, 0 | 2, _] => 32,
        [198, 18 | 19, ..] | [198, 51, 100, _] | [203, 0, 113, _] => 32,
        _ => 0,
    };
    let is_free: fn(&[u8]) -> bool = match kept {
        0 => is_free_v4,
        _ => |_| true,
    };
    scramble(keyed, Use::Ipv4, &mut octets, kept, is_free);
    octets.into()
}

/// Whether all addresses that begin so are public.
fn is_free_v4(first: &[u8]) -> bool {
    !matches!(
        first,
        [0 | 10 | 100 | 127 | 169 | 172 | 192 | 198 | 203 | 224..=255]
            | [100, 64..=127]
            | [169, 254]
            | [172, 16..=31]
            | [192, 0 | 168]
            | [198, 18 | 19 | 51]
            | [203, 0]
            | [192, 0, 0 | 2]
            | [198, 51, 100]
            | [203, 0, 113]
    )
}

fn v6(keyed: &Keyed, address: Ipv6Addr) -> Ipv6Addr {
    let mut bytes = address.octets();
    // An IPv4 address in it, as is ::1 in a way.
    if let [head @ .., a, b, c, d] = bytes
        && matches!(
            head,
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 | 0xff, 0 | 0xff]
                | [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
        )
    {
        bytes[12..].copy_from_slice(&v4(keyed, [a, b, c, d]).octets());
        return bytes.into();
    }
    let kept = match bytes {
        [0, ..] => 48,
        [0xfc | 0xfd, ..] => 8,
        [0xfe, 0x80..=0xbf, ..] => 64,
        [0xfe, 0xc0..=0xff, ..] => 10,
        [0xff, ..] | [0x20, 1, 0x0d, 0xb8, ..] | [0x3f, 0xff, 0..=0x0f, ..] => 128,
        [0x20, 1, 0 | 1, ..] => 32,
        [0x20..=0x3f, ..] => 3,
        _ => 64,
    };
    let is_free: fn(&[u8]) -> bool = match kept {
        3 => is_free_v6,
        _ => |_| true,
    };
    scramble(keyed, Use::Ipv6, &mut bytes, kept, is_free);
    bytes.into()
}

/// The same of 2000::/3.
fn is_free_v6(first: &[u8]) -> bool {
    !matches!(
        first,
        [0x20 | 0x3f]
            | [0x20, 1]
            | [0x20, 1, 0 | 1 | 0x0d]
            | [0x20, 1, 0x0d, 0xb8]
            | [0x3f, 0xff]
            | [0x3f, 0xff, 0..=0x0f]
    )
}

/// Masks all bits but the first `kept`.
fn scramble(keyed: &Keyed, what: Use, bytes: &mut [u8], kept: usize, is_free: fn(&[u8]) -> bool) {
    let mut before = [0; 16];
    before[..bytes.len()].copy_from_slice(bytes);
    for i in kept / 8..bytes.len() {
        if !is_free(&before[..=i]) {
            continue;
        }
        let first = u128::from_be_bytes(before) & !(u128::MAX >> (8 * i));
        let flips = keyed.hash_first(what, first, i);
        let free = match i == kept / 8 {
            true => 8 - kept % 8,
            false => 8,
        };
        // It ends: flipping is a permutation, which comes back to the byte that was there.
        loop {
            bytes[i] = flipped(bytes[i], free, &flips);
            if is_free(&bytes[..=i]) {
                break;
            }
        }
    }
}

/// `byte` with its last `free` bits flipped as `flips` says for the bits before each.
fn flipped(byte: u8, free: usize, flips: &[u8; 32]) -> u8 {
    let mut place = 1;
    let mut result = byte;
    for bit in (0..8).rev() {
        if bit < free {
            result ^= (flips[place / 8] >> (place % 8) & 1) << bit;
        }
        place = place << 1 | usize::from(byte >> bit & 1);
    }
    result
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entity::ip_address::{IpType, ip_type};

    fn common(a: u128, b: u128, length: u32) -> u32 {
        (a ^ b)
            .leading_zeros()
            .saturating_sub(128 - length)
            .min(length)
    }

    proptest! {
        #[test]
        fn ipv4_keeps_its_purpose_and_its_networks(a: u32, near in 0..32u32, b: u32, seed in "[a-c]{1,2}") {
            let keyed = Keyed::new(&seed);
            // Half of the pairs have some first bits in common.
            let b = if near > 4 { a ^ (b >> near) } else { b };
            let masked = [a, b].map(|ip| mask(&keyed, Ipv4Addr::from(ip).into()));
            let [x, y] = masked.map(|ip| match ip {
                IpAddr::V4(ip) => u128::from(u32::from(ip)),
                IpAddr::V6(_) => u128::MAX,
            });
            prop_assert_eq!(a == b, x == y);
            // Whole bytes.
            prop_assert_eq!(common(x, y, 32) / 8, common(a.into(), b.into(), 32) / 8, "{:?}", masked);
            for (ip, masked) in [a, b].into_iter().zip(masked) {
                let ip = Ipv4Addr::from(ip);
                // The two public ones in a range of protocols stay.
                prop_assert!(ip_type(ip.into()) == ip_type(masked) || ip.octets()[..3] == [192, 0, 0]);
            }
        }

        #[test]
        fn ipv6_keeps_its_purpose_and_its_networks(a: u128, near in 0..128u32, b: u128, first in prop::sample::select(vec![0x2000u128, 0x2001, 0x2600, 0x2a00, 0x3fff, 0xfc00, 0xfd12, 0xfe80, 0xff02, 0x4000])) {
            let keyed = Keyed::new("s");
            let (a, b) = (a >> 16 | first << 112, (a ^ (b >> near)) >> 16 | first << 112);
            let masked = [a, b].map(|ip| mask(&keyed, Ipv6Addr::from(ip).into()));
            let [x, y] = masked.map(|ip| match ip {
                IpAddr::V6(ip) => u128::from(ip),
                IpAddr::V4(_) => 0,
            });
            prop_assert_eq!(a == b, x == y);
            prop_assert_eq!(common(x, y, 128) / 8, common(a, b, 128) / 8, "{:?}", masked);
            let [from, to] = [IpAddr::from(Ipv6Addr::from(a)), masked[0]].map(ip_type);
            // Of the protocols' own range, only the first two words are kept.
            prop_assert!(from == to || a >> 105 == 0x2001_0000 >> 9);
        }
    }

    #[test]
    fn addresses_by_name() {
        let keyed = Keyed::new("seed");
        let masked = |text: &str| mask(&keyed, text.parse().expect("an address")).to_string();
        for kept in [
            "0.0.0.0",
            "127.0.0.1",
            "224.0.0.251",
            "239.255.255.250",
            "255.255.255.255",
            "255.255.255.0",
            "203.0.113.9",
            "192.0.2.1",
            "::",
            "::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
        ] {
            assert_eq!(masked(kept), kept);
        }
        for (text, start) in [
            ("10.1.2.3", "10."),
            ("192.168.1.1", "192.168."),
            ("169.254.9.9", "169.254."),
            ("fe80::1:2:3:4", "fe80::"),
            ("::ffff:192.168.1.1", "::ffff:192.168."),
            ("64:ff9b::10.0.0.1", "64:ff9b::a"),
            ("fd00::1", "fd"),
        ] {
            let mask = masked(text);
            assert!(mask.starts_with(start) && mask != text, "{text} {mask}");
        }
        // msticpy 3.0.2 takes 172.16/12 for public addresses, as it compares with 17.
        for text in ["172.16.0.1", "172.31.255.254"] {
            let mask = masked(text);
            assert_eq!(ip_type(mask.parse().expect("an address")), IpType::Private);
            assert!(mask.starts_with("172.") && mask != text, "{mask}");
        }
        // Inside and outside of a mapped address are one.
        assert_eq!(
            masked("::ffff:8.8.8.8"),
            ["::ffff:", &masked("8.8.8.8")].concat()
        );
    }
}
