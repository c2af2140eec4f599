//! Names that are made to be taken for others.
//!
//! T1583.001 and T1036: a letter of another script, `rn` for `m`, a letter more or
//! less, a known name with a word added, or in front of another domain.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use crate::entity::domain::DomainParts;

/// Domains of banks, shops and services that phishing often imitates; no ranking.
/// A user's own come before these.
#[rustfmt::skip]
pub const OFTEN_IMITATED: &[&str] = &[
    "adobe.com", "amazon.com", "americanexpress.com", "apple.com", "bankofamerica.com",
    "binance.com", "booking.com", "chase.com", "coinbase.com", "dhl.com", "docusign.com",
    "dropbox.com", "ebay.com", "facebook.com", "fedex.com", "github.com", "gmail.com",
    "google.com", "hsbc.com", "icloud.com", "instagram.com", "linkedin.com", "live.com",
    "mastercard.com", "microsoft.com", "microsoftonline.com", "netflix.com", "office.com",
    "office365.com", "okta.com", "onedrive.com", "outlook.com", "paypal.com", "roblox.com",
    "sharepoint.com", "spotify.com", "steampowered.com", "telegram.org", "twitter.com",
    "usps.com", "visa.com", "walmart.com", "wellsfargo.com", "whatsapp.com", "yahoo.com",
    "zoom.us",
];

/// Other domains of their owners, which are no imitations; those under country
/// suffixes are too many to list.
#[rustfmt::skip]
const OWN: &[&str] = &[
    "adobe.io", "adobedtm.com", "adobelogin.com", "amazonaws.com", "amazontrust.com",
    "apple-cloudkit.com", "apple-dns.net", "cdn-apple.com", "cdninstagram.com", "docusign.net",
    "dropboxapi.com", "dropboxusercontent.com", "facebook.net", "github.io", "githubassets.com",
    "githubusercontent.com", "google-analytics.com", "googleadservices.com", "googleapis.com",
    "googlesyndication.com", "googletagmanager.com", "googleusercontent.com", "googlevideo.com",
    "icloud-content.com", "live.net", "media-amazon.com", "microsoftazuread-sso.com",
    "microsoftonline-p.com", "office.net", "paypalobjects.com", "sharepointonline.com",
    "spotifycdn.com", "ssl-images-amazon.com", "whatsapp.net", "yahooapis.com",
];

/// Letters that look like these: capital and small ones of Cyrillic, Greek and
/// Armenian, and digits. After the Unicode consortium's table of confusable
/// characters (UTS 39), which is far longer; these occur in domain names.
#[rustfmt::skip]
const LETTERS: &[(char, &str)] = &[
    ('a', "аɑα"), ('b', "Ьƅв"), ('c', "сϲ"), ('d', "ԁɗ"), ('e', "еҽєε3"), ('f', "ғ"),
    ('g', "ɡց"), ('h', "һհн"), ('j', "јϳ"), ('k', "кκ"), ('l', "iіıӏΙι1|ǀ"), ('m', "мʍ"),
    ('n', "пηռ"), ('o', "оοօσ0"), ('p', "рρ"), ('q', "ԛգ"), ('r', "гꭇ"), ('s', "ѕꜱ5"),
    ('t', "тτ"), ('u', "υսц"), ('v', "ѵν"), ('w', "ԝѡωш"), ('x', "хχ"), ('y', "уүγ"),
    ('z', "ᴢ"),
];

/// Latin letters with an accent.
#[rustfmt::skip]
const ACCENTED: &[(char, &str)] = &[
    ('a', "àáâãäåāăąạảấầ"), ('c', "çćĉċč"), ('d', "ďđ"), ('e', "èéêëēĕėęěẹẻ"),
    ('g', "ĝğġģ"), ('h', "ĥħ"), ('l', "ìíîïĩīĭįịĺļľłḷ"), ('j', "ĵ"), ('k', "ķĸ"),
    ('n', "ñńņňṇ"), ('o', "òóôõöøōŏőọỏơ"), ('r', "ŕŗř"), ('s', "śŝşšș"), ('t', "ţťŧțṭ"),
    ('u', "ùúûüũūŭůűųụưủ"), ('w', "ŵẁẃẅ"), ('y', "ýÿŷỳ"), ('z', "źżž"),
];

