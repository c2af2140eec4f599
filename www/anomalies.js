// When there was more than usual: a log's events, or a column's values, per hour, against what trend and daily season explain.
import { columnsOf, need, options } from "./columns.js";
import { findings } from "./findings.js";
import { inSlices, where } from "./slices.js";
import { hb } from "./state.js";
import { element, number, percent, plural, rounded, show } from "./text.js";

// Widths of bars, with the season that fits: `[bin, season, title, length in milliseconds]`.
const BINS = [
  ["1s", "1m", "second (season: minute)", 1e3],
  ["1m", "1h", "minute (season: hour)", 60e3],
  ["15m", "1d", "15 minutes (season: day)", 900e3],
  ["1h", "1d", "hour (season: day)", 3600e3],
  ["1d", "7d", "day (season: week)", 86_400e3],
];
// The widths that are taken by themselves, for logs of twice so many bars or more.
const USUAL_BINS = { "1s": 60, "1m": 60, "1h": 24, "1d": 30 };
const COUNT = "Count";
const PERIODS_SHOWN = 3;
// A value tells whose an anomaly is if it is so many times rarer in the whole log, where these are the usual values of a column.
const [RARER, USUAL, MOST_READ, PARTS_SHOWN] = [3, 50, 20_000, 3];
const HEIGHT = 150; // of the chart, in pixels
const TIME_FORM = 16; // characters of a time up to its minute

const chart = element("div", { className: "chart stays" });
let drawn; // the chart that is there, and of which group of which series

const spanOf = (chosen) => BINS.find(([bin]) => bin === chosen.bin);
const clock = (time) => show(time).slice(0, TIME_FORM);

