// Entities, over what Rust says of them (src/entity/object.rs): JSON, in which `$` of each entity has
// its kind, id, name, description, and fields that follow from others.
import { toJson } from "./columns.js";
import { invalid } from "./errors.js";
import { listOf } from "./pivot.js";
import { cellText, escape, guard } from "./table.js";

const made = Symbol("made"); // what only this file has

/** `getStarted()` is the raw module once `getRaw()` has resolved; `pivots` is what makePivots gave. */
export function makeEntities({ getRaw, getStarted, Table, pivots }) {
  class Entity {
    #about;
    #json;

    constructor(token, about, fields) {
      if (token !== made) throw invalid('use await entity("IpAddress", "203.0.113.7"), or await Entity.fromAlert(row)');
      const [kind, id, name, description, more] = about;
      this.#about = { kind, id, name, description };
      this.#json = fields;
      // Names that entities have stay theirs; such a field is in toJson().
      for (const [field, value] of Object.entries(fields)) if (!(field in this)) this[field] = value;
      for (const [field, value] of Object.entries(more)) Object.defineProperty(this, field, { value });
      Object.freeze(this);
    }

    static async fromAlert(source) {
      const raw = await getRaw();
      const one = (row) => revive(JSON.parse(guard(() => raw.entities("fromAlert", toJson(row), ""))));
      if (source instanceof Table) return Array.from(source, one);
      if (source === null || typeof source !== "object") throw invalid("fromAlert: an alert is a row of a table, such as table.row(0), or a Table");
      return one(source);
    }

    get kind() { return this.#about.kind; }
    get id() { return this.#about.id; }
    get name() { return this.#about.name; }
    get description() { return this.#about.description; }
    get pivots() { return listOf({ pivots: onEntities(pivots.infoOf(this.kind)) }); }

    #likeness(other) {
      if (!(other instanceof Entity)) return 0;
      return Number(guard(() => getStarted().entities("compare", JSON.stringify(this), JSON.stringify(other))));
    }

    equals(other) { return this.#likeness(other) === 2; }
    canMerge(other) { return this.#likeness(other) > 0; }

    merge(other) {
      if (!(other instanceof Entity)) throw invalid("merge takes another entity");
      return revive(JSON.parse(guard(() => getStarted().entities("merge", JSON.stringify(this), JSON.stringify(other)))));
    }

    toJson() { return JSON.parse(JSON.stringify(this)); }
    toJSON() { return this.#json; }
    toString() { return `${this.kind}(${this.name})`; }

    /** JupyterLite shows these. */
    _toHtml() {
      const shown = (value) => (Array.isArray(value) ? value.map(shown).join(", ") : value instanceof Entity ? String(value) : cellText(value));
      const rows = Object.entries(this).filter(([field]) => field !== "Type").map(([field, value]) => `<tr><th style="text-align:left">${escape(field)}</th><td>${escape(shown(value))}</td></tr>`);
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
      for (const pivot of onEntities(pivots.infoOf(kind))) addTo(Kind, pivot);
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

  function revive(value) {
    if (Array.isArray(value)) return Object.freeze(value.map(revive));
    if (value === null || typeof value !== "object") return value;
    const { $: about, ...others } = value;
    const fields = Object.fromEntries(Object.entries(others).map(([name, field]) => [name, revive(field)]));
    return about ? new (classOf(about[0]))(made, about, Object.freeze(fields)) : Object.freeze(fields);
  }

  async function entity(kind, value) {
    if (typeof kind !== "string") throw invalid('entity: the first argument is a kind, such as "IpAddress"');
    const raw = await getRaw();
    return revive(JSON.parse(guard(() => raw.entities("make", kind, toJson(value ?? null)))));
  }

  return { Entity, entity };
}

const onEntities = ({ pivots }) => pivots.filter(({ takes }) => takes !== "table");
