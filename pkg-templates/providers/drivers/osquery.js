// Result logs of osquery, as a table for each of its queries. msticpy 3.0.2, data/drivers/osquery_driver.py; how lines become
// rows says src/table/read/osquery.rs.
import { FILES_EXAMPLE, FILE_OPTIONS, openFiles, toBlob } from "../files.js";
import { eachLine } from "../lines.js";
import { atMost, makeShelf, refuseTimes, schemasOf, tableNamed, toIdentifier } from "../tables.js";

const FAMILY = "osquery";
// Files of a folder; osqueryd gives old ones a number and packs them.
const LOGS = /\.(log|json)(\.\d+)?(\.gz)?$/i;
// So much text goes into one part of a table.
const PART_CHARS = 1 << 20;

export default {
  environments: ["OSQuery"],
  options: [...FILE_OPTIONS, "onBadRow"],
  example: FILES_EXAMPLE,

  async open(context) {
    const { option, read, invalid } = context;
    const { entries, label } = await openFiles(context);
    const logs = entries.filter(({ folder, path }) => !folder || LOGS.test(path));
    const skips = option("onBadRow") === "skip";
    const { tables, notes } = await parted(logs, skips, context);
    if (!tables.size) throw invalid(`connect: there are no results of osquery in ${label}; choose osqueryd.results.log or osqueryd.snapshots.log`);
    const shelf = makeShelf();

    const load = (name, control) => shelf.get(name, async () => {
      const { parts, files } = tables.get(name);
      return read(new Blob(parts), { name: [...files].map(({ path }) => path).join(", "), format: "osquery", onBadRow: option("onBadRow"), ...control })
        .catch(async (error) => { throw (await whereWrong(error, files, context)) ?? error; });
    });

    return {
      label,
      queries: () => Array.from(tables, ([name, { asked }]) => ({ name, families: [FAMILY], query: name, description: `Results of osquery's ${[...asked].join(", ")}` })),

      async query(text, { limit, signal, onProgress, ...others }) {
        refuseTimes(others, context, "logs");
        const name = tableNamed(text, FAMILY, tables, context);
        return { table: atMost(await load(name, { signal, onProgress }), limit), notes };
      },

      schema: ({ signal }) => schemasOf([...tables.keys()], (name) => load(name, { signal })),
      close: () => shelf.clear(),
    };
  },
};

/** The name of the query of a line, or `undefined` for a line that is no result. */
function nameOf(line) {
  // As osquery writes them; only the others need to be read as a whole.
  const [, quick] = /^\{"name":"([^"\\]+)",.*\}\s*$/.exec(line) ?? [];
  if (quick && line.includes('"columns":')) return quick;
  try {
    const { name, columns, snapshot, diffResults } = JSON.parse(line);
    return typeof name === "string" && (columns ?? snapshot ?? diffResults) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** The table of a query: without the pack that it is of. Packs may be named with other signs than osquery's `_`. */
export function tableOf(query) {
  const own = query.replace(/^pack([_/:.-])[^_/:]+?(\1|_)/, "");
  return toIdentifier(own || query);
}

const badLine = (path, number, problem, { HuntbookError }) => new HuntbookError("badInput", `${path}, line ${number}: this is no result of osquery${problem}; leave the file out, or pass { onBadRow: "skip" }`);

/** The lines of logs by their tables: `{ tables: Map { name: { parts, files, asked } }, notes }`. */
async function parted(logs, skips, context) {
  const tables = new Map();
  const byQuery = new Map();
  const notes = [];
  const tableFor = (query) => {
    const name = tableOf(query);
    if (!tables.has(name)) tables.set(name, { parts: [], files: new Set(), asked: new Set(), lines: [], chars: 0 });
    const table = tables.get(name);
    table.asked.add(query);
    byQuery.set(query, table);
    return table;
  };
  for (const file of logs) {
    let skipped = 0;
    await eachLine(await toBlob(file, context), (line, number) => {
      if (!line.trim()) return;
      const query = nameOf(line);
      if (query === undefined && !skips) throw badLine(file.path, number, "", context);
      if (query === undefined) return void skipped++;
      const table = byQuery.get(query) ?? tableFor(query);
      table.files.add(file);
      table.lines.push(line, "\n");
      if ((table.chars += line.length) > PART_CHARS) flush(table);
    });
    if (skipped) notes.push(`${file.path}: ${skipped} line${skipped > 1 ? "s are" : " is"} no result of osquery, and left out`);
  }
  tables.forEach(flush);
  return { tables, notes };
}

/** What is in a Blob a browser may keep on disk. */
function flush(table) {
  if (table.lines.length) table.parts.push(new Blob(table.lines));
  [table.lines, table.chars] = [[], 0];
}

/** The error of a line that is no JSON, with its place in its file: the lines of a table have others. */
async function whereWrong(error, files, context) {
  if (error.code !== "badInput") return undefined;
  let found;
  for (const file of files) {
    await eachLine(await toBlob(file, context), (line, number) => {
      if (found || !line.trim()) return;
      try {
        JSON.parse(line);
      } catch ({ message }) {
        found = badLine(file.path, number, ` (${message})`, context);
      }
    });
  }
  return found;
}
