// A table across the boundary: 100,000 rows of four texts and four numbers,
// as Arrow bytes, a page of rows or objects, against serde-wasm-bindgen.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, huntbook, ms, root, work } from "./measure.mjs";

const ROWS = 100_000;
const VISIBLE = 40;
const crate = path.join(import.meta.dirname, "serde-handover");
const built = path.join(work, "serde-handover");

/** Builds the contender as this project's crate is built, with the same versions. */
function buildSerde() {
  const cargo = (args) => execFileSync("cargo", args, { cwd: crate, stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, CARGO_TARGET_DIR: path.join(built, "target") } });
  fs.mkdirSync(built, { recursive: true });
  fs.copyFileSync(path.join(root, "Cargo.lock"), path.join(crate, "Cargo.lock"));
  cargo(["build", "--quiet", "--release", "--target", "wasm32-unknown-unknown"]);
  const wasm = path.join(built, "target/wasm32-unknown-unknown/release/serde_handover.wasm");
  // This project's own files are modules; what wasm-bindgen writes for Node is not.
  fs.writeFileSync(path.join(built, "package.json"), `{ "type": "commonjs" }`);
  execFileSync("wasm-bindgen", ["--target", "nodejs", "--out-dir", built, "--out-name", "serde", wasm], { stdio: "inherit" });
  const bound = path.join(built, "serde_bg.wasm");
  execFileSync(path.join(root, "node_modules/.bin/wasm-opt"), ["-O3", bound, "-o", bound], { stdio: "inherit" });
}

const objects = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

function serde(bytes) {
  const { Rows } = createRequire(import.meta.url)(path.join(built, "serde.js"));
  return { Rows, rows: objects(bytes) };
}

async function ourTable(bytes) {
  const { Table } = await huntbook({ worker: false });
  return { Table, table: await Table.fromRows(objects(bytes)) };
}

export const contenders = {
  "arrow out and in": async (bytes) => {
    const { Table, table } = await ourTable(bytes);
    return async () => {
      const copy = await Table.fromArrow(table.toArrow());
      const { numRows } = copy;
      copy.free();
      return numRows;
    };
  },
  "arrow in": async (bytes) => {
    const { Table, table } = await ourTable(bytes);
    const arrow = table.toArrow();
    return async () => {
      const copy = await Table.fromArrow(arrow);
      const { numRows } = copy;
      copy.free();
      return numRows;
    };
  },
  "objects out": async (bytes) => {
    const { table } = await ourTable(bytes);
    return () => table.rows().length;
  },
  "objects in": async (bytes) => {
    const { Table } = await ourTable(bytes);
    const rows = objects(bytes);
    return async () => {
      const table = await Table.fromRows(rows);
      const { numRows } = table;
      table.free();
      return numRows;
    };
  },
  "visible rows": async (bytes) => {
    const { table } = await ourTable(bytes);
    const run = () => {
      let count = 0;
      for (let start = 0; start < ROWS; start += 1000) count += table.rows(start, start + VISIBLE).length;
      return count;
    };
    return Object.assign(run, { calls: ROWS / 1000 });
  },
  "serde out": (bytes) => {
    const { Rows, rows } = serde(bytes);
    const inside = Rows.fromJs(rows);
    return () => inside.toJs().length;
  },
  "serde in": (bytes) => {
    const { Rows, rows } = serde(bytes);
    return () => {
      Rows.fromJs(rows).free();
      return rows.length;
    };
  },
};

function writeRows() {
  const random = new Random("rows");
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    time: new Date(1.76e12 + i * 1000).toISOString().replace("T", " at "), host: `web${random.int(0, 199)}.example.com`, user: `user${random.int(0, 4999)}`, message: `GET /page/${random.int(0, 9998)} done in time`,
    bytes: random.int(0, 999_999), score: random.int(0, 99_999) / 1000, port: random.int(1, 65_535), latency: random.next(),
  }));
  const file = path.join(work, "rows.json");
  fs.writeFileSync(file, JSON.stringify(rows));
  return file;
}

export async function run(report) {
  buildSerde();
  const results = compare("handover", Object.keys(contenders), writeRows());
  const row = (what, ours, theirs, goal) => report.add({
    what, against: "serde-wasm-bindgen", ours: ms(results[ours].seconds), theirs: ms(results[theirs].seconds), ratio: results[theirs].seconds / results[ours].seconds, ...goal,
  });
  row("table of 100,000 × 8 out of one memory into another", "arrow out and in", "serde out", { atLeast: 10 });
  row("table of 100,000 × 8 from JS into WebAssembly, Arrow against objects", "arrow in", "serde in", { atLeast: 10 });
  row("the same, objects against objects", "objects in", "serde in");
  const share = results["objects out"].seconds / results["serde out"].seconds;
  report.add({ what: "all its rows as objects", against: "serde-wasm-bindgen", ours: ms(results["objects out"].seconds), theirs: ms(results["serde out"].seconds), ratio: share, atMost: 0.35 });
  report.add({ what: `${VISIBLE} visible rows of it`, against: "1 ms", ours: ms(results["visible rows"].seconds), theirs: "", ratio: results["visible rows"].seconds * 1000, unit: " ms", atMost: 1 });
}
