// Logs of Linux that are read as lines of text first, and then as the events that the lines make.
import { hb } from "./state.js";
import { plural } from "./text.js";

const READERS = [
  { name: "auditd", line: /^(node=\S+ )?type=[A-Z_0-9]+ msg=audit\(/, read: (...args) => hb.readAuditd(...args) },
  { name: "syslog", line: /^(<\d{1,3}>)?(1 )?([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) \S+ [^\s:]+:? /, read: (...args) => hb.readSyslog(...args) },
];
const SAMPLE = 20;

/** Whether a table was read as events of lines. */
export const isEvents = ({ report }) => READERS.some(({ name }) => name === report?.format);

/**
 * The events in `source`, if `table` has its lines, all of which a reader knows; else
 * `table`. Only where the user has not said `how` to read it.
 */
export async function readEvents(table, source, { signal, onProgress, phase }, how) {
  if (table.report?.format !== "text" || how.format) return table;
  const lines = table.rows(0, SAMPLE).map(({ Text }) => Text).filter(Boolean);
  const reader = READERS.find(({ line }) => lines.length && lines.every((text) => line.test(text)));
  if (!reader) return table;
  try {
    phase(`Reading the events of ${plural(table.numRows, "line")}`);
    const events = await reader.read(source, { signal, onProgress });
    table.free();
    return events;
  } catch (error) {
    if (error.code === "badInput") return table;
    table.free();
    throw error;
  }
}
