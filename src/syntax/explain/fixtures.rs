//! What belongs at a place in a customer or test: facts, steps, lines of their tables.

use super::Mistake;
use super::place::{CONDITION, VALUE};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;
use crate::syntax::words::is_reserved;

impl Mistake<'_> {
    /// Facts, steps of tests, lines of their tables.
    pub(super) fn in_fixture(&self) -> (&'static str, &'static str) {
        let example = fixture_example(self.by);
        if let Some((label, _)) = self.in_bracket() {
            return (label, "");
        }
        let behind_arrow = self.arrow().is_some_and(|arrow| arrow < self.at);
        // The word of a step is no value, though a name could end one.
        let ended =
            self.ended() && (self.by == Rule::fact_entry || self.at > self.tokens.start + 1);
        let label = match (self.by, ended) {
            (Rule::test_header | Rule::test_case, false) if behind_arrow => {
                "what is expected goes here"
            }
            (Rule::test_header, true) if !behind_arrow => {
                "`,` and the next fact, or `=>` and what is expected go here"
            }
            (Rule::test_header, _) => "the name of a fact goes here",
            (Rule::test_case, true) if !behind_arrow => {
                "`,` and the next value, or `=>` and what is expected go here"
            }
            (Rule::test_case, false) => VALUE,
            (Rule::now_step, false) => "an instant goes here",
            (Rule::given_step, _) if self.previous() == "given" => {
                "the name of a customer, or facts go here"
            }
            (Rule::on_step, _) if self.previous() == "on" => "the name of a channel goes here",
            (Rule::given_step | Rule::on_step, _) if matches!(self.previous(), "but" | ",") => {
                "a fact goes here, then `:` and its value"
            }
            (Rule::event_step, _) if self.previous() == "event" => "an event type goes here",
            (Rule::event_step, _) if self.previous() == "on" => "the name of a channel goes here",
            (Rule::event_step, _) if self.previous() == "at" => "an instant goes here",
            (Rule::event_step, false) => "how long ago it was goes here",
            (Rule::expect_step, _) if self.previous() == "by" && self.chosen() == "rejects" => {
                "where the action falls out goes here, for example `policy`"
            }
            (Rule::expect_step, _) if self.previous() == "by" => "the label of a rule goes here",
            (Rule::expect_step, _) if self.names_action() => "the name of an action goes here",
            (Rule::expect_step, _) if matches!(self.previous(), "same" | "every") => {
                "`same on every channel` is meant"
            }
            (Rule::expect_step, false) => CONDITION,
            (Rule::fact_entry, false) if self.at == self.tokens.start => {
                "the name of a fact goes here"
            }
            (Rule::fact_entry | Rule::given_step | Rule::on_step, true)
                if !self.in_expression() =>
            {
                "`:` and the value of the fact go here"
            }
            (Rule::fact_entry, true) => "the fact is complete before this",
            (_, true) => "the step is complete before this",
            (_, false) => VALUE,
        };
        (label, example)
    }

    /// What an expectation says of a choice: `chooses`, `withholds` or `rejects`.
    fn chosen(&self) -> &str {
        match self.by {
            Rule::expect_step => self.word(self.tokens.start + 2),
            _ => "",
        }
    }

    /// Whether the name of an action goes here.
    fn names_action(&self) -> bool {
        let of_actions = |word| matches!(word, "chooses" | "withholds" | "rejects");
        of_actions(self.chosen()) && (of_actions(self.previous()) || self.previous() == ",")
    }

    /// `expect home rejects "a"`
    pub(super) fn quoted_action(&self) -> Option<Diagnostic> {
        if self.kind(self.at) != Some(Kind::Text) || !self.names_action() {
            return None;
        }
        let name = self.here().trim_matches('"');
        let message = format!("`{}` does not fit here", self.here());
        let error = Diagnostic::error(Code::Unexpected, self.span(self.at), message)
            .label("the name of an action goes here, without quotes");
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty()
            || name.starts_with(|c: char| c.is_ascii_digit())
            || !name.chars().all(is_word)
        {
            return Some(error.help("names that are no plain words stand in backquotes"));
        }
        let name = match is_reserved(name) {
            true => format!("`{name}`"),
            false => name.to_owned(),
        };
        let (choice, chosen) = (self.word(self.tokens.start + 1), self.chosen());
        Some(
            error
                .help(format!(
                    "write `expect {choice} {chosen} {}`",
                    name.trim_matches('`')
                ))
                .suggest(self.span(self.at), name),
        )
    }
}

fn fixture_example(by: Rule) -> &'static str {
    match by {
        Rule::fact_entry => "write `customer.tier: gold`, for example",
        Rule::now_step => "write `now 2026-03-06T18:00:00Z`, for example",
        Rule::given_step => {
            "write `given ann`, `given ann but mood: calm` or `given mood: calm, customer.tier: gold`"
        }
        Rule::on_step => "write `on kiosk` or `on email but source: referral`, for example",
        Rule::event_step => {
            "write `event visit { page: \"home\" } 2 hours ago on mobile`, for example"
        }
        Rule::expect_step => {
            "write `expect help == chat`, `expect help by upset`, `expect help because \"…\"`, `expect help same on every channel`, `expect home chooses a, b`, `expect home chooses nothing`, `expect home withholds a` or `expect home rejects a by policy`"
        }
        Rule::test_header => "write `| mood, customer.visits => help`, for example",
        _ => "write `| angry, 2 => chat`, for example; `-` gives nothing",
    }
}
