// Makes the package's index.d.ts of what wasm-bindgen wrote: the types that come
// from the Rust ones, without the raw module's own start-up.

/** `generated` is wasm-bindgen's huntbook.d.ts, `written` what is written by hand: of functions that have no Rust behind them. */
export function makeTypes(generated, written) {
  const end = generated.indexOf("export type InitInput");
  if (end < 0) throw new Error("wasm-bindgen's .d.ts has another shape than scripts/types.mjs expects");
  const kept = generated
    .slice(0, end)
    .replace(/^\/\* (tslint|eslint).*\*\/\n/gm, "")
    // Links of the Rust documentation mean nothing here.
    .replace(/\[(`[^`\]]+`)\](?:\([^)]*\))?/g, "$1")
    .replace(/\n{3,}/g, "\n\n");
  return `// Made by scripts/build.mjs; the types come from the Rust ones.\n\n${written}\n${kept.trim()}\n`;
}
