// Providers of log data as users see them; what they do is in providers.js, which is loaded when the first is used.
import { toJson } from "./columns.js";
import { HuntbookError, cancelled, guard, invalid } from "./errors.js";
import { loadPart, readYaml, retried } from "./later.js";
import { isObject, noOthers } from "./options.js";

const OPTIONS = "queries, builtIn, settings, queryTime, proxy, timeout, maxBytes";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
// Names that only queries and msticpy's methods have: what notebooks and consoles look for in all objects has none such.
const SNAKE = /^[a-z][a-z0-9]*_\w+$/i;

/** What objects inherit whose missing members are better said than a TypeError of undefined; `missing(name, object)` may throw. */
const saying = (missing, own = {}) => new Proxy(Object.create(Object.prototype, own), {
  get(target, name, object) {
    if (typeof name === "string" && !(name in target)) missing(name, object);
    return Reflect.get(target, name, object);
  },
});

/** Sets a property of whatever name, also one that functions have, or `__proto__`. */
function put(at, name, value) {
  Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** What consoles and notebooks ask an object for, as properties that it inherits. */
const shown = (line, html, text = line) => ({
  [INSPECT]: { value: line },
  _toMime: { value: () => ({ "text/plain": text(), ...(html && { "text/html": html() }) }) },
});

/** `runAnswer(bytes, options, signal)` takes the tables out of an answer. */
export function makeQueryProvider({ getRaw, Table, QueryStore, runAnswer, fetchFile, toCallback, signIn, read, listFolder }) {
  class QueryProvider {
    static name = "QueryProvider"; // also where a bundler calls it otherwise
    #load;
    #environment;
    #provider; // once it is loaded

    constructor(environment, options = {}) {
      if (!isObject(options)) throw invalid("QueryProvider: options should be an object, such as { proxy: \"http://127.0.0.1:8710\" }");
      const { queries = [], builtIn = true, settings, queryTime, proxy, timeout, maxBytes, ...others } = options;
      noOthers(invalid, "QueryProvider", others, OPTIONS);
      this.#environment = environment;
      this.#load = retried(async () => {
        const [{ Provider }, raw] = await Promise.all([loadPart("providers.js", () => import("./providers.js")), getRaw()]);
        const store = await QueryStore._forProvider(environment, builtIn);
        const tools = { raw, guard, toJson, HuntbookError, invalid, cancelled, Table, runAnswer, fetchFile, toCallback, signIn, read, listFolder, readYaml };
        const provider = new Provider(tools, environment, { store, options: { settings, queryTime, proxy, timeout, maxBytes } });
        for (const source of [queries].flat()) await provider.add(source);
        this.#show(provider);
        return provider;
      });
    }

    /** Makes a function of each query, in objects by family; those of before may be no more. */
    #show(provider) {
      this.#provider = provider;
      for (const family of Object.keys(this)) delete this[family];
      const run = (name, own) => Object.assign(Object.setPrototypeOf({ [own]: (params, options) => provider.run(name, params, options) }[own], Object.create(Function.prototype, shown(() => provider.signature(name), undefined, () => provider.store.help(name)))), {
        help: () => provider.store.help(name),
        render: (params) => provider.render(name, params),
      });
      const family = (name) => Object.create(saying((missing, own) => {
        if (SNAKE.test(missing)) provider.refuse(missing, name, Object.keys(own));
      }, shown(() => provider.familyText(name), () => provider.familyHtml(name))));
      for (const { name, families } of provider.store.list()) {
        for (const path of families) {
          let at = this;
          let whole = "";
          for (const part of path.split(".")) {
            whole += whole ? `.${part}` : part;
            at = Object.hasOwn(at, part) && Object(at[part]) === at[part] ? at[part] : at === this && part in QueryProvider.prototype ? {} : put(at, part, family(whole));
          }
          put(at, name, run(`${path}.${name}`, name));
        }
      }
    }

    toString() { return this.#provider?.toString() ?? `QueryProvider(${this.#environment}, not connected)`; }
    toJSON() { return this.#provider?.toJSON() ?? { environment: this.#environment, connections: [], queries: [] }; }
    [INSPECT]() { return this.toString(); }
    _toHtml() { return this.#provider?.toHtml(); }
    /** What notebooks show. */
    _toMime() { return { "text/plain": this.toString(), ...(this.#provider && { "text/html": this._toHtml() }) }; }

    static {
      Object.setPrototypeOf(this.prototype, saying((name, own) => {
        if (!(#provider in own)) return;
        const families = Object.keys(own);
        const isFamily = /^[A-Z]/.test(name) || families.some((one) => one.toLowerCase() === name.toLowerCase());
        if (!isFamily && !SNAKE.test(name)) return;
        if (!own.#provider) throw invalid(`there is no \`${name}\` yet: queries are there once await provider.connect({ … }), or await provider.list(), is done`);
        own.#provider.refuse(name, undefined, [...families, ...(isFamily ? [] : Object.getOwnPropertyNames(QueryProvider.prototype).filter((one) => /^[a-z]+$/i.test(one) && !/^to|^constructor$/.test(one)))]);
      }));
    }

    async connect(options) {
      const provider = await this.#load();
      await provider.connect(options);
      this.#show(provider);
      return this;
    }

    async addConnection(options) {
      const provider = await this.#load();
      await provider.connect(options, true);
      this.#show(provider);
      return this;
    }

    async add(source, options) {
      const provider = await this.#load();
      await provider.add(source, options);
      this.#show(provider);
      return this;
    }

    async disconnect() {
      const provider = await this.#load();
      provider.disconnect();
      this.#show(provider);
    }
    async kept() { return (await this.#load()).kept(); }
    async forget(name) { return (await this.#load()).forget(name); }
    async connections() { return (await this.#load()).connections; }
    async query(text, options) { return (await this.#load()).query(text, options); }
    async run(name, params, options) { return (await this.#load()).run(name, params, options); }
    async schema(options) { return (await this.#load()).tell("schema", options); }
    async databases(options) { return (await this.#load()).tell("databases", options); }
    async list() { return (await this.#load()).store.list(); }
    async search(text, options) { return (await this.#load()).store.search(text, options); }
    async get(name) { return (await this.#load()).store.get(name); }
    async help(name) { return (await this.#load()).store.help(name); }
    async render(name, params) { return (await this.#load()).render(name, params); }
  }
  return { QueryProvider };
}
