//! PowerShell on one line, made readable.
//!
//! Only blanks, line breaks and the semicolons that end statements change: what
//! is quoted, comments, names and their case stay (msticpy's `format_powershell`
//! makes all of it lower case). The text is cut into tokens as PowerShell's own
//! reader does, so that no brace or semicolon of a string counts.

use crate::{Error, Place, Result};

const INDENT: &str = "    ";

/// Deeper blocks are not indented further, so that lines stay readable.
const MAX_LEVELS: usize = 16;

/// Shorter blocks of one statement stay on their line.
const INLINE_BYTES: usize = 60;

const MAX_BYTES: usize = 4 << 20;

/// `text` with one statement a line, blocks indented and pipelines broken after
/// each `|`. O(n). What is pretty already stays as it is.
///
/// ```
/// use huntbook::transform::command_line::pretty_powershell;
/// let pretty = pretty_powershell("$a='X;y';if($a){Write-Host $a;exit}").unwrap();
/// assert_eq!(pretty, "$a='X;y'\nif($a){\n    Write-Host $a\n    exit\n}");
/// ```
///
/// # Errors
///
/// `LimitExceeded` for more than 4 MiB.
pub fn pretty_powershell(text: &str) -> Result<String> {
    if text.len() > MAX_BYTES {
        return Err(Error::LimitExceeded {
            place: Place::default(),
            problem: format!("the script has {} bytes, more than 4 MiB", text.len()),
            advice: "format a part of it".into(),
        });
    }
    let tokens = tokens(text);
    let mut writer = Writer::default();
    for (at, token) in tokens.iter().enumerate() {
        writer.write(token, || is_inline(&tokens[at + 1..]));
    }
    Ok(writer.out)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name, number, operator, or a string.
    Word,
    /// From `#` to the end of the line.
    Comment,
    Space,
    Newline,
    /// A backtick that lets a statement go on in the next line.
    Continuation,
    Semicolon,
    Pipe,
    OpenBrace,
    CloseBrace,
    /// `(` or `[`.
    Open,
    /// `)` or `]`.
    Close,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind,
    text: &'a str,
}

fn is_single_quote(char: char) -> bool {
    matches!(char, '\'' | '‘' | '’' | '‚' | '‛')
}

fn is_double_quote(char: char) -> bool {
    matches!(char, '"' | '“' | '”' | '„')
}

fn is_space(char: char) -> bool {
    char.is_whitespace() && !matches!(char, '\n' | '\r')
}

/// What the formatter tells apart; the tokens' texts are all of `text`.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut in_word = false;
    while let Some(char) = text[at..].chars().next() {
        let rest = &text[at..];
        let (kind, length) = match char {
            '\n' | '\r' => (Kind::Newline, char.len_utf8()),
            char if is_space(char) => (
                Kind::Space,
                rest.find(|char| !is_space(char)).unwrap_or(rest.len()),
            ),
            ';' => (Kind::Semicolon, 1),
            '|' if rest.starts_with("||") => (Kind::Word, 2),
            '|' => (Kind::Pipe, 1),
            '{' => (Kind::OpenBrace, 1),
            '}' => (Kind::CloseBrace, 1),
            '(' | '[' => (Kind::Open, 1),
            ')' | ']' => (Kind::Close, 1),
            '<' if rest.starts_with("<#") => (
                Kind::Word,
                rest.find("#>").map_or(rest.len(), |end| end + 2),
            ),
            '#' if !in_word => (Kind::Comment, rest.find(['\n', '\r']).unwrap_or(rest.len())),
            '`' => match rest[1..].chars().next() {
                Some('\n' | '\r') => (Kind::Continuation, 1),
                Some(escaped) => (Kind::Word, 1 + escaped.len_utf8()),
                None => (Kind::Word, 1),
            },
            '@' if here_string(rest).is_some() => (Kind::Word, here_string(rest).unwrap_or(1)),
            '$' if rest.starts_with("${") => {
                (Kind::Word, rest.find('}').map_or(rest.len(), |end| end + 1))
            }
            char if is_single_quote(char) => (Kind::Word, single_quoted(rest)),
            char if is_double_quote(char) => (Kind::Word, double_quoted(rest)),
            char => (Kind::Word, char.len_utf8()),
        };
        in_word = kind == Kind::Word;
        tokens.push(Token {
            kind,
            text: &rest[..length],
        });
        at += length;
    }
    tokens
}

