//! The arena under construction: equal nodes, lists, tests and constants are stored once.

use super::effort::Efforts;
use super::func::Function;
use super::gate::{Gate, Gates};
use super::layout::Layout;
use super::memo::Memos;
use super::node::{Apply, Block, Fold, Index, List, Node, NodeId, Origin, Shape, Tests};
use super::pool::{PoolBuilder, append, place};
use super::scalar::{Run, Scalar, TextRef};
use super::test::Test;
use super::told::{Ask, Events, Stream, StreamId};
use super::{Chain, DefNode, Graph, Rule};
use crate::diagnostic::{Code, Diagnostic};
use crate::hir::{ArithOp, DefId, ExprId, Func, Program, Reference};
use crate::limits::Limits;
use crate::value::Value;
use crate::work::steps;
use std::collections::HashMap;
use std::sync::Arc;

/// Why a graph can't be built.
pub(crate) type Refusal = Box<Diagnostic>;

/// A graph in the making.
#[derive(Debug)]
pub(crate) struct Arena {
    pub(crate) graph: Graph,
    pub(crate) pool: PoolBuilder,
    /// How many steps lie inside one another at each node, itself included.
    depths: Vec<u32>,
    /// How often streams and questions about events are evaluated for each node.
    efforts: Efforts,
    known: HashMap<(Node, Option<ExprId>), NodeId>,
    lists: HashMap<Box<[NodeId]>, List>,
    tests: HashMap<Test, u32>,
    operators: HashMap<Vec<ArithOp>, u32>,
    shapes: HashMap<Shape, u32>,
    functions: HashMap<Func, u32>,
    applies: HashMap<Apply, u32>,
    folds: HashMap<Fold, u32>,
    indexes: HashMap<DefId, u32>,
    streams: HashMap<Stream, NodeId>,
    asks: HashMap<Ask, u32>,
    limits: Limits,
}

impl Arena {
    pub(crate) fn new(layout: Layout, program: &Program, limits: &Limits) -> Arena {
        let nowhere = DefNode {
            root: NodeId(u32::MAX),
            cell: u32::MAX,
        };
        Arena {
            graph: Graph {
                nodes: Vec::new(),
                children: Vec::new(),
                tests: Vec::new(),
                gates: vec![Gate::default()],
                gate_pools: Gates::default(),
                rules: Vec::new(),
                chains: Vec::new(),
                choices: Vec::new(),
                operators: Vec::new(),
                shapes: Vec::new(),
                functions: Vec::new(),
                applies: Vec::new(),
                folds: Vec::new(),
                indexes: Vec::new(),
                streams: Vec::new(),
                stream_nodes: Vec::new(),
                asks: Vec::new(),
                events: Arc::new(Events::new(program)),
                now: program.now(),
                zone: program.zone(),
                zoned: Vec::new(),
                given: Vec::new(),
                timed: Vec::new(),
                ranks: vec![Vec::new()],
                locals: place(program.local_names()),
                defs: vec![nowhere; program.defs().len()],
                origins: Vec::new(),
                pool: super::pool::Pool::default(),
                layout: Arc::new(layout),
                memos: Memos::default(),
                ahead: Vec::new(),
                cells: 0,
                depth: 0,
            },
            pool: PoolBuilder::default(),
            depths: Vec::new(),
            efforts: Efforts::default(),
            known: HashMap::new(),
            lists: HashMap::new(),
            tests: HashMap::new(),
            operators: HashMap::new(),
            shapes: HashMap::new(),
            functions: HashMap::new(),
            applies: HashMap::new(),
            folds: HashMap::new(),
            indexes: HashMap::new(),
            streams: HashMap::new(),
            asks: HashMap::new(),
            limits: limits.clone(),
        }
    }

    /// The finished graph.
    pub(crate) fn finish(self) -> Graph {
        let mut graph = self.graph;
        graph.pool = self.pool.pool;
        graph.zoned = graph.find_zoned();
        graph.given = graph.find_given();
        graph.timed = graph.find_timed();
        (graph.memos, graph.cells) = Memos::find(&graph, graph.cells);
        graph.ahead = graph.find_ahead();
        graph
    }

