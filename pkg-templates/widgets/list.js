// Lists of items that are filtered: what may be given as items, and how they are shown.
import { make, number } from "../element.js";
import { visible } from "../table-cells.js";

// More options than that make a page slow, and nobody reads them.
const MOST = 1000;
// So many are seen without a filter.
const FEW = 8;

/** Items as `[text, value]`: of texts and other plain values (each once), of pairs, or of an object of values by name. */
export function pairsOf(items, wrong) {
  if (items === null || typeof items !== "object") throw wrong("option `items`", "a list of texts or of [name, value], or an object");
  if (!items[Symbol.iterator]) return Object.entries(items);
  return [...new Set(items)].filter((item) => item != null).map((item) => (Array.isArray(item) ? [String(item[0]), item[1]] : [item.toISOString?.() ?? String(item), item]));
}

/**
 * A list of texts with a filter. `show(numbers, has)` chooses some of those that `has(number)`; `changed(numbers)` is called when the
 * user chooses, `open(numbers)` at a double click or Enter.
 */
export function listOf(label, texts, { ask, multiple, filter = texts.length > FEW, changed, open }) {
  let [passing, turn, shown, chosen, has, lines] = [null, 0, [], [], () => true];
  const marked = () => Array.from(select.selectedOptions, ({ value }) => Number(value));
  const select = make("select", { size: Math.max(2, Math.min(FEW, texts.length)), "aria-label": label, ...(multiple && { multiple: "" }), change: () => changed?.(marked()), dblclick: () => open?.(marked()),
    keydown: (event) => {
      if (event.key !== "Enter" || !open) return;
      event.preventDefault();
      open(marked());
    } });
  const note = make("small", { role: "status" });
  const find = make("input", { type: "search", placeholder: "Filter", "aria-label": `Filter ${label}`, input: async () => {
    const mine = ++turn;
    const text = find.value.trim();
    lines ??= texts.map(visible).join("\n");
    try {
      const found = text && (await ask((raw) => raw.findItems(lines, text)));
      if (mine !== turn) return;
      passing = found;
      draw();
    } catch ({ message }) {
      note.textContent = message;
    }
  } });
  const draw = () => {
    shown = passing ? [...passing].filter(has) : [...texts.keys()].filter(has);
    const drawn = shown.slice(0, MOST);
    // What is chosen is there, too, however far down.
    drawn.push(...chosen.filter((item) => shown.includes(item) && !drawn.includes(item)));
    select.replaceChildren(...drawn.map((item) => {
      const text = visible(texts[item]);
      return Object.assign(make("option", { value: item, title: text }, text), { selected: chosen.includes(item) });
    }));
    const count = number.format(shown.length);
    note.textContent = shown.length > MOST ? `The first ${number.format(MOST)} of ${count}: filter to see others` : passing ? `${count} found` : "";
  };
  return {
    node: make("div", { class: "list" }, ...(filter ? [find] : []), select, note),
    select,
    marked,
    passing: () => shown,
    show(next, those) {
      chosen = next;
      const { scrollTop } = select;
      // What the user chose is marked already.
      if (!those && select.length && `${marked()}` === `${chosen}`) return;
      has = those ?? has;
      draw();
      if (those) select.scrollTop = scrollTop;
    },
  };
}

/** A list of which one is chosen. `indexOf` tells where a value is, and `valueOf` what is there; what `action` returns is shown below. */
export function chooser(label, texts, { ask, choose, action, indexOf, valueOf }) {
  const below = make("div", { "aria-live": "polite" });
  let turn = 0;
  const list = listOf(label, texts, { ask, changed: async ([index]) => {
    const value = index === undefined ? null : valueOf(index);
    choose(value);
    const mine = ++turn;
    let results;
    try {
      results = index === undefined ? "" : await action?.(value);
    } catch (error) {
      results = make("p", { class: "wrong", role: "alert" }, error?.message ?? error);
    }
    if (mine === turn) below.replaceChildren(...[results ?? ""].flat());
  } });
  return { nodes: [list.node, below], show: (value) => list.show(value === null ? [] : [indexOf(value)]) };
}
