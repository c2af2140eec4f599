// Makes the documentation's pages, of the types in pkg/ and the guides in docs/:
//   node site/docs.mjs        into www/docs
// TypeDoc writes them. Afterwards names in code are linked, a policy forbids requests, and every link is checked.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Comment, CommentTag, Converter, ReflectionKind } from "typedoc";
import { GROUPS } from "./groups.mjs";

const root = path.resolve(import.meta.dirname, "..");
const at = (...parts) => path.join(root, ...parts);
const GUIDES = ["docs/guide.md", "docs/notebooks.md", "docs/msticpy.md", "CHANGELOG.md"];
const [GUIDE_GROUP, TYPE_GROUP, OTHER_GROUP] = ["Guides", "Options and results", "More"];

/** The exported functions and classes that are in no group, and names in groups that are not exported. */
export function strayNames(types) {
  const exported = new Set(Array.from(types.matchAll(/^export (?:declare )?(?:function|class) (\w+)/gm), ([, name]) => name));
  const grouped = Object.values(GROUPS).flat();
  return { ungrouped: [...exported].filter((name) => !grouped.includes(name)), absent: grouped.filter((name) => !exported.has(name)) };
}

/** The types with their guides, where TypeDoc reads them. */
function entryPoint(folder) {
  const guides = GUIDES.filter((file) => fs.existsSync(at(file))).map((file) => ` * @document ${path.relative(folder, at(file))}\n`);
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "huntbook.d.ts");
  fs.writeFileSync(file, `/**\n * @module huntbook\n${guides.join("")} */\n${fs.readFileSync(at("pkg/index.d.ts"), "utf8")}`);
  return file;
}

/** Groups what is exported, in the order of `GROUPS`; options and results by name. */
function putIntoGroups(project) {
  const groups = new Map(Object.entries(GROUPS).flatMap(([group, names]) => names.map((name) => [name, group])));
  const order = [...groups.keys()];
  // A namespace has what else belongs to a function.
  const isCallable = (reflection) => reflection.kindOf([ReflectionKind.Function, ReflectionKind.Class, ReflectionKind.Namespace]);
  for (const reflection of project.children) {
    const group = isCallable(reflection) ? (groups.get(reflection.name) ?? OTHER_GROUP) : TYPE_GROUP;
    reflection.comment ??= new Comment();
    reflection.comment.blockTags.push(new CommentTag("@group", [{ kind: "text", text: group }]));
  }
  const place = (reflection) => (isCallable(reflection) ? order.indexOf(reflection.name) : order.length);
  const byPlace = (a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1);
  project.children.sort(byPlace);
  project.childrenIncludingDocuments = [...(project.documents ?? []), ...project.children];
}

/** Names the guides by their headings. */
function prepareGuides(project) {
  // The page has the project's name as its heading.
  project.readme[0].text = project.readme[0].text.replace(/^# .+\n/, "");
  for (const guide of project.documents ?? []) {
    guide.frontmatter.group = GUIDE_GROUP;
    guide.name = /^# (.+)/.exec(guide.content[0].text)[1];
  }
}

async function writePages(out) {
  const app = await Application.bootstrap({
    entryPoints: [entryPoint(at("target/docs"))],
    tsconfig: path.join(import.meta.dirname, "tsconfig.json"),
    out,
    name: "huntbook",
    readme: at("pkg-templates/README.md"),
    cleanOutputDir: true,
    disableGit: true,
    disableSources: true,
    githubPages: false,
    sort: [],
    titleLink: "site:home",
    groupOrder: [GUIDE_GROUP, ...Object.keys(GROUPS), OTHER_GROUP, TYPE_GROUP],
    navigation: { includeGroups: true, includeCategories: false, includeFolders: false },
    navigationLinks: { Demo: "site:demo", Charts: "site:gallery" },
    customCss: path.join(import.meta.dirname, "docs.css"),
    customJs: path.join(import.meta.dirname, "docs-theme.js"),
    favicon: path.join(import.meta.dirname, "icon.svg"),
    lightHighlightTheme: "github-light-high-contrast",
    darkHighlightTheme: "github-dark-high-contrast",
    skipErrorChecking: true,
    logLevel: "Warn",
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    putIntoGroups(project);
    prepareGuides(project);
  });
  const project = await app.convert();
  if (!project) throw new Error("docs: TypeDoc could not read pkg/index.d.ts; build the package first (make build)");
  await app.generateDocs(project, out);
  if (app.logger.hasErrors()) throw new Error("docs: TypeDoc reported errors, above");
}

const pagesOf = (out) => fs.readdirSync(out, { recursive: true }).filter((file) => file.endsWith(".html"));

/** `hb.read(…)`, `read(…)` and `extractIocs` in code lead to their pages. */
function linkNames(html, base, pages) {
  return html.replace(/(<a [^>]*>|<pre>)?<code>((?:(?:await )?hb\.)?)(\w+)(?=(.))/g, (whole, before, prefix, name, next) => {
    const page = pages.get(name);
    const isName = prefix || next === "(" || (next === "<" && /[A-Z]/.test(name));
    return before || !page || !isName ? whole : `<code>${prefix}<a href="${base}${page}">${name}</a>`;
  });
}

function policy(html) {
  const hashes = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, code]) => `'sha256-${crypto.createHash("sha256").update(code).digest("base64")}'`);
  const content = `default-src 'none'; script-src 'self' ${hashes.join(" ")}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'`;
  return `<meta http-equiv="Content-Security-Policy" content="${content}"/>`;
}

