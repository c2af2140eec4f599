//! The text of a query, taken apart into what stands in the file and where values go.

use super::language::Language;
use super::query::{Fault, Parameter};
use super::scan::{CODE, Lexer, Place, State, states};
use super::words;

/// What may stand where a value is not in a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A text, which gets quotes.
    Data,
    /// A name, a number or an operator.
    Word,
    /// A piece of a query.
    Fragment,
}

/// Where a value goes.
#[derive(Debug)]
pub(super) struct Hole {
    /// The byte of the code where a letter stands for it.
    pub(super) at: usize,
    /// Which of the parameters.
    pub(super) parameter: usize,
    /// How a time is written, as for `strftime`; empty as the language has it.
    pub(super) pattern: String,
    pub(super) state: State,
    pub(super) role: Role,
    /// Whether `datetime(` stands before it.
    pub(super) is_typed: bool,
}

const BRACES: &str = "write {{ and }} for braces that are part of the query";

fn wrong(problem: &[&str], advice: &'static str) -> Fault {
    Fault {
        problem: words(problem),
        advice,
    }
}

/// Takes the text of a query apart: its code, with a letter for each value, and where these are.
/// `parameters` are those there are.
///
/// # Errors
///
/// A brace that is alone, a name that is no parameter, or one where a value would not be read as such.
pub(super) fn parse(
    language: &'static Language,
    text: &str,
    parameters: &[Parameter],
) -> Result<(String, Vec<Hole>), Fault> {
    let mut code = String::new();
    let mut holes = Vec::new();
    split(text, &mut |part| {
        let name = match part {
            Part::Text(text) => {
                code.push_str(text);
                return Ok(());
            }
            Part::Name(name) => name,
        };
        let Some(parameter) = parameters.iter().position(|own| own.name == name) else {
            let advice =
                "add it to `parameters:`, or write {{ and }} for braces that are part of the query";
            return Err(wrong(
                &["there is no parameter `", name, "` for {", name, "}"],
                advice,
            ));
        };
        let format = parameters[parameter].format.as_deref().unwrap_or("{}");
        split(format, &mut |part| {
            let pattern = match part {
                Part::Text(text) => {
                    code.push_str(text);
                    return Ok(());
                }
                Part::Name("" | "0") => "",
                Part::Name(name) => match name.split_once(':') {
                    Some(("" | "0", pattern)) => pattern,
                    _ => {
                        let advice = "write {} for the value, or {:%Y-%m-%d} for a time";
                        return Err(wrong(&["there is {", name, "} in `format`"], advice));
                    }
                },
            };
            holes.push(Hole {
                at: code.len(),
                parameter,
                pattern: pattern.into(),
                state: CODE,
                role: Role::Word,
                is_typed: false,
            });
            code.push('x');
            Ok(())
        })
    })?;
    place(language, &code, &mut holes, parameters)?;
    Ok((code, holes))
}

enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Calls `on` for what is between braces and for what is not.
fn split(text: &str, on: &mut dyn FnMut(Part) -> Result<(), Fault>) -> Result<(), Fault> {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte == b'{' || byte == b'}') {
        let (before, brace) = rest.split_at(at);
        let is_twice = brace[1..].starts_with(&brace[..1]);
        on(Part::Text(before))?;
        if is_twice {
            on(Part::Text(&brace[..1]))?;
            rest = &brace[2..];
            continue;
        }
        let end = brace
            .bytes()
            .position(|byte| byte == b'}')
            .filter(|end| *end > 0);
        let Some(end) = end else {
            return Err(wrong(&["there is a brace alone"], BRACES));
        };
        on(Part::Name(&brace[1..end]))?;
        rest = &brace[end + 1..];
    }
    on(Part::Text(rest))
}

