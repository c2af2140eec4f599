//! Access logs of web servers, in the common and combined formats of Apache and nginx.
//!
//! `host ident user [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 512 "referrer" "agent"`
//! (<https://httpd.apache.org/docs/2.4/logs.html>), also with `name:port` of a virtual
//! host before. Columns, always all: `TimeGenerated` (UTC), `VirtualHost`, `ClientIP`,
//! `Ident`, `User`, `Method`, `Url`, `Protocol`, `Status`, `Bytes`, `Referrer`,
//! `UserAgent`, `Extra` (what stands after that). A `-` is absent. A request that is no
//! HTTP, as scanners send, is in `Url` as a whole. Quotes and backslashes lose the
//! backslash before them; other escapes (`\x16`) stay.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::Int64Builder;
use arrow_array::{ArrayRef, TimestampMicrosecondArray};

use super::{Input, OnBadRow, ReadOptions};
use crate::table::time::civil_to_days;
use crate::table::{Progress, Report, TextBuilder};
use crate::{Error, Place, Result, Table};

const REPORT_BYTES: usize = 1 << 20;
/// Lines that have to be right before a file is taken for a web log.
const SURE: usize = 3;

pub(super) fn read(
    input: Input<'_>,
    options: &ReadOptions,
    report: &mut Report,
    progress: &mut Progress<'_>,
) -> Result<Table> {
    let bytes = input.bytes.as_slice();
    let mut rows = Rows::default();
    let (mut at, mut line, mut reported) = (0, 0, 0);
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
        let text = bytes[at..end].trim_ascii();
        (at, line) = (end + 1, line + 1);
        if text.is_empty() {
            continue;
        }
        match parse(text) {
            Ok(request) => rows.push(&request),
            Err(problem) => {
                let row = rows.times.len() as u64 + report.skipped_rows + 1;
                let bad = input.bad_row(row, line, problem.into(), text);
                if options.on_bad_row == OnBadRow::Error {
                    return Err(Error::BadInput {
                        place: Place {
                            row: Some(row),
                            line: Some(line),
                            ..input.place()
                        },
                        problem: format!("{problem}: {}", bad.quoted()),
                        advice:
                            "mend the line, or pass { onBadRow: \"skip\" } to leave such lines out"
                                .into(),
                    });
                }
                report.skip(bad);
            }
        }
        if at - reported >= REPORT_BYTES {
            reported = at;
            progress.at(at, bytes.len())?;
        }
    }
    rows.finish()
}

/// Whether text is a web log by its first lines.
pub(super) fn is_weblog(text: &[u8]) -> bool {
    let lines = text.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty()).take(SURE).peekable();
    lines.peek().is_some() && lines.all(|line| parse(line).is_ok())
}

/// A line of a web log.
struct Request<'a> {
    micros: i64,
    virtual_host: Option<&'a [u8]>,
    client: &'a [u8],
    ident: &'a [u8],
    user: &'a [u8],
    request: &'a [u8],
    status: Option<i64>,
    bytes: Option<i64>,
    referrer: Option<&'a [u8]>,
    agent: Option<&'a [u8]>,
    extra: Option<&'a [u8]>,
}

/// What stands before the time, the time, and what follows. A user, whom anyone may name
/// as he likes, can have a bracket too.
fn at_time(line: &[u8]) -> Result<(&[u8], i64, &[u8]), &'static str> {
    let mut problem = "there is no time in brackets";
    for open in memchr::memmem::find_iter(line, b" [") {
        let rest = &line[open + 2..];
        let text = rest.get(..26).unwrap_or(rest);
        if let (Some(micros), Some(b']')) = (time(text), rest.get(26)) {
            return Ok((&line[..open], micros, rest[27..].trim_ascii_start()));
        }
        problem = "the time is none of 17/May/2015:10:05:03 +0000";
    }
    Err(problem)
}

fn is_address(word: &[u8]) -> bool {
    let word = std::str::from_utf8(word).unwrap_or_default();
    word.parse::<std::net::IpAddr>().is_ok()
}

/// `a.example:443`, `[::1]:80`
fn is_host_and_port(word: &[u8]) -> bool {
    let port = memchr::memrchr(b':', word).map(|colon| &word[colon + 1..]);
    let is_port = |port: &[u8]| !port.is_empty() && port.iter().all(u8::is_ascii_digit);
    port.is_some_and(is_port) && !is_address(word)
}

