// Makes src/vis/world.txt, the outline of the land:
//   npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
//   node scripts/world.mjs package/land-110m.json
// The file: https://github.com/topojson/world-atlas (ISC). Its data: Natural Earth, 1:110m
// land (public domain, https://www.naturalearthdata.com).
import fs from "node:fs";
import path from "node:path";

/** Steps in a degree: a step is a pixel if the world is 1800 pixels wide. */
const STEPS = 5;
/** A point that changes the outline by less is left out, in square degrees: half a pixel by four. */
const LEAST_TURN = 0.1;
/** A smaller island is left out, in square degrees. */
const LEAST_LAND = 0.5;

const topology = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const rings = readRings(topology)
  .map(unroll)
  .filter((ring) => area(ring) >= LEAST_LAND)
  .map(simplify)
  .flatMap((ring) => [-360, 0, 360].map((turn) => cut(ring.map(([x, y]) => [x + turn, y]))))
  .map(quantise)
  .filter((ring) => ring.length > 2);
const header = `# The land: rings of longitude and latitude in 1/${STEPS} degree, each number as the difference from the one before it,
# in the digits of Google's encoded polylines. Natural Earth 1:110m (public domain), from world-atlas 2.0.2 (ISC).
# Made by scripts/world.mjs.
`;
fs.writeFileSync(path.join(import.meta.dirname, "../src/vis/world.txt"), header + encode(rings));
console.log(`${rings.length} rings, ${rings.flat().length} points`);

/** TopoJSON's arcs are differences; a ring is arcs one after another, turned round if `~i`. */
function readRings({ arcs, objects, transform: { scale, translate } }) {
  const lines = arcs.map((arc) => {
    const place = [0, 0];
    return arc.map((step) => step.map((by, axis) => (place[axis] += by) * scale[axis] + translate[axis]));
  });
  const line = (i) => (i < 0 ? lines[~i].toReversed() : lines[i]);
  const polygons = objects.land.geometries.flatMap((shape) => (shape.type === "Polygon" ? [shape.arcs] : shape.arcs));
  // The last point of an arc is the first of the next.
  return polygons.flat().map((ring) => ring.flatMap((i) => line(i).slice(0, -1)));
}

/** Longitudes that do not jump at the date line; a ring around the South Pole gets it as its edge. */
function unroll(ring) {
  let turn = 0;
  const unrolled = ring.map(([x, y], i) => {
    const by = i ? x - ring[i - 1][0] : 0;
    turn -= 360 * Math.round(by / 360);
    return [x + turn, y];
  });
  const [first, last] = [unrolled[0], unrolled.at(-1)];
  const round = Math.round((last[0] - first[0]) / 360) * 360;
  if (round) unrolled.push([first[0] + round, first[1]], [first[0] + round, -90], [first[0], -90]);
  return unrolled;
}

function area(ring) {
  const parts = ring.map(([x, y], i) => x * ring[(i + 1) % ring.length][1] - ring[(i + 1) % ring.length][0] * y);
  return Math.abs(parts.reduce((sum, part) => sum + part, 0)) / 2;
}

/** Takes out the points that change the area least (Visvalingam and Whyatt, 1993). */
function simplify(ring) {
  const points = [...ring];
  for (;;) {
    const turns = points.map((point, i) => area([points.at(i - 1), point, points[(i + 1) % points.length]]));
    const least = Math.min(...turns);
    if (least >= LEAST_TURN || points.length < 5) return points;
    points.splice(turns.indexOf(least), 1);
  }
}

/** What lies between -180 and 180 degrees (Sutherland and Hodgman, 1974). */
function cut(ring) {
  return [-180, 180].reduce((points, edge) => {
    const inside = ([x]) => x * edge <= 180 * 180;
    return points.flatMap((to, i) => {
      const from = points.at(i - 1);
      if (inside(from) === inside(to)) return inside(to) ? [to] : [];
      const crossing = [edge, from[1] + ((to[1] - from[1]) * (edge - from[0])) / (to[0] - from[0])];
      return inside(to) ? [crossing, to] : [crossing];
    });
  }, ring);
}

function quantise(ring) {
  const points = ring.map((point) => point.map((degrees) => Math.round(degrees * STEPS)));
  return points.filter(([x, y], i) => x !== points.at(i - 1)[0] || y !== points.at(i - 1)[1]);
}

/** A line for each ring; five bits in a character, the lowest first, and 32 on all but the last. */
function encode(rings) {
  const before = [0, 0];
  const number = (value) => {
    let rest = value < 0 ? ~(value << 1) : value << 1;
    let digits = "";
    for (; rest > 31; rest >>= 5) digits += String.fromCharCode(63 + ((rest & 31) | 32));
    return digits + String.fromCharCode(63 + rest);
  };
  const ring = (points) => points.flatMap((point) => point.map((value, axis) => {
    const by = value - before[axis];
    before[axis] = value;
    return number(by);
  }));
  return rings.map((points) => `${ring(points).join("")}\n`).join("");
}
