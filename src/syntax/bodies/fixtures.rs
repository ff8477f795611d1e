//! Customers and tests: facts and steps, one by one.

use crate::syntax::ast::{At, Customer, StepKind, Test, TestStep};
use crate::syntax::declarations::Parser;
use crate::syntax::entries;
use crate::syntax::pairs::Rule;
use crate::syntax::reader::Reader;
use crate::syntax::scan::Kind;
use crate::syntax::split::Piece;
use crate::syntax::{explain, lower};
use pest::iterators::Pairs;
use std::ops::Range;

/// A step from what pest read.
type Lower = fn(&mut Reader, &Pairs<'_, Rule>) -> Option<StepKind>;

/// How the lines of a test table are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TableState {
    /// The next line names the facts.
    Closed,
    /// The next line is a case.
    Open,
    /// Its first line was reported; what the cases mean is not known.
    Lost,
}

impl Parser<'_, '_> {
    pub(in crate::syntax) fn customer(&mut self, piece: Piece) -> Option<Customer> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::customer_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let mut facts = Vec::new();
        for entry in entries::facts(self.view, &body) {
            self.refuse_docs(entry.docs..entry.start);
            let read = self.read(Rule::fact_entry, entry.start..entry.end);
            facts.extend(read.and_then(|mut r| lower::fact(&mut r.reader, &r.parts)));
        }
        Some(Customer { name: name?, facts })
    }

    pub(in crate::syntax) fn test(&mut self, piece: Piece) -> Option<Test> {
        let (open, body) = self.body_or_report(piece, false)?;
        let title = self
            .read(Rule::test_head, piece.start..open)
            .and_then(|mut r| lower::title(&mut r.reader, &r.parts));
        let entries = entries::steps(self.view, &body);
        let count = entries.len();
        let mut table = TableState::Closed;
        let steps: Vec<TestStep> = entries
            .into_iter()
            .filter_map(|entry| self.step(entry, &mut table))
            .collect();
        // One whose every step was reported is left out, lest it be said to have none.
        let steps = (count == 0 || !steps.is_empty()).then_some(steps);
        Some(Test {
            title: title?,
            steps: steps?,
        })
    }

    fn step(&mut self, entry: Piece, table: &mut TableState) -> Option<TestStep> {
        let kind = if self.view.kind(entry.start) == Some(Kind::Bar) {
            self.line(entry, table)
        } else {
            *table = TableState::Closed;
            self.plain_step(entry)
        };
        Some(TestStep {
            docs: self.docs(entry),
            kind: kind?,
            at: At(self.span(entry.start..entry.end)),
        })
    }

    fn plain_step(&mut self, entry: Piece) -> Option<StepKind> {
        let tokens = entry.start..entry.end;
        let (rule, lower): (Rule, Lower) = match self.view.word(entry.start) {
            "now" => (Rule::now_step, lower::now),
            "given" => (Rule::given_step, lower::given),
            "on" => (Rule::on_step, lower::on),
            "event" => (Rule::event_step, lower::test_event),
            "expect" => (Rule::expect_step, lower::expect),
            word => {
                self.refuse_docs(tokens.clone());
                let is_doc = self.view.kind(entry.start) == Some(Kind::Doc);
                if !is_doc && !self.is_broken(self.span(tokens)) {
                    let first = self.span(entry.start..entry.start + 1);
                    self.report.push(explain::unknown_step(word, first));
                }
                return None;
            }
        };
        self.lowered(rule, tokens, lower)
    }

    fn lowered(&mut self, rule: Rule, tokens: Range<usize>, lower: Lower) -> Option<StepKind> {
        let mut read = self.read(rule, tokens)?;
        lower(&mut read.reader, &read.parts)
    }

    /// A line of a table: the first names the facts, those behind it are cases.
    fn line(&mut self, entry: Piece, table: &mut TableState) -> Option<StepKind> {
        let tokens = entry.start..entry.end;
        match *table {
            TableState::Open => self.lowered(Rule::test_case, tokens, lower::case),
            TableState::Lost => None,
            TableState::Closed => {
                *table = TableState::Lost;
                if let Some(at) = explain::value_in_header(self.view, tokens.clone())
                    && !self.is_broken(self.span(tokens.clone()))
                {
                    let span = self.span(at..at + 1);
                    self.report.push(explain::case_before_header(span));
                    return None;
                }
                let header = self.lowered(Rule::test_header, tokens, lower::test_header)?;
                *table = TableState::Open;
                Some(header)
            }
        }
    }
}
