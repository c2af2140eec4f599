// What a msticpyconfig.yaml says: workspaces, providers, and where their keys are. Keys are in this module's memory and in
// no field, so that no output of a notebook, no error and no JSON has them.
import { ask as askInPage } from "./ask.js";
import { HuntbookError, cancelled, invalid } from "./errors.js";
import { readYaml } from "./later.js";
import { isObject, noOthers } from "./options.js";
import { toSource, toText } from "./source.js";

/** What stands where a key is. */
const HIDDEN = "(hidden)";
const SECTIONS = ["TIProviders", "ContextProviders", "DataProviders", "OtherProviders"];
// Deeper than any settings, and the page's stack is far from its end.
const DEEPEST = 20;

/** `EnvironmentVar` and `KeyVault` say where a key is; a vault without a name has it under the provider's and the argument's. */
const isReference = (value) => isObject(value) && ("EnvironmentVar" in value || "KeyVault" in value);
/** Whether a setting is a key by its name. What else is secret in a file is for its reader to say by a reference. */
const isKey = (name) => /key$|secret|passw|pwd|token|cookie|credential|authorization|connection.?string|^api_?id$/i.test(name);
const camel = (name) => name.charAt(0).toLowerCase() + name.slice(1);

/** Settings of what `source` is; `options` are those of the user. */
export async function readSettings({ Table, fetchFile }, source, { name, ask, ...others } = {}) {
  noOthers(invalid, "readSettings", others, "name, ask");
  if (ask !== undefined && typeof ask !== "function") throw invalid("readSettings: option `ask` should be a function");
  if (source instanceof Table) throw invalid("readSettings: a Table has no settings; give the file, its text or an object");
  if (isPlain(source)) return new Settings(source, name ?? "settings", () => "", ask);
  const { value, name: own } = await toSource(source, { Table, fetchFile });
  const called = name ?? own ?? "msticpyconfig.yaml";
  const { value: content, lineOf } = await readQuietly(await toText(value, called), called);
  return new Settings(content ?? {}, called, (path) => `, line ${lineOf(path)}`, ask);
}

class Settings {
  #shown; // the settings, with HIDDEN for keys
  #keys = new Map(); // what is known or being asked for, by path
  #ask;
  #wrong;

  /** `place(path)` says where in the file something is. */
  constructor(content, name, place, ask) {
    this.#ask = ask ?? askInPage;
    this.#wrong = (path, problem) => new HuntbookError("badInput", `${name}${place(path)}: ${path.join(".") || "the file"} ${problem}`);
    if (!isObject(content)) throw this.#wrong([], "should be a mapping of sections, such as TIProviders:");
    this.#shown = this.#hide(content, []);
    this.#check();
  }

