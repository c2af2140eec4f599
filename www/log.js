// The log: its rows, filtered and sorted, and one row as a whole.
import { copies, dialog } from "./dialog.js";
import { grid, widthOf } from "./grid.js";
import { $, isBusy, say, state, work } from "./state.js";
import { inSlices, keys, matching, ordered } from "./slices.js";
import { element, number, plural, show, visible, visibleLines } from "./text.js";

// The column of row numbers; no log can have one of this name.
const NUMBER = "\0row";

let index; // the rows that are shown, in their order; undefined for all in the file's order
let only; // the rows that are shown at most, and what they are: `{ rows, what }`
let sort = {};
let columns = [];

const rows = grid($("row-grid"), { label: "Rows of the log", onSort: sortBy, onOpen: openRow, mark: markOf });

const total = () => state.table.numRows;
const count = () => (index ? index.length : total());
/** The row of the table at a place of the grid, and back. */
const rowAt = (place) => (index ? index[place] : place);
const placeOf = (row) => (index ? index.indexOf(row) : row);

/** Shows the table of a file that was just opened. */
export function showLog() {
  [index, only, sort] = [undefined, undefined, {}];
  $("row-filter").value = "";
  rows.reset();
  columns = [
    { name: NUMBER, title: "#", align: "number", link: true, width: widthOf({ name: NUMBER }, number(total()).length) },
    ...describeColumns(),
  ];
  draw();
}

/** How each column looks; its width is that of a few dozen cells from all over the table. */
function describeColumns() {
  const starts = [0, 0.33, 0.66, 1].map((part) => Math.max(0, Math.floor((total() - 16) * part)));
  const sample = starts.flatMap((start) => state.table.rows(start, start + 16));
  return state.table.columns.map(({ name, type }) => {
    const note = type === "timestamp" ? "time, UTC" : type;
    const align = /int|float|decimal/.test(type) ? "number" : "";
    const lengths = sample.map((row) => (row[name] === null ? 1 : show(row[name]).length));
    return { name, note, align, width: widthOf({ name, note }, Math.max(1, ...lengths)) };
  });
}

function draw(at = 0) {
  rows.show({ columns, count: count(), rows: read, sorted: sort }, at);
  $("row-count").textContent = `${count() < total() ? `${number(count())} of ` : ""}${plural(total(), "row")}${only ? ` · ${only.what}` : ""}`;
  $("row-empty").hidden = count() > 0;
  $("row-empty").replaceChildren(element("p", { textContent: total() ? `No row has “${$("row-filter").value}”.` : "This log has no rows." }));
  showClear();
}

/** Rows for the grid, with the columns of these names alone: a log may have thousands. */
function read(start, end, names) {
  const seen = state.table.select(names.filter((name) => name !== NUMBER));
  const found = index
    ? index.slice(start, end).map((at) => ({ ...seen.row(at), [NUMBER]: at + 1 }))
    : seen.rows(start, end).map((row, i) => ({ ...row, [NUMBER]: start + i + 1 }));
  seen.free();
  return found;
}

/** Offers to undo filters and orders wherever there are any. */
export function showClear() {
  $("clear").hidden = !($("row-filter").value || only || sort.name);
}

/** Filters and sorts anew; what was shown stays until the answer is there. */
async function arrange() {
  const { table } = state;
  const text = $("row-filter").value;
  const made = await work(text ? `Searching ${plural(total(), "row")}` : "Sorting", async ({ signal, onProgress, phase }) => {
    const control = { signal, onProgress };
    let found = text ? await inSlices(matching(table, text, only?.rows), control) : only?.rows.slice();
    if (!sort.name) return { found };
    phase("Sorting");
    found ??= Array.from({ length: table.numRows }, (_, i) => i);
    if (sort.name === NUMBER) return { found: sort.descending ? found.reverse() : found };
    const values = await inSlices(keys(table, sort.name), control);
    return { found: await inSlices(ordered(found, values, sort.descending), control) };
  });
  if (!made || table !== state.table) return false;
  index = made.found;
  draw();
  say(index ? `${plural(count(), "row")} shown.` : "All rows shown.");
  return true;
}

