//! Rules and rows: the first that holds, or all that hold.

use super::Hit;
use super::probe::Probe;
use super::walk::Walk;
use crate::graph::{Chain, Node, NodeId, Operands, Rule, Scalar, ops};
use crate::hir::{DefId, HitPolicy};
use crate::value::round;
use std::cmp::Ordering;

impl<'a, P: Probe> Walk<'a, P> {
    /// The value of a chain; what gave it is left in `hit`. `top`: the rows of a `collect` table are asked for.
    #[inline(never)]
    pub(super) fn chain(&mut self, place: u32, top: bool) -> Option<Scalar> {
        let chain = self.graph.chain(place);
        match chain.policy {
            HitPolicy::Ranked => return self.ranked(chain, top),
            policy if !policy.is_first() => return self.several(chain, top),
            _ => {}
        }
        let chosen = self.choose(chain)?;
        let value = self.value(chosen.value)?;
        self.hit = chosen.hit;
        self.because = chosen.because;
        Some(value)
    }

    /// The first rule that holds, and the nodes of its value and reason.
    #[inline]
    pub(super) fn choose(&mut self, chain: &'a Chain) -> Option<Chosen> {
        let mut next = 0;
        while let Some((number, rule)) = self.next(chain, next) {
            next = number.saturating_add(1);
            if self.holds(chain.def, number, rule)? {
                return Some(Chosen {
                    hit: Hit::Rule(number),
                    value: rule.value,
                    because: rule.because,
                });
            }
        }
        Some(Chosen {
            hit: otherwise(chain),
            value: chain.otherwise,
            because: chain.otherwise_because,
        })
    }

    /// The next rule, from a number on, that is worth a look: where nobody watches, all whose gate is shut
    /// are passed over at once.
    #[inline(always)]
    pub(super) fn next(&mut self, chain: &Chain, from: u32) -> Option<(u32, &'a Rule)> {
        let graph = self.graph;
        let mut number = from as usize;
        if !P::READS {
            let gates = graph.gates_of(chain).get(number..)?;
            let (words, ints) = (self.inputs.words(), self.inputs.ints());
            number += graph.gates().first_open(gates, words, ints)?;
        }
        let rule = graph.rules(chain).get(number)?;
        Some((u32::try_from(number).unwrap_or(u32::MAX), rule))
    }

    /// Whether a rule's condition holds.
    #[inline(always)]
    pub(super) fn holds(&mut self, def: DefId, number: u32, rule: &Rule) -> Option<bool> {
        if P::STEPS {
            self.probe.try_rule(def, number);
            let held = self.test(rule.when)?;
            self.probe.rule(def, number, held);
            return Some(held);
        }
        // Without a reader, `next` has asked the tests.
        if P::READS && !self.tests(rule.tests) {
            return Some(false);
        }
        if rule.complete {
            return Some(true);
        }
        self.beyond_tests(rule)
    }

    /// What a condition says beyond its tests.
    #[inline(never)]
    fn beyond_tests(&mut self, rule: &Rule) -> Option<bool> {
        match *self.graph.node(rule.when) {
            Node::And(children, block) => self.all_from(children, block.covered),
            _ => self.test(rule.when),
        }
    }

