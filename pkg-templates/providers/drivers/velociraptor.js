// Results of Velociraptor's artifacts, a table for each artifact. msticpy 3.0.2, data/drivers/local_velociraptor_driver.py; how
// files become rows says src/table/read/velociraptor.rs.
import { FILES_EXAMPLE, FILE_OPTIONS, openFiles, toBlob } from "../files.js";
import { atMost, makeShelf, refuseTimes, stemOf, tableNamed, toIdentifier } from "../tables.js";

const FAMILY = "velociraptor";
const RESULTS = /\.(json|jsonl|ndjson)(\.gz)?$/i;
// Of a file, for the types of its columns.
const HEAD_BYTES = 1 << 20;

export default {
  environments: ["Velociraptor"],
  options: [...FILE_OPTIONS, "onBadRow"],
  example: FILES_EXAMPLE,

  async open(context) {
    const { option, read, invalid } = context;
    const { entries, label } = await openFiles(context);
    const tables = new Map();
    for (const entry of entries) {
      if (entry.folder && !RESULTS.test(entry.path)) continue;
      const name = tableOf(entry.path);
      tables.set(name, [...(tables.get(name) ?? []), entry]);
    }
    if (!tables.size) throw invalid(`connect: there are no results in ${label}; choose a folder with files such as Windows.System.Pslist.json`);
    const shelf = makeShelf();
    const options = ({ path }) => ({ name: path, format: "velociraptor", onBadRow: option("onBadRow") });

    const load = (name, { signal, onProgress }) => shelf.get(name, async () => {
      const files = tables.get(name);
      let all;
      for (const [i, file] of files.entries()) {
        const table = await read(await file.source(), { ...options(file), signal, onProgress: onProgress && ((fraction) => onProgress((i + fraction) / files.length)) });
        const before = all;
        all = before ? before.concat(table) : table;
        if (before) [before, table].forEach((one) => one.free());
      }
      return all;
    });

    return {
      label,
      queries: () => Array.from(tables, ([name, files]) => ({ name, families: [FAMILY], query: name, description: `Results of Velociraptor in ${files.map(({ path }) => path).join(", ")}` })),

      async query(text, { limit, signal, onProgress, ...others }) {
        refuseTimes(others, context, "results");
        const name = tableNamed(text, FAMILY, tables, context);
        return { table: atMost(await load(name, { signal, onProgress }), limit) };
      },

      /** Of the first rows alone: all of them may be much. */
      async schema({ signal }) {
        const all = {};
        for (const [name, [file]] of tables) {
          const table = await read(await headOf(file, context), { ...options(file), signal });
          all[name] = Object.fromEntries(table.columns.map((column) => [column.name, column.type]));
          table.free();
        }
        return all;
      },

      close: () => shelf.clear(),
    };
  },
};

/** The table of a file: its path as an identifier. Velociraptor writes what a system forbids in names as %2F. */
function tableOf(path) {
  let own = path;
  try {
    own = decodeURIComponent(path);
  } catch {
    // It has a % of its own.
  }
  return toIdentifier(stemOf(own));
}

/** The first lines of a file; the whole, if it has no lines. */
async function headOf(file, context) {
  const blob = await toBlob(file, context);
  if (blob.size <= HEAD_BYTES) return blob;
  const bytes = new Uint8Array(await blob.slice(0, HEAD_BYTES).arrayBuffer());
  const end = bytes.lastIndexOf(10);
  return bytes[0] === 0x7b && end > 0 ? bytes.slice(0, end + 1) : blob;
}
