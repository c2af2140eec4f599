// The processes that the log tells of: who started what, and which command lines are risky.
import { CSV, exportMenu, JSON_ROWS, rowsOf } from "./exports.js";
import { forgetPick, reveal } from "./log.js";
import { outline } from "./outline.js";
import { inSlices, matching } from "./slices.js";
import { $, hb, say, work } from "./state.js";
import { lazyTab } from "./tabs.js";
import { element, number, plural } from "./text.js";

const COLUMNS = [
  { name: "name", title: "Process", width: 216 },
  { name: "command", title: "Command line", width: 330, grow: true, badge },
  { name: "pid", title: "Id", width: 74, align: "number" },
  { name: "user", title: "User", width: 110 },
  { name: "time", title: "Time, UTC", width: 172 },
  { name: "host", title: "Machine", width: 190 },
];
const SEVERITIES = ["low", "medium", "high", "critical"];

const lines = outline($("process-grid"), { label: "Processes", folder: $("process-fold"), onPick: pick, onOpen: pick });

let tree; // the table of `buildProcessTree` in the order of the tree
let fields = {}; // the log's column for each of COLUMNS that it has
let risks = new Map(); // row of the log → what rules say of its command line, the worst first
let risky = []; // rows of `tree` with a risk
let found; // rows that the filters leave; undefined for all

lazyTab("processes", {
  what: "Building the process tree",
  async make(table, { signal, onProgress, phase }) {
    const built = await hb.buildProcessTree(table, { signal, onProgress });
    const sorted = built.sort("TreeOrder");
    built.free();
    try {
      const schema = await hb.getProcessSchema(sorted, { signal });
      phase("Looking for risky command lines");
      return { sorted, schema, hits: await riskyRows(table, { signal, onProgress }) };
    } catch (error) {
      sorted.free();
      throw error;
    }
  },
  show({ sorted, schema, hits }) {
    [tree, found] = [sorted, undefined];
    fields = fieldsOf(schema);
    risks = byRow(hits);
    risky = Array.from(tree.column("SourceIndex"), Number).flatMap((source, row) => (risks.has(source) ? [row] : []));
    $("process-filter").value = "";
    $("risky-only").checked = false;
    $("risky-only").disabled = !risky.length;
    $("risky-count").textContent = number(risky.length);
    $("process-about").hidden = true;
    lines.show({ columns: COLUMNS.filter(({ name }) => fields[name]), depths: tree.column("Depth"), read });
    say(`${plural(tree.numRows, "process", "processes")}, ${number(risky.length)} with a risky command line.`);
    return tree.numRows;
  },
  none: "This log tells of no started processes.",
  free({ sorted }) {
    lines.clear();
    sorted.free();
    tree = undefined;
  },
});

function fieldsOf({ processName, processId, cmdLine, userName, userId, timeStamp, hostNameColumn }) {
  const all = { name: processName ?? processId, command: cmdLine, pid: processId, user: userName ?? userId, userId, time: timeStamp, host: hostNameColumn };
  return Object.fromEntries(Object.entries(all).filter(([, column]) => column));
}

/** The log's columns that lines are made of. */
const used = () => [...new Set(Object.values(fields))];

/** What rules say of command lines; nothing where the log has none. */
async function riskyRows(table, control) {
  try {
    const all = await hb.riskyCommandLines(table, control);
    const hits = all.select(["SourceIndex", "RuleName", "Techniques", "Severity", "Why", "Match", "Decoded"]);
    const rows = hits.rows();
    all.free();
    hits.free();
    return rows;
  } catch (error) {
    if (error.code === "invalidArgument") return [];
    throw error;
  }
}

function byRow(hits) {
  const made = new Map();
  for (const hit of hits) made.set(hit.SourceIndex, [...(made.get(hit.SourceIndex) ?? []), hit]);
  for (const of of made.values()) of.sort((a, b) => SEVERITIES.indexOf(b.Severity) - SEVERITIES.indexOf(a.Severity));
  return made;
}

function read(nodes) {
  const seen = tree.select([...used(), "SourceIndex", "Inferred"]);
  const rows = nodes.map((node) => {
    const row = seen.row(node);
    const line = Object.fromEntries(Object.entries(fields).map(([field, name]) => [field, row[name]]));
    line.name = baseName(line.name);
    line.user ??= line.userId ?? null;
    line.risks = risks.get(row.SourceIndex);
    if (row.Inferred) Object.assign(line, { faint: true, command: "not in this log; known from its children" });
    return line;
  });
  seen.free();
  return rows;
}

const baseName = (path) => (path === null || path === undefined ? "unknown" : String(path).split(/[\\/]/).pop() || String(path));

function badge({ risks }) {
  if (!risks) return undefined;
  const [{ RuleName, Techniques, Severity }] = risks;
  const more = risks.length > 1 ? ` +${risks.length - 1}` : "";
  return element("span", { className: `badge ${Severity}`, textContent: `${Techniques.split(",")[0]} ${RuleName}${more}` });
}

/** Shows a process in the log, and what rules say of it. */
function pick(node) {
  const row = tree.row(node);
  const [name, id] = [baseName(row[fields.name]), row[fields.pid]];
  const of = risks.get(row.SourceIndex) ?? [];
  about(of);
  if (row.Inferred) {
    forgetPick();
    return say(`${name} (${id}) is not in this log; it is known from its children.`);
  }
  const inLine = of.find(({ Decoded }) => Decoded === null);
  reveal({ SourceIndex: row.SourceIndex, SourceColumn: fields.command ?? fields.name, Raw: inLine?.Match });
  say(`${name} (${id}) in row ${number(row.SourceIndex + 1)}${of.map(({ RuleName, Techniques }) => `; ${RuleName} (${Techniques})`).join("")}.`);
}

function about(of) {
  $("process-about").hidden = !of.length;
  $("process-about").replaceChildren(...of.map(({ RuleName, Techniques, Severity, Why, Decoded }) => element("li", {},
    element("span", { className: `badge ${Severity}`, textContent: Severity }), " ", element("b", { textContent: RuleName }), ` ${Techniques}. ${Why ?? ""}${Decoded === null ? "" : " Seen in what is encoded."}`)));
}

// ---- filters and exports ------------------------------------------------

let typing;
$("process-filter").oninput = () => {
  clearTimeout(typing);
  typing = setTimeout(() => tree && filter(), 150);
};
$("risky-only").onchange = filter;

async function filter() {
  const [table, text] = [tree, $("process-filter").value];
  let rows = $("risky-only").checked ? risky : undefined;
  if (text) {
    const seen = table.select(used());
    const matches = await work("Searching", (control) => inSlices(matching(seen, text), control));
    seen.free();
    if (!matches || table !== tree) return;
    const wanted = new Set(rows);
    rows = rows ? matches.filter((row) => wanted.has(row)) : matches;
  }
  found = rows;
  lines.filter(found);
  say(found ? `${plural(found.length, "process", "processes")} found; those above them are pale.` : "All processes shown.");
}

exportMenu("process-export", { one: "process", many: "processes" }, [CSV, JSON_ROWS], () => rowsOf(tree, found));
