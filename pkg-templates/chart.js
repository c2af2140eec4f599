// The element of every chart: it hands gestures to the raw Figure, which says what changed, and
// draws that in the next frame.
import { listen } from "./chart-gestures.js";
import { dataTable, legendButtons } from "./chart-parts.js";
import style from "./chart-style.js";
import { parse, rowsOf, selected, toFigure } from "./chart-value.js";
import { button, define, dress, fill, isDark, listed, make, number, save, watch } from "./element.js";
import { invalid } from "./errors.js";
import { openTiles } from "./map-tiles.js";

// What a gesture changed, as in src/vis/figure.rs.
const [PICTURE, OVERLAY, VALUE, LAYOUT] = [1, 2, 4, 8];
const ALL = PICTURE | OVERLAY | LAYOUT;
// Of a chart that is in no page, in CSS pixels.
export const WIDTH = 900;
// Of a PNG: Chromium has no larger canvas, and the module little more memory.
const MOST_PIXELS = 2 ** 27;

/** What makes charts: elements in a page, and what has their `value` and `toSvg()` elsewhere. */
export function makeElement(Table) {
  let Chart;
  return (source, open, update) => {
    if (typeof HTMLElement !== "function") return withoutPage(source, open, update, Table);
    Chart ??= defineChart(Table);
    return new Chart(source, open, update);
  };
}

/** Frees the parts of tables that a chart has. */
const freeTables = ({ tables, others }) => Object.values({ ...others, ...tables }).forEach((table) => table.free());

const wasFreed = () => invalid("this chart was freed; make it again, or free it later");

/** In Node and in workers. */
function withoutPage(source, open, update, Table) {
  let figure = open();
  const live = () => {
    if (figure) return figure;
    throw wasFreed();
  };
  return Object.defineProperty(Object.assign(new EventTarget(), {
    selected: () => selected(live(), source.tables),
    update(tables) {
      const [before, value] = [live(), this.value];
      figure = update(tables);
      before.free();
      // A row of other data is another thing.
      if (value) this.value = { ...value, rows: undefined };
    },
    free: () => {
      figure?.free();
      figure = undefined;
      freeTables(source);
    },
    toSvg: ({ width } = {}) => live().toSvg(width),
    toTable: () => new Table(live().data()),
    _toSvg: () => live().toSvg(),
    _edit: (change) => live().edit(change),
  }), "value", {
    configurable: true,
    get() {
      const json = live().value();
      return json === undefined ? null : { ...parse(json), rows: rowsOf(live(), source.tables) };
    },
    set: (value) => void live().setValue(toFigure(value, source.tables)),
  });
}

