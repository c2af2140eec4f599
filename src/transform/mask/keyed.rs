//! What the masks are made of: a hash with a key, and texts of it.

use sha2::{Digest, Sha256};

/// Letters of a masked text: 26^12 is 2^56, so of a million texts two are alike once in 70,000 times.
const LETTERS: usize = 12;

/// What a hash is for, so that one of an address is not one of a text.
#[derive(Clone, Copy)]
pub(super) enum Use {
    Text,
    Guid,
    Sid,
    Ipv4,
    Ipv6,
}

/// SHA-256 with a key before what is hashed. The key fills a block, which is hashed once; whoever
/// has no key can neither reverse what comes out nor try out values.
pub(super) struct Keyed(Sha256);

impl Keyed {
    pub(super) fn new(seed: &str) -> Self {
        let key = Sha256::digest(seed);
        let state = Sha256::new().chain_update(key).chain_update(key);
        Self(state)
    }

    pub(super) fn hash(&self, what: Use, of: &[u8]) -> [u8; 32] {
        let state = self.0.clone().chain_update([what as u8]).chain_update(of);
        state.finalize().into()
    }

    /// Puts letters for `text`, in its case: texts of up to 12 characters that are equal but for
    /// case have masks that are. Longer ones of both cases have a mask of their own.
    pub(super) fn letters(&self, text: &str, to: &mut String) {
        let (mut lower, mut upper) = (false, false);
        for byte in text.bytes() {
            lower |= byte.is_ascii_lowercase();
            upper |= byte.is_ascii_uppercase();
        }
        let is_alone = lower && upper && text.len() > LETTERS;
        let hash = match is_alone {
            true => self.hash(Use::Text, text.as_bytes()),
            false => self.hash(Use::Text, text.to_ascii_lowercase().as_bytes()),
        };
        let mut rest = hash
            .iter()
            .take(8)
            .fold(0, |all, &byte| all << 8 | u64::from(byte));
        let bytes = text.as_bytes();
        for i in 0..LETTERS {
            let letter = b'a' + (rest % 26) as u8;
            rest /= 26;
            let is_upper = match lower {
                true => !is_alone && bytes.get(i).is_some_and(u8::is_ascii_uppercase),
                false => upper,
            };
            to.push(char::from(match is_upper {
                true => letter.to_ascii_uppercase(),
                false => letter,
            }));
        }
    }
}
