//! At most how many steps an evaluation takes, whatever is given.
//!
//! A step is a node that is evaluated, or one of the fused questions that conditions begin with. What is asked one after
//! the other is added up, of alternatives the longest counts, and what is done for each item of a list is taken as often
//! as the list has items. Mirrors `eval`, step by step: a change there is a change here.

use super::ranges::Ranges;
use super::reach::{Reach, Reaches};
use crate::graph::{Block, Chain, Graph, List, Node, NodeId, Rule};
use crate::hir::DefId;
use serde::Serialize;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// How many lists within one another are told apart.
const POWERS: usize = 4;
/// So many definitions behind one decision are told apart.
const MOST_NEEDS: usize = 5_000;

/// At most how many steps a decision takes: a number, and more for each item where it goes through lists that are given.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset demo
///      context { age: int, sizes: list<int> }
///      segment adult = age >= 18
///      segment big = any size in sizes has (size > 44)",
/// )?;
/// let budget = rules.budget();
/// let steps: Vec<String> = budget.decisions.iter().map(|d| d.steps.to_string()).collect();
/// assert_eq!(steps, ["1", "2, and 3 more for each item of a list"]);
/// assert_eq!(budget.decisions[1].steps.for_lists_of(10), 32);
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Steps {
    /// So many always.
    pub fixed: u64,
    /// So many more for each item.
    pub each_item: u64,
    /// So many more for each item of a list for each item of another.
    pub each_pair: u64,
    /// So many more where three or more lists are gone through for one another's items.
    pub each_triple: u64,
}

impl Steps {
    /// At most how many where no list that is given has more items than that.
    #[must_use]
    pub fn for_lists_of(&self, items: u64) -> u64 {
        let mut total = 0_u64;
        for coefficient in self.powers().iter().rev() {
            total = total.saturating_mul(items).saturating_add(*coefficient);
        }
        total
    }

    const ONE: Steps = Steps::fixed(1);

    const fn fixed(fixed: u64) -> Steps {
        Steps {
            fixed,
            each_item: 0,
            each_pair: 0,
            each_triple: 0,
        }
    }

    fn powers(self) -> [u64; POWERS] {
        [self.fixed, self.each_item, self.each_pair, self.each_triple]
    }

    fn each(self, other: Steps, with: impl Fn(u64, u64) -> u64) -> Steps {
        Steps {
            fixed: with(self.fixed, other.fixed),
            each_item: with(self.each_item, other.each_item),
            each_pair: with(self.each_pair, other.each_pair),
            each_triple: with(self.each_triple, other.each_triple),
        }
    }

    /// Both, one after the other.
    pub(super) fn and(self, other: Steps) -> Steps {
        self.each(other, u64::saturating_add)
    }

    /// One or the other.
    fn or(self, other: Steps) -> Steps {
        self.each(other, u64::max)
    }

    fn times(self, count: u64) -> Steps {
        self.each(Steps::default(), |steps, _| steps.saturating_mul(count))
    }

    /// As often as a list that is given has items.
    fn for_each_given(self) -> Steps {
        Steps {
            fixed: 0,
            each_item: self.fixed,
            each_pair: self.each_item,
            // More than three lists within one another: no number is promised.
            each_triple: if self.each_triple == 0 {
                self.each_pair
            } else {
                u64::MAX
            },
        }
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.powers().contains(&u64::MAX) {
            return f.write_str("more than can be counted");
        }
        write!(f, "{}", self.fixed)?;
        let more = [
            (self.each_item, "item of a list"),
            (self.each_pair, "item of a list within a list"),
            (self.each_triple, "item three lists deep"),
        ];
        let mut more = more.iter().filter(|(steps, _)| *steps > 0).peekable();
        while let Some((steps, what)) = more.next() {
            let word = if more.peek().is_some() { "," } else { ", and" };
            write!(f, "{word} {steps} more for each {what}")?;
        }
        Ok(())
    }
}

/// What every node costs.
pub(super) struct Costs<'g> {
    graph: &'g Graph,
    /// With what is evaluated at most once as single steps, and with all that is needed at every mention.
    own: Vec<Steps>,
    whole: Vec<Steps>,
    /// Nodes beside definitions that are evaluated at most once.
    shared: HashMap<NodeId, Steps>,
}

