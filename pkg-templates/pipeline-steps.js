// Steps of a pipeline that are a table's own methods, by msticpy's names where it has one
// (3.0.2, init/pivot_core/pivot_pd_accessor.py).

/** Names with their values: by name in `params`, else by place. */
function read(tools, step, names, positions, params) {
  const unknown = Object.keys(params).find((name) => !names.includes(name));
  if (unknown) throw tools.invalid(`${step}: there is no parameter \`${unknown}\` (there are: ${names.join(", ")})`);
  if (positions.length > names.length) throw tools.invalid(`${step}: ${positions.length} pos_params are too many (there are: ${names.join(", ")})`);
  return { ...Object.fromEntries(positions.map((value, i) => [names[i], value])), ...params };
}

/** A step of these parameters; the first is needed. */
const step = (name, names, run) => ({ table, tools }, positions, params) => {
  const given = read(tools, name, names, positions, params);
  if (given[names[0]] == null) throw tools.invalid(`${name}: \`${names[0]}\` is needed in params`);
  return run(table, given, tools);
};

const listOf = (value) => [value].flat().map(String);
const namesOf = (table) => table.columns.map(({ name }) => name);
const isText = (type) => /text/.test(type);
const isNumber = (type) => /int|float|decimal/.test(type) && !type.startsWith("list");

/** The columns that an expression names: exactly, in another case, with `*` and `?`, or as a pattern from their beginning. */
function matching(tools, names, expression, matchCase = false) {
  if (names.includes(expression)) return [expression];
  const same = names.filter((name) => name.toLowerCase() === expression.toLowerCase());
  if (same.length && !matchCase) return same;
  try {
    const wild = expression.replace(/(?<![.)\]])[*?]/g, ".$&");
    const pattern = new RegExp(`^(?:${wild})`, matchCase ? "" : "i");
    return names.filter((name) => pattern.test(name));
  } catch (error) {
    throw tools.invalid(`\`${expression}\` is no pattern for columns: ${error.message}`);
  }
}

/** Rows with a match in any column of text, or of a number in any column of numbers. */
function filter(table, { expr, match_case: matchCase = false, numeric_col: numeric = false }) {
  if (typeof expr === "object") return table.filter(expr);
  if (numeric || typeof expr === "number") {
    const names = table.columns.filter(({ type }) => isNumber(type)).map(({ name }) => name);
    return table.filter((row) => names.some((name) => row[name] !== null && String(row[name]).includes(String(expr))));
  }
  const columns = table.columns.filter(({ type }) => isText(type) && !type.startsWith("list"));
  if (columns.length === 0) return table.slice(0, 0);
  return table.filter({ or: columns.map(({ name }) => ({ column: name, matches: String(expr), ignoreCase: !matchCase })) });
}

function filterColumns(table, { cols, match_case: matchCase, sort_cols: sorted }, tools) {
  const names = namesOf(table);
  const found = new Set(listOf(cols).flatMap((expression) => matching(tools, names, expression, matchCase)));
  if (found.size === 0) throw tools.invalid(`filter_cols: no column is like ${listOf(cols).map((name) => `\`${name}\``).join(", ")} (there are: ${names.join(", ")})`);
  const kept = names.filter((name) => found.has(name));
  return table.select(sorted ? kept.sort() : kept);
}

/** `cols` is names with `:asc` or `:desc` after them, in a list or a text, or an object of names and whether it ascends. */
function sort(table, { cols, ascending }, tools) {
  const isObject = typeof cols === "object" && !Array.isArray(cols);
  const given = isObject ? Object.entries(cols) : listOf(typeof cols === "string" ? cols.split(",") : cols).map((text) => {
    const [, name, order] = /^(.*?)(?::(asc|desc))?$/is.exec(text.trim());
    return [name.trim(), order?.toLowerCase() !== "desc"];
  });
  const keys = given.flatMap(([expression, ascends]) => {
    const found = matching(tools, namesOf(table), expression);
    if (found.length === 0) throw tools.invalid(`sort: no column is like \`${expression}\` (there are: ${namesOf(table).join(", ")})`);
    return found.map((column) => ({ column, descending: !(ascending ?? ascends) }));
  });
  return table.sort(keys);
}

/** The table with a column replaced by those of `values`, which are rows of objects. */
async function replaced(table, name, rows, tools) {
  const next = await tools.Table.fromRows(rows);
  const others = table.select(namesOf(table).filter((other) => other !== name));
  if (next.numColumns === 0) return others;
  return new tools.Table(others._raw.beside(next._raw));
}

/** JSON as what it says; other values as they are. */
function parsed(value) {
  if (typeof value !== "string" || !/^\s*[[{"\d-]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A row for each value of a list, which may be JSON; the other columns are repeated. Empty lists have no row. */
async function listToRows(table, { cols }, tools) {
  for (const name of listOf(cols)) {
    const rows = [];
    const values = [];
    for (const [row, value] of Array.from(table.column(name)).entries()) {
      for (const one of [parsed(value)].flat()) {
        if (one == null) continue;
        rows.push(row);
        values.push({ [name]: one });
      }
    }
    table = await replaced(table.take(rows), name, values, tools);
  }
  return table;
}

/** Columns of JSON as values; of objects, a column for each field. */
async function parseJson(table, { cols }, tools) {
  for (const name of listOf(cols)) {
    const rows = Array.from(table.column(name), (value) => ({ [name]: parsed(value) ?? null }));
    table = await replaced(table, name, rows, tools);
  }
  return table;
}

export const table = {
  filter: step("filter", ["expr", "match_case", "numeric_col"], filter),
  filter_cols: step("filter_cols", ["cols", "match_case", "sort_cols"], filterColumns),
  sort: step("sort", ["cols", "ascending"], sort),
  list_to_rows: step("list_to_rows", ["cols"], listToRows),
  parse_json: step("parse_json", ["cols"], parseJson),
  select: step("select", ["cols"], (table, { cols }) => table.select(listOf(cols))),
  rename: step("rename", ["from", "to"], (table, { from, to }) => table.rename(from, to)),
  slice: step("slice", ["start", "end"], (table, { start, end }) => table.slice(start, end)),
  head: step("head", ["n"], (table, { n }) => table.slice(0, n)),
};
