// Signing in elsewhere: the user types a code on any device. RFC 8628; through the proxy, as the service answers no page.
import { button, make } from "../element.js";
import { showDialog } from "../dialog.js";
import { pause } from "../providers/http.js";
import { claimsOf } from "./service.js";

const TITLE = "Sign in to Microsoft Entra ID";
const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
// Seconds between questions, where the service does not say; what is added if it asks for patience; and how long a code is good for.
const INTERVAL = 5;
const SLOWER = 5;
const EXPIRES = 900;

const style = `output { display: block; font: 600 22px ui-monospace, monospace; letter-spacing: .08em; user-select: all; }
.code { display: flex; justify-content: space-between; align-items: center; gap: 10px; }
a { color: var(--accent); overflow-wrap: anywhere; }
`;

/** Resolves to the tokens, once the user has typed the code; with the claims of the id token. */
export async function askForCode(service, { clientId, scope, onCode, signal }) {
  const { invalid, cancelled } = service.tools;
  if (!onCode && typeof document !== "object") throw invalid("signIn: there is no page here to show the code on; pass { onCode: ({ message }) => console.log(message) }");
  const begun = await service.ask("devicecode", { client_id: clientId, scope: service.withOpenId(scope) }, { signal });
  if (begun.error !== undefined) throw service.refused(begun);
  const { device_code, user_code: userCode, verification_uri: uri, verification_url: url } = begun;
  const verificationUri = uri ?? url;
  if (![device_code, userCode, verificationUri].every((text) => typeof text === "string" && text) || !/^https?:/i.test(verificationUri)) throw service.fail("badInput", "Microsoft Entra ID: there is no code in the answer; check the authority");
  const code = { userCode, verificationUri, message: begun.message ?? `To sign in, open ${verificationUri} and type the code ${userCode}` };
  const stop = new AbortController();
  const abort = () => stop.abort(signal.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const shown = Promise.resolve(code).then(onCode ?? ((code) => show(code, service, stop.signal)));
    const tokens = poll(service, { ...begun, clientId }, stop.signal);
    // What is shown may end before, but only by an error.
    return await Promise.race([tokens, shown.then(() => tokens)]);
  } catch (error) {
    throw signal?.aborted ? cancelled(signal) : error;
  } finally {
    stop.abort();
    signal?.removeEventListener("abort", abort);
  }
}

/** Asks again and again. */
async function poll(service, { clientId, device_code, interval, expires_in }, signal) {
  let seconds = Math.max(1, Number(interval ?? INTERVAL) || INTERVAL);
  const end = Date.now() + 1000 * (Number(expires_in) || EXPIRES);
  for (;;) {
    await pause(1000 * seconds, signal);
    if (Date.now() >= end) throw service.refused({ error: "expired_token" });
    const answer = await service.ask("token", { grant_type: GRANT, client_id: clientId, device_code }, { signal });
    if (answer.error === "slow_down") seconds += SLOWER;
    else if (answer.error !== undefined && answer.error !== "authorization_pending") throw service.refused(answer);
    else if (answer.error === undefined) return { ...service.checked(answer), claims: claimsOf(answer.id_token) };
  }
}

/** Shows the code in a dialog of the page until the signal fires; an error if the user closes it. */
async function show({ userCode, verificationUri }, { fail }, signal) {
  const copy = ({ target }) => void navigator.clipboard?.writeText(userCode).then(() => (target.textContent = "Copied"), () => {});
  await showDialog({
    label: TITLE,
    style,
    body: () => [
      make("b", {}, TITLE),
      make("p", {}, "Open ", make("a", { href: verificationUri, target: "_blank", rel: "noopener noreferrer", autofocus: "" }, verificationUri), " on any device, and type this code:"),
      make("div", { class: "code" }, make("output", { "aria-label": "Code" }, userCode), button("Copy", copy)),
      make("p", {}, "This closes once you have signed in."),
    ],
    signal,
    nowhere: () => fail("unsupported", "signIn: there is no page here to show the code on; pass { onCode: ({ message }) => console.log(message) }"),
  });
  if (!signal.aborted) throw fail("cancelled", "signIn: the dialog with the code was closed; sign in again");
}
