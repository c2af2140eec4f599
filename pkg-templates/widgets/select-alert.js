// One of a table's alerts, with all that the table has of it.
import { toJson } from "../columns.js";
import { listed, make } from "../element.js";
import { fromPlain, toPlain } from "../errors.js";
import { Zone, visibleLines } from "../table-cells.js";
import { listOf } from "./list.js";
import { output } from "./select-item.js";

// What is JSON in a table, as msticpy reads it.
const JSONS = ["ExtendedProperties", "Entities"];

export default {
  label: "Select an alert",
  options: ["alerts", "action", "columns", "timeColumn", "idColumn", "default", "timeZone"],
  keeps: true,
  given: ([alerts, options], Table) => (alerts instanceof Table ? { alerts, ...options } : alerts),
  make({ alerts, action, columns = [], timeColumn, idColumn, default: usual, timeZone }, { Table, getStarted, ask, wrong }) {
    if (!(alerts instanceof Table)) throw wrong("the first argument", "a Table of alerts, such as await read(file)");
    if (action !== undefined && typeof action !== "function") throw wrong("option `action`", "a function");
    const table = alerts.slice();
    const { id, time, shown, order } = arranged(getStarted(), table, [columns].flat().map(String), timeColumn, idColumn);
    const zone = new Zone(timeZone);
    const rows = new WeakMap();
    const ids = id ? [...table.column(id)] : [];
    const rowOf = (row) => {
      const value = table.row(row);
      for (const name of JSONS) value[name] = parsed(value[name]);
      for (const name of JSONS) if (value[name] === undefined) delete value[name];
      rows.set(value, row);
      return value;
    };
    /** An alert is given by its id, or as a row that has it; where there are none, by the number of its row. */
    const read = (given) => {
      const key = given !== null && typeof given === "object" ? (rows.has(given) ? rows.get(given) : given[id]) : given;
      const row = typeof key === "number" && !ids.includes(key) ? key : ids.indexOf(key);
      if (!Number.isInteger(row) || row < 0 || row >= table.numRows) throw wrong("value", `an alert, ${id ? `its ${id}` : "the number of its row"}, or null`);
      return rowOf(row);
    };
    return {
      value: usual == null ? null : read(usual),
      read,
      keep: (value) => value && (id ? value[id] : rows.get(value)),
      own: (element) => ({ selected: () => (element.value ? table.take([rows.get(element.value)]) : null) }),
      build({ choose }) {
        const act = output(action);
        const details = make("div", { class: "details", role: "group", tabindex: "0", "aria-label": "Details", hidden: "" });
        const types = Object.fromEntries(table.columns.map((column) => [column.name, column]));
        const text = (value, name) => zone.text(value, types[name]) ?? "";
        const cells = [...new Set([time, ...shown])].filter(Boolean).map((name) => [...table.column(name)].map((value) => text(value, name)));
        const texts = Array.from(order, (row) => cells.map((column) => column[row]).filter(Boolean).join(" · "));
        const list = listOf("Alerts", texts, { ask, changed: () => {
          const [index] = list.chosen();
          const value = index === undefined ? null : rowOf(order[index]);
          choose(value);
          act.run(value);
        } });
        return {
          nodes: [list.node, details, act.node],
          show(value) {
            list.show(value ? [order.indexOf(rows.get(value))] : []);
            details.hidden = !value;
            const fields = Object.entries(value ?? {}).filter(([, field]) => field !== null && field !== "");
            details.replaceChildren(...(value ? listed({ fields: fields.map(([name, field]) => [name, visibleLines(JSONS.includes(name) && typeof field === "object" ? indented(field) : text(field, name))]) }) : []));
          },
        };
      },
    };
  },
};

/** Which columns say what, and the rows by time. */
function arranged(raw, table, columns, timeColumn, idColumn) {
  try {
    const found = JSON.parse(raw.alertColumns(table._raw, columns, timeColumn, idColumn));
    return { ...found, order: table._raw.arrange(undefined, toJson(found.time ? [{ column: found.time }] : [])) };
  } catch (error) {
    throw fromPlain(toPlain(error));
  }
}

function parsed(value) {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const indented = (value) => JSON.stringify(JSON.parse(toJson(value)), null, 1);
