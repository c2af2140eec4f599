// What pointers and wheels do on a chart. What it means is decided in src/vis/figure.rs.

/**
 * Listens on the `stage` of a chart. `chart` has the raw `figure()` now, says whether it `moves()` when it is dragged and
 * whether it `scrolls`, and is told what `changed(change)` and what is pointed at, `pointed(x, y)`, or nothing: `NaN`.
 * The function that is returned ends what is going on.
 */
export function listen(stage, { figure, moves, scrolls, changed, pointed }) {
  // Where those are that are down.
  const pointers = new Map();
  const at = ({ clientX, clientY }) => {
    const { left, top, width } = stage.getBoundingClientRect();
    // A page may show it larger or smaller than it is.
    const scale = stage.clientWidth / width;
    return [(clientX - left) * scale, (clientY - top) * scale];
  };

  function down(event) {
    if (event.button > 1) return;
    const [x, y] = at(event);
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, [x, y]);
    changed(pointers.size > 1 ? figure().cancel() : figure().press(x, y, moves() || event.shiftKey || event.button === 1));
  }

  function move(event) {
    const [x, y] = at(event);
    const before = pointers.get(event.pointerId);
    if (!before) return pointed(x, y);
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 1) return changed(figure().drag(x, y));
    const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const length = ([a, b]) => Math.max(10, Math.hypot(a - other[0], b - other[1]));
    const zoomed = figure().zoom(length(before) / length([x, y]), (x + other[0]) / 2, (y + other[1]) / 2);
    changed(zoomed | figure().pan((x - before[0]) / 2, (y - before[1]) / 2));
  }

  function up(event) {
    if (!pointers.delete(event.pointerId) || pointers.size) return;
    const [x, y] = at(event);
    changed(figure().release(x, y));
    // A finger does not hover: a tap says what is under it.
    if (event.pointerType === "touch") pointed(x, y);
  }

  function lost({ pointerId }) {
    if (pointers.delete(pointerId)) changed(figure().cancel());
  }

  function wheel(event) {
    // Who scrolls past in a page does not want to zoom.
    if (!event.ctrlKey && !scrolls && !stage.getRootNode().host.matches(":focus-within")) return;
    const lines = event.deltaMode === 1 ? 20 : 1;
    const [across, down] = event.shiftKey && !event.deltaX ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
    const change = figure().wheel(across * lines, down * lines, ...at(event), event.ctrlKey);
    if (change === undefined) return;
    event.preventDefault();
    changed(change);
  }

  stage.addEventListener("pointerdown", down);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", up);
  stage.addEventListener("lostpointercapture", lost);
  stage.addEventListener("pointerleave", ({ pointerType }) => pointerType !== "touch" && pointed(NaN, NaN));
  stage.addEventListener("blur", () => pointed(NaN, NaN));
  stage.addEventListener("wheel", wheel, { passive: false });
  // In what scrolls, two clicks open and close.
  if (!scrolls) stage.addEventListener("dblclick", () => changed(figure().reset()));
  return () => {
    if (pointers.size) changed(figure().cancel());
    pointers.clear();
  };
}
