//! Rules and rows to chains.

use super::build::Builder;
use super::gate::Gate;
use super::intern::Refusal;
use super::node::{Chain, NodeId, Origin, Rule};
use super::scalar::{Run, Scalar};
use super::simplify::Built;
use crate::hir::{self, DefId, ExprId, HitPolicy, Ty};
use crate::value::currency;
use rust_decimal::Decimal;

impl Builder<'_> {
    /// The rules of a decision or classification.
    pub(super) fn rules(&mut self, def: DefId, rules: &[hir::Rule]) -> Built {
        let out = self.each(rules)?;
        let chain = self.blank(def, HitPolicy::First)?;
        self.chain(chain, &out)
    }

    fn each(&mut self, rules: &[hir::Rule]) -> Result<Rules, Refusal> {
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
            self.rule(&mut out, when, (rule.value, rule.because))?;
        }
        Ok(out)
    }

    /// The rules of a score: all that hold are added up.
    pub(super) fn score(&mut self, def: DefId, score: &hir::Score) -> Built {
        let out = self.each(&score.rules)?;
        let whole = self.program.def(def).ty.is_whole();
        let mut chain = self.blank(def, HitPolicy::Sum)?;
        let bounds = score.bounds.map(|bounds| {
            [bounds.low, bounds.high].map(|bound| {
                let scalar = match i64::try_from(bound) {
                    Ok(int) if whole => Scalar::Int(int),
                    _ => Scalar::Decimal(bound.normalize()),
                };
                self.arena.pool.scalar(scalar)
            })
        });
        chain.bounds = bounds.map(|[low, high]| (low, high));
        self.chain(chain, &out)
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
            self.rule(&mut out, when, (row.value, row.because))?;
        }
        let mut chain = self.blank(def, table.policy)?;
        chain.ranks = self.arena.ranks(&table.ranks);
        if let Some(rule) = &table.otherwise {
            chain.has_otherwise = true;
            chain.otherwise = self.value(rule.value)?;
            chain.otherwise_because = self.because(rule.because)?;
        }
        self.chain(chain, &out)
    }

    fn because(&mut self, because: Option<ExprId>) -> Result<Option<NodeId>, Refusal> {
        because.map(|text| self.value(text)).transpose()
    }

    pub(super) fn rule(
        &mut self,
        out: &mut Rules,
        when: NodeId,
        (value, because): (ExprId, Option<ExprId>),
    ) -> Result<(), Refusal> {
        let value = self.value(value)?;
        let because = self.because(because)?;
        let (tests, complete) = self.arena.guard(when);
        out.gates.push(self.arena.gate(&tests));
        out.rules.push(Rule {
            tests: self.arena.tests(&tests),
            complete,
            when,
            value,
            because,
        });
        Ok(())
    }

    /// A chain without rules.
    pub(super) fn blank(&mut self, def: DefId, policy: HitPolicy) -> Result<Chain, Refusal> {
        let definition = self.program.def(def);
        let origin = Origin {
            expr: None,
            span: definition.span,
        };
        let zero = match (policy, &definition.ty) {
            (HitPolicy::Sum, ty) if ty.is_decimal() => Scalar::Decimal(Decimal::ZERO),
            (HitPolicy::Sum | HitPolicy::Count, _) => Scalar::Int(0),
            _ => Scalar::Missing,
        };
        let round = match (policy, &definition.ty) {
            (HitPolicy::Sum, Ty::Money(code)) => Some(currency::digits(code.0)),
            _ => None,
        };
        Ok(Chain {
            def,
            policy,
            rules: Run::default(),
            gates: Run::default(),
            has_otherwise: false,
            otherwise: self.arena.constant(Scalar::Missing, origin)?,
            otherwise_because: None,
            ranks: 0,
            zero,
            bounds: None,
            round,
            choice: u32::MAX,
        })
    }

    pub(super) fn chain(&mut self, chain: Chain, rules: &Rules) -> Built {
        let origin = Origin {
            expr: None,
            span: self.program.def(chain.def).span,
        };
        self.arena.chain(chain, &rules.rules, &rules.gates, origin)
    }
}

/// Rules, and their tests as gates.
#[derive(Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    gates: Vec<Gate>,
}
