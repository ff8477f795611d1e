//! What is known of every step of a graph, and which steps may overflow.
//!
//! In: a graph and its program. Out: a [`Known`] for each node, bottom up, as every node stands behind its operands.
//! What stands for parameters and items is found by going through the graph again until nothing new comes (a body
//! stands before what it is used with); after [`MOST_PASSES`] it is taken for anything.
//!
//! Never wrong in one direction: where a step is not marked, it can't overflow.

use super::functions;
use super::known::{Known, Length, longest_default, longest_list};
use super::real::Real;
use crate::graph::told::Ask;
use crate::graph::{Chain, Choice, Fold, Graph, List, Node, NodeId};
use crate::hir::told::{EventFold, SeriesFold};
use crate::hir::{ArithOp, FoldOp, HitPolicy, Program};
use std::collections::HashMap;

/// So often parameters are looked at anew.
const MOST_PASSES: usize = 8;

/// What is known of a graph.
pub(super) struct Ranges<'g> {
    pub(super) graph: &'g Graph,
    program: &'g Program,
    nodes: Vec<Known>,
    /// Whether a step of its own may overflow.
    overflows: Vec<bool>,
    /// What stands for parameters and items, and what was met for them in this pass.
    locals: Vec<Known>,
    met: Vec<Known>,
    /// Rows of reference data, by its place.
    rows: HashMap<u32, Known>,
    /// No list that the rules write is longer.
    longest: u64,
    /// Nor one that is the default of a record's field.
    defaults: u64,
}

impl<'g> Ranges<'g> {
    pub(super) fn of(program: &'g Program, graph: &'g Graph) -> Self {
        let defaults = longest_default(program);
        let mut ranges = Ranges {
            graph,
            program,
            nodes: Vec::new(),
            overflows: Vec::new(),
            locals: vec![Known::Nothing; graph.locals()],
            met: vec![Known::Nothing; graph.locals()],
            rows: HashMap::new(),
            longest: longest(program, graph).max(defaults),
            defaults,
        };
        for _ in 0..MOST_PASSES {
            ranges.pass();
            if ranges.met == ranges.locals {
                return ranges;
            }
            ranges.locals.clone_from(&ranges.met);
        }
        ranges.locals.fill(Known::Anything);
        ranges.pass();
        ranges
    }

    /// What is known of a node.
    pub(super) fn known(&self, id: NodeId) -> &Known {
        self.nodes.get(id.index()).unwrap_or(&Known::Anything)
    }

    /// Whether a step may overflow.
    pub(super) fn overflows(&self, id: NodeId) -> bool {
        self.overflows.get(id.index()).copied().unwrap_or(true)
    }

    /// At most how many items a list has.
    pub(super) fn length(&self, list: NodeId) -> Length {
        match self.known(list) {
            Known::Items(_, length) => *length,
            Known::Nothing => Length {
                fixed: 0,
                given: false,
            },
            _ => Length {
                fixed: self.longest,
                given: true,
            },
        }
    }

    fn pass(&mut self) {
        for (node, at) in self.graph.nodes().iter().zip(0..) {
            if matches!(node, Node::Const(_) | Node::Input { .. }) && at < self.nodes.len() {
                continue;
            }
            let (known, overflows) = self.node(node);
            if let (Some(node), Some(flag)) = (self.nodes.get_mut(at), self.overflows.get_mut(at)) {
                (*node, *flag) = (known, overflows);
            } else {
                self.nodes.push(known);
                self.overflows.push(overflows);
            }
        }
    }

