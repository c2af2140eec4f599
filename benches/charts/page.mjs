// The contenders, in the page. `prepare(size)` of each loads its code and makes its data, and resolves to
// `{ draw(host), show(window, move) }`: both may be asynchronous, and have changed the picture at the latest
// two frames after they have resolved. A window is `[start, end]` in milliseconds; `move` is how a user gets there.
import { END, LANES, START, csv, events, interleaved, series } from "./data.mjs";
import { rawLine, rawTimeline } from "./raw.mjs";

const SIZE = { width: 900, height: 400 };
const MODULES = "/modules";

function addToHead(tag, attributes) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), attributes, { onload: resolve, onerror: () => reject(new Error(`${tag} did not load`)) });
    document.head.append(element);
  });
}

/** Of a signal: `next()` resolves when it fires again. */
function signal() {
  let fire = () => {};
  return { next: () => new Promise((resolve) => (fire = resolve)), fire: () => fire() };
}

const bokeh = ({ hover, glyph }) => async (size) => {
  const build = `${MODULES}/@bokeh/bokehjs/build/js`;
  for (const file of ["bokeh.min.js", "bokeh-api.min.js"]) await addToHead("script", { src: `${build}/${file}` });
  const { ColumnDataSource, Plotting, Range1d } = window.Bokeh;
  const { x, y, range, add } = glyph(size);
  const xRange = new Range1d({ start: START, end: END });
  const painted = signal();
  return {
    async draw(host) {
      const figure = Plotting.figure({ ...SIZE, x_axis_type: "datetime", toolbar_location: null, tools: hover ? "hover" : "", x_range: xRange, y_range: new Range1d(range) });
      add(figure, { field: "x" }, { field: "y" }, new ColumnDataSource({ data: { x, y } }));
      const view = await Plotting.show(figure, host);
      view.repainted.connect(painted.fire);
    },
    async show([start, end]) {
      const done = painted.next();
      xRange.setv({ start, end });
      await done;
    },
  };
};

// As msticpy draws its timeline: groups are numbers on an axis whose ticks have names.
const bokehEvents = (size) => {
  const { times, lanes } = events(size);
  return {
    x: times, y: lanes, range: { start: -0.5, end: LANES.length - 0.5 },
    add(figure, x, y, source) {
      figure.scatter(x, y, { source, size: 6 });
      figure.yaxis.ticker = new window.Bokeh.FixedTicker({ ticks: [...LANES.keys()] });
      figure.yaxis.major_label_overrides = new Map(LANES.entries());
    },
  };
};
const bokehSeries = (size) => {
  const { times, values } = series(size);
  return { x: times, y: values, range: { start: 200, end: 800 }, add: (figure, x, y, source) => figure.line(x, y, { source }) };
};

const echarts = ({ hover, chart }) => async (size) => {
  const { init } = await import(`${MODULES}/echarts/dist/echarts.esm.min.mjs`);
  const { yAxis, series: ofType } = chart(size);
  const option = {
    animation: false, grid: { left: 60, right: 10, top: 10, bottom: 30 }, xAxis: { type: "time", min: START, max: END }, yAxis, series: [ofType],
    dataZoom: [{ type: "inside" }], ...(hover && { tooltip: { trigger: "item" } }),
  };
  const finished = signal();
  let instance;
  return {
    async draw(host) {
      instance = init(host, null, { renderer: "canvas" });
      instance.on("finished", finished.fire);
      const done = finished.next();
      instance.setOption(option);
      await done;
    },
    async show([startValue, endValue]) {
      const done = finished.next();
      instance.dispatchAction({ type: "dataZoom", startValue, endValue });
      await done;
    },
  };
};

// In steps of its own, as is its default: in one go (`progressive: 0`) it takes three times as long.
const echartsEvents = (size) => {
  const { times, lanes } = events(size);
  return {
    yAxis: { type: "category", data: LANES },
    series: { type: "scatter", large: true, symbolSize: 6, data: interleaved(times, lanes) },
  };
};
const echartsSeries = (size) => {
  const { times, values } = series(size);
  return {
    yAxis: { type: "value", min: 200, max: 800 },
    series: { type: "line", showSymbol: false, sampling: "lttb", data: interleaved(times, values) },
  };
};

const uplot = async (size) => {
  await addToHead("link", { rel: "stylesheet", href: `${MODULES}/uplot/dist/uPlot.min.css` });
  const { default: UPlot } = await import(`${MODULES}/uplot/dist/uPlot.esm.js`);
  const { times, values } = series(size);
  let plot;
  return {
    draw(host) {
      plot = new UPlot({ ...SIZE, ms: 1, legend: { show: false }, series: [{}, { stroke: "#1f77b4" }] }, [times, values], host);
    },
    show([min, max]) {
      plot.setScale("x", { min, max });
    },
  };
};

const huntbook = ({ names, data, chart }) => async (size) => {
  const hb = await import("/pkg/index.js");
  const { times, text } = data(size);
  const table = await hb.read(csv(names, times, text), { name: "data.csv" });
  let element;
  return {
    draw(host) {
      element = chart(hb, table);
      host.append(element);
    },
    show([start, end]) {
      element.view = { start: new Date(start), end: new Date(end) };
    },
  };
};

const ourTimeline = huntbook({
  names: "TimeGenerated,Computer",
  data(size) {
    const { times, lanes } = events(size);
    return { times, text: (i) => LANES[lanes[i]] };
  },
  chart: (hb, table) => hb.timeline(table, { timeColumn: "TimeGenerated", groupBy: "Computer", height: SIZE.height }),
});
const ourLine = huntbook({
  names: "TimeGenerated,Value",
  data(size) {
    const { times, values } = series(size);
    return { times, text: (i) => values[i] };
  },
  chart: (hb, table) => hb.timelineValues(table, { timeColumn: "TimeGenerated", valueColumn: "Value", kind: "line", height: SIZE.height }),
});

const nothing = async () => ({ draw() {}, show() {} });

export const contenders = {
  timeline: {
    huntbook: ourTimeline,
    BokehJS: bokeh({ glyph: bokehEvents }),
    "BokehJS with hover": bokeh({ glyph: bokehEvents, hover: true }),
    ECharts: echarts({ chart: echartsEvents }),
    "ECharts with tooltips": echarts({ chart: echartsEvents, hover: true }),
    "a raw loop": async (size) => rawTimeline(events(size)),
    nothing,
  },
  line: {
    huntbook: ourLine,
    uPlot: uplot,
    BokehJS: bokeh({ glyph: bokehSeries }),
    ECharts: echarts({ chart: echartsSeries }),
    "a raw loop": async (size) => rawLine(series(size)),
  },
};

/** Resolves when what was asked for before is painted. */
const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

let contender;
const host = () => document.getElementById("chart");

export const bench = {
  async prepare(chart, name, size) {
    const element = Object.assign(document.createElement("div"), { id: "chart" });
    Object.assign(element.style, { position: "fixed", inset: "0", width: `${SIZE.width}px`, height: `${SIZE.height}px` });
    document.body.append(element);
    contender = await contenders[chart][name](size);
    await frames();
  },
  async draw() {
    await contender.draw(host());
    await frames();
  },
  /** `part` is the window as parts of the span. */
  async show(part) {
    await contender.show(part.map((at) => START + at * (END - START)));
    await frames();
  },
  frames,
};
