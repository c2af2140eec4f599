// Sessions, outliers and counts, as users call them.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const minutes = (n) => new Date(Date.UTC(2024, 4, 1) + n * 60_000);

/** Nine usual sessions of a day each, and a last one that is not. */
const events = () => hb.Table.fromRows(Array.from({ length: 10 }, (_, day) => ["Set-Mailbox", day < 9 ? "Set-User" : "New-TransportRule"].map((Operation, i) => ({
  TimeGenerated: minutes(day * 1440 + i), UserId: "ann", Operation, Parameters: JSON.stringify(day < 9 ? [{ Name: "Identity", Value: "x" }] : { Identity: "x", BlindCopyTo: "evil@example.com" }),
}))).flat());

for (const worker of [false, true]) {
  test(`sessions are scored and say why, ${worker ? "with" : "without"} a worker`, async () => {
    await hb.init({ worker });
    const sessions = await hb.sessionize(await events(), { groupBy: ["UserId"], paramsColumn: "Parameters" });
    assert.equal(sessions.numRows, 10);
    assert.deepEqual([...sessions.row(9).Events], ["Set-Mailbox", "New-TransportRule"]);
    const scores = await hb.scoreSessions(sessions);
    const strangest = scores.sort("GeoMeanLikelihood").row(0);
    assert.equal(strangest.SessionId, 9);
    assert.equal(strangest.RarestTransition, "Set-Mailbox → New-TransportRule");
    assert.equal(strangest.Why, "Set-Mailbox → New-TransportRule: 1 of 10; New-TransportRule with BlindCopyTo: 1 of 1");
    assert.ok(Math.abs(Math.exp(strangest.LogLikelihood) - strangest.Likelihood) < 1e-12);
    const direct = await hb.scoreSessions(await events(), { sessionize: { groupBy: ["UserId"] }, model: "commands" });
    assert.deepEqual(direct.column("RarestTransition"), scores.column("RarestTransition"));
  });
}

test("a model of some days scores the others", async () => {
  const sessions = await hb.sessionize(await events(), { groupBy: ["UserId"] });
  const last = minutes(9 * 1440);
  for (const lt of [last, last.toISOString()]) {
    const scores = await hb.scoreSessions(sessions, { trainOn: { column: "StartTime", lt } });
    assert.equal(scores.row(9).Why, "Set-Mailbox → New-TransportRule: never seen");
  }
  await assert.rejects(hb.scoreSessions(sessions, { trainOn: { column: "StartTime", lt: minutes(0) } }), { code: "invalidArgument", message: /trainOn leaves no session/ });
  await assert.rejects(hb.scoreSessions(sessions, { windowLength: 3 }), { code: "invalidArgument", message: /did you mean `windowLengths`/ });
  await assert.rejects(hb.scoreSessions(sessions, { sessionize: { groupby: [] } }), { message: /`groupby` in `sessionize`/ });
  await assert.rejects(hb.scoreSessions("text"), { message: /first argument should be a Table/ });
});

test("events have the session that they belong to", async () => {
  const each = await hb.sessionize(await events(), { perEvent: true });
  assert.deepEqual([...each.column("SessionId")].map(Number).slice(0, 4), [0, 0, 1, 1]);
});

test("outliers are marked, ranked and explained", async () => {
  const rows = Array.from({ length: 300 }, (_, i) => ({ Bytes: (i * 37) % 100, Country: "GB", Id: `id${i}` }));
  rows[123].Bytes = 9999;
  const table = await hb.Table.fromRows(rows);
  for (const algorithm of ["isolationForest", "robustRandomCutForest"]) {
    const found = await hb.detectOutliers(table, { algorithm, contamination: 0.01 });
    const first = found.filter({ column: "OutlierRank", eq: 1 }).row(0);
    assert.deepEqual([first.Id, first.IsOutlier, first.OutlierWhy], ["id123", true, "Bytes = 9999 (median 49)"], algorithm);
    const again = await hb.detectOutliers(table, { algorithm, contamination: 0.01, seed: 42 });
    assert.deepEqual(found.column("OutlierScore"), again.column("OutlierScore"));
  }
  await assert.rejects(hb.detectOutliers(table, { algorithm: "forest" }), { code: "invalidArgument", message: /algorithm/ });
});

test("times and values are counted", async () => {
  const table = await hb.Table.fromRows([0, 1, 200, 3000].map((n, i) => ({ TimeGenerated: minutes(n), User: i < 3 ? "ann" : "eve", Bytes: 5 })));
  const bins = await hb.timeBins(table, { bin: "1h", valueColumn: "Bytes" });
  assert.equal(bins.numRows, 51);
  assert.deepEqual([...bins.column("Count")].map(Number).slice(0, 4), [2, 0, 0, 1]);
  assert.equal(bins.row(0).Sum, 10);
  const top = await hb.topValues(table, { columns: ["User"], limit: 1 });
  assert.deepEqual(top.rows(), [{ Column: "User", Value: "ann", Count: 3, Share: 0.75, Distinct: 2 }]);
  const seen = await hb.firstSeen(table, { columns: ["User"] });
  assert.deepEqual(seen.column("User"), ["ann", "eve"]);
  const rare = await hb.rareValues(table, { columns: ["User"] });
  assert.deepEqual(rare.rows().map((row) => [row.User, row.RecentCount, row.SourceIndex]), [["eve", 1, 3]]);
  const until = minutes(200);
  const before = await hb.rareValues(table, { columns: ["Bytes"], recent: "1h", until });
  assert.equal(before.numRows, 0);
  assert.match(before.report.notes[0], /^1 of 4 rows are left out: they have no `TimeGenerated`, or one after `until`$/);
  assert.equal((await hb.rareValues(table, { columns: ["Bytes"], recent: "1h", until: until.toISOString() })).numRows, 0);
  await assert.rejects(hb.rareValues(table, { columns: ["User"], until: 5 }), { code: "invalidArgument", message: /^option `until` should be text, but is 5$/ });
  const days = table.rename("User", "Days");
  await assert.rejects(hb.firstSeen(days, { columns: ["Days"] }), { code: "invalidArgument", message: /`Days` would be twice in the result; rename it before, with rename\(from, to\)/ });
  await assert.rejects(hb.detectPolling(table.rename("User", "Verdict"), { groupBy: ["Verdict"] }), { message: /`Verdict` would be twice/ });
  await assert.rejects(hb.anomalyPeriods(table.rename("User", "StartTime"), { groupBy: ["StartTime"], anomaliesColumn: "Bytes" }), { message: /`StartTime` would be twice/ });
  await assert.rejects(hb.fastCommandRuns(table.rename("User", "Commands"), { groupBy: ["Commands"], commandColumn: "Commands" }), { message: /`Commands` would be twice/ });
  await assert.rejects(hb.rareValues(table, { columns: ["User"], recent: "1M" }), { message: /`recent` should be a length of time/ });
});

test("a text has an entropy, and so has a column", async () => {
  assert.equal(await hb.entropy("aabb"), 1);
  assert.ok(Object.is(await hb.entropy("c"), 0), "not -0");
  const table = await hb.entropy(await hb.Table.fromRows([{ a: "abcd", n: 1 }]));
  assert.deepEqual(table.row(0), { a: "abcd", n: 1, aEntropy: 2 });
  await assert.rejects(hb.entropy(5), { code: "invalidArgument", message: /should be a text or a Table/ });
});
