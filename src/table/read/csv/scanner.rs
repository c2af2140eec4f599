//! One record after the other, byte by byte: sees all that can be wrong with one.
//! Whole files of good records go through [`super::records`].

use memchr::{memchr, memchr3};

use crate::table::infer::{Field, MAX_FIELD};

/// What is wrong with a record, and in which line.
pub(super) struct Problem {
    pub(super) line: u64,
    pub(super) text: String,
}

/// Splits bytes into records.
pub(super) struct Scanner<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) delimiter: u8,
    pub(super) at: usize,
    pub(super) line: u64,
}

impl Scanner<'_> {
    /// The next record's values; `None` at the end. After a problem the scanner
    /// stands at the next line.
    pub(super) fn record(&mut self, record: &mut Vec<Field>) -> Option<Result<(), Problem>> {
        record.clear();
        if self.at >= self.bytes.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        loop {
            let is_quoted = self.bytes.get(self.at) == Some(&b'"');
            let field = if is_quoted {
                self.quoted()
            } else {
                self.plain()
            };
            match field {
                Ok((field, true)) => record.push(field),
                Ok((field, false)) => {
                    record.push(field);
                    return Some(Ok(()));
                }
                Err(text) => {
                    let next = memchr(b'\n', &self.bytes[start..]);
                    self.at = next.map_or(self.bytes.len(), |next| start + next + 1);
                    let opened = self.line;
                    self.line = line + 1;
                    return Some(Err(Problem { line: opened, text }));
                }
            }
        }
    }

    /// A value without quotes, and whether another follows in its record.
    fn plain(&mut self) -> Result<(Field, bool), String> {
        let start = self.at;
        let end = memchr3(self.delimiter, b'\n', b'\r', &self.bytes[start..])
            .map_or(self.bytes.len(), |length| start + length);
        self.finish(start, end, end, false, false)
    }

    fn quoted(&mut self) -> Result<(Field, bool), String> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        let end = loop {
            let Some(quote) = memchr(b'"', &self.bytes[at..]).map(|length| at + length) else {
                return Err("a quote is opened here and never closed".into());
            };
            if self.bytes.get(quote + 1) != Some(&b'"') {
                break quote;
            }
            escaped = true;
            at = quote + 2;
        };
        let next = self.bytes.get(end + 1);
        if next.is_some_and(|&byte| byte != self.delimiter && !matches!(byte, b'\n' | b'\r')) {
            return Err(
                "text follows a closing quote; quotes inside a value are written twice".into(),
            );
        }
        self.line += memchr::memchr_iter(b'\n', &self.bytes[start..end]).count() as u64;
        self.finish(start, end, end + 1, true, escaped)
    }

    fn finish(
        &mut self,
        start: usize,
        end: usize,
        next: usize,
        quoted: bool,
        escaped: bool,
    ) -> Result<(Field, bool), String> {
        if end - start > MAX_FIELD {
            return Err("a value is longer than 1 GiB".into());
        }
        let field = Field::new(start, end, quoted, escaped);
        match self.bytes.get(next) {
            Some(&byte) if byte == self.delimiter => {
                self.at = next + 1;
                Ok((field, true))
            }
            Some(b'\r') if self.bytes.get(next + 1) == Some(&b'\n') => {
                Ok(self.end(field, next + 2))
            }
            _ => Ok(self.end(field, next + 1)),
        }
    }

    fn end(&mut self, field: Field, at: usize) -> (Field, bool) {
        self.at = at.min(self.bytes.len());
        self.line += 1;
        (field, false)
    }
}
