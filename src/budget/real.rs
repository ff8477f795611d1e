//! What is known of a decimal: between which numbers it lies, and how many places it has at most.
//!
//! The ends are binary numbers that are rounded away from what they bound, so they never claim too much. An end at
//! [`LIMIT`] says no more than that decimals end there. Each operator also says whether its result may be more than a
//! decimal holds: sums are exact or overflow, products and quotients are rounded and overflow by size alone.

use crate::hir::Bounds;
use rust_decimal::Decimal;

/// No decimal is as large as that: 2^96.
pub(super) const LIMIT: f64 = 79_228_162_514_264_337_593_543_950_336.0;
/// The most places behind the point.
pub(super) const PLACES: u32 = 28;
/// The least step of a decimal, not less.
const LEAST: f64 = 1e-28;
/// Up to here powers of ten are exact as binary numbers.
const EXACT_PLACES: u32 = 22;

/// An interval of decimals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Real {
    pub(super) low: f64,
    pub(super) high: f64,
    /// So many digits behind the point at most.
    pub(super) places: u32,
}

/// A result, and whether it may be too large to be held.
pub(super) type Checked = (Real, bool);

impl Real {
    /// Every decimal.
    pub(super) const ALL: Real = Real {
        low: -LIMIT,
        high: LIMIT,
        places: PLACES,
    };

    /// One decimal.
    pub(super) fn of(value: Decimal) -> Real {
        let (low, high) = around(value);
        Real {
            low,
            high,
            places: value.scale(),
        }
    }

    /// An input with a declared range.
    pub(super) fn within(bounds: &Bounds) -> Real {
        Real {
            low: around(bounds.low).0,
            high: around(bounds.high).1,
            places: PLACES,
        }
    }

    /// Whole numbers as decimals.
    pub(super) fn of_whole(low: i64, high: i64) -> Real {
        Real {
            low: around(Decimal::from(low)).0,
            high: around(Decimal::from(high)).1,
            places: 0,
        }
    }

    /// All of both.
    pub(super) fn join(self, other: Real) -> Real {
        Real {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
            places: self.places.max(other.places),
        }
    }

    /// The farthest from zero.
    fn size(self) -> f64 {
        self.low.abs().max(self.high.abs())
    }

    /// With both ends where decimals are.
    fn clamped(self) -> Real {
        Real {
            low: self.low.clamp(-LIMIT, LIMIT),
            high: self.high.clamp(-LIMIT, LIMIT),
            places: self.places.min(PLACES),
        }
    }

    /// No farther from zero than another.
    fn no_larger_than(self, other: Real) -> Real {
        let size = other.size();
        Real {
            low: self.low.clamp(-size, size),
            high: self.high.clamp(-size, size),
            places: self.places,
        }
    }

    /// Whether some number of that size and so many places has more digits than fit.
    fn is_too_long(self) -> bool {
        up(Op::Mul, self.size(), power(self.places)) >= LIMIT
    }

    pub(super) fn neg(self) -> Real {
        Real {
            low: -self.high,
            high: -self.low,
            places: self.places,
        }
    }

    pub(super) fn abs(self) -> Real {
        let nearest = if self.low > 0.0 {
            self.low
        } else if self.high < 0.0 {
            -self.high
        } else {
            0.0
        };
        Real {
            low: nearest,
            high: self.size(),
            places: self.places,
        }
    }

    pub(super) fn add(self, other: Real) -> Checked {
        let sum = Real {
            low: down(Op::Add, self.low, other.low),
            high: up(Op::Add, self.high, other.high),
            places: self.places.max(other.places),
        };
        (sum.clamped(), sum.is_too_long())
    }

    /// So many of it, one after the other, beginning with nothing.
    pub(super) fn times(self, count: u64) -> Checked {
        let count = around(Decimal::from(count)).1;
        let sum = Real {
            low: down(Op::Mul, self.low.min(0.0), count),
            high: up(Op::Mul, self.high.max(0.0), count),
            places: self.places,
        };
        (sum.clamped(), sum.is_too_long())
    }

    pub(super) fn mul(self, other: Real) -> Checked {
        let corners = [
            (self.low, other.low),
            (self.low, other.high),
            (self.high, other.low),
            (self.high, other.high),
        ];
        let mut product = hull(Op::Mul, &corners, self.places + other.places);
        if product.places > PLACES || product.is_too_long() {
            product = product.rounded();
        }
        // What is no more than one does not enlarge the other, and rounding keeps what can be held.
        if other.size() <= 1.0 {
            return (product.no_larger_than(self).clamped(), false);
        }
        if self.size() <= 1.0 {
            return (product.no_larger_than(other).clamped(), false);
        }
        (product.clamped(), product.size() >= LIMIT)
    }

