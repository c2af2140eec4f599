// The one place that sends. A driver builds a request and reads an answer; time-outs, tries again, limits, the proxy, and
// errors that name the service, what it said and what to do are here.

// Seconds, bytes and tries, where a driver or its user says nothing else.
const TIMEOUT = 30;
const MAX_BYTES = 256 * 2 ** 20;
const TRIES = 4;
// Of a pause between tries, in seconds.
const LONGEST_PAUSE = 60;
const AGAIN = new Set([429, 502, 503, 504]);
// Milliseconds; timers that are to last longer end at once.
const LONGEST_TIMER = 2 ** 31 - 1;
// A part of a path that leads out of where it is. Addresses have it in this way too.
const DOTS = /(^|\/)(\.|%2e){1,2}(\/|$)/i;
// The proxy's own errors that may be gone a moment later; and what kind the others are, which are the fault of its settings if not here.
const PASSING = new Set(["rate", "connect", "timeout", "upstream", "broken"]);
const KINDS = {
  token: "unauthorized", session: "unauthorized", request_too_large: "limitExceeded", answer_too_large: "limitExceeded",
  ...Object.fromEntries(["redirect", "dns", "tls", "certificate", "encoding", ...PASSING].map((code) => [code, "network"])),
};

/** Whether requests are those of a page, which only some services answer. */
export const inPage = () => /^https?:/.test(globalThis.location?.origin ?? "");

/** Waits, unless the signal fires. */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, Math.min(ms, LONGEST_TIMER));
    if (signal?.aborted) return stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Does not wait for `promise` any more once the signal fires. */
