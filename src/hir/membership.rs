//! Checking of `in` and `not in`: whether a list or a range holds something.

use super::expr::a_type;
use super::lower::Lowering;
use super::types::WEEKDAY;
use super::{CompareOp, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use rust_decimal::Decimal;

impl Lowering<'_> {
    /// `a in b`, `a not in b`
    pub(super) fn contains(
        &mut self,
        negated: bool,
        item: &ast::Expr,
        set: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let id = match &set.kind {
            ast::ExprKind::Range(low, high, end) => {
                let value = self.infer(item);
                self.in_range(value, low, high, *end, at)
            }
            _ => self.in_list(item, set, at),
        };
        self.negated_if(negated, id, at)
    }

    /// `value in low..high`
    pub(super) fn in_range(
        &mut self,
        value: ExprId,
        low: &ast::Expr,
        high: &ast::Expr,
        end: ast::RangeEnd,
        at: Span,
    ) -> ExprId {
        let ty = self.expr(value).ty.present().clone();
        let ids = [
            value,
            self.lower_towards(low, &ty),
            self.lower_towards(high, &ty),
        ];
        if self.is_ordered(&ty) && !matches!(ty, Ty::Int | Ty::Decimal | Ty::Text) {
            return self.in_ordered_range(&ty, ids, end, at);
        }
        for id in ids {
            if !self.is_number(id, "a range") {
                return self.broken(at);
            }
        }
        if let (Some(low), Some(high)) = (self.number(ids[1]), self.number(ids[2]))
            && self.is_empty_range(low, high, end, &ids)
        {
            let ends = [self.expr(ids[1]).span, self.expr(ids[2]).span];
            let error = self.empty_range(ends, low > high, end);
            self.report(error);
            return self.broken(at);
        }
        let decimal = ids.iter().any(|id| self.expr(*id).ty == Ty::Decimal);
        let [value, low, high] = ids.map(|id| {
            let span = self.expr(id).span;
            if decimal { self.widen(id, span) } else { id }
        });
        self.push(ExprKind::InRange(value, low, high, end), Ty::Bool, at)
    }

    /// A range of dates, amounts, members and the like. One of times of day may go over midnight.
    fn in_ordered_range(
        &mut self,
        ty: &Ty,
        ids: [ExprId; 3],
        end: ast::RangeEnd,
        at: Span,
    ) -> ExprId {
        let [value, low, high] = ids.map(|id| self.coerce(id, ty));
        if [value, low, high]
            .iter()
            .any(|id| self.expr(*id).ty == Ty::Error)
        {
            return self.broken(at);
        }
        if let (Some(from), Some(to)) = (self.place_of(low), self.place_of(high)) {
            let empty = from > to || (from == to && end == ast::RangeEnd::Exclusive);
            if *ty == Ty::Time && from > to {
                let after = self.push(ExprKind::Compare(CompareOp::Ge, value, low), Ty::Bool, at);
                let op = match end {
                    ast::RangeEnd::Inclusive => CompareOp::Le,
                    ast::RangeEnd::Exclusive => CompareOp::Lt,
                };
                let before = self.push(ExprKind::Compare(op, value, high), Ty::Bool, at);
                return self.push(ExprKind::Or(vec![after, before]), Ty::Bool, at);
            }
            if empty {
                let ends = [self.expr(low).span, self.expr(high).span];
                let error = if *ty == Ty::Enum(WEEKDAY) && from > to {
                    Diagnostic::error(Code::BadRange, ends[0].to(ends[1]), "nothing lies in this range")
                        .label("a week begins with `mon` here")
                        .help("a range does not go on over the end of the week: list the days, `[sat, sun, mon]` for example")
                } else {
                    self.empty_range(ends, from > to, end)
                };
                self.report(error);
                return self.broken(at);
            }
        }
        self.push(ExprKind::InRange(value, low, high, end), Ty::Bool, at)
    }

    /// The place of a constant among the values of its type.
    fn place_of(&self, id: ExprId) -> Option<Decimal> {
        match &self.expr(id).kind {
            ExprKind::Const(Value::Member(place)) => Some(Decimal::from(*place)),
            _ => self.number(id),
        }
    }

    /// The report of a range that nothing lies in.
    pub(super) fn empty_range(
        &self,
        [low, high]: [Span; 2],
        reversed: bool,
        end: ast::RangeEnd,
    ) -> Diagnostic {
        let span = low.to(high);
        let error = Diagnostic::error(Code::BadRange, span, "nothing lies in this range");
        let [a, b] = [low, high].map(|at| self.sources.snippet(at));
        let dots = match end {
            ast::RangeEnd::Inclusive => "..=",
            ast::RangeEnd::Exclusive => "..",
        };
        if reversed {
            let repair = format!("{b}{dots}{a}");
            return error
                .label("the upper end lies below the lower")
                .help(format!("write the lower end first: `{repair}`"))
                .suggest(span, repair);
        }
        let repair = format!("{a}..={b}");
        error
            .label(format!(
                "a range with `..` goes up to `{b}`, but without it"
            ))
            .help(format!(
                "write `..=` for a range that holds its upper end: `{repair}`"
            ))
            .suggest(span, repair)
    }

    pub(super) fn is_empty_range(
        &self,
        low: Decimal,
        high: Decimal,
        end: ast::RangeEnd,
        ids: &[ExprId],
    ) -> bool {
        let whole = ids.iter().all(|id| self.expr(*id).ty == Ty::Int);
        match end {
            ast::RangeEnd::Inclusive => low > high,
            ast::RangeEnd::Exclusive => low >= high || (whole && high - low < Decimal::ONE),
        }
    }

    pub(super) fn in_list(&mut self, item: &ast::Expr, set: &ast::Expr, at: Span) -> ExprId {
        let needs = self.needs_expectation(item);
        let (value, list) = if needs || (self.is_soft(item) && !self.is_soft(set)) {
            let list = self.infer(set);
            match self.expr(list).ty.present() {
                Ty::List(ty) => {
                    let ty = (**ty).clone();
                    (self.lower_towards(item, &ty), list)
                }
                _ => (self.infer(item), list),
            }
        } else {
            let value = self.infer(item);
            let ty = Ty::List(Box::new(self.expr(value).ty.present().clone()));
            (value, self.lower_towards(set, &ty))
        };
        self.in_list_ids(value, list, at)
    }

    pub(super) fn in_list_ids(&mut self, value: ExprId, list: ExprId, at: Span) -> ExprId {
        let (a, b) = (self.expr(value).ty.clone(), self.expr(list).ty.clone());
        if a == Ty::Error || b == Ty::Error {
            return self.broken(at);
        }
        for (id, ty) in [(value, &a), (list, &b)] {
            if ty.is_optional() {
                let wanted = self.type_name(ty.present());
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
                return self.broken(at);
            }
        }
        let Ty::List(item) = b else {
            let name = a_type(&self.type_name(&b));
            let span = self.expr(list).span;
            if (&a, &b) == (&Ty::Text, &Ty::Text) {
                let text = |id: ExprId| self.sources.snippet(self.expr(id).span);
                let repair = format!("{} contains {}", text(list), text(value));
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        span,
                        format!("`in` looks into a list or a range, and this is {name}"),
                    )
                    .label("a list or a range is needed here")
                    .help(format!("for a part of a text write `{repair}`")),
                );
                return self.broken(at);
            }
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    format!("`in` looks into a list or a range, and this is {name}"),
                )
                .label("a list or a range is needed here")
                .help("write a list, `x in [a, b]`, or a range, `x in 1..=5`"),
            );
            return self.broken(at);
        };
        let value = match (&a, &*item) {
            (Ty::Int, Ty::Decimal) | (Ty::Text, Ty::Zone) => self.coerce(value, &item),
            (Ty::Decimal, Ty::Int) => match self.decimal_items(list) {
                Some(list) => return self.push(ExprKind::InList(value, list), Ty::Bool, at),
                None => {
                    let error = self.not_in_list(value, list, &item, at);
                    self.report(error);
                    return self.broken(at);
                }
            },
            (_, Ty::Never) => value,
            (a, item) if a == item => value,
            (_, item) => {
                let error = self.not_in_list(value, list, item, at);
                self.report(error);
                return self.broken(at);
            }
        };
        self.push(ExprKind::InList(value, list), Ty::Bool, at)
    }

    /// A written list of ints as one of decimals.
    pub(super) fn decimal_items(&mut self, list: ExprId) -> Option<ExprId> {
        let ExprKind::List(items) = self.expr(list).kind.clone() else {
            return None;
        };
        let span = self.expr(list).span;
        let items = items
            .into_iter()
            .map(|i| {
                let at = self.expr(i).span;
                self.widen(i, at)
            })
            .collect();
        let ty = Ty::List(Box::new(Ty::Decimal));
        Some(self.push(ExprKind::List(items), ty, span))
    }
}
