// Files to tables: CSV against DuckDB-Wasm, uDSV and Papa Parse; NDJSON against JSON.parse.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, mb, perSecond, work } from "./measure.mjs";

const reader = (format, worker) => counting(worker, (hb, bytes) => hb.read(bytes, { format }));

const text = (bytes) => new TextDecoder().decode(bytes);

/** The single-threaded build, as it runs in every browser, on a file that it holds already. */
async function duckdb(bytes) {
  const require = createRequire(import.meta.url);
  const { createDuckDB, NODE_RUNTIME, VoidLogger } = require("@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs");
  const dist = path.join(import.meta.dirname, "node_modules/@duckdb/duckdb-wasm/dist");
  const bundle = (name) => ({ mainModule: path.join(dist, `duckdb-${name}.wasm`), mainWorker: path.join(dist, `duckdb-node-${name}.worker.cjs`) });
  const db = await createDuckDB({ mvp: bundle("mvp"), eh: bundle("eh") }, new VoidLogger(), NODE_RUNTIME);
  await db.instantiate();
  db.registerFileBuffer("big.csv", bytes);
  const connection = db.connect();
  return () => {
    connection.query("create or replace table big as select * from read_csv('big.csv')");
    return Number(connection.query("select count(*) as rows from big").toArray()[0].rows);
  };
}

export const contenders = {
  "huntbook csv": reader("csv", true),
  "huntbook csv without a worker": reader("csv", false),
  duckdb,
  udsv: async (bytes) => {
    const { inferSchema, initParser } = await import("udsv");
    return () => {
      const csv = text(bytes);
      return initParser(inferSchema(csv)).typedCols(csv)[0].length;
    };
  },
  papaparse: async (bytes) => {
    const { default: papa } = await import("papaparse");
    return () => papa.parse(text(bytes), { header: true, dynamicTyping: true, skipEmptyLines: true }).data.length;
  },
  "huntbook ndjson": reader("ndjson", true),
  "huntbook ndjson without a worker": reader("ndjson", false),
  "JSON.parse": (bytes) => () => text(bytes).split("\n").filter(Boolean).map((line) => JSON.parse(line)).length,
};

/** Rows of time, host, user, address, two numbers, a truth value and a message, now and then quoted. */
function writeRows(name, rows, header, toLine) {
  const file = path.join(work, name);
  const random = new Random(name);
  const out = fs.openSync(file, "w");
  let lines = [...header];
  for (let i = 0; i < rows; i++) {
    lines.push(toLine({
      time: new Date(1.76e12 + i * 1000).toISOString(), host: `web${random.int(0, 199)}.example.com`, user: `user${random.int(0, 4999)}`,
      ip: `10.${random.int(0, 255)}.${random.int(0, 255)}.${random.int(0, 255)}`, bytes: random.int(0, 999_999), score: random.int(0, 99_999) / 1000,
      ok: random.chance(0.5), message: i % 9 ? `GET /page/${random.int(0, 9998)} done` : `said "no", again`,
    }));
    if (lines.length < 10_000 && i + 1 < rows) continue;
    fs.writeSync(out, `${lines.join("\n")}\n`);
    lines = [];
  }
  fs.closeSync(out);
  return { file, rows, size: fs.statSync(file).size };
}

const csvLine = ({ message, ...row }) => `${Object.values(row).join(",")},"${message.replaceAll('"', '""')}"`;

function compareFile(names, { file, rows, size }) {
  const results = compare("tables", names, file);
  for (const [name, { result }] of Object.entries(results)) {
    if (result !== rows) throw new Error(`${name} read ${result} rows of ${rows}`);
  }
  const ours = results[names[0]];
  const row = (what, name, against, goal) => ({
    what, against, ours: perSecond(size, ours), theirs: perSecond(size, results[name]), ratio: results[name].seconds / ours.seconds, ...goal,
  });
  return { results, ours, row };
}

export async function run(report) {
  const csv = writeRows("big.csv", 1_200_000, ["time,host,user,ip,bytes,score,ok,message"], csvLine);
  const { ours, results, row } = compareFile(["huntbook csv", "huntbook csv without a worker", "duckdb", "udsv", "papaparse"], csv);
  const what = `CSV to a table, ${mb(csv.size)}`;
  report.add(row(what, "duckdb", "DuckDB-Wasm, create table", { atLeast: 2 }));
  report.add(row(what, "udsv", "uDSV, typed columns", { atLeast: 4 }));
  report.add(row(what, "papaparse", "Papa Parse, typed objects"));
  report.add(row(what, "huntbook csv without a worker", "huntbook without a worker"));
  const memory = (name, against, goal) => report.add({
    what: "peak memory of that, file included", against, ours: `${ours.peak.toFixed(0)} MB`, theirs: `${results[name].peak.toFixed(0)} MB`, ratio: ours.peak / results[name].peak, ...goal,
  });
  memory("papaparse", "Papa Parse", { atMost: 0.5 });
  memory("duckdb", "DuckDB-Wasm");
  memory("huntbook csv without a worker", "huntbook without a worker");
  const ndjson = writeRows("big.ndjson", 600_000, [], (one) => JSON.stringify(one));
  const json = compareFile(["huntbook ndjson", "huntbook ndjson without a worker", "JSON.parse"], ndjson);
  report.add(json.row(`NDJSON to a table, ${mb(ndjson.size)}`, "JSON.parse", "JSON.parse of each line", { atLeast: 1.3 }));
  report.add(json.row(`NDJSON to a table, ${mb(ndjson.size)}`, "huntbook ndjson without a worker", "huntbook without a worker"));
}
