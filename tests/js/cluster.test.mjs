// Clusters of events, features of processes and the numbers of texts through the package.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));

const event = (exe, cmdline, second) => ({ exe, cmdline, ses: 3, TimeGenerated: new Date(Date.UTC(2024, 0, 1, 0, 0, second)) });
const processes = () => hb.read([
  event("/bin/ls", "ls /tmp/a1", 0),
  event("/tmp/ls", "ls /tmp/a2", 1),
  event("/bin/ls", "ls /tmp/a3", 2),
  event("/bin/ls", "ls /tmp/a1", 3),
]);

test("processes are clustered without options, the odd ones first", async () => {
  const groups = await hb.clusterEvents(await processes());
  const common = { ses: 3, TimeGenerated: new Date("2024-01-01T00:00:00Z") };
  assert.deepEqual(groups.rows(), [
    {
      exe: "/tmp/ls", cmdline: "ls /tmp/a2", ses: 3, TimeGenerated: new Date("2024-01-01T00:00:01Z"),
      Clustered: false, ClusterId: -1, ClusterSize: 1, FirstEventTime: new Date("2024-01-01T00:00:01Z"),
      LastEventTime: new Date("2024-01-01T00:00:01Z"), SourceIndex: 1, SharedCmdline: "ls /tmp/a2",
    },
    {
      exe: "/bin/ls", cmdline: "ls /tmp/a1", ...common,
      Clustered: true, ClusterId: 0, ClusterSize: 3, FirstEventTime: new Date("2024-01-01T00:00:00Z"),
      LastEventTime: new Date("2024-01-01T00:00:03Z"), SourceIndex: 0, SharedCmdline: "ls /tmp/<*>",
    },
  ]);
  const events = await hb.clusterEvents(await processes(), { labels: true });
  assert.deepEqual([...events.column("ClusterId")], [0, -1, 0, 0]);
  assert.deepEqual(events.columns.slice(-3).map(({ name }) => name), ["Clustered", "ClusterId", "ClusterSize"]);
});

test("each algorithm", async () => {
  const table = await hb.read([1, 2, 50, 51, 3].map((x) => ({ x, Message: `took ${x} ms`, when: "later" })));
  const rows = [
    [{ columns: ["x"], scale: "none", eps: 1 }, [0, 0, 1, 1, 0]],
    [{ columns: ["x", "when"], eps: 0 }, [-1, -1, -1, -1, -1]],
    [{ columns: ["x"], algorithm: "kmeans", clusters: 2 }, [0, 0, 1, 1, 0]],
    [{ columns: ["x"], algorithm: "gaussianMixture", clusters: 2 }, [0, 0, 1, 1, 0]],
    [{ algorithm: "templates" }, [0, 0, 0, 0, 0]],
  ];
  for (const [options, expected] of rows) {
    const events = await hb.clusterEvents(table, { ...options, labels: true });
    assert.deepEqual([...events.column("ClusterId")], expected, JSON.stringify(options));
  }
  const templates = await hb.clusterEvents(table, { algorithm: "templates", similarity: 0.6 });
  assert.deepEqual(templates.column("SharedMessage"), ["took <*> ms"]);
});

test("msticpy's features and strings", async () => {
  const table = await hb.addProcessFeatures(await processes());
  const { processName, pathScore, commandlineTokensFull, isSystemSession } = table.row(0);
  assert.deepEqual({ processName, pathScore, commandlineTokensFull, isSystemSession }, { processName: "ls", pathScore: 630, commandlineTokensFull: 3, isSystemSession: false });
  assert.equal(await hb.delimCount("cmd.exe /c dir"), 4);
  assert.equal(await hb.delimHash("cmd.exe /c dir"), 1888901460);
  assert.equal(await hb.charOrdScore("cmd.exe /c dir"), 1205);
  assert.equal(await hb.charOrdScore("cmd.exe /c dir", 10), 120);
  assert.equal(await hb.tokenCount("cmd.exe /c dir"), 3);
  assert.equal(await hb.tokenCount("a,b", ","), 2);
  assert.equal(await hb.crc32("cmd.exe /c dir"), 1909790027);
});

test("errors say what to do", async () => {
  const table = await hb.read([{ x: 1 }]);
  const rows = [
    [() => hb.clusterEvents("a,b"), "invalidArgument", /should be a Table/],
    [() => hb.clusterEvents(table), "invalidArgument", /name what to compare by with columns/],
    [() => hb.clusterEvents(table, { column: ["x"] }), "invalidArgument", /did you mean `columns`/],
    [() => hb.clusterEvents(table, { columns: ["x"], algorithm: "optics" }), "invalidArgument", /`algorithm`.*dbscan/],
    [() => hb.clusterEvents(table, { features: ["pathscore"] }), "invalidArgument", /`features`.*pathScore/],
    [() => hb.clusterEvents(table, { columns: ["x"], eps: NaN }), "invalidArgument", /`eps` should be a finite number/],
    [() => hb.clusterEvents(table, { columns: ["y"] }), "columnNotFound", /no column `y`/],
    [() => hb.addProcessFeatures(table), "invalidArgument", /name yours with programColumn/],
    [() => hb.charOrdScore("a", 0), "invalidArgument", /scale should be a number above 0/],
    [() => hb.charOrdScore("a", "b"), "invalidArgument", /the scale should be a number/],
    [() => hb.tokenCount("a", ""), "invalidArgument", /the delimiter should not be empty/],
    [() => hb.crc32(5), "invalidArgument", /should be a string/],
  ];
  for (const [run, code, message] of rows) await assert.rejects(run, { name: "HuntbookError", code, message });
});

test("work can be cancelled", async () => {
  await assert.rejects(hb.clusterEvents(await processes(), { signal: AbortSignal.abort() }), { code: "cancelled" });
});
