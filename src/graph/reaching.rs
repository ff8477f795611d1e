//! Which nodes time, the zone or the context matters to.

use super::Graph;
use super::node::{Node, NodeId};
use super::told::Stream;
use std::collections::HashSet;

impl Graph {
    /// For each node whether it is such a one, or one that it needs is.
    fn reaching(&self, is_one: impl Fn(&Node) -> bool) -> Vec<bool> {
        let mut reaching = vec![false; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate() {
            let mut found = is_one(node);
            self.each_child(node, |child| {
                found |= reaching.get(child.index()) == Some(&true);
            });
            if let Some(slot) = reaching.get_mut(at) {
                *slot = found;
            }
        }
        reaching
    }

    /// For each question about events whether the zone matters to it.
    pub(super) fn find_zoned(&self) -> Vec<bool> {
        let mut zoned = vec![false; self.asks.len()];
        let Some(zone) = self.zone.filter(|_| !self.asks.is_empty()) else {
            return zoned;
        };
        let reaches = self.reaching(|node| *node == Node::Def(zone));
        for (node, found) in self.nodes.iter().zip(reaches) {
            if let (Node::Ask(place), true) = (node, found)
                && let Some(slot) = zoned.get_mut(*place as usize)
            {
                *slot = true;
            }
        }
        zoned
    }

    /// For each node whether time matters to it; empty where it matters to none.
    pub(super) fn find_timed(&self) -> Vec<bool> {
        let Some(now) = self.now else {
            return Vec::new();
        };
        self.reaching(|node| match node {
            Node::Input { input, .. } => *input == now,
            Node::Test(place) => self.test(*place).input() == now,
            Node::Ask(_) => true,
            _ => false,
        })
    }

    /// For each question about events what it is given by the context: the arguments of behaviours that read something.
    /// Empty where none is given any.
    pub(super) fn find_given(&self) -> Vec<Vec<NodeId>> {
        let mut given = Vec::new();
        if self.asks.is_empty() {
            return given;
        }
        let reads = self.reaching(is_reading);
        let reads = |node: &NodeId| reads.get(node.index()) == Some(&true);
        let carries = self.reaching(|node| self.arguments(node).iter().any(reads));
        let carries = |id: NodeId| carries.get(id.index()) == Some(&true);
        for (at, node) in (0..).zip(&self.nodes) {
            let Node::Ask(place) = node else { continue };
            let (mut open, mut seen, mut found) = (vec![NodeId(at)], HashSet::new(), Vec::new());
            while let Some(id) = open.pop() {
                if carries(id) && seen.insert(id) {
                    let node = self.node(id);
                    found.extend(self.arguments(node).iter().copied().filter(reads));
                    self.each_child(node, |child| open.push(child));
                }
            }
            if found.is_empty() {
                continue;
            }
            given.resize(self.asks.len(), Vec::new());
            if let Some(slot) = given.get_mut(*place as usize) {
                *slot = found;
            }
        }
        given
    }

    /// The arguments of a behaviour, where a node is one that is events.
    fn arguments(&self, node: &Node) -> &[NodeId] {
        let Node::Stream(place) = node else {
            return &[];
        };
        match self.streams.get(*place as usize) {
            Some(Stream::Apply { arguments, .. }) => self.list(*arguments),
            _ => &[],
        }
    }
}

/// Whether a node reads the context by itself.
fn is_reading(node: &Node) -> bool {
    matches!(
        node,
        Node::Input { .. }
            | Node::Test(_)
            | Node::DecimalTest { .. }
            | Node::TextTest { .. }
            | Node::Ask(_)
    )
}
