// A dialog of the page.
import { fill, isDark, make, style as common } from "./element.js";

const look = `${common}
dialog { color: var(--ink); background: var(--ground); border: 1px solid var(--line); border-radius: 8px; padding: 16px; width: min(26rem, 92vw); }
dialog::backdrop { background: rgb(0 0 0 / 45%); }
form { display: grid; gap: 10px; }
p { margin: 0; color: var(--quiet); }
footer { display: flex; justify-content: end; gap: 6px; }
footer button { padding: 4px 14px; }
[value="ok"] { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
`;

/**
 * Shows the elements of `body()` above a button to cancel, and one that says `ok` if there is one. Resolves to whether that was chosen, and to false
 * if the signal fires; `nowhere()` is the error where nobody would see it.
 */
export async function showDialog({ label, style, body, ok, signal, nowhere }) {
  if (typeof document !== "object" || !document.body) throw nowhere();
  const no = make("button", { type: "button", click: () => dialog.close() }, "Cancel");
  const form = make("form", { method: "dialog" }, ...body(), make("footer", {}, no, ...(ok ? [make("button", { value: "ok" }, ok)] : [])));
  const dialog = make("dialog", { "aria-label": label }, form);
  const host = make("div");
  fill(host, look + style, dialog);
  document.body.append(host);
  host.toggleAttribute("data-dark", isDark(host));
  return new Promise((resolve, reject) => {
    const stop = () => dialog.close();
    signal?.addEventListener("abort", stop);
    dialog.addEventListener("close", () => {
      signal?.removeEventListener("abort", stop);
      host.remove();
      resolve(dialog.returnValue === "ok");
    });
    dialog.showModal();
    // A frame that nobody sees, as notebooks run cells in.
    if (!dialog.getClientRects().length) reject(nowhere());
    if (signal?.aborted || !dialog.getClientRects().length) dialog.close();
  });
}
