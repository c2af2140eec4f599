// What the tests hold of one file; the same code runs in Node and in a page.

/** `source` read and searched: counts by type, and digests to compare whole tables by. */
export async function summary(hb, source, name) {
  try {
    const table = await hb.read(source, { name });
    const iocs = await hb.extractIocs(table, { paths: true });
    const counts = {};
    for (const type of iocs.column("IoCType")) counts[type] = (counts[type] ?? 0) + 1;
    const { format } = table.report;
    const held = { format, rows: table.numRows, columns: table.numColumns, indicators: sorted(counts) };
    const digests = [await digest(table.toCsv({ bytes: true })), await digest(iocs.toCsv({ bytes: true }))];
    table.free();
    iocs.free();
    return { held, digests };
  } catch (error) {
    return { held: { error: error.code ?? "none", message: error.message }, digests: [] };
  }
}

const sorted = (counts) => Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
