// A range of time around an origin: sliders for before and after, and all times as text.
import { make } from "../element.js";
import { amount, clock, inUnits, rangeOf, spanOf, timeField, unitNames, unitOf } from "./time.js";

export default {
  label: "Set query time boundaries",
  options: ["originTime", "before", "after", "start", "end", "timespan", "maxBefore", "maxAfter", "units", "timeZone"],
  keeps: true,
  make(options, kit) {
    const { wrong } = kit;
    const times = clock(options.timeZone, kit);
    const value = first(options, times, wrong);
    const isNow = options.originTime === undefined;
    return {
      value,
      read: (given) => read(given, value, times, wrong),
      // An origin that is now is another one tomorrow.
      keep: ({ before, after, units, origin }) => ({ before, after, units, ...(isNow && +origin === +value.origin ? {} : { origin }) }),
      build: ({ choose }) => build(value, options, times, choose, wrong),
    };
  },
};

/** The range that options mean. */
function first(options, times, wrong) {
  let { originTime, start, end, timespan } = options;
  if (timespan !== null && typeof timespan === "object") ({ start, end } = timespan);
  const span = typeof timespan === "number" ? amount(options, "timespan", 0, wrong) : undefined;
  const date = (given, name) => (given === undefined ? undefined : times.toDate(given, `option \`${name}\``));
  const origin = date(originTime, "originTime");
  [start, end] = [date(start, "start"), date(end, "end")];
  if (start || span !== undefined) {
    end ??= start && span !== undefined ? new Date(+start + span) : origin ?? new Date();
    return spanOf({ start: start ?? new Date(end - span), end, origin, units: options.units }, wrong);
  }
  const { name: units, usual } = unitOf(options.units ?? "day", wrong);
  const before = amount(options, "before", usual, wrong);
  // After now there is nothing yet.
  return rangeOf({ origin: end ?? origin ?? new Date(), before, after: amount(options, "after", origin && !end ? usual : 0, wrong), units }, wrong);
}

/** The range that a value means: `{ start, end }`, or what is to differ of `{ origin, before, after, units }`. */
export function read(given, usual, times, wrong) {
  if (given === null || typeof given !== "object") throw wrong("value", "such as { start, end }, which are dates, or { origin, before, after, units }");
  const origin = given.origin === undefined ? undefined : times.toDate(given.origin, "value.origin");
  if (given.start !== undefined || given.end !== undefined) {
    return spanOf({ start: times.toDate(given.start, "value.start"), end: times.toDate(given.end, "value.end"), origin, units: given.units }, wrong);
  }
  const { name: units } = unitOf(given.units ?? usual.units, wrong);
  return rangeOf({ origin: origin ?? usual.origin, before: amount(given, "before", usual.before, wrong), after: amount(given, "after", usual.after, wrong), units }, wrong);
}

function build(initial, options, times, choose, wrong) {
  let value = initial;
  const change = (changes) => choose(rangeOf({ ...value, ...changes }, wrong));
  const part = (name, max) => {
    const said = make("output", { for: name });
    const slider = make("input", { type: "range", id: name, min: 0, "aria-label": name === "before" ? "Before the origin" : "After the origin", input: () => change({ [name]: Number(slider.value) }) });
    return {
      node: make("div", { class: name }, slider, said),
      show() {
        const { most } = unitOf(value.units, wrong);
        // It does not move away under the thumb.
        max = Math.max(max, Math.ceil(value[name]));
        if (value.units !== units) max = Math.max(most, Math.ceil(4 * value[name]));
        slider.max = max;
        slider.value = value[name];
        said.textContent = `${inUnits(value[name], value.units)} ${name}`;
        slider.setAttribute("aria-valuetext", said.textContent);
      },
    };
  };
  let { units } = value;
  const { most } = unitOf(units, wrong);
  const max = (name, count) => amount(options, name, Math.max(most, Math.ceil(4 * count)), wrong);
  const [before, after] = [part("before", max("maxBefore", value.before)), part("after", max("maxAfter", value.after))];
  const origin = timeField("Origin", times, (origin) => change({ origin }));
  const start = timeField("Start", times, (start) => choose(spanOf({ ...value, start }, wrong)));
  const end = timeField("End", times, (end) => choose(spanOf({ ...value, end }, wrong)));
  // As in msticpy, another unit begins with what is usual of it.
  const select = make("select", { id: "units", change: () => {
    const { usual } = unitOf(select.value, wrong);
    change({ units: select.value, before: usual, after: value.after && usual });
  } }, ...unitNames.map((name) => make("option", { value: name }, `${name}s`)));
  return {
    nodes: [
      make("div", { class: "row" }, origin.node, make("div", { class: "field" }, make("label", { for: "units" }, "Units"), select)),
      make("div", { class: "sliders" }, before.node, after.node),
      make("div", { class: "row" }, start.node, end.node),
      make("p", { class: "note" }, `Times are ${times.zone}; now, -2d or -1d@d are understood.`),
    ],
    show(next) {
      value = next;
      before.show();
      after.show();
      ({ units } = value);
      select.value = units;
      for (const [field, date] of [[origin, value.origin], [start, value.start], [end, value.end]]) field.show(times.text(date));
    },
  };
}
