// Sizes of the files of pkg/, against the budget and against the record:
//   node scripts/size.mjs            prints; fails over the budget
//   node scripts/size.mjs --record   also writes the sizes to scripts/size.json
import fs from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const BUDGET_MB = 1.0; // huntbook_bg.wasm, brotli
const root = path.resolve(import.meta.dirname, "..");
const record = path.join(import.meta.dirname, "size.json");
/** What a page loads at once comes first. */
const FIRST = ["huntbook_bg.wasm", "index.js"];
const FILES = [...FIRST, ...fs.readdirSync(path.join(root, "pkg")).filter((file) => /\.(js|wasm)$/.test(file) && !FIRST.includes(file))];

function sizes(file) {
  const bytes = fs.readFileSync(path.join(root, "pkg", file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes, { params }).length };
}

const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(10);
const before = fs.existsSync(record) ? JSON.parse(fs.readFileSync(record, "utf8")) : {};
const now = Object.fromEntries(FILES.map((file) => [file, sizes(file)]));
console.log(`${"kB".padEnd(20)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}   change`);
for (const [file, { raw, gzip, brotli }] of Object.entries(now)) {
  const change = before[file] ? `${brotli >= before[file].brotli ? "+" : ""}${((brotli - before[file].brotli) / 1000).toFixed(1)}` : "new";
  console.log(`${file.padEnd(20)}${kb(raw)}${kb(gzip)}${kb(brotli)}   ${change}`);
}
if (process.argv.includes("--record")) fs.writeFileSync(record, `${JSON.stringify(now, null, 2)}\n`);
const total = FIRST.reduce((sum, file) => sum + now[file].brotli, 0) / 1e6;
console.log(`\nA page loads index.js and huntbook_bg.wasm: ${total.toFixed(3)} MB brotli of ${BUDGET_MB.toFixed(1)} MB.`);
if (total > BUDGET_MB) {
  console.error("size: over the budget");
  process.exit(1);
}
