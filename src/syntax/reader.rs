//! What lowering an entry needs at hand: its text, where that stands in the file, and where mistakes go.
//!
//! All lowering functions return `None` when what they read is not usable; they have then reported why.

use super::ast::{At, Name, Text};
use super::literal;
use super::pairs::{Pair, Rule};
use super::report::Report;
use super::words;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};

/// The entry that is being lowered.
pub(super) struct Reader<'a> {
    /// The file.
    pub source: SourceId,
    /// The text of the entry.
    pub text: &'a str,
    /// Where it begins in the file.
    pub base: u32,
    /// Where everything is said to stand, for texts whose offsets are not those of the file.
    pub place: Option<Span>,
    /// The nesting limit.
    pub nesting: usize,
    /// Where mistakes go.
    pub report: &'a mut Report,
}

/// Parts without parts, told apart quickly because there are many.
fn is_leaf(pair: &Pair) -> bool {
    matches!(
        pair.as_rule(),
        Rule::word | Rule::number | Rule::string | Rule::infix | Rule::prefix
    )
}

impl<'a> Reader<'a> {
    /// The place of a part, up to the end of its last word or sign: what pest calls a part may end with blanks.
    pub(super) fn span(&self, pair: &Pair) -> Span {
        let start = pair.as_span().start();
        let mut last = pair.clone();
        while !is_leaf(&last)
            && let Some(inner) = last.clone().into_inner().next_back()
        {
            last = inner;
        }
        self.between(start, last.as_span().end())
    }

    /// The place of a part, as the tree keeps it.
    pub(super) fn at(&self, pair: &Pair) -> At {
        At(self.span(pair))
    }

    /// The place between two offsets of the entry.
    pub(super) fn between(&self, start: usize, end: usize) -> Span {
        if let Some(place) = self.place {
            return place;
        }
        let offset =
            |at: usize| u32::try_from(at).map_or(u32::MAX, |at| at.saturating_add(self.base));
        Span::new(self.source, offset(start), offset(end))
    }

    /// The whole entry.
    pub(super) fn whole(&self) -> Span {
        self.between(0, self.text.len())
    }

    /// The text at a place.
    pub(super) fn snippet(&self, span: Span) -> &'a str {
        if self.place.is_some() {
            return self.text;
        }
        let start = span.start.saturating_sub(self.base) as usize;
        let end = span.end.saturating_sub(self.base) as usize;
        self.text.get(start..end).unwrap_or("")
    }

    /// A word in a place that takes any word: behind a dot, before a colon, in an enum.
    pub(super) fn any_word(&self, pair: &Pair) -> Name {
        Name {
            text: pair.as_str().trim_matches('`').into(),
            at: self.at(pair),
        }
    }

    /// A word in a place that takes a name. A reserved word is reported, and read as if it stood in backquotes.
    pub(super) fn name(&mut self, pair: &Pair) -> Name {
        let name = self.any_word(pair);
        let written = pair.as_str();
        if words::is_reserved(written) {
            let span = name.at.0;
            self.report.push(
                Diagnostic::error(Code::ReservedWord, span, format!("`{written}` is a word of the language"))
                    .label("a name goes here")
                    .help(format!("choose another name, or write `` `{written}` `` in backquotes, here and wherever it is used"))
                    .suggest(span, format!("`{written}`")),
            );
        }
        name
    }

    /// A string.
    pub(super) fn string(&mut self, pair: &Pair) -> Option<Text> {
        let span = pair.as_span();
        let value = literal::string(pair.as_str(), &mut |from, to, error| {
            self.report
                .push(error(self.between(span.start() + from, span.start() + to)));
        })?;
        Some(Text {
            value,
            at: self.at(pair),
        })
    }
}
