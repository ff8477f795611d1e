//! Built-in functions on scalars: the one place where folding of constants and evaluation get their answers.
//!
//! In: a [`Func`] of the typed program with what was prepared for it, its operands. Out: an [`Answer`], or which
//! overflow. Texts are written into a buffer of the caller's; nothing else is allocated.

use super::ops::{self, Overflow};
use super::scalar::{Scalar, TextRef};
use super::show::Show;
use crate::hir::{self, NEVER, Program, TextOp, Ty, Unit};
use crate::value::pattern::Pattern;
use crate::value::{calendar, currency, decimal, geo, round, zone};
use rust_decimal::Decimal;

/// A function, ready to be called.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) func: hir::Func,
    ready: Ready,
}

/// What is prepared once.
#[derive(Debug)]
enum Ready {
    Nothing,
    Pattern(Box<Pattern>),
    Show(Show),
    /// Where amounts lie within a value.
    Amounts(Box<Amounts>),
}

/// Where amounts of money lie within values of a type, and to how many places they are rounded.
#[derive(Debug)]
pub(crate) enum Amounts {
    /// Nowhere.
    None,
    /// It is one.
    Here(u32),
    /// In the items of a list.
    Items(Box<Amounts>),
    /// In the fields of a record.
    Fields(Vec<Amounts>),
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Answer {
    /// A value.
    Scalar(Scalar),
    /// The text that was appended to the buffer.
    Text,
}

impl Function {
    /// Prepares a function. (A pattern was checked when the rules were typed; one that can't be used never matches.)
    pub(crate) fn new(program: &Program, func: &hir::Func) -> Function {
        let ready = match func {
            hir::Func::Matches(id) => {
                let pattern = program.patterns().get(id.index());
                let made = pattern.map(|p| Pattern::new(&p.text, p.full, p.ignoring_case));
                match made {
                    Some(Ok(pattern)) => Ready::Pattern(Box::new(pattern)),
                    _ => Ready::Nothing,
                }
            }
            hir::Func::Show(ty) => Ready::Show(Show::new(program, ty)),
            hir::Func::RoundAll(ty) => Ready::Amounts(Box::new(Amounts::of(program, ty))),
            _ => Ready::Nothing,
        };
        Function {
            func: func.clone(),
            ready,
        }
    }

    /// Where amounts lie, for the one function that goes into values.
    pub(crate) fn amounts(&self) -> Option<&Amounts> {
        match &self.ready {
            Ready::Amounts(amounts) => Some(amounts),
            _ => None,
        }
    }

    /// Calls the function. Operands of an impossible kind give missing.
    pub(crate) fn call<'t>(
        &self,
        operands: &[Scalar],
        text: impl Fn(TextRef) -> &'t str,
        count: impl Fn(Scalar) -> usize,
        out: &mut String,
    ) -> Result<Answer, Overflow> {
        use hir::Func as F;
        let texts = |a: &Scalar| match *a {
            Scalar::Text(at) => text(at),
            _ => "",
        };
        let scalar = match (&self.func, operands) {
            (F::Join, parts) => {
                parts.iter().for_each(|part| out.push_str(texts(part)));
                return Ok(Answer::Text);
            }
            (F::Lower, [a]) => {
                out.extend(texts(a).chars().map(|c| c.to_ascii_lowercase()));
                return Ok(Answer::Text);
            }
            (F::Show(_), [a]) => {
                if let Ready::Show(show) = &self.ready {
                    show.write(*a, out);
                }
                return Ok(Answer::Text);
            }
            (F::Length, [a]) => Scalar::Int(count_of(texts(a).chars().count())),
            (F::Count, [list]) => Scalar::Int(count_of(count(*list))),
            (F::Text(op, ignoring), [a, b]) => {
                Scalar::Bool(question(*op, *ignoring, texts(a), texts(b)))
            }
            (F::Matches(_), [a]) => match &self.ready {
                Ready::Pattern(pattern) => Scalar::Bool(pattern.matches(texts(a))),
                _ => Scalar::Bool(false),
            },
            (F::Slot(bucketing), [unit]) => Scalar::Int(bucketing.slot(texts(unit)).into()),
            (F::Min, [first, rest @ ..]) => extreme(*first, rest, false),
            (F::Max, [first, rest @ ..]) => extreme(*first, rest, true),
            (func, [a]) => one(func, *a)?,
            (func, [a, b]) => two(func, *a, *b)?,
            _ => Scalar::Missing,
        };
        Ok(Answer::Scalar(scalar))
    }

