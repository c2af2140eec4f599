// A tab of findings: drop-downs that say what is looked at, a grid of what is found, and why it is one.
import { columnsOf } from "./columns.js";
import { ARROW, CSV, exportMenu, JSON_ROWS, rowsOf } from "./exports.js";
import { grid } from "./grid.js";
import { narrow, reveal } from "./log.js";
import { inSlices, matching } from "./slices.js";
import { $, say, state, work } from "./state.js";
import { lazyTab } from "./tabs.js";
import { cut, element, number, plural, visible } from "./text.js";

const MOST_CHARACTERS = 700; // of what is said of a finding

/**
 * Fills the panel `id`. The tab says by functions what it is about:
 *
 * - `choices(columns)`: the drop-downs, `{ name, label, options: [[value, title]], value, when?(chosen) }`
 * - `chose(chosen)`: what is looked at, in one line
 * - `make(table, chosen, control)`: what is found, with `table`: one row for each finding, the first the most unusual
 * - `columns(made)`: those of the grid; `cells(row, made)` makes their texts of a row of `table`
 * - `searched(made)`: names of columns of `table` that the filter looks in
 * - `summary(made)` for the status line
 * - `why(row, made)`: `{ title, text, column }`; `column` of the log is where its events are shown
 * - `locate(row, made, log, control)`: numbers of the log's rows that it is about; `detail(row, made, log, rows, control)`
 *   may say more of those
 * - `free(made)`, and `show(made, row)` if more is to be shown in `more`, with the row that is picked if any
 */
export function findings(id, tab) {
  const { what, noun, none, more = [] } = tab;
  const panel = $(id);
  const selects = element("div", { className: "tools" });
  const chose = element("span");
  const choices = element("details", { className: "choices stays" }, element("summary", {}, chose, " ", element("u", { textContent: "Change" })), selects);
  const filterBox = element("input", { id: `${id}-filter`, type: "search", "aria-label": `Filter the ${noun.many}`, placeholder: "Filter…", autocomplete: "off", spellcheck: false });
  const exporter = element("button", { id: `${id}-export`, type: "button", textContent: "Export" });
  const host = element("div", { id: `${id}-grid` });
  const about = element("div", { id: `${id}-about`, className: "about", role: "group", "aria-label": "Why it is listed", tabIndex: 0, hidden: true });
  panel.prepend(choices, ...more, element("div", { className: "tools" }, filterBox, exporter), element("div", { className: "frame" }, host), about);
  const view = grid(host, { label: `The ${noun.many}`, onPick: pick, onOpen: pick });

  let made; // what `make` gave
  let found; // rows that the filter leaves; undefined for all
  let chosen; // the values of the drop-downs, by name
  let chosenOf; // for this log

  const again = lazyTab(id, {
    what,
    none,
    async make(table, control) {
      if (chosenOf !== table) offer(table);
      try {
        return await tab.make(table, chosen, control);
      } catch (error) {
        choices.open = true;
        choices.hidden = error.isLacking === true;
        throw error;
      }
    },
    show(result) {
      [made, found] = [result, undefined];
      filterBox.value = "";
      about.hidden = true;
      view.reset();
      draw();
      tab.show?.(made);
      say(tab.summary(made));
      if (!made.table.numRows) choices.open = true;
      return made.table.numRows;
    },
    free(result) {
      if (made === result) {
        made = undefined;
        view.show({ columns: [], count: 0, rows: () => [] });
        for (const part of more) part.replaceChildren();
      }
      tab.free(result);
    },
  });

  /** Makes the drop-downs for a log. */
  function offer(table) {
    const drops = tab.choices(columnsOf(table));
    chosenOf = table;
    choices.open = choices.hidden = false;
    chosen = Object.fromEntries(drops.map(({ name, value }) => [name, value ?? ""]));
    const labels = drops.map(({ name, label, options }) => {
      const select = element("select", { name }, ...options.map(([value, textContent]) => element("option", { value, textContent: visible(textContent), selected: value === chosen[name] })));
      select.onchange = () => {
        chosen[name] = select.value;
        hide();
        again();
      };
      return element("label", {}, `${label} `, select);
    });
    const hide = () => {
      drops.forEach(({ when }, i) => (labels[i].hidden = when !== undefined && !when(chosen)));
      chose.textContent = visible(tab.chose(chosen));
    };
    selects.replaceChildren(...labels);
    hide();
  }

  const rowAt = (place) => (found ? found[place] : place);

  function draw() {
    const rows = (start, end) => Array.from({ length: end - start }, (_, i) => tab.cells(made.table.row(rowAt(start + i)), made));
    view.show({ columns: tab.columns(made), count: found ? found.length : made.table.numRows, rows });
  }

  /** Shows the first event of a finding in the log, and says why it is one. */
  async function pick(place) {
    const mine = made;
    const row = mine.table.row(rowAt(place));
    const why = tab.why(row, mine);
    const [title, text, { column }] = [cut(why.title), cut(why.text, MOST_CHARACTERS), why];
    tab.show?.(mine, row);
    const words = element("p", {}, element("b", { textContent: visible(title) }), `: ${visible(text)}`);
    about.replaceChildren(words);
    about.hidden = false;
    const events = await work("Looking for its rows", async (control) => {
      const rows = await tab.locate(row, mine, state.table, control);
      return { rows, more: (await tab.detail?.(row, mine, state.table, rows, control)) ?? "" };
    });
    if (!events || mine !== made) return;
    const { rows, more } = events;
    words.append(visible(more));
    if (rows.length > 1) about.append(element("button", { type: "button", textContent: `Show only its ${number(rows.length)} rows`, onclick: () => narrow(rows, title) }));
    if (rows.length) await reveal({ SourceIndex: rows[0], SourceColumn: column });
    say(`${title}${rows.length ? ` (${rows.length > 1 ? "from " : ""}row ${number(rows[0] + 1)})` : ""}: ${text}${more}`);
  }

  // ---- filter and exports -------------------------------------------------

  let typing;
  filterBox.oninput = () => {
    clearTimeout(typing);
    typing = setTimeout(() => made && filter(), 150);
  };

  async function filter() {
    const [mine, text] = [made, filterBox.value];
    const seen = mine.table.select(tab.searched(mine));
    const rows = text ? await work("Searching", (control) => inSlices(matching(seen, text), control)) : undefined;
    seen.free();
    if ((text && !rows) || mine !== made) return;
    found = rows;
    draw();
    say(found ? `${plural(found.length, noun.one, noun.many)} found.` : `All ${noun.many} shown.`);
  }

  exportMenu(exporter.id, noun, [CSV, JSON_ROWS, ARROW], () => rowsOf(made.table, found));
}
