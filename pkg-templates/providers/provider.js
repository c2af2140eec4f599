// What a QueryProvider does, once it is loaded: its connections, its queries as functions, and how a query is run on all
// connections and parts of the time at once, with what came of each.
import { environmentOf } from "../environments.js";
import { isObject, onlyOwn } from "../options.js";
import { DRIVERS } from "./drivers/index.js";
import { toTime } from "../query-values.js";
import { checkLimits, openConnection } from "./connection.js";
import { forgetFiles, keptFiles } from "./kept.js";
import { inParallel } from "./parallel.js";
import { joinOutcomes } from "./outcomes.js";
import { byFamily, familyHtml, familyText, shownHtml, shownText, signature } from "./shown.js";
import { splitTime, toSpan } from "./split.js";

const PARALLEL = 4;
const DAY = 86_400_000;
// Options of one query, beside those of its driver; `start` and `end` are for texts, as queries of a store have them as parameters.
const OPTIONS = "signal, onProgress, splitBy, onPartial, connections, limit, timeout, maxBytes";

export class Provider {
  #tools;
  #all;
  #connections = new Map(); // by alias
  #ofUser = new WeakSet(); // errors of functions that the user gave

  /** `store` has the queries of the environment; `options` are those of the user. */
  constructor(tools, environment, { store, options }) {
    this.#tools = tools;
    const { names, language } = environmentOf(environment, tools.raw, tools.invalid);
    Object.assign(this, { names, language });
    this.environment = this.names[0];
    this.driver = DRIVERS.find(({ environments }) => environments.includes(this.environment));
    this.options = options;
    this.#all = store;
    this.store = store.forEnvironment(environment);
  }

  /** Adds a file of queries; those for other environments are left out. */
  async add(source, options) {
    await this.#all.add(source, options);
    this.store = this.#all.forEnvironment(this.environment);
  }

  /** Throws that a family, or a provider without one, has no `name`; `all` are those that it has. */
  refuse(name, family, all) {
    const { invalid, raw } = this.#tools;
    const what = family ? `query \`${family}.${name}\`` : `\`${name}\``;
    throw invalid(`there is no ${what}${raw.didYouMean(name, all.join("\n"))} (there are: ${all.join(", ") || "none"})`);
  }

  toString() { return shownText(this); }
  toHtml() { return shownHtml(this); }
  toJSON() { return { environment: this.environment, connections: this.connections, queries: this.store.list().flatMap(({ name, families }) => families.map((family) => `${family}.${name}`)) }; }
  familyText(name) { return familyText(name, byFamily(this.store)); }
  familyHtml(name) { return familyHtml(name, byFamily(this.store)); }
  signature(name) {
    const { parameters, ...query } = this.store.get(name);
    return signature(name, { ...query, parameters: parameters.map((one) => one.name), required: parameters.filter((one) => one.required).map((one) => one.name) });
  }

