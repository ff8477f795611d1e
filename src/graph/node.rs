//! The nodes of the decision graph and the small tables beside them.
//!
//! Invariants (checked by `verify`): children come before parents; lists, tests and rules are stretches of
//! flat pools; equal nodes are one node.

use super::layout::Kind;
use super::scalar::{Run, Scalar};
use crate::hir::{Alike, CompareOp, DefId, ExprId, FoldOp, HitPolicy, InputId, RangeEnd};
use crate::source::Span;
use rust_decimal::Decimal;

/// A node of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Its place in the arena.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// Children: a stretch of the pool of node ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct List(pub(crate) Run);

/// Tests: a stretch of the pool of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Tests(pub(crate) Run);

/// What the first `covered` children of an `And` say, as tests that must all hold; of an `Or`, negated:
/// if all hold, none of these children does. Tests know no definitions: named conditions are spelled out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Block {
    pub(crate) covered: u32,
    pub(crate) tests: Tests,
    /// The same as a gate, by its place.
    pub(crate) gate: u32,
}

/// What two operands are compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the kinds of types")]
pub enum Operands {
    Int,
    Decimal,
    Text,
    /// Members of an ordered enum.
    Member,
    /// By equality alone.
    Any,
}

/// One step of evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A constant of the pool.
    Const(u32),
    /// An input, missing where it is not there.
    Input {
        /// Which.
        input: InputId,
        /// What it holds.
        kind: Kind,
        /// Where it lies among those of its kind.
        place: u32,
    },
    /// A fused test, by its place in the pool.
    Test(u32),
    /// A decimal input compared with a constant.
    DecimalTest {
        /// The input.
        input: InputId,
        /// Its place among the decimals.
        place: u32,
        /// How.
        op: CompareOp,
        /// The constant.
        with: u32,
    },
    /// A text input that is, or is not, a constant.
    TextTest {
        /// The input.
        input: InputId,
        /// Its place among the texts.
        place: u32,
        /// The constant's place among the texts of the pool.
        text: u32,
        /// Whether it must be equal.
        equal: bool,
    },
    /// All hold.
    And(List, Block),
    /// One holds.
    Or(List, Block),
    /// The opposite.
    Not(NodeId),
    /// Two present values compared.
    Compare(Operands, CompareOp, NodeId, NodeId),
    /// Present and equal.
    Is(NodeId, NodeId),
    /// Present.
    IsPresent(NodeId),
    /// An item, a list.
    InList(NodeId, NodeId),
    /// Three children: value, low, high.
    InRange(Operands, RangeEnd, List),
    /// Integer operators from left to right: children, place of the operators.
    IntChain(List, u32),
    /// Decimal operators from left to right: children, place of the operators.
    DecimalChain(List, u32),
    /// Division that is missing by zero.
    TryDiv(NodeId, NodeId),
    /// `-a`
    Neg(NodeId),
    /// An int as a decimal.
    Widen(NodeId),
    /// The first that is present.
    Else(List),
    /// Condition, value, condition, value, …, value.
    If(List),
    /// A record: the fields as written, place of the shape.
    Record(List, u32),
    /// A list.
    List(List),
    /// A field of a record by its place.
    Field(NodeId, u32),
    /// Rules or rows, by their place.
    Chain(u32),
    /// The value of a definition, evaluated at most once in a decision.
    Def(DefId),
    /// A function, by its place, of its operands.
    Call(u32, List),
    /// A parameter or item, by its number.
    Local(u32),
    /// A parameterised definition, by its place, and its arguments.
    Apply(u32, List),
    /// A look at the items of a list, by its place.
    Fold(u32),
    /// The row with a key, of reference data by its place.
    Lookup(u32, NodeId),
    /// Events, by their place; no value.
    Stream(u32),
    /// A question about events, by its place.
    Ask(u32),
}

impl Node {
    /// Whether its value may be a number that runs with the clock.
    pub(crate) fn may_run(&self) -> bool {
        matches!(
            self,
            Node::Input { .. } | Node::Ask(_) | Node::Neg(_) | Node::IntChain(..) | Node::Call(..)
        )
    }

