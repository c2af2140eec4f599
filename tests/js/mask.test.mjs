// Masks of tables as users make them; what masks are is tested beside the code (src/transform/mask).
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const SHARED = path.resolve(import.meta.dirname, "../../../shared");
const ORACLE = path.join(SHARED, "oracle/data_obfus.json");
const seed = "a long random text";

const events = () => hb.Table.fromRows([
  { Account: "CONTOSO\\bob", Computer: "ws1.contoso.com", ip_address: "10.1.2.3", EventID: 4624, Detail: "bob" },
  { Account: "NT AUTHORITY\\SYSTEM", Computer: null, ip_address: "10.1.2.77", EventID: 4625, Detail: "SYSTEM" },
  { Account: "CONTOSO\\bob", Computer: "ws2.contoso.com", ip_address: "8.8.8.8", EventID: 4624, Detail: "10.1.2.3" },
]);

test("known columns are masked, in any case and with underscores", async () => {
  const table = await events();
  const masked = await hb.maskTable(table, { seed });
  assert.deepEqual(masked.columns.map(String), table.columns.map(String));
  for (const name of ["EventID", "Detail"]) assert.deepEqual([...masked.column(name)], [...table.column(name)]);
  const [a, b, c] = masked.rows();
  assert.match(a.Account, /^[A-Z]{12}\\[a-z]{12}$/);
  assert.equal(c.Account, a.Account);
  assert.equal(b.Account, "NT AUTHORITY\\SYSTEM");
  assert.equal(b.Computer, null);
  assert.equal(a.Computer.split(".")[1], c.Computer.split(".")[1]);
  assert.match(a.Computer, /^[a-z]{12}\.[a-z]{12}\.com$/);
  assert.equal(a.ip_address.split(".", 3).join(), b.ip_address.split(".", 3).join());
  assert.notEqual(a.ip_address, b.ip_address);
  assert.deepEqual([...table.column("Account")], ["CONTOSO\\bob", "NT AUTHORITY\\SYSTEM", "CONTOSO\\bob"]);
  assert.deepEqual((await hb.maskTable(table, { seed })).rows(), masked.rows());
  assert.notDeepEqual((await hb.maskTable(table, { seed: "another" })).rows(), masked.rows());
});

test("one value has one mask, everywhere", async () => {
  const masked = await hb.maskTable(await events(), { columns: ["Detail", "Account"], seed });
  const [a, b, c] = masked.rows();
  assert.equal(a.Detail, a.Account.split("\\")[1]);
  assert.equal(a.Detail, await hb.maskText("bob", "str", { seed }));
  assert.equal(b.Detail, "SYSTEM");
  assert.equal(c.Detail, await hb.maskText("10.1.2.3", undefined, { seed }));
  assert.equal(c.ip_address, "8.8.8.8");
});

test("without a seed there is one for this module", async () => {
  const [one, other] = [await hb.maskText("bob"), await hb.maskText("bob")];
  assert.equal(one, other);
  assert.equal((await hb.maskTable(await events(), { columns: { Detail: "str" } })).column("Detail")[0], one);
  const again = await import(`${path.resolve(import.meta.dirname, "../../pkg/node.js")}?again`);
  assert.notEqual(await again.maskText("bob"), one);
});

test("columns of objects are known, and null leaves nothing", async () => {
  const table = await hb.read(JSON.stringify([{ DeviceDetail: { displayName: "ws1", ip: ["10.1.2.3"] }, user: { name: "bob" }, TimeGenerated: "2026-03-14T09:00:00Z" }]));
  const masked = await hb.maskTable(table, { seed });
  const [row] = masked.rows();
  assert.equal(row["user.name"], await hb.maskText("bob", "account", { seed }));
  assert.equal(row["DeviceDetail.displayName"], await hb.maskText("ws1", "str", { seed }));
  assert.deepEqual([...row["DeviceDetail.ip"]], [await hb.maskText("10.1.2.3", "ip", { seed })]);
  const none = await hb.maskTable(table, { columns: { TimeGenerated: "null" } });
  assert.deepEqual([none.rows()[0].TimeGenerated, none.columns.map(({ type }) => type)], [null, table.columns.map(({ type }) => type)]);
});

