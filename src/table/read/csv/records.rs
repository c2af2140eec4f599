//! Where the values of the next few records stand.
//!
//! Good records are read with an [`Index`] of the file's next stretch. Any other
//! (blank, ragged, broken, very long, the last without a line end) goes through
//! the [`Scanner`], so that only one place knows all that can be wrong.

use super::index::Index;
use super::scanner::{Problem, Scanner};
use crate::table::infer::{Field, PART};

/// Bytes that are indexed at once; few in unit tests, so that those see its end.
const STRETCH: usize = if cfg!(test) { 96 } else { 64 << 10 };
/// Values in a part, about: they stay in the processor's cache.
const VALUES: usize = 32 << 10;
const FEWEST_ROWS: usize = if cfg!(test) { 1 } else { 16 };

/// The values of a few records, column by column.
pub(super) struct Part {
    fields: Vec<Field>,
    /// Rows that it has room for.
    capacity: usize,
    rows: usize,
}

impl Part {
    pub(super) fn new(columns: usize) -> Self {
        let capacity = (VALUES / columns.max(1)).clamp(FEWEST_ROWS, PART);
        Self {
            fields: vec![Field::ABSENT; columns * capacity],
            capacity,
            rows: 0,
        }
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn column(&self, column: usize) -> &[Field] {
        let start = column * self.capacity;
        &self.fields[start..start + self.rows]
    }

    pub(super) fn clear(&mut self) {
        self.rows = 0;
    }

    fn is_full(&self) -> bool {
        self.rows == self.capacity
    }

    fn push(&mut self, record: &[Field]) {
        let slots = self
            .fields
            .iter_mut()
            .skip(self.rows)
            .step_by(self.capacity);
        slots.zip(record).for_each(|(slot, field)| *slot = *field);
        self.rows += 1;
    }
}

/// Why [`Records::fill`] stopped.
pub(super) enum Stop {
    Full,
    End,
    Bad(Bad),
}

/// A record that is no row. It has been passed.
pub(super) struct Bad {
    /// Where it begins, and in which line.
    pub(super) start: usize,
    pub(super) line: u64,
    pub(super) problem: Problem,
}

/// How a record looked at a glance.
enum Glance {
    /// It is good; the next begins at `next`, `lines` lines further.
    Good { next: usize, lines: u64 },
    /// It goes on beyond the stretch.
    Cut,
    /// The scanner should look at it.
    Odd,
}

pub(super) struct Records<'a> {
    scanner: Scanner<'a>,
    columns: usize,
    index: Index,
    record: Vec<Field>,
}

impl<'a> Records<'a> {
    /// Records of so many `columns` from the byte and line `first` on.
    pub(super) fn new(bytes: &'a [u8], delimiter: u8, columns: usize, first: (usize, u64)) -> Self {
        let (at, line) = first;
        Self {
            scanner: Scanner {
                bytes,
                delimiter,
                at,
                line,
            },
            columns,
            index: Index::new(delimiter),
            record: Vec::new(),
        }
    }

    /// Where the next record begins.
    pub(super) fn at(&self) -> usize {
        self.scanner.at
    }

    /// Adds rows to `part` until it is full, the file ends, or a record is bad.
    pub(super) fn fill(&mut self, part: &mut Part) -> Stop {
        loop {
            self.glance_on(part);
            if part.is_full() {
                return Stop::Full;
            }
            if let Some(stop) = self.scan(part) {
                return stop;
            }
        }
    }

    /// Passes one record, and adds it to `part` if it is a row.
    fn scan(&mut self, part: &mut Part) -> Option<Stop> {
        let (start, line) = (self.scanner.at, self.scanner.line);
        let problem = match self.scanner.record(&mut self.record) {
            None => return Some(Stop::End),
            Some(Ok(())) if self.is_gap() => return None,
            Some(Ok(())) => self.ragged().map(|text| Problem { line, text }),
            Some(Err(problem)) => Some(problem),
        };
        let Some(problem) = problem else {
            part.push(&self.record);
            return None;
        };
        Some(Stop::Bad(Bad {
            start,
            line,
            problem,
        }))
    }

    /// Adds good records to `part` while it has room.
    fn glance_on(&mut self, part: &mut Part) {
        let bytes = self.scanner.bytes;
        while !part.is_full() {
            let at = self.scanner.at;
            if at >= self.index.end() {
                if at >= bytes.len() {
                    return;
                }
                self.index.build(bytes, at, STRETCH);
            }
            match self.glance(at, part) {
                Glance::Good { next, lines } => {
                    self.scanner.at = next;
                    self.scanner.line += lines;
                    part.rows += 1;
                }
                Glance::Cut if at > self.index.start() && self.index.end() < bytes.len() => {
                    self.index.build(bytes, at, STRETCH);
                }
                Glance::Cut | Glance::Odd => return,
            }
        }
    }

