//! Which paths a route lets through, decided on the path as it was sent: it goes on byte for byte.
//!
//! Servers differ in what they make of `..`, `%2e`, `%2F`, `\`, `;` or `%252e`. So a path that any of them could read as
//! another one is refused before patterns are asked ([`classify`]). Services that take a URL as one segment need `%2F` in it;
//! the table says where, by `*%2F`, or `**%2F` where all the rest may have some, as names of files do.

use hyper::Method;

/// What may stand in one segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// This text; its capitals count unless the pattern says otherwise.
    Literal(String),
    /// `*`: anything without an encoded slash.
    Any,
    /// `*%2F`: anything, also with an encoded slash.
    Encoded,
    /// `{key}`: anything without an encoded slash; the proxy's key takes its place.
    Key,
    /// `**`: one segment or more, all without encoded slashes.
    Rest,
    /// `**%2F`: one segment or more, also with encoded slashes.
    EncodedRest,
}

/// One entry of `paths`.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// Methods for which it holds; all of the route if empty.
    pub methods: Vec<Method>,
    /// Its segments.
    pub parts: Vec<Part>,
    /// Whether capitals of literals do not count.
    pub ignore_case: bool,
}

/// How a segment that is safe to pass on is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment {
    /// Without encoded slashes or percent signs.
    Plain,
    /// With some: only for `*%2F` and `**%2F`.
    Encoded,
}

/// Decides about each segment of a path, in order.
///
/// # Errors
///
/// What is wrong, in words that do not repeat the path.
pub fn classify(path: &str) -> Result<Vec<(&str, Segment)>, &'static str> {
    let rest = path
        .strip_prefix('/')
        .ok_or("does not begin with a slash")?;
    let count = rest.split('/').count();
    rest.split('/')
        .enumerate()
        .map(|(index, text)| {
            if text.is_empty() && index + 1 < count {
                return Err("has an empty segment (//)");
            }
            Ok((text, segment(text)?))
        })
        .collect()
}

fn segment(text: &str) -> Result<Segment, &'static str> {
    let bytes = text.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        if byte == b'%' {
            unescape(&bytes[index..]).ok_or("has a % that encodes nothing")?;
        } else if !(byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)) {
            return Err("has a character that must be percent-encoded");
        }
    }
    let mut level = text.to_owned();
    let mut kind = Segment::Plain;
    loop {
        for piece in level.split(['/', '\\']) {
            if only_dots(piece) {
                return Err("has a segment of dots, which could lead out of the route");
            }
        }
        let decoded = match String::from_utf8(decode_bytes(&level)) {
            Ok(decoded) => decoded,
            // What is looked up may hold bytes of another encoding, but none that some take for a dot or slash.
            Err(error)
                if kind == Segment::Encoded
                    && !error
                        .as_bytes()
                        .iter()
                        .any(|byte| matches!(byte, 0xc0 | 0xc1)) =>
            {
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
            Err(_) => return Err("has encoded bytes that are not UTF-8"),
        };
        if decoded.chars().any(char::is_control) {
            return Err("has an encoded control character");
        }
        if decoded == level {
            return Ok(kind);
        }
        // Each round is shorter than the one before, so this ends.
        if decoded.contains(['/', '\\', '%']) {
            kind = Segment::Encoded;
        }
        level = decoded;
    }
}

/// Whether some server takes a segment for `.` or `..`: `..;x` is one to Java's, `.. ` to Windows.
fn only_dots(piece: &str) -> bool {
    let name = piece.split(';').next().unwrap_or_default();
    name.contains('.') && name.chars().all(|c| c == '.' || c == ' ')
}

/// The byte that `%XX` at the beginning stands for.
fn unescape(bytes: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let [b'%', high, low, ..] = bytes else {
        return None;
    };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Percent-decoded once; what encodes nothing stays.
pub fn decode_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = unescape(&bytes[at..]);
        out.push(byte.unwrap_or(bytes[at]));
        at += if byte.is_some() { 3 } else { 1 };
    }
    out
}

