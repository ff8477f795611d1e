//! What belongs at a place in a journey.

use super::Mistake;
use crate::syntax::scan::Kind;

impl Mistake<'_> {
    /// In an entry.
    pub(super) fn in_journey(&self) -> (&'static str, &'static str) {
        let example = "write `starts paying on checkout`, `paying -> bought on ticket`, `paying ends after 1 hour`, for example";
        if self.in_expression() {
            return match (self.in_bracket(), self.ended()) {
                (Some(expected), _) => expected,
                (None, true) => (
                    "the entry is complete before this",
                    "behind events stand `where (…)`, `then`, `or` and what constrains a chain",
                ),
                (None, false) => ("events go here", example),
            };
        }
        let starts = self.word(self.tokens.start) == "starts";
        let behind = self.at.saturating_sub(self.tokens.start);
        let label = match (self.previous(), starts, behind) {
            ("after", ..) => "a length of time goes here, for example `30 minutes`",
            _ if self.has_length() => "the entry is complete before this",
            ("->" | "=>" | "starts", ..) => "a stage goes here",
            (_, true, _) if self.here() == "after" => {
                "a journey starts on events: `on` and the events go here"
            }
            (_, true, _) => "`on` and the events go here",
            (_, false, 0) => "a stage, or `starts` and a stage, go here",
            (_, false, 1) => "`->` and a stage, or `ends`, go here",
            _ => "`on` and events, or `after` and a length of time, go here",
        };
        (label, example)
    }

    /// Whether a length of time stands before this.
    fn has_length(&self) -> bool {
        let mut before = self.tokens.start..self.at;
        self.ended() && before.any(|i| self.kind(i) == Some(Kind::Number))
    }

    /// Behind the name of a journey.
    pub(super) fn behind_journey(
        &self,
        example: &'static str,
    ) -> (&'static str, &'static str) {
        let label = match self.previous() {
            "starts" => "`in last` and a length of time go here",
            "in" => "`last` and a length of time go here",
            "last" => "a length of time goes here, for example `90 days`",
            _ => "`starts in last …` or `{` and the entries go here",
        };
        (label, example)
    }
}
