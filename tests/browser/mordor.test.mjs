// The browser of Mordor's datasets on a page, over a mirror that this machine serves.
import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { html, openPage, root, serve } from "../packaging/helpers.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src blob:; img-src data:";
const LINKS = "https://raw.githubusercontent.com/OTRF/Security-Datasets/master/";
const set = (id, title, mappings, files, rest = "") => `title: ${title}\nid: ${id}\ntype: atomic\nplatform: [Windows]\ncontributors: [A. Author]\ncreation_date: 2020/10/18\ndescription: About ${title}.\nattack_mappings:\n${mappings.map(([technique, sub, ...tactics]) => `- technique: ${technique}\n  sub-technique: ${sub ? JSON.stringify(sub) : ""}\n  tactics: [${tactics}]\n`).join("")}files:\n${files.map(([type, file]) => `- type: ${type}\n  link: ${LINKS}datasets/${file}\n`).join("")}${rest}`;
const METADATA = {
  "A.yaml": set("SD-A", "Lsass Dump", [["T1003", "001", "TA0006"]], [["Network", "atomic/windows/n/lsass.zip"], ["Host", "atomic/windows/h/lsass.zip"]], "references:\n- https://example.com/lsass\n- javascript:alert(1)\n"),
  "B.yaml": set("SD-B", "Remote WMI", [["T1047", "", "TA0002", "TA0008"]], [["Host", "atomic/windows/h/wmi.zip"]], "tags: [mimikatz]\n"),
  "C.yaml": set("SD-C", "Binary Padding", [["T1027", "001", "TA0005"], ["T9999", "", "TA0005"]], [["Host", "atomic/linux/pad.tar.gz"]]),
};
const TREE = { truncated: false, tree: [...Object.keys(METADATA).map((file) => `atomic/_metadata/${file}`), "atomic/windows/h/lsass.zip"].map((file) => ({ type: "blob", path: `datasets/${file}`, size: 51_234 })) };

