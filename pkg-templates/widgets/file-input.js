// Files that the user chooses or drops.
import { make } from "../element.js";

export default {
  label: "Choose a file",
  options: ["accept", "multiple"],
  make({ accept, multiple = false, label }, { wrong }) {
    if (accept !== undefined && typeof accept !== "string") throw wrong("option `accept`", "text, such as \".csv,.json\"");
    if (typeof multiple !== "boolean") throw wrong("option `multiple`", "true or false");
    const isFile = (one) => typeof Blob === "function" && one instanceof Blob;
    const none = multiple ? [] : null;
    return {
      value: none,
      read(given) {
        const files = multiple && given[Symbol.iterator] ? [...given] : [given];
        if (!files.every(isFile)) throw wrong("value", multiple ? "an array of files" : "a file, or null");
        return multiple ? files : given;
      },
      build({ choose }) {
        const names = make("ul", { class: "files", "aria-live": "polite" });
        const said = make("p", { class: "wrong", role: "alert" });
        const take = (files) => {
          const fit = [...files].filter((file) => accepts(accept, file));
          said.textContent = fit.length < files.length ? `${[...files].find((file) => !fit.includes(file)).name} is not ${accept}` : "";
          if (fit.length) choose(multiple ? fit : fit[0]);
        };
        const input = make("input", { type: "file", hidden: "", "aria-label": label ?? "Choose a file", ...(accept && { accept }), ...(multiple && { multiple: "" }), change: () => {
          take(input.files);
          // The same file may be chosen again.
          input.value = "";
        } });
        const over = (is) => (event) => {
          event.preventDefault();
          zone.classList.toggle("over", is);
        };
        const zone = make("div", { class: "drop", dragover: over(true), dragleave: over(false), drop: (event) => {
          over(false)(event);
          take(event.dataTransfer.files);
        } }, input, make("button", { type: "button", click: () => input.click() }, multiple ? "Choose files" : "Choose a file"), make("span", { class: "note" }, multiple ? "or drop them here" : "or drop it here"), names);
        return {
          nodes: [zone, said],
          show(value) {
            const clear = make("button", { type: "button", "aria-label": "Choose nothing", click: () => choose(none) }, "×");
            const files = [value ?? []].flat();
            names.replaceChildren(...files.map(({ name = "(no name)", size }) => make("li", {}, make("b", {}, name), ` ${inBytes(size)}`)), ...(files.length ? [make("li", {}, clear)] : []));
          },
        };
      },
    };
  },
};

/** Whether a file is one of those that an input's `accept` lists; what is dropped the browser does not look at. */
function accepts(accept, { name, type }) {
  const kinds = accept?.split(",").map((kind) => kind.trim().toLowerCase()) ?? [];
  return !kinds.length || kinds.some((kind) => (kind.startsWith(".") ? name.toLowerCase().endsWith(kind) : kind.endsWith("/*") ? type.startsWith(kind.slice(0, -1)) : type === kind));
}

function inBytes(size) {
  const power = Math.min(Math.floor(Math.log10(size || 1) / 3), 4);
  return `${(size / 1000 ** power).toPrecision(3).replace(/\.?0+$/, "")} ${["bytes", "kB", "MB", "GB", "TB"][power]}`;
}
