// One of a table's alerts, with all that the table has of it.
import { toJson } from "../columns.js";
import { listed, make } from "../element.js";
import { guard } from "../errors.js";
import { Zone, visibleLines } from "../table-cells.js";
import { chooser } from "./list.js";

// What is JSON in a table, as msticpy reads it.
const JSONS = ["ExtendedProperties", "Entities"];

export default {
  label: "Select an alert",
  options: { alerts: "", action: "function", columns: "", timeColumn: "string", idColumn: "string", default: "", timeZone: "" },
  given: ([alerts, options], Table) => (alerts instanceof Table ? { alerts, ...options } : alerts),
  make({ alerts, action, columns, timeColumn, idColumn, default: usual, timeZone }, { Table, getStarted, ask, wrong }) {
    if (!(alerts instanceof Table)) throw wrong("the first argument", "a Table of alerts");
    const table = alerts.slice();
    const zone = new Zone(timeZone);
    const [usualId, usualTime, ...usually] = guard(() => getStarted().alertColumns(table._raw, columns !== undefined)).split("\n");
    const [id, time, shown] = [idColumn ?? usualId, timeColumn ?? usualTime, columns ?? usually];
    const cells = (name) => [...table.column(name)];
    const ids = id ? cells(id) : [];
    const rows = new WeakMap();
    const valueOf = (row) => {
      const value = table.row(row);
      for (const name of JSONS) if (value[name]) value[name] = parsed(value[name]);
      rows.set(value, row);
      return value;
    };
    /** An alert is given by its id, or as a row that has it; where there are none, by the number of its row. */
    const read = (given) => {
      const key = rows.get(Object(given)) ?? given[id] ?? given;
      const row = ids.includes(key) ? ids.indexOf(key) : key;
      if (!(row >= 0 && row < table.numRows)) throw wrong("value", `an alert, ${id ? `its ${id}` : "the number of its row"}, or null`);
      return valueOf(row);
    };
    return {
      value: usual === undefined ? null : read(usual),
      read,
      keep: (value) => value && (value[id] ?? rows.get(value)),
      own: (element) => ({
        selected: () => (element.value ? table.take([rows.get(element.value)]) : null),
        free() {
          table.free();
          element.inert = true;
        },
      }),
      build(choose) {
        const details = make("div", { class: "details", role: "group", tabindex: "0", "aria-label": "Details", hidden: "" });
        const types = Object.fromEntries(table.columns.map((column) => [column.name, column]));
        const text = (value, name) => zone.text(value, types[name]);
        const order = guard(() => table._raw.arrange(undefined, toJson(time ? [{ column: time }] : [])));
        const columns = [...new Set([...(time ? [time] : []), ...shown])].map((name) => cells(name).map((value) => text(value, name)));
        const texts = Array.from(order, (row) => columns.map((column) => column[row]).filter(Boolean).join(" · "));
        const list = chooser("Alerts", texts, { ask, choose, action, indexOf: (value) => order.indexOf(rows.get(value)), valueOf: (index) => valueOf(order[index]) });
        list.nodes.splice(1, 0, details);
        return {
          nodes: list.nodes,
          show(value) {
            list.show(value);
            details.hidden = !value;
            const fields = Object.entries(value ?? {}).filter(([, field]) => field !== null && field !== "");
            details.replaceChildren(...listed({ fields: fields.map(([name, field]) => [name, visibleLines(JSONS.includes(name) && typeof field === "object" ? JSON.stringify(field, null, 1) : text(field, name))]) }));
          },
        };
      },
    };
  },
};

function parsed(value) {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
