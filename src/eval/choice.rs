//! Next best actions: who qualifies, in which order, and how many are taken.
//!
//! Candidates are the rules of a chain. Those whose conditions hold are ranked, the best come first, and they are taken
//! as long as the limits let them. [`judge`] goes the same way and tells of every candidate how far it came.

use super::probe::{NoProbe, Probe};
use super::walk::Walk;
use super::{Fault, Hit, Inputs, Scratch};
use crate::graph::{Candidate, Chain, Choice, Graph, Node, NodeId, Scalar};
use crate::hir::{DefId, Per};
use crate::value::decimal;
use rust_decimal::Decimal;
use std::cmp::Ordering;

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
    fn before(&self, other: &Ranked) -> Ordering {
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
struct Taking<'c> {
    choice: &'c Choice,
    taken: u32,
    tallies: Tallies,
}

impl<'c> Taking<'c> {
    fn new(choice: &'c Choice, mut tallies: Tallies) -> Self {
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

    /// Takes a candidate, unless there are enough.
    fn take(&mut self, candidate: &Candidate) -> Result<(), Bound> {
        if self.is_full() {
            return Err(Bound::Limit);
        }
        let kinds = [Per::Group, Per::Issue];
        for (place, per) in kinds.into_iter().enumerate() {
            if self
                .tally(place, candidate)
                .is_some_and(|(most, tally)| *tally >= most)
            {
                return Err(Bound::Per(per));
            }
        }
        for place in 0..kinds.len() {
            if let Some((_, tally)) = self.tally(place, candidate) {
                *tally += 1;
            }
        }
        self.taken += 1;
        Ok(())
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
        let from = self.scratch.ranking.len();
        let mut next = 0;
        while let Some((number, rule)) = self.next(chain, next) {
            next = number.saturating_add(1);
            if self.holds(chain.def, number, rule)? {
                self.rank(choice, number)?;
            }
        }
        self.take_best(choice, from);
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
    fn take_best(&mut self, choice: &Choice, from: usize) {
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
            let candidate = ranked.and_then(|r| choice.candidates.get(r.number as usize));
            if candidate.is_some_and(|candidate| taking.take(candidate).is_ok()) {
                self.scratch.ranking.swap(kept, at);
                kept += 1;
            }
        }
        self.scratch.ranking.truncate(kept);
        self.scratch.tallies = taking.tallies;
    }

    /// Ranks a candidate that qualifies: puts it to the others.
    fn rank(&mut self, choice: &Choice, number: u32) -> Option<()> {
        let Some(candidate) = choice.candidates.get(number as usize) else {
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

    /// The part of a condition that fails first: of what is joined by `and`, the first that does not hold.
    fn culprit(&mut self, condition: NodeId) -> Option<NodeId> {
        let graph = self.graph;
        let mut culprit = condition;
        while let Node::And(children, _) = graph.node(culprit) {
            let mut next = None;
            for child in graph.list(*children) {
                if !self.test(*child)? {
                    next = Some(*child);
                    break;
                }
            }
            match next {
                Some(child) => culprit = child,
                None => break,
            }
        }
        Some(culprit)
    }

    /// How far a candidate comes by its conditions.
    fn qualify(&mut self, candidate: &Candidate) -> Option<Option<Fell>> {
        for (stage, condition) in candidate.stages.iter().enumerate() {
            if let Some(condition) = condition
                && !self.test(*condition)?
            {
                let condition = self.culprit(*condition)?;
                return Some(Some(Fell { stage, condition }));
            }
        }
        Some(None)
    }

    fn judged(&mut self, choice: &Choice) -> Option<Vec<Judged>> {
        let from = self.scratch.ranking.len();
        let mut judged = Vec::with_capacity(choice.candidates.len());
        for (candidate, number) in choice.candidates.iter().zip(0..) {
            match self.qualify(candidate)? {
                Some(fell) => judged.push((number, None, Verdict::Fell(fell))),
                None => self.rank(choice, number)?,
            }
        }
        let mut ranking = self.scratch.ranking.split_off(from);
        ranking.sort_unstable_by(Ranked::before);
        let mut taking = Taking::new(choice, Tallies::default());
        let mut ranked = Vec::with_capacity(choice.candidates.len());
        for entry in ranking {
            let candidate = choice.candidates.get(entry.number as usize);
            let verdict = match candidate.map(|candidate| taking.take(candidate)) {
                Some(Ok(())) => Verdict::Chosen,
                Some(Err(bound)) => Verdict::Bound(bound),
                None => continue,
            };
            ranked.push((entry.number, Some(entry), verdict));
        }
        ranked.append(&mut judged);
        let judged = ranked.into_iter();
        let all = judged.map(|(number, ranked, verdict)| Judged {
            number,
            ranked,
            verdict,
        });
        Some(all.collect())
    }

    /// How a candidate is shown: the content of the first treatment that fits.
    fn dressed(&mut self, candidate: &Candidate) -> Option<Scalar> {
        for (when, content) in &candidate.treatments {
            let fits = match when {
                Some(when) => self.test(*when)?,
                None => true,
            };
            if fits {
                return self.value(*content);
            }
        }
        Some(Scalar::Missing)
    }
}

/// Where a candidate fell out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fell {
    /// Which of the candidate's conditions, by its place.
    pub stage: usize,
    /// The part of it that does not hold.
    pub condition: NodeId,
}

/// What became of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is chosen.
    Chosen,
    /// One of its conditions does not hold.
    Fell(Fell),
    /// It qualifies, and others come before it.
    Bound(Bound),
}

/// A candidate, and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// Which, by its place.
    pub number: u32,
    /// Its numbers, where it qualifies.
    pub ranked: Option<Ranked>,
    /// What became of it.
    pub verdict: Verdict,
}

/// Goes through all candidates of a next best action: those that qualify first, in the order of their rank, then the
/// others as declared. Empty for other definitions.
///
/// # Errors
/// The first overflow.
pub(crate) fn judge(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    def: DefId,
) -> Result<Vec<Judged>, Fault> {
    scratch.begin(graph);
    let choice = choice_of(graph, def);
    let mut probe = NoProbe;
    let mut walk = Walk::new(graph, inputs, scratch, &mut probe);
    match choice {
        Some(choice) => walk.judged(choice).ok_or(walk.fault()),
        None => Ok(Vec::new()),
    }
}

/// How a candidate of a next best action is shown: a record; missing where it has no treatment. What the scratch knows
/// of the decision stays.
///
/// # Errors
/// The first overflow.
pub(crate) fn dress(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, number): (DefId, u32),
) -> Result<Scalar, Fault> {
    let choice = choice_of(graph, def);
    let Some(candidate) = choice.and_then(|c| c.candidates.get(number as usize)) else {
        return Ok(Scalar::Missing);
    };
    let mut probe = NoProbe;
    let mut walk = Walk::new(graph, inputs, scratch, &mut probe);
    walk.dressed(candidate).ok_or(walk.fault())
}

/// How a definition chooses among actions.
fn choice_of(graph: &Graph, def: DefId) -> Option<&Choice> {
    match graph.node(graph.def(def).root) {
        Node::Chain(place) => graph.choice(graph.chain(*place)),
        _ => None,
    }
}