    /// Whether it is one of numbers, instants and lengths of time alone, of one operand or two.
    pub(crate) fn is_of_numbers(&self) -> bool {
        use hir::Func as F;
        match self.func {
            F::TryIntDiv | F::TryMod | F::Abs | F::Round(_) | F::RoundMoney(_) | F::Distance => {
                true
            }
            F::Since | F::DateOf | F::TimeOf | F::AddTime | F::SubTime | F::TimeBetween => true,
            F::AddDays | F::AddMonths | F::YearsBetween | F::MonthsBetween => true,
            F::WeeksBetween | F::DaysBetween | F::Whole(_) => true,
            F::Year | F::Month | F::Day | F::Weekday | F::Hour | F::Minute | F::Second => true,
            F::Min | F::Max | F::RoundAll(_) | F::Count => false,
            F::Join | F::Lower | F::Show(_) | F::Length | F::Text(..) | F::Matches(_) => false,
            F::Slot(_) => false,
        }
    }

    /// Calls a function of numbers.
    pub(crate) fn call_one(&self, a: Scalar) -> Result<Scalar, Overflow> {
        one(&self.func, a)
    }

    /// The same with two operands.
    pub(crate) fn call_two(&self, a: Scalar, b: Scalar) -> Result<Scalar, Overflow> {
        two(&self.func, a, b)
    }
}

impl Amounts {
    fn of(program: &Program, ty: &Ty) -> Amounts {
        let holds = |inner: &Amounts| !matches!(inner, Amounts::None);
        match ty.present() {
            Ty::Money(code) => Amounts::Here(currency::digits(code.0)),
            Ty::List(item) => match Amounts::of(program, item) {
                Amounts::None => Amounts::None,
                inner => Amounts::Items(Box::new(inner)),
            },
            Ty::Record(id) => {
                let fields = program.record(*id).fields.iter();
                let fields: Vec<Amounts> = fields.map(|f| Amounts::of(program, &f.ty)).collect();
                if fields.iter().any(holds) {
                    Amounts::Fields(fields)
                } else {
                    Amounts::None
                }
            }
            _ => Amounts::None,
        }
    }
}

fn count_of(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A question about two texts.
fn question(op: TextOp, ignoring: bool, text: &str, what: &str) -> bool {
    if ignoring {
        return ignoring_case(op, text.as_bytes(), what.as_bytes());
    }
    match op {
        TextOp::Equal => text == what,
        TextOp::NotEqual => text != what,
        TextOp::Contains => text.contains(what),
        TextOp::StartsWith => text.starts_with(what),
        TextOp::EndsWith => text.ends_with(what),
        TextOp::Matches | TextOp::ContainsMatch => false,
    }
}

/// The same where ASCII letters are alike in both cases. (No byte of a longer character is an ASCII letter.)
fn ignoring_case(op: TextOp, text: &[u8], what: &[u8]) -> bool {
    let same = |part: Option<&[u8]>| part.is_some_and(|part| part.eq_ignore_ascii_case(what));
    let rest = text.len().checked_sub(what.len());
    match op {
        TextOp::Equal => text.eq_ignore_ascii_case(what),
        TextOp::NotEqual => !text.eq_ignore_ascii_case(what),
        TextOp::StartsWith => same(text.get(..what.len())),
        TextOp::EndsWith => same(rest.and_then(|at| text.get(at..))),
        TextOp::Contains => {
            what.is_empty()
                || text
                    .windows(what.len())
                    .any(|part| part.eq_ignore_ascii_case(what))
        }
        TextOp::Matches | TextOp::ContainsMatch => false,
    }
}

/// The least or greatest of one or more.
fn extreme(first: Scalar, rest: &[Scalar], greatest: bool) -> Scalar {
    rest.iter().fold(first, |best, next| {
        let order = ops::order(*next, best);
        let better = if greatest {
            order.is_some_and(std::cmp::Ordering::is_gt)
        } else {
            order.is_some_and(std::cmp::Ordering::is_lt)
        };
        if better { *next } else { best }
    })
}

/// Functions of one operand.
fn one(func: &hir::Func, a: Scalar) -> Result<Scalar, Overflow> {
    use hir::Func as F;
    Ok(match (func, a) {
        (F::Abs, Scalar::Int(a)) => Scalar::Int(a.checked_abs().ok_or(Overflow::Int)?),
        (F::Abs, Scalar::Decimal(a)) => Scalar::Decimal(a.abs()),
        (F::RoundMoney(places), Scalar::Decimal(a)) => {
            Scalar::Decimal(round::to_places(a, *places))
        }
        (F::Whole(unit), Scalar::Int(a)) => Scalar::Int(a / milliseconds(*unit)),
        (F::Year, Scalar::Int(a)) => Scalar::Int(calendar::civil(a).0),
        (F::Month, Scalar::Int(a)) => Scalar::Int(calendar::civil(a).1.into()),
        (F::Day, Scalar::Int(a)) => Scalar::Int(calendar::civil(a).2.into()),
        (F::Weekday, Scalar::Int(a)) => Scalar::Member(calendar::weekday(a)),
        (F::Hour, Scalar::Int(a)) => Scalar::Int(a / 3_600_000),
        (F::Minute, Scalar::Int(a)) => Scalar::Int(a / 60_000 % 60),
        (F::Second, Scalar::Int(a)) => Scalar::Int(a / 1_000 % 60),
        _ => Scalar::Missing,
    })
}

/// Functions of two operands.
fn two(func: &hir::Func, a: Scalar, b: Scalar) -> Result<Scalar, Overflow> {
    use hir::Func as F;
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => ints(func, a, b),
        (Scalar::Int(instant), Scalar::Member(zone)) => {
            let (days, time) = zone::local(zone, instant);
            Ok(Scalar::Int(match func {
                F::DateOf => days,
                _ => time,
            }))
        }
        (Scalar::Decimal(a), Scalar::Decimal(b)) => decimals(func, a, b),
        (Scalar::Int(_), Scalar::Missing) if *func == F::Since => Ok(Scalar::Int(NEVER)),
        _ => Ok(Scalar::Missing),
    }
}

