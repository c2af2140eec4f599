//! The languages of log stores: how each quotes, comments, and writes lists and times.

/// How a character gets into a literal that would else end it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escape {
    /// After a backslash.
    Backslash,
    /// Twice.
    Doubled,
    /// It cannot.
    Never,
}

/// A kind of literal.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) escape: Escape,
}

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// ISO 8601; in KQL where `datetime(` stands around it or is put there.
    Iso,
    /// `2019-02-09 23:26:47.700000`.
    Spaced,
    /// Milliseconds since 1970.
    Millis,
}

/// What is to be known of a language to put values into its text.
#[derive(Debug)]
pub struct Language {
    /// What people call it.
    pub name: &'static str,
    /// Those that begin alike with the longest first.
    pub(super) quotes: &'static [Quote],
    /// Which of them a value gets that has none around it.
    pub(super) usual: u8,
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// What a word may have besides letters, digits and `_`.
    pub(super) word: &'static str,
    /// Whether a word without quotes is a text, not the name of a column.
    pub(super) words_are_texts: bool,
    /// Whether `=` compares, rather than gives a name.
    pub(super) equals_compares: bool,
    /// Whether control characters in a literal are written `\u000a`; else they stand in it as they are.
    pub(super) unicode_escapes: bool,
    /// Whether a literal may go over several lines.
    pub(super) lines_in_literals: bool,
    /// Whether line breaks of the file are blanks.
    pub(super) one_line: bool,
    /// Whether the text is part of an address, so that what is special there is written `%20`.
    pub(super) is_url: bool,
    /// Whether literals hold text of another language with quotes of its own.
    pub(super) nested: bool,
    pub(super) times: Times,
    /// Whether a time is between quotes.
    pub(super) quotes_times: bool,
    pub(super) between: &'static str,
}

const fn quote(open: &'static str, close: &'static str, escape: Escape) -> Quote {
    Quote {
        open,
        close,
        escape,
    }
}

use Escape::{Backslash, Doubled, Never};

/// Kusto's, of Sentinel, Defender, Data Explorer and Resource Graph.
/// <https://learn.microsoft.com/kusto/query/scalar-data-types/string>
static KQL: Language = Language {
    name: "KQL",
    quotes: &[
        quote("'", "'", Backslash),
        quote("```", "```", Never),
        quote("~~~", "~~~", Never),
        quote("@\"", "\"", Doubled),
        quote("@'", "'", Doubled),
        quote("\"", "\"", Backslash),
    ],
    usual: 0,
    line_comments: &["//"],
    block_comment: None,
    word: "_.-*!=<>~:$",
    words_are_texts: false,
    equals_compares: false,
    unicode_escapes: true,
    lines_in_literals: false,
    one_line: false,
    is_url: false,
    nested: false,
    times: Times::Iso,
    quotes_times: false,
    between: ", ",
};

/// Splunk's. A `*` in a text is a wildcard there, also between quotes.
/// <https://docs.splunk.com/Documentation/Splunk/latest/Search/Anatomyofasearch>
static SPL: Language = Language {
    name: "SPL",
    quotes: &[quote("\"", "\"", Backslash)],
    line_comments: &[],
    block_comment: Some(("```", "```")),
    word: "_.-*:@/%+#",
    words_are_texts: true,
    equals_compares: true,
    unicode_escapes: false,
    lines_in_literals: true,
    times: Times::Spaced,
    quotes_times: true,
    between: ",",
    ..KQL
};

/// Sumo Logic's, which quotes as Splunk does.
static SUMO: Language = Language {
    name: "Sumo Logic",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    word: "_.-*:@%+#",
    times: Times::Iso,
    ..SPL
};

/// Of Microsoft Graph: the path and options of an address. Texts between double quotes are those of `$search`.
/// <https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html>
static ODATA: Language = Language {
    name: "OData",
    quotes: &[quote("'", "'", Doubled), quote("\"", "\"", Backslash)],
    line_comments: &[],
    word: "_.-/:",
    equals_compares: true,
    unicode_escapes: false,
    lines_in_literals: true,
    one_line: true,
    is_url: true,
    ..KQL
};

/// Prisma Cloud's. It tells of no way to have a quote in a text with the same around it.
static RQL: Language = Language {
    name: "RQL",
    quotes: &[quote("'", "'", Never), quote("\"", "\"", Never)],
    line_comments: &[],
    word: "_.-*",
    equals_compares: true,
    unicode_escapes: false,
    ..KQL
};

/// The same in a JSON text, as msticpy's files have it.
static RQL_IN_JSON: Language = Language {
    name: "RQL in JSON",
    nested: true,
    ..JSON
};

/// Of OpenObserve and OSQuery, as the standard has it.
static SQL: Language = Language {
    name: "SQL",
    quotes: &[
        quote("'", "'", Doubled),
        quote("\"", "\"", Doubled),
        quote("`", "`", Doubled),
    ],
    line_comments: &["--"],
    block_comment: Some(("/*", "*/")),
    word: "_.*",
    equals_compares: true,
    unicode_escapes: false,
    lines_in_literals: true,
    times: Times::Spaced,
    quotes_times: true,
    ..KQL
};

/// Elastic's query strings.
static LUCENE: Language = Language {
    name: "Lucene",
    quotes: &[quote("\"", "\"", Backslash)],
    line_comments: &[],
    word: "_.-@",
    words_are_texts: true,
    unicode_escapes: false,
    lines_in_literals: true,
    between: " OR ",
    ..KQL
};

/// Elastic's language of pipes.
/// <https://www.elastic.co/docs/reference/query-languages/esql/esql-syntax>
static ESQL: Language = Language {
    name: "ES|QL",
    quotes: &[
        quote("\"\"\"", "\"\"\"", Never),
        quote("\"", "\"", Backslash),
        quote("`", "`", Doubled),
    ],
    usual: 1,
    block_comment: Some(("/*", "*/")),
    word: "_.-*:@",
    unicode_escapes: false,
    quotes_times: true,
    ..KQL
};

/// Elastic's and other bodies of requests.
static JSON: Language = Language {
    name: "JSON",
    quotes: &[quote("\"", "\"", Backslash)],
    line_comments: &[],
    word: "",
    equals_compares: true,
    quotes_times: true,
    ..KQL
};

/// Cybereason's.
static JSON_MILLIS: Language = Language {
    name: "JSON of Cybereason",
    times: Times::Millis,
    quotes_times: false,
    ..JSON
};

/// Names of files and the like.
static PLAIN: Language = Language {
    name: "text",
    quotes: &[],
    line_comments: &[],
    words_are_texts: true,
    one_line: true,
    ..KQL
};

const ALL: [&Language; 12] = [
    &KQL,
    &SPL,
    &SUMO,
    &ODATA,
    &RQL,
    &RQL_IN_JSON,
    &SQL,
    &LUCENE,
    &ESQL,
    &JSON,
    &JSON_MILLIS,
    &PLAIN,
];

impl Language {
    /// The language of a name.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.into_iter().find(|language| language.name == name)
    }
}
