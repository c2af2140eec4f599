// The rules of entities: what follows from their fields, which are the same, and what an alert says. The
// package's entities.js, loaded when the first entity is made. Kinds and fields are Rust's table
// (src/entity/kinds.rs), and so is what an entity is called, as graphs know that too; `ask` is how to ask it.
//
// Equality and merging are msticpy's (3.0.2, datamodel/entities/entity.py) where these are sane: there, the time
// at which an object was made counts, entities of two kinds may be equivalent, and an account of
// which only the SID is known is not one of which the name is known too.

import { isObject } from "./options.js";

// Fields that every kind has.
const COMMON = ["TimeGenerated", "StartTime", "EndTime", "AdditionalData"];

// Fields that follow from others and are not written, by kind.
const COMPUTED = {
  Account: { QualifiedName: (entity, { name }) => entity.Name && name },
  Host: { fqdn: (entity, { name }) => (entity.HostName || entity.NetBiosName) && name },
  File: { file_hash: ({ Sha256, Sha1, Md5, Sha256Ac }) => Sha256 ?? Sha1 ?? Md5 ?? Sha256Ac },
  Process: {
    ProcessFilePath: ({ ImageFile: file }) => file?.FullPath ?? file?.Name,
    ProcessName: ({ ImageFile: file }) => file?.Name,
  },
  AzureResource: {
    SubscriptionId: ({ ResourceId: id }) => after(id, "subscriptions"),
    ResourceGroup: ({ ResourceId: id }) => after(id, "resourceGroups"),
    Provider: ({ ResourceId: id }) => after(id, "providers"),
  },
};

const EXAMPLES = {
  IpAddress: "; it looks like 203.0.113.7 or 2001:db8::1",
  Dns: "; it looks like www.example.com",
  Url: "; it looks like https://example.com/a",
  FileHash: "; it has 32, 40, 64 or 128 hexadecimal digits",
};

const HASHES = { 32: "MD5", 40: "SHA1", 64: "SHA256", 128: "SHA512" };
const FILE_HASHES = { MD5: "Md5", SHA1: "Sha1", SHA256: "Sha256" };
const HIVES = { HKLM: "HKEY_LOCAL_MACHINE", HKCU: "HKEY_CURRENT_USER", HKCR: "HKEY_CLASSES_ROOT", HKU: "HKEY_USERS", HKCC: "HKEY_CURRENT_CONFIG" };

const letters = (word) => word.toLowerCase().replace(/[-_ ]/g, "");
const algorithm = (text) => (/^[\da-f]+$/i.test(text) ? HASHES[text.length] : undefined);

/** The part of an address of Azure after this one. */
function after(id, before) {
  const parts = String(id ?? "").split("/");
  const at = parts.findIndex((part) => part.toLowerCase() === before.toLowerCase());
  return at < 0 ? undefined : parts[at + 1];
}

/** A row of Rust's table. */
function toKind(row) {
  const [words, ids, plain, naming, others] = row.split("|").map((part) => part.split(" ").filter(Boolean));
  const fields = [...naming, ...others].map((field) => field.split(":"));
  return {
    name: words[0],
    type: words[1],
    words: words.map(letters),
    ids: ids.map((id) => ({ fields: id.replace("?", "").split("+"), isWeak: id.endsWith("?") })),
    plain: plain[0],
    fields: fields.map(([name, kind]) => ({ name, kind })),
  };
}

