// A view of a table where there is no page.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

test("a view of a table is HTML of its first rows", async () => {
  const table = await hb.Table.fromRows(Array.from({ length: 30 }, (_, n) => ({ n, host: `<b>${n}` })));
  const view = hb.tableView(table, { columns: ["host"] });
  table.free();
  assert.match(view.toHtml(), /<td [^>]*>&lt;b&gt;19<\/td>[^]*30 rows × 1 columns, the first 20 shown/);
  assert.equal(view._toHtml(), view.toHtml());
});

test("options are looked at", async () => {
  const table = await hb.Table.fromRows([{ n: 1 }]);
  const cases = [
    [[{ n: 1 }], /the first argument should be a Table/],
    [table, { columns: ["m"] }, /no column `m`/],
    [table, { heigth: 3 }, /tableView: there is no option `heigth` \(there are: columns, height, title, timeZone, theme\)/],
    [table, { height: -1 }, /tableView: option `height` should be a number of CSS pixels/],
    [table, { theme: "blue" }, /tableView: option `theme` should be/],
    [table, { timeZone: "Mars" }, /no zone "Mars"/],
  ];
  for (const [given, options, message = options] of cases) assert.throws(() => hb.tableView(given, options === message ? undefined : options), message);
});
