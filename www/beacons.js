// Who asks whom again and again at even intervals, as implants ask their masters.
import { need, options } from "./columns.js";
import { findings } from "./findings.js";
import { inSlices, where } from "./slices.js";
import { hb } from "./state.js";
import { duration, number, percent, plural, show } from "./text.js";

// So likely may it be that chance alone makes one of all pairs look even.
const CHANCE = 0.05;
const SHOWN = { beacons: ["polling"], rhythms: ["polling", "rhythm"], all: ["polling", "rhythm", "none", "too few events"] };
const VERDICTS = { polling: "even", rhythm: "rhythm", none: "uneven", "too few events": "too few" };

const pairOf = ({ client, target }) => [...new Set([client, target].filter(Boolean))];

findings("beacons", {
  what: "Looking for beacons",
  noun: { one: "beacon", many: "beacons" },
  none: "Nobody asks at even intervals. Choose other columns, or show all pairs.",

  choices({ known, fitting, timeOf }) {
    const labels = fitting("label");
    const [client] = [...known("client"), ...known("user")];
    const target = known("target", [client]).find((name) => name !== client);
    return [
      { name: "client", label: "Who", options: options(labels, "everyone"), value: client },
      { name: "target", label: "asks whom", options: options(labels, "anyone"), value: target },
      { name: "time", label: "Time", options: options(fitting("time")), value: timeOf(client, target) },
      { name: "shown", label: "Show", options: [["beacons", "beacons"], ["rhythms", "daily rhythms too"], ["all", "all pairs"]], value: "beacons" },
    ];
  },

  chose: (chosen) => `Is each ${pairOf(chosen).join(" with each ") || "log"} seen at even intervals of ${chosen.time || "…"}?`,

  async make(log, chosen, { signal, onProgress }) {
    need(chosen.time, "times");
    const groupBy = pairOf(chosen);
    const pairs = await hb.detectPolling(log, { timeColumn: chosen.time, groupBy, signal, onProgress });
    const tested = pairs.filter({ column: "PValue", isNull: false });
    const few = pairs.filter({ column: "Verdict", in: SHOWN[chosen.shown] });
    const table = few.sort("Log10PValue");
    const made = { table, groupBy, time: chosen.time, pairs: pairs.numRows, tested: tested.numRows };
    for (const each of [pairs, tested, few]) each.free();
    return made;
  },

  columns: ({ groupBy }) => [
    ...groupBy.map((name, i) => ({ name: `pair${i}`, title: name, width: i ? 220 : 130, grow: i === groupBy.length - 1 })),
    { name: "every", title: "Every", width: 96, align: "number" },
    { name: "jitter", title: "±", width: 74, align: "number" },
    { name: "score", title: "Evenness", width: 86, align: "number" },
    { name: "count", title: "Rows", width: 76, align: "number" },
    { name: "p", title: "Chance", width: 90, align: "number" },
    { name: "verdict", title: "Verdict", width: 120 },
    { name: "first", title: "First, UTC", width: 172 },
    { name: "last", title: "Last, UTC", width: 172 },
  ],

  cells: (row, made) => ({
    ...Object.fromEntries(made.groupBy.map((name, i) => [`pair${i}`, row[name]])),
    every: row.PeriodSeconds === null ? null : duration(row.PeriodSeconds), jitter: row.JitterSeconds === null ? null : duration(row.JitterSeconds),
    score: row.IntervalScore === null ? null : percent(row.IntervalScore), count: number(row.EventCount), p: chance(row), first: row.StartTime, last: row.EndTime,
    verdict: mayBeChance(row, made) ? "may be chance" : VERDICTS[row.Verdict],
  }),

  searched: ({ groupBy }) => (groupBy.length ? [...groupBy, "Verdict"] : ["Verdict"]),

  summary({ table, groupBy, pairs, tested, ...made }) {
    const rows = table.filter({ column: "Verdict", eq: "polling" });
    const sure = rows.filter((row) => !mayBeChance(row, { tested, ...made }));
    const [all, even, first] = [rows.numRows, sure.numRows, sure.numRows ? sure.row(0) : undefined];
    rows.free();
    sure.free();
    const of = `of ${plural(pairs, groupBy.length > 1 ? "pair" : "group")} (${number(tested)} tested)`;
    const more = all > even ? `; ${number(all - even)} more may be chance` : "";
    return `${plural(even, "beacon")} ${of}${more}${first ? `. The surest: ${nameOf(first, groupBy)}, every ${duration(first.PeriodSeconds)}` : ""}.`;
  },

  why(row, made) {
    const title = nameOf(row, made.groupBy);
    const column = made.groupBy.at(-1) ?? made.time;
    const seen = `${plural(row.EventCount, "row")} in ${duration((row.EndTime - row.StartTime) / 1000)}`;
    if (row.Verdict === "too few events") return { title, text: `${seen} are too few to say.`, column };
    const odds = `Chance alone gives such evenness with p = ${chance(row)}`;
    if (row.Verdict === "rhythm") return { title, text: `${seen} come and go every ${duration(row.PeriodSeconds)}, many in each period, as work does by day. ${odds}.`, column };
    if (row.Verdict === "none") return { title, text: `${seen} come at no even intervals. ${odds}.`, column };
    const jitter = row.JitterSeconds === null ? "" : `, give or take ${duration(row.JitterSeconds)} (${percent(row.JitterSeconds / row.PeriodSeconds)})`;
    const doubt = mayBeChance(row, made) ? `; as ${number(made.tested)} pairs were tested, this one may be chance` : "";
    const even = row.IntervalScore === null ? "" : `, intervals are ${percent(row.IntervalScore)} even`;
    return { title, text: `Every ${duration(row.PeriodSeconds)}${jitter}: ${seen}${even}. ${odds}${doubt}.`, column };
  },

  async locate(row, { groupBy, time }, log, control) {
    const seen = log.select([...new Set([...groupBy, time])]);
    try {
      return await inSlices(where(seen, (one) => one[time] !== null && groupBy.every((name) => one[name] === row[name])), control);
    } finally {
      seen.free();
    }
  },

  free: ({ table }) => table.free(),
});

/** Whether among so many tested pairs one would look like this by chance (Bonferroni's rule). */
const mayBeChance = ({ Verdict, PValue }, { tested }) => Verdict === "polling" && PValue * tested > CHANCE;
const nameOf = (row, groupBy) => groupBy.map((name) => show(row[name])).join(" → ") || "All rows";

/** A p value; those too small for a float by their logarithm, if that is not too small itself. */
function chance({ PValue, Log10PValue }) {
  if (PValue === null) return "∅";
  if (PValue >= 0.001) return PValue.toFixed(3);
  if (PValue > 0) return PValue.toExponential(0);
  return Number.isFinite(Log10PValue) ? `1e${Math.round(Log10PValue)}` : "0";
}