    /// The quotient by what is not zero; none by what is nothing else.
    pub(super) fn div(self, by: Real) -> Option<Checked> {
        let nearest = down(Op::Div, 1.0, power(by.places));
        let mut corners = Vec::with_capacity(8);
        let mut ends = |low: f64, high: f64| {
            for end in [low, high] {
                corners.extend([(self.low, end), (self.high, end)]);
            }
        };
        let mut least = f64::INFINITY;
        if by.high > 0.0 {
            let low = by.low.max(nearest).min(by.high);
            ends(low, by.high);
            least = least.min(low);
        }
        if by.low < 0.0 {
            let high = by.high.min(-nearest).max(by.low);
            ends(by.low, high);
            least = least.min(-high);
        }
        if corners.is_empty() {
            return None;
        }
        let quotient = hull(Op::Div, &corners, PLACES).rounded();
        if least >= 1.0 {
            return Some((quotient.no_larger_than(self).clamped(), false));
        }
        Some((quotient.clamped(), quotient.size() >= LIMIT))
    }

    /// Rounded to a multiple of a step, which is above zero.
    pub(super) fn to_step(self, step: Real, exact: Option<Decimal>) -> Checked {
        let far = step.size();
        let rounded = Real {
            low: if self.low >= 0.0 {
                0.0
            } else {
                down(Op::Add, self.low, -far)
            },
            high: if self.high <= 0.0 {
                0.0
            } else {
                up(Op::Add, self.high, far)
            },
            places: step.places,
        };
        // To whole digits: there is always room.
        let digits = exact.is_some_and(|step| step.mantissa() == 1);
        (rounded.clamped(), !digits && rounded.is_too_long())
    }

    /// Rounded to so many places. (There is always room.)
    pub(super) fn to_places(self, places: u32) -> Real {
        let unit = up(Op::Div, 1.0, power(places));
        let rounded = Real {
            low: down(Op::Add, self.low, -unit),
            high: up(Op::Add, self.high, unit),
            places: self.places.min(places),
        };
        rounded.clamped()
    }

    /// After rounding to the digits that fit.
    fn rounded(self) -> Real {
        Real {
            low: down(Op::Add, self.low, -LEAST).next_down(),
            high: up(Op::Add, self.high, LEAST).next_up(),
            places: self.places.min(PLACES),
        }
    }
}

#[derive(Clone, Copy)]
enum Op {
    Add,
    Mul,
    Div,
}

/// The nearest binary number, and by how much it is too large: only the sign of that counts.
fn nearest(op: Op, a: f64, b: f64) -> (f64, f64) {
    match op {
        Op::Add => {
            let sum = a + b;
            let second = sum - a;
            (sum, -((a - (sum - second)) + (b - second)))
        }
        Op::Mul => {
            let product = a * b;
            (product, -a.mul_add(b, -product))
        }
        Op::Div => {
            let quotient = a / b;
            (quotient, quotient.mul_add(b, -a) * b.signum())
        }
    }
}

/// No less than the result.
fn up(op: Op, a: f64, b: f64) -> f64 {
    let (result, excess) = nearest(op, a, b);
    if excess < 0.0 {
        result.next_up()
    } else {
        result
    }
}

/// No more than the result.
fn down(op: Op, a: f64, b: f64) -> f64 {
    let (result, excess) = nearest(op, a, b);
    if excess > 0.0 {
        result.next_down()
    } else {
        result
    }
}

fn hull(op: Op, corners: &[(f64, f64)], places: u32) -> Real {
    let lows = corners.iter().map(|(a, b)| down(op, *a, *b));
    let highs = corners.iter().map(|(a, b)| up(op, *a, *b));
    Real {
        low: lows.fold(f64::INFINITY, f64::min),
        high: highs.fold(f64::NEG_INFINITY, f64::max),
        places,
    }
}

/// 10 to the `places`, not less.
fn power(places: u32) -> f64 {
    let exact = (0..places.min(EXACT_PLACES)).fold(1.0, |power, _| power * 10.0);
    (EXACT_PLACES..places).fold(exact, |power, _| up(Op::Mul, power, 10.0))
}

