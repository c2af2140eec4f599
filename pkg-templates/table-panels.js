// What opens beside the rows of a table view: a form for a filter, the chooser of columns, and the details of a row.
import { make } from "./element.js";
import { needs, operatorsOf } from "./table-filters.js";

const button = (text, click, attributes = {}) => make("button", { type: "button", click, ...attributes }, text);

/** A form for a condition, with the values of `given`; `apply(condition)` may throw an error, which is shown. */
export function filterForm(columns, given, apply, close) {
  const option = ([value, text]) => make("option", { value }, text);
  const select = (label) => make("select", { "aria-label": label });
  const [name, operator] = [select("Column"), select("Condition")];
  const not = make("input", { type: "checkbox" });
  const fields = ["Value", "Last value"].map((label) => make("input", { "aria-label": label, "aria-describedby": "wrong", autocomplete: "off", spellcheck: "false" }));
  const wrong = make("p", { id: "wrong", role: "alert" });
  const column = () => columns.find((one) => one.name === name.value);
  const showFields = () => {
    const { count, example } = needs(operator.value, column());
    fields.forEach((field, i) => {
      field.hidden = i >= count;
      field.placeholder = example;
      field.removeAttribute("aria-invalid");
    });
    wrong.textContent = "";
  };
  const showOperators = () => {
    const before = operator.value;
    operator.replaceChildren(...operatorsOf(column()).map(option));
    if (operatorsOf(column()).some(([one]) => one === before)) operator.value = before;
    showFields();
  };
  name.append(...columns.map((one) => option([one.name, one.title])));
  if (given.column) name.value = given.column.name;
  name.addEventListener("change", showOperators);
  operator.addEventListener("change", showFields);
  showOperators();
  if (given.operator) operator.value = given.operator;
  not.checked = given.not ?? false;
  fields.forEach((field, i) => (field.value = given.values?.[i] ?? ""));
  showFields();
  const submit = (event) => {
    event.preventDefault();
    try {
      apply({ column: column(), operator: operator.value, not: not.checked, values: fields.map(({ value }) => value) });
    } catch (error) {
      wrong.textContent = error.message;
      fields.forEach((field) => field.setAttribute("aria-invalid", "true"));
      fields[0].focus();
    }
  };
  const form = make("form", { class: "filter", submit, keydown: (event) => event.key === "Escape" && close() }, name, make("label", {}, not, "not"), operator, ...fields,
    make("button", { class: "main" }, given.operator ? "Change" : "Add"), button("Cancel", close), wrong);
  return { form, focus: () => (fields[0].hidden ? operator : fields[0]).focus() };
}

/** A list of columns to tick and to put in order; `changed(columns)` is told the new order. */
export function columnChooser(columns, changed) {
  let dragged;
  const list = make("ul");
  const find = make("input", { type: "search", placeholder: "Find a column", "aria-label": "Find a column", input: () => filter() });
  const move = (from, to) => {
    if (from < 0 || to < 0 || to >= columns.length || from === to) return;
    columns.splice(to, 0, ...columns.splice(from, 1));
    list.insertBefore(list.children[from], list.children[to + (to > from)] ?? null);
    changed(columns);
  };
  const place = (item) => [...list.children].indexOf(item);
  const itemOf = (column) => {
    const box = make("input", { type: "checkbox", "aria-keyshortcuts": "Alt+ArrowUp Alt+ArrowDown", change: () => {
      column.shown = box.checked;
      changed(columns);
    } });
    box.checked = column.shown;
    const item = make("li", { draggable: "true",
      dragstart: () => (dragged = item),
      dragover: (event) => event.preventDefault(),
      drop: () => dragged && move(place(dragged), place(item)),
      keydown: (event) => {
        const step = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
        if (!step) return;
        event.preventDefault();
        move(place(item), place(item) + step);
        box.focus();
      },
    }, make("label", {}, box, make("span", {}, column.title)), make("small", {}, column.type));
    return item;
  };
  const filter = () => [...list.children].forEach((item, i) => (item.hidden = !columns[i].name.toLowerCase().includes(find.value.toLowerCase())));
  const tick = (shown) => () => {
    [...list.children].forEach((item, i) => !item.hidden && (item.querySelector("input").checked = columns[i].shown = shown));
    changed(columns);
  };
  list.append(...columns.map(itemOf));
  return [make("div", { class: "bar" }, find, button("All", tick(true)), button("None", tick(false))), list, make("p", {}, "Drag to move a column, or press Alt and ↑ or ↓.")];
}
