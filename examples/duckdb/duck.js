// DuckDB-Wasm from this server, and tables to it and back, as Arrow.
import * as duckdb from "@duckdb/duckdb-wasm";
import worker from "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url";
import wasm from "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url";
import { Table } from "huntbook";

/** Starts DuckDB in a worker of its own. `eh` is the build for browsers with exceptions in WebAssembly: all since 2022. */
export async function open() {
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(worker));
  await db.instantiate(wasm);
  return db.connect();
}

const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/**
 * Makes a table `name` in DuckDB of a huntbook one. Times are TIMESTAMP there and not TIMESTAMPTZ, whose functions are in an
 * extension that DuckDB would load from the internet; either way they are UTC.
 */
export async function insert(connection, name, table) {
  await connection.insertArrowFromIPCStream(table.toArrow(), { name: "handed_over", create: true });
  const times = table.columns.filter(({ type }) => type === "timestamp").map(({ name }) => quoted(name));
  const replaced = times.length ? `REPLACE (${times.map((time) => `${time}::TIMESTAMP AS ${time}`)})` : "";
  await connection.query(`CREATE OR REPLACE TABLE ${quoted(name)} AS SELECT * ${replaced} FROM handed_over`);
  await connection.query("DROP TABLE handed_over");
}

/** Runs a query; its result is a huntbook table. The bytes go from one module to the other, without an Arrow library between. */
export async function query(connection, sql) {
  const bytes = await connection.useUnsafe((db, id) => db.runQuery(id, sql));
  return Table.fromArrow(bytes);
}
