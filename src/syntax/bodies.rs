//! Declarations with bodies: their braces, and the rules and members between them, read one by one. Fields are in
//! `fields`, tables in `tables`, journeys in `journeys`, actions in `actions`, customers and tests
//! in `fixtures`.

mod actions;
mod fields;
mod fixtures;
mod journeys;
mod tables;

use super::ast::{
    Classify, Decision, EventDecl, Field, ItemKind, RecordDecl, Rule as DecisionRule, Score,
};
use super::declarations::Parser;
use super::entries::{self, Body};
use super::pairs::Rule;
use super::scan::Kind;
use super::split::Piece;
use super::{explain, lower};

impl Parser<'_, '_> {
    /// The braces of a declaration: the first at its level, or with `last` the last. Behind them nothing may follow.
    fn body(&mut self, piece: Piece, last: bool) -> Option<(usize, Body)> {
        let is_body = |i: &usize| {
            self.view.level(*i) == Some(0)
                && self.view.word(*i) == "{"
                && !(last && matches!(self.view.word(i.saturating_sub(1)), "->" | "=>" | "enum"))
        };
        let mut range = piece.start..piece.end;
        let open = if last {
            range.rfind(is_body)
        } else {
            range.find(is_body)
        }?;
        let close = (open + 1..piece.end)
            .find(|i| self.view.level(*i) == Some(0) && self.view.kind(*i) == Some(Kind::Close))
            .unwrap_or(piece.end);
        if close + 1 < piece.end {
            let rest = close + 1..piece.end;
            self.refuse_docs(rest.clone());
            if let Some(i) = rest.clone().find(|i| self.view.kind(*i) != Some(Kind::Doc))
                && !self.is_broken(self.span(rest))
            {
                self.report
                    .push(explain::behind_body(self.view, i, self.span(i..i + 1)));
            }
        }
        Some((
            open,
            Body {
                tokens: open + 1..close,
                level: 1,
            },
        ))
    }

    pub(super) fn body_or_report(&mut self, piece: Piece, last: bool) -> Option<(usize, Body)> {
        let body = self.body(piece, last);
        let span = self.span(piece.start..piece.end);
        if body.is_none() && !self.is_broken(span) {
            self.report.push(explain::no_body(self.view, piece, span));
        }
        body
    }

    pub(super) fn record(&mut self, piece: Piece) -> Option<ItemKind> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::record_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let fields = self.fields(&body);
        Some(ItemKind::Record(RecordDecl {
            name: name?,
            fields,
        }))
    }

    pub(super) fn event(&mut self, piece: Piece) -> Option<EventDecl> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::event_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let fields = self.fields(&body);
        Some(EventDecl {
            name: name?,
            fields,
        })
    }

    pub(super) fn fields_of(&mut self, piece: Piece, rule: Rule) -> Option<Vec<Field>> {
        let (open, body) = self.body_or_report(piece, false)?;
        self.read(rule, piece.start..open)?;
        Some(self.fields(&body))
    }

    pub(super) fn classify(&mut self, piece: Piece) -> Option<Classify> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::classify_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let mut rules = Vec::new();
        let entries = entries::classes(self.view, &body);
        let count = entries.len();
        for entry in entries {
            let docs = self.docs(entry);
            let read = self.read(Rule::classify_rule, entry.start..entry.end);
            let rule = read.and_then(|mut r| lower::classify_rule(&mut r.reader, &r.parts, docs));
            if rule.is_none() {
                // The member stands first, or behind `otherwise` and what does not belong there.
                let is_member =
                    |i: &usize| self.view.is_name(*i) && self.view.word(*i) != "otherwise";
                if let Some(member) = (entry.start..entry.end.min(entry.start + 3)).find(is_member)
                {
                    self.lose_word(member);
                }
            }
            rules.extend(rule);
        }
        (count == 0 || !rules.is_empty()).then_some(Classify { name: name?, rules })
    }

    pub(super) fn decision(&mut self, piece: Piece) -> Option<Decision> {
        let (open, body) = self.body_or_report(piece, true)?;
        let head = self
            .read(Rule::decision_head, piece.start..open)
            .and_then(|mut r| lower::head(&mut r.reader, &r.parts));
        let rules = self.rules(&body, Parser::rule);
        Some(Decision {
            head: head?,
            rules: rules?,
        })
    }

    pub(super) fn score(&mut self, piece: Piece) -> Option<Score> {
        let (open, body) = self.body_or_report(piece, true)?;
        let head = self
            .read(Rule::score_head, piece.start..open)
            .and_then(|mut r| lower::score_head(&mut r.reader, &r.parts));
        let rules = self.rules(&body, Parser::score_rule);
        Some(Score {
            rules: rules?,
            ..head?
        })
    }

    /// The rules of a body. One whose every rule was reported has none to show: its declaration is left out, lest it
    /// be said to be empty.
    fn rules(
        &mut self,
        body: &Body,
        read: fn(&mut Self, Piece) -> Option<DecisionRule>,
    ) -> Option<Vec<DecisionRule>> {
        let entries = entries::rules(self.view, body);
        let count = entries.len();
        let rules: Vec<DecisionRule> = entries
            .into_iter()
            .filter_map(|entry| {
                let rule = read(self, entry);
                if rule.is_none() {
                    self.lose_word(entry.start);
                }
                rule
            })
            .collect();
        (count == 0 || !rules.is_empty()).then_some(rules)
    }

    fn score_rule(&mut self, entry: Piece) -> Option<DecisionRule> {
        let docs = self.docs(entry);
        let mut read = self.read(Rule::score_rule, entry.start..entry.end)?;
        lower::score_rule(&mut read.reader, read.parts, docs)
    }

    fn rule(&mut self, entry: Piece) -> Option<DecisionRule> {
        let docs = self.docs(entry);
        let mut read = self.read(Rule::decision_rule, entry.start..entry.end)?;
        lower::rule(&mut read.reader, read.parts, docs)
    }
}
