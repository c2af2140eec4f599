// Columns whose types a service has elsewhere than in their values, as numbers and times that it writes as texts.

const isAbsent = (value) => value === null || value === undefined || value === "";
const toText = (value) => (isAbsent(value) ? undefined : String(value));

/** Times of whole numbers since 1970, `perSecond` of them a second, without loss. */
const times = (digits) => (text) => {
  if (!/^-?\d{1,17}$/.test(text)) return undefined;
  const count = BigInt(text);
  const unit = 10n ** BigInt(digits - 3);
  const rest = ((count % unit) + unit) % unit;
  const ms = Number((count - rest) / unit);
  if (Math.abs(ms) > 864e13) return undefined;
  return new Date(ms).toISOString().replace("Z", `${digits > 3 ? String(rest).padStart(digits - 3, "0") : ""}Z`);
};

const KINDS = {
  int: (text) => (/^-?\d{1,19}$/.test(text) ? BigInt(text) : undefined),
  float: (text) => (text.trim() !== "" && !Number.isNaN(Number(text)) ? Number(text) : text === "NaN" ? NaN : undefined),
  ms: times(3),
  us: times(6),
};

/**
 * The table with columns of other types: `kinds` maps a name to `"int"`, `"float"`, or `"ms"` and `"us"` for times that are counted
 * in these. A column that has another value keeps its type, and one that is not there is not missed.
 */
export async function retype(Table, table, kinds) {
  const names = table.columns.map(({ name }) => name);
  const columns = {};
  for (const name of names) {
    if (!Object.hasOwn(kinds, name)) continue;
    const texts = Array.from(table.column(name), toText);
    const values = texts.map((text) => (text === undefined ? null : KINDS[kinds[name]](text)));
    if (!values.includes(undefined) && values.some((value) => value !== null)) columns[name] = values;
  }
  if (Object.keys(columns).length === 0) return table;
  const others = table.select(names.filter((name) => !Object.hasOwn(columns, name)));
  const next = await Table.fromColumns(columns);
  return (others.numColumns ? new Table(others._raw.beside(next._raw)) : next).select(names);
}

/** All rows of tables in one, which may be none. */
export async function joined(Table, tables) {
  const full = tables.filter((table) => table.numRows > 0);
  if (full.length === 0) return tables[0] ?? Table.fromRows([]);
  while (full.length > 1) {
    // In pairs, so that no row is copied many times.
    for (let i = 0; i + 1 < full.length; i++) full.splice(i, 2, full[i].concat(full[i + 1]));
  }
  return full[0];
}
