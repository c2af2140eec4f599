// Clusters, anomalies, sessions and beacons: each finds what was planted, says why, and shows it in the log.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { BEACON, C2_HOST, EXFIL_HOST, PATIENT, PROCESSES } from "../../scripts/samples/story.mjs";
import { SERVERS } from "../../scripts/samples/world.mjs";
import { demo } from "./helpers.mjs";

/** The demo with a sample and one of these tabs opened. */
async function findings(t, sample, tab) {
  const all = await demo(t, { sample });
  const { page, openTab } = all;
  // When all columns are drawn.
  const row = async (n) => {
    await page.waitForFunction((host) => document.querySelector(`${host} .row`)?.children.length === Number(document.querySelector(host).getAttribute("aria-colcount")), `#${tab}-grid`);
    return page.$$eval(`#${tab}-grid .row`, (rows, n) => Array.from(rows[n].children, (cell) => cell.textContent), n);
  };
  await openTab(tab);
  await page.setViewportSize({ width: 2600, height: 800 });
  return {
    ...all,
    row,
    count: () => page.textContent(`#${tab}-tab small`),
    /** Picks a row by the keyboard; resolves to what is said of it. */
    pick: async (n = 0) => {
      await page.focus(`#${tab}-grid`);
      await page.keyboard.press("Home");
      for (let i = 0; i < n; i++) await page.keyboard.press("ArrowDown");
      await page.evaluate(() => (document.getElementById("status").textContent = ""));
      await page.keyboard.press(" ");
      await page.waitForFunction(() => /\(.*row [\d,]+\)/.test(document.getElementById("status").textContent));
      return page.textContent(`#${tab}-about`);
    },
    /** Chooses of a drop-down, and waits until it is done. */
    choose: async (name, value) => {
      if (!(await page.$(`#${tab} details[open]`))) await page.click(`#${tab} summary`);
      await page.evaluate(() => (document.getElementById("status").textContent = ""));
      await page.selectOption(`#${tab} select[name=${name}]`, value);
      await page.waitForFunction((tab) => {
        const note = document.querySelector(`#${tab}-notice p`)?.textContent;
        return note ? !note.endsWith("…") : document.getElementById("status").textContent.endsWith(".");
      }, tab);
    },
    save: async (format) => {
      await page.click(`#${tab}-export`);
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(`#${tab}-export + .menu button:has-text('${format}')`)]);
      return [download.suggestedFilename(), fs.readFileSync(await download.path())];
    },
  };
}

test("what the attackers started is like no other process, or like few", async (t) => {
  const { page, count, row, pick, save, choose, said, text, rows } = await findings(t, "process-events.csv", "clusters");
  assert.ok(Number(await count()) < 150);
  const [name, json] = await save("JSON");
  assert.equal(name, "process-events-clusters.json");
  const rare = JSON.parse(json).filter(({ ClusterSize }) => ClusterSize <= 2);
  assert.equal(rare.reduce((sum, { ClusterSize }) => sum + ClusterSize, 0), PROCESSES.length);
  for (const { CommandLine, SharedCommandLine } of rare) {
    const shared = SharedCommandLine.split("<*>");
    assert.ok(PROCESSES.some(({ command }) => shared.every((part) => command.includes(part))), CommandLine);
  }
  assert.deepEqual((await row(0)).slice(0, 2), ["1", "wscript.exe"]);

  const said19 = await pick(rare.findIndex(({ ClusterSize }) => ClusterSize === 2));
  assert.match(said19, /^powershell\.exe: 2 of 17,021 rows .* share CommandLine .*-Enc <\*>/);
  await page.click("#clusters-about button");
  await said(/^2 rows shown/);
  assert.match(await text("#row-count"), /^2 of 17,021 rows · powershell\.exe$/);
  assert.equal((await rows()).length, 2);
  await page.click("#clear");
  await said(/^All rows shown/);

  await page.fill("#clusters-filter", "MINIDUMP");
  await said(/^1 cluster found/);
  await choose("by", "columns");
  assert.match(await text("#clusters summary"), /^Alike are rows that agree in EventID/);
});

