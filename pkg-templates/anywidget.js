// The library and an anywidget in one file, so that it also works as text that a
// notebook loads from a blob. The widget shows what a function of the library
// makes: a table, a chart, or anything else that is an element with a `value`.
export * from "./inline.js";
import * as library from "./inline.js";
import { pack, unpack, unpackValue } from "./wire.js";

/** Starts the module early, while the page is still being laid out. */
async function initialize() {
  await library.init();
}

/** What came from the kernel, its bytes as tables, which are added to `made`. */
async function withTables(packed, made) {
  const waiting = [];
  const fetched = async (bytes) => library.Table.fromArrow(typeof bytes === "string" ? await (await fetch(bytes)).arrayBuffer() : bytes);
  unpack(packed, (bytes) => waiting.push(fetched(bytes)));
  const tables = await Promise.all(waiting);
  made.push(...tables);
  return unpack(packed, () => tables.shift());
}

/** The element that the function named `kind` makes of `data` and `options`. */
async function make(model) {
  const kind = model.get("kind") ?? "tableView";
  const tables = [];
  const [data, options] = await Promise.all(["data", "options"].map((name) => withTables(model.get(name) ?? null, tables)));
  if (typeof library[kind] !== "function") throw new Error(`this page's huntbook has no function \`${kind}\`; the kernel's may be a newer version`);
  if (kind === "tableView" && !data) throw new Error("there is no data yet");
  const element = data === null ? library[kind](options ?? {}) : library[kind](data, options ?? {});
  release(element, tables);
  return element;
}

/** Frees tables of which the element has parts of its own: one that can be freed. */
function release(element, tables) {
  if (typeof element.free === "function") tables.forEach((table) => table.free());
}

/**
 * Shows the model's `data` (a table as Arrow IPC bytes, several as an object of them, or what else the function takes first) by
 * the function named `kind`, with `options`. What the user chooses is the model's `value`, and what the kernel chooses is shown.
 * `edits` are made to an entity graph.
 */
async function render({ model, el }) {
  const shown = new Shown(model, el);
  await shown.draw();
  return () => shown.stop();
}

class Shown {
  #model;
  #el;
  #view;
  #drawn = 0; // of what is made, only the last counts, and of values that are sent
  #sent = 0;
  #edited = 0;
  #waits = false; // whether it is about to be drawn, and made anew for that
  #anew = false;
  #ours = false; // whether `value` changes from here
  #listeners = {
    "change:kind": () => this.#soon(true),
    "change:options": () => this.#soon(true),
    "change:data": () => this.#soon(false),
    "change:value": () => this.#ours || this.#choose(),
    "change:edits": () => this.#edit(),
  };

  constructor(model, el) {
    [this.#model, this.#el] = [model, el];
    for (const [name, listener] of Object.entries(this.#listeners)) model.on(name, listener);
  }

  stop() {
    for (const [name, listener] of Object.entries(this.#listeners)) this.#model.off(name, listener);
    this.#drawn++;
    this.#view?.free?.();
  }

  async draw() {
    // Nothing is said of it yet.
    if (this.#model.get("kind") === "") return;
    const turn = ++this.#drawn;
    let view, failed;
    try {
      view = await make(this.#model);
    } catch (error) {
      failed = error;
    }
    if (turn !== this.#drawn) return;
    this.#view?.free?.();
    [this.#view, this.#edited] = [view, 0];
    if (view) this.#begin(view);
    this.#el.replaceChildren(view ?? failure(failed));
  }

  #begin(view) {
    this.#edit();
    const [value, touched] = [this.#model.get("value"), this.#model.get("touched")];
    // What a widget remembers is in the page, so what the kernel has at first is not asked for.
    if (touched === false && view.value != null) void this.#send();
    else if (touched !== false && value != null) this.#choose();
    view.addEventListener("input", () => this.#send());
  }

  /** Several things may change at once. */
  #soon(anew) {
    this.#anew ||= anew;
    if (this.#waits) return;
    this.#waits = true;
    queueMicrotask(() => {
      const all = this.#anew || typeof this.#view?.update !== "function";
      [this.#waits, this.#anew] = [false, false];
      void (all ? this.draw() : this.#update());
    });
  }

  async #update() {
    const [turn, view, tables] = [++this.#drawn, this.#view, []];
    try {
      const data = await withTables(this.#model.get("data"), tables);
      if (turn !== this.#drawn) return undefined;
      view.update(data);
      return release(view, tables);
    } catch {
      return this.draw();
    }
  }

  async #send() {
    const [turn, waiting] = [++this.#sent, []];
    const value = pack(this.#view.value, waiting);
    if (waiting.length) await Promise.all(waiting);
    if (turn !== this.#sent) return;
    this.#ours = true;
    this.#model.set("value", value);
    if (this.#model.get("touched") === false) this.#model.set("touched", true);
    this.#ours = false;
    this.#model.save_changes();
  }

  #choose() {
    if (this.#view) attempt(() => (this.#view.value = unpackValue(this.#model.get("value") ?? null)));
  }

  #edit() {
    const edits = this.#model.get("edits") ?? [];
    for (const change of edits.slice(this.#edited)) attempt(() => this.#view?._edit(change));
    this.#edited = edits.length;
  }
}

/** Does what may fail if what the kernel says is not about this data: then it stays undone, and the console says why. */
function attempt(work) {
  try {
    work();
  } catch (error) {
    console.warn(error);
  }
}

function failure(error) {
  const box = document.createElement("div");
  box.role = "alert";
  box.style.cssText = "padding:8px;font:13px system-ui,sans-serif";
  box.textContent = error.message;
  return box;
}

export default { initialize, render };
