//! Which finds to keep: lists of values, domains and networks.

use std::collections::HashSet;
use std::net::IpAddr;

use super::kind::IocType;
use super::result::Bytes;
use crate::entity::ip_address::{IpType, Network, ip_type};
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
        let is_public = address.is_none_or(|address| ip_type(address) == IpType::Public);
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
    networks: Vec<Network>,
}

impl List {
    fn new(option: &str, entries: &[String]) -> Result<Self> {
        let mut list = Self::default();
        for entry in entries {
            if entry.contains('/') && entry.split('/').next().is_some_and(is_address) {
                let network = Network::parse(entry).ok_or_else(|| {
                    Error::InvalidArgument(format!(
                        "{option}: `{entry}` is not a network; write it like 10.0.0.0/8"
                    ))
                })?;
                list.networks.push(network);
            } else {
                list.values.insert(entry.to_lowercase());
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
            self.networks
                .iter()
                .any(|network| network.contains(address))
        };
        self.values.contains(&lower)
            || host.is_some_and(|host| self.values.contains(host) || below(host))
            || address.is_some_and(in_network)
    }
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}
