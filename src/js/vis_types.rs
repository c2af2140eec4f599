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
 * once the chart has the focus; keys: arrows, + and -, 0, n and p, Enter, Escape. It keeps what it needs
 * of its tables, also if they are freed.
 */
export interface ChartElement<Value> extends HTMLElement {
  value: Value | null;
  /** What part of the data is shown, such as `{ start, end }`: set it to zoom. */
  view: { start?: Date; end?: Date; x?: [number, number]; y?: [number, number] };
  /** The rows that are chosen, as a table of their own; of several tables, the first that has some. */
  selected(): Table | null;
  /** Shows other data with the same options. What is chosen stays if the data has it: a range, or what has a name. */
  update(table: Table | Record<string, Table>): void;
  /** What is drawn, as a table. */
  toTable(): Table;
  /** The chart as it is now, for a report. */
  toSvg(options?: { width?: number }): string;
  toPng(options?: { width?: number; scale?: number }): Promise<Blob>;
  /**
   * Gives its memory back at once, as a notebook does with what a cell showed before; otherwise the
   * garbage collector does. The last picture stays, and takes no more gestures.
   */
  free(): void;
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
 * several series. Where there is no page, as in
 * Node, what is returned is no element, but has `value`, `selected()`, `update(table)`, `toTable()`, `toSvg()` and `free()`.
 *
 * `overlayData` are events that are drawn above those of the same group, or else in a lane `overlay`;
 * `refEvents` and `alerts` are tables of events whose times are marked.
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
const TABLE_VIEW: &str = r#"
/** What `tableView` takes. */
export interface TableViewOptions {
  /** The columns that are shown at first, in this order; the user may choose others. Default all. */
  columns?: readonly string[];
  /** Height of the rows with their head, in CSS pixels. Default as many rows as there are, up to 440. */
  height?: number;
  /** Above the table, and in the names of files that are saved. */
  title?: string;
  /** In which times are written and read, such as `"Europe/Berlin"`. Default `"UTC"`. */
  timeZone?: string;
  /** Default as the page or the system has it. */
  theme?: "light" | "dark";
}

/** Rows by their numbers in the table that is shown, smallest first, whatever the order on the page. */
export interface RowSelection {
  rows: Uint32Array;
}

/**
 * An element that shows a table. `value` is what is chosen, or null: set it to choose (rows that the
 * table has not are left out). It fires `input` when the user chooses: click, Ctrl and Shift with it;
 * keys: arrows, Shift with them, space, Ctrl+A, Escape. Enter or a double click shows all fields of a row.
 * A filter does not change what is chosen.
 */
export interface TableElement extends HTMLElement {
  get value(): RowSelection | null;
  set value(value: { rows: ArrayLike<number> } | null);
  /** The rows that are chosen, as a table of their own. */
  selected(): Table | null;
  /** Shows another table; what was chosen is no longer. Filters and order stay for columns that it has too. */
  update(table: Table): void;
  /** Gives its memory back at once; otherwise the garbage collector does. What is shown stays, and is not to be used any more. */
  free(): void;
}

/**
 * Shows a table of up to millions of rows, to sort (a click on a head; Shift for more than one column), filter, search, choose
 * and save. Texts are compared without regard to case (in a pattern, `(?-i)` regards it). A time in a filter is as long
 * as it is written: `= 2024-05-01` is that day, `> 2024-05-01 12:00` is from 12:01 on. `not` keeps rows whose
 * value is absent.
 *
 * In Node, what is returned has `toHtml()` only, the first rows as HTML; a table is no picture, so there is no SVG.
 *
 * @throws {HuntbookError} `columnNotFound` for a name in `columns`; `invalidArgument` for an option
 * @example
 * const view = tableView(logons, { columns: ["TimeGenerated", "Account"], height: 300 });
 * document.body.append(view);
 * view.addEventListener("input", () => console.log(view.selected()?.rows()));
 */
export function tableView(table: Table, options?: TableViewOptions): TableElement;
"#;

#[wasm_bindgen(typescript_custom_section)]
const TIMELINE_VALUES: &str = r#"
/** A range of time, or one event with its value, null if it has none. */
export interface ValueSelection extends TimeSelection {
  value?: number | null;
}

/**
 * Values over time as bars, circles or lines: a series for each group, or table. Missing values are gaps
 * of a line; infinite ones are marked at the edge. Wheel and keys zoom along time.
 *
 * `refEvents` and `alerts` are tables of events whose times are marked.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * document.body.append(timelineValues(flows, { valueColumn: "SentBytes", groupBy: ["Computer"], kind: "line" }));
 */
export function timelineValues(
  table: Table | Record<string, Table>,
  options: Partial<TimelineValuesOptions> & { valueColumn: string } & ChartOptions & { refEvents?: Table; alerts?: Table },
): ChartElement<ValueSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const TIMELINE_DURATION: &str = r#"
/**
 * From when to when there were events of each group: a bar for each, by its start, with its events on
 * it. `value` is a range of time, or a group from `start` to `end` with all its rows.
 *
 * `refEvents` and `alerts` are tables of events whose times are marked.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * document.body.append(timelineDuration(logons, { groupBy: ["Account"], endTimeColumn: "LogoffTime" }));
 */
export function timelineDuration(
  table: Table | Record<string, Table>,
  options?: Partial<TimelineDurationOptions> & ChartOptions & { refEvents?: Table; alerts?: Table },
): ChartElement<TimeSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const TIME_SERIES: &str = r#"
/** A range of time, or one value: `anomaly` is 1 above what is usual, -1 below, else 0. */
export interface SeriesSelection extends ValueSelection {
  baseline?: number | null;
  trend?: number | null;
  seasonal?: number | null;
  residual?: number | null;
  anomaly?: number;
}

/**
 * What `timeSeriesAnomalies` found: values, their baseline, anomalies and the periods of these; trend,
 * season and residual with `components`, or by the legend. Of several groups, a panel for each; of
 * many, those with most anomalies. Set `value` to `{ time, group }` to mark a value; n and p go from anomaly to anomaly.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * const series = await timeSeriesAnomalies(events, { bin: "1h", period: "1d" });
 * document.body.append(timeSeries(series, { components: true }));
 */
export function timeSeries(table: Table, options?: Partial<TimeSeriesOptions> & ChartOptions): ChartElement<SeriesSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const MATRIX: &str = r#"
/**
 * A pair of values, with its value; or a range of cells, counted from 0 from the left and from
 * the top, with the values of each axis that are in it.
 */
export interface MatrixSelection {
  x: string | [number, number];
  y: string | [number, number];
  value?: number;
  xValues?: string[];
  yValues?: string[];
  rows: Uint32Array;
}

/**
 * Which values of two columns come together: a circle for each pair, whose area is how many rows
 * it has, a sum or a number of different values.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * // Which program ran for which user, the rarest pairs largest.
 * matrix(processes, { x: "Account", y: "NewProcessName", invert: true });
 */
export function matrix(
  table: Table,
  options: Partial<MatrixOptions> & { x: string; y: string } & ChartOptions,
): ChartElement<MatrixSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const HEATMAP: &str = r#"
/**
 * Hours of days: `hours` from one up to but without another, on `weekdays` (`"Mon"`) or `dates`
 * (`"2026-03-14"`). `x` and `y` are the range of cells, counted from 0; one cell has its `value`.
 */
export interface HeatmapSelection {
  hours: [number, number];
  weekdays?: string[];
  dates?: string[];
  x?: [number, number];
  y?: [number, number];
  value?: number | null;
  rows: Uint32Array;
}

/**
 * At which hours of which days things happen, in `timeZone`: working hours, and what is outside
 * them. The bars beside are numbers of events.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * heatmap(signIns, { timeZone: "Europe/Berlin" });
 */
export function heatmap(
  table: Table,
  options?: Partial<HeatmapOptions> & ChartOptions,
): ChartElement<HeatmapSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const CLUSTERS: &str = r#"
/** One event, or a rectangle; of times, `start` and `end` instead of `x`. */
export interface ClusterSelection {
  x?: number | [number, number];
  y?: number | [number, number];
  time?: Date;
  start?: Date;
  end?: Date;
  rows: Uint32Array;
}

/**
 * Events by two numbers, or by time and a number, coloured by their clusters: the seven largest,
 * the others, and noise. Of a table of clusters, when each was and how large it is.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` if there are no numbers to draw
 * @example
 * const labelled = await clusterEvents(processes, { labels: true });
 * clusters(labelled, { x: "TimeGenerated", y: "ClusterId", sourceColumns: ["CommandLine"] });
 */
export function clusters(
  table: Table,
  options?: Partial<ClustersOptions> & ChartOptions,
): ChartElement<ClusterSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const PROCESS_TREE: &str = r#"
/** A process of a tree; `rows` is its row. Those below it: `getDescendants(tree, value.process)`. */
export interface ProcessSelection {
  /** Its `ProcKey`. */
  process: string;
  /** Its program, without the folder. */
  name: string;
  pid: string;
  rows: Uint32Array;
}

/**
 * Who started what: an outline whose parts open and close, of the result of `buildProcessTree`,
 * or of a part of it. It is opened as far down as shows no more than 200 processes. The text field
 * looks for names, command lines, ids and users; n and p go from one that is found to the next,
 * arrows to the right and left open and close what they are at.
 *
 * @throws {HuntbookError} `invalidArgument` for a table that is no tree; `columnNotFound` for `legendColumn`
 * @example
 * const tree = await buildProcessTree(await read(file));
 * document.body.append(processTree(tree, { legendColumn: "SubjectUserName" }));
 */
export function processTree(
  tree: Table,
  options?: Partial<ProcessTreeChartOptions> & ChartOptions,
): ChartElement<ProcessSelection>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const SESSIONS: &str = r#"
/** A range, or one session: when it was, and whose. On an axis of powers of ten, `y` has the powers. */
export interface SessionSelection {
  start?: Date;
  end?: Date;
  y?: [number, number];
  time?: Date;
  group?: string;
  rows: Uint32Array;
}

/**
 * How likely sessions are, by their time, of the result of `scoreSessions`: the rarest are marked, and
 * beside the chart are the commands of the chosen one, with a sign at those of its rarest window. n and
 * p go from the rarest to the next.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` if there is
 *   none of times or likelihoods
 * @example
 * const scored = await scoreSessions(await sessionize(table, { groupBy: ["UserId"] }));
 * document.body.append(sessions(scored, { scoreColumn: "GeoMeanLikelihood", top: 20 }));
 */
export function sessions(
  scored: Table,
  options?: Partial<SessionsChartOptions> & ChartOptions,
): ChartElement<SessionSelection>;
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
 * `toGraph` counts them. Nodes with more edges are larger; edges that are `directed` are arrows. A large graph settles
 * while it is shown.
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

/** An entity graph, which can be changed; each throws `invalidArgument` for a name that is not there, or is already, or a time that is none. */
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
 * `Name`, `Type`, `Description`, `TimeGenerated` and `Edges`. With `timeline`, a strip below shows when
 * nodes were, those that have a time; its marks are the nodes, and n and p go through time first.
 *
 * @throws {HuntbookError} `columnNotFound` for a column; `invalidArgument` for a table that is none of those
 * @example
 * const graph = entityGraph({ alerts, incidents }, { timeline: true });
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
 * Tiles of a map server below a map. They are asked for by Leaflet, which is no part of this library,
 * as soon as the map is in a page: the server learns which part of the world is looked at, from which
 * address, but nothing of the rows.
 */
export interface MapTiles {
  /** What `import * as leaflet from "leaflet"` gives, or the global `L`: Leaflet 1.9. Its style sheet is not needed. */
  leaflet: { Map: unknown; TileLayer: unknown };
  /** Where tiles are, such as `"https://tile.example/{z}/{x}/{y}.png"`. */
  url: string;
  /** The same for dark pages. Default `url`. */
  darkUrl?: string;
  /** What the server wants to be named by, as HTML: it is shown in the corner. */
  attribution: string;
  /** The nearest zoom that the server has; from nearer, its tiles are drawn larger. Default 19. */
  maxZoom?: number;
}

/**
 * Where things are: rows by latitude and longitude, above the outline of the land; nothing is loaded
 * from others, unless `tiles` says from where. Rows near one another are one disc with their number,
 * until it is looked at from near. What is saved has the outline, also if tiles are shown.
 *
 * @throws {HuntbookError} `columnNotFound` or `columnType` for a column; `invalidArgument` for an option
 * @example
 * const chart = map(signIns, { latColumn: "Lat", longColumn: "Lon", layerColumn: "ResultType" });
 * chart.value = { latitude: [47, 55], longitude: [6, 15] };
 */
export function map(table: Table, options?: Partial<MapOptions> & ChartOptions & { tiles?: MapTiles }): ChartElement<MapSelection>;
"#;
