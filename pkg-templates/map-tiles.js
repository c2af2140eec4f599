// Tiles of a map server below the chart `map`, by Leaflet, which the user brings: it asks for them, places and keeps them.
// The chart has all gestures, and the tiles follow. Both are in Web Mercator.
import { make } from "./element.js";
import { invalid } from "./errors.js";

// Pixels around the world at zoom 0.
const WORLD = 256;
// OpenStreetMap's nearest; from nearer, its tiles are drawn larger.
const NEAREST = 19;
const NAMES = ["leaflet", "url", "darkUrl", "attribution", "maxZoom"];
// The chart has these.
const OFF = Object.fromEntries(["attributionControl", "boxZoom", "doubleClickZoom", "dragging", "keyboard", "pinchZoom", "scrollWheelZoom", "tapHold", "touchZoom", "zoomControl",
  "fadeAnimation", "inertia", "trackResize", "zoomAnimation"].map((name) => [name, false]));

/** Throws an error for an option `tiles` that is none. */
export function checkTiles(tiles) {
  const wrong = (what) => {
    throw invalid(`map: option \`tiles\` should ${what}`);
  };
  if (tiles === null || typeof tiles !== "object") wrong("be an object: { leaflet, url, attribution }");
  const { leaflet, url, darkUrl, attribution, maxZoom = NEAREST } = tiles;
  const other = Object.keys(tiles).find((name) => !NAMES.includes(name));
  if (other !== undefined) wrong(`have no \`${other}\`; it takes ${NAMES.join(", ")}`);
  if (typeof leaflet?.Map !== "function" || typeof leaflet.TileLayer !== "function") wrong(`have Leaflet as \`leaflet\`: what \`import * as leaflet from "leaflet"\` gives, with Map and TileLayer`);
  for (const address of darkUrl === undefined ? [url] : [url, darkUrl]) {
    if (!["{z}", "{x}", "{y}"].every((part) => String(address).includes(part))) wrong("have an address of tiles as `url`, such as \"https://tile.example/{z}/{x}/{y}.png\"");
  }
  if (typeof attribution !== "string") wrong("have as `attribution` what the tiles' server wants to be named by, such as \"© OpenStreetMap contributors\"");
  if (!(maxZoom >= 0 && maxZoom <= 30)) wrong("have as `maxZoom` the nearest zoom that the server has, 0 to 30");
}

/**
 * Puts tiles below the canvases of a `stage`. What is returned follows the `view` of the chart, says whether tiles are
 * `shown()`, and goes with `close()`; `came` is called when the first is there.
 */
export function openTiles(stage, { leaflet, url, darkUrl = url, attribution, maxZoom = NEAREST }, came) {
  const { Control, Map, TileLayer } = leaflet;
  // A press on what is named is not one on the chart.
  const place = make("div", { class: "tiles", dir: "ltr", pointerdown: (event) => event.stopPropagation() });
  stage.prepend(place);
  const map = new Map(place, { ...OFF, zoomSnap: 0, minZoom: -9, maxZoom: 30 });
  const layer = new TileLayer(url, { attribution, minZoom: -9, minNativeZoom: 0, maxZoom: 30, maxNativeZoom: maxZoom });
  let [isLoaded, address, shown] = [false, url, false];
  layer.once("tileload", () => {
    shown = true;
    came();
  });

  /** Puts the tiles where the chart is, to half a pixel. */
  function follow({ x: [west, east], y: [north, south] }, dark) {
    map.invalidateSize({ pan: false });
    const zoom = Math.round(Math.log2(place.clientWidth / WORLD / (east - west)) * 1e6) / 1e6;
    const centre = map.unproject([(west + east) / 2 * WORLD, (north + south) / 2 * WORLD], 0);
    if (!isLoaded) map.setView(centre, zoom);
    else if (zoom === map.getZoom()) map.panBy(map.project(centre).subtract(map.getPixelBounds().min).subtract(map.getSize().divideBy(2)), { animate: false });
    // As Leaflet's own pinching does: setView() would take all tiles away and show nothing until they are there again.
    else map._moveStart(true)._move(centre, zoom)._moveEnd(true);
    const wanted = dark ? darkUrl : url;
    if (address !== wanted) layer.setUrl(wanted);
    address = wanted;
    if (isLoaded) return;
    isLoaded = true;
    map.addLayer(layer);
    if (attribution) new Control.Attribution({ prefix: false }).addTo(map);
  }

  return {
    follow,
    shown: () => shown,
    close: () => {
      map.remove();
      place.remove();
    },
  };
}
