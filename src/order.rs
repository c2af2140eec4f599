//! Sorting by numbers, and the middle one: each sort of another type is 6 kB of WebAssembly, so those
//! whose key is a number share this one.

/// Sorts `values` by `key`, equal ones in the order that they have. O(n log n).
///
/// Only what depends on the type of the values is here, as it is there once for each.
pub(crate) fn sort_by_number<T>(values: &mut [T], key: impl Fn(&T) -> u64) {
    // A few are sorted where they are, as most finds of a text are.
    const FEW: usize = 16;
    if values.len() <= FEW {
        for i in 1..values.len() {
            let mut place = i;
            while place > 0 && key(&values[place - 1]) > key(&values[place]) {
                values.swap(place - 1, place);
                place -= 1;
            }
        }
        return;
    }
    let mut keys = Vec::with_capacity(values.len());
    for value in values.iter() {
        keys.push(key(value));
    }
    let mut places = places(&keys);
    for i in 0..places.len() {
        while places[i] as usize != i {
            let place = places[i] as usize;
            values.swap(i, place);
            places.swap(i, place);
        }
    }
}

/// The place of each key among all of them when they are sorted; none if they are.
#[inline(never)]
fn places(keys: &[u64]) -> Vec<u32> {
    if keys.is_sorted() {
        return vec![];
    }
    let mut pairs: Vec<(u64, u32)> = keys.iter().copied().zip(0..).collect();
    sort_pairs(&mut pairs);
    let mut places = vec![0; keys.len()];
    for (place, &(_, from)) in (0..).zip(&pairs) {
        places[from as usize] = place;
    }
    places
}

/// Sorts pairs by their keys, equal ones in the order that they have: by the keys' bytes, the
/// last first, which compares nothing and passes over bytes that all keys share. O(n).
pub(crate) fn sort_pairs(pairs: &mut [(u64, u32)]) {
    // Counting takes longer than this many insertions.
    const FEW: usize = 48;
    if pairs.len() <= FEW {
        for i in 1..pairs.len() {
            let mut place = i;
            while place > 0 && pairs[place - 1].0 > pairs[place].0 {
                pairs.swap(place - 1, place);
                place -= 1;
            }
        }
        return;
    }
    let mut counts = vec![[0_u32; 256]; 8];
    for &(key, _) in pairs.iter() {
        for (counts, byte) in counts.iter_mut().zip(key.to_le_bytes()) {
            counts[usize::from(byte)] += 1;
        }
    }
    let mut other = vec![(0, 0); pairs.len()];
    for (i, counts) in counts.iter_mut().enumerate() {
        if counts.contains(&(pairs.len() as u32)) {
            continue;
        }
        let mut next = 0;
        for count in counts.iter_mut() {
            (*count, next) = (next, next + *count);
        }
        for &pair in pairs.iter() {
            let place = &mut counts[usize::from(pair.0.to_le_bytes()[i])];
            other[*place as usize] = pair;
            *place += 1;
        }
        pairs.copy_from_slice(&other);
    }
}

/// The places of keys, the least key first, equal ones as they are. Once, as a sort is much code.
#[inline(never)]
pub(crate) fn sorted(keys: &[u32]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..keys.len() as u32).collect();
    sort_by_number(&mut places, |&place| u64::from(keys[place as usize]));
    places
}

/// A key that orders numbers below zero before those above.
pub(crate) fn signed(number: i64) -> u64 {
    number as u64 ^ 1 << 63
}

/// A key that orders floats, NaN after all others.
pub(crate) fn float(number: f64) -> u64 {
    let bits = number.to_bits();
    if number.is_sign_negative() {
        !bits
    } else {
        bits | 1 << 63
    }
}

/// A key that orders by `first`, then by `second`.
pub(crate) fn pair(first: u32, second: u32) -> u64 {
    u64::from(first) << 32 | u64::from(second)
}

/// The lesser of two numbers, `a` if one is NaN. In WebAssembly `f64::min` is a call, because of what
/// it makes of NaN, and that makes loops around it take up to twice as long.
#[inline(always)]
pub(crate) fn lesser(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// The greater of two numbers, `a` if one is NaN; see [`lesser`].
#[inline(always)]
pub(crate) fn greater(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The float whose key this is.
fn unfloat(key: u64) -> f64 {
    f64::from_bits(if key >> 63 == 1 {
        key & !(1 << 63)
    } else {
        !key
    })
}

/// The median, of the middle two if their number is even; 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let below = (values.len() - 1) / 2;
    let low = nth(values, below);
    if values.len() % 2 == 1 {
        return low;
    }
    // The value after it is the same, or the least that is greater.
    let (mut upto, mut high) = (0, u64::MAX);
    for value in values {
        match float(*value) {
            key if key <= float(low) => upto += 1,
            key => high = high.min(key),
        }
    }
    let high = if upto > below + 1 { low } else { unfloat(high) };
    // Halves first: the sum of the largest numbers is infinite.
    low / 2.0 + high / 2.0
}

/// The value that is in place `n` of the sorted values. O(n): each step keeps those with
/// the right next byte of their keys.
fn nth(values: &[f64], mut n: usize) -> f64 {
    let mut left: Vec<u64> = values.iter().map(|value| float(*value)).collect();
    for shift in (0..64).step_by(8).rev() {
        let mut counts = [0_usize; 256];
        for key in &left {
            counts[(key >> shift) as u8 as usize] += 1;
        }
        let mut byte = 0;
        while n >= counts[byte] {
            n -= counts[byte];
            byte += 1;
        }
        left.retain(|key| (key >> shift) as u8 as usize == byte);
    }
    left.first().map_or(0.0, |key| unfloat(*key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn none_have_the_median_0() {
        assert_eq!(median(&[]), 0.0);
    }

    proptest! {
        #[test]
        fn sorts_as_a_stable_sort_does(numbers in prop::collection::vec(-3..3_i64, 0..60)) {
            let mut values: Vec<(i64, usize)> = numbers.into_iter().zip(0..).collect();
            let mut expected = values.clone();
            expected.sort_by_key(|value| value.0);
            sort_by_number(&mut values, |value| signed(value.0));
            prop_assert_eq!(values, expected);
        }

        #[test]
        fn pairs_are_sorted_as_by_a_stable_sort(keys in prop::collection::vec(prop_oneof![0..4_u64, any::<u64>(), (0..9_u64).prop_map(|n| n << 40)], 0..400)) {
            let mut pairs: Vec<(u64, u32)> = keys.into_iter().zip(0..).collect();
            let mut expected = pairs.clone();
            expected.sort_by_key(|pair| pair.0);
            sort_pairs(&mut pairs);
            prop_assert_eq!(pairs, expected);
        }

        #[test]
        fn floats_are_ordered_as_numbers(a in -1e3..1e3f64, b in -1e3..1e3f64) {
            prop_assert_eq!(float(a).cmp(&float(b)), a.total_cmp(&b));
        }

        #[test]
        fn the_median_is_in_the_middle(mut values in prop::collection::vec(prop_oneof![-1e3..1e3f64, (-2..3_i8).prop_map(f64::from)], 1..60)) {
            let median = median(&values);
            values.sort_by(f64::total_cmp);
            let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
            prop_assert_eq!(median, low / 2.0 + high / 2.0);
        }

        #[test]
        fn pairs_are_ordered_as_tuples_are(a: (u32, u32), b: (u32, u32)) {
            prop_assert_eq!(pair(a.0, a.1).cmp(&pair(b.0, b.1)), a.cmp(&b));
        }
    }
}
