// Large data on its way into and out of WebAssembly memory, a part at a time: no
// copy of the whole lies in JavaScript's memory beside it.

// Bytes that are under way at once.
const PART_BYTES = 4 * 2 ** 20;

/** A raw Room with `length` bytes, which `part(from, to)` gives or resolves to. */
export async function fillRoom(raw, length, part) {
  const room = new raw.Room(length);
  try {
    for (let at = 0; at < length; at += PART_BYTES) {
      const bytes = await part(at, Math.min(at + PART_BYTES, length));
      // The memory may grow at any time, and views of it die then.
      new Uint8Array(raw.Table.memory().buffer, room.address + at, bytes.length).set(bytes);
    }
    return room;
  } catch (error) {
    room.free();
    throw error;
  }
}

/** A view of a raw Room, which lives until the memory grows. */
export const viewOf = (raw, room) => new Uint8Array(raw.Table.memory().buffer, room.address, room.length);

/**
 * Writes a raw table as an Arrow IPC stream. The stream's pieces lie where the
 * table has them; `makeTarget(length)` is where they are put together:
 * `write(bytes)` is called for each and keeps none, and `end()` gives the result.
 */
export function writeArrow(table, makeTarget) {
  const pieces = table.pieces();
  try {
    const places = pieces.places();
    const target = makeTarget(lengthOf(places));
    const memory = new Uint8Array(table.constructor.memory().buffer);
    for (let i = 0; i < places.length; i += 2) target.write(memory.subarray(places[i], places[i] + places[i + 1]));
    return target.end();
  } finally {
    pieces.free();
  }
}

/** Memory of this thread. */
export function toBytes(length) {
  const bytes = new Uint8Array(length);
  let at = 0;
  return {
    write(part) {
      bytes.set(part, at);
      at += part.length;
    },
    end: () => ({ table: bytes }),
  };
}

/** Memory of the instance `raw`: a room, which its `Table.fromRoom` takes. */
export function toRoom(raw) {
  return (length) => {
    const room = new raw.Room(length);
    let at = 0;
    return {
      write(part) {
        new Uint8Array(raw.Table.memory().buffer, room.address + at, part.length).set(part);
        at += part.length;
      },
      end: () => ({ room }),
    };
  };
}

/**
 * Sends a raw table to another thread: `ask(message, transfer)` sends `{ begin:
 * length }` and then each `{ part }`, whose memory the answer gives back.
 */
export async function sendArrow(table, ask) {
  const pieces = table.pieces();
  try {
    const places = pieces.places();
    const total = lengthOf(places);
    await ask({ begin: total });
    let part = new Uint8Array(Math.min(total, PART_BYTES));
    let used = 0;
    for (let i = 0; i < places.length; i += 2) {
      for (let at = places[i], end = at + places[i + 1]; at < end;) {
        const now = Math.min(end - at, part.length - used);
        part.set(new Uint8Array(table.constructor.memory().buffer, at, now), used);
        at += now;
        used += now;
        if (used < part.length) continue;
        part = await ask({ part }, [part.buffer]);
        used = 0;
      }
    }
    if (used > 0) await ask({ part: part.subarray(0, used) }, [part.buffer]);
    return { sent: true };
  } finally {
    pieces.free();
  }
}

/** Bytes of all pieces together. */
export const lengthOf = (places) => places.reduce((sum, value, i) => (i % 2 ? sum + value : sum), 0);

/** A result with each table replaced by `fn(table)`: a table itself, or an object of some. */
export async function mapTables(result, isTable, fn) {
  if (isTable(result)) return fn(result);
  if (result === null || typeof result !== "object" || !Object.values(result).some(isTable)) return result;
  const mapped = {};
  for (const [name, value] of Object.entries(result)) mapped[name] = isTable(value) ? await fn(value) : value;
  return mapped;
}
