// How Microsoft Entra ID is asked, and what its answers mean.
import { hide, makeSender } from "../providers/http.js";
import { explain } from "./problems.js";

const TITLE = "Microsoft Entra ID";
// Seconds, and bytes of an answer.
const TIMEOUT = 30;
const MAX_BYTES = 1e6;
// OAuth's refusals, which say why in JSON.
const REFUSALS = [400, 401, 403];

/** What one sign-in asks with; `options` are those that sign-in.js has checked. */
export function makeService(tools, { tenant, clientId, authority, route, proxy, method, redirectUri }) {
  const secrets = new Set();
  const { HuntbookError } = tools;
  const fail = (code, message, cause) => new HuntbookError(code, hide(message, secrets), cause && { cause });
  // Codes that a page gets are for pages alone: the service refuses them from elsewhere, such as the proxy.
  const byProxy = method === "devicecode" || method === "clientsecret";
  const send = makeSender(tools, { service: { title: TITLE, base: authority, route }, transport: byProxy ? "proxy" : "direct", proxy, secrets, timeout: TIMEOUT, maxBytes: MAX_BYTES });
  const path = (end) => `/${tenant}/${end}`;

  /** Asks, and keeps what is secret of the question and the answer out of errors. */
  async function ask(end, form, { signal, once } = {}) {
    const known = (given) => ["code", "code_verifier", "device_code", "refresh_token", "access_token", "id_token"].forEach((name) => typeof given[name] === "string" && given[name] && secrets.add(given[name]));
    known(form);
    let answer;
    try {
      answer = await send.json({ path: path(`oauth2/v2.0/${end}`), form, anonymous: true, once, allow: REFUSALS }, { signal });
    } catch (error) {
      if (signal?.aborted) throw tools.cancelled(signal);
      if (!error.unreached || byProxy) throw error;
      throw fail("network", `${error.message}. Nor is a page answered whose address is not in the app registration, for the platform "Single-page application"; and a content security policy has to name ${new URL(authority).origin} in connect-src`, error.cause);
    }
    if (answer === null || typeof answer !== "object") throw fail("badInput", `${TITLE}: the answer is not what was asked for; check the authority`);
    known(answer);
    return answer;
  }

  const refused = (answer, scope) => {
    const { code, message } = explain(answer, { tenant, clientId, scope, redirectUri: service.redirectUri, method });
    return fail(code, `${TITLE}: ${message}`);
  };

  const service = {
    tools,
    redirectUri,
    fail,
    refused,
    ask,
    address: (end, query) => `${authority}${path(`oauth2/v2.0/${end}`)}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined))}`,
    withOpenId: (scope) => `${scope} openid profile offline_access`.trim(),

    /** A token, or why there is none. */
    async token(form, control) {
      const answer = await ask("token", form, control);
      if (answer.error !== undefined) throw refused(answer, form.scope?.replace(service.withOpenId(""), "").trim());
      return service.checked(answer);
    },

    checked(answer) {
      if (typeof answer.access_token !== "string" || !answer.access_token) throw fail("badInput", `${TITLE}: there is no token in the answer; check the authority`);
      return answer;
    },

    /** The id of the tenant, which may have been given by its domain. */
    async tenantId() {
      if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(tenant)) return tenant;
      const answer = await send.json({ path: path("v2.0/.well-known/openid-configuration"), anonymous: true, allow: REFUSALS });
      if (answer?.error !== undefined) throw refused(answer);
      return /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/i.exec(answer?.token_endpoint)?.[0] ?? tenant;
    },
  };
  return service;
}

/** What an id token says of who signed in. It is only shown: nothing is allowed by it, so its signature is not looked at. */
export function claimsOf(idToken) {
  try {
    const text = atob(idToken.split(".")[1].replace(/-/g, "+").replace(/_/g, "/"));
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0))));
    return claims !== null && typeof claims === "object" ? claims : {};
  } catch {
    return {};
  }
}
