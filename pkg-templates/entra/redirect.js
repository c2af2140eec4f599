// Signing in on the full page: it goes to the service and comes back. What has to be remembered meanwhile is in the session's
// storage of this tab, without any token, and is taken out when it is used.
import { isAnswer } from "./code.js";

const KEY = "huntbook-sign-in";

/** Goes to the service. The promise ends only if the user comes back without having signed in. */
export function leave({ fail }, request, { tenant, authority }) {
  if (globalThis.top !== globalThis.self) throw fail("unsupported", "signIn: a page in a frame cannot sign in by a redirect, as the service shows itself in no frame; sign in in a window ({ method: \"interactive\" }), or pass a token as `auth`");
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ request, options: { tenant, authority, clientId: request.clientId, scope: request.scope, redirectUri: request.redirectUri }, back: location.href }));
  } catch (error) {
    throw fail("unsupported", "signIn: this page may remember nothing (sessionStorage), which a redirect needs; sign in in a window ({ method: \"interactive\" }), or pass a token as `auth`", error);
  }
  return new Promise((_, reject) => {
    addEventListener("pageshow", ({ persisted }) => persisted && reject(fail("cancelled", "signIn: you came back without signing in; sign in again")), { once: true });
    location.assign(request.url);
  });
}

/** What is remembered, if anything is. */
function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? undefined;
  } catch {
    return undefined; // the storage may be forbidden
  }
}

/**
 * What the service answered, and to what, if this page is where it came back to; of `wanted` only what was begun for its client and
 * tenant. The address is again as it was.
 */
export function comeBack({ HuntbookError }, wanted) {
  const { hash, pathname, search } = location;
  if (!isAnswer(hash, "redirect")) return undefined;
  const kept = remembered();
  if (kept && wanted && (kept.options.clientId !== wanted.clientId || kept.options.tenant !== wanted.tenant)) return undefined;
  const answer = new URLSearchParams(hash.slice(1));
  const fits = kept?.request.state === answer.get("state");
  if (kept) sessionStorage.removeItem(KEY);
  history.replaceState(history.state, "", fits ? kept.back : pathname + search);
  if (!fits) throw new HuntbookError("unauthorized", "signIn: the answer is not to a sign-in that was begun here (its state is another); sign in again");
  return { answer, ...kept };
}

/** On redirect.html: goes on to the page that began it. */
export function goBack() {
  const { back } = (isAnswer(location.hash, "redirect") && remembered()) || {};
  const page = back && new URL(back);
  if (page?.origin !== location.origin || page.pathname === location.pathname) return;
  page.hash = location.hash;
  location.replace(page.href);
}
