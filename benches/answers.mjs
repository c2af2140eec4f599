// The answer of a log store to a table: against JSON.parse, rows as objects as clients have them, and pandas.
import fs from "node:fs";
import { compare, mb, perSecond, rawModule, writeOnce } from "./measure.mjs";

const ROWS = 400_000;
const COLUMNS = { TimeGenerated: "datetime", EventID: "int", Computer: "string", Account: "string", CommandLine: "string", Id: "long", Score: "real", Success: "bool" };

const parsed = (bytes) => JSON.parse(new TextDecoder().decode(bytes)).tables[0];

export const contenders = {
  async huntbook(bytes) {
    const raw = await rawModule();
    return () => {
      const room = new raw.Room(bytes.length);
      new Uint8Array(raw.Table.memory().buffer, room.address, bytes.length).set(bytes);
      const answer = raw.readAnswer(room, "answer", "rows", "");
      const table = answer.pop();
      const { numRows } = table;
      table.free();
      answer.free();
      return numRows;
    };
  },
  "JSON.parse": (bytes) => () => parsed(bytes).rows.length,
  // Longs beyond 2^53 lose digits here and above.
  objects: (bytes) => () => {
    const { columns, rows } = parsed(bytes);
    return rows.map((row) => Object.fromEntries(columns.map(({ name, type }, i) => [name, type === "datetime" ? new Date(row[i]) : row[i]]))).length;
  },
};

const time = (i) => `2024-01-01T10:${String(Math.floor(i / 60) % 60).padStart(2, "0")}:${String(i % 60).padStart(2, "0")}.1234567Z`;

export function run(report, { hasPython }) {
  const columns = Object.entries(COLUMNS).map(([name, type]) => ({ name, type }));
  const file = writeOnce("answer.json", function* () {
    yield `{"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(columns)},"rows":[`;
    for (let i = 0; i < ROWS; i++) {
      const command = JSON.stringify(`C:\\Windows\\System32\\cmd.exe /c "ping -n 1 10.0.${i % 256}.1" & echo ${i}`);
      yield `["${time(i)}",4688,"host${i % 97}.contoso.com","CONTOSO\\\\user${i % 311}",${command},${9007199254740993n + BigInt(i)},${i / 4},${i % 2 === 0}]${i + 1 < ROWS ? "," : ""}`;
    }
    yield "]}]}";
  });
  const results = compare("answers", Object.keys(contenders), file, { peers: hasPython ? ["pandas-answer"] : [] });
  const wrong = Object.entries(results).find(([, { result }]) => result !== ROWS);
  if (wrong) throw new Error(`${wrong[0]} read ${wrong[1].result} rows of ${ROWS}`);
  const { size } = fs.statSync(file);
  const rows = [["objects", "JSON.parse, rows as objects"], ["JSON.parse", "JSON.parse alone"], ["pandas-answer", "json.loads, DataFrame, to_datetime"]];
  for (const [name, against] of rows.filter(([name]) => results[name])) {
    report.add({ what: `an answer of Log Analytics to a table, ${mb(size)}`, against, ours: perSecond(size, results.huntbook), theirs: perSecond(size, results[name]), ratio: results[name].seconds / results.huntbook.seconds });
  }
}
