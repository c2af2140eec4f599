//! The languages of log stores: how each quotes, comments, and writes lists and times.

use super::words;
use crate::nearest::did_you_mean;
use crate::{Error, Result};

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
pub(super) static KQL: Language = Language {
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
pub(super) static SPL: Language = Language {
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
pub(super) static SUMO: Language = Language {
    name: "Sumo Logic",
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    word: "_.-*:@%+#",
    times: Times::Iso,
    ..SPL
};

/// Of Microsoft Graph: the path and options of an address. Texts between double quotes are those of `$search`.
/// <https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html>
pub(super) static ODATA: Language = Language {
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
pub(super) static RQL: Language = Language {
    name: "RQL",
    quotes: &[quote("'", "'", Never), quote("\"", "\"", Never)],
    line_comments: &[],
    word: "_.-*",
    equals_compares: true,
    unicode_escapes: false,
    ..KQL
};

/// The same in a JSON text, as msticpy's files have it.
pub(super) static RQL_IN_JSON: Language = Language {
    name: "RQL in JSON",
    nested: true,
    ..JSON
};

/// Of OpenObserve and OSQuery, as the standard has it.
pub(super) static SQL: Language = Language {
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
pub(super) static LUCENE: Language = Language {
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
pub(super) static ESQL: Language = Language {
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
pub(super) static JSON: Language = Language {
    name: "JSON",
    quotes: &[quote("\"", "\"", Backslash)],
    line_comments: &[],
    word: "",
    equals_compares: true,
    quotes_times: true,
    ..KQL
};

/// Cybereason's.
pub(super) static JSON_MILLIS: Language = Language {
    times: Times::Millis,
    quotes_times: false,
    ..JSON
};

/// Names of files and the like.
pub(super) static PLAIN: Language = Language {
    name: "plain",
    quotes: &[],
    line_comments: &[],
    words_are_texts: true,
    one_line: true,
    ..KQL
};

/// Names of data environments as msticpy has them, with those that mean the same in one row.
const ENVIRONMENTS: [(&str, &Language); 18] = [
    (
        "MSSentinel LogAnalytics AzureSentinel MSSentinel_New MSSentinel_Legacy AzureMonitor",
        &KQL,
    ),
    ("MSSentinelSearch", &KQL),
    ("Kusto Kusto_New Kusto_Legacy", &KQL),
    ("MDE MDATP", &KQL),
    ("M365D", &KQL),
    ("M365DGraph GraphHunting", &KQL),
    ("ResourceGraph", &KQL),
    ("MSGraph SecurityGraph", &ODATA),
    ("Splunk", &SPL),
    ("Sumologic", &SUMO),
    ("Cybereason", &JSON_MILLIS),
    ("Prismacloud", &RQL),
    ("OpenObserve", &SQL),
    ("Elastic", &LUCENE),
    ("OSQuery OSQueryLogs", &SQL),
    ("Velociraptor VelociraptorLogs", &PLAIN),
    ("LocalData AzureSecurityCenter", &PLAIN),
    ("Mordor OTRF OTRF_SecurityDatasets", &PLAIN),
];

/// The first name of an environment, in the way that msticpy writes it, and its language.
///
/// # Errors
///
/// `InvalidArgument` for a name that is none.
pub fn environment(name: &str) -> Result<(&'static str, &'static Language)> {
    let own = name.strip_prefix("DataEnvironment.").unwrap_or(name);
    let mut all = Vec::new();
    let mut firsts = Vec::new();
    for (row, language) in ENVIRONMENTS {
        let known: Vec<&str> = row.split(' ').collect();
        if known.iter().any(|known| known.eq_ignore_ascii_case(own)) {
            return Ok((known[0], language));
        }
        firsts.push(known[0]);
        all.extend(known);
    }
    let hint = did_you_mean(own, all.iter().copied());
    let names = firsts.join(", ");
    let message = [
        "there is no data environment `",
        name,
        "`",
        &hint,
        " (there are: ",
        &names,
        ")",
    ];
    Err(Error::InvalidArgument(words(&message)))
}

/// The language that a text of an environment is in: some take several.
pub(super) fn language_of(usual: &'static Language, text: &str) -> &'static Language {
    let text = text.trim_start();
    let is_json = text.starts_with('{');
    if usual.name == RQL.name && is_json {
        return &RQL_IN_JSON;
    }
    if usual.name != LUCENE.name {
        return usual;
    }
    let first = text.split(char::is_whitespace).next().unwrap_or_default();
    let is_pipe = ["from", "row", "show", "ts"]
        .iter()
        .any(|word| first.eq_ignore_ascii_case(word));
    match () {
        () if is_json => &JSON,
        () if is_pipe => &ESQL,
        () => usual,
    }
}
