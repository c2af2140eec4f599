// Files that the user chooses or drops.
import { button, make } from "../element.js";

export default {
  label: "Choose a file",
  options: { accept: "string", multiple: "boolean" },
  forgets: true,
  make({ accept, multiple }, { wrong }) {
    const none = multiple ? [] : null;
    return {
      value: none,
      read(given) {
        const files = multiple && given[Symbol.iterator] ? [...given] : [given];
        if (!files.every((file) => file instanceof Blob)) throw wrong("value", multiple ? "an array of files" : "a file, or null");
        return multiple ? files : given;
      },
      build(choose) {
        const names = make("ul", { "aria-live": "polite" });
        const said = make("p", { class: "wrong", role: "alert" });
        const take = (files) => {
          const fit = [...files].filter((file) => accepts(accept, file));
          said.textContent = fit.length < files.length ? `Only ${accept}` : "";
          if (fit.length) choose(multiple ? fit : fit[0]);
        };
        const input = make("input", { type: "file", hidden: "", ...(accept && { accept }), ...(multiple && { multiple: "" }), change: () => {
          take(input.files);
          // The same file may be chosen again.
          input.value = "";
        } });
        const over = (event) => {
          event.preventDefault();
          zone.classList.toggle("over", event.type === "dragover");
        };
        const zone = make("div", { class: "row drop", dragover: over, dragleave: over, drop: (event) => {
          over(event);
          take(event.dataTransfer.files);
        } }, input, button(multiple ? "Choose files" : "Choose a file", () => input.click()), make("small", {}, "or drop here"), names);
        const clear = button("Clear", () => choose(none));
        return {
          nodes: [zone, said],
          show(value) {
            const files = [value ?? []].flat();
            names.replaceChildren(...files.map(({ name = "?", size }) => make("li", {}, make("b", {}, name), ` ${inBytes(size)}`)), ...(files.length ? [make("li", {}, clear)] : []));
          },
        };
      },
    };
  },
};

/** Whether a file is one of those that an input's `accept` lists; what is dropped the browser does not look at. */
function accepts(accept, { name, type }) {
  return !accept || accept.toLowerCase().split(",").some((kind) => `${name}\n${type.replace(/\/.*/, "/*")}\n${type}`.toLowerCase().split("\n").some((text) => text.endsWith(kind.trim())));
}

function inBytes(size) {
  const power = Math.floor(Math.log10(size || 1) / 3);
  return `${(size / 1000 ** power).toPrecision(3).replace(/\.?0+$/, "")} ${["B", "kB", "MB", "GB"][power]}`;
}
