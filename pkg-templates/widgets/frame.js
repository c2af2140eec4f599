// What all widgets share: options that are looked at, a value that is set or chosen, a label, and what is remembered.
import { check } from "../charts.js";
import { define, dress, fill, isDark, make, watch } from "../element.js";
import { guard, invalid } from "../errors.js";
import style from "./style.js";

let Widget;

const TYPES = { string: "text", boolean: "true or false", number: "a number of 0 or more", function: "a function", object: "an object" };

/**
 * The function that makes one kind of widget. Its file says which options it has, and of which type (`options`; "" if it looks itself),
 * its `label`, and whether its value is never remembered (`forgets`). `make(options, kit)` gives
 * - `value`: what it is at first, and again when it is set to null;
 * - `read(given)`: the value that a given one means; throws an error for what means none;
 * - `keep(value)`: the plain JSON that is remembered of it, and `recall(json)` back; by default the value itself and `read`;
 * - `build(choose)`: `{ nodes, show(value), connected() }`. `choose(value)` is for what the user does; `connected` begins what
 *   runs only while the element is in a page, and gives what ends it;
 * - `own(element)`: properties beside `value`.
 *
 * Where there are no pages, what is made has the same properties, and draws nothing.
 */
export function makeWidget(name, kind, { Table, getRaw, getStarted, getProvider }) {
  const live = typeof HTMLElement === "function";
  /** Asks the module, which may have to be loaded first. */
  const ask = async (question) => {
    const raw = await getRaw();
    return guard(() => question(raw));
  };
  const types = { ...kind.options, label: "string", theme: "", ...(!kind.forgets && { remember: "string" }) };
  const names = Object.keys(types);
  const wrong = (what, expected) => invalid(`${name}: ${what} should be ${expected}`);
  return (...given) => {
    const all = (kind.given ? kind.given(given, Table) : given[0]) ?? {};
    if (typeof all !== "object") throw wrong("options", "an object");
    const options = {};
    for (const [key, one] of Object.entries(all)) {
      if (!names.includes(key)) throw invalid(`${name}: there is no option \`${key}\`${nearest(key, names)} (there are: ${names.join(", ")})`);
      if (one == null) continue;
      const type = types[key];
      if (type && typeof one !== type || type === "number" && !(one >= 0 && one < Infinity)) throw wrong(`option \`${key}\``, TYPES[type]);
      options[key] = one;
    }
    const { label = kind.label, theme, remember } = options;
    check(name, { theme });
    const state = kind.make(options, { live, Table, getStarted, getProvider, ask, wrong });
    const past = remember === undefined || !live ? undefined : memory(`huntbook ${name} ${remember}`);
    let value = recalled(state, past);
    let [element, show] = [{}];
    const put = (next) => {
      value = next;
      show?.(value);
    };
    if (live) {
      Widget ??= defineWidget();
      const choose = (next) => {
        put(next);
        past?.write((state.keep ?? same)(value));
        element.dispatchEvent(new Event("input", { bubbles: true }));
      };
      const view = state.build(choose);
      element = new Widget(name, label, theme, view);
      ({ show } = view);
    }
    Object.defineProperty(element, "value", {
      // A kernel of Jupyter puts its own before it.
      configurable: true,
      enumerable: true,
      get: () => value,
      set: (next) => {
        if (next == null) past?.write();
        put(next == null ? state.value : state.read(next));
      },
    });
    if (state.own) Object.defineProperties(element, Object.getOwnPropertyDescriptors(state.own(element)));
    put(value);
    return element;
  };
}

const same = (value) => value;

/** What was remembered, if it still is a value; else what the widget has at first. */
function recalled(state, past) {
  try {
    const json = past?.read();
    if (json != null) return (state.recall ?? state.read)(json);
  } catch {
    // It was a value of other items, or of another version.
  }
  return state.value;
}

/** A place in the browser's storage, which a page may be denied. */
function memory(key) {
  const tried = (act) => {
    try {
      return act();
    } catch {
      return undefined;
    }
  };
  return {
    read: () => tried(() => JSON.parse(localStorage.getItem(key))),
    write: (json) => tried(() => (json == null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(json)))),
  };
}

/** A hint at the nearest name, as src/js/options.rs gives it. */
function nearest(word, names) {
  const distance = (a, b) => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      row = row.reduce((next, above, j) => [...next, j ? Math.min(next[j - 1] + 1, above + 1, row[j - 1] + (a[i - 1] !== b[j - 1])) : i], []);
    }
    return row.at(-1);
  };
  const [far, name] = names.map((name) => [distance(word.slice(0, 40).toLowerCase(), name.toLowerCase()), name]).sort(([a], [b]) => a - b)[0];
  return far <= name.length / 3 + 1 ? `; did you mean \`${name}\`?` : "";
}

function defineWidget() {
  class HuntbookWidget extends HTMLElement {
    #theme;
    #begin;
    #end;

    constructor(name, label, theme, { nodes, connected }) {
      super();
      [this.#theme, this.#begin] = [theme, connected];
      fill(this, style, make("div", { class: `widget ${name}`, role: "group", "aria-labelledby": "label" }, make("div", { id: "label" }, label), ...nodes));
    }

    connectedCallback() {
      const themed = () => this.toggleAttribute("data-dark", isDark(this, this.#theme));
      const [unwatch, stop] = [watch(this, themed), this.#begin?.()];
      this.#end = () => {
        unwatch();
        stop?.();
      };
      themed();
    }

    disconnectedCallback() { this.#end(); }
    adoptedCallback() { dress(this, style); }
  }
  return define("huntbook-widget", HuntbookWidget);
}