fn decimals(func: &hir::Func, a: Decimal, b: Decimal) -> Result<Scalar, Overflow> {
    match func {
        hir::Func::Round(rounding) => match round::to_step(a, b, *rounding) {
            Some(rounded) => Ok(Scalar::Decimal(decimal::normalise(rounded))),
            None => Err(Overflow::Decimal),
        },
        _ => Ok(Scalar::Missing),
    }
}

fn ints(func: &hir::Func, a: i64, b: i64) -> Result<Scalar, Overflow> {
    use hir::Func as F;
    let calendar = |value: Option<i64>| value.ok_or(Overflow::Calendar);
    let int = |value: Option<i64>| value.ok_or(Overflow::Int);
    Ok(Scalar::Int(match func {
        F::TryIntDiv | F::TryMod if b == 0 => return Ok(Scalar::Missing),
        F::TryIntDiv => int(round::floor_div(a, b))?,
        F::TryMod => int(round::floor_mod(a, b))?,
        F::AddTime => calendar(a.checked_add(b).filter(is_instant))?,
        F::SubTime => calendar(a.checked_sub(b).filter(is_instant))?,
        // Instants lie within the calendar, so their difference is a duration.
        F::TimeBetween | F::Since => int(a.checked_sub(b))?,
        F::AddDays => calendar(calendar::add_days(a, b))?,
        F::AddMonths => calendar(calendar::add_months(a, b))?,
        F::YearsBetween => calendar::years_between(a, b),
        F::MonthsBetween => calendar::months_between(a, b),
        F::WeeksBetween => int(b.checked_sub(a))? / 7,
        F::DaysBetween => int(b.checked_sub(a))?,
        F::Distance => geo::distance(a, b),
        _ => return Ok(Scalar::Missing),
    }))
}

fn is_instant(ms: &i64) -> bool {
    (calendar::FIRST_INSTANT..=calendar::LAST_INSTANT).contains(ms)
}

/// The length of a unit of time. (Months and years have none; distances are no durations.)
fn milliseconds(unit: Unit) -> i64 {
    match unit {
        Unit::Second => 1_000,
        Unit::Minute => 60_000,
        Unit::Hour => 3_600_000,
        Unit::Day => 86_400_000,
        Unit::Week => 604_800_000,
        Unit::Millisecond | Unit::Month | Unit::Year | Unit::Metre | Unit::Kilometre => 1,
    }
}