impl Pattern {
    /// Reads `"GET,POST /a/*/b"` or `"/a/**"`.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str, ignore_case: bool) -> Result<Self, String> {
        let (methods, path) = match text.split_once(' ') {
            Some((methods, path)) => (
                methods.split(',').map(method).collect::<Result<_, _>>()?,
                path,
            ),
            None => (Vec::new(), text),
        };
        let Some(rest) = path.strip_prefix('/') else {
            return Err(format!("\"{text}\" must begin with a slash"));
        };
        let parts: Vec<Part> = rest.split('/').map(part).collect::<Result<_, _>>()?;
        let end = parts.len() - 1;
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Rest | Part::EncodedRest if index < end => {
                    return Err(format!("\"{text}\": ** may only be the last segment"));
                }
                Part::Literal(name) if name.is_empty() && index < end => {
                    return Err(format!("\"{text}\" has an empty segment"));
                }
                _ => {}
            }
        }
        Ok(Self {
            methods,
            parts,
            ignore_case,
        })
    }

    /// Whether it lets these segments of a path through.
    pub fn matches(&self, segments: &[(&str, Segment)]) -> bool {
        let Some(last) = self.parts.last() else {
            return false;
        };
        let enough = match last {
            Part::Rest | Part::EncodedRest => segments.len() >= self.parts.len(),
            _ => segments.len() == self.parts.len(),
        };
        enough
            && segments.iter().enumerate().all(|(index, &(text, kind))| {
                // The last of the rest may be empty: a folder's slash.
                let given = !text.is_empty() || index >= self.parts.len();
                match self.parts.get(index).unwrap_or(last) {
                    Part::Literal(name) if self.ignore_case => name.eq_ignore_ascii_case(text),
                    Part::Literal(name) => name == text,
                    Part::Any | Part::Key => kind == Segment::Plain && !text.is_empty(),
                    Part::Encoded => !text.is_empty(),
                    Part::Rest => kind == Segment::Plain && given,
                    Part::EncodedRest => given,
                }
            })
    }

    /// Where the proxy's key goes.
    pub fn key_segment(&self) -> Option<usize> {
        self.parts.iter().position(|part| *part == Part::Key)
    }

    /// Whether it holds for a method, which the route allows.
    pub fn allows(&self, method: &Method) -> bool {
        self.methods.is_empty() || self.methods.contains(method)
    }
}

/// Reads the name of a method that routes may allow.
///
/// # Errors
///
/// A message that lists them.
pub fn method(name: &str) -> Result<Method, String> {
    const KNOWN: [Method; 6] = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ];
    KNOWN
        .into_iter()
        .find(|known| known.as_str() == name)
        .ok_or_else(|| format!("\"{name}\" is no method (GET, HEAD, POST, PUT, PATCH, DELETE)"))
}

