// Events that are alike, the rarest first: what happened once is often worth a look.
import { need, options } from "./columns.js";
import { findings } from "./findings.js";
import { hb } from "./state.js";
import { number, percent, plural, show } from "./text.js";

const BY_PROCESSES = "processes";
const BY_MESSAGES = "messages";
const BY_COLUMNS = "columns";
const COMPARED = ["first", "second", "third"];

/** The options of `clusterEvents`, and the log's columns that say most of a cluster. */
function plan({ by, time, message, ...chosen }) {
  const timeColumn = time || undefined;
  if (by === BY_PROCESSES) return { timeColumn, programColumn: chosen.program, commandColumn: chosen.command || undefined };
  if (by === BY_MESSAGES) {
    need(message, "messages");
    return { timeColumn, algorithm: "templates", columns: [message] };
  }
  const columns = [...new Set(COMPARED.map((name) => chosen[name]).filter(Boolean))];
  need(columns[0], "text or numbers to compare by");
  return { timeColumn, columns };
}

findings("clusters", {
  what: "Looking for clusters",
  noun: { one: "cluster", many: "clusters" },
  none: "There is nothing to compare: this log has no rows.",

  choices({ known, fitting, timeOf }) {
    const [program, message, categories] = [known("program")[0], known("message")[0], known("category")];
    const [command] = known("command", [program]);
    const is = (by) => (chosen) => chosen.by === by;
    return [
      {
        name: "by", label: "Compare", value: program && command ? BY_PROCESSES : message ? BY_MESSAGES : BY_COLUMNS,
        options: [...(program ? [[BY_PROCESSES, "processes"]] : []), [BY_MESSAGES, "messages"], [BY_COLUMNS, "columns"]],
      },
      { name: "program", label: "Program", options: options(known("program")), value: program, when: is(BY_PROCESSES) },
      { name: "command", label: "Command line", options: options(known("command"), "none"), value: command, when: is(BY_PROCESSES) },
      { name: "message", label: "Text", options: options(fitting("text")), value: message ?? fitting("text")[0], when: is(BY_MESSAGES) },
      ...COMPARED.map((name, i) => ({
        name, label: i ? "and" : "Columns", options: options([...new Set([...fitting("label"), ...fitting("value")])], i ? "none" : undefined),
        value: categories.slice(0, 2)[i] ?? (i ? "" : fitting("label")[0]), when: is(BY_COLUMNS),
      })),
      { name: "time", label: "Time", options: options(fitting("time"), "none"), value: timeOf(program) },
    ];
  },

  chose({ by, program, command, message, ...chosen }) {
    if (by === BY_PROCESSES) return `Alike are processes of one ${program} and kind of session${command ? `, whose ${command} has about one length and number of delimiters` : ""}.`;
    if (by === BY_MESSAGES) return `Alike are texts in ${message} that differ only in some words.`;
    return `Alike are rows that agree in ${COMPARED.map((name) => chosen[name]).filter(Boolean).join(" and ")}; numbers may differ a little.`;
  },

  async make(log, chosen, { signal, onProgress }) {
    const { by } = chosen;
    const how = plan(chosen);
    const table = await hb.clusterEvents(log, { ...how, signal, onProgress });
    const added = table.columns.slice(log.numColumns).map(({ name }) => name);
    const alone = table.column("ClusterSize").filter((size) => Number(size) === 1).length;
    return {
      table, by, how, alone, rows: log.numRows,
      // What tells clusters apart, and what their members share.
      kinds: { [BY_PROCESSES]: [how.programColumn], [BY_MESSAGES]: [], [BY_COLUMNS]: how.columns }[by],
      shared: by === BY_COLUMNS ? [] : added.filter((name) => name.startsWith("Shared")),
    };
  },

  columns: ({ shared, kinds, how }) => [
    { name: "size", title: "Rows", width: 70, align: "number" },
    ...kinds.map((name, i) => ({ name: `kind${i}`, title: name, width: 130, grow: !shared.length })),
    ...(shared.length ? [{ name: "shared", title: "What they share", width: 300, grow: true }] : []),
    ...(how.timeColumn ? [{ name: "first", title: "First, UTC", width: 172 }, { name: "last", title: "Last, UTC", width: 172 }] : []),
  ],

  cells: (row, made) => ({
    ...Object.fromEntries(made.kinds.map((name, i) => [`kind${i}`, kindOf(row, name, made)])),
    size: number(Number(row.ClusterSize)), shared: row[made.shared[0]] ?? null, first: row.FirstEventTime, last: row.LastEventTime,
  }),

  searched: ({ shared, kinds }) => [...new Set([...shared, ...kinds])],

  summary: ({ table, rows, alone }) => `${plural(table.numRows, "cluster")} of ${plural(rows, "row")}; ${alone ? `${number(alone)} of them ${alone === 1 ? "is a row that is" : "are rows that are"} like no other` : "each has two rows or more"}.`,

  why(row, made) {
    const { by, shared, kinds, how, rows } = made;
    const size = Number(row.ClusterSize);
    const column = how.commandColumn ?? how.programColumn ?? how.columns[0];
    const title = kinds.map((name) => show(kindOf(row, name, made))).join(", ") || show(row[shared[0]]);
    if (size === 1) return { title, text: `Like no other of ${plural(rows, "row")}${by === BY_PROCESSES ? ` in program, kind of session, and length and delimiters of the command line` : ""}.`, column };
    const same = shared.filter((name) => name !== shared[0] || kinds.length).filter((name) => row[name]).map((name) => `${name.slice("Shared".length)} ${row[name]}`);
    return { title, text: `${number(size)} of ${plural(rows, "row")} (${percent(size / rows)}) are alike${same.length ? `; they share ${same.join("; ")}` : ""}.`, column };
  },

  async locate(row, made, log, { signal, onProgress }) {
    if (Number(row.ClusterSize) === 1) return [Number(row.SourceIndex)];
    if (!made.labels) {
      const events = await hb.clusterEvents(log, { ...made.how, labels: true, signal, onProgress });
      made.labels = events.column("ClusterId");
      events.free();
    }
    const wanted = Number(row.ClusterId);
    const rows = [];
    for (let i = 0; i < made.labels.length; i++) if (Number(made.labels[i]) === wanted) rows.push(i);
    return rows;
  },

  free: ({ table }) => table.free(),
});

/** What a cluster's event has in a column; of a program its name. */
const kindOf = (row, name, { by }) => (by === BY_PROCESSES ? baseName(row[name]) : row[name]);
const baseName = (path) => String(path ?? "no program").split(/[\\/]/).pop() || String(path);
