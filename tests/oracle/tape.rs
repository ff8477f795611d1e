//! The choices a generated case is made of, and how a failing case is made small.
//!
//! A [`Tape`] is a list of numbers; every choice of the generator takes the next one, and behind the end all are
//! 0, the simplest choice. A [`Case`] has one tape for the types, one a definition and one a context, so that
//! taking one away leaves the others' choices alone. [`Cases`] is the proptest strategy: it makes a case from one
//! random number and shrinks it by leaving out tapes, then stretches of each tape, then by making numbers smaller.

use proptest::prelude::Rng as _;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::cell::Cell;

/// A list of choices, read from the front.
#[derive(Debug)]
pub struct Tape<'a> {
    words: &'a [u32],
    at: Cell<usize>,
}

impl<'a> Tape<'a> {
    /// Reads these choices.
    pub fn new(words: &'a [u32]) -> Self {
        Tape {
            words,
            at: Cell::new(0),
        }
    }

    fn next(&self) -> u32 {
        let at = self.at.get();
        self.at.set(at + 1);
        self.words.get(at).copied().unwrap_or(0)
    }

    /// A number below `n`; the simplest is 0.
    pub fn below(&self, n: usize) -> usize {
        let n = u64::try_from(n.max(1)).expect("small");
        // Scaled, not divided: a smaller word is a smaller choice.
        usize::try_from((u64::from(self.next()) * n) >> 32).expect("small")
    }

    /// True in so many of a hundred cases; the simplest is false.
    pub fn chance(&self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of these; the simplest is the first.
    pub fn pick<'t, T>(&self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// One of these words; the simplest is the first.
    pub fn word<'t>(&self, from: &[&'t str]) -> &'t str {
        from[self.below(from.len())]
    }

    /// The place of one of these weights; the simplest is the first.
    pub fn weighted(&self, weights: &[usize]) -> usize {
        let mut at = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if at < *weight {
                return place;
            }
            at -= weight;
        }
        weights.len() - 1
    }

    /// The places `0..n` in some order; the simplest is the natural one.
    pub fn shuffled(&self, n: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (0..n).collect();
        for i in 0..n.saturating_sub(1) {
            places.swap(i, i + self.below(n - i));
        }
        places
    }
}

/// All choices of one generated ruleset and its contexts.
#[derive(Clone, Debug)]
pub struct Case {
    /// Enums, records, context, touchpoint, layout.
    pub types: Vec<u32>,
    /// One a definition.
    pub definitions: Vec<Vec<u32>>,
    /// One a context.
    pub contexts: Vec<Vec<u32>>,
}

/// A small generator of random numbers (SplitMix64), so that a case is a function of one number.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn words(&mut self, n: usize) -> Vec<u32> {
        (0..n).map(|_| (self.next() >> 32) as u32).collect()
    }
}

/// So many choices, from one number.
pub fn words(seed: u64, count: usize) -> Vec<u32> {
    Random(seed).words(count)
}

impl Case {
    /// The case of that number.
    pub fn from_seed(seed: u64, contexts: usize) -> Case {
        let mut random = Random(seed);
        let definitions = 3 + usize::try_from(random.next() % 9).expect("small");
        Case {
            types: random.words(400),
            definitions: (0..definitions).map(|_| random.words(600)).collect(),
            contexts: (0..contexts).map(|_| random.words(200)).collect(),
        }
    }

    fn tapes(&mut self) -> impl Iterator<Item = &mut Vec<u32>> {
        std::iter::once(&mut self.types)
            .chain(&mut self.definitions)
            .chain(&mut self.contexts)
    }
}

/// The strategy of all cases.
#[derive(Clone, Debug)]
pub struct Cases {
    /// How many contexts a ruleset gets.
    pub contexts: usize,
}

impl Strategy for Cases {
    type Tree = CaseTree;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = runner.rng().next_u64();
        let case = Case::from_seed(seed, self.contexts);
        Ok(CaseTree {
            least: case.clone(),
            tried: case,
            step: 0,
            helped: false,
        })
    }
}

/// A case on its way to a smaller one that fails too.
#[derive(Debug)]
pub struct CaseTree {
    least: Case,
    tried: Case,
    step: usize,
    helped: bool,
}

/// Lengths of the stretches left out, or made 0, in turn.
const STRETCHES: [usize; 5] = [256, 64, 16, 4, 1];

impl CaseTree {
    /// The case of the next step, if any is left: one that differs from the least.
    fn advance(&mut self) -> bool {
        loop {
            let Some(mut next) = candidate(&self.least, self.step) else {
                if !self.helped {
                    self.tried = self.least.clone();
                    return false;
                }
                // Something became smaller: begin again.
                self.helped = false;
                self.step = 0;
                continue;
            };
            self.step += 1;
            trim(&mut next);
            if !same(&next, &self.least) {
                self.tried = next;
                return true;
            }
        }
    }
}

impl ValueTree for CaseTree {
    type Value = Case;

    fn current(&self) -> Case {
        self.tried.clone()
    }

    fn simplify(&mut self) -> bool {
        let first = same(&self.tried, &self.least);
        if !first {
            self.least = self.tried.clone();
            self.helped = true;
            self.step -= 1; // what was left out moved the rest to its place
        }
        self.advance()
    }

    fn complicate(&mut self) -> bool {
        self.advance()
    }
}

fn same(a: &Case, b: &Case) -> bool {
    a.types == b.types && a.definitions == b.definitions && a.contexts == b.contexts
}

/// Zeros at the end say nothing.
fn trim(case: &mut Case) {
    for tape in case.tapes() {
        while tape.last() == Some(&0) {
            tape.pop();
        }
    }
}

/// The case of one step: contexts left out, definitions left out, then each tape's stretches.
fn candidate(from: &Case, step: usize) -> Option<Case> {
    let mut case = from.clone();
    let mut step = step;
    if step < case.contexts.len() {
        case.contexts.remove(step);
        return Some(case);
    }
    step -= case.contexts.len();
    if step < case.definitions.len() {
        let last = case.definitions.len() - 1;
        case.definitions.remove(last - step);
        return Some(case);
    }
    step -= case.definitions.len();
    let mut found = false;
    for stretch in STRETCHES {
        for tape in case.tapes() {
            let steps = tape.len().div_ceil(stretch);
            // Each stretch: left out, made 0, halved.
            if step < 3 * steps {
                let start = (step / 3) * stretch;
                let end = (start + stretch).min(tape.len());
                match step % 3 {
                    0 => drop(tape.drain(start..end)),
                    1 => tape[start..end].fill(0),
                    _ => tape[start..end].iter_mut().for_each(|word| *word /= 2),
                }
                found = true;
                break;
            }
            step -= 3 * steps;
        }
        if found {
            return Some(case);
        }
    }
    None
}