fn part(text: &str) -> Result<Part, String> {
    Ok(match text {
        "*" => Part::Any,
        "**" => Part::Rest,
        "**%2F" => Part::EncodedRest,
        "*%2F" => Part::Encoded,
        "{key}" => Part::Key,
        _ if segment(text) == Ok(Segment::Plain) && !text.contains(['*', '%']) => {
            Part::Literal(text.into())
        }
        _ => {
            return Err(format!(
                "\"{text}\" is no segment of a pattern (text, *, **, *%2F, **%2F or {{key}})"
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowed(pattern: &str, path: &str) -> bool {
        let pattern = Pattern::parse(pattern, false).expect("a pattern");
        classify(path).is_ok_and(|segments| pattern.matches(&segments))
    }

    #[test]
    fn patterns_and_paths() {
        let rows: &[(&str, &str, &str, bool)] = &[
            ("the same text", "/api/v1/check", "/api/v1/check", true),
            ("capitals count", "/api/v1/check", "/api/v1/Check", false),
            ("a slash more", "/api/v1/check", "/api/v1/check/", false),
            ("a slash that belongs there", "/api/v1/", "/api/v1/", true),
            ("one segment", "/ip/*", "/ip/8.8.8.8", true),
            ("an address of version 6", "/ip/*", "/ip/2001:db8::1", true),
            ("a space", "/ip/*", "/ip/a%20b", true),
            ("two for one", "/ip/*", "/ip/10.0.0.0/8", false),
            ("none for one", "/ip/*", "/ip/", false),
            ("the rest", "/a/**", "/a/b/c/d", true),
            ("the rest is one at least", "/a/**", "/a", false),
            ("the rest is not empty", "/a/**", "/a/", false),
            ("the rest ends in a slash", "/a/**", "/a/b/", true),
            ("the root", "/", "/", true),
            ("dollars and brackets", "/v1/$batch", "/v1/$batch", true),
            (
                "a URL in a segment",
                "/url/*%2F/general",
                "/url/http%3A%2F%2Fa.example%2Fb%3Fc%3D1/general",
                true,
            ),
            (
                "a URL whose own escapes are encoded",
                "/url/*%2F",
                "/url/http%3A%2F%2Fa%2Fx%2520y%252Fz",
                true,
            ),
            ("per cent", "/url/*%2F", "/url/100%25", true),
            (
                "a URL where none belongs",
                "/url/*",
                "/url/http%3A%2F%2Fa",
                false,
            ),
            ("an encoded slash in the rest", "/a/**", "/a/b%2Fc", false),
            (
                "names of files with per cent and backslash",
                "/a/**%2F",
                "/a/50%25/b%5Cc",
                true,
            ),
            ("such a rest is one at least", "/a/**%2F", "/a/", false),
            ("such a rest ends in a slash", "/a/**%2F", "/a/%25/", true),
            (
                "such a rest has no steps up",
                "/a/**%2F",
                "/a/b/%252e%252e%5Cc",
                false,
            ),
            (
                "an encoded letter is no literal",
                "/ip/*",
                "/i%70/8.8.8.8",
                false,
            ),
        ];
        for (name, pattern, path, expected) in rows {
            assert_eq!(allowed(pattern, path), *expected, "{name}");
        }
    }

    #[test]
    fn paths_that_lead_elsewhere() {
        let rows = [
            "/a/../b",
            "/..",
            "/a/..",
            "/a/.",
            "/./a",
            "/a/...",
            "/a/..;/b",
            "/a/..;x=1/b",
            "/a/%2e%2e/b",
            "/a/%2E./b",
            "/a/.%2e",
            "/a/%252e%252e/b",
            "/a/%25252e%25252e/b",
            "/a/%2e%2e%2fb",
            "/a/x%2f..%2fb",
            "/a/x%5c..%5cb",
            "/a/x%252f..%252fb",
            "/a/..%2fb",
            "/a/..%5cb",
            "/a/..%00",
            "/a/%00",
            "/a/%0d%0ab",
            "/a/%7f",
            "/a//b",
            "//a",
            "/a/b//",
            "/a\\b",
            "/a/..\\b",
            "/a/%c0%ae%c0%ae/b",
            "/a/%c0%af",
            "/a/%ff",
            "/a/%",
            "/a/%2",
            "/a/%zz",
            "/a b",
            "/a\"b",
            "/a<b",
            "/a{b",
            "/a|b",
            "/a^b",
            "/ä",
            "a",
            "",
            "/a/..%20/b",
            "/a/%20../b",
            "/a/..%3b/b",
            "/a/%u002e",
            "/url/http%3A%2F%2Fa%2F..%2Fb",
            "/url/x%2F%252e%252e%2Fb",
            "/a?b",
            "/a#b",
        ];
        for path in rows {
            assert!(classify(path).is_err(), "{path}");
        }
    }

    #[test]
    fn patterns_that_are_wrong() {
        for text in [
            "", "a", "/a//b", "/**/a", "/**%2F/a", "/a*", "/../a", "/%2e", "FETCH /a", "get /a",
            "/a b", "/{id}", "/a%2Fb",
        ] {
            assert!(Pattern::parse(text, false).is_err(), "{text}");
        }
    }

    #[test]
    fn methods_of_a_pattern() {
        let pattern = Pattern::parse("GET,DELETE /a", false).expect("a pattern");
        assert!(
            pattern.allows(&Method::GET)
                && pattern.allows(&Method::DELETE)
                && !pattern.allows(&Method::POST)
        );
        assert!(
            Pattern::parse("/a", false)
                .expect("a pattern")
                .allows(&Method::POST)
        );
    }

    /// What a server makes of a path that decodes it again and again and knows both slashes.
    fn worst_reading(path: &str) -> Vec<String> {
        let mut level = path.to_owned();
        let mut seen = vec![level.clone()];
        loop {
            let next = String::from_utf8_lossy(&decode_bytes(&level)).into_owned();
            if next == level {
                return seen;
            }
            seen.push(next.clone());
            level = next;
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(path in any::<String>(), pattern in any::<String>()) {
            let _ = Pattern::parse(&pattern, true);
            let _ = classify(&path);
        }

        /// Made of what attacks are made of: nothing that passes can be read as a step up.
        #[test]
        fn what_passes_stays_inside(pieces in proptest::collection::vec(prop_oneof![
            Just("/"), Just("."), Just(".."), Just("%2e"), Just("%2E"), Just("%2f"), Just("%5c"), Just("%25"), Just("2e"), Just("2f"), Just("\\"), Just(";"),
            Just("a"), Just("%"), Just("%00"), Just("%c0%ae"), Just("%20"), Just("5c"),
        ], 0..12)) {
            let path = format!("/{}", pieces.concat());
            if classify(&path).is_ok() {
                for reading in worst_reading(&path) {
                    for piece in reading.split(['/', '\\']) {
                        let name = piece.split(';').next().unwrap_or_default().trim();
                        prop_assert!(name != "." && name != "..", "{path} as {reading}");
                    }
                    prop_assert!(!reading.contains('\0'));
                }
            }
        }

        /// Any value, encoded as clients do, passes where one belongs, unless it has dots for segments or control characters.
        #[test]
        fn encoded_values_pass(value in "[a-zA-Z0-9:/?&=%#+ äß-]{1,40}") {
            let encoded: String = value.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect();
            prop_assume!(worst_reading(&value).iter().all(|v| !v.contains('.') && !v.chars().any(|c| c.is_control() || c == '\u{fffd}')));
            prop_assert!(allowed("/url/*%2F", &format!("/url/{encoded}")), "{encoded}");
        }
    }
}
