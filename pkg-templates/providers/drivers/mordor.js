// Mordor, now Security-Datasets: recordings of attacks in GitHub's repository OTRF/Security-Datasets, as a query for each of
// their files. msticpy 3.0.2, data/drivers/mordor_driver.py; metadata: https://securitydatasets.com/create/metadata.html
import { bearer } from "../auth.js";
import { FILE_OPTIONS, openFiles, toBlob } from "../files.js";
import { remembered } from "../kept.js";
import { inParallel } from "../parallel.js";
import { atMost, makeShelf, refuseTimes } from "../tables.js";

const REPOSITORY = "OTRF/Security-Datasets";
const BRANCH = "master";
const LINKS = `https://raw.githubusercontent.com/${REPOSITORY}/${BRANCH}/`;
const FOLDER = "datasets/";
const METADATA = /metadata.*\.ya?ml$/i;
const ARCHIVE = /(\.tar)?\.\w+$/i;
// As in msticpy.
const KEPT_DAYS = 30;
const PARALLEL = 8;
// Seconds for a file: some have megabytes.
const TIMEOUT = 300;
// Requests for a tree that GitHub gives only in parts.
const MOST_TREES = 40;
// A download is so much of the time until its table is there.
const DOWNLOAD = 0.6;

export default {
  environments: ["Mordor"],
  options: [...FILE_OPTIONS, "base", "tree", "refresh"],
  example: "{}",
  parallel: 2,

  async open(context) {
    const { entries, label } = await openFiles(context, true);
    const source = openSource(context);
    const local = await localMetadata(entries, context);
    const { metadata, sizes } = local.length ? { metadata: local, sizes: {} } : await source.metadata();
    const shelf = makeShelf();
    const queries = queriesOf(metadata, sizes);
    return {
      label: local.length ? label : `${queries.length} files of ${source.title}`,
      queries: () => queries,

      async query(text, { limit, signal, onProgress, maxBytes, timeout, ...others }) {
        refuseTimes(others, context, "datasets");
        const path = pathOf(text.trim(), queries, entries, context);
        const name = path.slice(path.lastIndexOf("/") + 1);
        const table = await shelf.get(path, async () => {
          const file = localFile(entries, path, queries);
          const archive = file ? await toBlob(file, context) : await source.archive(path, { maxBytes, timeout, signal, onBytes: onProgress && ((bytes) => onProgress(DOWNLOAD * Math.min(bytes / (sizes[path] ?? bytes * 2), 1))) });
          const begun = file ? 0 : DOWNLOAD;
          return context.read(archive, { name, onBadRow: "skip", signal, onProgress: onProgress && ((fraction) => onProgress(begun + (1 - begun) * fraction)) });
        });
        return { table: atMost(table, limit) };
      },

      close: () => shelf.clear(),
    };
  },
};

/** Where metadata and archives come from: GitHub, or a mirror of its files. */
function openSource(context) {
  const { option, auth, invalid } = context;
  const [base, tree] = ["base", "tree"].map((name) => option(name) === undefined ? undefined : context.toBase(String(option(name)), `option \`${name}\``));
  if (base && context.transport === "proxy") throw invalid("connect: pass either `base` or { transport: \"proxy\" }");
  const raw = context.sender({ route: "github-raw", title: "Security-Datasets", base, timeout: TIMEOUT });
  const api = context.sender({ route: "github-api", title: "GitHub", base: tree, authorize: bearer(auth, "", context) });
  const download = async (path, { signal, onBytes, ...limits }) => {
    const address = `${base ? "" : `/${REPOSITORY}/${BRANCH}`}/${path.split("/").map(encodeURIComponent).join("/")}`;
    return (await raw({ path: address, ...limits }, { signal, onBytes })).bytes;
  };
  // What answers in place of a mirror, such as a page to sign in, would be read as text.
  const archive = async (path, control) => {
    const bytes = await download(path, control);
    if ([[0x50, 0x4b], [0x1f, 0x8b]].some((magic) => magic.every((byte, i) => bytes[i] === byte))) return bytes;
    throw new context.HuntbookError("badInput", `Mordor: ${path} is no archive (it begins with ${JSON.stringify(new TextDecoder().decode(bytes.slice(0, 40)))}); check \`base\`, or try again`);
  };

  async function fetchMetadata() {
    const blobs = await listTree((path) => askGitHub(api, path, context), tree !== undefined, context);
    const files = blobs.filter(({ path }) => path.startsWith(FOLDER) && METADATA.test(path));
    if (!files.length) throw new context.HuntbookError("badInput", `Mordor: there are no files of metadata below ${FOLDER} in ${tree ?? "GitHub's list of files"}; check \`tree\``);
    const texts = await inParallel(files, PARALLEL, undefined, async ({ path }) => new TextDecoder().decode(await download(path, {})));
    const metadata = await parsed(files.map(({ path }, i) => ({ path, text: texts[i] })), context);
    const sizes = blobs.filter(({ path }) => path.startsWith(FOLDER) && !METADATA.test(path)).map(({ path, size }) => [path, size]);
    return { metadata, sizes: Object.fromEntries(sizes) };
  }

  return {
    title: base ?? REPOSITORY,
    archive,
    metadata: () => remembered(`Mordor ${base ?? ""} ${tree ?? ""}`, KEPT_DAYS, option("refresh"), fetchMetadata),
  };
}

