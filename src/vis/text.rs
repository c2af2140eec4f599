//! How wide a text will be, and texts that are made to fit.
//!
//! Nothing can be measured where SVG is written, so widths are estimated, for a usual
//! sans-serif font and rather too wide than too narrow.

use std::str::Chars;
use std::sync::atomic::{AtomicU32, Ordering};

/// Advance widths of the printable ASCII characters in 1/100 em: those of Helvetica, which
/// Arial and Liberation Sans share, rounded up (Adobe's Core 14 AFM files, `Helvetica.afm`).
const ASCII: [u8; 95] = [
    28, 28, 36, 56, 56, 89, 67, 20, 34, 34, 39, 59, 28, 34, 28, 28, // space to /
    56, 56, 56, 56, 56, 56, 56, 56, 56, 56, 28, 28, 59, 59, 59, 56, // 0 to ?
    102, 67, 67, 73, 73, 67, 62, 78, 73, 28, 50, 67, 56, 84, 73, 78, // @ to O
    67, 78, 73, 67, 62, 73, 67, 95, 67, 67, 62, 28, 28, 28, 47, 56, // P to _
    34, 56, 56, 50, 56, 56, 28, 56, 56, 23, 23, 50, 23, 84, 56, 56, // ` to o
    56, 56, 34, 50, 28, 56, 50, 73, 50, 50, 50, 34, 26, 34, 59, // p to ~
];

/// How wide the font is, in hundredths of what is reckoned.
static FONT_WIDTH: AtomicU32 = AtomicU32::new(100);

/// Tells how wide the font is that texts are drawn in, as a factor of what is reckoned, 0.5 to 2: a
/// system without Arial or its like takes another.
pub fn set_font_width(factor: f64) {
    if factor.is_finite() {
        let hundredths = (factor.clamp(0.5, 2.0) * 100.0).ceil();
        FONT_WIDTH.store(hundredths as u32, Ordering::Relaxed);
    }
}

/// The width of what has none, in 1/100 em: so a text of nothing else has an end, too.
const MARK: f64 = 1.0;

/// The width of a character in 1/100 em.
fn advance(c: char) -> f64 {
    let hundredths = match c as u32 {
        code @ 0x20..=0x7e => ASCII[code as usize - 0x20],
        // Combining marks, joiners, marks of direction, variation selectors.
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x64b..=0x65f | 0x1ab0..=0x1aff => {
            return MARK;
        }
        0x1dc0..=0x1dff | 0x200b..=0x200f | 0x2060..=0x2064 | 0x20d0..=0x20ff => return MARK,
        0xfe00..=0xfe0f | 0xfe20..=0xfe2f | 0xfeff | 0xe_0000..=0xe_0fff => return MARK,
        // Emoji are wider than their line is high in the fonts of Google and Microsoft.
        0x1_f000..=0x1_faff => 125,
        // Long dashes, the ellipsis, arrows, signs, and what East Asia writes.
        0x2014 | 0x2015 | 0x2026 | 0x1100..=0x115f | 0x2190..=0x2bff | 0x2e80.. => 100,
        // Capitals are wider and small letters narrower; hardly a word has more of the former.
        _ => 60,
    };
    f64::from(u32::from(hundredths) * FONT_WIDTH.load(Ordering::Relaxed)) / 100.0
}

/// What is shown for a character: a space for what would break the line or is not allowed in
/// XML, and a sign for what would turn around the text that follows.
fn shown(c: char) -> char {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}' => ' ',
        c if c.is_control() => ' ',
        c => c,
    }
}

/// The width of a text in CSS pixels at a font size in CSS pixels.
pub(crate) fn width(text: &str, size: f64) -> f64 {
    hundredths(text) * size / 100.0
}

/// The width of a text in 1/100 em.
fn hundredths(text: &str) -> f64 {
    text.chars().map(|c| advance(shown(c))).sum()
}

/// Moves characters to `out` as long as they fit into `room`, and says how much of it is left;
/// both in 1/100 em.
fn take(chars: &mut Chars, mut room: f64, out: &mut String) -> f64 {
    let mut rest = chars.clone();
    while let Some(c) = rest.next().map(shown) {
        if room < advance(c) {
            break;
        }
        room -= advance(c);
        out.push(c);
        *chars = rest.clone();
    }
    room
}

