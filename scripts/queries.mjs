// The query packs in the package:
//   node scripts/queries.mjs [folder]      copies queries/ there (default pkg/queries), with an index.json
// The index tells what is in which file, so that only files are loaded whose queries are used.
import fs from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const packs = path.resolve(import.meta.dirname, "../queries");

/** What is in the packs of a folder: `{packs: [{file, environments, description, queries: {name: [family, …]}}]}`. */
export function manifest(folder = packs) {
  const files = fs.readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".yaml")).sort();
  return {
    packs: files.map((file) => {
      const { metadata, defaults, sources } = parse(fs.readFileSync(path.join(folder, file), "utf8"));
      const families = (source) => source.metadata?.data_families ?? defaults?.metadata?.data_families ?? metadata.data_families;
      return {
        file: file.replaceAll(path.sep, "/"),
        environments: metadata.data_environments,
        description: metadata.description,
        queries: Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, families(source)])),
      };
    }),
  };
}

/** Copies the packs to a folder, and their index; gives the names of the files. */
export function copyQueries(to) {
  const index = manifest();
  const files = index.packs.map(({ file }) => file);
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    fs.copyFileSync(path.join(packs, file), path.join(to, file));
  }
  fs.writeFileSync(path.join(to, "index.json"), `${JSON.stringify(index)}\n`);
  return [...files, "index.json"];
}

if (process.argv[1] === import.meta.filename) {
  const to = path.resolve(process.argv[2] ?? path.resolve(import.meta.dirname, "../pkg/queries"));
  console.log(`${copyQueries(to).length} files in ${to}`);
}
