//! Rules and rows to chains.

use super::build::Builder;
use super::gate::Gate;
use super::intern::Refusal;
use super::node::{Chain, NodeId, Origin, Rule};
use super::scalar::{Run, Scalar};
use super::simplify::Built;
use crate::hir::{self, DefId, HitPolicy};

impl Builder<'_> {
    /// The rules of a decision or classification.
    pub(super) fn rules(&mut self, def: DefId, rules: &[hir::Rule]) -> Built {
        let mut out = Rules::default();
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
            self.rule(&mut out, when, value);
        }
        self.chain(def, HitPolicy::First, &out, None)
    }

    /// The rows of a table.
    pub(super) fn table(&mut self, def: DefId, table: &hir::Table) -> Built {
        let mut out = Rules::default();
        for row in &table.rows {
            let origin = Origin {
                expr: None,
                span: row.span,
            };
            let cells = row.cells.iter().flatten();
            let cells: Result<Vec<NodeId>, Refusal> = cells.map(|c| self.condition(*c)).collect();
            let when = self.arena.and(&cells?, origin)?;
            let value = self.value(row.value)?;
            self.rule(&mut out, when, value);
        }
        let otherwise = match &table.otherwise {
            Some(rule) => Some(self.value(rule.value)?),
            None => None,
        };
        self.chain(def, table.policy, &out, otherwise)
    }

    fn rule(&mut self, out: &mut Rules, when: NodeId, value: NodeId) {
        let (tests, complete) = self.arena.guard(when);
        out.gates.push(self.arena.gate(&tests));
        out.rules.push(Rule {
            tests: self.arena.tests(&tests),
            complete,
            when,
            value,
        });
    }

    fn chain(
        &mut self,
        def: DefId,
        policy: HitPolicy,
        rules: &Rules,
        otherwise: Option<NodeId>,
    ) -> Built {
        let origin = Origin {
            expr: None,
            span: self.program.def(def).span,
        };
        let has_otherwise = otherwise.is_some();
        let otherwise = match otherwise {
            Some(value) => value,
            None => self.arena.constant(Scalar::Missing, origin)?,
        };
        let chain = Chain {
            def,
            policy,
            rules: Run::default(),
            gates: Run::default(),
            has_otherwise,
            otherwise,
        };
        self.arena.chain(chain, &rules.rules, &rules.gates, origin)
    }
}

/// Rules, and their tests as gates.
#[derive(Default)]
struct Rules {
    rules: Vec<Rule>,
    gates: Vec<Gate>,
}
