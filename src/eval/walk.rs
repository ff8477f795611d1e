//! The walk over the arena: `test` for conditions, `value` for all else. `None` is a run-time error, which
//! lies in `fault`: so the common answer stays small.
//!
//! Recursion is as deep as the graph, which the builder bounds; each arm with more than a few locals is a
//! function of its own, so that a level needs little stack. Operands of an impossible kind give missing or
//! false, never a panic.

use super::inputs::Inputs;
use super::probe::{Answered, Probe};
use super::scratch::{Scratch, number};
use super::told::{Asking, Teller};
use super::view::Env;
use super::{Fault, FaultKind, Hit, Outcome};
use crate::graph::told::Ask;
use crate::graph::{
    Block, Chain, Graph, Items, List, Node, NodeId, Operands, Run, Scalar, Test, Tests, ops,
};
use crate::hir::{CompareOp, DefId, RangeEnd};
use std::cmp::Ordering;

/// One evaluation under way.
pub(super) struct Walk<'a, P> {
    pub(super) graph: &'a Graph,
    pub(super) inputs: &'a Inputs,
    pub(super) scratch: &'a mut Scratch,
    pub(super) probe: &'a mut P,
    /// What gave the value of the rules asked last.
    pub(super) hit: Hit,
    /// Why, where the rules asked last give a reason.
    pub(super) because: Option<NodeId>,
    /// The overflow, once a step has given none.
    fault: Fault,
}

impl<'a, P: Probe> Walk<'a, P> {
    pub(super) fn new(
        graph: &'a Graph,
        inputs: &'a Inputs,
        scratch: &'a mut Scratch,
        probe: &'a mut P,
    ) -> Self {
        Walk {
            graph,
            inputs,
            scratch,
            probe,
            hit: Hit::None,
            because: None,
            fault: Fault {
                node: NodeId(0),
                kind: FaultKind::IntOverflow,
            },
        }
    }

    /// The asked definition, with its hit.
    #[inline]
    pub(super) fn root(&mut self, def: DefId) -> Result<Outcome, Fault> {
        if P::STEPS {
            self.probe.enter(def);
        }
        let graph = self.graph;
        let root = graph.def(def).root;
        if let Node::Chain(place) = graph.node(root)
            && !P::STEPS
            && graph.chain(*place).policy.is_first()
        {
            return self.first(graph.chain(*place)).ok_or(self.fault);
        }
        let Some(value) = self.body(root, true) else {
            return Err(self.fault);
        };
        let (hit, because) = (self.hit, self.because);
        let because = match because {
            Some(text) => self.value(text).ok_or(self.fault)?,
            None => Scalar::Missing,
        };
        if hit == Hit::Rows
            && let Node::Chain(place) = graph.node(root)
        {
            self.reasons(graph.chain(*place)).ok_or(self.fault)?;
        }
        if P::STEPS {
            self.probe.leave(def, hit, value, because);
        }
        Ok(Outcome {
            hit,
            value,
            because,
        })
    }

    /// The overflow, once a step has given none.
    pub(super) fn fault(&self) -> Fault {
        self.fault
    }

    /// One value.
    pub(super) fn part(&mut self, node: NodeId) -> Result<Scalar, Fault> {
        self.value(node).ok_or(self.fault)
    }

    /// One condition.
    pub(super) fn condition(&mut self, condition: NodeId) -> Result<bool, Fault> {
        self.test(condition).ok_or(self.fault)
    }

    /// The same for rules of which the first counts: most often its value is a constant, which goes from
    /// the pool to the outcome in one copy.
    #[inline]
    fn first(&mut self, chain: &'a Chain) -> Option<Outcome> {
        let chosen = self.choose(chain)?;
        let mut of = |node: NodeId| match self.graph.node(node) {
            Node::Const(place) => Some(self.graph.pool().scalar(*place)),
            _ => self.value(node),
        };
        let value = of(chosen.value)?;
        let because = match chosen.because {
            Some(text) => of(text)?,
            None => Scalar::Missing,
        };
        Some(Outcome {
            hit: chosen.hit,
            value,
            because,
        })
    }

    /// What a definition evaluates. `top`: its rows, if any, are asked for.
    #[inline]
    fn body(&mut self, root: NodeId, top: bool) -> Option<Scalar> {
        if let Node::Chain(place) = self.graph.node(root) {
            return self.chain(*place, top);
        }
        let value = self.value(root)?;
        self.hit = Hit::None;
        self.because = None;
        Some(value)
    }

