// Files that a user gives to a provider: chosen, dropped, in folders, at addresses or in memory. What is given becomes roots,
// which a browser can keep, and these become entries, which are read when they are asked for.
import { keepFiles, keptFiles, rootsOf } from "./kept.js";

/** Options of `connect` that `openFiles` looks at. */
export const FILE_OPTIONS = ["files", "dataPaths", "keep"];
export const FILES_EXAMPLE = "{ files: [file] }";

const MOST_FILES = 20_000;
const EXPECTED = "Files, addresses (new URL(…)), folders of showDirectoryPicker(), or { \"name.csv\": file or text }";
// Files that systems put beside those of users.
const HIDDEN = /(^|\/)(\.|__MACOSX\/|Thumbs\.db$|desktop\.ini$)/i;

/** The file's name in an address; the host, if it has none. */
function lastPart(address) {
  const { pathname, host } = new URL(address);
  const name = pathname.split("/").pop();
  try {
    return decodeURIComponent(name) || host;
  } catch {
    return name;
  }
}

/** What is given as roots: `{ path, source }`, `{ path, folder, blob }`, `{ handle }`, `{ url }`, or in Node `{ place }`. */
function toRoots(given, invalid, depth = 0) {
  const wrong = (what) => invalid(`connect: option \`files\` should have ${EXPECTED}, but has ${what}`);
  if (typeof given === "string") throw wrong(`the text ${JSON.stringify(given.slice(0, 40))}; for an address write new URL(${JSON.stringify(given.slice(0, 40))}, location), and in Node { dataPaths: [path] }`);
  if (given === null || typeof given !== "object" || depth > 2) throw wrong(`${given}`);
  if (typeof Blob === "function" && given instanceof Blob) {
    if (!given.name) throw wrong("a Blob without a name; write { \"name.csv\": blob }");
    const [folder, ...rest] = (given.webkitRelativePath || given.name).split("/");
    const path = rest.join("/");
    if (HIDDEN.test(path)) return [];
    return [path ? { path, folder, blob: given } : { path: folder, blob: given }];
  }
  if (given instanceof URL) return [{ url: given.href }];
  if (given.kind === "file" || given.kind === "directory") return [{ handle: given }];
  if (typeof given.arrayBuffer === "function") {
    const path = given.name || (given.url && lastPart(given.url));
    if (!path) throw wrong("what has no name; write { \"name.csv\": … }");
    return [{ path, source: given }];
  }
  if (typeof given[Symbol.iterator] === "function") return Array.from(given).flatMap((one) => toRoots(one, invalid, depth + 1));
  return Object.entries(given).map(([path, source]) => ({ path, source }));
}

/** A root as a browser can keep it: what is in memory becomes a Blob. */
async function toKept({ source, ...root }, tools) {
  if (source === undefined) return root;
  if (source instanceof URL) return { ...root, url: source.href };
  return { ...root, blob: await toBlob({ ...root, source: () => source }, tools) };
}

/** The bytes of an entry as a Blob. */
export async function toBlob({ path, source }, { fetchFile, HuntbookError }) {
  let found = await source();
  if (found instanceof Blob) return found;
  if (found instanceof URL) found = await fetchFile(found);
  if (found.ok === false) throw new HuntbookError("network", `${path}: the server answered ${found.status}; check the address`);
  return typeof found.arrayBuffer === "function" ? new Blob([await found.arrayBuffer()]) : new Blob([found]);
}

/** Asks for a folder that was opened in an earlier session. */
async function allow(handle, { HuntbookError }) {
  const mode = { mode: "read" };
  const refuse = (why, cause) => new HuntbookError("unauthorized", `connect: the folder \`${handle.name}\` ${why}`, { cause });
  let state = (await handle.queryPermission?.(mode)) ?? "granted";
  try {
    if (state === "prompt") state = await handle.requestPermission(mode);
  } catch (error) {
    throw refuse("may be opened again only after a click; call connect in the handler of a button", error);
  }
  if (state !== "granted") throw refuse("was not allowed; allow it when the browser asks, or choose it again");
}

async function fromFolder(handle, folder, path, found, tooMany) {
  for await (const [name, one] of handle.entries()) {
    const full = path + name;
    if (HIDDEN.test(name)) continue;
    if (one.kind === "directory") await fromFolder(one, folder, `${full}/`, found, tooMany);
    else if (found.push({ path: full, folder, source: () => one.getFile() }) > MOST_FILES) throw tooMany();
  }
}

