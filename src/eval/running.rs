//! Functions of what moves: how what they give moves itself, where that is known.

use super::Scalar;
use super::moving::{Moving, Pace, Steps};
use super::probe::Probe;
use super::walk::Walk;
use crate::graph::{List, NodeId};
use crate::hir::{Func, NEVER, Unit};
use crate::value::{calendar, zone};

const HOUR: i64 = 3_600_000;
/// The calendar's ends: what lies beyond overflows.
const DATES: (i64, i64) = (calendar::FIRST_DAY, calendar::LAST_DAY);
const INSTANTS: (i64, i64) = (calendar::FIRST_INSTANT, calendar::LAST_INSTANT);

impl<P: Probe> Walk<'_, P> {
    /// A function of what moves.
    pub(super) fn called(&mut self, id: NodeId, place: u32, list: List) -> Option<Moving> {
        let graph = self.graph;
        let mut operands = Vec::new();
        for child in graph.list(list) {
            operands.push(self.moving(*child)?);
        }
        let from = self.scratch.open.len();
        let values = operands.iter().map(|o| o.value);
        self.scratch.open.extend(values);
        let value = self.call_opened(id, place, from)?;
        let now = self.now();
        let func = graph.function(place).map(|function| &function.func);
        if let Some(moving) = func.and_then(|func| stepping(func, &operands, value, now)) {
            return Some(moving);
        }
        let operands: Vec<Moving> = operands.into_iter().map(Moving::plain).collect();
        if let Some(moving) = func.and_then(|func| running(func, &operands, value, now)) {
            return Some(moving);
        }
        let moves = operands.iter().any(|o| o.slope != 0);
        let until = operands.iter().map(|o| o.until).min().unwrap_or(i64::MAX);
        Some(match moves {
            true => Moving::known(value, now.saturating_add(1)),
            false => Moving::known(value, until),
        })
    }
}

/// What goes on by steps, where a function gives that.
fn stepping(func: &Func, operands: &[Moving], value: Scalar, now: i64) -> Option<Moving> {
    let (a, b) = match operands {
        [a] => (*a, Moving::still(Scalar::Missing)),
        [a, b] => (*a, *b),
        _ => return None,
    };
    let steps = match func {
        Func::DateOf if a.slope == 1 => dates(a.int()?, zone_of(b), now),
        Func::Whole(unit) if a.slope.abs() == 1 => whole(a.int()?, a.slope, *unit, now),
        Func::AddDays if !b.moves() => a.steps?,
        Func::Year => a.steps?.counting(LEAST_YEAR, 1)?,
        Func::YearsBetween => between(a, b, LEAST_YEAR)?,
        Func::MonthsBetween => between(a, b, LEAST_MONTH)?,
        Func::WeeksBetween => between(a, b, 7)?,
        Func::DaysBetween => between(a, b, 1)?,
        _ => return None,
    };
    let moving = Moving {
        steps: Some(steps),
        ..Moving::known(value, a.until.min(b.until))
    };
    Some(match func {
        Func::AddDays => moving.within(DATES, now),
        _ => moving,
    })
}

/// From one anniversary to the next, wherever months end, it takes at least so many days.
const LEAST_YEAR: i64 = 364;
const LEAST_MONTH: i64 = 27;

/// What lies between two dates, of which one goes on.
fn between(a: Moving, b: Moving, days: i64) -> Option<Steps> {
    match (a.steps, b.steps) {
        (Some(steps), None) => steps.counting(days, -1),
        (None, Some(steps)) => steps.counting(days, 1),
        _ => None,
    }
}

/// The date of a running instant.
fn dates(at: i64, zone: u32, now: i64) -> Steps {
    let (day, _) = zone::local(zone, at);
    let change = zone::next_change(zone, at, at.saturating_add(calendar::DAY));
    Steps {
        sign: 1,
        next: now.saturating_add(end_of_day(at, zone)),
        settled: change.is_none_or(|change| zone::local(zone, change).0 >= day),
        pace: Pace::Days {
            each: 1,
            day,
            zone,
            ahead: at.saturating_sub(now),
        },
    }
}

/// The whole units of a running length.
fn whole(length: i64, slope: i64, unit: Unit, now: i64) -> Steps {
    let unit = length_of(unit);
    // One that shrinks is the opposite of one that grows.
    let grows = length.saturating_mul(slope);
    Steps {
        sign: slope,
        next: now.saturating_add(until_whole(grows, unit)),
        settled: true,
        pace: Pace::Even(unit),
    }
}

/// What runs, where a function gives that, or stays the same for a while.
fn running(func: &Func, operands: &[Moving], value: Scalar, now: i64) -> Option<Moving> {
    let [a, rest @ ..] = operands else {
        return None;
    };
    let b = rest.first().copied();
    let b = b.unwrap_or(Moving::still(Scalar::Missing));
    let until = a.until.min(b.until);
    let before = |end: i64| until.min(now.saturating_add(end));
    Some(match func {
        Func::Since if value == Scalar::Int(NEVER) => Moving::known(value, until),
        Func::Since | Func::TimeBetween => a.joined(b, -1, value),
        Func::SubTime => a.joined(b, -1, value).within(INSTANTS, now),
        Func::AddTime => a.joined(b, 1, value).within(INSTANTS, now),
        Func::TimeOf if a.slope == 1 => Moving {
            slope: 1,
            ..Moving::known(value, before(end_of_day(a.int()?, zone_of(b))))
        },
        Func::Hour | Func::Minute | Func::Second if a.slope == 1 => {
            let unit = match func {
                Func::Hour => HOUR,
                Func::Minute => 60_000,
                _ => 1_000,
            };
            Moving::known(value, before(unit - a.int()?.rem_euclid(unit)))
        }
        _ => return None,
    })
}

fn zone_of(operand: Moving) -> u32 {
    match operand.value {
        Scalar::Member(zone) => zone,
        _ => 0,
    }
}

/// In how many milliseconds the date of a running instant changes at the earliest, and its time of day stops running
/// evenly: at midnight, or where clocks change before.
fn end_of_day(at: i64, zone: u32) -> i64 {
    let (day, time) = zone::local(zone, at);
    if zone::start_of_day(zone, day + 1).is_none() {
        return i64::MAX;
    }
    let left = calendar::DAY - time;
    let change = zone::next_change(zone, at, at.saturating_add(left));
    change.map_or(left, |change| change - at)
}

fn length_of(unit: Unit) -> i64 {
    match unit {
        Unit::Second => 1_000,
        Unit::Minute => 60_000,
        Unit::Hour => HOUR,
        Unit::Day => calendar::DAY,
        Unit::Week => 7 * calendar::DAY,
        _ => 1,
    }
}

/// In how many milliseconds a length of time that grows is a whole number of units more, at the earliest.
fn until_whole(length: i64, unit: i64) -> i64 {
    let over = length.rem_euclid(unit);
    match length {
        0.. => unit - over,
        // Towards zero: it changes just behind a multiple.
        _ if over == 0 => 1,
        _ => unit - over + 1,
    }
}
