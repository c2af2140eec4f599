// One of a list of items.
import { make } from "../element.js";
import { listOf, pairsOf } from "./list.js";

export default {
  label: "Select an item",
  options: ["items", "default", "action"],
  keeps: true,
  make({ items, default: usual, action }, { ask, wrong }) {
    const pairs = pairsOf(items, wrong);
    if (action !== undefined && typeof action !== "function") throw wrong("option `action`", "a function");
    const indexOf = (value) => pairs.findIndex((pair) => Object.is(pair[1], value));
    const read = (value) => {
      if (indexOf(value) < 0) throw wrong("value", "one of the items");
      return value;
    };
    return {
      value: usual == null ? null : read(usual),
      read,
      keep: (value) => pairs[indexOf(value)]?.[0],
      recall: (name) => pairs.find((pair) => pair[0] === name)[1],
      build({ choose }) {
        const act = output(action);
        const list = listOf("Items", pairs.map(([name]) => name), { ask, changed: () => {
          const [index] = list.chosen();
          const value = index === undefined ? null : pairs[index][1];
          choose(value);
          act.run(value);
        } });
        return { nodes: [list.node, act.node], show: (value) => list.show(value === null ? [] : [indexOf(value)]) };
      },
    };
  },
};

/** Where what an action returns is shown: elements and text, one or several, or a promise of them. */
export function output(action) {
  const node = make("div", { class: "shown", "aria-live": "polite" });
  let turn = 0;
  return {
    node,
    async run(value) {
      if (!action) return;
      const mine = ++turn;
      let results;
      try {
        results = value === null ? [] : await action(value);
      } catch (error) {
        results = make("p", { class: "wrong", role: "alert" }, error?.message ?? String(error));
      }
      if (mine === turn) node.replaceChildren(...[results].flat().filter((one) => one != null));
    },
  };
}
