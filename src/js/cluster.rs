//! Clusters of events, and the numbers that they are compared by.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::options::options;
use super::progress::with_progress;
use super::table::Table;
use crate::Result;
use crate::analysis::cluster as core;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
/**
 * Groups events that are alike and shows what is odd: one row for each cluster, and
 * for each event that is in none, the rarest first.
 *
 * Processes need no options: those of one program, of one kind of session, and with
 * command lines of about one length and number of delimiters are a cluster; rows with
 * neither a program nor a command line are left out. Other events are compared by
 * `columns`, messages by their templates; rows without a message are left out.
 *
 * With many different rows DBSCAN is fast in up to about 8 columns; in more, time may
 * grow with the square of their number.
 *
 * Columns of the result: those of `table` (of the event at `SourceIndex`, which stands
 * for its cluster), `Clustered`, `ClusterId` (-1 for what is in none, as is an
 * event without a finite number in a column), `ClusterSize`,
 * `FirstEventTime`, `LastEventTime`, `SourceIndex`, and such as `SharedCommandLine` (of `CommandLine`):
 * what the members have in common, with `<*>` for what varies. With `labels: true`
 * every event, with `Clustered`, `ClusterId`, `ClusterSize` and, of a Gaussian mixture,
 * `ClusterProbability`; null for those left out.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column;
 *   `invalidArgument` for another option, or if there is nothing to compare by
 * @example
 * const groups = await clusterEvents(processes);
 * const odd = groups.filter({ column: "Clustered", eq: false });
 * const flows = await clusterEvents(table, { columns: ["BytesSent", "BytesReceived", "Protocol"], eps: 0.3 });
 * const templates = await clusterEvents(syslog, { algorithm: "templates", columns: ["SyslogMessage"] });
 */
export function clusterEvents(table: Table, options?: Partial<ClusterOptions> & CallOptions): Promise<Table>;

/**
 * `table` with msticpy's features of processes: `processName`, `pathScore`, `pathLogScore`,
 * `pathHash`, `commandlineLen`, `commandlineLogLen`, `commandlineTokensFull`,
 * `commandlineScore`, `commandlineTokensHash`, `isSystemSession`, and
 * `commandlineLogTokens`; without those whose column is not there.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument`
 *   if there is neither a program nor a command line
 * @example
 * const processes = await addProcessFeatures(table, { programColumn: "Exe" });
 */
export function addProcessFeatures(table: Table, options?: Partial<FeatureOptions> & CallOptions): Promise<Table>;

/**
 * The number of delimiters in a text: blanks and any of `` - \ / . , " ' | & : ; % $ ( ) ``.
 *
 * @example
 * await delimCount("cmd.exe /c dir"); // 4
 */
export function delimCount(text: string): Promise<number>;

/**
 * CRC-32 of a text's delimiters alone, which is equal for texts of one shape.
 *
 * @example
 * (await delimHash("cmd /c dir")) === (await delimHash("net /c use")); // true
 */
export function delimHash(text: string): Promise<number>;

/**
 * The sum of a text's code points, divided by `scale` (default 1) and rounded down.
 *
 * @example
 * await charOrdScore("abc"); // 294
 */
export function charOrdScore(text: string, scale?: number): Promise<number>;

/**
 * The number of parts of a text between delimiters (default: a space); 1 for an empty text.
 *
 * @example
 * await tokenCount("a b c"); // 3
 */
export function tokenCount(text: string, delimiter?: string): Promise<number>;

/**
 * CRC-32 of a text's UTF-8, as in zip.
 *
 * @example
 * await crc32("abc"); // 891568578
 */
export function crc32(text: string): Promise<number>;
"#;

/// The raw `clusterEvents`.
#[wasm_bindgen(js_name = clusterEvents, skip_typescript)]
pub fn cluster_events(
    table: &Table,
    cluster_options: JsValue,
    progress: Option<Function>,
) -> Result<Table> {
    let cluster_options = options(cluster_options)?;
    with_progress(progress.as_ref(), |progress| {
        core::cluster_events(&table.0, &cluster_options, progress)
    })
    .map(Table)
}

/// The raw `addProcessFeatures`.
#[wasm_bindgen(js_name = addProcessFeatures, skip_typescript)]
pub fn add_process_features(table: &Table, feature_options: JsValue) -> Result<Table> {
    core::add_process_features(&table.0, &options(feature_options)?).map(Table)
}

/// The raw `delimCount`.
#[wasm_bindgen(js_name = delimCount, skip_typescript)]
pub fn delim_count(text: &str) -> u32 {
    core::delim_count(text)
}

/// The raw `delimHash`.
#[wasm_bindgen(js_name = delimHash, skip_typescript)]
pub fn delim_hash(text: &str) -> u32 {
    core::delim_hash(text)
}

/// The raw `charOrdScore`.
#[wasm_bindgen(js_name = charOrdScore, skip_typescript)]
pub fn char_ord_score(text: &str, scale: Option<f64>) -> Result<f64> {
    core::char_ord_score(text, scale.unwrap_or(1.0))
}

/// The raw `tokenCount`.
#[wasm_bindgen(js_name = tokenCount, skip_typescript)]
pub fn token_count(text: &str, delimiter: Option<String>) -> Result<u32> {
    core::token_count(text, delimiter.as_deref().unwrap_or(" "))
}

/// The raw `crc32`.
#[wasm_bindgen(js_name = crc32, skip_typescript)]
pub fn crc32(text: &str) -> u32 {
    core::crc32_hash(text)
}