    /// A node.
    pub(crate) fn node(&self, id: NodeId) -> Node {
        *self.graph.node(id)
    }

    /// The node that says this: a known one, or a new one.
    pub(crate) fn intern(&mut self, node: Node, origin: Origin) -> Result<NodeId, Refusal> {
        // What can overflow is told apart by where it is written, so that an overflow names its own place.
        steps(1);
        let written = can_overflow(&node).then_some(origin.expr).flatten();
        let identity = (identity(node), written);
        if let Some(known) = self.known.get(&identity) {
            return Ok(*known);
        }
        let id = self.add(node, origin)?;
        self.known.insert(identity, id);
        Ok(id)
    }

    fn add(&mut self, node: Node, origin: Origin) -> Result<NodeId, Refusal> {
        if self.graph.nodes.len() >= self.limits.graph_nodes.min(u32::MAX as usize - 1) {
            return Err(too_large(origin, self.limits.graph_nodes));
        }
        let own = match node {
            Node::Stream(_) | Node::Ask(_) => EVENT_DEPTH,
            _ => 1,
        };
        let depth = self.depth_below(&node).saturating_add(own);
        if depth as usize > self.limits.graph_depth {
            return Err(too_deep(origin, self.limits.graph_depth));
        }
        self.graph.depth = self.graph.depth.max(depth as usize);
        let id = NodeId(place(&self.graph.nodes));
        let effort = self.efforts.note(&self.graph, &node, id);
        let evaluates = matches!(node, Node::Stream(_) | Node::Ask(_) | Node::Apply(..));
        if evaluates && effort as usize > self.limits.event_steps {
            return Err(too_laborious(origin, self.limits.event_steps));
        }
        self.graph.nodes.push(node);
        self.graph.origins.push(origin);
        self.depths.push(depth);
        Ok(id)
    }

    /// The depth of the deepest child.
    fn depth_below(&self, node: &Node) -> u32 {
        let mut deepest = 0;
        self.graph.each_child(node, |child| {
            steps(1);
            let depth = self.depths.get(child.index()).copied().unwrap_or(0);
            deepest = deepest.max(depth);
        });
        deepest
    }

    /// A list of children.
    pub(crate) fn list(&mut self, children: &[NodeId]) -> List {
        steps(children.len());
        if let Some(known) = self.lists.get(children) {
            return *known;
        }
        let list = List(append(&mut self.graph.children, children));
        self.lists.insert(children.into(), list);
        list
    }

    /// The place of a test in the pool.
    pub(crate) fn test(&mut self, test: Test) -> u32 {
        *self.tests.entry(test).or_insert_with(|| {
            self.graph.tests.push(test);
            place(&self.graph.tests) - 1
        })
    }

    /// A stretch of tests.
    pub(crate) fn tests(&mut self, tests: &[Test]) -> Tests {
        steps(tests.len());
        if let [one] = tests {
            let start = self.test(*one);
            return Tests(Run { start, len: 1 });
        }
        Tests(append(&mut self.graph.tests, tests))
    }

    /// The gate of a conjunction.
    pub(crate) fn gate(&mut self, tests: &[Test]) -> Gate {
        self.graph.gate_pools.gate(tests)
    }

    /// A block that covers so many children.
    pub(crate) fn new_block(&mut self, covered: u32, tests: &[Test]) -> Block {
        let gate = self.gate(tests);
        self.graph.gates.push(gate);
        Block {
            covered,
            tests: self.tests(tests),
            gate: place(&self.graph.gates) - 1,
        }
    }

    pub(crate) fn operators(&mut self, operators: Vec<ArithOp>) -> u32 {
        *self
            .operators
            .entry(operators)
            .or_insert_with_key(|operators| {
                self.graph.operators.push(operators.clone());
                place(&self.graph.operators) - 1
            })
    }

    pub(crate) fn shape(&mut self, shape: Shape) -> u32 {
        *self.shapes.entry(shape).or_insert_with_key(|shape| {
            self.graph.shapes.push(shape.clone());
            place(&self.graph.shapes) - 1
        })
    }

