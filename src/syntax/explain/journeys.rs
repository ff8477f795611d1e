//! What belongs at a place in a journey, and what other languages say for it.

use super::Mistake;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;

impl Mistake<'_> {
    /// The answer to words of other languages in an entry.
    pub(super) fn habit_of_journeys(&self) -> Option<Diagnostic> {
        if self.by != Rule::journey_entry {
            return None;
        }
        let instead = |at: usize, message: String, word: &str| {
            Diagnostic::error(Code::Unexpected, self.span(at), message)
                .label(format!("`{word}` goes here"))
                .help(format!("write `{word}`"))
                .suggest(self.span(at), word)
        };
        let behind = self.at.saturating_sub(self.tokens.start);
        let (here, previous) = (self.here(), self.previous());
        let begins = matches!(
            previous,
            "start" | "starting" | "begin" | "begins" | "enter" | "enters"
        );
        if previous == "," && self.at_end() {
            return Some(
                Diagnostic::error(
                    Code::Unexpected,
                    self.span(self.before()),
                    "nothing is separated by `,` here",
                )
                .label("the next entry begins by itself")
                .help("leave it out")
                .suggest(self.span(self.before()), ""),
            );
        }
        Some(match (behind, here) {
            (1, _) if begins && self.kind(self.at) == Some(Kind::Word) => instead(
                self.before(),
                "an entry into a journey begins with `starts`".to_owned(),
                "starts",
            ),
            (1, "to" | "then" | "leads") => instead(
                self.at,
                "from one stage to another leads `->`".to_owned(),
                "->",
            ),
            (1, "end" | "exits" | "finishes" | "stops") => {
                instead(self.at, format!("`{here}` is written `ends`"), "ends")
            }
            (2.., "when" | "if" | "upon") if !self.in_expression() && !self.has_length() => {
                instead(self.at, "events stand behind `on`".to_owned(), "on")
            }
            _ => return None,
        })
    }

    /// In an entry.
    pub(super) fn in_journey(&self) -> (&'static str, &'static str) {
        let example = "write `starts paying on checkout`, `paying -> bought on ticket`, `paying ends after 1 hour`, for example";
        if self.in_expression() {
            return match (self.in_bracket(), self.ended()) {
                (Some(expected), _) => expected,
                (None, true) if self.previous() != "on" => (
                    "the entry is complete before this",
                    "behind events stand `where (…)`, `then`, `or` and what constrains a chain",
                ),
                (None, _) => ("events go here", example),
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
    pub(super) fn behind_journey(&self, example: &'static str) -> (&'static str, &'static str) {
        let label = match self.previous() {
            "starts" => "`in last` and a length of time go here",
            "in" => "`last` and a length of time go here",
            "last" => "a length of time goes here, for example `90 days`",
            _ => "`starts in last …` or `{` and the entries go here",
        };
        (label, example)
    }
}
