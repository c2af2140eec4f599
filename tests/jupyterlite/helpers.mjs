// What the tests of the JupyterLite site share: the site, in a folder of a server, and notebooks in Chromium.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { buildSite } from "../../examples/jupyterlite/build.mjs";
import { Unreachable } from "../../scripts/venv.mjs";
import { openPage, root, serve } from "../packaging/helpers.mjs";

const out = path.join(root, "target/jupyterlite/site");
// A machine may be slow, or busy.
const PATIENCE = 180_000;

let built;

/** The site is built once; only where the registries cannot be reached is the test skipped. */
export async function site(t) {
  try {
    await (built ??= buildSite(out));
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    t.skip(`JupyterLite cannot be fetched here: ${error.message.slice(-300)}`);
    return undefined;
  }
  // In a folder, as on a server with other sites.
  const server = await serve(path.join(root, "www"), { mounts: { "/hunt/lab": out } });
  t.after(() => server.close());
  return `${server.url}/hunt/lab`;
}

/** What was planted in the sample logs. */
export const truth = () => JSON.parse(fs.readFileSync(path.join(root, "www/samples/truth.json"), "utf8"));

/** A notebook of the site, opened, with its kernel running. */
export async function openNotebook(t, name) {
  const url = await site(t);
  if (!url) return undefined;
  const { page, log } = await openPage(t, { viewport: { width: 1100, height: 1000 } });
  page.setDefaultTimeout(PATIENCE);
  await page.goto(`${url}/notebooks/index.html?path=${name}`);
  await page.waitForFunction(() => {
    const panel = globalThis.jupyterapp?.shell?.currentWidget;
    return panel?.context?.isReady && panel.sessionContext?.session?.kernel?.connectionStatus === "connected";
  });
  const wrong = () => log.filter((line) => /^(pageerror|error|[45]\d\d):/.test(line));

  /** Runs the cells one by one, as a reader does: outputs of each code cell. Each of these notebooks' cells has one. */
  async function runCells() {
    const count = await page.evaluate(() => globalThis.jupyterapp.shell.currentWidget.content.widgets.length);
    const outputs = [];
    for (let index = 0; index < count; index++) {
      const isCode = await page.evaluate(async (index) => {
        const { content } = globalThis.jupyterapp.shell.currentWidget;
        content.activeCellIndex = index;
        await globalThis.jupyterapp.commands.execute("notebook:run-cell");
        return content.widgets[index].model.type === "code";
      }, index);
      if (!isCode) continue;
      await page.waitForFunction((index) => globalThis.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.length, index);
      outputs.push(await page.evaluate((index) => globalThis.jupyterapp.shell.currentWidget.content.widgets[index].model.outputs.toJSON(), index));
    }
    for (const one of outputs.flat()) assert.notEqual(one.output_type, "error", `${one.ename}: ${one.evalue}\n${one.traceback}`);
    return outputs.map(([first]) => first.data ?? first);
  }

  /** Runs a new cell at the end. */
  async function addCell(source) {
    await page.evaluate(async (source) => {
      const { content } = globalThis.jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.length - 1;
      await globalThis.jupyterapp.commands.execute("notebook:insert-cell-below");
      await globalThis.jupyterapp.commands.execute("notebook:change-cell-to-code");
      content.activeCell.model.sharedModel.setSource(source);
      await globalThis.jupyterapp.commands.execute("notebook:run-cell");
    }, source);
  }

  /** Runs code beside the cells: what it prints; an error is thrown. */
  async function run(code) {
    const { printed, error } = await page.evaluate((code) => new Promise((resolve) => {
      const future = globalThis.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code, store_history: false });
      let [printed, error] = ["", undefined];
      future.onIOPub = ({ header, content }) => {
        if (header.msg_type === "stream") printed += content.text;
        if (header.msg_type === "error") error = `${content.ename}: ${content.evalue}\n${(content.traceback ?? []).join("\n")}`;
      };
      // What a kernel prints may come a little after its answer, or be lost: `until` asks again.
      future.done.then(() => setTimeout(() => resolve({ printed, error }), 100));
    }), code);
    if (error) throw new Error(error);
    return printed;
  }

  /** Asks the kernel until what it prints is right: anything, if that is not said. */
  async function until(code, isRight = () => true) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const printed = await run(code);
      if (printed && isRight(printed)) return printed;
      if (Date.now() > end) assert.fail(`${code} still prints ${printed}`);
      await page.waitForTimeout(100);
    }
  }

  return { page, run, runCells, addCell, until, wrong };
}
