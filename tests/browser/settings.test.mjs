// A key that the settings refer to is asked for in a dialog.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { html, openPage, project, root, serve } from "../packaging/helpers.mjs";

const CONFIG = "TIProviders:\n  VirusTotal:\n    Args:\n      AuthKey:\n        EnvironmentVar: VT_AUTH\n";
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; worker-src blob:; img-src data:";

async function open(t) {
  const folder = project(t, { "index.html": html(`<script type="module" src="page.js"></script>`), "page.js": `globalThis.hb = await import("./node_modules/huntbook/index.js");`, "msticpyconfig.yaml": CONFIG });
  const site = await serve(folder, { headers: { "content-security-policy": CSP } });
  const { page, log } = await openPage(t);
  t.after(() => {
    site.close();
    assert.deepEqual(log, []);
  });
  await page.goto(site.url);
  await page.waitForFunction(() => globalThis.hb);
  // What was asked for, and how it ended.
  await page.evaluate(async () => {
    globalThis.settings = await hb.readSettings(new URL("msticpyconfig.yaml", location.href));
    globalThis.answers = [];
    globalThis.want = (options) => void settings.secret("VirusTotal", "AuthKey", options).then((key) => answers.push(key), (error) => answers.push(error.code));
  });
  const answers = (count) => page.waitForFunction((count) => answers.length === count && answers, count).then((handle) => handle.jsonValue());
  return { page, answers, dialog: page.getByRole("dialog", { name: "Key for VirusTotal" }) };
}

test("typed once, used for all, and nothing of it stays in the page", async (t) => {
  const { page, answers, dialog } = await open(t);
  await page.evaluate(() => (want(), want()));
  await dialog.waitFor();
  assert.equal(await dialog.count(), 1);
  assert.match(await dialog.textContent(), /environment variable VT_AUTH/);
  const field = page.getByLabel("VirusTotal: AuthKey");
  assert.equal(await field.getAttribute("type"), "password");
  await page.keyboard.type("very-secret");
  await page.keyboard.press("Enter");
  assert.deepEqual(await answers(2), ["very-secret", "very-secret"]);
  await dialog.waitFor({ state: "detached" });
  await page.evaluate(() => want());
  assert.deepEqual((await answers(3)).at(-1), "very-secret");
  const left = await page.evaluate(() => [document.documentElement.outerHTML, JSON.stringify(settings), JSON.stringify({ ...localStorage, ...sessionStorage }), document.body.children.length].join());
  assert.doesNotMatch(left, /very-secret/);
});

test("cancelled, escaped, aborted; then asked again", async (t) => {
  const { page, answers, dialog } = await open(t);
  for (const [i, stop] of [() => page.getByRole("button", { name: "Cancel" }).click(), () => page.keyboard.press("Escape"), () => page.evaluate(() => controller.abort())].entries()) {
    await page.evaluate(() => want({ signal: (globalThis.controller = new AbortController()).signal }));
    await dialog.waitFor();
    await stop();
    assert.equal((await answers(i + 1)).at(-1), "cancelled");
    await dialog.waitFor({ state: "detached" });
  }
  await page.evaluate(() => want());
  await dialog.waitFor();
  await page.keyboard.press("Enter"); // nothing is typed: the dialog stays
  await page.keyboard.type("late");
  await page.getByRole("button", { name: "Use this key" }).click();
  assert.equal((await answers(4)).at(-1), "late");
});

test("in a frame that nobody sees there is an error instead", async (t) => {
  const { page } = await open(t);
  const error = await page.evaluate(async (config) => {
    const frame = document.createElement("iframe");
    frame.hidden = true;
    document.body.append(frame);
    const script = frame.contentDocument.createElement("script");
    script.type = "module";
    script.src = new URL("page.js", location.href).href;
    frame.contentDocument.body.append(script);
    while (!frame.contentWindow.hb) await new Promise((resolve) => setTimeout(resolve, 10));
    const settings = await frame.contentWindow.hb.readSettings(config);
    return settings.secret("VirusTotal", "AuthKey").catch(({ code, message }) => [code, message]);
  }, CONFIG);
  assert.equal(error[0], "unsupported");
  assert.match(error[1], /setSecret/);
});

test("reads well, light and dark", async (t) => {
  const { page, answers, dialog } = await open(t);
  const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
  for (const [i, colorScheme] of ["light", "dark"].entries()) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => (document.documentElement.style.colorScheme = "light dark"));
    await page.evaluate(() => want());
    await dialog.waitFor();
    await page.evaluate(axe);
    const found = await page.evaluate(() => axe.run(document, { rules: { region: { enabled: false } } }));
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes[0].html}`), []);
    if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, `ask-${colorScheme}.png`) });
    await page.keyboard.press("Escape");
    await answers(i + 1);
  }
});
