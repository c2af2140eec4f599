// How far back to look from an origin: one slider.
import { clock, now, slider } from "./time.js";

export default {
  label: "Time to look back",
  options: { default: "number", minValue: "number", maxValue: "number", originTime: "", units: "", timeZone: "" },
  make(options, kit) {
    const times = clock(options, kit);
    const { text, zone, unitOf, toDate, toRange } = times;
    const { units, usual } = unitOf(options.units ?? "hour");
    const { default: before = usual, minValue: min = 1, maxValue, originTime = now() } = options;
    const value = toRange({ origin: toDate(originTime, "option `originTime`"), before, after: 0, units });
    return {
      value,
      read: (given) => toRange(typeof given === "number" ? { before: given } : given, value),
      keep: ({ before }) => before,
      build(choose) {
        let shown;
        const { node, show } = slider("before", times, maxValue, (change) => choose(toRange(change, shown)), { min: Math.min(min, before), "aria-labelledby": "label" });
        return {
          nodes: [node],
          show(next) {
            shown = next;
            show(next, `: ${text(next.start).slice(0, 19)} – ${text(next.end).slice(0, 19)} ${zone}`);
          },
        };
      },
    };
  },
};
