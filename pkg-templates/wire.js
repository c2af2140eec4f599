// Values that cross between a kernel and a page of Jupyter: JSON with bytes in it. Bytes of what a view is made of are tables
// (Arrow), those of its value are numbers of rows. From kernels in the browser a table comes as the address of a blob: the page
// fetches it, and no message is large.

const isBytes = (value) => ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
const isPlain = (value) => typeof value === "object" && value !== null && !isBytes(value);

/** Bytes of their own: those that arrive may be part of a larger buffer, at any place. */
const copy = (bytes) => (ArrayBuffer.isView(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : new Uint8Array(bytes)).slice();

const each = (value, change) => (Array.isArray(value) ? value.map(change) : Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one)])));

/** Makes `value` ready to cross; `waiting` gets what is to be waited for before it does: files, which are read. */
export function pack(value, waiting = []) {
  if (value === undefined || typeof value === "function") return null;
  if (typeof value === "bigint") return Number(value);
  // Dates of another window, too.
  if (Object.prototype.toString.call(value) === "[object Date]") return { $date: value.getTime() };
  if (typeof Blob === "function" && value instanceof Blob) {
    const file = { $file: null, name: value.name ?? "", type: value.type };
    waiting.push(value.arrayBuffer().then((bytes) => (file.$file = bytes)));
    return file;
  }
  if (typeof value?.toArrow === "function") return { $blob: URL.createObjectURL(new Blob([value.toArrow()])) };
  if (isBytes(value)) return copy(value).buffer;
  return isPlain(value) ? each(value, (one) => pack(one, waiting)) : value;
}

/** What `pack` made, with `ofBytes` for what its bytes are: an ArrayBuffer, a view of one, or the address of a blob. */
export function unpack(value, ofBytes) {
  if (isBytes(value)) return ofBytes(value);
  if (!isPlain(value)) return value;
  // Pyodide's kernel loses what is null.
  if ("$null" in value) return null;
  if ("$blob" in value) return ofBytes(value.$blob);
  if ("$date" in value) return new Date(value.$date);
  if ("$file" in value) return new File([copy(value.$file)], value.name, { type: value.type });
  return each(value, (one) => unpack(one, ofBytes));
}

/** The value of a view; its bytes are numbers of rows. */
export const unpackValue = (value) => unpack(value, (bytes) => new Uint32Array(copy(bytes).buffer));

/** Parts bytes from the rest of a message, as Jupyter's widgets do: `{ state, buffer_paths }` and the buffers. */
export function part(state) {
  const [paths, buffers] = [[], []];
  const walk = (value, path) => {
    if (!isPlain(value)) return value;
    if (Array.isArray(value)) return value.map((one, index) => walk(one, [...path, index]));
    const kept = {};
    for (const [name, one] of Object.entries(value)) {
      if (isBytes(one)) {
        paths.push([...path, name]);
        buffers.push(one);
      } else kept[name] = walk(one, [...path, name]);
    }
    return kept;
  };
  return { content: { state: walk(state, []), buffer_paths: paths }, buffers };
}

/** Puts them together again. */
export function join({ state, buffer_paths: paths = [] }, buffers = []) {
  paths.forEach((path, index) => {
    let inside = state;
    for (const name of path.slice(0, -1)) inside = inside[name];
    inside[path.at(-1)] = buffers[index];
  });
  return state;
}