    /// Whether it is evaluated as a condition.
    pub(crate) fn is_question(&self) -> bool {
        matches!(
            self,
            Node::Test(_)
                | Node::DecimalTest { .. }
                | Node::TextTest { .. }
                | Node::And(..)
                | Node::Or(..)
                | Node::Not(_)
                | Node::Compare(..)
                | Node::Is(..)
                | Node::IsPresent(_)
                | Node::InList(..)
                | Node::InRange(..)
        )
    }
}

/// A look at the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fold {
    /// What it gives.
    pub op: FoldOp,
    /// Whether bodies are summed up as decimals.
    pub decimal: bool,
    /// What stands for the item in the body.
    pub(crate) local: u32,
    /// The list.
    pub list: NodeId,
    /// What is evaluated for each item.
    pub body: NodeId,
}

/// A parameterised definition in use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Apply {
    /// Which definition.
    pub def: DefId,
    /// What stands for the arguments in the body.
    pub(crate) locals: Vec<u32>,
    /// The body.
    pub root: NodeId,
}

/// Reference data, to look up rows by their key.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) def: DefId,
    /// Keys in order, each with its row. Texts are constants.
    pub(crate) rows: Vec<(Scalar, Scalar)>,
}

/// The rules of one definition.
#[derive(Clone, Copy, Debug)]
pub struct Chain {
    /// Whose rules they are.
    pub def: DefId,
    /// How they join; `First` for decisions and classifications.
    pub policy: HitPolicy,
    /// The rules: a stretch of the pool of rules.
    pub(crate) rules: Run,
    /// Their tests as gates.
    pub(crate) gates: Run,
    /// Whether `otherwise` is written.
    pub has_otherwise: bool,
    /// The value when none holds; missing where nothing is written.
    pub otherwise: NodeId,
    /// Why, when none holds.
    pub otherwise_because: Option<NodeId>,
    /// `Priority`, `OutputOrder`: how important each member is, by its place among these.
    pub(crate) ranks: u32,
    /// `Sum`: what it begins with.
    pub zero: Scalar,
    /// `Sum`: the least and greatest it may be, as constants of the pool.
    pub(crate) bounds: Option<(u32, u32)>,
    /// `Sum`: the places to which an amount is rounded in the end.
    pub(crate) round: Option<u32>,
    /// `Ranked`: how it is chosen, by its place.
    pub(crate) choice: u32,
}

/// How actions are chosen. The candidates are the rules of a chain: their conditions, and what each gives.
#[derive(Clone, Debug)]
pub struct Choice {
    /// One for each rule.
    pub candidates: Vec<Candidate>,
    /// By what they are ranked.
    pub rank: NodeId,
    /// What stands for propensity, value, weight and lever in it.
    pub(crate) locals: [Option<u32>; 4],
    /// What is added to weights.
    pub weights: Vec<Weight>,
    /// At most so many are chosen.
    pub limit: u32,
    /// At most so many of each group, and of each issue.
    pub(crate) per: [u32; 2],
    /// Who is held out of the whole choice, and why nothing is chosen for them.
    pub hold_outs: Vec<(NodeId, NodeId)>,
    /// What binds candidates, or their deliveries.
    pub policies: Vec<Policy>,
}

/// A clause of a contact policy.
#[derive(Clone, Debug)]
pub struct Policy {
    /// When it binds.
    pub binds: Binds,
    /// What stands for the action, its group or its issue, where each is asked about apart.
    pub(crate) subject: Option<(u32, Alike)>,
    /// The channels on which it binds deliveries; none: it binds the choice.
    pub channels: Vec<u32>,
    /// The clause.
    pub span: Span,
}

/// When a clause of a policy binds.
#[derive(Clone, Copy, Debug)]
pub enum Binds {
    /// Once so many are counted.
    AtMost {
        /// So many.
        most: u32,
        /// How many there are.
        count: NodeId,
        /// Those chosen before it count too.
        offers: bool,
    },
    /// While this holds.
    While(NodeId),
    /// While this holds; behind an offer in the same choice, once there are so many with those that are counted.
    AfterOffers {
        /// Events.
        asked: NodeId,
        /// So many.
        most: u32,
        /// How many there are.
        count: NodeId,
    },
}

impl Policy {
    /// What it asks.
    pub(crate) fn questions(&self) -> impl Iterator<Item = NodeId> {
        let (first, second) = match self.binds {
            Binds::AtMost { count, .. } => (count, None),
            Binds::While(asked) => (asked, None),
            Binds::AfterOffers { asked, count, .. } => (asked, Some(count)),
        };
        [Some(first), second].into_iter().flatten()
    }

