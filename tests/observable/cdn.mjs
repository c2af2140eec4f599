// What cdn.jsdelivr.net gives to a notebook, answered from node_modules and pkg/: a notebook is tested as its reader gets it.
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../..");

const HEADERS = { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" };
const TYPES = { ".css": "text/css", ".js": "application/javascript", ".mjs": "application/javascript", ".wasm": "application/wasm" };
const ADDRESS = /^\/npm\/((?:@[^/]+\/)?[^/@]+)(?:@[^/]+)?\/?(.*)$/;

/** The folder of a package: huntbook's is what was built here. */
const folderOf = (name, modules) => (name === "huntbook" ? path.join(root, "pkg") : path.join(modules, name));

/** A package, or a module of it, as one module: what jsDelivr has at `/+esm`. */
export async function asOneModule(name, modules, part = "") {
  const folder = folderOf(name, modules);
  const { exports } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  // Our own is one file already; esbuild would take Node's.
  const entry = name === "huntbook" ? path.join(folder, exports[part ? `./${part}` : "."].default) : path.join(name, part);
  const contents = `export * from ${JSON.stringify(entry)}; import * as all from ${JSON.stringify(entry)}; export default all.default;`;
  const result = await build({ stdin: { contents, resolveDir: path.dirname(modules) }, bundle: true, format: "esm", platform: "browser", write: false, logLevel: "silent" });
  return result.outputFiles[0].text;
}

/** Answers a page's requests to jsDelivr; `modules` is a node_modules folder. Gives the list of what was asked for. */
export async function answerCdn(page, modules) {
  const asked = [];
  const made = new Map();
  await page.route("https://cdn.jsdelivr.net/**", async (route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    const [, name, rest] = ADDRESS.exec(decodeURIComponent(pathname)) ?? [];
    try {
      if (/(^|\/)\+esm$/.test(rest)) {
        if (!made.has(pathname)) made.set(pathname, asOneModule(name, modules, rest.replace(/\/?\+esm$/, "")));
        return await route.fulfill({ headers: { ...HEADERS, "content-type": TYPES[".js"] }, body: await made.get(pathname) });
      }
      const file = path.join(folderOf(name, modules), rest);
      return await route.fulfill({ headers: { ...HEADERS, "content-type": TYPES[path.extname(file)] ?? "application/octet-stream" }, body: fs.readFileSync(file) });
    } catch (error) {
      return route.fulfill({ status: 404, headers: HEADERS, body: String(error) });
    }
  });
  return asked;
}
