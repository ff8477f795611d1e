//! The built-in functions.

use super::super::{calendar, number};
use super::{Failure, Outcome, Overflow, Val, floored, never, pattern, places, show, whole};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use pervade::internals::hir::{Expr, Func, Program, Rounding, TextOp, Unit};
use std::cmp::Ordering;

/// A function of its operands.
pub(super) fn call(program: &Program, func: &Func, operands: Vec<Val>, at: &Expr) -> Outcome<Val> {
    let (money, all) = match func {
        Func::RoundMoney(places) => (Some(*places), None),
        Func::RoundAll(ty) => (None, Some(ty)),
        _ => (None, None),
    };
    if let Some(ty) = all {
        return Ok(show::rounded(program, ty, operands[0].clone()));
    }
    if let Some(places) = money {
        return Ok(match &operands[0] {
            Val::Missing => Val::Missing,
            Val::Decimal(d) => Val::Decimal(number::to_places(d, places)),
            other => panic!("{other:?} rounded as money"),
        });
    }
    let missing = operands.contains(&Val::Missing);
    assert!(!missing || *func == Func::Since, "{func:?} of {operands:?}");
    match func {
        Func::Join => Ok(Val::Text(operands.iter().map(text).collect())),
        Func::Show(ty) => Ok(Val::Text(show::show(program, ty, &operands[0]))),
        Func::Lower => Ok(Val::Text(text(&operands[0]).chars().map(lower).collect())),
        Func::Slot(bucketing) => Ok(count(super::slots::slot(bucketing, text(&operands[0])))),
        Func::Length => Ok(count(text(&operands[0]).chars().count())),
        Func::Count => match &operands[0] {
            Val::List(items) => Ok(count(items.len())),
            other => panic!("how many are {other:?}"),
        },
        Func::Text(op, ignoring) => Ok(Val::Bool(question(
            *op,
            *ignoring,
            &operands[0],
            &operands[1],
        ))),
        Func::Matches(id) => {
            let pattern = &program.patterns()[id.index()];
            Ok(Val::Bool(pattern::matches(pattern, text(&operands[0]))))
        }
        Func::Min => Ok(super::tables::extreme(operands, Ordering::Less)),
        Func::Max => Ok(super::tables::extreme(operands, Ordering::Greater)),
        Func::Abs => match &operands[0] {
            Val::Int(n) => whole(n.abs(), at),
            Val::Decimal(d) => Ok(Val::Decimal(d.abs())),
            other => panic!("abs of {other:?}"),
        },
        Func::Round(rounding) => rounded(*rounding, &operands[0], &operands[1], at),
        Func::Since if missing => Ok(never()),
        Func::Distance => Ok(Val::Int(places::distance(
            int(&operands[0]),
            int(&operands[1]),
        ))),
        Func::DateOf | Func::TimeOf => Ok(local(func, &operands)),
        _ => moments(func, &operands, at),
    }
}

fn text(value: &Val) -> &str {
    match value {
        Val::Text(text) => text,
        other => panic!("{other:?} is no text"),
    }
}

fn int(value: &Val) -> &BigInt {
    match value {
        Val::Int(n) => n,
        other => panic!("{other:?} is no whole number"),
    }
}

fn count(n: usize) -> Val {
    Val::Int(BigInt::from(n))
}

pub(super) fn lower(c: char) -> char {
    match c {
        'A'..='Z' => char::from_u32(u32::from(c) + 32).expect("a letter"),
        other => other,
    }
}

fn question(op: TextOp, ignoring: bool, a: &Val, b: &Val) -> bool {
    let letters = |value: &Val| -> Vec<char> {
        let letters = text(value).chars();
        letters
            .map(|c| if ignoring { lower(c) } else { c })
            .collect()
    };
    let (a, b) = (letters(a), letters(b));
    let last = a.len() as i64 - b.len() as i64;
    let stands = |at: i64| (0..b.len()).all(|i| a[at as usize + i] == b[i]);
    match op {
        TextOp::Equal => a == b,
        TextOp::NotEqual => a != b,
        TextOp::Contains => (0..=last).any(stands),
        TextOp::StartsWith => last >= 0 && stands(0),
        TextOp::EndsWith => last >= 0 && stands(last),
        TextOp::Matches | TextOp::ContainsMatch => panic!("patterns have a function of their own"),
    }
}