/** A first click sorts up, a second down, a third not at all. */
export function nextSort(sort, name) {
  if (sort.name !== name) return { name, descending: false };
  return sort.descending ? {} : { name, descending: true };
}

/** Shows these rows alone, which are `what`. */
export async function narrow(rows, what) {
  const [before, text] = [only, $("row-filter").value];
  only = { rows, what };
  $("row-filter").value = "";
  if ((await arrange()) || isBusy()) return;
  only = before;
  $("row-filter").value = text;
}

async function sortBy(name) {
  const before = sort;
  sort = nextSort(sort, name);
  if (!(await arrange()) && !isBusy()) sort = before;
}

/**
 * Shows where something stands: `SourceIndex` is its row, `SourceColumn` the column,
 * and `Raw`, at best from `Start` to `End` of that cell, is marked.
 */
export async function reveal(pick) {
  forgetPick();
  state.pick = pick;
  if (placeOf(pick.SourceIndex) < 0) {
    $("row-filter").value = "";
    only = undefined;
    if (!(await arrange())) return;
  }
  rows.go(placeOf(pick.SourceIndex), Math.max(0, rows.column(pick.SourceColumn)), { away: true });
  // On a narrow screen the log is below.
  if ($("log").getBoundingClientRect().top > innerHeight - 200) $("log").scrollIntoView({ block: "start" });
}

export function forgetPick() {
  state.pick = undefined;
  $("places").hidden = true;
}

/** Where what was picked stands in a cell. */
function markOf(row, name, text) {
  const { pick } = state;
  if (!pick?.Raw || pick.SourceColumn !== name || pick.SourceIndex !== row[NUMBER] - 1) return undefined;
  if (text.slice(pick.Start, pick.End) === pick.Raw) return [pick.Start, pick.End];
  const at = text.indexOf(pick.Raw); // offsets in a list are those of its item
  return at < 0 ? undefined : [at, at + pick.Raw.length];
}

// ---- one row as a whole ------------------------------------------------------

let opened = 0; // its place in the grid

function openRow(place) {
  opened = place;
  const row = { ...state.table.row(rowAt(place)), [NUMBER]: rowAt(place) + 1 };
  const given = columns.slice(1).filter(({ name }) => row[name] !== null);
  const absent = columns.slice(1).filter(({ name }) => row[name] === null);
  $("row-title").textContent = `Row ${number(row[NUMBER])}`;
  const fields = given.map(({ name, note }) => {
    const text = show(row[name]);
    const range = markOf(row, name, text) ?? [0, 0];
    const parts = [text.slice(0, range[0]), text.slice(...range), text.slice(range[1])].map(visibleLines);
    return element("tr", {},
      element("th", { scope: "row" }, visible(name), element("small", { textContent: note })),
      element("td", {}, parts[0], ...(parts[1] ? [element("mark", { textContent: parts[1] })] : []), parts[2]));
  });
  $("row-fields").replaceChildren(element("table", {}, element("tbody", {}, ...fields)));
  if (absent.length) $("row-fields").append(element("p", { className: "quiet", textContent: `Without a value: ${absent.map(({ name }) => visible(name)).join(", ")}` }));
  $("row-fields").scrollTop = 0;
  $("row-previous").disabled = place === 0;
  $("row-next").disabled = place === count() - 1;
  if (!$("row").open) $("row").showModal();
  $("row-fields").querySelector("mark")?.scrollIntoView({ block: "center" });
}

function turn(step) {
  rows.go(opened + step);
  openRow(opened + step);
}

$("row-previous").onclick = () => turn(-1);
$("row-next").onclick = () => turn(1);
dialog($("row"), $("row-close"), () => $("row-grid").focus());
copies($("row-copy"), () => {
  const at = rowAt(opened);
  const row = state.table.slice(at, at + 1);
  const json = row.toJson();
  row.free();
  return json.trim().replace(/^\[|\]$/g, "");
});

// ---- the filter ----------------------------------------------------------------

let typing;
$("row-filter").oninput = () => {
  clearTimeout(typing);
  typing = setTimeout(() => state.table && arrange(), 200);
};
$("clear").onclick = () => {
  $("row-filter").value = "";
  [only, sort] = [undefined, {}];
  arrange();
  $("row-filter").focus();
};