    /// Whether a condition holds.
    pub(super) fn test(&mut self, id: NodeId) -> Option<bool> {
        let graph = self.graph;
        if P::COUNTS && graph.node(id).is_question() {
            self.probe.step();
        }
        match graph.node(id) {
            Node::And(children, block) => self.all(*children, *block),
            Node::Or(children, block) => self.any(*children, *block),
            Node::Not(child) => Some(!self.test(*child)?),
            Node::Test(place) => {
                let holds = self.passes(graph.test(*place));
                Some(self.leaf(id, holds))
            }
            Node::DecimalTest { .. } | Node::TextTest { .. } => {
                let holds = self.beside(id);
                Some(self.leaf(id, holds))
            }
            Node::Compare(..) | Node::InRange(..) if self.is_timed(id) => self.leased_question(id),
            Node::Compare(operands, op, a, b) => {
                let holds = self.compared(*operands, *op, (*a, *b))?;
                Some(self.leaf(id, holds))
            }
            Node::Is(..) | Node::IsPresent(_) | Node::InList(..) | Node::InRange(..) => {
                let holds = self.question(id)?;
                Some(self.leaf(id, holds))
            }
            Node::Call(..) | Node::Fold(_) | Node::Apply(..) | Node::Ask(_) => {
                let holds = self.value(id)? == Scalar::Bool(true);
                Some(self.leaf(id, holds))
            }
            _ => Some(self.value(id)? == Scalar::Bool(true)),
        }
    }

    /// The value of a node.
    pub(super) fn value(&mut self, id: NodeId) -> Option<Scalar> {
        if P::LEASES && self.is_timed(id) && self.graph.node(id).may_run() {
            return self.leased(id);
        }
        self.plain_value(id)
    }

    /// The same, whether time matters to it or not.
    pub(super) fn plain_value(&mut self, id: NodeId) -> Option<Scalar> {
        let graph = self.graph;
        // A question is counted where it is asked.
        if P::COUNTS && !graph.node(id).is_question() {
            self.probe.step();
        }
        match *graph.node(id) {
            Node::Const(place) => Some(graph.pool().scalar(place)),
            Node::Input { input, .. } => {
                let value = self.inputs.scalar(input);
                if P::READS {
                    self.probe.read(input, || value);
                }
                Some(value)
            }
            Node::Chain(place) => self.chain(place, false),
            Node::Def(def) => match self.scratch.recall(self.graph.def(def).cell) {
                Some(value) if !P::STEPS => Some(value),
                _ => self.def(def),
            },
            Node::If(list) => self.conditional(list),
            Node::Else(list) => self.first_present(list),
            Node::IntChain(list, operators) => self.int_chain(id, list, operators),
            Node::DecimalChain(..) | Node::TryDiv(..) => self.decimal(id),
            Node::Neg(a) => {
                let value = self.value(a)?;
                // Only the integer's negation can overflow.
                let negated = ops::neg(value);
                negated.or_else(|| self.fail(id, FaultKind::IntOverflow))
            }
            Node::Widen(a) => Some(ops::widen(self.value(a)?)),
            Node::Record(list, shape) => self.record(list, shape),
            Node::List(list) => self.items(list),
            Node::Field(record, place) => self.field(record, place),
            Node::Local(local) => {
                let value = self.scratch.locals.get(local as usize);
                Some(value.copied().unwrap_or(Scalar::Missing))
            }
            Node::Call(place, list) => self.call(id, place, list),
            Node::Apply(place, list) => self.apply(place, list),
            Node::Fold(place) => self.fold(id, place),
            Node::Lookup(place, key) => self.lookup(place, key),
            Node::Ask(place) => self.ask(id, place),
            Node::Stream(_) => Some(Scalar::Missing),
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
            | Node::InRange(..) => Some(Scalar::Bool(self.test(id)?)),
        }
    }

