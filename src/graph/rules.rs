//! Rules and rows to chains.

use super::build::Builder;
use super::gate::Gate;
use super::intern::Refusal;
use super::node::{Candidate, Chain, Choice, NodeId, Origin, Rule, Weight};
use super::scalar::{Run, Scalar};
use super::simplify::Built;
use crate::hir::{self, DefId, ExprId, HitPolicy, Per, Ty};
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

    /// What chooses among actions: candidates are rules.
    pub(super) fn choice(&mut self, def: DefId, choice: &hir::Choice) -> Built {
        let mut out = Rules::default();
        let mut candidates = Vec::with_capacity(choice.candidates.len());
        let names = by_name(choice);
        for (candidate, by_name) in choice.candidates.iter().zip(names) {
            let action = &candidate.action;
            let origin = Origin {
                expr: None,
                span: action.span,
            };
            let mut stages = [None; 5];
            let conditions = [
                action.eligible,
                action.applicable,
                action.suitable,
                action.valid,
                action.only_on,
            ];
            for (stage, condition) in stages.iter_mut().zip(conditions) {
                *stage = condition.map(|c| self.condition(c)).transpose()?;
            }
            let asked: Vec<NodeId> = stages.iter().flatten().copied().collect();
            let when = self.arena.and(&asked, origin)?;
            self.rule(&mut out, when, (candidate.value, None))?;
            candidates.push(self.candidate(candidate, stages, by_name)?);
        }
        let mut chain = self.blank(def, HitPolicy::Ranked)?;
        chain.otherwise = {
            let none = self.arena.pool.items(&[]);
            let span = self.program.def(def).span;
            self.arena
                .constant(Scalar::List(none), Origin { expr: None, span })?
        };
        let choice = self.ways(choice, candidates)?;
        chain.choice = self.arena.choice(choice);
        self.chain(chain, &out)
    }

    fn candidate(
        &mut self,
        candidate: &hir::Candidate,
        stages: [Option<NodeId>; 5],
        by_name: u32,
    ) -> Result<Candidate, Refusal> {
        let action = &candidate.action;
        let mut number = |id: Option<ExprId>| id.map(|id| self.value(id)).transpose();
        let (propensity, value) = (number(action.propensity)?, number(action.value)?);
        let mut treatments = Vec::with_capacity(candidate.treatments.len());
        for dress in &candidate.treatments {
            let when = dress.when.map(|when| self.condition(when)).transpose()?;
            treatments.push((when, self.value(dress.content)?));
        }
        Ok(Candidate {
            stages,
            propensity,
            value,
            lever: candidate.lever,
            of: [action.group.0, self.program.group(action.group).issue],
            by_name,
            weights: Vec::new(),
            treatments,
        })
    }

    /// How a choice is made among its candidates.
    fn ways(
        &mut self,
        choice: &hir::Choice,
        mut candidates: Vec<Candidate>,
    ) -> Result<Choice, Refusal> {
        let factors = &choice.factors;
        let mut weights = Vec::with_capacity(choice.weights.len());
        for (weight, place) in choice.weights.iter().zip(0..) {
            for of in &weight.of {
                let own = candidates.get_mut(*of as usize);
                own.into_iter().for_each(|c| c.weights.push(place));
            }
            let when = weight.when.map(|when| self.condition(when)).transpose()?;
            weights.push(Weight {
                percent: weight.percent,
                when,
            });
        }
        let most = |per: Per| {
            let own = choice.per.iter().find(|(of, _)| *of == per);
            own.map_or(u32::MAX, |(_, most)| *most)
        };
        Ok(Choice {
            candidates,
            rank: self.value(choice.rank)?,
            locals: [
                factors.propensity,
                factors.value,
                factors.weight,
                factors.lever,
            ]
            .map(|local| local.map(|l| l.0)),
            weights,
            limit: choice.limit.unwrap_or(u32::MAX),
            per: [most(Per::Group), most(Per::Issue)],
        })
    }

    fn because(&mut self, because: Option<ExprId>) -> Result<Option<NodeId>, Refusal> {
        because.map(|text| self.value(text)).transpose()
    }

    fn rule(
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
    fn blank(&mut self, def: DefId, policy: HitPolicy) -> Result<Chain, Refusal> {
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

    fn chain(&mut self, chain: Chain, rules: &Rules) -> Built {
        let origin = Origin {
            expr: None,
            span: self.program.def(chain.def).span,
        };
        self.arena.chain(chain, &rules.rules, &rules.gates, origin)
    }
}

/// The place of each candidate among the names of all.
fn by_name(choice: &hir::Choice) -> Vec<u32> {
    let mut order: Vec<(&str, usize)> = choice
        .candidates
        .iter()
        .enumerate()
        .map(|(at, c)| (c.action.name.as_str(), at))
        .collect();
    order.sort_unstable();
    let mut places = vec![0; order.len()];
    for ((_, at), place) in order.into_iter().zip(0..) {
        if let Some(slot) = places.get_mut(at) {
            *slot = place;
        }
    }
    places
}

/// Rules, and their tests as gates.
#[derive(Default)]
struct Rules {
    rules: Vec<Rule>,
    gates: Vec<Gate>,
}
