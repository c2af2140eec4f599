// Pipelines from code and from msticpy's YAML.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const flows = () => hb.Table.fromRows([
  { Src: "10.0.0.1", Host: "ws1", Bytes: 10, Tags: '["a","b"]' }, { Src: "8.8.8.8", Host: "WS2", Bytes: 300, Tags: '["c"]' },
  { Src: "none", Host: "ws3", Bytes: 20, Tags: null },
]);

const YAML = `pipelines:
  addresses:
    description: What addresses are for
    steps:
      - name: types
        step_type: pivot
        function: util.ip_type
        entity: IpAddress
        comment: what each is for
        params:
          column: Src
          join: inner
      - name: shown
        step_type: pivot_display
        params:
          title: "Types"
          cols: [Src, ipType]
          head: 1
      - name: kept
        step_type: pivot_tee
        params:
          var_name: typed
      - name: drawn
        step_type: pivot_tee_exec
        function: mp_plot.matrix
        pos_params: []
        params:
          x: Src
          y: Host
      - name: sorted
        step_type: pd_accessor
        function: mp_pivot.sort
        pos_params: ["bytes:desc"]
  second:
    steps: []
`;

test("msticpy's YAML runs, and is written as it was read", async () => {
  const [pipeline, second] = await hb.Pipeline.fromYaml(YAML);
  assert.deepEqual([pipeline.name, pipeline.description, second.name, second.steps.length], ["addresses", "What addresses are for", "second", 0]);
  assert.equal(String(pipeline), "Pipeline(addresses: types → shown → kept → drawn → sorted)");
  const [steps, shown, progress] = [[], [], []];
  const { result, kept } = await pipeline.run(await flows(), {
    onStep: ({ step, table }) => steps.push([step.name, table.numRows]),
    onDisplay: (table, title) => shown.push([title, table.rows()]),
    onProgress: (fraction) => progress.push(fraction),
  });
  assert.deepEqual(steps, [["types", 3], ["shown", 2], ["kept", 2], ["drawn", 2], ["sorted", 2]]);
  assert.deepEqual(shown, [["Types", [{ Src: "10.0.0.1", ipType: "Private" }]]]);
  assert.deepEqual(result.column("Src"), ["8.8.8.8", "10.0.0.1"]);
  assert.deepEqual(kept.typed.column("ipType"), ["Private", "Public"]);
  assert.match(kept.drawn.toSvg(), /<svg/);
  assert.equal(progress.at(-1), 1);
  const [again] = await hb.Pipeline.fromYaml(await pipeline.toYaml());
  assert.deepEqual(again.steps, pipeline.steps);
  assert.equal(again.description, pipeline.description);
});

test("one that msticpy wrote, without pipelines: before it", async () => {
  const [pipeline] = await hb.Pipeline.fromYaml("mine:\n  description: null\n  steps:\n  - comment: null\n    entity: null\n    function: head\n    name: few\n    params: {}\n    pos_params: [2]\n    step_type: pd_accessor\n");
  assert.equal((await pipeline.run(await flows())).result.numRows, 2);
});

test("steps of a table", async () => {
  const run = async (fn, params, positions) => {
    const flow = await hb.pipeline([{ step_type: "pd_accessor", function: fn, params, pos_params: positions }]);
    return (await flow.run(await flows())).result;
  };
  const cases = [
    ["filter, a pattern in any column", "mp_pivot.filter", { expr: "^WS[12]" }, "Host", ["ws1", "WS2"]],
    ["filter, with case", "filter", { expr: "^WS", match_case: true }, "Host", ["WS2"]],
    ["filter, a number", "filter", { expr: 30 }, "Host", ["WS2"]],
    ["filter, a condition", "filter", { expr: { column: "Bytes", lt: 15 } }, "Host", ["ws1"]],
    ["filter_cols, wildcards", "filter_cols", { cols: ["h*", "S?c"] }, "Host", ["ws1", "WS2", "ws3"]],
    ["sort, two columns", "sort", { cols: "Host:desc, Bytes" }, "Host", ["ws3", "ws1", "WS2"]],
    ["sort, an object", "sort", { cols: { bytes: false } }, "Host", ["WS2", "ws3", "ws1"]],
    ["sort, all one way", "sort", { cols: ["Bytes"], ascending: true }, "Host", ["ws1", "ws3", "WS2"]],
    ["list_to_rows", "list_to_rows", { cols: "Tags" }, "Tags", ["a", "b", "c"]],
    ["list_to_rows repeats the others", "list_to_rows", { cols: "Tags" }, "Host", ["ws1", "ws1", "WS2"]],
    ["parse_json", "parse_json", { cols: "Tags" }, "Tags", [["a", "b"], ["c"], null]],
    ["select", "select", { cols: ["Host"] }, "Host", ["ws1", "WS2", "ws3"]],
    ["rename", "rename", { from: "Host", to: "h" }, "h", ["ws1", "WS2", "ws3"]],
    ["slice", "slice", { start: 1, end: 2 }, "Host", ["WS2"]],
    ["a function of the library", "mp.ioc_extract", { columns: ["Src"] }, "Observable", ["10.0.0.1", "8.8.8.8"]],
  ];
  for (const [name, fn, params, column, expected] of cases) assert.deepEqual((await run(fn, params)).column(column), expected, name);
  assert.deepEqual((await run("filter_cols", { cols: ["h*", "S?c"] })).columns.map(String), ["Src", "Host"]);
});

