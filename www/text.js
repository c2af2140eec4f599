// How things read in the page.

/** A value as text; times are UTC, absent values `∅`. */
export function show(value) {
  if (value === null || value === undefined) return "∅";
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "no valid time" : value.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

// Characters that are not seen, or turn around the text after them; a log may
// hold them to deceive its reader.
const HIDDEN = /[\0-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text with its hidden characters made visible, for one line. */
export function visible(text) {
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\n") return "⏎";
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  });
}

/** The same for text whose line ends and tabs stay. */
export const visibleLines = (text) => text.split(/\r?\n/).map((line) => line.split("\t").map(visible).join("\t")).join("\n");

/** The first characters of a text. */
export const cut = (text, length = 100) => (text.length > length ? `${text.slice(0, length)}…` : text);

export const number = (n) => n.toLocaleString("en");

/** "1 row", "2 rows". */
export const plural = (n, one, many = `${one}s`) => `${number(n)} ${n === 1 ? one : many}`;

const UNITS = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];

/** Seconds as "59.8 s", "5 min 6 s", "2 d 3 h": the two largest units. */
export function duration(seconds) {
  if (seconds < 100) return `${Number(seconds.toFixed(1))} s`;
  let left = Math.round(seconds);
  const parts = UNITS.map(([unit, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return count && `${count} ${unit}`;
  });
  const first = parts.findIndex(Boolean);
  return parts.slice(first, first + 2).filter(Boolean).join(" ");
}

/** A number, if it is no whole one to three digits. */
export const rounded = (n) => n.toLocaleString("en", Number.isInteger(n) || Math.abs(n) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 });

/** A part of one, in percent to two digits. */
export const percent = (part) => `${(100 * part).toLocaleString("en", { maximumSignificantDigits: 2 })} %`;

export function size(bytes) {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** An element with properties; `role` and names with a dash are set as attributes. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key === "role" || key.includes("-")) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}
