// Tables of several answers.

/** All rows, in halves so that none is copied many times. */
export function joinTables(tables) {
  if (tables.length === 1) return tables[0];
  const half = tables.length >> 1;
  return joinTables(tables.slice(0, half)).concat(joinTables(tables.slice(half)));
}