/// Finds out where each value stands.
fn place(
    language: &'static Language,
    code: &str,
    holes: &mut [Hole],
    parameters: &[Parameter],
) -> Result<(), Fault> {
    let marks: Vec<usize> = holes.iter().map(|hole| hole.at).collect();
    let found = states(language, code, &marks);
    for (hole, state) in holes.iter_mut().zip(found) {
        let parameter = &parameters[hole.parameter];
        let Some(state) = state else {
            let what = [
                "a backslash right before {",
                &parameter.name,
                "} would change its first character",
            ];
            return Err(wrong(
                &what,
                "write it twice, or put {} into the quotes another way",
            ));
        };
        hole.state = state;
        let before = code[..hole.at].trim_end();
        hole.is_typed = before.ends_with("datetime(");
        if state.place == Place::Code {
            hole.role = role(language, parameter, before);
        }
    }
    Ok(())
}

/// What a text may be that stands in code after `before`; see `render.rs`.
fn role(language: &'static Language, parameter: &Parameter, before: &str) -> Role {
    let default = parameter.default.as_deref();
    let is_value = language.word.is_empty() || compares(language, before);
    let is_plain = match default {
        None => true,
        Some(text) => text.is_empty() || is_literal(language, text) || language.words_are_texts,
    };
    match default {
        _ if parameter.raw == Some(true) => Role::Fragment,
        _ if is_value && is_plain => Role::Data,
        Some(text) if is_literal(language, text) => Role::Data,
        Some("true" | "false") if parameter.raw.is_none() => Role::Fragment,
        Some(text) if !is_word(language, text) && parameter.raw.is_none() => Role::Fragment,
        _ => Role::Word,
    }
}

/// Whether a text is one literal and nothing else.
fn is_literal(language: &'static Language, text: &str) -> bool {
    let mut lexer = Lexer::new(language, text);
    lexer.step();
    let opens = matches!(lexer.state.place, Place::Literal(_));
    while lexer.state.place != Place::Code && lexer.step().is_some() {}
    opens && lexer.state.place == Place::Code && lexer.at == text.len()
}

/// Whether what stands before a value compares with it.
fn compares(language: &Language, before: &str) -> bool {
    const WORDS: &str = " eq ne gt ge lt le like ilike rlike regex has hasprefix hassuffix contains startswith endswith has_cs hasprefix_cs hassuffix_cs contains_cs startswith_cs endswith_cs ";
    const LISTS: &str = " in has_any has_all ";
    let last = |text: &str, list: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let text = text.trim_end_matches('~');
        let word = &text[text.trim_end_matches(is_part).len()..];
        !word.is_empty() && list.contains(&[" ", &word.to_ascii_lowercase(), " "].concat())
    };
    let signs = &before[before
        .trim_end_matches(['=', '!', '<', '>', '~', ':'])
        .len()..];
    match signs {
        "=" => language.equals_compares,
        ":" => language.name == "Lucene" || language.name == "ES|QL",
        "" => {
            last(before, WORDS)
                || before
                    .strip_suffix('(')
                    .is_some_and(|list| last(list.trim_end(), LISTS))
        }
        _ => true,
    }
}

/// Whether a text is a name, a number or an operator, and so nothing that could be more.
pub(super) fn is_word(language: &'static Language, text: &str) -> bool {
    const KEYWORDS: [&str; 7] = ["and", "or", "not", "in", "by", "as", "to"];
    let mut lexer = Lexer::new(language, text);
    let mut before = None;
    while let Some(token) = lexer.step() {
        let c = token.chars().next().unwrap_or(' ');
        let is_part = c.is_alphanumeric()
            || c == '_'
            || (c.is_ascii() && language.word.as_bytes().contains(&(c as u8)));
        let is_first = match c {
            '.' | ':' => false,
            '-' => text.as_bytes().get(1).is_some_and(u8::is_ascii_digit),
            _ => true,
        };
        let goes_up = language.is_url && c == '.' && before == Some('.');
        if lexer.state != CODE || !is_part || goes_up || (before.is_none() && !is_first) {
            return false;
        }
        before = Some(c);
    }
    let is_keyword = KEYWORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    before.is_some() && !(language.words_are_texts && is_keyword)
}
