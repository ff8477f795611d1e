//! Smart constructors: each gives the smallest node that means the same.
//!
//! Kept, always: the value, which overflow surfaces, the inputs read. So a constant is folded only where
//! the operator does not overflow, and what stands behind a condition that is always false goes, but not
//! what stands before it.

use super::func::Answer;
use super::intern::{Arena, Refusal};
use super::layout::{Kind, Slot};
use super::node::{Block, Node, NodeId, Operands, Origin};
use super::ops;
use super::scalar::{Items, Scalar, TextRef};
use super::test::Test;
use crate::hir::{ArithOp, CompareOp, DefId, Func, InputId, Program, RangeEnd};
use std::cmp::Ordering;
use std::collections::HashSet;

/// A node, or why there can't be another.
pub(crate) type Built = Result<NodeId, Refusal>;

impl Arena {
    /// A constant truth.
    pub(crate) fn truth(&mut self, holds: bool, origin: Origin) -> Built {
        self.constant(Scalar::Bool(holds), origin)
    }

    /// Where an input lies.
    pub(crate) fn slot(&self, input: InputId) -> Option<Slot> {
        self.graph.layout().slot(input)
    }

    fn fused(&mut self, test: Test, origin: Origin) -> Built {
        let place = self.test(test);
        self.intern(Node::Test(place), origin)
    }

    /// A value where a condition is needed: a bool input becomes a test.
    pub(crate) fn condition(&mut self, id: NodeId, origin: Origin) -> Built {
        match self.node(id) {
            Node::Input {
                input,
                kind: Kind::Bool,
                ..
            } => {
                let slot = self.slot(input);
                match slot.and_then(|s| test_of(CompareOp::Eq, s, Scalar::Bool(true))) {
                    Some(test) => self.fused(test, origin),
                    None => Ok(id),
                }
            }
            _ => Ok(id),
        }
    }

    /// All hold.
    pub(crate) fn and(&mut self, children: &[NodeId], origin: Origin) -> Built {
        let children = self.flattened(children, true);
        match children.as_slice() {
            [] => self.truth(true, origin),
            [one] => Ok(*one),
            many => {
                let list = self.list(many);
                let block = self.and_block(many);
                self.intern(Node::And(list, block), origin)
            }
        }
    }

    /// One holds.
    pub(crate) fn or(&mut self, children: &[NodeId], origin: Origin) -> Built {
        let children = self.flattened(children, false);
        match children.as_slice() {
            [] => self.truth(false, origin),
            [one] => Ok(*one),
            many => {
                let list = self.list(many);
                let block: Block = self.or_block(many);
                self.intern(Node::Or(list, block), origin)
            }
        }
    }

    /// The children with those of nested nodes of the same kind in their place, without repetitions, without
    /// neutral constants, and without what stands behind a constant that decides.
    fn flattened(&self, children: &[NodeId], and: bool) -> Vec<NodeId> {
        let mut out = Vec::with_capacity(children.len());
        let mut seen = HashSet::with_capacity(children.len());
        for child in children {
            let inner = match self.node(*child) {
                Node::And(list, _) if and => self.graph.list(list),
                Node::Or(list, _) if !and => self.graph.list(list),
                _ => std::slice::from_ref(child),
            };
            crate::work::steps(inner.len());
            for id in inner {
                match self.as_constant(*id) {
                    Some(constant) if constant == Scalar::Bool(and) => {}
                    Some(_) => {
                        out.push(*id);
                        return out;
                    }
                    None if seen.insert(*id) => out.push(*id),
                    None => {}
                }
            }
        }
        out
    }

