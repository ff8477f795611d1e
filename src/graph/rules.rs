//! Rules and rows to chains.

use super::build::Builder;
use super::intern::Refusal;
use super::node::{Chain, NodeId, Origin, Rule};
use super::scalar::Run;
use super::simplify::Built;
use crate::hir::{self, DefId, HitPolicy};

impl Builder<'_> {
    /// The rules of a decision or classification.
    pub(super) fn rules(&mut self, def: DefId, rules: &[hir::Rule]) -> Built {
        let mut out = Vec::with_capacity(rules.len());
        for rule in rules {
            let origin = Origin {
                expr: None,
                span: rule.span,
            };
            let when = match rule.when {
                Some(when) => self.condition(when)?,
                None => self.arena.truth(true, origin)?,
            };
            let value = self.value(rule.value)?;
            out.push(self.rule(when, value));
        }
        self.chain(def, HitPolicy::First, &out, None)
    }

    /// The rows of a table.
    pub(super) fn table(&mut self, def: DefId, table: &hir::Table) -> Built {
        let mut out = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let origin = Origin {
                expr: None,
                span: row.span,
            };
            let cells = row.cells.iter().flatten();
            let cells: Result<Vec<NodeId>, Refusal> = cells.map(|c| self.condition(*c)).collect();
            let when = self.arena.and(&cells?, origin)?;
            let value = self.value(row.value)?;
            out.push(self.rule(when, value));
        }
        let otherwise = match &table.otherwise {
            Some(rule) => Some(self.value(rule.value)?),
            None => None,
        };
        self.chain(def, table.policy, &out, otherwise)
    }

    fn rule(&mut self, when: NodeId, value: NodeId) -> Rule {
        let (tests, complete) = self.arena.guard(when);
        Rule {
            gate: self.arena.gate(&tests),
            tests: self.arena.tests(&tests),
            complete,
            when,
            value,
        }
    }

    fn chain(
        &mut self,
        def: DefId,
        policy: HitPolicy,
        rules: &[Rule],
        otherwise: Option<NodeId>,
    ) -> Built {
        let origin = Origin {
            expr: None,
            span: self.program.def(def).span,
        };
        let chain = Chain {
            def,
            policy,
            rules: Run::default(),
            otherwise,
        };
        self.arena.chain(chain, rules, origin)
    }
}
