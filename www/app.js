// The demo: a log in; its table, its indicators, what is encoded in it, its processes and what is unusual out.
import { readEvents } from "./events.js";
import { options, showIndicators } from "./indicators.js";
import { forgetPick, showLog } from "./log.js";
import { menu } from "./menu.js";
import { $, fail, hb, say, showReport, state, stop, work } from "./state.js";
import { resetTabs } from "./tabs.js";
import { element, number, plural, size } from "./text.js";
import { zip } from "./zip.js";
import "./decoded.js";
import "./processes.js";
import "./clusters.js";
import "./anomalies.js";
import "./sessions.js";
import "./beacons.js";
import "./theme.js";

// ---- opening -------------------------------------------------------------------

let opening = 0;

/** Opens files; several are read as one table with a column that names the file. */
async function open(files, how = {}) {
  const name = files.length > 1 ? `${files.length} files` : files[0].name;
  const started = performance.now();
  const remedies = ({ code, message }) => {
    if (how.onBadRow || how.format) return [];
    const several = files.length > 1 && ["badInput", "unsupported"].includes(code);
    if (several || /onBadRow/.test(message)) return [["Read on, leaving out what cannot be read", () => open(files, { onBadRow: "skip" })]];
    return /not valid JSON/.test(message) ? [["Read it as lines of text", () => open(files, { format: "text" })]] : [];
  };
  const focus = document.activeElement;
  opening++;
  $("panels").inert = true;
  const opened = await work(`Reading ${name}`, async ({ signal, onProgress, phase }) => {
    const source = files.length > 1 ? await zip(files, `${name}.zip`, signal) : (files[0].url ?? files[0]);
    const { table, lines } = await readEvents(await hb.read(source, { signal, onProgress, ...how }), source, { signal, onProgress, phase }, how);
    phase(`Looking for indicators in ${plural(table.numRows, "row")}`);
    try {
      return { table, lines, iocs: await hb.extractIocs(table, { ...options(), unique: true, signal, onProgress }) };
    } catch (error) {
      table.free();
      throw error;
    }
  }, { opens: true, tell: (error) => fail(error, remedies(error)) });
  $("panels").inert = --opening > 0;
  if (!opened) return void (opening || focus.focus());
  resetTabs();
  state.table?.free();
  state.iocs?.free();
  forgetPick();
  Object.assign(state, opened, { name });
  $("welcome").hidden = true;
  $("panels").hidden = document.querySelector(".skip").hidden = false;
  document.title = `${name} · huntbook`;
  showReport(state.table.report);
  // Those who want a log as it is written get it with one click.
  $("as-lines").hidden = !state.lines;
  $("as-lines").onclick = () => open(files, { format: "text" });
  showLog();
  await showIndicators();
  if (state.table !== opened.table) return;
  const seconds = (performance.now() - started) / 1000;
  say(`${plural(state.table.numRows, "row")}, ${plural(state.iocs.numRows, "indicator")} in ${seconds.toFixed(2)} s.`);
  if (document.activeElement === document.body) $("ioc-grid").focus({ preventScroll: true });
}

$("file").onchange = ({ target }) => {
  const files = [...target.files];
  target.value = ""; // so that the same file can be chosen again
  if (files.length) openOwn(files);
};

/** Opens the user's own files; the address no longer names a sample. */
function openOwn(files) {
  history.replaceState(null, "", location.pathname);
  open(files);
}

$("cancel").onclick = stop;
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("work").hidden) stop();
});

const dropping = (is) => document.body.classList.toggle("dropping", is);
const hasFiles = (event) => event.dataTransfer.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  dropping(true);
});
document.addEventListener("dragleave", (event) => event.relatedTarget ?? dropping(false));
document.addEventListener("drop", (event) => {
  if (!hasFiles(event)) return;
  event.preventDefault();
  dropping(false);
  const items = [...event.dataTransfer.items].filter(({ kind }) => kind === "file");
  const folder = items.map((item) => item.webkitGetAsEntry?.()).find((entry) => entry?.isDirectory);
  if (folder) fail(new Error(`${folder.name} is a folder; drop the files in it, or a zip of it.`));
  else if (event.dataTransfer.files.length) openOwn([...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  if (event.target.closest("input")) return;
  const { files } = event.clipboardData;
  const text = event.clipboardData.getData("text");
  if (files.length) openOwn([...files]);
  else if (text.trim()) openOwn([new File([text], "pasted text")]);
});

// ---- samples ---------------------------------------------------------------------

/** The samples, if `make samples` made them. An address ending in `#sample=NAME` opens one. */
async function offerSamples() {
  const answer = await fetch("samples/index.json").catch(() => undefined);
  const samples = answer?.ok ? await answer.json() : [];
  $("samples").hidden = $("samples-button").hidden = !samples.length;
  if (!samples.length) return;
  const choose = (name) => () => (location.hash === `#sample=${name}` ? openHash() : (location.hash = `sample=${name}`));
  const openHash = () => {
    const sample = samples.find(({ name }) => location.hash === `#sample=${name}`);
    if (sample) open([{ name: sample.name, url: new URL(`samples/${sample.name}`, document.baseURI) }]);
  };
  $("sample-cards").replaceChildren(...samples.map(({ name, title, about, rows, bytes }) => {
    const card = element("button", { type: "button", onclick: choose(name) },
      element("b", { textContent: title }), element("span", { textContent: about }), element("small", { textContent: `${name} · ${number(rows)} rows · ${size(bytes)}` }));
    return element("li", {}, card);
  }));
  menu($("samples-button"), "Samples", samples.map(({ name, title, about }) => ({ title, about, run: choose(name) })));
  addEventListener("hashchange", openHash);
  openHash();
}

await offerSamples();
