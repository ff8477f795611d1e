//! Checking of what chooses: `else`, `and`, `or`, conditionals. What runs under a condition knows what it proves.

use super::lower::Lowering;
use super::{ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// `a else b else c`
    pub(super) fn or_else(
        &mut self,
        items: &[ast::Expr],
        expected: Option<&Ty>,
        at: Span,
    ) -> ExprId {
        let inner = expected.map(|ty| ty.present().clone().optional());
        let last = items.len().saturating_sub(1);
        let mut ids = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let hint = match (ids.first(), &inner) {
                (Some(first), None) => Some(self.expr(*first).ty.present().clone().optional()),
                (_, hint) => hint.clone(),
            };
            let id = match hint {
                Some(ty) => self.lower_towards(item, &ty),
                None => self.infer(item),
            };
            if index < last && !self.expr(id).ty.is_optional() && self.expr(id).ty != Ty::Error {
                self.report_never_missing(id, "`else` never comes to its right side");
            }
            ids.push(id);
        }
        let mut ty = self.common_type(&ids).present().clone();
        if ids.last().is_some_and(|l| self.expr(*l).ty.is_optional()) {
            ty = ty.optional();
        }
        let wanted = ty.clone().optional();
        let ids: Vec<ExprId> = ids
            .into_iter()
            .enumerate()
            .map(|(i, id)| self.coerce(id, if i == last { &ty } else { &wanted }))
            .collect();
        if ids.iter().any(|id| self.expr(*id).ty == Ty::Error) {
            return self.broken(at);
        }
        let id = self.push(ExprKind::Else(ids), ty, at);
        self.narrow(id)
    }

    /// An expression whose words may be members of what is expected, but whose type may still differ.
    pub(super) fn lower_towards(&mut self, written: &ast::Expr, towards: &Ty) -> ExprId {
        if self.needs_expectation(written) {
            self.check(written, towards)
        } else {
            self.infer(written)
        }
    }

    /// Whether an expression says too little by itself: a bare member, a record, an empty list, or branches of those.
    pub(super) fn needs_expectation(&self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Name(name) => !matches!(
                self.names.get(&name.text),
                Some(super::names::Named::Input(_) | super::names::Named::Def(_))
            ),
            ast::ExprKind::Record(_) => true,
            ast::ExprKind::List(items) => {
                items.is_empty() || items.iter().any(|i| self.needs_expectation(i))
            }
            ast::ExprKind::Paren(inner) => self.needs_expectation(inner),
            ast::ExprKind::If(arms, last) => {
                arms.iter().any(|(value, _)| self.needs_expectation(value))
                    || self.needs_expectation(last)
            }
            ast::ExprKind::Else(items) => items.iter().any(|i| self.needs_expectation(i)),
            _ => false,
        }
    }

    pub(super) fn report_never_missing(&mut self, id: ExprId, consequence: &str) {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        self.report(
            Diagnostic::error(
                Code::NeverMissing,
                span,
                format!("`{text}` is never missing: {consequence}"),
            )
            .label("not optional here"),
        );
    }

    /// `a and b and c`: each is checked knowing those before it.
    pub(super) fn all_of(&mut self, items: &[ast::Expr], at: Span) -> ExprId {
        let ids = self.sequence(items, true);
        self.push(ExprKind::And(ids), Ty::Bool, at)
    }

    /// `a or b or c`: each is checked knowing that those before it are false.
    pub(super) fn any_of(&mut self, items: &[ast::Expr], at: Span) -> ExprId {
        let ids = self.sequence(items, false);
        self.push(ExprKind::Or(ids), Ty::Bool, at)
    }

    pub(super) fn sequence(&mut self, items: &[ast::Expr], truth: bool) -> Vec<ExprId> {
        let mark = self.facts.mark();
        let ids = items
            .iter()
            .map(|item| {
                let id = self.check(item, &Ty::Bool);
                let facts = self.proves(id, truth);
                self.facts.add(facts);
                id
            })
            .collect();
        self.facts.reset(mark);
        ids
    }

    /// `a if c otherwise b`
    pub(super) fn conditional(
        &mut self,
        arms: &[(ast::Expr, ast::Expr)],
        last: &ast::Expr,
        expected: Option<&Ty>,
        at: Span,
    ) -> ExprId {
        let hint = expected.cloned().or_else(|| self.branch_hint(arms, last));
        let outer = self.facts.mark();
        let mut conditions = Vec::new();
        let mut values = Vec::new();
        for (value, condition) in arms {
            let condition = self.check(condition, &Ty::Bool);
            let mark = self.facts.mark();
            let facts = self.proves(condition, true);
            self.facts.add(facts);
            values.push(self.branch(value, hint.as_ref()));
            self.facts.reset(mark);
            let facts = self.proves(condition, false);
            self.facts.add(facts);
            conditions.push(condition);
        }
        values.push(self.branch(last, hint.as_ref()));
        self.facts.reset(outer);
        let ty = match expected {
            Some(ty) if *ty != Ty::Error => self.branch_type(&values, ty),
            _ => self.common_type(&values),
        };
        let mut values: Vec<ExprId> = values.into_iter().map(|v| self.coerce(v, &ty)).collect();
        let Some(last) = values.pop() else {
            return self.broken(at);
        };
        let arms = conditions.into_iter().zip(values).collect();
        let id = self.push(ExprKind::If(arms, last), ty, at);
        self.narrow(id)
    }

    pub(super) fn branch(&mut self, written: &ast::Expr, hint: Option<&Ty>) -> ExprId {
        match hint {
            Some(ty) => self.lower_towards(written, ty),
            None => self.infer(written),
        }
    }

    /// Without an expectation, a branch that tells its type by itself tells it to the others.
    pub(super) fn branch_hint(
        &mut self,
        arms: &[(ast::Expr, ast::Expr)],
        last: &ast::Expr,
    ) -> Option<Ty> {
        let branches = || arms.iter().map(|(value, _)| value).chain([last]);
        if branches().all(|b| !self.needs_expectation(b)) {
            return None;
        }
        let telling = branches().find(|b| !self.needs_expectation(b))?;
        let reported = self.pause_reports();
        let id = self.infer(telling);
        self.resume_reports(reported);
        match self.expr(id).ty.clone() {
            Ty::Error | Ty::Never => None,
            ty => Some(ty.present().clone().optional()),
        }
    }

    /// The type of a conditional where one is expected: optional only if a branch is.
    pub(super) fn branch_type(&self, values: &[ExprId], expected: &Ty) -> Ty {
        let optional = values.iter().any(|v| self.expr(*v).ty.is_optional());
        if optional || self.common_type(values) == Ty::Error {
            expected.clone()
        } else {
            expected.present().clone()
        }
    }
}
