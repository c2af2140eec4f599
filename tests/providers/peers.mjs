// Identity providers of others on this machine, at the addresses that Microsoft Entra ID has.
import { OAuth2Server } from "oauth2-mock-server";
import { CLIENT, GRAPH, LOGS, TENANT } from "./entra.mjs";

const AT = `/${TENANT}/oauth2/v2.0`;

/**
 * oidc-provider with its own pages to sign in and to agree; `redirectUris` are those of the one client, a public one. With `coop` its
 * pages say that they want no opener. `tokenOf(text)` finds a token that it gave and that is still good.
 */
export async function startOidcProvider(t, { redirectUris, coop }) {
  // Its warnings are about being used for tests.
  t.mock.method(console, "warn", () => {});
  t.mock.method(console, "info", () => {});
  const [{ default: Provider }, http] = await Promise.all([import("oidc-provider"), import("node:http")]);
  const server = http.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(url, {
    clients: [{ client_id: CLIENT, redirect_uris: redirectUris, grant_types: ["authorization_code", "refresh_token"], response_types: ["code"], token_endpoint_auth_method: "none" }],
    routes: { authorization: `${AT}/authorize`, token: `${AT}/token` },
    scopes: ["openid", "profile", "offline_access", LOGS],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    clientBasedCORS: () => true,
    cookies: { keys: ["a key for tests"] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: "Änne Ünal", preferred_username: `${sub}@contoso.com` }) }),
    ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: 3600, IdToken: 3600, Interaction: 600, RefreshToken: 3600, Session: 3600 },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (coop) ctx.set("Cross-Origin-Opener-Policy", "same-origin");
    // A font from elsewhere, and an icon that there is not.
    if (typeof ctx.body === "string") ctx.body = ctx.body.replace(/@import url[^;]*;/, "").replace("<title>", '<link rel="icon" href="data:,"><title>');
  });
  server.on("request", provider.callback());
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, provider, tokenOf: (text) => provider.AccessToken.find(text) };
}

/** Signs in on oidc-provider's pages. */
export async function fillIn(window, name = "anne") {
  await window.getByPlaceholder("Enter any login").fill(name);
  await window.getByPlaceholder("and password").fill("pass");
  await window.getByRole("button", { name: "Sign-in" }).click();
  await window.getByRole("button", { name: "Continue" }).click();
}

/** oauth2-mock-server, which signs in whoever comes. `change(answer)` may change the address that it sends back to. */
export async function startMockServer(t, change = () => {}) {
  const server = new OAuth2Server(undefined, undefined, { endpoints: { authorize: `${AT}/authorize`, token: `${AT}/token` } });
  await server.issuer.keys.generate("RS256");
  await server.start(0, "127.0.0.1");
  t.after(() => server.stop());
  server.service.on("beforeAuthorizeRedirect", (answer) => {
    // It knows no response_mode.
    answer.url.hash = answer.url.search.slice(1);
    answer.url.search = "";
    change(answer);
  });
  server.service.on("beforeTokenSigning", (token, request) => {
    Object.assign(token.payload, { tid: TENANT, preferred_username: "john@contoso.com", asked: request.body.scope ?? "" });
  });
  return { url: `http://127.0.0.1:${server.address().port}`, server };
}

export { CLIENT, GRAPH, LOGS, TENANT };
