// Makes the wheel of the Python package: node python/build.mjs [folder]      (default target/wheel)
// Needs pkg/ (make build). The functions of huntbook/_functions.py are made of pkg/index.d.ts, so that Python has what JavaScript has.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { makeVenv, npmCi, run } from "../scripts/venv.mjs";

const here = import.meta.dirname;
const root = path.resolve(here, "..");

/** Builds the wheel into `out`. */
export async function buildWheel(out) {
  makeVenv();
  npmCi(here);
  const { makeFunctions } = await import("./functions.mjs");
  const made = path.join(root, "target/python");
  fs.rmSync(made, { recursive: true, force: true });
  fs.mkdirSync(made, { recursive: true });
  fs.writeFileSync(path.join(made, "_functions.py"), makeFunctions(path.join(root, "pkg/index.d.ts")));
  for (const [from, to] of [["anywidget.js", "huntbook.js"], ["parquet.js", "parquet.js"], ["parquet_bg.wasm", "parquet_bg.wasm"], ["LICENSE-parquet-wasm", "LICENSE-parquet-wasm"]]) {
    fs.copyFileSync(path.join(root, "pkg", from), path.join(made, to));
  }
  fs.cpSync(path.join(root, "pkg/queries"), path.join(made, "queries"), { recursive: true });
  // The licence belongs to the project that is packed.
  fs.copyFileSync(path.join(root, "LICENSE"), path.join(here, "LICENSE"));
  try {
    run("hatchling", ["build", "--target", "wheel", "--directory", out], { cwd: here });
  } finally {
    fs.rmSync(path.join(here, "LICENSE"));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWheel(path.resolve(process.argv[2] ?? path.join(root, "target/wheel")));
