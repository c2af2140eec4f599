// Pipelines as users see them; what they do is in pipeline.js, which is loaded when the first is made.
import { HuntbookError, invalid } from "./errors.js";
import { loadPart, readYaml, writeYaml } from "./later.js";

const made = Symbol("made"); // what only this file has

export function makePipeline({ api, Table, split }) {
  const tools = { api, Table, split, HuntbookError, invalid, readYaml, writeYaml, make: (plan) => new Pipeline(made, plan) };
  const load = () => loadPart("pipeline.js", () => import("./pipeline.js"));

  class Pipeline {
    static name = "Pipeline"; // also where a bundler calls it otherwise
    #plan;

    constructor(token, plan) {
      if (token !== made) throw invalid("use await pipeline([step, …]), or await Pipeline.fromYaml(text)");
      this.#plan = plan;
      Object.assign(this, { name: plan.name, description: plan.description, steps: plan.steps });
      Object.freeze(this);
    }

    static async fromYaml(text, options) { return (await load()).fromYaml(tools, text, options); }
    async run(table, options) { return (await load()).run(tools, this.#plan, table, options); }
    async toYaml() { return (await load()).toYaml(tools, this.#plan); }
    toString() { return `Pipeline(${this.name}: ${this.steps.map(({ name }) => name).join(" → ")})`; }
  }

  return { Pipeline, pipeline: async (steps, options) => (await load()).fromSteps(tools, steps, options) };
}