impl<'g> Costs<'g> {
    pub(super) fn of(ranges: &Ranges<'g>) -> Self {
        let graph = ranges.graph;
        let mut own = Vec::with_capacity(graph.size());
        let mut whole = Vec::with_capacity(graph.size());
        let mut shared = HashMap::new();
        for (node, id) in graph.nodes().iter().zip((0..).map(NodeId)) {
            let costs = |known: &Vec<Steps>, through: bool| {
                Pass {
                    ranges,
                    known,
                    through,
                }
                .node(node)
            };
            let (alone, all) = (costs(&own, false), costs(&whole, true));
            whole.push(all);
            if graph.memos().cell(id).is_some() {
                shared.insert(id, alone);
                own.push(Steps::ONE);
            } else {
                own.push(alone);
            }
        }
        Costs {
            graph,
            own,
            whole,
            shared,
        }
    }

    /// What a decision costs: what is evaluated at most once counted once, or everything at every mention, whichever is
    /// less.
    pub(super) fn decision(
        &self,
        ranges: &Ranges<'_>,
        def: DefId,
        reach: &Reach,
        reaches: &Reaches<'_, '_>,
    ) -> Steps {
        let root = self.graph.def(def).root;
        let of = |known: &Vec<Steps>, through: bool| {
            let pass = Pass {
                ranges,
                known,
                through,
            };
            let reasons = match self.graph.node(root) {
                Node::Chain(place) => pass.reasons(self.graph.chain(*place)),
                _ => Steps::default(),
            };
            pass.of(root).and(reasons)
        };
        let all = of(&self.whole, true);
        let Some(once) = self.once(reach, reaches) else {
            return all;
        };
        let once = of(&self.own, false).and(once);
        let few = 10;
        if all.for_lists_of(few) < once.for_lists_of(few) {
            all
        } else {
            once
        }
    }

    /// What all definitions and nodes cost that are needed and evaluated at most once; none where they are too many to
    /// be looked at for every decision.
    fn once(&self, reach: &Reach, reaches: &Reaches<'_, '_>) -> Option<Steps> {
        let mut total = Steps::default();
        let mut open = vec![reach];
        let (mut defs, mut nodes) = (HashSet::new(), HashSet::new());
        while let Some(reach) = open.pop() {
            for node in reach.shared.iter().filter(|node| nodes.insert(**node)) {
                total = total.and(self.shared.get(node).copied().unwrap_or_default());
            }
            for def in reach.needs.iter().filter(|def| defs.insert(**def)) {
                let root = self.graph.def(*def).root;
                total = total.and(self.own.get(root.index()).copied().unwrap_or_default());
                open.extend(reaches.known(*def));
            }
            if defs.len() > MOST_NEEDS {
                return None;
            }
        }
        Some(total)
    }
}

/// One way to count, over what is known of the nodes before.
struct Pass<'a> {
    ranges: &'a Ranges<'a>,
    known: &'a Vec<Steps>,
    /// Whether definitions count with all they need.
    through: bool,
}