/** An answer of GitHub; its limit is said as such. */
async function askGitHub(api, path, { HuntbookError }) {
  const headers = { Accept: "application/vnd.github+json" };
  const { status, headers: said, bytes } = await api({ path, headers, allow: [403, 429] });
  let json;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new HuntbookError("badInput", "Mordor: GitHub's list of files is not JSON; check `tree`, or try again", { cause: error });
  }
  if (status < 300 && Array.isArray(json.tree)) return json;
  if (status < 300) throw new HuntbookError("badInput", "Mordor: there is no `tree` in GitHub's list of files; check `tree`");
  const reset = Number(said.get("x-ratelimit-reset"));
  const until = reset ? `after ${new Date(reset * 1000).toISOString()}` : "in an hour";
  const limit = said.get("x-ratelimit-remaining") === "0" || status === 429 || /rate limit/i.test(json.message ?? "");
  throw Object.assign(new HuntbookError(limit ? "network" : "unauthorized", limit
    ? `Mordor: GitHub lists files 60 times an hour for an address, which is used up; ask again ${until}, pass { auth: "<token of GitHub>" }, or { files } with a copy of ${REPOSITORY}`
    : `Mordor: GitHub answered ${status}: ${json.message ?? ""}; check the token`), { status });
}

/** The files of the repository, `[{ path, size }]`. Of a tree that is too large GitHub gives a part, so its folders are asked for. */
async function listTree(ask, isWhole, { HuntbookError }) {
  const trees = `/repos/${REPOSITORY}/git/trees/`;
  let asked = 0;
  const blobsOf = async (sha, folder) => {
    if (++asked > MOST_TREES) throw new HuntbookError("limitExceeded", "Mordor: GitHub gives its list of files in too many parts; pass { files } with a copy of the repository");
    const { tree, truncated } = await ask(isWhole ? "" : `${trees}${sha}?recursive=1`);
    const named = (list) => list.map((one) => ({ ...one, path: folder + one.path }));
    if (!truncated) return named(tree).filter(({ type }) => type === "blob");
    if (isWhole) throw new HuntbookError("badInput", "Mordor: the list of files at `tree` is `truncated`; make one that has all files, or pass { files }");
    const own = named((await ask(trees + sha)).tree);
    const found = own.filter(({ type }) => type === "blob");
    for (const one of own) {
      const isOnWay = FOLDER.startsWith(`${one.path}/`) || one.path.startsWith(FOLDER);
      if (one.type === "tree" && isOnWay) found.push(...(await blobsOf(one.sha, `${one.path}/`)));
    }
    return found;
  };
  return blobsOf(BRANCH, "");
}

/** What the texts of metadata say; one that is no YAML is left out, and said, unless the user named it (`isGiven`). */
async function parsed(files, { readYaml, HuntbookError }) {
  const all = [];
  for (const { path, text, isGiven } of files) {
    try {
      const { value } = await readYaml(text, path);
      if (value?.title && Array.isArray(value.files)) all.push(value);
      else if (isGiven) throw new HuntbookError("badInput", `${path}: these are no metadata of Security-Datasets, as there is no \`title\` or no \`files\`; leave it out`);
    } catch (error) {
      if (isGiven) throw error;
      console.warn(`huntbook, Mordor: left out: ${error.message}`);
    }
  }
  return all;
}

async function localMetadata(entries, context) {
  const files = entries.filter(({ path, folder }) => /\.ya?ml$/i.test(path) && (!folder || METADATA.test(`${folder}/${path}`)));
  const texts = await inParallel(files, PARALLEL, undefined, async (entry) => ({ path: entry.path, isGiven: !entry.folder, text: await (await toBlob(entry, context)).text() }));
  return parsed(texts, context);
}

/** A query for each file that the metadata names, once: msticpy's names, which are the paths. */
function queriesOf(metadata, sizes) {
  const queries = new Map();
  for (const dataset of metadata) {
    for (const { type, link } of dataset.files) {
      if (typeof link !== "string" || !link.startsWith(LINKS + FOLDER)) continue;
      const path = link.slice(LINKS.length);
      const families = path.slice(FOLDER.length).replace(ARCHIVE, "").split("/");
      const name = families.pop();
      const techniques = (dataset.attack_mappings ?? []).map(techniqueOf).join(", ");
      const description = `${dataset.title}${techniques && ` (${techniques})`}. ${dataset.description ?? ""}`;
      queries.set(link, { name, families: [families.join(".")], query: link, description, metadata: { dataset, file: { type, link, size: sizes[path] } } });
    }
  }
  return [...queries.values()];
}

const techniqueOf = (mapping) => [mapping.technique, mapping["sub-technique"]].filter(Boolean).join(".");

/** The path in the repository of a link, a query or a path; or that of a file of the user's own. */
function pathOf(text, queries, entries, { invalid, raw }) {
  if (text.startsWith(LINKS)) return text.slice(LINKS.length);
  const found = queries.find(({ name, families, query }) => [`${families[0]}.${name}`, name, query.slice(LINKS.length)].includes(text));
  if (found) return found.query.slice(LINKS.length);
  if (localFile(entries, text, queries)) return text;
  const names = queries.map(({ name }) => name);
  throw invalid(`there is no dataset \`${text}\`${raw.didYouMean(text, names.join("\n"))}; list() has all ${names.length}, and a link should begin with ${LINKS}`);
}

/** The user's own copy of a file: the one whose path ends most alike. A name alone is not enough where several files have it. */
function localFile(entries, path, queries) {
  const parts = path.split("/").reverse();
  const alike = ({ path: own, folder }) => {
    const others = [...(folder ? [folder] : []), ...own.split("/")].reverse();
    const differ = parts.findIndex((part, i) => part !== others[i]);
    return differ < 0 ? parts.length : differ;
  };
  const [best] = entries.map((entry) => [alike(entry), entry]).sort(([a], [b]) => b - a);
  const alikes = queries.filter(({ query }) => query.endsWith(`/${parts[0]}`)).length;
  const needed = parts.length > 1 && alikes > 1 ? 2 : 1;
  return best?.[0] >= needed ? best[1] : undefined;
}