const rejects = (work, code, message) => assert.rejects(work, (error) => {
  assert.ok(error instanceof hb.HuntbookError, String(error?.stack));
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
});

test("errors name the step, and of YAML its line", async () => {
  const text = YAML.replace("step_type: pivot_tee\n", "step_type: pivot_te\n");
  await rejects(hb.Pipeline.fromYaml(text, { name: "p.yaml" }), "badInput", /^p\.yaml, line 19: pipeline `addresses`, step `kept`: there is no step_type `pivot_te` \(there are: pivot,/);
  await rejects(hb.Pipeline.fromYaml("a: 1", { name: "p.yaml" }), "badInput", /^p\.yaml, line 1: pipeline `a` should have `steps:`, a list$/);
  await rejects(hb.Pipeline.fromYaml("- 1"), "badInput", /^input, line 1: there should be `pipelines:`/);
  await rejects(hb.Pipeline.fromYaml("a:\n\tb: 1"), "badInput", /^input, line 2, column 1: .*instead of tabs$/);
  await rejects(hb.Pipeline.fromYaml(1), "invalidArgument", /YAML should be a text/);
  const [pipeline] = await hb.Pipeline.fromYaml(YAML.replace("column: Src", "column: Dst"), { name: "p.yaml" });
  await rejects(pipeline.run(await flows()), "columnNotFound", /^pipeline `addresses`, step `types` \(p\.yaml, line 5\): no column `Dst`/);
  const cases = [
    ["no list", 1, /`steps` should be a list/],
    ["a misspelt field", [{ step_typ: "pivot" }], /step 1: there is no field `step_typ`/],
    ["no column", [{ step_type: "pivot", entity: "Host", function: "x" }], /needs `column`/],
    ["no entity", [{ step_type: "pivot", function: "x" }], /needs `entity`/],
    ["no name to keep it", [{ step_type: "pivot_tee" }], /needs `var_name`/],
  ];
  for (const [name, steps, message] of cases) await rejects(hb.pipeline(steps), "invalidArgument", message, name);
  const runs = [
    ["a function that there is not", [{ step_type: "pd_accessor", function: "query" }], /step `1 query`: there is no function `query` of a table/],
    ["one that is no function of a table", [{ step_type: "pd_accessor", function: "init" }], /no function `init` of a table/],
    ["a misspelt parameter", [{ step_type: "pd_accessor", function: "sort", params: { col: "a" } }], /sort: there is no parameter `col`/],
    ["an absent one", [{ step_type: "pd_accessor", function: "sort" }], /sort: `cols` is needed/],
    ["a step after what is no table", [{ step_type: "pd_accessor", function: "matrix", params: { x: "Src", y: "Host" } }, { step_type: "pd_accessor", function: "head", pos_params: [1] }], /step `1 matrix` gave no table/],
    ["Python", [{ step_type: "pivot_display", params: { query: "a == 1" } }], /`query` is Python/],
    ["kept twice", [{ step_type: "pivot_tee", params: { var_name: "a" } }, { step_type: "pivot_tee", params: { var_name: "a" } }], /kept already/],
  ];
  for (const [name, steps, message] of runs) await rejects((await hb.pipeline(steps)).run(await flows()), "invalidArgument", message, name);
});

test("a signal stops it between two steps", async () => {
  const controller = new AbortController();
  const flow = await hb.pipeline([{ step_type: "pivot_tee", params: { var_name: "a" } }, { step_type: "pd_accessor", function: "head", pos_params: [1] }]);
  await rejects(flow.run(await flows(), { signal: controller.signal, onStep: ({ index }) => index === 0 && controller.abort() }), "cancelled", /cancelled/);
});