impl Pass<'_> {
    fn of(&self, id: NodeId) -> Steps {
        self.known.get(id.index()).copied().unwrap_or_default()
    }

    fn list(&self, list: List, from: u32) -> Steps {
        let children = self.ranges.graph.list(list).iter().skip(from as usize);
        children.fold(Steps::default(), |all, child| all.and(self.of(*child)))
    }

    fn node(&self, node: &Node) -> Steps {
        let graph = self.ranges.graph;
        let inside = match *node {
            Node::Const(_)
            | Node::Input { .. }
            | Node::Test(_)
            | Node::DecimalTest { .. }
            | Node::TextTest { .. }
            | Node::Stream(_)
            | Node::Ask(_)
            | Node::Local(_) => Steps::default(),
            Node::And(list, block) | Node::Or(list, block) => self.block(list, block),
            Node::InRange(_, _, list)
            | Node::IntChain(list, _)
            | Node::DecimalChain(list, _)
            | Node::Else(list)
            | Node::Record(list, _)
            | Node::List(list)
            | Node::Call(_, list) => self.list(list, 0),
            Node::If(list) => self.conditional(list),
            Node::Apply(place, list) => {
                let body = graph.apply(place).map(|apply| self.of(apply.root));
                self.list(list, 0).and(body.unwrap_or_default())
            }
            Node::Fold(place) => match graph.fold(place) {
                Some(fold) => {
                    let length = self.ranges.length(fold.list);
                    let body = self.of(fold.body);
                    let mut all = self.of(fold.list).and(body.times(length.fixed));
                    if length.given {
                        all = all.and(body.for_each_given());
                    }
                    all
                }
                None => Steps::default(),
            },
            Node::Not(a)
            | Node::IsPresent(a)
            | Node::Neg(a)
            | Node::Widen(a)
            | Node::Lookup(_, a)
            | Node::Field(a, _) => self.of(a),
            Node::Compare(_, _, a, b)
            | Node::Is(a, b)
            | Node::InList(a, b)
            | Node::TryDiv(a, b) => self.of(a).and(self.of(b)),
            Node::Chain(place) => self.chain(graph.chain(place)),
            Node::Def(def) if self.through => self.of(graph.def(def).root),
            Node::Def(_) => Steps::default(),
        };
        inside.and(Steps::ONE)
    }

    fn block(&self, list: List, block: Block) -> Steps {
        let tests = self.ranges.graph.tests(block.tests).len();
        self.list(list, block.covered).and(count(tests))
    }

    fn conditional(&self, list: List) -> Steps {
        let mut rest = self.ranges.graph.list(list);
        let (mut asked, mut longest) = (Steps::default(), Steps::default());
        while let [when, value, others @ ..] = rest {
            asked = asked.and(self.of(*when));
            longest = longest.or(asked.and(self.of(*value)));
            rest = others;
        }
        let last = rest.first().map(|last| self.of(*last));
        longest.or(asked.and(last.unwrap_or_default()))
    }

    /// What asking whether a rule holds costs.
    fn asking(&self, rule: &Rule) -> Steps {
        let graph = self.ranges.graph;
        let tests = count(graph.tests(rule.tests).len());
        if rule.complete {
            return tests;
        }
        tests.and(match *graph.node(rule.when) {
            Node::And(list, block) => self.list(list, block.covered),
            _ => self.of(rule.when),
        })
    }

    fn chain(&self, chain: &Chain) -> Steps {
        let rules = self.ranges.graph.rules(chain);
        let (mut asked, mut longest) = (Steps::default(), Steps::default());
        let mut given = Steps::default();
        for rule in rules {
            asked = asked.and(self.asking(rule));
            let value = self.of(rule.value);
            longest = longest.or(asked.and(value));
            given = given.and(value);
        }
        if let Some(choice) = self.ranges.graph.choice(chain) {
            let number = |id: Option<NodeId>| id.map(|id| self.of(id)).unwrap_or_default();
            for candidate in &choice.candidates {
                let numbers = number(candidate.propensity).and(number(candidate.value));
                asked = asked.and(numbers).and(self.of(choice.rank));
                for place in &candidate.weights {
                    let weight = choice.weights.get(*place as usize);
                    asked = asked.and(number(weight.and_then(|w| w.when)));
                }
                for place in &candidate.policies {
                    let policy = choice.policies.get(*place as usize);
                    let policy = policy.filter(|p| !p.of_deliveries());
                    for question in policy.into_iter().flat_map(|p| p.questions()) {
                        asked = asked.and(self.of(question));
                    }
                }
            }
        }
        let otherwise = self.of(chain.otherwise);
        if chain.policy.is_first() {
            return longest.or(asked.and(otherwise));
        }
        asked.and(given.or(otherwise))
    }

    /// What the reasons cost that are given with a decision.
    fn reasons(&self, chain: &Chain) -> Steps {
        let rules = self.ranges.graph.rules(chain).iter();
        let reasons = rules.filter_map(|rule| rule.because).map(|id| self.of(id));
        let join = if chain.policy.is_single() {
            Steps::or
        } else {
            Steps::and
        };
        let all = reasons.fold(Steps::default(), join);
        let otherwise = chain.otherwise_because.map(|id| self.of(id));
        all.or(otherwise.unwrap_or_default())
    }
}

fn count(tests: usize) -> Steps {
    Steps::fixed(u64::try_from(tests).unwrap_or(u64::MAX))
}