    /// A question about events; at most once where several steps need it.
    #[inline(never)]
    fn ask(&mut self, id: NodeId, place: u32) -> Option<Scalar> {
        let graph = self.graph;
        if P::READS {
            if let Some(now) = graph.now() {
                let inputs = self.inputs;
                self.probe.read(now, || inputs.scalar(now));
            }
            if let Some(zone) = graph.zone_of(place) {
                self.def(zone)?;
            }
            self.read_given(place);
        }
        let cell = graph.memos().cell(id);
        if let Some(known) = cell.and_then(|cell| self.scratch.recall(cell)) {
            self.prove((id, place), true, known);
            return Some(known);
        }
        // Contexts and frames see to it that there is one.
        let Some(teller) = self.inputs.teller() else {
            return Some(Scalar::Missing);
        };
        let now = self.scratch.told.moment.unwrap_or(self.inputs.now());
        let value = match teller.at_once(place, now) {
            Some(value) => value,
            None => self.tell(teller.as_ref(), id, place)?,
        };
        if let Some(cell) = cell {
            self.scratch.keep(cell, value);
        }
        self.prove((id, place), cell.is_some(), value);
        Some(value)
    }

    /// Reads what a question about events is given by the context. (Who answers it asks for that only where it matters, and
    /// unwatched; an overflow shows there.)
    fn read_given(&mut self, place: u32) {
        if P::COUNTS {
            return;
        }
        for node in self.graph.given(place) {
            let fault = self.fault;
            if self.value(*node).is_none() {
                self.fault = fault;
            }
        }
    }

    /// The answer to a question about events that takes the evaluator along.
    #[inline(never)]
    fn tell(&mut self, teller: &dyn Teller, node: NodeId, place: u32) -> Option<Scalar> {
        let mut asking = Asking {
            graph: self.graph,
            inputs: self.inputs,
            scratch: self.scratch,
            node,
        };
        match teller.tell(&mut asking, place) {
            Ok(value) => Some(value),
            Err(fault) => self.surfaced(fault),
        }
    }

    /// What proves an answer about events, where that is wanted. (Where it takes an overflow to find out, nothing does.)
    #[inline(always)]
    fn prove(&mut self, (node, place): (NodeId, u32), fixed: bool, answer: Scalar) {
        if !P::PROVES {
            return;
        }
        // What time it is no event proves.
        let teller = self.inputs.teller();
        let Some(teller) = teller.filter(|_| self.graph.ask(place) != Some(&Ask::Now)) else {
            return;
        };
        let (graph, inputs, scratch) = (self.graph, self.inputs, &mut *self.scratch);
        let answered = Answered {
            node,
            fixed,
            inner: scratch.inner > 0,
            answer,
        };
        self.probe.asked(answered, || {
            let mut asking = Asking {
                graph,
                inputs,
                scratch,
                node,
            };
            teller.witness(&mut asking, place).unwrap_or_default()
        });
    }

    /// An overflow that surfaced elsewhere.
    pub(super) fn surfaced<T>(&mut self, fault: Fault) -> Option<T> {
        self.fault = fault;
        None
    }

    /// Notes an overflow. Every step above gives none in turn.
    #[cold]
    pub(super) fn fail<T>(&mut self, node: NodeId, kind: FaultKind) -> Option<T> {
        self.fault = Fault { node, kind };
        None
    }

    #[inline(always)]
    fn leaf(&mut self, id: NodeId, holds: bool) -> bool {
        // What a fold or a parameterised definition asks is part of one question.
        if P::STEPS && self.scratch.inner == 0 {
            self.probe.leaf(id, holds);
        }
        holds
    }

    /// One fused test.
    #[inline(always)]
    fn passes(&mut self, test: &Test) -> bool {
        if P::READS {
            let (inputs, input) = (self.inputs, test.input());
            self.probe.read(input, || inputs.scalar(input));
        }
        if P::LEASES {
            self.turn_of_test(test);
        }
        test.holds(|at| self.inputs.word(at), |at| self.inputs.int(at))
    }

    /// Whether all tests hold, one after the other.
    #[inline(always)]
    pub(super) fn tests(&mut self, tests: Tests) -> bool {
        let tests = self.graph.tests(tests);
        tests.iter().all(|test| {
            if P::COUNTS {
                self.probe.step();
            }
            self.passes(test)
        })
    }

    /// Whether all tests of a block hold: in order where it matters which inputs are read, else as a gate.
    #[inline(always)]
    fn block(&mut self, block: Block) -> bool {
        if P::READS {
            return self.tests(block.tests);
        }
        let (graph, inputs) = (self.graph, self.inputs);
        let gate = graph.gate(block);
        graph.gates().passes(gate, inputs.words(), inputs.ints())
    }

    #[inline]
    fn all(&mut self, children: List, block: Block) -> Option<bool> {
        if P::STEPS {
            return self.all_from(children, 0);
        }
        if !self.block(block) {
            return Some(false);
        }
        self.all_from(children, block.covered)
    }

