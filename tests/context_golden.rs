//! Addresses, names, URLs and graphs against msticpy 3.0.2's own answers in
//! `../shared/oracle`. Each difference is listed with its reason.
#![allow(clippy::unwrap_used)]

mod facts;

use std::collections::{BTreeMap, BTreeSet};

use facts::{oracle, shared};
use huntbook::entity::{domain, url};
use huntbook::table::Progress;
use huntbook::table::read::{ReadOptions, read};
use huntbook::transform::graph::{GraphOptions, to_graph};
use huntbook::{Table, context::addresses::ip_info};
use serde_json::{Value, json};

/// `differences`: what is asked, what huntbook says, and why.
fn compare(theirs: &Value, ours: impl Fn(&str) -> Value, differences: &[(&str, Value, &str)]) {
    let mut expected: BTreeMap<&str, &Value> = differences
        .iter()
        .map(|(of, value, _)| (*of, value))
        .collect();
    for (of, theirs) in theirs.as_object().unwrap() {
        let ours = ours(of);
        match expected.remove(of.as_str()) {
            Some(expected) => {
                assert_eq!(&ours, expected, "{of:?}");
                assert_ne!(&ours, theirs, "{of:?} is listed as a difference");
            }
            None => assert_eq!(&ours, theirs, "{of:?}"),
        }
    }
    assert!(expected.is_empty(), "not asked: {expected:?}");
}

#[test]
fn types_of_addresses() {
    let Some(theirs) = oracle("ip_type.json") else {
        return;
    };
    let shared = "RFC 6598 gives these to providers; msticpy calls them unspecified";
    let reserved = "in no network's inside: set aside by IANA for protocols or the future";
    let documentation = "for documents; nobody's private network";
    let no_address = "no address, so it has no type";
    compare(
        &theirs["cases"],
        |text| json!(ip_info(text).map(|info| info.ip_type)),
        &[
            ("100.64.0.1", json!("Shared"), shared),
            ("0.1.2.3", json!("Reserved"), reserved),
            ("240.0.0.1", json!("Reserved"), reserved),
            ("255.255.255.255", json!("Reserved"), reserved),
            ("192.0.0.1", json!("Reserved"), reserved),
            ("198.18.0.1", json!("Reserved"), reserved),
            ("100::1", json!("Reserved"), reserved),
            ("2001:10::1", json!("Reserved"), reserved),
            (
                "5f00::1",
                json!("Reserved"),
                "RFC 9602 (2024): not for the Internet",
            ),
            ("192.0.2.1", json!("Documentation"), documentation),
            ("198.51.100.1", json!("Documentation"), documentation),
            ("203.0.113.1", json!("Documentation"), documentation),
            ("2001:db8::1", json!("Documentation"), documentation),
            ("3fff::1", json!("Documentation"), "RFC 9637 (2024)"),
            (
                "2001::1",
                json!("Public"),
                "Teredo carries packets across the Internet",
            ),
            (
                " 10.0.0.1",
                json!("Private"),
                "blanks around an address are a log's, not its",
            ),
            ("", Value::Null, no_address),
            ("999.1.1.1", Value::Null, no_address),
            ("1.2.3", Value::Null, no_address),
            ("01.2.3.4", Value::Null, no_address),
            ("abc", Value::Null, no_address),
            ("10.0.0.0/8", Value::Null, no_address),
            ("1.2.3.4:80", Value::Null, no_address),
        ],
    );
}

#[test]
fn parts_of_names() {
    let Some(theirs) = oracle("domain_utils.json") else {
        return;
    };
    let of = |text: &str| match domain::parts(text) {
        // The list of private suffixes, such as blogspot.com, is not used by either.
        Some(parts) => json!({
            "subdomain": parts.subdomain, "domain": parts.domain, "suffix": parts.suffix,
            "is_private": false, "registry_suffix": parts.suffix,
        }),
        None => Value::Null,
    };
    let no_name = "an empty label is in no name";
    compare(
        &theirs["dns_components"],
        of,
        &[
            ("", Value::Null, no_name),
            ("a..b.com", Value::Null, no_name),
        ],
    );
    compare(
        &theirs["validate_tld"],
        |text| json!(domain::valid_tld(text)),
        &[("a..b.com", json!(false), no_name)],
    );
}

#[test]
fn parts_of_urls() {
    let Some(theirs) = oracle("domain_utils.json") else {
        return;
    };
    let of =
        |text: &str| url::parse(text).map_or(json!({}), |url| serde_json::to_value(url).unwrap());
    let mail = json!({ "scheme": "mailto", "auth": null, "host": null, "port": null, "path": "a@b.c", "query": null, "fragment": null });
    let no_path = json!({ "scheme": "http", "auth": null, "host": "a.com", "port": null, "path": null, "query": "x=1", "fragment": null });
    compare(
        &theirs["url_components"],
        of,
        &[
            (
                "mailto:a@b.c",
                mail,
                "RFC 6068 has no slash before the address",
            ),
            (
                "http://a.com?x=1",
                no_path,
                "an absent path is absent, with a query or not",
            ),
        ],
    );
}

#[test]
fn a_table_as_a_graph() {
    let (Some(theirs), Some(csv)) = (
        oracle("network_graph.json"),
        shared("data/msticpy/az_net_flows.csv"),
    ) else {
        return;
    };
    let options = ReadOptions {
        name: Some("az_net_flows.csv".into()),
        ..ReadOptions::default()
    };
    let table = read(csv, &options, &mut Progress::none()).unwrap();
    let options = GraphOptions {
        source_attributes: vec!["VMName".into()],
        target_attributes: vec!["RemoteRegion".into()],
        ..GraphOptions::default()
    };
    let graph = to_graph(
        &table,
        "VMIPAddress",
        "AllExtIPs",
        &options,
        &mut Progress::none(),
    )
    .unwrap();
    let texts = |table: &Table, names: &[&str]| -> BTreeSet<Vec<String>> {
        let columns: Vec<_> = names.iter().map(|name| table.text(name).unwrap()).collect();
        let row = |row| {
            columns
                .iter()
                .map(|column| column.get(row).unwrap_or_default().to_string())
                .collect()
        };
        (0..table.num_rows()).map(row).collect()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let nodes = theirs["nodes"].as_array().unwrap().iter();
    let nodes = nodes.map(|node| {
        vec![
            text(&node[0]),
            text(&node[1]["node_role"]),
            text(&node[1]["VMName"]),
            text(&node[1]["RemoteRegion"]),
        ]
    });
    assert_eq!(
        texts(
            &graph.nodes,
            &["Node", "NodeRole", "VMName", "RemoteRegion"]
        ),
        nodes.collect()
    );
    // Edges there have the values of their last row, here of their first: only the ends are compared.
    let edges = theirs["edges"].as_array().unwrap().iter();
    let edges = edges.map(|edge| vec![text(&edge[0]), text(&edge[1])]);
    assert_eq!(texts(&graph.edges, &["Source", "Target"]), edges.collect());
}
