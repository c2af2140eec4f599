// The functions that make charts: each takes a table, or several by name, and options.
import { WIDTH, makeElement } from "./chart.js";
import { toJson } from "./columns.js";
import { guard, invalid } from "./errors.js";
import { checkTiles } from "./map-tiles.js";
import { zoneOf } from "./zones.js";

// As in src/js/vis.rs.
const KINDS = ["timeline", "timelineValues", "timelineDuration", "timeSeries", "matrix", "heatmap", "clusters", "processTree", "sessions", "network", "map", "entityGraph"];
// Options that are lists of columns; one may stand alone.
const LISTS = ["groupBy", "sourceColumns", "overlayColumns", "sourceAttributes", "targetAttributes", "edgeAttributes"];
const FRAME = ["title", "height", "width", "theme", "timeZone", "rangeTool"];

/** The functions by name; `getStarted()` is the raw module, which runs once there is a table. */
export function makeCharts({ Table, getStarted }) {
  const make = makeElement(Table);
  const chart = (kind) => (tables, options) => {
    const source = { kind, tables: own(named(kind, tables, Table)), ...split(kind, options, Table), edits: [] };
    const open = () => openFigure(source, getStarted());
    // A figure of other tables; if none can be made of them, those before stay.
    const update = (next) => {
      const other = own(named(kind, next, Table));
      const figure = openFigure({ ...source, tables: other }, getStarted());
      Object.values(source.tables).forEach((table) => table.free());
      source.tables = other;
      return figure;
    };
    const element = make(source, open, update);
    return kind === "entityGraph" ? editable(element, source) : element;
  };
  return Object.fromEntries(KINDS.map((kind) => [kind, chart(kind)]));
}

/** What an analyst adds to a graph and takes away; `edits` are made again when a figure is. */
function editable(element, { edits }) {
  const edit = (change) => {
    const json = toJson(change);
    guard(() => element._edit(json));
    edits.push(json);
  };
  const add = (kind) => (name, { description, type, time, attachedTo } = {}) =>
    edit({ edit: kind, name, description, type, time: time instanceof Date ? time.toISOString() : time, attachedTo });
  return Object.assign(element, {
    addNote: add("addNote"),
    addEntity: add("addEntity"),
    addAlert: add("addAlert"),
    addIncident: add("addIncident"),
    addLink: (source, target) => edit({ edit: "addLink", source, target }),
    removeLink: (source, target) => edit({ edit: "removeLink", source, target }),
    removeNode: (name) => edit({ edit: "removeNode", name }),
  });
}

/** The tables by name; one alone has none. */
function named(kind, tables, Table) {
  if (tables instanceof Table) return { "": tables };
  const entries = tables && typeof tables === "object" && !Array.isArray(tables) ? Object.entries(tables) : [];
  if (!entries.length || entries.some(([, table]) => !(table instanceof Table))) {
    throw invalid(`${kind}: the first argument should be a Table, such as await read(file) or await Table.fromRows(objects), or an object of several, such as { logons, processes }`);
  }
  return tables;
}

/** Parts of the same memory, which stay if the user frees his tables. */
const own = (tables) => Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.slice()]));

/** Parts what belongs to the frame and what is a table from what Rust reads. */
function split(kind, all, Table) {
  if (all != null && (typeof all !== "object" || Array.isArray(all))) throw invalid(`${kind}: options should be an object, such as { title: "Logons" }`);
  const [frame, others, options] = [{}, {}, {}];
  for (const [name, value] of Object.entries(all ?? {})) {
    if (FRAME.includes(name) || (kind === "map" && name === "tiles")) frame[name] = value;
    else if (value instanceof Table) others[name] = value;
    else options[name] = LISTS.includes(name) && typeof value === "string" ? [value] : value;
  }
  check(kind, frame);
  return { frame, others: own(others), options };
}

/** Throws an error for an option of the frame that is none. */
export function check(kind, { title, height, width, theme, rangeTool, tiles }) {
  const wrong = (name, what) => {
    throw invalid(`${kind}: option \`${name}\` should be ${what}`);
  };
  if (title !== undefined && typeof title !== "string") wrong("title", "text");
  for (const [name, length] of Object.entries({ height, width })) {
    if (length !== undefined && !(length > 0 && length <= 20_000)) wrong(name, "a number of CSS pixels, up to 20000");
  }
  if (theme !== undefined && theme !== "light" && theme !== "dark") wrong("theme", "\"light\" or \"dark\"");
  if (rangeTool !== undefined && typeof rangeTool !== "boolean") wrong("rangeTool", "true or false");
  if (tiles !== undefined) checkTiles(tiles);
}

function openFigure({ kind, tables, others, options, frame, edits }, raw) {
  const { title = "", height, width = WIDTH, theme, rangeTool = true, timeZone } = frame;
  const all = new raw.Tables();
  for (const [name, table] of Object.entries(tables)) all.add(name, table._raw);
  for (const [name, table] of Object.entries(others)) all.addOption(name, table._raw);
  return guard(() => {
    const figure = new raw.Figure(kind, all, options, toJson({ title, height, rangeTool, fontWidth: fontWidth(), ...zoneOf(timeZone) }));
    for (const edit of edits) redo(figure, edit);
    figure.resize(width, 1, theme === "dark");
    return figure;
  });
}

function redo(figure, edit) {
  try {
    figure.edit(edit);
  } catch {
    // Other tables may not have what it was about.
  }
}

// As in src/vis/paint.rs, and how wide this text is in Arial, in parts of the font's height.
const FONT = "100px Arial, Helvetica, Liberation Sans, sans-serif";
const [SAMPLE, IN_ARIAL] = ["WS-107.example.com 2026-03-14 09:30", 18.15];
let measured;

/** How wide the page's font is, of Arial: a system without it takes another. */
function fontWidth() {
  // Where nothing is measured, as in Node: DejaVu Sans, the widest that is usual.
  if (typeof document !== "object") return 1.14;
  if (measured === undefined) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = FONT;
    measured = context.measureText(SAMPLE).width / 100 / IN_ARIAL;
  }
  return measured;
}
