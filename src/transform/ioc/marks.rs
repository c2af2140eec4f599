//! What each byte of a text is, as bits.
//!
//! One pass of SIMD sorts 64 bytes at a time into sets, one bit a byte. After
//! that nothing walks over bytes to find something: the next dot, the end of a
//! run of hex digits or the beginning of a word is a matter of counting zeros,
//! and text without anything to find costs this pass alone. This is simdjson's
//! first stage (Langdale and Lemire 2019, <https://arxiv.org/abs/1902.08318>)
//! for indicators.

use wide::u8x16;

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Set {
    /// Ends a word: blanks, control codes but DEL, `"`, `<`, `>`, `|`, `` ` ``.
    Break,
    Dot,
    At,
    Colon,
    Slash,
    Backslash,
    Digit,
    /// Hexadecimal digit.
    Hex,
    /// May stand in an address: `Hex`, `:`, `.`.
    Address,
    /// Letter or digit, or a byte of a letter that is not ASCII.
    Word,
    /// May stand in a host name: `Word`, `.`, `-`, `_`.
    Host,
    /// Not ASCII.
    Wide,
    /// The colon of `:/`, perhaps of `://`.
    Scheme,
    /// The percent sign of `%3A`, perhaps of an encoded `://`.
    Percent,
    /// The `E` of `CVE-`, or the `S` of `AS1`.
    Numbered,
    /// The first byte of what may be a defanged form: an open bracket, `.]`, `hx`.
    Defanged,
    /// Begins 26 bytes or more of `Word`: a hash or a wallet.
    Long,
    /// Something that a recogniser must look at. Words without it hold nothing.
    Start,
}

const SETS: usize = Set::Start as usize + 1;
/// Bytes a block.
const BLOCK: usize = 64;
/// A block is sorted looking at so many bytes after it.
const AHEAD: usize = 1;

/// The sets of one text.
#[derive(Debug, Default)]
pub(super) struct Marks {
    blocks: Vec<[u64; SETS]>,
}

impl Marks {
    /// Sorts a text, forgetting the one before. O(n).
    pub(super) fn fill(&mut self, text: &[u8]) {
        self.blocks.clear();
        self.blocks.reserve(text.len() / BLOCK + 1);
        let mut at = 0;
        while let Some(window) = text[at..].first_chunk::<{ BLOCK + AHEAD }>() {
            self.blocks.push(sort(window));
            at += BLOCK;
        }
        // What lies behind the text is blanks.
        while at < text.len() {
            let mut window = [b' '; BLOCK + AHEAD];
            let rest = &text[at..text.len().min(at + BLOCK + AHEAD)];
            window[..rest.len()].copy_from_slice(rest);
            self.blocks.push(sort(&window));
            at += BLOCK;
        }
        self.find_starts();
    }

    /// The sets that follow from other sets in the same and the neighbouring blocks.
    fn find_starts(&mut self) {
        use Set::*;
        const NONE: [u64; SETS] = [0; SETS];
        let mut before = NONE;
        for at in 0..self.blocks.len() {
            let after = self.blocks.get(at + 1).copied().unwrap_or(NONE);
            let block = &mut self.blocks[at];
            let ahead = |set: Set, by: u32| {
                block[set as usize] >> by | after[set as usize] << (u64::BITS - by)
            };
            let behind = |set: Set, by: u32| {
                block[set as usize] << by | before[set as usize] >> (u64::BITS - by)
            };
            // A dot of a name has a letter after it, and a dot of an address
            // another dot: this leaves out decimals and fractions of seconds.
            let another = ahead(Dot, 2) | ahead(Dot, 3) | ahead(Dot, 4);
            let dots = block[Dot as usize]
                & behind(Word, 1)
                & ahead(Word, 1)
                & (!ahead(Digit, 1) | another);
            // An address has `::` or a colon with others on both sides: this
            // leaves out clock times.
            let near = (2..=5).fold(0, |near, by| near | ahead(Colon, by))
                & (2..=5).fold(0, |near, by| near | behind(Colon, by));
            let colons = block[Colon as usize] & (ahead(Colon, 1) | near);
            let both =
                |set: Set| u128::from(block[set as usize]) | u128::from(after[set as usize]) << 64;
            let mut long = both(Word);
            for shift in [1, 2, 4, 8, 10] {
                long &= long >> shift;
            }
            block[Long as usize] = long as u64;
            block[Start as usize] = dots
                | colons
                | block[At as usize]
                | block[Slash as usize]
                | block[Backslash as usize]
                | block[Scheme as usize]
                | block[Percent as usize]
                | block[Numbered as usize]
                | block[Long as usize];
            before = *block;
        }
    }

