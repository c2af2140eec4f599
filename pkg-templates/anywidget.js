// The library and an anywidget in one file, so that it also works as text that a
// notebook loads from a blob. The widget shows an Arrow table.
export * from "./inline.js";
import { Table, init } from "./inline.js";

const SHOWN_ROWS = 200;

/** Starts the module early, while the page is still being laid out. */
async function initialize() {
  await init();
}

/**
 * Shows the model's `data` (Arrow IPC bytes) as a table of its first rows, and
 * again whenever it changes.
 */
async function render({ model, el }) {
  let latest = 0;
  async function draw() {
    const turn = ++latest;
    const view = await show(model.get("data"));
    if (turn === latest) el.replaceChildren(view);
  }
  const redraw = () => void draw();
  model.on("change:data", redraw);
  await draw();
  return () => model.off("change:data", redraw);
}

async function show(data) {
  const box = document.createElement("div");
  box.style.cssText = "overflow:auto;max-height:30em;font:13px system-ui,sans-serif";
  try {
    if (!data?.byteLength) throw new Error("there is no data yet");
    // Bytes arrive as a DataView on a larger buffer.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
    const table = await Table.fromArrow(bytes);
    box.append(toElement(table), note(table.numRows));
    table.free();
  } catch (error) {
    box.setAttribute("role", "alert");
    box.textContent = error.message;
  }
  return box;
}

function toElement(table) {
  const element = document.createElement("table");
  const names = table.columns.map((column) => column.name);
  const head = element.createTHead().insertRow();
  for (const name of names) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = element.createTBody();
  for (const row of table.rows(0, SHOWN_ROWS)) {
    const line = body.insertRow();
    for (const name of names) line.insertCell().textContent = row[name] === null ? "" : String(row[name]);
  }
  return element;
}

function note(rows) {
  const text = document.createElement("small");
  text.textContent = rows > SHOWN_ROWS ? `${SHOWN_ROWS} of ${rows} rows` : `${rows} rows`;
  return text;
}

export default { initialize, render };