function finishPages(out, links) {
  const files = pagesOf(out);
  const pages = new Map(files.flatMap((file) => (/^(functions|classes|interfaces|types)\//.test(file) ? [[path.basename(file, ".html"), file]] : [])));
  for (const file of files) {
    const base = file.includes("/") ? "../" : "";
    let html = fs.readFileSync(path.join(out, file), "utf8");
    html = linkNames(html, base, pages);
    for (const [name, address] of Object.entries(links)) html = html.replaceAll(`"site:${name}"`, `"${base}${address}"`);
    html = html.replaceAll("<th></th>", "<td></td>");
    html = html.replace('<div class="col-content">', '<div class="col-content" role="main">').replace('<nav id="tsd-sidebar-links"', '<nav aria-label="Other parts" id="tsd-sidebar-links"');
    // Before the first paint.
    html = html.replace(/<script defer (src="[^"]*assets\/custom\.js")/, "<script $1");
    html = html.replace('<meta charset="utf-8"/>', (charset) => charset + policy(html));
    fs.writeFileSync(path.join(out, file), html);
  }
}

/** Links in the pages below `folder` to files, or places in them, that are not there, as `page: address`. */
export function deadLinks(folder) {
  const ids = new Map();
  const idsOf = (file) => {
    if (!ids.has(file)) ids.set(file, new Set(Array.from(fs.readFileSync(file, "utf8").matchAll(/ id="([^"]*)"/g), ([, id]) => id)));
    return ids.get(file);
  };
  const isDead = (page, address) => {
    if (/^(https?|data|mailto):/.test(address)) return false;
    const [name, id] = address.replaceAll("&amp;", "&").split("#").map(decodeURIComponent);
    let target = name ? path.resolve(path.dirname(page), name) : page;
    if (name.endsWith("/")) target = path.join(target, "index.html");
    // `#name=value` says what a page is to open.
    const isPlace = id && !id.includes("=") && target.endsWith(".html");
    return !fs.statSync(target, { throwIfNoEntry: false })?.isFile() || Boolean(isPlace && !idsOf(target).has(id));
  };
  return pagesOf(folder).flatMap((page) => {
    const file = path.join(folder, page);
    const addresses = Array.from(fs.readFileSync(file, "utf8").matchAll(/ (?:href|src)="([^"]*)"/g), ([, address]) => address);
    return addresses.filter((address) => isDead(file, address)).map((address) => `${page}: ${address}`);
  });
}

/** Where the header's links lead from the documentation, if it is in `www/docs`. */
const BESIDE_DEMO = { home: "../", demo: "../", gallery: "../gallery.html" };

/** Writes the documentation into `out`; `links` are the addresses of the front page, the demo and the gallery, from there. */
export async function makeDocs(out = at("www/docs"), links = BESIDE_DEMO) {
  const { ungrouped } = strayNames(fs.readFileSync(at("pkg/index.d.ts"), "utf8"));
  if (ungrouped.length) console.warn(`docs: ${ungrouped.join(", ")} stand under "${OTHER_GROUP}"; give them a place in site/groups.mjs`);
  await writePages(out);
  finishPages(out, links);
  const dead = deadLinks(out);
  if (dead.length) throw new Error(`docs: ${dead.length} links lead nowhere:\n${dead.slice(0, 20).join("\n")}`);
  console.log(`docs: ${pagesOf(out).length} pages in ${path.relative(process.cwd(), out)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await makeDocs();
