// Asks the user for a key in a dialog of the page.
import { showDialog } from "./dialog.js";
import { make } from "./element.js";
import { HuntbookError, cancelled } from "./errors.js";

const style = `label { display: grid; gap: 4px; font-weight: 600; }
input { padding: 5px 8px; width: 100%; }
`;

/** Resolves to what is typed, or to nothing where the user says no. */
export async function ask({ provider, arg, reference, signal }) {
  let input;
  const chosen = await showDialog({
    label: `Key for ${provider}`,
    style,
    body: () => [
      make("label", {}, `${provider}: ${arg}`, (input = make("input", { type: "password", name: "key", autocomplete: "off", spellcheck: "false", required: "", autofocus: "" }))),
      make("p", {}, `${reference ? `The settings name the ${reference}, which a page cannot read. ` : ""}The key stays in this page's memory until the page is closed.`),
    ],
    ok: "Use this key",
    signal,
    nowhere: () => new HuntbookError("unsupported", `${provider} needs its ${arg}${reference ? ` (${reference})` : ""}, and there is no page here to ask in; give it with settings.setSecret("${provider}", "${arg}", …), or readSettings(source, { ask })`),
  });
  if (signal?.aborted) throw cancelled(signal);
  return chosen ? input.value : undefined;
}
