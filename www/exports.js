// Saving what a view shows as a file.
import { menu } from "./menu.js";
import { $, fail, say, state } from "./state.js";
import { element, plural } from "./text.js";

/** Formats of any table: title, what for, ending of the name, media type, how to make it. */
export const CSV = ["CSV", "for spreadsheets", "csv", "text/csv", (table) => table.toCsv({ bytes: true })];
export const JSON_ROWS = ["JSON", "an array of objects", "json", "application/json", (table) => table.toJson({ bytes: true })];
export const ARROW = ["Arrow", "for pandas, DuckDB, Observable", "arrow", "application/vnd.apache.arrow.stream", (table) => table.toArrow()];

/** A new table of these rows of `table`, or of all. */
export function rowsOf(table, rows) {
  if (!rows) return table.slice();
  const wanted = new Set(rows);
  return table.filter((_, row) => wanted.has(row));
}

/** Makes the button `id` offer these formats of the table that `chosen()` makes; `what` is its rows' name, in the file's too. */
export function exportMenu(id, what, formats, chosen) {
  const save = ([title, , extension, type, make]) => {
    try {
      const table = chosen();
      const name = `${state.name.replace(/\.\w+$/, "")}-${what.many.replaceAll(" ", "-")}.${extension}`;
      const href = URL.createObjectURL(new Blob([make(table)], { type }));
      element("a", { href, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
      say(`${plural(table.numRows, what.one, what.many)} saved as ${title}: ${name}.`);
      table.free();
    } catch (error) {
      fail(error);
    }
  };
  menu($(id), `Export the ${what.many} as`, formats.map((format) => ({ title: format[0], about: format[1], run: () => save(format) })));
}
