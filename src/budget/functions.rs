//! What is known of what built-in functions give, and which of them may overflow.

use super::known::Known;
use super::ranges::narrowed;
use super::real::Real;
use crate::graph::Scalar;
use crate::hir::{Func, NEVER, Unit};
use crate::value::calendar;

/// A local date: a zone may lie before or behind the calendar's ends.
const DATES: (i64, i64) = (calendar::FIRST_DAY - 1, calendar::LAST_DAY + 1);
/// More than half of the way around the earth, in metres.
const FARTHEST: i64 = 30_000_000;
/// More months than the calendar has.
const MONTHS: i64 = 121_000;

/// What a function gives for such operands. `step`: the second of them, where it is written; `length`: how many items
/// the first may have.
pub(super) fn known(
    func: &Func,
    operands: &[&Known],
    step: Option<Scalar>,
    length: u64,
) -> (Known, bool) {
    if operands.contains(&&Known::Nothing) && *func != Func::Since {
        return (Known::Nothing, false);
    }
    match (func, operands) {
        (Func::Count, _) => (
            Known::Whole(0, i64::try_from(length).unwrap_or(i64::MAX)),
            false,
        ),
        // No text fills more of the memory than a program can address.
        (Func::Length, _) => (Known::Whole(0, 1 << 47), false),
        (Func::Slot(bucketing), _) => {
            let most = i64::from(bucketing.slots()) - 1;
            (Known::Whole(0, most), false)
        }
        (Func::Min | Func::Max, [first, rest @ ..]) => {
            let least = *func == Func::Min;
            let one = Known::clone(first);
            let known = rest
                .iter()
                .fold(one, |best, next| extreme(&best, next, least));
            (known, false)
        }
        (Func::RoundAll(_), [value]) => (value.rounded(), false),
        (_, [one]) => of_one(func, one),
        (Func::Round(_), [value, by]) => {
            let (value, by) = (value.real(), by.real());
            let exact = match step {
                Some(Scalar::Decimal(step)) => Some(step),
                _ => None,
            };
            let (rounded, over) = value
                .unwrap_or(Real::ALL)
                .to_step(by.unwrap_or(Real::ALL), exact);
            (Known::Real(rounded), over)
        }
        (Func::Since, [now, then]) => {
            let (now, then) = (now.whole(), then.whole());
            let (Some(now), Some(then)) = (now, then) else {
                return (Known::Whole(NEVER, NEVER), false);
            };
            let ((low, _), over) = minus(now, then);
            (Known::Whole(low, NEVER), over)
        }
        (_, [a, b]) => {
            let all = (i64::MIN, i64::MAX);
            of_two(func, a.whole().unwrap_or(all), b.whole().unwrap_or(all))
        }
        _ => (Known::Anything, false),
    }
}

fn of_one(func: &Func, operand: &Known) -> (Known, bool) {
    let between = |low, high| (Known::Whole(low, high), false);
    match (func, operand) {
        (Func::Abs, Known::Real(real)) => (Known::Real(real.abs()), false),
        (Func::Abs, Known::Whole(low, high)) => {
            let nearest = if *low > 0 {
                *low
            } else if *high < 0 {
                high.saturating_neg()
            } else {
                0
            };
            let farthest = low.saturating_abs().max(high.saturating_abs());
            (Known::Whole(nearest, farthest), *low == i64::MIN)
        }
        (Func::Abs, _) => (Known::Anything, true),
        (Func::RoundMoney(places), value) => {
            let real = value.real().unwrap_or(Real::ALL);
            (Known::Real(real.to_places(*places)), false)
        }
        (Func::Whole(unit), value) => {
            let (low, high) = value.whole().unwrap_or((i64::MIN, i64::MAX));
            let unit = milliseconds(*unit);
            between(low / unit, high / unit)
        }
        (Func::Year, _) => between(-1, 10_001),
        (Func::Month, _) => between(1, 12),
        (Func::Day, _) => between(1, 31),
        (Func::Hour, value) => {
            let (low, high) = value.whole().unwrap_or((i64::MIN, i64::MAX));
            between(low / 3_600_000, high / 3_600_000)
        }
        (Func::Minute | Func::Second, _) => between(-59, 59),
        _ => (Known::Anything, false),
    }
}

fn of_two(func: &Func, a: (i64, i64), b: (i64, i64)) -> (Known, bool) {
    let known = |((low, high), over)| (Known::Whole(low, high), over);
    let calendar = |((low, high), over): ((i64, i64), bool), (first, last): (i64, i64)| {
        let beyond = over || low < first || high > last;
        let known = Known::Whole(low.clamp(first, last), high.clamp(first, last));
        (known, beyond)
    };
    let instants = (calendar::FIRST_INSTANT, calendar::LAST_INSTANT);
    let dates = (calendar::FIRST_DAY, calendar::LAST_DAY);
    match func {
        Func::TryIntDiv => floor_div(a, b).map_or((Known::Nothing, false), known),
        Func::TryMod => floor_mod(b).map_or((Known::Nothing, false), |ends| known((ends, false))),
        Func::DateOf => known((DATES, false)),
        Func::TimeOf => known(((0, calendar::DAY - 1), false)),
        Func::AddTime => calendar(plus(a, b), instants),
        Func::SubTime => calendar(minus(a, b), instants),
        Func::TimeBetween => known(minus(a, b)),
        Func::AddDays => calendar(plus(a, b), dates),
        Func::AddMonths => add_months(a, b),
        Func::MonthsBetween => known(((-MONTHS, MONTHS), false)),
        Func::YearsBetween => known(((-MONTHS / 12, MONTHS / 12), false)),
        Func::DaysBetween => known(minus(b, a)),
        Func::WeeksBetween => {
            let ((low, high), over) = minus(b, a);
            known(((low / 7, high / 7), over))
        }
        Func::Distance => known(((0, FARTHEST), false)),
        _ => (Known::Anything, false),
    }
}

