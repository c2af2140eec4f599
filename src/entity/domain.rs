//! Domain names and their public suffixes.
//!
//! The rules are the ICANN part of the public suffix list, as in msticpy
//! (through tldextract), in Punycode: `suffixes.txt`, made by
//! `scripts/suffixes.mjs`. Algorithm: <https://github.com/publicsuffix/list/wiki/Format>.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use super::punycode;

static RULES: &str = include_str!("suffixes.txt");

/// Longest name and label in DNS (RFC 1035, section 2.3.4).
pub const MAX_NAME: usize = 253;
/// See [`MAX_NAME`].
pub const MAX_LABEL: usize = 63;

fn rules() -> &'static HashSet<&'static str> {
    static TEXT: OnceLock<String> = OnceLock::new();
    static SET: OnceLock<HashSet<&str>> = OnceLock::new();
    SET.get_or_init(|| TEXT.get_or_init(written_out).lines().collect())
}

/// The rules, one a line. In the file each line is a parent, or `.`, and the labels below it,
/// which is 6 kB less to load.
fn written_out() -> String {
    let mut text = String::with_capacity(2 * RULES.len());
    for line in RULES.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let parent = words.next().unwrap_or_default();
        for label in words {
            text.push_str(label);
            if parent != "." {
                text.push('.');
                text.push_str(parent);
            }
            text.push('\n');
        }
    }
    text
}

/// Top-level domains of up to 8 letters as numbers, in a hash table without
/// chains: extraction asks for nearly every word with a dot.
fn short_tlds() -> &'static [u64; SLOTS] {
    static TABLE: OnceLock<Box<[u64; SLOTS]>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Box::new([0; SLOTS]);
        for key in rules()
            .iter()
            .filter(|rule| !rule.contains('.'))
            .filter_map(|rule| pack(rule.as_bytes()))
        {
            let mut slot = slot_of(key);
            while table[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            table[slot] = key;
        }
        table
    })
}

const SLOTS: usize = 8192;

fn slot_of(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 51) as usize
}

/// Up to 8 ASCII letters, in lower case, as one number.
fn pack(label: &[u8]) -> Option<u64> {
    if label.is_empty() || label.len() > 8 || !label.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    Some(
        label
            .iter()
            .fold(0, |key, byte| key << 8 | u64::from(byte | 0x20)),
    )
}

/// Whether `label` is a top-level domain, in any case, Punycode or Unicode.
pub fn is_tld(label: &str) -> bool {
    if let Some(key) = pack(label.as_bytes()) {
        let table = short_tlds();
        let mut slot = slot_of(key);
        while table[slot] != 0 {
            if table[slot] == key {
                return true;
            }
            slot = (slot + 1) % SLOTS;
        }
        return false;
    }
    // Wildcards such as `*.ck` name their top-level domain only by themselves.
    let label = to_ascii(label);
    rules().contains(label.as_ref()) && !label.contains('.')
}

/// The public suffix of a name, such as `co.uk` of `www.example.co.uk`;
/// `None` where the list has no rule for it. Takes any case; O(labels).
///
/// ```
/// use huntbook::entity::domain::public_suffix;
/// assert_eq!(public_suffix("www.example.co.uk"), Some("co.uk"));
/// assert_eq!(public_suffix("host.internal"), None);
/// ```
pub fn public_suffix(name: &str) -> Option<&str> {
    let starts = std::iter::once(0).chain(name.match_indices('.').map(|(dot, _)| dot + 1));
    let mut suffixes = starts.map(|start| &name[start..]);
    suffixes.find_map(|suffix| match rule_for(suffix)? {
        Rule::Suffix => Some(suffix),
        Rule::Exception => Some(suffix.split_once('.')?.1),
    })
}

/// Whether a name is a public suffix itself, such as `co.uk`. Takes any case.
pub fn is_public_suffix(name: &str) -> bool {
    matches!(rule_for(name), Some(Rule::Suffix))
}

enum Rule {
    Suffix,
    /// The name is registered although a rule with `*` says that it is a suffix.
    Exception,
}

