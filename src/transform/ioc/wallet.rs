//! Addresses of Bitcoin and Ethereum, told from other text by their checksums.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// Longest Bitcoin address: 32 bytes in Bech32m with prefix `bc`.
pub(super) const MAX_BITCOIN: usize = 62;

/// Whether the text is `0x` and 40 hex digits whose case, if mixed, is the
/// checksum of EIP-55 (<https://eips.ethereum.org/EIPS/eip-55>).
pub(super) fn is_ethereum(text: &[u8]) -> bool {
    let Some(digits) = text.strip_prefix(b"0x").filter(|digits| digits.len() == 40) else {
        return false;
    };
    if !digits.iter().all(u8::is_ascii_hexdigit) || digits.iter().all(|&digit| digit == b'0') {
        return false;
    }
    let upper = digits.iter().any(u8::is_ascii_uppercase);
    let lower = digits.iter().any(u8::is_ascii_lowercase);
    if !(upper && lower) {
        return true;
    }
    let hash = Keccak256::digest(digits.to_ascii_lowercase());
    digits.iter().enumerate().all(|(i, digit)| {
        let nibble = hash[i / 2] >> (if i % 2 == 0 { 4 } else { 0 }) & 15;
        !digit.is_ascii_alphabetic() || digit.is_ascii_uppercase() == (nibble >= 8)
    })
}

/// Whether the text is an address of Bitcoin's main network.
pub(super) fn is_bitcoin(text: &[u8]) -> bool {
    match text {
        [b'1' | b'3', ..] if text.len() <= 35 => is_base58check(text),
        [b'b', b'c', b'1', data @ ..] | [b'B', b'C', b'1', data @ ..] => is_bech32(data),
        _ => false,
    }
}

/// 25 bytes in Base58, the last four a double SHA-256 of the others.
fn is_base58check(text: &[u8]) -> bool {
    const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes = [0u8; 25];
    for letter in text {
        let Some(mut carry) = ALPHABET.iter().position(|other| other == letter) else {
            return false;
        };
        for byte in bytes.iter_mut().rev() {
            carry += 58 * usize::from(*byte);
            *byte = carry as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return false;
        }
    }
    let leading = text.iter().take_while(|&&letter| letter == b'1').count();
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    let checksum = Sha256::digest(Sha256::digest(&bytes[..21]));
    leading == zeros && matches!(bytes[0], 0 | 5) && checksum[..4] == bytes[21..]
}

/// BIP 173 and BIP 350: 5-bit letters, the last six a checksum.
fn is_bech32(data: &[u8]) -> bool {
    const LETTERS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    const BECH32: u32 = 1;
    const BECH32M: u32 = 0x2bc8_30a3;
    let upper = data.iter().any(u8::is_ascii_uppercase);
    if data.len() < 8 || (upper && data.iter().any(u8::is_ascii_lowercase)) {
        return false;
    }
    let mut checksum = 1;
    let prefix = [3, 3, 0, 2, 3]; // "bc": high bits, 0, low bits
    for value in prefix {
        checksum = polymod(checksum, value);
    }
    for letter in data {
        let Some(value) = LETTERS
            .iter()
            .position(|other| *other == letter.to_ascii_lowercase())
        else {
            return false;
        };
        checksum = polymod(checksum, value as u32);
    }
    let expected = if data[0].eq_ignore_ascii_case(&b'q') {
        BECH32
    } else {
        BECH32M
    };
    checksum == expected
}

fn polymod(checksum: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let top = checksum >> 25;
    let next = (checksum & 0x1ff_ffff) << 5 ^ value;
    (0..5)
        .filter(|bit| top >> bit & 1 == 1)
        .fold(next, |next, bit| next ^ GENERATOR[bit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_decide() {
        for (text, bitcoin, ethereum) in [
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", true, false),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", false, false),
            ("3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", true, false),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", true, false),
            ("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", true, false),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                true,
                false,
            ),
            ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", false, false),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", false, true),
            ("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", false, true),
            ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", false, false),
        ] {
            assert_eq!(is_bitcoin(text.as_bytes()), bitcoin, "{text}");
            assert_eq!(is_ethereum(text.as_bytes()), ethereum, "{text}");
        }
    }
}