    fn node(&mut self, node: &Node) -> (Known, bool) {
        let graph = self.graph;
        let known = match *node {
            Node::Const(place) => Known::constant(graph, graph.pool().scalar(place)),
            Node::Input { input, .. } => {
                Known::given(self.program, self.program.input(input), self.defaults)
            }
            Node::IntChain(list, operators) => return self.int_chain(list, operators),
            Node::DecimalChain(list, operators) => return self.decimal_chain(list, operators),
            Node::TryDiv(a, b) => return self.quotient(a, b),
            Node::Neg(a) => return self.negated(a),
            Node::Widen(a) => match self.known(a).whole() {
                Some((low, high)) => Known::Real(Real::of_whole(low, high)),
                None => Known::Nothing,
            },
            Node::Else(list) => Known::join_all(self.operands(list)),
            Node::If(list) => self.conditional(list),
            Node::Record(list, shape) => self.record(list, shape),
            Node::List(list) => {
                let length = Length {
                    fixed: u64::try_from(graph.list(list).len()).unwrap_or(u64::MAX),
                    given: false,
                };
                Known::items(Known::join_all(self.operands(list)), length)
            }
            Node::Field(record, place) => self.known(record).field(place as usize),
            Node::Chain(place) => {
                let chain = graph.chain(place);
                graph.choice(chain).into_iter().for_each(|c| self.rank(c));
                return self.chain(chain);
            }
            Node::Def(def) => self.known(graph.def(def).root).clone(),
            Node::Call(place, list) => return self.call(place, list),
            Node::Local(local) => {
                let known = self.locals.get(local as usize);
                known.cloned().unwrap_or(Known::Anything)
            }
            Node::Apply(place, list) => self.apply(place, list),
            Node::Fold(place) => match graph.fold(place) {
                Some(fold) => return self.fold(fold),
                None => Known::Anything,
            },
            Node::Lookup(place, _) => self.row(place),
            Node::Ask(place) => return (Known::Anything, graph.ask(place).is_some_and(adds_up)),
            _ => Known::Anything,
        };
        (known, false)
    }

    fn operands(&self, list: List) -> impl Iterator<Item = &Known> {
        self.graph.list(list).iter().map(|id| self.known(*id))
    }

    fn int_chain(&self, list: List, operators: u32) -> (Known, bool) {
        let mut operands = self.operands(list).map(Known::whole);
        let mut overflows = false;
        let Some(mut total) = operands.next().flatten() else {
            return (Known::Nothing, false);
        };
        for (operand, op) in operands.zip(self.graph.operators(operators)) {
            let Some((next, over)) = operand.and_then(|operand| whole(*op, total, operand)) else {
                return (Known::Nothing, overflows);
            };
            total = next;
            overflows |= over;
        }
        (Known::Whole(total.0, total.1), overflows)
    }

    fn decimal_chain(&self, list: List, operators: u32) -> (Known, bool) {
        let mut operands = self.operands(list).map(Known::real);
        let mut overflows = false;
        let Some(mut total) = operands.next().flatten() else {
            return (Known::Nothing, false);
        };
        for (operand, op) in operands.zip(self.graph.operators(operators)) {
            let Some((next, over)) = operand.and_then(|operand| real(*op, total, operand)) else {
                return (Known::Nothing, overflows);
            };
            total = next;
            overflows |= over;
        }
        (Known::Real(total), overflows)
    }

    fn quotient(&self, a: NodeId, b: NodeId) -> (Known, bool) {
        let (Some(a), Some(b)) = (self.known(a).real(), self.known(b).real()) else {
            return (Known::Nothing, false);
        };
        match a.div(b) {
            Some((quotient, over)) => (Known::Real(quotient), over),
            None => (Known::Nothing, false),
        }
    }

    fn negated(&self, a: NodeId) -> (Known, bool) {
        match self.known(a) {
            Known::Real(real) => (Known::Real(real.neg()), false),
            Known::Nothing => (Known::Nothing, false),
            Known::Whole(low, high) => {
                let known = Known::Whole(high.saturating_neg(), low.saturating_neg());
                (known, *low == i64::MIN)
            }
            _ => (Known::Anything, true),
        }
    }

    fn conditional(&self, list: List) -> Known {
        let children = self.graph.list(list);
        let values = children.iter().enumerate();
        // Condition, value, condition, value, …, value.
        let values = values.filter(|(at, _)| at % 2 == 1 || at + 1 == children.len());
        Known::join_all(values.map(|(_, id)| self.known(*id)))
    }

    fn record(&self, list: List, shape: u32) -> Known {
        let Some(shape) = self.graph.shape(shape) else {
            return Known::Anything;
        };
        let mut fields = vec![Known::Nothing; shape.fields as usize];
        for (known, place) in self.operands(list).zip(&shape.places) {
            if let Some(field) = fields.get_mut(*place as usize) {
                *field = known.clone();
            }
        }
        Known::fields(fields)
    }

