// How charts look around their canvas.
import { style } from "./element.js";

export default `${style}
input { width: 9em; }
.legend { display: flex; flex-wrap: wrap; gap: 3px 4px; padding: 2px 8px; max-height: 6.2em; overflow: auto; }
.legend button { display: flex; align-items: center; gap: 5px; max-width: 15em; border-color: transparent; }
.legend button, .legend button[aria-pressed="true"] { background: none; color: inherit; forced-color-adjust: auto; }
.legend button span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.legend button::before { content: ""; flex: none; width: 10px; height: 10px; border-radius: 2px; background: var(--color); forced-color-adjust: none; print-color-adjust: exact; }
.legend button[aria-pressed="false"] { color: var(--quiet); text-decoration: line-through; }
.legend button[aria-pressed="false"]::before { opacity: 0.25; }
.body { display: flex; flex-wrap: wrap; align-items: stretch; }
.stage { position: relative; flex: 1 1 100%; min-width: 0; touch-action: pan-y; cursor: crosshair; user-select: none; -webkit-user-select: none; }
.stage.moves { cursor: grab; }
.stage.moves:active { cursor: grabbing; }
.stage.scrolls:focus { touch-action: none; }
canvas { display: block; width: 100%; height: 100%; position: absolute; inset: 0; }
.tiles, .tiles .leaflet-pane, .tiles .leaflet-layer, .tiles .leaflet-tile-container, .leaflet-tile { position: absolute; left: 0; top: 0; }
.tiles { right: 0; bottom: 0; overflow: hidden; background: color-mix(in srgb, var(--line) 40%, var(--ground)); forced-color-adjust: none; }
.leaflet-zoom-animated { transform-origin: 0 0; }
/* No seams between tiles that are drawn smaller or larger. */
.leaflet-tile { max-width: none; visibility: hidden; mix-blend-mode: plus-lighter; }
.leaflet-tile-loaded { visibility: inherit; }
.leaflet-bottom { position: absolute; z-index: 1; right: 0; bottom: 4px; max-width: 100%; }
.leaflet-control-attribution { padding: 1px 6px; font-size: 11px; background: var(--ground); color: var(--ink); cursor: default; }
.leaflet-control-attribution a { color: var(--accent); }
.tip { position: absolute; z-index: 2; left: 0; top: 0; max-width: min(26rem, 90%); padding: 6px 9px; pointer-events: none;
  background: var(--ground); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 3px 12px rgb(0 0 0 / 22%); font-size: 12px; }
.tip b, .aside b { display: block; margin-bottom: 2px; overflow-wrap: anywhere; }
.tip dd { display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; }
.aside { flex: 1 1 100%; padding: 8px 10px; border-top: 1px solid var(--line); max-height: 22em; overflow: auto; font-size: 12px; }
.rows { max-height: 24em; overflow: auto; border-top: 1px solid var(--line); }
table { border-collapse: collapse; font-size: 12px; }
th, td { text-align: start; padding: 2px 9px; border-bottom: 1px solid var(--line); white-space: nowrap; max-width: 30em; overflow: hidden; text-overflow: ellipsis; }
th { position: sticky; top: 0; background: var(--ground); color: var(--quiet); font-weight: 600; }
`;
