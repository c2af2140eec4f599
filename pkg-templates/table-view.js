// The element that shows a table: what it filters, sorts and has chosen. Rows are read by their numbers as they are seen; how they
// are drawn is in table-grid.js.
import { check } from "./charts.js";
import { toJson } from "./columns.js";
import { button, define, dress, fill, isDark, listed, make, number, save, watch } from "./element.js";
import { guard, invalid } from "./errors.js";
import { Zone, kindOf, visible, visibleLines } from "./table-cells.js";
import { inWords, toFilter } from "./table-filters.js";
import { Grid } from "./table-grid.js";
import { columnChooser, filterForm } from "./table-panels.js";
import style from "./table-style.js";

const [HEIGHT, SAMPLE, WIDEST] = [440, 100, 340];
const TYPING_MS = 150;

/** The function that shows a table; where there are no pages, it gives what has `toHtml()`. */
export function makeTableView(Table) {
  let View;
  return (table, options) => {
    if (!(table instanceof Table)) throw invalid("tableView: the first argument should be a Table, such as await read(file)");
    const { columns, height, title, timeZone, theme, ...others } = options ?? {};
    const wrong = Object.keys(others)[0];
    if (wrong !== undefined) throw invalid(`tableView: there is no option \`${wrong}\` (there are: columns, height, title, timeZone, theme)`);
    check("tableView", { height, title, theme });
    const first = columns ? table.select(columns) : table;
    const zone = new Zone(timeZone);
    if (typeof HTMLElement !== "function") return withoutPage(table, () => first._toHtml());
    View ??= defineView(Table);
    return new View(table, { columns, height, title, theme }, zone);
  };
}

/** In Node and in workers. */
function withoutPage(table, toHtml) {
  const own = table.slice();
  return Object.assign(new EventTarget(), {
    value: null,
    selected() { return this.value && own.take(this.value.rows); },
    toHtml,
    _toHtml: toHtml,
  });
}

const textWidth = (length) => Math.round(length * 7.3) + 22;

/** A column as the view has it, with a width that suits most of `texts`. */
function describe({ name, type }, texts, zone, shown) {
  const kind = kindOf({ type });
  const title = visible(name);
  const note = type === "timestamp" ? zone.name : "";
  const longest = texts.reduce((most, text) => Math.max(most, text?.length ?? 0), 0);
  const needed = textWidth(longest);
  // With room for the arrow of a sort and the button of the filter.
  const head = textWidth(title.length * 1.1 + note.length * 0.9 + 6);
  return { name, type, kind, title, note, shown, needed: Math.max(needed, head), width: Math.max(Math.min(needed, WIDEST), Math.min(head, 240)), grow: false };
}

