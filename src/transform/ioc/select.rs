//! Which finds to keep: lists of values, domains and networks.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::kind::IocType;
use super::result::Bytes;
use crate::{Error, Result};

#[derive(Debug)]
pub(super) struct Selection {
    public_only: bool,
    allow: Option<List>,
    ignore: List,
}

impl Selection {
    pub(super) fn new(
        public_only: bool,
        allow: Option<&[String]>,
        ignore: Option<&[String]>,
    ) -> Result<Self> {
        Ok(Self {
            public_only,
            allow: allow
                .map(|entries| List::new("allow", entries))
                .transpose()?,
            ignore: List::new("ignore", ignore.unwrap_or_default())?,
        })
    }

    pub(super) fn keeps(&self, kind: IocType, value: Bytes<'_>) -> bool {
        if !self.public_only && self.allow.is_none() && self.ignore.is_empty() {
            return true;
        }
        let (Bytes::Same(value) | Bytes::Lower(value)) = value;
        let value = &String::from_utf8_lossy(value);
        let address = match kind {
            IocType::Ipv4 | IocType::Ipv6 => {
                value.split('%').next().and_then(|text| text.parse().ok())
            }
            _ => None,
        };
        let is_public = address.is_none_or(is_public);
        let allowed = self
            .allow
            .as_ref()
            .is_none_or(|list| list.has(kind, value, address));
        (is_public || !self.public_only) && allowed && !self.ignore.has(kind, value, address)
    }
}

#[derive(Debug, Default)]
struct List {
    values: HashSet<String>,
    /// A network's first address as 128 bits, and the length of its prefix.
    networks: Vec<(u128, u32)>,
}

impl List {
    fn new(option: &str, entries: &[String]) -> Result<Self> {
        let mut list = Self::default();
        for entry in entries {
            match entry
                .split_once('/')
                .map(|(address, prefix)| (address.parse::<IpAddr>(), prefix))
            {
                Some((Ok(address), prefix)) => {
                    list.networks.push(network(address, prefix).ok_or_else(|| {
                        Error::InvalidArgument(format!(
                            "{option}: `{entry}` is not a network; write it like 10.0.0.0/8"
                        ))
                    })?)
                }
                _ => {
                    list.values.insert(entry.to_lowercase());
                }
            }
        }
        Ok(list)
    }

    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.networks.is_empty()
    }

    fn has(&self, kind: IocType, value: &str, address: Option<IpAddr>) -> bool {
        let lower = value.to_lowercase();
        let below = |name: &str| {
            name.match_indices('.')
                .any(|(dot, _)| self.values.contains(&name[dot + 1..]))
        };
        let host = match kind {
            IocType::Dns => Some(lower.as_str()),
            IocType::Email => lower.rsplit('@').next(),
            _ => None,
        };
        let in_network = |address: IpAddr| {
            let bits = bits(address);
            self.networks
                .iter()
                .any(|&(first, prefix)| prefix == 0 || (bits ^ first) >> (128 - prefix) == 0)
        };
        self.values.contains(&lower)
            || host.is_some_and(|host| self.values.contains(host) || below(host))
            || address.is_some_and(in_network)
    }
}

fn network(address: IpAddr, prefix: &str) -> Option<(u128, u32)> {
    let prefix: u32 = prefix.parse().ok()?;
    let (length, offset) = if address.is_ipv4() {
        (32, 96)
    } else {
        (128, 0)
    };
    (prefix <= length).then_some((bits(address), prefix + offset))
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Whether an address is given out for use on the Internet, by the registries
/// <https://www.iana.org/assignments/iana-ipv4-special-registry> and its like for IPv6.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => address
            .to_ipv4_mapped()
            .map_or_else(|| is_public_v6(address), is_public_v4),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0, ..) | (100, 64..=127, _) | (192, 0, 0) | (198, 18..=19, _) | (240.., ..)
    );
    !(special
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast())
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let documentation = (first == 0x2001 && second == 0xdb8) || first == 0x3fff;
    first & 0xe000 == 0x2000 && !documentation
}
