//! Reads a text as its language does, as far as quotes and comments go.

use super::language::{Escape, Language};

/// Where one is in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Code,
    /// In a literal with this of the language's quotes.
    Literal(u8),
    Line,
    Block,
}

/// Where one is, and in which quotes of the inner language; 0 for none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) place: Place,
    pub(super) inner: u8,
}

pub(super) const CODE: State = State {
    place: Place::Code,
    inner: 0,
};

/// Goes through a text token by token: a quote, the mark of a comment, an escape, or one character.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    language: &'static Language,
    text: &'a str,
    /// The byte that is next.
    pub(super) at: usize,
    pub(super) state: State,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(language: &'static Language, text: &'a str) -> Self {
        Self {
            language,
            text,
            at: 0,
            state: CODE,
        }
    }

    /// Goes past one token, and gives it; `None` at the end.
    pub(super) fn step(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let first = rest.chars().next()?;
        let length = match self.state.place {
            Place::Code => self.open(rest),
            Place::Literal(number) => self.literal(number, rest),
            Place::Line if first == '\n' => {
                self.state = CODE;
                1
            }
            Place::Line => 0,
            Place::Block => match self.language.block_comment {
                Some((_, close)) if rest.starts_with(close) => {
                    self.state = CODE;
                    close.len()
                }
                _ => 0,
            },
        };
        let length = length.max(first.len_utf8());
        self.at += length;
        Some(&rest[..length])
    }

    /// Of code: how long the token is that opens something, else 0.
    fn open(&mut self, rest: &str) -> usize {
        let language = self.language;
        if let Some(mark) = language
            .line_comments
            .iter()
            .find(|mark| rest.starts_with(**mark))
        {
            self.state.place = Place::Line;
            return mark.len();
        }
        if let Some((open, _)) = language
            .block_comment
            .filter(|(open, _)| rest.starts_with(open))
        {
            self.state.place = Place::Block;
            return open.len();
        }
        let quote = language
            .quotes
            .iter()
            .position(|quote| rest.starts_with(quote.open));
        quote.map_or(0, |number| {
            self.state.place = Place::Literal(number as u8);
            language.quotes[number].open.len()
        })
    }

    /// Of a literal: how long the token is that is an escape or closes it, else 0.
    fn literal(&mut self, number: u8, rest: &str) -> usize {
        let quote = &self.language.quotes[usize::from(number)];
        let mut chars = rest.chars();
        if quote.escape == Escape::Backslash && chars.next() == Some('\\') {
            let escaped = chars.next();
            if escaped == Some('"') {
                self.inner('"');
            }
            return 1 + escaped.map_or(0, char::len_utf8);
        }
        if !rest.starts_with(quote.close) {
            if rest.starts_with('\'') {
                self.inner('\'');
            }
            return 0;
        }
        let length = quote.close.len();
        if quote.escape == Escape::Doubled && rest[length..].starts_with(quote.close) {
            return 2 * length;
        }
        self.state = CODE;
        length
    }

    /// A quote of the inner language.
    fn inner(&mut self, quote: char) {
        let now = self.state.inner;
        if self.language.nested && (now == 0 || now == quote as u8) {
            self.state.inner = quote as u8 - now;
        }
    }
}

/// Where one is at each of `marks`, which are bytes of `text` in order; `None` in the middle of a token.
pub(super) fn states(
    language: &'static Language,
    text: &str,
    marks: &[usize],
) -> Vec<Option<State>> {
    let mut lexer = Lexer::new(language, text);
    let at = |&mark: &usize| {
        while lexer.at < mark && lexer.step().is_some() {}
        (lexer.at == mark).then_some(lexer.state)
    };
    marks.iter().map(at).collect()
}

/// A text of a file without line breaks inside of literals, where YAML makes blanks of them; of an
/// address without any.
pub(super) fn fold(language: &'static Language, text: &str) -> String {
    let mut lexer = Lexer::new(language, text);
    let mut folded = String::with_capacity(text.len());
    loop {
        let place = lexer.state.place;
        let Some(token) = lexer.step() else {
            return folded;
        };
        let is_quoted = match place {
            Place::Literal(number) => language.quotes[usize::from(number)].open.len() < 3,
            _ => false,
        };
        if token != "\n" || !(is_quoted || language.one_line) {
            folded.push_str(token);
            continue;
        }
        folded.truncate(folded.trim_end_matches([' ', '\t', '\r']).len());
        folded.push(' ');
        let rest = &text[lexer.at..];
        lexer.at += rest.len() - rest.trim_start().len();
    }
}

/// A query without empty lines and blanks at the ends of lines, but for those in literals.
pub(super) fn tidy(language: &'static Language, text: &str) -> String {
    let mut lexer = Lexer::new(language, text);
    let mut tidied = String::with_capacity(text.len());
    let mut fixed = 0; // what is before belongs to a literal
    loop {
        let is_literal = matches!(lexer.state.place, Place::Literal(_));
        let Some(token) = lexer.step() else {
            break;
        };
        if token == "\n" && !is_literal {
            let end = trimmed(&tidied, fixed);
            tidied.truncate(end);
            if end == 0 || tidied.ends_with('\n') {
                continue;
            }
        }
        tidied.push_str(token);
        if is_literal || matches!(lexer.state.place, Place::Literal(_)) {
            fixed = tidied.len();
        }
    }
    while fixed < tidied.len() && tidied.ends_with(char::is_whitespace) {
        tidied.pop();
    }
    tidied
}

fn trimmed(text: &str, fixed: usize) -> usize {
    fixed + text[fixed..].trim_end_matches([' ', '\t', '\r']).len()
}

/// Why a piece of a query cannot stand where other code is around it; `None` if it can.
pub(super) fn unbalanced(language: &'static Language, text: &str) -> Option<&'static str> {
    let mut lexer = Lexer::new(language, text);
    let mut open = Vec::new();
    loop {
        let is_code = lexer.state == CODE;
        let Some(token) = lexer.step() else {
            break;
        };
        match token {
            _ if !is_code => {}
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" if open.pop() != Some(token) => {
                return Some("closes a bracket that it does not open");
            }
            ";" if open.is_empty() => {
                return Some("has a `;`, so it is more than a piece of a query");
            }
            _ => {}
        }
    }
    match lexer.state.place {
        Place::Code if open.is_empty() => None,
        Place::Code => Some("does not close a bracket"),
        Place::Literal(_) => Some("does not close a quote"),
        Place::Line | Place::Block => Some("ends in a comment, which would go on after it"),
    }
}
