// Builds the npm package into pkg/:
//   node scripts/build.mjs           optimised for speed and size (minutes)
//   node scripts/build.mjs --quick   for tests and everyday work
// Rust → wasm-bindgen → esbuild; every file lies at the package's root. There is no wasm-opt in between: what it makes is
// smaller, but 2 % larger to load, and not faster.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { parse as parseToml } from "smol-toml";
import { thirdPartyLicences } from "./licences.mjs";
import { copyQueries } from "./queries.mjs";
import { makeTypes } from "./types.mjs";

const root = path.resolve(import.meta.dirname, "..");
const at = (...parts) => path.join(root, ...parts);
const quick = process.argv.includes("--quick");
const profile = quick ? "quick" : "release";
const out = at("pkg");
const bindgen = at("target", "bindgen");

/** Runs a program, showing what it says; its failure ends the build. */
function run(program, args, env = {}) {
  try {
    execFileSync(program, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ...env } });
  } catch (error) {
    const why = error.code === "ENOENT" ? "is not installed" : `failed (exit code ${error.status})`;
    console.error(`build: ${program} ${why}. If the line above does not say why, run scripts/setup.sh and use make.`);
    process.exit(1);
  }
}

// What no user reads is 90 kB to load (brotli): where a panic was, what `{:?}` writes, and what a panic says, for which the
// standard library is built as well, in its smaller form: 27 kB, and no slower, as what is long to sort is sorted by
// src/order.rs. All is for nightly compilers, or for RUSTC_BOOTSTRAP.
const LESS = ["-Z", "location-detail=none", "-Z", "fmt-debug=none", "-Z", "unstable-options", "-C", "panic=immediate-abort"];

function buildWasm() {
  const less = `target.wasm32-unknown-unknown.rustflags=${JSON.stringify(LESS)}`;
  const own = ["-Z", "build-std=std,panic_abort", "-Z", "build-std-features=optimize_for_size"];
  run("cargo", ["build", "--lib", "--profile", profile, "--target", "wasm32-unknown-unknown", ...own, "--config", less], { RUSTC_BOOTSTRAP: "1" });
  fs.rmSync(bindgen, { recursive: true, force: true });
  const wasm = at("target", "wasm32-unknown-unknown", profile, "huntbook.wasm");
  const names = quick ? [] : ["--remove-name-section", "--remove-producers-section"];
  run("wasm-bindgen", ["--target", "web", ...names, "--out-name", "huntbook", "--out-dir", bindgen, wasm]);
  fs.copyFileSync(path.join(bindgen, "huntbook_bg.wasm"), path.join(out, "huntbook_bg.wasm"));
}

/**
 * wasm-bindgen's glue as a function that makes a fresh copy of it, because the
 * glue keeps its instance in module variables and one page needs several.
 */
