//! Words for what pest could not read: from the place where it stopped to a diagnostic for rule authors.
//!
//! pest says where, the tokens around that place say what. Three families are asked in turn: questions about events
//! outside behaviours (`outside`), known slips with their repair (`slips`), and last what belongs at this place (`place`). `body`
//! holds the mistakes that are found while cutting, before pest. Nothing here runs on correct text.

mod actions;
mod behaviours;
mod body;
mod fixtures;
mod foreign;
mod habits;
mod habits_of_lists;
mod habits_of_texts;
mod heads;
mod journeys;
mod outside;
mod place;
mod slips;

pub(super) use body::{
    behind_body, behind_otherwise, case_before_header, is_rule, no_body, no_header,
    row_beside_file, rule_in_table, unknown_step, value_in_header,
};

pub(super) use foreign::unknown_declaration;
pub(super) use habits::unit_of;

use super::pairs::Rule;
use super::scan::Kind;
use super::split::View;
use super::words;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use std::ops::Range;

/// A mistake within some tokens, and the rule they were read by.
struct Mistake<'a> {
    source: SourceId,
    view: View<'a>,
    by: Rule,
    tokens: Range<usize>,
    /// The token that does not fit; the end of the tokens if something is missing there.
    at: usize,
}

/// Says what is wrong with tokens that pest could not read by a rule beyond the offset `at`.
pub(super) fn explain(
    source: SourceId,
    view: View,
    by: Rule,
    tokens: Range<usize>,
    at: u32,
) -> Diagnostic {
    let range = view.tokens.get(tokens.clone()).unwrap_or(&[]);
    let mut index = tokens.start + range.partition_point(|t| t.end <= at);
    // Any word is read as an operand; if no operand belonged there, that word is the culprit.
    let is_joint =
        |i: usize| view.kind(i) == Some(Kind::Word) && words::CONTINUES.contains(&view.word(i));
    let is_culprit = |i: usize| is_joint(i) && !view.ended_before(i) && view.word(i) != "not";
    let is_point =
        |i: usize| view.kind(i) == Some(Kind::Dot) && view.kind(i - 1) == Some(Kind::Number);
    // `valid from when …`
    let is_clause =
        |i: usize| view.word(i) == "when" && matches!(view.word(i - 1), "from" | "until");
    let is_one = |i: usize| is_culprit(i) || is_point(i) || is_clause(i);
    if index > tokens.start + 1 && is_one(index - 1) {
        index -= 1;
    }
    let mistake = Mistake {
        source,
        view,
        by,
        tokens,
        at: index,
    };
    mistake
        .unknown_clause()
        .or_else(|| mistake.quoted_action())
        .or_else(|| mistake.habit_of_journeys())
        .or_else(|| mistake.habit_of_behaviours())
        .or_else(|| mistake.habit())
        .or_else(|| mistake.of_events())
        .or_else(|| mistake.slip())
        .unwrap_or_else(|| mistake.misplaced())
}

impl<'a> Mistake<'a> {
    /// The text of a token; empty outside the entry.
    fn word(&self, i: usize) -> &'a str {
        if self.tokens.contains(&i) {
            self.view.word(i)
        } else {
            ""
        }
    }

    fn kind(&self, i: usize) -> Option<Kind> {
        self.tokens
            .contains(&i)
            .then(|| self.view.kind(i))
            .flatten()
    }

    /// The word that does not fit.
    fn here(&self) -> &'a str {
        self.word(self.at)
    }

    /// The word before it.
    fn previous(&self) -> &'a str {
        self.word(self.before())
    }

    fn before(&self) -> usize {
        self.at.wrapping_sub(1)
    }

    fn next(&self) -> &'a str {
        self.word(self.at + 1)
    }

    /// The place of a token; behind the last one, the place where more should follow.
    fn span(&self, i: usize) -> Span {
        let last = self.tokens.end.saturating_sub(1);
        let token = self.view.tokens.get(i.min(last));
        token.map_or(Span::new(self.source, 0, 0), |t| {
            if i <= last {
                Span::new(self.source, t.start, t.end)
            } else {
                Span::new(self.source, t.end, t.end)
            }
        })
    }

    /// The place directly behind the token before.
    fn gap(&self) -> Span {
        let span = self.span(self.before());
        Span {
            start: span.end,
            ..span
        }
    }

    fn at_end(&self) -> bool {
        self.at >= self.tokens.end
    }

    /// Whether a value ends before the token that does not fit.
    fn ended(&self) -> bool {
        self.at > self.tokens.start && self.view.ends(self.at - 1)
    }

    /// Whether a value could begin with this token.
    fn opens(&self, i: usize) -> bool {
        match self.kind(i) {
            Some(Kind::Word) => !words::CONTINUES.contains(&self.word(i)),
            Some(Kind::Quoted | Kind::Number | Kind::Text | Kind::Open) => true,
            _ => false,
        }
    }

    /// The level of the entry.
    fn level(&self) -> u16 {
        self.view.level(self.tokens.start).unwrap_or(0)
    }

    /// The bracket of this entry around the token that does not fit.
    fn bracket(&self) -> Option<usize> {
        let mut level = self
            .view
            .level(self.at.min(self.tokens.end.saturating_sub(1)))?;
        if self.kind(self.at) == Some(Kind::Close) {
            level += 1;
        }
        (self.tokens.start..self.at)
            .rev()
            .find(|i| {
                self.kind(*i) == Some(Kind::Open) && self.view.level(*i).is_some_and(|l| l < level)
            })
            .filter(|_| level > self.level())
    }

    /// The first token at the entry's level, from `from` on, that satisfies a test.
    fn find(&self, from: usize, test: impl Fn(usize) -> bool) -> Option<usize> {
        (from..self.tokens.end).find(|i| self.view.level(*i) == Some(self.level()) && test(*i))
    }

    /// The first `=>` or `->` of the entry.
    fn arrow(&self) -> Option<usize> {
        self.find(self.tokens.start, |i| self.kind(i) == Some(Kind::Arrow))
    }

    /// Whether the place belongs to an expression, and not to a head or a type.
    fn in_expression(&self) -> bool {
        let behind = |word: &str| (self.tokens.start..self.at).any(|i| self.word(i) == word);
        match self.by {
            Rule::let_value
            | Rule::segment
            | Rule::behaviour
            | Rule::reference
            | Rule::field_entry
            | Rule::field_tail => behind("=") || behind(":="),
            Rule::feature => behind("when"),
            Rule::journey_entry => behind("on"),
            Rule::choice_clause => behind("by") || behind("when"),
            Rule::policy_clause => behind("when") || behind("unless"),
            Rule::experiment_clause => behind("when") || behind("by"),
            Rule::action_clause => {
                let first = self.word(self.tokens.start);
                behind("when") || matches!(first, "propensity" | "value" | "gives" | "treatment")
            }
            Rule::fact_entry | Rule::given_step | Rule::on_step => behind(":"),
            Rule::test_header => behind("=>") || behind("->"),
            Rule::timezone
            | Rule::now_step
            | Rule::expect_step
            | Rule::test_case
            | Rule::decision_rule
            | Rule::score_rule
            | Rule::classify_rule
            | Rule::header
            | Rule::row
            | Rule::csv_expr
            | Rule::csv_cell => self.at > self.tokens.start,
            _ => false,
        }
    }
}
