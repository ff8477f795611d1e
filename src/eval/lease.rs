//! Until when an evaluation stands if nothing new happens.
//!
//! A [`Lease`] watches an evaluation, and hears of every place at which time matters until when what was found there is
//! the same: it is the earliest of these instants, never too late. A number that runs with the clock is known as such (by
//! how much it grows with each millisecond, and until when that holds), so that its comparison with another says when it
//! will turn. Whoever wants to know when the answer itself changes asks again at the end of each lease.

use super::probe::Probe;
use super::told::Asking;
use super::walk::Walk;
use super::{Fault, Scalar};
use crate::graph::{Graph, List, Node, NodeId, Operands, Test, ops};
use crate::hir::{ArithOp, CompareOp, DefId, Func, InputId, NEVER, RangeEnd, Unit};
use crate::value::{calendar, zone};

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

/// A value, by how much it grows with each millisecond, and until when it is so.
#[derive(Clone, Copy, Debug)]
struct Moving {
    value: Scalar,
    slope: i64,
    until: i64,
}

impl Moving {
    fn still(value: Scalar) -> Moving {
        Moving {
            value,
            slope: 0,
            until: i64::MAX,
        }
    }

    fn int(self) -> Option<i64> {
        match self.value {
            Scalar::Int(value) => Some(value),
            _ => None,
        }
    }
}

const HOUR: i64 = 3_600_000;
const QUARTER: i64 = 900_000;

