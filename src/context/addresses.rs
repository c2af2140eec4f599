//! What the addresses in a table are for.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{BooleanArray, Int64Array, StringArray};

use super::distinct::distinct;
use crate::entity::ip_address::{IpType, Network, ip_type, parse, special_range};
use crate::order::sort_by_number;
use crate::table::Progress;
use crate::{Error, Result, Table};

/// Where to look, and the networks that the user knows.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AddressOptions {
    /// Columns to look in; by default all that hold text.
    pub columns: Option<Vec<String>>,
    /// Networks by name, such as `{ office: ["10.1.0.0/16"], vpn: ["10.9.0.0/24"] }`.
    pub networks: BTreeMap<String, Vec<String>>,
}

/// An address, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct IpInfo {
    /// In its canonical form (RFC 5952), without its zone.
    pub address: String,
    /// 4 or 6.
    pub version: u8,
    /// `Public`, `Private`, `Shared`, `Loopback`, `Link Local`, `Multicast`,
    /// `Unspecified`, `Documentation` or `Reserved`.
    #[serde(rename = "type")]
    pub ip_type: String,
    /// The name that IANA gave the special range, such as `Private-Use`.
    pub range: Option<String>,
    /// That range, such as `10.0.0.0/8`.
    pub network: Option<String>,
    /// What defines it, such as `RFC 1918`.
    pub source: Option<String>,
}

/// What an address is for; `None` for text that is no address.
///
/// ```
/// let info = huntbook::context::addresses::ip_info("10.1.2.3").unwrap();
/// assert_eq!((info.ip_type.as_str(), info.range.as_deref()), ("Private", Some("Private-Use")));
/// ```
pub fn ip_info(text: &str) -> Option<IpInfo> {
    let address = parse(text)?;
    let range = special_range(address);
    Some(IpInfo {
        address: address.to_string(),
        version: if address.is_ipv4() { 4 } else { 6 },
        ip_type: ip_type(address).name().into(),
        range: range.map(|range| range.name.into()),
        network: range.map(|range| range.network.into()),
        source: range.map(|range| range.source.into()),
    })
}

/// The different addresses in a table's text columns, one row each, in the order
/// of their first row. Cells that are no address are passed over.
///
/// Columns: `Address`, `IpType`, `Range` and `RangeNetwork` (absent for an
/// address in no special range), `Global` (whether it is public), `Network` (the
/// name of the smallest of `options.networks` that holds it), `Count` (of cells).
///
/// # Errors
///
/// `ColumnNotFound` and `ColumnType` for `options.columns`; `InvalidArgument` for
/// a network that is none; `Cancelled` from `progress`.
pub fn describe_ips(
    table: &Table,
    options: &AddressOptions,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let networks = named_networks(&options.networks)?;
    let values = distinct(table, options.columns.as_deref(), progress)?;
    // Two spellings of one address are one address.
    let mut rows: Vec<(std::net::IpAddr, i64)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for (text, count) in values {
        let Some(address) = parse(text) else { continue };
        let place = *places.entry(address).or_insert_with(|| {
            rows.push((address, 0));
            rows.len() - 1
        });
        rows[place].1 += count;
    }
    let addresses = || rows.iter().map(|(address, _)| *address);
    let ranges = || addresses().map(special_range);
    let name = |address| {
        let mut holding = networks
            .iter()
            .filter(|(_, network)| network.contains(address));
        holding.next().map(|(name, _)| *name)
    };
    let is_global = |address| Some(ip_type(address) == IpType::Public);
    let texts = |texts: StringArray| Arc::new(texts) as arrow_array::ArrayRef;
    let written: Vec<String> = addresses().map(|address| address.to_string()).collect();
    Table::new(vec![
        ("Address", texts(StringArray::from_iter_values(written))),
        (
            "IpType",
            texts(
                addresses()
                    .map(|address| Some(ip_type(address).name()))
                    .collect(),
            ),
        ),
        (
            "Range",
            texts(ranges().map(|range| Some(range?.name)).collect()),
        ),
        (
            "RangeNetwork",
            texts(ranges().map(|range| Some(range?.network)).collect()),
        ),
        (
            "Global",
            Arc::new(addresses().map(is_global).collect::<BooleanArray>()),
        ),
        ("Network", texts(addresses().map(name).collect())),
        (
            "Count",
            Arc::new(Int64Array::from_iter_values(
                rows.iter().map(|(_, count)| *count),
            )),
        ),
    ])
}

/// Each network with its name, the smallest first.
fn named_networks(networks: &BTreeMap<String, Vec<String>>) -> Result<Vec<(&str, Network)>> {
    let all = networks
        .iter()
        .flat_map(|(name, list)| list.iter().map(move |text| (name, text)));
    let networks = all.map(|(name, text)| {
        let network = Network::parse(text).ok_or_else(|| {
            Error::InvalidArgument(format!(
                "networks: `{text}` of {name} is not a network; write it like 10.0.0.0/8"
            ))
        })?;
        Ok((name.as_str(), network))
    });
    let mut networks: Vec<_> = networks.collect::<Result<_>>()?;
    sort_by_number(&mut networks, |(_, network)| (!network.prefix()).into());
    Ok(networks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::{ReadOptions, read};

    #[test]
    fn a_table_gives_its_addresses() {
        let csv =
            "Source,Note\n10.1.2.3,x\n8.8.8.8,10.1.2.3\n2001:db8:0::1,\n2001:db8::1,no 1.1.1.1\n";
        let table =
            read(csv.into(), &ReadOptions::default(), &mut Progress::none()).expect("reads");
        let network = |name: &str, network: &str| (name.to_string(), vec![network.to_string()]);
        let networks = [
            network("all", "10.0.0.0/8"),
            network("office", "10.1.0.0/16"),
        ];
        let options = AddressOptions {
            networks: networks.into(),
            ..AddressOptions::default()
        };
        let found = describe_ips(&table, &options, &mut Progress::none()).expect("describes");
        let csv = found.to_csv(&Default::default()).expect("writes");
        let expected = "\
Address,IpType,Range,RangeNetwork,Global,Network,Count
10.1.2.3,Private,Private-Use,10.0.0.0/8,false,office,2
8.8.8.8,Public,,,true,,1
2001:db8::1,Documentation,Documentation,2001:db8::/32,false,,2
";
        assert_eq!(
            String::from_utf8(csv).expect("UTF-8").replace("\r\n", "\n"),
            expected
        );
    }

    #[test]
    fn a_wrong_network_is_named() {
        let networks = [("office".to_string(), vec!["10.1.0.0/99".to_string()])].into();
        let options = AddressOptions {
            networks,
            ..AddressOptions::default()
        };
        let table = Table::new(vec![]).expect("empty");
        let error = describe_ips(&table, &options, &mut Progress::none()).expect_err("wrong");
        assert_eq!(
            error.to_string(),
            "networks: `10.1.0.0/99` of office is not a network; write it like 10.0.0.0/8"
        );
    }
}
