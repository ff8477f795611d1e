//! Arithmetic that several steps need: computed at most once in a decision, kept in a cell.
//!
//! Decimal chains, divisions and functions are worth it; all else is as quick to do again. What depends on a parameter
//! or item has another value each time. Nothing that could be seen
//! changes: a node always has the same value within a decision, an overflow ends it, and the inputs were
//! read the first time.

use super::Graph;
use super::node::{Node, NodeId};

/// No cell.
const NONE: u32 = u32::MAX;

/// The cells of nodes; empty where no node has one.
#[derive(Debug, Default)]
pub(crate) struct Memos {
    cells: Vec<u32>,
}

impl Memos {
    /// The memory that they take, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        super::size::bytes_of(&self.cells)
    }

    /// The cell of a node.
    #[inline]
    pub(crate) fn cell(&self, node: NodeId) -> Option<u32> {
        let cell = self.cells.get(node.index()).copied();
        cell.filter(|cell| *cell != NONE)
    }

    /// Finds the nodes that a decision may reach in more than one way; gives also how many cells there are
    /// with them. `cells` have been given out before.
    pub(crate) fn find(graph: &Graph, cells: u32) -> (Memos, u32) {
        // How often each node may be asked for: never, once, more often.
        let mut uses = vec![0_u8; graph.size()];
        let ask = |uses: &mut Vec<u8>, id: NodeId, times: u8| {
            if let Some(known) = uses.get_mut(id.index()) {
                *known = known.saturating_add(times).min(2);
            }
        };
        for def in graph.defs() {
            ask(&mut uses, def.root, 1);
        }
        let bound = depends_on_locals(graph);
        let mut memos = Memos::default();
        let mut cells = cells;
        for (at, node) in graph.nodes().iter().enumerate().rev() {
            crate::work::steps(1);
            let mut times = uses.get(at).copied().unwrap_or(0);
            let worth = matches!(
                node,
                Node::DecimalChain(..) | Node::TryDiv(..) | Node::Call(..) | Node::Ask(_)
            ) && !bound.get(at).copied().unwrap_or(false);
            if worth && times > 1 {
                memos.cells.resize(graph.size(), NONE);
                if let Some(cell) = memos.cells.get_mut(at) {
                    *cell = cells;
                }
                cells = cells.saturating_add(1);
                times = 1;
            }
            // A definition's own cell is counted by its root.
            if !matches!(node, Node::Def(_)) {
                graph.each_child(node, |child| ask(&mut uses, child, times));
            }
        }
        (memos, cells)
    }
}

/// For each node whether its value depends on a parameter or on an item.
fn depends_on_locals(graph: &Graph) -> Vec<bool> {
    let mut bound = vec![false; graph.size()];
    if graph.locals() == 0 {
        return bound;
    }
    for (at, node) in graph.nodes().iter().enumerate() {
        // Definitions depend on none; within one that has parameters, and within a fold, all that does counts, also
        // where the fold binds it.
        let mut depends = matches!(node, Node::Local(_));
        if !matches!(node, Node::Def(_)) {
            graph.each_child(node, |child| {
                depends |= bound.get(child.index()).copied().unwrap_or(false);
            });
        }
        if let Some(slot) = bound.get_mut(at) {
            *slot = depends;
        }
    }
    bound
}
