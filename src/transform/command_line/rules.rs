//! Rules for command lines, and the fast way to ask all of them.
//!
//! The built-in rules are data: `rules.json`, written for huntbook from what
//! [LOLBAS](https://lolbas-project.github.io), [GTFOBins](https://gtfobins.github.io)
//! and [ATT&CK](https://attack.mitre.org) say that programs can be used for. Each
//! has command lines that it must match and must not, in `examples.json`: apart,
//! because only a test reads them, and they are 4 kB to load.
//!
//! A rule names words of which at least one is in every line that it matches.
//! One pass finds the words of all rules, and few lines have any; only for those
//! is a regular expression run, and made when it is first needed.

use std::cell::OnceCell;
use std::collections::HashSet;

use aho_corasick::AhoCorasick;
use regex::{Regex, RegexBuilder};

use crate::order::sort_by_number;
use crate::{Error, Result};

/// What rules can be for.
pub(super) const PLATFORMS: [&str; 2] = ["windows", "linux"];

const BUILT_IN: &str = include_str!("rules.json");

/// How sure a rule is that a line means harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Usual; of use beside other finds.
    Low,
    /// Has harmless reasons; look at who and where.
    Medium,
    /// Rarely has harmless reasons.
    High,
    /// Look at once.
    Critical,
}

impl Severity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What makes a command line risky; the form of `rules.json`.
#[derive(Debug, Clone, serde::Deserialize)]
#[cfg_attr(target_arch = "wasm32", derive(tsify::Tsify))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CommandRule {
    /// Short name for programs, such as `"certutil-download"`. A rule of your own
    /// replaces the built-in one of its id.
    pub id: String,
    /// What happens, in a few words.
    pub name: String,
    /// Numbers of ATT&CK techniques, such as `"T1105"`.
    #[serde(default)]
    pub techniques: Vec<String>,
    /// `"windows"`, `"linux"`; for both if empty.
    #[serde(default)]
    pub platforms: Vec<String>,
    /// How sure it is.
    pub severity: Severity,
    /// A regular expression (<https://docs.rs/regex/latest/regex/#syntax>), found
    /// anywhere in the line; case does not matter.
    pub pattern: String,
    /// Words of which at least one is in each line that matches: with them a rule
    /// costs next to nothing.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Why it is risky, in a sentence.
    #[serde(default)]
    pub why: String,
    /// Command lines that it must match.
    #[serde(default)]
    pub matches: Vec<String>,
    /// Command lines that it must not match.
    #[serde(default)]
    pub ignores: Vec<String>,
}

/// A set of rules, ready to ask.
pub(super) struct Rules {
    pub(super) rules: Vec<CommandRule>,
    patterns: Vec<OnceCell<Option<Regex>>>,
    words: AhoCorasick,
    /// For each word the number of its rule.
    owners: Vec<usize>,
    /// Rules without words.
    always: Vec<usize>,
}

impl Rules {
    /// The built-in rules if wanted, and `own`, as far as `keep` says.
    ///
    /// # Errors
    ///
    /// `InvalidArgument` for a wrong pattern of `own`, or two of one id.
    pub(super) fn new(
        own: &[CommandRule],
        with_built_in: bool,
        keep: impl Fn(&CommandRule) -> bool,
    ) -> Result<Self> {
        let mut ids = HashSet::new();
        for rule in own {
            if !ids.insert(rule.id.as_str()) {
                return Err(Error::InvalidArgument(format!(
                    "two rules have the id `{}`; give each one of its own",
                    rule.id
                )));
            }
            compile(&rule.pattern)
                .map_err(|error| Error::InvalidArgument(format!("rule `{}`: {error}", rule.id)))?;
        }
        let mut rules = if with_built_in { built_in()? } else { vec![] };
        rules.retain(|rule| !ids.contains(rule.id.as_str()));
        rules.extend_from_slice(own);
        rules.retain(keep);
        let words = rules.iter().enumerate();
        let words = words.flat_map(|(i, rule)| rule.needs.iter().map(move |word| (i, word)));
        let (owners, words): (Vec<usize>, Vec<&String>) =
            words.filter(|(_, word)| !word.is_empty()).unzip();
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(words)
            .map_err(|error| Error::InvalidArgument(format!("rules: {error}")))?;
        let always = 0..rules.len();
        Ok(Self {
            always: always.filter(|i| !owners.contains(i)).collect(),
            patterns: rules.iter().map(|_| OnceCell::new()).collect(),
            rules,
            words,
            owners,
        })
    }

