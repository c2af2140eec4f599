// How values read in a table view, and how users write them.
import { toJson } from "./columns.js";
import { zoneOf } from "./zones.js";

const CUT = 300;
const DAY = 86_400_000;

// Characters that are not seen, or turn around the text after them; a log may hold them to deceive its reader.
const HIDDEN = /[\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text for one line, with its hidden characters made visible. */
export function visible(text) {
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\n") return "⏎";
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** The same for text whose line ends and tabs stay. */
export const visibleLines = (text) => text.split(/(\r?\n|\t)/).map((part, i) => (i % 2 ? part : visible(part))).join("");

/** The first characters, as no cell has room for more. */
export const cut = (text) => visible(text.length > CUT ? `${text.slice(0, CUT)}…` : text);

/** What can be asked of a column: `"text"`, `"number"`, `"time"`, `"bool"` or `"other"`. */
export function kindOf({ type }) {
  if (type === "text" || type === "bool") return type;
  if (type === "timestamp" || type === "date") return "time";
  return /^(u?int\d|float|decimal)/.test(type) ? "number" : "other";
}

/** Values as text in a zone, and times of that zone. */
export class Zone {
  #offsets;

  constructor(name) {
    ({ zone: this.name, offsets: this.#offsets } = zoneOf(name));
  }

  /** Milliseconds that clocks are ahead of UTC. */
  #ahead(ms) {
    const last = this.#offsets.findLast(([from]) => from <= ms * 1000) ?? this.#offsets[0];
    return last ? last[1] * 60_000 : 0;
  }

  /** A value of a column as text; null if it is absent. */
  text(value, { type }) {
    if (value === null || value === undefined) return null;
    if (!(value instanceof Date)) return typeof value === "object" ? toJson(value) : String(value);
    const ms = value.getTime();
    if (Number.isNaN(ms)) return "no valid time";
    if (type === "date") return value.toISOString().slice(0, 10);
    return new Date(ms + this.#ahead(ms)).toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
  }

  /** The first and the last time that a text means, in ISO 8601: of a day, a minute, a second, or a part of one. Undefined if it means none. */
  period(text, { type }) {
    const parts = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:[.,](\d{1,3}))?)?\s*(Z|UTC)?$/i.exec(text.trim());
    if (!parts) return undefined;
    const [, day, minute, second, fraction, utc] = parts;
    const start = Date.parse(`${day}T${minute ?? "00:00"}${second ?? ":00"}.${(fraction ?? "").padEnd(3, "0")}Z`);
    if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== day) return undefined;
    const length = fraction ? 10 ** (3 - fraction.length) : second ? 1000 : minute ? 60_000 : DAY;
    const own = utc || type === "date" ? (ms) => ms : (ms) => ms - this.#ahead(ms - this.#ahead(ms));
    const last = new Date(own(start + length) - 1).toISOString();
    return [new Date(own(start)).toISOString(), last.replace("Z", "999999Z")];
  }
}
