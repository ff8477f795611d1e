//! Exact decimal arithmetic.
//!
//! In: [`Decimal`]s as storage, that is a coefficient below 2^96, 0 to 28 decimal places and a sign. Out:
//! normalised decimals (no trailing zeros behind the point, no negative zero) or `None` for overflow.
//!
//! `+` and `-` are exact or overflow. `*` and `/` take the exact value and round it half-even *once*, to the
//! most places (at most 28) for which the coefficient fits; if it does not fit with 0 places, that is overflow.
//! The library's own operators are not used: they round sums at full width and quotients by another rule.
//!
//! Invariants: arguments of the arithmetic are normalised (what enters goes through [`normalise`], [`parse`],
//! [`from_i64`] or [`from_f64`]); nothing here allocates. Start reading at [`settle`].

mod text;
mod wide;

#[cfg(test)]
mod tests;

pub(crate) use text::{ParseError, from_f64, parse, short_to_f64};

use rust_decimal::Decimal;
use std::cmp::Ordering;
use wide::Wide;

/// The greatest coefficient.
const MAX: u128 = (1 << 96) - 1;
/// The most decimal places.
const PLACES: u32 = 28;
/// All ones in the lower 64 and 32 bits.
const LOW_64: u128 = (1 << 64) - 1;
const LOW_32: u128 = (1 << 32) - 1;

/// The powers of ten that 128 bits hold.
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, which refuses an index outside"
)]
const POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// 10 to the `exponent`; callers keep it at most 38.
fn power(exponent: u32) -> u128 {
    POWERS.get(exponent as usize).copied().unwrap_or(u128::MAX)
}

/// The sum. `None` if it can't be held exactly.
pub(crate) fn add(a: Decimal, b: Decimal) -> Option<Decimal> {
    sum(a.mantissa(), a.scale(), b.mantissa(), b.scale())
}

/// The difference. `None` if it can't be held exactly.
pub(crate) fn sub(a: Decimal, b: Decimal) -> Option<Decimal> {
    sum(a.mantissa(), a.scale(), -b.mantissa(), b.scale())
}

/// The product, rounded once. `None` is overflow.
pub(crate) fn mul(a: Decimal, b: Decimal) -> Option<Decimal> {
    let (left, right) = (a.mantissa(), b.mantissa());
    let negative = (left < 0) != (right < 0);
    let (left, right) = (left.unsigned_abs(), right.unsigned_abs());
    let places = a.scale() + b.scale();
    if left <= LOW_64 && right <= LOW_64 {
        let product = left * right;
        if product <= MAX && places <= PLACES {
            return pack(negative, product, places);
        }
    }
    let product = Wide::product(left, right);
    let dropped = fewest_dropped(product.bits()).max(places.saturating_sub(PLACES));
    let left_over = places.checked_sub(dropped)?;
    let (coefficient, tail) = product.drop_digits(dropped);
    settle(negative, coefficient, tail, left_over)
}

