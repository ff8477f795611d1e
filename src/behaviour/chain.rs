//! Chains: what happened in order.
//!
//! Events go by in order, once. At each step of the chain there are beginnings of it that end in an event of that step;
//! of those that can't be told apart by what follows the one that began last stays, which any bound on the whole allows
//! if it allows any. So most chains need one beginning a step. A deadline becomes known by the passing of time, before
//! what happens at the same instant.

mod run;
mod tell;

use crate::eval::{Item, Key};
use crate::graph::Graph;
use crate::graph::told::{Length, Steps, StreamId};
use crate::hir::told::ThenWord;
use std::sync::Arc;

/// A beginning of a chain.
#[derive(Clone, Debug)]
struct Partial {
    /// Where its last step stands.
    key: Key,
    /// Where its first step stands.
    start: Key,
    /// The last event in it.
    last: Item,
    /// Events of earlier steps that later steps ask about, by step.
    bound: Vec<(u32, Item)>,
    /// Its next step has come.
    followed: bool,
    /// Its events, where they are asked for.
    trail: Trail,
}

/// The events of a beginning, the last one first, each with its step.
pub(super) type Trail = Option<Arc<Link>>;

/// The last event of a beginning, and those before it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) step: usize,
    pub(super) item: Item,
    pub(super) before: Trail,
}

/// The beginnings that end in one step.
#[derive(Clone, Debug, Default)]
struct Level {
    list: Vec<Partial>,
    /// Those before this place are over.
    from: usize,
    /// Nothing from before this goes on to the next step: a guard came.
    barrier: Option<Key>,
}

impl Level {
    fn live(&self) -> &[Partial] {
        self.list.get(self.from..).unwrap_or(&[])
    }

    /// Of several that wait since one instant, what became known by the passing of time stands before what happened; the
    /// deadlines of both stand in the order of their events.
    fn put_first_due_first(&mut self) {
        let Some(first) = self.live().first().map(|p| p.key).filter(|key| !key.raw) else {
            return;
        };
        let order = |key: Key| (key.seq, key.ty, key.row);
        let alike = self.live().iter().take_while(|p| p.key.at == first.at);
        let least = alike.enumerate().min_by_key(|(_, p)| order(p.key));
        let place = least.map_or(0, |(place, _)| place);
        if let Some(run) = self.list.get_mut(self.from..=self.from + place) {
            run.rotate_right(1);
        }
    }
}

/// A step, its lengths known.
#[derive(Clone, Copy, Debug)]
struct Rule {
    word: ThenWord,
    /// Something is asked of it and of earlier steps together.
    correlated: bool,
    within: Option<i64>,
    later: Option<i64>,
    /// The newest step before it that is an event.
    before: usize,
    /// The earlier steps that steps behind this one ask about.
    needed: u32,
}

/// What is fixed of a chain.
#[derive(Debug)]
pub(super) struct Fixed {
    rules: Vec<Rule>,
    within: Option<i64>,
    views: Vec<u32>,
    /// Whether beginnings are kept that only `open` asks for.
    keeps_all: bool,
    /// Whether beginnings know their events.
    trails: bool,
}

impl Fixed {
    /// Of a chain whose lengths are constants.
    pub(super) fn known(graph: &Graph, chain: &Steps, keeps_all: bool) -> Fixed {
        let known = |length: Option<Length>| match length {
            Some(Length::Known(ms)) => Some(ms),
            _ => None,
        };
        let steps = chain.steps.iter();
        let lengths = steps.map(|step| (known(step.within), known(step.later)));
        let lengths: Vec<Lengths> = lengths.collect();
        Fixed::new(graph, chain, (known(chain.within), &lengths), keeps_all)
    }

    fn new(
        graph: &Graph,
        chain: &Steps,
        (within, lengths): (Option<i64>, &[Lengths]),
        keeps_all: bool,
    ) -> Fixed {
        let mut rules = Vec::with_capacity(chain.steps.len());
        let mut before = 0;
        for ((at, step), (within, later)) in chain.steps.iter().enumerate().zip(lengths) {
            let behind = chain.steps.iter().skip(at + 1);
            rules.push(Rule {
                word: step.word,
                correlated: !step.keys.is_empty() || step.condition.is_some(),
                within: *within,
                later: *later,
                before,
                needed: behind.fold(0, |all, s| all | s.asks),
            });
            if step.word != ThenWord::No {
                before = at;
            }
        }
        Fixed {
            rules,
            within,
            views: chain.steps.iter().map(|s| graph.view_of(s.of)).collect(),
            keeps_all,
            trails: false,
        }
    }
}

/// Of a step: less than this behind the one before, and this or longer.
type Lengths = (Option<i64>, Option<i64>);

/// What the events of a source are to a chain.
#[derive(Clone, Copy, Debug)]
struct Role {
    of: StreamId,
    /// The steps they may be, and the steps they guard.
    steps: u32,
    guards: u32,
}

/// How far a chain has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    levels: Vec<Level>,
    /// The newest event that any step selects.
    newest: Option<Key>,
    /// How many steps have happened at most.
    pub(super) reached: usize,
    /// What has completed it since this was last emptied.
    pub(super) found: Vec<Item>,
    /// Where events are asked for: of each that was found, and of the longest beginning that came last.
    pub(super) trails: Vec<Trail>,
    pub(super) longest: Trail,
}

impl Way {
    /// The memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let bound = |partial: &Partial| partial.bound.capacity() * size_of::<(u32, Item)>();
        let level = |level: &Level| {
            let list = level.list.capacity() * size_of::<Partial>();
            list + level.list.iter().map(bound).sum::<usize>()
        };
        self.levels.capacity() * size_of::<Level>()
            + self.levels.iter().map(level).sum::<usize>()
            + self.found.capacity() * size_of::<Item>()
    }
}

/// An event that comes to a chain, as steps of it and as guards.
pub(super) struct Entry {
    item: Item,
    steps: u32,
    guards: u32,
}

impl Entry {
    pub(super) fn step(item: Item, at: usize) -> Entry {
        let (steps, guards) = (bit(at), 0);
        Entry {
            item,
            steps,
            guards,
        }
    }

    pub(super) fn guard(item: Item, at: usize) -> Entry {
        let (steps, guards) = (0, bit(at));
        Entry {
            item,
            steps,
            guards,
        }
    }
}

/// A chain under way.
pub(super) struct Run<'c> {
    chain: &'c Steps,
    fixed: Arc<Fixed>,
    pub(super) way: Way,
}

fn bit(at: usize) -> u32 {
    1_u32
        .checked_shl(u32::try_from(at).unwrap_or(u32::MAX))
        .unwrap_or(0)
}

/// The streams of all steps and guards, each once.
fn parts(chain: &Steps) -> Vec<Role> {
    let mut parts: Vec<Role> = Vec::new();
    let mut want =
        |of: StreamId, steps: u32, guards: u32| match parts.iter_mut().find(|part| part.of == of) {
            Some(part) => {
                part.steps |= steps;
                part.guards |= guards;
            }
            None => parts.push(Role { of, steps, guards }),
        };
    for (at, step) in chain.steps.iter().enumerate() {
        want(step.of, bit(at), 0);
        step.without.iter().for_each(|id| want(*id, 0, bit(at)));
    }
    parts
}
