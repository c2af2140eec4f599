// Tiles of a map server below a map: they lie where the map says, are asked for only if wanted, and go with it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { root } from "../packaging/helpers.mjs";
import { chartPage, drawn } from "./chart-page.mjs";
import { SIDE, serveTiles } from "./tiles.mjs";

const axe = fs.readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const LEAFLET = { "/leaflet": path.join(root, "node_modules/leaflet/dist") };
// Near Munich, on the other side of the date line, and beyond where tiles end.
const PLACES = [[48.137, 11.575], [-17.7134, 178.065], [-13.833, -171.76], [89, 40]];
const TABLE = `const table = await hb.Table.fromRows(${JSON.stringify(PLACES)}.map(([lat, lon]) => ({ lat, lon })));`;
// The map that Leaflet makes, for a look at where it thinks things are.
const L = `const L = await import("/leaflet/leaflet-src.esm.js");
  globalThis.leaflets = [];
  const leaflet = { ...L, Map: class extends L.Map { constructor(...all) { super(...all); leaflets.push(this); } } };`;

/** A page with a map above tiles of `server`; `options` are more of `tiles`, and `before` is done first. */
async function tilesPage(t, { options = "", context = {}, before = "" } = {}) {
  const tiles = await serveTiles();
  const code = `${L} ${TABLE} const server = "${tiles.origin}"; ${before}
    const chart = hb.map(table, { tiles: { leaflet, url: server + "/{z}/{x}/{y}.png", attribution: '© <a href="#map">Invented Maps</a>', ${options} } });`;
  const chart = await chartPage(t, code, context, LEAFLET);
  // After the page, which may still ask for some.
  t.after(tiles.close);
  await settled(chart.page);
  return { ...tiles, ...chart, settled: () => settled(chart.page) };
}

/** Waits until all tiles of what is shown have come, or failed. */
async function settled(page) {
  await drawn(page);
  await page.waitForFunction(() => {
    const images = [...chart.shadowRoot.querySelectorAll(".tiles img")];
    return images.length > 0 && images.every((image) => image.complete);
  });
  await drawn(page);
}

/** How far a place is in the picture from where Leaflet and the tile that has it say it is, in CSS pixels; the place is alone there. */
const apart = (page, place) =>
  page.evaluate(async ([[lat, lon], SIDE]) => {
    const root = chart.shadowRoot;
    const [canvas] = root.querySelectorAll("canvas");
    const frame = canvas.getBoundingClientRect();
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
    copy.drawImage(canvas, 0, 0);
    // A disc is alone in its colour.
    const { data, width } = copy.getImageData(0, 0, canvas.width, canvas.height);
    let [x, y, count] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i] !== 0 || data[i + 1] !== 0x72 || data[i + 2] !== 0xb2 || data[i + 3] !== 255) continue;
      [x, y, count] = [x + ((i / 4) % width) + 0.5, y + Math.floor(i / 4 / width) + 0.5, count + 1];
    }
    const scale = width / frame.width;
    // Discs lie on whole pixels.
    const seen = [Math.round(x / count) / scale, Math.round(y / count) / scale];
    const map = leaflets.at(-1);
    // The one of the worlds that is in view.
    const turns = Math.round((map.getCenter().lng - lon) / 360);
    // latLngToContainerPoint() without its rounding.
    const said = map.project([lat, lon + turns * 360]).subtract(map.getPixelBounds().min);
    const sin = Math.sin((Math.max(-85.0511287798, Math.min(85.0511287798, lat)) * Math.PI) / 180);
    const world = [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
    const images = [...root.querySelectorAll(".leaflet-tile-loaded")].map((image) => ({ image, place: image.src.match(/(\d+)\/(\d+)\/(\d+)\.png/).slice(1).map(Number), box: image.getBoundingClientRect() }));
    const most = Math.max(...images.map(({ place: [z] }) => z));
    // The tile that has the place, in each of the worlds that are seen, and where in the tile it is.
    const there = images.filter(({ place: [z, tx, ty] }) => z === most && Math.floor(world[0] * 2 ** z) === tx && Math.min(Math.floor(world[1] * 2 ** z), 2 ** z - 1) === ty)
      .map(({ place: [z, tx, ty], box }) => [box.left - frame.left + (world[0] * 2 ** z - tx) * box.width, box.top - frame.top + (world[1] * 2 ** z - ty) * box.height]);
    const far = ([a, b]) => Math.max(Math.abs(a - seen[0]), Math.abs(b - seen[1]));
    return { discs: count > 0, leaflet: far([said.x, said.y]), tile: Math.min(...there.map(far)), zoom: map.getZoom() };
  }, [place, SIDE]);

