// Some of a list of items: what is chosen is in a second list.
import { button, make } from "../element.js";
import { listOf, pairsOf } from "./list.js";

export default {
  label: "Select items",
  options: { items: "", default: "" },
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
      recall: (names) => pairs.filter(([name]) => names.includes(name)).map(([, value]) => value),
      build(choose) {
        let chosen = new Set();
        const move = ({ select }, change, moved) => {
          const at = select.selectedIndex;
          const next = new Set(chosen);
          for (const item of moved) next[change](item);
          if (next.size === chosen.size) return;
          choose(ordered(next));
          // The next item of where one was taken from.
          const { options } = select;
          if (at >= 0 && options.length) options[Math.min(at, options.length - 1)].selected = true;
        };
        const add = (moved) => move(left, "add", moved);
        const remove = (moved) => move(right, "delete", moved);
        const texts = pairs.map(([name]) => name);
        const left = listOf("Available", texts, { ask, multiple: true, open: add });
        const right = listOf("Chosen", texts, { multiple: true, filter: false, open: remove });
        right.select.addEventListener("keydown", ({ key }) => /^(Delete|Backspace)$/.test(key) && remove(right.marked()));
        const count = make("small");
        return {
          nodes: [make("div", { class: "subset" },
            make("div", {}, make("span", {}, "Available"), left.node),
            make("div", { class: "moves" },
              button("Add →", () => add(left.marked())), button("← Remove", () => remove(right.marked())),
              button("Add all", () => add(left.passing())), button("Remove all", () => remove([...chosen]))),
            make("div", {}, make("span", {}, "Chosen ", count), right.node))],
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
