// Stores of queries as users see them; what they do is in queries.js, which is loaded when the first is made.
import { toJson } from "./columns.js";
import { HuntbookError, guard, invalid } from "./errors.js";
import { loadPart, readYaml } from "./later.js";
import { toSource, toText } from "./source.js";

const made = Symbol("made"); // what only this file has

/** `getPacks()` is the address of the folder with the package's own queries, what gets the text of a file of it, or nothing. */
export function makeQueryStore({ getRaw, Table, fetchFile, getPacks }) {
  /** The text of a file and what errors call it. */
  async function read(source, given) {
    if (source instanceof Table) throw invalid("add: a Table is no file of queries");
    const { value, name = "input" } = await toSource(source, { Table, fetchFile });
    return { text: await toText(value, given ?? name), name: given ?? name };
  }

  async function load() {
    const [{ Queries }, raw] = await Promise.all([loadPart("queries.js", () => import("./queries.js")), getRaw()]);
    return new Queries({ raw, guard, toJson, HuntbookError, invalid, readYaml, read });
  }

  /** Reads a file of the packs. */
  async function readPack(file) {
    const folder = getPacks();
    if (!folder) throw new HuntbookError("unsupported", "this build has no queries beside it; import the package \"huntbook\", or say where its folder queries is with init({ queries })");
    return typeof folder === "function" ? folder(file) : (await read(new URL(file, folder), file)).text;
  }

  class QueryStore {
    static name = "QueryStore"; // also where a bundler calls it otherwise
    #queries;

    constructor(token, queries) {
      if (token !== made) throw invalid("use await QueryStore.fromYaml(text), or await QueryStore.load(file)");
      this.#queries = queries;
    }

    static async load(...sources) {
      const store = new QueryStore(made, await load());
      for (const source of sources.flat()) await store.add(source);
      return store;
    }

    static async fromYaml(text, options) {
      if (typeof text !== "string") throw invalid("fromYaml: YAML should be a text; QueryStore.load takes files and addresses");
      return (await QueryStore.load()).add(text, options);
    }

    /** All that a provider of an environment has; a build without the package's queries has none. */
    static async _forProvider(environment, builtIn) {
      const store = new QueryStore(made, await load());
      if (builtIn) {
        await store.#queries.addPacks(environment, readPack).catch((error) => {
          if (error.code !== "unsupported") throw error;
        });
      }
      return store;
    }

    static async builtIn(environment) {
      const store = new QueryStore(made, await load());
      await store.#queries.addPacks(environment, readPack);
      return store.forEnvironment(environment);
    }

    async add(source, options) {
      await this.#queries.add(source, options);
      return this;
    }

    _offer(...args) { this.#queries.offer(...args); }
    list() { return this.#queries.search(); }
    search(text, options) { return this.#queries.search(text, options); }
    forEnvironment(environment) { return new QueryStore(made, this.#queries.forEnvironment(environment)); }
    get(name) { return this.#queries.get(name); }
    help(name) { return this.#queries.help(name); }
    render(name, params) { return this.#queries.render(name, params); }
  }

  return { QueryStore };
}
