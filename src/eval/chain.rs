//! Rules and rows: the first that holds, or all that hold.

use super::probe::Probe;
use super::walk::Walk;
use super::{Fault, Hit};
use crate::graph::{Chain, Node, Rule, Scalar};
use crate::hir::{DefId, HitPolicy};

impl<P: Probe> Walk<'_, P> {
    /// The value of a chain. `top`: the caller wants the rows of a `collect` table.
    #[inline(never)]
    pub(super) fn chain(&mut self, place: u32, top: bool) -> Result<(Hit, Scalar), Fault> {
        let graph = self.graph;
        let chain = graph.chain(place);
        if chain.policy == HitPolicy::Collect {
            return self.collect(chain, top);
        }
        for (number, rule) in (0_u32..).zip(graph.rules(chain)) {
            if self.holds(chain.def, number, rule)? {
                return Ok((Hit::Rule(number), self.value(rule.value)?));
            }
        }
        self.otherwise(chain, Scalar::Missing)
    }

    #[inline(never)]
    fn otherwise(&mut self, chain: &Chain, none: Scalar) -> Result<(Hit, Scalar), Fault> {
        match chain.otherwise {
            Some(value) => Ok((Hit::Otherwise, self.value(value)?)),
            None => Ok((Hit::None, none)),
        }
    }

    /// Whether a rule's condition holds.
    #[inline(always)]
    fn holds(&mut self, def: DefId, number: u32, rule: &Rule) -> Result<bool, Fault> {
        if P::STEPS {
            self.probe.try_rule(def, number);
            let held = self.test(rule.when)?;
            self.probe.rule(def, number, held);
            return Ok(held);
        }
        if !self.opens(rule.tests, &rule.gate) {
            return Ok(false);
        }
        if rule.complete {
            return Ok(true);
        }
        self.beyond_tests(rule)
    }

    /// What a condition says beyond its tests.
    #[inline(never)]
    fn beyond_tests(&mut self, rule: &Rule) -> Result<bool, Fault> {
        match *self.graph.node(rule.when) {
            Node::And(children, block) => self.all_from(children, block.covered),
            _ => self.test(rule.when),
        }
    }

    /// All rows that hold, as a list.
    #[inline(never)]
    fn collect(&mut self, chain: &Chain, top: bool) -> Result<(Hit, Scalar), Fault> {
        let from = self.scratch.open.len();
        for (number, rule) in (0_u32..).zip(self.graph.rules(chain)) {
            if self.holds(chain.def, number, rule)? {
                let value = self.value(rule.value)?;
                self.scratch.open.push(value);
                if top {
                    self.scratch.hits.push(number);
                }
            }
        }
        let none = self.scratch.open.len() == from;
        if none && chain.otherwise.is_some() {
            return self.otherwise(chain, Scalar::Missing);
        }
        let items = self.scratch.close(from);
        let hit = if none { Hit::None } else { Hit::Rows };
        Ok((hit, Scalar::List(items)))
    }
}
