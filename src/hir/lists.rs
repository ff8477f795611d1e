//! Checking of what looks at the items of lists: `any … has`, `where`, `sum of`, `nearest`, look-ups by key.

use super::lower::Lowering;
use super::{DefId, ExprId, ExprKind, FoldOp, Func, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{self, Fold};

impl Lowering<'_> {
    /// A list, with the type of its items; otherwise a report.
    fn items_of(&mut self, list: &ast::Expr) -> Option<(ExprId, Ty)> {
        let id = self.infer(list);
        match self.expr(id).ty.clone() {
            Ty::List(item) => return Some((id, *item)),
            Ty::Error => {}
            Ty::Optional(inner) if matches!(*inner, Ty::List(_)) => {
                let wanted = self.type_name(&inner);
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
            }
            ty => {
                let found = super::expr::a_type(&self.type_name(&ty));
                let at = self.expr(id).span;
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        at,
                        format!("this is {found}, not a list"),
                    )
                    .label("a list is needed here")
                    .help("name a field that is a list, or reference data"),
                );
            }
        }
        None
    }

    /// A body that is evaluated for each item, which has left the scope afterwards.
    pub(super) fn body_of(&mut self, body: &ast::Expr, expected: Option<&Ty>) -> ExprId {
        let mark = self.facts.mark();
        let id = match expected {
            Some(ty) => self.check(body, ty),
            None => self.infer(body),
        };
        self.facts.reset(mark);
        self.close_scope();
        id
    }

    /// `any x in xs has (…)`, `every x in xs has (…)`
    pub(super) fn quantified(
        &mut self,
        every: bool,
        item: &ast::Name,
        (list, has): (&ast::Expr, &ast::Expr),
        at: Span,
    ) -> ExprId {
        let Some((list, ty)) = self.items_of(list) else {
            return self.broken(at);
        };
        let item = self.open_scope(item, ty);
        let body = self.body_of(has, Some(&Ty::Bool));
        let op = if every { FoldOp::Every } else { FoldOp::Any };
        self.fold(op, (item, list, body), Ty::Bool, at)
    }

    fn fold(
        &mut self,
        op: FoldOp,
        (item, list, body): (super::LocalId, ExprId, ExprId),
        ty: Ty,
        at: Span,
    ) -> ExprId {
        if self.expr(body).ty == Ty::Error {
            return self.broken(at);
        }
        let kind = ExprKind::Fold {
            op,
            item,
            list,
            body,
        };
        let id = self.push(kind, ty, at);
        self.narrow(id)
    }

    /// `xs where (…)`
    pub(super) fn filtered(&mut self, list: &ast::Expr, condition: &ast::Expr, at: Span) -> ExprId {
        if self.is_stream(list) {
            return match self.stream(list) {
                Some(found) => self.filtered_stream(found, condition, at),
                None => self.broken(at),
            };
        }
        let Some((list, ty)) = self.items_of(list) else {
            return self.broken(at);
        };
        let item = self.open_item(ty);
        let body = self.body_of(condition, Some(&Ty::Bool));
        let ty = self.expr(list).ty.clone();
        self.fold(FoldOp::Filter, (item, list, body), ty, at)
    }

    /// `count of xs`
    pub(super) fn count_of(&mut self, list: &ast::Expr, at: Span) -> ExprId {
        if self.is_stream(list) {
            return self.count_of_events(list, at);
        }
        match self.items_of(list) {
            Some((list, _)) => self.push(ExprKind::Call(Func::Count, vec![list]), Ty::Int, at),
            None => self.broken(at),
        }
    }

    /// `sum of (x.price for x in xs)`, `min of`, `max of`
    pub(super) fn aggregate(
        &mut self,
        fold: Fold,
        item: &ast::Name,
        (body, list): (&ast::Expr, &ast::Expr),
        at: Span,
    ) -> ExprId {
        let Some((list, ty)) = self.items_of(list) else {
            return self.broken(at);
        };
        let item = self.open_scope(item, ty);
        let body = self.body_of(body, None);
        let ty = self.expr(body).ty.clone();
        let span = self.expr(body).span;
        if ty.is_optional() && ty != Ty::Never {
            let wanted = self.type_name(ty.present());
            let error = self.may_be_missing(body, &wanted);
            self.report(error);
            return self.broken(at);
        }
        let fits = match fold {
            Fold::Sum => ty.is_whole() || ty.is_decimal(),
            Fold::Min | Fold::Max => self.is_ordered(&ty),
        };
        if !fits && ty != Ty::Error {
            let found = super::expr::a_type(&self.type_name(&ty));
            let (word, needed) = match fold {
                Fold::Sum => ("sum", "a number, an amount or a duration"),
                Fold::Min => ("min", "something with an order"),
                Fold::Max => ("max", "something with an order"),
            };
            self.report(
                Diagnostic::error(
                    Code::TypeMismatch,
                    span,
                    format!("`{word} of` does not apply to {found}"),
                )
                .label(format!("{needed} is needed here"))
                .help(match (&ty, fold) {
                    (Ty::Text, Fold::Sum) => {
                        "texts are not added: count the items with `count of list`"
                    }
                    _ => "write a number, an amount or a date of each item: `x.price`",
                }),
            );
            return self.broken(at);
        }
        let (op, ty) = match fold {
            Fold::Sum => (FoldOp::Sum, ty),
            Fold::Min => (FoldOp::Min, ty.optional()),
            Fold::Max => (FoldOp::Max, ty.optional()),
        };
        self.fold(op, (item, list, body), ty, at)
    }

    /// `nearest place of shops to p`
    pub(super) fn nearest_of(
        &mut self,
        place: &ast::Name,
        (list, to): (&ast::Expr, &ast::Expr),
        at: Span,
    ) -> ExprId {
        let Some((list, ty)) = self.items_of(list) else {
            return self.broken(at);
        };
        let to = self.infer(to);
        if !self.is_of(to, &Ty::Geo) {
            return self.broken(at);
        }
        let Ty::Record(record) = ty else {
            return self.no_such_field(&ty, place, at);
        };
        let item = self.open_item(ty.clone());
        self.close_scope();
        let value = self.push(ExprKind::Local(item), ty.clone(), place.at.0);
        let field = self.record_field(value, record, place, place.at.0);
        if !self.is_of(field, &Ty::Geo) {
            return self.broken(at);
        }
        let kind = ExprKind::Call(Func::Distance, vec![field, to]);
        let body = self.push(kind, Ty::Distance, at);
        self.fold(FoldOp::Nearest, (item, list, body), ty.optional(), at)
    }

    /// `shops[id]`
    pub(super) fn indexed(&mut self, base: &ast::Expr, key: &ast::Expr, at: Span) -> ExprId {
        let table = match &base.kind {
            ast::ExprKind::Name(name) => self.reference_named(name),
            _ => None,
        };
        let Some(id) = table else {
            let base = self.infer(base);
            if self.expr(base).ty != Ty::Error {
                let at = self.expr(base).span;
                self.report(
                    Diagnostic::error(
                        Code::TypeMismatch,
                        at,
                        "only reference data is looked up by a key in `[ ]`",
                    )
                    .label("not reference data")
                    .help("a list has no places: ask it with `any x in … has (…)`, `… where (…)`, `min of (…)` or `max of (…)`"),
                );
            }
            return self.broken(at);
        };
        let Some((record, key_ty)) = self.reference_types(id) else {
            return self.broken(at);
        };
        let key = self.check(key, &key_ty);
        let ty = Ty::Record(record).optional();
        let id = self.push(ExprKind::Lookup(id, key), ty, at);
        self.narrow(id)
    }

    fn reference_named(&self, name: &ast::Name) -> Option<DefId> {
        let Some(super::names::Named::Def(id)) = self.names.get(&name.text) else {
            return None;
        };
        let draft = self.drafts.get(id.index())?;
        matches!(draft.item.kind, ast::ItemKind::Reference(_)).then_some(id)
    }
}