test("templates of messages: those of the attack come once", async (t) => {
  const { row, pick, text } = await findings(t, "syslog.log", "clusters");
  assert.match(await text("#clusters summary"), /SyslogMessage/);
  const templates = await Promise.all([0, 1, 2, 3, 4, 5].map(async (n) => (await row(n))[1]));
  assert.ok(templates.some((template) => /^new executable path=\/tmp\/\.cache\/kworkerd/.test(template)), templates.join("\n"));
  assert.match(await pick(0), /Like no other of 13,007 rows/);
});

test("what left before dawn is an anomaly, and whose it is", async (t) => {
  const { page, open, openTab, text, row, pick, save, choose, count, said } = await findings(t, "proxy.tsv", "anomalies");
  assert.equal(await count(), "2");
  assert.deepEqual([await row(0), await row(1)].map(([time]) => time), ["2026-03-12 03:00", "2026-03-12 02:00"]);
  assert.match(await page.getAttribute("#anomalies .stage", "aria-label"), /^bytes_out\. bytes_out over time: 72 values, .* 2 above and 0 below/);
  const why = await pick();
  assert.equal(+(await page.$eval("#anomalies huntbook-chart", (chart) => chart.value.time)), Date.UTC(2026, 2, 12, 3));
  assert.match(why, /4,325,\d{3},\d{3} of bytes_out, where trend and season let expect/);
  assert.ok(why.includes(`host ${EXFIL_HOST}`) && why.includes(`client_ip ${SERVERS.files.ip}`), why);
  await page.click("#anomalies-about button");
  await said(/^152 rows shown/);
  const [name, csv] = await save("CSV");
  assert.equal(name, "proxy-anomalies.csv");
  assert.match(csv.toString(), /^timestamp,bytes_out,.*\r\n2026-03-12T03:00/);

  // By their numbers, for each client: it was not there before.
  await choose("value", "");
  await choose("group", "client_ip");
  assert.deepEqual((await row(0)).slice(0, 2), ["2026-03-12 03:00", SERVERS.files.ip]);
  assert.equal(await text("#anomalies .title"), `Rows of ${SERVERS.files.ip}`);

  // Another log: its own columns.
  await open(() => page.evaluate(() => (location.hash = "sample=dns.ndjson.gz")));
  assert.equal(await count(), "");
  await openTab("anomalies");
  assert.equal(await text("#anomalies summary"), "Rows per hour of ts. Change");
  assert.equal((await row(0))[0], "2026-03-12 01:00");
  assert.match(await pick(), /qtype TXT/);
});

test("what the attackers did on the web server is the strangest session", async (t) => {
  const { page, row, pick, save, said, rows, text } = await findings(t, "audit.log", "sessions");
  assert.equal((await row(0))[0], "0 · 417");
  const steps = "bash → id → mkdir → curl → chmod → kworkerd → crontab → bash → cat → pg_dump";
  assert.ok((await pick()).startsWith(`auid 0, ses 417: 10 steps in 3 min 52 s: ${steps}. The rarest is bash: 1 of 458 sessions begin with it.`));
  await page.click("#sessions-about button");
  await said(/^10 rows shown/);
  assert.equal((await rows()).length, 10);
  await page.fill("#row-filter", "pg_dump");
  await said(/^1 row shown/);
  const [name, arrow] = await save("Arrow");
  assert.equal(name, "audit-sessions.arrow");
  assert.equal(arrow.readUInt32LE(0), 0xffffffff, "an Arrow stream");
  await page.fill("#sessions-filter", "crontab");
  await said(/^1 session found/);
  assert.equal(await text("#sessions-tab small"), "458");
});

test("programs count by their names: the attack begins the list", async (t) => {
  const { row } = await findings(t, "process-events.csv", "sessions");
  const steps = await Promise.all([0, 1, 2].map(async (n) => (await row(n))[2].split(" → ")[0]));
  assert.deepEqual(steps, ["wscript.exe", "certutil.exe", "whoami.exe"]);
});

