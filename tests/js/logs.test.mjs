// Logs of Linux machines through the package, as a user calls it. Uses `pkg/`.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { gzipSync } from "node:zlib";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));

const AUDIT = [
  'node=h1 type=SYSCALL msg=audit(1551485460.889:815): arch=c000003e syscall=59 success=yes ppid=1 pid=2 auid=4294967295 uid=0 ses=3 comm="ls" exe="/bin/ls"',
  'node=h1 type=EXECVE msg=audit(1551485460.889:815): argc=4 a0="ls" a1="-l" a2="-a" a3=2F6D7920646972',
  "node=h1 type=SOCKADDR msg=audit(1551485460.889:816): saddr=02000035A83F81100000000000000000",
].join("\n");

const pick = (row, names) => Object.fromEntries(names.map((name) => [name, row[name]]));

test("readAuditd takes text, bytes, a gzip file and a table", async () => {
  const expected = { EventType: "SYSCALL_EXECVE", Computer: "h1", pid: 2, auid: -1, cmdline: "ls -l -a /my dir", args: ["ls", "-l", "-a", "/my dir"], RecordCount: 2 };
  const bytes = new TextEncoder().encode(AUDIT);
  const lines = await hb.read(AUDIT, { format: "text" });
  for (const source of [AUDIT, bytes, new File([gzipSync(bytes)], "audit.log.1.gz"), lines]) {
    const events = await hb.readAuditd(source);
    assert.equal(events.numRows, 2);
    const [process, address] = events.rows();
    assert.deepEqual(pick(process, Object.keys(expected)), expected);
    assert.deepEqual(process.TimeGenerated, new Date("2019-03-02T00:11:00.889Z"));
    assert.deepEqual(pick(address, ["EventType", "laddr", "lport", "pid"]), { EventType: "SOCKADDR", laddr: "168.63.129.16", lport: 53, pid: null });
  }
});

test("a bad line is named, or skipped and counted", async () => {
  const file = new File([`${AUDIT}\ntype=EXE`], "audit.log");
  await assert.rejects(hb.readAuditd(file), { code: "badInput", message: /^audit\.log, line 4: .*`type=EXE`/ });
  const events = await hb.readAuditd(file, { onBadRow: "skip" });
  assert.deepEqual([events.numRows, events.report.skippedRows, events.report.name], [2, 1, "audit.log"]);
  await assert.rejects(hb.readAuditd(AUDIT, { onBadrow: "skip" }), { code: "invalidArgument", message: /did you mean `onBadRow`/ });
});

const SYSLOG = [
  "Dec 31 23:58:00 web1 sshd[7]: Accepted publickey for bob from 10.0.0.1 port 50000 ssh2: RSA SHA256:x",
  "Dec 31 23:59:00 web1 sshd[7]: pam_unix(sshd:session): session opened for user bob by (uid=0)",
  "Jan  1 00:00:00 web1 sudo: bob : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/bash",
  "Jan  1 00:01:00 web1 sshd[7]: pam_unix(sshd:session): session closed for user bob",
].join("\n");

test("readSyslog knows the year from options or the clock", async () => {
  const messages = await hb.readSyslog(SYSLOG, { year: 2023 });
  assert.deepEqual(messages.column("TimeGenerated").map(Number), ["2023-12-31T23:58", "2023-12-31T23:59", "2024-01-01T00:00", "2024-01-01T00:01"].map((time) => Date.parse(`${time}Z`)));
  const recent = await hb.readSyslog(SYSLOG);
  const latest = Math.max(...recent.column("TimeGenerated").map(Number));
  const now = Date.now();
  assert.ok(latest <= now + 864e5 && latest > now - 366 * 864e5, String(latest));
  const before = await hb.readSyslog(SYSLOG, { now: Date.UTC(2021, 5, 1) });
  assert.equal(before.row(0).TimeGenerated.toISOString(), "2020-12-31T23:58:00.000Z");
});

test("sessions, sudo and hosts of a table", async () => {
  const messages = await hb.readSyslog(SYSLOG, { year: 2023 });
  const [session] = (await hb.logonSessions(messages)).rows();
  assert.deepEqual(pick(session, ["User", "SourceIP", "ProcessID", "DurationSec"]), { User: "bob", SourceIP: "10.0.0.1", ProcessID: 7, DurationSec: 120 });
  const [risk] = (await hb.riskySudoSessions(messages)).rows();
  assert.deepEqual(pick(risk, ["User", "Reason", "Command", "RuleId", "Session"]), { User: "bob", Reason: "risky command", Command: "/bin/bash", RuleId: "interactive-root-shell", Session: null });
  const [host] = (await hb.hostSummary(messages)).rows();
  assert.deepEqual(pick(host, ["Computer", "Messages", "Users", "SourceIPs"]), { Computer: "web1", Messages: 4, Users: ["bob", "root"], SourceIPs: ["10.0.0.1"] });
  await assert.rejects(hb.logonSessions(SYSLOG), { code: "invalidArgument", message: /should be a Table/ });
  await assert.rejects(hb.riskySudoSessions(messages, { rules: [{ id: "x", name: "x", severity: "low", pattern: "(" }] }), { code: "invalidArgument" });
});

test("osquery, Velociraptor and web logs are formats of read", async () => {
  const osquery = await hb.read('{"name":"p","hostIdentifier":"h","unixTime":1678936138,"columns":{"pid":"12"},"action":"added"}\n');
  assert.deepEqual([osquery.report.format, osquery.row(0).pid, osquery.row(0).unixTime], ["osquery", 12, new Date(1678936138000)]);
  const artifact = await hb.read('{"Pid":4}\n{"Pid":5}\n', { name: "Windows.System.Pslist.json", format: "velociraptor" });
  assert.deepEqual(artifact.rows(), [{ Artifact: "Windows.System.Pslist", Pid: 4 }, { Artifact: "Windows.System.Pslist", Pid: 5 }]);
  const web = await hb.read('::1 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 404 12 "-" "curl"\n');
  assert.deepEqual([web.report.format, web.row(0).Url, web.row(0).Status], ["weblog", "/a", 404]);
});
