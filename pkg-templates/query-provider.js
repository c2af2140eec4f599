// Providers of log data as users see them; what they do is in providers.js, which is loaded when the first is used.
import { toJson } from "./columns.js";
import { HuntbookError, cancelled, guard, invalid } from "./errors.js";
import { loadPart, readYaml, retried } from "./later.js";
import { isObject, noOthers } from "./options.js";

const OPTIONS = "queries, builtIn, settings, queryTime, proxy, timeout, maxBytes";

// What looks like a family, and none of it is there: better said than a TypeError of undefined.
const families = new Proxy(Object.prototype, {
  get(target, name, provider) {
    if (typeof name !== "string" || !/^[A-Z]/.test(name) || !(name in target === false)) return Reflect.get(target, name, provider);
    throw invalid(`there is no family of queries \`${name}\` (there are: ${Object.keys(provider).join(", ") || "none yet; say await provider.connect({ … }), or await provider.list()"})`);
  },
});

/** Sets a property of whatever name, also one that functions have, or `__proto__`. */
function put(at, name, value) {
  Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** `runAnswer(bytes, options, signal)` takes the tables out of an answer. */
export function makeQueryProvider({ getRaw, Table, QueryStore, runAnswer, fetchFile, toCallback, signIn, read, listFolder }) {
  class QueryProvider {
    #load;

    constructor(environment, options = {}) {
      if (!isObject(options)) throw invalid("QueryProvider: options should be an object, such as { proxy: \"http://127.0.0.1:8710\" }");
      const { queries = [], builtIn = true, settings, queryTime, proxy, timeout, maxBytes, ...others } = options;
      noOthers(invalid, "QueryProvider", others, OPTIONS);
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
      for (const family of Object.keys(this)) delete this[family];
      const run = (name) => Object.assign((params, options) => provider.run(name, params, options), {
        help: () => provider.store.help(name),
        render: (params) => provider.render(name, params),
      });
      for (const { name, families } of provider.store.list()) {
        for (const family of families) {
          let at = this;
          for (const part of family.split(".")) at = Object.hasOwn(at, part) && Object(at[part]) === at[part] ? at[part] : at === this && part in QueryProvider.prototype ? {} : put(at, part, {});
          put(at, name, run(`${family}.${name}`));
        }
      }
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
  Object.setPrototypeOf(QueryProvider.prototype, families);
  return { QueryProvider };
}
