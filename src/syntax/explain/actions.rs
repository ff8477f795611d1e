//! What belongs at a place in an action, in what chooses among actions, and in a policy.

use super::Mistake;
use super::place::{CONDITION, VALUE};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::syntax::pairs::Rule;
use crate::syntax::scan::Kind;

/// The words that clauses of an action begin with.
const OF_ACTION: [&str; 11] = [
    "eligible",
    "applicable",
    "suitable",
    "valid",
    "propensity",
    "value",
    "lever",
    "gives",
    "treatment",
    "only",
    "transactional",
];

/// The words that clauses of a next best action begin with.
const OF_CHOICE: [&str; 5] = ["choose", "rank", "weight", "limit", "hold"];

/// The words that clauses of a policy begin with.
const OF_POLICY: [&str; 3] = ["at", "pause", "withhold"];

/// The words that clauses of an experiment begin with.
const OF_EXPERIMENT: [&str; 5] = ["by", "variants", "when", "valid", "layer"];

const SCOPES: &str =
    "write `sales.*` for an issue, `sales.tickets` for a group, an action by its name, or `all`";

impl Mistake<'_> {
    /// The answer to a clause that begins with a word of its own.
    pub(super) fn unknown_clause(&self) -> Option<Diagnostic> {
        let (words, whose, all): (&[&str], _, _) = match self.by {
            Rule::action_clause => (
                &OF_ACTION,
                "an action",
                "an action has `eligible when`, `applicable when`, `suitable when`, `valid from`, `propensity`, `value`, `lever`, `gives`, `treatment for`, `only on` and `transactional`",
            ),
            Rule::choice_clause => (
                &OF_CHOICE,
                "a next best action",
                "a next best action has `choose from`, `rank by`, `weight +10% for`, `limit` and `hold out`",
            ),
            Rule::policy_clause => (
                &OF_POLICY,
                "a policy",
                "a policy has `at most 2 of sales.* per 7 days`, `pause sales.* for 14 days after wrong_order` and `withhold on push when …`",
            ),
            Rule::experiment_clause => (
                &OF_EXPERIMENT,
                "an experiment",
                "an experiment has `by customer.id salt \"…\"`, `variants { … }`, `when`, `valid from` and `layer`",
            ),
            _ => return None,
        };
        let first = self.word(self.tokens.start);
        if self.at > self.tokens.start || words.contains(&first) {
            return None;
        }
        let span = self.span(self.tokens.start);
        let error = Diagnostic::error(
            Code::Unexpected,
            span,
            format!("no clause of {whose} begins with `{first}`"),
        )
        .label("a clause goes here");
        Some(match nearest(first, words.iter().copied()) {
            Some(near) => error
                .help(format!("did you mean `{near}`?"))
                .suggest(span, near),
            None => error.help(all),
        })
    }

    /// In a clause of an action.
    pub(super) fn in_action(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        let second = self.at == self.tokens.start + 1;
        match (self.word(self.tokens.start), self.ended()) {
            ("eligible" | "applicable" | "suitable", _) if second => (
                "`when` and a condition go here",
                "write `eligible when customer.tier != guest`, for example",
            ),
            ("valid", _) => (
                "`from` or `until` and a day go here",
                "write `valid from 2026-04-01 until 2026-05-01`, for example",
            ),
            ("lever", true) => (
                "the clause is complete before this",
                "it is a percentage with its sign, or a field of the row",
            ),
            ("lever", false) => (
                "a percentage with its sign goes here",
                "write `lever +25%`, for example",
            ),
            ("gives", false) => (
                "what it gives goes here, in braces",
                "write `gives { discount: 20% }`, for example",
            ),
            ("treatment", _) if second => (
                "`for` and a condition, or `otherwise`, go here",
                "write `treatment for channel == kiosk { headline: \"Scan me\" }`, for example",
            ),
            ("treatment", true) => (
                "what it shows goes here, in braces",
                "write `treatment otherwise { headline: \"Family ticket\" }`, for example",
            ),
            ("only", _) if second => (
                "`on` and the names of channels go here",
                "write `only on web, mobile`, for example",
            ),
            ("only", false) => ("the name of a channel goes here", ""),
            ("propensity" | "value", false) => (VALUE, ""),
            (_, true) => (
                "the clause is complete before this",
                "the next clause begins by itself",
            ),
            (_, false) => (CONDITION, ""),
        }
    }

    /// In a clause of a next best action.
    pub(super) fn in_choice(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        let second = self.at == self.tokens.start + 1;
        let behind_when = (self.tokens.start..self.at).any(|i| self.word(i) == "when");
        match (self.word(self.tokens.start), self.ended()) {
            ("choose", _) if second => ("`from` and the actions go here", SCOPES),
            ("choose", false) => ("actions go here", SCOPES),
            ("rank", _) if second => (
                "`by` and a number go here",
                "write `rank by propensity * weight * value * lever`, for example",
            ),
            ("weight", _) if second => (
                "a percentage with its sign goes here",
                "write `weight +100% for sales.* when regular`, for example",
            ),
            ("weight", false) if !behind_when && self.previous() != "when" => {
                ("actions go here", SCOPES)
            }
            ("weight", true) if !behind_when && self.kind(self.before()) == Some(Kind::Number) => {
                ("`for` and the actions go here", SCOPES)
            }
            ("hold", _) => self.in_bucketing(),
            ("limit", _) if self.previous() == "per" => (
                "`group` or `issue` goes here",
                "write `limit 3, at most 1 per group`, for example",
            ),
            ("limit", _) => (
                "a number of actions goes here",
                "write `limit 3` or `limit 3, at most 1 per group`, for example",
            ),
            (_, true) if self.word(self.at) == "at" => (
                "`limit` goes before this",
                "write `limit at most 2 per group`, or `limit 4, at most 2 per group`",
            ),
            (_, true) => (
                "the clause is complete before this",
                "the next clause begins by itself",
            ),
            ("rank", false) => (VALUE, ""),
            (_, false) => (CONDITION, ""),
        }
    }

    /// In a clause of a policy.
    pub(super) fn in_policy(&self) -> (&'static str, &'static str) {
        if let Some(expected) = self.in_bracket() {
            return expected;
        }
        let first = self.word(self.tokens.start);
        let example = match first {
            "pause" => "write `pause the same action for 90 days after declined`, for example",
            "withhold" => "write `withhold on push when time in 21:00..08:00`, for example",
            _ => "write `at most 2 of sales.* per 7 days`, for example",
        };
        let label = match (first, self.previous(), self.ended()) {
            (_, "per" | "for", _) => "a length of time goes here, for example `7 days`",
            (_, "calendar", _) => "`day`, `week`, `month`, `hour` or `year` goes here",
            (_, "on" | ",", _) => "the name of a channel goes here",
            (_, "each" | "same", _) => "`action`, `group` or `issue` goes here",
            (_, "of", _) => "actions go here, or `each action`",
            (_, "after", _) => {
                "events go here, for example `declined` or `3 ignored in last 14 days`"
            }
            ("pause", _, true) if self.counts_outcomes() => {
                "`in last` and a length of time go here"
            }
            ("withhold", _, _) if !self.says("on") => "`on` and the names of channels go here",
            ("at", "at", _) => "`most` and a number go here",
            ("at", "most", _) => "a number goes here",
            ("at", _, true) if !self.says("per") => "`per` and a length of time go here",
            ("pause", _, true) if !self.says("for") => "`for` and a length of time go here",
            ("pause", _, true) if !self.says("after") => "`after` and events go here",
            ("pause", _, false) if self.at == self.tokens.start + 1 => {
                "`the same action`, or actions go here"
            }
            ("withhold", _, true) if !self.says("when") && !self.says("unless") => {
                "`when` or `unless` and a condition go here"
            }
            (_, _, true) => "the clause is complete before this",
            (_, _, false) => CONDITION,
        };
        (label, example)
    }

    /// Whether `after 3 ignored` stands before the place.
    fn counts_outcomes(&self) -> bool {
        let number = self.at.wrapping_sub(2);
        self.kind(number) == Some(Kind::Number) && self.word(number.wrapping_sub(1)) == "after"
    }

    /// Whether a word stands before the place.
    fn says(&self, word: &str) -> bool {
        (self.tokens.start..self.at).any(|i| self.word(i) == word)
    }

    /// In `hold out 5% by customer.id salt "…"`, or the same in an experiment.
    fn in_bucketing(&self) -> (&'static str, &'static str) {
        let label = match (self.previous(), self.ended()) {
            ("hold", _) => "`out` and a share go here",
            ("out", _) => "a share of the units goes here, for example `5%`",
            ("by", _) => "the unit goes here, for example `customer.id`",
            ("salt", _) => "a text goes here, in double quotes",
            ("using", _) => "`murmur3`, `fnv1a_v2` or `md5` goes here",
            (_, true) if !self.says("by") => "`by` and the unit go here",
            (_, true) if !self.says("salt") => "`salt` and a text go here",
            (_, true) => "the clause is complete before this",
            (_, false) => VALUE,
        };
        let example = match self.by {
            Rule::experiment_clause => "write `by customer.id salt \"copy-2026\"`, for example",
            _ => "write `hold out 5% by customer.id salt \"2026-q1\"`, for example",
        };
        (label, example)
    }

    /// In a clause of an experiment.
    pub(super) fn in_experiment(&self) -> (&'static str, &'static str) {
        match self.word(self.tokens.start) {
            "by" => self.in_bucketing(),
            "variants" => (
                match (self.previous(), self.ended()) {
                    ("{" | ",", _) => "the name of a variant goes here",
                    (":" | "and" | "..", _) => "a share goes here, for example `25%`",
                    (_, true) => "`:` and a share, `,` and the next variant, or `}` go here",
                    (_, false) => "`{` and the variants go here",
                },
                "write `variants { control: 50%, short: 25%, long: 25% }`, for example",
            ),
            "layer" => (
                "the layer and its stretch go here",
                "write `layer checkout 0%..50%`, for example",
            ),
            "valid" => (
                "`from` or `until` and a day go here",
                "write `valid from 2026-04-01 until 2026-05-01`, for example",
            ),
            _ => (CONDITION, ""),
        }
    }
}
