//! What decisions reach: which inputs they read, which definitions they need, where they may overflow.
//!
//! Found for each definition from its own nodes and what its definitions need, which come before it. The reasons of
//! rules are reached only where the definition itself is asked.

use super::ranges::Ranges;
use crate::graph::told::{ShapeOf, Stream, StreamId};
use crate::graph::{Graph, Node, NodeId};
use crate::hir::{DefId, InputId, Program};
use std::collections::BTreeSet;
use std::rc::Rc;

/// So many places are kept of where a definition may overflow.
pub(super) const MOST_PLACES: usize = 20;

/// What is reached from somewhere.
#[derive(Default)]
pub(super) struct Reach {
    /// Through definitions too; shared where one of them reads no less.
    pub(super) reads: Rc<BTreeSet<InputId>>,
    /// The event types that are asked about, through definitions too.
    pub(super) events: BTreeSet<u32>,
    /// The first places, through definitions too, in the order of the graph.
    pub(super) overflows: BTreeSet<NodeId>,
    /// The definitions that are mentioned.
    pub(super) needs: BTreeSet<DefId>,
    /// Nodes that are evaluated at most once in a decision, beside definitions.
    pub(super) shared: Vec<NodeId>,
}

/// What every definition reaches.
pub(super) struct Reaches<'r, 'g> {
    ranges: &'r Ranges<'g>,
    graph: &'g Graph,
    defs: Vec<Rc<Reach>>,
    /// In which search a node was met last.
    seen: Vec<u32>,
    search: u32,
}

impl<'r, 'g> Reaches<'r, 'g> {
    pub(super) fn of(program: &Program, ranges: &'r Ranges<'g>) -> Self {
        let graph = ranges.graph;
        let mut reaches = Reaches {
            ranges,
            graph,
            defs: vec![Rc::default(); graph.defs().len()],
            seen: vec![0; graph.size()],
            search: 0,
        };
        for def in program.order() {
            let reach = reaches.from(&[graph.def(*def).root]);
            if let Some(slot) = reaches.defs.get_mut(def.index()) {
                *slot = Rc::new(reach);
            }
        }
        reaches
    }

    /// What is reached where a definition is asked, with its reasons.
    pub(super) fn decision(&mut self, def: DefId) -> Rc<Reach> {
        let root = self.graph.def(def).root;
        let Node::Chain(place) = self.graph.node(root) else {
            return self.defs.get(def.index()).cloned().unwrap_or_default();
        };
        let chain = self.graph.chain(*place);
        let rules = self.graph.rules(chain).iter();
        let mut roots: Vec<NodeId> = rules.filter_map(|rule| rule.because).collect();
        roots.extend(chain.otherwise_because);
        roots.push(root);
        Rc::new(self.from(&roots))
    }

    /// What some nodes reach, themselves included.
    pub(super) fn from(&mut self, roots: &[NodeId]) -> Reach {
        let graph = self.graph;
        self.search += 1;
        let mut reach = Reach::default();
        let mut reads = BTreeSet::new();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            let Some(seen) = self.seen.get_mut(id.index()) else {
                continue;
            };
            if std::mem::replace(seen, self.search) == self.search {
                continue;
            }
            if self.ranges.overflows(id) {
                reach.overflows.insert(id);
            }
            if graph.memos().cell(id).is_some() {
                reach.shared.push(id);
            }
            match *graph.node(id) {
                Node::Def(def) => {
                    reach.needs.insert(def);
                }
                Node::Input { input, .. } => {
                    reads.insert(input);
                }
                node => {
                    reads.extend(graph.input_of(id));
                    self.asked(&node, &mut reads, &mut reach);
                    each_evaluated(graph, id, |child| open.push(child));
                }
            }
        }
        for known in reach.needs.iter().filter_map(|def| self.known(*def)) {
            reach.overflows.extend(&known.overflows);
            reach.events.extend(&known.events);
        }
        reach.reads = self.all_reads(reads, &reach.needs);
        while reach.overflows.len() > MOST_PLACES {
            reach.overflows.pop_last();
        }
        reach
    }

    /// What a question about events needs besides its operands: the instant, the zone, the events.
    fn asked(&self, node: &Node, reads: &mut BTreeSet<InputId>, reach: &mut Reach) {
        match node {
            Node::Ask(place) => {
                reads.extend(self.graph.now());
                reach.needs.extend(self.graph.zone_of(*place));
            }
            Node::Stream(place) => {
                if let Some(Stream::Select(view)) = self.graph.stream(StreamId(*place))
                    && let Some(view) = self.graph.events().views.get(*view as usize)
                    && let ShapeOf::Events(types) = &view.of
                {
                    reach.events.extend(types.iter().map(|(ty, _)| *ty));
                }
            }
            _ => {}
        }
    }

    /// What one definition reaches.
    pub(super) fn known(&self, def: DefId) -> Option<&Reach> {
        self.defs.get(def.index()).map(|reach| &**reach)
    }

    /// Own reads, and those of definitions.
    fn all_reads(
        &self,
        mut reads: BTreeSet<InputId>,
        needs: &BTreeSet<DefId>,
    ) -> Rc<BTreeSet<InputId>> {
        let sets = || {
            needs
                .iter()
                .filter_map(|def| self.known(*def))
                .map(|known| &known.reads)
        };
        if let Some(most) = sets().max_by_key(|set| set.len())
            && reads.is_subset(most)
            && sets().all(|set| Rc::ptr_eq(set, most) || set.is_subset(most))
        {
            return most.clone();
        }
        for set in sets() {
            reads.extend(&**set);
        }
        Rc::new(reads)
    }
}

/// The operands that a node asks for, those of rules without their reasons.
fn each_evaluated(graph: &Graph, id: NodeId, mut visit: impl FnMut(NodeId)) {
    match graph.node(id) {
        Node::Chain(place) => {
            let chain = graph.chain(*place);
            for rule in graph.rules(chain) {
                visit(rule.when);
                visit(rule.value);
            }
            visit(chain.otherwise);
            if let Some(choice) = graph.choice(chain) {
                choice.each(visit);
            }
        }
        node => graph.each_child(node, visit),
    }
}
