//! Host names: domains, IPv4 addresses and e-mail addresses.
//!
//! A name with a known top-level domain is not yet a domain: `run.sh`,
//! `System.IO` and `host.name` are not. Where a top-level domain is also a file
//! name's ending or a common attribute, the text around has to speak for it.

use super::kind::IocType;
use super::scan::{CLASS, HOST, Scanner};
use crate::entity::domain::{self, MAX_LABEL, MAX_NAME};

/// Top-level domains that are far more often endings of files or attributes of
/// objects in logs and reports.
const DOUBTFUL: &[&str] = &[
    "app",
    "as",
    "bz",
    "cab",
    "call",
    "cc",
    "data",
    "do",
    "events",
    "final",
    "foo",
    "gdn",
    "group",
    "host",
    "id",
    "in",
    "ink",
    "is",
    "it",
    "kr",
    "la",
    "lc",
    "link",
    "lk",
    "ls",
    "map",
    "md",
    "me",
    "ml",
    "mm",
    "mo",
    "mov",
    "ms",
    "mt",
    "name",
    "new",
    "no",
    "now",
    "open",
    "page",
    "pl",
    "pm",
    "prof",
    "properties",
    "ps",
    "pub",
    "py",
    "rs",
    "run",
    "save",
    "sb",
    "sc",
    "sh",
    "so",
    "st",
    "target",
    "tf",
    "to",
    "top",
    "vi",
    "ws",
    "zip",
];
/// Of these only the file-like ones need a strong word; the others need only
/// look like a name and not like code.
const CODE_ONLY: &[&str] = &[
    "kr", "it", "in", "me", "to", "no", "top", "pl", "la", "lk", "cc", "ws", "link", "host",
    "page", "group", "app", "events", "bz", "is",
];

/// First labels of reversed names such as `com.example.Tool`.
const REVERSED: &[&str] = &[
    "com",
    "org",
    "net",
    "edu",
    "java",
    "javax",
    "sun",
    "android",
    "androidx",
    "kotlin",
    "system",
    "microsoft",
    "windows",
];

/// First labels of code, such as `this.is` and `self.name`.
const CODE: &[&str] = &[
    "this",
    "self",
    "obj",
    "object",
    "e",
    "el",
    "event",
    "args",
    "arg",
    "ctx",
    "req",
    "res",
    "request",
    "response",
    "window",
    "document",
    "process",
    "user",
    "file",
    "log",
    "source",
    "destination",
    "agent",
    "node",
    "os",
    "sys",
    "math",
    "item",
    "data",
    "result",
    "x",
    "i",
];

/// Words after which a name is a domain whatever it looks like.
const SPEAKS_FOR: &[&str] = &[
    "domain",
    "domains",
    "host",
    "hostname",
    "fqdn",
    "dns",
    "query",
    "site",
    "website",
    "server",
    "sni",
    "queryname",
    "cname",
    "dnsname",
    "remotehost",
    "resolved",
    "lookup",
];

/// Words after which four numbers are a version.
const VERSION: &[&str] = &[
    "version",
    "ver",
    "v",
    "release",
    "build",
    "oid",
    "fileversion",
    "productversion",
    "revision",
    "rev",
    "firmware",
];

/// Words before a slash that are no product, unlike `Chrome/120.0.0.0`.
const NOT_A_PRODUCT: &[&str] = &[
    "tcp", "udp", "ip", "src", "dst", "addr", "from", "to", "host", "icmp", "inet", "peer",
    "client",
];

