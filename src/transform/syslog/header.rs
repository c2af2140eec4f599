//! The header of a syslog message: who said it, and when.
//!
//! | form | example |
//! | --- | --- |
//! | RFC 3164, as files hold it | `Oct 11 22:14:15 web1 su[812]: 'su root' failed` |
//! | the same with a priority | `<34>Oct 11 22:14:15 web1 su: 'su root' failed` |
//! | with an ISO 8601 time, as rsyslog and journalctl write, also with a blank for its `T` | `2023-10-11T22:14:15.003+02:00 web1 su: …` |
//! | RFC 5424 | `<165>1 2023-10-11T22:14:15.003Z web1 app 812 ID47 [a@1 b="c"] …` |
//!
//! A time of RFC 3164 has no year and no zone; see `clock.rs`.

use crate::table::time::{civil_to_days, parse_time};

pub(super) const DAY: i64 = 86_400_000_000;

/// Facilities by their number in RFC 5424, as Log Analytics names them.
pub(super) const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv",
    "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2", "local3", "local4",
    "local5", "local6", "local7",
];

/// Severities by their number in RFC 5424.
pub(super) const SEVERITIES: [&str; 8] = [
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug",
];

/// A line without its message's meaning.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Header<'a> {
    pub(super) facility: Option<&'static str>,
    pub(super) severity: Option<&'static str>,
    pub(super) time: Time,
    pub(super) host: Option<&'a [u8]>,
    pub(super) process: Option<&'a [u8]>,
    pub(super) pid: Option<&'a [u8]>,
    /// RFC 5424: the type of the message.
    pub(super) message_id: Option<&'a [u8]>,
    /// RFC 5424: the elements in brackets, as they stand there.
    pub(super) data: Option<&'a [u8]>,
    pub(super) message: &'a [u8],
}

/// When a message was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Time {
    #[default]
    Absent,
    /// Microseconds since 1970.
    Micros(i64),
    /// Month, day, and microseconds since midnight, of no known year.
    Yearless(u32, u32, i64),
}

/// The host in a header that may be cut at any place after it.
pub(in crate::transform) fn host(line: &[u8]) -> Option<&[u8]> {
    parse(line).ok()?.host
}

/// Reads a line.
pub(super) fn parse(line: &[u8]) -> Result<Header<'_>, &'static str> {
    let mut header = Header::default();
    let mut rest = line;
    if let Some(after) = line.strip_prefix(b"<") {
        let (priority, after) = priority(after).ok_or("the priority is no number from 0 to 191")?;
        header.facility = Some(FACILITIES[usize::from(priority / 8)]);
        header.severity = Some(SEVERITIES[usize::from(priority % 8)]);
        rest = after;
        if let Some(after) = rest.strip_prefix(b"1 ") {
            return rfc5424(header, after);
        }
    }
    let (time, rest) = time(rest).ok_or("there is no time at the begin")?;
    header.time = time;
    rfc3164(&mut header, rest);
    Ok(header)
}

