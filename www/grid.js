// A table of any length: only the rows that are seen exist. Scrolls by wheel,
// pointer and keys; a row can be picked with Enter or a click.
const ROW = 24;
const HEAD = 29;
// Browsers cap an element's height; longer tables scroll faster than the pointer.
const MAX_HEIGHT = 8_000_000;

/**
 * Fills `host` with a grid. `columns` are `{ name, width, number? }`;
 * `rows(start, end)` gives objects; `onSort(name)`, `onPick(index, row)`;
 * `mark(row, name, index)` may give `[start, end]` to highlight.
 */
export function grid(host, { label, onSort, onPick, mark } = {}) {
  host.className = "grid";
  host.tabIndex = 0;
  host.setAttribute("role", "grid");
  host.setAttribute("aria-label", label);
  if (onPick) host.dataset.pick = "";
  const head = element("div", { className: "head", role: "row" });
  const body = element("div", { className: "body" });
  host.replaceChildren(head, body);
  let [columns, count, rows, here, sorted] = [[], 0, () => [], -1, {}];

  const seen = () => Math.max(1, Math.floor((host.clientHeight - HEAD) / ROW));
  // Rows for each pixel that is scrolled: in a long table the end of the bar is
  // the last page, however many rows lie between.
  const isLong = () => count * ROW > MAX_HEIGHT;
  const rate = () => isLong() ? (count - seen()) / (MAX_HEIGHT + HEAD - host.clientHeight) : 1 / ROW;

  function draw() {
    const top = host.scrollTop;
    const first = Math.max(0, Math.min(count - 1, Math.floor(top * rate())));
    const last = Math.min(count, first + seen() + 3);
    const offset = isLong() ? Math.min(top, MAX_HEIGHT - seen() * ROW) : first * ROW;
    body.replaceChildren(...rows(first, last).map((row, i) => rowElement(row, first + i, offset + i * ROW)));
  }

  function rowElement(row, index, top) {
    const line = element("div", { className: index === here ? "row here" : "row", role: "row" });
    line.setAttribute("aria-rowindex", index + 2);
    line.style.top = `${top}px`;
    line.append(...columns.map(({ name, width, number }) => {
      const value = row[name];
      const cell = element("div", { className: `cell${number ? " number" : ""}${value === null ? " absent" : ""}`, role: "gridcell" });
      cell.style.width = `${width}px`;
      const text = show(value);
      const range = mark?.(row, name, index);
      if (range) {
        const from = Math.max(0, range[0] - 20);
        cell.append(from ? "…" : "", text.slice(from, range[0]), element("mark", { textContent: text.slice(...range) }), text.slice(range[1], range[1] + 500));
      } else cell.textContent = text.slice(0, 500);
      cell.title = text.slice(0, 2000);
      return cell;
    }));
    if (onPick) line.onclick = () => pick(index);
    return line;
  }

  function pick(index) {
    here = index;
    draw();
    onPick(index, rows(index, index + 1)[0]);
  }

  function go(index) {
    here = Math.max(0, Math.min(count - 1, index));
    const first = host.scrollTop * rate();
    if (here < first || here > first + seen() - 2) host.scrollTop = Math.max(0, here - Math.floor(seen() / 3)) / rate();
    draw();
  }

  const KEYS = { ArrowDown: () => here + 1, ArrowUp: () => here - 1, PageDown: () => here + seen(), PageUp: () => here - seen(), Home: () => 0, End: () => count - 1 };
  host.addEventListener("keydown", (event) => {
    if (event.target !== host) return;
    if (KEYS[event.key]) go(KEYS[event.key]());
    else if (event.key === "Enter" && onPick && here >= 0) pick(here);
    else return;
    event.preventDefault();
  });
  host.addEventListener("scroll", draw, { passive: true });
  new ResizeObserver(draw).observe(host);

  return {
    show(next) {
      ({ columns, count, rows, sorted = {} } = next);
      here = -1;
      head.replaceChildren(...columns.map(({ name, width }) => {
        const arrow = sorted.name === name ? (sorted.descending ? " ↓" : " ↑") : "";
        const button = element("button", { type: "button", textContent: name + arrow, title: `Sort by ${name}` });
        button.style.width = `${width}px`;
        button.onclick = () => onSort(name);
        return button;
      }));
      host.setAttribute("aria-rowcount", count + 1);
      body.style.height = `${Math.min(count * ROW, MAX_HEIGHT)}px`;
      host.scrollTop = 0;
      draw();
    },
    go,
    draw,
    /** Scrolls sideways so that a column is seen. */
    reveal(name) {
      let left = 0;
      for (const column of columns) {
        if (column.name === name) break;
        left += column.width;
      }
      host.scrollLeft = Math.max(0, left - 40);
    },
  };
}

/** How a value reads in a cell. */
export function show(value) {
  if (value === null || value === undefined) return "∅";
  if (value instanceof Date) return value.toISOString().replace("T", " ").replace(/\.?0*Z$/, "");
  return Array.isArray(value) ? JSON.stringify(value) : String(value);
}

export function element(name, properties) {
  const made = document.createElement(name);
  const { role, ...others } = properties;
  if (role) made.setAttribute("role", role);
  return Object.assign(made, others);
}