    /// The rules that match `line`, in their order, each with the text that it found.
    pub(super) fn find<'a>(&self, line: &'a str) -> Vec<(usize, &'a str)> {
        let words = self.words.find_overlapping_iter(line);
        let mut rules: Vec<usize> = words
            .map(|word| self.owners[word.pattern().as_usize()])
            .collect();
        rules.extend_from_slice(&self.always);
        sort_by_number(&mut rules, |&rule| rule as u64);
        rules.dedup();
        let found = rules.into_iter().filter_map(|i| {
            let pattern = self.patterns[i].get_or_init(|| compile(&self.rules[i].pattern).ok());
            Some((i, pattern.as_ref()?.find(line)?.as_str()))
        });
        found.collect()
    }
}

fn built_in() -> Result<Vec<CommandRule>> {
    serde_json::from_str(BUILT_IN)
        .map_err(|error| Error::InvalidArgument(format!("rules.json: {error}")))
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(1 << 20)
        .build()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test may fail so
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Command lines that a rule must match and must not.
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Examples {
        matches: Vec<String>,
        ignores: Vec<String>,
    }

    #[test]
    fn each_built_in_rule_matches_its_examples_and_no_others() {
        let rules = Rules::new(&[], true, |_| true).unwrap();
        let mut examples: BTreeMap<String, Examples> =
            serde_json::from_str(include_str!("examples.json")).unwrap();
        let mut wrong = Vec::new();
        for (i, rule) in rules.rules.iter().enumerate() {
            let Some(Examples { matches, ignores }) = examples.remove(&rule.id) else {
                wrong.push(format!("{}: no examples", rule.id));
                continue;
            };
            assert!(
                !matches.is_empty() && !ignores.is_empty(),
                "{}: no examples",
                rule.id
            );
            assert!(
                !rule.needs.is_empty(),
                "{}: it would run on every line",
                rule.id
            );
            for (lines, expected) in [(&matches, true), (&ignores, false)] {
                for line in lines {
                    if rules.find(line).iter().any(|(found, _)| *found == i) != expected {
                        wrong.push(format!("{} on `{line}`: should match: {expected}", rule.id));
                    }
                }
            }
        }
        assert_eq!(wrong, Vec::<String>::new());
        let unowned: Vec<&String> = examples.keys().collect();
        assert_eq!(unowned, Vec::<&String>::new(), "examples of no rule");
    }

    #[test]
    fn built_in_rules_are_complete() {
        let rules = built_in().unwrap();
        let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.len(), rules.len(), "ids are different");
        let technique = Regex::new(r"^T\d{4}(\.\d{3})?$").unwrap();
        for rule in &rules {
            assert!(compile(&rule.pattern).is_ok(), "{}", rule.id);
            assert!(!rule.techniques.is_empty(), "{}", rule.id);
            assert!(
                rule.techniques.iter().all(|id| technique.is_match(id)),
                "{}",
                rule.id
            );
            assert!(
                rule.platforms
                    .iter()
                    .all(|name| PLATFORMS.contains(&name.as_str())),
                "{}",
                rule.id
            );
            assert!(
                rule.why.ends_with('.') && !rule.name.is_empty(),
                "{}",
                rule.id
            );
            let is_lower = |word: &String| *word == word.to_lowercase();
            assert!(rule.needs.iter().all(is_lower), "{}", rule.id);
        }
        for platform in PLATFORMS {
            let count = rules
                .iter()
                .filter(|rule| rule.platforms.iter().any(|own| own == platform))
                .count();
            assert!(count >= 30, "{platform}: {count}");
        }
    }
}
