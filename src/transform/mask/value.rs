//! Values that are masked in their own form: identifiers, accounts, names, texts in JSON.

use serde_json::Value;

use super::MaskKind;
use super::address;
use super::keyed::{Keyed, Use};
use crate::entity::domain::public_suffix;
use crate::entity::ip_address::parse;

/// Accounts that every system has, and words for none.
const KNOWN: &str = "system|localsystem|local system|local service|network service|anonymous logon|anonymous|everyone|\
    authenticated users|administrator|administrators|guest|defaultaccount|wdagutilityaccount|krbtgt|iusr|root|nobody|n/a|none|\
    unknown|localhost";

/// Domains of such accounts, of which all stay.
const KNOWN_DOMAINS: &str =
    "nt authority|builtin|nt service|window manager|font driver host|workgroup";

fn is_in(list: &str, text: &str) -> bool {
    list.split('|')
        .any(|known| known.eq_ignore_ascii_case(text))
}

/// Puts the mask of `text`; blanks, `-` and what is no value of its kind but known stay.
pub(super) fn mask(keyed: &Keyed, kind: MaskKind, text: &str, to: &mut String) {
    if kind == MaskKind::Null {
        return;
    }
    if matches!(text.trim(), "" | "-") {
        return to.push_str(text);
    }
    let done = match kind {
        MaskKind::Auto => return mask(keyed, looks(text), text, to),
        MaskKind::Ip => addresses(keyed, text, to),
        MaskKind::Uuid => guid(keyed, text, to),
        MaskKind::Sid => sid(keyed, text, to),
        MaskKind::Account => account(keyed, text, to),
        MaskKind::Domain => host(keyed, text, to),
        MaskKind::Json => json(keyed, text, to),
        MaskKind::Text | MaskKind::Null => false,
    };
    if !done {
        keyed.letters(text, to);
    }
}

/// The kind of a text by its form.
fn looks(text: &str) -> MaskKind {
    let (mut marks, mut others) = (0, false);
    for byte in text.bytes() {
        match byte {
            b'@' | b'\\' => marks += 1,
            b' ' | b'/' | b':' | b',' => others = true,
            _ => {}
        }
    }
    if parse(text).is_some() {
        MaskKind::Ip
    } else if hex_digits(text).is_some() {
        MaskKind::Uuid
    } else if text.starts_with("S-1-") {
        MaskKind::Sid
    } else if text.starts_with(['{', '[']) {
        MaskKind::Json
    } else if is_in(KNOWN, text) || (marks == 1 && !others) {
        MaskKind::Account
    } else if marks == 0 && !others && suffix_of(text) < text.len() {
        MaskKind::Domain
    } else {
        MaskKind::Text
    }
}

/// Where the public suffix of a longer name begins, with its dot; else the end.
fn suffix_of(name: &str) -> usize {
    let length = public_suffix(name).map_or(0, |suffix| suffix.len() + 1);
    match length <= name.len() {
        true => name.len() - length,
        false => name.len(),
    }
}

/// Addresses with what stands between them.
fn addresses(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    if text.starts_with(['{', '[']) && json(keyed, text, to) {
        return true;
    }
    let mut start = 0;
    for (i, byte) in text.bytes().chain([b' ']).enumerate() {
        if !matches!(byte, b',' | b';' | b' ' | b'\t'..=b'\r') {
            continue;
        }
        let one = &text[start..i];
        if !one.is_empty() && !address(keyed, one, to) {
            mask(keyed, MaskKind::Account, one, to);
        }
        start = i + 1;
        to.push_str(&text[i..start.min(text.len())]);
    }
    true
}

/// An address, perhaps with brackets, a zone, a port or a prefix, which stay.
fn address(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    let start = usize::from(text.starts_with('['));
    let bytes = text.as_bytes();
    let is_end = |byte: &u8| matches!(byte, b'%' | b']' | b'/');
    let mut end = bytes.iter().position(is_end).unwrap_or(bytes.len());
    // One colon is before a port.
    let mut colons = (0..end).filter(|i| bytes[*i] == b':');
    if let (Some(colon), None) = (colons.next(), colons.next()) {
        end = colon;
    }
    let is_rest = |byte: u8| matches!(byte, b'0'..=b'9' | b':' | b'/' | b']');
    let rest = &text[end..];
    if !rest.starts_with('%') && !rest.bytes().all(is_rest) {
        return false;
    }
    let Some(address) = text.get(start..end).and_then(parse) else {
        return false;
    };
    to.push_str(&text[..start]);
    to.push_str(&address::mask(keyed, address).to_string());
    to.push_str(rest);
    true
}

/// The digits of a GUID in lower case, with or without lines and braces.
fn hex_digits(text: &str) -> Option<[u8; 32]> {
    let mut digits = [0; 32];
    let mut count = 0;
    for byte in text.bytes() {
        if byte.is_ascii_hexdigit() {
            *digits.get_mut(count)? = byte.to_ascii_lowercase();
            count += 1;
        } else if !matches!(byte, b'-' | b'{' | b'}') {
            return None;
        }
    }
    (count == 32 && matches!(text.len(), 32 | 36 | 38)).then_some(digits)
}