    /// The bits of a set in the block of `at`, from `at` on.
    #[inline]
    fn from(&self, set: Set, at: usize) -> u64 {
        self.blocks
            .get(at / BLOCK)
            .map_or(0, |block| block[set as usize] >> (at % BLOCK))
    }

    #[inline]
    pub(super) fn has(&self, set: Set, at: usize) -> bool {
        self.from(set, at) & 1 == 1
    }

    /// The first byte of `set` from `at` on, or `end`.
    #[inline]
    pub(super) fn next(&self, set: Set, at: usize, end: usize) -> usize {
        self.find(at, end, |at| self.from(set, at))
    }

    /// Where the run of bytes of `set` at `at` ends, at `end` at the latest.
    #[inline]
    pub(super) fn run_end(&self, set: Set, at: usize, end: usize) -> usize {
        self.find(at, end, |at| {
            let kept = u64::MAX >> (at % BLOCK);
            !self.from(set, at) & kept
        })
    }

    #[inline]
    fn find(&self, mut at: usize, end: usize, bits: impl Fn(usize) -> u64) -> usize {
        while at < end {
            let found = bits(at);
            if found != 0 {
                return (at + found.trailing_zeros() as usize).min(end);
            }
            at = (at / BLOCK + 1) * BLOCK;
        }
        end
    }

    /// Where the run of bytes of `set` that ends before `at` begins, at `start`
    /// at the earliest.
    #[inline]
    pub(super) fn run_start(&self, set: Set, at: usize, start: usize) -> usize {
        self.find_back(at, start, |block| !self.blocks[block][set as usize])
    }

    /// The place after the last byte of `set` before `at`, or `start`.
    #[inline]
    pub(super) fn after_last(&self, set: Set, at: usize, start: usize) -> usize {
        self.find_back(at, start, |block| self.blocks[block][set as usize])
    }

    #[inline]
    fn find_back(&self, mut at: usize, start: usize, bits: impl Fn(usize) -> u64) -> usize {
        while at > start {
            let offset = (at - 1) % BLOCK;
            let found = bits((at - 1) / BLOCK) << (BLOCK - 1 - offset);
            if found != 0 {
                return (at - found.leading_zeros() as usize).max(start);
            }
            at -= offset + 1;
        }
        start
    }

    #[inline]
    pub(super) fn any(&self, set: Set, start: usize, end: usize) -> bool {
        // Most ranges are words, which lie in one block.
        if start < end && (end - 1) / BLOCK == start / BLOCK {
            let kept = u64::MAX >> (BLOCK - (end - start));
            return self.from(set, start) & kept != 0;
        }
        self.next(set, start, end) < end
    }

    /// Every byte of `set` in a range, in order.
    pub(super) fn iter(&self, set: Set, start: usize, end: usize) -> impl Iterator<Item = usize> {
        let mut at = start;
        std::iter::from_fn(move || {
            let found = self.next(set, at, end);
            at = found + 1;
            (found < end).then_some(found)
        })
    }
}

/// Sorts the first 64 bytes of a window. Sets that need the neighbouring blocks stay empty.
fn sort(window: &[u8; BLOCK + AHEAD]) -> [u64; SETS] {
    let mut block = [0; SETS];
    for lane in 0..BLOCK / 16 {
        for (set, bits) in block.iter_mut().zip(sort_lane(window, 16 * lane)) {
            *set |= u64::from(bits.to_bitmask()) << (16 * lane);
        }
    }
    block
}

