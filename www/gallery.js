// Every chart and widget, beside the code that makes it: what is shown is the function that runs.
import * as hb from "../pkg/index.js";
import { element } from "./text.js";
import "./theme.js";
import { WIDGETS } from "./widgets.js";

const EXAMPLES = {
  timeline: ["When processes were started, and where. Each lane is a computer; the darker, the more.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    return hb.timeline(processes, {
      title: "Processes by computer",
      groupBy: "Computer",
      sourceColumns: ["Account", "NewProcessName", "CommandLine"],
      refTime: { time: "2026-03-10T13:47:12Z", label: "first encoded PowerShell" },
    });
  }],
  timelineValues: ["What was sent to the web, in bytes. A bar is the most of its pixel: zoom in, and it comes apart.", async () => {
    const requests = await hb.read(await fetch("samples/proxy.tsv"));
    return hb.timelineValues(requests, {
      title: "Bytes sent",
      valueColumn: "bytes_out",
      kind: "bar",
      sourceColumns: ["user", "method", "host"],
    });
  }],
  timelineDuration: ["From when to when each account started processes, by who came first.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    return hb.timelineDuration(processes, { title: "Accounts", groupBy: "Account" });
  }],
  timeSeries: ["Sign-ins per hour, what trend and season let expect, and the hours that they do not explain.", async () => {
    const signIns = await hb.read(await fetch("samples/sign-ins.ndjson"));
    const series = await hb.timeSeriesAnomalies(signIns, { bin: "1h", period: "1d", seasonalDegree: 0 });
    return hb.timeSeries(series, { title: "Sign-ins per hour", components: true });
  }],
  matrix: ["Who ran what: a circle for each account and program, the more often the larger. Programs that few accounts run stand apart.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    return hb.matrix(processes, {
      title: "Programs by account",
      x: "Account",
      y: "NewProcessName",
      logSize: true,
    });
  }],
  heatmap: ["When people sign in, in their time zone: what is outside working hours is worth a look.", async () => {
    const signIns = await hb.read(await fetch("samples/sign-ins.ndjson"));
    return hb.heatmap(signIns, { title: "Sign-ins by hour", timeZone: "Europe/Berlin" });
  }],
  clusters: ["Command lines that are alike, by time: the largest clusters have colours, what is like nothing else is noise.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    const labelled = await hb.clusterEvents(processes, { labels: true });
    return hb.clusters(labelled, {
      title: "Clusters of command lines",
      x: "TimeGenerated",
      y: "ClusterId",
      sourceColumns: ["CommandLine", "Account"],
    });
  }],
  processTree: ["Who started what. Triangles open and close, a click on a line shows all that the log has of it.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    const around = processes.filter({
      and: [
        { column: "Computer", startsWith: "WS-102" },
        { column: "TimeGenerated", between: ["2026-03-10T13:30:00Z", "2026-03-10T15:00:00Z"] },
      ],
    });
    const tree = await hb.buildProcessTree(around);
    return hb.processTree(tree, { title: "Processes of WS-102", legendColumn: "SubjectUserName" });
  }],
  sessions: ["How likely it is what users did one after the other; of the one that is chosen, its steps.", async () => {
    const processes = await hb.read(await fetch("samples/process-events.csv"));
    const named = await hb.addProcessFeatures(processes, { programColumn: "NewProcessName" });
    const sessions = await hb.sessionize(named, { groupBy: ["Computer", "SubjectUserName"], eventColumn: "processName", maxGapMinutes: 10 });
    return hb.sessions(await hb.scoreSessions(sessions), { title: "Sessions of programs", top: 12 });
  }],
  network: ["Whose sign-ins failed, and from which addresses: one address that tried many accounts is a star of its own.", async () => {
    const signIns = await hb.read(await fetch("samples/sign-ins.ndjson"));
    const failed = signIns.filter({ column: "status.errorCode", ne: 0 });
    return hb.network(failed, { title: "Failed sign-ins", source: "ipAddress", target: "userPrincipalName" });
  }],
  map: ["Where people signed in from. A disc has all that is near it, until it is looked at from near.", async () => {
    const signIns = await hb.read(await fetch("samples/sign-ins.ndjson"));
    return hb.map(signIns, {
      title: "Sign-ins",
      latColumn: "location.geoCoordinates.latitude",
      longColumn: "location.geoCoordinates.longitude",
      sourceColumns: ["userPrincipalName", "ipAddress", "location.city"],
    });
  }],
  entityGraph: ["Alerts, the entities that they share, and what an analyst notes beside them.", async () => {
    const host = { Type: "host", HostName: "WS-107" };
    const account = { Type: "account", Name: "m.nowak" };
    const address = { Type: "ip", Address: "198.51.100.61" };
    const alerts = await hb.Table.fromRows([
      { AlertName: "Encoded PowerShell", SystemAlertId: "a1", TimeGenerated: new Date("2026-03-10T13:47:12Z"), Entities: JSON.stringify([host, account]) },
      { AlertName: "Beacon", SystemAlertId: "a2", TimeGenerated: new Date("2026-03-10T14:02:00Z"), Entities: JSON.stringify([host, address]) },
    ]);
    const graph = hb.entityGraph(alerts, { title: "Case 12" });
    graph.addNote("asked m.nowak: did not run it", { attachedTo: "m.nowak" });
    return graph;
  }],
  tableView: ["The rows themselves: sort by a head, filter, search, choose. A million of them scroll as well.", async () => {
    const signIns = await hb.read(await fetch("samples/sign-ins.ndjson"));
    return hb.tableView(signIns, { title: "Sign-ins", height: 300 });
  }],
};

