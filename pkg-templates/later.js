// What is loaded when it is first needed.
import { HuntbookError, fromPlain, invalid } from "./errors.js";

/** A start that happens once, and again only if it failed. */
export function retried(start) {
  let promise;
  return () =>
    (promise ??= start().catch((error) => {
      promise = undefined;
      throw error;
    }));
}

/** Loads a part of the package: `load` imports it, `file` is where it is. */
export async function loadPart(file, load) {
  try {
    return await load();
  } catch (error) {
    throw new HuntbookError("network", `${file} cannot be loaded (${error.message}); serve it beside the script, or import "huntbook/inline"`, { cause: error });
  }
}

export const loadBrowser = () => loadPart("mordor-browser.js", () => import("./mordor-browser.js"));

const loadYaml = () => loadPart("yaml.js", () => import("./yaml.js"));

/**
 * Reads YAML text: `{ value, lineOf(path) }`, see yaml.js. `name` is what errors
 * call it; with `keepLines` no line break is folded.
 */
export async function readYaml(text, name = "input", keepLines = false) {
  if (typeof text !== "string") throw invalid(`${name}: YAML should be a text, such as await file.text()`);
  const result = (await loadYaml()).readYaml(text, name, keepLines);
  if (result.error) throw fromPlain(result.error);
  return result;
}

/** Writes a plain value as YAML. */
export const writeYaml = async (value) => (await loadYaml()).writeYaml(value);
