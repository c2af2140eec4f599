// The packed package in Node, as a module and by require.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import path from "node:path";
import test from "node:test";
import { SCENARIO, checkScenario, project, root } from "./helpers.mjs";

const run = (folder, file) => JSON.parse(execFileSync(process.execPath, [path.join(folder, file)], { encoding: "utf8", cwd: folder }));

const WAYS = [
  ["import", "main.mjs", `import * as hb from "huntbook"; console.log(JSON.stringify(await (${SCENARIO})(hb)));`],
  ["require", "main.cjs", `const hb = require("huntbook"); (${SCENARIO})(hb).then((result) => console.log(JSON.stringify(result)));`],
  ["import of the one-file build", "inline.mjs", `import * as hb from "huntbook/inline"; console.log(JSON.stringify(await (${SCENARIO})(hb)));`],
  ["a worker thread", "worker.mjs", `import * as hb from "huntbook"; await hb.init({ worker: true }); console.log(JSON.stringify(await (${SCENARIO})(hb)));`],
];

for (const [name, file, code] of WAYS) {
  test(`Node: ${name}`, (t) => checkScenario(run(project(t, { [file]: code }), file)));
}

test("every file that package.json names is in the tarball, at its root", (t) => {
  const folder = project(t, {
    "main.mjs": `import fs from "node:fs";
      const folder = "node_modules/huntbook/";
      const manifest = JSON.parse(fs.readFileSync(folder + "package.json", "utf8"));
      const named = (value) => typeof value === "string" ? [value] : Object.values(value).flatMap(named);
      const files = [...named(manifest.exports), manifest.main, manifest.module, manifest.types];
      console.log(JSON.stringify({ absent: files.filter((file) => !fs.existsSync(folder + file)), deep: files.filter((file) => file.split("/").length > 2) }));`,
  });
  assert.deepEqual(run(folder, "main.mjs"), { absent: [], deep: [] });
});

test("Node: a file: address is read from the disk, and its name is kept", (t) => {
  const folder = project(t, {
    "log.csv": "a\n1\n",
    "main.mjs": `import * as hb from "huntbook";
      const table = await hb.read(new URL("./log.csv", import.meta.url));
      const absent = await hb.read(new URL("./absent.csv", import.meta.url)).catch((error) => error);
      console.log(JSON.stringify([table.numRows, table.report?.name, absent.code]));`,
  });
  assert.deepEqual(run(folder, "main.mjs"), [1, "log.csv", "network"]);
});

test("Node: Parquet, in this thread and in a worker thread", (t) => {
  const folder = project(t, {
    "main.mjs": `import * as hb from "huntbook";
      import fs from "node:fs";
      const parquet = await import(import.meta.resolve("huntbook/parquet.js"));
      await parquet.default({ module_or_path: fs.readFileSync(new URL(import.meta.resolve("huntbook/parquet_bg.wasm"))) });
      const small = await hb.Table.fromColumns({ a: [1, 2, 3] });
      const bytes = parquet.writeParquet(parquet.Table.fromIPCStream(small.toArrow()));
      const counts = [];
      for (const worker of [false, true]) {
        await hb.init({ worker });
        counts.push((await hb.read(bytes)).numRows);
      }
      const broken = await hb.read(bytes.slice(0, 40), { name: "cut.parquet" }).catch((error) => error);
      console.log(JSON.stringify([counts, broken.code, broken.message.startsWith("cut.parquet: "), (await hb.read(bytes)).numRows]));`,
  });
  assert.deepEqual(run(folder, "main.mjs"), [[3, 3], "badInput", true, 3]);
});

test("Node: a signal stops work that runs in a worker thread", (t) => {
  const folder = project(t, {
    "main.mjs": `import * as hb from "huntbook";
      await hb.init({ worker: true });
      const text = "host,path\\n" + "server.example,/a/b/c?d=e\\n".repeat(2_000_000);
      const controller = new AbortController();
      setTimeout(() => controller.abort("enough"), 30);
      const error = await hb.read(text, { signal: controller.signal }).catch((error) => error);
      const after = await hb.read("a,b\\n1,2");
      console.log(JSON.stringify([error.code, error.cause, after.numRows]));`,
  });
  assert.deepEqual(run(folder, "main.mjs"), ["cancelled", "enough", 1]);
});

const TYPED = `import { read, type Table } from "huntbook";
  import { extractIocs } from "huntbook/inline";
  import widget from "huntbook/anywidget";
  export const table: Promise<Table> = read("a");
  export const iocs: Promise<Table> = extractIocs(await table);
  export const ready: Promise<void> = widget.initialize();`;
const REQUIRED = `import hb = require("huntbook");
  export const table: Promise<hb.Table> = hb.read("a");
  // @ts-expect-error a number is no source
  hb.read(1);`;

for (const [resolution, file, code] of [["node16", "main.ts", TYPED], ["nodenext", "main.ts", TYPED], ["bundler", "main.ts", TYPED], ["nodenext", "main.cts", REQUIRED]]) {
  test(`TypeScript finds the types of every entry (${resolution}, ${file})`, (t) => {
    const folder = project(t, {
      [file]: code,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          strict: true, noEmit: true, target: "es2024", lib: ["es2024", "dom", "esnext.disposable"], types: [],
          module: resolution === "bundler" ? "esnext" : resolution, moduleResolution: resolution,
        },
        files: [file],
      }),
    });
    const { status, stdout } = spawnSync(path.join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
    assert.equal(status, 0, stdout);
  });
}
