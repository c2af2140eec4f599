// A range of time as widgets have it: an origin, and so many units before and after it.
import UNITS from "huntbook-units";
import { make } from "../element.js";
import { invalid } from "../errors.js";
import { Zone } from "../table-cells.js";
import { zoneOf } from "../zones.js";

export const unitNames = UNITS.map(([name]) => name);
const STAMP = { type: "timestamp" };

/** Milliseconds that nobody typed are not shown either. */
export const now = () => Math.floor(Date.now() / 1000) * 1000;

/** What reads and writes times and ranges of a zone. */
export function clock({ timeZone }, { ask, wrong }) {
  const zone = new Zone(timeZone);
  const offsets = zoneOf(timeZone).offsets.flat();

  /** `{ units, ms, usual, most }` of a unit, which may be written `"days"` or `"d"`. */
  const unitOf = (given) => {
    const begin = String(given).toLowerCase().replace(/s$/, "");
    const [units, ms, usual, most] = UNITS.find(([name]) => given && name.startsWith(begin)) ?? [];
    if (!units) throw wrong("option `units`", `one of ${unitNames.join(", ")}`);
    return { units, ms, usual, most };
  };

  const toDate = (given, what) => {
    const iso = typeof given === "string" ? zone.period(given, STAMP)?.[0] ?? (/\d(Z|[+-]\d\d:?\d\d)$/i.test(given) && given) : given;
    const date = new Date(["string", "number"].includes(typeof iso) || iso instanceof Date ? iso : NaN);
    if (Number.isNaN(+date)) throw wrong(what, "a Date, milliseconds, or text such as \"2026-03-14 09:30\"");
    return date;
  };

  /** The range that is given by its ends, or by what differs from the `usual` one; a time is a date, or what `toDate` reads. */
  const toRange = (given, usual = {}) => {
    if (given === null || typeof given !== "object") throw wrong("value", "such as { start, end } or { origin, before, after, units }");
    let { start, end, origin, before = usual.before, after = usual.after, units = usual.units } = given;
    origin = origin === undefined ? usual.origin : toDate(origin, "`origin`");
    if (start === undefined && end === undefined) {
      const unit = unitOf(units);
      [start, end] = [origin - before * unit.ms, +origin + after * unit.ms].map((ms) => new Date(Math.round(ms)));
      if (!(before >= 0 && after >= 0 && end - start >= 0)) throw wrong("before and after", "numbers of 0 or more, not beyond the years that dates have");
      units = unit.units;
    } else {
      [start, end] = [toDate(start, "`start`"), toDate(end, "`end`")];
      if (start > end) throw invalid("The start is after the end");
      const unit = unitOf(given.units ?? UNITS.findLast(([, , , , from]) => end - start >= from)[0]);
      // It is moved if it is not in the range.
      origin = new Date(Math.min(Math.max(given.origin === undefined ? end : origin, start), end));
      [before, after] = [(origin - start) / unit.ms, (end - origin) / unit.ms];
      units = unit.units;
    }
    return { start, end, timespan: end - start, origin, before, after, units };
  };

  return {
    zone: zone.name,
    text: (date) => zone.text(date, STAMP),
    read: (text) => ask((raw) => new Date(raw.readTime(text, now(), offsets))),
    unitOf,
    toDate,
    toRange,
  };
}

/**
 * A slider for how much is `before` or `after` the origin. It goes as far as what is shown, and at least to `max`; by default as far as is
 * usual of the unit.
 */
export function slider(name, { unitOf }, max, change, attributes) {
  const said = make("output", { for: name });
  let of;
  const input = make("input", { type: "range", id: name, input: () => change({ [name]: Number(input.value) }), ...attributes });
  return {
    node: make("div", { class: name }, input, said),
    show({ [name]: count, units }, more = "") {
      const rounded = Math.round(count * 100) / 100;
      if (of && of !== units) max = undefined;
      of = units;
      // It does not move away under the thumb.
      input.max = max = Math.max(max ?? Math.max(unitOf(units).most, 4 * count), Math.ceil(count));
      input.value = count;
      said.textContent = `${rounded} ${units}${rounded === 1 ? "" : "s"} ${name}${more}`;
      input.ariaValueText = said.textContent;
    },
  };
}

/**
 * A field for a time. `chosen(date)` gets what is typed; what is no time, or what `chosen` throws, is said beside the field, which
 * keeps the text, and the last good time stays.
 */
export function timeField(label, { read, text }, chosen) {
  const id = label.toLowerCase();
  const said = make("p", { class: "wrong", role: "alert", id: `${id}-said` });
  let good;
  const show = (time = good) => {
    good = time;
    field.value = text(time);
    say("");
  };
  const say = (words) => {
    said.textContent = words;
    field.ariaInvalid = words ? "true" : null;
  };
  const field = make("input", { id, spellcheck: "false", autocomplete: "off", "aria-describedby": said.id,
    change: () => read(field.value).then(chosen).catch(({ message }) => say(message)),
    keydown: ({ key }) => key === "Escape" && show() });
  return { node: make("div", {}, make("label", { for: id }, label), field, said), show };
}