impl<P: Probe> Walk<'_, P> {
    /// Whether time matters to a node.
    #[inline(always)]
    pub(super) fn is_timed(&self, id: NodeId) -> bool {
        P::LEASES && self.graph.is_timed(id)
    }

    fn now(&self) -> i64 {
        self.inputs.now()
    }

    /// A value to which time matters.
    pub(super) fn leased(&mut self, id: NodeId) -> Option<Scalar> {
        let moving = self.moving(id)?;
        let until = match moving.slope {
            0 => moving.until,
            _ => self.now().saturating_add(1),
        };
        self.probe.until(until);
        Some(moving.value)
    }

    /// The value of a node, and how it moves.
    fn moving(&mut self, id: NodeId) -> Option<Moving> {
        if !self.graph.is_timed(id) {
            return self.value(id).map(Moving::still);
        }
        let graph = self.graph;
        match *graph.node(id) {
            Node::Input { input, .. } => Some(Moving {
                value: self.inputs.scalar(input),
                slope: 1,
                until: i64::MAX,
            }),
            Node::Ask(place) => self.asked(id, place),
            Node::Neg(a) => {
                let a = self.moving(a)?;
                let value = ops::neg(a.value).unwrap_or(Scalar::Missing);
                Some(Moving {
                    value,
                    slope: -a.slope,
                    until: a.until,
                })
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
                value,
                slope: 1,
                until: i64::MAX,
            }),
            Ok(Some(until)) => Some(Moving {
                value,
                slope: 0,
                until,
            }),
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
            let moves = left.slope != 0 || child.slope != 0;
            let until = left.until.min(child.until);
            let (slope, until) = match op {
                ArithOp::Add => (left.slope + child.slope, until),
                ArithOp::Sub => (left.slope - child.slope, until),
                _ if moves => (0, self.now().saturating_add(1)),
                _ => (0, until),
            };
            all = Some(Moving {
                value: Scalar::Int(value),
                slope,
                until,
            });
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
                until,
            });
        }
        let moving = self.moving(self.graph.def(def).root)?;
        let known = (moving.value, moving.slope, moving.until);
        self.scratch.told.moving.insert(key, known);
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
            until = until.min(moving.until);
            if moving.value != Scalar::Missing {
                return Some(Moving { until, ..moving });
            }
        }
        Some(Moving {
            until,
            ..Moving::still(Scalar::Missing)
        })
    }

    /// A function of what moves.
    fn called(&mut self, id: NodeId, place: u32, list: List) -> Option<Moving> {
        let graph = self.graph;
        let mut operands = Vec::new();
        for child in graph.list(list) {
            operands.push(self.moving(*child)?);
        }
        let from = self.scratch.open.len();
        let values = operands.iter().map(|o| o.value);
        self.scratch.open.extend(values);
        let value = self.call_opened(id, place, from)?;
        let until = operands.iter().map(|o| o.until).min().unwrap_or(i64::MAX);
        let now = self.now();
        let func = graph.function(place).map(|function| &function.func);
        let first = operands.first().copied();
        let slope = |sign: i64| match operands.as_slice() {
            [a, b] => a.slope + sign * b.slope,
            _ => 0,
        };
        let moves = operands.iter().any(|o| o.slope != 0);
        let moving = match (func, first) {
            (Some(Func::Since), _) if value == Scalar::Int(NEVER) => Moving {
                value,
                slope: 0,
                until,
            },
            (Some(Func::Since | Func::TimeBetween | Func::SubTime), _) => Moving {
                value,
                slope: slope(-1),
                until,
            },
            (Some(Func::AddTime), _) => Moving {
                value,
                slope: slope(1),
                until,
            },
            (Some(Func::DateOf), Some(instant)) if instant.slope == 1 => {
                let end = end_of_day(instant.int(), zone_of(operands.get(1)));
                Moving {
                    value,
                    slope: 0,
                    until: until.min(now.saturating_add(end)),
                }
            }
            (Some(Func::TimeOf), Some(instant)) if instant.slope == 1 => {
                let end = end_of_day(instant.int(), zone_of(operands.get(1)));
                Moving {
                    value,
                    slope: 1,
                    until: until.min(now.saturating_add(end)),
                }
            }
            (Some(func @ (Func::Hour | Func::Minute | Func::Second)), Some(time))
                if time.slope == 1 =>
            {
                let unit = match func {
                    Func::Hour => HOUR,
                    Func::Minute => 60_000,
                    _ => 1_000,
                };
                let end = unit - time.int().unwrap_or(0).rem_euclid(unit);
                Moving {
                    value,
                    slope: 0,
                    until: until.min(now.saturating_add(end)),
                }
            }
            (Some(Func::Whole(unit)), Some(length)) if length.slope == 1 => {
                let end = until_whole(length.int(), *unit);
                Moving {
                    value,
                    slope: 0,
                    until: until.min(now.saturating_add(end)),
                }
            }
            _ => Moving {
                value,
                slope: 0,
                until: if moves { now.saturating_add(1) } else { until },
            },
        };
        Some(moving)
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
        let now = self.now();
        let holds = |a: i64, b: i64| ops::holds(op, a.cmp(&b));
        self.probe.until(a.until.min(b.until));
        let (Some(x), Some(y)) = (a.int(), b.int()) else {
            return false;
        };
        let slope = a.slope - b.slope;
        if slope != 0 {
            // What never comes to an end is longer than all that runs.
            let until = match (x.checked_sub(y), slope) {
                _ if x == NEVER || y == NEVER => i64::MAX,
                (Some(difference), 1) => now.saturating_add(next_turn(op, difference)),
                (Some(difference), -1) => {
                    let mirrored = ops::mirrored(op);
                    now.saturating_add(next_turn(mirrored, difference.saturating_neg()))
                }
                _ => now.saturating_add(1),
            };
            self.probe.until(until);
        }
        holds(x, y)
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

/// In how many milliseconds a comparison with zero turns, of a difference that grows by one in each.
fn next_turn(op: CompareOp, difference: i64) -> i64 {
    let turns: &[i64] = match op {
        CompareOp::Lt | CompareOp::Ge => &[0],
        CompareOp::Le | CompareOp::Gt => &[1],
        CompareOp::Eq | CompareOp::Ne => &[0, 1],
    };
    let ahead = turns.iter().filter(|turn| **turn > difference);
    let next = ahead.map(|turn| turn.saturating_sub(difference)).min();
    next.unwrap_or(i64::MAX)
}

fn zone_of(operand: Option<&Moving>) -> u32 {
    match operand.map(|o| o.value) {
        Some(Scalar::Member(zone)) => zone,
        _ => 0,
    }
}

/// In how many milliseconds the date of a running instant changes at the earliest, and its time of day stops running
/// evenly.
fn end_of_day(instant: Option<i64>, zone: u32) -> i64 {
    let Some(instant) = instant else {
        return i64::MAX;
    };
    let (day, _) = zone::local(zone, instant);
    let Some(next) = zone::start_of_day(zone, day + 1) else {
        return i64::MAX;
    };
    if next > instant && has_even_day(zone, instant, next) {
        return next - instant;
    }
    quarter(instant)
}

/// Whether clocks run evenly from an instant to the beginning of the next day.
fn has_even_day(zone: u32, instant: i64, next: i64) -> bool {
    let (_, time) = zone::local(zone, instant);
    next - instant == calendar::DAY - time
}

/// Clocks change at quarters of an hour.
fn quarter(instant: i64) -> i64 {
    QUARTER - instant.rem_euclid(QUARTER)
}

/// In how many milliseconds a length of time that grows is a whole number of units more.
fn until_whole(length: Option<i64>, unit: Unit) -> i64 {
    let unit = match unit {
        Unit::Millisecond => 1,
        Unit::Second => 1_000,
        Unit::Minute => 60_000,
        Unit::Hour => HOUR,
        Unit::Day => calendar::DAY,
        Unit::Week => 7 * calendar::DAY,
        _ => 1,
    };
    match length {
        Some(length) if length >= 0 => unit - length % unit,
        // Towards zero: it changes just behind a multiple.
        Some(length) if length.rem_euclid(unit) == 0 => 1,
        Some(length) => unit - length.rem_euclid(unit) + 1,
        None => i64::MAX,
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
