//! Several bytes compared at once: 16 with WebAssembly's vector instructions,
//! elsewhere the 8 of a word, without `unsafe` in either.

#[cfg(target_feature = "simd128")]
mod imp {
    use core::arch::wasm32::{
        i64x2, u8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, v128, v128_or,
    };

    pub(crate) const BYTES: usize = 16;

    #[inline]
    pub(crate) fn load(bytes: &[u8; BYTES]) -> v128 {
        let both = u128::from_le_bytes(*bytes);
        i64x2(both as i64, (both >> 64) as i64)
    }

    #[inline]
    pub(crate) fn equal(lane: v128, byte: u8) -> v128 {
        u8x16_eq(lane, u8x16_splat(byte))
    }

    pub(crate) type Lane = v128;

    /// Which bytes are smaller than `byte`.
    #[inline]
    pub(crate) fn below(lane: v128, byte: u8) -> v128 {
        u8x16_lt(lane, u8x16_splat(byte))
    }

    /// One bit for each byte that one of `matches` has.
    #[inline]
    pub(crate) fn bits<const N: usize>(matches: [v128; N]) -> u16 {
        let any = matches.into_iter().reduce(|all, next| v128_or(all, next));
        any.map_or(0, |any| u8x16_bitmask(any))
    }
}

#[cfg(not(target_feature = "simd128"))]
mod imp {
    pub(crate) const BYTES: usize = 8;

    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;

    #[inline]
    pub(crate) fn load(bytes: &[u8; BYTES]) -> u64 {
        u64::from_le_bytes(*bytes)
    }

    /// The high bit of each byte that is `byte`.
    #[inline]
    pub(crate) fn equal(lane: u64, byte: u8) -> u64 {
        let other = lane ^ (ONES * u64::from(byte));
        !((other & LOW).wrapping_add(LOW) | other | LOW)
    }

    pub(crate) type Lane = u64;

    /// The high bit of each byte that is smaller than `byte`, at most 128; right
    /// up to the first.
    #[inline]
    pub(crate) fn below(lane: u64, byte: u8) -> u64 {
        lane.wrapping_sub(ONES * u64::from(byte)) & !lane & !LOW
    }

    /// One bit for each byte that one of `matches` has.
    #[inline]
    pub(crate) fn bits<const N: usize>(matches: [u64; N]) -> u8 {
        let all = matches.iter().fold(0, |all, next| all | next);
        // The product gathers bits that lie 8 apart in the highest byte.
        ((all >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u8
    }
}

pub(crate) use imp::{BYTES, Lane, below, bits, equal, load};

/// Where the first byte from `at` on is for which `find` says so; the end if none.
/// `find` makes bits of the bytes side by side.
#[inline]
pub(crate) fn position(bytes: &[u8], mut at: usize, find: impl Fn(Lane) -> u32) -> usize {
    while let Some(lane) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        let found = find(load(lane));
        if found != 0 {
            return at + found.trailing_zeros() as usize;
        }
        at += BYTES;
    }
    if at >= bytes.len() {
        return bytes.len();
    }
    let rest = &bytes[at..];
    let mut lane = [0; BYTES];
    lane[..rest.len()].copy_from_slice(rest);
    at + (find(load(&lane)).trailing_zeros() as usize).min(rest.len())
}
