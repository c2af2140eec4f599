// Work on several things at once.

/** `fn(item, i)` for all, at most `most` at once, in order; an error stops what has not begun. */
export async function inParallel(items, most, signal, fn) {
  const results = [];
  let next = 0;
  let stopped = false;
  const work = async () => {
    while (next < items.length && !stopped) {
      const i = next++;
      try {
        signal?.throwIfAborted();
        results[i] = await fn(items[i], i);
      } catch (error) {
        stopped = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
