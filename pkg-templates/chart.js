// The element of every chart: it hands gestures to the raw Figure, which says what changed, and
// draws that in the next frame. What gestures mean is decided in src/vis/figure.rs.
import style from "./chart-style.js";
import { define, isDark, listed, make, number, save, sheetOf, watch } from "./element.js";
import { invalid } from "./errors.js";

// What a gesture changed, as in src/vis/figure.rs.
const [PICTURE, OVERLAY, VALUE, LAYOUT] = [1, 2, 4, 8];
const DATES = ["start", "end", "time"];
const SHOWN_ROWS = 500;
// A figure of an element that is not in a page for so long is freed.
const KEPT_MS = 2000;

/** What makes charts: elements in a page, and what has `toSvg()` elsewhere. */
export function makeElement(Table) {
  let Chart;
  return (source, open, update) => {
    if (typeof HTMLElement !== "function") return withoutPage(open, Table);
    Chart ??= defineChart(Table);
    return new Chart(source, open, update);
  };
}

/** In Node and in workers. */
function withoutPage(open, Table) {
  const figure = open();
  return {
    toSvg: ({ width } = {}) => figure.toSvg(width),
    toTable: () => new Table(figure.data()),
    _toSvg: () => figure.toSvg(),
    _edit: (change) => figure.edit(change),
  };
}