    fn chain(&self, chain: &Chain) -> (Known, bool) {
        let rules = self.graph.rules(chain);
        let count = u64::try_from(rules.len()).unwrap_or(u64::MAX);
        let values = || Known::join_all(rules.iter().map(|rule| self.known(rule.value)));
        let mut overflows = false;
        let known = match chain.policy {
            HitPolicy::Count => Known::Whole(0, i64::try_from(count).unwrap_or(i64::MAX)),
            HitPolicy::Collect | HitPolicy::OutputOrder | HitPolicy::Ranked => {
                let length = Length {
                    fixed: count,
                    given: false,
                };
                Known::items(values(), length)
            }
            HitPolicy::Sum => {
                let known = rules.iter().map(|rule| self.known(rule.value));
                let (sum, over) = self.sum_of(chain, known);
                overflows = over;
                sum
            }
            _ => values(),
        };
        (known.join(self.known(chain.otherwise)), overflows)
    }

    /// What stands for the numbers of an action in a ranking.
    fn rank(&mut self, choice: &Choice) {
        let zero = Real::of_whole(0, 0);
        let mut weight = Real::of_whole(1, 1);
        for clause in &choice.weights {
            weight = weight.add(Real::of(clause.percent).join(zero)).0;
        }
        for candidate in &choice.candidates {
            let number = |id: Option<NodeId>| match id {
                Some(id) => self.known(id).clone(),
                None => Known::Real(zero),
            };
            let numbers = [
                number(candidate.propensity),
                number(candidate.value),
                Known::Real(weight),
                Known::Real(Real::of(candidate.lever)),
            ];
            for (local, known) in choice.locals.iter().zip(&numbers) {
                local.iter().for_each(|local| self.meet(*local, known));
            }
        }
    }

    /// The sum of what some of the rules give, within the bounds of the score.
    fn sum_of<'k>(&self, chain: &Chain, values: impl Iterator<Item = &'k Known>) -> (Known, bool) {
        let pool = self.graph.pool();
        let bound = |place: u32| Known::constant(self.graph, pool.scalar(place));
        let bounds = chain.bounds.map(|(low, high)| (bound(low), bound(high)));
        let mut overflows = false;
        if let crate::graph::Scalar::Decimal(_) = chain.zero {
            let mut total = Real::of_whole(0, 0);
            for value in values.filter_map(Known::real) {
                let (next, over) = total.add(value.join(Real::of_whole(0, 0)));
                total = next;
                overflows |= over;
            }
            if let Some((Known::Real(low), Known::Real(high))) = bounds {
                total = Real {
                    low: total.low.max(low.low).min(high.high),
                    high: total.high.min(high.high).max(low.low),
                    places: total.places.max(low.places).max(high.places),
                };
            }
            if let Some(places) = chain.round {
                total = total.to_places(places);
            }
            return (Known::Real(total), overflows);
        }
        let mut total = (0, 0);
        for (low, high) in values.filter_map(Known::whole) {
            let (next, over) = narrowed(
                i128::from(total.0) + i128::from(low.min(0)),
                i128::from(total.1) + i128::from(high.max(0)),
            );
            total = next;
            overflows |= over;
        }
        if let Some((Known::Whole(low, _), Known::Whole(_, high))) = bounds
            && low <= high
        {
            total = (total.0.clamp(low, high), total.1.clamp(low, high));
        }
        (Known::Whole(total.0, total.1), overflows)
    }

    fn call(&self, place: u32, list: List) -> (Known, bool) {
        let Some(function) = self.graph.function(place) else {
            return (Known::Anything, false);
        };
        let operands: Vec<&Known> = self.operands(list).collect();
        let step = match self.graph.list(list) {
            [_, step] => match self.graph.node(*step) {
                Node::Const(place) => Some(self.graph.pool().scalar(*place)),
                _ => None,
            },
            _ => None,
        };
        let length = match self.graph.list(list) {
            [one] => self.length(*one).most(),
            _ => 0,
        };
        functions::known(&function.func, &operands, step, length)
    }

    fn apply(&mut self, place: u32, list: List) -> Known {
        let graph = self.graph;
        let Some(apply) = graph.apply(place) else {
            return Known::Anything;
        };
        for (id, local) in graph.list(list).iter().zip(&apply.locals) {
            let known = self.known(*id).clone();
            self.meet(*local, &known);
        }
        self.known(apply.root).clone()
    }

    fn meet(&mut self, local: u32, known: &Known) {
        if let Some(met) = self.met.get_mut(local as usize) {
            *met = met.join(known);
        }
    }

    fn fold(&mut self, fold: Fold) -> (Known, bool) {
        let list = self.known(fold.list).clone();
        let item = list.item();
        self.meet(fold.local, &item);
        let body = self.known(fold.body);
        match fold.op {
            FoldOp::Any | FoldOp::Every => (Known::Anything, false),
            FoldOp::Filter => (list, false),
            FoldOp::Min | FoldOp::Max => (body.clone(), false),
            FoldOp::Nearest => (item, false),
            FoldOp::Sum => {
                let count = self.length(fold.list).most();
                if fold.decimal {
                    let one = body.real().unwrap_or(Real::of_whole(0, 0));
                    let (sum, over) = one.times(count);
                    return (Known::Real(sum), over);
                }
                let (low, high) = body.whole().unwrap_or((0, 0));
                let times = |end: i64| i128::from(end).saturating_mul(i128::from(count));
                let ((low, high), over) = narrowed(times(low.min(0)), times(high.max(0)));
                (Known::Whole(low, high), over)
            }
        }
    }

    /// A row of reference data.
    fn row(&mut self, place: u32) -> Known {
        if let Some(known) = self.rows.get(&place) {
            return known.clone();
        }
        let Some(index) = self.graph.index(place) else {
            return Known::Anything;
        };
        let rows = index.rows.iter();
        let known = rows.fold(Known::Nothing, |known, (_, row)| {
            known.join(&Known::constant(self.graph, *row))
        });
        self.rows.insert(place, known.clone());
        known
    }
}

