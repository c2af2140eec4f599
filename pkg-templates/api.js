// The whole public API, made for one platform (a page, Node, or one file).
import makeRaw from "huntbook-raw";
import { compile, makeEngine } from "./engine.js";
import { HuntbookError, cancelled, invalid } from "./errors.js";
import { toRoom } from "./pieces.js";
import { toSource } from "./source.js";
import { makeTable } from "./table.js";

const SETTINGS = ["wasm", "worker", "parquet"];

/**
 * `platform`: `wasm()` is where the module is, `fetchFile(url, signal)` gets a
 * file as a Response or bytes, `openWorker()` starts worker.js, `worker` is
 * whether to, and `parquet` has the addresses of parquet-wasm's two files.
 */
export function makeApi(platform) {
  const { fetchFile, openWorker } = platform;
  const settings = { wasm: undefined, worker: platform.worker, parquet: platform.parquet };
  const getModule = retried(() => compile(settings.wasm ?? platform.wasm(), fetchFile));
  // Tables have an instance of their own, so that nothing that goes wrong in
  // long work can harm the tables that the page already has.
  const getRaw = retried(async () => {
    const raw = makeRaw();
    await raw.default({ module_or_path: await getModule() });
    return raw;
  });
  const getTarget = async () => toRoom(await getRaw());
  const engine = makeEngine({ getModule, openWorker, settings, getTarget });
  // Small work is done here: it need not wait behind a large file.
  const small = makeEngine({ getModule, openWorker, settings: { worker: false } });
  const Table = makeTable(getRaw);

  async function init(options = {}) {
    const wrong = Object.keys(options).find((name) => !SETTINGS.includes(name));
    if (wrong) throw invalid(`init: there is no option \`${wrong}\` (there are: ${SETTINGS.join(", ")})`);
    for (const name of SETTINGS) if (options[name] !== undefined) settings[name] = options[name];
    if (options.worker !== undefined || options.parquet !== undefined) engine.restart();
    await getRaw();
  }

  /** Runs `fn` on `source`, `options` and `more`; makes a table of a table. */
  async function call(fn, source, allOptions, ...more) {
    const { options, control } = split(allOptions);
    const { signal } = control;
    const { value, name } = await unlessAborted(signal, () => toSource(source, { Table, fetchFile, signal }));
    if (fn === "read") options.name ??= name;
    const result = await engine.run({ fn, args: [value, options, ...more] }, control);
    if (result?.room) return Table._fromRoom(result.room);
    return result?.table ? Table.fromArrow(result.table) : result;
  }

  async function read(source, options) {
    if (source instanceof Table) throw invalid("this is a table already");
    if (!Array.isArray(source)) return call("read", source, options);
    const { columns, ...others } = split(options).options;
    const wrong = Object.keys(others)[0];
    if (wrong) throw invalid(`there is no option \`${wrong}\` for rows of objects (there is: columns)`);
    const table = await Table.fromRows(source);
    return columns ? table.select(columns) : table;
  }

  const onSource = (fn) => (source, options) => call(fn, source, options);
  const onTable = (fn) => async (table, options) => call(fn, tableOf(fn, table), options);
  const onProcess = (fn) => async (tree, process, options) => call(fn, tableOf(fn, tree), options, keyOf(fn, process));
  const tableOf = (fn, table) => {
    if (table instanceof Table) return table;
    throw invalid(`${fn}: the first argument should be a Table, such as await read(file) or await Table.fromRows(objects)`);
  };
  const onText = (fn) => async (text, ...rest) => {
    if (typeof text !== "string") throw invalid(`${fn}: the text should be a string`);
    return small.run({ fn, args: [text, ...rest] });
  };

  return {
    HuntbookError,
    Table,
    init,
    read,
    extractIocs: onSource("extractIocs"),
    refang: onText("refang"),
    defang: onText("defang"),
    classifyIoc: onText("classifyIoc"),
    buildProcessTree: onTable("buildProcessTree"),
    getRoots: onTable("getRoots"),
    getProcess: onProcess("getProcess"),
    getRoot: onProcess("getRoot"),
    getRootTree: onProcess("getRootTree"),
    getParent: onProcess("getParent"),
    getChildren: onProcess("getChildren"),
    getDescendants: onProcess("getDescendants"),
    getAncestors: onProcess("getAncestors"),
    getSiblings: onProcess("getSiblings"),
    getTreeDepth: async (tree, process, options) => call("getTreeDepth", tableOf("getTreeDepth", tree), options, process == null ? undefined : keyOf("getTreeDepth", process)),
    getSummaryInfo: onTable("getSummaryInfo"),
    treeToText: onTable("treeToText"),
    riskyCommandLines: onTable("riskyCommandLines"),
    fastCommandRuns: onTable("fastCommandRuns"),
    splitCommandLine: onText("splitCommandLine"),
    prettyPowershell: onText("prettyPowershell"),
  };
}

/** The key of a process of a tree, which is given as that or as its row. */
function keyOf(fn, process) {
  const key = typeof process === "string" ? process : process?.ProcKey;
  if (typeof key === "string") return key;
  throw invalid(`${fn}: the process should be a ProcKey or a row of the tree`);
}

/** Parts what this side needs from what Rust reads. */
function split(allOptions) {
  if (allOptions != null && (typeof allOptions !== "object" || Array.isArray(allOptions))) {
    throw invalid("options should be an object, such as { onBadRow: \"skip\" }");
  }
  const { onProgress, signal, ...options } = allOptions ?? {};
  if (onProgress !== undefined && typeof onProgress !== "function") throw invalid("option `onProgress` should be a function");
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw invalid("option `signal` should be an AbortSignal");
  return { options, control: { onProgress, signal } };
}

/** Does `work`, but rejects as soon as the signal fires. */
function unlessAborted(signal, work) {
  if (!signal) return work();
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled(signal));
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop);
    work().then(resolve, (error) => (signal.aborted ? stop() : reject(error)))
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A start that happens once, and again only if it failed. */
function retried(start) {
  let promise;
  return () =>
    (promise ??= start().catch((error) => {
      promise = undefined;
      throw error;
    }));
}
