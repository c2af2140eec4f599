// How far back to look from an origin: one slider.
import { make } from "../element.js";
import { read } from "./query-time.js";
import { amount, clock, inUnits, rangeOf, unitOf } from "./time.js";

export default {
  label: "Time to look back",
  options: ["default", "minValue", "maxValue", "originTime", "units", "timeZone"],
  keeps: true,
  make(options, kit) {
    const { wrong } = kit;
    const times = clock(options.timeZone, kit);
    const { name: units, usual, most } = unitOf(options.units ?? "hour", wrong);
    const origin = options.originTime === undefined ? new Date() : times.toDate(options.originTime, "option `originTime`");
    const before = amount(options, "default", usual, wrong);
    const [min, max] = [amount(options, "minValue", 1, wrong), amount(options, "maxValue", Math.max(most, 4 * before), wrong)];
    const value = rangeOf({ origin, before, after: 0, units }, wrong);
    return {
      value,
      read: (given) => read(typeof given === "number" ? { before: given } : given, value, times, wrong),
      keep: ({ before }) => before,
      build({ choose }) {
        const said = make("output", { for: "before" });
        const slider = make("input", { type: "range", id: "before", min: Math.min(min, before), max: Math.max(max, before), "aria-labelledby": "label", input: () => choose(rangeOf({ ...shown, before: Number(slider.value) }, wrong)) });
        let shown;
        return {
          nodes: [slider, said],
          show(value) {
            shown = value;
            const { before, units, start, end } = value;
            if (before > slider.max) slider.max = Math.ceil(before);
            slider.value = before;
            const length = inUnits(before, units);
            slider.setAttribute("aria-valuetext", length);
            said.replaceChildren(make("b", {}, length), ` ${times.text(start).slice(0, 19)} – ${times.text(end).slice(0, 19)} ${times.zone}`);
          },
        };
      },
    };
  },
};
