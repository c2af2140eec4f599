//! Host names: domains, IPv4 addresses and e-mail addresses.
//!
//! A name with a known top-level domain is not yet a domain: `run.sh`,
//! `System.IO` and `host.name` are not. Where a top-level domain is also a file
//! name's ending or a common attribute, the text around has to speak for it.

use super::kind::IocType;
use super::marks::Set;
use super::scan::{Scanner, is_one_of};
use super::words::{
    CODE, DOUBTFUL, FILES, HALF_DOUBTFUL, JOINED, NOT_A_PRODUCT, OBJECTS, PLAIN, PRODUCTS,
    REVERSED, SPEAKS_AGAINST, SPEAKS_FOR, VERSION,
};
use crate::entity::domain::{self, MAX_LABEL, MAX_NAME};

/// Longest part of an e-mail address before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;

/// A registered label up to this length may be part of a public suffix: `co.uk`.
const SHORT_LABEL: usize = 3;

impl Scanner<'_> {
    pub(super) fn emails(&mut self, start: usize, end: usize) {
        let text = self.text;
        for at in self.marks.iter(Set::At, start, end) {
            if self.is_closed(at) {
                continue;
            }
            let local = text[start..at]
                .iter()
                .rev()
                .take(MAX_LOCAL + 1)
                .take_while(|&&byte| is_atext(byte))
                .count();
            let head = text[at - local..at].iter();
            let head = head
                .take_while(|&&byte| byte.is_ascii_punctuation() && byte != b'_')
                .count();
            let (begin, local) = (at - local + head, local - head);
            let stop = self.host_end(at + 1, end);
            self.visited += (stop - begin) as u64;
            if local == 0
                || local > MAX_LOCAL
                || text[at - 1] == b'.'
                || !self.is_domain(at + 1, stop)
            {
                continue;
            }
            self.add(IocType::Email, begin, stop, |_| {
                let host = String::from_utf8_lossy(&text[at + 1..stop]).to_lowercase();
                format!("{}@{host}", String::from_utf8_lossy(&text[begin..at])).into()
            });
            self.add_lower(IocType::Dns, at + 1, stop);
            self.taken.push((begin, stop));
            self.closed.push((begin, stop));
        }
        self.visited += (end - start) as u64;
    }

    /// Where a host name that starts at `at` ends, without final punctuation.
    fn host_end(&self, at: usize, end: usize) -> usize {
        let end = end.min(at + MAX_NAME + 2);
        self.without_tail(at, self.marks.run_end(Set::Host, at, end))
    }

    /// `end` without final dots, hyphens and underscores.
    fn without_tail(&self, start: usize, end: usize) -> usize {
        let tail = self.text[start..end].iter().rev();
        end - tail.take_while(|byte| is_punctuation(byte)).count()
    }

    /// Every host name in a word that is not part of something else.
    pub(super) fn hosts(&mut self, start: usize, end: usize) {
        let mut at = start;
        loop {
            let dot = self.marks.next(Set::Dot, at, end);
            if dot == end {
                break;
            }
            let begin = self.marks.run_start(Set::Host, dot, at);
            let stop = self.marks.run_end(Set::Host, dot, end);
            if begin >= self.path_end {
                if !self.is_taken(begin) {
                    self.host_in_run(begin, stop);
                } else if !self.is_closed(begin) {
                    self.nested_host(begin, stop);
                }
            }
            at = stop;
        }
        self.visited += (end - start) as u64;
    }

    fn host_in_run(&mut self, begin: usize, stop: usize) {
        let head = self.text[begin..stop].iter();
        let mut begin = begin + head.take_while(|byte| is_punctuation(byte)).count();
        // `%28` is a bracket that was percent-encoded.
        let code = &self.text[begin..stop.min(begin + 2)];
        if self.before(begin) == b'%' && code.iter().all(u8::is_ascii_hexdigit) {
            begin += code.len();
        }
        // A leading underscore belongs to service names: `_ldap._tcp.…`.
        if self.before(begin) == b'_' {
            begin -= 1;
        }
        let stop = self.without_tail(begin.min(stop), stop);
        if self.marks.any(Set::Dot, begin, stop) {
            self.host(begin, stop, false);
        }
    }

    /// A host in the path or query of a URL: an address, `www.` or a whole value,
    /// such as `?domain=evil.com`. Other names there are mostly files.
    fn nested_host(&mut self, start: usize, end: usize) {
        if is_ipv4(&self.text[start..end]) {
            self.add_same(IocType::Ipv4, start, end);
        } else if self.before(start) == b'=' || self.is_www(start, end) {
            self.host(start, end, false);
        }
    }

    fn is_www(&self, start: usize, end: usize) -> bool {
        let head = self.text[start..end].get(..4);
        head.is_some_and(|head| head.eq_ignore_ascii_case(b"www."))
    }

    /// Reports the domain or address from `start` to `end`. `in_url` says that a
    /// scheme stands before it, so that it is a host for certain.
    pub(super) fn host(&mut self, start: usize, end: usize, in_url: bool) {
        self.visited += (end - start) as u64;
        let run = &self.text[start..end];
        let starts_with_digit = run.first().is_some_and(u8::is_ascii_digit);
        if starts_with_digit && is_ipv4(run) {
            if in_url || !self.is_version(start, end) {
                self.add_same(IocType::Ipv4, start, end);
            }
        } else if starts_with_digit && is_number(run) {
            // A version, a decimal or a date.
        } else if self.is_domain(start, end) {
            if in_url
                || self.sure
                || self.is_www(start, end)
                || self.was_defanged(start, end)
                || self.speaks_for(start, end)
            {
                self.add_lower(IocType::Dns, start, end);
            }
        } else if self.marks.any(Set::Wide, start, end) {
            self.ascii_parts(start, end, in_url);
        } else {
            self.address_parts(start, end);
        }
    }

    /// The parts of a run between letters that are not ASCII, as in Chinese text.
    fn ascii_parts(&mut self, start: usize, end: usize, in_url: bool) {
        let mut at = start;
        while at < end {
            let stop = self.marks.next(Set::Wide, at, end);
            if self.marks.any(Set::Dot, at, stop) {
                self.host(at, self.host_end(at, stop), in_url);
            }
            at = self.marks.run_end(Set::Wide, stop, end);
        }
    }

    /// Addresses joined by hyphens or underscores: `10.0.0.1-10.0.0.9`,
    /// `ip_10.0.0.1`, but not `mirror-1.35.0.80` and `10.0.0.1-beta`.
    fn address_parts(&mut self, start: usize, end: usize) {
        let text = self.text;
        let (mut at, mut before) = (start, None);
        while at < end {
            let length = text[at..end]
                .iter()
                .position(|byte| matches!(byte, b'-' | b'_'));
            let stop = length.map_or(end, |length| at + length);
            let part = &text[at..stop];
            if part.len() < end - start && is_ipv4(part) {
                let joined = |byte: u8, part: &[u8]| {
                    byte == b'_' || part.contains(&b'.') || is_one_of(part, JOINED)
                };
                let next = text[(stop + 1).min(end)..end].split(|byte| matches!(byte, b'-' | b'_'));
                let next = next.into_iter().next().filter(|_| stop < end);
                let fits = before.is_none_or(|before| joined(text[at - 1], before))
                    && next.is_none_or(|next| joined(text[stop], next));
                if fits && !self.is_version(at, stop) {
                    self.add_same(IocType::Ipv4, at, stop);
                }
            }
            before = Some(part);
            at = stop + 1;
        }
    }

    /// Whether the text is a name in DNS under a known top-level domain.
    fn is_domain(&self, start: usize, end: usize) -> bool {
        let dot = self.marks.after_last(Set::Dot, end, start);
        if dot == start || end - start > MAX_NAME {
            return false;
        }
        let is_ascii = !self.marks.any(Set::Wide, start, end);
        let tld = str::from_utf8(&self.text[dot..end]).unwrap_or_default();
        if !domain::is_tld(tld) || !(is_ascii || is_unicode_name(&self.text[start..end])) {
            return false;
        }
        let mut at = start;
        loop {
            let stop = self.marks.next(Set::Dot, at, end);
            let label = &self.text[at..stop];
            let is_right = matches!(label, [first, .., last] | [first @ last] if *first != b'-' && *last != b'-');
            if !is_right || label.len() > MAX_LABEL {
                return false;
            }
            if stop + 1 == dot {
                let is_short = label.len() <= SHORT_LABEL;
                return !(label.contains(&b'_') || is_short && self.is_suffix(start, end));
            }
            at = stop + 1;
        }
    }

    fn is_suffix(&self, start: usize, end: usize) -> bool {
        if self.text[..end].ends_with(b".com") {
            return false;
        }
        str::from_utf8(&self.text[start..end]).is_ok_and(domain::is_public_suffix)
    }

    /// Whether a name that could be a domain is one, by what it looks like and
    /// by the text around it.
    fn speaks_for(&mut self, start: usize, end: usize) -> bool {
        if self.is_key_code_or_path(start, end) {
            return false;
        }
        let dot = self.marks.after_last(Set::Dot, end, start);
        let (rest, tld) = (&self.text[start..dot - 1], &self.text[dot..end]);
        let first = &self.text[start..self.marks.next(Set::Dot, start, end)];
        if !case_fits(rest, tld) || is_one_of(first, REVERSED) || is_number(rest) {
            return false;
        }
        if is_one_of(&self.text[start..end], PRODUCTS) {
            return false;
        }
        if is_one_of(tld, PLAIN) || self.before(start) == b'@' {
            return true;
        }
        let word = self.word_before(start);
        if is_one_of(word, SPEAKS_FOR) {
            return true;
        }
        if is_one_of(tld, DOUBTFUL) || is_camel_case(rest) || self.is_in_expression(start, end) {
            return false;
        }
        // Country codes are words of code only where they are doubtful.
        let is_half_doubtful = is_one_of(tld, HALF_DOUBTFUL);
        if !is_half_doubtful && tld.len() == 2 {
            return true;
        }
        let is_pair = memchr::memchr(b'.', rest).is_none();
        let is_file = is_pair && is_one_of(first, FILES) || self.follows_file_word(start, word);
        let is_letter = is_half_doubtful && first.len() <= 2;
        if is_letter || is_file || self.is_argument(start, end, word) {
            return false;
        }
        let is_code = match is_pair {
            true => is_one_of(first, CODE) || is_one_of(first, OBJECTS),
            false => is_one_of(first, OBJECTS),
        };
        !is_code || self.has_long_suffix(start, end)
    }

    /// Whether the word before a name says that it is a file: `FileName`, or
    /// `name` after `file.`.
    fn follows_file_word(&self, start: usize, word: &[u8]) -> bool {
        let tail = |ending: &[u8]| {
            let from = word.len().saturating_sub(ending.len());
            word[from..].eq_ignore_ascii_case(ending)
        };
        if word.eq_ignore_ascii_case(b"name") {
            return memchr::memmem::find(self.line_before(start, 16), b"file.").is_some();
        }
        is_one_of(word, SPEAKS_AGAINST) || tail(b"filename") || tail(b"file")
    }

    /// Whether a name stands where a call has its arguments, as in `f(a, b.c)`,
    /// or after `return`.
    fn is_argument(&self, start: usize, end: usize, word: &[u8]) -> bool {
        let called = self.before(start) == b'(' && self.is_before(Set::Word, start - 1);
        let last = self.at(end) == b')' && self.text[..start].ends_with(b", ");
        let returned = self.at(end) == b'}' || word.eq_ignore_ascii_case(b"return");
        let looped = self.text[..start].ends_with(b" in ") && self.at(end) == b':';
        let framed = self.text[..start].ends_with(b"at ") && self.text[end..].starts_with(b" (");
        called || last || returned || looped || framed
    }

    /// Whether the public suffix has several labels, as in `gov.in`: no code has.
    fn has_long_suffix(&self, start: usize, end: usize) -> bool {
        let name = str::from_utf8(&self.text[start..end]).unwrap_or_default();
        domain::public_suffix(name).is_some_and(|suffix| suffix.contains('.'))
    }

    /// Whether the bytes around a name say that it is a key of JSON, called or
    /// indexed, or part of a path.
    fn is_key_code_or_path(&self, start: usize, end: usize) -> bool {
        let (before, after) = (self.before(start), self.at(end));
        let is_key = before == b'"' && after == b'"' && self.at(end + 1) == b':';
        // Mail servers write `evil.com[192.0.2.1]`.
        let is_indexed = after == b'[' && !self.is(Set::Hex, end + 1);
        let is_code = is_indexed
            || matches!(after, b'(' | b'=' | b'$')
            || (matches!(before, b'$' | b'#' | b'~') && !self.was_defanged(start, end));
        let in_path = match before {
            b'/' => start < 2 || self.before(start - 1) != b'/',
            b'\\' => self.before(start - 1) != b'\\' || after != b'\\' && after > b' ',
            // `evil.com\nNext` in JSON is a line's end, not a folder.
            _ => {
                let next = self.at(end + 1);
                after == b'\\'
                    && next.is_ascii_alphanumeric()
                    && !matches!(next, b'n' | b'r' | b't')
            }
        };
        is_key || is_code || in_path
    }

    /// Whether an operator with blanks on both sides stands beside a name, as in
    /// `a.b = c.d` and `x === a.b`.
    fn is_in_expression(&self, start: usize, end: usize) -> bool {
        const OPERATORS: &[&str] = &["=", "==", "===", "!=", "!==", "=>", "+=", "&&", "||"];
        let (near, after) = (self.line_before(start, 5), &self.text[end..]);
        let is_operator = |text: Option<&[u8]>| text.is_some_and(|text| is_one_of(text, OPERATORS));
        let after = after.get(1..).filter(|_| after[0] == b' ');
        let after =
            after.and_then(|text| text[..text.len().min(4)].split(|&byte| byte == b' ').next());
        let near = near
            .strip_suffix(b" ")
            .and_then(|text| text.rsplit(|&byte| byte == b' ').next());
        is_operator(near) || is_operator(after)
    }

    /// Whether four numbers are a version rather than an address.
    fn is_version(&mut self, start: usize, end: usize) -> bool {
        let before = self.before(start);
        if before == b'/' && self.before(start - 1).is_ascii_alphanumeric() && start >= 2 {
            let word = self.word_before(start - 1);
            let is_product = word.iter().any(u8::is_ascii_lowercase) || word.len() <= 3;
            return !word.is_empty() && is_product && !is_one_of(word, NOT_A_PRODUCT);
        }
        if before.is_ascii_alphanumeric() || before == b'\\' || self.at(end) == b'\\' {
            return true;
        }
        let word = self.word_before(start);
        VERSION.iter().any(|version| {
            let tail = word.len().saturating_sub(version.len());
            word[tail..].eq_ignore_ascii_case(version.as_bytes())
                && (tail == 0 || version.len() > 3)
        })
    }
}

