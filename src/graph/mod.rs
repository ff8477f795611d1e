//! The decision graph: what a ruleset computes, as one flat, hash-consed arena that is walked to decide.
//!
//! In: a typed program. Out: [`Graph`], immutable and shared by all threads. `build` lowers expressions and
//! definitions, `simplify` keeps nodes small without changing what they mean, `fuse` turns conditions into
//! tests without dispatch, `intern` makes equal nodes one. `export` draws the graph, `verify` checks it.
//!
//! *Meaning* is three things here, and no rewriting may change any of them: the value, which overflow
//! surfaces (operands from left to right, and only those that matter), and the set of inputs read.
//!
//! Invariants: children before parents, also through definitions; no node deeper than
//! [`Limits::graph_depth`](crate::Limits), none with more evaluations of streams than `event_steps`; spans only in a side
//! table.

mod ahead;
mod build;
mod choices;
mod effort;
pub mod export;
pub(crate) mod func;
mod fuse;
pub(crate) mod gate;
mod intern;
mod journeys;
pub(crate) mod layout;
mod memo;
mod node;
pub(crate) mod ops;
pub(crate) mod pool;
mod reaching;
mod rules;
mod scalar;
pub(crate) mod show;
mod simplify;
mod size;
pub(crate) mod streams;
mod test;
pub mod told;
pub mod verify;
pub mod words;

#[cfg(any(test, feature = "internals"))]
pub mod testing;

#[cfg(test)]
mod tests;

pub use ahead::Ahead;
pub(crate) use intern::key_order;
pub use layout::Kind;
pub use node::{
    Apply, Binds, Block, Candidate, Chain, Choice, DefNode, Fold, List, Node, NodeId, Operands,
    Origin, Policy, Rule, Tests, Weight,
};
pub use scalar::{EventRef, Items, Run, Scalar, TextRef};
pub use test::Test;

use crate::diagnostic::Diagnostic;
use crate::hir::{ArithOp, DefId, InputId, Program};
use crate::limits::Limits;
use crate::source::Span;
use func::Function;
use gate::{Gate, Gates};
use layout::Layout;
use memo::Memos;
use node::{Index, Shape};
use pool::Pool;
use std::sync::Arc;
use told::{Ask, Events, Stream, StreamId};

/// A whole ruleset, ready to be evaluated.
#[derive(Debug)]
pub struct Graph {
    nodes: Vec<Node>,
    children: Vec<NodeId>,
    tests: Vec<Test>,
    /// The gates of blocks and of rules; the first lets all pass.
    gates: Vec<Gate>,
    gate_pools: Gates,
    rules: Vec<Rule>,
    chains: Vec<Chain>,
    choices: Vec<Choice>,
    operators: Vec<Vec<ArithOp>>,
    shapes: Vec<Shape>,
    functions: Vec<Function>,
    applies: Vec<Apply>,
    folds: Vec<Fold>,
    indexes: Vec<Index>,
    streams: Vec<Stream>,
    stream_nodes: Vec<NodeId>,
    asks: Vec<Ask>,
    events: Arc<Events>,
    /// The input that `now` is.
    now: Option<InputId>,
    zone: Option<DefId>,
    /// For each question about events whether the zone matters to it.
    zoned: Vec<bool>,
    /// For each question about events what it is given by the context; empty where none is given any.
    given: Vec<Vec<NodeId>>,
    /// For each node whether time matters to it.
    timed: Vec<bool>,
    ranks: Vec<Vec<u32>>,
    locals: u32,
    defs: Vec<DefNode>,
    origins: Vec<Origin>,
    pool: Pool,
    layout: Arc<Layout>,
    memos: Memos,
    /// For each definition the questions about events that can be answered before it is evaluated.
    ahead: Vec<Vec<Ahead>>,
    cells: u32,
    depth: usize,
}

impl Graph {
    /// Builds the graph of a program.
    ///
    /// # Errors
    /// The graph is larger or deeper than the limits.
    pub fn build(program: &Program, limits: &Limits) -> Result<Graph, Vec<Diagnostic>> {
        build::build(program, limits).map_err(|diagnostic| vec![*diagnostic])
    }

