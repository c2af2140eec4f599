// Signatures: HMAC-SHA256 with a key in base64, as Azure's services take them.

const bytesOf = (base64) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** The signature of `text` in base64. Errors do not show the key. */
export async function sign(text, key, { invalid, HuntbookError }) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) throw new HuntbookError("unsupported", "this page cannot sign (it has no WebCrypto); serve it by https, or from localhost");
  let bytes;
  try {
    bytes = bytesOf(key);
  } catch {
    throw invalid("the key is not base64; copy it whole");
  }
  const usable = await subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signature = await subtle.sign("HMAC", usable, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}
