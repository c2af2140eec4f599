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
  /** What part of the data is shown, such as `{ start, end }`: set it to zoom. */
  view: { start?: Date; end?: Date; x?: [number, number]; y?: [number, number] };
  /** The rows that are chosen, as a table of their own; of several tables, the first that has some. */
  selected(): Table | null;
  /** Shows other data with the same options. */
  update(table: Table | Record<string, Table>): void;
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
 * or of a part of it; processes that are not in the log are known from their children. It is opened as far down as shows no more than 200 processes. The text field
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
