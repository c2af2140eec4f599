// What can be done with entities. Which functions there are for a kind is said by Rust
// (src/pivot.rs), and by `addPivot` for those that come when the program runs.
import { cancelled, guard, invalid } from "./errors.js";
import { noOthers } from "./options.js";

const NONE = 2 ** 32 - 1;
const RESERVED = ["list", "run", "toJSON", "then"];
// Between two breaks for the page, in milliseconds.
const BREAK = 30;

/** `getStarted()` is the raw module; `api` has its functions by name; `split` parts options from control. */
export function makePivots({ getRaw, getStarted, Table, api, split }) {
  const infos = new Map(); // by name of the kind, in any spelling
  const added = []; // told of functions that are added later

  /** The kind of this name: `{ kind, field, pivots }`. */
  function infoOf(kind) {
    if (typeof kind !== "string") throw invalid('the kind of entity should be a text, such as "IpAddress"');
    if (!infos.has(kind)) {
      const [name, ...rows] = guard(() => getStarted().entities("pivots", kind, "")).split("\n");
      const info = { kind: name, pivots: rows.flatMap((row) => toPivot(name, row)) };
      if (!infos.has(info.kind)) infos.set(info.kind, info);
      infos.set(kind, infos.get(info.kind));
    }
    return infos.get(kind);
  }

  async function addPivot(kind, name, run, { field, description = "", ...others } = {}) {
    await getRaw();
    const info = infoOf(kind);
    noOthers(invalid, "addPivot", others, "field, description");
    if (typeof run !== "function") throw invalid("addPivot: after the name comes the function");
    if (!/^[a-z_$][\w$]*$/i.test(name) || RESERVED.includes(name) || added.some((on) => on.taken(name))) throw invalid(`addPivot: \`${name}\` cannot be the name of a function; choose another`);
    const at = info.pivots.findIndex((pivot) => pivot.name === name);
    if (at >= 0 && !info.pivots[at].run) throw invalid(`addPivot: ${info.kind} has \`${name}\` already; choose another name`);
    const pivot = { name, field, takes: "value", description, run };
    info.pivots.splice(at < 0 ? info.pivots.length : at, 1, pivot);
    for (const on of added) on.add(info.kind, pivot);
  }

  /** Asks a function that takes a text. */
  function askValue(pivot, text, options) {
    if (pivot.run) return pivot.run(text, options);
    const wrong = Object.keys(options).find((name) => name !== pivot.with);
    if (wrong) throw invalid(`${pivot.name}: there is no option \`${wrong}\`${pivot.with ? ` (there is: ${pivot.with})` : ""}`);
    return api[pivot.name](text, ...(pivot.with ? [options[pivot.with]] : []));
  }

  /** Asks for each of `values`: rows, and for each the number of its value. */
  async function askValues(pivot, values, allOptions) {
    const { options, control: { onProgress, signal } } = split(allOptions);
    const rows = [];
    const of = [];
    let last = Date.now();
    for (const [i, text] of values.column("Value").entries()) {
      if (signal?.aborted) throw cancelled(signal);
      const answer = await askValue(pivot, text, options);
      for (const row of toRows(answer, pivot.name)) {
        rows.push(row);
        of.push(i);
      }
      if (Date.now() - last < BREAK) continue;
      onProgress?.(i / values.numRows);
      await new Promise((resolve) => setTimeout(resolve));
      last = Date.now();
    }
    return { result: await Table.fromRows(rows), of };
  }

  /** The same of a function that takes a table. */
  async function askTable(pivot, values, options) {
    const { takes, with: key } = pivot;
    if (takes in options) throw invalid(`${pivot.name}: the column is that of the pivot; leave out \`${takes}\``);
    const table = await api[pivot.name](values, { ...options, [takes]: takes === "columns" ? ["Value"] : "Value" });
    const keys = Array.from(table.column(key));
    const isRow = /index$/i.test(key);
    const dropped = isRow ? [key, "Value", "SourceColumn", "src_column"] : [];
    const result = table.select(table.columns.map(({ name }) => name).filter((name) => !dropped.includes(name)));
    if (isRow) return { result, of: keys.map(Number) };
    const numbers = new Map(values.column("Value").map((text, i) => [text.toLowerCase(), i]));
    return { result, of: keys.map((text) => numbers.get(text.toLowerCase()) ?? NONE) };
  }

  /** What one entity gives: of a function that takes a table, a table. */
  async function runOnEntity(entity, pivot, options = {}) {
    const text = pivot.field ? entity[pivot.field] : entity.name;
    if (text == null || text === "") throw invalid(`${pivot.name}: this ${entity.kind} has no ${pivot.field}`);
    if (pivot.takes === "value") return askValue(pivot, String(text.name ?? text), options);
    return (await askTable(pivot, await Table.fromColumns({ Value: [String(text)] }), options)).result;
  }

  async function runOnTable(table, kind, column, pivot, allOptions = {}) {
    const { join, joinIgnoreCase = false, ...options } = allOptions;
    if (pivot.takes === "table") return api[pivot.name](table, allOptions);
    if (![undefined, "left", "inner"].includes(join)) throw invalid(`${pivot.name}: option \`join\` should be "left" or "inner", or left out`);
    if (typeof joinIgnoreCase !== "boolean") throw invalid(`${pivot.name}: option \`joinIgnoreCase\` should be true or false`);
    const isByValue = pivot.takes === "columns" && !/index$/i.test(pivot.with);
    const ignoreCase = joinIgnoreCase || isByValue;
    const values = guard(() => new Table(getStarted().entityValues(table._raw, kind, column, ignoreCase)));
    const { result, of } = await (pivot.takes === "value" ? askValues : askTable)(pivot, values, options);
    const beside = (left, inner) => guard(() => new Table(getStarted().joinEntities(left._raw, kind, column, ignoreCase, result._raw, Uint32Array.from(of), inner)));
    if (join) return beside(table, join === "inner");
    const alone = beside(values.rename("Value", column), true);
    return alone.select(alone.columns.map(({ name }) => name).filter((name) => name !== "src_row_index"));
  }

  /** The pivots of a column of a table. */
  function pivotsOf(table, kind, { column, ...others } = {}) {
    const info = infoOf(kind);
    noOthers(invalid, "pivot", others, "column");
    if (typeof column !== "string") throw invalid(`pivot: name the column of the entities, such as { column: "${table.columns[0]?.name}" }`);
    guard(() => table._raw.select(JSON.stringify([column])).free());
    const pivots = {
      list: () => listOf(info),
      async run(name, options) {
        const pivot = info.pivots.find((own) => own.name === name);
        if (!pivot) throw invalid(`there is no function \`${name}\` of ${info.kind} (there are: ${info.pivots.map((own) => own.name).join(", ") || "none; addPivot adds some"})`);
        return runOnTable(table, info.kind, column, pivot, options);
      },
    };
    for (const { name } of info.pivots) pivots[name] = (options) => pivots.run(name, options);
    return Object.freeze(pivots);
  }

  return { addPivot, infoOf, pivotsOf, runOnEntity, onAdded: (on) => added.push(on) };
}

/** A row of Rust's table, if it is for this kind. */
function toPivot(kind, row) {
  const [name, takes, key, of, description] = row.split("|");
  const own = of.split(" ").find((one) => one.startsWith(`${kind}.`));
  return own ? [{ name, field: own.slice(kind.length + 1), takes, with: key, description }] : [];
}

/** What users see of a kind's functions. */
export const listOf = ({ pivots }) => pivots.map(({ name, field, description }) => Object.freeze({ name, field, description }));

/** An answer as rows: none, one, or several. */
function toRows(answer, name) {
  if (answer == null) return [];
  if (typeof answer.rows === "function") return answer.rows();
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
  if (Array.isArray(answer) && answer.length > 0 && answer.every(isObject)) return answer;
  return [isObject(answer) ? answer : { [name]: answer }];
}
