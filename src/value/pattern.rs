//! Patterns of texts: `matches "…"` and `contains match "…"`.
//!
//! In: the pattern as its author wrote it, whether it must match the whole text, and whether case is
//! ignored. Out: a [`Pattern`], or a [`PatternError`] that points into the author's text. Patterns are
//! regular expressions without flags, references and Unicode classes; `\d \w \s \b` and ignoring case are
//! about ASCII only, so that a pattern means the same under every version of Unicode.
//!
//! How: the pattern's tree is walked once (`rewrite`), what is not in the language is refused and what is
//! ASCII only is spelled out; the regex crate does the rest, in time linear in the text.
//!
//! Invariants: a compiled pattern is no larger than [`SIZE`], its brackets no deeper than [`NESTING`].

mod message;
mod rewrite;

#[cfg(test)]
mod tests;

use regex::{Regex, RegexBuilder};
use regex_syntax::ast::parse::ParserBuilder;
use std::ops::Range;

/// The most bytes a compiled pattern takes; the automaton that grows while it matches takes as many again.
pub(crate) const SIZE: usize = 1 << 20;
/// How deep brackets are nested at most.
pub(crate) const NESTING: u32 = 64;

/// A compiled pattern. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Pattern(Regex);

/// What is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PatternError {
    /// Where, in bytes of the pattern.
    pub(crate) at: Range<usize>,
    /// What is wrong, in one sentence.
    pub(crate) message: String,
    /// What to do.
    pub(crate) help: String,
}

impl Pattern {
    /// Compiles a pattern. `full`: it must match the whole text; `ignoring_case`: a to z are A to Z.
    pub(crate) fn new(
        text: &str,
        full: bool,
        ignoring_case: bool,
    ) -> Result<Pattern, PatternError> {
        let tree = ParserBuilder::new().nest_limit(NESTING).build().parse(text);
        let tree = tree.map_err(|error| message::of(text, &error))?;
        let pattern = rewrite::rewrite(text, &tree, ignoring_case)?;
        let pattern = if full {
            format!(r"\A(?:{pattern})\z")
        } else {
            pattern
        };
        let compiled = RegexBuilder::new(&pattern)
            .size_limit(SIZE)
            .dfa_size_limit(SIZE)
            .build();
        compiled.map(Pattern).map_err(|error| PatternError {
            at: 0..text.len(),
            message: match error {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                _ => "it is not well formed".to_owned(),
            },
            help: "make it simpler, or its repetitions `{…}` smaller".to_owned(),
        })
    }

    /// Whether the text, or a part of it, matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}