  get connections() { return [...this.#connections].map(([alias, { label }]) => ({ alias, label })); }

  async connect(options = {}, more = false) {
    const { invalid } = this.#tools;
    if (!isObject(options)) throw invalid(`connect: options should be an object, such as ${this.driver.example}`);
    const { alias, ...own } = options;
    if (alias !== undefined && (typeof alias !== "string" || !alias)) throw invalid("connect: option `alias` should be a name");
    const isTaken = () => more && alias !== undefined && this.#connections.has(alias);
    const taken = () => invalid(`there is a connection \`${alias}\` already; choose another alias`);
    if (isTaken()) throw taken();
    // What was connected before stays until the new one is.
    const connection = await openConnection(this.#tools, this, own).catch((error) => {
      throw this.#known(error);
    });
    // Another may have been opened at the same time.
    if (isTaken()) {
      connection.close?.();
      throw taken();
    }
    if (!more) this.disconnect();
    let name = alias ?? "default";
    if (alias === undefined) for (let i = 2; this.#connections.has(name); i++) name = `connection ${i}`;
    this.#connections.set(name, connection);
    // Those of what is connected now: `disconnect` takes them away again.
    this.#offer(name, connection.queries?.() ?? []);
    return this.#connections.get(name).label;
  }

  disconnect() {
    for (const [alias, connection] of this.#connections) {
      connection.close?.();
      this.#offer(alias, []);
    }
    this.#connections.clear();
  }

  /** Queries that a connection's data are, `[{ name, families, description, query, metadata? }]`, instead of those that it had. */
  #offer(alias, queries) {
    this.#all._offer(`connection ${alias}`, this.environment, queries);
    this.store = this.#all.forEnvironment(this.environment);
  }

  /** Files that the browser keeps for providers of files. */
  kept() { return keptFiles(this.#tools); }
  forget(name) { return forgetFiles(this.#tools, name); }

  /** The chosen connections, `[[alias, connection]]`; all if none is named. */
  #chosen(names) {
    const { invalid, raw } = this.#tools;
    if (!this.#connections.size) throw invalid(`there is no connection; say await provider.connect(${this.driver.example})`);
    if (names === undefined) return [...this.#connections];
    if ([names].flat().length === 0) throw invalid("option `connections` names none; leave it out to ask all");
    return [names].flat().map((name) => {
      if (this.#connections.has(name)) return [name, this.#connections.get(name)];
      const all = [...this.#connections.keys()];
      throw invalid(`there is no connection \`${name}\`${raw.didYouMean(String(name), all.join("\n"))} (there are: ${all.join(", ")})`);
    });
  }

  /** What the first of the chosen connections says of itself: its `schema` or its `databases`. */
  async tell(what, { signal, connections, ...others } = {}) {
    const { invalid } = this.#tools;
    const [[alias, connection]] = this.#chosen(connections);
    if (!connection[what]) throw invalid(`${this.environment} says nothing of its ${what === "schema" ? "tables" : what}`);
    const own = what === "schema" ? this.driver.queryOptions ?? [] : [];
    onlyOwn(invalid, what, others, own, ["signal, connections", ...own]);
    return this.#guarded(`${what} of ${alias}`, signal, () => connection[what]({ ...others, signal }));
  }

  /** Runs a query of the store. */
  async run(name, params = {}, options = {}) {
    const { invalid } = this.#tools;
    if ([params, options].includes("print")) throw invalid(`${name}: its text is what render(params) gives`);
    if (!isObject(params)) throw invalid(`${name}: parameters should be an object, such as { host_name: "WS1" }`);
    const info = this.store.get(name);
    const option = Object.keys(params).find((key) => OPTIONS.split(", ").includes(key) && !info.parameters.some((own) => [own.name, ...own.aliases].includes(key)));
    if (option) throw invalid(`${name}: \`${option}\` is an option, not a parameter; options are the second argument: ({ … }, { ${option}: … })`);
    const times = this.#timesOf(info, params);
    const span = options.splitBy === undefined ? undefined : toSpan(options.splitBy, invalid);
    if (span && !times) throw invalid(`${name}: splitBy is for queries that have the parameters start and end`);
    const full = { ...params, ...times };
    // An end that the query does not take in needs no tick before it.
    const tick = /<\s*(?:datetime\s*\()?\s*["']?\{end\}/.test(info.query) ? 0 : this.driver.tick ?? 1;
    const [from, to] = times ? Object.values(times) : [];
    const now = Date.now(); // the same for both ends
    const ranges = span ? this.#split({ start: from, end: to }, span, tick, now) : [{}];
    const beside = times ? { start: from, end: to } : this.driver.timesBeside ? this.queryTime() : {};
    const parts = ranges.map((range) => ({ text: this.store.render(name, { ...full, ...range }), ...this.#toIso(beside, now), ...range }));
    if (times) inOrder(name, from, to, invalid, now);
    return this.#execute(`query \`${name}\``, parts, { info, params: full }, options);
  }

  /** The text that `run` would send, in one part. */
  render(name, params = {}) {
    return this.store.render(name, isObject(params) ? { ...params, ...this.#timesOf(this.store.get(name), params) } : params);
  }

  /** Runs a text as it is. */
  async query(text, given = {}) {
    const { invalid } = this.#tools;
    if (!isObject(given)) throw invalid("query: options should be an object, such as { limit: 100 }");
    let { start, end, ...options } = given;
    if (typeof text !== "string" || !text.trim()) throw invalid("query: the text is empty; names of the provider's queries are run with run(name)");
    if (/^\w+(\.\w+)+$/.test(text) && /^(KQL|SPL)$/.test(this.language) && this.store.list().some((own) => own.families.some((family) => text === `${family}.${own.name}`))) {
      throw invalid(`query: \`${text}\` is the name of a query; run it with run("${text}", { … })`);
    }
    if ((start === undefined) !== (end === undefined)) throw invalid("query: give both start and end, or none");
    if (start === undefined && this.driver.timesBeside) ({ start, end } = this.queryTime());
    const span = options.splitBy === undefined ? undefined : toSpan(options.splitBy, invalid);
    if (span && start === undefined) throw invalid("query: splitBy needs start and end, which are sent beside the text");
    const now = Date.now();
    if (start !== undefined) inOrder("query", start, end, invalid, now);
    const ranges = span ? this.#split({ start, end }, span, this.driver.tick ?? 1, now)
      : start === undefined ? [{}] : [this.#toIso({ start, end }, now)];
    return this.#execute("the query", ranges.map((range) => ({ text, ...range })), { beside: start !== undefined }, options);
  }

  /** Times for a query that has them as parameters: those given, else those of the provider, else the last day. */
  #timesOf({ parameters }, params) {
    const { start, end } = Object.fromEntries(["start", "end"].map((key) => [key, parameters.find(({ name, type, aliases }) => type === "datetime" && (name === key || aliases.includes(key)))]));
    if (!start || !end) return undefined;
    const given = (own) => [own.name, ...own.aliases].map((name) => params[name]).find((value) => value != null);
    const usual = this.queryTime();
    // Where the defaults are empty, the query has a time of its own.
    if ([start, end].every((own) => own.default === "" && given(own) === undefined)) return undefined;
    const time = (own, value) => given(own) ?? (own.default === "" ? value : own.default ?? value);
    return { [start.name]: time(start, usual.start), [end.name]: time(end, usual.end) };
  }

  /** The time of queries that are not told another: of what the user gave, such as a `queryTime` element. */
  queryTime() {
    const { invalid } = this.#tools;
    const given = this.options.queryTime;
    const value = given?.value ?? given;
    if (value === undefined) return { start: new Date(Date.now() - DAY), end: new Date() };
    const { start, end } = isObject(value) ? value : {};
    if (start == null || end == null) throw invalid("option `queryTime` should be a queryTime element, or { start, end }");
    return { start, end };
  }

  /** Times in ISO 8601, as drivers get them. Where an end is taken in, its last digits count. */
  #toIso(times, now) {
    const isFine = this.driver.tick !== 0;
    return Object.fromEntries(Object.entries(times).map(([name, time]) => {
      const text = new Date(toMs(time, this.#tools.invalid, now)).toISOString();
      const digits = isFine && typeof time === "string" ? /\.\d{3}(\d{1,4})\d*\s*(?:Z|[+-]\d\d:?\d\d)?\s*$/i.exec(time)?.[1] : undefined;
      return [name, digits ? text.replace("Z", `${digits}Z`) : text];
    }));
  }

  /** Parts of a time, as `splitTime` makes them; the first begins and the last ends where the user says. */
  #split(times, span, tick, now) {
    const { invalid } = this.#tools;
    const [from, to] = Object.values(times).map((time) => toMs(time, invalid, now));
    const parts = splitTime(from, to, span, tick, invalid);
    const { start, end } = this.#toIso(times, now);
    parts[0].start = start;
    parts.at(-1).end = end;
    return parts;
  }

  /** What reads an answer goes by what the service has documented, and fails where it meets something else. */
  #known(error) {
    const { HuntbookError, invalid } = this.#tools;
    if (error instanceof URIError) return invalid("a text or a name has half of a character, which no address can have; check what is asked");
    if (!(error instanceof TypeError) || this.#ofUser.has(error)) return error;
    return new HuntbookError("badInput", `the answer is not as the service describes it (${error.message}); check the address, or try again`, { cause: error });
  }

  async #guarded(what, signal, work) {
    const { HuntbookError, cancelled } = this.#tools;
    try {
      return await work();
    } catch (error) {
      if (signal?.aborted) throw cancelled(signal);
      const own = this.#known(error);
      if (own?.name !== "HuntbookError") throw own;
      throw Object.assign(new HuntbookError(own.code, `${what}: ${own.message}`, { cause: own.cause }), own);
    }
  }

  async #execute(what, parts, context, allOptions) {
    const { invalid, toCallback } = this.#tools;
    if (!isObject(allOptions)) throw invalid(`${what}: options should be an object, such as { splitBy: "1d" }`);
    const { signal, onProgress, splitBy, onPartial = "keep", connections, limit, timeout, maxBytes, ...own } = allOptions;
    const names = this.driver.queryOptions ?? [];
    onlyOwn(invalid, what, own, names, [OPTIONS, ...names]);
    if (!["keep", "error"].includes(onPartial)) throw invalid(`${what}: option \`onPartial\` should be "keep" or "error"`);
    if (limit !== undefined && !(Number.isInteger(limit) && limit > 0)) throw invalid(`${what}: option \`limit\` should be a whole number above 0`);
    if (signal != null && typeof signal.addEventListener !== "function") throw invalid(`${what}: option \`signal\` should be an AbortSignal`);
    checkLimits(what, { timeout, maxBytes }, invalid);
    const chosen = this.#chosen(connections);
    const jobs = chosen.flatMap(([alias, connection]) => parts.map((part) => ({ alias, connection, part })));
    const told = toCallback(onProgress);
    const done = jobs.map(() => 0);
    const report = (i, fraction) => {
      done[i] = fraction;
      try {
        told?.(done.reduce((sum, one) => sum + one) / done.length);
      } catch (error) {
        if (error instanceof TypeError) this.#ofUser.add(error);
        throw error;
      }
    };
    const refused = new Map(); // connections that will refuse the next part too, and why
    const outcomes = await this.#guarded(what, signal, () => inParallel(jobs, this.driver.parallel ?? PARALLEL, signal, async ({ connection, part }, i) => {
      if (refused.has(connection)) return { error: refused.get(connection) };
      try {
        const result = await connection.query(part.text, { ...own, ...context, ...part, limit, timeout, maxBytes, signal, onProgress: (fraction) => report(i, fraction) });
        report(i, 1);
        return { result };
      } catch (thrown) {
        const error = this.#known(thrown);
        if (error?.name !== "HuntbookError" || signal?.aborted) throw error;
        if (["service", "unauthorized", "invalidArgument", "cancelled"].includes(error.code)) refused.set(connection, error);
        return { error };
      }
    }));
    const table = joinOutcomes(this.#tools, what, jobs.map((job, i) => ({ ...job, ...outcomes[i] })), onPartial);
    return limit < table.numRows ? table.slice(0, limit) : table;
  }
}

/** Milliseconds of a time, as parameters take it; one without a zone is UTC. */
function toMs(given, invalid, now) {
  const text = toTime(given, now) ?? "";
  const full = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : /[zZ]$|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(" ", "T")}Z`;
  const ms = Date.parse(full);
  if (Number.isFinite(ms)) return ms;
  throw invalid(`${given} should be a time: a Date, ISO 8601, a number of days from now such as -1, or an offset such as "-3h"`);
}

/** A start after the end would find nothing, without a word. */
function inOrder(what, start, end, invalid, now) {
  const [from, to] = [start, end].map((time) => new Date(toMs(time, invalid, now)));
  if (from > to) throw invalid(`${what}: the start (${from.toISOString()}) is after the end (${to.toISOString()})`);
}
