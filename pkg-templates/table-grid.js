// The rows of a table view: only the cells that are seen exist.
//
// The grid has one tab stop; a cell cursor moves in it (W3C ARIA practices, "grid"). Row -1 of the cursor is the head.
import { make } from "./element.js";
import { cut } from "./table-cells.js";

// Chromium cuts an element at 33 million pixels, Firefox at 17: longer tables scroll more than one row for each row's height.
const MAX_HEIGHT = 15_000_000;
const HEAD = 30;
// Rows drawn above and below those that are seen, so that a scroll finds them there.
const SPARE = 3;
const [NARROWEST, STEP] = [40, 20];

/**
 * `asks` is whom the grid asks: `rows(from, to, names)`, `text(value, column)`, `isChosen(row)`; and tells: `sort(column, add)`,
 * `filter(column)`, `pick(row, { extend, toggle })`, `open(row)`, `all()`, `clear()`. Rows are counted as shown.
 */
export class Grid {
  #asks;
  #row = matchMedia("(pointer: coarse)").matches ? 36 : 25;
  #head = make("div", { class: "line heads", role: "row", "aria-rowindex": 1 });
  #space = make("div", { class: "space", role: "presentation" });
  #columns = [];
  #lefts = [0]; // where each column begins, and where the last ends
  #count = 0;
  #keys = [];
  #seen = [0, 0]; // the columns that have cells
  #lines = [];
  #from = 0; // the row of the first line
  #top = 0; // the first row that is seen, with the part of it that is not
  #placed = 0; // where the scroll bar was when that was so
  #room = 0; // height for rows
  #frame = 0;
  #at; // the cell of the cursor
  cursor = { row: 0, column: 0 };

