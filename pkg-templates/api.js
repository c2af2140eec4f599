// The whole public API, made for one platform (a page, Node, or one file).
import makeRaw from "huntbook-raw";
import { makeCharts } from "./charts.js";
import { toJson } from "./columns.js";
import { compile, makeEngine } from "./engine.js";
import { makeEntities } from "./entity.js";
import { HuntbookError, cancelled, invalid } from "./errors.js";
import { inJupyter, prepare } from "./jupyter.js";
import { loadPart, retried } from "./later.js";
import { mapTables, toRoom } from "./pieces.js";
import { makePipeline } from "./pipelines.js";
import { makePivots } from "./pivot.js";
import { makeQueryProvider } from "./query-provider.js";
import { makeQueryStore } from "./query-store.js";
import { readSettings } from "./settings.js";
import { makeSignIn } from "./signing.js";
import { sizeOf } from "./sheets.js";
import { toSource } from "./source.js";
import { makeTable } from "./table.js";
import { makeTableView } from "./table-view.js";
import { makeUploaders } from "./uploaders.js";
import { makeWidgets } from "./widgets/index.js";

const SETTINGS = ["wasm", "worker", "workers", "parquet", "queries"];
// More share one memory bus.
const MOST_WORKERS = 4;
// So many bytes are worth another worker.
const PART_BYTES = 4 * 2 ** 20;

// Operations that parts.js can cut.
const SHARED = ["extractIocs", "unpackBase64"];

// Operations that quote a file's name in errors.
const NAMED = ["read", "readAuditd", "readSyslog"];

/**
 * `platform`: `wasm()` is where the module is, `fetchFile(url, signal)` gets a
 * file as a Response or bytes, `listFolder(place)` lists files where there are folders, `openWorker()` starts worker.js, `worker` is
 * whether to, `cores` how many may run at once, `parquet` has the addresses of parquet-wasm's two files, and
 * `here` is that of the script.
 */
