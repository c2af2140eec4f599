// What runs beside the data: in the worker, or in the page where there is none.
// Arguments arrive as text, bytes, a blob or a table's Arrow bytes; a table
// leaves as Arrow bytes, in a room that the caller chooses. Knows nothing of
// pages, workers or queues.
import makeRaw from "huntbook-raw";
import { HuntbookError, toPlain } from "./errors.js";
import { plainRoom, writeArrow } from "./pieces.js";

// WebAssembly memory never shrinks, so an instance that grew past this is
// thrown away after its job and the next one starts small.
const KEEP_BYTES = 256 * 2 ** 20;

// Bytes of a file that are in JavaScript's memory at once.
const PART_BYTES = 8 * 2 ** 20;

/** One operation of three raw ones: `…Text`, `…Table` and `…Bytes`. */
const byKind = (fn) => (raw, [source, options], progress) => {
  const kind = typeof source === "string" ? "Text" : source instanceof raw.Table ? "Table" : "Bytes";
  return raw[fn + kind](source, options, progress);
};

/** One operation of two raw ones, `…Table` and `…Bytes`; `defaults()` go before the user's options. */
const onLog = (fn, defaults = () => ({})) => (raw, [source, options], progress) => {
  const given = { ...defaults(), ...options };
  if (source instanceof raw.Table) return raw[`${fn}Table`](source, given, progress);
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  return raw[`${fn}Bytes`](bytes, given, progress);
};

// Calls that are not simply the raw function of the same name with a progress
// callback as its last argument.
const OPERATIONS = {
  async read(raw, [source, options], progress, parquet) {
    const isRoom = source instanceof raw.Room;
    const bytes = isRoom ? new Uint8Array(raw.Table.memory().buffer, source.address, source.length)
      : typeof source === "string" ? new TextEncoder().encode(source) : source;
    if (isParquet(bytes, options)) {
      const arrow = await parquetToArrow(isRoom ? bytes.slice() : bytes, options?.name, parquet);
      if (isRoom) source.free();
      return raw.readBytes(arrow, { ...options, format: "arrow" }, progress);
    }
    return isRoom ? raw.readRoom(source, options, progress) : raw.readBytes(bytes, options, progress);
  },

  extractIocs: byKind("extractIocs"),
  readAuditd: onLog("readAuditd"),
  // The core has no clock.
  readSyslog: onLog("readSyslog", () => ({ now: Date.now() })),

  refang: (raw, [text]) => raw.refang(text),
  defang: (raw, [text, type]) => raw.defang(text, type ?? undefined),
  classifyIoc: (raw, [text]) => raw.classifyIoc(text),
};

/**
 * Runs jobs on one WebAssembly instance, which it makes of `module` when needed
 * and replaces after a trap, because a trapped instance may be in any state.
 * A table goes into what `makeRoom` resolves to (see pieces.js).
 */
export function makeRunner(module, parquet, makeRoom = async () => plainRoom) {
  let instance;

  async function start() {
    const raw = makeRaw();
    const { memory } = await raw.default({ module_or_path: module });
    return { raw, memory };
  }

  async function run({ fn, args }, progress) {
    let own = [];
    try {
      instance ??= await start();
      const { raw } = instance;
      const values = await Promise.all(args.map((arg) => decode(raw, arg, own, fn)));
      const operation = OPERATIONS[fn];
      const result = operation
        ? await operation(raw, values, progress, parquet)
        : raw[fn](...values, progress);
      if (!(result instanceof raw.Table)) return { value: result };
      own.push(result);
      return { value: writeArrow(result, await makeRoom()) };
    } catch (error) {
      const plain = toPlain(error);
      if (plain.code === "internal") [instance, own] = [undefined, []];
      return { error: plain };
    } finally {
      for (const table of own) table.free();
      if (instance?.memory.buffer.byteLength > KEEP_BYTES) instance = undefined;
    }
  }

  return { run };
}

async function decode(raw, arg, own, fn) {
  if (arg?.blob) {
    try {
      return fn === "read" ? await blobToRoom(raw, arg.blob) : new Uint8Array(await arg.blob.arrayBuffer());
    } catch (error) {
      const name = arg.blob.name ?? "input";
      throw new HuntbookError("badInput", `${name}: the browser cannot read it (${error.message}); choose the file again`);
    }
  }
  if (!arg?.table) return arg;
  const table = raw.Table.fromArrow(arg.table);
  own.push(table);
  return table;
}

/** A file in WebAssembly memory, which was never as a whole in JavaScript's. */
async function blobToRoom(raw, blob) {
  const room = new raw.Room(blob.size);
  try {
    for (let at = 0; at < blob.size; at += PART_BYTES) {
      const part = new Uint8Array(await blob.slice(at, at + PART_BYTES).arrayBuffer());
      new Uint8Array(raw.Table.memory().buffer, room.address, room.length).set(part, at);
    }
    return room;
  } catch (error) {
    room.free();
    throw error;
  }
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
