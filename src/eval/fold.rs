//! Looking at the items of a list one after the other.

use super::probe::Probe;
use super::walk::Walk;
use crate::graph::{Fold, NodeId, Operands, Scalar, ops};
use crate::hir::FoldOp;
use rust_decimal::Decimal;
use std::cmp::Ordering;

impl<P: Probe> Walk<'_, P> {
    /// What a fold gives.
    #[inline(never)]
    pub(super) fn fold(&mut self, id: NodeId, place: u32) -> Option<Scalar> {
        let Some(fold) = self.graph.fold(place) else {
            return Some(Scalar::Missing);
        };
        let Scalar::List(items) = self.value(fold.list)? else {
            return Some(Scalar::Missing);
        };
        let items = self.own(items);
        let inner = self.scratch.inner;
        self.scratch.inner = inner.saturating_add(1);
        let value = match fold.op {
            FoldOp::Any | FoldOp::Every => self.quantifier(fold, items),
            FoldOp::Filter => self.filter(fold, items),
            FoldOp::Sum => self.sum(id, fold, items),
            FoldOp::Min | FoldOp::Max | FoldOp::Nearest => self.best(fold, items),
        };
        self.scratch.inner = inner;
        value
    }

    /// Whether the body holds for an item.
    fn holds_for(&mut self, fold: Fold, item: Scalar) -> Option<bool> {
        self.scratch.bind(fold.local, item);
        self.test(fold.body)
    }

    fn quantifier(&mut self, fold: Fold, items: crate::graph::Items) -> Option<Scalar> {
        let decides = fold.op == FoldOp::Any;
        for at in 0..self.count(items) {
            let item = self.item(items, at);
            if self.holds_for(fold, item)? == decides {
                return Some(Scalar::Bool(decides));
            }
        }
        Some(Scalar::Bool(!decides))
    }

    fn filter(&mut self, fold: Fold, items: crate::graph::Items) -> Option<Scalar> {
        let from = self.scratch.open.len();
        for at in 0..self.count(items) {
            let item = self.item(items, at);
            if self.holds_for(fold, item)? {
                self.scratch.open.push(item);
            }
        }
        Some(Scalar::List(self.scratch.close(from)))
    }

    fn sum(&mut self, id: NodeId, fold: Fold, items: crate::graph::Items) -> Option<Scalar> {
        let mut total = if fold.decimal {
            Scalar::Decimal(Decimal::ZERO)
        } else {
            Scalar::Int(0)
        };
        for at in 0..self.count(items) {
            let item = self.item(items, at);
            self.scratch.bind(fold.local, item);
            let value = self.value(fold.body)?;
            total = match ops::sum(total, value) {
                Ok(total) => total,
                Err(overflow) => return self.fail(id, overflow.into()),
            };
        }
        Some(total)
    }

    /// The least or greatest body, or the item with the least; the first of those alike.
    fn best(&mut self, fold: Fold, items: crate::graph::Items) -> Option<Scalar> {
        let (mut best, mut found) = (Scalar::Missing, Scalar::Missing);
        for at in 0..self.count(items) {
            let item = self.item(items, at);
            self.scratch.bind(fold.local, item);
            let value = self.value(fold.body)?;
            let operands = match value {
                Scalar::Text(_) => Operands::Text,
                _ => Operands::Any,
            };
            let order = self.order(operands, value, best);
            let wins = match fold.op {
                FoldOp::Max => order.is_some_and(Ordering::is_gt),
                _ => order.is_some_and(Ordering::is_lt),
            };
            if at == 0 || wins {
                best = value;
                found = item;
            }
        }
        Some(match fold.op {
            FoldOp::Nearest => found,
            _ => best,
        })
    }
}
