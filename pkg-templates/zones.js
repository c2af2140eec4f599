// What Intl knows of a time zone, for charts: no database of zones is compiled in.
import { invalid } from "./errors.js";

const MONTH = 30 * 86_400_000;
const [FIRST, LAST] = [Date.UTC(1970, 0, 1), Date.UTC(2050, 0, 1)];
const known = new Map([["UTC", []]]);

/** Minutes east of UTC at a time. */
function offsetAt(format, time) {
  const name = format.formatToParts(time).find(({ type }) => type === "timeZoneName").value;
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(name) ?? [null, "+", 0, 0];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** The zone's name, and `[microseconds since 1970, minutes east of UTC]` for each change from 1970 to 2050. */
export function zoneOf(given) {
  const name = given === "local" ? Intl.DateTimeFormat().resolvedOptions().timeZone : (given ?? "UTC");
  if (!known.has(name)) known.set(name, changes(name));
  return { zone: name, offsets: known.get(name) };
}

function changes(name) {
  let format;
  try {
    format = new Intl.DateTimeFormat("en", { timeZone: name, timeZoneName: "longOffset" });
  } catch {
    throw invalid(`option \`timeZone\`: there is no zone ${JSON.stringify(name)}; use such as "Europe/Berlin", "UTC" or "local"`);
  }
  let offset = offsetAt(format, FIRST);
  const found = [[FIRST * 1000, offset]];
  for (let time = FIRST; time < LAST; time += MONTH) {
    const next = offsetAt(format, time + MONTH);
    if (next === offset) continue;
    // Zones change on a whole minute.
    let [before, after] = [time / 60_000, (time + MONTH) / 60_000];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(format, middle * 60_000) === offset) before = middle;
      else after = middle;
    }
    offset = next;
    found.push([after * 60_000_000, offset]);
  }
  return found;
}
