//! Slips in behaviours: what other languages, and other sentences, say for it.

use super::Mistake;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::words;

impl Mistake<'_> {
    /// Whether events are what the text is about.
    pub(super) fn is_about_events(&self) -> bool {
        match self.by {
            Rule::behaviour => true,
            Rule::journey_entry => self.in_expression() || self.previous_is_number(),
            Rule::journey_head => self.previous_is_number(),
            _ => false,
        }
    }

    fn previous_is_number(&self) -> bool {
        self.kind(self.before()) == Some(Kind::Number)
    }

    /// The answer to a habit, where the text is a behaviour.
    pub(super) fn habit_of_behaviours(&self) -> Option<Diagnostic> {
        if !self.is_about_events() {
            return None;
        }
        let before = self.before();
        let (here, previous) = (self.here(), self.previous());
        let error = |at: usize, message: &str, label: &str| {
            Diagnostic::error(Code::Unexpected, self.span(at), message).label(label)
        };
        if self.previous_is_number() && !words::is_unit(here) {
            let word = self.word(before.wrapping_sub(1));
            let is_length = matches!(word, "last" | "within" | "gap" | "least" | "every")
                || word == "after" && self.by == Rule::journey_entry;
            return is_length.then(|| {
                error(before, "a length of time has a unit", "how long is this?")
                    .help(format!("write `{previous} days`, for example"))
            });
        }
        Some(match (previous, here) {
            ("where", _) => error(
                self.at,
                "a condition on events stands in brackets",
                "`(` goes here",
            )
            .help("write `visit where (page == \"home\")`"),
            ("the", _) => error(
                before,
                "the language says this without `the`",
                "one word too many",
            )
            .help("write `in last 7 days`")
            .suggest(self.span(before).to(self.span(self.at)), here),
            ("never", _) => error(
                before,
                "that something did not happen is asked with `no`",
                "`never` is an elapsed time",
            )
            .help("write `no` and the events")
            .suggest(self.span(before), "no"),
            ("then", "not") => error(
                self.at,
                "what did not follow is said with `then no`",
                "`no` goes here",
            )
            .help("write `then no bought within 30 minutes`")
            .suggest(self.span(self.at), "no"),
            (_, "followed") if self.next() == "by" => {
                let span = self.span(self.at).to(self.span(self.at + 1));
                error(
                    self.at,
                    "what follows is said with `then`",
                    "`then` goes here",
                )
                .help("write `a then b`")
                .suggest(span, "then")
            }
            ("at", "least" | "most") => error(
                before,
                "how often something happened is counted first",
                "no number stands before this",
            )
            .help("write `count visit in last 7 days >= 3`"),
            (_, _) if self.kind(self.at) == Some(Kind::Number) && self.ended() => error(
                self.at,
                "events and a time are joined by words",
                "which events count?",
            )
            .help("write `in last 3 days`, `between 2 and 3 days ago` or `at least 3 days ago`"),
            _ => return None,
        })
    }

    /// What goes at a place in a behaviour.
    pub(super) fn in_behaviour(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        match (self.ended(), self.previous()) {
            (true, _) => (
                "the behaviour is complete before this",
                "behind events stand `where (…)`, `then`, a window such as `in last 7 days`, or a comparison of their count",
            ),
            (false, "then") => ("the events that follow go here", ""),
            (false, "last") if self.word(self.before().wrapping_sub(1)) == "in" => {
                ("a length of time goes here, for example `7 days`", "")
            }
            (false, "within" | "every" | "gap") => {
                ("a length of time goes here, for example `30 minutes`", "")
            }
            (false, ">=" | "<=" | ">" | "<" | "==" | "!=") => ("a value goes here", ""),
            (false, _) => (
                "events, or a question about them, go here",
                "for example `visit in last 7 days` or `count visit in last 90 days >= 4`",
            ),
        }
    }
}