findings("anomalies", {
  what: "Looking for anomalies",
  noun: { one: "anomaly", many: "anomalies" },
  none: "Nothing is unusual: trend and season explain all of it. Choose other columns, or bars of another width.",
  more: [chart],

  choices({ known, fitting, timeOf, spanOf }) {
    const [value] = known("value");
    const time = timeOf(value);
    const span = spanOf(time);
    const bin = [...BINS].reverse().find(([bin, , , length]) => USUAL_BINS[bin] && span >= 2 * USUAL_BINS[bin] * length) ?? BINS[0];
    const groups = [...new Set([...known("client"), ...known("user"), ...known("target"), ...fitting("label")])];
    return [
      { name: "value", label: "Add up", options: options(fitting("value"), "number of rows"), value },
      { name: "group", label: "of each", options: options(groups, "all together"), value: "" },
      { name: "bin", label: "per", options: BINS.map(([bin, , title]) => [bin, title]), value: bin[0] },
      { name: "time", label: "Time", options: options(fitting("time")), value: time },
      { name: "direction", label: "Show", options: [["1", "more than usual"], ["-1", "less than usual"], ["", "both"]], value: "1" },
      { name: "threshold", label: "Score from", options: ["3.5", "5", "10", "20"].map((score) => [score, score]), value: "3.5" },
    ];
  },

  chose: ({ value, group, bin, time }) =>
    time ? `${value ? `Sum of ${value}` : "Rows"}${group ? ` of each ${group}` : ""} per ${BINS.find(([name]) => name === bin)[2].replace(/ \(.*/, "")} of ${time}.` : "",

  async make(log, chosen, { signal, onProgress }) {
    const { value, group, time, direction } = chosen;
    need(time, "times");
    const [bin, period, , length] = spanOf(chosen);
    const groupBy = group ? [group] : [];
    const made = [];
    try {
      // A level as season: a line would take most of an outlier for the season where there are few days.
      const series = await hb.timeSeriesAnomalies(log, { timeColumn: time, valueColumn: value || undefined, groupBy, bin, period, seasonalDegree: 0, threshold: Number(chosen.threshold), signal, onProgress });
      made.push(series);
      const problem = group && series.numRows ? series.row(0).Problem : undefined;
      if (problem) throw new Error(problem);
      const odd = series.filter({ column: "anomalies", ...(direction ? { eq: Number(direction) } : { in: [1, -1] }) });
      made.push(odd);
      const table = direction ? odd.sort({ column: "score", descending: direction === "1" }) : odd.sort({ column: "score", descending: true });
      made.push(table);
      const periods = await hb.anomalyPeriods(odd, { timeColumn: time, period: bin, posOnly: false, groupBy });
      made.push(periods);
      made.splice(made.indexOf(odd), 1);
      odd.free();
      return { table, series, periods: periods.rows(), all: made, chosen: { ...chosen }, length, value: value || COUNT };
    } catch (error) {
      made.forEach((table) => table.free());
      const [, needed, there] = /needs (\d+) values or more, but there are (\d+)/.exec(error.message) ?? [];
      throw needed ? new Error(`This log is too short for such bars: it has ${there}, and two seasons are ${needed}.${bin === BINS[0][0] ? "" : " Choose narrower ones."}`) : error;
    }
  },

  columns: ({ chosen }) => [
    { name: "time", title: "From, UTC", width: 150 },
    ...(chosen.group ? [{ name: "group", title: chosen.group, width: 150, grow: true }] : []),
    { name: "actual", title: chosen.value || "Rows", width: 132, align: "number" },
    { name: "expected", title: "Expected", width: 132, align: "number" },
    { name: "score", title: "Score", width: 84, align: "number" },
    { name: "which", title: "", width: 84, grow: !chosen.group },
  ],

  cells: (row, { chosen, value }) => ({
    time: clock(row[chosen.time]), group: row[chosen.group] ?? null, actual: rounded(row[value]), expected: rounded(row.baseline),
    score: row.score.toFixed(1), which: row.anomalies > 0 ? "more" : "less",
  }),

  searched: ({ chosen }) => [chosen.time, ...(chosen.group ? [chosen.group] : [])],

  summary({ table, periods, chosen }) {
    const when = periods.slice(0, PERIODS_SHOWN).map(({ StartTime, EndTime }) => `${clock(StartTime)} to ${clock(EndTime)}`).join(", ");
    const more = periods.length > PERIODS_SHOWN ? " …" : "";
    return table.numRows ? `${plural(table.numRows, "anomaly", "anomalies")} in ${plural(periods.length, "period")}: ${when}${more}${chosen.group ? `, of ${plural(new Set(periods.map((row) => row[chosen.group])).size, chosen.group, chosen.group)}` : ""}.` : "No anomalies.";
  },

  show({ series, table, chosen, value }, picked = table.numRows ? table.row(0) : undefined) {
    const { group, time } = chosen;
    if (!picked && group) return;
    const of = group ? picked[group] : null;
    if (drawn?.series !== series || drawn.of !== of) {
      const own = !group ? series : series.filter(of === null ? { column: group, isNull: true } : { column: group, eq: of });
      const title = `${chosen.value || "Rows"}${group ? ` of ${show(of)}` : ""}`;
      drawn = { series, of, chart: hb.timeSeries(own, { title, timeColumn: time, valueColumn: value, kind: "bar", posOnly: chosen.direction === "1", height: HEIGHT, rangeTool: false }) };
      if (group) own.free();
      chart.replaceChildren(drawn.chart);
    }
    drawn.chart.value = picked ? { time: picked[time], group: of } : null;
  },

  why(row, { chosen, value }) {
    const [actual, expected] = [rounded(row[value]), rounded(row.baseline)];
    const what = chosen.value ? `${actual} of ${chosen.value}` : plural(row[value], "row");
    const more = row.anomalies > 0 ? "more" : "less";
    return {
      title: `${clock(row[chosen.time])}${chosen.group ? `, ${show(row[chosen.group])}` : ""}`,
      text: `${what}, where trend and season let expect ${expected}: ${more} by ${Math.abs(row.score).toFixed(1)} times the usual deviation.`,
      column: chosen.value || chosen.group || chosen.time,
    };
  },

  async locate(row, { chosen, length }, log, control) {
    const { time, group } = chosen;
    const from = +row[time];
    const seen = log.select(group ? [time, group] : [time]);
    const isIn = (event) => event[time] !== null && +event[time] >= from && +event[time] < from + length && (!group || event[group] === row[group]);
    try {
      return await inSlices(where(seen, isIn), control);
    } finally {
      seen.free();
    }
  },

  /** Whose it is: values of columns that most of it has, and seldom the rest of the log. */
  async detail(row, { chosen, value }, log, rows, { signal }) {
    const { known } = columnsOf(log);
    const columns = [...new Set(["client", "target", "user", "category"].flatMap((use) => known(use)))].filter((name) => name !== chosen.group);
    if (!columns.length || row.anomalies < 0) return "";
    const usual = await hb.topValues(log, { columns, limit: USUAL, signal });
    const shares = new Map(usual.rows().map(({ Column, Value, Share }) => [`${Column}\0${Value}`, Share]));
    usual.free();
    const seen = log.select([...new Set([...columns, ...(chosen.value ? [value] : [])])]);
    const events = rows.slice(0, MOST_READ).map((at) => seen.row(at));
    seen.free();
    const weigh = (event) => (chosen.value ? Number(event[value] ?? 0) : 1);
    const all = events.reduce((sum, event) => sum + weigh(event), 0);
    const parts = columns.flatMap((name) => {
      const sums = new Map();
      for (const event of events) sums.set(event[name], (sums.get(event[name]) ?? 0) + weigh(event));
      const [most, sum] = [...sums].reduce((a, b) => (b[1] > a[1] ? b : a));
      return most !== null && sum / all >= 0.5 && sum / all > RARER * (shares.get(`${name}\0${show(most)}`) ?? 0) ? [`${percent(sum / all)} have ${name} ${show(most)}`] : [];
    });
    return parts.length ? ` Of it ${parts.slice(0, PARTS_SHOWN).join(", ")}.` : "";
  },

  free: ({ all }) => all.forEach((table) => table.free()),
});
