//! Questions about events that a definition asks whatever the answers are: so they can be answered together, before it is
//! evaluated, into the cells of the definitions that are nothing but such a question.

use super::Graph;
use super::node::{List, Node, NodeId};
use super::told::Ask;
use crate::hir::{DefId, Func, views::place};

/// So many steps are looked at for a definition, and so many questions asked ahead.
const STEPS: usize = 256;
const MOST: usize = 64;

/// A question, and the cell that its answer goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    pub(crate) cell: u32,
    /// The place of the question.
    pub(crate) ask: u32,
    /// Whether the answer is an event of which is asked how long ago it was.
    pub(crate) since: bool,
}

impl Graph {
    /// The questions that a definition asks whatever the answers are.
    #[inline]
    pub(crate) fn ahead(&self, def: DefId) -> &[Ahead] {
        self.ahead.get(def.index()).map_or(&[], Vec::as_slice)
    }

    /// The same, found once; empty where no questions are asked.
    pub(super) fn find_ahead(&self) -> Vec<Vec<Ahead>> {
        if self.asks.is_empty() {
            return Vec::new();
        }
        let defs = self.defs.iter();
        defs.map(|def| self.ahead_of(def.root)).collect()
    }

    fn ahead_of(&self, root: NodeId) -> Vec<Ahead> {
        let mut found: Vec<Ahead> = Vec::new();
        let mut open = vec![root];
        let mut steps = 0;
        while let Some(id) = open.pop() {
            steps += 1;
            if steps > STEPS || found.len() == MOST {
                break;
            }
            let node = self.node(id);
            let Node::Def(def) = node else {
                self.each_certain(node, &mut open);
                continue;
            };
            let def = self.def(*def);
            let ahead = self.question_of(def.root).map(|(ask, since)| Ahead {
                cell: def.cell,
                ask,
                since,
            });
            match ahead {
                Some(ahead) if !found.contains(&ahead) => found.push(ahead),
                Some(_) => {}
                None => open.push(def.root),
            }
        }
        // In the order in which the answers are read.
        found.reverse();
        found
    }

    /// The question that a node is, and whether it is how long ago an event was.
    fn question_of(&self, root: NodeId) -> Option<(u32, bool)> {
        let (ask, since) = match self.node(root) {
            Node::Ask(ask) => (*ask, false),
            Node::Call(function, list) => {
                let is_since = self.function(*function)?.func == Func::Since;
                (self.event_asked(*list).filter(|_| is_since)?, true)
            }
            _ => return None,
        };
        self.zone_of(ask).is_none().then_some((ask, since))
    }

    /// The event of which is asked how far from now it was.
    fn event_asked(&self, operands: List) -> Option<u32> {
        let [now, at] = *self.list(operands) else {
            return None;
        };
        let (Node::Ask(now), Node::Field(event, place::AT)) = (self.node(now), self.node(at))
        else {
            return None;
        };
        match self.node(*event) {
            Node::Ask(ask) if self.ask(*now) == Some(&Ask::Now) => Some(*ask),
            _ => None,
        }
    }

    /// The parts of a node that are evaluated whenever it is.
    fn each_certain(&self, node: &Node, open: &mut Vec<NodeId>) {
        match node {
            Node::Not(a)
            | Node::Neg(a)
            | Node::Widen(a)
            | Node::IsPresent(a)
            | Node::Field(a, _)
            | Node::Is(a, _) => open.push(*a),
            Node::Compare(_, _, a, b) | Node::TryDiv(a, b) | Node::InList(a, b) => {
                open.extend([*a, *b]);
            }
            Node::IntChain(list, _)
            | Node::DecimalChain(list, _)
            | Node::Record(list, _)
            | Node::List(list)
            | Node::Call(_, list) => open.extend(self.list(*list)),
            Node::If(list) | Node::Else(list) | Node::InRange(_, _, list) => {
                open.extend(self.list(*list).first());
            }
            Node::And(list, block) | Node::Or(list, block) if block.covered == 0 => {
                open.extend(self.list(*list).first());
            }
            Node::Chain(place) => {
                let chain = self.chain(*place);
                let Some(rule) = self.rules(chain).first() else {
                    return open.push(chain.otherwise);
                };
                if rule.tests.0.range().is_empty() {
                    // `otherwise` as the first rule holds anyway.
                    open.push(match self.node(rule.when) {
                        Node::Const(_) => rule.value,
                        _ => rule.when,
                    });
                }
            }
            _ => {}
        }
    }
}