/** `ask(what, first, second)` asks Rust (src/js/entity.rs), and `invalid` makes an error. */
export function makeRules({ ask, invalid }) {
  const kinds = ask("kinds").trim().split("\n").map(toKind);
  const byWord = new Map(kinds.flatMap((kind) => kind.words.map((word) => [word, kind])));
  const kindOf = (name) => (typeof name === "string" ? byWord.get(letters(name)) : undefined);

  /** `{ id, name }` of an entity. */
  function named(entity) {
    const [id, ...name] = ask("named", JSON.stringify(entity)).split("\n");
    return { id, name: name.join("\n") };
  }

  function make(kindName, value) {
    const kind = kindOf(kindName) ?? kindOf(ask("pivots", kindName)); // which throws
    if (isObject(value)) {
      for (const field of Object.keys(value)) checkSpelling(kind, field);
      return complete(kind, value);
    }
    if (typeof value !== "string" && typeof value !== "number") throw invalid(`an entity is made of a text or of an object of fields, such as { ${kind.plain}: "…" }`);
    const entity = plain(kind, String(value));
    if (!entity) throw invalid(`\`${String(value).trim()}\` is no ${kind.name}${EXAMPLES[kind.name] ?? ""}`);
    return entity;
  }

  function checkSpelling(kind, field) {
    if (field === "Type" || field in (COMPUTED[kind.name] ?? {})) return;
    const [distance, near] = ask("nearest", field, [...kind.fields.map(({ name }) => name), ...COMMON].join(" ")).split(" ");
    if (Number(distance) > 0 && Number(distance) <= (field.length > 5 ? 2 : 1)) throw invalid(`there is no field \`${field}\` in ${kind.name}; did you mean \`${near}\`?`);
  }

  /** An entity of a text; nothing if it is none of the kind. */
  function plain(kind, given) {
    const text = ask("normal", kind.name, given);
    if (!text) return undefined;
    const field = kind.name === "Account" && text.startsWith("S-1-") ? "Sid"
      : kind.name === "File" ? FILE_HASHES[algorithm(text)] ?? "FullPath" : kind.plain;
    return complete(kind, { [field]: text });
  }

  /**
   * An object with its type, its fields spelt as usual, entities where fields hold some, and what
   * follows from them; without what is absent.
   */
  function complete(kind, object) {
    const type = kind && kind.name !== "UnknownEntity" ? kind.type : object.Type ?? kind?.type;
    const fields = [["Type", type]];
    for (const [name, value] of Object.entries(object)) {
      if (value == null || value === "" || name === "Type" || name.startsWith("$")) continue;
      const field = kind?.fields.find((own) => own.name.toLowerCase() === name.toLowerCase());
      fields.push([field?.name ?? name, read(kindOf(field?.kind), value)]);
    }
    const entity = Object.fromEntries(fields);
    if (kind) fill[kind.name]?.(entity);
    return entity;
  }

  /** The value of a field, which holds an entity of `kind` if there is one. */
  function read(kind, value) {
    if (Array.isArray(value)) return value.map((one) => read(kind, one));
    if (typeof value === "string") return (kind && plain(kind, value)) ?? value;
    if (!isObject(value)) return value;
    const own = typeof value.Type === "string";
    if (own || kind) return complete(own ? kindOf(value.Type) : kind, value);
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, read(undefined, inner)]));
  }

  const fill = {
    Account(entity) {
      const name = entity.Name ?? entity.Upn ?? "";
      if (!part(entity, name, "\\", "NTDomain", "Name")) part(entity, name, "@", "Name", "UPNSuffix");
    },
    Host(entity) {
      const name = String(entity.fqdn ?? entity.HostName ?? "").replace(/^\\+/, "");
      delete entity.fqdn;
      if (name) entity.HostName = name;
      if (!ask("normal", "IpAddress", name)) part(entity, name, ".", "HostName", "DnsDomain");
    },
    File(entity) {
      const { FullPath: path, Directory: folder, Name: name } = entity;
      if (path) {
        const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
        entity.Name = path.slice(at + 1);
        if (!folder && at >= 0) entity.Directory = path.slice(0, Math.max(at, 1));
      } else if (folder && name) {
        entity.FullPath = folder + (/[/\\]$/.test(folder) ? "" : folder.includes("/") ? "/" : "\\") + name;
      }
    },
    FileHash(entity) {
      entity.Algorithm ??= algorithm(entity.Value ?? "");
      if (entity.Algorithm === undefined) delete entity.Algorithm;
    },
    IpAddress(entity) {
      entity.Address = ask("normal", "IpAddress", String(entity.Address ?? "")) || entity.Address;
      if (entity.Address === undefined) delete entity.Address;
    },
    RegistryKey(entity) {
      const short = String(entity.Key ?? "").split("\\")[0].toUpperCase();
      const hive = HIVES[short] ?? Object.values(HIVES).find((name) => name === short);
      if (hive && part(entity, entity.Key, "\\", "Hive", "Key")) entity.Hive = hive;
    },
  };

  /** Sets fields to what stands before and after a mark, if it is there, and one of the fields is not. */
  function part(entity, text, mark, first, second) {
    const at = String(text).indexOf(mark);
    if (at < 0 || (first in entity && second in entity)) return false;
    if (at > 0) entity[first] = text.slice(0, at);
    if (at + 1 < text.length) entity[second] = text.slice(at + 1);
    return true;
  }

  /** What is said of an entity: `{ kind, id, name, description, more }`. */
  function about(entity) {
    const kind = kindOf(entity.Type)?.name ?? "UnknownEntity";
    const { id, name } = named(entity);
    const more = Object.entries(COMPUTED[kind] ?? {}).map(([field, value]) => [field, value(entity, { name })]);
    const text = [entity.Description, entity.CommandLine].find((field) => typeof field === "string");
    return { kind, id, name, description: text ?? `${kind} ${name}`, more: Object.fromEntries(more.filter(([, value]) => value)) };
  }

  /** What some fields say together, without regard to case; nothing if none is there. */
  function idText(entity, fields, { more }) {
    const values = fields.map((field) => entity[field] ?? more[field]);
    if (values.every((value) => value === undefined)) return undefined;
    return JSON.stringify(values.map((value) => String(isObject(value) ? named(value).id : value ?? "").toLowerCase()));
  }

  /** 0 if entities are not the same, 1 if they may be, 2 if they are. */
  function compare(a, b) {
    const kind = kindOf(a.Type);
    if (kind !== kindOf(b.Type) || (!kind && a.Type !== b.Type)) return 0;
    let found = 1;
    let haveAny = false;
    const said = [about(a), about(b)];
    for (const isWeak of [false, true]) {
      for (const { fields } of (kind?.ids ?? []).filter((id) => id.isWeak === isWeak)) {
        const ids = [a, b].map((entity, i) => idText(entity, fields, said[i]));
        haveAny ||= ids.some((id) => id !== undefined);
        if (ids.includes(undefined)) continue;
        if (ids[0] !== ids[1]) return 0;
        found = 2;
      }
      if (found === 2) return 2;
    }
    return !haveAny && timeless(a) === timeless(b) ? 2 : found;
  }

  const timeless = (entity) => JSON.stringify(Object.entries(entity).filter(([name]) => name !== "TimeGenerated").sort());

  /** The fields of both, of `a` where both have them. */
  function merge(a, b) {
    if (compare(a, b) === 0) throw invalid(`\`${named(a).name}\` and \`${named(b).name}\` are not the same, so they cannot be merged`);
    return { ...b, ...a };
  }

  return { make, about, compare, merge, fromAlert: (row) => complete(kindOf("Alert"), fromAlert(row, named)) };
}

