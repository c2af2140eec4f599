//! Where the bytes are that matter to CSV: one bit for each byte of a stretch of
//! the file, set where a value may end, and one where a quote stands.
//!
//! Finding the next such byte is then a count of zeros, which for the short
//! values of logs costs a quarter of a search from each value's begin.
//! Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019.

use crate::table::read::lanes;

/// Bytes that become one word of bits.
const BLOCK: usize = 64;

pub(super) struct Index {
    delimiter: u8,
    /// Where the stretch begins and ends in the file.
    start: usize,
    end: usize,
    /// Delimiters and line ends.
    ends: Vec<u64>,
    quotes: Vec<u64>,
}

impl Index {
    pub(super) fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            start: 0,
            end: 0,
            ends: Vec::new(),
            quotes: Vec::new(),
        }
    }

    /// Looks at up to `length` bytes from `start` on.
    pub(super) fn build(&mut self, bytes: &[u8], start: usize, length: usize) {
        let stretch = &bytes[start..bytes.len().min(start + length)];
        (self.start, self.end) = (start, start + stretch.len());
        self.ends.clear();
        self.quotes.clear();
        let (blocks, rest) = stretch.as_chunks::<BLOCK>();
        for block in blocks {
            self.block(block, !0);
        }
        if !rest.is_empty() {
            let mut block = [0; BLOCK];
            block[..rest.len()].copy_from_slice(rest);
            self.block(&block, !0 >> (BLOCK - rest.len()));
        }
    }

    #[inline]
    fn block(&mut self, block: &[u8; BLOCK], valid: u64) {
        let (mut ends, mut quotes) = (0, 0);
        let (lanes, _) = block.as_chunks::<{ lanes::BYTES }>();
        for (i, lane) in lanes.iter().enumerate() {
            let lane = lanes::load(lane);
            let is = |byte| lanes::equal(lane, byte);
            let end = lanes::bits([is(self.delimiter), is(b'\n'), is(b'\r')]);
            ends |= u64::from(end) << (i * lanes::BYTES);
            quotes |= u64::from(lanes::bits([is(b'"')])) << (i * lanes::BYTES);
        }
        self.ends.push(ends & valid);
        self.quotes.push(quotes & valid);
    }

    pub(super) fn start(&self) -> usize {
        self.start
    }

    /// Where the stretch ends in the file.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    /// The first delimiter or line end from `at` on; `None` if it is not in the stretch.
    #[inline]
    pub(super) fn next_end(&self, at: usize) -> Option<usize> {
        next(&self.ends, at - self.start).map(|found| self.start + found)
    }

    /// The first quote from `at` on; `None` if it is not in the stretch.
    #[inline]
    pub(super) fn next_quote(&self, at: usize) -> Option<usize> {
        next(&self.quotes, at - self.start).map(|found| self.start + found)
    }
}

/// The first bit set from `at` on.
#[inline]
fn next(words: &[u64], at: usize) -> Option<usize> {
    let mut word = at / BLOCK;
    let mut bits = words.get(word)? & (!0 << (at % BLOCK));
    while bits == 0 {
        word += 1;
        bits = *words.get(word)?;
    }
    Some(word * BLOCK + bits.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn finds_what_a_search_finds(
            bytes in prop::collection::vec(prop::sample::select(b",\"\n\rab\x00\xff\x8c\xac".to_vec()), 1..300),
            start in 0usize..100,
            length in 1usize..200,
        ) {
            let start = start.min(bytes.len() - 1);
            let mut index = Index::new(b',');
            index.build(&bytes, start, length);
            let stretch = &bytes[..index.end()];
            for at in start..index.end() {
                let search = |set: &[u8]| stretch[at..].iter().position(|byte| set.contains(byte)).map(|found| at + found);
                prop_assert_eq!(index.next_end(at), search(b",\n\r"));
                prop_assert_eq!(index.next_quote(at), search(b"\""));
            }
        }
    }
}
