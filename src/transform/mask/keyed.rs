//! What the masks are made of: a hash with a key, and texts of it.

use std::cell::RefCell;

use sha2::{Digest, Sha256};

use crate::table::Map;

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
pub(super) struct Keyed {
    state: Sha256,
    /// Hashes of the first bytes of addresses, which many have in common.
    first: RefCell<Map<(u8, u128), [u8; 32]>>,
}

/// More of them are not kept, so that memory is not filled.
const MOST_FIRST: usize = 1 << 18;

impl Keyed {
    pub(super) fn new(seed: &str) -> Self {
        let key = Sha256::digest(seed);
        let state = Sha256::new().chain_update(key).chain_update(key);
        Self {
            state,
            first: RefCell::default(),
        }
    }

    pub(super) fn hash(&self, what: Use, of: &[u8]) -> [u8; 32] {
        let state = self
            .state
            .clone()
            .chain_update([what as u8])
            .chain_update(of);
        state.finalize().into()
    }

    /// The hash of the first `length` bytes of an address, whose others are 0.
    pub(super) fn hash_first(&self, what: Use, bytes: u128, length: usize) -> [u8; 32] {
        let mut first = self.first.borrow_mut();
        let key = ((what as u8) << 5 | length as u8, bytes);
        if let Some(known) = first.get(&key) {
            return *known;
        }
        let hash = self.hash(what, &bytes.to_be_bytes()[..length]);
        if first.len() < MOST_FIRST {
            first.insert(key, hash);
        }
        hash
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
        let mut hashed = text.to_owned();
        if !is_alone {
            hashed.make_ascii_lowercase();
        }
        let hash = self.hash(Use::Text, hashed.as_bytes());
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
