// The indicators, grouped by type; each shows where it stands in the log.
import { ARROW, CSV, exportMenu, JSON_ROWS } from "./exports.js";
import { grid } from "./grid.js";
import { forgetPick, nextSort, reveal } from "./log.js";
import { inSlices, keys, ordered } from "./slices.js";
import { $, hb, isBusy, say, state, work } from "./state.js";
import { toStix } from "./stix.js";
import { cut, element, number, plural } from "./text.js";
import { byType, titleOf } from "./types.js";

const COLUMNS = [
  { name: "Observable", title: "Indicator", width: 210, grow: true },
  { name: "Count", title: "Finds", width: 74, align: "number" },
  { name: "SourceColumn", title: "First in", width: 132 },
];
const BY_COUNT = { name: "Count", descending: true };

const all = grid($("ioc-grid"), { label: "Indicators by type", tree: true, onSort: sortBy, onOpen: pick, onPick: pick, onFold: fold });

let sort = BY_COUNT;
let types = new Set(); // those that are shown; empty for all
const folded = new Set();
let groups = new Map(); // type → its rows, in order
let lines = []; // what the grid shows: `{ type }` of a group's heading, or a row
let texts = []; // the indicators in lower case, to search in
let applied; // the options that the indicators were found with
let places; // where the picked indicator stands, and which place is shown

export const options = () => ({ paths: $("paths").checked, publicOnly: $("public-only").checked });

/** Shows the indicators of a file that was just searched. */
export async function showIndicators() {
  applied = options();
  sort = BY_COUNT;
  types = new Set();
  folded.clear();
  $("ioc-filter").value = "";
  all.reset();
  await fresh();
}

/** Takes new indicators of the same log. */
async function fresh() {
  forgetPick();
  texts = Array.from(state.iocs.column("Observable"), (text) => text.toLowerCase());
  await order();
}

/** Sorts and groups anew; when stopped, they stand as they were found. */
async function order() {
  const { iocs } = state;
  const all = () => Array.from({ length: iocs.numRows }, (_, i) => i);
  const index = sort.name
    ? await work("Sorting", async (control) => inSlices(ordered(all(), await inSlices(keys(iocs, sort.name), control), sort.descending), control))
    : all();
  if (iocs !== state.iocs) return;
  if (!index) sort = {};
  const names = iocs.column("IoCType");
  groups = byType(index ?? all(), (row) => names[row]);
  arrange();
}

/** Lays out what the filters leave. */
function arrange(at = 0) {
  const text = $("ioc-filter").value.trim().toLowerCase();
  const counts = state.iocs.column("Count");
  const matches = (row) => texts[row].includes(text);
  lines = [];
  let shown = 0;
  const chips = [];
  for (const [type, rows] of groups) {
    if (!rows.length) continue;
    chips.push(chip(type, rows.length));
    if (types.size && !types.has(type)) continue;
    const left = text ? rows.filter(matches) : rows;
    if (!left.length) continue;
    shown += left.length;
    const finds = left.reduce((sum, row) => sum + Number(counts[row]), 0);
    lines.push({ type, values: left.length, finds });
    if (!folded.has(type)) for (const row of left) lines.push(row);
  }
  $("types").replaceChildren(...chips);
  $("types").hidden = !chips.length;
  const total = state.iocs.numRows;
  $("ioc-count").textContent = shown === total ? number(total) : `${number(shown)} of ${number(total)}`;
  all.show({ columns: COLUMNS, count: lines.length, rows: read, sorted: sort }, at);
  $("export").disabled = !shown;
  showEmpty(shown, total);
}

function read(start, end) {
  return lines.slice(start, end).map((line) => {
    if (typeof line === "number") return state.iocs.row(line);
    const heading = element("span", {}, element("b", { textContent: titleOf(line.type) }), ` ${number(line.values)} · ${plural(line.finds, "find")}`);
    return { heading, open: !folded.has(line.type) };
  });
}

function showEmpty(shown, total) {
  $("ioc-empty").hidden = shown > 0;
  if (shown) return;
  const hint = $("paths").checked ? "" : " File paths are looked for when you tick “paths”.";
  if (!total) $("ioc-empty").replaceChildren(element("p", { textContent: `No indicators in this log.${hint}` }));
  else $("ioc-empty").replaceChildren(element("p", { textContent: "No indicator passes the filters." }), element("button", { type: "button", textContent: "Clear filters", onclick: clear }));
}