    /// A function, prepared.
    pub(crate) fn function(&mut self, program: &Program, func: &Func) -> u32 {
        if let Some(known) = self.functions.get(func) {
            return *known;
        }
        let at = place(&self.graph.functions);
        self.graph.functions.push(Function::new(program, func));
        self.functions.insert(func.clone(), at);
        at
    }

    /// A parameterised definition and its arguments.
    pub(crate) fn apply(
        &mut self,
        apply: Apply,
        arguments: &[NodeId],
        origin: Origin,
    ) -> Result<NodeId, Refusal> {
        let list = self.list(arguments);
        let place = *self.applies.entry(apply).or_insert_with_key(|apply| {
            self.graph.applies.push(apply.clone());
            place(&self.graph.applies) - 1
        });
        self.intern(Node::Apply(place, list), origin)
    }

    /// A look at the items of a list.
    pub(crate) fn fold(&mut self, fold: Fold, origin: Origin) -> Result<NodeId, Refusal> {
        let place = *self.folds.entry(fold).or_insert_with_key(|fold| {
            self.graph.folds.push(*fold);
            place(&self.graph.folds) - 1
        });
        self.intern(Node::Fold(place), origin)
    }

    /// The row of reference data with a key.
    pub(crate) fn lookup(
        &mut self,
        def: DefId,
        reference: &Reference,
        key: NodeId,
        origin: Origin,
    ) -> Result<NodeId, Refusal> {
        let place = match self.indexes.get(&def) {
            Some(known) => *known,
            None => {
                let rows = self.sorted_rows(reference);
                let at = place(&self.graph.indexes);
                self.graph.indexes.push(Index { def, rows });
                self.indexes.insert(def, at);
                at
            }
        };
        self.intern(Node::Lookup(place, key), origin)
    }

    /// The rows of a reference in the order of their keys.
    fn sorted_rows(&mut self, reference: &Reference) -> Vec<(Scalar, Scalar)> {
        let mut rows = Vec::new();
        if let Value::List(items) = &reference.rows {
            for row in items.iter() {
                if let Value::Record(fields) = row
                    && let Some(key) = fields.get(reference.key as usize)
                {
                    rows.push((self.pool.value(key), self.pool.value(row)));
                }
            }
        }
        let pool = &self.pool.pool;
        let text = |at| match at {
            TextRef::Const(at) => pool.text(at),
            TextRef::Input(_) | TextRef::Built(_) | TextRef::Event(_) => "",
        };
        rows.sort_by(|(a, _), (b, _)| key_order(*a, *b, text));
        rows
    }

    /// A stream.
    pub(crate) fn stream(&mut self, stream: Stream, origin: Origin) -> Result<NodeId, Refusal> {
        if let Some(known) = self.streams.get(&stream) {
            return Ok(*known);
        }
        let at = place(&self.graph.streams);
        self.graph.streams.push(stream.clone());
        self.graph.stream_nodes.push(NodeId(u32::MAX));
        let node = self.intern(Node::Stream(at), origin)?;
        if let Some(slot) = self.graph.stream_nodes.last_mut() {
            *slot = node;
        }
        self.streams.insert(stream, node);
        Ok(node)
    }

    /// A stream that has been made.
    pub(super) fn stream_at(&self, id: StreamId) -> Option<&Stream> {
        self.graph.stream(id)
    }

    /// A question about events.
    pub(crate) fn ask(&mut self, ask: Ask, origin: Origin) -> Result<NodeId, Refusal> {
        let place = *self.asks.entry(ask).or_insert_with_key(|ask| {
            self.graph.asks.push(ask.clone());
            place(&self.graph.asks) - 1
        });
        self.intern(Node::Ask(place), origin)
    }

    /// Says how important members are, and where that is kept.
    pub(crate) fn ranks(&mut self, ranks: &[u32]) -> u32 {
        if ranks.is_empty() {
            return 0;
        }
        self.graph.ranks.push(ranks.to_vec());
        place(&self.graph.ranks) - 1
    }

    /// The node of a constant.
    pub(crate) fn constant(&mut self, scalar: Scalar, origin: Origin) -> Result<NodeId, Refusal> {
        let place = self.pool.scalar(scalar);
        self.intern(Node::Const(place), origin)
    }

