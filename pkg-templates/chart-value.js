// What is chosen in a chart, between the raw Figure, which counts rows through all tables, and users, who have tables by name.

// Fields that are times.
const DATES = ["start", "end", "time"];

/** What the figure's JSON says, with dates. */
export function parse(json) {
  const value = JSON.parse(json);
  for (const name of DATES) if (value[name]) value[name] = new Date(value[name]);
  return value;
}

/** The chosen rows; of several tables, by their names. */
export function rowsOf(figure, tables) {
  const rows = figure.rows();
  const entries = Object.entries(tables);
  if (entries.length === 1) return rows;
  let [from, before] = [0, 0];
  return Object.fromEntries(entries.map(([name, table]) => {
    const start = from;
    while (from < rows.length && rows[from] < before + table.numRows) from++;
    const own = rows.slice(start, from).map((row) => row - before);
    before += table.numRows;
    return [name, own];
  }));
}

/** A value as the figure takes it, with the first row only, by which a thing is found again; undefined for none. */
export function toFigure(value, tables) {
  if (value == null) return undefined;
  let [before, rows] = [0, undefined];
  for (const [name, table] of Object.entries(tables)) {
    const own = value.rows?.[name] ?? value.rows;
    if (own?.length) {
      rows = [before + own[0]];
      break;
    }
    before += table.numRows;
  }
  return JSON.stringify({ ...value, rows });
}

/** The chosen rows as a table; of several, the first that has some. */
export function selected(figure, tables) {
  if (figure.value() === undefined) return null;
  const rows = rowsOf(figure, tables);
  const entries = Object.entries(tables);
  if (entries.length === 1) return entries[0][1].take(rows);
  const [name, table] = entries.find(([name]) => rows[name].length) ?? [];
  return table ? table.take(rows[name]) : null;
}
