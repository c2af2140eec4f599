// Answers that come in pages, and tables that become one.

/** Rows that are asked for where a user gives no limit. */
export const MOST_ROWS = 100_000;

/** All rows, in halves so that none is copied many times. */
export function joinTables(tables) {
  if (tables.length === 1) return tables[0];
  const half = tables.length >> 1;
  return joinTables(tables.slice(0, half)).concat(joinTables(tables.slice(half)));
}

/**
 * The rows of one page after another, at most `limit`: `{ table, partial? }`. `readPage(next, count)` resolves to `{ table, next?,
 * total?, partial? }`, where `next` is what the page before said, and `count` how many rows there are so far. Once there are
 * rows, an error ends it, and is said.
 */
export async function readPages(readPage, { limit, signal, onProgress }) {
  const most = limit ?? MOST_ROWS;
  const tables = [];
  let count = 0;
  let partial;
  for (let next; ;) {
    let page;
    try {
      page = await readPage(next, count);
    } catch (error) {
      if (!count || signal?.aborted || error?.name !== "HuntbookError") throw error;
      partial = `more rows could not be read: ${error.message}`;
      break;
    }
    tables.push(page.table);
    count += page.table.numRows;
    partial = page.partial;
    // A service that gives the same page for ever gives no more.
    if (page.next === undefined || page.next === next) break;
    next = page.next;
    if (count >= most) {
      if (limit === undefined) partial = `there are more than ${most} rows; raise { limit }, or ask for less`;
      break;
    }
    onProgress?.(Math.min(count / Math.min(page.total ?? most, most), 1));
  }
  const table = joinTables(tables);
  return { table: table.numRows > most ? table.slice(0, most) : table, partial };
}
