//! Socket addresses as the kernel writes them: the bytes of a `struct sockaddr` in hex.
//!
//! The family is in the machine's byte order (little-endian on all that run audit
//! today), port and address in network order: `linux/socket.h`, `ip(7)`, `ipv6(7)`,
//! `unix(7)`, `netlink(7)`, `packet(7)`.

use std::net::{Ipv4Addr, Ipv6Addr};

/// What a socket address says.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SocketAddress {
    /// The family as `ausearch` names it.
    pub(super) family: &'static str,
    pub(super) address: Option<String>,
    pub(super) port: Option<u16>,
    /// Of a Unix socket; `@` begins the name of one that is in no file system.
    pub(super) path: Option<String>,
}

/// Reads the bytes of an address; `None` for an unknown family or too few bytes.
pub(super) fn parse(bytes: &[u8]) -> Option<SocketAddress> {
    let (family, rest) = bytes.split_first_chunk::<2>()?;
    let known = |family| SocketAddress {
        family,
        ..SocketAddress::default()
    };
    Some(match u16::from_le_bytes(*family) {
        1 => SocketAddress {
            path: unix_path(rest),
            ..known("local")
        },
        2 => {
            let &[p0, p1, a, b, c, d] = rest.first_chunk()?;
            SocketAddress {
                address: Some(Ipv4Addr::new(a, b, c, d).to_string()),
                port: Some(u16::from_be_bytes([p0, p1])),
                ..known("inet")
            }
        }
        10 => {
            let port = u16::from_be_bytes(*rest.first_chunk()?);
            let address: [u8; 16] = *rest.get(6..)?.first_chunk()?;
            SocketAddress {
                address: Some(Ipv6Addr::from(address).to_string()),
                port: Some(port),
                ..known("inet6")
            }
        }
        0 => known("unspec"),
        16 => known("netlink"),
        17 => known("packet"),
        38 => known("alg"),
        40 => known("vsock"),
        44 => known("xdp"),
        _ => return None,
    })
}

fn unix_path(bytes: &[u8]) -> Option<String> {
    let text = |bytes: &[u8]| {
        let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).into_owned()
    };
    let path = match bytes {
        [0, name @ ..] => format!("@{}", text(name)),
        path => text(path),
    };
    (path.len() > 1).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::auditd::value::hex;

    #[test]
    fn addresses() {
        for (name, text, expected) in [
            (
                "IPv4",
                "02000035A83F81100000000000000000",
                "inet 168.63.129.16 53 -",
            ),
            (
                "IPv6",
                "0A0001BB0000000020010DB800000000000000000000000100000000",
                "inet6 2001:db8::1 443 -",
            ),
            (
                "a Unix socket",
                "01002F7661722F72756E2F6E7363642F736F636B657400",
                "local - - /var/run/nscd/socket",
            ),
            (
                "an abstract Unix socket",
                "01000061626300",
                "local - - @abc",
            ),
            ("a Unix socket without a name", "0100", "local - - -"),
            ("netlink", "100000000000000000000000", "netlink - - -"),
            ("too short", "0200", "none"),
            ("an unknown family", "FFFF0000", "none"),
            ("nothing", "", "none"),
        ] {
            let bytes = hex(text.as_bytes()).unwrap_or_default();
            let found = parse(&bytes).map_or("none".into(), |address| {
                let dash = || "-".to_string();
                format!(
                    "{} {} {} {}",
                    address.family,
                    address.address.unwrap_or_else(dash),
                    address.port.map_or_else(dash, |port| port.to_string()),
                    address.path.unwrap_or_else(dash)
                )
            });
            assert_eq!(found, expected, "{name}");
        }
    }
}
