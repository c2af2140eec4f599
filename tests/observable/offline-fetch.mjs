// Loaded before Framework (`node --import`): answers what its build asks of npm's registry and of jsDelivr from
// node_modules, and nothing else, so that an unmodified build runs without network.
import fs from "node:fs";
import path from "node:path";
import { asOneModule } from "./cdn.mjs";

const modules = process.env.HUNTBOOK_MODULES;

/** The version that is here; of what is not here, and no page uses, any. */
function versionOf(name) {
  const file = path.join(modules, name, "package.json");
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")).version : "1.0.0";
}

globalThis.fetch = async (address) => {
  const { hostname, pathname } = new URL(address);
  if (hostname === "registry.npmjs.org") {
    const version = versionOf(pathname.slice(1).replace(/\/latest$/, ""));
    return Response.json({ version, versions: { [version]: {} } });
  }
  const [, name] = (hostname === "cdn.jsdelivr.net" && /^\/npm\/((?:@[^/]+\/)?[^/@]+)@[^/]+\/\+esm$/.exec(pathname)) || [];
  if (!name) throw new Error(`the build asked for ${address}`);
  return new Response(await asOneModule(name, modules), { headers: { "content-type": "application/javascript" } });
};