fn is_punctuation(byte: &u8) -> bool {
    matches!(byte, b'.' | b'-' | b'_')
}

/// What may stand before the `@` (RFC 5322, 3.2.3), without what ends other things in logs.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'.' | b'_' | b'%' | b'+' | b'-' | b'#' | b'&' | b'~' | b'!' | b'$' | b'\''
        )
        || byte >= 0x80
}

/// Whether a text has only digits and dots.
fn is_number(text: &[u8]) -> bool {
    text.iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// Whether a name has only letters and digits beyond ASCII.
fn is_unicode_name(name: &[u8]) -> bool {
    str::from_utf8(name).is_ok_and(|name| {
        let mut letters = name.chars();
        letters.all(|letter| letter.is_ascii() || letter.is_alphanumeric())
    })
}

/// `Evil.com` and `EVIL.COM` are written like domains; `System.Net`, `System.IO`
/// and a sentence without a blank after its full stop (`done.In`) are not.
fn case_fits(rest: &[u8], tld: &[u8]) -> bool {
    let upper = |text: &[u8]| text.iter().any(u8::is_ascii_uppercase);
    let lower = |text: &[u8]| text.iter().any(u8::is_ascii_lowercase);
    !upper(tld) || (!lower(tld) && (!lower(rest) || tld == b"COM"))
}

/// Whether a small letter is followed by a capital: `edgeProxy`.
fn is_camel_case(name: &[u8]) -> bool {
    name.windows(2)
        .any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// Four parts from 0 to 255 without leading zeros.
fn is_ipv4(text: &[u8]) -> bool {
    const LONGEST: usize = 15;
    if text.len() > LONGEST {
        return false;
    }
    let (mut dots, mut digits, mut value) = (0, 0, 0u32);
    for &byte in text {
        match byte {
            b'.' if digits > 0 => (dots, digits, value) = (dots + 1, 0, 0),
            b'0'..=b'9' if digits == 0 || value > 0 => {
                digits += 1;
                value = 10 * value + u32::from(byte - b'0');
            }
            _ => return false,
        }
        if value > 255 {
            return false;
        }
    }
    dots == 3 && digits > 0
}
