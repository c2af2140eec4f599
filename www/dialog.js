// What the page's dialogs share.
import { fail } from "./state.js";

/** Closes `box` with its button or a click beside it; `onClose` follows, Escape too. */
export function dialog(box, closer, onClose) {
  closer.onclick = () => box.close();
  box.onclick = ({ target }) => target === box && box.close();
  box.onclose = onClose;
}

/** Makes `button` of a dialog copy the text that `text()` gives. */
export function copies(button, text) {
  const title = button.textContent;
  button.hidden = !navigator.clipboard;
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = title), 1500);
    } catch (error) {
      button.closest("dialog").close();
      fail(error);
    }
  };
}