  get sections() {
    return Object.keys(this.#shown);
  }

  section(name) {
    return this.#shown[find(this.sections, name, "section")];
  }

  get workspaces() {
    return Object.keys(this.#shown.AzureSentinel?.Workspaces ?? {});
  }

  workspace(name) {
    const names = this.workspaces;
    if (!names.length) throw invalid("the settings name no workspace; add AzureSentinel.Workspaces");
    const chosen = find(names, name ?? (names.length === 1 ? names[0] : "Default"), "workspace");
    const fields = Object.entries(this.#shown.AzureSentinel.Workspaces[chosen]).map(([key, value]) => [camel(key), value]);
    return Object.freeze({ name: chosen, ...Object.fromEntries(fields) });
  }

  providers(section) {
    const sections = section === undefined ? SECTIONS : [find(SECTIONS, section, "section of providers")];
    return sections.flatMap((section) => Object.keys(this.#shown[section] ?? {}).map((name) => this.#provider(section, name)));
  }

  provider(name) {
    const all = this.providers();
    const found = find(all.map((one) => one.name), name, "provider");
    return all.find((one) => one.name === found);
  }

  #provider(section, name) {
    const { Args, Primary, Provider } = this.#shown[section][name] ?? {};
    const args = Args ?? {};
    const keys = Object.keys(args).filter((arg) => args[arg] === HIDDEN || isReference(args[arg]));
    return Object.freeze({ section, name, provider: Provider ?? name, primary: Primary === true, args, keys: Object.freeze(keys) });
  }

  async secret(provider, arg, { signal } = {}) {
    const { path, reference } = this.#key(provider, arg);
    if (!this.#keys.has(path)) {
      const environment = globalThis.process?.env?.[reference.EnvironmentVar];
      if (environment) return environment;
      const question = Promise.resolve(this.#ask({ provider, arg, reference: describe(reference), signal })).then((answer) => {
        if (typeof answer === "string" && answer) return answer;
        throw new HuntbookError("cancelled", `${provider} has no ${arg}; give it when asked, or with setSecret("${provider}", "${arg}", …)`);
      });
      this.#keys.set(path, question);
      // No answer is asked for again.
      question.catch(() => this.#keys.get(path) === question && this.#keys.delete(path));
    }
    if (signal?.aborted) throw cancelled(signal);
    return this.#keys.get(path);
  }

  setSecret(provider, arg, value) {
    if (typeof value !== "string" || !value) throw invalid("setSecret: the key should be a text");
    this.#keys.set(this.#key(provider, arg).path, value);
  }

  forget(provider, arg) {
    if (provider === undefined) return this.#keys.clear();
    this.#keys.delete(this.#key(provider, arg).path);
  }

  /** Where the key of a provider is: its path, and what the file says instead of it. */
  #key(provider, arg) {
    const { section, name, args } = this.provider(provider);
    const found = Object.keys(args).find((one) => one.toLowerCase() === String(arg).toLowerCase()) ?? String(arg);
    return { path: JSON.stringify([section, name, "Args", found]), reference: isReference(args[found]) ? args[found] : {} };
  }

  toJSON() {
    return this.#shown;
  }

  toJson() {
    return JSON.stringify(this.#shown, null, 2);
  }

  _toMime() {
    return { "text/plain": `Settings of ${this.workspaces.length} workspaces and ${this.providers().length} providers: ${this.providers().map((one) => one.name).join(", ")}` };
  }

  /** A frozen copy; keys go to `#keys`. */
  #hide(value, path) {
    if (path.length > DEEPEST) throw this.#wrong(path.slice(0, 3), "is nested too deep");
    if (Array.isArray(value)) return Object.freeze(value.map((item, i) => this.#hide(item, [...path, i])));
    if (!isObject(value)) {
      if (value == null || value === "" || typeof value === "boolean" || !isKey(String(path.at(-1)))) return value;
      this.#keys.set(JSON.stringify(path), String(value));
      return HIDDEN;
    }
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#hide(inner, [...path, key])])));
  }

  #check() {
    const mapping = (value, path) => {
      if (value != null && !isObject(value)) throw this.#wrong(path, "should be a mapping");
      return Object.entries(value ?? {});
    };
    const { AzureSentinel } = this.#shown;
    mapping(AzureSentinel, ["AzureSentinel"]);
    for (const [name, workspace] of mapping(AzureSentinel?.Workspaces, ["AzureSentinel", "Workspaces"])) {
      if (!isObject(workspace)) throw this.#wrong(["AzureSentinel", "Workspaces", name], "should be a mapping, such as WorkspaceId: …");
    }
    for (const section of SECTIONS) {
      for (const [name, provider] of mapping(this.#shown[section], [section])) {
        mapping(provider, [section, name]);
        for (const [arg, value] of mapping(provider?.Args, [section, name, "Args"])) {
          const path = [section, name, "Args", arg];
          if (!isReference(value)) continue;
          if ("EnvironmentVar" in value && !(value.EnvironmentVar && typeof value.EnvironmentVar === "string")) throw this.#wrong(path, "should have the name of a variable after EnvironmentVar");
          if (value.KeyVault != null && typeof value.KeyVault !== "string") throw this.#wrong(path, "should have the name of a secret after KeyVault, or nothing");
        }
      }
    }
  }
}

function describe({ EnvironmentVar, KeyVault }) {
  if (EnvironmentVar) return `environment variable ${EnvironmentVar}`;
  return KeyVault ? `Key Vault secret ${KeyVault}` : undefined;
}

/** The one of `names` that is meant, in whatever case. */
function find(names, name, what) {
  const found = names.includes(name) ? name : names.find((one) => one.toLowerCase() === String(name).toLowerCase());
  if (found !== undefined) return found;
  throw invalid(`there is no ${what} ${JSON.stringify(name)} in the settings (there are: ${names.join(", ") || "none"})`);
}

function isPlain(source) {
  if (!isObject(source)) return false;
  const prototype = Object.getPrototypeOf(source);
  return (prototype === null || Object.getPrototypeOf(prototype) === null) && typeof source.arrayBuffer !== "function";
}

/** An error of YAML may quote the file, and so a key: only its place is kept. */
async function readQuietly(text, name) {
  try {
    return await readYaml(text, name);
  } catch (error) {
    if (error.code !== "badInput") throw error;
    const place = /, line \d+, column \d+(?=:)/.exec(error.message)?.[0] ?? "";
    throw new HuntbookError("badInput", `${name}${place}: this is not YAML; check the indentation there, and put a text with : # & * ! @ or % between quotes`);
  }
}