impl Scanner<'_> {
    pub(super) fn emails(&mut self, start: usize, end: usize) {
        let text = self.text;
        let atext = |byte: u8| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'.' | b'_' | b'%' | b'+' | b'-' | b'#' | b'&' | b'~' | b'!' | b'$'
                )
                || byte >= 0x80
        };
        for at in memchr::memchr_iter(b'@', &text[start..end]).map(|at| start + at) {
            if self.is_closed(at) {
                continue;
            }
            let local = text[start..at]
                .iter()
                .rev()
                .take(65)
                .take_while(|&&byte| atext(byte))
                .count();
            let dots = text[at - local..at]
                .iter()
                .take_while(|&&byte| byte == b'.')
                .count();
            let (begin, local) = (at - local + dots, local - dots);
            let stop = self.host_run(at + 1, end);
            self.visited += (stop - begin) as u64;
            if local == 0 || local > 64 || text[at - 1] == b'.' || !self.is_domain(at + 1, stop) {
                continue;
            }
            let host = String::from_utf8_lossy(&text[at + 1..stop]).to_lowercase();
            let value = format!("{}@{host}", String::from_utf8_lossy(&text[begin..at]));
            self.add(IocType::Email, begin, stop, Some(value.into()));
            self.add_lower(IocType::Dns, at + 1, stop);
            self.taken.push((begin, stop));
            self.closed.push((begin, stop));
        }
        self.visited += (end - start) as u64;
    }

    /// Where a host name that starts at `at` ends, without final punctuation.
    fn host_run(&self, at: usize, end: usize) -> usize {
        let run = self.text[at..end]
            .iter()
            .take(MAX_NAME + 2)
            .take_while(|&&byte| CLASS[byte as usize] & HOST != 0);
        let run = &self.text[at..at + run.count()];
        at + run.len()
            - run
                .iter()
                .rev()
                .take_while(|byte| matches!(byte, b'.' | b'-' | b'_'))
                .count()
    }

    /// Every host name in a word that is not part of something else.
    pub(super) fn hosts(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let stop = super::scan::run_end(self.text, at, end, HOST);
            if stop > at && !self.is_taken(at) && at >= self.path_end {
                let run = &self.text[at..stop];
                let head = run
                    .iter()
                    .take_while(|byte| matches!(byte, b'.' | b'-' | b'_'))
                    .count();
                let tail = run[head..]
                    .iter()
                    .rev()
                    .take_while(|byte| matches!(byte, b'.' | b'-' | b'_'))
                    .count();
                // A leading underscore belongs to service names: `_ldap._tcp.…`.
                let head = if head > 0 && run[head - 1] == b'_' {
                    head - 1
                } else {
                    head
                };
                if run.contains(&b'.') {
                    self.host(at + head, stop - tail, false);
                }
            } else if stop > at && at >= self.path_end && !self.is_closed(at) {
                self.nested_host(at, stop);
            }
            at = stop + 1;
        }
        self.visited += (end - start) as u64;
    }

    /// A host in the path or query of a URL: an address, `www.` or a whole value,
    /// such as `?domain=evil.com`. Other names there are mostly files.
    fn nested_host(&mut self, start: usize, end: usize) {
        let run = &self.text[start..end];
        if is_ipv4(run) {
            self.add(IocType::Ipv4, start, end, None);
        } else if self.before(start) == b'='
            || run
                .get(..4)
                .is_some_and(|head| head.eq_ignore_ascii_case(b"www."))
        {
            self.host(start, end, false);
        }
    }

    /// Reports the domain or address from `start` to `end`. `in_url` says that a
    /// scheme stands before it, so that it is a host for certain.
    pub(super) fn host(&mut self, start: usize, end: usize, in_url: bool) {
        self.visited += (end - start) as u64;
        let run = &self.text[start..end];
        if run.is_empty() {
            return;
        }
        if run
            .iter()
            .all(|byte| byte.is_ascii_digit() || *byte == b'.')
        {
            if is_ipv4(run) && (in_url || !self.is_version(start, end)) {
                self.add(IocType::Ipv4, start, end, None);
            }
            return;
        }
        if !run.is_ascii() && !self.is_domain(start, end) {
            return self.ascii_parts(start, end, in_url);
        }
        if self.is_domain(start, end) {
            let www = run.len() > 4 && run[..4].eq_ignore_ascii_case(b"www.");
            if in_url
                || self.sure
                || www
                || self.was_defanged(start, end)
                || self.speaks_for(start, end)
            {
                self.add_lower(IocType::Dns, start, end);
            }
            return;
        }
        self.address_parts(start, end);
    }

    /// The parts of a run between letters that are not ASCII, as in Chinese text.
    fn ascii_parts(&mut self, start: usize, end: usize, in_url: bool) {
        let mut at = start;
        while at < end {
            let length = self.text[at..end]
                .iter()
                .take_while(|byte| byte.is_ascii())
                .count();
            if self.text[at..at + length].contains(&b'.') {
                let stop = self.host_run(at, at + length);
                self.host(at, stop, in_url);
            }
            at += length.max(1);
        }
    }

    /// Addresses joined by hyphens or underscores: `10.0.0.1-10.0.0.9`, `ip_10.0.0.1`.
    fn address_parts(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let stop = self.text[at..end]
                .iter()
                .position(|byte| matches!(byte, b'-' | b'_'))
                .map_or(end, |length| at + length);
            if (at, stop) != (start, end)
                && is_ipv4(&self.text[at..stop])
                && !self.is_version(at, stop)
            {
                self.add(IocType::Ipv4, at, stop, None);
            }
            at = stop + 1;
        }
    }

    /// Whether the text is a name in DNS under a known top-level domain.
    fn is_domain(&self, start: usize, end: usize) -> bool {
        let Ok(name) = std::str::from_utf8(&self.text[start..end]) else {
            return false;
        };
        let Some((rest, tld)) = name.rsplit_once('.') else {
            return false;
        };
        if name.len() > MAX_NAME || !domain::is_tld(tld) {
            return false;
        }
        let label_is_right = |label: &str| {
            (1..=MAX_LABEL).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && (label.is_ascii()
                    || label
                        .chars()
                        .all(|letter| letter.is_alphanumeric() || letter == '-'))
        };
        let registered = rest.rsplit('.').next().unwrap_or_default();
        rest.split('.').all(label_is_right)
            && !registered.contains('_')
            && !(registered.len() <= 3 && domain::public_suffix(name) == Some(name))
    }

    /// Whether a name that could be a domain is one, by what it looks like and
    /// by the text around it.
    fn speaks_for(&mut self, start: usize, end: usize) -> bool {
        let (before, after) = (self.before(start), self.at(end));
        let is_key = before == b'"' && after == b'"' && self.at(end + 1) == b':';
        let is_code = matches!(after, b'(' | b'[' | b'=' | b'$')
            || (matches!(before, b'$' | b'#' | b'~') && !self.was_defanged(start, end));
        let in_path = match before {
            b'/' => !(self.before(start - 1) == b'/' && start >= 2),
            b'\\' => self.before(start - 1) != b'\\' || after != b'\\' && after > b' ',
            // `evil.com\nNext` in JSON is a line's end, not a folder.
            _ => {
                let next = self.at(end + 1);
                after == b'\\'
                    && next.is_ascii_alphanumeric()
                    && !matches!(next, b'n' | b'r' | b't')
            }
        };
        if is_key || is_code || in_path {
            return false;
        }
        let name = String::from_utf8_lossy(&self.text[start..end]).into_owned();
        let (rest, tld) = name.rsplit_once('.').unwrap_or_default();
        if !case_fits(rest, tld) {
            return false;
        }
        let lower = name.to_lowercase();
        let first = lower.split('.').next().unwrap_or_default();
        if REVERSED.contains(&first)
            || rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            return false;
        }
        let tld = lower.rsplit('.').next().unwrap_or_default();
        if !DOUBTFUL.contains(&tld) {
            return true;
        }
        if SPEAKS_FOR.contains(&self.word_before(start).as_str()) || before == b'@' {
            return true;
        }
        CODE_ONLY.contains(&tld) && !CODE.contains(&first) && first.len() > 2
    }

    /// Whether four numbers are a version rather than an address.
    fn is_version(&mut self, start: usize, end: usize) -> bool {
        let before = self.before(start);
        if before == b'/' && self.before(start - 1).is_ascii_alphanumeric() && start >= 2 {
            let word = self.word_before(start - 1);
            return !NOT_A_PRODUCT.contains(&word.as_str()) && !word.is_empty();
        }
        if before.is_ascii_alphanumeric() || before == b'\\' || (self.at(end) == b'\\') {
            return true;
        }
        let word = self.word_before(start);
        VERSION
            .iter()
            .any(|version| word == *version || (version.len() > 3 && word.ends_with(version)))
    }
}

/// `Evil.com` and `EVIL.COM` are written like domains; `System.Net`, `System.IO`
/// and a sentence without a blank after its full stop (`done.In`) are not.
fn case_fits(rest: &str, tld: &str) -> bool {
    let upper = |text: &str| text.bytes().any(|byte| byte.is_ascii_uppercase());
    let lower = |text: &str| text.bytes().any(|byte| byte.is_ascii_lowercase());
    !upper(tld) || (!lower(tld) && (!lower(rest) || tld == "COM"))
}

/// Four parts from 0 to 255 without leading zeros.
fn is_ipv4(text: &[u8]) -> bool {
    text.len() <= 15
        && std::str::from_utf8(text).is_ok_and(|text| text.parse::<std::net::Ipv4Addr>().is_ok())
}
