// One of a list of items.
import { chooser, pairsOf } from "./list.js";

export default {
  label: "Select an item",
  options: { items: "", default: "", action: "function" },
  make({ items, default: usual, action }, { ask, wrong }) {
    const pairs = pairsOf(items, wrong);
    const indexOf = (value) => pairs.findIndex((pair) => Object.is(pair[1], value));
    const read = (value) => {
      if (indexOf(value) < 0) throw wrong("value", "one of the items");
      return value;
    };
    return {
      value: usual === undefined ? null : read(usual),
      read,
      keep: (value) => pairs[indexOf(value)]?.[0],
      recall: (name) => pairs.find((pair) => pair[0] === name)[1],
      build: (choose) => chooser("Items", pairs.map(([name]) => name), { ask, choose, action, indexOf, valueOf: (index) => pairs[index][1] }),
    };
  },
};
