//! Fused tests: one comparison of one input with constants, as one shape that needs no dispatch.
//!
//! Every test is `low <= key <= low + span` (wrapping, so that ranges are closed under negation) and
//! "bit `key` of the mask is set" (for sets of members and bools). One of the two is always trivial, so
//! that each test has a negation that is a test.

use super::layout::{input_of, presence_key, value_key};
use crate::hir::{CompareOp, InputId};

/// A set of values of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Test {
    /// The key it looks at: see `layout`.
    pub(crate) key: u32,
    pub(crate) low: i64,
    pub(crate) span: u64,
    pub(crate) mask: u64,
}

impl Test {
    /// Whether a key's value passes.
    #[inline(always)]
    pub(crate) fn holds(&self, key: i64) -> bool {
        let within = key.wrapping_sub(self.low).cast_unsigned() <= self.span;
        let member = (self.mask >> (key.cast_unsigned() & 63)) & 1 != 0;
        within & member
    }

    /// The input it reads.
    #[inline]
    #[must_use]
    pub fn input(&self) -> InputId {
        input_of(self.key)
    }

    /// Whether it asks for presence, not for the value.
    #[must_use]
    pub fn asks_presence(&self) -> bool {
        self.key & 1 == 1
    }

    /// All of the key's values, or none.
    fn constant(key: u32, holds: bool) -> Test {
        Test {
            key,
            low: 0,
            span: u64::MAX,
            mask: if holds { u64::MAX } else { 0 },
        }
    }

    /// Integers of a value, both ends included.
    pub(crate) fn range(input: InputId, low: i64, high: i64) -> Test {
        Test::range_of_key(value_key(input), low, high)
    }

    fn range_of_key(key: u32, low: i64, high: i64) -> Test {
        if low > high {
            return Test::constant(key, false);
        }
        let span = high.wrapping_sub(low).cast_unsigned();
        let low = if span == u64::MAX { 0 } else { low };
        Test {
            key,
            low,
            span,
            mask: u64::MAX,
        }
    }

    /// Integers that compare so with a constant.
    pub(crate) fn compare(input: InputId, op: CompareOp, with: i64) -> Test {
        let below = with.checked_sub(1);
        let above = with.checked_add(1);
        let none = Test::constant(value_key(input), false);
        match op {
            CompareOp::Eq => Test::range(input, with, with),
            CompareOp::Ne => Test::range(input, with, with).negated(),
            CompareOp::Lt => below.map_or(none, |high| Test::range(input, i64::MIN, high)),
            CompareOp::Le => Test::range(input, i64::MIN, with),
            CompareOp::Gt => above.map_or(none, |low| Test::range(input, low, i64::MAX)),
            CompareOp::Ge => Test::range(input, with, i64::MAX),
        }
    }

    /// Members of a set (indices up to 63).
    pub(crate) fn members(input: InputId, mask: u64) -> Test {
        Test {
            key: value_key(input),
            low: 0,
            span: u64::MAX,
            mask,
        }
    }

    /// One member.
    pub(crate) fn is_member(input: InputId, member: u32) -> Test {
        match 1_u64.checked_shl(member) {
            Some(mask) => Test::members(input, mask),
            None => Test::range(input, i64::from(member), i64::from(member)),
        }
    }

    /// A bool that is as expected.
    pub(crate) fn boolean(input: InputId, expected: bool) -> Test {
        Test::members(input, if expected { 0b10 } else { 0b01 })
    }

    /// Whether the input is there.
    pub(crate) fn present(input: InputId) -> Test {
        Test::range_of_key(presence_key(input), 1, 1)
    }

    /// The mask, where it is a set of members; `None` where it is a range.
    #[must_use]
    pub fn as_members(&self) -> Option<u64> {
        (self.span == u64::MAX).then_some(self.mask)
    }

    /// The range, where it is one: low and high, with low above high where it is the outside of a range.
    #[must_use]
    pub fn as_range(&self) -> Option<(i64, i64)> {
        let high = self.low.wrapping_add(self.span.cast_signed());
        (self.mask == u64::MAX).then_some((self.low, high))
    }

    /// The test that holds exactly when this one does not.
    #[must_use]
    pub fn negated(&self) -> Test {
        if self.span == u64::MAX {
            return Test {
                mask: !self.mask,
                ..*self
            };
        }
        Test {
            low: self
                .low
                .wrapping_add(self.span.cast_signed())
                .wrapping_add(1),
            span: u64::MAX - 1 - self.span,
            ..*self
        }
    }

    /// Both at once, where one test can say it.
    pub(crate) fn and(&self, other: &Test) -> Option<Test> {
        if self.key != other.key {
            return None;
        }
        if self.span == u64::MAX && other.span == u64::MAX {
            let mask = self.mask & other.mask;
            return Some(Test { mask, ..*self });
        }
        if self.span == u64::MAX || other.span == u64::MAX {
            // A range beside a set: only the trivial sets say nothing new.
            let (set, range) = if self.span == u64::MAX {
                (self, other)
            } else {
                (other, self)
            };
            return match set.mask {
                u64::MAX => Some(*range),
                0 => Some(*set),
                _ => None,
            };
        }
        let ((a, b), (c, d)) = (self.as_range()?, other.as_range()?);
        if a > b || c > d {
            return (self == other).then_some(*self);
        }
        Some(Test::range_of_key(self.key, a.max(c), b.min(d)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: InputId = InputId(3);
    const EDGES: [i64; 11] = [
        i64::MIN,
        i64::MIN + 1,
        -2,
        -1,
        0,
        1,
        2,
        63,
        64,
        i64::MAX - 1,
        i64::MAX,
    ];

    #[test]
    fn comparisons_are_those_of_integers() {
        use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
        for with in EDGES {
            for x in EDGES {
                for op in [Eq, Ne, Lt, Le, Gt, Ge] {
                    let expected = match op {
                        Eq => x == with,
                        Ne => x != with,
                        Lt => x < with,
                        Le => x <= with,
                        Gt => x > with,
                        Ge => x >= with,
                    };
                    let test = Test::compare(X, op, with);
                    assert_eq!(test.holds(x), expected, "{x} {op:?} {with}");
                    assert_eq!(test.negated().holds(x), !expected, "not {x} {op:?} {with}");
                    assert_eq!(test.negated().negated(), test, "{op:?} {with}");
                }
            }
        }
    }

    #[test]
    fn conjunction_is_that_of_sets() {
        let mut tests: Vec<Test> = Vec::new();
        for a in EDGES {
            tests.push(Test::compare(X, CompareOp::Ne, a));
            tests.extend(EDGES.map(|b| Test::range(X, a, b)));
        }
        tests.extend([0, 1, 6, u64::MAX].map(|m| Test::members(X, m)));
        for a in &tests {
            for b in &tests {
                let Some(both) = a.and(b) else { continue };
                for x in EDGES {
                    assert_eq!(both.holds(x), a.holds(x) && b.holds(x), "{a:?} {b:?} {x}");
                }
            }
        }
        let present = Test::present(X);
        assert!(present.asks_presence() && present.input() == X);
        assert_eq!(present.and(&Test::boolean(X, true)), None);
    }
}
