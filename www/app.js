// The demo: a log in, its table and its indicators out.
import * as hb from "./pkg/index.js";
import { element, grid, show } from "./grid.js";
import { toStix } from "./stix.js";

const $ = (id) => document.getElementById(id);
const state = { table: null, shown: null, iocs: null, shownIocs: null, types: new Set(), sort: {}, iocSort: { name: "Count", descending: true }, pick: null, job: null };

const logGrid = grid($("row-grid"), { label: "Rows of the log", onSort: sortRows, mark: markOf });
const iocGrid = grid($("ioc-grid"), { label: "Indicators", onSort: sortIocs, onPick: showSource });

// ---- opening -----------------------------------------------------------------

/** Runs one piece of long work: progress, cancel and errors are shown. */
async function work(what, run) {
  state.job?.abort();
  const job = (state.job = new AbortController());
  $("error").hidden = true;
  $("work").hidden = false;
  $("progress").removeAttribute("value");
  $("status").textContent = `${what}…`;
  try {
    return await run({ signal: job.signal, onProgress: (fraction) => ($("progress").value = fraction) });
  } catch (error) {
    if (state.job !== job) return undefined;
    $("status").textContent = error.code === "cancelled" ? "Cancelled; nothing changed." : "";
    if (error.code !== "cancelled") fail(error);
    return undefined;
  } finally {
    if (state.job === job) $("work").hidden = true;
  }
}

function fail(error) {
  $("error").replaceChildren(element("code", { textContent: error.code ?? "" }), error.message);
  $("error").hidden = false;
}

async function open(source, name) {
  const started = performance.now();
  const read = await work(`Reading ${name}`, async (control) => {
    const table = await hb.read(source, { ...control, onBadRow: "skip" });
    $("status").textContent = `Looking for indicators in ${table.numRows.toLocaleString("en")} rows…`;
    return { table, iocs: await hb.extractIocs(table, { ...iocOptions(), ...control }) };
  });
  if (!read) return;
  state.table?.free();
  state.iocs?.free();
  Object.assign(state, read, { sort: {}, pick: null, types: new Set() });
  state.index = undefined;
  $("row-filter").value = $("ioc-filter").value = "";
  document.querySelector("main").hidden = false;
  $("name").textContent = name;
  showReport();
  filterRows();
  filterIocs();
  const seconds = (performance.now() - started) / 1000;
  $("status").textContent = `${name}: ${state.table.numRows.toLocaleString("en")} rows, ${state.iocs.numRows.toLocaleString("en")} indicators in ${seconds.toFixed(2)} s.`;
}

const iocOptions = () => ({ paths: $("paths").checked, publicOnly: $("public-only").checked, unique: true });

async function extractAgain() {
  if (!state.table) return;
  const iocs = await work("Looking for indicators", (control) => hb.extractIocs(state.table, { ...iocOptions(), ...control }));
  if (!iocs) return;
  state.iocs.free();
  state.iocs = iocs;
  filterIocs();
  $("status").textContent = `${iocs.numRows.toLocaleString("en")} indicators.`;
}

function showReport() {
  const { format, encoding, skippedRows = 0, badRows = [], notes = [] } = state.table.report ?? {};
  $("facts").textContent = [format, encoding, `${state.table.numRows.toLocaleString("en")} rows × ${state.table.numColumns} columns`].filter(Boolean).join(" · ");
  const lines = [...badRows.map((row) => `row ${row.row}${row.line ? ` (line ${row.line})` : ""}: ${row.problem}: ${row.text}`), ...notes];
  $("report").hidden = !lines.length;
  $("report").querySelector("summary").textContent = skippedRows ? `${skippedRows.toLocaleString("en")} rows were left out` : `${notes.length} notes on how it was read`;
  $("report").querySelector("ul").replaceChildren(...lines.map((textContent) => element("li", { textContent })));
}

// ---- the log -----------------------------------------------------------------

/** The rows that are shown, as numbers of rows in the log; sorted and filtered. */
function filterRows() {
  const text = $("row-filter").value.toLowerCase();
  const numbers = { name: "#", number: true, width: 72 };
  const columns = state.table.columns.map(({ name, type }) => ({ name, number: /int|float/.test(type), width: width(name, type) }));
  let index;
  if (text) {
    index = [];
    let i = 0;
    for (const row of state.table) {
      if (Object.values(row).some((value) => value !== null && show(value).toLowerCase().includes(text))) index.push(i);
      i++;
    }
  }
  if (state.sort.name) index = sortedIndex(index);
  state.index = index;
  const count = index ? index.length : state.table.numRows;
  $("row-count").textContent = `${count.toLocaleString("en")} of ${state.table.numRows.toLocaleString("en")}`;
  const one = (at) => ({ ...state.table.row(at), "#": at + 1 });
  const rows = (start, end) => index
    ? index.slice(start, end).map(one)
    : state.table.rows(start, end).map((row, i) => ({ ...row, "#": start + i + 1 }));
  logGrid.show({ columns: [numbers, ...columns], count, rows, sorted: state.sort });
}

function sortedIndex(index) {
  const { name, descending } = state.sort;
  if (name === "#") {
    const all = index ?? Array.from({ length: state.table.numRows }, (_, i) => i);
    return descending ? all.reverse() : all;
  }
  const values = Array.from(state.table.column(name));
  const order = index ?? values.map((_, i) => i);
  const sign = descending ? -1 : 1;
  return order.sort((a, b) => {
    const [x, y] = [values[a], values[b]];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return x < y ? -sign : x > y ? sign : a - b;
  });
}

/** A first click sorts up, a second down, a third not at all. */
function nextSort(sort, name) {
  if (sort.name !== name) return { name, descending: false };
  return sort.descending ? {} : { name, descending: true };
}

