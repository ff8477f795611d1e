//! Fused tests: one question about one input, answered without dispatch.
//!
//! Invariants: each test has a negation that is a test; a range is neither empty nor everything (that is
//! said by bits). What an input's field of bits is: see `layout`.

use super::layout::Slot;
use crate::hir::{CompareOp, InputId};

/// A set of values of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// A set of the bits of its field.
    Bits {
        /// The input.
        input: InputId,
        /// The word its field lies in.
        word: u32,
        /// All bits of its field.
        domain: u64,
        /// Those of the set.
        allowed: u64,
    },
    /// The integers from `low` to `low + span`, wrapping: so ranges are closed under negation.
    Range {
        /// The input.
        input: InputId,
        /// Its place among the ints.
        place: u32,
        /// The first.
        low: i64,
        /// How many follow.
        span: u64,
    },
}

/// A range without its input's name: what is looked at in the hot loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct IntRange {
    pub(crate) place: u32,
    pub(crate) low: i64,
    pub(crate) span: u64,
}

impl IntRange {
    /// Whether an int lies in it.
    #[inline(always)]
    pub(crate) fn holds(&self, value: i64) -> bool {
        value.wrapping_sub(self.low).cast_unsigned() <= self.span
    }
}

impl Test {
    /// The input it reads.
    #[inline]
    #[must_use]
    pub fn input(&self) -> InputId {
        match self {
            Test::Bits { input, .. } | Test::Range { input, .. } => *input,
        }
    }

    /// Whether it holds, from the word of the input's field and its int.
    #[inline(always)]
    pub(crate) fn holds(
        &self,
        word: impl FnOnce(u32) -> u64,
        int: impl FnOnce(u32) -> i64,
    ) -> bool {
        match *self {
            Test::Bits {
                word: at, allowed, ..
            } => word(at) & allowed != 0,
            Test::Range {
                place, low, span, ..
            } => IntRange { place, low, span }.holds(int(place)),
        }
    }

    fn bits(slot: Slot, allowed: u64) -> Test {
        Test::Bits {
            input: slot.input,
            word: slot.word,
            domain: slot.domain(),
            allowed,
        }
    }

    /// A set of value numbers (a bool's 0 and 1, members); `None` where one is beyond the field.
    pub(crate) fn numbers(slot: Slot, numbers: &[u32]) -> Option<Test> {
        let mut allowed = 0;
        for number in numbers {
            allowed |= slot.value(*number)?;
        }
        Some(Test::bits(slot, allowed))
    }

    /// No value at all.
    pub(crate) fn never(slot: Slot) -> Test {
        Test::bits(slot, 0)
    }

    /// Whether something is there.
    pub(crate) fn present(slot: Slot) -> Test {
        Test::bits(slot, slot.domain() & !slot.missing())
    }

    /// Integers of a value, both ends included.
    pub(crate) fn range(slot: Slot, low: i64, high: i64) -> Test {
        if low > high {
            return Test::never(slot);
        }
        match high.wrapping_sub(low).cast_unsigned() {
            u64::MAX => Test::never(slot).negated(),
            span => Test::Range {
                input: slot.input,
                place: slot.place,
                low,
                span,
            },
        }
    }

    /// Integers that compare so with a constant.
    pub(crate) fn compare(slot: Slot, op: CompareOp, with: i64) -> Test {
        let below = with.checked_sub(1);
        let above = with.checked_add(1);
        let none = Test::never(slot);
        match op {
            CompareOp::Eq => Test::range(slot, with, with),
            CompareOp::Ne => Test::range(slot, with, with).negated(),
            CompareOp::Lt => below.map_or(none, |high| Test::range(slot, i64::MIN, high)),
            CompareOp::Le => Test::range(slot, i64::MIN, with),
            CompareOp::Gt => above.map_or(none, |low| Test::range(slot, low, i64::MAX)),
            CompareOp::Ge => Test::range(slot, with, i64::MAX),
        }
    }

    /// The test that holds exactly when this one does not.
    #[must_use]
    pub fn negated(&self) -> Test {
        let mut test = *self;
        match &mut test {
            Test::Bits {
                domain, allowed, ..
            } => *allowed = *domain & !*allowed,
            Test::Range { low, span, .. } => {
                *low = low.wrapping_add(span.cast_signed()).wrapping_add(1);
                *span = u64::MAX - 1 - *span;
            }
        }
        test
    }

