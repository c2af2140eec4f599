// Process trees and command lines through the package.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));

const event = (pid, ppid, exe, second, host = "web1") => ({
  EventType: "SYSCALL_EXECVE", Computer: host, pid, ppid, exe, cmdline: `${exe} -x`, TimeGenerated: `2024-01-01T00:00:0${second}Z`,
});
const log = () => hb.read([event(20, 10, "/bin/sh", 1), event(30, 20, "/bin/ls", 2), event(31, 20, "/bin/id", 3)]);
const programs = (tree) => tree.rows().map((row) => row.exe);

test("a tree has the log's columns and its own, parents first", async () => {
  const tree = await hb.buildProcessTree(await log());
  assert.deepEqual(programs(tree), ["/bin/sh", "/bin/ls", "/bin/id", null]);
  assert.deepEqual(programs(tree.sort("TreeOrder")), [null, "/bin/sh", "/bin/ls", "/bin/id"]);
  assert.deepEqual(tree.row(3), {
    EventType: null, Computer: "web1", pid: 10, ppid: null, exe: null, cmdline: null, TimeGenerated: null,
    ProcKey: "unknown|10|1970-01-01 00:00:00.000000", ParentKey: null, SourceIndex: 3, ParentIndex: null,
    Inferred: true, IsRoot: true, IsLeaf: false, IsBranch: false, Depth: 1, TreeOrder: 0, Path: "00003",
  });
  assert.equal(tree.row(1).Path, "00003/00000/00001");
  assert.equal(tree.row(1).ParentKey, tree.row(0).ProcKey);
});

test("walks take a key or a row", async () => {
  const tree = await hb.buildProcessTree(await log());
  const [shell, list] = tree.rows();
  const rows = [
    ["getRoots", [tree], [null]],
    ["getProcess", [tree, shell.ProcKey], ["/bin/sh"]],
    ["getRoot", [tree, list], [null]],
    ["getRootTree", [tree, list], [null, "/bin/sh", "/bin/ls", "/bin/id"]],
    ["getParent", [tree, list], ["/bin/sh"]],
    ["getChildren", [tree, shell], ["/bin/sh", "/bin/ls", "/bin/id"]],
    ["getChildren", [tree, shell, { includeSource: false }], ["/bin/ls", "/bin/id"]],
    ["getDescendants", [tree, tree.row(3), { maxLevels: 1 }], [null, "/bin/sh"]],
    ["getAncestors", [tree, list.ProcKey], [null, "/bin/sh", "/bin/ls"]],
    ["getSiblings", [tree, list, { includeSource: false }], ["/bin/id"]],
  ];
  for (const [fn, args, expected] of rows) assert.deepEqual(programs(await hb[fn](...args)), expected, fn);
  assert.equal(await hb.getTreeDepth(tree), 3);
  assert.equal(await hb.getTreeDepth(tree, shell), 2);
  assert.deepEqual(await hb.getSummaryInfo(tree), {
    processes: 4, rootProcesses: 1, leafProcesses: 2, branchProcesses: 1, isolatedProcesses: 0, inferredProcesses: 1, largestTreeDepth: 3,
  });
  assert.equal(await hb.treeToText(tree, { template: "{exe}" }), "+\n   +--  /bin/sh\n      +--  /bin/ls\n      +--  /bin/id\n");
});

test("a schema of one's own", async () => {
  const list = await hb.read([{ Pid: 4, Ppid: 0, Name: "System" }, { Pid: 300, Ppid: 4, Name: "smss.exe" }]);
  const tree = await hb.buildProcessTree(list, { schema: { processId: "Pid", parentId: "Ppid", processName: "Name" } });
  assert.deepEqual(tree.column("Depth"), Int32Array.of(2, 3, 1));
  assert.match(await hb.treeToText(tree), /Process: smss.exe {2}PID: 300/);
  assert.deepEqual(await hb.getProcessSchema(tree), { processId: "Pid", parentId: "Ppid", processName: "Name" });
  await assert.rejects(hb.getProcessSchema(list), { code: "invalidArgument" });
});