/// No list that the rules write is longer.
fn longest(program: &Program, graph: &Graph) -> u64 {
    let written = graph.nodes().iter().map(|node| match node {
        Node::List(list) => graph.list(*list).len(),
        Node::Chain(place) => graph.rules(graph.chain(*place)).len(),
        _ => 0,
    });
    let longest = written.max().unwrap_or(0).max(graph.pool().all_items());
    let defaults = program.inputs().iter().filter_map(|i| i.default.as_ref());
    let defaults = defaults.map(longest_list).max().unwrap_or(0);
    u64::try_from(longest).unwrap_or(u64::MAX).max(defaults)
}

/// The ends of a whole number, and whether it may lie beyond 64 bits.
pub(super) fn narrowed(low: i128, high: i128) -> ((i64, i64), bool) {
    let (least, greatest) = (i128::from(i64::MIN), i128::from(i64::MAX));
    let end = |end: i128| i64::try_from(end.clamp(least, greatest)).unwrap_or(i64::MAX);
    let over = low < least || high > greatest;
    ((end(low), end(high)), over)
}

/// An operator on whole numbers; none where there is no divisor but zero.
fn whole(op: ArithOp, a: (i64, i64), b: (i64, i64)) -> Option<((i64, i64), bool)> {
    let wide = |(low, high): (i64, i64)| (i128::from(low), i128::from(high));
    let ((a_low, a_high), (b_low, b_high)) = (wide(a), wide(b));
    Some(match op {
        ArithOp::Add => narrowed(a_low + b_low, a_high + b_high),
        ArithOp::Sub => narrowed(a_low - b_high, a_high - b_low),
        ArithOp::Mul => {
            let corners = [
                a_low * b_low,
                a_low * b_high,
                a_high * b_low,
                a_high * b_high,
            ];
            let (mut low, mut high) = (a_low * b_low, a_low * b_low);
            for corner in corners {
                low = low.min(corner);
                high = high.max(corner);
            }
            narrowed(low, high)
        }
        ArithOp::IntDiv => return functions::floor_div(a, b),
        ArithOp::Mod => return functions::floor_mod(b).map(|known| (known, false)),
        // Never on whole numbers.
        ArithOp::Div => ((i64::MIN, i64::MAX), true),
    })
}

/// An operator on decimals; none where there is no divisor but zero.
fn real(op: ArithOp, a: Real, b: Real) -> Option<(Real, bool)> {
    match op {
        ArithOp::Add => Some(a.add(b)),
        ArithOp::Sub => Some(a.add(b.neg())),
        ArithOp::Mul => Some(a.mul(b)),
        ArithOp::Div => a.div(b),
        // Never on decimals.
        ArithOp::IntDiv | ArithOp::Mod => Some((Real::ALL, true)),
    }
}

/// Whether the answer to a question adds up what many events say.
fn adds_up(ask: &Ask) -> bool {
    match ask {
        Ask::Fold { fold, .. } => matches!(fold, EventFold::Sum | EventFold::Avg),
        Ask::Series { fold, .. } => *fold == SeriesFold::Sum,
        Ask::Score { .. } => true,
        _ => false,
    }
}
