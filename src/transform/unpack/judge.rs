//! Whether a candidate is encoded data, by what it decodes to and what stands
//! before it. Length alone says nothing: words, names, paths and hashes are
//! made of the same letters.

use flate2::{Decompress, FlushDecompress, Status};

use super::decode;
use super::escape;
use super::find::{self, Candidate, Coding};
use super::magic::{self, Kind};
use super::text::{self, Doubt, Encoding};
use crate::archive::Format;

/// Letters that look random, but decode to nothing known, are taken for packed or
/// encrypted bytes from this many on: keys and checksums are shorter.
const LEAST_RANDOM: usize = 100;
/// What the text says to be base64 is no name from this many letters on.
const LEAST_TOLD: usize = 64;
/// Hex digits that decode to nothing known are taken for bytes from this many on:
/// no hash has more than 128.
const LEAST_HEX: usize = 256;
/// Escaped bytes are meant as bytes, whatever they are, from this many on.
const LEAST_ESCAPED: usize = 32;
/// XORed bytes are found by chance in fewer.
const LEAST_XORED: usize = 24;
/// How much is unpacked to see whether something is compressed.
const PROBE_BYTES: usize = 4096;

/// What bytes are.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Content {
    pub(super) kind: Option<Kind>,
    pub(super) text: Option<(String, Encoding)>,
}

/// What `bytes` are by their first ones, zlib among them.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    magic::identify(bytes).or_else(|| zlib(bytes))
}

impl Content {
    pub(super) fn of(bytes: &[u8], doubt: Doubt) -> Self {
        let kind = kind(bytes);
        let text = match kind {
            Some(Kind { is_open: false, .. }) => None,
            Some(_) => text::decode(bytes, Doubt::Little),
            None => text::decode(bytes, doubt),
        };
        Self { kind, text }
    }

    fn is_known(&self) -> bool {
        self.kind.is_some() || self.text.is_some()
    }

    /// Its name in column `file_type`.
    pub(super) fn file_type(&self) -> Option<&'static str> {
        match (&self.kind, &self.text) {
            (Some(kind), _) => Some(kind.name),
            (None, Some((text, _))) => magic::identify_text(text),
            (None, None) => None,
        }
    }
}

/// A candidate that is encoded data.
#[derive(Debug, PartialEq)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// How it was encoded, as in column `method`.
    pub(super) method: &'static str,
    pub(super) content: Content,
}

/// What to look for beside the usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct Aims {
    /// Whether candidates that decode to bytes of no known kind may count.
    pub(super) unknown: bool,
    /// Whether to try every XOR with one byte.
    pub(super) xor: bool,
}

/// What the candidate decodes to, if that is more than chance.
pub(super) fn judge(text: &[u8], candidate: &Candidate, aims: Aims) -> Option<Decoded> {
    let run = &text[candidate.start..candidate.end];
    if candidate.coding == Coding::Letters {
        return letters(text, candidate, aims);
    }
    let bytes = escape::decode(run, candidate.coding);
    let doubt = match candidate.coding {
        Coding::Chars => Doubt::Little,
        _ => Doubt::Much,
    };
    if candidate.coding == Coding::Numbers && !is_varied(&bytes) {
        return None;
    }
    let content = Content::of(&bytes, doubt);
    let starts = |prefix: &[u8]| run.starts_with(prefix);
    let is_meant = match candidate.coding {
        Coding::Chars => true,
        _ => bytes.len() >= LEAST_ESCAPED && (starts(b"\\x") || starts(b"0x") || starts(b"%u")),
    };
    (content.is_known() || is_meant && aims.unknown).then_some(Decoded {
        bytes,
        method: match candidate.coding {
            Coding::Percent => "percent",
            Coding::Backslash => "escape",
            Coding::Numbers => "numbers",
            _ => "char",
        },
        content,
    })
}

fn letters(text: &[u8], candidate: &Candidate, aims: Aims) -> Option<Decoded> {
    let mut letters = Vec::new();
    find::letters(&text[candidate.start..candidate.end], &mut letters);
    let cue = Cue::before(text, candidate.start);
    let digits = letters.strip_prefix(b"0x").unwrap_or(&letters);
    if digits.iter().all(u8::is_ascii_hexdigit) && cue != Cue::Base64 {
        let bytes = decode::hex(digits)?;
        let content = Content::of(&bytes, Doubt::Much);
        let is_number = digits.iter().all(u8::is_ascii_digit);
        let is_long = digits.len() >= LEAST_HEX && !is_number && is_varied(&bytes);
        let is_meant = aims.unknown && is_long;
        return (content.is_known() || is_meant).then_some(Decoded {
            bytes,
            method: "hex",
            content,
        });
    }
    let (bytes, is_url) = decode::base64(&letters)?;
    let doubt = match cue {
        Cue::Base64 => Doubt::Little,
        _ => Doubt::Much,
    };
    let mut content = Content::of(&bytes, doubt);
    if !content.is_known() {
        let is_mixed = decode::is_mixed(&letters);
        let is_told = cue == Cue::Base64;
        if !is_told && !is_mixed {
            return None;
        }
        content.kind = deflate(&bytes);
        // Even there may stand the name of a variable: `atob(getPayload)`.
        let is_value = is_mixed || letters.ends_with(b"=") || letters.len() >= LEAST_TOLD;
        let is_long = letters.len() >= LEAST_RANDOM && cue == Cue::None;
        let is_meant = aims.unknown && (is_told && is_value || is_long);
        if content.kind.is_none() && !is_meant && !(aims.xor && xor(&bytes).is_some()) {
            return None;
        }
    }
    Some(Decoded {
        bytes,
        method: if is_url { "base64url" } else { "base64" },
        content,
    })
}