/// How a name resembles another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// The same letters to the eye: `microsоft.com` with a Cyrillic `о`, `rnicrosoft.com`.
    Homoglyph,
    /// The same name under another suffix: `microsoft.example`.
    OtherSuffix,
    /// One letter more, less, swapped or another: `mircosoft.com`; two in long names.
    Typo,
    /// The name with something added: `microsoft-login.com`.
    Combined,
    /// The name in front of another domain: `microsoft.com.example.net`.
    Subdomain,
}

impl Likeness {
    /// The name that users see.
    pub fn name(self) -> &'static str {
        match self {
            Self::Homoglyph => "homoglyph",
            Self::OtherSuffix => "other suffix",
            Self::Typo => "typo",
            Self::Combined => "combined",
            Self::Subdomain => "subdomain",
        }
    }
}

/// Domains to compare names with.
#[derive(Debug)]
pub struct Protected {
    domains: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    /// As given, such as `example.co.uk`.
    domain: String,
    /// Its own label, such as `example`.
    label: String,
    skeleton: String,
    letters: Vec<char>,
}

/// A short label is part of too many words to be looked for inside others.
const LONG_ENOUGH: usize = 5;

impl Protected {
    /// `own` come first, so that they are named where two are alike. What is no
    /// domain is returned as the error.
    pub fn new(own: &[String]) -> Result<Self, String> {
        let all = own
            .iter()
            .map(String::as_str)
            .chain(OFTEN_IMITATED.iter().copied());
        let known = |domain: &str| {
            let parts = crate::entity::domain::parts(domain).ok_or(domain.to_string())?;
            let registered = parts.registered_domain.ok_or(domain.to_string())?;
            let label = crate::entity::domain::to_unicode(&parts.domain);
            let skeleton = skeleton(&label);
            Ok(Known {
                letters: skeleton.chars().collect(),
                skeleton,
                domain: registered,
                label,
            })
        };
        let domains = all.map(known).collect::<Result<_, String>>()?;
        Ok(Self { domains })
    }

    /// The domain that a name resembles most, and how; `None` for the domain
    /// itself, others of its owner and all below them, and for names like none. O(domains · length²).
    pub fn resembled(&self, name: &DomainParts) -> Option<(&str, Likeness)> {
        let registered = name.registered_domain.as_deref()?;
        if self.domains.iter().any(|known| known.domain == registered) || OWN.contains(&registered)
        {
            return None;
        }
        let label = crate::entity::domain::to_unicode(&name.domain);
        let skeleton = skeleton(&label);
        let letters: Vec<char> = skeleton.chars().collect();
        let alike = |known: &Known| known.likeness(&label, &skeleton, &letters, &name.subdomain);
        let found = self
            .domains
            .iter()
            .filter_map(|known| Some((alike(known)?, known)));
        let (likeness, known) = found.min_by_key(|(likeness, _)| *likeness)?;
        Some((&known.domain, likeness))
    }
}

impl Known {
    fn likeness(
        &self,
        label: &str,
        skeleton: &str,
        letters: &[char],
        subdomain: &str,
    ) -> Option<Likeness> {
        let length = self.label.chars().count();
        if label == self.label {
            return Some(Likeness::OtherSuffix);
        }
        if skeleton == self.skeleton {
            return Some(Likeness::Homoglyph);
        }
        let allowed = match length {
            ..LONG_ENOUGH => 0,
            LONG_ENOUGH..10 => 1,
            _ => 2,
        };
        if allowed > 0 && distance_at_most(letters, &self.letters, allowed) {
            return Some(Likeness::Typo);
        }
        let mut words = label.split('-');
        let inside = length >= LONG_ENOUGH && skeleton.contains(&self.skeleton);
        if inside || (label.contains('-') && words.any(|word| word == self.label)) {
            return Some(Likeness::Combined);
        }
        let in_front = subdomain.split('.').any(|label| label == self.label);
        (in_front && length >= LONG_ENOUGH).then_some(Likeness::Subdomain)
    }
}

/// A label as the eye takes it: letters that look alike become one.
fn skeleton(label: &str) -> String {
    let letters: String = label.chars().map(plain_letter).collect();
    let pairs = [("rn", "m"), ("vv", "w"), ("cl", "d")];
    let replaced = pairs.iter().fold(
        Cow::Borrowed(letters.as_str()),
        |text, (pair, one)| match text.contains(pair) {
            true => Cow::Owned(text.replace(pair, one)),
            false => text,
        },
    );
    replaced.into_owned()
}

