//! Actions, what chooses among them, policies and experiments: the head, and the clauses one by one.

use crate::syntax::ast::{
    Action, ActionClause, At, Choice, ChoiceClause, Clause, Experiment, PolicyDecl,
};
use crate::syntax::declarations::Parser;
use crate::syntax::pairs::Rule;
use crate::syntax::reader::Reader;
use crate::syntax::split::Piece;
use crate::syntax::{entries, lower};
use pest::iterators::Pairs;

/// A clause from what pest read.
type Lower<K> = fn(&mut Reader, &Pairs<'_, Rule>) -> Option<K>;

impl Parser<'_, '_> {
    /// An action, or those of a catalogue, which begin otherwise.
    pub(in crate::syntax) fn action(&mut self, piece: Piece, head: Rule) -> Option<Action> {
        let (open, body) = self.body_or_report(piece, false)?;
        let head = self
            .read(head, piece.start..open)
            .and_then(|mut r| lower::action_head(&mut r.reader, &r.parts));
        let pieces = entries::action_clauses(self.view, &body);
        let clauses: Option<Vec<Clause<ActionClause>>> =
            self.clauses(pieces, Rule::action_clause, lower::action_clause);
        Some(Action {
            clauses: clauses?,
            ..head?
        })
    }

    pub(in crate::syntax) fn choice(&mut self, piece: Piece) -> Option<Choice> {
        let (open, body) = self.body_or_report(piece, false)?;
        let head = self
            .read(Rule::choice_head, piece.start..open)
            .and_then(|mut r| lower::choice_head(&mut r.reader, &r.parts));
        let pieces = entries::choice_clauses(self.view, &body);
        let clauses: Option<Vec<Clause<ChoiceClause>>> =
            self.clauses(pieces, Rule::choice_clause, lower::choice_clause);
        Some(Choice {
            clauses: clauses?,
            ..head?
        })
    }

    pub(in crate::syntax) fn policy(&mut self, piece: Piece) -> Option<PolicyDecl> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::policy_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let pieces = entries::policy_clauses(self.view, &body);
        let clauses = self.clauses(pieces, Rule::policy_clause, lower::policy_clause);
        Some(PolicyDecl {
            name: name?,
            clauses: clauses?,
        })
    }

    pub(in crate::syntax) fn experiment(&mut self, piece: Piece) -> Option<Experiment> {
        let (open, body) = self.body_or_report(piece, false)?;
        let name = self
            .read(Rule::experiment_head, piece.start..open)
            .and_then(|mut r| lower::named(&mut r.reader, &r.parts));
        let pieces = entries::experiment_clauses(self.view, &body);
        let lower = lower::experiment_clause;
        let clauses = self.clauses(pieces, Rule::experiment_clause, lower);
        Some(Experiment {
            name: name?,
            clauses: clauses?,
        })
    }

    /// Clauses one by one. Without one of them, what the others say together would be wrong.
    fn clauses<K>(
        &mut self,
        pieces: Vec<Piece>,
        rule: Rule,
        lower: Lower<K>,
    ) -> Option<Vec<Clause<K>>> {
        let read: Vec<Option<Clause<K>>> = pieces
            .into_iter()
            .map(|entry| {
                let docs = self.docs(entry);
                let mut read = self.read(rule, entry.start..entry.end)?;
                let kind = lower(&mut read.reader, &read.parts)?;
                let at = At(read.reader.whole());
                Some(Clause { docs, kind, at })
            })
            .collect();
        read.into_iter().collect()
    }
}