function sortRows(name) {
  state.sort = nextSort(state.sort, name);
  filterRows();
}

const width = (name, type) => Math.max(9 * name.length + 30, { text: 260, bool: 70 }[type] ?? (/timestamp/.test(type) ? 210 : 110));

function markOf(row, name) {
  const { pick } = state;
  return pick && pick.SourceColumn === name && pick.SourceIndex === row["#"] - 1 ? [pick.Start, pick.End] : undefined;
}

// ---- the indicators ------------------------------------------------------------

function filterIocs() {
  const counts = new Map();
  for (const type of state.iocs.column("IoCType")) counts.set(type, (counts.get(type) ?? 0) + 1);
  $("types").replaceChildren(...[...counts].sort((a, b) => b[1] - a[1]).map(([type, count]) => {
    const button = element("button", { type: "button", textContent: `${type} ${count.toLocaleString("en")}` });
    button.setAttribute("aria-pressed", state.types.has(type));
    button.onclick = () => {
      state.types.delete(type) || state.types.add(type);
      filterIocs();
      [...$("types").children].find((other) => other.textContent === button.textContent)?.focus();
    };
    return button;
  }));
  const parts = [];
  if (state.types.size) parts.push({ column: "IoCType", in: [...state.types] });
  const text = $("ioc-filter").value;
  if (text) parts.push({ column: "Observable", contains: text, ignoreCase: true });
  let shown = parts.length ? state.iocs.filter({ and: parts }) : state.iocs.slice(0, state.iocs.numRows);
  if (state.iocSort.name) shown = shown.sort({ column: state.iocSort.name, descending: state.iocSort.descending });
  state.shownIocs = shown;
  $("ioc-count").textContent = shown.numRows === state.iocs.numRows ? shown.numRows.toLocaleString("en") : `${shown.numRows.toLocaleString("en")} of ${state.iocs.numRows.toLocaleString("en")}`;
  const columns = [{ name: "IoCType", width: 104 }, { name: "Observable", width: 280 }, { name: "Count", width: 70, number: true }, { name: "SourceColumn", width: 150 }];
  iocGrid.show({ columns, count: shown.numRows, rows: (start, end) => shown.rows(start, end), sorted: state.iocSort });
}

function sortIocs(name) {
  state.iocSort = nextSort(state.iocSort, name);
  filterIocs();
}

function showSource(_, ioc) {
  state.pick = ioc;
  let at = state.index ? state.index.indexOf(ioc.SourceIndex) : ioc.SourceIndex;
  if (at < 0) {
    $("row-filter").value = "";
    filterRows();
    at = state.index ? state.index.indexOf(ioc.SourceIndex) : ioc.SourceIndex;
  }
  logGrid.go(at);
  logGrid.reveal(ioc.SourceColumn);
  $("status").textContent = `${ioc.Observable} stands in row ${(ioc.SourceIndex + 1).toLocaleString("en")}, column ${ioc.SourceColumn}.`;
}

const EXPORTS = {
  CSV: ["indicators.csv", "text/csv", (table) => table.toCsv()],
  JSON: ["indicators.json", "application/json", (table) => table.toJson()],
  Arrow: ["indicators.arrow", "application/vnd.apache.arrow.stream", (table) => table.toArrow()],
  "STIX 2.1": ["indicators.stix.json", "application/stix+json;version=2.1", (table) => toStix(table.rows())],
};

async function download(kind) {
  const [name, type, make] = EXPORTS[kind];
  try {
    const href = URL.createObjectURL(new Blob([await make(state.shownIocs)], { type }));
    element("a", { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
    $("status").textContent = `${state.shownIocs.numRows.toLocaleString("en")} indicators saved as ${name}.`;
  } catch (error) {
    fail(error);
  }
}

// ---- the page --------------------------------------------------------------------

/** Calls `run` once the user stops typing. */
function settled(run) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => state.table && run(), 150);
  };
}

$("file").onchange = ({ target }) => target.files[0] && open(target.files[0], target.files[0].name);
$("sample").onchange = ({ target }) => target.value && open(new URL(`samples/${target.value}`, document.baseURI), target.value);
$("cancel").onclick = () => state.job?.abort();
$("row-filter").oninput = settled(filterRows);
$("ioc-filter").oninput = settled(filterIocs);
$("paths").onchange = $("public-only").onchange = extractAgain;
$("export").onchange = ({ target }) => {
  if (target.value && state.shownIocs) download(target.value);
  target.value = "";
};
$("reset").onclick = () => {
  $("ioc-filter").value = "";
  state.types.clear();
  state.iocSort = { name: "Count", descending: true };
  if (state.iocs) filterIocs();
};
document.ondragover = (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
};
document.ondragleave = (event) => event.relatedTarget ?? document.body.classList.remove("dropping");
document.ondrop = (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  const file = event.dataTransfer.files[0];
  if (file) open(file, file.name);
};

const dark = matchMedia("(prefers-color-scheme: dark)");
const setTheme = (theme) => (document.documentElement.dataset.theme = theme);
setTheme(localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light"));
$("theme").onclick = () => {
  setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark");
  localStorage.setItem("theme", document.documentElement.dataset.theme);
};

const answer = await fetch("samples/index.json").catch(() => undefined);
if (answer?.ok) {
  const samples = await answer.json();
  $("sample").append(element("option", { value: "", textContent: "choose…" }), ...samples.map(({ name, title, about }) => element("option", { value: name, textContent: title, title: about })));
  const first = samples.find(({ name }) => name.startsWith("process")) ?? samples[0];
  $("sample").value = first.name;
  await open(new URL(`samples/${first.name}`, document.baseURI), first.name);
} else {
  $("status").textContent = "There are no samples here; choose a file.";
}
