// Signing in in a window of its own. Where the service or the page parts windows of different origins from each other
// (Cross-Origin-Opener-Policy), neither sees the other, and a window looks closed that is open: so what came back is also told by a
// BroadcastChannel. Only pages of the same origin hear of it, and the code is of no use without the verifier.
import { isAnswer } from "./code.js";

const CHANNEL = "huntbook-sign-in";
// Milliseconds from one look at the window to the next, until a sign-in is given up, and until a window counts as closed while
// the user is back on the page: where it was seen to be open, and where that could not be seen.
const LOOK = 100;
const LONGEST = 600_000;
const CLOSED = 1000;
const UNSEEN = 20_000;

const OTHERWISE = "{ method: \"redirect\" } signs in on the full page, and a token can be passed as `auth`";

/** Resolves to what the service answered, as parameters. */
export function inPopup({ fail, tools }, { url, state, redirectUri }, popup, signal) {
  if (!popup) throw fail("unsupported", `signIn: the browser did not open a window: it lets a page do so only at a click, so call signIn() at once in a button's click; or allow windows of ${location.host}. ${OTHERWISE}`);
  return new Promise((resolve, reject) => {
    const channel = new BroadcastChannel(CHANNEL);
    const begun = Date.now();
    let away; // since when the window was seen to be at the service, and open
    let seen = false; // whether it was for long enough: it looks so for a moment, too, when it is being parted
    let since; // since when the user has been on this page again, with the window closed
    const finish = (settle, value) => {
      clearInterval(timer);
      channel.close();
      removeEventListener("message", hear);
      signal?.removeEventListener("abort", stop);
      popup.close();
      settle(value);
    };
    /** Other pages hear of it too, so only what comes of our own window can be wrong. */
    const take = (hash, isOurs) => {
      const answer = new URLSearchParams(String(hash).slice(1));
      if (answer.get("state") === state) finish(resolve, answer);
      else if (isOurs && answer.has("state")) finish(reject, fail("unauthorized", "signIn: the answer is not to this sign-in (its state is another); sign in again"));
    };
    const hear = ({ source, origin, data }) => source === popup && origin === location.origin && data?.[CHANNEL] && take(data[CHANNEL], true);
    const stop = () => finish(reject, tools.cancelled(signal));
    const look = () => {
      try {
        if (popup.location.hash) return take(popup.location.hash, true);
        away = undefined;
      } catch {
        away = popup.closed ? undefined : away ?? Date.now();
        seen ||= Date.now() - away > CLOSED;
      }
      since = popup.closed && document.hasFocus() ? since ?? Date.now() : undefined;
      if (Date.now() - since > (seen ? CLOSED : UNSEEN)) {
        finish(reject, fail("cancelled", `signIn: the window was closed before the service answered; sign in again. If it showed AADSTS50011, add ${redirectUri} to the app registration, for the platform "Single-page application". ${OTHERWISE}`));
      } else if (Date.now() - begun > LONGEST) {
        finish(reject, fail("timeout", `signIn: there was no answer within ${LONGEST / 60_000} minutes; sign in again. The service has to come back to ${redirectUri}`));
      }
    };
    const timer = setInterval(look, LOOK);
    channel.onmessage = ({ data }) => take(data, false);
    addEventListener("message", hear);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    else popup.location.replace(url);
  });
}

/** In the window, back from the service: tells the page that waits. */
export function relay() {
  const { hash, pathname, search, origin } = location;
  if (!isAnswer(hash, "popup")) return;
  history.replaceState(null, "", pathname + search);
  new BroadcastChannel(CHANNEL).postMessage(hash);
  globalThis.opener?.postMessage({ [CHANNEL]: hash }, origin);
  setTimeout(() => globalThis.close(), LOOK);
}
