//! Forms as runs of words and operands: what stands behind an operand, calls, and operands that begin with a word.
//!
//! One description serves both writers, the one that writes a line and the one that breaks it. A form takes all that
//! its last operand can take; what would go on with it is kept apart by brackets ([`ends_open`], [`base_place`]).

use super::events;
use super::expr::Level;
use super::word::{any_name, plain_name};
use crate::syntax::ast::{BetweenWord, Expr, ExprKind, Fold, OfWord, RoundWord, TextOp, Unit};
use std::borrow::Cow;

/// A piece of a form.
pub(super) enum Part<'e> {
    Word(Cow<'static, str>),
    Expr(&'e Expr, Level),
}

pub(super) fn word<'e>(text: &'static str) -> Part<'e> {
    Part::Word(Cow::Borrowed(text))
}

pub(super) fn words<'e>(text: String) -> Part<'e> {
    Part::Word(Cow::Owned(text))
}

/// Any expression, between brackets.
pub(super) fn any(expr: &Expr) -> Part<'_> {
    Part::Expr(expr, Level::ANY)
}

/// One operand with what stands behind it.
pub(super) fn single(expr: &Expr) -> Part<'_> {
    Part::Expr(expr, Level::Primary)
}

/// Arithmetic.
fn arith(expr: &Expr) -> Part<'_> {
    Part::Expr(expr, Level::Add)
}

fn base(expr: &Expr) -> Part<'_> {
    Part::Expr(expr, base_place(expr))
}

/// A form in its parts; `None` for every other expression.
pub(super) fn phrase(expr: &Expr) -> Option<Vec<Part<'_>>> {
    Some(match &expr.kind {
        ExprKind::Field(of, name) => vec![base(of), words(format!(".{}", any_name(&name.text)))],
        ExprKind::Index(of, at) => vec![base(of), word("["), any(at), word("]")],
        ExprKind::Where(of, condition) => {
            vec![base(of), word(" where ("), any(condition), word(")")]
        }
        ExprKind::Call(name, arguments) => {
            let mut parts = vec![words(format!("{}(", call_name(&name.text)))];
            for (i, argument) in arguments.iter().enumerate() {
                parts.extend((i > 0).then(|| word(", ")));
                parts.push(any(argument));
            }
            parts.push(word(")"));
            parts
        }
        ExprKind::Quantified {
            every,
            item,
            list,
            has,
        } => {
            let quantifier = if *every { "every" } else { "any" };
            let head = words(format!("{quantifier} {} in ", plain_name(&item.text)));
            vec![head, single(list), word(" has ("), any(has), word(")")]
        }
        ExprKind::Aggregate {
            fold,
            body,
            item,
            list,
        } => {
            let head = words(format!("{} of (", fold_word(*fold)));
            let middle = words(format!(" for {} in ", plain_name(&item.text)));
            vec![head, any(body), middle, any(list), word(")")]
        }
        ExprKind::Nearest { place, list, to } => {
            let head = words(format!("nearest {} of ", plain_name(&place.text)));
            vec![head, single(list), word(" to "), single(to)]
        }
        ExprKind::CountOf(list) => vec![word("count of "), single(list)],
        ExprKind::Of(of, operand) => vec![words(format!("{} of ", of_word(*of))), single(operand)],
        ExprKind::TimeSince(operand) => vec![word("time since "), single(operand)],
        ExprKind::Between(between, from, to) => {
            let head = words(format!("{} between ", between_word(*between)));
            vec![head, arith(from), word(" and "), arith(to)]
        }
        ExprKind::Round(value, how, step) => {
            let place = if begins_with_word(value) {
                Level::Add
            } else {
                Level::Sealed
            };
            let value = Part::Expr(value, place);
            vec![word("round "), value, word(round_word(*how)), single(step)]
        }
        ExprKind::Events(kind) => events::phrase(kind),
        _ => return None,
    })
}

/// The place before `.field`, `[…]` and `where (…)`: these belong to the last operand of a form, unless it stands in
/// brackets.
fn base_place(expr: &Expr) -> Level {
    match &expr.kind {
        ExprKind::Between(..)
        | ExprKind::Round(..)
        | ExprKind::Of(..)
        | ExprKind::CountOf(_)
        | ExprKind::TimeSince(_)
        | ExprKind::Nearest { .. } => Level::Sealed,
        _ => Level::Primary,
    }
}

