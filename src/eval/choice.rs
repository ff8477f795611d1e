//! Next best actions: who qualifies, in which order, and how many are taken.
//!
//! Candidates are the rules of a chain. Those whose conditions hold are ranked, the best come first, and they are taken
//! as long as limits and policies let them. `judge` goes the same way and tells of every candidate how far it came.

use super::Hit;
use super::probe::Probe;
use super::walk::Walk;
use crate::graph::{Binds, Candidate, Chain, Choice, NodeId, Policy, Scalar};
use crate::hir::Per;
use crate::value::decimal;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::ops::Range;

/// A candidate that qualifies, with what decides its place.
#[derive(Clone, Copy, Debug)]
pub struct Ranked {
    /// Which, by its place.
    pub number: u32,
    by_name: u32,
    /// By what it is ranked.
    pub rank: Decimal,
    /// Its worth; zero where none is written.
    pub value: Decimal,
    /// How likely it is accepted, where the ranking reads it.
    pub propensity: Option<Decimal>,
    /// What the weights make of it, where the ranking reads it.
    pub weight: Option<Decimal>,
}

impl Ranked {
    /// The better before the others; of two alike that of the greater value, then that whose name comes first.
    pub(super) fn before(&self, other: &Ranked) -> Ordering {
        let rank = other.rank.cmp(&self.rank);
        let value = rank.then(other.value.cmp(&self.value));
        value.then(self.by_name.cmp(&other.by_name))
    }
}

/// What keeps a candidate from being taken that qualifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Enough are taken.
    Limit,
    /// Enough of its group or issue are taken.
    Per(Per),
}

/// How many have been taken of each group and of each issue.
pub(super) type Tallies = [Vec<(u32, u32)>; 2];

/// Takes candidates, the best first.
pub(super) struct Taking<'c> {
    choice: &'c Choice,
    taken: u32,
    tallies: Tallies,
}

impl<'c> Taking<'c> {
    pub(super) fn new(choice: &'c Choice, mut tallies: Tallies) -> Self {
        tallies.iter_mut().for_each(Vec::clear);
        Taking {
            choice,
            taken: 0,
            tallies,
        }
    }

    fn is_full(&self) -> bool {
        self.taken >= self.choice.limit
    }

    /// Whether there is room for a candidate.
    pub(super) fn has_room(&mut self, candidate: &Candidate) -> Result<(), Bound> {
        if self.is_full() {
            return Err(Bound::Limit);
        }
        for (place, per) in [Per::Group, Per::Issue].into_iter().enumerate() {
            if self
                .tally(place, candidate)
                .is_some_and(|(most, tally)| *tally >= most)
            {
                return Err(Bound::Per(per));
            }
        }
        Ok(())
    }

    pub(super) fn take(&mut self, candidate: &Candidate) {
        for place in 0..self.tallies.len() {
            if let Some((_, tally)) = self.tally(place, candidate) {
                *tally += 1;
            }
        }
        self.taken += 1;
    }

    /// At most how many of the candidate's group, or issue, are taken, and how many are; `None` where nothing bounds them.
    fn tally(&mut self, place: usize, candidate: &Candidate) -> Option<(u32, &mut u32)> {
        let most = *self.choice.per.get(place)?;
        let own = *candidate.of.get(place)?;
        if most == u32::MAX {
            return None;
        }
        let tallies = self.tallies.get_mut(place)?;
        let at = match tallies.iter().position(|(of, _)| *of == own) {
            Some(at) => at,
            None => {
                tallies.push((own, 0));
                tallies.len() - 1
            }
        };
        tallies.get_mut(at).map(|(_, tally)| (most, tally))
    }
}

impl<'a, P: Probe> Walk<'a, P> {
    /// What the chosen actions give, the best first. `top`: which they are is asked for.
    #[inline(never)]
    pub(super) fn ranked(&mut self, chain: &'a Chain, top: bool) -> Option<Scalar> {
        let graph = self.graph;
        let Some(choice) = graph.choice(chain) else {
            return Some(Scalar::Missing);
        };
        for (held, because) in &choice.hold_outs {
            if self.test(*held)? {
                self.hit = Hit::None;
                self.because = Some(*because);
                let open = self.scratch.open.len();
                return Some(Scalar::List(self.scratch.close(open)));
            }
        }
        let from = self.scratch.ranking.len();
        let mut next = 0;
        while let Some((number, rule)) = self.next(chain, next) {
            next = number.saturating_add(1);
            if self.holds(chain.def, number, rule)? {
                self.rank(choice, number)?;
            }
        }
        self.take_best(choice, from)?;
        let open = self.scratch.open.len();
        let mut at = from;
        while let Some(number) = self.scratch.ranking.get(at).map(|r| r.number) {
            at += 1;
            if let Some(rule) = graph.rules(chain).get(number as usize) {
                let value = self.given(number, rule)?;
                self.scratch.open.push(value);
            }
            if top {
                self.scratch.hits.push(number);
            }
        }
        self.scratch.ranking.truncate(from);
        self.because = None;
        self.hit = if at == from { Hit::None } else { Hit::Rows };
        Some(Scalar::List(self.scratch.close(open)))
    }