    /// The constant a node is.
    pub(crate) fn as_constant(&self, id: NodeId) -> Option<Scalar> {
        match self.node(id) {
            Node::Const(place) => Some(self.pool.pool.scalar(place)),
            _ => None,
        }
    }

    /// A new cell for a value that is kept during a decision.
    pub(crate) fn cell(&mut self) -> u32 {
        let cell = self.graph.cells;
        self.graph.cells = cell.saturating_add(1);
        cell
    }

    /// A chain of rules, with the node for it.
    pub(crate) fn chain(
        &mut self,
        chain: Chain,
        rules: &[Rule],
        gates: &[Gate],
        origin: Origin,
    ) -> Result<NodeId, Refusal> {
        let rules = append(&mut self.graph.rules, rules);
        let gates = append(&mut self.graph.gates, gates);
        self.graph.chains.push(Chain {
            rules,
            gates,
            ..chain
        });
        self.intern(Node::Chain(place(&self.graph.chains) - 1), origin)
    }

    /// Keeps how actions are chosen; gives its place.
    pub(crate) fn choice(&mut self, choice: super::Choice) -> u32 {
        self.graph.choices.push(choice);
        place(&self.graph.choices) - 1
    }

    /// Says what a definition evaluates.
    pub(crate) fn define(&mut self, def: DefId, root: NodeId) {
        let cell = self.cell();
        if let Some(slot) = self.graph.defs.get_mut(def.index()) {
            *slot = DefNode { root, cell };
        }
    }

    /// What a definition evaluates, if it has been built.
    pub(crate) fn root(&self, def: DefId) -> Option<NodeId> {
        let root = self.graph.defs.get(def.index())?.root;
        (root.index() < self.graph.nodes.len()).then_some(root)
    }
}

/// The order of two keys of reference data.
pub(crate) fn key_order<'t>(
    a: Scalar,
    b: Scalar,
    text: impl Fn(TextRef) -> &'t str,
) -> std::cmp::Ordering {
    match (a, b) {
        (Scalar::Text(a), Scalar::Text(b)) => text(a).cmp(text(b)),
        (Scalar::Bool(a), Scalar::Bool(b)) => a.cmp(&b),
        _ => super::ops::order(a, b).unwrap_or(std::cmp::Ordering::Equal),
    }
}

/// Whether evaluating the node itself, not its children, can fail.
fn can_overflow(node: &Node) -> bool {
    matches!(
        node,
        Node::IntChain(..)
            | Node::DecimalChain(..)
            | Node::TryDiv(..)
            | Node::Neg(_)
            | Node::Call(..)
            | Node::Fold(_)
            | Node::Ask(_)
    )
}

/// What makes a node the same as another: all but what is derived from the rest.
fn identity(node: Node) -> Node {
    match node {
        Node::And(list, _) => Node::And(list, Block::default()),
        Node::Or(list, _) => Node::Or(list, Block::default()),
        other => other,
    }
}

/// What one stream or question about events inside another counts for: each takes several calls to evaluate, which
/// the stack of a thread has to hold.
const EVENT_DEPTH: u32 = 10;

fn too_large(origin: Origin, limit: usize) -> Refusal {
    Box::new(
        Diagnostic::error(
            Code::TooLarge,
            origin.span,
            format!("the ruleset needs more than {limit} steps of evaluation"),
        )
        .label("the limit is reached here")
        .help("split the ruleset, or raise the limit `graph_nodes`"),
    )
}

fn too_laborious(origin: Origin, limit: usize) -> Refusal {
    Box::new(
        Diagnostic::error(
            Code::TooLarge,
            origin.span,
            format!("this takes more than {limit} looks at the customer's events"),
        )
        .label("with all that it is made of, each as often as it is named")
        .help("name a behaviour fewer times in those that build on it, or raise the limit `event_steps`"),
    )
}

fn too_deep(origin: Origin, limit: usize) -> Refusal {
    Box::new(
        Diagnostic::error(
            Code::TooDeep,
            origin.span,
            format!("more than {limit} steps lie inside one another, counted through definitions"),
        )
        .label("this is one step too deep")
        .help("let fewer definitions build on one another, or write long chains of conditions as a `table`"),
    )
}