test("risky command lines have their rule, also in base64", async () => {
  const encoded = Buffer.from("vssadmin delete shadows /all", "utf16le").toString("base64");
  const table = await hb.read([{ CommandLine: "ls" }, { CommandLine: `powershell -enc ${encoded}` }]);
  const risky = await hb.riskyCommandLines(table);
  const rows = risky.rows().map(({ SourceIndex, RuleId, Techniques, Decoded }) => [SourceIndex, RuleId, Techniques, Decoded]);
  assert.deepEqual(rows, [
    [1, "powershell-encoded", "T1059.001, T1027.010", null],
    [1, "shadow-copies-deleted", "T1490", "vssadmin delete shadows /all"],
  ]);
  const own = { rules: [{ id: "list", name: "Listed", severity: "low", pattern: "^ls$" }], builtInRules: false };
  assert.deepEqual((await hb.riskyCommandLines(table, own)).column("Match"), ["ls"]);
});

test("fast runs, whatever the order of rows", async () => {
  const commands = [2, 0, 1].map((second) => ({ TimeGenerated: `2024-01-01T00:00:0${second}Z`, Command: `c${second}`, Computer: "web1" }));
  const runs = await hb.fastCommandRuns(await hb.read(commands), { events: 2, groupBy: ["Computer"] });
  assert.deepEqual(runs.rows(), [{
    Computer: "web1", StartTime: new Date("2024-01-01T00:00:00Z"), EndTime: new Date("2024-01-01T00:00:02Z"),
    DurationSeconds: 2, CommandCount: 3, SourceIndex: 1, Commands: ["c0", "c1", "c2"],
  }]);
});

test("command lines are split, PowerShell is made pretty", async () => {
  assert.deepEqual(await hb.splitCommandLine('"C:\\a b\\x.exe" /c "d e"', "windows"), ["C:\\a b\\x.exe", "/c", "d e"]);
  assert.deepEqual(await hb.splitCommandLine("echo 'a b'", "posix"), ["echo", "a b"]);
  assert.equal(await hb.prettyPowershell("$A='x;Y';IEX $A"), "$A='x;Y'\nIEX $A");
});

test("errors say what to do", async () => {
  const tree = await hb.buildProcessTree(await log());
  const rows = [
    [() => hb.buildProcessTree("a,b"), "invalidArgument", /should be a Table/],
    [() => hb.buildProcessTree(tree.select(["pid"])), "invalidArgument", /`linux` comes nearest, but lacks `ppid`/],
    [() => hb.buildProcessTree(tree, { scheme: "linux" }), "invalidArgument", /did you mean `schema`/],
    [() => hb.buildProcessTree(tree, { schema: { processId: "pid", parentId: "ppid", name: "x" } }), "invalidArgument", /`name` in `schema`/],
    [() => hb.getChildren(tree, "nobody"), "invalidArgument", /no process `nobody`/],
    [() => hb.getChildren(tree, 5), "invalidArgument", /a ProcKey or a row/],
    [() => hb.getChildren(tree, tree.row(0), { depth: 1 }), "invalidArgument", /there is no option `depth`/],
    [() => hb.riskyCommandLines(tree.select(["pid"])), "invalidArgument", /name yours with commandColumn/],
    [() => hb.riskyCommandLines(tree, { rules: [{ id: "x", name: "x", severity: "low", pattern: "(" }] }), "invalidArgument", /rule `x`/],
    [() => hb.splitCommandLine("a", "vms"), "invalidArgument", /"windows" or "posix"/],
    [() => hb.splitCommandLine("a", 5), "invalidArgument", /the syntax should be a string/],
    [() => hb.splitCommandLine("a"), "invalidArgument", /"windows" or "posix"/],
    [() => hb.splitCommandLine(5, "posix"), "invalidArgument", /should be a string/],
  ];
  for (const [run, code, message] of rows) await assert.rejects(run, { name: "HuntbookError", code, message });
});

test("a tree can be cancelled", async () => {
  const signal = AbortSignal.abort();
  await assert.rejects(hb.buildProcessTree(await log(), { signal }), { code: "cancelled" });
});
