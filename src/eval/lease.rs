//! Until when an evaluation stands if nothing new happens.
//!
//! A [`Lease`] watches an evaluation, and hears of every place at which time matters until when what was found there is
//! the same: it is the earliest of these instants, never too late. A number that runs with the clock is known as such (by
//! how much it grows with each millisecond, and until when that holds), so that its comparison with another says when it
//! will turn; of a date, and of what counts on with it, it is known how long the next steps take at least (`moving`,
//! `running`). Whoever wants to know when the answer itself changes asks again at the end of each lease.

use super::moving::{Moving, side_by_side, turn};
use super::probe::Probe;
use super::told::Asking;
use super::walk::Walk;
use super::{Fault, Scalar};
use crate::graph::{Graph, List, Node, NodeId, Operands, Test, ops};
use crate::hir::{ArithOp, CompareOp, DefId, InputId, NEVER, RangeEnd};

/// The earliest instant at which something that was found may be otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// That instant.
    pub until: i64,
    /// The instant of the evaluation.
    pub now: i64,
}

impl Lease {
    /// Of an evaluation at an instant.
    #[must_use]
    pub fn new(now: i64) -> Lease {
        Lease {
            until: i64::MAX,
            now,
        }
    }
}

impl Probe for Lease {
    // Questions are asked one by one, and those behind the first that decides are not asked.
    const READS: bool = true;
    const STEPS: bool = false;
    const LEASES: bool = true;

    fn until(&mut self, instant: i64) {
        self.until = self.until.min(instant.max(self.now.saturating_add(1)));
    }

    fn read(&mut self, _: InputId, _: impl FnOnce() -> Scalar) {}
}

