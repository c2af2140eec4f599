// Signing in to Microsoft Entra ID. Users call it by signing.js, which loads this; redirect.html loads it too.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and its neighbours
import { entra } from "huntbook-services";
import { Account, scopeOf } from "./entra/account.js";
import { begin, redeem } from "./entra/code.js";
import { askForCode } from "./entra/device-code.js";
import { inPopup, relay } from "./entra/popup.js";
import { comeBack, goBack, leave } from "./entra/redirect.js";
import { makeService } from "./entra/service.js";
import { isObject, onlyOwn } from "./options.js";
import { shownAddress, toProxy } from "./providers/connection.js";
import { unlessAborted } from "./providers/http.js";

const OPTIONS = "tenant, clientId, scope, scopes, method, cloud, authority, redirectUri, loginHint, prompt, proxy, signal, onCode";
const METHODS = { interactive: popUp, redirect: fullPage, devicecode: deviceCode, clientsecret: clientSecret };
// msticpy's other methods, and where they get a token.
const ELSEWHERE = { env: "environment variables", cli: "the Azure CLI", msi: "the machine's identity", vscode: "Visual Studio Code", powershell: "Azure PowerShell", certificate: "a certificate's key" };

// A page that a service has just sent its answer to.
if (typeof document === "object") {
  relay();
  goBack();
}

/** `popup` is the window that was opened for it, if the browser let it. */
export async function signIn(tools, options, asked, popup) {
  const given = check(tools, options, asked);
  const service = makeService(tools, given);
  const work = METHODS[given.method](service, given, popup);
  try {
    return await unlessAborted(work, given.signal, tools.cancelled);
  } finally {
    if (given.signal?.aborted) popup?.close();
  }
}

/** What a sign-in by the full page gave, if the page has just come back from one. */
export async function resume(tools, wanted) {
  const found = typeof document === "object" ? comeBack(tools, wanted) : undefined;
  if (!found) return undefined;
  const service = makeService(tools, found.options);
  return toAccount(service, found.options, await redeem(service, found.request, found.answer));
}

/** The options as they are meant, or an error. */
function check({ invalid, HuntbookError }, options, asked) {
  if (!isObject(options)) throw invalid("signIn: options should be an object, such as { tenant: \"contoso.com\", clientId: \"<id of the app registration>\" }");
  const { tenant, clientId, scope, scopes, method = "interactive", cloud = "global", authority, signal, onCode, proxy, ...others } = options;
  if ("clientSecret" in options) throw invalid("signIn: a secret does not belong into a page; put it into HUNTBOOK_ENTRA_SECRET of huntbook's proxy, and pass { method: \"clientsecret\", proxy }");
  onlyOwn(invalid, "signIn", others, OPTIONS.split(", "));
  for (const [name, value] of [["method", method], ["redirectUri", others.redirectUri], ["loginHint", others.loginHint], ["prompt", others.prompt]]) {
    if (value !== undefined && typeof value !== "string" && !(value instanceof URL)) throw invalid(`signIn: option \`${name}\` should be a text`);
  }
  if (!Object.hasOwn(METHODS, method)) {
    const all = Object.keys(METHODS).join(", ");
    if (Object.hasOwn(ELSEWHERE, method)) throw new HuntbookError("unsupported", `signIn: method "${method}" needs ${ELSEWHERE[method]}, which a page cannot use; choose one of ${all}, or pass a token, such as that of \`az account get-access-token\`, as \`auth\``);
    throw invalid(`signIn: there is no method ${JSON.stringify(method)} (there are: ${all})`);
  }
  if (typeof tenant !== "string" || !/^[\w-]+(\.[\w-]+)*$/.test(tenant)) throw invalid("signIn: option `tenant` should be the tenant's id or domain, such as \"contoso.com\"");
  if (typeof clientId !== "string" || !/^[\w.-]+$/.test(clientId)) throw invalid("signIn: option `clientId` should be the application (client) id of an app registration");
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw invalid("signIn: option `signal` should be an AbortSignal");
  if (onCode !== undefined && typeof onCode !== "function") throw invalid("signIn: option `onCode` should be a function of { userCode, verificationUri, message }");
  if (scope !== undefined && scopes !== undefined) throw invalid("signIn: pass scope or scopes, not both");
  const own = { tenant, clientId, method, signal, onCode, ...others };
  own.scope = scopeOf(scope ?? scopes ?? asked?.scope ?? "", invalid);
  own.authority = toAuthority(authority, cloud, invalid);
  own.proxy = toProxy(proxy, invalid);
  own.route = cloud === "global" ? "entra" : `entra-${cloud}`;
  if ((method === "devicecode" || method === "clientsecret") && !own.proxy) throw new HuntbookError("unsupported", `signIn: method "${method}" works only through huntbook's proxy, as the service does not answer pages; start it and pass { proxy: "http://127.0.0.1:8710" }`);
  return own;
}

function toAuthority(authority, cloud, invalid) {
  const hosts = { global: entra.upstream, ...entra.clouds };
  if (!Object.hasOwn(hosts, cloud)) throw invalid(`signIn: there is no cloud ${JSON.stringify(cloud)} (there are: ${Object.keys(hosts).join(", ")})`);
  let url;
  try {
    url = new URL(authority ?? hosts[cloud]);
  } catch {
    // Said below.
  }
  // Tokens never go in the clear, but on this machine.
  const isSafe = url?.protocol === "https:" || (url?.protocol === "http:" && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname));
  if (isSafe && !url.username && !url.search && !url.hash) return url.href.replace(/\/+$/, "");
  throw invalid(`signIn: option \`authority\` should be an address such as "${entra.upstream}", but is ${shownAddress(authority)}`);
}

async function popUp(service, options, popup) {
  const request = await begin(service, options, "popup");
  return toAccount(service, options, await redeem(service, request, await inPopup(service, request, popup, options.signal)));
}

async function fullPage(service, options) {
  const account = await resume(service.tools, options);
  if (account) return account;
  return leave(service, await begin(service, options, "redirect"), options);
}

async function deviceCode(service, options) {
  return toAccount(service, options, await askForCode(service, options));
}

/** The proxy puts the secret in; each token is asked for with it, so there is nothing to keep. */
async function clientSecret(service, { tenant, clientId, scope }) {
  const renew = (scope) => service.token({
    grant_type: "client_credentials", client_id: clientId, client_secret: "",
    // Its rights are those of the app registration, and asked for together.
    scope: scope.split(" ")[0].replace(/\/[^/]*$/, "/.default"),
  });
  const account = new Account(service, { name: `application ${clientId}`, tenant: await service.tenantId(), scope, renew });
  if (scope) await account.getToken();
  return account;
}

function toAccount(service, { tenant, clientId, scope }, answer) {
  const { tid, preferred_username, email, name, sub } = answer.claims;
  const renew = (scope, refreshToken) => service.token({ grant_type: "refresh_token", client_id: clientId, refresh_token: refreshToken, scope: service.withOpenId(scope) });
  return new Account(service, { name: preferred_username ?? email ?? name ?? sub, tenant: tid ?? tenant, scope, renew, answer });
}
