// Who is signed in, and the tokens of it, which are in this module's memory and in no field.
import { noOthers } from "../options.js";
import { unlessAborted } from "../providers/http.js";

// A token is renewed so long before its end, in milliseconds: queries take minutes.
const EARLY = 300_000;
// Of a token whose answer does not say how long it is good for, in seconds.
const USUAL = 3600;
const OPENID = ["openid", "profile", "offline_access", "email"];

/** Scopes as one text, without those that every sign-in has. All are of one service, as a token is for one. */
export function scopeOf(given, invalid) {
  const all = [given].flat();
  if (all.some((one) => typeof one !== "string")) throw invalid("signIn: a scope should be a text, such as \"https://api.loganalytics.io/.default\"");
  const scopes = all.join(" ").split(/\s+/).filter((one) => one && !OPENID.includes(one));
  const services = new Set(scopes.map((one) => one.slice(0, Math.max(one.lastIndexOf("/"), 0))));
  if (services.size > 1) throw invalid(`signIn: scopes of several services (${[...services].map((one) => one || "Microsoft Graph").join(", ")}) cannot be asked for at once; pass those of one, and account.getToken({ scope }) gets tokens for the others`);
  return scopes.join(" ");
}

export class Account {
  #service;
  #scope;
  #renew;
  #refreshToken;
  #tokens = new Map(); // by scope: { token, end }
  #running = new Map(); // by scope: what is being asked for
  #last = Promise.resolve(); // one after another, as a refresh token may be good for one use
  #over = false;
  #byPerson; // with a refresh token, rather than by a secret of the proxy

  /** `renew(scope, refreshToken)` resolves to an answer of the service; `answer` is the first, if there is one. */
  constructor(service, { name, tenant, scope, renew, answer }) {
    [this.#service, this.#scope, this.#renew] = [service, scope, renew];
    this.name = name;
    this.tenant = tenant;
    Object.freeze(this);
    this.#byPerson = answer !== undefined;
    if (answer) this.#keep(scope, answer);
  }

  async getToken({ scope, refresh = false, signal, ...others } = {}) {
    const { invalid, cancelled } = this.#service.tools;
    noOthers(invalid, "getToken", others, "scope, refresh, signal");
    const wanted = scope === undefined ? this.#scope : scopeOf(scope, invalid);
    if (!wanted && !this.#tokens.has(wanted)) throw invalid("getToken: pass { scope }, such as \"https://api.loganalytics.io/.default\"");
    const held = this.#tokens.get(wanted);
    if (held && !refresh && Date.now() < held.end - EARLY) return held.token;
    try {
      return await unlessAborted(this.#ask(wanted), signal, cancelled);
    } catch (error) {
      // The old one is good for some minutes yet.
      if (held && !refresh && !signal?.aborted && Date.now() < held.end) return held.token;
      throw error;
    }
  }

  /** Asks for a token, once for all who want it. */
  #ask(scope) {
    if (!this.#running.has(scope)) {
      const work = this.#last.then(() => this.#ended() ?? this.#renew(scope, this.#refreshToken)).then((answer) => this.#ended() ?? this.#keep(scope, answer));
      this.#running.set(scope, work.finally(() => this.#running.delete(scope)));
      this.#last = work.catch(() => {});
    }
    return this.#running.get(scope);
  }

  /** Throws if there is nothing left to ask with. */
  #ended() {
    const { HuntbookError } = this.#service.tools;
    if (this.#over) throw new HuntbookError("unauthorized", `${this.name} is signed out; sign in again with signIn()`);
    if (this.#byPerson && this.#refreshToken === undefined) throw new HuntbookError("unauthorized", `${this.name}: the sign-in has ended; sign in again with signIn(), at a click`);
  }

  #keep(scope, { access_token, refresh_token, expires_in }) {
    if (refresh_token) this.#refreshToken = refresh_token;
    this.#tokens.set(scope, { token: access_token, end: Date.now() + 1000 * (Number(expires_in) || USUAL) });
    return access_token;
  }

  signOut() {
    this.#over = true;
    this.#tokens.clear();
    this.#refreshToken = undefined;
  }

  toString() { return this.name; }
  toJSON() { return { name: this.name, tenant: this.tenant }; }
  _toMime() { return { "text/plain": `${this.name}, signed in to ${this.tenant}` }; }
}
