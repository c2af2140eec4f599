// How far work is, how long it took and may still take, with a button that cancels it.
import { button, make } from "../element.js";
import { cancelled } from "../errors.js";

export default {
  label: "Progress",
  options: { max: "number" },
  forgets: true,
  make({ max = 1 }, { wrong }) {
    const controller = new AbortController();
    const { signal } = controller;
    let asked, redraw;
    return {
      value: 0,
      read(value) {
        if (typeof value !== "number" || Number.isNaN(value)) throw wrong("value", `a number from 0 to ${max}`);
        return Math.min(Math.max(value, 0), max);
      },
      own: () => ({
        // The button is there once there is someone whom it stops.
        get signal() {
          asked = true;
          redraw?.();
          return signal;
        },
      }),
      build() {
        const done = make("i");
        const bar = make("div", { role: "progressbar", "aria-labelledby": "label", "aria-valuemin": 0, "aria-valuemax": 100 }, done);
        const said = make("small");
        const cancel = button("Cancel", () => {
          controller.abort(cancelled());
          redraw();
        });
        let value, begun, ended, timer;
        redraw = () => {
          const part = max ? value / max : 1;
          const percent = Math.floor(part * 100);
          const spent = begun ? (ended ?? Date.now()) - begun : 0;
          const over = signal.aborted || part === 1;
          done.style.inlineSize = `${part * 100}%`;
          // What is left by what it took so far; the first moments tell nothing.
          const rest = part > 0.01 && spent > 2000 ? `, about ${inWords(spent / part - spent)} left` : "";
          said.textContent = signal.aborted ? `Cancelled at ${percent} %` : over ? `Done in ${inWords(spent)}` : `${percent} %${spent < 1000 ? "" : ` after ${inWords(spent)}${rest}`}`;
          bar.ariaValueNow = percent;
          bar.ariaValueText = said.textContent;
          cancel.hidden = !asked || over;
          if (over) clearInterval(timer);
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
            if (value !== undefined && (!begun || next < value)) [begun, ended] = [Date.now()];
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
  const minutes = Math.floor(seconds / 60);
  return minutes > 59 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
