// A series as bars, those that are unusual marked, with what was expected as a line.

const [WIDTH, HEIGHT] = [600, 90];
const MOST_BARS = 400;
const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Longer series in fewer bars, each of the bins that are next to each other; the most unusual stands for them. */
function bars(bins) {
  const size = Math.ceil(bins.length / MOST_BARS);
  return Array.from({ length: Math.ceil(bins.length / size) }, (_, i) => {
    const part = bins.slice(i * size, (i + 1) * size);
    return part.find(({ odd }) => odd) ?? part.reduce((most, bin) => (bin.value > most.value ? bin : most));
  });
}

/** An image of `bins`, `{ value, expected, odd, here, title }`, which `label` describes. */
export function barChart(bins, label) {
  const shown = bars(bins);
  const least = Math.min(0, ...shown.map(({ value }) => value));
  const most = Math.max(0, ...shown.flatMap(({ value, expected }) => [value, expected ?? 0]));
  const y = (value) => (most === least ? HEIGHT : (HEIGHT * (most - value)) / (most - least));
  const step = WIDTH / shown.length;
  const drawn = shown.map(({ value, odd, here, title }, i) => {
    const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
    // What is small is seen, too.
    const height = value ? Math.max(1, bottom - top) : 0;
    const name = `bar${odd ? " odd" : ""}${here ? " here" : ""}`;
    return shape("rect", { class: name, x: (i * step).toFixed(2), y: (bottom - height).toFixed(2), width: (step * 0.85).toFixed(2), height: height.toFixed(2) }, shape("title", {}, title));
  });
  const points = shown.map(({ expected }, i) => (expected === null ? "" : `${((i + 0.42) * step).toFixed(1)},${y(Math.max(least, expected)).toFixed(1)}`)).filter(Boolean);
  const line = shape("polyline", { class: "expected", points: points.join(" ") });
  return shape("svg", { viewBox: `0 -4 ${WIDTH} ${HEIGHT + 5}`, preserveAspectRatio: "none", role: "img", "aria-label": label }, ...drawn, line);
}
