//! Gates: conjunctions of fused tests as they are asked when nobody wants to know which inputs were read.
//!
//! A gate says what its tests say, in another order: first all fields of bits, one `and` for each word, then
//! the ranges of ints. Tests can't fail, so the order can't be seen.

use super::pool::{append, place};
use super::scalar::Run;
use super::size::bytes_of;
use super::test::{IntRange, Test};

/// A conjunction of tests: its first word, its first range, and the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gate {
    /// Bits that must not be set in the word.
    forbidden: u64,
    range: IntRange,
    word: u32,
    /// The place of the rest, if there is one.
    rest: u32,
}

/// What a gate has beyond one word and one range.
#[derive(Clone, Copy, Debug)]
struct Rest {
    words: Run,
    ranges: Run,
}

/// No rest.
const NONE: u32 = u32::MAX;
/// A range that holds whatever its int is, and if there is none.
const ANY: IntRange = IntRange {
    place: 0,
    low: 0,
    span: u64::MAX,
};

impl Default for Gate {
    /// Lets all pass.
    fn default() -> Gate {
        Gate {
            forbidden: 0,
            range: ANY,
            word: 0,
            rest: NONE,
        }
    }
}

/// The pools of gates.
#[derive(Debug, Default)]
pub(crate) struct Gates {
    words: Vec<(u32, u64)>,
    ranges: Vec<IntRange>,
    rests: Vec<Rest>,
}

impl Gates {
    /// The memory that they take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        bytes_of(&self.words) + bytes_of(&self.ranges) + bytes_of(&self.rests)
    }

    /// The gate of a conjunction.
    pub(crate) fn gate(&mut self, tests: &[Test]) -> Gate {
        let mut words: Vec<(u32, u64)> = Vec::new();
        let mut ranges: Vec<IntRange> = Vec::new();
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
                } => ranges.push(IntRange { place, low, span }),
            }
        }
        let ((first_words, words), (first_ranges, ranges)) = (
            words.split_at(words.len().min(1)),
            ranges.split_at(ranges.len().min(1)),
        );
        let (word, forbidden) = first_words.first().copied().unwrap_or((0, 0));
        Gate {
            forbidden,
            range: first_ranges.first().copied().unwrap_or(ANY),
            word,
            rest: self.rest(words, ranges),
        }
    }

    fn rest(&mut self, words: &[(u32, u64)], ranges: &[IntRange]) -> u32 {
        if words.is_empty() && ranges.is_empty() {
            return NONE;
        }
        let rest = Rest {
            words: append(&mut self.words, words),
            ranges: append(&mut self.ranges, ranges),
        };
        self.rests.push(rest);
        place(&self.rests) - 1
    }

    /// Whether a gate lets these inputs pass.
    #[inline(always)]
    pub(crate) fn passes(&self, gate: &Gate, words: &[u64], ints: &[i64]) -> bool {
        word(words, gate.word) & gate.forbidden == 0
            && holds(&gate.range, ints)
            && (gate.rest == NONE || self.passes_rest(gate.rest, words, ints))
    }

    #[inline]
    fn passes_rest(&self, rest: u32, words: &[u64], ints: &[i64]) -> bool {
        let Some(rest) = self.rests.get(rest as usize) else {
            return true;
        };
        let mut ranges = rest.ranges.of(&self.ranges).iter();
        let mut more = rest.words.of(&self.words).iter();
        more.all(|(at, forbidden)| word(words, *at) & forbidden == 0)
            && ranges.all(|range| holds(range, ints))
    }

    /// The first of some gates that lets these inputs pass.
    #[inline(always)]
    pub(crate) fn first_open(&self, gates: &[Gate], words: &[u64], ints: &[i64]) -> Option<usize> {
        gates.iter().position(|gate| self.passes(gate, words, ints))
    }
}

#[inline(always)]
fn word(words: &[u64], at: u32) -> u64 {
    words.get(at as usize).copied().unwrap_or(0)
}

#[inline(always)]
fn holds(range: &IntRange, ints: &[i64]) -> bool {
    range.holds(ints.get(range.place as usize).copied().unwrap_or(0))
}
