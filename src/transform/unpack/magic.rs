//! What bytes are, by their first ones.
//!
//! Names are msticpy's where it has one (`exe`, `dll`, `sys`, `zip`, `gz`, `7z`,
//! `rar`, `pdf`, `msi`, `wim`), else usual endings. Numbers are facts of the formats
//! themselves; many are in <https://www.garykessler.net/library/file_sigs.html>.

use crate::archive::Format;

/// What bytes are taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// How to open it.
    pub(super) format: Option<Format>,
    /// Whether text may be in it as it stands, so that it is worth a look.
    pub(super) is_open: bool,
}

/// `(offset, bytes, name, whether text may be in it as it stands)`; the first that fits.
#[rustfmt::skip]
const MAGIC: &[(usize, &[u8], &str, bool)] = &[
    (0, b"7z\xbc\xaf\x27\x1c", "7z", false),
    (0, b"Rar!\x1a\x07", "rar", false),
    (0, b"\x28\xb5\x2f\xfd", "zst", false),
    (0, b"MSCF\0\0\0\0", "cab", false),
    (0, b"MSWIM\0\0\0", "wim", false),
    (0, b"!<arch>\n", "ar", false),
    (0, b"\xed\xab\xee\xdb", "rpm", false),
    (0, b"070701", "cpio", true),
    (32769, b"CD001", "iso", true),
    (0, b"\x7fELF", "elf", true),
    (0, b"\xfe\xed\xfa\xce", "macho", true),
    (0, b"\xfe\xed\xfa\xcf", "macho", true),
    (0, b"\xce\xfa\xed\xfe", "macho", true),
    (0, b"\xcf\xfa\xed\xfe", "macho", true),
    (0, b"\xca\xfe\xba\xbe\0\0\0\x02", "macho", true),
    (0, b"\xca\xfe\xba\xbe\0", "class", true),
    (0, b"\0asm\x01\0\0\0", "wasm", true),
    (0, b"dex\n03", "dex", true),
    (0, b"%PDF-", "pdf", true),
    (0, b"{\\rtf", "rtf", true),
    (0, b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "one", true),
    (0, b"ITSF\x03\0\0\0", "chm", true),
    (0, b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", "lnk", true),
    (0, b"ElfFile\0", "evtx", true),
    (0, b"regf", "regf", true),
    (0, b"SQLite format 3\0", "sqlite", true),
    (0, b"\xd4\xc3\xb2\xa1", "pcap", true),
    (0, b"\xa1\xb2\xc3\xd4", "pcap", true),
    (0, b"\x0a\x0d\x0d\x0a", "pcapng", true),
    (0, b"MDMP\x93\xa7", "dmp", true),
    (0, b"PAR1", "parquet", false),
    (0, b"ARROW1\0\0", "arrow", false),
    (0, b"\x89PNG\r\n\x1a\n", "png", false),
    (0, b"\xff\xd8\xff\xe0", "jpg", false),
    (0, b"\xff\xd8\xff\xe1", "jpg", false),
    (0, b"\xff\xd8\xff\xdb", "jpg", false),
    (0, b"GIF87a", "gif", false),
    (0, b"GIF89a", "gif", false),
    (8, b"WEBPVP8", "webp", false),
    (0, b"\0\0\x01\0\x01\0\x10\x10", "ico", false),
    (0, b"\0\0\x01\0\x01\0\x20\x20", "ico", false),
    (0, b"wOFF", "woff", false),
    (0, b"wOF2", "woff2", false),
    (0, b"\0\x01\0\0\0\xff\xff\xff\xff\x01\0\0\0", "dotnet", true),
    (0, b"\xac\xed\0\x05", "java", true),
    (0, b"NTLMSSP\0", "ntlm", true),
    (0, b"\0\0\0\x07ssh-rsa", "ssh-key", false),
    (0, b"\0\0\0\x0bssh-ed25519", "ssh-key", false),
    (0, b"\0\0\0\x13ecdsa-sha2-nistp", "ssh-key", false),
    (0, b"openssh-key-v1\0", "ssh-key", false),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", true),
];

/// What `bytes` are, if their first bytes are proof enough.
pub(super) fn identify(bytes: &[u8]) -> Option<Kind> {
    if let Some(format) = Format::of(bytes) {
        return Some(Kind {
            name: format.name(),
            format: Some(format),
            is_open: false,
        });
    }
    let open = |name| Kind {
        name,
        format: None,
        is_open: true,
    };
    if let Some(name) = program(bytes) {
        return Some(open(name));
    }
    if is_asn1(bytes) {
        return Some(open("der"));
    }
    let fits = |offset: usize, magic: &[u8]| {
        bytes
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    let found = MAGIC
        .iter()
        .find(|(offset, magic, ..)| fits(*offset, magic))?;
    Some(Kind {
        name: match found.2 {
            "ole" if is_installer(bytes) => "msi",
            name => name,
        },
        format: None,
        is_open: found.3,
    })
}

/// Whether two bytes begin a zlib stream: deflate, a window of up to 32 KiB, and a
/// sum that 31 divides (RFC 1950). One of a thousand pairs does, so it must open too.
pub(super) fn may_be_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..]
        if first & 15 == 8 && first >> 4 <= 7 && second & 32 == 0
            && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..)?.first_chunk::<4>()?;
    Some(u32::from_le_bytes(*four) as usize)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A program of Windows or DOS. <https://learn.microsoft.com/windows/win32/debug/pe-format>
