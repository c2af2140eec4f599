// Lists what is found in a file, each indicator once, with the text around it:
//   node tests/shared/show.mjs FILE [TYPE]      FILE may be a path below ../shared/data
import fs from "node:fs";
import path from "node:path";
import * as hb from "../../pkg/node.js";
import { data } from "./files.mjs";

const [given, type] = process.argv.slice(2);
const file = fs.existsSync(given) ? given : path.join(data, given);
const table = await hb.read(new Uint8Array(fs.readFileSync(file)), { name: path.basename(file) });
const iocs = await hb.extractIocs(table, { types: type && [type], paths: type ? undefined : true, unique: true });
for (const { IoCType, Observable, Count, SourceIndex, SourceColumn, Start, End } of iocs.sort("IoCType", "Observable")) {
  const cell = String(table.row(SourceIndex)[SourceColumn]);
  const around = JSON.stringify(cell.slice(Math.max(0, Start - 40), End + 40));
  console.log([IoCType, Observable, `${Count} ×`, `row ${SourceIndex + 1} ${SourceColumn}`, around].join("  "));
}
