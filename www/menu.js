// A button that opens a menu (W3C ARIA practices, "menu button"). The browser
// closes a popover at Escape or at a click elsewhere.
import { element } from "./text.js";

/** Makes `button` open a menu of `items`, `{ title, about?, run }`. */
export function menu(button, label, items) {
  const options = items.map(({ title, about, run }) => {
    const option = element("button", { type: "button", role: "menuitem", tabIndex: -1 }, element("b", { textContent: title }));
    if (about) option.append(element("small", { textContent: about }));
    option.onclick = () => {
      list.hidePopover();
      run();
    };
    return option;
  });
  options[0].autofocus = true;
  const list = element("div", { className: "menu", role: "menu", popover: "auto", "aria-label": label }, ...options);
  button.after(list);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.popoverTargetElement = list;

  list.addEventListener("beforetoggle", ({ newState }) => button.setAttribute("aria-expanded", newState === "open"));
  list.addEventListener("toggle", ({ newState }) => newState === "open" && place());

  /** Below the button, and inside the window. */
  function place() {
    const { left, bottom } = button.getBoundingClientRect();
    list.style.top = `${bottom + 4}px`;
    list.style.maxHeight = `${innerHeight - bottom - 12}px`;
    list.style.left = `${Math.max(8, Math.min(left, innerWidth - list.offsetWidth - 8))}px`;
  }

  list.addEventListener("keydown", (event) => {
    const at = options.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    options.at(to % options.length).focus();
  });
}
