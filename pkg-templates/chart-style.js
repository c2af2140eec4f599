// How charts look around their canvas; colours are those of src/vis/theme.rs.
export default `
:host { display: block; position: relative; max-width: 100%; contain: inline-size;
  --ground: #fff; --ink: #1a2024; --quiet: #56626a; --line: #d5dbdf; --accent: #00695c; --on-accent: #fff;
  font: 13px/1.4 system-ui, sans-serif; color: var(--ink); background: var(--ground); text-align: start; }
:host([data-dark]) { --ground: #1a2024; --ink: #e3e9ec; --quiet: #9babb4; --line: #3b484f; --accent: #5ccdbb; --on-accent: #08211d; color-scheme: dark; }
:host([hidden]), [hidden] { display: none !important; }
* { box-sizing: border-box; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.head { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 6px 8px 2px; }
h3 { margin: 0; font-size: 15px; font-weight: 600; overflow-wrap: anywhere; }
.tools { margin-inline-start: auto; display: flex; gap: 3px; }
button, input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 5px; padding: 1px 7px; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
button[aria-pressed="true"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
input { width: 9em; }
.legend { display: flex; flex-wrap: wrap; gap: 3px 4px; padding: 2px 8px; max-height: 6.2em; overflow: auto; }
.legend button { display: flex; align-items: center; gap: 5px; max-width: 15em; border-color: transparent; }
.legend button, .legend button[aria-pressed="true"] { background: none; color: inherit; }
.legend button span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.legend button::before { content: ""; flex: none; width: 10px; height: 10px; border-radius: 2px; background: var(--color); }
.legend button[aria-pressed="false"] { color: var(--quiet); text-decoration: line-through; }
.legend button[aria-pressed="false"]::before { opacity: 0.25; }
.body { display: flex; flex-wrap: wrap; align-items: stretch; }
.stage { position: relative; flex: 1 1 100%; min-width: 0; touch-action: pan-y; cursor: crosshair; user-select: none; -webkit-user-select: none; }
.stage.moves { cursor: grab; }
.stage:active { cursor: grabbing; }
canvas { display: block; width: 100%; height: 100%; position: absolute; inset: 0; }
.tip { position: absolute; z-index: 2; left: 0; top: 0; max-width: min(26rem, 90%); padding: 6px 9px; pointer-events: none;
  background: var(--ground); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 3px 12px rgb(0 0 0 / 22%); font-size: 12px; }
.tip b, aside b { display: block; margin-bottom: 2px; overflow-wrap: anywhere; }
dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 1px 9px; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.tip dd { display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; }
aside { flex: 1 1 100%; padding: 8px 10px; border-top: 1px solid var(--line); max-height: 22em; overflow: auto; font-size: 12px; }
.status { display: flex; gap: 8px; align-items: center; min-height: 26px; padding: 2px 8px; color: var(--quiet); font-size: 12px; }
.rows { max-height: 24em; overflow: auto; border-top: 1px solid var(--line); }
table { border-collapse: collapse; font-size: 12px; }
th, td { text-align: start; padding: 2px 9px; border-bottom: 1px solid var(--line); white-space: nowrap; max-width: 30em; overflow: hidden; text-overflow: ellipsis; }
th { position: sticky; top: 0; background: var(--ground); color: var(--quiet); font-weight: 600; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.problem { padding: 8px 10px; }
`;
