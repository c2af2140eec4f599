// Lines of a text, which is a string or bytes.

// Bytes. Text with longer lines is searched in blocks that begin anywhere, so
// that no part of it can be searched alone (`BLOCK_BYTES` in src/transform/ioc/search.rs).
export const LONGEST_LINE = 2 ** 16;

const newlineOf = (text) => (typeof text === "string" ? "\n" : 10);

/** Where the line at `at` ends, after its line end; 0 for the last one. */
export const lineEnd = (text, at) => text.indexOf(newlineOf(text), at) + 1;

/** Whether no line is longer than `LONGEST_LINE`; looks at few of its bytes. */
export function hasShortLines(text) {
  // A unit of a string is up to three bytes.
  const most = typeof text === "string" ? Math.floor(LONGEST_LINE / 3) : LONGEST_LINE;
  for (let at = 0; text.length - at > most;) {
    const end = text.lastIndexOf(newlineOf(text), at + most - 1) + 1;
    if (end <= at) return false;
    at = end;
  }
  return true;
}
