// Charts in Chromium: the first draw, zooming and moving the mouse over them, against the charts of other libraries.
// What is measured is `ThreadTime`: the CPU time of the renderer's main thread by the thread's own clock, which
// stands still while the thread waits or others have the processor (`TaskDuration` runs on: it is wall time).
// Without a GPU this thread also paints canvases; what other threads of the process do goes into a note.
import fs from "node:fs";
import path from "node:path";
import { inChromium, median, root, work } from "./measure.mjs";

const VIEWPORT = { width: 900, height: 400 };
const SIZES = [100_000, 1_000_000];
const ROUNDS = 3;
const WARM_MS = 1000;
const MOUSE_MOVES = 20;
const modules = path.join(import.meta.dirname, "node_modules");
const MOUNTS = { "/modules": modules, "/charts": path.join(import.meta.dirname, "charts"), "/samples": path.join(root, "scripts/samples"), "/pkg": path.join(root, "pkg") };

// Which of the contenders of charts/page.mjs zoom, and which have the mouse moved over them; those that
// are only there for the mouse are so at the first size alone, as BokehJS takes seconds for a move at the second.
const CHARTS = {
  timeline: {
    zoom: ["huntbook", "BokehJS", "ECharts", "a raw loop", "nothing"],
    hover: ["BokehJS with hover", "ECharts with tooltips"],
    function: "timeline",
  },
  line: { zoom: ["huntbook", "uPlot", "BokehJS", "ECharts", "a raw loop"], hover: ["uPlot"], function: "timelineValues" },
};
const isHovered = (chart, name) => name === "huntbook" || CHARTS[chart].hover.includes(name);

// Through the whole span, an eighth of it and back, in parts of the span.
const ZOOM = [
  [1 / 4, 3 / 4], [3 / 8, 5 / 8], [7 / 16, 9 / 16], [1 / 2, 5 / 8], [7 / 16, 11 / 16], [5 / 16, 9 / 16], [3 / 16, 11 / 16], [7 / 16, 15 / 16], [0, 1],
];

// Against these the ratio says how much more we take, not how much less.
const LIGHT = ["uPlot", "a raw loop"];

const GOALS = {
  timeline: {
    draw: { atMost: 100, BokehJS: { atLeast: 20 } },
    zoom: { atMost: 16, BokehJS: { atLeast: 50 }, ECharts: { atLeast: 20 }, "a raw loop": { atMost: 3 } },
  },
  line: { zoom: { uPlot: { atMost: 1.2 }, BokehJS: { atLeast: 10 } } },
};

/** Where the mouse goes: from lane to lane over the middle of the plot. */
const mousePath = Array.from({ length: MOUSE_MOVES }, (_, i) => ({ x: 150 + 25 * i, y: 60 + ((i * 50) % 270) }));

/** A page of its own for one contender: `evaluate` runs in it, `picture` is what it shows, `cpu` the milliseconds that a piece of work takes. */
async function openPage(browser, url) {
  const context = await browser.newContext({ viewport: VIEWPORT, deviceScaleFactor: 1 });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error));
  await page.goto(url);
  // Playwright's own `evaluate` does more in the page than some of what is measured.
  const devtools = await context.newCDPSession(page);
  await devtools.send("Performance.enable");
  const evaluate = async (expression) => {
    const { exceptionDetails } = await devtools.send("Runtime.evaluate", { expression, awaitPromise: true });
    if (exceptionDetails || errors.length) throw new Error(exceptionDetails?.exception?.description ?? errors[0].message);
  };
  const clocks = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    const seconds = (name) => metrics.find((metric) => metric.name === name).value;
    return { main: seconds("ThreadTime") * 1000, all: seconds("ProcessTime") * 1000 };
  };
  const cpu = async (work) => {
    const before = await clocks();
    await work();
    const after = await clocks();
    return { main: after.main - before.main, all: after.all - before.all };
  };
  await evaluate(`import("/charts/page.mjs").then(({ bench }) => { globalThis.bench = bench; })`);
  return {
    evaluate, cpu,
    collectGarbage: () => devtools.send("HeapProfiler.collectGarbage"),
    picture: async () => (await devtools.send("Page.captureScreenshot", { format: "png" })).data,
    // Resolves when the page has seen it.
    mouse: ({ x, y }) => devtools.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y }),
    close: () => context.close(),
  };
}

const draw = "bench.draw()";
const show = (part) => `bench.show([${part}])`;
const hoverOver = async (page, point) => {
  await page.mouse(point);
  await page.evaluate("bench.frames()");
};

/** Prepares a contender on a new page, for which `use(page)` then has the time that it takes. */
async function withContender(browser, url, [chart, name, size], use) {
  const page = await openPage(browser, url);
  try {
    await page.evaluate(`bench.prepare("${chart}", "${name}", ${size})`);
    await page.collectGarbage();
    return await use(page);
  } finally {
    await page.close();
  }
}

/**
 * Makes sure that what is going to be measured happens: every step gives another picture than the one before,
 * and none changes after the two frames that are waited for. The first pictures are kept in the folder of results.
 */