/// What the list says of just this name.
fn rule_for(name: &str) -> Option<Rule> {
    let ascii: Cow<'_, str> = if is_lower(name) {
        Cow::Borrowed(name)
    } else {
        let labels: Vec<Cow<'_, str>> = name.split('.').map(to_ascii).collect();
        Cow::Owned(labels.join("."))
    };
    if rules().contains(ascii.as_ref()) {
        return Some(Rule::Suffix);
    }
    let (_, parent) = ascii.split_once('.')?;
    if !rules().contains(format!("*.{parent}").as_str()) {
        return None;
    }
    let excepted = rules().contains(format!("!{ascii}").as_str());
    Some(if excepted {
        Rule::Exception
    } else {
        Rule::Suffix
    })
}

fn is_lower(label: &str) -> bool {
    label
        .bytes()
        .all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

/// The part of a name that someone registered: its public suffix and one label
/// more, such as `example.co.uk`; `None` for a suffix itself or an unknown one.
pub fn registered_domain(name: &str) -> Option<&str> {
    let rest = name.strip_suffix(public_suffix(name)?)?.strip_suffix('.')?;
    let start = rest.rfind('.').map_or(0, |dot| dot + 1);
    (start < rest.len()).then(|| &name[start..])
}

/// A label in lower case, and in Punycode if it is not ASCII.
fn to_ascii(label: &str) -> Cow<'_, str> {
    if is_lower(label) {
        return Cow::Borrowed(label);
    }
    let label = label.to_lowercase();
    if label.is_ascii() || label.len() > 4 * MAX_LABEL {
        return Cow::Owned(label);
    }
    Cow::Owned(format!("xn--{}", punycode::encode(&label)))
}

/// A name as people read it: in lower case, labels in Punycode decoded. What
/// decodes to letters that no name has, or to ASCII alone, stays as it is.
///
/// ```
/// assert_eq!(huntbook::entity::domain::to_unicode("XN--Bcher-kva.example"), "bücher.example");
/// ```
pub fn to_unicode(name: &str) -> String {
    let name = name.to_lowercase();
    let labels = name.split('.').map(|label| {
        let decoded = label.strip_prefix("xn--").and_then(punycode::decode);
        let is_name = |text: &String| !text.is_ascii() && text.chars().all(is_legal);
        decoded
            .filter(is_name)
            .map_or(Cow::Borrowed(label), Cow::Owned)
    });
    labels.collect::<Vec<_>>().join(".")
}

/// Whether a name may have this character: letters and digits of any script with
/// their marks, and the signs and emoji that some registries take. No blanks,
/// punctuation or marks that turn the direction of writing.
fn is_legal(c: char) -> bool {
    c.is_alphanumeric()
        || matches!(c, '-' | '_' | '.'
            | '\u{300}'..='\u{60b}' | '\u{620}'..='\u{180d}' | '\u{1810}'..='\u{1fff}'
            | '\u{2190}'..='\u{2bff}' | '\u{3099}' | '\u{309a}' | '\u{fe0f}'
            | '\u{1f000}'..='\u{1faff}')
}

/// The parts of a host name.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase")]
pub struct DomainParts {
    /// The labels before the registered domain, such as `www`; may be empty.
    pub subdomain: String,
    /// The label that someone registered, such as `example`; of a public suffix
    /// alone it is empty, and of a name without one its last label.
    pub domain: String,
    /// The public suffix, such as `co.uk`; empty if the name has none.
    pub suffix: String,
    /// `domain` and `suffix`, such as `example.co.uk`, if both are there.
    pub registered_domain: Option<String>,
    /// The whole name, with Punycode decoded.
    pub unicode: String,
}

