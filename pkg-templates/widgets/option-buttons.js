// Buttons to choose from, with a default that is taken when time is up.
import { make } from "../element.js";

export default {
  label: "Select an option to continue",
  options: ["options", "default", "timeout"],
  keeps: true,
  make({ options = ["Yes", "No", "Cancel"], default: usual = options[0], timeout = 0 }, { live, wrong }) {
    if (!Array.isArray(options) || !options.length || !options.every((option) => typeof option === "string")) throw wrong("option `options`", "a list of texts");
    if (!options.includes(usual)) throw wrong("option `default`", `one of ${options.join(", ")}`);
    if (!(timeout >= 0 && timeout < 1e6)) throw wrong("option `timeout`", "a number of seconds");
    let settle;
    // Where nobody can answer, the default is the answer.
    const chosen = live ? new Promise((resolve) => (settle = resolve)) : Promise.resolve(usual);
    const read = (value) => {
      if (!options.includes(value)) throw wrong("value", `one of ${options.join(", ")}, or null`);
      return value;
    };
    return {
      value: live ? null : usual,
      read,
      // What was chosen last time is what is taken when time is up.
      recall: (past) => {
        usual = read(past);
        return null;
      },
      own: () => ({ chosen }),
      build({ choose }) {
        const buttons = options.map((option) => make("button", { type: "button", "aria-pressed": "false", click: () => {
          settle(option);
          choose(option);
        } }, option));
        const left = make("span", { class: "note", role: "timer" });
        let [until, value, timer] = [undefined, null, undefined];
        const tick = () => {
          const rest = until - performance.now();
          if (rest <= 0) {
            settle(usual);
            choose(usual);
            left.textContent = `Time is up: ${usual}`;
          } else {
            left.textContent = `${usual} in ${Math.ceil(rest / 1000)} s`;
            timer = setTimeout(tick, rest % 1000 || 1000);
          }
        };
        return {
          nodes: [make("div", { class: "row buttons" }, ...buttons, left)],
          connected() {
            if (!timeout || value !== null) return undefined;
            until ??= performance.now() + timeout * 1000;
            tick();
            return () => clearTimeout(timer);
          },
          show(next) {
            value = next;
            buttons.forEach((button, i) => button.setAttribute("aria-pressed", options[i] === value));
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
