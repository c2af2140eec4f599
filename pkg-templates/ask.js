// Asks the user for a key in a dialog of the page.
import { HuntbookError, cancelled } from "./errors.js";
import { fill, isDark, make, style as common } from "./element.js";

const style = `${common}
dialog { color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 16px; width: min(26rem, 92vw); }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
form { display: grid; gap: 10px; }
label { display: grid; gap: 4px; font-weight: 600; }
input { padding: 5px 8px; width: 100%; }
p { margin: 0; color: var(--quiet); }
footer { display: flex; justify-content: end; gap: 6px; }
footer button { padding: 4px 14px; }
[value="ok"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
`;

/** Resolves to what is typed, or to nothing where the user says no. */
export function ask({ provider, arg, reference, signal }) {
  const nowhere = () => new HuntbookError("unsupported", `${provider} needs its ${arg}${reference ? ` (${reference})` : ""}, and there is no page here to ask in; give it with settings.setSecret("${provider}", "${arg}", …), or readSettings(source, { ask })`);
  if (typeof document !== "object" || !document.body) throw nowhere();
  const input = make("input", { type: "password", name: "key", autocomplete: "off", spellcheck: "false", required: "" });
  const no = make("button", { type: "button", click: () => dialog.close() }, "Cancel");
  const form = make("form", { method: "dialog" },
    make("label", {}, `${provider}: ${arg}`, input),
    make("p", {}, `${reference ? `The settings name the ${reference}, which a page cannot read. ` : ""}The key stays in this page's memory until the page is closed.`),
    make("footer", {}, no, make("button", { value: "ok" }, "Use this key")));
  const dialog = make("dialog", { "aria-label": `Key for ${provider}` }, form);
  const host = make("div");
  fill(host, style, dialog);
  document.body.append(host);
  host.toggleAttribute("data-dark", isDark(host));
  return new Promise((resolve, reject) => {
    const stop = () => {
      dialog.close();
      reject(cancelled(signal));
    };
    signal?.addEventListener("abort", stop);
    dialog.addEventListener("close", () => {
      signal?.removeEventListener("abort", stop);
      host.remove();
      resolve(dialog.returnValue === "ok" ? input.value : undefined);
    });
    dialog.showModal();
    input.focus();
    if (signal?.aborted) stop();
    // A frame that nobody sees, as notebooks run cells in.
    if (!dialog.getClientRects().length) {
      reject(nowhere());
      dialog.close();
    }
  });
}