    /// Leaves of the ranking, from a place on, those that are taken, the best first.
    fn take_best(&mut self, choice: &Choice, from: usize) -> Option<()> {
        let mut taking = Taking::new(choice, std::mem::take(&mut self.scratch.tallies));
        let mut kept = from;
        if let Some(ranking) = self.scratch.ranking.get_mut(from..) {
            ranking.sort_unstable_by(Ranked::before);
        }
        for at in from..self.scratch.ranking.len() {
            if taking.is_full() {
                break;
            }
            let ranked = self.scratch.ranking.get(at).copied();
            let Some(candidate) = ranked.and_then(|r| choice.candidate(r.number)) else {
                continue;
            };
            if taking.has_room(candidate).is_err() {
                continue;
            }
            if !self.is_bound(choice, candidate, from..kept)? {
                taking.take(candidate);
                self.scratch.ranking.swap(kept, at);
                kept += 1;
            }
        }
        self.scratch.ranking.truncate(kept);
        self.scratch.tallies = taking.tallies;
        Some(())
    }

    /// Whether a policy binds a candidate, those chosen before it counted as offered. They lie in the ranking.
    pub(super) fn is_bound(
        &mut self,
        choice: &Choice,
        candidate: &Candidate,
        chosen: Range<usize>,
    ) -> Option<bool> {
        for place in &candidate.policies {
            let Some(policy) = choice.policies.get(*place as usize) else {
                continue;
            };
            if policy.of_deliveries() {
                continue;
            }
            let chosen = self.scratch.ranking.get(chosen.clone()).unwrap_or_default();
            let chosen = chosen.iter().map(|ranked| ranked.number);
            let before = counted_before(choice, *place, candidate, chosen);
            if self.binds(policy, candidate, before)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// Whether a policy binds a candidate, where so many of those chosen before count for it.
    pub(super) fn binds(
        &mut self,
        policy: &Policy,
        candidate: &Candidate,
        before: u32,
    ) -> Option<bool> {
        if let Some((local, alike)) = policy.subject {
            self.scratch.bind(local, candidate.key(alike));
        }
        let inner = self.scratch.inner;
        self.scratch.inner = inner.saturating_add(1);
        let binds = match policy.binds {
            Binds::While(asked) => self.test(asked)?,
            Binds::AtMost { most, count, .. } => self.are_so_many(count, before, most)?,
            Binds::AfterOffers { asked, most, count } => {
                before > 0 && self.are_so_many(count, before, most)? || self.test(asked)?
            }
        };
        self.scratch.inner = inner;
        Some(binds)
    }

    /// Whether what is counted and those before are so many.
    fn are_so_many(&mut self, count: NodeId, before: u32, most: u32) -> Option<bool> {
        if before >= most {
            return Some(true);
        }
        let counted = match self.value(count)? {
            Scalar::Int(counted) => counted,
            _ => 0,
        };
        Some(counted.saturating_add(before.into()) >= most.into())
    }

    /// Ranks a candidate that qualifies: puts it to the others.
    pub(super) fn rank(&mut self, choice: &Choice, number: u32) -> Option<()> {
        let Some(candidate) = choice.candidate(number) else {
            return Some(());
        };
        let [propensity, value, weight, lever] = choice.locals;
        let own = match propensity {
            Some(local) => {
                let own = self.number(candidate.propensity)?;
                self.scratch.bind(local, Scalar::Decimal(own));
                Some(own)
            }
            None => None,
        };
        let worth = self.number(candidate.value)?;
        let weighed = match weight {
            Some(local) => {
                let weighed = self.weight(choice, candidate)?;
                self.scratch.bind(local, Scalar::Decimal(weighed));
                Some(weighed)
            }
            None => None,
        };
        for (local, number) in [(value, worth), (lever, candidate.lever)] {
            if let Some(local) = local {
                self.scratch.bind(local, Scalar::Decimal(number));
            }
        }
        let inner = self.scratch.inner;
        self.scratch.inner = inner.saturating_add(1);
        let rank = self.number(Some(choice.rank))?;
        self.scratch.inner = inner;
        self.scratch.ranking.push(Ranked {
            number,
            by_name: candidate.by_name,
            rank,
            value: worth,
            propensity: own,
            weight: weighed,
        });
        Some(())
    }

    /// A number of a candidate; zero where none is written.
    fn number(&mut self, id: Option<NodeId>) -> Option<Decimal> {
        let Some(id) = id else {
            return Some(Decimal::ZERO);
        };
        Some(match self.value(id)? {
            Scalar::Decimal(number) => number,
            _ => Decimal::ZERO,
        })
    }

    /// 1, and what the weights add whose conditions hold. (The compiler has shown that it fits.)
    fn weight(&mut self, choice: &Choice, candidate: &Candidate) -> Option<Decimal> {
        let mut total = Decimal::ONE;
        for place in &candidate.weights {
            let Some(weight) = choice.weights.get(*place as usize) else {
                continue;
            };
            let counts = match weight.when {
                Some(when) => self.test(when)?,
                None => true,
            };
            if counts {
                total = decimal::add(total, weight.percent).unwrap_or(total);
            }
        }
        Some(total)
    }
}

/// How many of those chosen before a candidate count for a policy.
pub(super) fn counted_before(
    choice: &Choice,
    place: u32,
    candidate: &Candidate,
    chosen: impl Iterator<Item = u32>,
) -> u32 {
    let Some(policy) = choice.policies.get(place as usize) else {
        return 0;
    };
    if !policy.counts_offers() {
        return 0;
    }
    let counts = |other: &&Candidate| {
        let alike = |alike| other.key(alike) == candidate.key(alike);
        other.policies.contains(&place) && policy.subject.is_none_or(|(_, kind)| alike(kind))
    };
    let chosen = chosen.filter_map(|number| choice.candidate(number));
    u32::try_from(chosen.filter(counts).count()).unwrap_or(u32::MAX)
}
