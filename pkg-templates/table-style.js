// How a table view looks.
import { style } from "./element.js";

export default `${style}
:host { container-type: inline-size; border: 1px solid var(--line); border-radius: 6px; --chosen: #d6ece8; --over: #eef2f3; --wrong: #b3261e; }
:host([data-dark]) { --chosen: #1d4a45; --over: #263036; --wrong: #ffb4ab; }
.head { padding: 6px 8px; }
.tools, .row { flex-wrap: wrap; }
input[type="search"], .row b { flex: 1 1 6em; }
.tools input { min-width: 12em; }
select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 5px; max-width: 14em; }
.main { background: var(--accent); color: var(--on-accent); }
.row { display: flex; gap: 4px 6px; align-items: center; padding: 0 8px 6px; }
.row:empty, p:empty { display: none; }
form input[aria-label] { flex: 1 1 9em; max-width: 24em; }
input[aria-invalid] { border-color: var(--wrong); }
.row p { color: var(--wrong); flex-basis: 100%; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.chip { display: flex; max-width: 100%; border-radius: 12px; background: var(--over); overflow: hidden; }
.chip button { border: 0; background: none; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chip button + button { flex: none; }
.body { display: flex; border-block: 1px solid var(--line); }
.rows { position: relative; flex: 1; min-width: 0; min-height: 0; }
.grid { direction: ltr; height: 100%; overflow: auto; overscroll-behavior-x: contain; outline: none; }
.rows:has(.grid:focus-visible)::after { content: ""; position: absolute; inset: 0; z-index: 2; pointer-events: none; outline: 2px solid var(--accent); outline-offset: -2px; }
.space { position: relative; }
.line { display: flex; align-items: center; border-bottom: 1px solid var(--line); }
.space .line { position: absolute; contain: layout style; }
.space .line:hover, .heads, li:hover { background: var(--over); }
.space .line[aria-selected="true"] { background: var(--chosen); }
@media (forced-colors: active) { .space .line[aria-selected="true"] { forced-color-adjust: none; background: Highlight; color: HighlightText; } }
.cell { flex: none; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: pre; line-height: 24px; user-select: none; -webkit-user-select: none; }
.number, .time { font-variant-numeric: tabular-nums; }
.space .number { text-align: end; }
.absent::after { content: "∅"; color: var(--quiet); opacity: 0.6; }
.grid:focus-visible .at { outline: 2px solid var(--accent); outline-offset: -2px; }
.heads { position: sticky; top: 0; z-index: 1; height: 30px; }
.heads .cell { position: relative; display: flex; gap: 5px; cursor: pointer; }
.heads b { overflow: hidden; text-overflow: ellipsis; }
.heads .number { flex-direction: row-reverse; }
small, .aside p, .none { color: var(--quiet); }
.arrow { color: var(--accent); }
.ask { margin-inline-start: auto; border: 0; padding: 0 3px; background: none; color: var(--quiet); }
.number .ask { margin-inline: 0 auto; }
@media (hover: hover) { .cell:not(:hover, .at) .ask { opacity: 0; } }
.grip { position: absolute; inset-block: 0; inset-inline-end: 0; width: 8px; border-inline-end: 1px solid var(--line); cursor: col-resize; touch-action: none; }
.none { position: absolute; inset: 40px 12px auto; margin: 0; text-align: center; }
.aside { flex: 0 0 min(24rem, 45%); padding: 8px 2px; border-inline-start: 1px solid var(--line); overflow: auto; font-size: 12px; }
.aside dl, .aside p { margin: 4px 8px; }
.open { min-height: 240px; }
ul { margin: 0; padding: 0; }
li, li label { display: flex; gap: 6px; align-items: center; padding: 1px 5px; cursor: grab; }
li label { flex: 1; overflow-wrap: anywhere; }
@container (max-width: 640px) {
  .tools { width: 100%; }
  .tools input { flex-basis: 100%; }
  .open { flex-direction: column; }
  .open .aside { flex: 0 1 55%; border-inline: 0; border-top: 1px solid var(--line); }
}
`;