/// The quotient, rounded once. `None` is overflow or a divisor of zero.
pub(crate) fn div(a: Decimal, b: Decimal) -> Option<Decimal> {
    let negative = (a.mantissa() < 0) != (b.mantissa() < 0);
    let (dividend, divisor) = (a.mantissa().unsigned_abs(), b.mantissa().unsigned_abs());
    if divisor == 0 {
        return None;
    }
    // Long division, several digits a step; `places` may be negative until enough digits are there.
    let mut places = i64::from(a.scale()) - i64::from(b.scale());
    let mut quotient = dividend / divisor;
    let mut rest = dividend % divisor;
    // So many digits at once that `rest * 10^step` stays within 128 bits. The first step is short
    // because most quotients that people write end soon.
    let longest = if divisor <= LOW_64 { 19 } else { 9 };
    let mut step_limit = 4;
    while rest != 0 && places < i64::from(PLACES) {
        let wanted = u32::try_from(i64::from(PLACES) - places).unwrap_or(u32::MAX);
        let step = digits_of_room(quotient).clamp(1, step_limit).min(wanted);
        let shifted = rest * power(step);
        let digits = shifted / divisor;
        let longer = quotient * power(step) + digits;
        if longer > MAX {
            break;
        }
        quotient = longer;
        rest = shifted - digits * divisor;
        places += i64::from(step);
        step_limit = longest;
    }
    if rest == 0 && places < 0 {
        let zeros = u32::try_from(-places).ok()?;
        return pack(negative, quotient.checked_mul(power(zeros))?, 0);
    }
    let places = u32::try_from(places).ok()?;
    let tail = match (rest, (rest * 2).cmp(&divisor)) {
        (0, _) => Tail::Exact,
        (_, Ordering::Less) => Tail::Below,
        (_, Ordering::Equal) => Tail::Half,
        (_, Ordering::Greater) => Tail::Above,
    };
    settle(negative, quotient, tail, places)
}

/// The value with its sign turned.
pub(crate) fn neg(a: Decimal) -> Decimal {
    if a.is_zero() { Decimal::ZERO } else { -a }
}

/// The one representation of the value: no trailing zeros behind the point, no negative zero.
pub(crate) fn normalise(a: Decimal) -> Decimal {
    let value = a.mantissa();
    let (coefficient, places) = strip(value.unsigned_abs(), a.scale());
    build(value < 0, coefficient, places)
}

/// The order by value; the arguments need not be normalised.
pub(crate) fn compare(a: Decimal, b: Decimal) -> Ordering {
    let (left, right) = (a.mantissa(), b.mantissa());
    let (left_places, right_places) = (a.scale(), b.scale());
    if left_places == right_places {
        return left.cmp(&right);
    }
    if left.signum() != right.signum() {
        return left.cmp(&right);
    }
    if left_places < right_places {
        scaled_order(left, right_places - left_places, right)
    } else {
        scaled_order(right, left_places - right_places, left).reverse()
    }
}

/// An integer as a decimal.
pub(crate) fn from_i64(value: i64) -> Decimal {
    build(value < 0, u128::from(value.unsigned_abs()), 0)
}

/// The order of `coarse * 10^gap` and `fine`, which have one sign.
fn scaled_order(coarse: i128, gap: u32, fine: i128) -> Ordering {
    match widened(coarse, gap) {
        Some(scaled) => scaled.cmp(&fine),
        // Beyond 127 bits, hence farther from zero than any coefficient.
        None => coarse.cmp(&0),
    }
}

/// `value * 10^gap`, if 128 bits hold it.
fn widened(value: i128, gap: u32) -> Option<i128> {
    let factor = i128::try_from(power(gap)).ok()?;
    if gap <= 18
        && let Ok(small) = i64::try_from(value)
    {
        return Some(i128::from(small) * factor);
    }
    value.checked_mul(factor)
}

/// The sum of two scaled coefficients.
///
/// With different scales the finer number does not end in 0, hence neither does the sum: it either fits as it
/// is or can't be held. A coarse coefficient that outgrows 128 bits is beyond what the finer one could take off.
fn sum(left: i128, left_places: u32, right: i128, right_places: u32) -> Option<Decimal> {
    let (total, places) = match left_places.cmp(&right_places) {
        Ordering::Equal => (left + right, left_places),
        Ordering::Less => {
            let scaled = widened(left, right_places - left_places)?;
            (scaled.checked_add(right)?, right_places)
        }
        Ordering::Greater => {
            let scaled = widened(right, left_places - right_places)?;
            (scaled.checked_add(left)?, left_places)
        }
    };
    pack(total < 0, total.unsigned_abs(), places)
}

/// What lies behind the last digit kept, measured in units of that digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tail {
    /// Nothing.
    Exact,
    /// Less than half.
    Below,
    /// Half, exactly.
    Half,
    /// More than half.
    Above,
}