/** A page with the widget, made with more `options`, after which `then` runs; `failing` says whether the mirror fails. */
async function shown(t, { options = "", then = "", colorScheme = "light", width = 800, failing = () => false } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-mordor-"));
  fs.writeFileSync(path.join(folder, "index.html"), html("<link rel=stylesheet href=style.css><main><h1>Datasets</h1><div id=place></div></main>"));
  fs.writeFileSync(path.join(folder, "style.css"), "html { color-scheme: light dark } ");
  const site = await serve(folder, { mounts: { "/pkg": path.join(root, "pkg") }, headers: { "Content-Security-Policy": POLICY } });
  const { page, log } = await openPage(t, { colorScheme, viewport: { width, height: 900 } });
  await page.route(`${site.url}/mirror/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (failing()) return route.fulfill({ status: 404, body: "gone" });
    return route.fulfill(pathname === "/mirror/tree" ? { json: TREE } : { body: METADATA[path.basename(pathname)] });
  });
  t.after(() => {
    site.close();
    fs.rmSync(folder, { recursive: true });
    if (!failing()) assert.deepEqual(log.filter((line) => !line.startsWith("404") && !line.includes("404 (Not Found)")), []);
  });
  const show = async () => {
    await page.goto(site.url);
    await page.evaluate(`(async () => {
      const hb = (globalThis.hb = await import("/pkg/index.js"));
      globalThis.inputs = 0;
      document.body.addEventListener("input", () => inputs++);
      const mirror = location.origin + "/mirror";
      globalThis.widget = hb.mordorBrowser({ connect: { base: mirror, tree: mirror + "/tree" }, ${options} });
      document.getElementById("place").append(widget);
      ${then}
    })()`);
  };
  await show();
  /** What the value has of some fields, and how many events there were since the last call. */
  const state = (...fields) => page.evaluate((fields) => {
    const count = inputs;
    inputs = 0;
    return [...fields.map((field) => widget.value?.[field]), count];
  }, fields);
  const items = () => page.getByRole("listbox", { name: "Datasets" }).locator("option").allTextContents();
  return { page, show, state, items };
}

test("tactics, techniques and a search filter the datasets", async (t) => {
  const { page, items } = await shown(t);
  await page.getByText("3 datasets").waitFor();
  const all = ["Binary Padding · Windows", "Lsass Dump · Windows", "Remote WMI · Windows"];
  assert.deepEqual(await items(), all);
  const [tactic, technique, search] = [page.getByLabel("Tactic"), page.getByLabel("Technique"), page.getByLabel("Search datasets")];
  const options = (select) => select.locator("option").allTextContents();
  assert.deepEqual(await options(tactic), ["All tactics (3)", "TA0002 Execution (1)", "TA0005 Defense Evasion (1)", "TA0006 Credential Access (1)", "TA0008 Lateral Movement (1)"]);
  await tactic.selectOption("TA0005");
  assert.deepEqual([await items(), await options(technique)], [[all[0]], ["All techniques (1)", "T1027.001 Obfuscated Files or Information: Binary Padding (1)", "T9999 (1)"]]);
  assert.equal(await page.getByText("1 of 3 datasets").count(), 1);
  await tactic.selectOption("");
  await technique.selectOption("T1047");
  assert.deepEqual(await items(), [all[2]]);
  await technique.selectOption("");
  for (const [text, expected] of [["LSASS memory", [1]], ["mimikatz, padding", [0, 2]], ["wmi + lateral", [2]], ["wmi + lsass", []], [" , + ", [0, 1, 2]], ["t1003.001+ta0006,nothing", [1]]]) {
    await search.fill(text);
    assert.deepEqual(await items(), expected.map((i) => all[i]), text);
  }
});

test("a dataset is chosen by keyboard, and one of its files", async (t) => {
  const { page, state } = await shown(t);
  const list = page.getByRole("listbox", { name: "Datasets" });
  await list.focus();
  await page.keyboard.type("L");
  assert.deepEqual(await state("id", "name", "kind", "size", "tactics"), ["SD-A", "atomic.windows.h.lsass", "Host", 51_234, [{ id: "TA0006", name: "Credential Access" }], 1]);
  const details = page.getByRole("group", { name: "Details" });
  const text = await details.innerText();
  for (const part of ["About Lsass Dump.", "T1003.001 OS Credential Dumping: LSASS Memory", "A. Author", "2020/10/18", "51 kB", "javascript:alert(1)"]) assert.ok(text.includes(part), `${part} in ${text}`);
  assert.deepEqual(await details.locator("a").evaluateAll((links) => links.map(({ href, rel }) => [href, rel])), [["https://example.com/lsass", "noopener noreferrer"]]);
  const host = page.getByRole("radio", { name: /^Host/ });
  assert.ok(await host.isChecked());
  await host.focus();
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await state("name", "file", "size"), ["atomic.windows.n.lsass", `${LINKS}datasets/atomic/windows/n/lsass.zip`, null, 1]);
  assert.ok(await page.getByRole("radio", { name: /^Network/ }).evaluate((radio) => radio.checked && radio.getRootNode().activeElement === radio));
});

test("programs set the value, also before the datasets are there", async (t) => {
  const { page, state } = await shown(t, { then: `widget.value = "SD-B";` });
  await page.getByText("3 datasets").waitFor();
  assert.deepEqual(await state("id", "name"), ["SD-B", "atomic.windows.h.wmi", 0]);
  await page.getByLabel("Search datasets").fill("padding");
  await page.evaluate(() => { widget.value = { name: "atomic.windows.n.lsass" }; });
  assert.deepEqual(await state("id", "kind"), ["SD-A", "Network", 0]);
  assert.equal(await page.getByLabel("Search datasets").inputValue(), "", "what is chosen is seen");
  const failed = await page.evaluate(() => {
    try {
      widget.value = "SD-X";
    } catch ({ code, message }) {
      return [code, message];
    }
  });
  assert.deepEqual(failed, ["invalidArgument", "mordorBrowser: value should be a dataset, its id, or the name of its query"]);
  await page.evaluate(() => { widget.value = "wmi"; });
  assert.deepEqual(await state("id", "name"), ["SD-B", "atomic.windows.h.wmi", 0]);
  await page.evaluate(() => { widget.value = null; });
  assert.equal(await page.evaluate(() => widget.value), null);
  assert.equal(await page.getByRole("group", { name: "Details" }).count(), 0);
  assert.equal((await page.evaluate(async () => (await widget.provider.list()).length)), 4);
});

test("what was chosen last is remembered", async (t) => {
  const { page, show, state } = await shown(t, { options: `remember: "x"` });
  await page.getByRole("listbox", { name: "Datasets" }).selectOption({ label: "Remote WMI · Windows" });
  await show();
  await page.getByText("3 datasets").waitFor();
  assert.deepEqual(await state("id"), ["SD-B", 0]);
});

test("what fails is said, and tried again", async (t) => {
  let fails = true;
  const { page } = await shown(t, { failing: () => fails });
  await page.getByText(/404: gone; check the name/).waitFor();
  fails = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("3 datasets").waitFor();
});

for (const [colorScheme, width] of [["light", 800], ["dark", 400]]) {
  test(`accessible, and as wide as the page: ${colorScheme}, ${width}`, async (t) => {
    const { page } = await shown(t, { colorScheme, width });
    await page.getByText("3 datasets").waitFor();
    await page.evaluate(() => { widget.value = "SD-A"; });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`));
    assert.deepEqual(found, []);
    const wide = await page.evaluate((width) => [...widget.shadowRoot.querySelectorAll("*")].filter((part) => part.tagName !== "OPTION" && part.getBoundingClientRect().right > width).map(({ outerHTML }) => outerHTML.slice(0, 80)), width);
    assert.deepEqual(wide, []);
  });
}