  constructor(asks) {
    this.#asks = asks;
    this.element = make("div", {
      class: "grid", role: "grid", tabindex: 0, "aria-multiselectable": "true",
      scroll: () => this.redraw(),
      keydown: (event) => this.#key(event),
      click: (event) => this.#click(event),
      dblclick: (event) => this.#dblclick(event),
      pointerdown: (event) => this.#drag(event),
    }, this.#head, this.#space);
  }

  /** Shows other columns or rows, `top` first. */
  show({ columns, count, keys }, top = this.#top) {
    [this.#columns, this.#count, this.#keys] = [columns, count, keys];
    this.element.setAttribute("aria-rowcount", count + 1);
    this.element.setAttribute("aria-colcount", columns.length);
    this.#space.style.height = `${Math.min(count * this.#row, MAX_HEIGHT)}px`;
    this.element.onwheel = count * this.#row > MAX_HEIGHT ? (event) => this.#wheel(event) : null;
    this.#seen = [0, 0];
    this.layOut();
    this.cursor = { row: Math.min(this.cursor.row, count - 1), column: Math.max(0, Math.min(this.cursor.column, columns.length - 1)) };
    this.#place(top);
  }

  /** Height in pixels that shows `rows` rows. */
  heightOf(rows) { return HEAD + rows * this.#row + 18; }

  /** Takes the size that there is; the column that grows takes what is left. */
  layOut() {
    const { clientWidth, clientHeight } = this.element;
    this.#room = Math.max(this.#row, clientHeight - HEAD);
    const left = Math.max(0, clientWidth - this.#columns.reduce((sum, { width }) => sum + width, 0));
    const grows = this.#columns.findLastIndex(({ grow }) => grow);
    this.#lefts = [0];
    this.#columns.forEach(({ width }, i) => this.#lefts.push(this.#lefts[i] + width + (i === grows ? left : 0)));
    this.#head.style.width = this.#space.style.width = `${this.#lefts.at(-1)}px`;
    this.#seen = [0, 0];
    this.redraw();
  }

  redraw() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Draws nothing more, until it is asked to again. */
  stop() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** Rows for each pixel: the end of the scroll bar is the last row, however long the table. */
  get #rate() {
    const hidden = Math.min(this.#count * this.#row, MAX_HEIGHT) - this.#room;
    return hidden > 0 ? this.#last / hidden : 0;
  }

  /** The first row that is seen at the end. */
  get #last() { return Math.max(0, this.#count - this.#room / this.#row); }

  #draw() {
    const { element } = this;
    const scroll = element.scrollTop;
    if (scroll !== this.#placed) [this.#top, this.#placed] = [scroll * this.#rate, scroll];
    this.#frameColumns();
    const from = Math.max(0, Math.floor(this.#top) - SPARE);
    const to = Math.min(this.#count, Math.ceil(this.#top + this.#room / this.#row) + SPARE);
    const columns = this.#columns.slice(...this.#seen);
    const rows = from < to && columns.length ? this.#asks.rows(from, to, columns.map(({ name }) => name)) : [];
    while (this.#lines.length < rows.length) this.#addLine();
    this.#turn(from);
    this.#lines.forEach((line, i) => {
      line.hidden = i >= rows.length;
      if (!line.hidden) this.#fill(line, from + i, rows[i], columns, scroll + (from + i - this.#top) * this.#row);
    });
    this.#mark();
  }

  /** Makes the head, and lines anew, if other columns came into view. */
  #frameColumns() {
    const { scrollLeft, clientWidth } = this.element;
    const lefts = this.#lefts;
    let from = 0;
    while (from < this.#columns.length - 1 && lefts[from + 1] <= scrollLeft) from++;
    let to = from;
    while (to < this.#columns.length && lefts[to] < scrollLeft + clientWidth) to++;
    if (from === this.#seen[0] && to === this.#seen[1] && to > 0) return;
    this.#seen = [from, to];
    this.#head.replaceChildren(...this.#columns.slice(from, to).map((column, i) => this.#size(this.#headCell(column), from + i)));
    this.#space.replaceChildren();
    this.#lines = [];
  }

  /** Lines that left the view at one end come in at the other; those between stay as they are. */
  #turn(from) {
    const lines = this.#lines;
    const step = from - this.#from;
    this.#from = from;
    if (Math.abs(step) >= lines.length) return;
    const moved = step > 0 ? lines.splice(0, step) : step < 0 ? lines.splice(step) : [];
    if (step > 0) lines.push(...moved);
    else lines.unshift(...moved);
    this.#space[step > 0 ? "append" : "prepend"](...moved);
  }

  #size(cell, index) {
    cell.setAttribute("aria-colindex", index + 1);
    cell.style.width = `${this.#lefts[index + 1] - this.#lefts[index]}px`;
    if (index === this.#seen[0]) cell.style.marginLeft = `${this.#lefts[index]}px`;
    return cell;
  }

  #headCell(column) {
    const at = this.#keys.findIndex(({ column: name }) => name === column.name);
    const { descending } = this.#keys[at] ?? {};
    const sorted = at < 0 ? "none" : descending ? "descending" : "ascending";
    const arrow = at < 0 ? "" : `${descending ? "↓" : "↑"}${this.#keys.length > 1 ? at + 1 : ""}`;
    return make("div", { class: `cell ${column.kind}`, role: "columnheader", "aria-sort": sorted, title: `${column.title}: ${column.type}` },
      make("b", {}, column.title), ...(column.note ? [make("small", {}, column.note)] : []), make("span", { class: "arrow", "aria-hidden": "true" }, arrow),
      make("button", { type: "button", class: "ask", tabindex: -1, "aria-label": `Filter ${column.title}` }, "▾"),
      make("i", { class: "grip" }));
  }

  #addLine() {
    const line = make("div", { class: "line", role: "row" });
    for (let i = this.#seen[0]; i < this.#seen[1]; i++) line.append(this.#size(make("div", { class: `cell ${this.#columns[i].kind}`, role: "gridcell" }), i));
    line.style.width = `${this.#lefts.at(-1)}px`;
    line.style.height = `${this.#row}px`;
    this.#lines.push(line);
    this.#space.append(line);
  }

  #fill(line, index, row, columns, y) {
    line.index = index;
    line.style.transform = `translateY(${Math.round(y)}px)`;
    line.setAttribute("aria-rowindex", index + 2);
    line.setAttribute("aria-selected", this.#asks.isChosen(index));
    columns.forEach((column, i) => {
      const cell = line.children[i];
      const text = this.#asks.text(row[column.name], column);
      if (cell.shown === text) return;
      cell.shown = text;
      cell.textContent = text === null ? "" : cut(text);
      cell.classList.toggle("absent", text === null);
    });
  }

  /** Marks the cell of the cursor. */
  #mark() {
    const { row, column } = this.cursor;
    const line = row < 0 ? this.#head : this.#lines.find((line) => !line.hidden && line.index === row);
    const cell = line?.children[column - this.#seen[0]];
    this.#at?.removeAttribute("id");
    this.#at?.classList.remove("at");
    this.#at = cell;
    if (!cell) return this.element.removeAttribute("aria-activedescendant");
    cell.id = `at-${row}-${column}`;
    cell.classList.add("at");
    this.element.setAttribute("aria-activedescendant", cell.id);
  }

  /** Scrolls so that row `top` is the first. */
  #place(top) {
    const rate = this.#rate;
    this.#top = Math.max(0, Math.min(this.#last, top));
    this.element.scrollTop = rate ? this.#top / rate : 0;
    this.#placed = this.element.scrollTop;
    this.redraw();
  }

  /** Moves the cursor, and scrolls so that it is seen. */
  go(row, column = this.cursor.column) {
    row = Math.max(-1, Math.min(this.#count - 1, row));
    column = Math.max(0, Math.min(this.#columns.length - 1, column));
    this.cursor = { row, column };
    const fit = this.#room / this.#row;
    if (row >= 0 && row < this.#top) this.#place(row);
    else if (row + 1 > this.#top + fit) this.#place(row + 1 - fit);
    const [left, right] = [this.#lefts[column], this.#lefts[column + 1]];
    const { element } = this;
    if (left < element.scrollLeft) element.scrollLeft = left;
    else if (right > element.scrollLeft + element.clientWidth) element.scrollLeft = Math.min(left, right - element.clientWidth);
    this.redraw();
  }

  /** A pixel of the scroll bar of a long table is several rows, but a turn of the wheel is not. */
  #wheel(event) {
    if (event.ctrlKey || event.shiftKey || !event.deltaY) return;
    const pixels = event.deltaY * [1, this.#row, this.#room][event.deltaMode];
    if (event.deltaY < 0 ? this.#top <= 0 : this.#top >= this.#last) return;
    event.preventDefault();
    this.element.scrollLeft += event.deltaX;
    this.#place(this.#top + pixels / this.#row);
  }

  #key(event) {
    if (event.target !== this.element || event.altKey && event.key !== "ArrowDown") return;
    const add = event.ctrlKey || event.metaKey;
    const { row, column } = this.cursor;
    const page = Math.max(1, Math.floor(this.#room / this.#row) - 1);
    const to = { ArrowDown: row + 1, ArrowUp: row - 1, PageDown: row + page, PageUp: Math.max(0, row - page), Home: 0, End: this.#count - 1 }[event.key];
    const name = this.#columns[column]?.name;
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.altKey) this.#asks.filter(name);
    else if (to !== undefined) {
      this.go(to);
      if (this.cursor.row >= 0 && (!add || event.shiftKey)) this.#asks.pick(this.cursor.row, { extend: event.shiftKey });
    } else if (side && row < 0 && event.shiftKey) this.#resize(column, this.#columns[column].width + side * STEP);
    else if (side) this.go(row, column + side);
    else if (event.key === "Enter" && row < 0) this.#asks.sort(name, event.shiftKey);
    else if (event.key === "Enter") this.#asks.open(row);
    else if (event.key === " " && row >= 0) this.#asks.pick(row, { extend: event.shiftKey, toggle: !event.shiftKey });
    else if (event.key === "a" && add) this.#asks.all();
    else if (event.key !== "Escape" || !this.#asks.clear()) return;
    event.preventDefault();
  }

  #cellOf(event) {
    const cell = event.target.closest(".cell");
    return cell && { line: cell.parentNode, column: this.#seen[0] + [...cell.parentNode.children].indexOf(cell) };
  }

  #click(event) {
    const { line, column } = this.#cellOf(event) ?? {};
    if (!line || event.target.closest(".grip")) return;
    const { name } = this.#columns[column];
    if (line !== this.#head) {
      this.go(line.index, column);
      this.#asks.pick(line.index, { extend: event.shiftKey, toggle: event.ctrlKey || event.metaKey });
    } else if (event.target.closest(".ask")) this.#asks.filter(name);
    else {
      this.go(-1, column);
      this.#asks.sort(name, event.shiftKey);
    }
  }

  #dblclick(event) {
    const { line } = this.#cellOf(event) ?? {};
    if (line && line !== this.#head) this.#asks.open(line.index);
  }

  /** The edge of a head is drawn to resize its column; it keeps the pointer. */
  #drag(event) {
    const { target, pointerId, clientX } = event;
    if (event.shiftKey && target.closest(".space")) event.preventDefault(); // or text is selected
    if (!target.closest(".grip")) return;
    event.preventDefault();
    const { column } = this.#cellOf(event);
    const width = this.#lefts[column + 1] - this.#lefts[column];
    const { element } = this;
    // Not before it moves: a click goes to who has the pointer.
    element.onpointermove = (moved) => {
      element.setPointerCapture(pointerId);
      this.#resize(column, width + moved.clientX - clientX);
    };
    element.onpointerup = element.onpointercancel = () => (element.onpointermove = null);
  }

  #resize(index, width) {
    Object.assign(this.#columns[index], { width: Math.max(NARROWEST, width), grow: false });
    this.layOut();
  }
}