/// The least (or greatest) of two.
fn extreme(a: &Known, b: &Known, least: bool) -> Known {
    match (a, b) {
        (Known::Whole(low, high), Known::Whole(other_low, other_high)) if least => {
            Known::Whole(*low.min(other_low), *high.min(other_high))
        }
        (Known::Whole(low, high), Known::Whole(other_low, other_high)) => {
            Known::Whole(*low.max(other_low), *high.max(other_high))
        }
        (Known::Real(a), Known::Real(b)) => {
            let pick = if least { f64::min } else { f64::max };
            Known::Real(Real {
                low: pick(a.low, b.low),
                high: pick(a.high, b.high),
                places: a.places.max(b.places),
            })
        }
        _ => a.join(b),
    }
}

fn plus(a: (i64, i64), b: (i64, i64)) -> ((i64, i64), bool) {
    narrowed(
        i128::from(a.0) + i128::from(b.0),
        i128::from(a.1) + i128::from(b.1),
    )
}

fn minus(a: (i64, i64), b: (i64, i64)) -> ((i64, i64), bool) {
    narrowed(
        i128::from(a.0) - i128::from(b.1),
        i128::from(a.1) - i128::from(b.0),
    )
}

/// Later dates stay later, and more months are later.
fn add_months(dates: (i64, i64), months: (i64, i64)) -> (Known, bool) {
    let low = calendar::add_months(dates.0, months.0);
    let high = calendar::add_months(dates.1, months.1);
    let known = Known::Whole(
        low.unwrap_or(calendar::FIRST_DAY),
        high.unwrap_or(calendar::LAST_DAY),
    );
    (known, low.is_none() || high.is_none())
}

/// A quotient rounded down by what is not zero; none by what is nothing else.
pub(super) fn floor_div(a: (i64, i64), b: (i64, i64)) -> Option<((i64, i64), bool)> {
    let mut divisors = Vec::with_capacity(4);
    if b.1 > 0 {
        divisors.extend([b.0.max(1), b.1]);
    }
    if b.0 < 0 {
        divisors.extend([b.0, b.1.min(-1)]);
    }
    let mut corners = Vec::with_capacity(8);
    for divisor in divisors {
        for dividend in [a.0, a.1] {
            let (dividend, divisor) = (i128::from(dividend), i128::from(divisor));
            let below = i128::from(dividend.rem_euclid(divisor) != 0 && divisor < 0);
            // Euclid's quotient is rounded down for divisors above zero, and up for those below.
            corners.push(dividend.div_euclid(divisor) - below);
        }
    }
    let low = *corners.iter().min()?;
    let high = *corners.iter().max()?;
    Some(narrowed(low, high))
}

/// What is left over; it has the sign of the divisor. None where that is nothing but zero.
pub(super) fn floor_mod(b: (i64, i64)) -> Option<(i64, i64)> {
    if b == (0, 0) {
        return None;
    }
    let low = b.0.saturating_add(1).min(0);
    let high = b.1.saturating_sub(1).max(0);
    Some((low, high))
}

/// The length of a unit of time.
fn milliseconds(unit: Unit) -> i64 {
    match unit {
        Unit::Second => 1_000,
        Unit::Minute => 60_000,
        Unit::Hour => 3_600_000,
        Unit::Day => 86_400_000,
        Unit::Week => 604_800_000,
        // Months and years have none; distances are no durations.
        Unit::Millisecond | Unit::Month | Unit::Year | Unit::Metre | Unit::Kilometre => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::round;

    #[test]
    fn quotients_and_rests_lie_between_their_ends() {
        let ranges = [(-7, -2), (-3, 4), (0, 9), (1, 1), (-1, 0), (-9, 11), (5, 8)];
        for a in ranges {
            for b in ranges {
                let (quotients, rests) = (floor_div(a, b), floor_mod(b));
                for x in a.0..=a.1 {
                    for y in (b.0..=b.1).filter(|y| *y != 0) {
                        let (quotient, over) = quotients.unwrap();
                        let value = round::floor_div(x, y).unwrap();
                        assert!((quotient.0..=quotient.1).contains(&value) && !over);
                        let rest = rests.unwrap();
                        let value = round::floor_mod(x, y).unwrap();
                        assert!((rest.0..=rest.1).contains(&value), "{x} mod {y}: {rest:?}");
                    }
                }
            }
        }
        assert!(floor_div((i64::MIN, 0), (-1, 1)).unwrap().1);
        assert!(floor_div((0, 1), (0, 0)).is_none());
    }

    #[test]
    fn dates_leave_the_calendar_by_months() {
        let dates = (calendar::FIRST_DAY, calendar::LAST_DAY);
        assert!(!add_months((0, 20_000), (-12, 12)).1);
        assert!(add_months(dates, (0, 1)).1);
        assert!(!add_months(dates, (0, 0)).1);
        assert!(add_months((0, 0), (i64::MIN, i64::MAX)).1);
    }
}
