//! What decisions reach: which inputs they read, which definitions they need, where they may overflow.
//!
//! Found for each definition from its own nodes and what its definitions need, which come before it. The reasons of
//! rules are reached only where the definition itself is asked.

use super::ranges::Ranges;
use crate::graph::{Graph, Node, NodeId};
use crate::hir::{DefId, InputId, Program};
use std::collections::BTreeSet;
use std::rc::Rc;

/// So many places are kept of where a definition may overflow.
pub(super) const MOST_PLACES: usize = 20;

/// What is reached from somewhere.
#[derive(Default)]
pub(super) struct Reach {
    pub(super) reads: BTreeSet<InputId>,
    pub(super) needs: BTreeSet<DefId>,
    /// Nodes that are evaluated at most once in a decision, beside definitions.
    pub(super) shared: BTreeSet<NodeId>,
    /// The first places, in the order of the graph.
    pub(super) overflows: BTreeSet<NodeId>,
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
        let mut needed = Vec::new();
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
                reach.shared.insert(id);
            }
            match *graph.node(id) {
                Node::Def(def) => {
                    if reach.needs.insert(def) {
                        needed.extend(self.defs.get(def.index()));
                    }
                }
                Node::Input { input, .. } => {
                    reach.reads.insert(input);
                }
                _ => {
                    reach.reads.extend(graph.input_of(id));
                    each_evaluated(graph, id, |child| open.push(child));
                }
            }
        }
        for known in needed {
            reach.reads.extend(&known.reads);
            reach.needs.extend(&known.needs);
            reach.shared.extend(&known.shared);
            reach.overflows.extend(&known.overflows);
        }
        while reach.overflows.len() > MOST_PLACES {
            reach.overflows.pop_last();
        }
        reach
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
        }
        node => graph.each_child(node, visit),
    }
}
