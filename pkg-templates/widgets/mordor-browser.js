// Datasets of Mordor by tactic and technique. What is shown is in another file, which is loaded once it is.
import { button, make } from "../element.js";
import { loadBrowser } from "../later.js";
import { listOf } from "./list.js";

export default {
  label: "Choose a dataset",
  options: { provider: "object", connect: "object" },
  make({ provider, connect }, { ask, wrong, getProvider }) {
    let browser, element; // once there are
    provider ??= new (getProvider())("Mordor");
    return {
      value: null,
      // What is set before is looked for when the datasets are there.
      read(given) {
        if (!browser) return typeof given === "string" ? { name: given } : given;
        const found = browser.read(given);
        if (found) return found;
        throw wrong("value", "a dataset, its id, or the name of its query");
      },
      keep: (value) => value?.name,
      own(one) {
        element = one;
        return { get provider() { return provider; } };
      },
      build(choose) {
        const place = make("div", { class: "list" });
        const load = async () => {
          place.replaceChildren(make("p", { role: "status" }, "Loading the list of datasets …"));
          try {
            const { browse, datasetsOf } = await loadBrowser();
            browser = browse(await datasetsOf(provider, connect), { choose, filtered: listOf, ask });
            place.replaceChildren(...browser.nodes);
            element.value = element.value && (browser.read(element.value) ?? null);
          } catch ({ message }) {
            place.replaceChildren(make("p", { class: "wrong", role: "alert" }, message), button("Try again", load));
          }
        };
        load();
        return { nodes: [place], show: (value) => browser?.show(value) };
      },
    };
  },
};