function defineChart(Table) {
  const sheet = sheetOf(style);
  class HuntbookChart extends HTMLElement {
    #source;
    #open;
    #update;
    #figure;
    #parts;
    #takes;
    #changed = 0;
    #frame = 0;
    #height = 0;
    #moves = false;
    #pointers = new Map();
    #watch;
    #freeing;
    #saved;
    #scratch = document.createElement("canvas");

    constructor(source, open, update) {
      super();
      [this.#source, this.#open, this.#update] = [source, open, update];
      this.#figure = open();
      this.#build();
    }

    connectedCallback() {
      clearTimeout(this.#freeing);
      if (!this.#figure) this.#reopen();
      const changed = () => this.#change(PICTURE | OVERLAY | LAYOUT);
      this.#watch = watch(this, changed);
      changed();
    }

    disconnectedCallback() {
      this.#watch?.();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#freeing = setTimeout(() => {
        this.#saved = this.#json();
        this.#figure.free();
        this.#figure = undefined;
      }, KEPT_MS);
    }

    /** What is chosen; of an element that was freed, what was. */
    get value() {
      const json = this.#json();
      if (!json) return null;
      const value = JSON.parse(json);
      for (const name of DATES) if (value[name]) value[name] = new Date(value[name]);
      return { ...value, rows: this.#rows() };
    }

    set value(value) {
      const figure = this.#live();
      const plain = value == null ? undefined : JSON.stringify(value, (key, part) => (ArrayBuffer.isView(part) ? [...part.slice(0, 1)] : part));
      figure.setValue(plain);
      this.#change(PICTURE | OVERLAY | LAYOUT | VALUE, true);
    }

    /** What part of the data is shown, as a value has it. */
    get view() {
      const view = JSON.parse(this.#live().view());
      for (const name of DATES) if (view[name]) view[name] = new Date(view[name]);
      return view;
    }

    set view(view) {
      if (!this.#live().setView(JSON.stringify(view))) throw invalid("view should be such as { start, end }, which are dates, or { x: [from, to] }");
      this.#change(PICTURE | OVERLAY);
    }

    #live() {
      if (!this.#figure) this.#reopen();
      return this.#figure;
    }

    #reopen() {
      this.#figure = this.#open();
      if (this.#saved) this.#figure.setValue(this.#saved);
    }

    /** JSON of the value, with the first row, by which a thing is found again. */
    #json() {
      if (!this.#figure) return this.#saved;
      const json = this.#figure.value();
      if (json === undefined) return undefined;
      return JSON.stringify({ ...JSON.parse(json), rows: [...this.#figure.rows().slice(0, 1)] });
    }

    #rows() {
      const rows = this.#live().rows();
      const tables = Object.entries(this.#source.tables);
      if (tables.length === 1) return rows;
      let [from, before] = [0, 0];
      return Object.fromEntries(tables.map(([name, table]) => {
        const start = from;
        while (from < rows.length && rows[from] < before + table.numRows) from++;
        const own = rows.slice(start, from).map((row) => row - before);
        before += table.numRows;
        return [name, own];
      }));
    }

    selected() {
      if (!this.value) return null;
      const rows = this.#rows();
      const tables = Object.entries(this.#source.tables);
      if (tables.length === 1) return tables[0][1].take(rows);
      const [name, table] = tables.find(([name]) => rows[name].length) ?? [];
      return table ? table.take(rows[name]) : null;
    }

    update(tables) {
      this.#source = this.#update(tables);
      const [before, value] = [this.#figure, this.#json()];
      this.#figure = this.#open();
      before?.free();
      this.#saved = value;
      if (value) this.#figure.setValue(value);
      this.#parts.rows.hidden = true;
      this.#change(PICTURE | OVERLAY | LAYOUT | VALUE, true);
    }

    /** What is drawn, as a table. */
    toTable() {
      return new Table(this.#live().data());
    }

    _edit(change) {
      this.#change(this.#live().edit(change));
    }

    toSvg({ width } = {}) {
      const figure = this.#live();
      const svg = figure.toSvg(width);
      this.#change(PICTURE | OVERLAY | LAYOUT);
      return svg;
    }

    async toPng({ width, scale = 2 } = {}) {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent(this.toSvg({ width }))}`;
      await image.decode();
      const canvas = make("canvas", { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
      if (!blob) throw invalid("toPng: the picture is too large; give a smaller width or scale");
      return blob;
    }

    /** For notebooks that show results by methods. */
    _toSvg() { return this.toSvg(); }

    #build() {
      const root = this.attachShadow({ mode: "open" });
      const tool = (text, title, click) => make("button", { type: "button", title, click }, text);
      this.#takes = JSON.parse(this.#figure.takes());
      const { search, brush } = this.#takes;
      const move = tool("Move", "Dragging moves the chart instead of choosing (or hold Shift)", () => {
        this.#moves = !this.#moves;
        this.#tools();
      });
      const rows = tool("Rows", "Show the data as a table", () => this.#toggleRows());
      const find = make("input", { type: "search", placeholder: "Find", "aria-label": "Find in the chart", input: () => this.#search() });
      const middle = () => [this.#parts.stage.clientWidth / 2, this.#parts.stage.clientHeight / 2];
      const parts = {
        move, rowsButton: rows, find,
        head: make("div", { class: "head" }, make("h3", {}), make("span", { class: "tools" },
          ...(search ? [find] : []), ...(brush ? [move] : []),
          tool("+", "Zoom in (+)", () => this.#change(this.#figure.zoom(0.5, ...middle()))),
          tool("−", "Zoom out (-)", () => this.#change(this.#figure.zoom(2, ...middle()))),
          tool("Reset", "Show all (0)", () => this.#change(this.#figure.reset())),
          rows,
          tool("Save", "Save as SVG; hold Shift for PNG", (event) => this.#save(event.shiftKey)))),
        legend: make("div", { class: "legend", role: "group", "aria-label": "Legend" }),
        picture: make("canvas", { "aria-hidden": "true" }),
        overlay: make("canvas", { "aria-hidden": "true" }),
        tip: make("div", { class: "tip", hidden: "" }),
        stage: make("div", { class: "stage", tabindex: "0", role: "application", "aria-roledescription": "chart" }),
        details: make("aside", { hidden: "", "aria-label": "Details" }),
        status: make("div", { class: "status", role: "status" }),
        rows: make("div", { class: "rows", tabindex: "0", hidden: "", role: "region", "aria-label": "Data of the chart" }),
        said: make("div", { class: "said", "aria-live": "polite" }),
      };
      parts.stage.append(parts.picture, parts.overlay, parts.tip);
      root.adoptedStyleSheets = [sheet];
      root.append(parts.head, parts.legend, make("div", { class: "body" }, parts.stage, parts.details), parts.status, parts.rows, parts.said);
      parts.head.firstChild.textContent = this.#source.frame.title ?? "";
      this.#parts = parts;
      this.#listen(parts.stage);
      this.#tools();
    }

    #listen(stage) {
      const at = (event) => {
        const { left, top } = stage.getBoundingClientRect();
        return [event.clientX - left, event.clientY - top];
      };
      stage.addEventListener("pointerdown", (event) => this.#down(event, at(event)));
      stage.addEventListener("pointermove", (event) => this.#move(event, at(event)));
      for (const type of ["pointerup", "pointercancel"]) stage.addEventListener(type, (event) => this.#up(event, at(event)));
      stage.addEventListener("pointerleave", () => this.#hover(NaN, NaN));
      stage.addEventListener("dblclick", () => this.#change(this.#figure.reset()));
      stage.addEventListener("wheel", (event) => this.#wheel(event, at(event)), { passive: false });
      stage.addEventListener("keydown", (event) => this.#key(event));
    }

    #down(event, [x, y]) {
      if (event.button > 1) return;
      this.#parts.stage.setPointerCapture(event.pointerId);
      this.#pointers.set(event.pointerId, [x, y]);
      if (this.#pointers.size > 1) return this.#change(this.#figure.cancel());
      this.#change(this.#figure.press(x, y, this.#moves || event.shiftKey || event.button === 1));
    }

    #move(event, [x, y]) {
      const before = this.#pointers.get(event.pointerId);
      if (!before) return this.#hover(x, y);
      this.#pointers.set(event.pointerId, [x, y]);
      if (this.#pointers.size === 1) return this.#change(this.#figure.drag(x, y));
      const [other] = [...this.#pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      const length = ([a, b]) => Math.max(10, Math.hypot(a - other[0], b - other[1]));
      const changed = this.#figure.zoom(length(before) / length([x, y]), (x + other[0]) / 2, (y + other[1]) / 2);
      this.#change(changed | this.#figure.pan((x - before[0]) / 2, (y - before[1]) / 2));
    }

    #up(event, [x, y]) {
      if (!this.#pointers.delete(event.pointerId)) return;
      if (this.#pointers.size) return;
      this.#change(event.type === "pointercancel" ? this.#figure.cancel() : this.#figure.release(x, y));
    }

    #wheel(event, [x, y]) {
      const { scroll } = this.#takes;
      // Who scrolls past in a page does not want to zoom.
      if (!event.ctrlKey && !scroll && !this.matches(":focus-within")) return;
      const lines = event.deltaMode === 1 ? 20 : 1;
      const [across, down] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      const changed = this.#figure.wheel(across * lines, down * lines, x, y, event.ctrlKey);
      if (changed === undefined) return;
      event.preventDefault();
      this.#change(changed);
    }

    #key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const changed = this.#figure.key(event.key);
      if (changed === undefined) return;
      event.preventDefault();
      this.#change(changed);
      this.#showTip();
      const tip = this.#figure.tip();
      if (tip) {
        const { title, fields } = JSON.parse(tip);
        this.#parts.said.textContent = [title, ...fields.map((pair) => pair.join(": "))].filter(Boolean).join(", ");
      }
    }

    #hover(x, y) {
      const changed = this.#figure?.hover(x, y);
      if (!changed) return;
      this.#change(changed);
      this.#showTip();
    }

    #showTip() {
      const { tip, stage } = this.#parts;
      const json = this.#figure.tip();
      tip.hidden = json === undefined;
      if (tip.hidden) return;
      const { x, y, ...said } = JSON.parse(json);
      tip.replaceChildren(...listed(said));
      const [width, height] = [tip.offsetWidth, tip.offsetHeight];
      const left = x + 14 + width <= stage.clientWidth ? x + 14 : Math.max(0, x - 14 - width);
      const top = Math.max(0, Math.min(y + 12, stage.clientHeight - height));
      tip.style.transform = `translate(${left}px, ${top}px)`;
    }

    #search() {
      const text = this.#parts.find.value.trim();
      const found = this.#figure.search(text);
      this.#parts.find.setAttribute("aria-invalid", String(text !== "" && found === 0));
      this.#parts.said.textContent = text ? `${number.format(found)} found` : "";
      this.#change(PICTURE | OVERLAY | LAYOUT);
      this.#showTip();
    }

    #tools() {
      const { move, stage } = this.#parts;
      move.setAttribute("aria-pressed", String(this.#moves));
      stage.classList.toggle("moves", this.#moves || !this.#takes.brush);
    }

    /** Something changed: it is drawn in the next frame. */
    #change(changed, silent = false) {
      this.#changed |= changed;
      if (changed & VALUE && !silent) this.dispatchEvent(new Event("input", { bubbles: true }));
      if (this.isConnected && this.#changed && !this.#frame) {
        this.#frame = requestAnimationFrame(() => {
          this.#frame = 0;
          this.#draw();
        });
      }
    }

    #draw() {
      const figure = this.#figure;
      const moved = figure.tick();
      if (this.#changed & LAYOUT) this.#layOut();
      // Who wants no motion sees where it ends.
      if (moved && matchMedia("(prefers-reduced-motion: reduce)").matches) return this.#change(moved);
      const changed = this.#changed | moved;
      this.#changed = 0;
      const { picture, overlay } = this.#parts;
      if (changed & PICTURE) figure.draw(picture, this.#scratch);
      if (changed & (PICTURE | OVERLAY)) figure.drawOverlay(overlay, this.#scratch);
      if (changed & (VALUE | LAYOUT)) this.#showChosen();
      if (changed & PICTURE && !this.#parts.tip.hidden) this.#showTip();
      this.#change(moved);
    }

    #layOut() {
      const { stage, head } = this.#parts;
      const dark = isDark(this, this.#source.frame.theme);
      this.toggleAttribute("data-dark", dark);
      const { width } = this.#source.frame;
      if (width) this.style.width = `${width}px`;
      head.hidden = false;
      const height = this.#figure.resize(stage.clientWidth || width || 900, devicePixelRatio, dark);
      if (height !== this.#height) stage.style.height = `${height}px`;
      this.#height = height;
      stage.setAttribute("aria-label", this.#figure.describe());
      this.#showLegend();
    }

    #showLegend() {
      const entries = JSON.parse(this.#figure.legend());
      const { legend } = this.#parts;
      legend.hidden = entries.length === 0;
      while (legend.children.length > entries.length) legend.lastChild.remove();
      entries.forEach(({ name, color, shown }, index) => {
        const button = legend.children[index] ?? legend.appendChild(make("button", { type: "button", click: () => this.#change(this.#figure.toggle(index)) }, make("span")));
        button.firstChild.textContent = name;
        button.title = shown ? `Hide ${name}` : `Show ${name}`;
        button.style.setProperty("--color", color);
        button.setAttribute("aria-pressed", String(shown));
      });
    }

    #showChosen() {
      const { status, details } = this.#parts;
      const chosen = this.#figure.value();
      status.replaceChildren();
      if (chosen !== undefined) {
        const rows = this.#figure.rows().length;
        const span = this.#figure.span() ?? "";
        const clear = make("button", { type: "button", title: "Choose nothing (Escape)", click: () => this.#clear() }, "Clear");
        status.append(`${number.format(rows)} ${rows === 1 ? "row" : "rows"} chosen ${span}`, clear);
      }
      const json = this.#figure.details();
      details.hidden = json === undefined;
      details.replaceChildren(...(json ? listed(JSON.parse(json)) : []));
    }

    #clear() {
      this.#figure.setValue(undefined);
      this.#change(OVERLAY | VALUE);
    }

    #toggleRows() {
      const { rows, rowsButton } = this.#parts;
      rows.hidden = !rows.hidden;
      rowsButton.setAttribute("aria-pressed", String(!rows.hidden));
      if (rows.hidden) return;
      const table = new Table(this.#figure.data());
      const names = table.columns.map(({ name }) => name);
      const text = (value) => (value === null ? "" : value instanceof Date ? value.toISOString() : String(value));
      const line = (row) => make("tr", {}, ...names.map((name) => make("td", {}, text(row[name]))));
      const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
      const body = [...table.rows(0, SHOWN_ROWS)].map(line);
      const caption = table.numRows > SHOWN_ROWS ? [make("caption", {}, `the first ${SHOWN_ROWS} of ${number.format(table.numRows)}`)] : [];
      rows.replaceChildren(make("table", {}, ...caption, make("thead", {}, head), make("tbody", {}, ...body)));
      table.free();
    }

    async #save(asPng) {
      const name = this.#source.frame.title || this.#source.kind;
      if (asPng) save(await this.toPng(), "image/png", name, "png");
      else save(this.toSvg(), "image/svg+xml", name, "svg");
    }
  }
  return define("huntbook-chart", HuntbookChart);
}
