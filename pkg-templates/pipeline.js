// Steps that are done one after the other with a table, and msticpy's YAML of them (3.0.2,
// init/pivot_core/pivot_pipeline.py). The package's pipeline.js, loaded when a pipeline is made; all that
// is of the file which loads it, such as the class of errors, comes in `tools`.
import { isObject, noOthers } from "./options.js";
import { table as onTable } from "./pipeline-steps.js";

const FIELDS = ["name", "step_type", "function", "entity", "comment", "pos_params", "params"];
const TYPES = ["pivot", "pivot_display", "pivot_tee", "pivot_tee_exec", "pd_accessor"];

// What msticpy calls functions, without what stands before the last dot.
const NAMES = {
  ip_type: "ipType", dns_components: "domainParts", dns_validate_tld: "validTld", url_components: "urlParts",
  b64decode: "unpackBase64", extract_iocs: "extractIocs", ioc_extract: "extractIocs", b64extract: "unpackBase64",
  build_process_tree: "buildProcessTree", to_graph: "toGraph", view: "tableView",
  timeline_values: "timelineValues", timeline_duration: "timelineDuration", process_tree: "processTree", plot: "timeline",
  incident_graph: "entityGraph", folium_map: "map",
};

// Functions that show a table, so they take no signal; and those that take none.
const SHOWN = ["timeline", "timelineValues", "timelineDuration", "timeSeries", "matrix", "heatmap", "clusters", "processTree", "sessions", "network", "map", "entityGraph", "tableView"];
const OTHER = ["HuntbookError", "Table", "Entity", "Pipeline", "QueryStore", "init", "read", "entity", "addPivot", "pipeline"];

// What msticpy calls the column of a pivot.
const COLUMN = ["column", "src_column", "input_column"];

const shortName = (name) => String(name).split(".").pop();
const ourName = (name) => NAMES[shortName(name)] ?? shortName(name);
const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const ourOptions = (params) => Object.fromEntries(Object.entries(params).map(([name, value]) => [camel(name), value]));

/** A checked step, with all its fields; `wrong` makes the error. */
function toStep(step, index, wrong) {
  if (!isObject(step)) throw wrong("a step should be an object, such as { step_type: \"pivot\", … }");
  const unknown = Object.keys(step).find((field) => !FIELDS.includes(field));
  if (unknown) throw wrong(`there is no field \`${unknown}\` of a step (there are: ${FIELDS.join(", ")})`);
  const { step_type: type, function: fn, entity, comment, pos_params: positions, params } = step;
  if (!TYPES.includes(type)) throw wrong(`there is no step_type \`${type}\` (there are: ${TYPES.join(", ")})`);
  const needs = { pivot: ["entity", "function"], pivot_tee_exec: ["function"], pd_accessor: ["function"] }[type] ?? [];
  const absent = needs.find((field) => typeof step[field] !== "string");
  if (absent) throw wrong(`a step of type ${type} needs \`${absent}\``);
  if (positions != null && !Array.isArray(positions)) throw wrong("`pos_params` should be a list");
  if (params != null && !isObject(params)) throw wrong("`params` should be names with values");
  const plain = structuredClone({ pos_params: positions ?? [], params: params ?? {} });
  if (type === "pivot_tee" && typeof (plain.params.var_name ?? plain.pos_params[0]) !== "string") throw wrong("a step of type pivot_tee needs `var_name` in `params`");
  if (type === "pivot" && !COLUMN.some((name) => typeof plain.params[name] === "string")) throw wrong("a step of type pivot needs `column` in `params`");
  const name = String(step.name ?? `${index + 1} ${fn ?? type}`);
  return Object.freeze({ name, step_type: type, function: fn ?? undefined, entity: entity ?? undefined, comment: comment ?? undefined, ...plain });
}

function toSteps(steps, errorAt) {
  if (!Array.isArray(steps)) throw errorAt([], "`steps` should be a list of steps");
  return Object.freeze(steps.map((step, i) => {
    const name = isObject(step) && step.name != null ? `step \`${step.name}\`` : `step ${i + 1}`;
    return toStep(step, i, (message) => errorAt([i], `${name}: ${message}`));
  }));
}

export function fromSteps(tools, steps, { name = "pipeline", description, ...others } = {}) {
  noOthers(tools.invalid, "pipeline", others, "name, description");
  return tools.make({ name, description, steps: toSteps(steps, (_, message) => tools.invalid(`pipeline: ${message}`)), places: [] });
}

