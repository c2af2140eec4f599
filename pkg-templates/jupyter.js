// Live charts, tables and widgets in JupyterLite's JavaScript kernels. An element of the kernel cannot be shown: its page is hidden,
// or there is none. So the page makes another, in an anywidget (anywidget.js), and `value` goes to and fro.
import { join, pack, part, unpackValue } from "./wire.js";

const ANYWIDGET = {
  _model_module: "anywidget", _model_module_version: "*", _model_name: "AnyModel",
  _view_module: "anywidget", _view_module_version: "*", _view_name: "AnyView",
  _anywidget_id: "huntbook.View", _view_count: null, _dom_classes: [], layout: null, tabbable: null, tooltip: null,
};

/** anywidget gives a widget's code two seconds to load. */
const loader = (address) => `const code = import("${address}");\nexport default { render: async (context) => (await code).default.render(context) };\n`;

const spare = []; // comms without a view
const SPARE = 4;

/**
 * Opens comms for the views to come, before long work. Of what a cell puts out at its end, this kernel gives only the first to it if
 * the next cell waits already; so there is no time for opening one when a view is shown. False where there are none.
 */
export function prepare(from, least = SPARE) {
  const comms = globalThis.Jupyter?.comm;
  if (!comms || !/^https?:/.test(from)) return false;
  const state = { ...ANYWIDGET, _esm: loader(new URL("anywidget.js", from).href), kind: "", data: null, options: {}, value: null, touched: false, edits: [] };
  while (spare.length < least) spare.push(comms.open("jupyter.widget", { state, buffer_paths: [] }, { version: "2.1.0" }));
  return true;
}

/**
 * What `make(...args)` gives; if this is a kernel that has widgets, it shows itself live. `kind` is the name of the function,
 * `from` the address of this package's script.
 */
export function inJupyter(kind, make, args, Table, from) {
  const made = make(...args);
  if (!prepare(from, 1)) return made;
  const [first, second] = args.length < 2 && isOptions(args[0], Table) ? [undefined, args[0]] : args;
  const options = kept(second, Table);
  let data = kept(first, Table);
  const view = listening(made);
  const edits = [];
  let touched = false; // whether the value is other than at first; if not, the page may remember one
  const comm = channel(from, (value) => {
    touched = true;
    set(value);
    view.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // What the program in the kernel does to the view is done to the page's, too.
  const { get, set } = accessor(view, "value");
  const change = (name, then) => {
    const original = view[name];
    if (!original) return;
    view[name] = (...given) => {
      original.apply(view, given);
      then(...given);
    };
  };
  Object.defineProperty(view, "value", {
    configurable: true,
    get,
    set: (value) => {
      touched = true;
      set(value);
      comm.send({ touched, value: pack(get()) });
    },
  });
  change("update", (other) => {
    data = kept(other, Table);
    comm.send({ data: pack(data) });
  });
  change("_edit", (edit) => {
    edits.push(edit);
    comm.send({ edits });
  });
  view._toMime = () => {
    const isNew = comm.open();
    if (isNew) comm.send({ kind, data: pack(data), options: pack(options ?? {}), value: pack(view.value), touched, edits });
    const live = { version_major: 2, version_minor: 0, model_id: comm.id };
    // The HTML is for where a saved notebook is read. Pictures of many events are too large for that.
    return { "application/vnd.jupyter.widget-view+json": live, ...(view._toHtml && { "text/html": view._toHtml() }), "text/plain": `huntbook.${kind}` };
  };
  return view;
}

/** What goes to the page of one view and comes from there: `take(value)` is called with what the user chose. */
function channel(from, take) {
  let comm, changed;
  const flush = () => {
    const { content, buffers } = part(changed);
    changed = undefined;
    comm.send({ method: "update", ...content }, {}, buffers);
  };
  return {
    get id() { return comm.commId; },
    /** Whether it was closed until now. */
    open() {
      if (comm) return false;
      prepare(from, 1);
      comm = spare.pop();
      comm.onMsg = (message, buffers) => {
        const state = message.method === "update" && join(message, buffers);
        if (state && "value" in state) take(unpackValue(state.value));
      };
      return true;
    },
    /** Tells the page, once the cell has put out what it has. */
    send(state) {
      if (!comm) return;
      if (!changed) setTimeout(flush);
      changed = { ...changed, ...state };
    },
  };
}

/** In a worker widgets are no targets of events. */
function listening(made) {
  if (made.addEventListener) return made;
  const target = new EventTarget();
  for (const name of ["addEventListener", "removeEventListener", "dispatchEvent"]) made[name] = target[name].bind(target);
  return made;
}

/** Whether the first argument is options already, as of `queryTime({ … })`: no table, and no object of tables. */
function isOptions(value, Table) {
  if (value === null || typeof value !== "object" || Array.isArray(value) || value instanceof Table) return false;
  return !Object.values(value).some((one) => one instanceof Table);
}

/** Tables of their own, which stay if the user frees his. */
function kept(value, Table) {
  if (value instanceof Table) return value.slice();
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, one instanceof Table ? one.slice() : one]));
}

/** How a property of an object is read and set, whether it is its own or its class's. */
function accessor(object, name) {
  for (let at = object; at; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found?.get) return { get: () => found.get.call(object), set: (value) => found.set?.call(object, value) };
  }
  let value = object[name] ?? null;
  return { get: () => value, set: (next) => (value = next) };
}
