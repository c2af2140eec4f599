// A range of time around an origin: sliders for before and after, and all times as text.
import { make } from "../element.js";
import { clock, now, slider, timeField, unitNames } from "./time.js";

export default {
  label: "Set query time boundaries",
  options: { originTime: "", before: "number", after: "number", start: "", end: "", timespan: "object", maxBefore: "number", maxAfter: "number", units: "", timeZone: "" },
  make(options, kit) {
    const times = clock(options, kit);
    const { toRange } = times;
    const value = first(options, times);
    return {
      value,
      read: (given) => toRange(given, value),
      // An origin that is now is another one tomorrow.
      keep: ({ before, after, units, origin }) => ({ before, after, units, ...((options.originTime || +origin !== +value.origin) && { origin }) }),
      build: (choose) => build(value, options, times, choose),
    };
  },
};

/** The range that options mean. */
function first({ originTime, timespan, units, before, after, ...ends }, { toRange, toDate, unitOf }) {
  const { start, end } = timespan ?? ends;
  const origin = toDate(originTime ?? end ?? now(), originTime ? "option `originTime`" : "`end`");
  if (start !== undefined) return toRange({ start, end: end ?? origin, origin: originTime, units });
  const { usual, ...unit } = unitOf(units ?? "day");
  // After now there is nothing yet.
  return toRange({ before, after }, { origin, before: usual, after: originTime === undefined ? 0 : usual, ...unit });
}

function build(value, { maxBefore, maxAfter }, times, choose) {
  const { toRange, unitOf, zone } = times;
  const change = (changes) => choose(toRange(changes, value));
  const [before, after] = [["before", maxBefore], ["after", maxAfter]].map(([name, max]) => slider(name, times, max, change, { "aria-label": `${name} the origin` }));
  const origin = timeField("Origin", times, (origin) => change({ origin }));
  const [start, end] = ["start", "end"].map((name) => timeField(name === "start" ? "Start" : "End", times, (time) => change({ ...value, [name]: time })));
  // As in msticpy, another unit begins with what is usual of it.
  const select = make("select", { id: "units", change: () => {
    const { units, usual } = unitOf(select.value);
    change({ units, before: usual, after: value.after && usual });
  } }, ...unitNames.map((name) => make("option", { value: name }, `${name}s`)));
  return {
    nodes: [
      make("div", { class: "row times" }, origin.node, make("div", {}, make("label", { for: "units" }, "Units"), select)),
      make("div", { class: "sliders" }, before.node, after.node),
      make("div", { class: "row times" }, start.node, end.node),
      make("small", {}, `Times are ${zone}; now, -2d and -1d@d are understood.`),
    ],
    show(next) {
      value = next;
      before.show(value);
      after.show(value);
      select.value = value.units;
      origin.show(value.origin);
      start.show(value.start);
      end.show(value.end);
    },
  };
}
