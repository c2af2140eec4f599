/** Options of {@link signIn}. */
export interface SignInOptions {
  /** The tenant: its id or domain, such as `"contoso.com"`; `"organizations"` for whichever the account is of. */
  tenant: string;
  /** The application (client) id of the app registration. */
  clientId: string;
  /** What the first token is for, such as `"https://api.loganalytics.io/.default"`; all of one service. */
  scope?: string;
  /** The same as a list. */
  scopes?: readonly string[];
  /**
   * `"interactive"`, a window, if absent; `"redirect"`, the full page; `"devicecode"` and `"clientsecret"`, which need the proxy.
   */
  method?: "interactive" | "redirect" | "devicecode" | "clientsecret";
  /** Of which the account is; `"global"` if absent. */
  cloud?: "global" | "usgov" | "cn";
  /** Another address than that of the cloud, such as `"https://login.microsoftonline.com"`. */
  authority?: string | URL;
  /**
   * Where the service comes back to, of this page's origin; as the app registration has it, for the platform "Single-page
   * application". The page itself, without what follows `?` or `#`, if absent; better is that of the package's `redirect.html`.
   */
  redirectUri?: string | URL;
  /** The name of the account that is suggested. */
  loginHint?: string;
  /** `"select_account"`, `"consent"` or `"login"`: what the service asks even if it need not. */
  prompt?: string;
  /** huntbook's proxy, for device codes and secrets. */
  proxy?: ProxyAddress;
  signal?: AbortSignal;
  /** Shows the code that is to be typed elsewhere; a dialog of the page does if absent. */
  onCode?: (code: { userCode: string; verificationUri: string; message: string }) => unknown;
}

/** Who is signed in. Tokens are in memory alone: no field, output, error or JSON has them. */
export interface Account {
  /** The name of the user, or that of the application. */
  readonly name: string;
  /** The id of the tenant. */
  readonly tenant: string;
  /**
   * A token for a service, by its scope; that of `signIn` if absent. It is renewed five minutes before its end, and at once with
   * `refresh`; all who ask at the same time get the same.
   *
   * @throws {HuntbookError} `unauthorized` if the user has to sign in again
   */
  getToken(asked?: { scope?: string | readonly string[]; refresh?: boolean; signal?: AbortSignal }): Promise<string>;
  /** Forgets the tokens. In the browser the user stays signed in to the service. */
  signOut(): void;
  toJSON(): { name: string; tenant: string };
}

/**
 * Signs in to Microsoft Entra ID, for services of Microsoft: the account that it resolves to is a connection's `auth`.
 *
 * Call it at once in a click, as a browser lets a page open a window only then. What a token is for is asked with `scope`; the
 * same account gets tokens for other services.
 *
 * With `method: "redirect"` the page goes to the service, and when it is back, the same call gives the account; so does
 * `signIn.resume()` without asking anyone.
 *
 * @throws {HuntbookError} `unsupported` where there is no window or page for it; `cancelled` if the user closes it; `unauthorized` if
 *   the service refuses, with what it says and what to do; `network`, `timeout`
 * @example
 * button.onclick = async () => {
 *   const account = await signIn({ tenant: "contoso.com", clientId, scope: "https://api.loganalytics.io/.default" });
 *   const sentinel = await new QueryProvider("MSSentinel").connect({ workspace, auth: account });
 * };
 */
export function signIn(options: SignInOptions): Promise<Account>;
export namespace signIn {
  /** The account of a sign-in by the full page that this page has just come back from, if it has. */
  function resume(): Promise<Account | undefined>;
}
