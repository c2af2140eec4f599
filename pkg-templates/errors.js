// The one error that users see, and how it crosses from the worker to the page.

/** What every function of this library throws; see index.d.ts. */
export class HuntbookError extends Error {
  constructor(code, message, options) {
    super(message, options);
    this.code = code;
  }
}
// On the prototype, as in built-in errors, so that it does not show as a field.
Object.defineProperty(HuntbookError.prototype, "name", { value: "HuntbookError", configurable: true, writable: true });

/** An error of the Rust side, or of this one, as plain data that can be posted. */
export function toPlain(error) {
  const known = typeof error?.code === "string" && error.name === "HuntbookError";
  if (known) return { code: error.code, message: error.message };
  return {
    code: "internal",
    message: `huntbook stopped unexpectedly (${error?.message ?? error}); please report this with the input that caused it`,
    detail: String(error?.stack ?? error),
  };
}

export function fromPlain({ code, message, detail }) {
  return new HuntbookError(code, message, detail && { cause: new Error(detail) });
}

/** Runs `fn`; what the raw module throws becomes a HuntbookError. */
export function guard(fn) {
  try {
    return fn();
  } catch (error) {
    throw fromPlain(toPlain(error));
  }
}

/** An address as errors show it: its query may have a signature. */
export const shownUrl = (url) => String(url).replace(/\?.*/s, "?…");

export const invalid = (message) => new HuntbookError("invalidArgument", message);

export function cancelled(signal) {
  return new HuntbookError("cancelled", "cancelled", { cause: signal?.reason });
}
