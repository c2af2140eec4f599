// Lists of items that are filtered: what may be given as items, and how they are shown.
import { make, number } from "../element.js";
import { visible } from "../table-cells.js";

// More options than that make a page slow, and nobody reads them.
const MOST = 1000;
// So many are seen without a filter.
const FEW = 8;

/** Items as `[text, value]`: of texts and other plain values (each once), of pairs, or of an object of values by name. */
export function pairsOf(items, wrong) {
  const problem = () => wrong("option `items`", "a list of texts, of [name, value] pairs, a column of a table, or an object of values by name");
  if (items === null || typeof items !== "object") throw problem();
  if (!items[Symbol.iterator]) return Object.entries(items);
  const pairs = [];
  for (const item of new Set(items)) {
    if (item == null) continue;
    if (Array.isArray(item) && item.length === 2) pairs.push([String(item[0]), item[1]]);
    else if (typeof item !== "object" || item instanceof Date) pairs.push([item instanceof Date ? item.toISOString() : String(item), item]);
    else throw problem();
  }
  return pairs;
}

/**
 * A list of texts with a filter. `show(numbers, has)` chooses some of those that `has(number)`; `changed()` is called when the user
 * chooses, `open()` at a double click or Enter.
 */
export function listOf(label, texts, { ask, multiple, filter = texts.length > FEW, changed, open }) {
  let [passing, turn, lines, shown] = [null, 0, undefined, []];
  const listed = [[], () => true];
  const select = make("select", { size: FEW, "aria-label": label, ...(multiple && { multiple: "" }), change: () => changed?.(),
    dblclick: () => open?.(), keydown: (event) => {
      if (event.key !== "Enter" || !open) return;
      event.preventDefault();
      open();
    } });
  const note = make("p", { class: "note", role: "status" });
  const find = make("input", { type: "search", placeholder: "Filter", "aria-label": `Filter ${label}`, input: async () => {
    const mine = ++turn;
    const text = find.value.trim();
    lines ??= texts.map(visible).join("\n");
    try {
      const found = text ? await ask((raw) => raw.findItems(lines, text)) : null;
      if (mine !== turn) return;
      passing = found;
      draw();
    } catch (error) {
      note.textContent = error.message;
    }
  } });
  const draw = () => {
    const [chosen, has] = listed;
    shown = [];
    if (passing) for (const item of passing) has(item) && shown.push(item);
    else for (let item = 0; item < texts.length; item++) has(item) && shown.push(item);
    const marked = new Set(chosen);
    const drawn = shown.slice(0, MOST);
    // What is chosen is there, too, however far down.
    if (shown.length > MOST) drawn.push(...chosen.filter((item) => !drawn.includes(item) && shown.includes(item)));
    select.replaceChildren(...drawn.map((item) => {
      const text = visible(texts[item]);
      const option = make("option", { value: item, title: text }, text);
      option.selected = marked.has(item);
      return option;
    }));
    note.textContent = shown.length > MOST ? `The first ${number.format(MOST)} of ${number.format(shown.length)}: filter to see others`
      : passing ? `${number.format(shown.length)} found` : "";
  };
  return {
    node: make("div", { class: "list" }, ...(filter ? [find] : []), select, note),
    select,
    chosen: () => Array.from(select.selectedOptions, ({ value }) => Number(value)),
    passing: () => shown,
    show(chosen, has = () => true) {
      [listed[0], listed[1]] = [chosen, has];
      draw();
    },
  };
}
