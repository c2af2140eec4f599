//! URLs, also percent-encoded ones and those inside other URLs' queries.

use super::kind::IocType;
use super::marks::{Marks, Set};
use super::scan::{Scanner, Value};
use crate::order::sort_by_number;

/// msticpy's schemes, and those that malware uses besides.
const SCHEMES: &[&str] = &[
    "http", "https", "ftp", "ftps", "sftp", "tftp", "telnet", "ldap", "ldaps", "file", "ws", "wss",
    "ssh", "smb", "rdp", "rtsp", "irc", "socks5", "tcp", "udp", "dns",
];
const LONGEST_SCHEME: usize = 6;

/// URLs inside one another that are taken as such; further ones end the one before.
const MAX_NESTED: usize = 4;

/// A percent-encoded URL is decoded up to this length.
const MAX_ENCODED: usize = 4096;

impl Scanner<'_> {
    pub(super) fn urls(&mut self, start: usize, end: usize) {
        let (text, marks) = (self.text, self.marks);
        let mut colons = marks.iter(Set::Scheme, start, end);
        let mut next_begin = || {
            colons.find_map(|colon| {
                let follows = text[colon..end].starts_with(b"://");
                let begin = follows.then(|| scheme_start(text, start, colon))??;
                Some((colon, begin))
            })
        };
        let mut next = next_begin();
        let mut depth = 0;
        while let Some((colon, begin)) = next {
            next = next_begin();
            depth = if self.is_taken(begin) { depth + 1 } else { 0 };
            let limit = match next {
                Some((_, next))
                    if depth >= MAX_NESTED
                        || matches!(text[next - 1], b',' | b';' | b')' | b'\'' | b'}' | b']') =>
                {
                    next
                }
                _ => end,
            };
            self.url(begin, colon + 3, limit);
        }
        self.visited += (end - start) as u64;
    }

    /// A URL that starts at `begin`, whose host starts at `authority`.
    fn url(&mut self, begin: usize, authority: usize, limit: usize) {
        let text = self.text;
        let until = |end: usize, stops: fn(&u8) -> bool| {
            let stop = text[authority..end].iter().position(stops);
            stop.map_or(end, |length| authority + length)
        };
        let illegal = |byte: &u8| matches!(byte, b'\\' | b'^' | b'{' | b'}');
        let legal = &text[authority..until(limit, illegal)];
        let around = self.before(begin);
        let stop = trim(text, authority, authority + enclosed(legal, around));
        self.visited += (stop - begin) as u64;
        let host_end = until(stop, |byte| matches!(byte, b'/' | b'?' | b'#'));
        let user_end = self.marks.after_last(Set::At, host_end, authority);
        let Some(host) = self.url_host(user_end, host_end) else {
            return;
        };
        if host == user_end && !text[begin..].starts_with(b"file") {
            return;
        }
        self.taken.push((begin, stop));
        self.closed.push((begin, host_end));
        self.add(IocType::Url, begin, stop, |_| {
            if !text[begin..host].iter().any(u8::is_ascii_uppercase) {
                return Value::Same;
            }
            // Scheme and host are the same in any case (RFC 3986, section 6.2.2.1).
            let lower = [
                text[begin..authority].to_ascii_lowercase(),
                text[authority..user_end].to_vec(),
                text[user_end..host].to_ascii_lowercase(),
                text[host..stop].to_vec(),
            ];
            String::from_utf8_lossy(&lower.concat()).into()
        });
    }

    /// Reports the host and returns where it ends; `None` if there is no host.
    fn url_host(&mut self, start: usize, end: usize) -> Option<usize> {
        if self.at(start) == b'[' {
            let close = self.text[start..end]
                .iter()
                .position(|&byte| byte == b']')?;
            return self
                .ipv6(start + 1, start + close)
                .then_some(start + close + 1);
        }
        let stop = self.marks.run_end(Set::Host, start, end);
        // Punctuation may follow, but nothing that goes on like a name.
        let goes_on = stop < end
            && self.at(stop) != b':'
            && self.text[stop..end].iter().any(u8::is_ascii_alphanumeric);
        if goes_on {
            return None;
        }
        self.host(start, stop, true);
        Some(stop)
    }

    /// `http%3A%2F%2Fevil.com%2Fx`, as in redirects and proxy logs.
    pub(super) fn encoded_urls(&mut self, start: usize, end: usize) {
        let text = self.text;
        let mut from = start;
        for mark in self.marks.iter(Set::Percent, start, end) {
            let encoded = text[mark..].get(..9).unwrap_or_default();
            if mark < from || !encoded.eq_ignore_ascii_case(b"%3A%2F%2F") {
                continue;
            }
            let Some(begin) = scheme_start(text, start, mark) else {
                continue;
            };
            let longest = end.min(begin + MAX_ENCODED);
            let stop = text[begin..longest]
                .iter()
                .position(|byte| matches!(byte, b'&' | b'#' | b';' | b',' | b'\'' | b')' | b'\\'));
            let stop = stop.map_or(longest, |length| begin + length);
            self.decoded(begin, stop);
            from = stop;
        }
        self.visited += (end - start) as u64;
    }

    /// The URL that is percent-encoded from `begin` to `stop`.
    fn decoded(&mut self, begin: usize, stop: usize) {
        let plain = percent_decoded(&self.text[begin..stop]);
        self.visited += (stop - begin) as u64;
        let mut marks = Marks::default();
        marks.fill(&plain);
        let mut inner = Scanner::new(&plain, &marks, self.kinds);
        inner.urls(0, marks.next(Set::Break, 0, plain.len()));
        sort_by_number(&mut inner.hits, |hit| hit.start as u64);
        for hit in inner.hits {
            let value = hit.value.form(&plain[hit.start..hit.end]);
            self.add(hit.kind, begin, stop, |_| Value::Other(value));
        }
        self.taken.push((begin, stop));
        self.closed.push((begin, stop));
    }
}

