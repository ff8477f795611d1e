//! How often streams and questions about events are evaluated at most: nothing of them is kept between those that are
//! made of them, so that a stream of two windows of a stream of two windows … costs twice as much with each name.
//!
//! An [`Effort`] is kept for every node that has to do with events, and for no other.

use super::Graph;
use super::node::{Node, NodeId};
use super::told::Ask;

/// What is asked of each event counts so often: how many events there will be nobody knows.
const PER_EVENT: u32 = 16;

/// How many streams and questions about events a node needs, each counted as often as it is evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Effort {
    /// Where named values are known, as they are after the first time.
    named: u32,
    /// At another instant, for which nothing is known: `as of`.
    anew: u32,
}

impl Effort {
    const ONE: Effort = Effort { named: 1, anew: 1 };

    fn add(&mut self, other: Effort, times: u32) {
        let sum = |a: u32, b: u32| a.saturating_add(b.saturating_mul(times));
        self.named = sum(self.named, other.named);
        self.anew = sum(self.anew, other.anew);
    }
}

/// The efforts of the nodes so far.
#[derive(Debug, Default)]
pub(super) struct Efforts {
    /// By node; nodes behind its end have none.
    known: Vec<Effort>,
}

impl Efforts {
    /// Notes what a node needs that is the next one; gives how many evaluations that is.
    pub(super) fn note(&mut self, graph: &Graph, node: &Node, at: NodeId) -> u32 {
        let effort = self.of(graph, node);
        if effort == Effort::default() {
            return 0;
        }
        self.known.resize(at.index(), Effort::default());
        self.known.push(effort);
        effort.named
    }

    fn of(&self, graph: &Graph, node: &Node) -> Effort {
        let mut effort = Effort::default();
        if self.known.is_empty() && !matches!(node, Node::Stream(_) | Node::Ask(_)) {
            return effort;
        }
        let per_event = match node {
            Node::Stream(_) => PER_EVENT,
            Node::Ask(place) => match graph.ask(*place) {
                Some(Ask::AsOf(..) | Ask::Streak(_) | Ask::Trend(_)) => 1,
                _ => PER_EVENT,
            },
            _ => 1,
        };
        graph.each_child(node, |child| {
            crate::work::steps(1);
            let of = self.known.get(child.index()).copied().unwrap_or_default();
            let is_stream = matches!(graph.node(child), Node::Stream(_));
            effort.add(of, if is_stream { 1 } else { per_event });
        });
        match node {
            Node::Stream(_) => effort.add(Effort::ONE, 1),
            Node::Ask(place) => {
                effort.add(Effort::ONE, 1);
                if let Some(Ask::AsOf(..)) = graph.ask(*place) {
                    effort.named = effort.anew;
                }
            }
            Node::Def(_) => effort.named = effort.named.min(1),
            _ => {}
        }
        effort
    }
}
