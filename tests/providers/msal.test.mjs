// The stand-in of Entra ID, driven by Microsoft's own client: what that one takes for the service, ours may take for it too.
import assert from "node:assert/strict";
import test from "node:test";
import { ConfidentialClientApplication, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { CLIENT, GRAPH, LOGS, TENANT, refusal, startEntra } from "./entra.mjs";

const AUTHORITY = "https://login.microsoftonline.com";

/** A client whose requests to Microsoft reach the stand-in, and nothing else does. */
async function open(t, Client = PublicClientApplication, auth = {}) {
  const entra = await startEntra(t, { prefix: "" });
  const send = async (url, options, method) => {
    const { origin, pathname, search } = new URL(url);
    assert.equal(origin, AUTHORITY);
    const response = await fetch(entra.url + pathname + search, { method, headers: options?.headers, body: options?.body });
    return { headers: Object.fromEntries(response.headers), status: response.status, body: await response.json() };
  };
  const networkClient = { sendGetRequestAsync: (url, options) => send(url, options, "GET"), sendPostRequestAsync: (url, options) => send(url, options, "POST") };
  // Who Microsoft is it would ask of Microsoft.
  const cloudDiscoveryMetadata = JSON.stringify({ tenant_discovery_endpoint: `${AUTHORITY}/${TENANT}/v2.0/.well-known/openid-configuration`, metadata: [{ preferred_network: "login.microsoftonline.com", preferred_cache: "login.microsoftonline.com", aliases: ["login.microsoftonline.com"] }] });
  const client = new Client({ auth: { clientId: CLIENT, authority: `${AUTHORITY}/${TENANT}`, cloudDiscoveryMetadata, ...auth }, system: { networkClient } });
  return { entra, client };
}

test("an authorization code with PKCE, then a token for another service", async (t) => {
  const { entra, client } = await open(t);
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const redirectUri = "http://localhost/redirect.html";
  const address = await client.getAuthCodeUrl({ scopes: [LOGS], redirectUri, codeChallenge: challenge, codeChallengeMethod: "S256", state: "s1", nonce: "n1", responseMode: "fragment" });
  const answer = await fetch(address.replace(AUTHORITY, entra.url), { redirect: "manual" });
  const given = new URLSearchParams(new URL(answer.headers.get("location")).hash.slice(1));
  assert.equal(given.get("state"), "s1");
  const request = { code: given.get("code"), scopes: [LOGS], redirectUri, codeVerifier: verifier, nonce: "n1" };
  const first = await client.acquireTokenByCode(request);
  assert.deepEqual([first.account.username, first.tenantId, first.idTokenClaims.nonce], ["anne@contoso.com", TENANT, "n1"]);
  const second = await client.acquireTokenSilent({ account: first.account, scopes: [GRAPH] });
  assert.match(second.accessToken, /graph/);
  await assert.rejects(client.acquireTokenByCode(request), { errorCode: "invalid_grant" });
});

test("a device code", async (t) => {
  const { entra, client } = await open(t);
  entra.pending = ["authorization_pending"];
  let shown;
  const { account, accessToken } = await client.acquireTokenByDeviceCode({ scopes: [LOGS], deviceCodeCallback: ({ userCode }) => (shown = userCode) });
  assert.deepEqual([shown, account.name], ["HJKL-1234", "Änne Ünal"]);
  assert.match(accessToken, /loganalytics/);
});

test("an app with a secret, and one with another", async (t) => {
  const { client } = await open(t, ConfidentialClientApplication, { clientSecret: "the-app-secret" });
  assert.match((await client.acquireTokenByClientCredential({ scopes: [LOGS] })).accessToken, /loganalytics/);
  const { client: other } = await open(t, ConfidentialClientApplication, { clientSecret: "wrong" });
  await assert.rejects(other.acquireTokenByClientCredential({ scopes: [LOGS] }), { errorCode: "invalid_client", message: /AADSTS7000215/ });
});

test("a refusal that wants the user again", async (t) => {
  const { entra, client } = await open(t);
  const { account } = await client.acquireTokenByDeviceCode({ scopes: [LOGS], deviceCodeCallback: () => {} });
  entra.refuse = refusal("interaction_required", 50076);
  await assert.rejects(client.acquireTokenSilent({ account, scopes: [GRAPH] }), { name: "InteractionRequiredAuthError", errorCode: "interaction_required" });
});
