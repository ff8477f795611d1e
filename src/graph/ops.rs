//! Operators on scalars: the one place where folding of constants and evaluation get their answers.
//!
//! `None` is overflow. Operands of another kind than the operator's can't come from a checked program; the
//! answer is then missing.

use super::scalar::Scalar;
use crate::hir::{ArithOp, CompareOp, RangeEnd};
use crate::value::{decimal, round};
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What can go wrong in a checked program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// An integer beyond 64 bits.
    Int,
    /// A decimal beyond 96 bits.
    Decimal,
    /// A date or instant beyond the years 1 to 9999.
    Calendar,
}

/// `a op b` on two ints. (`Div` is never on ints.)
pub(crate) fn int(op: ArithOp, a: i64, b: i64) -> Option<i64> {
    match op {
        ArithOp::Add => a.checked_add(b),
        ArithOp::Sub => a.checked_sub(b),
        ArithOp::Mul => a.checked_mul(b),
        ArithOp::Div => a.checked_div(b),
        ArithOp::IntDiv => round::floor_div(a, b),
        ArithOp::Mod => round::floor_mod(a, b),
    }
}

/// `a op b` on two decimals; the divisor is not zero.
pub(crate) fn decimal(op: ArithOp, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        ArithOp::Add => decimal::add(a, b),
        ArithOp::Sub => decimal::sub(a, b),
        ArithOp::Mul => decimal::mul(a, b),
        ArithOp::Div => decimal::div(a, b),
        // Never on decimals.
        ArithOp::IntDiv | ArithOp::Mod => None,
    }
}

/// The sum of two whole numbers or two decimals.
pub(crate) fn sum(a: Scalar, b: Scalar) -> Result<Scalar, Overflow> {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => a.checked_add(b).map(Scalar::Int).ok_or(Overflow::Int),
        (Scalar::Decimal(a), Scalar::Decimal(b)) => {
            let sum = decimal::add(a, b).map(Scalar::Decimal);
            sum.ok_or(Overflow::Decimal)
        }
        _ => Ok(Scalar::Missing),
    }
}

/// `a / b`, missing by zero.
pub(crate) fn try_div(a: Scalar, b: Scalar) -> Option<Scalar> {
    let (Scalar::Decimal(a), Scalar::Decimal(b)) = (a, b) else {
        return Some(Scalar::Missing);
    };
    if b.is_zero() {
        return Some(Scalar::Missing);
    }
    decimal::div(a, b).map(Scalar::Decimal)
}

/// `-a`
pub(crate) fn neg(a: Scalar) -> Option<Scalar> {
    match a {
        Scalar::Int(i) => i.checked_neg().map(Scalar::Int),
        Scalar::Decimal(d) => Some(Scalar::Decimal(decimal::neg(d))),
        _ => Some(Scalar::Missing),
    }
}

/// An int as a decimal.
pub(crate) fn widen(a: Scalar) -> Scalar {
    match a {
        Scalar::Int(i) => Scalar::Decimal(decimal::from_i64(i)),
        other => other,
    }
}

/// Whether an order of two values is what the operator asks for.
#[inline]
pub(crate) fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
    }
}

/// The order of two ints, of two decimals, or of two members of an ordered enum.
pub(crate) fn order(a: Scalar, b: Scalar) -> Option<Ordering> {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => Some(a.cmp(&b)),
        (Scalar::Decimal(a), Scalar::Decimal(b)) => Some(decimal::compare(a, b)),
        (Scalar::Member(a), Scalar::Member(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

/// Whether a value lies below the upper end of a range, from its order to it.
pub(crate) fn below(order: Ordering, end: RangeEnd) -> bool {
    match end {
        RangeEnd::Inclusive => order.is_le(),
        RangeEnd::Exclusive => order.is_lt(),
    }
}

/// The operator that says the same with its operands exchanged.
pub(crate) fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq | CompareOp::Ne => op,
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
    }
}

/// The operator that holds exactly when this one does not.
pub(crate) fn opposite(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Ne,
        CompareOp::Ne => CompareOp::Eq,
        CompareOp::Lt => CompareOp::Ge,
        CompareOp::Le => CompareOp::Gt,
        CompareOp::Gt => CompareOp::Le,
        CompareOp::Ge => CompareOp::Lt,
    }
}
