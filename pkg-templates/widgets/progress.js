// How far work is, how long it took and may still take, with a button that cancels it.
import { make } from "../element.js";
import { cancelled } from "../errors.js";

export default {
  label: "Progress",
  options: ["max"],
  make({ max = 1 }, { wrong }) {
    if (!(typeof max === "number" && max > 0 && max < Infinity)) throw wrong("option `max`", "a number above 0");
    const read = (value) => {
      if (typeof value !== "number" || Number.isNaN(value)) throw wrong("value", `a number from 0 to ${max}`);
      return Math.min(Math.max(value, 0), max);
    };
    const controller = new AbortController();
    let [asked, redraw] = [false, () => {}];
    return {
      value: 0,
      read,
      own: () => ({
        // The button is there once there is someone whom it stops.
        get signal() {
          asked = true;
          redraw();
          return controller.signal;
        },
      }),
      build() {
        const done = make("i");
        const bar = make("div", { role: "progressbar", "aria-labelledby": "label", "aria-valuemin": 0, "aria-valuemax": 100 }, done);
        const said = make("span", { class: "note" });
        const cancel = make("button", { type: "button", click: () => {
          controller.abort(cancelled());
          redraw();
        } }, "Cancel");
        let value, begun, ended, timer;
        redraw = () => {
          const { aborted } = controller.signal;
          const part = value / max;
          const percent = `${Math.floor(part * 100)} %`;
          done.style.inlineSize = `${part * 100}%`;
          const spent = begun === undefined ? 0 : (ended ?? Date.now()) - begun;
          // What is left by what it took so far; the first moments tell nothing.
          const rest = part > 0.01 && spent > 2000 && part < 1 ? `, about ${inWords(spent / part - spent)} left` : "";
          said.textContent = aborted ? `Cancelled at ${percent}` : part === 1 ? `Done in ${inWords(spent)}` : `${percent}${spent < 1000 ? "" : ` after ${inWords(spent)}${rest}`}`;
          bar.setAttribute("aria-valuenow", Math.floor(part * 100));
          bar.setAttribute("aria-valuetext", said.textContent);
          cancel.hidden = !asked || aborted || part === 1;
          if (aborted || part === 1) clearInterval(timer);
        };
        return {
          nodes: [make("div", { class: "row" }, bar, cancel), said],
          connected() {
            timer = setInterval(redraw, 1000);
            redraw();
            return () => clearInterval(timer);
          },
          show(next) {
            // It begins when it is first set, and again when it is set back.
            if (value !== undefined && (begun === undefined || next < value)) [begun, ended] = [Date.now(), undefined];
            value = next;
            if (value === max) ended ??= Date.now();
            redraw();
          },
        };
      },
    };
  },
};

/** A length of time, as `8 s`, `2 min 5 s` or `1 h 20 min`. */
function inWords(ms) {
  const seconds = Math.round(ms / 1000);
  const [minutes, hours] = [Math.floor(seconds / 60), Math.floor(seconds / 3600)];
  if (hours) return `${hours} h ${minutes % 60} min`;
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
