// The page's Table: what it needs of the raw one so far. `getRaw()` resolves to
// the raw module, started.
export function makeTable(getRaw) {
  return class Table {
    #raw;
    constructor(raw) { this.#raw = raw; }
    static async fromArrow(bytes) { return new Table((await getRaw()).Table.fromArrow(bytes)); }
    get numRows() { return this.#raw.numRows; }
    get numColumns() { return this.#raw.numColumns; }
    toArrow() { return this.#raw.toArrow(); }
    free() { this.#raw.free(); }
  };
}
