// What is encoded in the log, decoded: parts within parts, as a tree.
import { copies, dialog } from "./dialog.js";
import { CSV, exportMenu, JSON_ROWS, rowsOf } from "./exports.js";
import { reveal } from "./log.js";
import { outline } from "./outline.js";
import { inSlices, matching } from "./slices.js";
import { $, hb, say, state, work, wordsOf } from "./state.js";
import { lazyTab } from "./tabs.js";
import { element, number, plural, show, size, visible, visibleLines } from "./text.js";
import { byType, titleOf } from "./types.js";

const COLUMNS = [
  { name: "part", title: "Row · part", width: 122, link: true },
  { name: "kind", title: "What", width: 96 },
  { name: "text", title: "Text", width: 330, grow: true, badge: ({ error }) => error && element("span", { className: "badge high", textContent: "not whole", title: error }) },
  { name: "size", title: "Size", width: 76, align: "number" },
  { name: "method", title: "Encoded as", width: 110 },
  { name: "column", title: "Column", width: 132 },
];
const SHOWN = ["reference", "depth", "src_index", "src_column", "method", "file_name", "file_type", "encoding_type", "decoded_string", "printable_bytes", "size", "error"];
const SEARCHED = ["src_column", "method", "file_name", "file_type", "encoding_type", "decoded_string", "error"];
// More of a text would make the dialog slow; Copy gives all of it.
const MOST_CHARACTERS = 200_000;

const parts = outline($("decoded-grid"), { label: "Decoded parts", folder: $("decoded-fold"), onPick: pick, onOpen: openPart });

let items; // the table of `unpackBase64`, whose rows are in the order of the tree
let found; // rows that the filter leaves; undefined for all
let opened; // the item in the dialog

lazyTab("decoded", {
  what: "Decoding",
  make: (table, control) => hb.unpackBase64(table, { signal: control.signal, onProgress: control.onProgress }),
  show(table) {
    [items, found] = [table, undefined];
    $("decoded-filter").value = "";
    parts.show({ columns: COLUMNS, depths: items.column("depth"), read });
    say(`${plural(items.numRows, "part")} decoded.`);
    return items.numRows;
  },
  none: "Nothing in this log is encoded: no base64, hex, escapes or archives in its text.",
  free(table) {
    parts.clear();
    table.free();
    items = undefined;
  },
});

function read(nodes) {
  const seen = items.select(SHOWN);
  const rows = nodes.map((node) => {
    const item = seen.row(node);
    return {
      part: item.depth > 1 ? item.reference : `${number(item.src_index + 1)} · ${item.reference}`,
      kind: kindOf(item),
      text: item.decoded_string ?? item.printable_bytes ?? item.error,
      size: item.size === null ? null : size(item.size),
      method: item.method,
      column: item.src_column,
      error: item.error,
    };
  });
  seen.free();
  return rows;
}

const kindOf = ({ file_name, file_type, encoding_type }) => [file_name, file_type ?? encoding_type].filter(Boolean).join(" · ") || "not opened";
const titleFor = (item) => `Row ${number(item.src_index + 1)}, part ${item.reference}`;

/** Shows where a part, or what it is in, stands in the log. */
function pick(node) {
  const item = items.row(node);
  const root = items.row(parts.rootOf(node));
  reveal({ SourceIndex: root.src_index, SourceColumn: root.src_column, Start: root.start, End: root.end, Raw: root.original_string });
  say(`${titleFor(item)}, column ${item.src_column}: ${kindOf(item)}, ${item.size === null ? "no size" : size(item.size)}.`);
}

// ---- one part as a whole -----------------------------------------------------

let search; // of indicators in it

function openPart(node) {
  opened = items.row(node);
  $("part-title").textContent = titleFor(opened);
  const facts = [
    ["What", kindOf(opened)], ["Read as", opened.encoding_type], ["Encoded as", opened.method], ["Size", opened.size === null ? null : plural(opened.size, "byte")], ["In column", opened.src_column],
    ["Error", opened.error], ["MD5", opened.md5], ["SHA-1", opened.sha1], ["SHA-256", opened.sha256],
  ].filter(([, value]) => value !== null);
  const rows = facts.map(([name, value]) => element("tr", {}, element("th", { scope: "row", textContent: name }), element("td", { textContent: visible(show(value)) })));
  $("part-facts").replaceChildren(...rows);
  const text = textOf(opened);
  const left = text.length - MOST_CHARACTERS;
  $("part-text").textContent = visibleLines(text.slice(0, MOST_CHARACTERS)) || "(nothing)";
  $("part-rest").textContent = left > 0 ? `… and ${plural(left, "more character")}; Copy gives all of it.` : "";
  $("part-iocs").hidden = opened.decoded_string === null;
  $("part-iocs").disabled = false;
  $("part-found").replaceChildren();
  $("part").showModal();
  $("part-body").scrollTop = 0;
}

const textOf = (item) => item.decoded_string ?? item.printable_bytes ?? "";

dialog($("part"), $("part-close"), () => {
  search?.abort();
  $("decoded-grid").focus();
});
copies($("part-copy"), () => textOf(opened));

$("part-iocs").onclick = async () => {
  const mine = (search = new AbortController());
  const say = (text) => $("part-found").replaceChildren(element("p", { textContent: text }));
  $("part-iocs").disabled = true;
  say("Looking for indicators…");
  try {
    const iocs = await hb.extractIocs(opened.decoded_string, { paths: true, unique: true, signal: mine.signal });
    const rows = iocs.rows();
    iocs.free();
    if (mine.signal.aborted) return;
    if (rows.length) listIocs(rows);
    else say("No indicators in it.");
  } catch (error) {
    if (!mine.signal.aborted) say(wordsOf(error));
  }
};

function listIocs(rows) {
  const groups = [...byType(rows, ({ IoCType }) => IoCType)].filter(([, of]) => of.length);
  const lines = groups.map(([type, of]) => element("tr", {},
    element("th", { scope: "row", textContent: titleOf(type) }),
    element("td", {}, ...of.map(({ Observable }) => element("div", { textContent: visible(Observable) })))));
  $("part-found").replaceChildren(element("p", { textContent: `${plural(rows.length, "indicator")} in it` }), element("table", {}, element("tbody", {}, ...lines)));
}

// ---- filter and exports -----------------------------------------------

let typing;
$("decoded-filter").oninput = () => {
  clearTimeout(typing);
  typing = setTimeout(() => items && filter(), 150);
};

async function filter() {
  const [table, text] = [items, $("decoded-filter").value];
  if (!text) found = undefined;
  else {
    const seen = table.select(SEARCHED);
    const rows = await work("Searching", (control) => inSlices(matching(seen, text), control));
    seen.free();
    if (!rows || table !== items) return;
    found = rows;
  }
  parts.filter(found);
  say(found ? `${plural(found.length, "part")} found.` : "All parts shown.");
}

exportMenu("decoded-export", { one: "decoded part", many: "decoded parts" }, [CSV, JSON_ROWS], () => rowsOf(items, found));
