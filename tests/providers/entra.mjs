// A stand-in for Microsoft Entra ID, by its documentation of OAuth 2.0. msal.test.mjs drives it with Microsoft's own client.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, v2-oauth2-device-code, v2-oauth2-client-creds-grant-flow
import { createHash } from "node:crypto";
import { startService } from "./helpers.mjs";

export const TENANT = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";
export const DOMAIN = "contoso.com";
export const CLIENT = "6731de76-14a6-49ae-97bc-6eba6914391e";
export const LOGS = "https://api.loganalytics.io/.default";
export const GRAPH = "https://graph.microsoft.com/ThreatHunting.Read.All";

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims) => `${part({ alg: "none" })}.${part(claims)}.c2ln`;

/** As the service says no. */
export function refusal(error, number, text = "The reason.") {
  const description = `AADSTS${number}: ${text}\r\nTrace ID: 255d1aef-8c98-452f-ac51-23d051240864\r\nCorrelation ID: fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7\r\nTimestamp: 2024-01-09 02:02:12Z`;
  return { status: 400, body: { error, error_description: description, error_codes: [number], timestamp: "2024-01-09 02:02:12Z" } };
}

/**
 * Starts it; the addresses begin with `prefix`, such as the proxy's route. What may be changed: `lifetime` of tokens in seconds,
 * `refuse` a refusal for all, `pending` the errors that come until a code was typed, `others(request)` what else is answered, and
 * `cors`, whether pages may read what is answered.
 */
export async function startEntra(t, { prefix = "/entra" } = {}) {
  const state = { cors: true, lifetime: 4738, refuse: undefined, pending: [], secret: "the-app-secret", others: () => ({ status: 404, body: {} }), asked: [] };
  const codes = new Map();
  const refreshTokens = new Map();
  let count = 0;

  /** An answer with tokens, whose names tell what they are for. */
  const tokens = (form, { nonce, offline = true, person = true }) => {
    const scope = (form.scope ?? "").split(" ").filter((one) => /\//.test(one)).join(" ");
    count += 1;
    const refresh_token = `refresh-${count}`;
    if (person && offline) refreshTokens.set(refresh_token, form.client_id);
    return {
      token_type: "Bearer", scope, expires_in: state.lifetime, ext_expires_in: state.lifetime, access_token: `access-${count} ${scope}`.replace(/[ /:]+/g, "_"),
      ...(person && offline && { refresh_token }),
      ...(form.client_info === "1" && person && { client_info: part({ uid: "o", utid: TENANT }) }),
      ...(person && { id_token: jwt({ aud: form.client_id, iss: `https://login.microsoftonline.com/${TENANT}/v2.0`, exp: 4e9, tid: TENANT, oid: "o", sub: "s", name: "Änne Ünal", preferred_username: "anne@contoso.com", nonce }) }),
    };
  };
  const grants = {
    authorization_code({ code, code_verifier, redirect_uri, ...form }) {
      const begun = codes.get(code);
      codes.delete(code);
      if (!begun) return refusal("invalid_grant", 70000, "The code is not valid.");
      if (begun.redirect_uri !== redirect_uri) return refusal("invalid_grant", 50011);
      if (begun.code_challenge !== createHash("sha256").update(code_verifier ?? "").digest("base64url")) return refusal("invalid_grant", 501481);
      return tokens(form, { nonce: begun.nonce });
    },
    refresh_token({ refresh_token, ...form }) {
      if (refreshTokens.get(refresh_token) !== form.client_id) return refusal("invalid_grant", 700082, "The refresh token has expired due to inactivity.");
      refreshTokens.delete(refresh_token);
      return tokens(form, {});
    },
    "urn:ietf:params:oauth:grant-type:device_code"({ device_code, ...form }) {
      if (device_code !== "device-1") return refusal("bad_verification_code", 70000);
      const error = state.pending.shift();
      if (error) return { status: 400, body: { error } };
      return tokens({ ...form, scope: state.deviceScope }, {});
    },
    client_credentials({ client_secret, ...form }) {
      // Where the stand-in is in place of the proxy, that would have filled in what is empty.
      if (!(client_secret === "" && prefix) && client_secret !== state.secret) return refusal("invalid_client", 7000215);
      if (!/^\S+\/\.default$/.test(form.scope)) return refusal("invalid_scope", 70011);
      return tokens(form, { person: false });
    },
  };

  // The service takes what MSAL sends, too.
  grants.device_code = grants["urn:ietf:params:oauth:grant-type:device_code"];

  async function answer(request) {
    const [, tenant, what] = new RegExp(`^${prefix}/([^/]+)/(?:oauth2/v2\\.0/(\\w+)|(?:v2\\.0/)?\\.well-known/openid-configuration)$`).exec(request.path) ?? [];
    if (!tenant) return state.others(request);
    const form = Object.fromEntries(new URLSearchParams(request.text));
    state.asked.push({ what: what ?? "configuration", tenant, ...form });
    if (state.refuse) return state.refuse;
    if (![TENANT, DOMAIN, "organizations"].includes(tenant)) return refusal("invalid_tenant", 90002);
    if (what === undefined) return configuration();
    if (what === "devicecode") {
      state.deviceScope = form.scope;
      return { user_code: "HJKL-1234", device_code: "device-1", verification_uri: "https://microsoft.com/devicelogin", expires_in: 900, interval: 1, message: "To sign in, open https://microsoft.com/devicelogin and type HJKL-1234." };
    }
    if (what === "authorize") return authorize(request.query);
    return grants[form.grant_type]?.(form) ?? refusal("unsupported_grant_type", 70003);
  }
  const authorize = (query) => {
    const code = `code-${++count}`;
    codes.set(code, Object.fromEntries(query));
    const back = new URL(query.get("redirect_uri"));
    back.hash = new URLSearchParams({ code, state: query.get("state"), session_state: "s", ...state.answer?.(query) }).toString();
    return { status: 302, headers: { Location: back.href }, body: "" };
  };
  const configuration = () => {
    const base = `https://login.microsoftonline.com/${TENANT}`;
    return { token_endpoint: `${base}/oauth2/v2.0/token`, authorization_endpoint: `${base}/oauth2/v2.0/authorize`, device_authorization_endpoint: `${base}/oauth2/v2.0/devicecode`, issuer: `${base}/v2.0`, end_session_endpoint: `${base}/oauth2/v2.0/logout`, jwks_uri: `${base}/discovery/v2.0/keys` };
  };

  const service = await startService(t, async (request) => {
    const given = await answer(request);
    const { status = 200, headers = {}, body = given } = given.body === undefined && given.status === undefined ? { body: given } : given;
    return { status, headers: { ...(state.cors && { "Access-Control-Allow-Origin": "*" }), ...headers }, body };
  });
  return Object.assign(state, { service, url: service.url });
}

/** Makes the library's pauses of one to twenty seconds short, and lists them; and its 30 seconds for an answer, while `isLate()`. */
export function hurry(t, isLate) {
  const pauses = [];
  const real = globalThis.setTimeout;
  t.mock.method(globalThis, "setTimeout", (fn, ms, ...rest) => {
    const isPause = ms >= 1000 && ms <= 20_000 && new Error().stack.includes("/pkg/");
    if (isPause) pauses.push(ms);
    return real(fn, isPause ? 1 : ms === 30_000 && isLate() ? 50 : ms, ...rest);
  });
  return pauses;
}
