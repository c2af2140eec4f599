// A range of time as widgets have it: an origin, and so many units before and after it.
import UNITS from "huntbook-units";
import { make } from "../element.js";
import { invalid } from "../errors.js";
import { Zone } from "../table-cells.js";
import { zoneOf } from "../zones.js";

export const unitNames = UNITS.map(([name]) => name);
const STAMP = { type: "timestamp" };

/** `{ name, ms, usual, most }` of a unit, which may be written `"days"` or `"d"`. */
export function unitOf(given, wrong) {
  const begin = String(given).toLowerCase().replace(/s$/, "");
  const [name, ms, usual, most] = UNITS.find(([name]) => name.startsWith(begin)) ?? [];
  if (!name || typeof given !== "string" || !given) throw wrong("option `units`", `one of ${unitNames.join(", ")}`);
  return { name, ms, usual, most };
}

/** In which unit a span is counted. */
export const unitFor = (span) => UNITS.findLast(([, , , , from]) => from !== null && span >= from)?.[0] ?? "minute";

/** The range as users see it; times are dates. */
export function rangeOf({ origin, before, after, units }, wrong) {
  const { ms } = unitOf(units, wrong);
  const [start, end] = [Math.round(origin - before * ms), Math.round(+origin + after * ms)];
  if (!(Math.abs(start) < 8.64e15 && Math.abs(end) < 8.64e15)) throw wrong("the range", "within the years that dates have");
  return { start: new Date(start), end: new Date(end), timespan: end - start, origin: new Date(+origin), before, after, units };
}

/** The range from `start` to `end`; the origin is moved if it is not in it. */
export function spanOf({ start, end, origin = end, units = unitFor(end - start) }, wrong) {
  if (start > end) throw invalid("The start is after the end");
  const { name, ms } = unitOf(units, wrong);
  origin = new Date(Math.min(Math.max(origin, start), end));
  return rangeOf({ origin, before: (origin - start) / ms, after: (end - origin) / ms, units: name }, wrong);
}

/** Reads and writes times of a zone: `toDate` what programs give, `read` what users type. */
export function clock(timeZone, { ask, wrong }) {
  const zone = new Zone(timeZone);
  const offsets = zoneOf(timeZone).offsets.flat();
  return {
    zone: zone.name,
    text: (date) => zone.text(date, STAMP),
    read: (text) => ask((raw) => new Date(raw.readTime(text, Date.now(), offsets))),
    toDate(given, what) {
      const isText = typeof given === "string";
      const iso = isText ? zone.period(given, STAMP)?.[0] ?? (/\d(Z|[+-]\d\d:?\d\d)$/i.test(given) ? given : "") : given;
      const date = new Date(isText || typeof given === "number" || given instanceof Date ? iso : NaN);
      if (Number.isNaN(date.getTime())) throw wrong(what, "a Date, milliseconds since 1970, or text such as \"2026-03-14 09:30\"");
      return date;
    },
  };
}

/** A number of 0 or more that an option may have. */
export function amount(options, name, usual, wrong) {
  const { [name]: given = usual } = options;
  if (!(typeof given === "number" && given >= 0 && given < 1e9)) throw wrong(`option \`${name}\``, "a number of 0 or more");
  return given;
}

/** So many of a unit, in words. */
export function inUnits(count, units) {
  const rounded = Math.round(count * 100) / 100;
  return `${rounded} ${units}${rounded === 1 ? "" : "s"}`;
}

/**
 * A field for a time. `chosen(date)` gets what is typed; what is no time, or what `chosen` throws, is said beside the field, which
 * keeps the text, and the last good time stays.
 */
export function timeField(label, clock, chosen) {
  const id = label.toLowerCase();
  let good = "";
  const said = make("p", { class: "wrong", role: "alert", id: `${id}-said` });
  const say = (text) => {
    said.textContent = text;
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  };
  const input = make("input", {
    id, spellcheck: "false", autocomplete: "off", "aria-describedby": said.id,
    change: async () => {
      try {
        chosen(await clock.read(input.value));
      } catch (error) {
        say(error.message);
      }
    },
    keydown: ({ key }) => key === "Escape" && show(good),
  });
  const show = (text) => {
    good = input.value = text;
    say("");
  };
  return { node: make("div", { class: "field" }, make("label", { for: id }, label), input, said), show };
}