function chip(type, count) {
  const button = element("button", { type: "button", title: type, "aria-pressed": types.has(type), "data-type": type }, titleOf(type), element("small", { textContent: number(count) }));
  button.onclick = () => {
    types.delete(type) || types.add(type);
    arrange();
    $("types").querySelector(`[data-type="${CSS.escape(type)}"]`)?.focus();
    say(types.size ? `Only ${[...types].map(titleOf).join(", ")}: ${$("ioc-count").textContent}.` : "All types shown.");
  };
  return button;
}

function clear() {
  types = new Set();
  $("ioc-filter").value = "";
  arrange();
  $("ioc-filter").focus();
}

function fold(at) {
  const { type } = lines[at];
  folded.delete(type) || folded.add(type);
  arrange(at);
}

async function sortBy(name) {
  sort = nextSort(sort, name);
  await order();
  say(sort.name ? `Sorted by ${COLUMNS.find((column) => column.name === sort.name).title}.` : "In the order of the log.");
}

// ---- places in the log ---------------------------------------------------------

function pick(at) {
  const ioc = state.iocs.row(lines[at]);
  places = { of: ioc, count: Number(ioc.Count), at: 0, all: undefined };
  showPlace(ioc);
}

async function showPlace(ioc) {
  const { of, count, at } = places;
  const shown = reveal(ioc);
  $("places").hidden = count < 2;
  $("place").textContent = `place ${number(at + 1)} of ${number(count)}`;
  await shown;
  say(`${cut(of.Observable)} in row ${number(ioc.SourceIndex + 1)}, column ${ioc.SourceColumn}${count > 1 ? `; place ${number(at + 1)} of ${number(count)}` : ""}.`);
}

async function turn(step) {
  const [mine, picked] = [places, state.pick];
  const { of } = mine;
  // Only the first place is known until another is asked for.
  mine.all ??= await work(`Looking for the places of ${cut(of.Observable)}`, async ({ signal, onProgress }) => {
    const found = await hb.extractIocs(state.table, { ...applied, allow: [of.Observable], signal, onProgress });
    const same = found.filter({ and: [{ column: "IoCType", eq: of.IoCType }, { column: "Observable", eq: of.Observable }] });
    found.free();
    return same;
  });
  if (!mine.all || picked !== state.pick) return;
  mine.count = mine.all.numRows;
  mine.at = (mine.at + step + mine.count) % mine.count;
  await showPlace(mine.all.row(mine.at));
}

$("previous").onclick = () => turn(-1);
$("next").onclick = () => turn(1);

// ---- exports ---------------------------------------------------------------------

const STIX = ["STIX 2.1", "a bundle for threat intelligence platforms", "stix.json", "application/stix+json;version=2.1", (table) => toStix(table, { log: state.name })];

/** The indicators that the filters leave, in the order of the grid; folded groups too. */
function chosen() {
  const conditions = [];
  if (types.size) conditions.push({ column: "IoCType", in: [...types] });
  const text = $("ioc-filter").value.trim();
  if (text) conditions.push({ column: "Observable", contains: text, ignoreCase: true });
  const left = conditions.length ? state.iocs.filter({ and: conditions }) : state.iocs;
  const order = sort.name ? [{ column: sort.name, descending: sort.descending }] : [];
  return left.sort({ column: "IoCType" }, ...order);
}

exportMenu("export", { one: "indicator", many: "indicators" }, [CSV, JSON_ROWS, ARROW, STIX], chosen);

// ---- filters -----------------------------------------------------------------------

let typing;
$("ioc-filter").oninput = () => {
  clearTimeout(typing);
  typing = setTimeout(() => state.iocs && arrange(), 120);
};

$("paths").onchange = $("public-only").onchange = async () => {
  if (!state.table) return;
  const wanted = options();
  const found = await work("Looking for indicators", (control) =>
    hb.extractIocs(state.table, { ...wanted, unique: true, signal: control.signal, onProgress: control.onProgress }));
  if (!found) {
    // Stopped, and not by another choice: the boxes say again what is shown.
    if (!isBusy()) [$("paths").checked, $("public-only").checked] = [applied.paths, applied.publicOnly];
    return;
  }
  state.iocs.free();
  state.iocs = found;
  applied = wanted;
  await fresh();
  say(`${plural(found.numRows, "indicator")}.`);
};
