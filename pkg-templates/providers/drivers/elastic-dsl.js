// Query DSL of Elasticsearch, as JSON.

// Marks digits, of which JSON.parse would lose some.
const BIG = "\u0000";

/** JSON whose whole numbers of many digits are BigInts. */
export function exactJson(text) {
  const marked = text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d{16,}(?![\d.eE])/g, (all) => (all.startsWith('"') ? all : `"\\u0000${all}"`));
  return JSON.parse(marked, (_, value) => (typeof value === "string" && value.startsWith(BIG) && /^-?\d+$/.test(value.slice(1)) ? BigInt(value.slice(1)) : value));
}

/** A body whose query has these conditions too. */
export function withFilters({ query, ...body }, filters) {
  const own = query?.bool && Object.keys(query).length === 1 ? query.bool : query === undefined ? {} : { must: [query] };
  return { ...body, query: { bool: { ...own, filter: [...[own.filter ?? []].flat(), ...filters] } } };
}

/** The condition that an event is of a time; both ends are part of it. */
export function timeFilter(start, end) {
  return { range: { "@timestamp": { format: "strict_date_optional_time", gte: start, lte: end } } };
}

/**
 * What parameters of a query in a store ask for that are not in its text, as msticpy has it: the time, `add_query_items`, which
 * are conditions, and fields with their values. `limit` is how many rows.
 */
export function toFilters({ info, params, start, end }, invalid) {
  const filters = [];
  let rows;
  for (const { name, type, aliases, default: usual } of info.parameters) {
    const value = [name, ...aliases].map((key) => params[key]).find((one) => one != null) ?? usual;
    if (value == null || value === "" || info.query.includes(`{${name}}`)) continue;
    if (name === "limit") rows = Number(value);
    else if (name === "add_query_items") filters.push(...toItems(value, invalid));
    else if (type !== "datetime") filters.push(match(name, value));
  }
  const times = ["start", "end"].map((name) => info.parameters.find((one) => one.type === "datetime" && (one.name === name || one.aliases.includes(name))));
  if (times.every((own) => own && !info.query.includes(`{${own.name}}`))) filters.unshift(timeFilter(start, end));
  return { filters, rows };
}

function toItems(value, invalid) {
  try {
    return [typeof value === "string" ? exactJson(value) : value].flat();
  } catch {
    throw invalid("parameter `add_query_items` should be conditions of Query DSL as JSON, such as {\"term\": {\"event.code\": \"4624\"}}");
  }
}

/** Of several values, any. */
function match(field, value) {
  const phrases = [value].flat().map((one) => ({ match_phrase: { [field]: one } }));
  return phrases.length === 1 ? phrases[0] : { bool: { should: phrases, minimum_should_match: 1 } };
}