/// `text` as one line that is at most `max_width` CSS pixels wide: if it is too long, its
/// middle is left out for `…`. Control characters and line breaks are shown as spaces.
///
/// Where not even `…` has room, there is no text at all.
pub(crate) fn shorten(text: &str, size: f64, max_width: f64) -> String {
    let (mut out, mut rest) = (String::new(), text.chars());
    // What is not a number is no room.
    let room = (max_width * 100.0 / size).max(0.0);
    take(&mut rest, room, &mut out);
    if rest.as_str().is_empty() {
        return out;
    }
    out.clear();
    let room = room - advance('…');
    if room < 0.0 {
        return out;
    }
    rest = text.chars();
    let room = room / 2.0 + take(&mut rest, room / 2.0, &mut out);
    out.push('…');
    let mut over = hundredths(rest.as_str()) - room;
    let mut tail = rest.clone();
    while let Some(c) = rest.next() {
        let wide = advance(shown(c));
        // An accent without its letter would sit on the `…`.
        if over <= 0.0 && wide > MARK {
            break;
        }
        over -= wide;
        tail = rest.clone();
    }
    take(&mut tail, f64::INFINITY, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_how_wide_a_text_is() {
        for (name, text, expected) in [
            ("nothing", "", 0.0),
            ("digits", "10:30", 25.2),
            ("narrow", "ill", 6.9),
            ("the widest", "@", 10.2),
            ("the last of ASCII", "~", 5.9),
            ("an accent of its own", "e\u{301}", 5.7),
            ("a letter with an accent", "é", 6.0),
            ("Chinese", "日志", 20.0),
            ("emoji", "🦊", 12.5),
            ("a line break is a space", "\n", 2.8),
        ] {
            assert!((width(text, 10.0) - expected).abs() < 1e-9, "{name}");
        }
    }

    #[test]
    fn shortens_in_the_middle() {
        for (name, text, max, expected) in [
            ("fits", "powershell.exe", 200.0, "powershell.exe"),
            (
                "too long",
                r"C:\Windows\System32\cmd.exe",
                100.0,
                r"C:\Windo…2\cmd.exe",
            ),
            ("the sign and a character", "powershell.exe", 20.0, "…e"),
            ("only the sign", "powershell.exe", 10.0, "…"),
            ("nothing", "powershell.exe", 9.0, ""),
            ("no room", "powershell.exe", -1.0, ""),
            ("not a number", "powershell.exe", f64::NAN, ""),
            ("empty", "", 0.0, ""),
            ("line breaks", "a\r\nb\tc\0", 100.0, "a  b c "),
            ("Chinese", "日志分析工具", 35.0, "日…具"),
            ("no accent on the sign", "aaaaaae\u{301}\u{301}", 15.0, "…"),
            (
                "what turns text around",
                "a\u{202e}gpj.exe",
                100.0,
                "a\u{fffd}gpj.exe",
            ),
        ] {
            assert_eq!(shorten(text, 10.0, max), expected, "{name}");
        }
    }

    #[test]
    fn a_text_of_marks_is_not_kept_in_full() {
        let text = "\u{301}".repeat(100_000);
        assert!(shorten(&text, 10.0, 100.0).chars().count() < 1000);
    }

    proptest! {
        #[test]
        fn what_is_shortened_fits(text in "\\PC{0,40}|.{0,40}", size in 1.0..40.0, max in -5.0..400.0) {
            let short = shorten(&text, size, max);
            prop_assert!(width(&short, size) <= max.max(0.0) + 1e-9);
            prop_assert!(!short.chars().any(char::is_control));
        }

        #[test]
        fn head_and_tail_are_kept(text in "[a-zäß日]{30,60}", max in 60.0..150.0) {
            let short = shorten(&text, 10.0, max);
            let (head, tail) = short.split_once('…').expect("a text that is too long");
            prop_assert!(text.starts_with(head) && text.ends_with(tail));
            prop_assert!(!head.is_empty() && !tail.is_empty());
            prop_assert!(width(&short, 10.0) > max - 20.0, "room is used");
        }
    }
}