    /// Whether offers in the same choice count for it.
    pub(crate) fn counts_offers(&self) -> bool {
        match self.binds {
            Binds::AtMost { offers, .. } => offers,
            Binds::While(_) => false,
            Binds::AfterOffers { .. } => true,
        }
    }

    /// Whether it binds deliveries, and never the choice.
    pub(crate) fn of_deliveries(&self) -> bool {
        !self.channels.is_empty()
    }
}

/// The numbers of an action that may be chosen.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Eligible, applicable, suitable, valid, on this touchpoint, not held out; all that are asked.
    pub stages: [Option<NodeId>; 6],
    /// How likely they accept.
    pub propensity: Option<NodeId>,
    /// What it is worth.
    pub value: Option<NodeId>,
    /// 1, and what issue, group and action add.
    pub lever: Decimal,
    /// The group and the issue it belongs to.
    pub(crate) of: [u32; 2],
    /// Its place among the names of all.
    pub(crate) by_name: u32,
    /// Which weights are its, by their places.
    pub(crate) weights: Vec<u32>,
    /// Which policies bind it or its deliveries, by their places.
    pub(crate) policies: Vec<u32>,
    /// What stands for it in policies: its name, its group, what the paths of its issue begin with.
    pub(crate) keys: [Scalar; 3],
    /// How it is shown: on which touchpoints, and the content.
    pub treatments: Vec<(Option<NodeId>, NodeId)>,
}

impl Candidate {
    /// What stands for it where each action, group or issue is asked about apart.
    pub(crate) fn key(&self, alike: Alike) -> Scalar {
        let [action, group, issue] = self.keys;
        match alike {
            Alike::Action => action,
            Alike::Group => group,
            Alike::Issue => issue,
        }
    }
}

/// What is added to the weight of some candidates.
#[derive(Clone, Debug)]
pub struct Weight {
    /// So much.
    pub percent: Decimal,
    /// When.
    pub when: Option<NodeId>,
}

impl Choice {
    /// One of the candidates.
    #[inline]
    pub(crate) fn candidate(&self, number: u32) -> Option<&Candidate> {
        self.candidates.get(number as usize)
    }

    /// The nodes that the choice needs besides conditions and values.
    pub(crate) fn each(&self, mut visit: impl FnMut(NodeId)) {
        for candidate in &self.candidates {
            let numbers = candidate.propensity.into_iter().chain(candidate.value);
            numbers.for_each(&mut visit);
        }
        self.weights
            .iter()
            .filter_map(|w| w.when)
            .for_each(&mut visit);
        for (held, because) in &self.hold_outs {
            visit(*held);
            visit(*because);
        }
        let policies = self.policies.iter().filter(|p| !p.of_deliveries());
        policies.flat_map(Policy::questions).for_each(&mut visit);
        visit(self.rank);
    }

    /// Calls `visit` with what is asked of how the chosen are shown and delivered, which is no part of the choice.
    pub(crate) fn each_of_delivery(&self, mut visit: impl FnMut(NodeId)) {
        for (when, content) in self.candidates.iter().flat_map(|c| &c.treatments) {
            when.iter().for_each(|when| visit(*when));
            visit(*content);
        }
        let policies = self.policies.iter().filter(|p| p.of_deliveries());
        policies.flat_map(Policy::questions).for_each(visit);
    }
}

/// A rule or row.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What its condition says first, as tests.
    pub(crate) tests: Tests,
    /// Whether the tests say all of it.
    pub(crate) complete: bool,
    /// The condition.
    pub when: NodeId,
    /// What it gives.
    pub value: NodeId,
    /// Why.
    pub because: Option<NodeId>,
}

/// How a record's fields lie: how many there are, and where each written one goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub(crate) fields: u32,
    pub(crate) places: Vec<u32>,
}

/// A definition's part of the graph.
#[derive(Clone, Copy, Debug)]
pub struct DefNode {
    /// What it evaluates.
    pub root: NodeId,
    /// Where its value is kept during a decision.
    pub(crate) cell: u32,
}

/// Where a node comes from: the first place that says it.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The expression; `None` for what a definition or rule adds.
    pub expr: Option<ExprId>,
    /// Its place in the text.
    pub span: Span,
}
