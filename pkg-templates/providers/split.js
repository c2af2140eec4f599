// Long spans of time in parts: no gap between two, and nothing in both.

const MS = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const MOST_PARTS = 2000;

/** A span such as `"1d"` or `"6h"` in milliseconds; msticpy takes those of pandas, such as `"1D"`. */
export function toSpan(text, invalid) {
  const [, count, unit] = /^\s*(\d+(?:\.\d+)?)?\s*(ms|s|m|min|h|d|w)\s*$/i.exec(String(text)) ?? [];
  const ms = Number(count ?? 1) * MS[unit?.toLowerCase()];
  if (ms >= 1) return Math.round(ms);
  throw invalid(`splitBy should be a span of time, such as "1d" or "6h", but is ${JSON.stringify(text)}`);
}

/**
 * Parts of the time from `start` to `end`, in milliseconds, as `{ start, end }` in ISO 8601. A query's end is part of what it
 * asks for, so a part ends `tick` hundred-nanoseconds before the next begins; 0 is for services where the end is not.
 */
export function splitTime(start, end, span, tick, invalid) {
  const count = Math.max(Math.ceil((end - start) / span), 1);
  if (!(end > start)) throw invalid("splitBy needs a start that is before the end");
  if (count > MOST_PARTS) throw invalid(`splitBy would make ${count} parts of the time, of which there may be ${MOST_PARTS}; choose longer ones`);
  return Array.from({ length: count }, (_, i) => {
    const from = start + i * span;
    const isLast = i + 1 === count;
    return { start: toText(from, 0), end: isLast ? toText(end, 0) : toText(from + span, tick) };
  });
}

/** ISO 8601 of `ms` less some hundred-nanoseconds. */
function toText(ms, less) {
  if (!less) return new Date(ms).toISOString();
  const whole = new Date(ms - 1).toISOString().slice(0, -5);
  const ticks = (new Date(ms - 1).getUTCMilliseconds() + 1) * 10_000 - less;
  return `${whole}.${String(ticks).padStart(7, "0")}Z`;
}
