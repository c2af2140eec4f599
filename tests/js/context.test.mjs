// Addresses, names and graphs, as users call them.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

test("an address has a type and a range", async () => {
  assert.equal(await hb.ipType("10.0.0.1"), "Private");
  assert.equal(await hb.ipType("999.0.0.1"), undefined);
  assert.deepEqual(await hb.ipInfo("2001:db8:0::1"), {
    address: "2001:db8::1", version: 6, type: "Documentation", range: "Documentation", network: "2001:db8::/32", source: "RFC 3849",
  });
  assert.equal((await hb.ipInfo("8.8.8.8")).range, null);
});

test("names and URLs have parts", async () => {
  assert.deepEqual(await hb.domainParts("https://Forums.BBC.co.uk/x"), {
    subdomain: "forums", domain: "bbc", suffix: "co.uk", registeredDomain: "bbc.co.uk", unicode: "forums.bbc.co.uk",
  });
  assert.equal(await hb.domainParts("a b"), undefined);
  assert.equal(await hb.validTld("setup.exe"), false);
  assert.deepEqual(await hb.urlParts("http://[::1]:80/x?y"), { scheme: "http", auth: null, host: "[::1]", port: 80, path: "/x", query: "y", fragment: null });
});

const flows = () => hb.Table.fromRows([
  { from: "10.1.0.5", to: "evil.example", port: 443 }, { from: "10.1.0.5", to: "rnicrosoft.com", port: 80 },
  { from: "10.1.0.6", to: "rnicrosoft.com", port: 443 }, { from: "8.8.8.8", to: null, port: 53 },
]);

test("a table of addresses and one of domains", async () => {
  const table = await flows();
  const ips = await hb.describeIps(table, { columns: ["from"], networks: { office: ["10.1.0.0/16"] } });
  assert.deepEqual(ips.column("Network"), ["office", "office", null]);
  assert.deepEqual([...ips.column("Count")], [2, 1, 1]);
  const domains = await hb.checkDomains(table);
  assert.deepEqual(domains.column("LookAlikeOf"), ["microsoft.com"]);
  assert.equal(table.filter({ column: "from", inNetwork: "10.0.0.0/8" }).numRows, 3);
});

for (const worker of [false, true]) {
  test(`a graph is two tables, ${worker ? "with" : "without"} a worker`, async () => {
    await hb.init({ worker });
    const { nodes, edges } = await hb.toGraph(await flows(), "from", "to", { edgeAttributes: ["port"] });
    assert.deepEqual(edges.rows(), [
      { Source: "10.1.0.5", Target: "evil.example", Count: 1, port: 443 },
      { Source: "10.1.0.5", Target: "rnicrosoft.com", Count: 1, port: 80 },
      { Source: "10.1.0.6", Target: "rnicrosoft.com", Count: 1, port: 443 },
    ]);
    assert.deepEqual([...nodes.column("Degree")], [2, 1, 2, 1]);
    assert.deepEqual([...nodes.column("Component")], [0, 0, 0, 0]);
    await hb.init({ worker: false });
  });
}

test("functions of a text can be mapped", async () => {
  assert.deepEqual(await Promise.all(["10.0.0.1", "8.8.8.8"].map(hb.ipType)), ["Private", "Public"]);
});

test("texts in lists count", async () => {
  const table = await hb.read('[{"ips":["10.0.0.1","8.8.8.8"]},{"ips":["8.8.8.8"]}]');
  assert.deepEqual([...(await hb.describeIps(table)).column("Count")], [1, 2]);
});

test("wrong arguments are said", async () => {
  const table = await flows();
  const wrong = (promise, code, message) => assert.rejects(promise, { name: "HuntbookError", code, message });
  await wrong(hb.toGraph(table, "from"), "invalidArgument", /the name of 2 columns/);
  await wrong(hb.toGraph(table, "from", "where"), "columnNotFound", /no column `where`/);
  await wrong(hb.describeIps("text"), "invalidArgument", /should be a Table/);
  await wrong(hb.describeIps(table, { networks: { x: ["10/8"] } }), "invalidArgument", /not a network/);
  await wrong(hb.checkDomains(table, { protect: ["com"] }), "invalidArgument", /not a registered domain/);
  await wrong(hb.checkDomains(table, { columns: ["port"] }), "columnType", /`port` should be text/);
  await wrong(hb.ipType(7), "invalidArgument", /should be a string/);
  await wrong(hb.defang("http://a.example", 7), "invalidArgument", /the type should be a string/);
  await wrong(hb.splitCommandLine("a b", {}), "invalidArgument", /the syntax should be a string/);
});
