// Signing in, as users see it. What it does is in sign-in.js, which is loaded when it is first needed; only the window is opened
// here, as a browser lets a page do so at a click and not a moment later.
import { HuntbookError, cancelled, invalid } from "./errors.js";
import { loadPart } from "./later.js";

export function makeSignIn() {
  const load = () => loadPart("sign-in.js", () => import("./sign-in.js"));
  const tools = { HuntbookError, invalid, cancelled };

  /** `asked` is what a connection wants a token for. */
  async function signIn(options, asked) {
    const popup = options?.clientId && (options.method ?? "interactive") === "interactive" ? globalThis.open?.("", "", "popup,width=500,height=650") : undefined;
    try {
      return await (await load()).signIn(tools, options, asked, popup);
    } catch (error) {
      popup?.close();
      throw error;
    }
  }
  signIn.resume = async () => (await load()).resume(tools);

  // This page is in the window, to which the service has come back: sign-in.js tells the page that waits.
  if (/[#&]state=huntbook-popup/.test(globalThis.location?.hash)) load().catch(() => {});
  return signIn;
}
