// What runs beside the data: in the worker, or in the page where there is none.
// The first argument arrives as text, bytes (here or elsewhere), a blob or a table: its
// Arrow bytes, or that it is the one of the call before. A table leaves as Arrow bytes,
// to where the caller chooses. Knows nothing of pages, workers or queues.
import makeRaw from "huntbook-raw";
import { HuntbookError, toPlain } from "./errors.js";
import { fillRoom, mapTables, viewOf } from "./pieces.js";
import { hasShortLines } from "./lines.js";
import { isOf } from "./sheets.js";

// WebAssembly memory never shrinks, so an instance that grew past this is
// thrown away after its job and the next one starts small.
const KEEP_BYTES = 256 * 2 ** 20;

/** One operation of three raw ones: `…Text`, `…Table` and `…Bytes`. */
const byKind = (fn) => (raw, [source, options], progress) => {
  const kind = typeof source === "string" ? "Text" : source instanceof raw.Table ? "Table" : "Bytes";
  return raw[fn + kind](source, options, progress);
};

/** One operation of two raw ones, `…Table` and `…Bytes`; `defaults()` go before the user's options. */
const onLog = (fn, defaults = () => ({})) => async (raw, [source, options], progress) => {
  const given = { ...defaults(), ...options };
  if (source instanceof raw.Table) return raw[`${fn}Table`](source, given, progress);
  return raw[`${fn}Bytes`](await asRoom(raw, source), given, progress);
};

/** A walk over a process tree. */
const relatives = (relation) => (raw, [tree, process, options]) => raw.processRelatives(tree, relation, process, options);

// Calls that are not simply the raw function of the same name with a progress
// callback as its last argument.
const OPERATIONS = {
  async read(raw, [source, options], progress, parquet) {
    const room = await asRoom(raw, source);
    if (!isParquet(viewOf(raw, room), options)) return raw.readRoom(room, options, progress);
    const arrow = await parquetToArrow(viewOf(raw, room).slice(), options?.name, parquet);
    room.free();
    return raw.readBytes(arrow, { ...options, format: "arrow" }, progress);
  },

  /** `isPart`: of what has lines, which it can be only if they are short. */
  extractIocs(raw, [source, options, isPart], progress) {
    const text = source instanceof raw.Room ? viewOf(raw, source) : source;
    if (!isPart || hasShortLines(text)) return byKind("extractIocs")(raw, [source, options], progress);
    source.free?.();
    return undefined;
  },
  unpackBase64: byKind("unpackBase64"),

  maskTable(raw, [table, columns, seed], progress) {
    let made = table.slice(0, table.numRows);
    for (const [i, [name, kind]] of columns.entries()) {
      const last = made;
      try {
        made = raw.maskColumn(last, name, kind, seed, (fraction) => progress((i + fraction) / columns.length));
      } finally {
        last.free();
      }
    }
    return made;
  },

  /** `{ rest, 0: table, … }`: see src/table/read/answer.rs. */
  async readAnswer(raw, [source, { name, rows, strip = "" }], progress) {
    const answer = raw.readAnswer(await asRoom(raw, source), name, rows.join(" "), strip, progress);
    const tables = [];
    for (let table; (table = answer.pop());) tables.unshift(table);
    const rest = answer.rest();
    answer.free();
    return { rest, ...tables };
  },

  toGraph(raw, args, progress) {
    const graph = raw.toGraph(...args, progress);
    try {
      return { nodes: graph.nodes(), edges: graph.edges() };
    } finally {
      graph.free();
    }
  },

  readAuditd: onLog("readAuditd"),
  // The core has no clock.
  readSyslog: onLog("readSyslog", () => ({ now: Date.now() })),

  getRoots: (raw, [tree, options]) => raw.processRelatives(tree, "roots", undefined, options),
  getProcess: relatives("process"),
  getRoot: relatives("root"),
  getRootTree: relatives("rootTree"),
  getParent: relatives("parent"),
  getChildren: relatives("children"),
  getDescendants: relatives("descendants"),
  getAncestors: relatives("ancestors"),
  getSiblings: relatives("siblings"),
  getTreeDepth: (raw, [tree, process]) => raw.processTreeDepth(tree, process),
  getSummaryInfo: (raw, [tree]) => raw.processTreeSummary(tree),
  getProcessSchema: (raw, [tree]) => raw.processTreeSchema(tree),
};