fn plain_letter(letter: char) -> char {
    static PLAIN: OnceLock<HashMap<char, char>> = OnceLock::new();
    let plain = PLAIN.get_or_init(|| {
        let mut plain = HashMap::new();
        for (one, alike) in LETTERS.iter().chain(ACCENTED) {
            for letter in alike.chars() {
                plain.entry(letter).or_insert(*one);
            }
        }
        plain
    });
    match letter {
        // Full-width forms, as in `ｇoogle`.
        '\u{ff41}'..='\u{ff5a}' => char::from((u32::from(letter) - 0xff41) as u8 + b'a'),
        _ => plain.get(&letter).copied().unwrap_or(letter),
    }
}

/// Whether at most `most` letters must be added, left out, changed or swapped
/// with their neighbour (optimal string alignment) to make `b` of `a`.
fn distance_at_most(a: &[char], b: &[char], most: usize) -> bool {
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        // No later row has less than the least of this one.
        if row.iter().all(|&least| least > most) {
            return false;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()] <= most
}

/// Whether a label has letters of scripts that no language writes together, such
/// as Latin and Cyrillic.
pub fn mixes_scripts(label: &str) -> bool {
    let mut scripts = label.chars().filter_map(|letter| match letter {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' => Some("Latin"),
        '\u{370}'..='\u{3ff}' => Some("Greek"),
        '\u{400}'..='\u{52f}' => Some("Cyrillic"),
        '\u{530}'..='\u{58f}' => Some("Armenian"),
        '\u{590}'..='\u{5ff}' => Some("Hebrew"),
        '\u{600}'..='\u{6ff}' => Some("Arabic"),
        '\u{10a0}'..='\u{10ff}' => Some("Georgian"),
        '\u{13a0}'..='\u{13ff}' => Some("Cherokee"),
        _ => None,
    });
    let first = scripts.next();
    first.is_some_and(|first| scripts.any(|script| script != first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entity::domain::parts;

    #[test]
    fn imitations_are_told() {
        let protected = Protected::new(&["contoso.co.uk".into()]).expect("domains");
        for (name, expected) in [
            (
                "microsоft.com",
                Some(("microsoft.com", Likeness::Homoglyph)),
            ),
            (
                "rnicrosoft.com",
                Some(("microsoft.com", Likeness::Homoglyph)),
            ),
            ("g00gle.com", Some(("google.com", Likeness::Homoglyph))),
            ("paypaI.com", Some(("paypal.com", Likeness::Homoglyph))),
            (
                "xn--80ak6aa92e.com",
                Some(("apple.com", Likeness::Homoglyph)),
            ),
            ("göogle.com", Some(("google.com", Likeness::Homoglyph))),
            (
                "microsoft.xyz",
                Some(("microsoft.com", Likeness::OtherSuffix)),
            ),
            ("mircosoft.com", Some(("microsoft.com", Likeness::Typo))),
            ("googel.com", Some(("google.com", Likeness::Typo))),
            (
                "microsoft-login.com",
                Some(("microsoft.com", Likeness::Combined)),
            ),
            ("secure-dhl.com", Some(("dhl.com", Likeness::Combined))),
            (
                "login.microsoft.com.evil.net",
                Some(("microsoft.com", Likeness::Subdomain)),
            ),
            ("contosso.co.uk", Some(("contoso.co.uk", Likeness::Typo))),
            ("login.microsoft.com", None),
            ("microsoft.com", None),
            ("storage.googleapis.com", None),
            ("raw.githubusercontent.com", None),
            ("example.com", None),
            ("chess.com", None),
            ("goggles.org", None),
            ("wikipedia.org", None),
        ] {
            let found = protected.resembled(&parts(name).expect(name));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn scripts_that_go_together() {
        for (label, mixed) in [
            ("microsоft", true),
            ("bücher", false),
            ("яндекс", false),
            ("яндекс1", false),
            ("αpple", true),
            ("例え", false),
        ] {
            assert_eq!(mixes_scripts(label), mixed, "{label}");
        }
    }

    #[test]
    fn distances() {
        for (a, b, most, expected) in [
            ("abc", "abc", 0, true),
            ("abc", "acb", 1, true),
            ("abc", "ab", 1, true),
            ("abc", "xyz", 2, false),
            ("xabcdef", "abcdefx", 2, true),
            ("abcdefg", "badcefg", 2, true),
            ("abcdefg", "badcegf", 2, false),
            ("", "ab", 1, false),
        ] {
            let [left, right] = [a, b].map(|text| text.chars().collect::<Vec<_>>());
            let found = distance_at_most(&left, &right, most);
            assert_eq!(found, expected, "{a} {b}");
        }
    }
}
