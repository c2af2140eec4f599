// An answer of 300 MB: its rows are read where it is allowed, and it is a clear error where it is not.
import assert from "node:assert/strict";
import http from "node:http";
import { Readable, pipeline } from "node:stream";
import test from "node:test";
import { hb } from "./helpers.mjs";

const BYTES = 300e6;
const COLUMNS = { TimeGenerated: "datetime", EventID: "int", Computer: "string", Account: "string", Process: "string", CommandLine: "string", Id: "long", Score: "real", Success: "bool" };
const row = (i) => `["2024-01-01T10:${String(Math.floor(i / 60) % 60).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}.1234567Z",4688,"host${i % 97}.contoso.com","CONTOSO\\\\user${i % 311}","C:\\\\Windows\\\\System32\\\\cmd.exe","cmd.exe /c \\"echo ${i} >> C:\\\\Temp\\\\out.txt & ping -n 1 10.0.${i % 256}.1\\"",${9007199254740993n + BigInt(i)},${i / 4},${i % 2 === 0}]`;

test("an answer of 300 MB", async (t) => {
  const rows = Array.from({ length: 5000 }, (_, i) => row(i)).join(",");
  const parts = Math.ceil(BYTES / (rows.length + 1));
  const columns = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
  function* body() {
    yield `{"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(columns)},"rows":[`;
    for (let i = 0; i < parts; i++) yield i ? `,${rows}` : rows;
    yield "]}]}";
  }
  const server = http.createServer((request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    pipeline(Readable.from(body()), response, () => {});
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const provider = new hb.QueryProvider("MSSentinel", { proxy: `http://127.0.0.1:${server.address().port}` });
  await provider.connect({ workspace: "ws1", auth: "token-1", transport: "proxy" });
  await assert.rejects(provider.query("T"), { code: "limitExceeded", message: /Log Analytics: the answer has more than 268 MB; ask for fewer rows or columns, split the time with \{ splitBy: "1h" \}, or raise \{ maxBytes \}/ });
  const begun = performance.now();
  const table = await provider.query("T", { maxBytes: 1e9 });
  const seconds = (performance.now() - begun) / 1000;
  t.diagnostic(`${table.numRows} rows, ${((parts * rows.length) / 1e6).toFixed()} MB, in ${seconds.toFixed(1)} s: ${Math.round(table.numRows / seconds)} rows a second`);
  assert.equal(table.numRows, parts * 5000);
  assert.deepEqual(table.columns.map(({ type }) => type), ["timestamp", "int64", "text", "text", "text", "text", "int64", "float64", "bool"]);
  const last = table.row(table.numRows - 1);
  assert.deepEqual([last.Id, last.CommandLine], [9007199254740993n + 4999n, 'cmd.exe /c "echo 4999 >> C:\\Temp\\out.txt & ping -n 1 10.0.135.1"']);
});
