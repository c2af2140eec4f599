// What mordorBrowser shows, as the package's mordor-browser.js: msticpy's MordorBrowser (3.0.2, data/browsers/mordor_browser.py).
import { nameOf, orderOf } from "./attack.js";
import { listed, make, number } from "./element.js";

const listOf = (value) => [value ?? []].flat().filter((one) => one != null);
const named = (id) => ({ id, name: nameOf(id) ?? null });
const shown = ({ id, name }) => (name ? `${id} ${name}` : id);
const byId = (ids) => [...new Set(ids)].sort();

/** The datasets of a provider, each with its files: `{ id, title, …, files: [{ name, file, kind, size }] }`; by title. */
export async function datasetsOf(provider, connect) {
  if (!(await provider.connections()).length) await provider.connect(connect);
  const datasets = new Map();
  for (const { name, family } of await provider.list()) {
    const query = `${family}.${name}`;
    const { dataset, file: { type = null, link, size = null } } = (await provider.get(query)).metadata;
    if (!datasets.has(dataset.id)) datasets.set(dataset.id, toDataset(dataset));
    datasets.get(dataset.id).files.push({ name: query, file: link, kind: type, size });
  }
  // What a host says is what a hunter begins with.
  const isHost = ({ kind }) => Number(/^host$/i.test(kind ?? ""));
  for (const { files } of datasets.values()) files.sort((a, b) => isHost(b) - isHost(a));
  return [...datasets.values()].sort((a, b) => a.title.localeCompare(b.title, "en"));
}

function toDataset(entry) {
  const mappings = listOf(entry.attack_mappings);
  return {
    id: entry.id, title: entry.title, description: entry.description?.trim() ?? null, type: entry.type ?? null, platform: listOf(entry.platform),
    tactics: [...new Set(mappings.flatMap(({ tactics }) => listOf(tactics)))].sort((a, b) => orderOf(a) - orderOf(b)).map(named),
    techniques: byId(mappings.filter(({ technique }) => technique).map((one) => [one.technique, one["sub-technique"]].filter(Boolean).join("."))).map(named),
    authors: [...new Set([...listOf(entry.author), ...listOf(entry.contributors)])], created: entry.creation_date ?? null, modified: entry.modification_date ?? null,
    tags: listOf(entry.tags), references: listOf(entry.references), files: [],
  };
}

/** Whether a text has what is searched for: `,` stands between alternatives, `+` between what must all be there. */
export function makeSearch(search) {
  const alternatives = search.toLowerCase().split(",").map((one) => one.split("+").map((word) => word.trim()).filter(Boolean)).filter((words) => words.length);
  return (text) => !alternatives.length || alternatives.some((words) => words.every((word) => text.includes(word)));
}

const valueOf = ({ files, ...dataset }, file = files[0]) => ({ ...dataset, ...file });