    /// All rows that hold, joined as the policy says.
    #[inline(never)]
    fn several(&mut self, chain: &'a Chain, top: bool) -> Option<Scalar> {
        let from = self.scratch.open.len();
        let mut total = chain.zero;
        let mut best: Option<(u32, u32, &'a Rule)> = None;
        let mut none = true;
        let mut next = 0;
        while let Some((number, rule)) = self.next(chain, next) {
            next = number.saturating_add(1);
            if !self.holds(chain.def, number, rule)? {
                continue;
            }
            none = false;
            if top {
                self.scratch.hits.push(number);
            }
            match chain.policy {
                HitPolicy::Count => {
                    // There are no more rows than 32 bits count.
                    if let Scalar::Int(count) = &mut total {
                        *count = count.saturating_add(1);
                    }
                }
                HitPolicy::Sum => {
                    let value = self.given(number, rule)?;
                    total = match ops::sum(total, value) {
                        Ok(total) => total,
                        Err(overflow) => return self.fail(rule.value, overflow.into()),
                    };
                }
                HitPolicy::Min | HitPolicy::Max => {
                    let value = self.given(number, rule)?;
                    total = self.better(chain.policy, total, value);
                }
                HitPolicy::Priority => {
                    let value = self.given(number, rule)?;
                    let rank = self.graph.rank(chain, value);
                    if best.is_none_or(|(known, ..)| rank < known) {
                        best = Some((rank, number, rule));
                        total = value;
                    }
                }
                _ => {
                    let value = self.given(number, rule)?;
                    self.scratch.open.push(value);
                }
            }
        }
        self.because = None;
        if none && chain.has_otherwise {
            let value = self.value(chain.otherwise)?;
            self.hit = Hit::Otherwise;
            self.because = chain.otherwise_because;
            return Some(value);
        }
        self.hit = if none { Hit::None } else { Hit::Rows };
        if let Some((_, number, rule)) = best {
            self.hit = Hit::Rule(number);
            self.because = rule.because;
        }
        Some(match chain.policy {
            HitPolicy::Collect => Scalar::List(self.scratch.close(from)),
            HitPolicy::OutputOrder => self.in_order(chain, from),
            HitPolicy::Sum => self.bounded(chain, total),
            _ => total,
        })
    }

    /// The reasons of all rules that hold, in order, behind the value.
    pub(super) fn reasons(&mut self, chain: &'a Chain) -> Option<()> {
        let rules = self.graph.rules(chain);
        let mut next = 0;
        while let Some(number) = self.scratch.hits.get(next).copied() {
            next += 1;
            if let Some(because) = rules.get(number as usize).and_then(|rule| rule.because) {
                let reason = self.value(because)?;
                if P::STEPS {
                    self.probe.reason(number, reason);
                }
                self.scratch.reasons.push(reason);
            }
        }
        Some(())
    }

    /// What a rule that holds gives.
    pub(super) fn given(&mut self, number: u32, rule: &Rule) -> Option<Scalar> {
        let value = self.value(rule.value)?;
        if P::STEPS {
            self.probe.gave(number, value);
        }
        Some(value)
    }

    /// The lesser or greater of two; anything is better than nothing.
    fn better(&self, policy: HitPolicy, best: Scalar, value: Scalar) -> Scalar {
        let operands = match value {
            Scalar::Text(_) => Operands::Text,
            _ => Operands::Any,
        };
        let order = self.order(operands, value, best);
        let wins = match policy {
            HitPolicy::Min => order.is_some_and(Ordering::is_lt),
            _ => order.is_some_and(Ordering::is_gt),
        };
        if best == Scalar::Missing || wins {
            value
        } else {
            best
        }
    }

    /// The values of rows, the most important first; of two alike, the first row's first.
    fn in_order(&mut self, chain: &Chain, from: usize) -> Scalar {
        let graph = self.graph;
        if let Some(values) = self.scratch.open.get_mut(from..) {
            values.sort_by_key(|value| graph.rank(chain, *value));
        }
        Scalar::List(self.scratch.close(from))
    }

    /// A sum within its bounds, an amount rounded.
    fn bounded(&self, chain: &Chain, total: Scalar) -> Scalar {
        let mut total = total;
        if let Some((low, high)) = chain.bounds {
            let pool = self.graph.pool();
            for (bound, beyond) in [(low, Ordering::Less), (high, Ordering::Greater)] {
                let bound = pool.scalar(bound);
                if ops::order(total, bound) == Some(beyond) {
                    total = bound;
                }
            }
        }
        match (total, chain.round) {
            (Scalar::Decimal(amount), Some(places)) => {
                Scalar::Decimal(round::to_places(amount, places))
            }
            _ => total,
        }
    }
}

/// What a chain of rules has chosen.
pub(super) struct Chosen {
    pub(super) hit: Hit,
    pub(super) value: NodeId,
    pub(super) because: Option<NodeId>,
}

/// What gives the value when no rule holds.
fn otherwise(chain: &Chain) -> Hit {
    if chain.has_otherwise {
        Hit::Otherwise
    } else {
        Hit::None
    }
}
