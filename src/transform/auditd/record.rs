//! One line of an audit log: where it comes from, what it is, and its fields.
//!
//! ```text
//! node=web1 type=SYSCALL msg=audit(1551485460.889:815): arch=c000003e syscall=59 …
//! type=SYSCALL msg=audit(03/02/2019 00:11:00.889:815) : arch=x86_64 syscall=execve …
//! ```
//!
//! The first form is what auditd writes, the second what `ausearch -i` makes of it.
//! Lines may have the header of a syslog message before them.

use memchr::{memchr, memchr2, memmem, memrchr};

use crate::table::time::parse_time;
use crate::transform::syslog::header;

/// Between the fields as the kernel wrote them and those that auditd interpreted
/// (`log_format = ENRICHED`).
const ENRICHED: u8 = 0x1d;

/// A record of an event.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record<'a> {
    /// The machine, if the line says it.
    pub(super) node: Option<&'a [u8]>,
    /// The type of the record, such as `SYSCALL`.
    pub(super) kind: &'a [u8],
    /// Time and serial number as they stand there, `1551485460.889:815`.
    pub(super) id: &'a [u8],
    /// Microseconds since 1970.
    pub(super) micros: i64,
    pub(super) serial: u64,
    /// Whether `ausearch -i` wrote it: names in the place of numbers, nothing quoted.
    pub(super) interpreted: bool,
    pub(super) fields: &'a [u8],
    /// The fields that auditd added in ENRICHED format.
    pub(super) enriched: &'a [u8],
}

/// Reads a line; `None` if it is only a separator of `ausearch`.
pub(super) fn parse(line: &[u8]) -> Result<Option<Record<'_>>, String> {
    let line = line.trim_ascii();
    if line.is_empty() || line.starts_with(b"----") || line.starts_with(b"time->") {
        return Ok(None);
    }
    let (node, rest) = match line.strip_prefix(b"type=") {
        Some(rest) => (None, rest),
        None => before_type(line)?,
    };
    let end = memchr(b' ', rest).ok_or("the line ends after the record's type")?;
    let (kind, rest) = (&rest[..end], rest[end..].trim_ascii_start());
    let rest = rest.strip_prefix(b"msg=").unwrap_or(rest);
    let rest = (rest.strip_prefix(b"audit(")).ok_or("after the type should stand msg=audit(…)")?;
    let end = memchr(b')', rest).ok_or("the line ends within the record's time")?;
    let (id, rest) = (&rest[..end], &rest[end + 1..]);
    let (micros, serial, interpreted) = stamp(id)
        .ok_or_else(|| format!("`{}` is no time and number", String::from_utf8_lossy(id)))?;
    let body = rest.trim_ascii_start();
    let body = (body.strip_prefix(b":")).ok_or("the line ends before the record's fields")?;
    let (fields, enriched) = match memchr(ENRICHED, body) {
        Some(at) => (&body[..at], &body[at + 1..]),
        None => (body, &body[body.len()..]),
    };
    Ok(Some(Record {
        node,
        kind,
        id,
        micros,
        serial,
        interpreted,
        fields,
        enriched,
    }))
}

/// The node of a line that does not begin with `type=`, and what follows that.
fn before_type(line: &[u8]) -> Result<(Option<&[u8]>, &[u8]), String> {
    let at = memmem::find_iter(line, b"type=").find(|&at| at > 0 && line[at - 1] == b' ');
    let at = at.ok_or("the line has no type=")?;
    let (before, rest) = (&line[..at], &line[at + 5..]);
    let node = match memmem::find(before, b"node=") {
        Some(at) => before[at + 5..].split(|&byte| byte == b' ').next(),
        None => header::host(before),
    };
    Ok((node.filter(|node| !node.is_empty()), rest))
}

