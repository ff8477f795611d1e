//! Next best actions to chains whose rules are the actions, and what their choice needs besides.

use super::build::Builder;
use super::intern::Refusal;
use super::node::{Binds, Candidate, Choice, NodeId, Origin, Policy, Weight};
use super::rules::Rules;
use super::scalar::Scalar;
use super::simplify::Built;
use crate::hir::{self, DefId, ExprId, HitPolicy, Per, PolicyKind};
use crate::value::Value;

impl Builder<'_> {
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
            let mut stages = [None; 6];
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
            if let [_, .., last] = &mut stages
                && !candidate.free.is_empty()
            {
                let free = candidate.free.iter().map(|c| self.condition(*c));
                let free: Result<Vec<NodeId>, Refusal> = free.collect();
                *last = Some(self.arena.and(&free?, origin)?);
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
        stages: [Option<NodeId>; 6],
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
            policies: Vec::new(),
            keys: self.keys(action),
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
        let mut policies = Vec::with_capacity(choice.policies.len());
        for (binding, place) in choice.policies.iter().zip(0..) {
            for of in &binding.of {
                let own = candidates.get_mut(*of as usize);
                own.into_iter().for_each(|c| c.policies.push(place));
            }
            policies.push(self.contact_policy(&binding.clause)?);
        }
        let mut hold_outs = Vec::with_capacity(choice.hold_outs.len());
        for hold_out in &choice.hold_outs {
            let held = self.condition(hold_out.held)?;
            hold_outs.push((held, self.value(hold_out.because)?));
        }
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
            hold_outs,
            policies,
        })
    }

    fn contact_policy(&mut self, clause: &hir::PolicyClause) -> Result<Policy, Refusal> {
        let binds = match clause.kind {
            PolicyKind::AtMost {
                most,
                count,
                offers,
            } => Binds::AtMost {
                most,
                count: self.value(count)?,
                offers,
            },
            PolicyKind::Pause {
                asked,
                offers: Some((most, count)),
            } => Binds::AfterOffers {
                asked: self.condition(asked)?,
                most,
                count: self.value(count)?,
            },
            PolicyKind::Pause {
                asked,
                offers: None,
            }
            | PolicyKind::Withhold(asked) => Binds::While(self.condition(asked)?),
        };
        Ok(Policy {
            binds,
            subject: clause.subject.map(|(local, alike)| (local.0, alike)),
            channels: clause.channels.clone(),
            span: clause.span,
        })
    }

    /// What a candidate is asked about as in policies: its name, its group, and what the paths of its issue begin with.
    fn keys(&mut self, action: &hir::Action) -> [Scalar; 3] {
        let program = self.program;
        let group = program.group(action.group);
        let issue = program.issues().get(group.issue as usize);
        let issue = issue.map_or(String::new(), |issue| format!("{}.", issue.name));
        [action.name.as_str(), &group.name, &issue]
            .map(|text| self.arena.pool.value(&Value::Text(text.into())))
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