/// How much of a URL's text belongs to it, if the byte `around` stands before it:
/// what that opened ends it, and so does `;` before something that is no parameter.
fn enclosed(text: &[u8], around: u8) -> usize {
    let close = match around {
        b'\'' => b'\'',
        b'(' => b')',
        b'[' => b']',
        _ => 0,
    };
    let mut depth = 0usize;
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b';' if !is_parameter(&text[at + 1..]) => return without_entity(&text[..at]),
            _ if byte == close && depth == 0 => return at,
            _ if byte == close => depth -= 1,
            _ if byte == around => depth += 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of `text` without `&quot` and its like at the end: HTML that
/// follows the URL.
fn without_entity(text: &[u8]) -> usize {
    const ENTITIES: [&[u8]; 6] = [b"&quot", b"&lt", b"&gt", b"&apos", b"&#39", b"&#34"];
    let entity = ENTITIES.iter().find(|entity| text.ends_with(entity));
    text.len() - entity.map_or(0, |entity| entity.len())
}

/// Whether text after a semicolon goes on with `name=`, as parameters do.
fn is_parameter(text: &[u8]) -> bool {
    let name = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    name > 0 && text.get(name) == Some(&b'=')
}

/// Where the scheme before `colon` starts, if it is a known one.
fn scheme_start(text: &[u8], start: usize, colon: usize) -> Option<usize> {
    let from = colon.saturating_sub(LONGEST_SCHEME + 1).max(start);
    let length = text[from..colon]
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let run = &text[colon - length..colon];
    let exact = |scheme: &&&str| run.eq_ignore_ascii_case(scheme.as_bytes());
    // `xhttp://` and `url=3http://` also hold a URL.
    let ends = |scheme: &&&str| {
        scheme.starts_with("http")
            && run.len() > scheme.len()
            && run[run.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes())
    };
    let scheme = SCHEMES
        .iter()
        .find(exact)
        .or_else(|| SCHEMES.iter().find(ends))?;
    Some(colon - scheme.len())
}

/// Where a URL ends without the punctuation of the sentence around it. Closing
/// brackets stay if the URL opened them.
fn trim(text: &[u8], start: usize, mut end: usize) -> usize {
    let count = |wanted: u8, end: usize| memchr::memchr_iter(wanted, &text[start..end]).count();
    // For each closing bracket, how many of them nothing opened; counted when one is met.
    let mut unopened = None;
    while end > start {
        match text[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'(' | b'[' => {}
            // AsciiDoc sets text between pairs of plus signs.
            b'+' if text[start..end].ends_with(b"++") => end -= 1,
            close @ (b')' | b']') => {
                let unopened = unopened.get_or_insert_with(|| {
                    [(b'(', b')'), (b'[', b']')]
                        .map(|(open, close)| count(close, end).saturating_sub(count(open, end)))
                });
                let left = &mut unopened[usize::from(close == b']')];
                if *left == 0 {
                    break;
                }
                *left -= 1;
            }
            _ => break,
        }
        end -= 1;
    }
    end
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let mut plain = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let pair = text
            .get(at + 1..at + 3)
            .and_then(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?));
        match pair {
            Some(byte) if text[at] == b'%' => {
                plain.push(byte);
                at += 3;
            }
            _ => {
                plain.push(text[at]);
                at += 1;
            }
        }
    }
    plain
}