fn priority(text: &[u8]) -> Option<(u8, &[u8])> {
    let end = text.iter().take(4).position(|&byte| byte == b'>')?;
    let mut value: u16 = 0;
    for byte in &text[..end] {
        value = value * 10 + u16::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    let value = u8::try_from(value)
        .ok()
        .filter(|&value| value <= 191 && end > 0)?;
    Some((value, &text[end + 1..]))
}

/// The time at the begin of a line, and what follows the blank after it.
fn time(text: &[u8]) -> Option<(Time, &[u8])> {
    match text.first()? {
        b'0'..=b'9' => {
            // A blank may stand for the `T` between date and clock.
            let from = if text.get(10) == Some(&b' ') { 11 } else { 0 };
            let end = memchr::memchr(b' ', &text[from..]).map_or(text.len(), |end| from + end);
            let micros = parse_time(&text[..end]).filter(|_| end > 10)?.micros;
            Some((
                Time::Micros(micros),
                text.get(end + 1..).unwrap_or_default(),
            ))
        }
        _ => yearless(text),
    }
}

/// `Oct  1 22:14:15`, also with a fraction, and with a year before the clock.
fn yearless(text: &[u8]) -> Option<(Time, &[u8])> {
    let (month, rest) = text.split_first_chunk::<3>()?;
    let month = month_number(month)?;
    let rest = rest.strip_prefix(b" ")?.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let day = number(rest.get(..digits)?, 2)?;
    let mut rest = rest[digits..].strip_prefix(b" ")?;
    let mut year = None;
    if rest.get(4) == Some(&b' ') {
        year = Some(number(&rest[..4], 4)?);
        rest = &rest[5..];
    }
    let &[h0, h1, b':', m0, m1, b':', s0, s1] = rest.first_chunk()? else {
        return None;
    };
    let two = |tens, ones| number(&[tens, ones], 2);
    let (hour, minute, second) = (two(h0, h1)?, two(m0, m1)?, two(s0, s1)?);
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let mut clock = i64::from((hour * 60 + minute) * 60 + second) * 1_000_000;
    let mut rest = &rest[8..];
    if let Some(after) = rest.strip_prefix(b".") {
        let digits = after
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let mut unit = 100_000;
        for byte in &after[..digits] {
            clock += i64::from(byte - b'0') * unit;
            unit /= 10;
        }
        rest = &after[digits..];
    }
    // Cisco ends the time with a colon.
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let rest = rest
        .strip_prefix(b" ")
        .or(rest.is_empty().then_some(rest))?;
    let time = match year {
        Some(year) => Time::Micros(civil_to_days(year, month, day)? * DAY + clock),
        None => {
            // 2000 has the 29th of February.
            civil_to_days(2000, month, day)?;
            Time::Yearless(month, day, clock)
        }
    };
    Some((time, rest))
}

pub(crate) fn month_number(name: &[u8; 3]) -> Option<u32> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let (months, _) = MONTHS.as_chunks::<3>();
    let at = months.iter().position(|month| month == name)?;
    Some(at as u32 + 1)
}

fn number(digits: &[u8], longest: usize) -> Option<u32> {
    if !(1..=longest).contains(&digits.len()) {
        return None;
    }
    digits.iter().try_fold(0, |number, byte| {
        Some(number * 10 + u32::from(byte.is_ascii_digit().then(|| byte - b'0')?))
    })
}

/// The word at the begin, and what follows the blank after it.
fn word(text: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b' ', text) {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &text[text.len()..]),
    }
}

/// `host tag[pid]: message`; tag and pid may be absent, and so may the host.
fn rfc3164<'a>(header: &mut Header<'a>, text: &'a [u8]) {
    let (first, after) = word(text);
    let is_tag = first.ends_with(b":") && !first.ends_with(b"::");
    let rest = if is_tag { text } else { after };
    header.host = Some(first).filter(|host| !is_tag && !host.is_empty());
    header.message = rest;
    let end = rest
        .iter()
        .position(|byte| matches!(byte, b':' | b'[' | b' '));
    let Some(end) = end.filter(|&end| end > 0) else {
        return;
    };
    let (tag, after) = rest.split_at(end);
    let (pid, after) = match after
        .strip_prefix(b"[")
        .map(|after| (after, memchr::memchr(b']', after)))
    {
        Some((after, Some(end))) => (Some(&after[..end]), &after[end + 1..]),
        _ => (None, after),
    };
    // Without a colon it was no tag, but the message's first word.
    if let Some(message) = after.strip_prefix(b":") {
        header.process = Some(tag);
        header.pid = pid.filter(|pid| !pid.is_empty());
        header.message = message.strip_prefix(b" ").unwrap_or(message);
    }
}

fn rfc5424<'a>(mut header: Header<'a>, text: &'a [u8]) -> Result<Header<'a>, &'static str> {
    let (time, rest) = word(text);
    if time != b"-" {
        let micros = parse_time(time)
            .ok_or("after the version should stand a time")?
            .micros;
        header.time = Time::Micros(micros);
    }
    let mut fields = [None; 4];
    let mut rest = rest;
    for field in &mut fields {
        let (text, after) = word(rest);
        *field = Some(text).filter(|text| !matches!(*text, b"-" | b""));
        rest = after;
    }
    [header.host, header.process, header.pid, header.message_id] = fields;
    let length = match rest.first() {
        Some(b'[') => structured_data(rest).ok_or("the structured data does not end")?,
        Some(b'-') => 1,
        _ => return Err("there are fewer fields than RFC 5424 has"),
    };
    let (data, rest) = rest.split_at(length);
    header.data = Some(data).filter(|data| *data != b"-");
    let message = rest.strip_prefix(b" ").unwrap_or(rest);
    header.message = message.strip_prefix(b"\xef\xbb\xbf").unwrap_or(message);
    Ok(header)
}

