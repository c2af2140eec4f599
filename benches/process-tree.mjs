// Process trees: a million processes of 200 machines, and as many as msticpy can do.
import { Random } from "../scripts/samples/random.mjs";
import { compare, counting, ms, rawModule, writeOnce } from "./measure.mjs";

const MILLION = 1_000_000;
/** So many take msticpy some seconds. */
const SHARED = 50_000;
const HOSTS = 200;

const PROGRAMS = ["cmd.exe", "conhost.exe", "powershell.exe", "svchost.exe", "wmiprvse.exe", "msedge.exe", "winword.exe", "ping.exe", "net.exe", "taskhostw.exe", "dllhost.exe", "backgroundtaskhost.exe"]
  .map((name) => `C:\\Windows\\System32\\${name}`);

/** Deeper than this nothing starts anything: in real logs few processes are. */
const MAX_DEPTH = 8;

/** Events 4688 by time: shallow trees, ids that are used again. */
const writeProcesses = (count, hosts) => writeOnce(`processes-${count}.csv`, function* () {
  const random = new Random("processes");
  const running = Array.from({ length: hosts }, () => [{ id: "0x4", name: "C:\\Windows\\System32\\services.exe", depth: 1 }]);
  yield "TimeGenerated,Computer,EventID,NewProcessId,NewProcessName,ProcessId,ParentProcessName,CommandLine,SubjectUserName,SubjectUserSid,SubjectLogonId,TargetLogonId";
  for (let i = 0; i < count; i++) {
    const host = random.int(0, hosts - 1);
    const recent = running[host];
    const parent = recent[random.int(0, recent.length - 1)];
    const name = PROGRAMS[random.int(0, PROGRAMS.length - 1)];
    const own = { id: `0x${(4 * random.int(2, 15_000)).toString(16)}`, name, depth: parent.depth + 1 };
    const time = new Date(1.7e12 + i * 50).toISOString();
    yield `${time},host${host}.example.com,4688,${own.id},${name},${parent.id},${parent.name},${name} /c job-${random.int(0, 99_999)} --quiet,user${random.int(0, 499)},S-1-5-21-${random.int(1000, 1499)},0x${random.int(1000, 9999).toString(16)},0x0`;
    if (own.depth < MAX_DEPTH) recent.push(own);
    if (recent.length > 40) recent.splice(random.int(1, 39), 1);
  }
});

export const contenders = {
  "inside WebAssembly": async (bytes) => {
    const { Table, buildProcessTree, readBytes } = await rawModule();
    const table = Table.fromArrow(readBytes(bytes, { name: "processes.csv" }).toArrow());
    return () => {
      const tree = buildProcessTree(table, undefined, undefined);
      const { numRows } = tree;
      tree.free();
      return numRows;
    };
  },
  huntbook: counting(false, (hb, table) => hb.buildProcessTree(table), (hb, bytes) => hb.read(bytes, { name: "processes.csv" })),
};

export async function run(report, { hasPython }) {
  const million = compare("process-tree", ["huntbook", "inside WebAssembly"], writeProcesses(MILLION, HOSTS));
  const row = (what, name, goal) => report.add({ what, against: "2 s", ours: ms(million[name].seconds), theirs: "", ratio: million[name].seconds, unit: " s", ...goal });
  row("process trees of 1,000,000 processes on 200 machines, in WebAssembly", "inside WebAssembly", { atMost: 2 });
  row("the same as a call: the table of 270 MB goes there, the tree of 500 MB comes back", "huntbook");
  report.note(`Process trees: ${million.huntbook.result} processes with those inferred; a call has ${million.huntbook.peak.toFixed(0)} MB at the peak, the table and the tree included.`);
  if (!hasPython) return;
  // msticpy joins machines with each other, so it gets but one.
  const shared = compare("process-tree", ["huntbook", "inside WebAssembly"], writeProcesses(SHARED, 1), { peers: ["msticpy-process-tree"] });
  const theirs = shared["msticpy-process-tree"];
  const against = (what, ours, goal) => report.add({
    what, against: "msticpy 3.0.2, build_process_tree", ours: ms(ours.seconds), theirs: ms(theirs.seconds), ratio: theirs.seconds / ours.seconds, ...goal,
  });
  against(`process tree of ${SHARED.toLocaleString("en")} processes on one machine, in WebAssembly`, shared["inside WebAssembly"], { atLeast: 50 });
  against("the same as a call", shared.huntbook);
}
