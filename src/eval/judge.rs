//! What became of each action that a next best action chooses from: the way of the choice once more, with notes.

use super::choice::{Bound, Ranked, Taking, Tallies, counted_before};
use super::lease::Lease;
use super::probe::{NoProbe, Probe, Reads};
use super::walk::Walk;
use super::{Fault, Inputs, Scratch};
use crate::graph::{Candidate, Choice, Graph, Node, NodeId, Policy, Scalar};
use crate::hir::{DefId, InputId};

impl<P: Probe> Walk<'_, P> {
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
        let mut held = None;
        for (asked, place) in choice.hold_outs.iter().zip(0..) {
            if held.is_none() && self.test(asked.0)? {
                held = Some(place);
            }
        }
        let from = self.scratch.ranking.len();
        let mut judged = Vec::with_capacity(choice.candidates.len());
        for (candidate, number) in choice.candidates.iter().zip(0..) {
            match self.qualify(candidate)? {
                Some(fell) => judged.push((number, None, Verdict::Fell(fell))),
                None if held.is_some() => {
                    let verdict = Verdict::HeldOut(held.unwrap_or_default());
                    judged.push((number, None, verdict));
                }
                None => self.rank(choice, number)?,
            }
        }
        if let Some(ranking) = self.scratch.ranking.get_mut(from..) {
            ranking.sort_unstable_by(Ranked::before);
        }
        let mut taking = Taking::new(choice, Tallies::default());
        let mut ranked = Vec::with_capacity(choice.candidates.len());
        let mut kept = from;
        for at in from..self.scratch.ranking.len() {
            let Some(entry) = self.scratch.ranking.get(at).copied() else {
                continue;
            };
            let Some(candidate) = choice.candidate(entry.number) else {
                continue;
            };
            let verdict = match taking.has_room(candidate) {
                // What happened before this choice binds wherever something ranks.
                Err(_) if self.is_bound(choice, candidate, from..from)? => {
                    Verdict::Policy { behind: false }
                }
                Err(bound) => Verdict::Bound(bound),
                Ok(()) if self.is_bound(choice, candidate, from..kept)? => {
                    Verdict::Policy { behind: true }
                }
                Ok(()) => {
                    taking.take(candidate);
                    self.scratch.ranking.swap(kept, at);
                    kept += 1;
                    Verdict::Chosen
                }
            };
            ranked.push((entry.number, Some(entry), verdict));
        }
        self.scratch.ranking.truncate(from);
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

    /// Which of the chosen are delivered on a channel, those before them counted as offered.
    fn delivered(&mut self, choice: &Choice, chosen: &[u32], channel: u32) -> Option<Vec<u32>> {
        let mut delivered = Vec::new();
        for number in chosen {
            let Some(candidate) = choice.candidate(*number) else {
                continue;
            };
            let mut withheld = false;
            for place in &candidate.policies {
                let policy = choice.policies.get(*place as usize);
                if let Some(policy) = policy.filter(|p| p.channels.contains(&channel)) {
                    let before = delivered.iter().copied();
                    let before = counted_before(choice, *place, candidate, before);
                    withheld |= self.binds(policy, candidate, before)?;
                }
            }
            if !withheld {
                delivered.push(*number);
            }
        }
        Some(delivered)
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
    /// It qualifies, and the customer is held out of the whole choice, by the clause at this place.
    HeldOut(u32),
    /// It qualifies, and a policy binds it.
    Policy {
        /// Those chosen before it count.
        behind: bool,
    },
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

/// How a candidate of a next best action is shown: a record; missing where it has no treatment. Gives also until when
/// that stands at least. What the scratch knows of the decision is gone.
///
/// # Errors
/// The first overflow.
pub(crate) fn dress(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, number): (DefId, u32),
) -> Result<(Scalar, i64), Fault> {
    let choice = choice_of(graph, def);
    let Some(candidate) = choice.and_then(|c| c.candidates.get(number as usize)) else {
        return Ok((Scalar::Missing, i64::MAX));
    };
    // What the choice found is not told again until when.
    scratch.begin(graph);
    let mut lease = Lease::new(inputs.now());
    let mut walk = Walk::new(graph, inputs, scratch, &mut lease);
    let shown = walk.dressed(candidate).ok_or(walk.fault())?;
    Ok((shown, lease.until))
}

/// Marks the inputs that the delivery of chosen actions depends on: their treatments, and what withholds them on the channel.
/// What overflows there is read as far as it goes.
pub(crate) fn read_delivery(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, chosen): (DefId, &[u32]),
    channel: Option<(InputId, u32)>,
    reads: &mut Reads,
) {
    let Some(choice) = choice_of(graph, def) else {
        return;
    };
    let candidates = chosen.iter().filter_map(|n| choice.candidate(*n));
    for candidate in candidates.clone() {
        scratch.begin(graph);
        Walk::new(graph, inputs, scratch, reads).dressed(candidate);
    }
    let policies = candidates.flat_map(|c| &c.policies);
    let mut policies = policies.filter_map(|place| choice.policies.get(*place as usize));
    let asks_channel = policies.any(Policy::of_deliveries);
    if let Some((input, channel)) = channel.filter(|_| asks_channel) {
        reads.read(input, || Scalar::Member(channel));
        scratch.begin(graph);
        Walk::new(graph, inputs, scratch, reads).delivered(choice, chosen, channel);
    }
}

/// The policies that bind a candidate, by their places, or its delivery on a channel; those chosen (or delivered) before it
/// counted as offered. Gives also until when each of them says the same at least; for ever where one of those that bind does.
///
/// # Errors
/// The first overflow.
pub(crate) fn bindings(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, number): (DefId, u32),
    (before, channel): (&[u32], Option<u32>),
) -> Result<(Vec<u32>, i64), Fault> {
    let (mut found, mut until, mut ends) = (Vec::new(), i64::MAX, true);
    if let Some(choice) = choice_of(graph, def)
        && let Some(candidate) = choice.candidate(number)
    {
        for place in &candidate.policies {
            let policy = choice.policies.get(*place as usize);
            let asked = policy.filter(|policy| match channel {
                Some(channel) => policy.channels.contains(&channel),
                None => !policy.of_deliveries(),
            });
            let Some(policy) = asked else { continue };
            let before = counted_before(choice, *place, candidate, before.iter().copied());
            // Each clause by itself: what another one found is not told again until when.
            scratch.begin(graph);
            let mut lease = Lease::new(inputs.now());
            let mut walk = Walk::new(graph, inputs, scratch, &mut lease);
            if walk.binds(policy, candidate, before).ok_or(walk.fault())? {
                found.push(*place);
                ends &= lease.until < i64::MAX;
            }
            until = until.min(lease.until);
        }
    }
    Ok((found, if ends { until } else { i64::MAX }))
}

/// How a definition chooses among actions.
fn choice_of(graph: &Graph, def: DefId) -> Option<&Choice> {
    match graph.node(graph.def(def).root) {
        Node::Chain(place) => graph.choice(graph.chain(*place)),
        _ => None,
    }
}
