// Tabs (W3C ARIA practices, "tabs"), and what a tab does that is worked out when it is first opened.
import { $, say, state, work, wordsOf } from "./state.js";
import { element, number } from "./text.js";

const tabs = [...$("tabs").children];
const views = new Map();

/** Shows the panel of a tab. */
export function openTab(tab) {
  for (const other of tabs) {
    other.setAttribute("aria-selected", other === tab);
    other.tabIndex = other === tab ? 0 : -1;
    $(other.getAttribute("aria-controls")).hidden = other !== tab;
  }
  return views.get(tab)?.open();
}

/** For another log: nothing is known of it but its indicators. */
export function resetTabs() {
  for (const view of views.values()) view.forget();
  openTab(tabs[0]);
}

for (const tab of tabs) tab.onclick = () => openTab(tab);
// Arrows move the focus alone: opening a tab may be long work.
$("tabs").onkeydown = (event) => {
  const at = tabs.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  tabs.at(to % tabs.length).focus();
};

/**
 * Fills the panel `id` when its tab is first opened for a log. `make(table, control)` is
 * the work, named `what`; `show(made)` returns how many things there are; `none` is said
 * if there are none; `free(made)` is for when another log is opened. Returns what does the
 * work anew. Of a panel without results, what has the class `stays` does.
 */
export function lazyTab(id, { what, make, show, none, free }) {
  const tab = $(`${id}-tab`);
  const [count, panel, notice] = [tab.querySelector("small"), $(id), $(`${id}-notice`)];
  let made;
  let turn = 0; // of the work that counts; 0 while there is none
  let turns = 0;

  /** What stands in place of tools and grid; nothing, to show those. */
  function note(text, ...buttons) {
    panel.classList.toggle("without", text !== undefined);
    notice.replaceChildren(...(text === undefined ? [] : [element("p", { textContent: text }), ...buttons]));
  }

  async function open() {
    const { table } = state;
    if (!table || made || turn) return;
    const mine = (turn = ++turns);
    note(`${what}…`);
    let failure;
    const result = await work(what, (control) => make(table, control), { tell: (error) => (failure = error) });
    if (mine !== turn) return void (result && free(result));
    turn = 0;
    if (failure) {
      note(wordsOf(failure).replace(/^./, (first) => first.toUpperCase()));
      return say("");
    }
    if (!result) return note("Stopped.", element("button", { type: "button", textContent: "Do it", onclick: open }));
    made = result;
    const found = show(made);
    count.textContent = number(found);
    note(found ? undefined : none);
  }

  function forget() {
    if (made) free(made);
    made = undefined;
    turn = 0;
    count.textContent = "";
    note("");
  }

  views.set(tab, { open, forget });
  return () => {
    forget();
    return open();
  };
}
