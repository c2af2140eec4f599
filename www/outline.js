// A tree of any size in a grid: its lines fold, and a filter keeps what is above a match.
import { grid } from "./grid.js";

const MATCH = 1;
const ABOVE = 2; // a match is below it

/**
 * Fills `host`. `onPick(node)` and `onOpen(node)` are those of the grid, with the
 * number of a node: nodes are counted in the order of the tree, each before its children.
 * The button `folder` folds all roots; or opens all, if anything is folded.
 */
export function outline(host, { label, folder, onPick, onOpen }) {
  const view = grid(host, { label, tree: true, onFold: fold, onPick: (line) => onPick(lines[line]), onOpen: (line) => onOpen(lines[line]) });
  const folded = new Set();
  let shape = shapeOf([]);
  let columns = [];
  let read; // gives what to show of some nodes
  let kept; // of each node MATCH, ABOVE, both or 0; undefined for all
  let lines = []; // the nodes that are shown

  const hasBelow = (node) => (kept ? (kept[node] & ABOVE) !== 0 : shape.ends[node] > node + 1);
  const lineOf = (node) => Math.max(0, nearest(lines, node));

  function arrange(node = 0) {
    lines = [];
    for (let i = 0; i < shape.count; ) {
      const isShown = !kept || kept[i];
      if (isShown) lines.push(i);
      i = isShown && !folded.has(i) ? i + 1 : shape.ends[i];
    }
    folder.textContent = folded.size ? "Unfold" : "Fold";
    view.show({ columns, count: lines.length, rows }, lineOf(node));
  }

  function rows(start, end) {
    const nodes = lines.slice(start, end);
    return read(nodes).map((row, i) => {
      const node = nodes[i];
      const above = shape.parents[node] < 0 ? start + i : lineOf(shape.parents[node]);
      const open = hasBelow(node) ? !folded.has(node) : undefined;
      return { ...row, level: shape.depths[node], above, open, faint: row.faint || (kept && !(kept[node] & MATCH)) };
    });
  }

  function fold(line) {
    const node = lines[line];
    folded.delete(node) || folded.add(node);
    arrange(node);
  }

  folder.onclick = () => {
    if (folded.size) folded.clear();
    else for (let i = 0; i < shape.count; i = shape.ends[i]) if (hasBelow(i)) folded.add(i);
    arrange();
  };

  return {
    /** Shows a tree by the depths of its nodes, 1 for a root; `read(nodes)` gives their rows. */
    show(next) {
      ({ columns, read } = next);
      shape = shapeOf(next.depths);
      kept = undefined;
      folded.clear();
      view.reset();
      arrange();
    },
    clear() {
      this.show({ columns, depths: [], read: () => [] });
    },
    /** Shows these nodes and those above them, unfolded; without `nodes` all. */
    filter(nodes) {
      kept = nodes && keep(nodes, shape);
      folded.clear();
      arrange();
    },
    /** The root above a node. */
    rootOf(node) {
      while (shape.parents[node] >= 0) node = shape.parents[node];
      return node;
    },
  };
}

/** Where the parent of each node stands (-1 for a root), and where what is below it ends. */
function shapeOf(depths) {
  const count = depths.length;
  const [parents, ends] = [new Int32Array(count).fill(-1), new Int32Array(count)];
  for (let i = 1; i < count; i++) {
    let above = i - 1;
    while (above >= 0 && depths[above] >= depths[i]) above = parents[above];
    parents[i] = above;
  }
  for (let i = count - 1; i >= 0; i--) {
    ends[i] = i + 1;
    while (ends[i] < count && depths[ends[i]] > depths[i]) ends[i] = ends[ends[i]];
  }
  return { count, depths, parents, ends };
}

function keep(nodes, { count, parents }) {
  const kept = new Uint8Array(count);
  for (const node of nodes) {
    kept[node] |= MATCH;
    for (let above = parents[node]; above >= 0 && !(kept[above] & ABOVE); above = parents[above]) kept[above] |= ABOVE;
  }
  return kept;
}

/** The place of `value` in sorted numbers, or of the last before it. */
function nearest(numbers, value) {
  let [from, to] = [0, numbers.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (numbers[middle] <= value) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