    /// The opposite.
    pub(crate) fn not(&mut self, id: NodeId, origin: Origin) -> Built {
        let opposite = match self.node(id) {
            Node::Const(_) => {
                let holds = self.as_constant(id) == Some(Scalar::Bool(true));
                return self.truth(!holds, origin);
            }
            Node::Not(inner) => return Ok(inner),
            Node::Test(place) => {
                let test = self.graph.test(place).negated();
                return self.fused(test, origin);
            }
            Node::DecimalTest {
                input,
                place,
                op,
                with,
            } => Node::DecimalTest {
                input,
                place,
                op: ops::opposite(op),
                with,
            },
            Node::TextTest {
                input,
                place,
                text,
                equal,
            } => Node::TextTest {
                input,
                place,
                text,
                equal: !equal,
            },
            Node::Compare(operands, op, a, b) => Node::Compare(operands, ops::opposite(op), a, b),
            _ => Node::Not(id),
        };
        self.intern(opposite, origin)
    }

    /// Two present values compared.
    pub(crate) fn compare(
        &mut self,
        operands: Operands,
        op: CompareOp,
        a: NodeId,
        b: NodeId,
        origin: Origin,
    ) -> Built {
        match (self.as_constant(a), self.as_constant(b)) {
            (Some(x), Some(y)) => {
                if let Some(holds) = self.compare_constants(op, x, y) {
                    return self.truth(holds, origin);
                }
            }
            (None, Some(constant)) => {
                if let Some(leaf) = self.leaf(op, a, constant, origin)? {
                    return Ok(leaf);
                }
            }
            (Some(constant), None) => {
                if let Some(leaf) = self.leaf(ops::mirrored(op), b, constant, origin)? {
                    return Ok(leaf);
                }
            }
            (None, None) => {}
        }
        self.intern(Node::Compare(operands, op, a, b), origin)
    }

    fn compare_constants(&self, op: CompareOp, a: Scalar, b: Scalar) -> Option<bool> {
        match op {
            // The pool is interned: equal constants are equal scalars.
            CompareOp::Eq => Some(a == b),
            CompareOp::Ne => Some(a != b),
            _ => self.order(a, b).map(|order| ops::holds(op, order)),
        }
    }

    fn order(&self, a: Scalar, b: Scalar) -> Option<Ordering> {
        let pool = &self.pool.pool;
        match (a, b) {
            (Scalar::Text(TextRef::Const(a)), Scalar::Text(TextRef::Const(b))) => {
                Some(pool.text(a).cmp(pool.text(b)))
            }
            _ => ops::order(a, b),
        }
    }

    /// An input compared with a constant, where one leaf can say it.
    fn leaf(
        &mut self,
        op: CompareOp,
        id: NodeId,
        constant: Scalar,
        origin: Origin,
    ) -> Result<Option<NodeId>, Refusal> {
        let Node::Input { input, place, .. } = self.node(id) else {
            return Ok(None);
        };
        let leaf = match (constant, op) {
            (Scalar::Decimal(_), _) => Node::DecimalTest {
                input,
                place,
                op,
                with: self.pool.scalar(constant),
            },
            (Scalar::Text(TextRef::Const(text)), CompareOp::Eq | CompareOp::Ne) => Node::TextTest {
                input,
                place,
                text,
                equal: op == CompareOp::Eq,
            },
            _ => {
                let slot = self.slot(input);
                let Some(test) = slot.and_then(|slot| test_of(op, slot, constant)) else {
                    return Ok(None);
                };
                return self.fused(test, origin).map(Some);
            }
        };
        self.intern(leaf, origin).map(Some)
    }

    /// Present and equal.
    pub(crate) fn is(&mut self, a: NodeId, b: NodeId, origin: Origin) -> Built {
        match self.as_constant(a) {
            Some(Scalar::Missing) => self.truth(false, origin),
            Some(_) => self.compare(Operands::Any, CompareOp::Eq, a, b, origin),
            None => self.intern(Node::Is(a, b), origin),
        }
    }

    /// Present.
    pub(crate) fn is_present(&mut self, id: NodeId, origin: Origin) -> Built {
        if let Some(constant) = self.as_constant(id) {
            return self.truth(constant.is_present(), origin);
        }
        match self.node(id) {
            Node::Input { input, .. } if self.slot(input).is_some() => {
                let test = self.slot(input).map(Test::present);
                test.map_or(Ok(id), |test| self.fused(test, origin))
            }
            _ => self.intern(Node::IsPresent(id), origin),
        }
    }