/// The time in microseconds, the serial number, and whether the time is a date.
fn stamp(id: &[u8]) -> Option<(i64, u64, bool)> {
    let colon = memrchr(b':', id)?;
    let serial = number(&id[colon + 1..])?;
    let time = &id[..colon];
    match memchr2(b'.', b'/', time) {
        Some(point) if time[point] == b'.' && time[..point].iter().all(u8::is_ascii_digit) => {
            let seconds = i64::try_from(number(&time[..point])?).ok()?;
            let micros = seconds.checked_mul(1_000_000)?;
            Some((
                micros.checked_add(fraction(&time[point + 1..])?)?,
                serial,
                false,
            ))
        }
        _ => Some((parse_time(time)?.micros, serial, true)),
    }
}

fn number(digits: &[u8]) -> Option<u64> {
    if !(1..=19).contains(&digits.len()) {
        return None;
    }
    digits.iter().try_fold(0, |number: u64, &digit| {
        let value = digit.wrapping_sub(b'0');
        (value <= 9).then(|| number * 10 + u64::from(value))
    })
}

/// One to six digits after the point, in microseconds.
fn fraction(digits: &[u8]) -> Option<i64> {
    let missing = 6_usize.checked_sub(digits.len())?;
    Some(number(digits)? as i64 * 10_i64.pow(missing as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        for (name, line, expected) in [
            (
                "as auditd writes it",
                "type=CWD msg=audit(1551485460.889:815): cwd=\"/\"",
                "- CWD 1551485460889000 815 false| cwd=\"/\"|",
            ),
            (
                "defect 2: with a node",
                "node=web1 type=CWD msg=audit(1551485460.889:815): cwd=\"/\"",
                "web1 CWD 1551485460889000 815 false| cwd=\"/\"|",
            ),
            (
                "as ausearch -i writes it",
                "type=CWD msg=audit(03/02/2019 00:11:00.889:815) : cwd=/",
                "- CWD 1551485460889000 815 true| cwd=/|",
            ),
            (
                "enriched",
                "type=LOGIN msg=audit(1.5:1): uid=0\u{1d}UID=\"root\"",
                "- LOGIN 1500000 1 false| uid=0|UID=\"root\"",
            ),
            (
                "by syslog",
                "Mar  2 00:11:00 web1 audispd: node=web2 type=EOE msg=audit(1.000:7): ",
                "web2 EOE 1000000 7 false||",
            ),
            (
                "by syslog, of a program whose name ends in what begins a record",
                "Mar  2 00:11:00 web1 mytype=x: type=EOE msg=audit(1.000:7): ",
                "web1 EOE 1000000 7 false||",
            ),
            (
                "by syslog, without a node",
                "Mar  2 00:11:00 web1 kernel: audit: type=1400 audit(1.000:7): apparmor=\"DENIED\"",
                "web1 1400 1000000 7 false| apparmor=\"DENIED\"|",
            ),
        ] {
            let record = parse(line.as_bytes()).expect(name).expect(name);
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            let found = format!(
                "{} {} {} {} {}|{}|{}",
                record.node.map_or("-".into(), text),
                text(record.kind),
                record.micros,
                record.serial,
                record.interpreted,
                text(record.fields),
                text(record.enriched)
            );
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn separators_are_nothing_and_broken_lines_say_why() {
        for line in ["", "  ", "----", "time->Sat Mar  2 00:11:00 2019"] {
            assert_eq!(parse(line.as_bytes()), Ok(None), "{line}");
        }
        for (line, problem) in [
            ("hello", "no type="),
            ("type=CWD", "ends after"),
            ("type=CWD msg=x(1.0:1): a=1", "msg=audit"),
            (
                "type=CWD msg=audit(1551485460.8",
                "within the record's time",
            ),
            ("type=CWD msg=audit(x:1): a=1", "`x:1` is no time"),
            ("type=CWD msg=audit(1.0): a=1", "is no time"),
            (
                "type=CWD msg=audit(99999999999999999999.0:1): a=1",
                "is no time",
            ),
            ("type=CWD msg=audit(1.0:1)", "before the record's fields"),
        ] {
            let error = parse(line.as_bytes()).expect_err(line);
            assert!(error.contains(problem), "{line}: {error}");
        }
    }
}