fn program(bytes: &[u8]) -> Option<&'static str> {
    const DLL: u16 = 0x2000;
    const NATIVE: u16 = 1;
    if !bytes.starts_with(b"MZ") {
        return None;
    }
    let header = u32_at(bytes, 0x3c).unwrap_or_default();
    if bytes
        .get(header..)
        .is_some_and(|rest| rest.starts_with(b"PE\0\0"))
    {
        let is_native = u16_at(bytes, header + 24 + 68) == Some(NATIVE);
        let flags = u16_at(bytes, header + 22).unwrap_or_default();
        return Some(match (is_native, flags & DLL != 0) {
            (true, _) => "sys",
            (_, true) => "dll",
            _ => "exe",
        });
    }
    // Cut before its header: the usual first bytes, or what the stub says.
    let is_usual = bytes.starts_with(b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff");
    let stub = &bytes[..bytes.len().min(256)];
    let is_stub = memchr::memmem::find(stub, b"This program ").is_some();
    (is_usual || is_stub).then_some("exe")
}

/// A certificate, key or ticket in DER: a sequence whose length is that of the
/// bytes, which begins with another or with a small number (X.690).
fn is_asn1(bytes: &[u8]) -> bool {
    let (length, inner) = match bytes {
        [0x30, 0x82, high, low, inner @ ..] => (usize::from(*high) << 8 | usize::from(*low), inner),
        [0x30, 0x81, length, inner @ ..] => (usize::from(*length), inner),
        [0x30, length @ 0x20..=0x7f, inner @ ..] => (usize::from(*length), inner),
        _ => return false,
    };
    length.abs_diff(inner.len()) <= 2
        && matches!(
            inner,
            [0x30, 0x80..=0x83, ..] | [2, 1, 0..=3, ..] | [0x30, ..=0x20, 6, ..]
        )
}

/// Whether an OLE file is an installer's, by the class of its root.
/// [MS-CFB] 2.2 and 2.6; the class is that of Windows Installer packages.
fn is_installer(bytes: &[u8]) -> bool {
    const CLASS: &[u8] = b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46";
    let root = || {
        let shift = u32::from(u16_at(bytes, 30)?).min(16);
        let sector = u32_at(bytes, 48)?.checked_add(1)?.checked_mul(1 << shift)?;
        bytes.get(sector.checked_add(80)?..)
    };
    root().is_some_and(|class| class.starts_with(CLASS))
}