    /// Whether the children from a place on hold.
    pub(super) fn all_from(&mut self, children: List, from: u32) -> Option<bool> {
        for child in self.graph.list(children).iter().skip(from as usize) {
            if !self.test(*child)? {
                return Some(false);
            }
        }
        Some(true)
    }

    #[inline(never)]
    fn any(&mut self, children: List, block: Block) -> Option<bool> {
        let mut from = 0;
        if !P::STEPS && block.covered > 0 {
            // The block says that none of the first children holds.
            if !self.block(block) {
                return Some(true);
            }
            from = block.covered;
        }
        for child in self.graph.list(children).iter().skip(from as usize) {
            if self.test(*child)? {
                return Some(true);
            }
        }
        Some(false)
    }

    /// A comparison of an input that lies beside the keys with a constant.
    #[inline(never)]
    fn beside(&mut self, id: NodeId) -> bool {
        let (graph, inputs) = (self.graph, self.inputs);
        match *graph.node(id) {
            Node::DecimalTest {
                input,
                place,
                op,
                with,
            } => {
                let value = Scalar::Decimal(inputs.decimal(place));
                if P::READS {
                    self.probe.read(input, || inputs.scalar(input));
                }
                let order = ops::order(value, graph.pool().scalar(with));
                order.is_some_and(|order| ops::holds(op, order))
            }
            Node::TextTest {
                input,
                place,
                text,
                equal,
            } => {
                if P::READS {
                    self.probe.read(input, || inputs.scalar(input));
                }
                (inputs.text(place) == graph.pool().text(text)) == equal
            }
            _ => false,
        }
    }

    /// A question about computed values.
    #[inline(never)]
    pub(super) fn question(&mut self, id: NodeId) -> Option<bool> {
        let graph = self.graph;
        Some(match *graph.node(id) {
            Node::Compare(operands, op, a, b) => self.compared(operands, op, (a, b))?,
            Node::Is(a, b) => {
                let a = self.value(a)?;
                if a == Scalar::Missing {
                    return Some(false);
                }
                let b = self.value(b)?;
                self.same(a, b)
            }
            Node::IsPresent(a) => self.value(a)? != Scalar::Missing,
            Node::InList(item, list) => {
                let (item, list) = (self.value(item)?, self.value(list)?);
                self.contains(list, item)
            }
            Node::InRange(operands, end, list) => return self.in_range(operands, end, list),
            _ => false,
        })
    }

    /// A comparison, most often of whole numbers.
    #[inline]
    fn compared(
        &mut self,
        operands: Operands,
        op: CompareOp,
        (a, b): (NodeId, NodeId),
    ) -> Option<bool> {
        // By reference: values that are taken apart and put together again cost more than the comparison.
        if let (Some(Scalar::Int(a)), Some(Scalar::Int(b))) = (self.known(a), self.known(b)) {
            return Some(ops::holds(op, a.cmp(b)));
        }
        let (a, b) = (self.value(a)?, self.value(b)?);
        Some(self.compare(operands, op, a, b))
    }

    #[inline(never)]
    fn compare(&self, operands: Operands, op: CompareOp, a: Scalar, b: Scalar) -> bool {
        match op {
            CompareOp::Eq => self.same(a, b),
            CompareOp::Ne => !self.same(a, b),
            _ => self
                .order(operands, a, b)
                .is_some_and(|order| ops::holds(op, order)),
        }
    }

    pub(super) fn order(&self, operands: Operands, a: Scalar, b: Scalar) -> Option<Ordering> {
        match (operands, a, b) {
            (Operands::Text, Scalar::Text(a), Scalar::Text(b)) => {
                let env = self.env();
                Some(env.text(a).cmp(env.text(b)))
            }
            _ => ops::order(a, b),
        }
    }

    #[inline(never)]
    fn in_range(&mut self, operands: Operands, end: RangeEnd, list: List) -> Option<bool> {
        let [value, low, high] = *self.graph.list(list) else {
            return Some(false);
        };
        let (value, low) = (self.value(value)?, self.value(low)?);
        if self.order(operands, value, low).is_none_or(Ordering::is_lt) {
            return Some(false);
        }
        // The upper end matters only from here on.
        let high = self.value(high)?;
        let order = self.order(operands, value, high);
        Some(order.is_some_and(|order| ops::below(order, end)))
    }