fn parse(line: &[u8]) -> Result<Request<'_>, &'static str> {
    let (before, micros, rest) = at_time(line)?;
    let mut words = before.splitn(3, |&byte| byte == b' ');
    let mut word = || {
        words
            .next()
            .ok_or("before the time should stand host, identity and user")
    };
    let (mut client, mut ident, mut user) = (word()?, word()?, word()?);
    let mut virtual_host = None;
    // A user is seldom of two words: before such a one stands a virtual host, if it has
    // a port or the word after it is an address.
    if let Some(space) = memchr::memchr(b' ', user)
        && (is_host_and_port(client) || (is_address(ident) && !is_address(client)))
    {
        virtual_host = Some(client);
        (client, ident, user) = (ident, &user[..space], &user[space + 1..]);
    }
    let (request, rest) = quoted(rest).ok_or("after the time should stand a request in quotes")?;
    let mut numbers = rest.trim_ascii_start().splitn(3, |&byte| byte == b' ');
    let status = numbers.next().filter(|status| !status.is_empty());
    let status = number(status.ok_or("after the request should stand a status")?)?;
    let bytes = numbers.next().map_or(Ok(None), number)?;
    let rest = numbers.next().unwrap_or_default();
    let (referrer, rest) = quoted(rest).map_or((None, rest), |(text, rest)| (Some(text), rest));
    let after = rest.trim_ascii_start();
    let (agent, rest) = quoted(after).map_or((None, after), |(text, rest)| (Some(text), rest));
    let extra = Some(rest.trim_ascii()).filter(|rest| !rest.is_empty());
    Ok(Request {
        micros,
        virtual_host,
        client,
        ident,
        user,
        request,
        status,
        bytes,
        referrer,
        agent,
        extra,
    })
}

/// The text in quotes at the begin, and what follows.
fn quoted(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let inner = text.strip_prefix(b"\"")?;
    let mut at = 0;
    loop {
        at += memchr::memchr2(b'"', b'\\', &inner[at..])?;
        match inner[at] {
            b'"' => return Some((&inner[..at], &inner[at + 1..])),
            _ => at += 2,
        }
        if at > inner.len() {
            return None;
        }
    }
}

fn number(text: &[u8]) -> Result<Option<i64>, &'static str> {
    if text == b"-" {
        return Ok(None);
    }
    let digits = std::str::from_utf8(text)
        .ok()
        .filter(|text| !text.starts_with(['+', '-']));
    let number = digits.and_then(|digits| digits.parse().ok());
    number.map(Some).ok_or("status and size should be numbers")
}

/// `17/May/2015:10:05:03 +0000` in microseconds since 1970.
fn time(text: &[u8]) -> Option<i64> {
    let &[
        d0,
        d1,
        b'/',
        a,
        b,
        c,
        b'/',
        y0,
        y1,
        y2,
        y3,
        b':',
        h0,
        h1,
        b':',
        m0,
        m1,
        b':',
        s0,
        s1,
        b' ',
        sign,
        o0,
        o1,
        p0,
        p1,
    ] = text
    else {
        return None;
    };
    let two = |tens: u8, ones: u8| {
        let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
        (tens <= 9 && ones <= 9).then(|| u32::from(tens) * 10 + u32::from(ones))
    };
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let (months, _) = MONTHS.as_chunks::<3>();
    let month = months.iter().position(|month| *month == [a, b, c])? as u32 + 1;
    let days = civil_to_days(two(y0, y1)? * 100 + two(y2, y3)?, month, two(d0, d1)?)?;
    let (hour, minute, second) = (two(h0, h1)?, two(m0, m1)?, two(s0, s1)?);
    let offset = i64::from(two(o0, o1)? * 60 + two(p0, p1)?);
    let offset = match sign {
        b'+' => offset,
        b'-' => -offset,
        _ => return None,
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let minutes = days * 1440 + i64::from(hour * 60 + minute) - offset;
    Some((minutes * 60 + i64::from(second)) * 1_000_000)
}

/// Without the backslash before a quote or another backslash.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'\\', Some(&next @ (b'"' | b'\\'))) => {
                bytes.next();
                plain.push(next);
            }
            _ => plain.push(byte),
        }
    }
    Cow::Owned(plain)
}

