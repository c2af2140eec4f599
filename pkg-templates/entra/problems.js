// What refusals of Microsoft Entra ID mean, and what to do.
// Numbers: https://learn.microsoft.com/entra/identity-platform/reference-error-codes

const AGAIN = () => "sign in again with signIn(), at a click";
const SPA = ({ redirectUri }) => `in the app registration, under Authentication, add ${redirectUri ?? "this page's address"} to the platform "Single-page application", and take it out of "Web"`;
const PROXY = "HUNTBOOK_ENTRA_SECRET of the proxy";

/** What to do, by the number after AADSTS. */
const ADVICE = {
  9002325: () => "something between this page and the service has taken out the proof key (PKCE); sign in without it",
  9002326: SPA,
  9002327: () => "what a page was given is for the page alone: let it ask the service itself, and not through a proxy",
  50011: SPA,
  65001: ({ scope }) => `nobody has agreed yet that the app may do this: sign in at a click with this scope${scope ? ` ("${scope}")` : ""} and { prompt: "consent" }, or let an administrator grant it under API permissions`,
  65004: () => "you did not agree that the app may do this; sign in again, or let an administrator grant it",
  90094: () => "only an administrator can agree that the app may do this, under API permissions",
  90095: () => "an administrator was asked to agree; sign in again once that is done",
  7000218: ({ method }) => (method === "clientsecret" ? `give the app's secret to ${PROXY}` : "in the app registration, under Authentication, set \"Allow public client flows\" to Yes; for a page, use the platform \"Single-page application\""),
  7000215: () => `the secret in ${PROXY} is not the app's; it is its value, not its id`,
  7000222: () => `the app's secret has expired; make a new one, and put it into ${PROXY}`,
  700016: ({ clientId, tenant }) => `check clientId (${clientId}), and whether that app is registered in tenant ${tenant}`,
  700038: ({ clientId }) => `check clientId (${clientId})`,
  500011: ({ tenant }) => `check the scope, and whether tenant ${tenant} has that service`,
  650057: () => "add that service under API permissions of the app registration",
  650052: () => "your organisation has no subscription of that service, or nobody has agreed to it; ask an administrator",
  70011: () => "check the scope",
  28000: () => "ask for the scopes of one service; account.getToken({ scope }) gets tokens for the others",
  28003: () => "pass a scope, such as \"https://api.loganalytics.io/.default\"",
  90002: ({ tenant }) => `check tenant (${tenant}) and the cloud`,
  900023: ({ tenant }) => `check tenant (${tenant})`,
  900382: () => "sign in to the cloud of your account with { cloud: \"usgov\" } or { cloud: \"cn\" }",
  50194: () => "the app is for one tenant alone: pass that tenant's id or domain",
  50020: ({ tenant }) => `that account is not of tenant ${tenant}: sign in with { prompt: "select_account" } and choose another, or be invited there as a guest`,
  50034: ({ tenant }) => `that account is not of tenant ${tenant}; choose another with { prompt: "select_account" }`,
  50105: () => "an administrator has to assign you to the app, under Enterprise applications",
  50057: () => "the account is disabled; ask an administrator",
  50058: AGAIN,
  50076: () => "another factor is asked for: sign in again with signIn(), at a click",
  50079: () => "another factor has to be registered: sign in again with signIn(), at a click",
  50074: () => "another factor is asked for: sign in again with signIn(), at a click",
  53000: () => "your organisation lets only managed devices sign in (Conditional Access); use one, or ask an administrator",
  53001: () => "your organisation lets only joined devices sign in (Conditional Access); use one, or ask an administrator",
  53003: () => "a rule of your organisation forbids it (Conditional Access), such as for this place, device or way of signing in; ask an administrator",
  53004: AGAIN,
  530034: () => "an administrator has forbidden device codes; sign in with { method: \"interactive\" }",
  54005: AGAIN,
  70000: AGAIN, 70008: AGAIN, 70043: AGAIN, 70044: AGAIN, 50173: AGAIN, 50089: AGAIN, 50132: AGAIN, 50133: AGAIN, 700082: AGAIN, 700084: AGAIN,
  70019: () => "the code was not typed in time; sign in again",
  501481: AGAIN,
};

/** The same by OAuth's words, for what has no number. */
const BY_WORD = {
  access_denied: () => "you or a rule said no; sign in again, or ask an administrator",
  authorization_declined: () => "you said no; sign in again",
  expired_token: () => "the code was not typed in time; sign in again",
  invalid_client: ({ clientId }) => `check clientId (${clientId})`,
  unauthorized_client: ({ clientId, method }) => `check clientId (${clientId}), and whether that app registration allows to sign in this way (${method})`,
  invalid_scope: () => "check the scope",
  invalid_grant: AGAIN, interaction_required: AGAIN, login_required: AGAIN, consent_required: AGAIN,
};

/** The code and the text of the error for an answer such as `{ error: "invalid_grant", error_description: "AADSTS70008: …" }`. */
export function explain({ error, error_description: description, error_codes: numbers }, context) {
  const word = typeof error === "string" ? error : error?.code ?? "";
  // After the first line come ids for Microsoft's support.
  const said = String(description ?? error?.message ?? "").split(/\r?\n| Trace ID:/)[0].trim().slice(0, 500);
  const number = /AADSTS(\d+)/.exec(said)?.[1] ?? numbers?.[0];
  const fails = ["temporarily_unavailable", "server_error"].includes(word);
  const advice = (ADVICE[number] ?? BY_WORD[word])?.(context) ?? (fails ? "the service failed; try again later" : AGAIN());
  const what = said && !said.includes(word) && !/^AADSTS/.test(said) ? `${said} (${word})` : said || word || "it refused, and did not say why";
  return { code: fails ? "network" : "unauthorized", message: `${what.replace(/[.;\s]+$/, "")}; ${advice}` };
}