    /// Structural equality of two values.
    pub(super) fn same(&self, a: Scalar, b: Scalar) -> bool {
        match (a, b) {
            (Scalar::Text(_), _) | (Scalar::List(_), _) | (Scalar::Record(_), _) => {
                let env = self.env();
                env.view(a) == env.view(b)
            }
            _ => a == b,
        }
    }

    #[inline(never)]
    fn contains(&self, list: Scalar, item: Scalar) -> bool {
        let env = self.env();
        let item = env.view(item);
        match env.view(list) {
            super::View::List(items) => items.iter().any(|i| i == item),
            _ => false,
        }
    }

    pub(super) fn env(&self) -> Env<'_> {
        Env {
            pool: self.graph.pool(),
            inputs: self.inputs,
            built: self.scratch.built(),
        }
    }

    /// A definition, at most once.
    #[inline(never)]
    fn def(&mut self, def: DefId) -> Option<Scalar> {
        let node = self.graph.def(def);
        if let Some(value) = self.scratch.recall(node.cell) {
            if P::STEPS {
                self.probe.recall(def, value);
            }
            return Some(value);
        }
        if P::STEPS {
            self.probe.enter(def);
        }
        // A definition knows no parameters: what it asks are questions of its own.
        let inner = std::mem::take(&mut self.scratch.inner);
        let value = self.body(node.root, false)?;
        self.scratch.inner = inner;
        if P::STEPS {
            // Only a reason that is written out: no other decision needs one.
            let because = match self.because.map(|text| self.graph.node(text)) {
                Some(Node::Const(place)) => self.graph.pool().scalar(*place),
                _ => Scalar::Missing,
            };
            self.probe.leave(def, self.hit, value, because);
        }
        self.scratch.keep(node.cell, value);
        Some(value)
    }

    /// Decimal arithmetic; at most once where several steps need it.
    fn decimal(&mut self, id: NodeId) -> Option<Scalar> {
        let graph = self.graph;
        let cell = graph.memos().cell(id);
        if let Some(known) = cell.and_then(|cell| self.scratch.recall(cell)) {
            return Some(known);
        }
        let value = match *graph.node(id) {
            Node::DecimalChain(list, operators) => self.decimal_chain(id, list, operators)?,
            Node::TryDiv(a, b) => self.try_div(id, a, b)?,
            _ => Scalar::Missing,
        };
        if let Some(cell) = cell {
            self.scratch.keep(cell, value);
        }
        Some(value)
    }

    #[inline(never)]
    fn conditional(&mut self, list: List) -> Option<Scalar> {
        let mut rest = self.graph.list(list);
        loop {
            match rest {
                [when, value, others @ ..] => {
                    if self.test(*when)? {
                        return self.operand(*value);
                    }
                    rest = others;
                }
                [last] => return self.operand(*last),
                [] => return Some(Scalar::Missing),
            }
        }
    }

    #[inline(never)]
    fn first_present(&mut self, list: List) -> Option<Scalar> {
        for child in self.graph.list(list) {
            let value = self.value(*child)?;
            if value != Scalar::Missing {
                return Some(value);
            }
        }
        Some(Scalar::Missing)
    }

    #[inline(never)]
    fn int_chain(&mut self, id: NodeId, list: List, operators: u32) -> Option<Scalar> {
        let mut total = None;
        let mut operators = self.graph.operators(operators).iter();
        for child in self.graph.list(list) {
            let Scalar::Int(value) = self.value(*child)? else {
                return Some(Scalar::Missing);
            };
            total = match total.zip(if total.is_some() {
                operators.next()
            } else {
                None
            }) {
                None => Some(value),
                Some((total, op)) => match ops::int(*op, total, value) {
                    Some(total) => Some(total),
                    None => return self.fail(id, FaultKind::IntOverflow),
                },
            };
        }
        Some(total.map_or(Scalar::Missing, Scalar::Int))
    }

    #[inline(never)]
    fn decimal_chain(&mut self, id: NodeId, list: List, operators: u32) -> Option<Scalar> {
        let mut total = None;
        let mut operators = self.graph.operators(operators).iter();
        for child in self.graph.list(list) {
            let Scalar::Decimal(value) = self.value(*child)? else {
                return Some(Scalar::Missing);
            };
            total = match total.zip(if total.is_some() {
                operators.next()
            } else {
                None
            }) {
                None => Some(value),
                Some((total, op)) => match ops::decimal(*op, total, value) {
                    Some(total) => Some(total),
                    None => return self.fail(id, FaultKind::DecimalOverflow),
                },
            };
        }
        Some(total.map_or(Scalar::Missing, Scalar::Decimal))
    }

    #[inline(never)]
    fn try_div(&mut self, id: NodeId, a: NodeId, b: NodeId) -> Option<Scalar> {
        let (a, b) = (self.value(a)?, self.value(b)?);
        ops::try_div(a, b).or_else(|| self.fail(id, FaultKind::DecimalOverflow))
    }

    #[inline(never)]
    fn record(&mut self, list: List, shape: u32) -> Option<Scalar> {
        let graph = self.graph;
        let Some(shape) = graph.shape(shape) else {
            return Some(Scalar::Missing);
        };
        let made = self.scratch.make(shape.fields);
        for (child, place) in graph.list(list).iter().zip(&shape.places) {
            self.put(made, *place, *child)?;
        }
        Some(Scalar::Record(Items::Built(made)))
    }

    #[inline(never)]
    fn items(&mut self, list: List) -> Option<Scalar> {
        let children = self.graph.list(list);
        let made = self.scratch.make(number(children.len()));
        for (child, place) in children.iter().zip(0..) {
            self.put(made, place, *child)?;
        }
        Some(Scalar::List(Items::Built(made)))
    }

    /// Evaluates children onto the stack of open items; gives where they begin.
    pub(super) fn open(&mut self, list: List) -> Option<usize> {
        let from = self.scratch.open.len();
        for child in self.graph.list(list) {
            let value = self.value(*child)?;
            self.scratch.open.push(value);
        }
        Some(from)
    }

    /// Puts the value of a node to its place among what was made; often it is a definition that is known already.
    #[inline(always)]
    fn put(&mut self, made: Run, place: u32, id: NodeId) -> Option<()> {
        if let Some(cell) = self.cell_of(id)
            && self.scratch.put_known(made, place, cell)
        {
            return Some(());
        }
        let value = self.value(id)?;
        self.scratch.put(made, place, value);
        Some(())
    }

    /// The value of a node that is a constant or known already, as most operands are, and nobody watches.
    #[inline(always)]
    fn known(&self, id: NodeId) -> Option<&Scalar> {
        match self.graph.node(id) {
            Node::Const(place) if !P::COUNTS => self.graph.pool().scalar_at(*place),
            _ => self.scratch.known(self.cell_of(id)?),
        }
    }

    fn operand(&mut self, id: NodeId) -> Option<Scalar> {
        match self.known(id) {
            Some(known) => Some(*known),
            None => self.value(id),
        }
    }

    /// The cell of a definition, where nobody watches it being asked.
    #[inline(always)]
    fn cell_of(&self, id: NodeId) -> Option<u32> {
        match self.graph.node(id) {
            Node::Def(def) if !P::STEPS && !P::LEASES && !P::COUNTS => {
                Some(self.graph.def(*def).cell)
            }
            _ => None,
        }
    }

    /// A field of a record within an event.
    fn told_field(&mut self, at: u32, place: u32) -> Scalar {
        let value = self.inputs.teller().map(|t| t.value(at));
        match value {
            Some(crate::value::Value::Record(fields)) => match fields.get(place as usize) {
                Some(field) => self.scratch.adopt(field),
                None => Scalar::Missing,
            },
            _ => Scalar::Missing,
        }
    }

    #[inline(never)]
    fn field(&mut self, record: NodeId, place: u32) -> Option<Scalar> {
        let Scalar::Record(items) = self.value(record)? else {
            return Some(Scalar::Missing);
        };
        let fields = match items {
            Items::Const(run) => self.graph.pool().items(run),
            Items::Built(run) => run.of(self.scratch.items()),
            Items::Input(_) => &[],
            Items::Event(event) => {
                let teller = self.inputs.teller();
                return Some(teller.map_or(Scalar::Missing, |t| t.field(event, place)));
            }
            Items::Told(at) => return Some(self.told_field(at, place)),
            Items::Slot(input) => {
                let field = self.inputs.fields(input).get(place as usize);
                return Some(field.map_or(Scalar::Missing, |f| self.inputs.scalar(*f)));
            }
        };
        Some(
            fields
                .get(place as usize)
                .copied()
                .unwrap_or(Scalar::Missing),
        )
    }
}