/// Length of a here-string, from its `@` on.
fn here_string(text: &str) -> Option<usize> {
    let quote = text[1..].chars().next()?;
    let end = match quote {
        '\'' => "\n'@",
        '"' => "\n\"@",
        _ => return None,
    };
    let line_end = 2 + text[2..].find(|char| !is_space(char))?;
    let begins = text[line_end..].starts_with('\n') || text[line_end..].starts_with("\r\n");
    // An open one ends with the text.
    begins.then(|| {
        text[line_end..]
            .find(end)
            .map_or(text.len(), |at| line_end + at + end.len())
    })
}

/// Length of a string that knows nothing but two quotes for one.
fn single_quoted(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        if is_single_quote(char) && chars.next_if(|(_, next)| is_single_quote(*next)).is_none() {
            return at + char.len_utf8();
        }
    }
    text.len()
}

/// Length of a string that may hold `$(…)`, which may hold strings again.
fn double_quoted(text: &str) -> usize {
    // Whether each thing that is open, outermost first, is a string.
    let mut open = vec![true];
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        match (open.last(), char) {
            (None, _) => return at,
            (_, '`') => _ = chars.next(),
            (Some(true), '$') if chars.next_if(|(_, next)| *next == '(').is_some() => {
                open.push(false)
            }
            (Some(true), char) if is_double_quote(char) => {
                let is_doubled = chars.next_if(|(_, next)| is_double_quote(*next)).is_some();
                if !is_doubled {
                    open.pop();
                }
            }
            (Some(false), '(') => open.push(false),
            (Some(false), ')') => _ = open.pop(),
            (Some(false), char) if is_double_quote(char) => open.push(true),
            (Some(false), char) if is_single_quote(char) => {
                while chars.next().is_some_and(|(_, char)| !is_single_quote(char)) {}
            }
            _ => {}
        }
    }
    text.len()
}