    /// Whether a list holds an item.
    pub(crate) fn in_list(&mut self, item: NodeId, list: NodeId, origin: Origin) -> Built {
        if let Some(Scalar::List(Items::Const(run))) = self.as_constant(list) {
            let items = self.pool.pool.items(run);
            if let Some(constant) = self.as_constant(item) {
                let holds = items.contains(&constant);
                return self.truth(holds, origin);
            }
            if let Node::Input { input, .. } = self.node(item)
                && let Some(test) = self.slot(input).and_then(|slot| set_of(slot, items))
            {
                return self.fused(test, origin);
            }
        }
        self.intern(Node::InList(item, list), origin)
    }

    /// Whether a value lies in a range.
    pub(crate) fn in_range(
        &mut self,
        operands: Operands,
        end: RangeEnd,
        [value, low, high]: [NodeId; 3],
        origin: Origin,
    ) -> Built {
        let below = match end {
            RangeEnd::Exclusive => CompareOp::Lt,
            RangeEnd::Inclusive => CompareOp::Le,
        };
        if let (Some(l), Some(h)) = (self.as_constant(low), self.as_constant(high)) {
            match (self.node(value), l, h) {
                (Node::Input { input, .. }, Scalar::Int(_), Scalar::Int(_)) => {
                    if let Some(test) = self.slot(input).and_then(|s| range_of(s, end, l, h)) {
                        return self.fused(test, origin);
                    }
                }
                (Node::Input { .. }, Scalar::Decimal(_), Scalar::Decimal(_))
                | (Node::Const(_), _, _) => {
                    let from = self.compare(operands, CompareOp::Ge, value, low, origin)?;
                    let to = self.compare(operands, below, value, high, origin)?;
                    return self.and(&[from, to], origin);
                }
                _ => {}
            }
        }
        let list = self.list(&[value, low, high]);
        self.intern(Node::InRange(operands, end, list), origin)
    }

    /// Operators from left to right. Leading constants are folded as far as nothing overflows.
    pub(crate) fn chain_of(
        &mut self,
        int: bool,
        first: NodeId,
        rest: &[(ArithOp, NodeId)],
        origin: Origin,
    ) -> Built {
        let mut total = first;
        let mut rest = rest;
        while let [(op, operand), others @ ..] = rest {
            let constants = self.as_constant(total).zip(self.as_constant(*operand));
            let Some(folded) = constants.and_then(|(a, b)| arithmetic(*op, a, b)) else {
                break;
            };
            total = self.constant(folded, origin)?;
            rest = others;
        }
        if rest.is_empty() {
            return Ok(total);
        }
        let mut children = vec![total];
        children.extend(rest.iter().map(|(_, operand)| *operand));
        let list = self.list(&children);
        let operators = self.operators(rest.iter().map(|(op, _)| *op).collect());
        let node = if int {
            Node::IntChain(list, operators)
        } else {
            Node::DecimalChain(list, operators)
        };
        self.intern(node, origin)
    }

    /// Division that is missing by zero.
    pub(crate) fn try_div(&mut self, a: NodeId, b: NodeId, origin: Origin) -> Built {
        let constants = self.as_constant(a).zip(self.as_constant(b));
        match constants.and_then(|(a, b)| ops::try_div(a, b)) {
            Some(folded) => self.constant(folded, origin),
            None => self.intern(Node::TryDiv(a, b), origin),
        }
    }

    /// `-a`
    pub(crate) fn neg(&mut self, a: NodeId, origin: Origin) -> Built {
        match self.as_constant(a).and_then(ops::neg) {
            Some(folded) => self.constant(folded, origin),
            None => self.intern(Node::Neg(a), origin),
        }
    }

