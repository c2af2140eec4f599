// Walks over the tokens of SQL: what the grammar (sql-parse.js) and its expressions (sql-terms.js) are written with.

// What no name is unless it is quoted, because it begins or ends something.
const RESERVED = new Set(`all and any as asc between by case cross desc distinct else end except exists false fetch for from full group having
ilike in inner intersect into is join lateral left like limit minus natural not null offset on or order outer over pivot qualify regexp
right rlike select similar tablesample then top true union using values when where window with`.split(/\s+/));

// Deeper is not what people write, and would overflow the stack.
const DEEPEST = 100;
const MOST_CHAINED = 500;
const MOST_ITEMS = 1000;

export class Reader {
  #tokens;
  #place = 0;
  #depth = 0;

  constructor(tokens, fail) {
    this.#tokens = tokens;
    this.fail = fail;
  }

  get token() { return this.#tokens[this.#place]; }

  /** A token after this one. */
  ahead(count) { return this.#tokens[Math.min(this.#place + count, this.#tokens.length - 1)]; }

  next() {
    const { token } = this;
    if (token.kind !== "end") this.#place++;
    return token;
  }

  /** Whether the next tokens are these words, in any case. */
  isAt(...words) {
    return words.every((word, i) => {
      const { kind, value } = this.ahead(i);
      return kind === "word" && value.toLowerCase() === word;
    });
  }

  take(...words) {
    const found = this.isAt(...words);
    if (found) this.#place += words.length;
    return found;
  }

  /** The first of these words that is next, taken. */
  takeOne(...words) { return words.find((word) => this.take(word)); }

  isSign(sign, ahead = 0) {
    const { kind, value } = this.ahead(ahead);
    return kind === "sign" && value === sign;
  }

  takeSign(...signs) {
    const sign = signs.find((one) => this.isSign(one));
    if (sign) this.#place++;
    return sign;
  }

  need(...words) {
    if (!this.take(...words)) this.wrong(words.join(" ").toUpperCase());
  }

  needSign(sign) {
    if (!this.takeSign(sign)) this.wrong(`\`${sign}\``);
  }

  /** Fails at the next token, where `expected` should be. */
  wrong(expected) {
    const { kind, value, at } = this.token;
    const shown = value.length > 30 ? `${value.slice(0, 30)}…` : value;
    const found = kind === "end" ? "the query ends" : `there is \`${shown}\``;
    const isReserved = kind === "word" && RESERVED.has(value.toLowerCase());
    this.fail(at, `${found} where ${expected} should be`, isReserved ? `mend it, or quote a name as [${shown}]` : "mend it, or leave it out");
  }

  isName() {
    const { kind, value } = this.token;
    return kind === "name" || (kind === "word" && !RESERVED.has(value.toLowerCase()));
  }

  /** A name; one in double quotes is one too where nothing else can be. */
  name(what) {
    const { kind, isDouble } = this.token;
    if (!this.isName() && !(kind === "text" && isDouble)) this.wrong(what);
    return this.next().value;
  }

  /** One or more of what `read` reads, with commas between. */
  list(read, most = MOST_ITEMS) {
    const { at } = this.token;
    const all = [];
    do all.push(read()); while (this.takeSign(","));
    if (all.length > most) this.fail(at, `there are more than ${most} of these`, "leave some out");
    return all;
  }

  /** Reads something that may hold more of its kind. */
  inside(read) {
    if (++this.#depth > DEEPEST) this.fail(this.token.at, `brackets and queries are more than ${DEEPEST} deep`, "put parts of it into WITH");
    const result = read();
    this.#depth--;
    return result;
  }

  /** A node whose first part may be a chain of such. */
  chained(node, first) {
    node.length = (first.length ?? 0) + 1;
    if (node.length > MOST_CHAINED) this.fail(node.at, `more than ${MOST_CHAINED} operators follow one another`, "use IN, or put parts of it in brackets");
    return node;
  }
}
