// What the page shows now, and its one piece of long work.
import * as hb from "../pkg/index.js";
import { element, number, plural } from "./text.js";

export { hb };
export const $ = (id) => document.getElementById(id);

/**
 * The file that is open: its table, of how many lines that has the events (if it does),
 * its indicators (each once), and what was picked to be marked in the log.
 */
export const state = { name: "", table: undefined, lines: undefined, iocs: undefined, pick: undefined };

export const say = (text) => ($("status").textContent = text);

let job;

/** Stops what `work` runs, if anything. */
export const stop = () => job?.abort();
export const isBusy = () => job !== undefined;

/**
 * Runs long work, with progress, Cancel, and its error shown. It stops the work
 * before it; but while a file is opened, only work that `opens` another begins.
 * `run` gets `signal`, `onProgress` and `phase(text)`; `tell(error)` shows its
 * error. Resolves to undefined when the work was stopped, failed or did not begin.
 */
export async function work(what, run, { opens = false, tell = fail } = {}) {
  if (job?.opens && !opens) return undefined;
  stop();
  const mine = (job = Object.assign(new AbortController(), { opens }));
  const isMine = () => job === mine;
  let text = what;
  const show = (fraction) => {
    if (!isMine()) return;
    if (fraction === undefined) $("progress").removeAttribute("value");
    else $("progress").value = fraction;
    $("work-what").textContent = fraction === undefined ? `${text}…` : `${text}… ${Math.round(fraction * 100)} %`;
  };
  const phase = (next) => {
    text = next;
    if (isMine()) say(`${next}…`);
    show();
  };
  forget();
  phase(what);
  // Short work shows no bar that would flash.
  const slow = setTimeout(() => isMine() && ($("work").hidden = false), 250);
  try {
    return await run({ signal: mine.signal, onProgress: show, phase });
  } catch (error) {
    if (!isMine()) return undefined;
    if (mine.signal.aborted) say("Cancelled; nothing changed.");
    else {
      say("");
      tell(error);
    }
    return undefined;
  } finally {
    clearTimeout(slow);
    if (isMine()) {
      job = undefined;
      $("work").hidden = true;
    }
  }
}

export function forget() {
  $("error").hidden = true;
  $("error").replaceChildren();
}

// What messages advise to programmers; the page has buttons for some of it.
const ADVICE = /((; mend the \w+, or|; if it has [^;]*,) pass \{|; raise limits\.|; choose one of |; name yours with |; rename it before, with ).*$/s;

export const wordsOf = (error) => String(error.message ?? error).replace(ADVICE, ".");

/** Shows an error, with what the user can do about it, `[title, run]` each. */
export function fail(error, remedies = []) {
  const buttons = [...remedies, ["Close", forget]].map(([textContent, onclick]) => element("button", { type: "button", textContent, onclick }));
  $("error").replaceChildren(element("p", { textContent: wordsOf(error) }), element("div", {}, ...buttons));
  $("error").hidden = false;
}

/** Fills the line about how the file was read, and the list behind it. */
export function showReport({ format, encoding, skippedRows = 0, badRows = [], notes = [] } = {}) {
  const { numRows, numColumns } = state.table;
  $("name").textContent = state.name;
  $("facts").textContent = [state.lines ? `events of ${plural(state.lines, "line")} (${format})` : format, encoding, `${plural(numRows, "row")} × ${plural(numColumns, "column")}`].filter(Boolean).join(" · ");
  const lines = [
    ...badRows.map(({ file, row, line, problem, text }) => `${file ? `${file}, ` : ""}row ${number(row)}${line ? ` (line ${number(line)})` : ""}: ${problem}: ${text}`),
    ...(skippedRows > badRows.length ? [`… and ${number(skippedRows - badRows.length)} more`] : []),
    ...notes,
  ];
  const titles = [skippedRows && `${plural(skippedRows, "row")} left out`, notes.length && `${plural(notes.length, "note")} on how it was read`];
  $("report").hidden = !lines.length;
  $("report").open = false;
  $("report").querySelector("summary").textContent = titles.filter(Boolean).join(" · ");
  $("report").querySelector("ul").replaceChildren(...lines.map((textContent) => element("li", { textContent })));
}
