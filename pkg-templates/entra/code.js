// The authorization code flow with PKCE: RFC 6749 section 4.1, RFC 7636, OpenID Connect.
import { claimsOf } from "./service.js";

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** What the service is asked, and what its answer has to fit: `{ url, state, nonce, verifier, redirectUri, … }`. `kind` is in the state. */
export async function begin(service, { clientId, scope, redirectUri: given, loginHint, prompt }, kind) {
  const { HuntbookError, invalid } = service.tools;
  if (typeof document !== "object") throw new HuntbookError("unsupported", "signIn: there is no page here to sign in on; pass a token as `auth`, or { method: \"devicecode\", proxy }");
  if (!/^https?:/.test(location.origin)) throw new HuntbookError("unsupported", "signIn: the service comes back only to pages at an http address of their own, which this one has not; pass a token as `auth`, or { method: \"devicecode\", proxy }");
  if (!crypto.subtle) throw new HuntbookError("unsupported", "signIn: a page can sign in only over https, or on localhost");
  let redirect;
  try {
    redirect = new URL(given ?? location.pathname, location.href);
  } catch {
    // Said below.
  }
  if (redirect?.origin !== location.origin || redirect.hash) throw invalid(`signIn: option \`redirectUri\` should be an address of ${location.origin}, such as that of redirect.html, but is ${JSON.stringify(given)}`);
  service.redirectUri = redirect.href;
  const [verifier, nonce, state] = [random(), random(), `huntbook-${kind}.${random()}`];
  const challenge = base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
  const url = service.address("authorize", {
    client_id: clientId, response_type: "code", redirect_uri: redirect.href, response_mode: "fragment", scope: service.withOpenId(scope),
    state, nonce, code_challenge: challenge, code_challenge_method: "S256", prompt, login_hint: loginHint,
  });
  return { url, state, nonce, verifier, redirectUri: redirect.href, clientId, scope };
}

/** Whether the page was sent an answer to a sign-in of that kind. */
export const isAnswer = (hash, kind) => new URLSearchParams(hash.slice(1)).get("state")?.startsWith(`huntbook-${kind}.`);

/** The tokens for an answer, whose `state` was compared already; with the claims of its id token. */
export async function redeem(service, { nonce, verifier, redirectUri, clientId, scope }, answer) {
  if (answer.has("error")) throw service.refused(Object.fromEntries(answer));
  const code = answer.get("code");
  if (!code) throw service.fail("service", "Microsoft Entra ID sent no code; sign in again");
  const form = { grant_type: "authorization_code", client_id: clientId, code, redirect_uri: redirectUri, code_verifier: verifier, scope: service.withOpenId(scope) };
  const tokens = await service.token(form, { once: true });
  const claims = claimsOf(tokens.id_token);
  if (claims.nonce !== nonce) throw service.fail("unauthorized", "Microsoft Entra ID: the answer is not to this sign-in (its nonce is another); sign in again");
  return { ...tokens, claims };
}
