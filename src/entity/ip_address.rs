//! Addresses and networks, and what the registries set them aside for.

use std::net::IpAddr;
use std::sync::OnceLock;

/// What an address is for, in msticpy's words where it has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpType {
    /// Reachable from all of the Internet.
    Public,
    /// For the inside of an organisation: RFC 1918, RFC 4193.
    Private,
    /// Behind a provider's address translation: RFC 6598.
    Shared,
    /// The host itself.
    Loopback,
    /// The link itself, mostly because nothing gave the host an address.
    LinkLocal,
    /// A group of hosts.
    Multicast,
    /// No address: `0.0.0.0` and `::`.
    Unspecified,
    /// For examples in documents.
    Documentation,
    /// For protocols, measurements or the future; seen in a log it is a mistake or a trick.
    Reserved,
}

impl IpType {
    /// The name that users see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Private => "Private",
            Self::Shared => "Shared",
            Self::Loopback => "Loopback",
            Self::LinkLocal => "Link Local",
            Self::Multicast => "Multicast",
            Self::Unspecified => "Unspecified",
            Self::Documentation => "Documentation",
            Self::Reserved => "Reserved",
        }
    }
}

/// Addresses with a purpose of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpecialRange {
    /// The network, such as `10.0.0.0/8`.
    pub network: &'static str,
    /// Its name in the registry.
    pub name: &'static str,
    /// What defines it.
    pub source: &'static str,
    /// What its addresses are for.
    pub ip_type: IpType,
}

/// The IANA special-purpose address registries, and multicast. The longest
/// network that holds an address counts.
/// Sources: <https://www.iana.org/assignments/iana-ipv4-special-registry>,
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>.
#[rustfmt::skip]
static RANGES: &[SpecialRange] = {
    use IpType::*;
    const fn range(network: &'static str, name: &'static str, source: &'static str, ip_type: IpType) -> SpecialRange {
        SpecialRange { network, name, source, ip_type }
    }
    &[
        range("0.0.0.0/8", "\"This network\"", "RFC 791", Reserved),
        range("0.0.0.0/32", "\"This host on this network\"", "RFC 1122", Unspecified),
        range("10.0.0.0/8", "Private-Use", "RFC 1918", Private),
        range("100.64.0.0/10", "Shared Address Space", "RFC 6598", Shared),
        range("127.0.0.0/8", "Loopback", "RFC 1122", Loopback),
        range("169.254.0.0/16", "Link Local", "RFC 3927", LinkLocal),
        range("172.16.0.0/12", "Private-Use", "RFC 1918", Private),
        range("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890", Reserved),
        range("192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335", Reserved),
        range("192.0.0.8/32", "IPv4 dummy address", "RFC 7600", Reserved),
        range("192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723", Public),
        range("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155", Public),
        range("192.0.0.170/31", "NAT64/DNS64 Discovery", "RFC 8880", Reserved),
        range("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737", Documentation),
        range("192.31.196.0/24", "AS112-v4", "RFC 7535", Public),
        range("192.52.193.0/24", "AMT", "RFC 7450", Public),
        range("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526", Public),
        range("192.168.0.0/16", "Private-Use", "RFC 1918", Private),
        range("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534", Public),
        range("198.18.0.0/15", "Benchmarking", "RFC 2544", Reserved),
        range("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737", Documentation),
        range("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737", Documentation),
        range("224.0.0.0/4", "Multicast", "RFC 5771", Multicast),
        range("240.0.0.0/4", "Reserved", "RFC 1112", Reserved),
        range("255.255.255.255/32", "Limited Broadcast", "RFC 919", Reserved),
        range("::/128", "Unspecified Address", "RFC 4291", Unspecified),
        range("::1/128", "Loopback Address", "RFC 4291", Loopback),
        range("64:ff9b::/96", "IPv4-IPv6 Translation", "RFC 6052", Public),
        range("64:ff9b:1::/48", "IPv4-IPv6 Translation", "RFC 8215", Private),
        range("100::/64", "Discard-Only Address Block", "RFC 6666", Reserved),
        range("100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780", Reserved),
        range("2001::/23", "IETF Protocol Assignments", "RFC 2928", Reserved),
        range("2001::/32", "TEREDO", "RFC 4380", Public),
        range("2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723", Public),
        range("2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155", Public),
        range("2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665", Public),
        range("2001:2::/48", "Benchmarking", "RFC 5180", Reserved),
        range("2001:3::/32", "AMT", "RFC 7450", Public),
        range("2001:4:112::/48", "AS112-v6", "RFC 7535", Public),
        range("2001:10::/28", "Deprecated (ORCHID)", "RFC 4843", Reserved),
        range("2001:20::/28", "ORCHIDv2", "RFC 7343", Public),
        range("2001:30::/28", "Drone Remote ID Protocol Entity Tags", "RFC 9374", Public),
        range("2001:db8::/32", "Documentation", "RFC 3849", Documentation),
        range("2002::/16", "6to4", "RFC 3056", Public),
        range("2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534", Public),
        range("3fff::/20", "Documentation", "RFC 9637", Documentation),
        range("5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602", Reserved),
        range("fc00::/7", "Unique-Local", "RFC 4193", Private),
        range("fe80::/10", "Link-Local Unicast", "RFC 4291", LinkLocal),
        range("fec0::/10", "Deprecated (Site-Local Unicast)", "RFC 3879", Private),
        range("ff00::/8", "Multicast", "RFC 4291", Multicast),
    ]
};

