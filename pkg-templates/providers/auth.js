// Who asks: what a user gives as `auth` becomes the headers of requests. All of it is remembered as secret.

/** Base64 of a text's UTF-8. */
export const encode = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/**
 * For services that take tokens of Microsoft Entra ID, or other bearer tokens. `auth` is a token, a function that gets
 * one, or an account of `signIn`; of options for `signIn` an account is made when it is first needed.
 */
export function bearer(auth, scope, { invalid, secrets, signIn }) {
  if (auth === undefined) return undefined;
  if (auth?.clientId !== undefined) {
    let account;
    const options = auth;
    auth = { getToken: async (asked) => (await (account ??= signIn(options, asked).catch((error) => {
      account = undefined;
      throw error;
    }))).getToken(asked) };
  }
  const get = typeof auth === "string" ? () => auth : typeof auth === "function" ? auth : typeof auth.getToken === "function" ? (asked) => auth.getToken(asked) : typeof auth.token === "string" ? () => auth.token : undefined;
  if (!get) throw invalid("connect: option `auth` should be a token, a function that gets one, an account of signIn(), or { tenant, clientId } to sign in");
  return async ({ refresh, signal }) => {
    const token = await get({ scope, refresh, signal });
    if (typeof token !== "string" || !token) throw invalid("connect: `auth` gave no token");
    secrets.add(token);
    return { Authorization: `Bearer ${token}` };
  };
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
