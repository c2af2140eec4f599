// Arrow IPC out of WebAssembly memory with a single copy: the stream's pieces lie
// where the table has them, and are put together where they are needed.

/** Memory of this thread for `length` bytes. */
export function plainRoom(length) {
  const bytes = new Uint8Array(length);
  return { bytes: () => bytes, value: { table: bytes } };
}

/** Memory of the instance `raw`; `value.room` is what its `Table.fromRoom` takes. */
export function roomOf(raw) {
  return (length) => {
    const room = new raw.Room(length);
    // The memory may grow at any time, and views of it die then.
    return { bytes: () => new Uint8Array(raw.Table.memory().buffer, room.address, length), value: { room } };
  };
}

/** Writes a raw table as an Arrow IPC stream into what `makeRoom` gives for its length. */
export function writeArrow(table, makeRoom) {
  const pieces = table.pieces();
  try {
    const places = pieces.places();
    const length = places.reduce((sum, value, i) => (i % 2 ? sum + value : sum), 0);
    const room = makeRoom(length);
    const target = room.bytes();
    const memory = new Uint8Array(table.constructor.memory().buffer);
    for (let i = 0, at = 0; i < places.length; at += places[i + 1], i += 2) {
      target.set(memory.subarray(places[i], places[i] + places[i + 1]), at);
    }
    return room.value;
  } finally {
    pieces.free();
  }
}