test("joins and counts stay", async () => {
  const ids = Array.from({ length: 3000 }, (_, i) => `User${(i * 7) % 500}`);
  const table = await hb.Table.fromColumns({ UserName: ids });
  const counts = (values) => [...values.reduce((all, one) => all.set(one, (all.get(one) ?? 0) + 1), new Map()).values()];
  const masked = await hb.maskTable(table, { seed });
  assert.deepEqual(counts([...masked.column("UserName")]), counts(ids));
});

test("what is wrong is said", async () => {
  const table = await events();
  const rows = [
    [() => hb.maskTable(table, { sed: "a" }), "invalidArgument", /no option `sed` \(there are: columns, seed\)/],
    [() => hb.maskTable(table, { seed: "" }), "invalidArgument", /`seed` should be/],
    [() => hb.maskTable(table, 5), "invalidArgument", /options should be an object/],
    [() => hb.maskTable(table, { columns: "Account" }), "invalidArgument", /`columns` should be names/],
    [() => hb.maskTable(table, { columns: { Account: 5 } }), "invalidArgument", /should be strings/],
    [() => hb.maskTable(table, { columns: { Account: "acount" } }), "invalidArgument", /no kind of mask `acount` \(there are: auto, str,/],
    [() => hb.maskTable(table, { columns: ["Acount"] }), "columnNotFound", /no column `Acount`/],
    [() => hb.maskTable(table, { columns: { EventID: "ip" } }), "columnType", /`EventID` should be text, but is int64/],
    [() => hb.maskTable([]), "invalidArgument", /should be a Table/],
    [() => hb.maskText(5), "invalidArgument", /text should be a string/],
    [() => hb.maskText("a", "b"), "invalidArgument", /no kind of mask `b`/],
    [() => hb.maskText("a", "ip", { columns: [] }), "invalidArgument", /no option `columns` \(there is: seed\)/],
    [() => hb.maskTable(table, { signal: AbortSignal.abort() }), "cancelled", /cancelled/],
  ];
  for (const [run, code, message] of rows) await assert.rejects(run(), { name: "HuntbookError", code, message });
});

// Where we differ on purpose: why, and the form of what comes out.
const LIKE_MSTICPY = {
  hash_string: ["str", "twelve letters, so that their number says nothing and short texts do not meet", () => /^[a-zA-Z]{12}$/],
  hash_sid: ["sid", "the same form; the numbers are of the key", (text) => (text.includes("-21-") ? /^S-1-5-21-\d+-\d+-\d+-500$/ : /^S-1-5-18$/)],
  hash_account: ["account", "domain and user are masked each, and what every system has stays", (text) => (text.startsWith("NT") ? /^NT AUTHORITY\\SYSTEM$/ : /^[A-Za-z]{12}(\\[a-z]{12}|@[a-z]{12}\.com)$/)],
};

test("the values of msticpy's own cases", { skip: !fs.existsSync(ORACLE) && `${ORACLE} is absent` }, async () => {
  const { cases } = JSON.parse(fs.readFileSync(ORACLE, "utf8"));
  for (const [name, [kind, why, form]] of Object.entries(LIKE_MSTICPY)) {
    for (const [text, theirs] of cases[name]) {
      const mask = await hb.maskText(text, kind, { seed });
      assert.match(mask, form(text), `${name}: ${why}`);
      // A well-known SID is the one that msticpy leaves too.
      if (name === "hash_sid" && text === theirs) assert.equal(mask, theirs);
    }
  }
});

test("the parts and the one-file build do the same", async () => {
  const inline = await import("../../pkg/inline.js");
  assert.equal(await inline.maskText("bob", "str", { seed }), await hb.maskText("bob", "str", { seed }));
  assert.equal(await inline.sqlToKql("SELECT a FROM T"), "T\n| project a");
});
