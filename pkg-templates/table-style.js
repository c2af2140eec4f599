// How a table view looks.
import { style } from "./element.js";

export default `${style}
:host { container-type: inline-size; border: 1px solid var(--line); border-radius: 6px; --chosen: #d6ece8; --over: #eef2f3; --wrong: #b3261e; }
:host([data-dark]) { --chosen: #1d4a45; --over: #263036; --wrong: #ffb4ab; }
.head { padding: 6px 8px; }
.tools { flex-wrap: wrap; }
.tools input { width: 13em; flex: 1 1 13em; }
select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 5px; padding: 1px 4px; max-width: 14em; }
input[aria-invalid] { border-color: var(--wrong); }
.main { background: var(--accent); color: var(--on-accent); border-color: var(--accent); }
.filter { display: flex; flex-wrap: wrap; gap: 4px 6px; align-items: center; padding: 6px 8px; border-top: 1px solid var(--line); background: var(--over); }
.filter > input { flex: 1 1 9em; max-width: 24em; }
.filter label { display: flex; gap: 3px; align-items: center; }
.filter p { color: var(--wrong); flex-basis: 100%; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.filter p:empty { display: none; }
.chips { display: flex; flex-wrap: wrap; gap: 4px; padding: 0 8px 6px; }
.chips:empty { display: none; }
.chip { display: flex; max-width: 100%; border: 1px solid var(--line); border-radius: 12px; background: var(--over); overflow: hidden; }
.chip button { border: 0; border-radius: 12px; background: none; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chip button + button { flex: none; padding-inline: 3px 8px; }
.chip button:hover { color: var(--accent); }
.body { display: flex; border-block: 1px solid var(--line); }
.rows { position: relative; flex: 1; min-width: 0; }
.grid { height: 100%; overflow: auto; overscroll-behavior-x: contain; }
.grid:focus-visible, aside:focus-visible { outline-offset: -2px; }
.space { position: relative; contain: layout; }
.line { display: flex; }
.space .line { position: absolute; top: 0; left: 0; border-bottom: 1px solid var(--line); contain: layout style; align-items: center; }
.space .line:hover { background: var(--over); }
.line[aria-selected="true"], .space .line[aria-selected="true"]:hover { background: var(--chosen); }
.cell { flex: none; padding: 0 8px; overflow: hidden; text-overflow: ellipsis; white-space: pre; line-height: 24px; user-select: none; -webkit-user-select: none; }
.cell.number, .cell.time { font-variant-numeric: tabular-nums; }
.space .number { text-align: end; }
.absent::after { content: "∅"; color: var(--quiet); opacity: 0.6; }
.grid:focus-visible .at { outline: 2px solid var(--accent); outline-offset: -2px; border-radius: 3px; }
.heads { position: sticky; top: 0; z-index: 1; height: 30px; background: var(--over); border-bottom: 1px solid var(--line); }
.heads .cell { position: relative; display: flex; gap: 5px; align-items: center; cursor: pointer; line-height: 29px; }
.heads b { overflow: hidden; text-overflow: ellipsis; font-weight: 600; }
.heads .number b { margin-inline-start: auto; }
.heads small { color: var(--quiet); }
.arrow { flex: none; color: var(--accent); }
.cell .ask { flex: none; margin-inline-start: auto; border: 0; padding: 0 3px; background: none; color: var(--quiet); opacity: 0; }
.heads .number .ask { margin-inline-start: 0; }
.cell:hover .ask, .at .ask { opacity: 1; }
@media (hover: none) { .cell .ask { opacity: 1; } }
.grip { position: absolute; inset-block: 5px; inset-inline-end: 0; width: 8px; border-inline-end: 1px solid var(--line); cursor: col-resize; touch-action: none; }
.grip:hover { border-inline-end: 2px solid var(--accent); }
.none { position: absolute; inset: 40px 12px auto; margin: 0; text-align: center; color: var(--quiet); }
aside { flex: 0 0 min(24rem, 45%); padding: 8px 10px; border-inline-start: 1px solid var(--line); overflow: auto; font-size: 12px; }
.open { min-height: 240px; }
.bar { display: flex; flex-wrap: wrap; gap: 4px; align-items: center; margin-bottom: 6px; }
.bar b, .bar input { flex: 1; min-width: 6em; }
aside p { margin: 6px 0; color: var(--quiet); }
ul { margin: 0; padding: 0; list-style: none; }
li { display: flex; gap: 6px; align-items: baseline; padding: 2px 3px; border-radius: 4px; cursor: grab; }
li:hover { background: var(--over); }
li label { flex: 1; min-width: 0; display: flex; gap: 6px; align-items: baseline; overflow-wrap: anywhere; }
li small { color: var(--quiet); }
@container (max-width: 640px) {
  .tools { margin: 0; width: 100%; }
  .tools input { flex-basis: 100%; }
  .open { flex-direction: column; }
  .open aside { flex: 0 1 55%; min-height: 0; border-inline-start: 0; border-top: 1px solid var(--line); }
  .open .rows { min-height: 0; }
}
`;