/// Takes a host name apart, in lower case; takes a URL or an e-mail address too.
/// An address of four numbers has a domain only. `None` for what is no name.
///
/// ```
/// let parts = huntbook::entity::domain::parts("https://forums.BBC.co.uk/a").unwrap();
/// assert_eq!((parts.subdomain.as_str(), parts.domain.as_str()), ("forums", "bbc"));
/// ```
pub fn parts(text: &str) -> Option<DomainParts> {
    // Full stops of East Asia part labels too (UTS 46).
    let stops = ['\u{3002}', '\u{ff0e}', '\u{ff61}'];
    let host = super::url::parse(text)?.host?.replace(stops, ".");
    let host = host.strip_suffix('.').unwrap_or(&host);
    let label = |label: &str| !label.is_empty() && label.chars().count() <= MAX_LABEL;
    if !host.split('.').all(label) || !host.chars().all(is_legal) || host.len() > 4 * MAX_NAME {
        return None;
    }
    let suffix = match host.parse::<std::net::Ipv4Addr>() {
        Ok(_) => {
            return Some(DomainParts {
                subdomain: String::new(),
                domain: host.into(),
                suffix: String::new(),
                registered_domain: None,
                unicode: host.into(),
            });
        }
        Err(_) => public_suffix(host).unwrap_or_default(),
    };
    let rest = host[..host.len() - suffix.len()].trim_end_matches('.');
    let (subdomain, domain) = rest.rsplit_once('.').unwrap_or(("", rest));
    Some(DomainParts {
        subdomain: subdomain.into(),
        domain: domain.into(),
        suffix: suffix.into(),
        registered_domain: registered_domain(host).map(String::from),
        unicode: to_unicode(host),
    })
}

/// Whether the name of a host, a URL or an e-mail address ends in a top-level
/// domain that exists.
pub fn valid_tld(text: &str) -> bool {
    parts(text).is_some_and(|parts| !parts.suffix.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_level_domains() {
        for (label, expected) in [
            ("com", true),
            ("COM", true),
            ("museum", true),
            ("international", true),
            ("xn--p1ai", true),
            ("рф", true),
            ("co.uk", false),
            ("exe", false),
            ("notatld", false),
            ("", false),
        ] {
            assert_eq!(is_tld(label), expected, "{label}");
        }
    }

    #[test]
    fn suffixes_and_registered_domains() {
        for (name, suffix, registered) in [
            ("www.Example.Co.UK", Some("Co.UK"), Some("Example.Co.UK")),
            ("example.com", Some("com"), Some("example.com")),
            ("com", Some("com"), None),
            (
                "a.b.city.kawasaki.jp",
                Some("kawasaki.jp"),
                Some("city.kawasaki.jp"),
            ),
            (
                "a.b.other.kawasaki.jp",
                Some("other.kawasaki.jp"),
                Some("b.other.kawasaki.jp"),
            ),
            ("пример.рф", Some("рф"), Some("пример.рф")),
            ("host.internal", None, None),
            ("", None, None),
        ] {
            assert_eq!(public_suffix(name), suffix, "{name}");
            assert_eq!(registered_domain(name), registered, "{name}");
        }
    }

    #[test]
    fn punycode_is_shown_if_it_is_a_name() {
        for (name, expected) in [
            ("xn--bcher-kva.example", "bücher.example"),
            ("XN--I-7IQ.ws", "i\u{2764}.ws"),
            ("xn--.com", "xn--.com"),
            ("xn--google-.com", "xn--google-.com"),
            ("xn--ab-g4t.com", "xn--ab-g4t.com"), // a U+202E b
        ] {
            assert_eq!(to_unicode(name), expected, "{name}");
        }
    }

    #[test]
    fn names_have_parts() {
        for (text, expected) in [
            ("www.Example.co.uk.", "www|example|co.uk|example.co.uk"),
            ("http://a.b.example.com:80/x", "a.b|example|com|example.com"),
            ("user@example.com", "|example|com|example.com"),
            ("_sip._tcp.example.com", "_sip._tcp|example|com|example.com"),
            ("a.b.city.kobe.jp", "a.b|city|kobe.jp|city.kobe.jp"),
            ("host.internal", "host|internal||"),
            ("localhost", "|localhost||"),
            ("co.uk", "||co.uk|"),
            ("10.1.2.3", "|10.1.2.3||"),
            (
                "www\u{3002}example\u{ff0e}com",
                "www|example|com|example.com",
            ),
            ("हिन्दी.com", "|हिन्दी|com|हिन्दी.com"),
            ("i\u{2764}.ws", "|i\u{2764}|ws|i\u{2764}.ws"),
        ] {
            let parts = parts(text).expect(text);
            let registered = parts.registered_domain.unwrap_or_default();
            let found = [parts.subdomain, parts.domain, parts.suffix, registered];
            assert_eq!(found.join("|"), expected, "{text}");
        }
        for wrong in [
            "",
            "a..b.com",
            "a b.com",
            "a,b.com",
            "http://[::1]/",
            "ex\u{202e}ample.com",
        ] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }
}