async function check(browser, url, task) {
  const [chart, name, size] = task;
  const wrong = (what) => new Error(`charts: ${name}, ${chart} of ${size}: ${what}`);
  await withContender(browser, url, task, async (page) => {
    let last = await page.picture();
    const step = async (what, work) => {
      await work();
      const picture = await page.picture();
      if (picture === last) throw wrong(`the picture is the same after ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (await page.picture() !== picture) throw wrong(`the picture was not done after ${what}`);
      last = picture;
    };
    const keep = (as) => fs.writeFileSync(path.join(work, "charts", `${chart}-${size}-${name.replaceAll(" ", "-")}-${as}.png`), Buffer.from(last, "base64"));
    await step("the first draw", () => page.evaluate(draw));
    keep("whole");
    if (CHARTS[chart].zoom.includes(name)) {
      for (const [i, one] of ZOOM.entries()) {
        await step(`step ${i} of zooming`, () => page.evaluate(show(one)));
        if (i === 2) keep("eighth");
      }
    }
    if (!isHovered(chart, name)) return;
    // Between two events there is nothing to show, nor at the first move, which some only take for an arrival.
    let changes = 0;
    for (const point of mousePath) {
      await hoverOver(page, point);
      const picture = await page.picture();
      if (picture !== last) changes++;
      last = picture;
      if (changes === 4) keep("hover");
    }
    if (changes < MOUSE_MOVES / 4) throw wrong(`only ${changes} of ${MOUSE_MOVES} moves of the mouse changed the picture`);
  });
}

/** One round of a contender: `{ draw, zoom, hover }`, lists of milliseconds. */
async function measure(browser, url, task) {
  const [chart, name] = task;
  process.stderr.write(`\rbench: charts, ${task.join(", ")}`.padEnd(70));
  return withContender(browser, url, task, async (page) => {
    const first = await page.cpu(() => page.evaluate(draw));
    const times = { draw: [first], zoom: [], hover: [] };
    if (CHARTS[chart].zoom.includes(name)) {
      // Once without the clock, for V8 to compile, unless it had the time for that before.
      if (first.main < WARM_MS) for (const step of ZOOM) await page.evaluate(show(step));
      await page.collectGarbage();
      for (const step of ZOOM) times.zoom.push(await page.cpu(() => page.evaluate(show(step))));
    }
    if (isHovered(chart, name)) {
      for (const point of mousePath.slice(0, 2)) await hoverOver(page, point);
      for (const point of mousePath) times.hover.push(await page.cpu(() => hoverOver(page, point)));
    }
    return times;
  });
}

/** All contenders of a chart in turn, `ROUNDS` times: name → `{ draw, zoom, hover, greatest, otherThreads }` in milliseconds. */
async function compareIn(browser, url, chart, size, names) {
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  // The others do the same at every size.
  for (const name of names) if (name !== "nothing" && (name === "huntbook" || size === SIZES[0])) await check(browser, url, [chart, name, size]);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) runs[name].push(await measure(browser, url, [chart, name, size]));
  }
  return Object.fromEntries(names.map((name) => {
    const times = (what) => runs[name].flatMap((run) => run[what]);
    const middle = (what) => (times(what).length ? median(times(what).map(({ main }) => main)) : undefined);
    const zoom = times("zoom");
    return [name, {
      draw: middle("draw"), zoom: middle("zoom"), hover: middle("hover"),
      greatest: Math.max(...zoom.map(({ main }) => main)),
      // The process's clock has steps of 10 ms, so that only sums of it tell.
      otherThreads: zoom.reduce((sum, { main, all }) => sum + all - main, 0) / zoom.length,
    }];
  }));
}

const ms = (value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;

/** The rows of a chart; `ours` is absent while the package has no such chart. */
function addRows(report, label, { huntbook: ours, ...others }, goals) {
  for (const what of ["draw", "zoom", "hover"]) {
    const title = `${label}: ${{ draw: "first draw", zoom: "a step of zooming", hover: "a move of the mouse" }[what]}`;
    const limit = goals[what]?.atMost;
    if (limit && ours) report.add({ what: title, against: `${limit} ms`, ours: ms(ours[what]), theirs: "", ratio: ours[what], unit: " ms", atMost: limit });
    const peers = Object.entries(others).filter(([name, theirs]) => name !== "nothing" && theirs[what] !== undefined);
    if (ours && peers.length === 0) report.add({ what: title, against: "", ours: ms(ours[what]), theirs: "" });
    for (const [name, theirs] of peers) {
      const goal = goals[what]?.[name] ?? {};
      const row = { what: title, against: name, ours: ours ? ms(ours[what]) : "", theirs: ms(theirs[what]) };
      const ratio = ours && (LIGHT.includes(name) ? ours[what] / theirs[what] : theirs[what] / ours[what]);
      report.add(ratio === undefined ? row : { ...row, ratio, ...goal });
    }
  }
}

export async function run(report) {
  fs.mkdirSync(path.join(work, "charts"), { recursive: true });
  const hb = await import("../pkg/node.js");
  await inChromium(MOUNTS, async (browser, url) => {
    for (const [chart, { zoom, hover, function: name }] of Object.entries(CHARTS)) {
      const isThere = typeof hb[name] === "function";
      if (!isThere) report.note(`${name} is not in pkg/: the others are measured alone.`);
      for (const size of SIZES) {
        const all = size === SIZES[0] ? [...new Set([...zoom, ...hover])] : zoom;
        const names = all.filter((name) => isThere || name !== "huntbook");
        const results = await compareIn(browser, url, chart, size, names);
        const label = `${chart} of ${size.toLocaleString("en")}`;
        addRows(report, label, results, size === SIZES.at(-1) ? GOALS[chart] : {});
        const spread = zoom.filter((name) => results[name]).map((name) => `${name} ${ms(results[name].greatest)} and ${ms(results[name].otherThreads)}`);
        report.note(`${label}, the greatest step of zooming and the mean of other threads: ${spread.join("; ")}.`);
      }
    }
  });
}
