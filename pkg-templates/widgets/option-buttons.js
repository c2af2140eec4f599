// Buttons to choose from, with a default that is taken when time is up.
import { button, make } from "../element.js";

export default {
  label: "Select an option to continue",
  options: { options: "", default: "", timeout: "number" },
  make({ options = ["Yes", "No", "Cancel"], default: usual = options[0], timeout }, { live, wrong }) {
    const read = (value, what = "value") => {
      if (!options.includes(value) || typeof value !== "string") throw wrong(what, `one of ${options.join(", ")}`);
      return value;
    };
    read(usual, "option `default`");
    let settle;
    // Where nobody can answer, the default is the answer.
    const chosen = live ? new Promise((resolve) => (settle = resolve)) : Promise.resolve(usual);
    return {
      value: live ? null : usual,
      read: (value) => read(value),
      // What was chosen last time is what is taken when time is up.
      recall(past) {
        usual = read(past);
        return null;
      },
      own: () => ({ chosen }),
      build(choose) {
        const buttons = options.map((option) => button(option, () => choose(option)));
        const left = make("small", { role: "timer" });
        let until, value, timer;
        const tick = () => {
          const rest = until - performance.now();
          timer = rest > 0 && setTimeout(tick, rest % 1000 || 1000);
          if (!timer) choose(usual);
          left.textContent = timer ? `${usual} in ${Math.ceil(rest / 1000)} s` : `Time is up: ${usual}`;
        };
        return {
          nodes: [make("div", { class: "row" }, ...buttons, left)],
          connected() {
            if (!timeout || value !== null) return undefined;
            until ??= performance.now() + timeout * 1000;
            tick();
            return () => clearTimeout(timer);
          },
          show(next) {
            value = next;
            buttons.forEach((one, i) => (one.ariaPressed = options[i] === value));
            if (value === null) return;
            settle(value);
            clearTimeout(timer);
            left.textContent = "";
          },
        };
      },
    };
  },
};