const TEXTS: [&str; 10] = [
    "VirtualHost",
    "ClientIP",
    "Ident",
    "User",
    "Method",
    "Url",
    "Protocol",
    "Referrer",
    "UserAgent",
    "Extra",
];

struct Rows {
    times: Vec<i64>,
    texts: [TextBuilder; TEXTS.len()],
    statuses: Int64Builder,
    sizes: Int64Builder,
}

impl Default for Rows {
    fn default() -> Self {
        Self {
            times: Vec::new(),
            texts: TEXTS.map(|_| TextBuilder::with_capacity(0)),
            statuses: Int64Builder::new(),
            sizes: Int64Builder::new(),
        }
    }
}

impl Rows {
    fn push(&mut self, request: &Request<'_>) {
        self.times.push(request.micros);
        self.statuses.append_option(request.status);
        self.sizes.append_option(request.bytes);
        let line = unescaped(request.request);
        let (method, url, protocol) = parts(&line);
        let plain = |text: Option<&'_ [u8]>| text.map(unescaped).map(Cow::into_owned);
        let (referrer, agent) = (plain(request.referrer), plain(request.agent));
        let values = [
            request.virtual_host,
            Some(request.client),
            Some(request.ident),
            Some(request.user),
            method,
            Some(url),
            protocol,
            referrer.as_deref(),
            agent.as_deref(),
            request.extra,
        ];
        for (builder, value) in self.texts.iter_mut().zip(values) {
            builder.push(value.filter(|value| !matches!(*value, b"-" | b"")));
        }
    }

    fn finish(mut self) -> Result<Table> {
        let times = TimestampMicrosecondArray::from(self.times).with_timezone("UTC");
        let mut columns: Vec<(&str, ArrayRef)> = vec![("TimeGenerated", Arc::new(times))];
        for (builder, name) in self.texts.into_iter().zip(TEXTS) {
            columns.push((name, builder.finish(name)?));
        }
        columns.insert(8, ("Status", Arc::new(self.statuses.finish())));
        columns.insert(9, ("Bytes", Arc::new(self.sizes.finish())));
        Table::new(columns)
    }
}

