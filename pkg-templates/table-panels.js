// What opens beside the rows of a table view: a form for a filter, and the chooser of columns.
import { make } from "./element.js";
import { needs, operatorsOf } from "./table-filters.js";

/** A form for a condition. `apply(condition)` may throw an error, which is shown; `change(condition, label)` needs another form. */
export function filterForm(columns, { column = columns[0], operator, not = false, values = [] }, { apply, change, close }) {
  const operators = operatorsOf(column);
  if (!operators.some(([name]) => name === operator)) [[operator]] = operators;
  const { count, example } = needs(operator, column);
  const select = (label, options, chosen) => {
    const list = make("select", { "aria-label": label, change: () => change({ ...given(), ...(label === "Column" && { operator: undefined }) }, label) }, ...options.map(([value, text]) => make("option", { value }, text)));
    list.value = chosen;
    return list;
  };
  const of = select("Column", columns.map(({ name, title }) => [name, title]), column.name);
  const by = select("Condition", operators, operator);
  const negated = make("input", { type: "checkbox" });
  negated.checked = not;
  const fields = ["Value", "Last value"].slice(0, count).map((label, i) => {
    const field = make("input", { "aria-label": label, "aria-describedby": "wrong", autocomplete: "off", spellcheck: "false", placeholder: example });
    field.value = values[i] ?? "";
    return field;
  });
  const wrong = make("p", { id: "wrong", role: "alert" });
  const given = () => ({ column: columns.find(({ name }) => name === of.value), operator: by.value, not: negated.checked, values: fields.map(({ value }) => value) });
  const submit = (event) => {
    event.preventDefault();
    try {
      apply(given());
    } catch (error) {
      wrong.textContent = error.message;
      for (const field of fields) field.setAttribute("aria-invalid", "true");
    }
  };
  return make("form", { class: "row", submit, keydown: (event) => event.key === "Escape" && close() }, of, make("label", {}, negated, "not"), by, ...fields,
    make("button", { class: "main" }, "Apply"), make("button", { type: "button", click: close }, "Cancel"), wrong);
}

/** A list of columns to tick and to put in order, which calls `changed()`. */
export function columnChooser(columns, changed) {
  let dragged;
  const list = make("ul");
  const place = (item) => [...list.children].indexOf(item);
  const move = (item, to) => {
    const from = place(item);
    if (to < 0 || to >= columns.length || from === to) return;
    columns.splice(to, 0, ...columns.splice(from, 1));
    list.children[to][to > from ? "after" : "before"](item);
    changed();
  };
  list.append(...columns.map((column) => {
    const change = () => {
      column.shown = box.checked;
      changed();
    };
    const box = make("input", { type: "checkbox", change });
    box.checked = column.shown;
    const item = make("li", {
      draggable: "true",
      dragstart: (event) => {
        dragged = item;
        event.dataTransfer.setData("text/plain", column.name);
      },
      dragover: (event) => event.preventDefault(),
      drop: () => dragged && move(dragged, place(item)),
      keydown: (event) => {
        const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(item, place(item) + step);
        box.focus();
      },
    }, make("label", {}, box, column.title), make("small", {}, column.type));
    return item;
  }));
  const each = (visit) => columns.forEach((column, i) => visit(list.children[i], column));
  const find = make("input", { type: "search", placeholder: "Find", "aria-label": "Find a column",
    input: () => each((item, { name }) => (item.hidden = !name.toLowerCase().includes(find.value.toLowerCase()))) });
  const tick = (text, shown) => make("button", { type: "button", click: () => {
    each((item, column) => item.hidden || (item.querySelector("input").checked = column.shown = shown));
    changed();
  } }, text);
  return [make("div", { class: "row" }, find, tick("All", true), tick("None", false)), list, make("p", {}, "Drag to move, or Alt and ↑ or ↓.")];
}