/// Digits for digits; version and variant stay (RFC 9562), and GUIDs of one digit.
fn guid(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    let Some(digits) = hex_digits(text) else {
        return false;
    };
    if digits == [digits[0]; 32] {
        to.push_str(text);
        return true;
    }
    let hash = keyed.hash(Use::Guid, &digits);
    let is_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    let letters = if is_upper {
        b"0123456789ABCDEF"
    } else {
        b"0123456789abcdef"
    };
    let mut place = 0;
    for byte in text.bytes() {
        let given = match byte {
            b'0'..=b'9' => byte & 15,
            b'-' | b'{' | b'}' => {
                to.push(char::from(byte));
                continue;
            }
            _ => (byte & 7) + 9,
        };
        let hashed = hash[place];
        let digit = match place {
            12 => given,
            16 => given & 12 | hashed & 3,
            _ => hashed,
        };
        to.push(char::from(letters[usize::from(digit & 15)]));
        place += 1;
    }
    true
}

/// The numbers of a domain, of an account of Entra ID and the like; the last one of an account of
/// a domain (its RID) stays, and what every system has.
/// <https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers>
fn sid(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    // Where its parts begin, up to the second after which they are masked.
    let mut starts = [text.len(); 8];
    let mut count = 0;
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            b'S' | b's' if i == 0 => {}
            b'0'..=b'9' if i > 1 => {}
            b'-' if i > 0 => {
                if count < starts.len() {
                    starts[count] = i;
                }
                count += 1;
            }
            _ => return false,
        }
    }
    if count < 2 {
        return false;
    }
    let is_domain = count >= 6 && text[starts[1]..].starts_with("-5-21-");
    let (start, end) = match (is_domain, count) {
        (true, _) => (starts[3], starts[6]),
        (false, 0..=5) => (text.len(), text.len()),
        (false, _) => (starts[3], text.len()),
    };
    let masked = &text[start..end];
    let hash = keyed.hash(Use::Sid, masked.as_bytes());
    to.push_str(&text[..start]);
    let parts = masked.bytes().filter(|byte| *byte == b'-').count();
    for i in 0..parts {
        let at = 4 * (i % 8);
        let number = hash[at..at + 4]
            .iter()
            .fold(0, |all, byte| all << 8 | u32::from(*byte));
        to.push('-');
        to.push_str(&number.to_string());
    }
    to.push_str(&text[end..]);
    true
}

/// `DOMAIN\user`, `user@domain` and `user`, with the `$` of a computer.
fn account(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    if is_in(KNOWN, text) {
        to.push_str(text);
    } else if let Some((domain, user)) = text.split_once('\\') {
        if is_in(KNOWN_DOMAINS, domain) {
            to.push_str(text);
            return true;
        }
        host(keyed, domain, to);
        to.push('\\');
        user_name(keyed, user, to);
    } else if let Some((user, domain)) = text.rsplit_once('@') {
        user_name(keyed, user, to);
        to.push('@');
        host(keyed, domain, to);
    } else {
        user_name(keyed, text, to);
    }
    true
}

fn user_name(keyed: &Keyed, name: &str, to: &mut String) {
    match name.strip_suffix('$') {
        _ if name.is_empty() || is_in(KNOWN, name) => to.push_str(name),
        Some(computer) if !computer.is_empty() => {
            keyed.letters(computer, to);
            to.push('$');
        }
        _ => keyed.letters(name, to),
    }
}

/// A name of labels, each masked by itself; its public suffix, a port and `*` stay. An address is one.
fn host(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    if is_in(KNOWN_DOMAINS, text) {
        to.push_str(text);
        return true;
    }
    if address(keyed, text, to) {
        return true;
    }
    let name = match text.rsplit_once(':') {
        Some((name, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            name
        }
        _ => text,
    };
    let masked = &name[..suffix_of(name)];
    for (i, label) in masked.split('.').enumerate() {
        if i > 0 {
            to.push('.');
        }
        match label {
            "" | "*" => to.push_str(label),
            label if is_in(KNOWN, label) => to.push_str(label),
            label => keyed.letters(label, to),
        }
    }
    to.push_str(&text[masked.len()..]);
    true
}

/// Texts in JSON, but not names; numbers stay. What is no JSON is not done.
fn json(keyed: &Keyed, text: &str, to: &mut String) -> bool {
    if serde_json::from_str::<Value>(text).is_err() {
        return false;
    }
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        to.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = end_of_text(rest);
        let (literal, after) = rest.split_at(end);
        rest = after;
        let is_name = after.trim_start().starts_with(':');
        match serde_json::from_str(literal) {
            Ok(Value::String(value)) if !is_name => {
                let mut masked = String::new();
                mask(keyed, MaskKind::Auto, &value, &mut masked);
                to.push_str(&Value::String(masked).to_string());
            }
            _ => to.push_str(literal),
        }
    }
    to.push_str(rest);
    true
}

/// Where a text in quotes ends, which it does.
fn end_of_text(text: &str) -> usize {
    let mut is_escaped = false;
    for (i, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return i + 1,
            _ => {}
        }
    }
    text.len()
}