/** Discs and Leaflet's corner lie on whole pixels, so they are half a pixel off each; so are tiles that are drawn larger or smaller. */
function near(found, what) {
  assert.ok(found.discs && found.leaflet <= 1 && found.tile <= 1.5, `${what}: ${JSON.stringify(found)}`);
}

/** Looks at a part of the world around a place. */
const look = (page, [lat, lon], wide) =>
  page.evaluate(([lat, lon, wide]) => {
    const sin = Math.sin((Math.min(85.05, lat) * Math.PI) / 180);
    const [x, y] = [lon / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
    chart.view = { x: [x - wide / 2, x + wide / 2], y: [y, y] };
  }, [lat, lon, wide]);

for (const deviceScaleFactor of [1, 2]) {
  test(`places lie on the right pixel of the right tile, ${deviceScaleFactor} to 1`, async (t) => {
    const { page, asked, settled } = await tilesPage(t, { context: { deviceScaleFactor } });
    for (const place of PLACES.slice(0, 3)) {
      for (const wide of [0.02, 0.0091, 1e-3, 1.7e-5]) {
        await look(page, place, wide);
        await settled();
        near(await apart(page, place), `${place}, ${wide}`);
      }
    }
    const zooms = new Set(asked.map((url) => Number(url.split("/")[1])));
    assert.ok(zooms.size >= 4 && Math.max(...zooms) <= 19, `${[...zooms]}`);
    for (const url of asked) {
      const [z, x, y] = url.match(/\d+/g).map(Number);
      assert.ok(x >= 0 && x < 2 ** z && y >= 0 && y < 2 ** z, url);
    }
  });
}

test("tiles follow the wheel, drags, keys and the size of the page", async (t) => {
  const { page, at, drag, settled } = await tilesPage(t);
  const munich = PLACES[0];
  await look(page, munich, 0.05);
  await settled();
  await page.focus("huntbook-chart .stage");
  await page.mouse.move(...at(0.45, 0.55));
  for (const turn of [-130, -70, -333, 90]) {
    await page.mouse.wheel(0, turn);
    await settled();
    near(await apart(page, munich), `wheel ${turn}`);
  }
  await page.keyboard.down("Shift");
  for (const to of [[0.53, 0.61], [0.371, 0.42]]) {
    await drag([0.5, 0.5], to);
    await settled();
    near(await apart(page, munich), `drag to ${to}`);
  }
  await page.keyboard.up("Shift");
  await page.keyboard.press("ArrowLeft");
  await settled();
  near(await apart(page, munich), "a key");
  for (const width of ["611px", "1100px"]) {
    await page.evaluate((width) => (document.getElementById("box").style.width = width), width);
    await settled();
    near(await apart(page, munich), width);
  }
  await page.evaluate(() => chart.update(table.slice(0, 1)));
  await settled();
  near(await apart(page, munich), "other data");
});

test("the tiles that are there stay until those of another zoom have come", async (t) => {
  const { page, settled } = await tilesPage(t);
  await look(page, PLACES[0], 0.02);
  await settled();
  const least = await page.evaluate(async () => {
    let least = Infinity;
    const button = [...chart.shadowRoot.querySelectorAll("button")].find(({ textContent }) => textContent === "+");
    for (let i = 0; i < 4; i++) {
      button.click();
      for (let frame = 0; frame < 3; frame++) {
        await new Promise(requestAnimationFrame);
        least = Math.min(least, chart.shadowRoot.querySelectorAll(".leaflet-tile-loaded").length);
      }
    }
    return least;
  });
  assert.ok(least > 0);
});

test("what lies above tiles has no ground, but until they come, and what is saved, has the outline of the land", async (t) => {
  const { page, asked } = await tilesPage(t);
  const clear = () => page.evaluate(() => {
    const [canvas] = chart.shadowRoot.querySelectorAll("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 100, canvas.width, 1);
    return data.filter((_, i) => i % 4 === 3 && data[i] === 0).length > canvas.width / 2;
  });
  assert.equal(await clear(), true);
  const count = asked.length;
  const [plain, tiled] = await page.evaluate(() => [hb.map(table).toSvg(), chart.toSvg()]);
  assert.equal(plain, tiled);
  const isSame = await page.evaluate(async () => {
    const picture = async (chart) => new Uint8Array(await (await chart.toPng({ width: 500, scale: 1 })).arrayBuffer()).join();
    return (await picture(chart)) === (await picture(hb.map(table)));
  });
  assert.equal(isSame, true, "a PNG");
  assert.equal(asked.length, count);
});

test("where no tiles come there is the outline", async (t) => {
  const { page, log } = await chartPage(t, `${L} ${TABLE}
    const chart = hb.map(table, { tiles: { leaflet, url: location.origin + "/none/{z}/{x}/{y}.png", attribution: "" } });`, {}, LEAFLET);
  await settled(page);
  const opaque = await page.evaluate(() => chart.shadowRoot.querySelector("canvas").getContext("2d").getImageData(5, 100, 1, 1).data[3]);
  assert.equal(opaque, 255);
  assert.ok(log.length > 0 && log.every((line) => line.includes("404")), log.join());
  log.length = 0;
});

test("nothing is asked for by a map without tiles, nor by one that is in no page", async (t) => {
  const { asked, origin, close } = await serveTiles();
  t.after(close);
  const { page } = await chartPage(t, `${L} ${TABLE} globalThis.L = leaflet; const chart = hb.map(table);`, {}, LEAFLET);
  const loaded = await page.evaluate(async (origin) => {
    const before = performance.getEntriesByType("resource").length;
    chart.view = { x: [0.5, 0.51], y: [0.3, 0.31] };
    globalThis.other = hb.map(table, { tiles: { leaflet: globalThis.L, url: `${origin}/{z}/{x}/{y}.png`, attribution: "" } });
    other.toSvg();
    await other.toPng();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return performance.getEntriesByType("resource").length - before;
  }, origin);
  assert.deepEqual([asked, loaded, await page.evaluate(() => leaflets.length)], [[], 0, 0]);
});

test("tiles go with a map that is taken away, and come back with it", async (t) => {
  const { page, asked, settled } = await tilesPage(t);
  await look(page, PLACES[0], 0.05);
  await settled();
  const [panes, count] = await page.evaluate(async () => {
    const tiles = chart.shadowRoot.querySelector(".tiles");
    chart.remove();
    // What was on its way may still be told.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const count = performance.getEntriesByType("resource").length;
    // Longer than a figure of an element in no page is kept.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    return [[tiles.isConnected, tiles.childElementCount, chart.shadowRoot.querySelectorAll(".tiles, img").length], performance.getEntriesByType("resource").length - count];
  });
  assert.deepEqual([panes, count], [[false, 0, 0], 0]);
  const before = asked.length;
  await page.evaluate(() => document.getElementById("box").append(chart));
  await settled();
  assert.equal(await page.evaluate(() => chart.shadowRoot.querySelectorAll(".tiles").length), 1);
  near(await apart(page, PLACES[0]), "put back");
  await page.evaluate(() => {
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument.body.append(chart);
  });
  await settled();
  assert.equal(await page.evaluate(() => chart.shadowRoot.querySelectorAll(".tiles").length), 1, "in another document");
  assert.ok(asked.length >= before);
});

test("a map that is freed keeps the outline", async (t) => {
  const { page } = await tilesPage(t);
  const [alpha, tiles] = await page.evaluate(() => {
    chart.free();
    const copy = new OffscreenCanvas(9, 9).getContext("2d");
    copy.drawImage(chart.shadowRoot.querySelector("canvas"), -50, -100);
    return [copy.getImageData(0, 0, 1, 1).data[3], chart.shadowRoot.querySelectorAll(".tiles").length];
  });
  assert.deepEqual([alpha, tiles], [255, 0]);
});

test("a dark page has its own tiles", async (t) => {
  const { page, asked, settled } = await tilesPage(t, { context: { colorScheme: "dark" }, options: `darkUrl: server + "/dark/{z}/{x}/{y}.png"` });
  const dark = () => asked.filter((url) => url.startsWith("/dark/")).length;
  assert.ok(dark() > 0 && dark() === asked.length, `${asked}`);
  await page.emulateMedia({ colorScheme: "light" });
  await settled();
  assert.ok(asked.length > dark());
});

for (const colorScheme of ["light", "dark"]) {
  test(`what the tiles' server wants to be named by is seen and can be followed, ${colorScheme}`, async (t) => {
    const { page } = await tilesPage(t, { context: { colorScheme } });
    const link = page.getByRole("link", { name: "Invented Maps" });
    const [ink, ground, accent] = await link.evaluate((link) => {
      const style = getComputedStyle(link.parentElement);
      return [style.color, style.backgroundColor, getComputedStyle(link).color];
    });
    for (const color of [ink, accent]) assert.ok(contrast(color, ground) >= 4.5, `${color} on ${ground}`);
    await page.evaluate(axe);
    const found = await page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`));
    assert.deepEqual(found, []);
    await link.click();
    assert.match(page.url(), /#map$/);
    assert.equal(await page.evaluate(() => chart.value), null, "the click is none on the chart");
  });
}

/** WCAG's contrast of two colours. */
function contrast(...colors) {
  const [dark, light] = colors
    .map((color) => color.match(/[\d.]+/g).slice(0, 3).map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4)))
    .map(([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b)
    .sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test("a page's policy need only allow the tiles' server", async (t) => {
  await tilesPage(t, {
    before: `document.head.insertAdjacentHTML("beforeend", \`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src blob:; img-src \${server}; base-uri 'none'">\`);`,
  });
});

test("wrong tiles are errors that say what to pass", async (t) => {
  const { page } = await chartPage(t, `${L} ${TABLE} globalThis.L = L; const chart = hb.map(table);`, {}, LEAFLET);
  const rest = `url: "https://tile.example/{z}/{x}/{y}.png", attribution: ""`;
  for (const [tiles, expected] of [
    ["null", /^map: option `tiles` should be an object/],
    [`{ ${rest} }`, /should have Leaflet as `leaflet`: what `import \* as leaflet from "leaflet"` gives/],
    [`{ leaflet: { Map }, ${rest} }`, /should have Leaflet/],
    [`{ leaflet: L, attribution: "" }`, /should have an address of tiles as `url`/],
    [`{ leaflet: L, url: "https://tile.example/", attribution: "" }`, /should have an address/],
    [`{ leaflet: L, ${rest}, darkUrl: "dark" }`, /should have an address/],
    [`{ leaflet: L, url: "{z}{x}{y}" }`, /should have as `attribution`/],
    [`{ leaflet: L, ${rest}, maxZoom: "near" }`, /should have as `maxZoom`/],
    [`{ leaflet: L, ${rest}, uri: "" }`, /should have no `uri`; it takes leaflet, url, darkUrl, attribution, maxZoom/],
  ]) {
    const said = await page.evaluate(`(() => { try { hb.map(table, { tiles: ${tiles} }); } catch (error) { return [error.code, error.message]; } })()`);
    assert.equal(said?.[0], "invalidArgument", tiles);
    assert.match(said[1], expected, tiles);
  }
  assert.match(await page.evaluate(() => { try { hb.heatmap(table, { tiles: {} }); } catch (error) { return error.message; } }), /there is no option `tiles`/);
});
