// Seeded randomness: the same seed gives the same bytes on every machine.

/** A 32-bit FNV-1a hash of `text`, to make a seed of a name. */
function hash(text) {
  let h = 0x811c9dc5;
  for (const char of text) h = Math.imul(h ^ char.codePointAt(0), 0x01000193) >>> 0;
  return h;
}

/** A source of random values, started from `seed` (any text). */
export class Random {
  #seed;
  #state;

  constructor(seed) {
    this.#seed = String(seed);
    this.#state = hash(this.#seed);
  }

  /** An independent source for one part, so that changing one file leaves the others as they are. */
  fork(name) {
    return new Random(`${this.#seed}/${name}`);
  }

  /** 0 ≤ value < 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  int(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability) {
    return this.next() < probability;
  }

  pick(items) {
    return items[Math.floor(this.next() * items.length)];
  }

  /** One of `items`, `[value, weight]` each. */
  weighted(items) {
    let at = this.next() * items.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of items) {
      at -= weight;
      if (at < 0) return value;
    }
    return items.at(-1)[0];
  }

  /** Like pick, but earlier items are more common, as sites and programs are. */
  popular(items) {
    return items[Math.floor(this.next() ** 2.2 * items.length)];
  }

  hex(digits) {
    let text = "";
    while (text.length < digits) text += this.int(0, 15).toString(16);
    return text;
  }

  uuid() {
    return `${this.hex(8)}-${this.hex(4)}-4${this.hex(3)}-${this.pick("89ab")}${this.hex(3)}-${this.hex(12)}`;
  }

  /** Long-tailed sizes such as response bytes: `low` at least, `typical` often, far more now and then. */
  size(low, typical) {
    return Math.round(low + typical * (-Math.log(1 - this.next())) ** 1.7);
  }

  /** Fills a text such as `C:\Temp\{hex8}.tmp`: `{hexN}`, `{intA-B}` and the names in `values`. */
  fill(template, values = {}) {
    return template.replace(/\{(\w+?)(?:(\d+)(?:-(\d+))?)?\}/g, (whole, name, low, high) => {
      if (name === "hex") return this.hex(Number(low));
      if (name === "int") return String(this.int(Number(low), Number(high)));
      return values[name] ?? whole;
    });
  }
}
