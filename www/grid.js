// A table of any length and width: only the cells that are seen exist.
//
// The grid has one tab stop; a cell cursor moves in it (W3C ARIA practices,
// "grid" and "treegrid"). Row -1 of the cursor is the head, where Enter sorts.
import { element, show, visible } from "./text.js";

const ROW = 24;
// Chromium cuts an element at 33 million pixels, Firefox at 17: longer tables
// scroll more than one row for each row's height.
const MAX_HEIGHT = 15_000_000;
const CELL_CHARACTERS = 400;

// Each level of a tree stands this far to the right, down to a depth.
const INDENT = 14;
const INDENTED_LEVELS = 12;

/**
 * Fills `host` with a grid. `rows(start, end, names)` gives objects with those columns. `onSort(name)` is asked to sort; `onOpen(index)`
 * follows Enter, or a click on a `link` cell; `onPick(index)` follows other clicks and the
 * space bar. Without `onPick`, the space bar and a double click open.
 * `mark(row, name, text)` may give the `[start, end]` to highlight.
 *
 * With `tree`, a row may be `{ heading, open }` over rows that are not, or have a `level`
 * from 1, `above` where its parent stands (or itself), `open` if others are below it,
 * and `faint` if it is there for those alone;
 * `onFold(index)` folds it. A column's `badge(row)` is an element before its text.
 */
