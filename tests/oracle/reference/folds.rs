//! Lists, parameterised definitions and reference data.

use super::{Outcome, Run, Val, order, same, sum, tables};
use pervade::internals::hir::{DefId, DefKind, Expr, ExprId, FoldOp, LocalId};
use std::cmp::Ordering;

impl Run<'_> {
    /// Arguments from left to right, then the body.
    pub(super) fn apply(&mut self, def: DefId, arguments: &[ExprId]) -> Outcome<Val> {
        let (DefKind::Function(function) | DefKind::Behaviour(function)) =
            &self.program.def(def).kind
        else {
            panic!("no function is applied");
        };
        let values: Outcome<Vec<Val>> = arguments.iter().map(|e| self.eval(*e)).collect();
        let before = self.locals.clone();
        for (param, value) in function.params.iter().zip(values?) {
            self.locals.insert(param.local, value);
        }
        let value = self.eval(function.body)?;
        self.locals = before;
        Ok(value)
    }

    /// The row with that key.
    pub(super) fn lookup(&mut self, def: DefId, key: ExprId) -> Outcome<Val> {
        let DefKind::Reference(reference) = &self.program.def(def).kind else {
            panic!("no reference is looked up");
        };
        let key = self.eval(key)?;
        let Val::List(rows) = super::constant(&reference.rows) else {
            panic!("rows are a list");
        };
        let mut found = Val::Missing;
        for row in rows {
            let Val::Record(fields) = &row else {
                panic!("a row is a record");
            };
            if same(&fields[reference.key as usize], &key) {
                assert_eq!(found, Val::Missing, "two rows with one key");
                found = row;
            }
        }
        Ok(found)
    }

    /// The items of a list, one after the other.
    pub(super) fn fold(
        &mut self,
        op: FoldOp,
        item: LocalId,
        (list, body): (ExprId, ExprId),
        at: &Expr,
    ) -> Outcome<Val> {
        let Val::List(items) = self.eval(list)? else {
            panic!("a fold over no list");
        };
        let mut total = tables::zero(&self.program.expr(body).ty);
        let mut kept = Vec::new();
        let mut bodies = Vec::new();
        for one in items {
            self.locals.insert(item, one.clone());
            let value = self.eval(body)?;
            match (op, value) {
                (FoldOp::Any, Val::Bool(true)) => return Ok(Val::Bool(true)),
                (FoldOp::Every, Val::Bool(false)) => return Ok(Val::Bool(false)),
                (FoldOp::Any | FoldOp::Every | FoldOp::Filter, Val::Bool(held)) => {
                    if held {
                        kept.push(one);
                    }
                }
                (FoldOp::Sum, value) => total = sum(total, value, at)?,
                (_, value) => {
                    kept.push(one);
                    bodies.push(value);
                }
            }
        }
        Ok(match op {
            FoldOp::Any => Val::Bool(false),
            FoldOp::Every => Val::Bool(true),
            FoldOp::Filter => Val::List(kept),
            FoldOp::Sum => total,
            FoldOp::Min => tables::extreme(bodies, Ordering::Less),
            FoldOp::Max => tables::extreme(bodies, Ordering::Greater),
            FoldOp::Nearest => {
                let least = tables::extreme(bodies.clone(), Ordering::Less);
                let place = bodies
                    .iter()
                    .position(|b| order(b, &least) == Ordering::Equal);
                place.map_or(Val::Missing, |place| kept.swap_remove(place))
            }
        })
    }
}
