// Who asks: what a user gives as `auth` becomes the headers of requests. All of it is remembered as secret.
import { isObject, onlyOwn } from "../options.js";

/** Base64 of a text's UTF-8. */
export const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** What signs in when a token is first asked for, of options for `signIn`; what is none of these stays what it is. */
export function accountOf(auth, { signIn }) {
  if (auth?.clientId === undefined) return auth;
  let account;
  const get = async (asked) => {
    account ??= signIn(auth, asked).catch((error) => {
      account = undefined;
      throw error;
    });
    return (await account).getToken(asked);
  };
  return { getToken: get };
}

/**
 * For services that take tokens of Microsoft Entra ID, or other bearer tokens. `given` is a token, a function that gets
 * one, or an account of `signIn`; of options for `signIn` an account is made when it is first needed.
 */
export function bearer(given, scope, tools) {
  const { invalid, secrets, HuntbookError } = tools;
  const auth = accountOf(given, tools);
  if (auth === undefined) return undefined;
  const get = typeof auth === "string" ? () => auth : typeof auth === "function" ? auth : typeof auth?.getToken === "function" ? (asked) => auth.getToken(asked) : typeof auth?.token === "string" ? () => auth.token : undefined;
  if (!get) throw invalid("connect: option `auth` should be a token, a function that gets one, an account of signIn(), or { tenant, clientId } to sign in");
  return async ({ refresh, signal }) => {
    let token;
    try {
      token = await get({ scope, refresh, signal });
    } catch (error) {
      if (error?.name === "HuntbookError" || signal?.aborted) throw error;
      throw new HuntbookError("unauthorized", `connect: \`auth\` gave no token (${error?.message ?? error})`, { cause: error });
    }
    if (typeof token !== "string" || !token) throw invalid("connect: `auth` gave no token");
    secrets.add(token);
    return { Authorization: `Bearer ${token}` };
  };
}

/** Throws if an object `auth` has what is not among `names`; an account has its own. */
export function onlyNames(auth, names, invalid) {
  if (!isObject(auth) || typeof auth.getToken === "function") return;
  onlyOwn(invalid, "connect: auth", auth, names);
}

/** For services that take a name and a password. */
export function basic(user, password, secrets) {
  const credentials = encode(`${user}:${password}`);
  secrets.add(password).add(credentials);
  return async () => ({ Authorization: `Basic ${credentials}` });
}

/** For services that take a key in a header. */
export function keyed(header, key, secrets) {
  secrets.add(key);
  return async () => ({ [header]: key });
}

/**
 * The name and the secret of who asks, of `auth` or of the settings, which may call them otherwise: `names` and `keys` have all
 * forms, those of `auth` first. Either may be absent where the proxy has what is missing.
 */
export async function nameAndKey({ auth = {}, hasProxy, hasSecret, invalid, option, secret }, names, keys, example) {
  if (typeof auth !== "object" || auth === null) throw invalid(`connect: option \`auth\` should be an object; pass ${example}`);
  onlyOwn(invalid, "connect: auth", auth, [names[0], keys[0]]);
  const find = async (forms) => {
    const given = forms.map((form) => auth[form] ?? option(form)).find((value) => value !== undefined);
    const known = forms.find(hasSecret);
    return given ?? (known && (await secret(known)));
  };
  const [name, key] = [await find(names), await find(keys)];
  if (key !== undefined && (typeof key !== "string" || !key)) throw invalid(`connect: ${keys[0]} of \`auth\` should be a text`);
  if (name !== undefined && (typeof name !== "string" || !name)) throw invalid(`connect: ${names[0]} of \`auth\` should be a text`);
  if (hasProxy || (name && key)) return { name, key };
  throw invalid(`connect: there is no ${name ? keys[0] : names[0]}; pass ${example}`);
}
