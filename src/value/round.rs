//! Rounding decimals to steps and places, and whole division of integers.
//!
//! In: normalised decimals (see `decimal`). Out: normalised decimals, exact: the multiple of the step that
//! the mode names, found on integers. Nothing here allocates or panics.

#[cfg(test)]
mod tests;

use super::decimal;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// Which multiple of the step is taken. Directions are those of the number line: `up` of -1.5 is -1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// The nearest; half way between two, the even multiple.
    HalfEven,
    /// The nearest; half way between two, the greater.
    HalfUp,
    /// The least that is not below.
    Up,
    /// The greatest that is not above.
    Down,
}

impl Rounding {
    /// Whether a number between two multiples goes to the one farther from zero. `from_half` places it
    /// between them, nearer to zero being `Less`; `odd` tells of the multiple nearer to zero.
    fn away(self, negative: bool, from_half: Ordering, odd: bool) -> bool {
        match self {
            Rounding::Up => !negative,
            Rounding::Down => negative,
            Rounding::HalfUp => from_half.is_gt() || (from_half.is_eq() && !negative),
            Rounding::HalfEven => from_half.is_gt() || (from_half.is_eq() && odd),
        }
    }
}

/// The multiple of `step`, which is above 0, that `x` is rounded to. `None` if a decimal can't hold it.
pub(crate) fn to_step(x: Decimal, step: Decimal, mode: Rounding) -> Option<Decimal> {
    let (negative, value) = (x.mantissa() < 0, x.mantissa().unsigned_abs());
    let unit = u128::try_from(step.mantissa())
        .ok()
        .filter(|unit| *unit > 0)?;
    if x.scale() < step.scale() {
        return to_finer_step(x, unit, step.scale(), mode);
    }
    // The step in units of the last digit of `x`; beyond 128 bits it is more than twice `x`.
    let scaled = power(x.scale() - step.scale()).checked_mul(unit);
    let (below, rest, from_half) = match scaled {
        Some(scaled) => {
            let rest = value % scaled;
            (value / scaled, rest, rest.cmp(&(scaled - rest)))
        }
        None => (0, value, Ordering::Less),
    };
    let away = rest != 0 && mode.away(negative, from_half, below & 1 == 1);
    // No more than `x` and a step together, both below 2^96.
    let multiple = (below + u128::from(away)).checked_mul(unit)?;
    fitted(negative, multiple, step.scale())
}

/// The same for a step with more places than `x`: there may be too many multiples below `x` to count them,
/// so only the rest is found, by long division, and taken off or made up to a step.
fn to_finer_step(x: Decimal, unit: u128, places: u32, mode: Rounding) -> Option<Decimal> {
    let negative = x.mantissa() < 0;
    let mut rest = x.mantissa().unsigned_abs() % unit;
    let (mut left, mut odd) = (places.saturating_sub(x.scale()), false);
    while left > 0 {
        // The rest is below 2^96; with nine digits more below 2^126. What the digits before add to the
        // quotient is a multiple of ten, hence even.
        let digits = left.min(9);
        let shifted = rest * power(digits);
        (rest, odd) = (shifted % unit, (shifted / unit) & 1 == 1);
        left -= digits;
    }
    if rest == 0 {
        return Some(x);
    }
    let away = mode.away(negative, rest.cmp(&(unit - rest)), odd);
    let gap = fitted(false, if away { unit - rest } else { rest }, places)?;
    if away == negative {
        decimal::sub(x, gap)
    } else {
        decimal::add(x, gap)
    }
}

/// Rounded half-even to so many places.
pub(crate) fn to_places(x: Decimal, places: u32) -> Decimal {
    if x.scale() <= places {
        return x;
    }
    let (negative, value) = (x.mantissa() < 0, x.mantissa().unsigned_abs());
    let unit = power(x.scale() - places);
    let (below, rest) = (value / unit, value % unit);
    let away =
        rest != 0 && Rounding::HalfEven.away(negative, rest.cmp(&(unit - rest)), below & 1 == 1);
    // At least one digit went, so there is room for a carry.
    fitted(negative, below + u128::from(away), places).unwrap_or(x)
}

/// 10 to the `exponent`, which is at most 28.
fn power(exponent: u32) -> u128 {
    10_u128.checked_pow(exponent).unwrap_or(u128::MAX)
}

/// A coefficient below 2^98 as a decimal; trailing zeros make room.
fn fitted(negative: bool, coefficient: u128, places: u32) -> Option<Decimal> {
    let (mut coefficient, mut places) = (i128::try_from(coefficient).ok()?, places);
    while coefficient >> 96 != 0 && places > 0 && coefficient % 10 == 0 {
        coefficient /= 10;
        places -= 1;
    }
    let signed = if negative { -coefficient } else { coefficient };
    let value = Decimal::try_from_i128_with_scale(signed, places).ok()?;
    Some(decimal::normalise(value))
}

/// `a / b` rounded down. `None` if `b` is 0 or the quotient does not fit.
pub(crate) fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let below = a % b != 0 && (a < 0) != (b < 0);
    Some(quotient - i64::from(below))
}

/// What [`floor_div`] leaves over, which always fits; it has the sign of `b`. `None` if `b` is 0.
pub(crate) fn floor_mod(a: i64, b: i64) -> Option<i64> {
    if b == 0 {
        return None;
    }
    let rest = a.wrapping_rem(b);
    Some(if rest != 0 && (rest < 0) != (b < 0) {
        rest + b
    } else {
        rest
    })
}
