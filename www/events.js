// Logs of Linux that are read as lines of text first, and then as the events that the lines make.
import { hb } from "./state.js";
import { plural } from "./text.js";

// How each of a log's lines begins, and what reads such a log.
const READERS = [
  [/^(node=\S+ )?type=[A-Z_0-9]+ msg=audit\(/, hb.readAuditd],
  [/^(<\d{1,3}>)?(1 )?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ [^\s:]+:? /, hb.readSyslog],
];
const SAMPLE = 20;

/**
 * The table of the events in `source` and the number of its lines, if `table` has those
 * and a reader knows them all; else `table`. Only where the user has not said `how` to read it.
 */
export async function readEvents(table, source, { signal, onProgress, phase }, how) {
  if (table.report?.format !== "text" || how.format) return { table };
  const first = table.rows(0, SAMPLE).map(({ Text }) => Text).filter(Boolean);
  const [, reader] = READERS.find(([line]) => first.length && first.every((text) => line.test(text))) ?? [];
  if (!reader) return { table };
  try {
    phase(`Reading the events of ${plural(table.numRows, "line")}`);
    const events = await reader(source, { signal, onProgress });
    const lines = table.numRows;
    table.free();
    return { table: events, lines };
  } catch (error) {
    if (error.code === "badInput") return { table };
    table.free();
    throw error;
  }
}