/// Whether `+` or `*` behind an expression would belong to its last operand.
pub(super) fn ends_open(expr: &Expr) -> bool {
    let mut last = expr;
    loop {
        last = match &last.kind {
            ExprKind::Between(..) => return true,
            ExprKind::Neg(inner)
            | ExprKind::Of(_, inner)
            | ExprKind::CountOf(inner)
            | ExprKind::TimeSince(inner)
            | ExprKind::Round(_, _, inner)
            | ExprKind::Nearest { to: inner, .. } => inner,
            ExprKind::Chain(_, rest) => match rest.last() {
                Some((_, part)) => part,
                None => return false,
            },
            _ => return false,
        };
    }
}

/// Whether an expression begins with a letter, a digit or a round bracket: behind `round` nothing else may.
fn begins_with_word(expr: &Expr) -> bool {
    let mut first = expr;
    loop {
        first = match &first.kind {
            ExprKind::Field(inner, _)
            | ExprKind::Index(inner, _)
            | ExprKind::Where(inner, _)
            | ExprKind::Chain(inner, _) => inner,
            ExprKind::Neg(_)
            | ExprKind::Text(_)
            | ExprKind::Interpolated(_)
            | ExprKind::List(_)
            | ExprKind::Record(_) => return false,
            ExprKind::Int(_, text) | ExprKind::Decimal(_, text) => return !text.starts_with('-'),
            _ => return true,
        };
    }
}

/// The name of a function; `round` opens a form.
fn call_name(name: &str) -> String {
    if name == "round" {
        format!("`{name}`")
    } else {
        plain_name(name)
    }
}

fn of_word(word: OfWord) -> String {
    match word {
        OfWord::Date => "date".to_owned(),
        OfWord::Time => "time".to_owned(),
        OfWord::Length => "length".to_owned(),
        OfWord::Whole(unit) => format!("whole {}", unit_word(unit, false)),
    }
}

fn between_word(word: BetweenWord) -> &'static str {
    match word {
        BetweenWord::Time(unit) => unit_word(unit, false),
        BetweenWord::Distance => "distance",
    }
}

/// With the word `to` and the blanks around.
fn round_word(word: RoundWord) -> &'static str {
    match word {
        RoundWord::None => " to ",
        RoundWord::Up => " up to ",
        RoundWord::Down => " down to ",
        RoundWord::HalfUp => " half up to ",
        RoundWord::HalfEven => " half even to ",
    }
}

fn fold_word(fold: Fold) -> &'static str {
    match fold {
        Fold::Sum => "sum",
        Fold::Min => "min",
        Fold::Max => "max",
    }
}

/// A unit behind a number.
pub(super) fn unit_word(unit: Unit, is_one: bool) -> &'static str {
    match (unit, is_one) {
        (Unit::Millisecond, true) => "millisecond",
        (Unit::Millisecond, false) => "milliseconds",
        (Unit::Second, true) => "second",
        (Unit::Second, false) => "seconds",
        (Unit::Minute, true) => "minute",
        (Unit::Minute, false) => "minutes",
        (Unit::Hour, true) => "hour",
        (Unit::Hour, false) => "hours",
        (Unit::Day, true) => "day",
        (Unit::Day, false) => "days",
        (Unit::Week, true) => "week",
        (Unit::Week, false) => "weeks",
        (Unit::Month, true) => "month",
        (Unit::Month, false) => "months",
        (Unit::Year, true) => "year",
        (Unit::Year, false) => "years",
        (Unit::Metre, _) => "m",
        (Unit::Kilometre, _) => "km",
    }
}

/// A question about texts, with the blanks around it.
pub(super) fn text_op(op: TextOp) -> &'static str {
    match op {
        TextOp::Equal => " == ",
        TextOp::NotEqual => " != ",
        TextOp::Contains => " contains ",
        TextOp::StartsWith => " starts with ",
        TextOp::EndsWith => " ends with ",
        TextOp::Matches => " matches ",
        TextOp::ContainsMatch => " contains match ",
    }
}

/// What stands behind a question about texts.
pub(super) fn ignoring(ignoring_case: bool) -> &'static str {
    if ignoring_case { " ignoring case" } else { "" }
}
