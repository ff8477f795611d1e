//! Gates: conjunctions of fused tests as they are asked when nobody wants to know which inputs were read.
//!
//! A gate says what its tests say, in another order: first all fields of bits, one `and` for each word, then
//! the ranges of ints. Tests can't fail, so the order can't be seen.

use super::pool::place;
use super::scalar::Run;
use super::test::{IntRange, Test};

/// A conjunction of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Gate {
    /// Bits that must not be set in the first word.
    pub(crate) forbidden: u64,
    pub(crate) word: u32,
    /// Other words.
    pub(crate) more: Run,
    pub(crate) ranges: Run,
}

/// The pools of gates.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    pub(crate) words: Vec<(u32, u64)>,
    pub(crate) ranges: Vec<IntRange>,
}

impl Gates {
    /// The gate of a conjunction.
    pub(crate) fn gate(&mut self, tests: &[Test]) -> Gate {
        let mut words: Vec<(u32, u64)> = Vec::new();
        let start = self.ranges.len();
        for test in tests {
            match *test {
                Test::Bits {
                    word,
                    domain,
                    allowed,
                    ..
                } => {
                    let forbidden = domain & !allowed;
                    match words.iter_mut().find(|(at, _)| *at == word) {
                        Some((_, known)) => *known |= forbidden,
                        None => words.push((word, forbidden)),
                    }
                }
                Test::Range {
                    place, low, span, ..
                } => self.ranges.push(IntRange { place, low, span }),
            }
        }
        let ranges = run(&self.ranges, start);
        let mut words = words.into_iter();
        let (word, forbidden) = words.next().unwrap_or((0, 0));
        let start = self.words.len();
        self.words.extend(words);
        Gate {
            forbidden,
            word,
            more: run(&self.words, start),
            ranges,
        }
    }

    /// Whether a gate lets these inputs pass.
    #[inline(always)]
    pub(crate) fn passes(&self, gate: &Gate, words: &[u64], ints: &[i64]) -> bool {
        let word = |at: u32| words.get(at as usize).copied().unwrap_or(0);
        word(gate.word) & gate.forbidden == 0
            && (gate.more.len == 0
                || gate
                    .more
                    .of(&self.words)
                    .iter()
                    .all(|(at, forbidden)| word(*at) & forbidden == 0))
            && (gate.ranges.len == 0
                || gate
                    .ranges
                    .of(&self.ranges)
                    .iter()
                    .all(|range| range.holds(ints.get(range.place as usize).copied().unwrap_or(0))))
    }

    /// The first of some gates that lets these inputs pass.
    #[inline(always)]
    pub(crate) fn first_open(&self, gates: &[Gate], words: &[u64], ints: &[i64]) -> Option<usize> {
        gates.iter().position(|gate| self.passes(gate, words, ints))
    }
}

/// What has been added to a pool from a place on.
fn run<T>(pool: &[T], start: usize) -> Run {
    let len = pool.len().saturating_sub(start);
    Run {
        start: place(pool).saturating_sub(u32::try_from(len).unwrap_or(u32::MAX)),
        len: u32::try_from(len).unwrap_or(u32::MAX),
    }
}
