//! Watchers of an evaluation, each compiled into its own copy of the walk.
//!
//! A probe never changes the answer. [`NoProbe`] costs nothing; [`Reads`] marks inputs; [`Recording`] keeps
//! every step in the author's terms.

use super::{Hit, Witnesses};
use crate::graph::{Graph, NodeId, Scalar};
use crate::hir::{DefId, InputId};
use std::collections::HashMap;

/// What may be watched. Methods are called only where the constants ask for it.
pub trait Probe {
    /// Wants [`Probe::read`].
    const READS: bool;
    /// Wants all else, and conditions step by step as written.
    const STEPS: bool;
    /// Wants [`Probe::step`].
    const COUNTS: bool = false;
    /// Wants [`Probe::until`].
    const LEASES: bool = false;
    /// May want [`Probe::asked`].
    const PROVES: bool = false;

    /// A node, or one of the questions that a condition begins with, is evaluated.
    fn step(&mut self) {}
    /// What was found at some place stands until then.
    fn until(&mut self, instant: i64) {
        let _ = instant;
    }
    /// An input was read.
    fn read(&mut self, input: InputId, value: impl FnOnce() -> Scalar) {
        let _ = (input, value);
    }
    /// A definition is being evaluated.
    fn enter(&mut self, def: DefId) {
        let _ = def;
    }
    /// Its value, and why.
    fn leave(&mut self, def: DefId, hit: Hit, value: Scalar, because: Scalar) {
        let _ = (def, hit, value, because);
    }
    /// A definition was needed again; its value was known.
    fn recall(&mut self, def: DefId, value: Scalar) {
        let _ = (def, value);
    }
    /// A rule's condition is being asked.
    fn try_rule(&mut self, def: DefId, rule: u32) {
        let _ = (def, rule);
    }
    /// Whether it held.
    fn rule(&mut self, def: DefId, rule: u32, held: bool) {
        let _ = (def, rule, held);
    }
    /// What a rule that held gives, where several count together.
    fn gave(&mut self, rule: u32, value: Scalar) {
        let _ = (rule, value);
    }
    /// Why it does.
    fn reason(&mut self, rule: u32, text: Scalar) {
        let _ = (rule, text);
    }
    /// A parameterised definition is being evaluated in its place.
    fn apply(&mut self, def: DefId) {
        let _ = def;
    }
    /// It has been.
    fn applied(&mut self) {}
    /// A question about events was answered.
    fn asked(&mut self, asked: Answered, witness: impl FnOnce() -> Witnesses) {
        let _ = (asked, witness);
    }
    /// A comparison or question that has no conditions inside, and its answer.
    fn leaf(&mut self, node: NodeId, holds: bool) {
        let _ = (node, holds);
    }
}

/// A question about events that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    /// The question.
    pub node: NodeId,
    /// It has one answer within the evaluation.
    pub fixed: bool,
    /// It is asked within a parameterised definition, or of one item after the other.
    pub inner: bool,
    /// Its answer.
    pub answer: Scalar,
}

/// Watches nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProbe;

impl Probe for NoProbe {
    const READS: bool = false;
    const STEPS: bool = false;
}

/// How many words of a set of inputs take no allocation.
const FEW: usize = 4;

/// The set of inputs read.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// The first inputs; all of them in most rulesets.
    few: [u64; FEW],
    more: Vec<u64>,
}

impl Reads {
    /// An empty set for the inputs of a graph.
    #[must_use]
    pub fn new(graph: &Graph) -> Reads {
        let words = graph.inputs().div_ceil(64);
        Reads {
            few: [0; FEW],
            more: vec![0; words.saturating_sub(FEW)],
        }
    }

    /// Empties the set.
    pub fn clear(&mut self) {
        self.few.fill(0);
        self.more.fill(0);
    }

    /// Whether an input was read.
    #[must_use]
    pub fn contains(&self, input: InputId) -> bool {
        let at = input.index() / 64;
        let word = self.few.get(at).or_else(|| self.more.get(at - FEW));
        (word.copied().unwrap_or(0) >> (input.index() % 64)) & 1 == 1
    }

    /// The inputs read, in declared order.
    pub fn iter(&self) -> impl Iterator<Item = InputId> {
        let words = self.few.iter().chain(&self.more);
        words.zip(0_u32..).flat_map(|(word, at)| {
            (0..64)
                .filter(move |bit| (word >> bit) & 1 == 1)
                .map(move |bit| InputId(at.saturating_mul(64).saturating_add(bit)))
        })
    }
}

impl Probe for Reads {
    const READS: bool = true;
    const STEPS: bool = false;

