//! Parts of the language that this version does not have: named, where the text can be nothing else.

use super::Mistake;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::syntax::literal::{GIVE, not_yet};
use crate::syntax::scan::Kind;
use crate::syntax::words;

impl Mistake<'_> {
    /// The answer if the text belongs to a later version.
    pub(super) fn later(&self) -> Option<Diagnostic> {
        let (feature, span) = self
            .in_expression()
            .then(|| self.later_in_expression())
            .flatten()?;
        Some(not_yet(feature, span).help(GIVE))
    }

    fn later_in_expression(&self) -> Option<(&'static str, Span)> {
        let (here, before) = (self.span(self.at), self.span(self.before()));
        if !self.ended() && !matches!(self.previous(), "no") {
            return None;
        }
        let stands_first = self.at >= 2 && !self.view.ended_before(self.at - 1);
        let is_word = self.kind(self.before()) == Some(Kind::Word);
        if self.opens(self.at) && is_word && stands_first {
            if matches!(self.word(self.at.saturating_sub(2)), "in")
                && matches!(self.previous(), "last" | "previous" | "this")
            {
                return Some(("windows of time such as `in last 7 days`", before));
            }
            if let Some(feature) = words::later_prefix(self.previous()) {
                return Some((feature, before));
            }
        }
        if self.kind(self.at) == Some(Kind::Word)
            && let Some(feature) = words::later_operator(self.here())
            && !self.is_between()
        {
            return Some((feature, here));
        }
        None
    }

    /// `between 1 and 5`, which is a slip and no behaviour.
    pub(super) fn is_between(&self) -> bool {
        let number = |i: usize| self.kind(i) == Some(Kind::Number);
        self.here() == "between"
            && number(self.at + 1)
            && self.word(self.at + 2) == "and"
            && number(self.at + 3)
            && self.word(self.at + 4) != "days"
    }
}
