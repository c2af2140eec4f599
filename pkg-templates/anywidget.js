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
  let [view, latest, sent, edited] = [undefined, 0, 0, 0];
  let [waits, anew] = [false, false]; // whether it is about to be drawn, and made anew for that
  let ours = false; // whether `value` changes from here

  async function send() {
    const turn = ++sent;
    const waiting = [];
    const value = pack(view.value, waiting);
    if (waiting.length) await Promise.all(waiting);
    if (turn !== sent) return;
    ours = true;
    model.set("value", value);
    if (model.get("touched") === false) model.set("touched", true);
    ours = false;
    model.save_changes();
  }
  const choose = () => {
    if (view && !ours) attempt(() => (view.value = unpackValue(model.get("value") ?? null)));
  };
  const edit = () => {
    for (const change of (model.get("edits") ?? []).slice(edited)) attempt(() => view?._edit(change));
    edited = model.get("edits")?.length ?? 0;
  };
  async function draw() {
    // Nothing is said of it yet.
    if (model.get("kind") === "") return;
    const turn = ++latest;
    let shown;
    try {
      shown = await make(model);
    } catch (error) {
      shown = failure(error);
    }
    if (turn !== latest) return;
    view?.free?.();
    [view, edited] = [undefined, 0];
    if (shown.role !== "alert") {
      view = shown;
      edit();
      // What a widget remembers is in the page, so what the kernel has at first is not asked for.
      if (model.get("touched") !== false) model.get("value") != null && choose();
      else if (view.value != null) void send();
      view.addEventListener("input", send);
    }
    el.replaceChildren(shown);
  }
  async function update() {
    if (typeof view?.update !== "function") return draw();
    const [turn, target] = [++latest, view];
    try {
      const tables = [];
      const data = await withTables(model.get("data"), tables);
      if (turn !== latest) return;
      target.update(data);
      release(target, tables);
    } catch {
      return draw();
    }
  }
  /** Several things may change at once. */
  const soon = (isOther) => () => {
    anew ||= isOther;
    if (waits) return;
    waits = true;
    queueMicrotask(() => {
      const act = anew ? draw : update;
      [waits, anew] = [false, false];
      void act();
    });
  };
  const listeners = { "change:kind": soon(true), "change:options": soon(true), "change:data": soon(false), "change:value": choose, "change:edits": edit };
  for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
  await draw();
  return () => {
    for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
    latest++;
    view?.free?.();
  };
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