test("a beacon is found by its pair, with interval and jitter", async (t) => {
  const { page, open, openTab, row, pick, choose, count, said } = await findings(t, "proxy.tsv", "beacons");
  assert.equal(await count(), "2");
  const [client, host, every, , score, events] = await row(0);
  assert.deepEqual([client, host], [PATIENT.host.ip, C2_HOST]);
  assert.ok(Math.abs(Number.parseFloat(every) - BEACON.periodSeconds) < 0.5, every);
  assert.deepEqual([score, events], ["97 %", "2,571"]);
  assert.match(await pick(), /Every 59\.8 s, give or take 4\.8 s \(7\.9 %\): 2,571 rows in 1 d 18 h, .* p = \de-\d+/);
  assert.equal((await row(1))[1], EXFIL_HOST);
  await page.click("#beacons-about button");
  await said(/^2,571 rows shown/);
  await choose("shown", "all");
  assert.equal(await count(), "652");

  await open(() => page.evaluate(() => (location.hash = "sample=dns.ndjson.gz")));
  await openTab("beacons");
  assert.deepEqual((await row(0)).slice(0, 3), [PATIENT.host.ip, C2_HOST, "5 min 6 s"]);
  assert.equal(await count(), "1", "no other of so many pairs");
});

test("a table of several logs is looked at by columns of the same rows", async (t) => {
  const { row, openTab, page } = await findings(t, "intrusion.zip", "beacons");
  assert.deepEqual((await row(0)).slice(0, 2), [PATIENT.host.ip, C2_HOST]);
  await openTab("anomalies");
  assert.equal(await page.textContent("#anomalies-grid .row .cell"), "2026-03-12 03:00");
});

test("a log that a tab cannot use says so in it, and what to do", async (t) => {
  const { page, open, choose, openTab, text } = await demo(t);
  await open(() => choose(["x.csv", "a,b\nx,1\ny,2\n"]));
  for (const tab of ["anomalies", "sessions", "beacons"]) {
    await openTab(tab);
    assert.match(await text(`#${tab}-notice`), /^This log has no column of times/);
    assert.ok(await page.isHidden(`#${tab} details`));
  }
  await openTab("clusters");
  assert.equal((await page.$$("#clusters-grid .row")).length, 2);

  // A log of a minute, one row a second: bars of seconds are chosen; wider ones are too few.
  const lines = Array.from({ length: 200 }, (_, i) => `${new Date(Date.UTC(2026, 0, 1, 0, 0, i)).toISOString()},${i === 130 ? 900 : 5 + (i % 7)}`);
  await open(() => choose(["y.csv", `time,bytes\n${lines.join("\n")}\n`]));
  await openTab("anomalies");
  assert.equal(await text("#anomalies summary"), "Sum of bytes per second of time. Change");
  assert.equal(await page.textContent("#anomalies-grid .row .cell:nth-child(2)"), "900");
  await page.click("#anomalies summary");
  await page.focus("#anomalies select[name=bin]");
  await page.selectOption("#anomalies select[name=bin]", "1h");
  await page.waitForFunction(() => /too short for such bars: it has 1, and two seasons are 48\. Choose narrower/.test(document.getElementById("anomalies-notice").textContent));
  assert.ok(await page.isVisible("#anomalies select[name=bin]"));
  assert.ok(await page.isHidden("#anomalies-filter"));
  assert.ok(await page.isHidden("#error"));
  await page.selectOption("#anomalies select[name=bin]", "1s");
  await page.waitForSelector("#anomalies-grid .row");
});

test("work that is stopped can be done after all; another choice takes its place", async (t) => {
  const { page, open, choose, text } = await demo(t);
  const lines = Array.from({ length: 20_000 }, (_, i) => `${new Date(Date.UTC(2026, 0, 1) + i * 1777).toISOString()},h${i % 7919},k${(i * i) % 31}`);
  await open(() => choose(["big.csv", `time,host,kind\n${lines.join("\n")}\n`]));
  // In one turn of the page, so that the work cannot end before.
  const at = (run) => page.evaluate(run);
  await at(() => {
    document.getElementById("clusters-tab").click();
    document.getElementById("cancel").click();
  });
  await page.waitForSelector("#clusters-notice button:has-text('Do it')");
  assert.match(await text("#clusters-notice"), /^Stopped\./);
  await at(() => {
    document.querySelector("#clusters-notice button").click();
    const select = document.querySelector("#clusters select[name=first]");
    select.value = "kind";
    select.dispatchEvent(new Event("change"));
  });
  await page.waitForSelector("#clusters-grid .row");
  assert.equal(await text("#clusters summary"), "Alike are rows that agree in kind; numbers may differ a little. Change");
  assert.ok(Number(await text("#clusters-tab small")) <= 31);
});