export async function fromYaml(tools, text, { name: file = "input", ...others } = {}) {
  noOthers(tools.invalid, "Pipeline.fromYaml", others, "name");
  const { value, lineOf } = await tools.readYaml(text, file);
  const place = (path) => `${file}, line ${lineOf(path)}`;
  const bad = (path, message) => new tools.HuntbookError("badInput", `${place(path)}: ${message}`);
  const under = isObject(value) && isObject(value.pipelines) ? ["pipelines"] : [];
  const all = under.length ? value.pipelines : value;
  if (!isObject(all)) throw bad([], "there should be `pipelines:`, and under it names of pipelines with `steps:`");
  return Object.entries(all).map(([name, pipeline]) => {
    const path = [...under, name];
    if (!isObject(pipeline) || !Array.isArray(pipeline.steps)) throw bad(path, `pipeline \`${name}\` should have \`steps:\`, a list`);
    const steps = toSteps(pipeline.steps, (at, message) => bad([...path, "steps", ...at], `pipeline \`${name}\`, ${message}`));
    return tools.make({ name, description: pipeline.description ?? undefined, steps, places: steps.map((_, i) => place([...path, "steps", i])) });
  });
}

export function toYaml(tools, { name, description, steps }) {
  const present = (step) => Object.fromEntries(Object.entries(step).filter(([, value]) => value !== undefined && !(typeof value === "object" && Object.keys(value).length === 0)));
  return tools.writeYaml({ pipelines: { [name]: { ...(description !== undefined && { description }), steps: steps.map(present) } } });
}

export async function run(tools, { name, steps, places }, table, allOptions) {
  const { options: { onStep, onDisplay, ...others }, control: { onProgress, signal } } = tools.split(allOptions);
  noOthers(tools.invalid, "run", others, "onProgress, signal, onStep, onDisplay");
  if (!(table instanceof tools.Table)) throw tools.invalid("run: the first argument should be a Table");
  const kept = {};
  let result = table;
  for (const [index, step] of steps.entries()) {
    const control = { signal, onProgress: onProgress && ((fraction) => onProgress((index + fraction) / steps.length)) };
    try {
      if (signal?.aborted) throw new tools.HuntbookError("cancelled", "cancelled", { cause: signal.reason });
      if (!(result instanceof tools.Table)) throw tools.invalid(`step \`${steps[index - 1].name}\` gave no table, so no step can follow it; make it a pivot_tee_exec`);
      onStep?.({ index, step, table: result });
      result = await runStep(tools, step, result, { control, kept, onDisplay });
    } catch (error) {
      if (typeof error?.code !== "string") throw error;
      const place = places[index] ? ` (${places[index]})` : "";
      throw new tools.HuntbookError(error.code, `pipeline \`${name}\`, step \`${step.name}\`${place}: ${error.message}`, { cause: error });
    }
  }
  onProgress?.(1);
  return { result, kept };
}

async function runStep(tools, step, table, { control, kept, onDisplay }) {
  const { step_type: type, params, pos_params: positions } = step;
  switch (type) {
    case "pivot": {
      const { [COLUMN.find((name) => name in params)]: column, ...options } = params;
      return table.pivot(step.entity, { column }).run(ourName(step.function), { ...ourOptions(options), ...control });
    }
    case "pivot_display": {
      if (params.query != null) throw tools.invalid("`query` is Python, which does not run here; leave it out, or show what a step before has filtered");
      const shown = params.cols ? table.select([params.cols].flat()) : table;
      onDisplay?.(params.head == null ? shown : shown.slice(0, params.head), params.title);
      return table;
    }
    case "pivot_tee": {
      const name = params.var_name ?? positions[0];
      if (Object.hasOwn(kept, name) && !params.clobber) throw tools.invalid(`\`${name}\` is kept already; choose another var_name, or say clobber: true`);
      kept[name] = table;
      return table;
    }
    case "pivot_tee_exec":
      kept[step.name] = await call(tools, step, table, control);
      return table;
    default:
      return call(tools, step, table, control);
  }
}

/** A function of the table, or one of this library that takes a table. */
function call(tools, { function: given, params, pos_params: positions }, table, control) {
  const own = onTable[shortName(given)];
  if (own) return own({ table, tools }, positions, params);
  const name = ourName(given);
  const fn = Object.hasOwn(tools.api, name) && !OTHER.includes(name) && tools.api[name];
  if (typeof fn !== "function") {
    throw tools.invalid(`there is no function \`${given}\` of a table (there are those of this library that take a table, and ${Object.keys(onTable).join(", ")})`);
  }
  return fn(table, ...positions, { ...ourOptions(params), ...(SHOWN.includes(name) ? {} : control) });
}
