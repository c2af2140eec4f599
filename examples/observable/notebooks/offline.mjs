// Builds the notebooks with all that they use from node_modules, for a network without internet: what is in dist/ then asks
// for nothing from elsewhere. Notebook Kit's own build leaves addresses of cdn.jsdelivr.net in the pages.
import fs from "node:fs";
import { config, observable } from "@observablehq/notebook-kit/vite";
import { build } from "vite";

const { dependencies } = JSON.parse(fs.readFileSync("package.json", "utf8"));
const CDN = "https://cdn.jsdelivr.net/npm/";
const ADDRESS = /^(?:https:\/\/cdn\.jsdelivr\.net\/npm\/|npm:)((?:@[^/]+\/)?[^/@]+)(?:@[^/]+)?(.*?)(\/?\+esm)?$/;

/** Takes a package that package.json names from node_modules. Of what Notebook Kit could use the rest stays where it is. */
const packages = {
  name: "packages",
  enforce: "pre",
  resolveId(address) {
    const [, name, part] = ADDRESS.exec(address) ?? [];
    if (dependencies[name]) return this.resolve(name + part, import.meta.filename, { skipSelf: true });
    return address.startsWith("https:") ? { id: address, external: true } : null;
  },
  transform(code, file) {
    return file.endsWith(".css") && code.includes(CDN) ? code.replaceAll(CDN, "") : null;
  },
};

const kit = config();
await build({
  ...kit,
  configFile: false,
  // Its rule for `npm:` makes addresses, before any plugin is asked.
  resolve: { alias: kit.resolve.alias.filter(({ find }) => !find.test("npm:htl")) },
  plugins: [packages, observable()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    rollupOptions: { input: fs.readdirSync(".").filter((name) => name.endsWith(".html")) },
  },
});