/// Two binary numbers that have a decimal between them, the same where it is one.
fn around(value: Decimal) -> (f64, f64) {
    // The digits in two halves, each of which a binary number holds.
    let digits = value.mantissa();
    let (upper, lower) = (digits >> 48, digits & ((1 << 48) - 1));
    let (Some(upper), Some(lower)) = (half(upper), half(lower)) else {
        return (-LIMIT, LIMIT);
    };
    let shift = half(1 << 48).unwrap_or(1.0);
    let (low, high) = (
        down(Op::Add, upper * shift, lower),
        up(Op::Add, upper * shift, lower),
    );
    let scale = value.scale();
    let most = power(scale);
    let least = if scale <= EXACT_PLACES {
        most
    } else {
        // As many steps down as there may have been up, and more.
        (0..2 * PLACES).fold(most, |power, _| power.next_down())
    };
    let quotients = [(low, least), (low, most), (high, least), (high, most)];
    let hull = hull(Op::Div, &quotients, 0);
    (hull.low, hull.high)
}

/// A whole number of at most 49 bits.
fn half(digits: i128) -> Option<f64> {
    let digits = i64::try_from(digits).ok()?;
    let (high, low) = (digits >> 24, digits & 0xFF_FFFF);
    let (high, low) = (i32::try_from(high).ok()?, i32::try_from(low).ok()?);
    Some(f64::from(high).mul_add(16_777_216.0, f64::from(low)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(low: &str, high: &str, places: u32) -> Real {
        Real {
            low: Real::of(low.parse().unwrap()).low,
            high: Real::of(high.parse().unwrap()).high,
            places,
        }
    }

    #[test]
    fn ends_lie_around_what_they_bound() {
        for text in ["0.1", "0.5", "-0.3", "7", "1e-28", "-12345678.000000001"] {
            let value = Decimal::from_scientific(text)
                .or_else(|_| text.parse())
                .unwrap();
            let (low, high) = around(value);
            assert!(low <= high && high - low <= high.abs() * 1e-13, "{text}");
        }
        assert_eq!(around(Decimal::new(5, 1)), (0.5, 0.5));
        assert_eq!(
            around(Decimal::from(i64::MIN)).0,
            -9_223_372_036_854_775_808.0
        );
        assert_eq!(around(Decimal::MAX).1, LIMIT);
        let (low, high) = around(Decimal::new(1, 1));
        assert!(low < high && (low == 0.1 || high == 0.1));
    }

    #[test]
    fn sums_overflow_by_their_digits() {
        let pence = real("0", "1000000", 2);
        assert!(!pence.add(pence).1);
        // 10.0…01 with 28 places has 30 digits.
        assert!(real("0", "7", 28).add(real("0", "3", 0)).1);
        assert!(!real("0", "4", 28).add(real("0", "3", 0)).1);
        assert!(Real::ALL.add(pence).1);
        assert!(!pence.times(1_000_000).1);
        // 2^64 millions with 2 places have 28 digits; a hundred times as much has too many.
        assert!(!pence.times(u64::MAX).1);
        assert!(real("0", "100000000", 2).times(u64::MAX).1);
    }

    #[test]
    fn products_overflow_by_their_size() {
        let share = real("0.5", "1", 2);
        assert_eq!(
            Real::ALL.mul(share),
            (
                Real {
                    places: PLACES,
                    ..Real::ALL
                },
                false
            )
        );
        assert!(Real::ALL.mul(real("0", "2", 0)).1);
        assert!(!real("0", "1000000", 28).mul(real("0", "1000000", 28)).1);
    }

    #[test]
    fn quotients_overflow_by_small_divisors() {
        assert!(!Real::ALL.div(real("0", "12", 0)).unwrap().1);
        assert!(!Real::ALL.div(real("-4", "12", 0)).unwrap().1);
        assert!(Real::ALL.div(real("0", "12", 2)).unwrap().1);
        assert!(!real("0", "1000", 2).div(real("0", "12", 2)).unwrap().1);
        assert!(real("1", "1", 0).div(real("0", "0", 0)).is_none());
    }

    #[test]
    fn rounding_to_digits_always_has_room() {
        let penny = Decimal::new(1, 2);
        assert!(!Real::ALL.to_step(Real::of(penny), Some(penny)).1);
        let five = Decimal::new(5, 2);
        assert!(Real::ALL.to_step(Real::of(five), Some(five)).1);
        assert_eq!(Real::ALL.to_places(2).places, 2);
    }
}
