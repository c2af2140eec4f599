// The Table that users see, over the raw one in WebAssembly memory.
import { copyNumbers, decode, isPlainNumbers } from "./cells.js";
import { join, toBuffers, toJson, toNdjson } from "./columns.js";
import { guard, invalid } from "./errors.js";
import { toBytes, writeArrow } from "./pieces.js";
import { makeSheet } from "./sheets.js";

// Rows made at a time when all are walked.
const PAGE = 1024;
const HTML_ROWS = 20;
const decoder = new TextDecoder();

/**
 * The class over the module that `getRaw()` resolves to, once it is started.
 * `forget(id)` is told of each sheet (see sheets.js) whose table is there no more.
 */
export function makeTable(getRaw, forget) {
  let lastId = 0;
  const lost = new FinalizationRegistry(forget);
  return class Table {
    static name = "Table"; // also where a bundler calls it otherwise
    #raw;
    #columns;
    #named; // the columns as users see them
    #views = [];
    #id;

    /** Made by the static functions only. */
    constructor(raw) {
      if (typeof raw?.columnView !== "function") {
        throw invalid("use await Table.fromArrow(bytes), Table.fromRows(objects) or Table.fromColumns(columns)");
      }
      this.#raw = raw;
      this.#columns = JSON.parse(raw.columns());
      this.#named = this.#columns.map(toColumn);
    }

    static async fromArrow(source) {
      const bytes = ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
        : source instanceof ArrayBuffer || Object.prototype.toString.call(source) === "[object ArrayBuffer]" ? new Uint8Array(source) : undefined;
      if (!bytes) throw invalid("Table.fromArrow takes Arrow IPC bytes; of an apache-arrow table make them with tableToIPC(table)");
      const raw = await getRaw();
      return guard(() => new Table(raw.Table.fromArrow(bytes)));
    }

    /** A table that another instance wrote into `room`, for other modules of this package. */
    static async _fromRoom(room) {
      const raw = await getRaw();
      return guard(() => new Table(raw.Table.fromRoom(room)));
    }

    static async fromRows(rows) {
      if (typeof rows?.[Symbol.iterator] !== "function" || typeof rows === "string") throw invalid("Table.fromRows takes an array of objects");
      const bytes = toNdjson(rows);
      const raw = await getRaw();
      if (bytes.length === 0) return new Table(raw.Table.fromBuffers("[]", bytes));
      return guard(() => new Table(raw.readBytes(bytes, { format: "ndjson" })));
    }

    static async fromColumns(columns) {
      if (columns === null || typeof columns !== "object") throw invalid("Table.fromColumns takes an object of arrays");
      const entries = Object.entries(columns);
      const uneven = entries.find(([, values]) => values?.length !== entries[0][1]?.length);
      if (uneven) {
        throw invalid(`column \`${uneven[0]}\` has ${uneven[1]?.length} values, but \`${entries[0][0]}\` has ${entries[0][1]?.length}`);
      }
      const raw = await getRaw();
      let table;
      for (const [name, values] of entries) {
        const given = toBuffers(name, values);
        const next = given
          ? guard(() => raw.Table.fromBuffers(JSON.stringify([given.column]), join(given.buffers, 8)))
          : guard(() => raw.readBytes(toNdjson(values.map((value) => ({ [name]: value ?? null }))), { format: "ndjson" }));
        table = table ? guard(() => beside(table, next)) : next;
      }
      return new Table(table ?? raw.Table.fromBuffers("[]", new Uint8Array()));
    }

    get #live() {
      if (!this.#raw) throw invalid("this table was freed; read it again, or free it later");
      return this.#raw;
    }

    /** The raw table, for other modules of this package. */
    get _raw() { return this.#live; }

    /** Its rows for work elsewhere; they stay if the table is freed meanwhile. */
    _sheet() {
      const raw = this.#live.slice(0, this.numRows);
      if (!this.#id) lost.register(this, this.#id = ++lastId);
      return makeSheet(this.#id, raw);
    }

    get numRows() { return this.#live.numRows; }
    get numColumns() { return this.#columns.length; }
    get columns() { return [...this.#named]; }

    get report() {
      const report = this.#live.report();
      return report === undefined ? undefined : JSON.parse(report);
    }

    get schema() {
      const fields = this.#columns.map(({ name, type }) => ({ name, type: arrowType(type) }));
      // Inputs.table looks for the field whose name is what `columns` has, which is no text here.
      const find = (test) => fields[fields.findIndex((field, i) => test(field, i, fields) || test({ ...field, name: this.#named[i] }, i, fields))];
      return { fields: Object.defineProperty(fields, "find", { value: find }) };
    }

    #index(name) {
      const index = this.#columns.findIndex((column) => column.name === name);
      if (index < 0) guard(() => this.#live.select(JSON.stringify([String(name)])));
      return index;
    }

    #view(index) {
      const view = (this.#views[index] ??= JSON.parse(this.#live.columnView(index) ?? "null") ?? false);
      return view || undefined;
    }

    #decode(index, start, end, raw) {
      const view = this.#view(index);
      if (view) return decode(this.#live.constructor.memory().buffer, view, start, end, raw);
      return JSON.parse(this.#live.columnJson(index, start, end));
    }

    column(name, { raw = false, ...others } = {}) {
      const wrong = Object.keys(others)[0];
      if (wrong !== undefined) throw invalid(`column: there is no option \`${wrong}\` (there are: raw)`);
      const index = this.#index(name);
      const view = this.#view(index);
      const memory = this.#live.constructor.memory();
      if (view && isPlainNumbers(view)) {
        if (raw || !view.kind.endsWith("int64")) return copyNumbers(memory.buffer, view);
        const values = decode(memory.buffer, view, 0, view.length);
        return values.every((value) => typeof value === "number") ? Float64Array.from(values) : copyNumbers(memory.buffer, view);
      }
      if (raw && view?.kind === "time" && view.validity === undefined) return copyNumbers(memory.buffer, view);
      return this.#decode(index, 0, this.numRows, raw);
    }

    row(index) {
      if (!Number.isInteger(index) || index < 0 || index >= this.numRows) {
        throw invalid(`there is no row ${index}: the table has ${this.numRows} rows, counted from 0`);
      }
      return this.rows(index, index + 1)[0];
    }

    /** As in apache-arrow; Plot's group and bin transforms take rows one by one. */
    at(index) {
      const at = index < 0 ? index + this.numRows : index;
      return at >= 0 && at < this.numRows ? this.row(Math.trunc(at)) : undefined;
    }

    /** As in apache-arrow; Plot's trees call it so. */
    get(index) { return this.at(index); }

    rows(start, end) {
      [start, end] = bounds(start, end, this.numRows);
      const names = this.#columns.map((column) => column.name);
      const values = names.map((_, index) => this.#decode(index, start, end));
      return toObjects(names, values, end - start);
    }

    toArray() { return this.rows(); }

    *[Symbol.iterator]() {
      for (let start = 0; start < this.numRows; start += PAGE) yield* this.rows(start, Math.min(start + PAGE, this.numRows));
    }

    getChild(name) {
      const index = this.#columns.findIndex((column) => column.name === name);
      if (index < 0) return null;
      const table = this;
      return {
        get length() { return table.numRows; },
        type: arrowType(this.#columns[index].type),
        get: (row) => (row >= 0 && row < table.numRows ? table.#decode(index, row, row + 1)[0] : undefined),
        toArray: () => table.column(name),
        *[Symbol.iterator]() {
          for (let start = 0; start < table.numRows; start += PAGE) yield* table.#decode(index, start, Math.min(start + PAGE, table.numRows));
        },
      };
    }

    toArrow({ format, ...others } = {}) {
      const wrong = Object.keys(others)[0];
      if (wrong !== undefined) throw invalid(`toArrow: there is no option \`${wrong}\` (there are: format)`);
      if (format !== undefined && format !== "stream") return guard(() => this.#live.toArrow(format));
      return guard(() => writeArrow(this.#live, toBytes).table);
    }

    toCsv({ bytes = false, ...options } = {}) {
      const csv = guard(() => this.#live.toCsv(toJson(options)));
      return bytes ? csv : decoder.decode(csv);
    }

    toJson({ bytes = false, ...options } = {}) {
      const json = guard(() => this.#live.toJson(toJson(options)));
      return bytes ? json : decoder.decode(json);
    }

    select(names) {
      const list = typeof names === "string" ? [names] : names;
      return guard(() => new Table(this.#live.select(toJson(list))));
    }

    rename(from, to) {
      if (typeof from !== "string" || typeof to !== "string") throw invalid("rename takes the name of a column and its new one");
      return guard(() => new Table(this.#live.rename(from, to)));
    }

    slice(start, end) { return new Table(this.#live.slice(...bounds(start, end, this.numRows))); }

    take(rows) {
      if (typeof rows?.length !== "number") throw invalid("take: the rows should be an array of their numbers, such as the rows of a chart's value");
      return guard(() => new Table(this.#live.take(Uint32Array.from(rows))));
    }

    filter(condition) {
      if (typeof condition !== "function") return guard(() => new Table(this.#live.filter(toJson(condition ?? null))));
      const mask = new Uint8Array(this.numRows);
      let index = 0;
      for (const row of this) {
        mask[index] = condition(row, index) ? 1 : 0;
        index++;
      }
      return guard(() => new Table(this.#live.filterMask(mask)));
    }

    sort(...keys) {
      const list = keys.flat().map((key) => (typeof key === "string" ? { column: key } : key));
      return guard(() => new Table(this.#live.sort(toJson(list))));
    }

    concat(other) {
      if (!(other instanceof Table)) throw invalid("concat takes another Table; make one with await Table.fromRows(objects)");
      return guard(() => new Table(this.#live.concat(other.#live)));
    }

    /** The table with notes in its report; `partial` says that rows are missing. */
    _noted(notes, partial) { return guard(() => new Table(this.#live.noted(JSON.stringify(notes), partial))); }

    /** The table with a column that has the same text in each row. */
    _withText(name, text) { return guard(() => new Table(this.#live.withText(name, text))); }

    free() {
      forget(this.#id);
      this.#raw?.free();
      this.#raw = undefined;
      this.#views = [];
    }

    toString() {
      return `Table(${this.numRows} rows × ${this.numColumns} columns: ${this.#columns.map(({ name, type }) => `${name} ${type}`).join(", ")})`;
    }

    [Symbol.for("nodejs.util.inspect.custom")]() { return this.#raw ? this.toString() : "Table(freed)"; }
    /** What Observable shows of a table. */
    get [Symbol.toStringTag]() { return this.#raw ? `Table(${this.numRows} rows × ${this.numColumns} columns)` : "Table(freed)"; }
    [Symbol.dispose ?? Symbol.for("Symbol.dispose")]() { this.free(); }

    /** JupyterLite shows these. */
    _toHtml() {
      const { partial, notes } = this.report ?? {};
      return toHtml(this.#columns, this.rows(0, HTML_ROWS), this.numRows) + (partial ? `<p><strong>Rows are missing:</strong> ${escape(notes.join("; "))}</p>` : "");
    }

    _toMime() { return { "text/html": this._toHtml(), "text/plain": this.toString() }; }
  };
}

/** A column that reads as its name, because Inputs.table takes `columns` for names. */
function toColumn({ name, type }) {
  return Object.defineProperty({ name, type }, "toString", { value: () => name });
}

/** Columns of `b` right of those of `a`; both are freed. */
function beside(a, b) {
  try {
    return a.beside(b);
  } finally {
    a.free();
    b.free();
  }
}

/** Bounds as in Array.prototype.slice. */
function bounds(start = 0, end = Infinity, length) {
  const cut = (n) => Math.trunc(Math.min(Math.max(n < 0 ? n + length : n, 0), length)) || 0;
  return [cut(start), Math.max(cut(start), cut(end))];
}

function toObjects(names, values, length) {
  const rows = new Array(length);
  // A column of this name would set the object's prototype.
  if (names.includes("__proto__")) {
    for (let row = 0; row < length; row++) rows[row] = Object.fromEntries(names.map((name, i) => [name, values[i][row]]));
    return rows;
  }
  // Copies of one object share its hidden class, which is faster than growing each.
  const template = Object.fromEntries(names.map((name) => [name, null]));
  for (let row = 0; row < length; row++) {
    const object = { ...template };
    for (let i = 0; i < names.length; i++) object[names[i]] = values[i][row];
    rows[row] = object;
  }
  return rows;
}

/** A type as in apache-arrow, as far as other libraries look: times are Dates here, so their unit is milliseconds. */
function arrowType(type) {
  const typeId = type === "timestamp" || type === "date" ? 10 : type === "text" ? 5 : type === "bool" ? 6
    : /^u?int/.test(type) ? 2 : type.startsWith("float") ? 3 : type === "decimal" ? 7 : type.startsWith("list") ? 12 : type.startsWith("struct") ? 13 : 0;
  return { typeId, ...(typeId === 10 && { unit: 1 }), toString: () => type };
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
export const escape = (value) => String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);

export function cellText(value) {
  if (value === null) return "";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
  return typeof value === "object" ? toJson(value) : String(value);
}

// In notebooks, whose own style puts all cells to the right.
const CELLS = { text: "text-align:left;vertical-align:top;max-width:32em;overflow-wrap:anywhere", other: "text-align:right;vertical-align:top;white-space:nowrap" };
const styled = (type, more = "") => `style="${CELLS[/^(text|list|struct)/.test(type) ? "text" : "other"]}${more}"`;

/** Not to be read as formulas: a `$` is usual in logs. */
function toHtml(columns, rows, numRows) {
  const texts = rows.map((row) => columns.map(({ name }) => cellText(row[name])));
  const head = columns.map(({ name, type }, at) => {
    // Short texts stay whole; most letters are narrower than a digit.
    const width = Math.min(Math.ceil(0.85 * texts.reduce((most, row) => Math.max(most, row[at].length), 0)), 23);
    return `<th title="${escape(type)}" ${styled(type, `;min-width:${width}ch`)}>${escape(name)}${type === "timestamp" ? " <small>UTC</small>" : ""}</th>`;
  }).join("");
  const body = texts.map((row) => `<tr>${row.map((text, at) => `<td ${styled(columns[at].type)}>${escape(text)}</td>`).join("")}</tr>`);
  const more = numRows > rows.length ? `, the first ${rows.length} shown` : "";
  return `<div class="tex2jax_ignore mathjax_ignore" style="overflow:auto;max-height:40em"><table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>`
    + `<p>${numRows} rows × ${columns.length} columns${more}</p>`;
}
