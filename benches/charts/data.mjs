// What is drawn, made in the page: the same numbers for every contender, in the form that each takes.
import { Random } from "/samples/random.mjs";

export const LANES = Array.from({ length: 20 }, (_, lane) => `host${String(lane).padStart(2, "0")}`);
export const START = Date.UTC(2026, 0, 1);
export const END = START + 30 * 86_400_000;

const HOUR = 3_600_000;
/** Each lane is busy so often, for one to five hours, which is two fifths of the time: at random times alone all lanes would be solid bars. */
const BUSY = 120;
const AT_ANY_TIME = 0.001;

/** Events in order of time: milliseconds since 1970, and the lane of each. */
export function events(count) {
  const random = new Random("events");
  const busy = LANES.map(() => Array.from({ length: BUSY }, () => ({ from: random.int(START, END - 5 * HOUR), length: random.int(HOUR, 5 * HOUR) })));
  // Both in one number, so that they are sorted together: there are fewer than 32 lanes.
  const sorted = Float64Array.from({ length: count }, () => {
    const lane = random.int(0, LANES.length - 1);
    if (random.chance(AT_ANY_TIME)) return random.int(START, END) * 32 + lane;
    const { from, length } = random.pick(busy[lane]);
    return random.int(from, from + length) * 32 + lane;
  }).sort();
  return { times: sorted.map((both) => Math.floor(both / 32)), lanes: Uint8Array.from(sorted, (both) => both % 32) };
}

/** Even values with days, noise and some that are far off. */
export function series(count) {
  const random = new Random("series");
  const step = (END - START) / (count - 1);
  const times = Float64Array.from({ length: count }, (_, i) => Math.round(START + i * step));
  const values = Float64Array.from(times, (time) => {
    const odd = random.int(0, 9999) === 0 ? random.int(-150, 150) : 0;
    return 500 + 100 * Math.sin((2 * Math.PI * time) / 86_400_000) + random.int(-200, 200) / 10 + odd;
  });
  return { times, values };
}

/** `[x0, y0, x1, y1, …]`, which is the form that ECharts does not copy value by value. */
export function interleaved(xs, ys) {
  const pairs = new Float64Array(2 * xs.length);
  for (let i = 0; i < xs.length; i++) {
    pairs[2 * i] = xs[i];
    pairs[2 * i + 1] = ys[i];
  }
  return pairs;
}

/** A CSV of these columns, as users have them: times are written as ISO 8601. */
export function csv(names, times, text) {
  const encoder = new TextEncoder();
  const parts = [`${names}\n`];
  for (let start = 0; start < times.length; start += 10_000) {
    let lines = "";
    for (let i = start; i < Math.min(start + 10_000, times.length); i++) lines += `${new Date(times[i]).toISOString()},${text(i)}\n`;
    parts.push(encoder.encode(lines));
  }
  return new Blob(parts);
}
