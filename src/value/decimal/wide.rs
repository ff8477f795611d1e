//! The 192-bit product of two coefficients, and dropping its last digits.

use super::{LOW_64, Tail, power};

/// An unsigned number of three 64-bit limbs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide {
    high: u64,
    middle: u64,
    low: u64,
}

/// The lower 64 bits.
fn limb(value: u128) -> u64 {
    (value & LOW_64) as u64
}

/// Divides `above * 2^64 + limb`; `above` is below the divisor, so the quotient is one limb.
fn divide_limb(above: u64, limb_below: u64, divisor: u64) -> (u64, u64) {
    let value = (u128::from(above) << 64) | u128::from(limb_below);
    let quotient = limb(value / u128::from(divisor));
    let rest = value - u128::from(quotient) * u128::from(divisor);
    (quotient, limb(rest))
}

impl Wide {
    /// The product of two numbers below 2^96.
    pub(super) fn product(left: u128, right: u128) -> Wide {
        let (left_high, left_low) = (left >> 64, left & LOW_64);
        let (right_high, right_low) = (right >> 64, right & LOW_64);
        let low = left_low * right_low;
        // Each cross product is below 2^96, their sum and the carry below 2^98.
        let middle = left_high * right_low + left_low * right_high + (low >> 64);
        let high = left_high * right_high + (middle >> 64);
        Wide {
            high: limb(high),
            middle: limb(middle),
            low: limb(low),
        }
    }

    /// How many bits it needs.
    pub(super) fn bits(self) -> u32 {
        match (self.high, self.middle) {
            (0, 0) => 64 - self.low.leading_zeros(),
            (0, middle) => 128 - middle.leading_zeros(),
            (high, _) => 192 - high.leading_zeros(),
        }
    }

    /// Without its last `digits` digits: the quotient, which must fit in 128 bits, and what was dropped.
    pub(super) fn drop_digits(self, digits: u32) -> (u128, Tail) {
        let mut value = self;
        let mut tail = Tail::Exact;
        let mut left = digits;
        while left > 0 {
            let step = left.min(19);
            let unit = power(step);
            let (quotient, rest) = value.divide(limb(unit));
            tail = tail.behind(u128::from(rest), unit);
            value = quotient;
            left -= step;
        }
        let coefficient = (u128::from(value.middle) << 64) | u128::from(value.low);
        (coefficient, tail)
    }

    fn divide(self, divisor: u64) -> (Wide, u64) {
        let (high, rest) = divide_limb(0, self.high, divisor);
        let (middle, rest) = divide_limb(rest, self.middle, divisor);
        let (low, rest) = divide_limb(rest, self.low, divisor);
        (Wide { high, middle, low }, rest)
    }
}