/**
 * Runs jobs on one WebAssembly instance, which it makes of `module` when needed
 * and replaces after a trap, because a trapped instance may be in any state.
 * `deliver(table)` resolves to what is left of a raw table (see pieces.js), and
 * `getPart(from, to)` to some of the bytes that are elsewhere.
 */
export function makeRunner(module, parquet, { deliver, getPart }) {
  let instance;
  let kept; // the last table that came, `{ key, table }`

  async function start() {
    const raw = makeRaw();
    const { memory } = await raw.default({ module_or_path: module });
    return { raw, memory };
  }

  async function run({ fn, args: [source, ...others] }, progress) {
    let own = [];
    try {
      instance ??= await start();
      const { raw } = instance;
      const values = [await decode(raw, source), ...others];
      const operation = OPERATIONS[fn];
      const result = operation
        ? await operation(raw, values, progress, parquet)
        : raw[fn](...values, progress);
      const value = await mapTables(result, (one) => one instanceof raw.Table, (table) => {
        own.push(table);
        return deliver(table);
      });
      return { value };
    } catch (error) {
      const plain = toPlain(error);
      if (plain.code === "internal") [instance, own, kept] = [undefined, [], undefined];
      return { error: plain };
    } finally {
      for (const table of own) table.free();
      if (instance?.memory.buffer.byteLength > KEEP_BYTES) [instance, kept] = [undefined, undefined];
    }
  }

  async function decode(raw, source) {
    if (source instanceof Uint8Array) return roomOf(raw, source);
    if (source?.size !== undefined) return fillRoom(raw, source.size, getPart);
    if (source?.blob) return blobToRoom(raw, source);
    if (!source?.key) return source;
    if (source.table) {
      free();
      kept = { key: source.key, table: raw.Table.fromArrow(source.table) };
    }
    return kept.table;
  }

  function free() {
    kept?.table.free();
    kept = undefined;
  }

  return { run, forget: (id) => isOf(kept?.key, id) && free(), held: () => kept?.key };
}

/** Text as bytes, where bytes are already. */
const asRoom = (raw, source) => (typeof source === "string" ? roomOf(raw, new TextEncoder().encode(source)) : source);

const roomOf = (raw, bytes) => fillRoom(raw, bytes.length, (from, to) => bytes.subarray(from, to));

async function blobToRoom(raw, { blob, from = 0, to = blob.size }) {
  const part = async (start, end) => {
    try {
      return new Uint8Array(await blob.slice(from + start, from + end).arrayBuffer());
    } catch (error) {
      throw new HuntbookError("badInput", `${blob.name ?? "input"}: the browser cannot read it (${error.message}); choose the file again`);
    }
  };
  return fillRoom(raw, to - from, part);
}

const MAGIC = [0x50, 0x41, 0x52, 0x31]; // "PAR1"

function isParquet(bytes, options) {
  const format = options?.format;
  if (format === "parquet") return true;
  return format == null && MAGIC.every((byte, i) => bytes[i] === byte);
}

/** `parquet` is parquet-wasm itself, or the addresses of its two files. */
async function parquetToArrow(bytes, name = "input", parquet) {
  if (!parquet) {
    throw new HuntbookError("unsupported", `${name}: this build reads no Parquet by itself; import the package "huntbook", or give parquet-wasm with init({ parquet })`);
  }
  const reader = parquet.readParquet ? parquet : await loadParquet(parquet);
  try {
    return reader.readParquet(bytes).intoIPCStream();
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    throw new HuntbookError("badInput", `${name}: not a readable Parquet file (${error?.message ?? error}); check that it is complete`);
  }
}

async function loadParquet({ module, wasm }) {
  try {
    const reader = await import(/* @vite-ignore */ /* webpackIgnore: true */ String(module));
    await reader.default({ module_or_path: await fileBytes(wasm) ?? new URL(wasm) });
    return reader;
  } catch (error) {
    throw new HuntbookError("network", `the Parquet reader cannot be loaded from ${module} (${error.message}); serve parquet.js and parquet_bg.wasm there, or give their addresses with init({ parquet: { module, wasm } })`);
  }
}

/** A file's bytes in Node, whose fetch does not take `file:` addresses. */
async function fileBytes(address) {
  if (!String(address).startsWith("file:")) return undefined;
  const fs = globalThis.process?.getBuiltinModule?.("node:fs");
  return fs?.promises.readFile(new URL(address));
}