/** `{ nodes, show, read }` over datasets: see widgets/frame.js. `read` gives nothing for what is none of them. */
export function browse(datasets, { choose, filtered, ask }) {
  const texts = datasets.map((one) => JSON.stringify(one).toLowerCase());
  let details; // { index, mark }
  const fits = (one, ids, key) => !ids || one[key].some(({ id }) => id === ids);
  const list = filtered("Datasets", datasets.map(({ title, platform }) => [title, ...platform].join(" · ")), { ask, filter: false, changed: ([index]) => index !== undefined && choose(valueOf(datasets[index])) });
  const tactic = make("select", { change: () => refill(true) });
  const technique = make("select", { change: () => refill(false) });
  const search = make("input", { type: "search", placeholder: "such as mimikatz + lsass, T1047", "aria-label": "Search datasets", title: "Comma: one or the other. Plus: both.", input: () => refill(false) });
  const note = make("small", { role: "status" });
  const place = make("div", { class: "details", role: "group", tabindex: "0", "aria-label": "Details", hidden: "" });

  /** The choices of a filter with how many datasets each has. */
  function fill(select, all, those, key, order) {
    const counts = new Map();
    for (const one of those) for (const item of one[key]) counts.set(item.id, { item, count: (counts.get(item.id)?.count ?? 0) + 1 });
    const before = select.value;
    const options = [...counts.values()].sort((a, b) => order(a.item.id, b.item.id)).map(({ item, count }) => make("option", { value: item.id }, `${shown(item)} (${count})`));
    select.replaceChildren(make("option", { value: "" }, `${all} (${those.length})`), ...options);
    select.value = counts.has(before) ? before : "";
  }

  function refill(techniques, chosen) {
    if (techniques) fill(technique, "All techniques", datasets.filter((one) => fits(one, tactic.value, "tactics")), "techniques", (a, b) => (a < b ? -1 : 1));
    const has = makeSearch(search.value);
    const passes = (index) => fits(datasets[index], tactic.value, "tactics") && fits(datasets[index], technique.value, "techniques") && has(texts[index]);
    list.show(chosen ?? list.marked(), passes);
    const count = list.passing().length;
    note.textContent = count === datasets.length ? `${number.format(count)} datasets` : `${number.format(count)} of ${number.format(datasets.length)} datasets`;
  }

  fill(tactic, "All tactics", datasets, "tactics", (a, b) => orderOf(a) - orderOf(b));
  refill(true, []);

  return {
    nodes: [
      make("div", { class: "row times" }, make("label", {}, "Tactic", tactic), make("label", {}, "Technique", technique)),
      make("div", { class: "list" }, search, list.node, note), place,
    ],
    read(given) {
      const wanted = given?.name ?? given?.id ?? given;
      for (const dataset of datasets) {
        const file = dataset.files.find(({ name }) => name === wanted || name.slice(name.lastIndexOf(".") + 1) === wanted);
        if (file ?? dataset.id === wanted) return valueOf(dataset, file);
      }
      return undefined;
    },
    show(value) {
      const index = value ? datasets.findIndex(({ id }) => id === value.id) : -1;
      if (index >= 0 && !list.passing().includes(index)) {
        for (const one of [tactic, technique, search]) one.value = "";
        refill(true, [index]);
      }
      list.show(index < 0 ? [] : [index]);
      place.hidden = index < 0;
      if (index < 0) return void (details = undefined);
      if (details?.index !== index) details = { index, mark: detail(place, datasets[index], choose) };
      details.mark(value.name);
    },
  };
}

/** All that is known of a dataset; what marks its chosen file. */
function detail(place, dataset, choose) {
  const { title, description, tactics, techniques, platform, authors, created, modified, tags, references, files } = dataset;
  const texts = files.map(({ file, kind, size }) => [kind, file.slice(file.lastIndexOf("/") + 1), size && inBytes(size)].filter(Boolean).join(" · "));
  const radios = files.map((file) => make("input", { type: "radio", name: "file", change: () => choose(valueOf(dataset, file)) }));
  const choice = () => make("div", { role: "radiogroup", "aria-label": "File" }, ...radios.map((radio, i) => make("label", { class: "row" }, radio, texts[i])));
  const lists = (nodes) => make("div", {}, ...nodes.map((node) => make("div", {}, node)));
  const fields = [
    files.length > 1 ? ["Files", choice()] : ["File", texts[0]],
    ["Tactics", lists(tactics.map(shown))], ["Techniques", lists(techniques.map(shown))], ["Platform", platform.join(", ")], ["Authors", authors.join(", ")],
    ["Created", [created, modified && modified !== created && `changed ${modified}`].filter(Boolean).join(", ")], ["Tags", tags.join(", ")],
    ["References", lists(references.map(linked))], ["Id", dataset.id],
  ].filter(([, content]) => (typeof content === "string" ? content : content.childElementCount));
  place.replaceChildren(make("b", {}, title), make("p", {}, description ?? ""), ...listed({ fields }));
  place.scrollTop = 0;
  return (name) => radios.forEach((radio, i) => (radio.checked = files[i].name === name));
}

/** An address as a link, if it is one of the web. */
function linked(text) {
  return /^https?:\/\//i.test(text) ? make("a", { href: text, target: "_blank", rel: "noopener noreferrer" }, text) : String(text);
}

const inBytes = (size) => (size < 1e6 ? `${Math.max(Math.round(size / 1e3), 1)} kB` : `${(size / 1e6).toFixed(1)} MB`);