/// How long the elements `[id name="value"]…` at the begin are.
fn structured_data(text: &[u8]) -> Option<usize> {
    let (mut at, mut quoted) = (0, false);
    loop {
        match *text.get(at)? {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b']' if !quoted && text.get(at + 1) != Some(&b'[') => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::time::format_time;

    fn show(line: &str) -> String {
        let header = match parse(line.as_bytes()) {
            Ok(header) => header,
            Err(problem) => return problem.into(),
        };
        let text = |bytes: Option<&[u8]>| {
            bytes.map_or("-".into(), |bytes| {
                String::from_utf8_lossy(bytes).into_owned()
            })
        };
        let time = match header.time {
            Time::Absent => "-".into(),
            Time::Micros(micros) => format_time(micros),
            Time::Yearless(month, day, clock) => format!("{month}/{day}+{clock}"),
        };
        format!(
            "{}.{} {time} {} {}[{}] {} {}|{}",
            header.facility.unwrap_or("-"),
            header.severity.unwrap_or("-"),
            text(header.host),
            text(header.process),
            text(header.pid),
            text(header.message_id),
            text(header.data),
            text(Some(header.message))
        )
    }

    #[test]
    fn headers() {
        for (name, line, expected) in [
            (
                "RFC 3164",
                "<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
                "auth.crit 10/11+80055000000 mymachine su[-] - -|'su root' failed",
            ),
            (
                "a file's line, one digit of a day",
                "Jul  1 00:00:00 h sshd[12]: x",
                "-.- 7/1+0 h sshd[12] - -|x",
            ),
            (
                "no tag",
                "Jul  1 00:00:00 h last message repeated 2 times",
                "-.- 7/1+0 h -[-] - -|last message repeated 2 times",
            ),
            (
                "no host",
                "Jul  1 00:00:00 sshd[1]: x",
                "-.- 7/1+0 - sshd[1] - -|x",
            ),
            (
                "a tag with a path",
                "Jul  1 00:00:00 h postfix/smtpd[9]: x: y",
                "-.- 7/1+0 h postfix/smtpd[9] - -|x: y",
            ),
            (
                "a year and a fraction",
                "Jul 10 2023 01:00:00.5 h k: x",
                "-.- 2023-07-10T01:00:00.500Z h k[-] - -|x",
            ),
            (
                "rsyslog's own",
                "2023-10-11T22:14:15.003+02:00 h systemd[1]: x",
                "-.- 2023-10-11T20:14:15.003Z h systemd[1] - -|x",
            ),
            (
                "a blank between date and clock",
                "2023-10-11 22:14:15 h k: x",
                "-.- 2023-10-11T22:14:15Z h k[-] - -|x",
            ),
            (
                "RFC 5424",
                "<165>1 2003-10-11T22:14:15.003Z m.example.com evntslog - ID47 [e@32473 iut=\"3\" q=\"a]\\\"b\"][x] \u{feff}An event",
                "local4.notice 2003-10-11T22:14:15.003Z m.example.com evntslog[-] ID47 [e@32473 iut=\"3\" q=\"a]\\\"b\"][x]|An event",
            ),
            (
                "RFC 5424, all absent",
                "<0>1 - - - - - -",
                "kern.emerg - - -[-] - -|",
            ),
            (
                "nothing after the time",
                "Jul  1 00:00:00",
                "-.- 7/1+0 - -[-] - -|",
            ),
            ("no time", "hello world", "there is no time at the begin"),
            (
                "no such day",
                "Feb 30 00:00:00 h x: y",
                "there is no time at the begin",
            ),
            (
                "a date alone",
                "2023-10-11 h x: y",
                "there is no time at the begin",
            ),
            (
                "a priority of 192",
                "<192>Jul  1 00:00:00 h x",
                "the priority is no number from 0 to 191",
            ),
            (
                "RFC 5424, cut",
                "<1>1 - h p",
                "there are fewer fields than RFC 5424 has",
            ),
            (
                "RFC 5424, open data",
                "<1>1 - h p - - [a",
                "the structured data does not end",
            ),
        ] {
            assert_eq!(show(line), expected, "{name}");
        }
    }
}