/// Reads an address as logs write it: with blanks around, in brackets, with a zone.
///
/// ```
/// use huntbook::entity::ip_address::parse;
/// assert_eq!(parse(" [fe80::1%eth0] "), "fe80::1".parse().ok());
/// assert_eq!(parse("01.2.3.4"), None); // octal to some programs
/// ```
pub fn parse(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let text = inner.unwrap_or(text);
    match text.split_once('%') {
        Some((address, zone)) if !zone.is_empty() => address.parse().ok().filter(IpAddr::is_ipv6),
        _ => text.parse().ok(),
    }
}

/// The special range that holds an address, the smallest one; for an
/// IPv4-mapped address that of its IPv4 address.
pub fn special_range(address: IpAddr) -> Option<&'static SpecialRange> {
    static SMALLEST_FIRST: OnceLock<Vec<(Network, &SpecialRange)>> = OnceLock::new();
    let ranges = SMALLEST_FIRST.get_or_init(|| {
        let network = |range: &'static SpecialRange| Some((Network::parse(range.network)?, range));
        let mut ranges: Vec<_> = RANGES.iter().filter_map(network).collect();
        ranges.sort_by_key(|(network, _)| std::cmp::Reverse(network.prefix));
        ranges
    });
    let found = ranges.iter().find(|(network, _)| network.contains(address));
    found.map(|(_, range)| *range)
}

/// What an address is for.
///
/// ```
/// use huntbook::entity::ip_address::{IpType, ip_type};
/// assert_eq!(ip_type([100, 64, 0, 1].into()), IpType::Shared);
/// ```
pub fn ip_type(address: IpAddr) -> IpType {
    match (special_range(address), address.to_canonical()) {
        (Some(range), _) => range.ip_type,
        (None, IpAddr::V4(_)) => IpType::Public,
        // Only 2000::/3 is given out so far (RFC 4291, section 2.4).
        (None, IpAddr::V6(address)) if address.segments()[0] & 0xe000 == 0x2000 => IpType::Public,
        (None, IpAddr::V6(_)) => IpType::Reserved,
    }
}

/// A network; IPv4 ones are held as their IPv4-mapped IPv6 ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    first: u128,
    prefix: u32,
}

impl Network {
    /// Reads `10.0.0.0/8`, or an address alone; bits behind the prefix are ignored.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.trim().split_once('/') {
            Some((address, prefix)) => (parse(address)?, Some(prefix)),
            None => (parse(text)?, None),
        };
        let (length, offset) = if address.is_ipv4() {
            (32, 96)
        } else {
            (128, 0)
        };
        let digits = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = match prefix {
            Some(text) => Some(text).filter(digits)?.parse().ok()?,
            None => length,
        };
        (prefix <= length).then(|| Self {
            first: bits(address),
            prefix: prefix + offset,
        })
    }

    /// How many of 128 bits its addresses have in common: the more, the smaller it is.
    pub fn prefix(self) -> u32 {
        self.prefix
    }

    /// Whether it holds `address`; an IPv4-mapped address counts as its IPv4 address.
    pub fn contains(self, address: IpAddr) -> bool {
        let differing = self.first ^ bits(address);
        self.prefix == 0 || differing >> (u128::BITS - self.prefix) == 0
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_a_purpose() {
        for (text, expected) in [
            ("8.8.8.8", Some(IpType::Public)),
            ("172.31.255.255", Some(IpType::Private)),
            ("172.32.0.0", Some(IpType::Public)),
            ("100.127.0.1", Some(IpType::Shared)),
            ("0.0.0.0", Some(IpType::Unspecified)),
            ("0.0.0.1", Some(IpType::Reserved)),
            ("192.0.0.9", Some(IpType::Public)),
            ("192.0.0.11", Some(IpType::Reserved)),
            ("255.255.255.255", Some(IpType::Reserved)),
            ("::ffff:10.0.0.1", Some(IpType::Private)),
            ("::ffff:8.8.8.8", Some(IpType::Public)),
            ("2001::1", Some(IpType::Public)),
            ("2001:1::4", Some(IpType::Reserved)),
            ("4000::1", Some(IpType::Reserved)),
            ("fe80::1%eth0", Some(IpType::LinkLocal)),
            ("[::1]", Some(IpType::Loopback)),
            ("1.2.3", None),
            ("999.1.1.1", None),
            ("10.0.0.1%eth0", None),
            ("", None),
        ] {
            assert_eq!(parse(text).map(ip_type), expected, "{text}");
        }
    }

    #[test]
    fn every_range_holds_its_first_address() {
        for range in RANGES {
            let network = Network::parse(range.network).expect(range.network);
            let (first, _) = range.network.split_once('/').expect("a prefix");
            let first = parse(first).expect("an address");
            assert!(
                network.contains(first) && special_range(first).is_some(),
                "{range:?}"
            );
        }
    }

    #[test]
    fn networks_hold_addresses() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3/8", "10.9.9.9", true),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("0.0.0.0/0", "203.0.113.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "203.0.113.1", true),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("198.51.100.7", "198.51.100.7", true),
            ("198.51.100.7", "198.51.100.8", false),
        ] {
            let network = Network::parse(network).expect(network);
            let address = address.parse().expect("an address");
            assert_eq!(network.contains(address), expected, "{network:?} {address}");
        }
        for wrong in [
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "10.0.0.0/x",
            "10.0.0.0/+8",
            "/8",
            "",
        ] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