/** The lines of a function's body. */
function bodyOf(run) {
  const lines = run.toString().split("\n").slice(1, -1);
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent)).join("\n");
}

const short = (part) => (part?.length > 6 && typeof part !== "string" ? `${part.constructor.name}(${part.length})`
  : part instanceof Date ? part.toISOString() : part instanceof File ? `File(${JSON.stringify(part.name)})` : JSON.stringify(part));

/** What is chosen, as one line. */
function inWords(value) {
  if (value?.constructor !== Object) return short(value);
  return `{ ${Object.entries(value).map(([name, part]) => `${name}: ${short(part)}`).join(", ")} }`;
}

async function run(place, said, what, make) {
  const waiting = element("p", { textContent: "Reading and drawing…" });
  place.append(waiting);
  try {
    const made = await make();
    const tell = () => (said.textContent = `${what}.value: ${inWords(made.value)}${made.value === null && what === "chart" ? " (drag or click to choose)" : ""}`);
    made.addEventListener("input", tell);
    place.replaceChildren(made);
    tell();
  } catch (error) {
    waiting.setAttribute("role", "alert");
    waiting.textContent = error.message;
  }
}

const waiting = new Map();
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    void run(target.querySelector(".chart"), target.querySelector(".value"), ...waiting.get(target));
  }
}, { rootMargin: "400px" });

/** Puts sections of `examples` where they belong, and links to them above. */
function list(examples, what) {
  for (const [name, [words, make]] of Object.entries(examples)) {
    const section = element("section", { id: name },
      element("h3", { textContent: name }),
      element("p", { textContent: words }),
      element("div", {},
        element("div", { className: "chart" }),
        element("p", { className: "value" })),
      element("pre", { className: "code", tabIndex: 0, ariaLabel: `Code of ${name}`, role: "region" }, element("code", { textContent: bodyOf(make) })));
    document.getElementById(`${what}s`).append(section);
    document.getElementById(`${what}-contents`).append(element("a", { href: `#${name}`, textContent: name }));
    waiting.set(section, [what, make]);
    seen.observe(section);
  }
}

list(EXAMPLES, "chart");
list(WIDGETS, "widget");
// The page was as good as empty when its address was read.
document.getElementById(location.hash.slice(1))?.scrollIntoView();
