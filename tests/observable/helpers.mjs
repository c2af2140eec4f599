// What the tests of the examples share: where they are, building them, and what happened in a page.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { root } from "../packaging/helpers.mjs";

export const EXAMPLES = path.join(root, "examples");
/** What notebooks use of npm. */
export const MODULES = path.join(EXAMPLES, "observable/notebooks/node_modules");

/** What was planted in the sample logs. */
export const truth = JSON.parse(fs.readFileSync(path.join(root, "www/samples/truth.json"), "utf8"));

/** A folder that is gone after the test. */
export function scratch(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "huntbook-"));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a program of npm's in an example's folder; its output is the error if it fails. */
export function run(example, script, args, { node = [], env = {} } = {}) {
  const folder = path.join(EXAMPLES, example);
  const file = path.join(folder, "node_modules", script);
  assert.ok(fs.existsSync(file), `${file} is absent: run make test, or node scripts/examples.mjs`);
  // A test that watches over itself would have its child do so too.
  const { NODE_TEST_CONTEXT: _, ...rest } = process.env;
  try {
    execFileSync(process.execPath, [...node, file, ...args], { cwd: folder, encoding: "utf8", env: { ...rest, ...env } });
  } catch (error) {
    throw new Error(`${script} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/** Makes the sample logs where an example looks for them, as its README says. */
export function makeSamples(folder) {
  execFileSync(process.execPath, [path.join(root, "scripts/samples.mjs"), path.join(EXAMPLES, folder)], { stdio: "pipe" });
}

/** Counts from now on how many tables of the page's own copy of huntbook, which is at `address`, are made and freed. */
export function countTables(page, address) {
  return page.evaluate(async (address) => {
    const { Table } = await import(address);
    const freed = (globalThis.freed = []);
    const { free } = Table.prototype;
    Table.prototype.free = function () {
      freed.push(this.numRows);
      free.call(this);
    };
  }, address);
}

/** Waits until `value()` is as wanted, and says how it differs if it never is. */
export async function becomes(value, wanted) {
  for (let tries = 0; tries < 200; tries++) {
    if ((await value()) === wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal(await value(), wanted);
}

/** The texts of the cells of Inputs.table, without the boxes. */
export const cellsOf = (place) => place.locator("tbody tr").evaluateAll((rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent).slice(1)));

/** Drags over the picture of a chart, from and to parts of its width. */
export async function drag(page, chart, from, to) {
  const stage = chart.locator(".stage");
  await stage.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await stage.boundingBox();
  await page.mouse.move(x + from * width, y + height / 3);
  await page.mouse.down();
  await page.mouse.move(x + ((from + to) / 2) * width, y + height / 3, { steps: 4 });
  await page.mouse.move(x + to * width, y + height / 3, { steps: 4 });
  await page.mouse.up();
}