function defineView(Table) {
  class HuntbookTable extends HTMLElement {
    #options;
    #zone;
    #table;
    #columns;
    #filters = [];
    #search = "";
    #keys = [];
    #order = null; // numbers of the rows that are shown; null for all as they are
    #chosen; // for each row, whether it is chosen
    #rows; // the numbers of those
    #anchor; // where a choice of several rows begins
    #parts;
    #grid;
    #panel = "";
    #watch;
    #typing;
    #isFree = false;

    constructor(table, options, zone) {
      super();
      [this.#options, this.#zone] = [options, zone];
      this.#grid = new Grid({
        rows: (from, to, names) => this.#read(from, to, names),
        text: (value, column) => zone.text(value, column),
        isChosen: (index) => this.#chosen[this.#rowAt(index)] === 1,
        sort: (name, add) => this.#sort(name, add),
        filter: (name) => this.#ask({ column: this.#column(name) }),
        pick: (index, how) => this.#pick(index, how),
        open: (index) => this.#open("details", index),
        all: () => this.#choose((chosen) => this.#each((row) => (chosen[row] = 1))),
        clear: () => this.#escape(),
      });
      this.#build();
      this.update(table);
    }

    connectedCallback() {
      if (this.#isFree) return;
      this.#watch = watch(this, () => this.#layOut());
      this.#layOut();
    }

    disconnectedCallback() {
      this.#watch?.();
      clearTimeout(this.#typing);
      this.#grid.stop();
    }

    /** As a chart's. */
    free() {
      this.disconnectedCallback();
      this.#table.free();
      [this.#isFree, this.inert] = [true, true];
    }

    adoptedCallback() { dress(this, style); }

    /** The rows that are chosen, by their numbers in the table that was given. */
    get value() {
      this.#rows ??= rowsOf(this.#chosen);
      return this.#rows.length ? { rows: this.#rows.slice() } : null;
    }

    set value(value) {
      const rows = value == null ? [] : value.rows;
      if (typeof rows?.length !== "number") throw invalid("value should be null or { rows }, an array of row numbers");
      this.#choose((chosen) => {
        chosen.fill(0);
        for (const row of rows) if (row < chosen.length) chosen[row] = 1;
      }, true);
      const first = rows.length ? this.#indexOf(rows[0]) : -1;
      if (first >= 0) this.#grid.go(first);
    }

    /** For notebooks that show results by methods. */
    _toHtml() { return this.#table._toHtml(); }

    selected() {
      const { value } = this;
      return value && this.#table.take(value.rows);
    }

    /** Shows another table; filters and keys of columns that it lacks are dropped. */
    update(table) {
      if (!(table instanceof Table)) throw invalid("update takes a Table");
      // A part of the same memory, which stays if the user frees his.
      const own = table.slice();
      const columns = describeAll(own, this.#zone, this.#options.columns, this.#columns);
      this.#table?.free();
      [this.#table, this.#columns] = [own, columns];
      this.#filters = this.#filters.filter(({ column }) => this.#column(column.name)?.type === column.type);
      this.#keys = this.#keys.filter(({ column }) => this.#column(column));
      this.#chosen = new Uint8Array(own.numRows);
      [this.#rows, this.#anchor] = [undefined, undefined];
      const height = this.#options.height ?? Math.min(HEIGHT, this.#grid.heightOf(Math.max(3, own.numRows)));
      this.#parts.body.style.height = `${height}px`;
      this.#open("");
      this.#arrange();
    }

    #build() {
      const tool = (text, title, click) => button(text, click, { title });
      const parts = this.#parts = {
        find: make("input", { type: "search", placeholder: "Search all text", "aria-label": "Search all text columns", input: () => this.#type() }),
        columns: tool("Columns", "Choose columns and their order", () => this.#toggle("columns")),
        details: tool("Details", "All fields of the row (Enter)", () => this.#toggle("details")),
        chips: make("div", { class: "row", role: "group", "aria-label": "Filters" }),
        form: make("div"),
        none: make("p", { class: "none", hidden: "" }),
        aside: make("div", { class: "aside", role: "group", hidden: "", tabindex: 0, keydown: (event) => event.key === "Escape" && this.#escape() }),
        status: make("div", { class: "status", role: "status" }),
      };
      const title = this.#options.title ?? "";
      const head = make("div", { class: "head" }, ...(title ? [make("b", { class: "title" }, title)] : []), make("span", { class: "tools" }, parts.find,
        tool("Filter", "Add a filter of a column", () => this.#ask({})), parts.columns, parts.details,
        tool("CSV", "Save what is shown as CSV", () => this.#save("csv")), tool("JSON", "Save what is shown as JSON", () => this.#save("json"))));
      this.#grid.element.setAttribute("aria-label", title || "Table");
      parts.body = make("div", { class: "body" }, make("div", { class: "rows" }, this.#grid.element, parts.none), parts.aside);
      fill(this, style, head, parts.form, parts.chips, parts.body, parts.status);
    }

    #column(name) { return this.#columns.find((column) => column.name === name); }
    get #count() { return this.#order?.length ?? this.#table.numRows; }
    #rowAt(index) { return this.#order ? this.#order[index] : index; }
    #indexOf(row) { return this.#order ? this.#order.indexOf(row) : row < this.#count ? row : -1; }

    #each(visit) {
      for (let index = 0; index < this.#count; index++) visit(this.#rowAt(index));
    }

    /** Rows as they are shown, with these columns. */
    #read(from, to, names) {
      const columns = this.#table.select(names);
      const part = this.#order ? columns.take(this.#order.subarray(from, to)) : columns.slice(from, to);
      const rows = part.rows();
      columns.free();
      part.free();
      return rows;
    }

    /** Filters and sorts anew; throws if a filter is none, and then nothing has changed. */
    #arrange(filters = this.#filters) {
      const all = filters.map((filter) => toFilter(filter, this.#zone));
      if (this.#search) all.push({ or: this.#columns.filter(({ kind }) => kind === "text").map(({ name }) => ({ column: name, contains: this.#search, ignoreCase: true })) });
      const arrange = () => this.#table._raw.arrange(all.length ? toJson({ and: all }) : undefined, toJson(this.#keys));
      const order = all.length || this.#keys.length ? guard(arrange) : null;
      [this.#filters, this.#order] = [filters, order];
      this.#show(0);
      this.#showChips();
    }

    #show(top) {
      this.#grid.show({ columns: this.#columns.filter(({ shown }) => shown), count: this.#count, keys: this.#keys }, top);
      this.#showStatus();
      this.#showDetails();
    }

    #layOut() {
      this.toggleAttribute("data-dark", isDark(this, this.#options.theme));
      this.#grid.layOut();
    }

    #sort(name, add) {
      const before = this.#keys.find(({ column }) => column === name);
      const next = !before ? [{ column: name }] : before.descending ? [] : [{ column: name, descending: true }];
      if (!add) this.#keys = next;
      else if (before) this.#keys = this.#keys.flatMap((key) => (key === before ? next : [key]));
      else this.#keys = [...this.#keys, ...next];
      this.#arrange();
    }

    #type() {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => {
        this.#search = this.#parts.find.value.trim();
        this.#arrange();
      }, TYPING_MS);
    }

    /** Opens the form for a filter that begins with `given`, in place of `before` if that is a filter. */
    #ask(given, before = given, focus = "Value") {
      if (!this.#columns.length) return;
      const apply = (filter) => {
        this.#arrange(this.#filters.includes(before) ? this.#filters.map((one) => (one === before ? filter : one)) : [...this.#filters, filter]);
        this.#back();
      };
      const form = filterForm(this.#columns, given, { apply, change: (next, label) => this.#ask(next, before, label), close: () => this.#back() });
      this.#parts.form.replaceChildren(form);
      (form.querySelector(`[aria-label="${focus}"]`) ?? form.firstChild).focus();
    }

    /** Closes the form; the grid has the focus again. */
    #back() {
      this.#parts.form.replaceChildren();
      this.#grid.element.focus({ preventScroll: true });
    }

    #showChips() {
      this.#parts.chips.replaceChildren(...this.#filters.map((filter) => {
        const words = visible(inWords(filter));
        return make("span", { class: "chip" },
          make("button", { type: "button", title: "Change", click: () => this.#ask(filter) }, words),
          make("button", { type: "button", title: "Remove", "aria-label": `Remove ${words}`, click: () => this.#drop(filter) }, "×"));
      }));
    }

    #drop(filter) {
      this.#arrange(this.#filters.filter((one) => one !== filter));
      this.#back();
    }

    #pick(index, { extend, toggle }) {
      const row = this.#rowAt(index);
      const from = extend && this.#anchor !== undefined ? this.#indexOf(this.#anchor) : -1;
      this.#choose((chosen) => {
        const before = chosen[row];
        if (!toggle) chosen.fill(0);
        if (from >= 0) for (let i = Math.min(from, index); i <= Math.max(from, index); i++) chosen[this.#rowAt(i)] = 1;
        else chosen[row] = toggle && before ? 0 : 1;
      });
      if (from < 0) this.#anchor = row;
      this.#showDetails();
    }

    #choose(change, silent = false) {
      change(this.#chosen);
      this.#rows = undefined;
      this.#grid.redraw();
      this.#showStatus();
      if (!silent) this.dispatchEvent(new Event("input", { bubbles: true }));
    }

    /** Closes what is open, or else chooses nothing; whether there was either. */
    #escape() {
      if (this.#panel) {
        this.#open("");
        this.#back();
      } else if (this.value) this.#choose((chosen) => chosen.fill(0));
      else return false;
      return true;
    }

    #showStatus() {
      const { status, none } = this.#parts;
      const [count, total] = [this.#count, this.#table.numRows];
      const rows = (n) => `${number.format(n)} ${n === 1 ? "row" : "rows"}`;
      const shown = count === total ? rows(total) : `${number.format(count)} of ${rows(total)}`;
      status.replaceChildren(make("span", {}, shown));
      const { value } = this;
      if (value) {
        status.append(make("span", {}, `${number.format(value.rows.length)} chosen${this.#hidden(value.rows)}`),
          make("button", { type: "button", title: "Choose nothing (Escape)", click: () => {
            this.#choose((chosen) => chosen.fill(0));
            this.#grid.element.focus({ preventScroll: true });
          } }, "Clear"));
      }
      none.hidden = count > 0;
      none.textContent = total ? "No row passes the filters." : "The table has no rows.";
    }

    /** How many of the chosen rows the filters hide, in words. */
    #hidden(rows) {
      if (!this.#order || this.#order.length === this.#table.numRows) return "";
      let shown = 0;
      for (const row of this.#order) shown += this.#chosen[row];
      return shown < rows.length ? `, ${number.format(rows.length - shown)} of them not shown` : "";
    }

    #toggle(panel) { this.#open(this.#panel === panel ? "" : panel); }

    /** Opens `"columns"` or the `"details"` of a row, or nothing. */
    #open(panel, index) {
      const { aside, columns, details } = this.#parts;
      if (index !== undefined) this.#grid.go(index);
      this.#panel = panel;
      aside.hidden = !panel;
      this.#parts.body.classList.toggle("open", panel !== "");
      for (const [name, tool] of Object.entries({ columns, details })) tool.setAttribute("aria-pressed", panel === name);
      aside.setAttribute("aria-label", panel);
      aside.replaceChildren();
      if (panel === "columns") {
        aside.append(...columnChooser(this.#columns, () => this.#show()));
        aside.querySelector("input").focus();
      }
      this.#showDetails();
      this.#grid.layOut();
    }

    #showDetails() {
      if (this.#panel !== "details") return;
      const { aside } = this.#parts;
      const { row: index } = this.#grid.cursor;
      if (index < 0 || index >= this.#count) return aside.replaceChildren(make("p", {}, "No row."));
      const row = this.#rowAt(index);
      const one = this.#table.take([row]);
      const values = one.row(0);
      const json = one.toJson().replace(/^\[|\]$/g, "");
      one.free();
      const fields = this.#columns.map((column) => [column.title, visibleLines(this.#zone.text(values[column.name], column) ?? "∅")]);
      const copied = (text) => () => (copy.textContent = text);
      const copy = make("button", { type: "button", title: "Copy the row as JSON", click: () => navigator.clipboard?.writeText(json).then(copied("Copied"), copied("Cannot copy")) }, "Copy");
      aside.replaceChildren(make("div", { class: "row" }, make("b", {}, `Row ${number.format(row + 1)}`), copy), ...listed({ fields }));
    }

    #save(format) {
      const columns = this.#table.select(this.#columns.filter(({ shown }) => shown).map(({ name }) => name));
      const shown = this.#order ? columns.take(this.#order) : columns;
      const bytes = format === "csv" ? shown.toCsv({ bytes: true }) : shown.toJson({ bytes: true });
      save(bytes, format === "csv" ? "text/csv" : "application/json", this.#options.title || "table", format);
      if (shown !== columns) shown.free();
      columns.free();
    }
  }
  return define("huntbook-table", HuntbookTable);
}

/** The numbers of the rows that are chosen. */
function rowsOf(chosen) {
  const rows = new Uint32Array(chosen.length);
  let count = 0;
  for (let row = 0; row < chosen.length; row++) if (chosen[row]) rows[count++] = row;
  return rows.slice(0, count);
}

/** The columns of a table, in the order and with the widths that they had in `before`; at first those that are `wanted`. */
function describeAll(table, zone, wanted, before = []) {
  const some = table.take(Array.from({ length: Math.min(SAMPLE, table.numRows) }, (_, i) => Math.floor((i * table.numRows) / SAMPLE) % table.numRows));
  const all = table.columns.map((column) => {
    const texts = [...some.column(column.name)].map((value) => zone.text(value, column));
    return before.find(({ name, type }) => name === column.name && type === column.type) ?? describe(column, texts, zone, !wanted || wanted.includes(column.name));
  });
  some.free();
  const names = before.length ? before.map(({ name }) => name) : (wanted ?? []);
  const place = ({ name }) => (names.includes(name) ? names.indexOf(name) : Infinity);
  all.sort((a, b) => (place(a) - place(b) || 0));
  // What is cut most takes the room that is left.
  const cut = all.reduce((most, column) => (column.needed - column.width > most.needed - most.width ? column : most), all[0]);
  if (cut && !before.length) cut.grow = true;
  return all;
}
