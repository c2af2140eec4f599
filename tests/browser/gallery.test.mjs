// The gallery: every example draws, and says what is chosen.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { openPage, root, serve } from "../packaging/helpers.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
// The functions that give an element.
const types = fs.readFileSync(path.join(root, "pkg/index.d.ts"), "utf8");
const made = [...types.matchAll(/^export function (\w+)(?:<[^(]*>)?\([\s\S]*?\): (\w+)/gm)].filter(([, , type]) => type.endsWith("Element"));
const widgets = new Set(made.filter(([, , type]) => !/^(Chart|Table|\w*Graph)/.test(type)).map(([, name]) => name));
const charts = new Set(made.map(([, name]) => name).filter((name) => !widgets.has(name)));

/** How many colours a canvas has; one that is empty has one. */
const colours = (canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
};

for (const colorScheme of ["light", "dark"]) {
  test(`every example draws and chooses, ${colorScheme}`, async (t) => {
    const site = await serve(path.join(root, "www"), { mounts: { "/pkg": path.join(root, "pkg") } });
    const { page, log } = await openPage(t, { colorScheme, viewport: { width: 1300, height: 900 } });
    t.after(() => {
      site.close();
      assert.deepEqual(log, []);
    });
    await page.goto(`${site.url}/gallery.html`);
    const names = await page.locator("#chart-contents a").allTextContents();
    assert.deepEqual([...names].sort(), [...charts].sort(), "an example of each");
    for (const name of names) {
      const section = page.locator(`#${name}`);
      await section.scrollIntoViewIfNeeded();
      const element = section.locator("huntbook-chart, huntbook-table, [role=alert]");
      await element.waitFor();
      assert.equal(await section.locator("[role=alert]").count(), 0, `${name}: ${await element.textContent()}`);
      const isTable = name === "tableView";
      assert.equal(await element.evaluate((element) => element.hasAttribute("data-dark")), colorScheme === "dark", name);
      const place = element.locator(isTable ? ".grid" : ".stage");
      if (!isTable) {
        const picture = element.locator("canvas").first();
        await page.waitForFunction((picture) => picture.width > 300, await picture.elementHandle());
        assert.ok((await picture.evaluate(colours)) > 5, `${name} is empty`);
        assert.match(await place.getAttribute("aria-label"), /\d/, name);
      }
      const said = section.locator(".value");
      assert.match(await said.textContent(), /^chart\.value: null/, name);
      // What is pointed at is chosen by a click; else a drag chooses.
      await place.scrollIntoViewIfNeeded();
      const { x, y, width, height } = await place.boundingBox();
      await page.mouse.move(x + width * 0.35, y + Math.min(height * 0.4, 200));
      await page.mouse.down();
      await page.mouse.move(x + width * 0.65, y + Math.min(height * 0.6, 300), { steps: 4 });
      await page.mouse.up();
      if (/null/.test(await said.textContent())) {
        await place.press("n");
        await place.press("Enter");
      }
      if (isTable) await element.locator(".space .cell").first().click();
      assert.match(await said.textContent(), /^chart\.value: \{ .*rows: /, name);
      await element.locator(".status", { hasText: "chosen" }).waitFor();
    }
    const asked = await page.locator("#widget-contents a").allTextContents();
    assert.deepEqual([...asked].sort(), [...widgets].sort(), "an example of each widget");
    for (const name of asked) {
      const section = page.locator(`#${name}`);
      await section.scrollIntoViewIfNeeded();
      await section.locator("huntbook-widget").waitFor();
      await section.locator(".value", { hasText: /^widget\.value: ./ }).waitFor();
    }
    await page.locator("#selectItem option").nth(1).waitFor({ state: "attached" });
    await page.locator("#selectItem select").selectOption({ index: 1 });
    await page.locator("#selectItem .value", { hasText: /^widget\.value: "/ }).waitFor();
    await page.locator("#selectItem huntbook-table").waitFor();
    await page.setInputFiles("#fileInput input", [{ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") }]);
    await page.locator("#fileInput huntbook-table").waitFor();
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
    assert.deepEqual(found, []);
  });
}