/// Whether a block whose content begins here may stay on its line.
fn is_inline(content: &[Token<'_>]) -> bool {
    let mut bytes = 0;
    for token in content {
        match token.kind {
            Kind::CloseBrace => return true,
            Kind::OpenBrace
            | Kind::Semicolon
            | Kind::Comment
            | Kind::Newline
            | Kind::Continuation => return false,
            _ if token.text.contains('\n') => return false,
            _ => bytes += token.text.len(),
        }
        if bytes > INLINE_BYTES {
            return false;
        }
    }
    false
}

/// Something that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    kind: OpenKind,
    /// Levels that its content is indented by.
    levels: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OpenKind {
    Block,
    Inline,
    Group,
}

#[derive(Debug, Default)]
struct Writer {
    out: String,
    open: Vec<Open>,
    levels: usize,
    /// A statement of the line before goes on.
    goes_on: bool,
    wants_space: bool,
    has_text: bool,
}

impl Writer {
    fn write(&mut self, token: &Token<'_>, is_inline: impl Fn() -> bool) {
        let inside = self.open.last().map(|open| open.kind);
        let breaks = !matches!(inside, Some(OpenKind::Inline | OpenKind::Group));
        match token.kind {
            Kind::Space => self.wants_space = self.has_text,
            Kind::Newline => self.end_line(false),
            Kind::Semicolon if breaks => self.end_line(false),
            Kind::Comment => {
                self.text(token.text.trim_end());
                self.end_line(false);
            }
            Kind::Continuation => {
                self.text(token.text);
                self.end_line(true);
            }
            Kind::Pipe if breaks => {
                self.wants_space = self.has_text;
                self.text(token.text);
                self.end_line(true);
            }
            Kind::Word | Kind::Semicolon | Kind::Pipe => self.text(token.text),
            Kind::OpenBrace => {
                let is_inline = is_inline();
                self.text(token.text);
                let kind = if is_inline {
                    OpenKind::Inline
                } else {
                    OpenKind::Block
                };
                self.push(kind, usize::from(!is_inline));
                if !is_inline {
                    self.end_line(false);
                }
            }
            Kind::Open => {
                self.text(token.text);
                self.push(OpenKind::Group, 1);
            }
            Kind::CloseBrace => {
                if inside == Some(OpenKind::Block) {
                    self.end_line(false);
                }
                if matches!(inside, Some(OpenKind::Block | OpenKind::Inline)) {
                    self.pop();
                }
                self.text(token.text);
            }
            Kind::Close => {
                if inside == Some(OpenKind::Group) {
                    self.pop();
                }
                self.text(token.text);
            }
        }
    }

    fn push(&mut self, kind: OpenKind, levels: usize) {
        let levels = if kind == OpenKind::Block {
            levels + usize::from(self.goes_on)
        } else {
            levels
        };
        self.levels += levels;
        self.open.push(Open { kind, levels });
    }

    fn pop(&mut self) {
        if let Some(open) = self.open.pop() {
            self.levels -= open.levels;
            // The end of a block stands below its beginning.
            if open.kind == OpenKind::Block {
                self.goes_on = open.levels == 2;
            }
        }
    }

    fn text(&mut self, text: &str) {
        if !self.has_text {
            if !self.out.is_empty() {
                self.out.push('\n');
            }
            let levels = self.levels + usize::from(self.goes_on);
            self.out.push_str(&INDENT.repeat(levels.min(MAX_LEVELS)));
        } else if self.wants_space {
            self.out.push(' ');
        }
        self.out.push_str(text);
        (self.has_text, self.wants_space) = (true, false);
    }

    fn end_line(&mut self, goes_on: bool) {
        if self.has_text || goes_on {
            self.goes_on = goes_on;
        }
        (self.has_text, self.wants_space) = (false, false);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn makes_scripts_readable() {
        let rows: &[(&str, &str, &str)] = &[
            ("nothing", "  ", ""),
            ("statements", "a; b ;c;", "a\nb\nc"),
            (
                "strings and case stay",
                r#"$X = "A;{b}" + 'C;  d'; IEX $X"#,
                "$X = \"A;{b}\" + 'C;  d'\nIEX $X",
            ),
            (
                "doubled and escaped quotes",
                r#"a 'it''s;' "say ""x;"" `";y"; b"#,
                "a 'it''s;' \"say \"\"x;\"\" `\";y\"\nb",
            ),
            (
                "strings in strings",
                r#""a$(f "b;c" ';)')d;" ; e"#,
                "\"a$(f \"b;c\" ';)')d;\"\ne",
            ),
            (
                "here-strings",
                "$a = @\"\nx;{y\n\"@;b",
                "$a = @\"\nx;{y\n\"@\nb",
            ),
            (
                "comments",
                "a # b; c\nd <# e;\nf #>;g a#b;h",
                "a # b; c\nd <# e;\nf #>\ng a#b\nh",
            ),
            (
                "short blocks stay",
                "ls|?{$_.Name -eq 'a'}|%{$_}",
                "ls |\n    ?{$_.Name -eq 'a'} |\n    %{$_}",
            ),
            (
                "blocks",
                "if($a){b;c}else{d;e}",
                "if($a){\n    b\n    c\n}else{\n    d\n    e\n}",
            ),
            (
                "blocks in blocks",
                "while(1){if(2){a;b};c}",
                "while(1){\n    if(2){\n        a\n        b\n    }\n    c\n}",
            ),
            (
                "blocks in pipelines",
                "ls|%{a;b}|c;d",
                "ls |\n    %{\n        a\n        b\n    } |\n    c\nd",
            ),
            (
                "loops keep their semicolons",
                "for($i=0;$i -lt 3;$i++){a;b}",
                "for($i=0;$i -lt 3;$i++){\n    a\n    b\n}",
            ),
            ("tables", "@{A=1;B='x;y'}", "@{\n    A=1\n    B='x;y'\n}"),
            ("names in braces", "${a;{b}=1;c", "${a;{b}=1\nc"),
            ("a statement that goes on", "a `\n b;c", "a `\n    b\nc"),
            ("chains", "a || b && c", "a || b && c"),
            ("blanks", "a    b\t c\n\n\n   d", "a b c\nd"),
            ("odd braces", "}a{b", "}a{\n    b"),
            ("open string", "a 'b;{", "a 'b;{"),
        ];
        for (name, text, expected) in rows {
            assert_eq!(pretty_powershell(text).unwrap(), *expected, "{name}");
        }
        assert_eq!(
            pretty_powershell(&" ".repeat(MAX_BYTES + 1))
                .unwrap_err()
                .code(),
            "limitExceeded"
        );
    }

    #[test]
    fn deep_blocks_grow_no_further() {
        let text = "{".repeat(100_000);
        assert!(pretty_powershell(&text).unwrap().len() < 70 * text.len());
    }

    proptest! {
        #[test]
        fn only_blanks_and_semicolons_change(text in r#"[aB1 ;|{}()'"`$#@\n<>\[\]-]{0,60}"#) {
            let pretty = pretty_powershell(&text).unwrap();
            let kept = |text: &str| text.replace(|char: char| char.is_whitespace() || char == ';', "");
            prop_assert_eq!(kept(&pretty), kept(&text));
            prop_assert_eq!(pretty_powershell(&pretty).unwrap(), pretty);
        }
    }
}
