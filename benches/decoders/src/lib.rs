//! What `unpackBase64` decodes with, without what it does besides.

use std::io::Read;

use flate2::bufread::MultiGzDecoder;
use huntbook::transform::unpack::decode_base64;
use wasm_bindgen::prelude::*;

/// Bytes of base64, from a string to an array as `Uint8Array.fromBase64` does it.
#[wasm_bindgen(js_name = fromBase64)]
pub fn from_base64(text: &str) -> Option<Vec<u8>> {
    decode_base64(text.as_bytes()).map(|(bytes, _)| bytes)
}

/// Text that is in WebAssembly memory, as what `unpackBase64` finds is.
#[wasm_bindgen]
pub struct Held(Vec<u8>);

#[wasm_bindgen]
impl Held {
    /// Takes the text.
    #[wasm_bindgen(constructor)]
    pub fn new(text: Vec<u8>) -> Self {
        Self(text)
    }

    /// Decodes it, and says how many bytes it gave.
    pub fn decode(&self) -> usize {
        decode_base64(&self.0).map_or(0, |(bytes, _)| bytes.len())
    }
}

/// What is in a gzip file.
#[wasm_bindgen]
pub fn gunzip(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes).read_to_end(&mut out).ok()?;
    Some(out)
}
