// What users did one after the other, the least likely first.
import { columnsOf, need, options } from "./columns.js";
import { findings } from "./findings.js";
import { inSlices, where } from "./slices.js";
import { hb } from "./state.js";
import { duration, number, percent, plural, show } from "./text.js";

// How sessions are ranked: `[column, title]`. A long session of usual steps is unlikely as a whole; its rarest step is not.
const RANKS = [["RarestTransitionLikelihood", "rarest step"], ["GeoMeanLikelihood", "mean of all steps"], ["LogLikelihood", "all steps together"]];
const GAPS = ["2", "10", "30", "60"];
const SPAN = 10; // a session lasts at most so many of these gaps
const LEAST = ["1", "2", "3", "5", "10"];
const STEPS_SHOWN = 25;
const PROGRAM = "processName";

const usersOf = ({ user, session }) => [...new Set([user, session].filter(Boolean))];

findings("sessions", {
  what: "Scoring sessions",
  noun: { one: "session", many: "sessions" },
  none: "There is no session of so many steps. Choose fewer steps, or a longer gap.",

  choices({ known, fitting, timeOf }) {
    const labels = fitting("label");
    const event = known("event")[0] ?? labels[0];
    const [user = known("client", [event])[0]] = known("user", [event]);
    return [
      { name: "user", label: "Of each", options: options(labels, "all together"), value: user },
      { name: "session", label: "and", options: options(labels, "no other"), value: known("session", [event])[0] },
      { name: "event", label: "Steps", options: options(labels), value: event },
      { name: "time", label: "Time", options: options(fitting("time")), value: timeOf(event) },
      { name: "gap", label: "Ends after", options: GAPS.map((minutes) => [minutes, `${minutes} min without a step`]), value: GAPS[0] },
      { name: "least", label: "At least", options: LEAST.map((steps) => [steps, plural(Number(steps), "step")]), value: "2" },
      { name: "rank", label: "Order by", options: RANKS, value: RANKS[0][0] },
    ];
  },

  chose: (chosen) => `Steps are values of ${chosen.event || "…"}, one after the other${usersOf(chosen).length ? ` for each ${usersOf(chosen).join(" and ")}` : ""}, by ${chosen.time || "…"}.`,

  async make(log, chosen, { signal, onProgress }) {
    const { event, time } = chosen;
    need(event, "what was done");
    need(time, "times");
    const groupBy = usersOf(chosen);
    const tables = [];
    const keep = (table) => tables.push(table) && table;
    try {
      const done = keep(log.filter({ column: event, isNull: false }));
      // Of a program its name counts, so that the homes of users make no difference.
      const isProgram = columnsOf(log).known("program").includes(event) && log.columns.every(({ name }) => name !== PROGRAM);
      const named = isProgram ? keep(await hb.addProcessFeatures(done, { programColumn: event, signal })) : done;
      const gap = Number(chosen.gap);
      const all = keep(await hb.sessionize(named, { groupBy, eventColumn: isProgram ? PROGRAM : event, timeColumn: time, maxGapMinutes: gap, maxSessionMinutes: gap * SPAN, signal }));
      const long = keep(all.filter({ column: "EventCount", ge: Number(chosen.least) }));
      const scored = keep(await hb.scoreSessions(long, { signal, onProgress }));
      return { table: scored.sort(chosen.rank), groupBy, event, time };
    } finally {
      for (const table of new Set(tables)) table.free();
    }
  },

  columns: ({ groupBy }) => [
    ...(groupBy.length ? [{ name: "who", title: groupBy.join(", "), width: 150 }] : []),
    { name: "rarest", title: "Rarest step", width: 230 },
    { name: "steps", title: "All steps", width: 260, grow: true },
    { name: "count", title: "Steps", width: 62, align: "number" },
    { name: "mean", title: "Mean", width: 80, align: "number" },
    { name: "start", title: "Begin, UTC", width: 172 },
  ],

  cells: (row, { groupBy }) => ({
    who: whoOf(row, groupBy), rarest: row.Why, steps: row.Events.join(" → "), count: number(Number(row.EventCount)), mean: percent(row.GeoMeanLikelihood), start: row.StartTime,
  }),

  searched: ({ groupBy }) => [...groupBy, "Events", "Why"],

  summary({ table, groupBy }) {
    if (!table.numRows) return "No sessions.";
    const first = table.row(0);
    return `${plural(table.numRows, "session")}; the first ${groupBy.length ? `is of ${nameOf(first, groupBy)}` : `begins at ${show(first.StartTime)}`}: ${first.Why}.`;
  },

  why(row, { groupBy, event }) {
    const { RarestTransition, RarestTransitionCount, RarestTransitionOf, Events } = row;
    const more = Events.length - STEPS_SHOWN;
    const steps = `${Events.slice(0, STEPS_SHOWN).join(" → ")}${more > 0 ? ` … and ${plural(more, "more step")}` : ""}`;
    const [from, to] = RarestTransition.split(" → ");
    const after = from === "(start)" ? "sessions begin with it" : to === "(end)" ? `times ${from} was the end` : `times it came after ${from}`;
    const rare = to === "(end)" ? "" : `${to}: `;
    return {
      title: nameOf(row, groupBy) || "Session",
      text: `${plural(Number(row.EventCount), "step")} in ${duration(row.DurationSeconds)}: ${steps}. The rarest is ${rare}${number(Number(RarestTransitionCount))} of ${number(Number(RarestTransitionOf))} ${after}. In the mean a step of it has a likelihood of ${percent(row.GeoMeanLikelihood)}.`,
      column: event,
    };
  },

  async locate(row, { groupBy, event, time }, log, control) {
    const seen = log.select([...new Set([...groupBy, event, time])]);
    const [from, to] = [+row.StartTime, +row.EndTime];
    const isIn = (one) => one[event] !== null && one[time] !== null && +one[time] >= from && +one[time] <= to && groupBy.every((name) => one[name] === row[name]);
    try {
      return await inSlices(where(seen, isIn), control);
    } finally {
      seen.free();
    }
  },

  free: ({ table }) => table.free(),
});

const nameOf = (row, groupBy) => groupBy.map((name) => `${name} ${show(row[name])}`).join(", ");
const whoOf = (row, groupBy) => groupBy.map((name) => show(row[name])).join(" · ");
