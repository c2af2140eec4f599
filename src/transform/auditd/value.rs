//! What the value of a field means, by the field's name.
//!
//! Text that a user may choose stands in quotes, or in hex if a blank, a quote or a
//! control character is in it (`audit_log_untrustedstring` in the kernel). Which
//! fields may be in hex is what the audit library's own list of field types says.

use super::fields::{Argument, argument};

/// How to read the values of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// As it stands.
    Plain,
    /// Hex unless quoted.
    Encoded,
    /// As `Encoded`; zeros stand between the words.
    Title,
    /// As `Encoded`; a byte of one stands between the keys.
    Keys,
    /// The number of a user, a group or a session; 2^32 - 1 is none.
    Id,
    /// A number that an interpreted record has a name for.
    Named,
    /// A piece of an argument.
    Argument(u32),
    /// Nothing that is not said elsewhere.
    Ignored,
    /// The bytes of a socket address.
    Address,
}

const ENCODED: [&[u8]; 31] = [
    b"acct",
    b"cmd",
    b"comm",
    b"cwd",
    b"data",
    b"device",
    b"dir",
    b"exe",
    b"file",
    b"grp",
    b"invalid_context",
    b"name",
    b"new-chardev",
    b"new-disk",
    b"new-fs",
    b"new-rng",
    b"new_group",
    b"ocomm",
    b"old-chardev",
    b"old-disk",
    b"old-fs",
    b"old-rng",
    b"path",
    b"root_dir",
    b"sw",
    b"unit",
    b"vm",
    b"watch",
    b"proctitle",
    b"key",
    b"bootc",
];

const IDS: [&[u8]; 21] = [
    b"auid",
    b"uid",
    b"gid",
    b"euid",
    b"egid",
    b"suid",
    b"sgid",
    b"fsuid",
    b"fsgid",
    b"ses",
    b"old-auid",
    b"old-ses",
    b"oauid",
    b"oses",
    b"ouid",
    b"ogid",
    b"iuid",
    b"igid",
    b"inode_uid",
    b"inode_gid",
    b"sauid",
];

impl Treatment {
    /// That of the field `name` in a record of type `kind`.
    pub(super) fn of(kind: &[u8], name: &[u8]) -> Self {
        if kind == b"EXECVE"
            && let Some(argument) = argument(name)
        {
            return match argument {
                Argument::Text(index) => Self::Argument(index),
                Argument::Length => Self::Ignored,
            };
        }
        match name {
            b"proctitle" => Self::Title,
            b"key" => Self::Keys,
            b"saddr" => Self::Address,
            b"arch" | b"syscall" | b"exit" => Self::Named,
            _ if IDS.contains(&name) => Self::Id,
            _ if ENCODED.contains(&name) => Self::Encoded,
            _ => Self::Plain,
        }
    }
}

/// Whether a value says that there is none.
pub(super) fn is_absent(value: &[u8]) -> bool {
    match value.len() {
        0 => true,
        1 => value[0] == b'?',
        6 => value == b"(null)",
        _ => false,
    }
}

/// The bytes that `text` is the hex of; `None` if it is something else.
pub(super) fn hex(text: &[u8]) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() % 2 == 1 {
        return None;
    }
    let pairs = text.chunks_exact(2);
    pairs
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

/// Only capital letters, as all writers of audit records have them: `acct=deaf` is a name.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// Whether `text` is an integer as the readers of files take it: no sign of plus, no
/// zeros in front, in the range of 64 bits.
pub(super) fn integer(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    match digits {
        [b'0'] if digits.len() == text.len() => return Some(0),
        [b'0', ..] | [] => return None,
        _ if digits.len() > 19 => return None,
        _ => {}
    }
    // So many digits are less than 2^64: a product that is checked costs more.
    let mut size: u64 = 0;
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        size = size * 10 + u64::from(digit);
    }
    if digits.len() == text.len() {
        i64::try_from(size).ok()
    } else {
        0_i64.checked_sub_unsigned(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-1", Some(-1)),
            ("4294967295", Some(4_294_967_295)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("0100755", None),
            ("-0", None),
            ("+5", None),
            ("", None),
            ("-", None),
            ("1a", None),
        ] {
            assert_eq!(integer(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn hex_is_in_capitals_and_whole() {
        assert_eq!(hex(b"6C73"), Some(b"ls".to_vec()));
        for text in ["", "6", "6C7", "6c73", "root"] {
            assert_eq!(hex(text.as_bytes()), None, "{text}");
        }
    }
}
