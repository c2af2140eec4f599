// The table that a run prints: one row for each comparison, with its goal if it has one.
import os from "node:os";

const number = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3));

export class Report {
  #rows = [];
  #notes = [];

  /**
   * A row: `ours` and `theirs` are texts; `ratio` with its `unit` (× if there is none)
   * is held against `atLeast` or `atMost`.
   */
  add(row) {
    this.#rows.push(row);
  }

  /** A line below the table, such as what was left out and why. */
  note(text) {
    this.#notes.push(text);
  }

  #line({ what, against, ours, theirs, ratio, unit = "×", atLeast, atMost, digits }) {
    const show = (value) => `${digits ? value.toFixed(digits) : number(value)}${unit}`;
    const goal = atLeast !== undefined ? `≥ ${atLeast}${unit}` : atMost !== undefined ? `≤ ${atMost}${unit}` : "";
    const met = goal === "" ? "" : (atLeast !== undefined ? ratio >= atLeast : ratio <= atMost) ? "✓" : "✗";
    return `| ${[what, against, ours, theirs, ratio === undefined ? "" : show(ratio), goal, met].join(" | ")} |`;
  }

  toString() {
    const head = `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}. Medians of CPU time, contenders in turn, but where it says wall time.`;
    const table = ["| what | against | huntbook | the other | ratio | goal | |", "| --- | --- | --- | --- | --- | --- | --- |", ...this.#rows.map((row) => this.#line(row))];
    return [head, "", ...table, ...(this.#notes.length ? ["", ...this.#notes.map((note) => `- ${note}`)] : [])].join("\n");
  }
}