    /// Puts the values of the record at `at` into the next row of `part`.
    fn glance(&self, mut at: usize, part: &mut Part) -> Glance {
        let (bytes, delimiter) = (self.scanner.bytes, self.scanner.delimiter);
        let (mut lines, mut slot) = (1, part.rows);
        for column in 1..=self.columns {
            let (field, end) = if bytes.get(at) == Some(&b'"') {
                match self.quoted(at, &mut lines) {
                    Ok(found) => found,
                    Err(glance) => return glance,
                }
            } else {
                match self.index.next_end(at) {
                    Some(end) => (Field::new(at, end, false, false), end),
                    None => return Glance::Cut,
                }
            };
            part.fields[slot] = field;
            slot += part.capacity;
            at = end + 1;
            if (bytes[end] == delimiter) != (column < self.columns) {
                // A delimiter at the end of a line is no value more.
                if column < self.columns || !matches!(bytes.get(at), Some(b'\n' | b'\r')) {
                    return Glance::Odd;
                }
                at += 1;
            }
        }
        if self.columns == 1 && part.fields[part.rows].is_absent() {
            return Glance::Odd;
        }
        if bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
            at += 1;
        }
        Glance::Good { next: at, lines }
    }

    /// The value whose quote opens at `at`, and where the delimiter or line end
    /// after it is. Counts its line ends.
    fn quoted(&self, at: usize, lines: &mut u64) -> Result<(Field, usize), Glance> {
        let bytes = self.scanner.bytes;
        let (mut from, mut escaped) = (at + 1, false);
        let close = loop {
            let quote = self.index.next_quote(from).ok_or(Glance::Cut)?;
            if bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            (from, escaped) = (quote + 2, true);
        };
        // What ends no value may still be a line end inside it.
        if self.index.next_end(at + 1).ok_or(Glance::Cut)? != close + 1 {
            if self.index.next_end(close) != Some(close + 1) {
                return Err(Glance::Odd);
            }
            *lines += memchr::memchr_iter(b'\n', &bytes[at..close]).count() as u64;
        }
        Ok((Field::new(at + 1, close, true, escaped), close + 1))
    }

    /// Whether the record is a blank line, which is no row.
    fn is_gap(&self) -> bool {
        is_blank(&self.record) && (self.record.len() < self.columns || self.columns == 1)
    }

    /// What is wrong with the number of values, if it is wrong. A delimiter at
    /// the end of a line is not.
    fn ragged(&mut self) -> Option<String> {
        let (found, wanted) = (self.record.len(), self.columns);
        if found == wanted + 1 && self.record.last().is_some_and(Field::is_absent) {
            self.record.pop();
            return None;
        }
        let values = if found == 1 { "value" } else { "values" };
        (found != wanted).then(|| format!("{found} {values}, but the header has {wanted}"))
    }
}

pub(super) fn is_blank(record: &[Field]) -> bool {
    matches!(record, [only] if only.is_absent())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a file's records are: values of the good ones, lines and problems of the bad.
    type Found = Vec<Result<Vec<Option<Vec<u8>>>, (usize, u64, u64, String)>>;

    fn all(
        mut records: Records<'_>,
        next: fn(&mut Records<'_>, &mut Part) -> Option<Stop>,
    ) -> Found {
        let (mut part, mut found) = (Part::new(records.columns), Vec::new());
        let bytes = records.scanner.bytes;
        loop {
            let stop = next(&mut records, &mut part);
            found.extend((0..part.rows()).map(|row| {
                let value = |column| part.column(column)[row].get(bytes).map(<[u8]>::to_vec);
                Ok((0..records.columns).map(value).collect())
            }));
            part.clear();
            match stop {
                Some(Stop::End) => return found,
                Some(Stop::Bad(bad)) => {
                    let Problem { line, text } = bad.problem;
                    found.push(Err((bad.start, bad.line, line, text)));
                }
                Some(Stop::Full) | None => {}
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn a_glance_sees_what_the_scanner_sees(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "a", "bc", "", " ", ",", ",", ",", "\n", "\n", "\r\n", "\r", "\"", "\"\"", ",\"x,\ny\",", "\"z\"\"\"",
                "1,2\n", "1,2,\n", "12345678901234567890123456789012345678901234567890,", "é",
            ]), 0..60),
            columns in 1usize..4,
        ) {
            let text = pieces.concat();
            let records = || Records::new(text.as_bytes(), b',', columns, (0, 1));
            let slow = all(records(), |records, part| records.scan(part));
            prop_assert_eq!(all(records(), |records, part| Some(records.fill(part))), slow);
        }
    }
}