    /// Low and high of a range; low is above high where it is the outside of a range.
    #[must_use]
    pub fn as_range(&self) -> Option<(i64, i64)> {
        match *self {
            Test::Range { low, span, .. } => Some((low, low.wrapping_add(span.cast_signed()))),
            Test::Bits { .. } => None,
        }
    }

    /// Both at once, where they are on one input and one test can say it.
    pub(crate) fn and(&self, other: &Test) -> Option<Test> {
        match (*self, *other) {
            (
                Test::Bits {
                    input,
                    word,
                    domain,
                    allowed,
                },
                Test::Bits {
                    input: same,
                    allowed: others,
                    ..
                },
            ) if input == same => Some(Test::Bits {
                input,
                word,
                domain,
                allowed: allowed & others,
            }),
            (Test::Range { input, place, .. }, Test::Range { input: same, .. })
                if input == same =>
            {
                let ((a, b), (c, d)) = (self.as_range()?, other.as_range()?);
                let (low, high) = (a.max(c), b.min(d));
                if a > b || c > d || low > high {
                    return (self == other).then_some(*self);
                }
                Some(Test::Range {
                    input,
                    place,
                    low,
                    span: high.wrapping_sub(low).cast_unsigned(),
                })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout::Kind;
    use super::*;

    const X: Slot = Slot {
        input: InputId(3),
        kind: Kind::Int,
        place: 0,
        word: 0,
        shift: 5,
        width: 2,
    };
    const MOOD: Slot = Slot {
        kind: Kind::Member,
        shift: 60,
        width: 4,
        ..X
    };
    const EDGES: [i64; 9] = [
        i64::MIN,
        i64::MIN + 1,
        -2,
        -1,
        0,
        1,
        2,
        i64::MAX - 1,
        i64::MAX,
    ];

    fn holds(test: &Test, x: i64) -> bool {
        test.holds(|_| X.value(0).unwrap(), |_| x)
    }

    #[test]
    fn comparisons_are_those_of_integers() {
        use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
        for with in EDGES {
            for x in EDGES {
                for (op, expected) in [
                    (Eq, x == with),
                    (Ne, x != with),
                    (Lt, x < with),
                    (Le, x <= with),
                    (Gt, x > with),
                    (Ge, x >= with),
                ] {
                    let test = Test::compare(X, op, with);
                    assert_eq!(holds(&test, x), expected, "{x} {op:?} {with}");
                    assert_eq!(
                        holds(&test.negated(), x),
                        !expected,
                        "not {x} {op:?} {with}"
                    );
                    assert_eq!(test.negated().negated(), test, "{op:?} {with}");
                }
            }
        }
    }

    #[test]
    fn conjunction_is_that_of_sets() {
        let mut tests: Vec<Test> = vec![Test::present(X), Test::never(X)];
        for a in EDGES {
            tests.push(Test::compare(X, CompareOp::Ne, a));
            tests.extend(EDGES.map(|b| Test::range(X, a, b)));
        }
        let mut joined = 0;
        for a in &tests {
            for b in &tests {
                let Some(both) = a.and(b) else { continue };
                joined += 1;
                for x in EDGES {
                    assert_eq!(
                        holds(&both, x),
                        holds(a, x) && holds(b, x),
                        "{a:?} {b:?} {x}"
                    );
                }
            }
        }
        assert!(joined > 500, "{joined}");
    }

    #[test]
    fn sets_know_the_missing() {
        let gold = Test::numbers(MOOD, &[1]).unwrap();
        let at = |test: &Test, bit: u64| test.holds(|_| bit, |_| 0);
        let values = [0, 1, 2].map(|n| MOOD.value(n).unwrap());
        assert_eq!(values.map(|v| at(&gold, v)), [false, true, false]);
        assert!(!at(&gold, MOOD.missing()) && at(&gold.negated(), MOOD.missing()));
        assert_eq!(values.map(|v| at(&Test::present(MOOD), v)), [true; 3]);
        assert!(!at(&Test::present(MOOD), MOOD.missing()));
        assert_eq!(Test::numbers(MOOD, &[3]), None);
        assert_eq!(MOOD.number(values[2]), Some(2));
        assert_eq!(MOOD.number(MOOD.missing()), None);
    }
}
