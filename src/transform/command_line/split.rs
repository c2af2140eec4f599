//! Arguments of a command line, as the program will see them.

/// Whose rules a command line follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CommandLineSyntax {
    /// Those of Microsoft's C runtime, which most programs have.
    Windows,
    /// Those of POSIX shells, without expansions and operators.
    Posix,
}

/// The arguments of a command line, the program first. O(n); an open quote ends
/// with the text.
///
/// ```
/// use huntbook::transform::command_line::{CommandLineSyntax::*, split_command_line};
/// let windows = split_command_line(r#""C:\a b\x.exe" "c:\dir\\" "say \"hi\"""#, Windows);
/// assert_eq!(windows, [r"C:\a b\x.exe", r"c:\dir\", r#"say "hi""#]);
/// assert_eq!(split_command_line(r"echo 'a b'\ c", Posix), ["echo", "a b c"]);
/// ```
pub fn split_command_line(text: &str, syntax: CommandLineSyntax) -> Vec<String> {
    match syntax {
        CommandLineSyntax::Windows => split_windows(text),
        CommandLineSyntax::Posix => split_posix(text),
    }
}

/// <https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments>:
/// blanks and tabs part arguments outside of quotes; backslashes mean something
/// only before a quote, where each two are one and an odd one makes the quote a
/// character; two quotes inside quotes are one. The program's name knows quotes alone.
fn split_windows(text: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut rest = text.trim_start_matches(is_blank).chars().peekable();
    if rest.peek().is_none() {
        return arguments;
    }
    let mut program = String::new();
    let mut is_quoted = false;
    for char in rest.by_ref() {
        match char {
            '"' => is_quoted = !is_quoted,
            char if is_blank(char) && !is_quoted => break,
            char => program.push(char),
        }
    }
    arguments.push(program);
    loop {
        while rest.next_if(|&char| is_blank(char)).is_some() {}
        if rest.peek().is_none() {
            return arguments;
        }
        let mut argument = String::new();
        let mut is_quoted = false;
        while let Some(char) = rest.next_if(|&char| is_quoted || !is_blank(char)) {
            match char {
                '\\' => {
                    let mut count = 1;
                    while rest.next_if_eq(&'\\').is_some() {
                        count += 1;
                    }
                    let before_quote = rest.peek() == Some(&'"');
                    let kept = if before_quote { count / 2 } else { count };
                    argument.extend(std::iter::repeat_n('\\', kept));
                    if before_quote && count % 2 == 1 {
                        rest.next();
                        argument.push('"');
                    }
                }
                '"' if is_quoted && rest.next_if_eq(&'"').is_some() => argument.push('"'),
                '"' => is_quoted = !is_quoted,
                char => argument.push(char),
            }
        }
        arguments.push(argument);
    }
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t')
}

/// <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02>
fn split_posix(text: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let mut argument: Option<String> = None;
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            ' ' | '\t' | '\n' | '\r' => arguments.extend(argument.take()),
            '\'' => {
                let argument = argument.get_or_insert_default();
                argument.extend(rest.by_ref().take_while(|&char| char != '\''));
            }
            '"' => {
                let argument = argument.get_or_insert_default();
                while let Some(char) = rest.next().filter(|&char| char != '"') {
                    match (char, rest.peek()) {
                        ('\\', Some('\n')) => {
                            rest.next();
                        }
                        ('\\', Some('$' | '`' | '"' | '\\')) => argument.extend(rest.next()),
                        _ => argument.push(char),
                    }
                }
            }
            '\\' => match rest.next() {
                Some('\n') => {}
                escaped => argument
                    .get_or_insert_default()
                    .push(escaped.unwrap_or('\\')),
            },
            char => argument.get_or_insert_default().push(char),
        }
    }
    arguments.extend(argument);
    arguments
}

#[cfg(test)]
mod tests {
    use super::CommandLineSyntax::{Posix, Windows};
    use super::*;

    #[test]
    fn splits_as_the_program_does() {
        let rows: &[(&str, CommandLineSyntax, &str, &[&str])] = &[
            ("nothing", Windows, " \t", &[]),
            ("one word", Windows, "whoami", &["whoami"]),
            ("blanks and tabs", Windows, "  a \t b  ", &["a", "b"]),
            ("empty argument", Windows, r#"a "" b"#, &["a", "", "b"]),
            (
                "quote in the middle",
                Windows,
                r#"a b"c d"e"#,
                &["a", "bc de"],
            ),
            // The examples of Microsoft's page.
            (
                "page 1",
                Windows,
                r#"x "a b c" d e"#,
                &["x", "a b c", "d", "e"],
            ),
            (
                "page 2",
                Windows,
                r#"x "ab\"c" "\\" d"#,
                &["x", r#"ab"c"#, r"\", "d"],
            ),
            (
                "page 3",
                Windows,
                r#"x a\\\b d"e f"g h"#,
                &["x", r"a\\\b", "de fg", "h"],
            ),
            (
                "page 4",
                Windows,
                r#"x a\\\"b c d"#,
                &["x", r#"a\"b"#, "c", "d"],
            ),
            (
                "page 5",
                Windows,
                r#"x a\\\\"b c" d e"#,
                &["x", r"a\\b c", "d", "e"],
            ),
            ("page 6", Windows, r#"x a"b"" c d"#, &["x", r#"ab" c d"#]),
            (
                "the program knows no backslashes",
                Windows,
                r#""C:\x\" a"#,
                &[r"C:\x\", "a"],
            ),
            ("open quote", Windows, r#"a "b c"#, &["a", "b c"]),
            (
                "a path that ends in a backslash",
                Windows,
                r"x c:\dir\ y",
                &["x", r"c:\dir\", "y"],
            ),
            ("nothing", Posix, " \n", &[]),
            (
                "single quotes keep all",
                Posix,
                r#"a 'b\ "c"'"#,
                &["a", r#"b\ "c""#],
            ),
            (
                "double quotes keep most",
                Posix,
                r#"a "b \n \" \$x \\ c""#,
                &["a", r#"b \n " $x \ c"#],
            ),
            ("escaped blank", Posix, r"a\ b c", &["a b", "c"]),
            ("empty arguments", Posix, r#"a '' """#, &["a", "", ""]),
            ("joined parts", Posix, r#"a"b"'c'd"#, &["abcd"]),
            (
                "a line that goes on",
                Posix,
                "a \\\nb \"c\\\nd\"",
                &["a", "b", "cd"],
            ),
            (
                "operators are text",
                Posix,
                "a | b>c; d #e",
                &["a", "|", "b>c;", "d", "#e"],
            ),
            ("open quote", Posix, "a 'b c", &["a", "b c"]),
            ("backslash at the end", Posix, r"a \", &["a", r"\"]),
        ];
        for (name, syntax, text, expected) in rows {
            assert_eq!(
                split_command_line(text, *syntax),
                *expected,
                "{syntax:?}, {name}"
            );
        }
    }
}
