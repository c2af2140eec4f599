//! Several bytes compared at once.

use wide::u8x16;

pub(crate) type Lane = u8x16;
pub(crate) const BYTES: usize = 16;

#[inline]
pub(crate) fn load(bytes: &[u8; BYTES]) -> Lane {
    u8x16::new(*bytes)
}

#[inline]
pub(crate) fn equal(lane: Lane, byte: u8) -> Lane {
    lane.simd_eq(u8x16::splat(byte))
}

/// Which bytes are smaller than `byte`.
#[inline]
pub(crate) fn below(lane: Lane, byte: u8) -> Lane {
    lane.simd_lt(u8x16::splat(byte))
}

/// One bit for each byte that one of `matches` has.
#[inline]
pub(crate) fn bits<const N: usize>(matches: [Lane; N]) -> u32 {
    let any = matches.into_iter().reduce(|all, next| all | next);
    any.map_or(0, u8x16::to_bitmask)
}

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