export function grid(host, { label, tree = false, onSort, onOpen, onPick, onFold, mark }) {
  host.className = onPick ? "grid pick" : "grid";
  host.tabIndex = 0;
  host.setAttribute("role", tree ? "treegrid" : "grid");
  host.setAttribute("aria-label", label);
  const head = element("div", { className: "head", role: "row", "aria-rowindex": 1 });
  const body = element("div", { className: "body", role: "presentation" });
  host.replaceChildren(head, body);

  let columns = [];
  let lefts = [0]; // where each column begins, and where the last ends
  let count = 0;
  let rows = () => [];
  let sorted = {};
  let cursor = { row: 0, column: 0 };
  let moved = false; // whether the user has put the cursor somewhere
  let drawing = 0;

  const bodyHeight = () => Math.max(ROW, host.clientHeight - head.offsetHeight);
  const fit = () => Math.max(1, Math.floor(bodyHeight() / ROW));
  const isLong = () => count * ROW > MAX_HEIGHT;
  /** Rows for each pixel: the end of the scroll bar is the last page, however long the table. */
  const rate = () => (isLong() ? (count - fit()) / (MAX_HEIGHT - bodyHeight()) : 1 / ROW);
  const cellId = (row, column) => `${host.id}-${row}-${column}`;

  /** Widths of columns; the one that grows takes what is left. */
  function layOut() {
    // The first column stays in view, so it must leave room for another.
    const widths = columns.map(({ width }, i) => (i === 0 ? Math.min(width, Math.round(host.clientWidth * 0.45)) : width));
    const left = Math.max(0, host.clientWidth - widths.reduce((sum, width) => sum + width, 0));
    const grows = Math.max(columns.findIndex(({ grow }) => grow), columns.some(({ grow }) => grow) ? 0 : columns.length - 1);
    lefts = [0];
    widths.forEach((width, i) => lefts.push(lefts[i] + width + (i === grows ? left : 0)));
    head.style.width = body.style.width = `${lefts.at(-1)}px`;
  }

  /** The columns to draw: those in view, and the first, which stays in view. */
  function seenColumns() {
    const [from, to] = [host.scrollLeft, host.scrollLeft + host.clientWidth];
    let first = 1;
    while (first < columns.length - 1 && lefts[first + 1] <= from) first++;
    let last = first;
    while (last < columns.length && lefts[last] < to) last++;
    return { first, last };
  }

  function draw() {
    if (!columns.length) return;
    const seen = seenColumns();
    const numbers = [0];
    for (let i = seen.first; i < seen.last; i++) numbers.push(i);
    const line = (row, make) => numbers.map((i) => {
      const made = make(columns[i], i);
      made.id = cellId(row, i);
      made.setAttribute("aria-colindex", i + 1);
      made.style.width = `${lefts[i + 1] - lefts[i]}px`;
      if (i === seen.first) made.style.marginLeft = `${lefts[i] - lefts[1]}px`;
      return made;
    });
    head.replaceChildren(...line(-1, headCell));
    const top = host.scrollTop;
    const first = Math.max(0, Math.min(count - 1, Math.floor(top * rate())));
    const last = Math.min(count, first + fit() + 3);
    const offset = isLong() ? Math.min(top, MAX_HEIGHT - fit() * ROW) : first * ROW;
    body.replaceChildren(...rows(first, last, numbers.map((i) => columns[i].name)).map((row, i) => {
      const index = first + i;
      const made = isHeading(row) ? headingRow(row, index) : element("div", { className: "row", role: "row" });
      made.setAttribute("aria-rowindex", index + 2);
      made.style.top = `${offset + i * ROW}px`;
      if (index % 2) made.classList.add("odd");
      const here = moved && index === cursor.row;
      if (here) made.classList.add("here");
      if (isHeading(row)) return made;
      if (tree) made.setAttribute("aria-level", row.level ?? 2);
      if (folds(row)) made.setAttribute("aria-expanded", row.open);
      if (tree && row.faint) made.classList.add("faint");
      made.setAttribute("aria-selected", here);
      made.append(...line(index, (column, i) => cell(row, column, i)));
      return made;
    }));
    const active = document.getElementById(cellId(cursor.row, cursor.column));
    active?.classList.add("at");
    if (active) host.setAttribute("aria-activedescendant", active.id);
    else host.removeAttribute("aria-activedescendant");
  }

  function headCell({ name, title = name, note = "", align }) {
    const isSorted = sorted.name === name;
    const made = element("div", { className: align ? `cell ${align}` : "cell", role: "columnheader", title: onSort && `Sort by ${title}` }, element("b", { textContent: visible(title) }));
    if (isSorted) made.append(element("span", { className: "arrow", textContent: sorted.descending ? "↓" : "↑", "aria-hidden": "true" }));
    if (note) made.append(element("small", { textContent: note }));
    if (onSort) made.setAttribute("aria-sort", isSorted ? (sorted.descending ? "descending" : "ascending") : "none");
    return made;
  }

  function headingRow({ heading, open }, index) {
    const made = element("div", { className: "row heading", role: "row", "aria-level": 1, "aria-expanded": String(open) });
    made.append(element("div", { className: "cell", role: "gridcell", id: cellId(index, cursor.column), "aria-colspan": columns.length }, element("span", { textContent: open ? "▾" : "▸", "aria-hidden": "true" }), heading));
    return made;
  }

  // A log may have columns of these names, but its grid is no tree.
  const isHeading = (row) => tree && row?.heading !== undefined;
  const folds = (row) => tree && row?.open !== undefined;

  /** The text of a cell in an element of its own, after what opens or folds the line. */
  function branch(made, row) {
    made.classList.add("branch");
    made.style.paddingLeft = `${6 + Math.min(row.level - 1, INDENTED_LEVELS) * INDENT}px`;
    const text = element("span", { className: "text" });
    made.append(element("span", { className: "twisty", textContent: folds(row) ? (row.open ? "▾" : "▸") : "", "aria-hidden": "true" }), text);
    return text;
  }

  function cell(row, { name, align, link, badge }, i) {
    const value = row[name];
    const made = element("div", { className: "cell", role: "gridcell" });
    const into = tree && i === 0 && row.level ? branch(made, row) : made;
    const before = badge?.(row);
    if (before) into.append(before);
    if (align) made.classList.add(align);
    if (value === null) made.classList.add("absent");
    if (link) made.classList.add("link");
    const text = show(value);
    const range = mark?.(row, name, text);
    if (range) {
      const from = Math.max(0, range[0] - 20);
      const to = Math.min(range[1], range[0] + CELL_CHARACTERS);
      into.append(from ? "…" : "", visible(text.slice(from, range[0])), element("mark", { textContent: visible(text.slice(range[0], to)) }), visible(text.slice(to, to + CELL_CHARACTERS)));
    } else into.append(visible(text.slice(0, CELL_CHARACTERS)));
    if (text.length * 7 > lefts[i + 1] - lefts[i]) made.title = visible(text.slice(0, 1000));
    return made;
  }

  function redraw() {
    drawing ||= requestAnimationFrame(() => {
      drawing = 0;
      draw();
    });
  }

  /** Moves the cursor, and scrolls so that it is seen; `away` from the edge if it has to. */
  function go(row, column = cursor.column, { away = false } = {}) {
    moved = true;
    cursor = { row: Math.max(onSort ? -1 : 0, Math.min(count - 1, row)), column: Math.max(0, Math.min(columns.length - 1, column)) };
    if (cursor.row >= 0) {
      const first = host.scrollTop * rate();
      const top = first - cursor.row;
      const bottom = cursor.row + 1 - first - bodyHeight() / ROW;
      if (away && (top > 0 || bottom > 0)) host.scrollTop = Math.floor((cursor.row - Math.floor(fit() / 3)) / rate());
      else if (top > 0) host.scrollTop = Math.floor(cursor.row / rate());
      else if (bottom > 0) host.scrollTop = isLong() ? Math.ceil((cursor.row + 1 - fit()) / rate()) : (cursor.row + 1) * ROW - bodyHeight();
    }
    if (cursor.column > 0) {
      const [left, right] = [lefts[cursor.column] - lefts[1], lefts[cursor.column + 1]];
      if (left < host.scrollLeft) host.scrollLeft = left;
      else if (right > host.scrollLeft + host.clientWidth) host.scrollLeft = away ? left : Math.min(left, right - host.clientWidth);
    }
    draw();
  }

  const rowAt = (index) => (index >= 0 && index < count ? rows(index, index + 1, [])[0] : undefined);

  /** Does `run` with the cursor's row, if that is no heading. */
  function act(run) {
    if (cursor.row < 0) onSort?.(columns[cursor.column].name);
    else if (isHeading(rowAt(cursor.row))) onFold?.(cursor.row);
    else if (count) run?.(cursor.row);
  }
  const open = () => act(onOpen);
  const choose = () => act(onPick ?? onOpen);

  /** Folds a line, opens it, or goes to the one above it; else to the next column. */
  function sideways(step) {
    const row = rowAt(cursor.row);
    if (isHeading(row)) return void (row.open === step < 0 && onFold?.(cursor.row));
    if (tree && row?.level && cursor.column === 0) {
      if (folds(row) && row.open === step < 0) return onFold?.(cursor.row);
      if (step < 0) return go(row.above);
    }
    go(cursor.row, cursor.column + step);
  }

  const KEYS = {
    ArrowDown: () => go(cursor.row + 1),
    ArrowUp: () => go(cursor.row - 1),
    ArrowRight: () => sideways(1),
    ArrowLeft: () => sideways(-1),
    PageDown: () => go(cursor.row + fit()),
    PageUp: () => go(Math.max(0, cursor.row - fit())),
    Home: () => go(0),
    End: () => go(count - 1),
    Enter: open,
    " ": choose,
  };
  host.addEventListener("keydown", (event) => {
    if (event.target !== host || event.altKey || event.metaKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  const place = (event) => {
    const clicked = event.target.closest(".cell");
    if (!clicked) return undefined;
    const [row, column] = /-(-?\d+)-(\d+)$/.exec(clicked.id).slice(1).map(Number);
    // Drawing anew would take the cell away from under a double click.
    if (!moved || row !== cursor.row || column !== cursor.column) go(row, column);
    return clicked;
  };
  host.addEventListener("click", (event) => {
    const clicked = place(event);
    if (!clicked) return;
    if (event.target.closest(".twisty") && folds(rowAt(cursor.row))) onFold?.(cursor.row);
    else if (cursor.row < 0 || clicked.classList.contains("link")) open();
    else if (onPick) choose();
  });
  host.addEventListener("dblclick", (event) => {
    if (!onPick && !event.target.closest(".head, .link") && place(event)) open();
  });
  host.addEventListener("scroll", redraw, { passive: true });
  new ResizeObserver(() => {
    layOut();
    draw();
  }).observe(host);

  return {
    /** Shows other rows; `at` is the row that the cursor goes to. */
    show(next, at = 0) {
      ({ columns, count, rows, sorted = {} } = next);
      host.setAttribute("aria-rowcount", count + 1);
      host.setAttribute("aria-colcount", columns.length);
      body.style.height = `${isLong() ? MAX_HEIGHT : count * ROW}px`;
      layOut();
      go(at, cursor.column, { away: true });
      moved = at > 0;
      draw();
    },
    go,
    draw,
    /** Goes back to the beginning, as if it had not been used. */
    reset() {
      host.scrollTo(0, 0);
      cursor = { row: 0, column: 0 };
      moved = false;
    },
    column: (name) => columns.findIndex((column) => column.name === name),
  };
}

/** The width for a column whose widest cell has so many characters. */
export function widthOf({ name, note = "" }, characters) {
  const head = Math.max(name.length * 7.6 + 18, note.length * 6.6);
  return Math.round(Math.max(48, Math.min(380, characters * 7.6), Math.min(260, head)) + 18);
}
