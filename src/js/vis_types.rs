//! The TypeScript of charts: what they share, then one section for each.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const SHARED: &str = r#"
/** A time that a chart marks, with what stands beside it. */
export type MarkedTime = Date | string | { time: Date | string; label?: string };

/** What all charts take. */
export interface ChartOptions {
  /** Above the chart, and in what is saved. */
  title?: string;
  /** Height in CSS pixels. Default what suits the data. */
  height?: number;
  /** Width in CSS pixels. Default that of the container. */
  width?: number;
  /** Default as the page or the system has it. */
  theme?: "light" | "dark";
  /** In which times are written, such as `"Europe/Berlin"`. Default `"UTC"`. */
  timeZone?: string;
  /** Whether a time axis has a strip below that shows all of it. Default true. */
  rangeTool?: boolean;
}

/**
 * An element that shows a chart. `value` is what is chosen, or null: set it to choose. It fires
 * `input` when the user chooses. Drag to choose, hold Shift to move; wheel and two fingers zoom
 * once the chart has the focus; keys: arrows, + and -, 0, n and p, Enter, Escape.
 */
export interface ChartElement<Value> extends HTMLElement {
  value: Value | null;
  /** The rows that are chosen, as a table of their own; of several tables, the first that has some. */
  selected(): Table | null;
  /** Shows other data with the same options. */
  update(table: Table | Record<string, Table>): void;
  /** What is drawn, as a table. */
  toTable(): Table;
  /** The chart as it is now, for a report. */
  toSvg(options?: { width?: number }): string;
  toPng(options?: { width?: number; scale?: number }): Promise<Blob>;
}

/** A range of time, or one event. `rows` are row numbers; of several tables, by their names. */
export interface TimeSelection {
  start?: Date;
  end?: Date;
  time?: Date;
  group?: string;
  rows: Uint32Array | Record<string, Uint32Array>;
}
"#;

#[wasm_bindgen(typescript_custom_section)]
const TIMELINE: &str = r#"
/**
 * When things happened: a lane for each group, a mark for each event; several tables are
 * several series. In Node, what is returned has `toSvg()` only.
 *
 * `overlayData` are events that are drawn above those of the same group; `refEvents` and
 * `alerts` are tables of events whose times are marked.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * const chart = timeline(logons, { groupBy: ["Computer"], sourceColumns: ["Account", "LogonType"] });
 * document.body.append(chart);
 * chart.addEventListener("input", () => console.log(chart.value));
 */
export function timeline(
  table: Table | Record<string, Table>,
  options?: Partial<TimelineOptions> & ChartOptions & { overlayData?: Table; refEvents?: Table; alerts?: Table },
): ChartElement<TimeSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const NETWORK: &str = r#"
/** A node, an edge, or the nodes in a rectangle; `rows` are those of the table that name them. */
export interface NodeSelection {
  node?: string;
  source?: string;
  target?: string;
  /** The first 1000 nodes of a rectangle. */
  nodes?: string[];
  x?: [number, number];
  y?: [number, number];
  rows: Uint32Array | Record<string, Uint32Array>;
}

/**
 * Who is connected with whom: the values of two columns as nodes, joined where a row has both, as
 * `toGraph` counts them. Nodes with more edges are larger. A large graph settles while it is shown.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * const chart = network(flows, { source: "SrcIp", target: "DstIp", weightColumn: "Bytes" });
 * chart.addEventListener("input", () => console.log(chart.value?.node, chart.selected()));
 */
export function network(
  table: Table,
  options: Required<Pick<NetworkOptions, "source" | "target">> & Partial<NetworkOptions> & ChartOptions,
): ChartElement<NodeSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const ENTITY_GRAPH: &str = r#"
/** What is known of a node that is added; `attachedTo` are names of nodes that it is linked with. */
export interface NodeDetails {
  description?: string;
  type?: string;
  time?: Date | string;
  attachedTo?: string | readonly string[];
}

/** An entity graph, which can be changed; each throws `invalidArgument` for a name that is not there, or is already. */
export interface EntityGraphElement extends ChartElement<NodeSelection> {
  addNote(name: string, details?: NodeDetails): void;
  addEntity(name: string, details?: NodeDetails): void;
  addAlert(name: string, details?: NodeDetails): void;
  addIncident(name: string, details?: NodeDetails): void;
  addLink(source: string, target: string): void;
  removeLink(source: string, target: string): void;
  removeNode(name: string): void;
}

/**
 * Incidents, alerts and the entities they are about. Tables of alerts have a column `Entities` (JSON
 * as Sentinel's `SecurityAlert` has it), tables of incidents a column `AlertIds`; of others, `source`
 * and `target` name columns whose values are linked. Equal entities are one node. `toTable()` gives
 * `Name`, `Type`, `Description`, `TimeGenerated` and `Edges`.
 *
 * @throws {HuntbookError} `columnNotFound` for a column; `invalidArgument` for a table that is none of those
 * @example
 * const graph = entityGraph({ alerts, incidents });
 * graph.addNote("known scanner", { attachedTo: "203.0.113.7" });
 */
export function entityGraph(
  tables: Table | Record<string, Table>,
  options?: Partial<EntityGraphOptions> & ChartOptions,
): EntityGraphElement;
"#;

#[wasm_bindgen(typescript_custom_section)]
const MAP: &str = r#"
/** Rows at a place, or in a rectangle, whose ends are degrees: south and north, west and east. */
export interface MapSelection {
  latitude: number | [number, number];
  longitude: number | [number, number];
  /** At which zoom rows were one: 0, the world, to 22. */
  zoom?: number;
  rows: Uint32Array;
}

/**
 * Where things are: rows by latitude and longitude, above the outline of the land; nothing is loaded
 * from others. Rows near one another are one disc with their number, until it is looked at from near.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * const chart = map(signIns, { latColumn: "Lat", longColumn: "Lon", layerColumn: "ResultType" });
 * chart.value = { latitude: [47, 55], longitude: [6, 15] };
 */
export function map(table: Table, options?: Partial<MapOptions> & ChartOptions): ChartElement<MapSelection>;
"#;