export function unlessAborted(promise, signal, cancelled = () => signal.reason) {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(cancelled(signal));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Seconds to wait before try number `attempt`, counted from 0; `header` is Retry-After, which a page may not see. */
export function pauseBefore(attempt, header, now = Date.now()) {
  const asked = /^\s*\d+\s*$/.test(header ?? "") ? Number(header) : (Date.parse(header ?? "") - now) / 1000;
  if (asked >= 0) return asked;
  return Math.min(2 ** attempt, LONGEST_PAUSE) * (0.75 + Math.random() / 2);
}

/** What of an answer's JSON says best what was wrong: the innermost message, as services nest them. */
export function serviceMessage(json) {
  if (typeof json === "string") return json;
  if (Array.isArray(json)) return serviceMessage(json[0]);
  if (json === null || typeof json !== "object") return undefined;
  const inner = ["innererror", "innerError", "error", "errors", "messages", "root_cause", "details"].map((key) => serviceMessage(json[key])).find(Boolean);
  const own = ["@message", "error_description", "message", "Message", "reason", "text", "detail", "info", "verbose_msg"].map((key) => json[key]).find((text) => typeof text === "string" && text);
  const said = inner && inner !== json.error ? inner : own ?? inner;
  const cause = json.caused_by && serviceMessage(json.caused_by);
  return said && cause && !said.includes(cause) ? `${said}: ${cause}` : said ?? cause;
}

/** What Prisma Cloud says of an error, whose answers are often empty: a list in JSON, in a header. */
function redlockStatus(header) {
  try {
    return JSON.parse(header).map(({ i18nKey, subject }) => [i18nKey, subject].filter(Boolean).join(": ")).join("; ");
  } catch {
    return header;
  }
}

/** A text without keys: as they are, in an address, in a form, and in JSON. */
export function hide(text, secrets) {
  const forms = Array.from(secrets, (secret) => [secret, encodeURIComponent(secret), new URLSearchParams({ "": secret }).toString().slice(1), JSON.stringify(String(secret)).slice(1, -1)]).flat();
  let shown = String(text);
  // One may be a part of another.
  for (const form of forms.sort((a, b) => b.length - a.length)) if (form) shown = shown.split(form).join("(hidden)");
  return shown;
}

/** The host that a Location points to; nothing if it is no address. */
function hostOf(location, address) {
  try {
    return location ? new URL(location, address).host : "";
  } catch {
    return "";
  }
}

/** The body, at most `most` bytes; `onBytes` is told how many there are so far. */
async function readBody(response, most, tooMuch, onBytes) {
  if (!response.body) return new Uint8Array();
  const reader = response.body.getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    length += value.length;
    onBytes?.(length);
    if (length > most) {
      reader.cancel().catch(() => {});
      throw tooMuch();
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const ADVICE = {
  400: "check the query", 401: "sign in again, or check the key", 403: "the account needs the right to do this", 404: "check the name of what is asked",
  408: "ask for less at once", 413: "ask for less at once", 429: "ask for less, or again later",
};

/**
 * What sends the requests of a connection.
 *
 * `service` is `{ title, base, route, cors, allow? }`, where `allow` says how its administrator lets pages ask it; `transport`
 * `"direct"` or `"proxy"`; `authorize({ refresh, signal, refused })` resolves to the headers of who asks, where `refused` are those that
 * the service did not accept; `secrets` is a set that no error may show; `perSecond` is how many requests the service allows;
 * `explain(answer, request)` may say better than the answer itself why it is an error.
 */
export function makeSender({ HuntbookError }, { service, proxy, transport, authorize = async () => ({}), explain, secrets, timeout = TIMEOUT, maxBytes = MAX_BYTES, perSecond = Infinity }) {
  const { title } = service;
  const base = transport === "proxy" ? `${String(proxy.url).replace(/\/$/, "")}/${proxy.route ?? service.route}` : service.base;
  const hasSession = transport === "proxy" && service.cookies;
  let session; // cookies of the service, which the proxy keeps
  let first; // the request that begins one
  let next = 0; // when the next request may go

  if (proxy?.token) secrets.add(proxy.token);
  const fail = (code, message, cause) => new HuntbookError(code, hide(message, secrets), cause && { cause });
  const host = () => new URL(service.base ?? base).host;

  function addressOf({ path, url, query }) {
    let rest = path;
    if (url !== undefined) {
      // A next page is on the same host, or the token would go elsewhere.
      const root = new URL(`${service.base}/`);
      const asked = new URL(url, root);
      if (asked.origin !== root.origin) throw fail("service", `${title}: the answer points to another host (${asked.host}), which is not asked; report this to the service's administrator`);
      const below = root.pathname.replace(/\/+$/, "");
      if (!asked.pathname.startsWith(`${below}/`)) throw fail("service", `${title}: the answer points to ${asked.pathname}, which is not below ${service.base}, and is not asked; check the address that you connected to`);
      rest = asked.pathname.slice(below.length) + asked.search;
    }
    // What is named otherwise could be another service of the proxy.
    if (DOTS.test(rest.split("?")[0])) throw fail("invalidArgument", `${title}: a name or a path may not have the part "." or ".."; check what is asked (${rest.split("?")[0].slice(0, 200)})`);
    const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
    const search = given.map(([key, value]) => `${encodeURIComponent(key).replace(/%24/g, "$")}=${encodeURIComponent(value)}`).join("&");
    return base + rest + (search && (rest.includes("?") ? "&" : "?") + search);
  }

  function initOf({ method, headers, json, form, body }, own) {
    const content = json !== undefined ? JSON.stringify(json) : form ? new URLSearchParams(Object.entries(form).filter(([, value]) => value !== undefined)).toString() : body;
    const type = json !== undefined ? "application/json" : form ? "application/x-www-form-urlencoded" : undefined;
    return {
      method: method ?? (content === undefined ? "GET" : "POST"),
      headers: {
        ...(type && { "Content-Type": type }), ...own, ...headers,
        ...(transport === "proxy" && proxy.token && { "Huntbook-Token": proxy.token }), ...(session && { "Huntbook-Session": session }),
      },
      body: content,
      credentials: "omit",
      // Who follows would take the token to wherever that is.
      redirect: "manual",
      cache: "no-store",
      referrerPolicy: "no-referrer",
    };
  }

  /** Headers as they can be sent; the error of what cannot would show a key. */
  function checkHeaders(headers) {
    for (const [name, value] of Object.entries(headers)) {
      if (/^[\t\x20-\x7e\x80-\xff]*$/.test(String(value).trim())) continue;
      throw fail("invalidArgument", `${title}: the header ${name} cannot be sent, as its value has a line break or letters that are not Latin; check the key, token or name that was given for it`);
    }
  }

  /** Why there is no answer, as far as this side can know. */
  function unreachable(error) {
    const why = error?.cause?.code ?? error?.cause?.message;
    if (transport === "proxy") return fail("network", `${title}: the proxy at ${proxy.url} does not answer${why ? ` (${why})` : ""}; start it with \`make proxy\`, allow this page's origin${inPage() ? ` (--origin ${globalThis.location.origin})` : ""}, and let the page reach this machine if the browser asks`, error);
    if (why) return fail("network", `${title}: ${host()} cannot be reached (${why}); check the address and the network`, error);
    return fail("network", `${title}: there is no answer from ${host()}. A page is not told why: the service may not let pages of other origins ask (CORS), its name may be wrong, or the connection may have broken. Where it is CORS, ${service.allow ? `${service.allow}, or ` : ""}start huntbook's proxy and pass { proxy: "http://127.0.0.1:8710"${service.cors === "direct" ? ', transport: "proxy"' : ""} }`, error);
  }

  /** Why an answer ended before its end, after so many bytes: of the last the proxy may have kept some. */
  function brokenOff({ headers }, come, error) {
    const most = Number(headers.get("Huntbook-Max-Answer") ?? Infinity);
    if (come < 0.9 * most - 1e6) return fail("network", `${title}: the answer broke off; try again`, error);
    return fail("limitExceeded", `${title}: the answer broke off after ${(come / 1e6).toFixed(1)} MB, as the proxy lets through ${most / 1e6} MB; ask for less, split the time with { splitBy: "1h" }, or set max_answer for its route ${proxy.route ?? service.route}`, error);
  }

  function refused(answer, request) {
    const { status } = answer;
    const ours = answer.headers.get("Huntbook-Proxy-Error");
    // Of a key that is cut nobody would know.
    const text = hide(answer.text().slice(0, 10_000), secrets);
    let json;
    try {
      json = JSON.parse(text);
    } catch {
      json = /^\s*</.test(text) ? /<(?:message|title)>([^<]*)/i.exec(text)?.[1] : text.slice(0, 300);
    }
    const said = String(serviceMessage(json) || redlockStatus(answer.headers.get("x-redlock-status")) || "").trim().slice(0, 1000);
    if (ours) {
      // An answer to HEAD has no text.
      const error = fail(KINDS[ours] ?? "service", `${title}: the proxy says: ${said || `${ours}, for its route ${proxy.route ?? service.route}`}${ours === "token" ? "; pass it as { proxy: { url, token } }" : ""}`);
      return Object.assign(error, ours === "redirect" && { redirect: json?.error?.path ?? "" });
    }
    const code = status === 401 || status === 403 ? "unauthorized" : status === 429 || status >= 500 ? "network" : "service";
    const own = explain?.(answer, request);
    if (own) return Object.assign(fail(code, `${title}: ${own}`), { status });
    const advice = ADVICE[status] ?? (status >= 500 ? "the service failed; try again later" : "check what is asked");
    return Object.assign(fail(code, `${title} answered ${status}${said ? `: ${said.replace(/[.;\s]+$/, "")}` : ""}; ${advice}`), { status }, json?.error?.["@permanent"] === false && { transient: true });
  }

  /** Where there is no session yet, one request begins it for those after it: what they do is known only where its cookies lead. */
  async function inSession(ask, signal) {
    while (hasSession && !session && first) await unlessAborted(first, signal);
    if (!hasSession || session) return ask();
    const asking = ask();
    first = asking.then(() => {}, () => {}).finally(() => (first = undefined));
    return asking;
  }

  /** One try: the answer, whatever its status. */
  async function once(request, own, { signal, onBytes }) {
    const address = addressOf(request);
    const init = initOf(request, own);
    checkHeaders(init.headers);
    const stop = new AbortController();
    const seconds = request.timeout ?? timeout;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      stop.abort();
    }, Math.min(seconds * 1000, LONGEST_TIMER));
    const abort = () => stop.abort(signal.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    const most = request.maxBytes ?? maxBytes;
    let response;
    let come = 0;
    const count = (length) => {
      come = length;
      onBytes?.(length);
    };
    try {
      response = await fetch(address, { ...init, signal: stop.signal });
      if (response.type === "opaqueredirect" || (response.status > 300 && response.status < 400 && response.status !== 304)) {
        const target = hostOf(response.headers.get("Location"), address);
        throw fail("service", `${title}: the service points to another address${target && ` (${target})`}, which is not followed; check the address and the region, or whether it wants another sign-in`);
      }
      if (response.headers.get("Huntbook-Proxy-Error") !== "session") session = response.headers.get("Huntbook-Session") ?? session;
      // Another request may have a new one already.
      else if (session === init.headers["Huntbook-Session"]) session = undefined;
      const bytes = await readBody(response, most, () => fail("limitExceeded", `${title}: the answer has more than ${Math.round(most / 1e6)} MB; ask for fewer rows or columns, split the time with { splitBy: "1h" }, or raise { maxBytes }`), count);
      return { status: response.status, headers: response.headers, bytes, text: () => new TextDecoder().decode(bytes) };
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error.name === "HuntbookError") throw error;
      if (late) throw fail("timeout", `${title}: there was no answer within ${seconds} seconds; ask for less, or raise { timeout }`);
      if (response) throw brokenOff(response, come, error);
      throw Object.assign(unreachable(error), { unreached: true });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  async function turn(signal) {
    if (perSecond === Infinity) return;
    const now = Date.now();
    next = Math.max(next, now) + 1000 / perSecond;
    await pause(next - 1000 / perSecond - now, signal);
  }

  /**
   * Sends a request: `{ method?, path | url, query?, headers?, json | form | body, timeout?, maxBytes?, once?, again?, allow? }`, where
   * `once` forbids a second try, `again` is a set of the only statuses after which there is one, and `allow` lists statuses that are no
   * errors. `onBytes` is told how many bytes have come. Resolves to `{ status, headers, bytes, text() }`.
   */
  async function send(request, { signal, onBytes } = {}) {
    let refresh = false;
    let own;
    for (let attempt = 0; ; attempt++) {
      await turn(signal);
      // A user may be asked to sign in, which another query waits for too.
      own = request.anonymous ? {} : await unlessAborted(authorize({ refresh, signal, refused: refresh ? own : undefined }), signal);
      const begun = Date.now();
      const last = request.once || attempt + 1 >= TRIES;
      let answer;
      try {
        answer = await inSession(() => once(request, own, { signal, onBytes }), signal);
      } catch (error) {
        // What was not reached at all is seldom there a moment later; what broke off twice more will again.
        if (last || request.again || error.code !== "network" || attempt >= (error.unreached ? 1 : 2)) throw error;
        await pause(1000 * pauseBefore(attempt), signal);
        continue;
      }
      const { status } = answer;
      const ours = answer.headers.get("Huntbook-Proxy-Error");
      if ((status >= 200 && status < 300) || (request.allow?.includes(status) && !ours)) return answer;
      if (status === 401 && !refresh && !request.anonymous && ours !== "token") {
        refresh = true;
        continue;
      }
      const wait = pauseBefore(attempt, answer.headers.get("Retry-After"));
      // What took the service too long would take as long again; and the proxy says itself how long to wait for it.
      const inVain = (status === 504 && Date.now() - begun > 1000 * LONGEST_PAUSE) || (ours && (!PASSING.has(ours) || wait > LONGEST_PAUSE));
      if (!(request.again ?? AGAIN).has(status) || last || inVain) throw refused(answer, request);
      if (wait > LONGEST_PAUSE) throw fail("network", `${title} answered ${status} and asks for a pause of ${Math.ceil(wait)} seconds; ask again after that`);
      await pause(1000 * wait, signal);
    }
  }

  /** What an answer says that should be JSON. */
  send.toJson = (answer) => {
    const text = answer.text().trim();
    let json;
    try {
      json = JSON.parse(text);
    } catch {
      // Said below: the error would show a token that the answer has.
    }
    if (json !== null && typeof json === "object") return json;
    const why = /^[{[]/.test(text) ? "it is cut short or broken" : text.slice(0, 80) || "it is empty";
    throw fail("badInput", `${title}: the answer is not JSON${json === undefined ? "" : " of the service"} (${why}); check the address, or try again`);
  };
  send.json = async (request, control) => send.toJson(await send(request, control));
  return send;
}