    #[inline]
    fn read(&mut self, input: InputId, _: impl FnOnce() -> Scalar) {
        let at = input.index() / 64;
        let word = match self.few.get_mut(at) {
            Some(word) => Some(word),
            None => self.more.get_mut(at - FEW),
        };
        if let Some(word) = word {
            *word |= 1 << (input.index() % 64);
        }
    }
}

/// How many steps an evaluation takes: what a budget bounds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting {
    /// So many.
    pub steps: u64,
}

impl Probe for Counting {
    const READS: bool = true;
    const STEPS: bool = false;
    const COUNTS: bool = true;

    fn step(&mut self) {
        self.steps += 1;
    }
}

/// A step of an evaluation. Values are handles: see [`Scratch::view`](super::Scratch::view).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// A definition is being evaluated.
    Enter(DefId),
    /// Its value, the rule that gave it, and why.
    Leave(DefId, Hit, Scalar, Scalar),
    /// A definition was needed again.
    Recall(DefId, Scalar),
    /// A rule or row is being asked.
    TryRule(DefId, u32),
    /// Whether it held.
    Rule(DefId, u32, bool),
    /// What the rule or row that held gives, where several count together.
    Gave(u32, Scalar),
    /// Why it does.
    Reason(u32, Scalar),
    /// A comparison or question, and its answer.
    Leaf(NodeId, bool),
    /// An input was read.
    Read(InputId, Scalar),
    /// A question about events was answered: its place in [`Recording::asked`].
    Asked(u32),
}

/// A question about events, and what proves its answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// The question.
    pub node: NodeId,
    /// The parameterised definition that asks, if one does.
    pub within: Option<DefId>,
    /// Whether it is asked within a parameterised definition, or of one item after the other.
    pub inner: bool,
    /// Its answer.
    pub answer: Scalar,
    /// The place of its witnesses in [`Recording::witnesses`].
    pub witnesses: u32,
}

/// Every step, in order.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// The steps.
    pub events: Vec<Event>,
    /// The questions about events, where these are wanted.
    pub asked: Vec<Asked>,
    /// What proves their answers.
    pub witnesses: Vec<Witnesses>,
    /// So many events of each answer are wanted.
    most: Option<usize>,
    /// The places of those that have one answer.
    fixed: HashMap<NodeId, u32>,
    applied: Vec<DefId>,
}

impl Recording {
    /// With at most so many events that prove each answer about events.
    #[must_use]
    pub fn proving(most: usize) -> Recording {
        Recording {
            most: Some(most),
            ..Recording::default()
        }
    }
}

impl Probe for Recording {
    const READS: bool = true;
    const STEPS: bool = true;
    const PROVES: bool = true;

    fn apply(&mut self, def: DefId) {
        self.applied.push(def);
    }
    fn applied(&mut self) {
        self.applied.pop();
    }
    fn asked(&mut self, asked: Answered, witness: impl FnOnce() -> Witnesses) {
        let Some(most) = self.most else {
            return;
        };
        let Answered {
            node,
            fixed,
            inner,
            answer,
        } = asked;
        let number = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let known = self.fixed.get(&node).copied().filter(|_| fixed);
        let witnesses = known.unwrap_or_else(|| {
            let mut found = witness();
            found.shorten(most);
            self.witnesses.push(found);
            number(self.witnesses.len() - 1)
        });
        if fixed {
            self.fixed.insert(node, witnesses);
        }
        self.events.push(Event::Asked(number(self.asked.len())));
        self.asked.push(Asked {
            node,
            within: self.applied.last().copied(),
            inner,
            answer,
            witnesses,
        });
    }
    fn read(&mut self, input: InputId, value: impl FnOnce() -> Scalar) {
        self.events.push(Event::Read(input, value()));
    }
    fn enter(&mut self, def: DefId) {
        self.events.push(Event::Enter(def));
    }
    fn leave(&mut self, def: DefId, hit: Hit, value: Scalar, because: Scalar) {
        self.events.push(Event::Leave(def, hit, value, because));
    }
    fn recall(&mut self, def: DefId, value: Scalar) {
        self.events.push(Event::Recall(def, value));
    }
    fn try_rule(&mut self, def: DefId, rule: u32) {
        self.events.push(Event::TryRule(def, rule));
    }
    fn rule(&mut self, def: DefId, rule: u32, held: bool) {
        self.events.push(Event::Rule(def, rule, held));
    }
    fn gave(&mut self, rule: u32, value: Scalar) {
        self.events.push(Event::Gave(rule, value));
    }
    fn reason(&mut self, rule: u32, text: Scalar) {
        self.events.push(Event::Reason(rule, text));
    }
    fn leaf(&mut self, node: NodeId, holds: bool) {
        self.events.push(Event::Leaf(node, holds));
    }
}