impl<P: Probe> Walk<'_, P> {
    /// Whether time matters to a node.
    #[inline(always)]
    pub(super) fn is_timed(&self, id: NodeId) -> bool {
        P::LEASES && self.graph.is_timed(id)
    }

    pub(super) fn now(&self) -> i64 {
        self.inputs.now()
    }

    /// A value to which time matters.
    pub(super) fn leased(&mut self, id: NodeId) -> Option<Scalar> {
        let moving = self.moving(id)?;
        let until = match moving.slope {
            0 => moving.plain().until,
            _ => self.now().saturating_add(1),
        };
        self.probe.until(until);
        Some(moving.value)
    }

    /// The value of a node, and how it moves.
    pub(super) fn moving(&mut self, id: NodeId) -> Option<Moving> {
        if !self.graph.is_timed(id) {
            return self.value(id).map(Moving::still);
        }
        let graph = self.graph;
        match *graph.node(id) {
            Node::Input { input, .. } => Some(Moving {
                slope: 1,
                ..Moving::still(self.inputs.scalar(input))
            }),
            Node::Ask(place) => self.asked(id, place),
            Node::Neg(a) => {
                let a = self.moving(a)?;
                let value = ops::neg(a.value).unwrap_or(Scalar::Missing);
                Some(a.negated(value))
            }
            Node::IntChain(list, operators) => self.running_sum(id, list, operators),
            Node::Def(def) => self.moving_definition(def),
            Node::If(list) => self.moving_choice(list),
            Node::Else(list) => self.moving_else(list),
            Node::Call(place, list) => self.called(id, place, list),
            _ => self.inside(id),
        }
    }

    /// A node whose parts say themselves until when they stand.
    fn inside(&mut self, id: NodeId) -> Option<Moving> {
        self.plain_value(id).map(Moving::still)
    }

    /// A question about events.
    fn asked(&mut self, id: NodeId, place: u32) -> Option<Moving> {
        let value = self.plain_value(id)?;
        let Some(teller) = self.inputs.teller() else {
            return Some(Moving::still(value));
        };
        let mut asking = Asking {
            graph: self.graph,
            inputs: self.inputs,
            scratch: self.scratch,
            node: id,
        };
        match teller.lease(&mut asking, place) {
            Ok(None) => Some(Moving {
                slope: 1,
                ..Moving::still(value)
            }),
            Ok(Some(until)) => Some(Moving::known(value, until)),
            Err(fault) => self.surfaced(fault),
        }
    }

    /// Whole numbers joined by operators.
    fn running_sum(&mut self, id: NodeId, list: List, operators: u32) -> Option<Moving> {
        let graph = self.graph;
        let mut operators = graph.operators(operators).iter();
        let mut all: Option<Moving> = None;
        for child in graph.list(list) {
            let child = self.moving(*child)?;
            let (Some(left), Some(op)) = (all, all.and_then(|_| operators.next())) else {
                all = Some(child);
                continue;
            };
            let (Some(a), Some(b)) = (left.int(), child.int()) else {
                return Some(Moving::still(Scalar::Missing));
            };
            let Some(value) = ops::int(*op, a, b) else {
                return self.fail(id, super::FaultKind::IntOverflow);
            };
            let value = Scalar::Int(value);
            let (plain, other) = (left.plain(), child.plain());
            let joined = match op {
                ArithOp::Add => left.joined(child, 1, value),
                ArithOp::Sub => left.joined(child, -1, value),
                _ if plain.moves() || other.moves() => {
                    Moving::known(value, self.now().saturating_add(1))
                }
                _ => Moving::known(value, plain.until.min(other.until)),
            };
            all = Some(joined.within((i64::MIN, i64::MAX), self.now()));
        }
        Some(all.unwrap_or(Moving::still(Scalar::Missing)))
    }

    /// A definition that is a number.
    fn moving_definition(&mut self, def: DefId) -> Option<Moving> {
        let key = (def, self.scratch.epoch());
        if let Some((value, slope, until)) = self.scratch.told.moving.get(&key).copied() {
            return Some(Moving {
                value,
                slope,
                steps: self.scratch.steps.get(&key).copied(),
                until,
            });
        }
        let moving = self.moving(self.graph.def(def).root)?;
        let known = (moving.value, moving.slope, moving.until);
        self.scratch.told.moving.insert(key, known);
        if let Some(steps) = moving.steps {
            self.scratch.steps.insert(key, steps);
        }
        Some(moving)
    }

    fn moving_choice(&mut self, list: List) -> Option<Moving> {
        let mut rest = self.graph.list(list);
        loop {
            match rest {
                [when, value, others @ ..] => {
                    if self.test(*when)? {
                        return self.moving(*value);
                    }
                    rest = others;
                }
                [last] => return self.moving(*last),
                [] => return Some(Moving::still(Scalar::Missing)),
            }
        }
    }

    fn moving_else(&mut self, list: List) -> Option<Moving> {
        let mut until = i64::MAX;
        for child in self.graph.list(list) {
            let moving = self.moving(*child)?;
            if moving.value != Scalar::Missing {
                let until = until.min(moving.until);
                return Some(Moving { until, ..moving });
            }
            until = until.min(moving.plain().until);
        }
        Some(Moving::known(Scalar::Missing, until))
    }

    /// A question to which time matters.
    pub(super) fn leased_question(&mut self, id: NodeId) -> Option<bool> {
        let graph = self.graph;
        match *graph.node(id) {
            Node::Compare(Operands::Int, op, a, b) => {
                let (a, b) = (self.moving(a)?, self.moving(b)?);
                Some(self.turns(op, a, b))
            }
            Node::InRange(Operands::Int, end, list) => {
                let [value, low, high] = *graph.list(list) else {
                    return self.question(id);
                };
                let (value, low) = (self.moving(value)?, self.moving(low)?);
                if !self.turns(CompareOp::Ge, value, low) {
                    return Some(false);
                }
                let high = self.moving(high)?;
                let op = match end {
                    RangeEnd::Inclusive => CompareOp::Le,
                    RangeEnd::Exclusive => CompareOp::Lt,
                };
                Some(self.turns(op, value, high))
            }
            _ => self.question(id),
        }
    }

    /// How two numbers compare, and when that will be otherwise.
    fn turns(&mut self, op: CompareOp, a: Moving, b: Moving) -> bool {
        let (a, b) = side_by_side(a, b);
        self.probe.until(a.until.min(b.until));
        let (Some(x), Some(y)) = (a.int(), b.int()) else {
            return false;
        };
        // What never comes to an end is longer than all that runs.
        if x != NEVER && y != NEVER {
            let until = turn(op, (a, x), (b, y), self.now());
            self.probe.until(until);
        }
        ops::holds(op, x.cmp(&y))
    }

    /// One fused test, and when it will be otherwise if it asks about the time.
    pub(super) fn turn_of_test(&mut self, test: &Test) {
        let Test::Range {
            place, low, span, ..
        } = *test
        else {
            return;
        };
        if Some(test.input()) != self.graph.now() {
            return;
        }
        let value = self.inputs.int(place);
        // Where the range begins, and behind where it ends.
        let ends = [low, low.wrapping_add_unsigned(span).wrapping_add(1)];
        let next = ends.into_iter().filter(|end| *end > value).min();
        self.probe.until(next.unwrap_or(i64::MAX));
    }
}

/// Evaluates one definition; gives until when what it gave stands at least.
///
/// # Errors
/// The first overflow.
pub(crate) fn lease(
    graph: &Graph,
    inputs: &super::Inputs,
    scratch: &mut super::Scratch,
    def: DefId,
) -> Result<(super::Outcome, i64), Fault> {
    let mut lease = Lease::new(inputs.now());
    let outcome = super::decide(graph, inputs, scratch, def, &mut lease)?;
    Ok((outcome, lease.until))
}