impl Tail {
    /// The tail once `dropped` (below `unit`, an even number) is dropped as well; `self` lies behind it.
    fn behind(self, dropped: u128, unit: u128) -> Tail {
        match dropped.cmp(&(unit / 2)) {
            Ordering::Less if dropped == 0 && self == Tail::Exact => Tail::Exact,
            Ordering::Less => Tail::Below,
            Ordering::Equal if self == Tail::Exact => Tail::Half,
            _ => Tail::Above,
        }
    }
}

/// Rounds half-even, once: drops further digits until the rounded coefficient fits.
///
/// `coefficient` and `tail` are the exact value, so dropping a digit never rounds twice.
fn settle(
    negative: bool,
    mut coefficient: u128,
    mut tail: Tail,
    mut places: u32,
) -> Option<Decimal> {
    loop {
        let up = match tail {
            Tail::Exact | Tail::Below => false,
            Tail::Half => coefficient & 1 == 1,
            Tail::Above => true,
        };
        let rounded = coefficient + u128::from(up);
        if rounded <= MAX {
            return pack(negative, rounded, places);
        }
        places = places.checked_sub(1)?;
        tail = tail.behind(coefficient % 10, 10);
        coefficient /= 10;
    }
}

/// A normalised decimal of an exact value. `None` if the coefficient is too large.
fn pack(negative: bool, coefficient: u128, places: u32) -> Option<Decimal> {
    let (coefficient, places) = strip(coefficient, places);
    (coefficient <= MAX).then(|| build(negative, coefficient, places))
}

/// The decimal of a coefficient of at most 96 bits and at most 28 places.
fn build(negative: bool, coefficient: u128, places: u32) -> Decimal {
    let low = (coefficient & LOW_32) as u32;
    let middle = ((coefficient >> 32) & LOW_32) as u32;
    let high = ((coefficient >> 64) & LOW_32) as u32;
    Decimal::from_parts(low, middle, high, negative, places.min(PLACES))
}

/// Takes trailing zeros off while there are places.
fn strip(coefficient: u128, places: u32) -> (u128, u32) {
    if places == 0 || coefficient & 1 == 1 {
        return (coefficient, places);
    }
    if coefficient == 0 {
        return (0, 0);
    }
    match u64::try_from(coefficient) {
        Ok(small) => strip_small(small, places),
        Err(_) => strip_large(coefficient, places),
    }
}

fn strip_small(mut coefficient: u64, mut places: u32) -> (u128, u32) {
    while places >= 4 && coefficient.is_multiple_of(10_000) {
        coefficient /= 10_000;
        places -= 4;
    }
    while places > 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        places -= 1;
    }
    (u128::from(coefficient), places)
}

fn strip_large(mut coefficient: u128, mut places: u32) -> (u128, u32) {
    for step in [16, 8, 4, 2, 1] {
        // A multiple of 10^n is one of 2^n: the cheap question first. What is left of 16 zeros and more
        // (at most 28 in all) the shorter steps take off, once each.
        if places >= step && coefficient.trailing_zeros() >= step {
            let unit = power(step);
            let quotient = coefficient / unit;
            if quotient * unit == coefficient {
                coefficient = quotient;
                places -= step;
            }
        }
    }
    (coefficient, places)
}

/// How many more digits certainly fit behind this coefficient.
fn digits_of_room(coefficient: u128) -> u32 {
    // 2^96 > coefficient * 10^n + (10^n - 1) if n <= free bits * log10(2).
    let used = u128::BITS - coefficient.leading_zeros();
    96_u32.saturating_sub(used) * 30_102 / 100_000
}

/// How many digits of a number of so many bits must go at the least before 96 bits hold it.
fn fewest_dropped(bits: u32) -> u32 {
    bits.saturating_sub(97) * 30_102 / 100_000
}
