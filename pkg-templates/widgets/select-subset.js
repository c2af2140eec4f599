// Some of a list of items: what is chosen is in a second list.
import { make } from "../element.js";
import { listOf, pairsOf } from "./list.js";

export default {
  label: "Select items",
  options: ["items", "default"],
  keeps: true,
  make({ items, default: usual = [] }, { ask, wrong }) {
    const pairs = pairsOf(items, wrong);
    const numbers = new Map(pairs.map(([, value], index) => [value, index]));
    // Whatever the order in which they are chosen, they have that of the items.
    const ordered = (chosen) => [...chosen].sort((a, b) => a - b).map((index) => pairs[index][1]);
    const read = (values) => {
      if (!Array.isArray(values) || !values.every((value) => numbers.has(value))) throw wrong("value", "an array of values of items");
      return ordered(new Set(values.map((value) => numbers.get(value))));
    };
    return {
      value: read(usual),
      read,
      keep: (values) => values.map((value) => pairs[numbers.get(value)][0]),
      recall: (names) => ordered(pairs.flatMap(([name], index) => (names.includes(name) ? [index] : []))),
      build({ choose }) {
        let chosen = new Set();
        const move = (change, from) => {
          const at = from.select.selectedIndex;
          const next = new Set(chosen);
          change(next);
          if (next.size === chosen.size) return;
          choose(ordered(next));
          // The next item of where one was taken from.
          const { options } = from.select;
          if (at >= 0 && options.length) options[Math.min(at, options.length - 1)].selected = true;
        };
        const add = (items) => move((next) => items.forEach((item) => next.add(item)), left);
        const remove = (items) => move((next) => items.forEach((item) => next.delete(item)), right);
        const texts = pairs.map(([name]) => name);
        const left = listOf("Available", texts, { ask, multiple: true, open: () => add(left.chosen()) });
        const right = listOf("Chosen", texts, { ask, multiple: true, filter: false, open: () => remove(right.chosen()) });
        right.select.addEventListener("keydown", ({ key }) => (key === "Delete" || key === "Backspace") && remove(right.chosen()));
        const button = (text, click) => make("button", { type: "button", click }, text);
        const count = make("span", { class: "note" });
        return {
          nodes: [make("div", { class: "subset" },
            make("div", {}, make("b", {}, "Available"), left.node),
            make("div", { class: "moves" },
              button("Add →", () => add(left.chosen())), button("← Remove", () => remove(right.chosen())),
              button("Add all", () => add(left.passing())), button("Remove all", () => remove([...chosen]))),
            make("div", {}, make("b", {}, "Chosen "), count, right.node))],
          show(values) {
            chosen = new Set(values.map((value) => numbers.get(value)));
            count.textContent = `${chosen.size} of ${pairs.length}`;
            left.show([], (item) => !chosen.has(item));
            right.show([], (item) => chosen.has(item));
          },
        };
      },
    };
  },
};
