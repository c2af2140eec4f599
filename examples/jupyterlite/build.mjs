// Builds a JupyterLite site with huntbook, notebooks and the sample logs, for any static server:
//   node examples/jupyterlite/build.mjs [folder]      (default target/jupyterlite/site)
// Needs pkg/ and www/samples (make build samples), Python 3.10 or later, and at the first time PyPI and npm. What was fetched stays
// in target/jupyterlite; the site itself asks for nothing from elsewhere.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { buildWheel } from "../../python/build.mjs";
import { makeVenv, npmCi, once, run } from "../../scripts/venv.mjs";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const work = path.join(root, "target/jupyterlite");
const pyodide = path.join(here, "node_modules/pyodide");
const lite = path.join(work, "lite");

// The site's copy of the package. Elsewhere a JavaScript notebook imports it by its name, from jsDelivr; imports in cells are
// relative to the script of the kernel, so that the site may be in any folder of a server.
const COPY = "../../../../huntbook/index.js";

// What the Python kernel imports when it starts, beside what those need.
const KERNEL = ["micropip", "ipython", "traitlets", "jedi", "packaging", "typing-extensions", "pygments"];
// For notebooks: live charts, and Arrow where pyarrow has no wheel.
const PURE = ["comm==0.2.3", "anywidget==0.11.0", "ipywidgets==8.1.9", "psygnal==0.16.1", "jupyterlab_widgets==3.0.17"];
const COMPILED = ["arro3-core==0.9.1", "arro3-io==0.9.1"];
const PYTHON = ["--only-binary=:all:", "--python-version", "3.14", "--no-deps", "--quiet", "--no-input"];
const PLATFORM = ["--platform", "pyemscripten_2026_0_wasm32", "--implementation", "cp", "--abi", "cp314"];

/** The packages `names` and all that they need, as Pyodide's lock file has them. */
function closure(packages, names) {
  const found = new Map();
  const add = (given) => {
    const name = given.toLowerCase().replaceAll("_", "-");
    if (found.has(name)) return;
    found.set(name, packages[name]);
    packages[name].depends.forEach(add);
  };
  names.forEach(add);
  return [...found.values()];
}

/** Puts Pyodide with the kernel's packages into `folder`. PyPI's files are other zips of the same content, so the lock gets their sums. */
function placePyodide(folder, wheels) {
  fs.cpSync(pyodide, folder, { recursive: true, filter: (file) => !/\.(map|html|d\.ts)$/.test(file) });
  const file = path.join(folder, "pyodide-lock.json");
  const lock = JSON.parse(fs.readFileSync(file, "utf8"));
  const present = fs.readdirSync(wheels).filter((name) => name.endsWith(".whl"));
  for (const entry of closure(lock.packages, KERNEL)) {
    const named = (file) => file.toLowerCase().split("-", 2).join();
    const bytes = fs.readFileSync(path.join(wheels, present.find((file) => named(file) === named(entry.file_name))));
    fs.writeFileSync(path.join(folder, entry.file_name), bytes);
    entry.sha256 = createHash("sha256").update(bytes).digest("hex");
  }
  fs.writeFileSync(file, JSON.stringify(lock));
}

/** Fetches what the site is made of, once. */
function fetchParts() {
  npmCi(here);
  const { packages } = JSON.parse(fs.readFileSync(path.join(pyodide, "pyodide-lock.json"), "utf8"));
  const kernel = closure(packages, KERNEL).map(({ name, version }) => `${name}==${version}`);
  const [kernelWheels, wheels] = [path.join(work, "kernel-wheels"), path.join(work, "wheels")];
  once(kernelWheels, kernel.join("\n"), () => run("pip", ["download", ...PYTHON, "--dest", kernelWheels, ...kernel]));
  once(wheels, [...PURE, ...COMPILED].join("\n"), () => {
    run("pip", ["download", ...PYTHON, "--platform", "any", "--dest", wheels, ...PURE]);
    run("pip", ["download", ...PYTHON, ...PLATFORM, "--dest", wheels, ...COMPILED]);
  });
  return { kernelWheels, wheels };
}

/** The folder that `jupyter lite build` turns into a site. */
async function assemble({ kernelWheels, wheels }) {
  fs.rmSync(lite, { recursive: true, force: true });
  placePyodide(path.join(lite, "static/pyodide"), kernelWheels);
  fs.copyFileSync(path.join(here, "jupyter-lite.json"), path.join(lite, "jupyter-lite.json"));
  fs.cpSync(wheels, path.join(lite, "pypi"), { recursive: true, filter: (file) => !file.endsWith(".stamp") });
  await buildWheel(path.join(lite, "pypi"));
  const files = path.join(lite, "files");
  fs.cpSync(path.join(root, "www/samples"), path.join(files, "samples"), { recursive: true });
  for (const name of fs.readdirSync(here).filter((name) => name.endsWith(".ipynb"))) {
    const notebook = fs.readFileSync(path.join(here, name), "utf8");
    fs.writeFileSync(path.join(files, name), notebook.replace('from \\"huntbook\\"', `from \\"${COPY}\\"`));
  }
}

/** Builds the site into `out`, whatever was there. */
export async function buildSite(out) {
  for (const [file, make] of [["pkg/index.js", "build"], ["www/samples/index.json", "samples"]]) {
    if (!fs.existsSync(path.join(root, file))) throw new Error(`${file} is absent: run make ${make}`);
  }
  fs.mkdirSync(work, { recursive: true });
  makeVenv();
  await assemble(fetchParts());
  // Rebuilt in place, a site loses settings.
  fs.rmSync(out, { recursive: true, force: true });
  run("jupyter", ["lite", "build", "--no-sourcemaps", "--output-dir", out], { cwd: lite });
  // What a kernel and the page load.
  const isOther = (file) => /(node|inline)\.js$|\.d\.ts$|\.md$/.test(file);
  fs.cpSync(path.join(root, "pkg"), path.join(out, "huntbook"), { recursive: true, filter: (file) => !isOther(file) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const out = path.resolve(process.argv[2] ?? path.join(work, "site"));
  try {
    await buildSite(out);
    console.log(`The site is in ${out}; node scripts/serve.mjs ${path.relative(process.cwd(), out) || "."} serves it.`);
  } catch (error) {
    console.error(`build: ${error.message}`);
    process.exit(1);
  }
}
