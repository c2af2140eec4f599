// What consoles and notebooks show of a provider, of its families and of its queries.

const escape = (text) => String(text).replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt()};`);

/** Queries by family: `{ family: [query] }`. */
export function byFamily(store) {
  const all = {};
  for (const query of store.list()) for (const family of query.families) (all[family] ??= []).push(query);
  return all;
}

/** What it is connected to. */
const connected = ({ connections }) => (connections.length ? `connected to ${connections.map(({ label }) => label).join(", ")}` : "not connected");

/** A provider in a line. */
export function shownText(provider) {
  const families = Object.keys(byFamily(provider.store));
  const count = provider.store.list().length;
  return `QueryProvider(${provider.environment}, ${connected(provider)}; ${count} ${count === 1 ? "query" : "queries"}${families.length ? ` in ${families.join(", ")}` : ""})`;
}

/** What it is, and its families, closed at first. */
export function shownHtml(provider) {
  const all = byFamily(provider.store);
  const families = Object.keys(all).map((family) => `<details><summary>${escape(family)} (${all[family].length})</summary>${listOf(all[family])}</details>`);
  return `<p><strong>${escape(provider.environment)}</strong>, ${escape(connected(provider))}</p>${families.join("")}`;
}

/** The families in the family `name`, and itself. */
const within = (name, all) => Object.keys(all).filter((family) => family === name || family.startsWith(`${name}.`));

export const familyText = (name, all) => within(name, all).flatMap((family) => all[family].map((query) => signature(`${family}.${query.name}`, query))).join("\n");
export const familyHtml = (name, all) => within(name, all).map((family) => `<p><strong>${escape(family)}</strong></p>${listOf(all[family])}`).join("");

function listOf(queries) {
  return `<dl>${queries.map((query) => `<dt><code>${escape(call(query.name, query))}</code></dt><dd>${escape(query.description)}</dd>`).join("")}</dl>`;
}

/** How a query is called: what it needs first, without a mark, and what it may have; times may always be left out. */
function call(name, { required, parameters }) {
  const needed = parameters.filter((one) => required.includes(one) && !/^(start|end)$/.test(one));
  const names = [...needed, ...parameters.filter((one) => !needed.includes(one)).map((one) => `${one}?`)];
  return `${name}(${names.length ? `{ ${names.join(", ")} }` : ""})`;
}

/** A query in a line: its path, its parameters, and what it asks. */
export const signature = (path, query) => `${call(path, query)}: ${query.description}`;
