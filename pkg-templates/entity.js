// Entities as users see them. Their rules are in entities.js, which is loaded when the first is made.
import { toJson } from "./columns.js";
import { guard, invalid } from "./errors.js";
import { loadPart, retried } from "./later.js";
import { listOf } from "./pivot.js";
import { cellText, escape } from "./table.js";

const made = Symbol("made"); // what only this file has

/** `getRaw()` resolves to the raw module; `pivots` is what makePivots gave. */
export function makeEntities({ getRaw, Table, pivots }) {
  let rules; // once there is an entity
  const start = retried(async () => {
    const [raw, { makeRules }] = await Promise.all([getRaw(), loadPart("entities.js", () => import("./entities.js"))]);
    rules = makeRules({ ask: (what, first = "", second = "") => guard(() => raw.entities(what, first, second)), invalid });
  });

  class Entity {
    static name = "Entity"; // also where a bundler calls it otherwise
    #about;
    #json;

    constructor(token, json, about) {
      if (token !== made) throw invalid('use await entity("IpAddress", "203.0.113.7"), or await Entity.fromAlert(row)');
      this.#about = about;
      this.#json = json;
      // Names that entities have stay theirs; such a field is in toJson().
      for (const [field, value] of Object.entries(json)) if (!(field in this)) this[field] = shown(value);
      for (const [field, value] of Object.entries(about.more)) Object.defineProperty(this, field, { value });
      Object.freeze(this);
    }

    static async fromAlert(source) {
      await start();
      const one = (row) => shown(rules.fromAlert(JSON.parse(toJson(row))));
      if (source instanceof Table) return Array.from(source, one);
      if (source === null || typeof source !== "object") throw invalid("fromAlert: an alert is a row of a table, such as table.row(0), or a Table");
      return one(source);
    }

    get kind() { return this.#about.kind; }
    get id() { return this.#about.id; }
    get name() { return this.#about.name; }
    get description() { return this.#about.description; }
    get pivots() { return listOf(onEntities(pivots.infoOf(this.kind))); }

    #likeness(other) { return other instanceof Entity ? rules.compare(this.#json, other.#json) : 0; }
    equals(other) { return this.#likeness(other) === 2; }
    canMerge(other) { return this.#likeness(other) > 0; }

    merge(other) {
      if (!(other instanceof Entity)) throw invalid("merge takes another entity");
      return shown(rules.merge(this.#json, other.#json));
    }

    toJson() { return structuredClone(this.#json); }
    toJSON() { return this.#json; }
    toString() { return `${this.kind}(${this.name})`; }

    /** JupyterLite shows these. */
    _toHtml() {
      const text = (value) => (Array.isArray(value) ? value.map(text).join(", ") : value instanceof Entity ? String(value) : cellText(value));
      const rows = Object.entries(this).filter(([field]) => field !== "Type").map(([field, value]) => `<tr><th style="text-align:left">${escape(field)}</th><td>${escape(text(value))}</td></tr>`);
      return `<table><caption style="text-align:left"><b>${escape(this.kind)}</b> ${escape(this.name)}</caption>${rows.join("")}</table>`;
    }

    _toMime() { return { "text/html": this._toHtml(), "text/plain": this.toString() }; }
  }

  const classes = new Map();

  /** The class of a kind, which has its functions. */
  function classOf(kind) {
    if (!classes.has(kind)) {
      const Kind = { [kind]: class extends Entity {} }[kind];
      classes.set(kind, Kind);
      for (const pivot of onEntities(pivots.infoOf(kind)).pivots) addTo(Kind, pivot);
    }
    return classes.get(kind);
  }

  function addTo(Kind, pivot) {
    Object.defineProperty(Kind.prototype, pivot.name, { value: async function (options) { return pivots.runOnEntity(this, pivot, options); }, configurable: true });
  }

  pivots.onAdded({
    taken: (name) => name in Entity.prototype,
    add: (kind, pivot) => classes.has(kind) && addTo(classes.get(kind), pivot),
  });

  /** A value as users see it: what has a type is an entity. */
  function shown(value) {
    if (Array.isArray(value)) return Object.freeze(value.map(shown));
    if (value === null || typeof value !== "object") return value;
    if (typeof value.Type === "string") {
      const about = rules.about(value);
      return new (classOf(about.kind))(made, value, about);
    }
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)])));
  }

  async function entity(kind, value) {
    if (typeof kind !== "string") throw invalid('entity: the first argument is a kind, such as "IpAddress"');
    await start();
    return shown(rules.make(kind, JSON.parse(toJson(value ?? null))));
  }

  return { Entity, entity };
}

const onEntities = (info) => ({ ...info, pivots: info.pivots.filter(({ takes }) => takes !== "table") });