/** The entries of roots: `{ path, folder, source() }`; those that are not in a folder were named one by one. */
async function toEntries(roots, tools) {
  const { listFolder, HuntbookError } = tools;
  const tooMany = () => new HuntbookError("limitExceeded", `connect: there are more than ${MOST_FILES} files; choose a smaller folder`);
  const found = [];
  for (const { path, folder, blob, source, handle, url, place = listFolder && /^file:/.test(url) ? url : undefined } of roots) {
    if (handle) {
      await allow(handle, tools);
      try {
        if (handle.kind === "file") found.push({ path: handle.name, source: () => handle.getFile() });
        else await fromFolder(handle, handle.name, "", found, tooMany);
      } catch (error) {
        if (error?.name === "HuntbookError") throw error;
        throw new HuntbookError("badInput", `connect: \`${handle.name}\` cannot be read (${error.message}); choose it again`, { cause: error });
      }
    } else if (place) {
      const { folder: name, files } = await listFolder(place);
      found.push(...files.filter(([own]) => !name || !HIDDEN.test(own)).map(([own, address]) => ({ path: own, folder: name, source: () => address })));
    } else if (url) {
      found.push({ path: path ?? lastPart(url), source: () => new URL(url) });
    } else {
      found.push({ path, folder, source: () => blob ?? source });
    }
    if (found.length > MOST_FILES) throw tooMany();
  }
  // What is in a folder has an order of the system's, which may be any.
  const inFolders = found.filter(({ folder }) => folder).sort((a, b) => (a.path < b.path ? -1 : 1));
  return [...found.filter(({ folder }) => !folder), ...inFolders];
}

/** The paths of `dataPaths`, or of the settings' data_paths where there are folders: as roots. */
async function toPaths(context, hasFiles) {
  const { option, invalid, listFolder } = context;
  const own = option("dataPaths");
  const paths = [own ?? (listFolder && !hasFiles ? option("data_paths") : undefined) ?? []].flat();
  if (paths.some((path) => typeof path !== "string" || !path)) throw invalid("connect: option `dataPaths` should be a path, or a list of paths");
  if (own !== undefined && !listFolder) throw invalid("connect: option `dataPaths` is for Node, as a page has no paths; pass { files }, such as of <input type=\"file\" webkitdirectory> or [await showDirectoryPicker()]");
  return paths.map((place) => ({ place }));
}

/** `{ entries, label }` of what `connect` was given: files, paths, or the name of files that are kept; none if `optional`. */
export async function openFiles(context, optional = false) {
  const { option, invalid, raw } = context;
  const [given, keep] = [option("files"), option("keep")];
  if (keep !== undefined && !(typeof keep === "string" && keep)) throw invalid("connect: option `keep` should be a name, under which the browser keeps the files");
  let roots = [...(given === undefined ? [] : toRoots(given, invalid)), ...(await toPaths(context, given !== undefined || keep !== undefined))];
  // A Response is read once, but its file perhaps several times.
  roots = await Promise.all(roots.map((root) => (root.source?.bodyUsed === undefined ? root : toKept(root, context))));
  const isKept = !roots.length && given === undefined && keep !== undefined;
  if (isKept) {
    roots = await rootsOf(context, keep);
    const all = roots ? [] : (await keptFiles(context)).map(({ name }) => name);
    if (!roots) throw invalid(`connect: no files are kept as \`${keep}\`${raw.didYouMean(keep, all.join("\n"))} (there are: ${all.join(", ") || "none"}); pass { files, keep: ${JSON.stringify(keep)} } to keep them`);
  }
  if (!roots.length && optional && given === undefined) return { entries: [], label: "" };
  if (!roots.length) throw invalid(`connect: there are no files; pass ${FILES_EXAMPLE}${context.listFolder ? " or { dataPaths: [\"./data\"] }" : ""}`);
  const entries = await toEntries(roots, context);
  if (!entries.length) throw invalid("connect: the folder has no files; choose another");
  if (keep !== undefined && !isKept) {
    const kept = await Promise.all(roots.map((root) => toKept(root, context)));
    const bytes = kept.reduce((sum, { blob }) => sum + (blob?.size ?? 0), 0);
    await keepFiles(context, keep, { roots: kept, count: entries.length, bytes });
  }
  return { entries, label: `${entries.length === 1 ? entries[0].path : `${entries.length} files`}${keep === undefined ? "" : `, kept as ${keep}`}` };
}
