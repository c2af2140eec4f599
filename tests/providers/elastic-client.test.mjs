// Elasticsearch's own client asks the stand-in of these tests, which thereby does what that client expects of a server.
import assert from "node:assert/strict";
import test from "node:test";
import { Client } from "@elastic/elasticsearch";
import { startElastic } from "./elastic-server.mjs";

async function connect(t, settings, auth = { apiKey: "key-1" }) {
  const server = await startElastic(t, settings);
  const client = new Client({ node: server.url, auth, maxRetries: 0 });
  t.after(() => client.close());
  return { server, client };
}

const docs = Array.from({ length: 25 }, (_, i) => ({ "@timestamp": new Date(Date.UTC(2024, 0, 1, 0, i)).toISOString(), host: { name: `h${i % 2}` }, n: i }));

test("a search, and one in pages of a point in time", async (t) => {
  const { server, client } = await connect(t, { docs });
  assert.equal((await client.info()).version.number, "9.1.0");
  const found = await client.search({ index: "logs-*", query: { bool: { filter: [{ term: { "host.name": "h1" } }] } }, sort: [{ "@timestamp": "desc" }], size: 5 });
  assert.deepEqual([found.hits.total, found.hits.hits.map(({ _source }) => _source.n)], [{ value: 12, relation: "eq" }, [23, 21, 19, 17, 15]]);
  let { id } = await client.openPointInTime({ index: "logs-*", keep_alive: "1m" });
  const seen = [];
  for (let after; ;) {
    const { pit_id, hits: { hits } } = await client.search({ pit: { id, keep_alive: "1m" }, sort: [{ "@timestamp": "asc" }, { _shard_doc: "asc" }], size: 10, search_after: after });
    id = pit_id;
    seen.push(...hits.map(({ _source }) => _source.n));
    if (hits.length < 10) break;
    after = hits.at(-1).sort;
  }
  assert.deepEqual(seen, docs.map(({ n }) => n));
  assert.equal((await client.closePointInTime({ id })).succeeded, true);
  assert.equal(server.points.size, 0);
});

test("ES|QL at once, and as one that goes on; names of fields", async (t) => {
  const esql = { is_partial: false, columns: [{ name: "n", type: "long" }], values: [[1]] };
  const { server, client } = await connect(t, { esql, polls: 2, fields: { n: { long: { type: "long", metadata_field: false, searchable: true, aggregatable: true } } } });
  assert.deepEqual((await client.esql.query({ query: "FROM logs-*" })).values, [[1]]);
  const { id, is_running } = await client.esql.asyncQuery({ query: "FROM logs-*", wait_for_completion_timeout: "1s" });
  assert.equal(is_running, true);
  assert.equal((await client.esql.asyncQueryGet({ id, wait_for_completion_timeout: "1s" })).is_running, true);
  assert.deepEqual((await client.esql.asyncQueryGet({ id })).values, [[1]]);
  await client.esql.asyncQueryDelete({ id });
  assert.equal(server.running.size, 0);
  assert.equal((await client.fieldCaps({ index: "logs-*", fields: "*" })).fields.n.long.type, "long");
});

test("what is wrong", async (t) => {
  const { client } = await connect(t, { docs });
  await assert.rejects(client.search({ query: { rangee: {} }, index: "logs-*" }), ({ statusCode, message }) => statusCode === 400 && /parsing_exception/.test(message));
  await assert.rejects(client.search({ size: 10_001, index: "logs-*" }), ({ meta }) => /Result window is too large/.test(meta.body.error.reason));
  await assert.rejects(client.esql.query({ query: "FRM x" }), /mismatched input 'FRM'/);
  const { client: other } = await connect(t, {}, { username: "a", password: "b" });
  await assert.rejects(other.info(), ({ statusCode }) => statusCode === 401);
});