    /// How many nodes there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.nodes.len()
    }

    /// How many steps lie inside one another at most.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The part of a text a node comes from (the first, if several say the same).
    #[must_use]
    pub fn span(&self, node: NodeId) -> Span {
        self.origin(node).map_or_else(Span::default, |o| o.span)
    }

    /// Where a node comes from.
    #[must_use]
    pub fn origin(&self, node: NodeId) -> Option<Origin> {
        self.origins.get(node.index()).copied()
    }

    /// All nodes, children before parents.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// All definitions, in the order of the program.
    #[must_use]
    pub fn defs(&self) -> &[DefNode] {
        &self.defs
    }

    /// The rules of all definitions that have rules, in no useful order.
    #[must_use]
    pub fn chains(&self) -> &[Chain] {
        &self.chains
    }

    /// How many inputs there are.
    #[must_use]
    pub fn inputs(&self) -> usize {
        self.layout.len()
    }

    pub(crate) fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.pool
    }

    #[inline]
    pub(crate) fn memos(&self) -> &Memos {
        &self.memos
    }

    pub(crate) fn cells(&self) -> usize {
        self.cells as usize
    }

    /// The children of a list.
    #[inline]
    pub(crate) fn list(&self, list: List) -> &[NodeId] {
        list.0.of(&self.children)
    }

    /// The tests of a stretch.
    #[inline]
    pub(crate) fn tests(&self, tests: Tests) -> &[Test] {
        tests.0.of(&self.tests)
    }

    /// The rules of a chain.
    #[inline]
    pub(crate) fn rules(&self, chain: &Chain) -> &[Rule] {
        chain.rules.of(&self.rules)
    }

    /// The input that a node asks about, if it is a question about one alone.
    pub(crate) fn input_of(&self, id: NodeId) -> Option<InputId> {
        match *self.node(id) {
            Node::Test(place) => Some(self.test(place).input()),
            Node::DecimalTest { input, .. } | Node::TextTest { input, .. } => Some(input),
            _ => None,
        }
    }

    /// The nodes a node needs, through rules and definitions too.
    pub(crate) fn each_child(&self, node: &Node, mut visit: impl FnMut(NodeId)) {
        match *node {
            Node::Const(_)
            | Node::Input { .. }
            | Node::Test(_)
            | Node::DecimalTest { .. }
            | Node::TextTest { .. }
            | Node::Local(_) => {}
            Node::Stream(place) => self.each_of_stream(place, visit),
            Node::Ask(place) => self.each_of_ask(place, visit),
            Node::And(list, _)
            | Node::Or(list, _)
            | Node::InRange(_, _, list)
            | Node::IntChain(list, _)
            | Node::DecimalChain(list, _)
            | Node::Else(list)
            | Node::If(list)
            | Node::Record(list, _)
            | Node::List(list)
            | Node::Call(_, list) => self.list(list).iter().copied().for_each(visit),
            Node::Apply(place, list) => {
                self.list(list).iter().copied().for_each(&mut visit);
                if let Some(apply) = self.apply(place) {
                    visit(apply.root);
                }
            }
            Node::Fold(place) => {
                if let Some(fold) = self.fold(place) {
                    visit(fold.list);
                    visit(fold.body);
                }
            }
            Node::Not(a)
            | Node::IsPresent(a)
            | Node::Neg(a)
            | Node::Widen(a)
            | Node::Lookup(_, a)
            | Node::Field(a, _) => visit(a),
            Node::Compare(_, _, a, b)
            | Node::Is(a, b)
            | Node::InList(a, b)
            | Node::TryDiv(a, b) => {
                visit(a);
                visit(b);
            }
            Node::Chain(place) => {
                let chain = self.chain(place);
                for rule in self.rules(chain) {
                    visit(rule.when);
                    visit(rule.value);
                    rule.because.into_iter().for_each(&mut visit);
                }
                visit(chain.otherwise);
                chain.otherwise_because.into_iter().for_each(&mut visit);
                if let Some(choice) = self.choice(chain) {
                    choice.each(visit);
                }
            }
            Node::Def(def) => visit(self.def(def).root),
        }
    }

    #[inline]
    pub(crate) fn gates(&self) -> &Gates {
        &self.gate_pools
    }

    /// The gates of a chain's rules.
    #[inline]
    pub(crate) fn gates_of(&self, chain: &Chain) -> &[Gate] {
        chain.gates.of(&self.gates)
    }

    pub(crate) fn operators(&self, place: u32) -> &[ArithOp] {
        self.operators
            .get(place as usize)
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn function(&self, place: u32) -> Option<&Function> {
        self.functions.get(place as usize)
    }

    pub(crate) fn apply(&self, place: u32) -> Option<&Apply> {
        self.applies.get(place as usize)
    }

    pub(crate) fn fold(&self, place: u32) -> Option<Fold> {
        self.folds.get(place as usize).copied()
    }

    pub(crate) fn index(&self, place: u32) -> Option<&Index> {
        self.indexes.get(place as usize)
    }

    /// How a chain of actions is chosen from.
    #[inline]
    pub(crate) fn choice(&self, chain: &Chain) -> Option<&Choice> {
        self.choices.get(chain.choice as usize)
    }

    /// How important a member is: the least number first.
    pub(crate) fn rank(&self, chain: &Chain, value: Scalar) -> u32 {
        let ranks = self.ranks.get(chain.ranks as usize);
        let rank = match value {
            Scalar::Member(member) => ranks.and_then(|r| r.get(member as usize)),
            _ => None,
        };
        rank.copied().unwrap_or(u32::MAX)
    }

    /// Whether time matters to a node.
    #[inline]
    pub(crate) fn is_timed(&self, id: NodeId) -> bool {
        self.timed.get(id.index()).copied().unwrap_or(false)
    }

    /// The input that `now` is, if anything asks for it.
    pub(crate) fn now(&self) -> Option<InputId> {
        self.now
    }

    /// The definition of the zone, where it matters to a question about events.
    pub(crate) fn zone_of(&self, ask: u32) -> Option<DefId> {
        let zoned = self.zoned.get(ask as usize).copied();
        self.zone.filter(|_| zoned == Some(true))
    }

    /// What a question about events is given by the context.
    pub(crate) fn given(&self, ask: u32) -> &[NodeId] {
        self.given.get(ask as usize).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn ask(&self, place: u32) -> Option<&Ask> {
        self.asks.get(place as usize)
    }

    pub(crate) fn stream(&self, id: StreamId) -> Option<&Stream> {
        self.streams.get(id.0 as usize)
    }

    /// What is known of events.
    pub(crate) fn events(&self) -> &Arc<Events> {
        &self.events
    }

    pub(crate) fn streams(&self) -> &[Stream] {
        &self.streams
    }

    pub(crate) fn asks(&self) -> &[Ask] {
        &self.asks
    }

    /// Whether anything asks about events.
    pub(crate) fn asks_of_events(&self) -> bool {
        !self.asks.is_empty()
    }

    pub(crate) fn locals(&self) -> usize {
        self.locals as usize
    }

    pub(crate) fn shape(&self, place: u32) -> Option<&Shape> {
        self.shapes.get(place as usize)
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "ids are made only by the builder that fills these lists, `verify` checks them, and they never leave their graph"
)]
impl Graph {
    /// One node.
    #[inline]
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// One definition.
    #[inline]
    #[must_use]
    pub fn def(&self, id: DefId) -> DefNode {
        self.defs[id.index()]
    }

    #[inline]
    pub(crate) fn test(&self, place: u32) -> &Test {
        &self.tests[place as usize]
    }

    #[inline]
    pub(crate) fn gate(&self, block: Block) -> &Gate {
        &self.gates[block.gate as usize]
    }

    #[inline]
    pub(crate) fn chain(&self, place: u32) -> &Chain {
        &self.chains[place as usize]
    }
}
