// The page of examples/duckdb, built by Vite: tables of huntbook in DuckDB-Wasm, and what SQL makes of them in charts.
import assert from "node:assert/strict";
import test from "node:test";
import { openPage, serve } from "../packaging/helpers.mjs";
import { makeSamples, run, scratch, truth } from "../observable/helpers.mjs";

let site;
test.before(async (t) => {
  makeSamples("duckdb/public/samples");
  const folder = scratch(t);
  run("duckdb", "vite/bin/vite.js", ["build", "--logLevel", "error", "--outDir", folder, "--emptyOutDir"]);
  site = await serve(folder);
  t.after(() => site.close());
});

/** The page, once it has the answer to its first question; `ask(act)` is the status after another. */
async function open(t) {
  const { page, log } = await openPage(t);
  const answered = () => page.waitForFunction(() => / rows in |Error/.test(document.getElementById("status").textContent), null, { timeout: 60_000 });
  await page.goto(site.url);
  await answered();
  const ask = async (act) => {
    await page.evaluate(() => (document.getElementById("status").textContent = ""));
    await act();
    await answered();
    return page.textContent("#status");
  };
  const rows = () => page.evaluate(() => {
    const lines = [...document.querySelector("#rows > *").shadowRoot.querySelectorAll(".space .line:not([hidden])")];
    return lines.map((line) => Array.from(line.querySelectorAll("[aria-colindex]"), (cell) => cell.textContent));
  });
  return { page, log, ask, rows };
}

test("a join of a log and indicators: names, sums and times are right", async (t) => {
  const { page, log, rows } = await open(t);
  const { beacon, exfiltration: [upload] } = truth.story;
  const answers = await rows();
  const of = (host) => answers.find((row) => row.includes(host));
  assert.equal(answers.length, 4, answers.join("\n"));
  assert.equal(of(beacon.host)[0], beacon.client);
  // The sum of integers is a DECIMAL of 38 digits in DuckDB, and a number here.
  assert.equal(Number(of(upload.host)[4].replaceAll(/\D/g, "")), upload.bytes);
  assert.equal(Date.parse(`${of(beacon.host)[5].replace(" ", "T")}Z`), Date.parse(beacon.start));
  const chart = await page.evaluate(() => document.querySelector("#chart > *").toTable().rows());
  assert.equal(chart.length, 4, "a bar for each name");
  assert.deepEqual(log, []);
});

test("sums by the hour are a chart of times; what is chosen in it are rows of the answer", async (t) => {
  const { page, log, ask } = await open(t);
  const { exfiltration: [upload] } = truth.story;
  await ask(() => page.click("#questions button:nth-child(2)"));
  const chosen = await page.evaluate(() => {
    const chart = document.querySelector("#chart > *");
    chart.value = { start: new Date("2026-03-12T02:00:00Z"), end: new Date("2026-03-12T04:00:00Z") };
    return chart.selected().rows();
  });
  assert.equal(chosen.length, 3);
  const sum = chosen.reduce((sum, { bytes_out }) => sum + bytes_out, 0);
  assert.ok(sum >= upload.bytes && sum < upload.bytes * 1.01, `${sum} bytes`);
  assert.deepEqual(new Set(chosen.map(({ most_by }) => most_by)), new Set([upload.client]));
  assert.deepEqual(log, []);
});

test("names that nobody visits; then a query of one's own, a wrong one, and a right one again", async (t) => {
  const { page, log, ask, rows } = await open(t);
  const { exfiltration: [, tunnel] } = truth.story;
  await ask(() => page.click("#questions button:nth-child(3)"));
  assert.deepEqual((await rows())[0].slice(1), ["TXT", "quietdune.example.com", String(tunnel.queries)]);

  const own = "SELECT count(*) AS requests, max(timestamp)::DATE AS day, strftime(min(timestamp), '%H:%M') AS at FROM requests";
  await page.fill("#sql", own);
  assert.match(await ask(() => page.press("#sql", "Control+Enter")), /^1 rows in /);
  assert.deepEqual(await rows(), [["16,186", "2026-03-12", "00:06"]].map((row) => row.map((text) => text.replace(",", ""))));
  assert.equal(await page.evaluate(() => document.querySelector("#chart").childElementCount), 0, "a chart without its columns");

  await page.fill("#sql", "SELECT nothing FROM requests");
  assert.match(await ask(() => page.click("#query button")), /Binder Error.*nothing/);
  assert.ok(await page.evaluate(() => document.getElementById("status").hasAttribute("data-failed")));
  assert.deepEqual(log.filter((line) => !line.includes("Binder Error")), []);
  await page.fill("#sql", own);
  assert.match(await ask(() => page.click("#query button")), /^1 rows in /);
});