    /// An int as a decimal.
    pub(crate) fn widen(&mut self, a: NodeId, origin: Origin) -> Built {
        match self.as_constant(a) {
            Some(constant) => self.constant(ops::widen(constant), origin),
            None => self.intern(Node::Widen(a), origin),
        }
    }

    /// The first that is present.
    pub(crate) fn first_present(&mut self, children: &[NodeId], origin: Origin) -> Built {
        let mut kept = Vec::with_capacity(children.len());
        for child in children {
            match self.as_constant(*child) {
                Some(Scalar::Missing) => {}
                Some(_) => {
                    kept.push(*child);
                    break;
                }
                None => kept.push(*child),
            }
        }
        match kept.as_slice() {
            [] => self.constant(Scalar::Missing, origin),
            [one] => Ok(*one),
            many => {
                let list = self.list(many);
                self.intern(Node::Else(list), origin)
            }
        }
    }

    /// Pairs of condition and value, and the value when none holds.
    pub(crate) fn conditional(
        &mut self,
        branches: &[(NodeId, NodeId)],
        last: NodeId,
        origin: Origin,
    ) -> Built {
        let mut children = Vec::with_capacity(branches.len() * 2 + 1);
        let mut last = last;
        for (when, value) in branches {
            match self.as_constant(*when) {
                Some(Scalar::Bool(true)) => {
                    last = *value;
                    break;
                }
                Some(_) => {}
                None => children.extend([*when, *value]),
            }
        }
        if children.is_empty() {
            return Ok(last);
        }
        children.push(last);
        let list = self.list(&children);
        self.intern(Node::If(list), origin)
    }

    /// A function of its operands; of constants, what it gives.
    pub(crate) fn call(
        &mut self,
        program: &Program,
        func: &Func,
        operands: &[NodeId],
        origin: Origin,
    ) -> Built {
        let place = self.function(program, func);
        let constants: Option<Vec<Scalar>> =
            operands.iter().map(|c| self.as_constant(*c)).collect();
        if let Some(constants) = constants
            && let Some(folded) = self.called(place, &constants)
        {
            return self.constant(folded, origin);
        }
        let list = self.list(operands);
        self.intern(Node::Call(place, list), origin)
    }

    /// What a function gives for constants; `None` where that is an overflow or a value with parts.
    fn called(&mut self, place: u32, constants: &[Scalar]) -> Option<Scalar> {
        let function = self.graph.function(place)?;
        if function.amounts().is_some() {
            return None;
        }
        let pool = &self.pool.pool;
        let text = |at| match at {
            TextRef::Const(at) => pool.text(at),
            TextRef::Input(_) | TextRef::Built(_) | TextRef::Event(_) => "",
        };
        let count = |list| match list {
            Scalar::List(Items::Const(run)) => pool.items(run).len(),
            _ => 0,
        };
        let mut out = String::new();
        match function.call(constants, text, count, &mut out).ok()? {
            Answer::Scalar(scalar) => Some(scalar),
            Answer::Text => Some(Scalar::Text(TextRef::Const(self.pool.text(&out.into())))),
        }
    }

    /// A list.
    pub(crate) fn list_of(&mut self, children: &[NodeId], origin: Origin) -> Built {
        let constants: Option<Vec<Scalar>> =
            children.iter().map(|c| self.as_constant(*c)).collect();
        if let Some(constants) = constants {
            let items = self.pool.items(&constants);
            return self.constant(Scalar::List(items), origin);
        }
        let list = self.list(children);
        self.intern(Node::List(list), origin)
    }

    /// A field of a computed record.
    pub(crate) fn field(&mut self, record: NodeId, place: u32, origin: Origin) -> Built {
        let constant = match self.as_constant(record) {
            Some(Scalar::Record(Items::Const(run))) => {
                let fields = self.pool.pool.items(run);
                fields.get(place as usize).copied()
            }
            Some(Scalar::Missing) => Some(Scalar::Missing),
            _ => None,
        };
        match constant {
            Some(constant) => self.constant(constant, origin),
            None => self.intern(Node::Field(record, place), origin),
        }
    }

