//! Questions about events where they can't be asked: named, where the text can be nothing else.

use super::Mistake;
use crate::diagnostic::Diagnostic;
use crate::syntax::scan::Kind;
use crate::syntax::slips::outside_behaviour;
use crate::syntax::words;

impl Mistake<'_> {
    /// The answer if the text asks about events outside a behaviour.
    pub(super) fn of_events(&self) -> Option<Diagnostic> {
        let here = self.in_expression() && !self.is_about_events();
        let at = here.then(|| self.word_of_events()).flatten()?;
        Some(outside_behaviour(self.word(at), self.span(at)))
    }

    /// The word that asks about events.
    fn word_of_events(&self) -> Option<usize> {
        if !self.ended() && !matches!(self.previous(), "no") {
            return None;
        }
        let stands_first = self.at >= 2 && !self.view.ended_before(self.at - 1);
        let is_word = self.kind(self.before()) == Some(Kind::Word);
        if self.opens(self.at) && is_word && stands_first {
            let window = matches!(self.word(self.at.saturating_sub(2)), "in")
                && matches!(self.previous(), "last" | "previous" | "this");
            if window || words::opens_events(self.previous()) {
                return Some(self.before());
            }
        }
        let follows = words::follows_events(self.here()) && !self.is_between();
        (self.kind(self.at) == Some(Kind::Word) && follows).then_some(self.at)
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