/// The sets of 16 bytes, in the order of [`Set`]. Only the highest bit of each
/// byte counts, which is that of a byte which is not ASCII.
fn sort_lane(window: &[u8; BLOCK + AHEAD], at: usize) -> [u8x16; SETS - 2] {
    let load = |at: usize| u8x16::new(window[at..at + 16].try_into().expect("16 bytes"));
    let (bytes, next) = (load(at), load(at + 1));
    let is = |bytes: u8x16, byte: u8| bytes.simd_eq(u8x16::splat(byte));
    let within = |bytes: u8x16, first: u8, last: u8| {
        (bytes - u8x16::splat(first)).simd_le(u8x16::splat(last - first))
    };
    let blank = u8x16::splat(0x20);
    // Letters in lower case; `[` becomes `{`.
    let (lower, next_lower) = (bytes | blank, next | blank);
    let digit = within(bytes, b'0', b'9');
    let word = within(lower, b'a', b'z') | digit | bytes;
    let hex = digit | within(lower, b'a', b'f');
    let (dot, colon) = (is(bytes, b'.'), is(bytes, b':'));
    let dash = |bytes: u8x16| is(bytes, b'-') | is(bytes, b'_');
    // `<` and `>` differ in one bit.
    let quote = is(bytes, b'"') | is(bytes | u8x16::splat(2), b'>') | is(bytes, b'`');
    let vulnerability = is(lower, b'e') & dash(next);
    let system = is(bytes, b'S') & within(next, b'0', b'9');
    let scheme = (is(lower, b'h') | is(lower, b'f')) & (is(next_lower, b'x') | is(next, b'*'));
    [
        bytes.simd_le(blank) | quote | is(bytes, b'|'),
        dot,
        is(bytes, b'@'),
        colon,
        is(bytes, b'/'),
        is(bytes, b'\\'),
        digit,
        hex,
        hex | colon | dot,
        word,
        word | dot | dash(bytes),
        bytes,
        colon & is(next, b'/'),
        is(bytes, b'%') & is(next, b'3'),
        vulnerability | system,
        is(bytes, b'(') | is(lower, b'{') | dot & is(next, b']') | scheme,
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks(text: &[u8]) -> Marks {
        let mut marks = Marks::default();
        marks.fill(text);
        marks
    }

    #[test]
    fn each_byte_is_in_its_sets() {
        let text: Vec<u8> = (0..=255).collect();
        let marks = marks(&text);
        for (at, &byte) in text.iter().enumerate() {
            let word = byte.is_ascii_alphanumeric() || byte >= 0x80;
            for (set, expected) in [
                (Set::Break, byte <= b' ' || b"\"<>|`".contains(&byte)),
                (Set::Dot, byte == b'.'),
                (Set::At, byte == b'@'),
                (Set::Colon, byte == b':'),
                (Set::Slash, byte == b'/'),
                (Set::Backslash, byte == b'\\'),
                (Set::Digit, byte.is_ascii_digit()),
                (Set::Hex, byte.is_ascii_hexdigit()),
                (Set::Word, word),
                (Set::Host, word || b".-_".contains(&byte)),
                (Set::Wide, byte >= 0x80),
            ] {
                assert_eq!(marks.has(set, at), expected, "{set:?} {byte}");
            }
        }
    }

    #[test]
    fn pairs_are_seen_across_blocks() {
        for (set, text, first) in [
            (Set::Scheme, ":/", 0),
            (Set::Percent, "%3A", 0),
            (Set::Numbered, "E-", 0),
            (Set::Numbered, "S1", 0),
            (Set::Defanged, "[", 0),
            (Set::Defanged, ".]", 0),
            (Set::Defanged, "hX", 0),
            (Set::Start, "a.c", 1),
            (Set::Start, "1.1.1", 1),
            (Set::Start, "::", 0),
            (Set::Long, "abcdefghijklmnopqrstuvwxyz", 0),
        ] {
            for offset in 50..70 {
                let text = format!("{}{text}", " ".repeat(offset));
                let found: Vec<usize> = marks(text.as_bytes()).iter(set, 0, text.len()).collect();
                assert_eq!(
                    found.first(),
                    Some(&(offset + first)),
                    "{set:?} at {offset}"
                );
            }
        }
        assert!(!marks(b"12:30 0.75 word word-word").any(Set::Start, 9, 25));
    }

    proptest! {
        #[test]
        fn searches_agree_with_bytes(text in "[a.]{0,300}", start in 0usize..300, length in 0usize..300) {
            let (text, marks) = (text.as_bytes(), marks(text.as_bytes()));
            let start = start.min(text.len());
            let end = (start + length).min(text.len());
            let range = &text[start..end];
            let position = |byte| range.iter().position(|&other| other == byte).map_or(end, |at| start + at);
            prop_assert_eq!(marks.next(Set::Dot, start, end), position(b'.'));
            prop_assert_eq!(marks.run_end(Set::Dot, start, end), position(b'a'));
            let back = |byte| range.iter().rposition(|&other| other == byte).map_or(start, |at| start + at + 1);
            prop_assert_eq!(marks.run_start(Set::Dot, end, start), back(b'a'));
            prop_assert_eq!(marks.after_last(Set::Dot, end, start), back(b'.'));
            let dots = range.iter().filter(|&&byte| byte == b'.').count();
            prop_assert_eq!(marks.iter(Set::Dot, start, end).count(), dots);
        }
    }
}