/// Whether bytes are no ruler, no table of classes and no list in order.
fn is_varied(bytes: &[u8]) -> bool {
    const LEAST_DIFFERENT: usize = 6;
    let head = &bytes[..bytes.len().min(256)];
    let mut is_there = [false; 256];
    for &byte in head {
        is_there[usize::from(byte)] = true;
    }
    let different = is_there.iter().filter(|is_there| **is_there).count();
    let falls = head.windows(2).filter(|pair| pair[0] > pair[1]).count();
    different >= LEAST_DIFFERENT && falls * 8 >= head.len()
}

/// What the text before a candidate says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    None,
    /// It is base64.
    Base64,
    /// It is a hash, or the signature of a token.
    Hash,
}

impl Cue {
    fn before(text: &[u8], start: usize) -> Self {
        const LONGEST: usize = 64;
        const BASE64: [&[u8]; 7] = [
            b"frombase64string(",
            b"base64,",
            b"64decode(",
            b"64_decode(",
            b"atob(",
            b"authorization: basic",
            b"base64 -d <<<",
        ];
        const HASH: [&[u8]; 6] = [
            b"sha1-", b"sha256-", b"sha384-", b"sha512-", b"sha256:", b"sha512:",
        ];
        let from = start.saturating_sub(LONGEST);
        let mut lower = [0; LONGEST];
        let lower = &mut lower[..start - from];
        lower.copy_from_slice(&text[from..start]);
        lower.make_ascii_lowercase();
        if HASH.iter().any(|cue| lower.ends_with(cue)) {
            return Self::Hash;
        }
        // The third part of a JSON Web Token signs those before (RFC 7515).
        let part = lower.strip_suffix(b".").unwrap_or_default();
        if part.len() > 16
            && part
                .iter()
                .rev()
                .take(16)
                .all(|&byte| find::is_letter(byte))
        {
            return Self::Hash;
        }
        let call = trimmed(lower, b" \t'\"\\@");
        // A certificate, or what certutil encodes as one (RFC 7468).
        let is_framed = || {
            lower.trim_ascii_end().ends_with(b"-----")
                && memchr::memmem::find(lower, b"-----begin ").is_some()
        };
        if BASE64.iter().any(|cue| call.ends_with(cue)) || is_framed() || is_encoded_command(lower)
        {
            return Self::Base64;
        }
        Self::None
    }
}

/// Whether a text ends with PowerShell's option for base64, or any short form of it
/// that is not also one of other programs.
/// <https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_powershell_exe>
fn is_encoded_command(lower: &[u8]) -> bool {
    let head = trimmed(lower, b"'\"\\");
    let option = trimmed(head, b" \t");
    let is_apart = option.len() < head.len();
    let name = option.rsplit(|byte| !byte.is_ascii_alphabetic()).next();
    let name = name.unwrap_or_default();
    // The last byte of a dash that a word processor made, too.
    let dash = option[..option.len() - name.len()].last();
    is_apart
        && matches!(dash, Some(b'-' | b'/' | 0x93))
        && (name == b"ec" || name.len() > 1 && b"encodedcommand".starts_with(name))
}

/// `text` without these bytes at its end.
fn trimmed<'t>(text: &'t [u8], bytes: &[u8]) -> &'t [u8] {
    let end = text.iter().rposition(|byte| !bytes.contains(byte));
    &text[..end.map_or(0, |last| last + 1)]
}

/// The key whose XOR makes something known of `bytes`, and what. Of several texts,
/// which differ in case or signs, the one with most small letters and blanks.
pub(super) fn xor(bytes: &[u8]) -> Option<(u8, Content)> {
    const HEAD: usize = 256;
    if bytes.len() < LEAST_XORED {
        return None;
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    let keys = (1..=255u8).filter_map(|key| {
        let content = Content::of(&decode::xor(head, key), Doubt::Much);
        let usual = |c: &char| c.is_lowercase() || *c == ' ';
        let score = match &content {
            Content { kind: Some(_), .. } => usize::MAX,
            Content { text, .. } => text.as_ref()?.0.chars().filter(usual).count(),
        };
        Some((score, key))
    });
    let (_, key) = keys.max_by_key(|&(score, key)| (score, std::cmp::Reverse(key)))?;
    let content = Content::of(&decode::xor(bytes, key), Doubt::Much);
    content.is_known().then_some((key, content))
}

fn zlib(bytes: &[u8]) -> Option<Kind> {
    let (head, is_whole) = magic::may_be_zlib(bytes).then(|| inflate(bytes, true))??;
    (is_whole || head.len() == PROBE_BYTES).then_some(packed(Format::Zlib))
}

/// Deflate has no mark, so that what comes out of it must be known.
fn deflate(bytes: &[u8]) -> Option<Kind> {
    let (head, is_whole) = inflate(bytes, false)?;
    let is_enough = is_whole || head.len() == PROBE_BYTES;
    let is_known = || Content::of(&head, Doubt::Much).is_known();
    (is_enough && is_known()).then_some(packed(Format::Deflate))
}

fn packed(format: Format) -> Kind {
    Kind {
        name: format.name(),
        format: Some(format),
        is_open: false,
    }
}

/// The first bytes that come out of deflate, and whether those are all and the
/// last of `bytes` was reached.
fn inflate(bytes: &[u8], has_header: bool) -> Option<(Vec<u8>, bool)> {
    let mut inflater = Decompress::new(has_header);
    let mut head = vec![0; PROBE_BYTES];
    let status = inflater
        .decompress(bytes, &mut head, FlushDecompress::None)
        .ok()?;
    head.truncate(inflater.total_out() as usize);
    let is_whole = status == Status::StreamEnd && inflater.total_in() == bytes.len() as u64;
    Some((head, is_whole))
}