    /// The value of a definition that has been built. One that is but a constant or an input is that.
    pub(crate) fn definition(&mut self, def: DefId, origin: Origin) -> Built {
        match self.root(def) {
            Some(root) if matches!(self.node(root), Node::Const(_) | Node::Input { .. }) => {
                Ok(root)
            }
            _ => self.intern(Node::Def(def), origin),
        }
    }
}

/// The test that compares an input with a constant.
pub(crate) fn test_of(op: CompareOp, slot: Slot, constant: Scalar) -> Option<Test> {
    let number = match (constant, slot.kind) {
        (Scalar::Int(i), Kind::Int) => return Some(Test::compare(slot, op, i)),
        (Scalar::Member(member), Kind::WideMember) => {
            return Some(Test::compare(slot, op, i64::from(member)));
        }
        (Scalar::Bool(b), Kind::Bool) => u32::from(b),
        (Scalar::Member(member), Kind::Member) if !matches!(op, CompareOp::Eq | CompareOp::Ne) => {
            // Members of an ordered enum are less and greater by their places.
            let holds = |n: &u32| ops::holds(op, n.cmp(&member));
            let numbers: Vec<u32> = (0..slot.width.saturating_sub(1)).filter(holds).collect();
            return Test::numbers(slot, &numbers);
        }
        (Scalar::Member(member), Kind::Member) => member,
        _ => return None,
    };
    let equal = Test::numbers(slot, &[number])?;
    match op {
        CompareOp::Eq => Some(equal),
        CompareOp::Ne => Some(equal.negated()),
        _ => None,
    }
}

/// The test for a range of constant ints.
fn range_of(slot: Slot, end: RangeEnd, low: Scalar, high: Scalar) -> Option<Test> {
    let (Scalar::Int(low), Scalar::Int(high), Kind::Int) = (low, high, slot.kind) else {
        return None;
    };
    let last = match end {
        RangeEnd::Inclusive => Some(high),
        RangeEnd::Exclusive => high.checked_sub(1),
    };
    Some(last.map_or(Test::never(slot), |last| Test::range(slot, low, last)))
}

/// The test for a set of constants, where one test can say it: members and bools, and unbroken runs of ints.
fn set_of(slot: Slot, items: &[Scalar]) -> Option<Test> {
    if matches!(slot.kind, Kind::Bool | Kind::Member) {
        let number = |item: &Scalar| match *item {
            Scalar::Member(member) => Some(member),
            Scalar::Bool(b) => Some(u32::from(b)),
            _ => None,
        };
        let numbers: Option<Vec<u32>> = items.iter().map(number).collect();
        return Test::numbers(slot, &numbers?);
    }
    let number = |item: &Scalar| match *item {
        Scalar::Member(member) => Some(i64::from(member)),
        Scalar::Int(i) => Some(i),
        _ => None,
    };
    let numbers: Option<Vec<i64>> = items.iter().map(number).collect();
    let mut numbers = numbers?;
    numbers.sort_unstable();
    numbers.dedup();
    let Some((first, last)) = numbers.first().zip(numbers.last()) else {
        return matches!(slot.kind, Kind::Int | Kind::WideMember).then(|| Test::never(slot));
    };
    let unbroken = usize::try_from(last.checked_sub(*first)?).ok()? == numbers.len() - 1;
    unbroken.then(|| Test::range(slot, *first, *last))
}

/// An operator on constants; `None` where it overflows or is not on two ints or two decimals.
fn arithmetic(op: ArithOp, a: Scalar, b: Scalar) -> Option<Scalar> {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => ops::int(op, a, b).map(Scalar::Int),
        (Scalar::Decimal(_), Scalar::Decimal(b)) if op == ArithOp::Div && b.is_zero() => None,
        (Scalar::Decimal(a), Scalar::Decimal(b)) => ops::decimal(op, a, b).map(Scalar::Decimal),
        _ => None,
    }
}