/// Method, address and protocol of `GET / HTTP/1.1`, or all of it as the address.
fn parts(line: &[u8]) -> (Option<&[u8]>, &[u8], Option<&[u8]>) {
    let split = || {
        let first = memchr::memchr(b' ', line)?;
        let last = memchr::memrchr(b' ', line)?;
        let method = &line[..first];
        let is_method = !method.is_empty()
            && method
                .iter()
                .all(|byte| byte.is_ascii_alphabetic() || *byte == b'-');
        let protocol = &line[last + 1..];
        (is_method && first < last && protocol.starts_with(b"HTTP/"))
            .then(|| (Some(method), &line[first + 1..last], Some(protocol)))
    };
    split().unwrap_or((None, line, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::read::read_text;
    use crate::table::{JsonOptions, JsonShape};

    fn weblog(text: &str, options: &ReadOptions) -> Result<(String, Report)> {
        let (table, report) = read_text(read, "access.log", text, options)?;
        let shape = JsonOptions {
            shape: JsonShape::Ndjson,
        };
        let json = String::from_utf8_lossy(&table.to_json(&shape))
            .trim_end()
            .to_string();
        let values: Vec<String> = json
            .lines()
            .map(|row| {
                let row: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(row).expect("JSON");
                let order = table.names();
                let shown = order.iter().map(|name| match &row[*name] {
                    serde_json::Value::Null => "-".into(),
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                });
                shown.collect::<Vec<String>>().join("|")
            })
            .collect();
        Ok((values.join("\n"), report))
    }

    #[test]
    fn lines() {
        for (name, line, expected) in [
            (
                "combined",
                r#"83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a?b=c HTTP/1.1" 200 203023 "http://x/" "Mozilla/5.0 (X)""#,
                "2015-05-17T10:05:03Z|-|83.149.9.216|-|-|GET|/a?b=c|HTTP/1.1|200|203023|http://x/|Mozilla/5.0 (X)|-",
            ),
            (
                "common, with a user and a zone",
                r#"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 304 -"#,
                "2000-10-10T20:55:36Z|-|127.0.0.1|-|frank|GET|/a.gif|HTTP/1.0|304|-|-|-|-",
            ),
            (
                "a virtual host, and more at the end",
                r#"a.example:443 10.0.0.1 - - [17/May/2015:10:05:03 +0000] "POST /a b HTTP/2.0" 500 0 "-" "-" 0.5 "x""#,
                r#"2015-05-17T10:05:03Z|a.example:443|10.0.0.1|-|-|POST|/a b|HTTP/2.0|500|0|-|-|0.5 "x""#,
            ),
            (
                "a virtual host without a port",
                r#"a.example 10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/2.0" 200 0"#,
                "2015-05-17T10:05:03Z|a.example|10.0.0.1|-|-|GET|/|HTTP/2.0|200|0|-|-|-",
            ),
            (
                "a virtual host, and a client's name with a hyphen",
                r#"[::1]:80 my-host - - [17/May/2015:10:05:03 +0000] "GET / HTTP/2.0" 200 0"#,
                "2015-05-17T10:05:03Z|[::1]:80|my-host|-|-|GET|/|HTTP/2.0|200|0|-|-|-",
            ),
            (
                "a user with blanks and a bracket",
                r#"::1 - a [x y [17/May/2015:10:05:03 +0000] "GET / HTTP/2.0" 401 0"#,
                "2015-05-17T10:05:03Z|-|::1|-|a [x y|GET|/|HTTP/2.0|401|0|-|-|-",
            ),
            (
                "no HTTP",
                r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "\x16\x03\x01" 400 226 "-" "-""#,
                r"2015-05-17T10:05:03Z|-|10.0.0.1|-|-|-|\x16\x03\x01|-|400|226|-|-|-",
            ),
            (
                "quotes in quotes",
                r#"10.0.0.1 - - [17/May/2015:10:05:03 +0000] "GET /\"x\" HTTP/1.1" 200 1 "-" "a \"b\" \\c""#,
                r#"2015-05-17T10:05:03Z|-|10.0.0.1|-|-|GET|/"x"|HTTP/1.1|200|1|-|a "b" \c|-"#,
            ),
            (
                "an empty request, and no numbers",
                r#"::1 - - [17/May/2015:10:05:03 +0000] "" - - "-" "-""#,
                "2015-05-17T10:05:03Z|-|::1|-|-|-|-|-|-|-|-|-|-",
            ),
        ] {
            let (found, _) = weblog(line, &ReadOptions::default()).expect(name);
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn broken_lines_are_named_or_skipped() {
        let right = r#"::1 - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 1"#;
        for (line, problem) in [
            ("hello", "no time in brackets"),
            (
                "::1 - [17/May/2015:10:05:03 +0000] \"x\" 1 1",
                "host, identity and user",
            ),
            (
                "::1 - - [17/Xyz/2015:10:05:03 +0000] \"x\" 1 1",
                "the time is none of",
            ),
            (
                "::1 - - [17/May/2015:10:05:03 +0000] x 1 1",
                "a request in quotes",
            ),
            (
                "::1 - - [17/May/2015:10:05:03 +0000] \"x",
                "a request in quotes",
            ),
            ("::1 - - [17/May/2015:10:05:03 +0000] \"x\"", "a status"),
            (
                "::1 - - [17/May/2015:10:05:03 +0000] \"x\" a 1",
                "should be numbers",
            ),
        ] {
            let text = format!("{right}\n{line}\n");
            let error = weblog(&text, &ReadOptions::default())
                .expect_err(line)
                .to_string();
            assert!(
                error.starts_with("access.log, row 2 (line 2): ") && error.contains(problem),
                "{error}"
            );
            let options = ReadOptions {
                on_bad_row: OnBadRow::Skip,
                ..ReadOptions::default()
            };
            let (found, report) = weblog(&text, &options).expect(line);
            assert_eq!(
                (found.lines().count(), report.skipped_rows),
                (1, 1),
                "{line}"
            );
        }
        assert!(is_weblog(right.as_bytes()));
        assert!(!is_weblog(b"") && !is_weblog(format!("{right}\nhello").as_bytes()));
    }
}
