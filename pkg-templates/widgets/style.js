// How widgets look.
import { style } from "../element.js";

export default `${style}
:host { container-type: inline-size; --wrong: #b3261e; --over: #eef2f3; }
:host([data-dark]) { --wrong: #ffb4ab; --over: #263036; }
.widget { display: grid; gap: 7px; max-width: 46rem; padding: 8px 10px; border: 1px solid var(--line); border-radius: 6px; }
#label { font-weight: 600; overflow-wrap: anywhere; }
input, select { font: inherit; color: inherit; background: var(--ground); min-width: 0; }
input, select, button { min-height: 26px; }
select { border: 1px solid var(--line); border-radius: 5px; }
input[type="range"] { display: block; width: 100%; margin: 0; padding: 0; border: 0; accent-color: var(--accent); }
input[aria-invalid] { border-color: var(--wrong); }
label, .note, output { color: var(--quiet); font-size: 12px; }
p { margin: 0; overflow-wrap: anywhere; }
p:empty, .note:empty, .shown:empty, ul:empty { display: none; }
.wrong { color: var(--wrong); font-size: 12px; }
output { font-variant-numeric: tabular-nums; }
output b { color: var(--ink); margin-inline-end: 6px; }
.row { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: start; }
.buttons { align-items: center; }
.field { display: grid; gap: 1px; }
.field input { width: 14.5em; max-width: 100%; font-variant-numeric: tabular-nums; }
.sliders { display: grid; grid-template-columns: 1fr 1fr; direction: ltr; }
.before input { direction: rtl; }
.after { text-align: end; border-inline-start: 2px solid var(--accent); padding-inline-start: 2px; }
.before { padding-inline-end: 2px; }
.list { display: grid; gap: 4px; min-width: 0; }
.list select { width: 100%; padding: 2px; }
option { padding: 1px 4px; overflow: hidden; text-overflow: ellipsis; }
.details { max-height: 18em; overflow: auto; padding-top: 6px; border-top: 1px solid var(--line); font-size: 12px; }
.subset { display: grid; grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr); gap: 6px 8px; }
.subset > div { min-width: 0; }
.moves { display: flex; flex-direction: column; gap: 4px; justify-content: center; }
[role="progressbar"] { flex: 1; height: 12px; margin-block: 7px; border: 1px solid var(--line); border-radius: 7px; overflow: hidden; background: var(--over); }
[role="progressbar"] i { display: block; height: 100%; inline-size: 0; background: var(--accent); forced-color-adjust: none; }
.drop { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; padding: 12px; border: 1px dashed var(--quiet); border-radius: 6px; }
.over { border-color: var(--accent); background: var(--over); }
.files { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: 3px 12px; margin: 0; padding: 0; list-style: none; overflow-wrap: anywhere; }
@container (max-width: 480px) {
  .subset { grid-template-columns: minmax(0, 1fr); }
  .moves { flex-flow: row wrap; justify-content: start; }
}
`;