// References are followed so deep, and to so many objects.
const DEEPEST = 6;
const MOST = 10_000;

// Columns of Sentinel's table of alerts, and what the fields of an alert are called.
const COLUMNS = { DisplayName: "AlertDisplayName", AlertName: "AlertDisplayName", AlertSeverity: "Severity", StartTime: "StartTimeUtc" };

/**
 * A row of a table of alerts as an object whose JSON is read, in whose `Entities` each is there
 * once, and with what it refers to in it. What is no JSON stays text.
 */
function fromAlert(row, named) {
  const alert = { ...row };
  for (const name of ["Entities", "ExtendedProperties", "ExtendedLinks", "Metadata", "RemediationSteps"]) {
    if (typeof row[name] === "string" && /^\s*[[{]/.test(row[name])) alert[name] = parsed(row[name]);
  }
  for (const [column, field] of Object.entries(COLUMNS)) alert[field] ??= row[column];
  if (typeof alert.Entities !== "object" || alert.Entities === null) return alert;
  const objects = new Map();
  collect(alert.Entities, objects, DEEPEST);
  let left = MOST;
  const resolved = (value, depth) => {
    if (Array.isArray(value)) return value.map((one) => resolved(one, depth)).filter((one) => one !== undefined);
    if (!isObject(value)) return value;
    const object = typeof value.$ref === "string" ? objects.get(value.$ref) : value;
    if (!object || depth === 0 || --left < 0) return undefined;
    return Object.fromEntries(Object.entries(object).map(([name, inner]) => [name, resolved(inner, depth - 1)]));
  };
  const seen = new Set();
  const once = (entity) => {
    if (!isObject(entity) || typeof entity.Type !== "string") return entity !== undefined;
    const { id } = named(entity);
    return !seen.has(id) && seen.add(id);
  };
  alert.Entities = [alert.Entities].flat().map((entity) => resolved(entity, DEEPEST)).filter(once);
  return alert;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Objects by their numbers in the alert. */
function collect(value, objects, depth) {
  if (depth === 0 || value === null || typeof value !== "object") return;
  if (typeof value.$id === "string") objects.set(value.$id, value);
  for (const inner of Object.values(value)) collect(inner, objects, depth - 1);
}
