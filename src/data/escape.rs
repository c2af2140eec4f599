//! Values in literals: the one place where anything is escaped.

use super::language::{Escape, Language};
use super::scan::{Place, State};

/// Adds `text` to `out`, where `state` is, so that it stays there and is read as it is.
///
/// # Errors
///
/// What cannot be in a literal of this kind, if `text` has it.
pub(super) fn escape(
    language: &Language,
    state: State,
    text: &str,
    out: &mut String,
) -> Result<(), &'static str> {
    let Place::Literal(number) = state.place else {
        // In a comment no value matters, but it must not end it.
        out.extend(text.chars().map(|c| if is_control(c) { ' ' } else { c }));
        return Ok(());
    };
    if state.inner != 0 && text.contains([state.inner as char, '\\']) {
        return Err("a quote or backslash, for which there is no escape there");
    }
    let quote = &language.quotes[usize::from(number)];
    let mut escaped = String::new();
    let end = quote.close.chars().next().unwrap_or('"');
    for c in text.chars() {
        match quote.escape {
            Escape::Backslash if c == '\\' || c == end => escaped.extend(['\\', c]),
            Escape::Backslash if is_control(c) && !language.lines_in_literals => {
                control(language, c, &mut escaped)?;
            }
            Escape::Doubled if c == end => escaped.extend([c, c]),
            Escape::Never if c == end || (c == '\\' && quote.open.len() == 1) => {
                return Err("a quote or backslash, for which there is no escape there");
            }
            Escape::Doubled | Escape::Never
                if is_control(c) && !language.lines_in_literals && quote.open.len() < 3 =>
            {
                return Err("a line break or another control character");
            }
            _ => escaped.push(c),
        }
    }
    match language.is_url {
        true => percent(&escaped, "-._~!$'()*,;:@/=", out),
        false => out.push_str(&escaped),
    }
    Ok(())
}

/// What ends a line or is not seen.
fn is_control(c: char) -> bool {
    c.is_control() || c == '\u{2028}' || c == '\u{2029}'
}

fn control(language: &Language, c: char, out: &mut String) -> Result<(), &'static str> {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ if language.unicode_escapes => {
            out.push_str("\\u");
            for shift in [12, 8, 4, 0] {
                out.extend(char::from_digit(c as u32 >> shift & 15, 16));
            }
        }
        _ => out.push(c),
    }
    Ok(())
}

/// Adds a text as it is in an address, with what is not a letter, digit or in `safe` as `%20`.
pub(super) fn percent(text: &str, safe: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || safe.as_bytes().contains(&byte) {
            out.push(char::from(byte));
            continue;
        }
        out.push('%');
        for nibble in [byte >> 4, byte & 15] {
            out.extend(char::from_digit(nibble.into(), 16).map(|digit| digit.to_ascii_uppercase()));
        }
    }
}
