// YAML, by yaml.js, which is loaded when it is first needed.
import { HuntbookError, fromPlain, invalid } from "./errors.js";

async function load() {
  try {
    return await import("huntbook-yaml");
  } catch (error) {
    throw new HuntbookError("network", `yaml.js cannot be loaded (${error.message}); serve it beside the script, or import "huntbook/inline"`, { cause: error });
  }
}

/**
 * Reads YAML text: `{ value, lineOf(path) }`, see yaml.js. `name` is what errors
 * call it.
 */
export async function readYaml(text, name = "input") {
  if (typeof text !== "string") throw invalid(`${name}: YAML should be a text, such as await file.text()`);
  const result = (await load()).readYaml(text, name);
  if (result.error) throw fromPlain(result.error);
  return result;
}

/** Writes a plain value as YAML. */
export const writeYaml = async (value) => (await load()).writeYaml(value);
