//! What is known of a value without asking anyone, and graphs.

use js_sys::Function;
use serde::Serialize;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::context::{addresses, domains};
use crate::entity::{domain, url};
use crate::transform::graph;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * What an address is for, in msticpy's words: `"Public"`, `"Private"`, `"Shared"`,
 * `"Loopback"`, `"Link Local"`, `"Multicast"`, `"Unspecified"`, `"Documentation"`
 * or `"Reserved"`; `undefined` for text that is no address.
 *
 * @example
 * await ipType("10.0.0.1"); // "Private"
 */
export function ipType(text: string): Promise<string | undefined>;

/** The same with the range that IANA set aside, by name; `undefined` for text that is no address. */
export function ipInfo(text: string): Promise<IpInfo | undefined>;

/**
 * The different addresses in a table's columns of text or lists of text, one row each: `Address`,
 * `IpType`, `Range` and `RangeNetwork` (of IANA's registries), `Global`,
 * `Network` (the smallest of `options.networks` that holds it) and `Count`.
 *
 * @example
 * const networks = { office: ["10.1.0.0/16"], vpn: ["10.9.0.0/24"] };
 * const ips = await describeIps(table, { columns: ["SrcIp", "DstIp"], networks });
 */
export function describeIps(table: Table, options?: Partial<AddressOptions> & CallOptions): Promise<Table>;

/**
 * The parts of a host name, which may stand in a URL or an e-mail address;
 * `undefined` for what is no name.
 *
 * @example
 * (await domainParts("forums.bbc.co.uk")).registeredDomain; // "bbc.co.uk"
 */
export function domainParts(text: string): Promise<DomainParts | undefined>;

/** Whether a name ends in a top-level domain that exists. */
export function validTld(text: string): Promise<boolean>;

/** The parts of a URL, `null` where there is none; `undefined` for what is no URL. */
export function urlParts(text: string): Promise<UrlParts | undefined>;

/**
 * The different domain names in a table's columns of text or lists of text, one row each, with what
 * makes one suspect: `LookAlikeOf` and `LookAlikeBy` (`"homoglyph"`, `"other
 * suffix"`, `"typo"`, `"combined"`, `"subdomain"`), `MixedScripts`, `Entropy` in
 * bits a character, `RandomScore` from 0 to 1 (above 0.5 it looks made by a
 * machine); also `Domain`, `RegisteredDomain`, `Suffix`, `Unicode` and `Count`.
 *
 * @example
 * const domains = await checkDomains(iocs, { columns: ["Observable"], protect: ["contoso.com"] });
 * domains.filter({ or: [{ column: "LookAlikeOf", ne: null }, { column: "RandomScore", gt: 0.5 }] });
 */
export function checkDomains(table: Table, options?: Partial<DomainOptions> & CallOptions): Promise<Table>;

/**
 * A table as a graph: an edge for each different pair of values in the columns
 * `source` and `target`. `nodes` has `Node`, `NodeRole`, `Count`, `Degree`,
 * `InDegree`, `OutDegree` and `Component` (0 is the largest), `edges` has
 * `Source`, `Target` and `Count`; both have the attributes asked for.
 *
 * @throws {HuntbookError} `columnNotFound`
 * @example
 * const { nodes, edges } = await toGraph(flows, "SrcIp", "DstIp", { edgeAttributes: ["Port"] });
 */
export function toGraph(table: Table, source: string, target: string, options?: Partial<GraphOptions> & CallOptions): Promise<{ nodes: Table; edges: Table }>;
"#;

/// A plain value as an object with `null` for what is absent; nothing as `undefined`.
fn object<T: Serialize>(value: Option<T>) -> JsValue {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    let object = value.and_then(|value| value.serialize(&serializer).ok());
    object.unwrap_or(JsValue::UNDEFINED)
}

/// The raw `ipType`.
#[wasm_bindgen(js_name = ipType, skip_typescript)]
pub fn ip_type(text: &str) -> Option<String> {
    addresses::ip_info(text).map(|info| info.ip_type)
}

/// The raw `ipInfo`.
#[wasm_bindgen(js_name = ipInfo, skip_typescript)]
pub fn ip_info(text: &str) -> JsValue {
    object(addresses::ip_info(text))
}

/// The raw `describeIps`.
#[wasm_bindgen(js_name = describeIps, skip_typescript)]
pub fn describe_ips(
    table: &Table,
    ip_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let ip_options = options(ip_options)?;
    with_progress(progress.as_ref(), |progress| {
        addresses::describe_ips(&table.0, &ip_options, progress)
    })
    .map(Table)
}

/// The raw `domainParts`.
#[wasm_bindgen(js_name = domainParts, skip_typescript)]
pub fn domain_parts(text: &str) -> JsValue {
    object(domain::parts(text))
}

/// The raw `validTld`.
#[wasm_bindgen(js_name = validTld, skip_typescript)]
pub fn valid_tld(text: &str) -> bool {
    domain::valid_tld(text)
}

/// The raw `urlParts`.
#[wasm_bindgen(js_name = urlParts, skip_typescript)]
pub fn url_parts(text: &str) -> JsValue {
    object(url::parse(text))
}

/// The raw `checkDomains`.
#[wasm_bindgen(js_name = checkDomains, skip_typescript)]
pub fn check_domains(
    table: &Table,
    domain_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let domain_options = options(domain_options)?;
    with_progress(progress.as_ref(), |progress| {
        domains::check_domains(&table.0, &domain_options, progress)
    })
    .map(Table)
}

/// The raw `toGraph`, whose tables `operations.js` takes out.
#[wasm_bindgen(js_name = toGraph, skip_typescript)]
pub fn to_graph(
    table: &Table,
    source: &str,
    target: &str,
    graph_options: JsValue,
    progress: Option<Function>,
) -> Result<Graph> {
    let graph_options = options(graph_options)?;
    with_progress(progress.as_ref(), |progress| {
        graph::to_graph(&table.0, source, target, &graph_options, progress)
    })
    .map(Graph)
}

/// Nodes and edges.
#[wasm_bindgen(skip_typescript)]
pub struct Graph(graph::Graph);

#[wasm_bindgen]
impl Graph {
    /// The table of nodes.
    #[wasm_bindgen(skip_typescript)]
    pub fn nodes(&self) -> Table {
        Table(self.0.nodes.clone())
    }

    /// The table of edges.
    #[wasm_bindgen(skip_typescript)]
    pub fn edges(&self) -> Table {
        Table(self.0.edges.clone())
    }
}
