// Lines made to be slow: twice as long should take twice the time, whatever they hold.
import { huntbook } from "./measure.mjs";

const SHAPES = {
  "base64 letters": "QUJDRA", "C:\\ \\ \\": "\\ ", "@@@@": "@", "a.a.a.a": "a.", "::::": ":", "[.][.]": "[.]", "http://http://": "http://", "1.1.1.1.1": "1.", "/a/a/a": "/a", "HKLM\\HKLM\\": "HKLM\\",
};
const BYTES = 2e6;
const RUNS = 10;

async function seconds(extractIocs, shape, size) {
  const bytes = new TextEncoder().encode(`C:${shape.repeat(size / shape.length)}`);
  let best = Infinity;
  for (let i = 0; i < RUNS; i++) {
    const start = process.cpuUsage();
    (await extractIocs(bytes)).free();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

export async function run(report) {
  const { extractIocs } = await huntbook({ worker: false });
  for (const [name, shape] of Object.entries(SHAPES)) {
    process.stderr.write(`\rbench: hostile, ${name}`.padEnd(70));
    await seconds(extractIocs, shape, BYTES / 4);
    const [short, long] = [await seconds(extractIocs, shape, BYTES), await seconds(extractIocs, shape, 2 * BYTES)];
    report.add({
      what: `a hostile line \`${name}\`, 4 MB`, against: "2 MB of it", ours: `${(long * 1000).toFixed(1)} ms`, theirs: `${(short * 1000).toFixed(1)} ms`, ratio: long / short, atMost: 2.3,
    });
  }
}