/// To the multiple of a step that the word says.
fn rounded(rounding: Rounding, value: &Val, step: &Val, at: &Expr) -> Outcome<Val> {
    let (Val::Decimal(value), Val::Decimal(step)) = (value, step) else {
        panic!("{value:?} to {step:?}");
    };
    let steps = value / step;
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let whole = match rounding {
        Rounding::Up => steps.ceil(),
        Rounding::Down => steps.floor(),
        Rounding::HalfUp => (steps + half).floor(),
        Rounding::HalfEven => {
            let below = steps.floor();
            let rest = &steps - &below;
            let odd = !(below.to_integer() % BigInt::from(2)).is_zero();
            match rest.cmp(&half) {
                Ordering::Less => below,
                Ordering::Equal if !odd => below,
                _ => below + BigRational::from(BigInt::from(1)),
            }
        }
    };
    number::exact(whole * step)
        .map(Val::Decimal)
        .ok_or(Failure {
            kind: Overflow::Decimal,
            span: at.span,
        })
}

fn local(func: &Func, operands: &[Val]) -> Val {
    let (Val::Int(instant), Val::Member(zone)) = (&operands[0], &operands[1]) else {
        panic!("{operands:?} is no instant and zone");
    };
    let instant = number::int(instant).expect("an instant");
    let (date, time) = calendar::local(*zone, instant);
    let value = match func {
        Func::DateOf => date,
        _ => time,
    };
    Val::Int(BigInt::from(value))
}

/// Functions of dates, times and durations, and of whole numbers.
fn moments(func: &Func, operands: &[Val], at: &Expr) -> Outcome<Val> {
    let beyond = Failure {
        kind: Overflow::Calendar,
        span: at.span,
    };
    let plain = |n: i64| Ok(Val::Int(BigInt::from(n)));
    let a = int(&operands[0]);
    let date = || a.to_i64().expect("a date");
    let exact = |n: BigInt| whole(n, at);
    let instant = |n: BigInt| match n.to_i64() {
        Some(ms) if calendar::is_instant(ms) => Ok(Val::Int(n)),
        _ => Err(beyond.clone()),
    };
    match func {
        Func::Year => return plain(calendar::parts(date()).0),
        Func::Month => return plain(calendar::parts(date()).1),
        Func::Day => return plain(calendar::parts(date()).2),
        Func::Weekday => return Ok(Val::Member(calendar::weekday(date()))),
        Func::Hour => return plain(date() / 3_600_000),
        Func::Minute => return plain(date() % 3_600_000 / 60_000),
        Func::Second => return plain(date() % 60_000 / 1_000),
        Func::Whole(unit) => return Ok(Val::Int(a / BigInt::from(milliseconds(*unit)))),
        _ => {}
    }
    let b = int(&operands[1]);
    let other = || b.to_i64().expect("64 bits");
    match func {
        Func::TryIntDiv | Func::TryMod if b.is_zero() => Ok(Val::Missing),
        Func::TryIntDiv => exact(floored(a, b)),
        Func::TryMod => exact(a - floored(a, b) * b),
        Func::Since | Func::TimeBetween => exact(a - b),
        Func::AddTime => instant(a + b),
        Func::SubTime => instant(a - b),
        Func::AddDays => match (a + b).to_i64() {
            Some(days) if calendar::is_date(days) => plain(days),
            _ => Err(beyond),
        },
        Func::AddMonths => match calendar::add_months(date(), other()) {
            Some(days) => plain(days),
            None => Err(beyond),
        },
        Func::YearsBetween => plain(calendar::months_between(date(), other(), 12)),
        Func::MonthsBetween => plain(calendar::months_between(date(), other(), 1)),
        Func::WeeksBetween => exact((b - a) / 7),
        Func::DaysBetween => exact(b - a),
        other => panic!("{other:?} of {operands:?}"),
    }
}

fn milliseconds(unit: Unit) -> i64 {
    match unit {
        Unit::Millisecond => 1,
        Unit::Second => 1000,
        Unit::Minute => 60 * 1000,
        Unit::Hour => 60 * 60 * 1000,
        Unit::Day => calendar::DAY,
        Unit::Week => 7 * calendar::DAY,
        Unit::Month | Unit::Year | Unit::Metre | Unit::Kilometre => {
            panic!("{unit:?} of a duration")
        }
    }
}
