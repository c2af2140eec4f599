// What the elements of this library share: how they are made, named and styled, and how they learn that the page changed.

export const number = new Intl.NumberFormat("en");

/** An HTML element: `make("button", { title: "…" }, "text")`; functions are listeners. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

export const button = (text, click, attributes) => make("button", { type: "button", click, ...attributes }, text);

/** Registers a class of elements. A page may have two copies of the library. */
export function define(wanted, Class) {
  let name = wanted;
  for (let copy = 2; customElements.get(name); copy++) name = `${wanted}-${copy}`;
  customElements.define(name, Class);
  return Class;
}

/** Gives an element its inside. */
export function fill(element, style, ...children) {
  const root = element.attachShadow({ mode: "open" });
  // What is typed into a field is no choice.
  root.addEventListener("input", (event) => event.stopPropagation());
  // JupyterLab would take letters for commands: it does not see the field that they are typed into.
  element.dataset.lmSuppressShortcuts = "true";
  root.append(...children);
  dress(element, style);
}

/** Gives it its style, which belongs to a document. It is no <style>, which a page's content security policy may forbid. */
export function dress(element, style) {
  const page = element.ownerDocument.defaultView;
  if (!page) return;
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync(style);
  element.shadowRoot.adoptedStyleSheets = [sheet];
}

/** Calls `changed` whenever the size of `element` or the theme of the page changes, until the function that it returns is called. */
export function watch(element, changed) {
  const resized = new ResizeObserver(changed);
  resized.observe(element);
  const themed = new MutationObserver(changed);
  const { documentElement, body } = element.ownerDocument;
  for (const root of [documentElement, body]) themed.observe(root, { attributes: true });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", changed);
  return () => {
    resized.disconnect();
    themed.disconnect();
    dark.removeEventListener("change", changed);
  };
}

/** Whether `element` is to be dark: as `theme` says, or else the page or the system. */
export function isDark(element, theme) {
  if (theme) return theme === "dark";
  const { documentElement, body } = element.ownerDocument;
  const said = documentElement.dataset.theme ?? body.dataset.theme;
  if (said === "dark" || said === "light") return said === "dark";
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
  const schemes = getComputedStyle(element.parentElement ?? documentElement).colorScheme;
  if (!schemes.includes("dark")) return false;
  return !schemes.includes("light") || matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Lets the user save a file; `name` becomes one that every system takes. */
export function save(content, type, name, extension) {
  const href = URL.createObjectURL(new Blob([content], { type }));
  make("a", { href, download: `${name.replace(/[^\w -]+/g, "_")}.${extension}` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** Names and values, as a tooltip and a panel have them. */
export function listed({ title, fields }) {
  const pairs = fields.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]);
  return [...(title ? [make("b", {}, title)] : []), make("dl", {}, ...pairs)];
}

/** The style that all begin with; colours are those of src/vis/theme.rs. */
export const style = `
:host { display: block; position: relative; min-width: 0; max-width: 100%; contain: inline-size; contain-intrinsic-inline-size: 640px;
  --ground: #fff; --ink: #1a2024; --quiet: #56626a; --line: #d5dbdf; --accent: #00695c; --on-accent: #fff;
  font: 13px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--ground); text-align: start; }
:host([data-dark]) { --ground: #1a2024; --ink: #e3e9ec; --quiet: #9babb4; --line: #3b484f; --accent: #5ccdbb; --on-accent: #08211d; color-scheme: dark; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.head { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 6px 8px 2px; }
.title { font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
.tools { margin-inline-start: auto; display: flex; flex-wrap: wrap; justify-content: end; gap: 3px; }
button, input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 5px; padding: 1px 7px; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
button[aria-pressed="true"] { forced-color-adjust: none; border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 1px 9px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.status { display: flex; gap: 8px; align-items: center; min-height: 26px; padding: 2px 8px; color: var(--quiet); font-size: 12px; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