async function gluedFactory() {
  const result = await build({
    entryPoints: [path.join(bindgen, "huntbook.js")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "raw",
    define: { "import.meta.url": '""' },
    logLevel: "error",
  });
  return `export default function makeRaw() {\n${result.outputFiles[0].text}\nreturn raw;\n}\n`;
}

/** Modules that have no file: `parts` maps a name to its code. */
function virtual(parts) {
  return {
    name: "virtual",
    setup(plugin) {
      const filter = /^huntbook-(raw|worker|wasm|units|services)$/;
      plugin.onResolve({ filter }, ({ path }) => ({ path, namespace: "virtual" }));
      plugin.onLoad({ filter: /.*/, namespace: "virtual" }, ({ path }) => ({ contents: parts[path], loader: "js" }));
    },
  };
}

/**
 * What is loaded when it is first needed: inside those that are one file, else beside those that load it, and by its address,
 * which bundlers see as one. Not as a module that they follow: Observable Framework leaves out what it makes of one.
 */
const LATER = ["entities.js", "mask.js", "mordor-browser.js", "parts.js", "pipeline.js", "providers.js", "queries.js", "sign-in.js", "sql.js", "uploads.js", "yaml.js"];
const ONE_FILE = ["inline.js", "anywidget.js"];

function later(entry) {
  const byAddress = (code) => code.replace(/\bimport\("(\.\/[\w-]+\.js)"\)/g, `import(/* @vite-ignore */ /* webpackIgnore: true */ String(new URL("$1", import.meta.url)))`);
  return {
    name: "later",
    setup(plugin) {
      if (ONE_FILE.includes(entry)) return;
      plugin.onLoad({ filter: /pkg-templates.[\w-]+\.js$/ }, ({ path }) => ({ contents: byAddress(fs.readFileSync(path, "utf8")), loader: "js" }));
    },
  };
}

/** Where an entry says `__NAMES__` it gets the names that the types declare. */
function named(names) {
  return {
    name: "named",
    setup(plugin) {
      plugin.onLoad({ filter: /pkg-templates.(index|node|inline)\.js$/ }, ({ path }) => ({ contents: fs.readFileSync(path, "utf8").replace("__NAMES__", names), loader: "js" }));
    },
  };
}

/** The units of time of the widgets, whose values are there before the module is loaded. */
async function unitsOf(factory) {
  const { default: makeRaw } = await import(`data:text/javascript,${encodeURIComponent(factory)}`);
  const raw = makeRaw();
  raw.initSync({ module: fs.readFileSync(path.join(out, "huntbook_bg.wasm")) });
  return raw.widgetUnits();
}

/** What the client has to know of the services in the proxy's table. */
function services() {
  const { routes } = parseToml(fs.readFileSync(at("proxy", "providers.toml"), "utf8"));
  return Object.fromEntries(Object.entries(routes).map(([route, { title, upstream, clouds, cors, cookies, timeout }]) => [route, { title, upstream, clouds, cors, cookies, timeout }]));
}

/** Every file that a script was bundled of: what is of npm needs its licence. */
const inputs = new Set();

async function bundle(entry, parts, options = {}) {
  const result = await build({
    entryPoints: [at("pkg-templates", entry)],
    outfile: path.join(out, entry),
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: !quick,
    legalComments: "none",
    metafile: true,
    external: ["node:*"],
    plugins: [virtual(parts), named(parts.names), later(entry)],
    logLevel: "warning",
    ...options,
  });
  Object.keys(result.metafile.inputs).forEach((input) => inputs.add(input));
  return result.outputFiles?.[0].text;
}

async function buildScripts(types) {
  const declared = types.matchAll(/^export (?:declare )?(?:function|class) (\w+)/gm);
  const names = [...new Set(Array.from(declared, ([, name]) => name))].join(", ");
  const parts = { "huntbook-raw": await gluedFactory(), names };
  parts["huntbook-units"] = `export default ${await unitsOf(parts["huntbook-raw"])};`;
  const known = services();
  parts["huntbook-services"] = `export const entra = ${JSON.stringify(known.entra)};\nexport default ${JSON.stringify(known)};`;
  const worker = await bundle("worker.js", parts, { format: "iife", write: false, minify: true });
  parts["huntbook-worker"] = `export default ${JSON.stringify(worker)};`;
  const wasm = gzipSync(fs.readFileSync(path.join(out, "huntbook_bg.wasm")), { level: 9 });
  parts["huntbook-wasm"] = `export default "${wasm.toString("base64")}";`;
  for (const entry of ["index.js", "node.js", ...LATER, ...ONE_FILE]) await bundle(entry, parts);
}

function copyFiles() {
  const parquet = at("node_modules", "parquet-wasm");
  fs.copyFileSync(path.join(parquet, "esm", "parquet_wasm.js"), path.join(out, "parquet.js"));
  fs.copyFileSync(path.join(parquet, "esm", "parquet_wasm_bg.wasm"), path.join(out, "parquet_bg.wasm"));
  fs.copyFileSync(path.join(parquet, "LICENSE_MIT"), path.join(out, "LICENSE-parquet-wasm"));
  fs.copyFileSync(at("LICENSE"), path.join(out, "LICENSE"));
  fs.writeFileSync(path.join(out, "THIRD-PARTY-LICENSES.txt"), thirdPartyLicences([...inputs]));
  fs.copyFileSync(at("pkg-templates", "README.md"), path.join(out, "README.md"));
  copyQueries(path.join(out, "queries"));
  for (const file of ["anywidget.d.ts", "redirect.html"]) fs.copyFileSync(at("pkg-templates", file), path.join(out, file));
  const version = /^version = "(.+)"$/m.exec(fs.readFileSync(at("Cargo.toml"), "utf8"))[1];
  const manifest = JSON.parse(fs.readFileSync(at("pkg-templates", "package.json"), "utf8"));
  const { name, ...rest } = manifest;
  fs.writeFileSync(path.join(out, "package.json"), `${JSON.stringify({ name, version, ...rest }, null, 2)}\n`);
}

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out);
buildWasm();
const written = ["init.d.ts", "local.d.ts", "settings.d.ts", "sign-in.d.ts", "uploads.d.ts"].map((file) => fs.readFileSync(at("pkg-templates", file), "utf8")).join("\n");
const types = makeTypes(fs.readFileSync(path.join(bindgen, "huntbook.d.ts"), "utf8"), written);
fs.writeFileSync(path.join(out, "index.d.ts"), types);
await buildScripts(types);
copyFiles();
console.log(`pkg/ is ready (${profile}).`);
