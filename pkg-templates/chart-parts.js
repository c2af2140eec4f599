// What is around the picture of a chart.
import { make, number } from "./element.js";

const SHOWN_ROWS = 500;

/** The buttons of a legend, of which those that are there already stay, with the focus. */
export function legendButtons(legend, entries, toggle) {
  legend.hidden = entries.length === 0;
  while (legend.children.length > entries.length) legend.lastChild.remove();
  entries.forEach(({ name, color, shown }, index) => {
    const button = legend.children[index] ?? legend.appendChild(make("button", { type: "button", click: () => toggle(index) }, make("span")));
    button.firstChild.textContent = name;
    button.title = shown ? `Hide ${name}` : `Show ${name}`;
    button.style.setProperty("--color", color);
    button.setAttribute("aria-pressed", shown);
  });
}

/** The data of a chart for those who do not see it. */
export function dataTable(table) {
  const names = table.columns.map(({ name }) => name);
  const text = (value) => (value === null ? "" : value instanceof Date ? value.toISOString() : String(value));
  const line = (row) => make("tr", {}, ...names.map((name) => make("td", {}, text(row[name]))));
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
  const body = [...table.rows(0, SHOWN_ROWS)].map(line);
  const caption = table.numRows > SHOWN_ROWS ? [make("caption", {}, `the first ${SHOWN_ROWS} of ${number.format(table.numRows)}`)] : [];
  return make("table", {}, ...caption, make("thead", {}, head), make("tbody", {}, ...body));
}
