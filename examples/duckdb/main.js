// The page: three logs and the indicators of a report as tables of DuckDB, questions about them, and charts of the answers.
import * as hb from "huntbook";
import { insert, open, query } from "./duck.js";

const QUESTIONS = [
  {
    title: "Who asked for what the report names?",
    sql: `SELECT client_ip, host, IoCType AS named_as, count(*) AS requests,
  sum(bytes_out) AS bytes_out, min(timestamp) AS first, max(timestamp) AS last
FROM requests JOIN iocs ON host = Observable
GROUP BY ALL
ORDER BY first`,
    chart: (answer) => hb.timelineDuration(answer, { title: "From when to when", timeColumn: "first", endTimeColumn: "last", groupBy: "host" }),
  },
  {
    title: "When was how much sent, and mostly by whom?",
    sql: `SELECT date_trunc('hour', timestamp) AS hour, sum(bytes_out) AS bytes_out,
  arg_max(client_ip, bytes_out) AS most_by
FROM requests
GROUP BY hour
ORDER BY hour`,
    chart: (answer) => hb.timelineValues(answer, { title: "Bytes sent", timeColumn: "hour", valueColumn: "bytes_out", sourceColumns: "most_by", kind: "bar" }),
  },
  {
    title: "Who asks DNS for names that nobody visits?",
    sql: `SELECT "client.host" AS client, qtype, regexp_extract(query, '[^.]+\\.[^.]+\\.[^.]+$') AS domain,
  count(DISTINCT query) AS names
FROM queries ANTI JOIN requests ON query = host
WHERE qtype <> 'PTR'
GROUP BY ALL
ORDER BY names DESC
LIMIT 20`,
    chart: (answer) => hb.matrix(answer, { title: "Names by client and domain", x: "domain", y: "client", valueColumn: "names" }),
  },
];

const at = (id) => document.getElementById(id);
const tell = (text, failed = false) => {
  at("status").textContent = text;
  at("status").toggleAttribute("data-failed", failed);
};
let connection;
let chart; // of the question that was asked last

async function start() {
  const file = (name) => fetch(`samples/${name}`).then((response) => hb.read(response));
  const report = await fetch("samples/threat-report.md").then((response) => response.text());
  const [requests, queries, iocs] = await Promise.all([file("proxy.tsv"), file("dns.ndjson.gz"), hb.extractIocs(report, { unique: true })]);
  connection = await open();
  const tables = { requests, queries, iocs };
  for (const [name, table] of Object.entries(tables)) {
    await insert(connection, name, table);
    table.free(); // DuckDB has its own
  }
  at("tables").textContent = Object.keys(tables).join(", ");
}

async function run() {
  const begin = performance.now();
  try {
    const answer = await query(connection, at("sql").value);
    tell(`${answer.numRows.toLocaleString("en")} rows in ${Math.round(performance.now() - begin)} ms`);
    at("rows").replaceChildren(hb.tableView(answer, { height: 300 }));
    at("chart").replaceChildren(...drawn(answer));
    answer.free(); // what is shown has its own parts of it
  } catch (error) {
    tell(error.message, true);
  }
}

/** The chart of an answer; of one that lacks the columns of the question's, because its SQL was changed, none. */
function drawn(answer) {
  try {
    return [chart(answer)];
  } catch {
    return [];
  }
}

function ask(question, button) {
  for (const other of at("questions").children) other.toggleAttribute("aria-current", other === button);
  at("sql").value = question.sql;
  chart = question.chart;
  return run();
}

at("query").addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
at("sql").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("query").requestSubmit();
});

try {
  await start();
  const buttons = QUESTIONS.map((question) => {
    const button = Object.assign(document.createElement("button"), { textContent: question.title });
    button.addEventListener("click", () => ask(question, button));
    return button;
  });
  at("questions").append(...buttons);
  await ask(QUESTIONS[0], buttons[0]);
} catch (error) {
  tell(error.message, true);
}
