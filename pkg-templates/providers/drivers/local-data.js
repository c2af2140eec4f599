// Local data: files of tables, which a query asks for by name. msticpy 3.0.2, data/drivers/local_data_driver.py, which reads
// only CSV and pickles; here it is whatever read() knows.
import { FILES_EXAMPLE, FILE_OPTIONS, openFiles } from "../files.js";
import { atMost, makeShelf, refuseTimes, schemasOf, stemOf } from "../tables.js";

const SHOWN = 20;

export default {
  environments: ["LocalData"],
  options: [...FILE_OPTIONS, "onBadRow"],
  example: FILES_EXAMPLE,

  async open(context) {
    const { option, invalid, read } = context;
    const { entries, label } = await openFiles(context);
    const files = byPath(entries, invalid);
    const shelf = makeShelf();
    const onBadRow = option("onBadRow");
    const load = ({ path, source }, control) => shelf.get(path, async () => read(await source(), { name: path, onBadRow, ...control }));
    return {
      label,

      async query(text, { info, limit, signal, onProgress, ...asked }) {
        refuseTimes(asked, context, "files");
        const { file, note } = findFile(files, text.trim(), info?.name, context);
        const table = await load(file, { signal, onProgress });
        return { table: atMost(table, limit), notes: note && [note] };
      },

      /** `{ file: { column: type } }` of the files that are tables. */
      schema: ({ signal }) => schemasOf(files.map(({ path }) => path), async (path) => {
        try {
          return await load(files.find((one) => one.path === path), { signal });
        } catch (error) {
          if (["badInput", "unsupported"].includes(error.code)) return undefined;
          throw error;
        }
      }),

      close: () => shelf.clear(),
    };
  },
};

/** Entries of which no two have one path: those of several folders have the folders' names before. */
function byPath(entries, invalid) {
  const count = new Map();
  const keyOf = ({ path }) => path.toLowerCase();
  for (const entry of entries) count.set(keyOf(entry), (count.get(keyOf(entry)) ?? 0) + 1);
  const files = entries.map((entry) => (entry.folder && count.get(keyOf(entry)) > 1 ? { ...entry, path: `${entry.folder}/${entry.path}` } : entry));
  const seen = new Set();
  for (const file of files) {
    if (seen.has(keyOf(file))) throw invalid(`connect: there are two files \`${file.path}\`; give one another name, as { "name.csv": file }`);
    seen.add(keyOf(file));
  }
  return files;
}

/**
 * The file that a query asks for: by its path, its name, or either without its ending; else, with a note, one that differs in
 * how it is written, as the files of msticpy's queries are pickles.
 */
export function findFile(files, text, query, { invalid, HuntbookError, raw }) {
  const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);
  const wanted = text.replace(/^\.\//, "").toLowerCase();
  const rules = [(path) => path === wanted, (path) => nameOf(path) === wanted, (path) => stemOf(path) === wanted, (path) => stemOf(nameOf(path)) === wanted];
  if (stemOf(wanted) !== wanted) rules.push((path) => stemOf(path) === stemOf(wanted), (path) => stemOf(nameOf(path)) === stemOf(nameOf(wanted)));
  for (const [i, fits] of rules.entries()) {
    const found = files.filter(({ path }) => fits(path.toLowerCase()));
    if (found.length > 1) throw invalid(`there are several files \`${text}\`; name one of: ${found.map(({ path }) => path).join(", ")}`);
    if (found.length) return { file: found[0], note: i > 3 ? `${text} is not there; this is ${found[0].path}` : undefined };
  }
  const all = files.map(({ path }) => path);
  const shown = `${all.slice(0, SHOWN).join(", ")}${all.length > SHOWN ? ` … and ${all.length - SHOWN} more` : ""}`;
  const advice = query ? "pass another, as { file: \"name.csv\" } where the query has that parameter, or connect with that file" : "connect with that file";
  throw new HuntbookError("invalidArgument", `Data file (${text})${query ? ` for query ${query}` : ""} not found.${raw.didYouMean(text, all.join("\n"))} There are: ${shown}; ${advice}`);
}
