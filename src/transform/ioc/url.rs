//! URLs, also percent-encoded ones and those inside other URLs' queries.

use memchr::memmem;

use super::kind::IocType;
use super::scan::{CLASS, HOST, Scanner};

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
        let text = self.text;
        let colons: Vec<usize> = memmem::find_iter(&text[start..end], b"://")
            .map(|at| start + at)
            .collect();
        let begins: Vec<Option<usize>> = colons
            .iter()
            .map(|&colon| scheme_start(text, start, colon))
            .collect();
        let mut depth = 0;
        for (i, (&colon, begin)) in colons.iter().zip(&begins).enumerate() {
            let Some(begin) = *begin else { continue };
            depth = if self.is_taken(begin) { depth + 1 } else { 0 };
            let next = begins[i + 1..].iter().flatten().next().copied();
            let limit = match next {
                Some(next)
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
        let legal = |byte: &u8| !matches!(byte, b'\\' | b'^' | b'{' | b'}');
        let stop = text[authority..limit]
            .iter()
            .position(|byte| !legal(byte))
            .map_or(limit, |at| authority + at);
        let stop = trim(text, authority, stop);
        self.visited += (stop - begin) as u64;
        let host_end = text[authority..stop]
            .iter()
            .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
            .map_or(stop, |at| authority + at);
        let user_end = text[authority..host_end]
            .iter()
            .rposition(|&byte| byte == b'@')
            .map_or(authority, |at| authority + at + 1);
        let Some(host) = self.url_host(user_end, host_end) else {
            return;
        };
        let is_local = text[begin..].starts_with(b"file") && host == user_end;
        if host == user_end && !is_local {
            return;
        }
        self.taken.push((begin, stop));
        self.closed.push((begin, host_end));
        let head = &text[begin..host];
        let value = head.iter().any(u8::is_ascii_uppercase).then(|| {
            // Scheme and host are the same in any case (RFC 3986, section 6.2.2.1).
            let lower = [
                text[begin..authority].to_ascii_lowercase(),
                text[authority..user_end].to_vec(),
                text[user_end..host].to_ascii_lowercase(),
                text[host..stop].to_vec(),
            ];
            String::from_utf8_lossy(&lower.concat()).into()
        });
        self.add(IocType::Url, begin, stop, value);
    }

    /// Reports the host and returns where it ends; `None` if there is no host.
    fn url_host(&mut self, start: usize, end: usize) -> Option<usize> {
        if self.at(start) == b'[' {
            let close = self.text[start..end]
                .iter()
                .position(|&byte| byte == b']')?;
            self.ipv6(start + 1, start + close)
                .then_some(start + close + 1)
        } else {
            let stop = self.text[start..end]
                .iter()
                .position(|&byte| CLASS[byte as usize] & HOST == 0)
                .map_or(end, |at| start + at);
            if !matches!(self.at(stop), b':' | b'/' | b'?' | b'#') && stop < end {
                let rest_is_end = self.text[stop..end]
                    .iter()
                    .all(|byte| !byte.is_ascii_alphanumeric());
                if !rest_is_end {
                    return None;
                }
            }
            self.host(start, stop, true);
            Some(stop)
        }
    }

    /// `http%3A%2F%2Fevil.com%2Fx`, as in redirects and proxy logs.
    pub(super) fn encoded_urls(&mut self, start: usize, end: usize) {
        let text = self.text;
        let marks: Vec<usize> = memmem::find_iter(&text[start..end], b"%2")
            .map(|at| start + at)
            .collect();
        let mut from = start;
        for mark in marks {
            let encoded = text[mark.saturating_sub(3)..].get(..9).unwrap_or_default();
            if mark < from + 3 || !encoded.eq_ignore_ascii_case(b"%3A%2F%2F") {
                continue;
            }
            let Some(begin) = scheme_start(text, start, mark - 3) else {
                continue;
            };
            let stop = text[begin..end.min(begin + MAX_ENCODED)]
                .iter()
                .position(|byte| matches!(byte, b'&' | b'#' | b';' | b',' | b'\'' | b')' | b'\\'));
            let stop = stop.map_or(end.min(begin + MAX_ENCODED), |at| begin + at);
            self.decoded(begin, stop);
            from = stop;
        }
        self.visited += (end - start) as u64;
    }

    fn decoded(&mut self, begin: usize, stop: usize) {
        let plain = percent_decoded(&self.text[begin..stop]);
        self.visited += (stop - begin) as u64;
        let mut inner = Scanner::new(&plain, self.kinds, None);
        inner.urls(
            0,
            plain
                .iter()
                .position(|&byte| byte <= b' ')
                .unwrap_or(plain.len()),
        );
        inner.hits.sort_by_key(|hit| hit.start);
        for hit in inner.hits {
            let value = hit
                .value
                .unwrap_or_else(|| String::from_utf8_lossy(&plain[hit.start..hit.end]).into());
            self.add(hit.kind, begin, stop, Some(value));
        }
        self.taken.push((begin, stop));
        self.closed.push((begin, stop));
    }
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
fn trim(text: &[u8], start: usize, end: usize) -> usize {
    let count = |wanted: u8| {
        text[start..end]
            .iter()
            .filter(|&&byte| byte == wanted)
            .count()
    };
    let mut open = [(b'(', b')'), (b'[', b']')]
        .map(|(open, close)| (close, count(open) as isize - count(close) as isize));
    let mut end = end;
    while end > start {
        match text[end - 1] {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'(' | b'[' => {}
            close @ (b')' | b']') => {
                let balance = open.iter_mut().find(|(bracket, _)| *bracket == close);
                match balance {
                    Some((_, balance)) if *balance < 0 => *balance += 1,
                    _ => break,
                }
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
