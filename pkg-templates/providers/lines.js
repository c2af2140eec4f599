// Lines of files of any size, of which only a part is in memory.

const PAUSE_MS = 50;

/** Calls `fn(line, number)` for each line of a Blob, which may be packed by gzip; numbers count from 1. */
export async function eachLine(blob, fn) {
  const head = new Uint8Array(await blob.slice(0, 2).arrayBuffer());
  const isGzip = head[0] === 0x1f && head[1] === 0x8b;
  const bytes = isGzip ? blob.stream().pipeThrough(new DecompressionStream("gzip")) : blob.stream();
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  let [rest, number, paused] = ["", 0, performance.now()];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = value.split("\n");
    lines[0] = rest + lines[0];
    rest = lines.pop();
    for (const line of lines) fn(line, ++number);
    // Where the parts are at hand at once, the page would wait for all of them.
    if (performance.now() - paused < PAUSE_MS) continue;
    await new Promise((resume) => setTimeout(resume));
    paused = performance.now();
  }
  if (rest) fn(rest, ++number);
}
