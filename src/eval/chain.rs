//! Rules and rows: the first that holds, or all that hold.

use super::Hit;
use super::probe::Probe;
use super::walk::Walk;
use crate::graph::{Chain, Node, NodeId, Rule, Scalar};
use crate::hir::{DefId, HitPolicy};

impl<'a, P: Probe> Walk<'a, P> {
    /// The value of a chain; what gave it is left in `hit`. `top`: the rows of a `collect` table are asked for.
    #[inline(never)]
    pub(super) fn chain(&mut self, place: u32, top: bool) -> Option<Scalar> {
        let chain = self.graph.chain(place);
        if chain.policy == HitPolicy::Collect {
            return self.collect(chain, top);
        }
        let (hit, value) = self.choose(chain)?;
        let value = self.value(value)?;
        self.hit = hit;
        Some(value)
    }

    /// The first rule that holds, and the node of its value.
    #[inline]
    pub(super) fn choose(&mut self, chain: &'a Chain) -> Option<(Hit, NodeId)> {
        let mut next = 0;
        while let Some((number, rule)) = self.next(chain, next) {
            next = number.saturating_add(1);
            if self.holds(chain.def, number, rule)? {
                return Some((Hit::Rule(number), rule.value));
            }
        }
        Some((otherwise(chain), chain.otherwise))
    }

    /// The next rule, from a number on, that is worth a look: where nobody watches, all whose gate is shut
    /// are passed over at once.
    #[inline(always)]
    fn next(&mut self, chain: &Chain, from: u32) -> Option<(u32, &'a Rule)> {
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
    fn holds(&mut self, def: DefId, number: u32, rule: &Rule) -> Option<bool> {
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

    /// All rows that hold, as a list.
    #[inline(never)]
    fn collect(&mut self, chain: &Chain, top: bool) -> Option<Scalar> {
        let from = self.scratch.open.len();
        let mut next = 0;
        while let Some((number, rule)) = self.next(chain, next) {
            next = number.saturating_add(1);
            if self.holds(chain.def, number, rule)? {
                let value = self.value(rule.value)?;
                self.scratch.open.push(value);
                if top {
                    self.scratch.hits.push(number);
                }
            }
        }
        let none = self.scratch.open.len() == from;
        if none && chain.has_otherwise {
            let value = self.value(chain.otherwise)?;
            self.hit = Hit::Otherwise;
            return Some(value);
        }
        let items = self.scratch.close(from);
        self.hit = if none { Hit::None } else { Hit::Rows };
        Some(Scalar::List(items))
    }
}

/// What gives the value when no rule holds.
fn otherwise(chain: &Chain) -> Hit {
    if chain.has_otherwise {
        Hit::Otherwise
    } else {
        Hit::None
    }
}