function defineChart(Table) {
  class HuntbookChart extends HTMLElement {
    #source;
    #update;
    #figure; // as long as the element, which may be put back; not once it was freed
    #parts;
    #changed = 0;
    #frame = 0;
    #place; // what the layout depends on
    #height = 0;
    #moves = false;
    #letGo;
    #leave;
    #tiles;
    #scratch = document.createElement("canvas");

    constructor(source, open, update) {
      super();
      [this.#source, this.#figure, this.#update] = [source, open(), update];
      this.#build();
    }

    connectedCallback() {
      if (!this.#figure) return;
      this.#leave = this.#enter();
      this.#change(ALL);
    }

    disconnectedCallback() {
      if (this.#figure) this.#stop();
    }

    #stop() {
      this.#leave?.();
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      this.#letGo();
    }

    /** For a page that shows another one in its place: what was drawn stays, and takes no more gestures. */
    free() {
      if (!this.#figure) return;
      // Tiles go.
      if (this.#tiles) this.#figure.draw(this.#parts.picture, this.#scratch, true);
      this.#stop();
      this.#figure.free();
      freeTables(this.#source);
      [this.#figure, this.inert] = [undefined, true];
    }

    /** Begins what goes on while it is in a page; the function that is returned ends it. */
    #enter() {
      const { ownerDocument } = this;
      const { stage, tip } = this.#parts;
      const unwatch = watch(this, () => this.#settle());
      // What is pointed at need not have the focus.
      const escape = ({ key }) => key === "Escape" && !tip.hidden && this.#hover(NaN, NaN);
      ownerDocument.addEventListener("keydown", escape);
      const { tiles } = this.#source.frame;
      this.#tiles = tiles && openTiles(stage, tiles, () => this.#change(PICTURE));
      return () => {
        unwatch();
        ownerDocument.removeEventListener("keydown", escape);
        this.#tiles?.close();
        this.#tiles = undefined;
      };
    }

    adoptedCallback() { dress(this, style); }

    #live() {
      if (this.#figure) return this.#figure;
      throw wasFreed();
    }

    /** What is chosen. */
    get value() {
      const json = this.#json();
      return json ? { ...parse(json), rows: rowsOf(this.#live(), this.#source.tables) } : null;
    }

    set value(value) {
      this.#live().setValue(toFigure(value, this.#source.tables));
      this.#change(PICTURE | OVERLAY | LAYOUT | VALUE, true);
    }

    /** What part of the data is shown, as a value has it. */
    get view() { return parse(this.#live().view()); }

    set view(view) {
      if (!this.#live().setView(JSON.stringify(view))) throw invalid("view should be such as { start, end }, which are dates, or { x: [from, to] }");
      this.#change(PICTURE | OVERLAY);
    }

    /** JSON of the value, with the first row, by which a thing is found again. */
    #json() {
      const json = this.#figure?.value();
      if (json === undefined) return undefined;
      return JSON.stringify({ ...JSON.parse(json), rows: [...this.#figure.rows().slice(0, 1)] });
    }

    selected() { return selected(this.#live(), this.#source.tables); }

    update(tables) {
      const value = this.#json();
      const figure = this.#update(tables);
      this.#figure.free();
      this.#figure = figure;
      // A row of other data is another thing.
      if (value) figure.setValue(JSON.stringify({ ...JSON.parse(value), rows: undefined }));
      const { find, rows } = this.#parts;
      if (find.value) this.#search();
      if (!rows.hidden) this.#showRows();
      this.#change(ALL | VALUE, true);
    }

    /** What is drawn, as a table. */
    toTable() {
      return new Table(this.#live().data());
    }

    _edit(change) {
      this.#change(this.#live().edit(change));
    }

    toSvg({ width } = {}) {
      this.#resize(width);
      const svg = this.#live().toSvg(width);
      this.#change(ALL);
      return svg;
    }

    async toPng({ width, scale = 2 } = {}) {
      const canvas = make("canvas");
      const height = this.#resize(width);
      width ??= this.#width;
      const isFine = width * height * scale ** 2 <= MOST_PIXELS;
      if (isFine) this.#live().drawExport(canvas, this.#scratch, width, scale, this.#isDark);
      this.#change(ALL);
      const blob = isFine && (await new Promise((resolve) => canvas.toBlob(resolve, "image/png")));
      if (!blob) throw invalid("toPng: the picture is too large; give a smaller width or scale");
      return blob;
    }

    /** For notebooks that show results by methods. */
    _toSvg() { return this.toSvg(); }

    #build() {
      const figure = () => this.#live();
      const { search, brush, scroll } = JSON.parse(figure().takes());
      const tool = (text, title, click) => button(text, click, { title });
      const move = tool("Move", "Dragging moves the chart instead of choosing (or hold Shift)", () => {
        this.#moves = !this.#moves;
        move.setAttribute("aria-pressed", this.#moves);
        parts.stage.classList.toggle("moves", this.#moves);
      });
      const middle = () => [parts.stage.clientWidth / 2, parts.stage.clientHeight / 2];
      const parts = this.#parts = {
        find: make("input", { type: "search", placeholder: "Find", "aria-label": "Find in the chart", input: () => this.#search(),
          keydown: ({ key, shiftKey }) => key === "Enter" && this.#press(shiftKey ? "p" : "n") }),
        rowsButton: tool("Rows", "Show the data as a table", () => this.#toggleRows()),
        legend: make("div", { class: "legend", role: "group", "aria-label": "Legend" }),
        picture: make("canvas", { "aria-hidden": "true", dir: "ltr" }),
        overlay: make("canvas", { "aria-hidden": "true", dir: "ltr" }),
        tip: make("div", { class: "tip", hidden: "" }),
        stage: make("div", { class: `stage ${brush ? "" : "moves"} ${scroll ? "scrolls" : ""}`, tabindex: "0", role: "application", "aria-roledescription": "chart", keydown: (event) => this.#key(event) }),
        details: make("div", { class: "aside", hidden: "", tabindex: "0", role: "group", "aria-label": "Details" }),
        status: make("div", { class: "status", role: "status" }),
        rows: make("div", { class: "rows", tabindex: "0", hidden: "", role: "group", "aria-label": "Data of the chart" }),
        said: make("div", { class: "said", "aria-live": "polite" }),
      };
      for (const button of [move, parts.rowsButton]) button.setAttribute("aria-pressed", "false");
      parts.stage.append(parts.picture, parts.overlay, parts.tip);
      const { title, width } = this.#source.frame;
      if (width) this.style.width = `${width}px`;
      const head = make("div", { class: "head" }, ...(title ? [make("b", { class: "title" }, title)] : []), make("span", { class: "tools" },
        ...(search ? [parts.find] : []), ...(brush ? [move] : []),
        tool("+", "Zoom in (+)", () => this.#change(figure().zoom(0.5, ...middle()))),
        tool("−", "Zoom out (-)", () => this.#change(figure().zoom(2, ...middle()))),
        tool("Reset", "Show all (0)", () => this.#change(figure().reset())),
        parts.rowsButton,
        tool("Save", "Save as SVG; hold Shift for PNG", (event) => this.#save(event.shiftKey))));
      fill(this, style, head, parts.legend, make("div", { class: "body" }, parts.stage, parts.details), parts.status, parts.rows, parts.said);
      const [moves, changed] = [() => this.#moves, (change) => this.#change(change)];
      this.#letGo = listen(parts.stage, { figure, moves, scrolls: scroll, changed, pointed: (x, y) => this.#hover(x, y) });
    }

    #key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.#press(event.key)) return;
      event.preventDefault();
    }

    /** Does what a key means, and says where it led; false for one that means nothing. */
    #press(key) {
      const changed = this.#figure.key(key);
      if (changed === undefined) return false;
      this.#change(changed);
      this.#showTip();
      const tip = this.#figure.tip();
      if (tip) {
        const { title, fields } = JSON.parse(tip);
        this.#parts.said.textContent = [title, ...fields.map((pair) => pair.join(": "))].filter(Boolean).join(", ");
      }
      return true;
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
      this.#change(ALL);
      this.#showTip();
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
      // Where it is hidden there is no room: it is drawn when it is shown.
      if (!this.#parts.stage.clientWidth) return;
      const moved = figure.tick();
      if (this.#changed & LAYOUT) this.#layOut();
      // Who wants no motion sees where it ends.
      if (moved && matchMedia("(prefers-reduced-motion: reduce)").matches) return this.#change(moved);
      const changed = this.#changed | moved;
      this.#changed = 0;
      const { picture, overlay } = this.#parts;
      if (changed & PICTURE) {
        this.#tiles?.follow(JSON.parse(figure.view()), this.#isDark);
        figure.draw(picture, this.#scratch, !this.#tiles?.shown());
      }
      if (changed & (PICTURE | OVERLAY)) figure.drawOverlay(overlay, this.#scratch);
      if (changed & (VALUE | LAYOUT)) this.#showChosen();
      if (changed & PICTURE && !this.#parts.tip.hidden) this.#showTip();
      this.#change(moved);
    }

    get #isDark() { return isDark(this, this.#source.frame.theme); }
    get #width() { return this.#parts.stage.clientWidth || this.#source.frame.width || WIDTH; }

    #resize(width = this.#width) { return this.#live().resize(width, devicePixelRatio, this.#isDark); }

    /** Lays out anew if what the layout depends on has changed, and not just a class of the page. */
    #settle() {
      const place = [this.#parts.stage.clientWidth, devicePixelRatio, this.#isDark].join();
      if (place !== this.#place) this.#change(ALL);
    }

    #layOut() {
      const { stage, legend } = this.#parts;
      this.toggleAttribute("data-dark", this.#isDark);
      this.#place = [stage.clientWidth, devicePixelRatio, this.#isDark].join();
      const height = this.#resize();
      if (height !== this.#height) stage.style.height = `${height}px`;
      this.#height = height;
      stage.setAttribute("aria-label", this.#figure.describe());
      legendButtons(legend, JSON.parse(this.#figure.legend()), (index) => this.#change(this.#figure.toggle(index)));
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
      // The button goes.
      this.#parts.stage.focus({ preventScroll: true });
    }

    #toggleRows() {
      const { rows, rowsButton } = this.#parts;
      rows.hidden = !rows.hidden;
      rowsButton.setAttribute("aria-pressed", !rows.hidden);
      if (!rows.hidden) this.#showRows();
    }

    #showRows() {
      const table = this.toTable();
      this.#parts.rows.replaceChildren(dataTable(table));
      table.free();
    }

    async #save(asPng) {
      const name = this.#source.frame.title || this.#source.kind;
      try {
        if (asPng) save(await this.toPng(), "image/png", name, "png");
        else save(this.toSvg(), "image/svg+xml", name, "svg");
      } catch (error) {
        this.#parts.status.textContent = error.message;
      }
    }
  }
  return define("huntbook-chart", HuntbookChart);
}
