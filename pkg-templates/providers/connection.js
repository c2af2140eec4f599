// A connection: what a driver opens with what the user and the settings say, and what it gets to work with.
import SERVICES from "huntbook-services";
import { isObject, noOthers, onlyOwn } from "../options.js";
import { inPage, makeSender, pause } from "./http.js";
import { withoutMark } from "./rows.js";

const COMMON = "auth, proxy, transport, timeout, maxBytes, settings";

/** `{ url, token, route }` of the user's proxy, if there is one. */
export function toProxy(given, invalid) {
  if (given === undefined) return undefined;
  const { url, token, route, ...others } = isObject(given) && !(given instanceof URL) ? given : { url: given };
  noOthers(invalid, "proxy", others, "url, token, route");
  try {
    const { protocol, username, search, hash } = new URL(url);
    if (/^https?:$/.test(protocol) && !username && !search && !hash) return { url: String(url), token, route };
  } catch {
    // Said below.
  }
  throw invalid(`option \`proxy\` should be the address of huntbook's proxy, such as "http://127.0.0.1:8710", but is ${shownAddress(url)}`);
}

/** An address as errors show it: what may be a password or a key in it they do not. */
export const shownAddress = (text) => JSON.stringify(String(text).replace(/^([a-z]+:\/\/)?[^/?#]*@/i, "$1…@").replace(/[?#].*$/s, "?…"));

/** The tenant of the workspace that the settings have as the usual one. */
function usualTenant(settings) {
  const names = settings?.workspaces ?? [];
  const usual = names.length === 1 ? names[0] : names.find((name) => name.toLowerCase() === "default");
  return usual && settings.workspace(usual).tenantId;
}

/** An address that a user typed, as `https://host[:port][/path]` without a slash at its end. */
export function toBase(text, invalid, what, port = "") {
  const full = /^https?:\/\//i.test(text ?? "") ? text : `https://${text}`;
  if (port && !(/^\d{1,5}$/.test(port) && port > 0 && port < 65536)) throw invalid(`connect: option \`port\` should be a number from 1 to 65535, but is ${JSON.stringify(port)}`);
  try {
    const url = new URL(full);
    if (text && !url.username && !url.search && !url.hash) {
      if (!url.port && port && !/^https?:\/\/[^/]*:\d+(\/|$)/i.test(full)) url.port = port;
      return url.href.replace(/\/+$/, "");
    }
  } catch {
    // Said below.
  }
  throw invalid(`connect: ${what} should be a host or an address, such as "siem.example.com" or "https://siem.example.com:8089", without a name, a password or a query in it, but is ${shownAddress(text)}`);
}

/** Throws for what limits requests to nothing, or would not limit them at all. */
export function checkLimits(what, limits, invalid) {
  for (const [name, value] of Object.entries(limits)) {
    if (value !== undefined && !(typeof value === "number" && value > 0)) throw invalid(`${what}: option \`${name}\` should be a number above 0`);
  }
}

/**
 * Opens a connection of a driver. `usual` are the provider's options; `given` those of `connect`.
 *
 * What `driver.open(context)` resolves to is `{ label, query(text, asked), schema?, queries?, close? }`; a query resolves to
 * `{ table, partial?, notes? }`, and `queries()` gives those that the data themselves are, as `Queries.offer` takes them. `context` has what is left of the tools, and what is below.
 */
export async function openConnection(tools, { driver, environment, options: usual }, given) {
  const { invalid, HuntbookError } = tools;
  const { auth, settings = usual.settings, timeout = usual.timeout, maxBytes = usual.maxBytes, ...others } = given;
  const { proxy: ownProxy, transport, ...own } = others;
  onlyOwn(invalid, "connect", own, driver.options, [...driver.options, ...(driver.environments ? ["alias"] : []), COMMON]);
  if (settings != null && typeof settings.providers !== "function") throw invalid("connect: option `settings` should be what readSettings() gives");
  if (![undefined, "direct", "proxy"].includes(transport)) throw invalid("connect: option `transport` should be \"direct\" or \"proxy\"");
  checkLimits("connect", { timeout, maxBytes }, invalid);
  const proxy = toProxy(ownProxy ?? usual.proxy, invalid);
  if (transport === "proxy" && !proxy) throw invalid("connect: transport \"proxy\" needs { proxy: \"http://127.0.0.1:8710\" }");
  const secrets = new Set();
  const findName = (names, name) => names?.find((one) => one.toLowerCase() === name.toLowerCase());
  const keyOf = (name) => findName(section?.keys, name);
  const section = settings?.providers("DataProviders").find(({ name, provider }) => findName([name, provider], environment));

  /** How requests to a service go: the user says, else what is known of it. */
  function way({ title, cors }) {
    if (transport) return transport;
    if (proxy && cors !== "direct") return "proxy";
    if (cors !== "proxy" || !inPage()) return "direct";
    throw new HuntbookError("unsupported", `${title} does not answer pages (CORS); start huntbook's proxy and pass { proxy: "http://127.0.0.1:8710" }, or { transport: "direct" } if you know that it does`);
  }

  const context = {
    ...tools,
    auth,
    secrets,
    hasProxy: proxy !== undefined,
    /** An option of `connect`, else of the settings' section of this provider. */
    option: (name) => own[name] ?? section?.args[findName(Object.keys(section.args).filter((key) => !section.keys.includes(key)), name)],
    /** A key of `auth`, else of the settings, which may ask for it. */
    async secret(name) {
      const found = auth?.[name] ?? (section && await settings.secret(section.name, keyOf(name) ?? name));
      if (typeof found !== "string" || !found) throw invalid(`connect: there is no ${name}; pass ${driver.example}`);
      secrets.add(found);
      return found;
    },
    /** Whether there is a key of that name, of `auth` or in the settings. */
    hasSecret: (name) => auth?.[name] !== undefined || keyOf(name) !== undefined,
    settings,
    /** Seconds that the user gives a query, if he says so. */
    timeout,
    transport,
    /** Signs in: what the connection knows already need not be said again. */
    signIn: (given, asked) => tools.signIn({
      tenant: context.option("tenantId") ?? usualTenant(settings),
      proxy: proxy && { url: proxy.url, token: proxy.token },
      ...given,
    }, asked),
    /** What is known of a service: `{ title, upstream, cors, clouds, … }`, see proxy/providers.toml. */
    service: (route) => SERVICES[route],
    /** Sends requests to a service of that table, or to the user's own host `base`. */
    sender({ route, base, title, allow, authorize, explain, perSecond, timeout: seconds }) {
      // A cloud's route is the service's with its name, such as crowdstrike-us-2.
      const known = SERVICES[route] ?? SERVICES[Object.keys(SERVICES).find((name) => route.startsWith(`${name}-`))];
      const service = { title, route, allow, cors: known.cors, cookies: known.cookies, base: base ?? known.upstream };
      const chosen = way({ title, cors: known.cors });
      if (chosen === "direct" && !service.base) throw invalid(`connect: there is no host; pass ${driver.example}`);
      return makeSender(tools, { service, proxy, transport: chosen, authorize, explain, secrets, timeout: timeout ?? seconds, maxBytes, perSecond });
    },
    /** The tables of an answer, and what else it says; see src/table/read/answer.rs. */
    async answer({ bytes }, options, signal) {
      const { rest: text, ...tables } = await tools.runAnswer(withoutMark(bytes), options, signal);
      const rest = JSON.parse(text);
      if (rest === null || typeof rest !== "object") throw new HuntbookError("badInput", `${options.name}: the answer is ${text.slice(0, 40)}, and nothing that was asked for; check the address, or try again`);
      return { rest, tables: Object.values(tables) };
    },
    pause,
    toBase: (text, what, port) => toBase(text, invalid, what, port),
  };
  return driver.open(context);
}