export function makeApi(platform) {
  const { fetchFile, openWorker } = platform;
  const cores = platform.cores ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  const settings = { wasm: undefined, worker: platform.worker, workers: Math.min(cores, MOST_WORKERS), parquet: platform.parquet };
  const getModule = retried(() => compile(settings.wasm ?? platform.wasm(), fetchFile));
  // Tables have an instance of their own, so that nothing that goes wrong in
  // long work can harm the tables that the page already has.
  let started;
  const getRaw = retried(async () => {
    const raw = makeRaw();
    await raw.default({ module_or_path: await getModule() });
    return (started = raw);
  });
  const getTarget = async () => toRoom(await getRaw());
  const engine = makeEngine({ getModule, openWorker, settings, getTarget });
  // Small work is done here: it need not wait behind a large file.
  const small = makeEngine({ getModule, openWorker, settings: { worker: false } });
  const Table = makeTable(getRaw, engine.forget);
  const toTable = ({ room, table }) => (room ? Table._fromRoom(room) : Table.fromArrow(table));

  async function init(options) {
    options ??= {};
    if (typeof options !== "object") throw invalid("init: options should be an object, such as { worker: false }");
    const wrong = Object.keys(options).find((name) => !SETTINGS.includes(name));
    if (wrong) throw invalid(`init: there is no option \`${wrong}\` (there are: ${SETTINGS.join(", ")})`);
    const { workers } = options;
    if (workers !== undefined && !(Number.isInteger(workers) && workers > 0)) throw invalid(`init: \`workers\` should be a whole number of 1 or more, not ${workers}`);
    for (const name of SETTINGS) if (options[name] !== undefined) settings[name] = options[name];
    if (options.worker !== undefined || options.parquet !== undefined) engine.restart();
    await getRaw();
  }

  /** Runs `fn` on `source`, `others` and `options`; makes tables of tables. */
  async function call(fn, source, allOptions, others = []) {
    prepare(platform.here);
    const { options, control } = split(allOptions);
    const { signal } = control;
    const { value, name } = await unlessAborted(signal, () => toSource(source, { Table, fetchFile, signal }));
    if (NAMED.includes(fn)) options.name ??= name;
    const job = { fn, args: [value, ...others, options] };
    const cut = async (most) => {
      const count = Math.min(most, Math.floor(sizeOf(value) / PART_BYTES));
      // Where that file is not served, one worker does it.
      const parts = count > 1 && await import("./parts.js").catch(() => {});
      return parts && parts.cut(job, count, toTable);
    };
    if (SHARED.includes(fn)) job.cut = cut;
    try {
      const result = await engine.run(job, control);
      return await mapTables(result, (one) => one?.room || one?.table, toTable);
    } finally {
      value?.raw?.free();
    }
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
  const tableOf = (fn, table) => {
    if (table instanceof Table) return table;
    throw invalid(`${fn}: the first argument should be a Table, such as await read(file) or await Table.fromRows(objects)`);
  };
  /** A function of a table, `columns` names of columns and options. */
  const onTable = (fn, columns = 0) => async (table, ...rest) => {
    const names = rest.slice(0, columns);
    if (names.length < columns || names.some((name) => typeof name !== "string")) throw invalid(`${fn}: after the table comes the name of ${columns === 1 ? "a column" : `${columns} columns`}`);
    return call(fn, tableOf(fn, table), rest[columns], names);
  };
  const onProcess = (fn) => async (tree, process, options) => call(fn, tableOf(fn, tree), options, [keyOf(fn, process)]);
  /** A function of a text and perhaps of `more`, which is one word or number. What `map` gives besides is not looked at. */
  const onText = (fn, more, type = "string") => async (text, word) => {
    if (typeof text !== "string") throw invalid(`${fn}: the text should be a string`);
    if (!more) return small.run({ fn, args: [text] });
    if (word != null && typeof word !== type) throw invalid(`${fn}: the ${more} should be a ${type}`);
    return small.run({ fn, args: [text, word] });
  };

  async function decomposeSeries(values, allOptions) {
    const { options, control } = split(allOptions);
    return engine.run({ fn: "decomposeSeries", args: [toNumbers(values), options] }, control);
  }

  const views = {
    ...makeCharts({ Table, getStarted: () => started }),
    tableView: makeTableView(Table),
    ...makeWidgets({ Table, getRaw, getStarted: () => started, getProvider: () => providers.QueryProvider }),
  };
  const shown = ([kind, make]) => [kind, (...args) => inJupyter(kind, make, args, Table, platform.here)];

  const loadMask = retried(async () => (await loadPart("mask.js", () => import("./mask.js"))).makeMasks({ call, run: small.run, invalid }));

  const api = {
    ...Object.fromEntries(Object.entries(views).map(shown)),
    HuntbookError,
    Table,
    init,
    read,
    signIn: makeSignIn(),
    readSettings: (source, options) => readSettings({ Table, fetchFile }, source, options),
    extractIocs: onSource("extractIocs"),
    unpackBase64: onSource("unpackBase64"),
    readAuditd: onSource("readAuditd"),
    readSyslog: onSource("readSyslog"),
    logonSessions: onTable("logonSessions"),
    riskySudoSessions: onTable("riskySudoSessions"),
    hostSummary: onTable("hostSummary"),
    refang: onText("refang"),
    defang: onText("defang", "type"),
    classifyIoc: onText("classifyIoc"),
    ipType: onText("ipType"),
    ipInfo: onText("ipInfo"),
    describeIps: onTable("describeIps"),
    domainParts: onText("domainParts"),
    validTld: onText("validTld"),
    urlParts: onText("urlParts"),
    checkDomains: onTable("checkDomains"),
    toGraph: onTable("toGraph", 2),
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
    getTreeDepth: async (tree, process, options) => call("getTreeDepth", tableOf("getTreeDepth", tree), options, [process == null ? undefined : keyOf("getTreeDepth", process)]),
    getSummaryInfo: onTable("getSummaryInfo"),
    getProcessSchema: onTable("getProcessSchema"),
    treeToText: onTable("treeToText"),
    riskyCommandLines: onTable("riskyCommandLines"),
    fastCommandRuns: onTable("fastCommandRuns"),
    splitCommandLine: onText("splitCommandLine", "syntax"),
    prettyPowershell: onText("prettyPowershell"),
    clusterEvents: onTable("clusterEvents"),
    addProcessFeatures: onTable("addProcessFeatures"),
    delimCount: onText("delimCount"),
    delimHash: onText("delimHash"),
    charOrdScore: onText("charOrdScore", "scale", "number"),
    tokenCount: onText("tokenCount", "delimiter"),
    crc32: onText("crc32"),
    maskTable: async (table, options) => (await loadMask()).maskTable(tableOf("maskTable", table), options),
    maskText: async (text, kind, options) => (await loadMask()).maskText(text, kind, options),
    sqlToKql: async (sql, options) => (await loadPart("sql.js", () => import("./sql.js"))).sqlToKql(sql, options, { HuntbookError, invalid }),
    decomposeSeries,
    timeSeriesAnomalies: onTable("timeSeriesAnomalies"),
    setNewAnomalyThreshold: onTable("setNewAnomalyThreshold"),
    anomalyPeriods: onTable("anomalyPeriods"),
    anomalyKqlFilter: onTable("anomalyKqlFilter"),
    detectPolling: onTable("detectPolling"),
    sessionize: onTable("sessionize"),
    // A filter may hold dates; what Rust reads is JSON.
    scoreSessions: async (table, options) => onTable("scoreSessions")(table, options?.trainOn ? { ...options, trainOn: JSON.parse(toJson(options.trainOn)) } : options),
    detectOutliers: onTable("detectOutliers"),
    timeBins: onTable("timeBins"),
    topValues: onTable("topValues"),
    firstSeen: onTable("firstSeen"),
    rareValues: onTable("rareValues"),
    entropy: async (source, options) => {
      if (source instanceof Table) return call("addEntropy", source, options);
      if (typeof source !== "string") throw invalid("entropy: the first argument should be a text or a Table");
      return onText("entropy")(source);
    },
  };
  const pivots = makePivots({ getRaw, getStarted: () => started, Table, api, split });
  Table.prototype.pivot = function (kind, options) { return pivots.pivotsOf(this, kind, options); };
  const stores = makeQueryStore({ getRaw, Table, fetchFile, getPacks: () => toFolder(settings.queries) ?? platform.queries?.() });
  const runAnswer = async (bytes, options, signal) => mapTables(await engine.run({ fn: "readAnswer", args: [bytes, options] }, { signal }), (one) => one?.room || one?.table, toTable);
  const providers = makeQueryProvider({ getRaw, Table, ...stores, runAnswer, fetchFile, toCallback, signIn: api.signIn, read, listFolder: platform.listFolder });
  const uploaders = makeUploaders({ Table, read, fetchFile, toCallback, signIn: api.signIn });
  return Object.assign(api, makeEntities({ getRaw, Table, pivots }), makePipeline({ api, Table, split }), stores, providers, uploaders, { addPivot: pivots.addPivot });
}

/** The key of a process of a tree, which is given as that or as its row. */
function keyOf(fn, process) {
  const key = typeof process === "string" ? process : process?.ProcKey;
  if (typeof key === "string") return key;
  throw invalid(`${fn}: the process should be a ProcKey or a row of the tree`);
}

// Of a series: more would not fit into memory.
const MOST_VALUES = 2 ** 26;

/** Numbers as floats of their own; what is no number is none, which the core says. */
function toNumbers(values) {
  if (values == null || typeof values !== "object" || typeof values.length !== "number") {
    throw invalid("decomposeSeries: the values should be an array of numbers, such as table.column(name)");
  }
  if (values.length > MOST_VALUES) throw invalid(`decomposeSeries: ${values.length} values are too many, of which there may be ${MOST_VALUES}; add them up in longer bins`);
  if (values instanceof Float64Array) return values.slice();
  return Float64Array.from(values, (value) => (typeof value === "number" || typeof value === "bigint" ? Number(value) : NaN));
}

/** The address of a folder that the user gave, or what gets its files. */
const toFolder = (address) => (typeof address === "function" ? address : address && new URL(String(address).replace(/\/?$/, "/"), globalThis.location?.href));

/** Parts what this side needs from what Rust reads. */
function split(allOptions) {
  if (allOptions != null && (typeof allOptions !== "object" || Array.isArray(allOptions))) {
    throw invalid("options should be an object, such as { onBadRow: \"skip\" }");
  }
  const { onProgress, signal, ...options } = allOptions ?? {};
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw invalid("option `signal` should be an AbortSignal");
  return { options, control: { onProgress: toCallback(onProgress), signal } };
}

/** What is told of progress: a function, or what shows it as its `value`. */
function toCallback(shown) {
  if (shown === undefined || typeof shown === "function") return shown;
  if (typeof shown?.value !== "number") throw invalid("option `onProgress` should be a function, or an element such as <progress> whose `value` is a number");
  return (fraction) => { shown.value = fraction * (shown.max ?? 1); };
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
