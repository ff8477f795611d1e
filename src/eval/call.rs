//! Built-in functions, parameterised definitions and look-ups by key.

use super::probe::Probe;
use super::view::View;
use super::walk::Walk;
use crate::graph::func::{Amounts, Answer, Function};
use crate::graph::{Items, List, NodeId, Scalar, TextRef};
use crate::value::round;
use std::cmp::Ordering;

impl<P: Probe> Walk<'_, P> {
    /// A function of its operands; at most once where several steps need it.
    #[inline(never)]
    pub(super) fn call(&mut self, id: NodeId, place: u32, list: List) -> Option<Scalar> {
        let graph = self.graph;
        let cell = graph.memos().cell(id);
        if let Some(known) = cell.and_then(|cell| self.scratch.recall(cell)) {
            return Some(known);
        }
        let value = match graph.function(place) {
            Some(function) if function.is_of_numbers() => self.of_numbers(id, function, list)?,
            _ => {
                let from = self.open(list)?;
                self.call_opened(id, place, from)?
            }
        };
        if let Some(cell) = cell {
            self.scratch.keep(cell, value);
        }
        Some(value)
    }

    /// A function of numbers alone, which needs nothing of the working memory.
    fn of_numbers(&mut self, id: NodeId, function: &Function, list: List) -> Option<Scalar> {
        let answer = match *self.graph.list(list) {
            [a] => {
                let a = self.value(a)?;
                function.call_one(a)
            }
            [a, b] => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                function.call_two(a, b)
            }
            _ => return Some(Scalar::Missing),
        };
        match answer {
            Ok(value) => Some(value),
            Err(overflow) => self.fail(id, overflow.into()),
        }
    }

    /// A function of the operands that were opened at `from`.
    pub(super) fn call_opened(&mut self, id: NodeId, place: u32, from: usize) -> Option<Scalar> {
        let Some(function) = self.graph.function(place) else {
            return Some(Scalar::Missing);
        };
        let value = match function.amounts() {
            Some(amounts) => {
                let value = self.scratch.open.get(from).copied();
                self.rounded(value.unwrap_or(Scalar::Missing), amounts)
            }
            None => match self.answer(function, from) {
                Ok(value) => value,
                Err(overflow) => return self.fail(id, overflow.into()),
            },
        };
        self.scratch.open.truncate(from);
        Some(value)
    }

    /// Calls a function with the operands that were opened at `from`.
    fn answer(
        &mut self,
        function: &Function,
        from: usize,
    ) -> Result<Scalar, crate::graph::ops::Overflow> {
        // The text being written is taken out, so that those before it can be read meanwhile.
        let mut out = std::mem::take(&mut self.scratch.fresh);
        out.clear();
        let answer = {
            let env = self.env();
            let operands = self.scratch.open.get(from..).unwrap_or(&[]);
            let count = |list| match env.view(list) {
                View::List(items) => items.len(),
                _ => 0,
            };
            function.call(operands, |at: TextRef| env.text(at), count, &mut out)
        };
        let value = match answer {
            Ok(Answer::Scalar(scalar)) => Ok(scalar),
            Ok(Answer::Text) => {
                self.scratch.text.push_str(&out);
                Ok(self.scratch.close_text())
            }
            Err(overflow) => Err(overflow),
        };
        self.scratch.fresh = out;
        value
    }

    /// A value with the amounts in it rounded. (As deep as its type; types have bounded depth.)
    fn rounded(&mut self, value: Scalar, amounts: &Amounts) -> Scalar {
        match (amounts, value) {
            (Amounts::Here(places), Scalar::Decimal(amount)) => {
                Scalar::Decimal(round::to_places(amount, *places))
            }
            (Amounts::Items(of), Scalar::List(items)) => {
                let from = self.scratch.open.len();
                let items = self.own(items);
                for at in 0..self.count(items) {
                    let item = self.item(items, at);
                    let item = self.rounded(item, of);
                    self.scratch.open.push(item);
                }
                Scalar::List(self.scratch.close(from))
            }
            (Amounts::Fields(of), Scalar::Record(items)) => {
                let from = self.scratch.open.len();
                let items = self.own(items);
                for (at, of) in of.iter().enumerate() {
                    let field = self.item(items, at);
                    let field = self.rounded(field, of);
                    self.scratch.open.push(field);
                }
                Scalar::Record(self.scratch.close(from))
            }
            (_, other) => other,
        }
    }

    /// A parameterised definition: its arguments first, then its body.
    #[inline(never)]
    pub(super) fn apply(&mut self, place: u32, list: List) -> Option<Scalar> {
        let graph = self.graph;
        let from = self.open(list)?;
        let Some(apply) = graph.apply(place) else {
            return Some(Scalar::Missing);
        };
        for (at, local) in apply.locals.iter().enumerate() {
            let value = self.scratch.open.get(from + at).copied();
            self.scratch.bind(*local, value.unwrap_or(Scalar::Missing));
        }
        self.scratch.open.truncate(from);
        self.scratch.inner = self.scratch.inner.saturating_add(1);
        if P::PROVES {
            self.probe.apply(apply.def);
        }
        let value = self.value(apply.root);
        if P::PROVES {
            self.probe.applied();
        }
        self.scratch.inner = self.scratch.inner.saturating_sub(1);
        value
    }

    /// The row of reference data with a key.
    #[inline(never)]
    pub(super) fn lookup(&mut self, place: u32, key: NodeId) -> Option<Scalar> {
        let key = self.value(key)?;
        let Some(index) = self.graph.index(place) else {
            return Some(Scalar::Missing);
        };
        let env = self.env();
        let order = |row: &(Scalar, Scalar)| -> Ordering {
            crate::graph::key_order(row.0, key, |at| env.text(at))
        };
        let found = index.rows.binary_search_by(order).ok();
        let row = found.and_then(|at| index.rows.get(at));
        Some(row.map_or(Scalar::Missing, |(_, row)| *row))
    }

    /// Items that can be read one by one: those of the inputs become items of this decision.
    pub(super) fn own(&mut self, items: Items) -> Items {
        match items {
            Items::Const(_) | Items::Built(_) => items,
            Items::Event(event) => {
                let from = self.scratch.open.len();
                if let Some(teller) = self.inputs.teller() {
                    for place in 0..teller.fields(event) {
                        let value = teller.field(event, place);
                        self.scratch.open.push(value);
                    }
                }
                self.scratch.close(from)
            }
            Items::Told(at) => {
                let value = self.inputs.teller().map(|t| t.value(at));
                let values = match value {
                    Some(crate::value::Value::List(items) | crate::value::Value::Record(items)) => {
                        &items[..]
                    }
                    _ => &[],
                };
                let from = self.scratch.open.len();
                for value in values {
                    let value = self.scratch.adopt(value);
                    self.scratch.open.push(value);
                }
                self.scratch.close(from)
            }
            Items::Slot(record) => {
                let from = self.scratch.open.len();
                for field in self.inputs.fields(record) {
                    let value = self.inputs.scalar(*field);
                    self.scratch.open.push(value);
                }
                self.scratch.close(from)
            }
            Items::Input(at) => {
                let from = self.scratch.open.len();
                for value in self.inputs.list(at) {
                    let value = self.scratch.adopt(value);
                    self.scratch.open.push(value);
                }
                self.scratch.close(from)
            }
        }
    }

    /// How many items there are, of items that are this decision's own or constant.
    pub(super) fn count(&self, items: Items) -> usize {
        match items {
            Items::Const(run) | Items::Built(run) => run.range().len(),
            Items::Input(_) | Items::Slot(_) | Items::Event(_) | Items::Told(_) => 0,
        }
    }

    /// One of them.
    pub(super) fn item(&self, items: Items, at: usize) -> Scalar {
        let all = match items {
            Items::Const(run) => self.graph.pool().items(run),
            Items::Built(run) => run.of(self.scratch.items()),
            Items::Input(_) | Items::Slot(_) | Items::Event(_) | Items::Told(_) => &[],
        };
        all.get(at).copied().unwrap_or(Scalar::Missing)
    }
}