/// What kind of text this is, where its begin says so.
pub(super) fn identify_text(text: &str) -> Option<&'static str> {
    const HEAD: usize = 400;
    let text = text.trim_start();
    let head = &text.as_bytes()[..text.len().min(HEAD)];
    let lower = String::from_utf8_lossy(head).to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    Some(match lower.as_str() {
        begin if begin.starts_with("-----begin ") => "pem",
        begin if begin.starts_with("#!") => "script",
        begin if begin.starts_with("<?xml") => "xml",
        begin if begin.starts_with("<?php") => "php",
        begin if begin.starts_with("<!doctype html") || begin.starts_with("<html") => "html",
        begin if begin.starts_with("@echo off") => "bat",
        begin if begin.starts_with(['{', '[']) && is_json(text) => "json",
        _ if has(&[
            "invoke-expression",
            "iex(",
            "iex (",
            "new-object ",
            "frombase64string",
            "$env:",
            "write-host",
            "[system.",
            "set-strictmode",
            "param(",
            "invoke-webrequest",
        ]) =>
        {
            "ps1"
        }
        _ if has(&["createobject(", "on error resume next", "wscript."]) => "vbs",
        _ if has(&["document.write", "function(", "eval(", "<script"]) => "js",
        _ => return None,
    })
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A program's header with these flags and this subsystem.
    fn pe(flags: u16, subsystem: u8) -> Vec<u8> {
        let mut bytes = vec![0; 0x80 + 24 + 96];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x80;
        bytes[0x80..0x84].copy_from_slice(b"PE\0\0");
        bytes[0x80 + 22..0x80 + 24].copy_from_slice(&flags.to_le_bytes());
        bytes[0x80 + 24 + 68] = subsystem;
        bytes
    }

    fn installer() -> Vec<u8> {
        let mut bytes = vec![0; 1200];
        bytes[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
        bytes[30] = 9;
        bytes[512 + 80..512 + 96].copy_from_slice(b"\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46");
        bytes
    }

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        let mut certificate = b"\x30\x82\x01\x00\x30\x82".to_vec();
        certificate.resize(0x104, 1);
        let rows: [(&str, Vec<u8>, Option<&str>); 16] = [
            ("a program", pe(2, 3), Some("exe")),
            ("a library", pe(0x2002, 2), Some("dll")),
            ("a driver", pe(2, 1), Some("sys")),
            ("a cut program", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\0\0\0".to_vec(), Some("exe")),
            ("two letters are no program", b"MZ and more text, long enough for a header, but it is none at all".to_vec(), None),
            ("elf", b"\x7fELF\x02\x01".to_vec(), Some("elf")),
            ("mach-o", b"\xcf\xfa\xed\xfe".to_vec(), Some("macho")),
            ("pdf", b"%PDF-1.4\n".to_vec(), Some("pdf")),
            ("office", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), Some("ole")),
            ("installer", installer(), Some("msi")),
            ("gzip", b"\x1f\x8b\x08\0".to_vec(), Some("gz")),
            ("7-Zip", b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), Some("7z")),
            ("rar 5", b"Rar!\x1a\x07\x01\0".to_vec(), Some("rar")),
            ("a certificate", certificate, Some("der")),
            ("a picture", b"\x89PNG\r\n\x1a\n".to_vec(), Some("png")),
            ("nothing", b"".to_vec(), None),
        ];
        for (name, bytes, expected) in rows {
            assert_eq!(identify(&bytes).map(|kind| kind.name), expected, "{name}");
        }
    }

    #[test]
    fn texts_are_told_by_their_begin() {
        let rows = [
            ("-----BEGIN CERTIFICATE-----\nMII", Some("pem")),
            ("#!/bin/sh\nid", Some("script")),
            ("{\"alg\":\"HS256\"}", Some("json")),
            ("{ not json }", None),
            ("IEX (New-Object Net.WebClient)", Some("ps1")),
            ("Set x = CreateObject(\"WScript.Shell\")", Some("vbs")),
            ("hello", None),
        ];
        for (text, expected) in rows {
            assert_eq!(identify_text(text), expected, "{text}");
        }
    }
}
