// How widgets look.
import { style } from "../element.js";

export default `${style}
:host { container-type: inline-size; max-width: min(46rem, 100%); border: 1px solid var(--line); border-radius: 6px; --wrong: #b3261e; --over: #eef2f3; }
:host([data-dark]) { --wrong: #ffb4ab; --over: #263036; }
.widget, .list, .times > * { display: grid; gap: 6px; min-width: 0; }
.widget { padding: 8px 10px; }
.times > * { gap: 1px; flex: 1 1 12.5em; max-width: 15em; }
#label { font-weight: 600; overflow-wrap: anywhere; }
select { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 5px; padding: 2px; min-width: 0; }
input, select, button { min-height: 26px; }
[type="range"] { display: block; width: 100%; margin: 0; padding: 0; accent-color: var(--accent); }
[aria-invalid] { border-color: var(--wrong); }
label, small, output { color: var(--quiet); font-size: 12px; font-variant-numeric: tabular-nums; }
output b { color: var(--ink); }
p, ul { margin: 0; padding: 0; }
:empty:is(p, small, ul, [aria-live]) { display: none; }
.wrong { color: var(--wrong); font-size: 12px; overflow-wrap: anywhere; }
.row { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; }
.times { align-items: start; }
.times input { font-variant-numeric: tabular-nums; }
.sliders { display: grid; grid-template-columns: 1fr 1fr; direction: ltr; }
.sliders .before input { direction: rtl; }
.after { text-align: end; box-shadow: -2px 0 var(--accent); }
a { color: var(--accent); }
[type="radio"] { min-height: 0; margin: 0; }
option { overflow: hidden; text-overflow: ellipsis; }
.details { max-height: 18em; overflow: auto; font-size: 12px; }
.subset { display: grid; grid-template-columns: 1fr auto 1fr; gap: 6px; }
.subset > div { min-width: 0; display: grid; grid-template-rows: auto 1fr; }
.subset select { height: 100%; }
.subset .moves { display: flex; flex-flow: column; gap: 4px; justify-content: center; }
[role="progressbar"] { flex: 1; height: 12px; margin-block: 7px; border: 1px solid var(--line); border-radius: 7px; overflow: hidden; }
i { display: block; height: 100%; background: var(--accent); forced-color-adjust: none; }
.drop { padding: 12px; border: 1px dashed var(--quiet); border-radius: 6px; }
.over { border-color: var(--accent); background: var(--over); }
ul { flex-basis: 100%; display: flex; flex-wrap: wrap; gap: 3px 12px; list-style: none; overflow-wrap: anywhere; }
@container (max-width: 480px) {
  .subset { grid-template-columns: 1fr; }
  .subset .moves { flex-flow: row wrap; }
}
`;
