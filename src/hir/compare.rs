//! Checking of comparisons: `==` and its kin, and `is`, the equality that a missing value fails.

use super::expr::a_type;
use super::lower::Lowering;
use super::{CompareOp, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// Two operands that are compared: the one that says its type first tells the other what is expected.
    pub(super) fn pair(&mut self, a: &ast::Expr, b: &ast::Expr) -> (ExprId, ExprId) {
        if self.needs_expectation(a) && !self.needs_expectation(b) {
            let right = self.infer(b);
            let ty = self.expr(right).ty.present().clone();
            return (self.lower_towards(a, &ty), right);
        }
        let left = self.infer(a);
        let ty = self.expr(left).ty.present().clone();
        (left, self.lower_towards(b, &ty))
    }

    /// `a == b` and the like.
    pub(super) fn compare(
        &mut self,
        op: CompareOp,
        a: &ast::Expr,
        b: &ast::Expr,
        at: Span,
    ) -> ExprId {
        let (left, right) = self.pair(a, b);
        self.compared_ids(op, left, right, at)
    }

    /// A comparison of two lowered operands.
    pub(super) fn compared_ids(
        &mut self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        at: Span,
    ) -> ExprId {
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        if a == Ty::Error || b == Ty::Error {
            return self.broken(at);
        }
        if a == Ty::Never || b == Ty::Never {
            return self.compared_with_missing(op, left, right, at);
        }
        for (id, ty) in [(left, &a), (right, &b)] {
            if ty.is_optional() {
                let error = self.optional_compared(op, left, right, id);
                self.report(error);
                return self.broken(at);
            }
        }
        let (left, right, ty) = self.levelled(left, right);
        let ordered = matches!(ty, Some(Ty::Int | Ty::Decimal | Ty::Text));
        match (ty, op) {
            (Some(_), CompareOp::Eq | CompareOp::Ne) => {}
            (Some(_), _) if ordered => {}
            (Some(ty), _) => {
                let name = a_type(&self.type_name(&ty));
                self.report(
                    Diagnostic::error(
                        Code::NotComparable,
                        at,
                        format!("{name} has no order: `{}` does not apply", symbol(op)),
                    )
                    .label("neither less nor greater")
                    .help("compare with `==`, `!=` or `in`"),
                );
                return self.broken(at);
            }
            (None, _) => {
                let error = self.not_comparable(&a, &b, at);
                self.report(error);
                return self.broken(at);
            }
        }
        self.push(ExprKind::Compare(op, left, right), Ty::Bool, at)
    }

    pub(super) fn not_comparable(&self, a: &Ty, b: &Ty, at: Span) -> Diagnostic {
        let names = (a_type(&self.type_name(a)), a_type(&self.type_name(b)));
        let error = Diagnostic::error(
            Code::NotComparable,
            at,
            format!("{} and {} can't be compared", names.0, names.1),
        )
        .label("of different types");
        match (a, b) {
            (Ty::Enum(_), Ty::Text) | (Ty::Text, Ty::Enum(_)) => {
                error.help("members of an enum are bare words, without quotes")
            }
            (Ty::List(item), other) | (other, Ty::List(item)) if **item == *other => {
                error.help("to ask whether a list holds something, write `x in list`")
            }
            _ => error,
        }
    }

    /// Two operands brought to one type, where there is one.
    pub(super) fn levelled(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId, Option<Ty>) {
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        let spans = (self.expr(left).span, self.expr(right).span);
        match (&a, &b) {
            (Ty::Int, Ty::Decimal) => (self.widen(left, spans.0), right, Some(Ty::Decimal)),
            (Ty::Decimal, Ty::Int) => (left, self.widen(right, spans.1), Some(Ty::Decimal)),
            (Ty::List(x), Ty::List(_)) if **x == Ty::Never => (left, right, Some(b)),
            (Ty::List(_), Ty::List(y)) if **y == Ty::Never => (left, right, Some(a)),
            _ if a == b => (left, right, Some(a)),
            _ => (left, right, None),
        }
    }

    pub(super) fn compared_with_missing(
        &mut self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        at: Span,
    ) -> ExprId {
        let other = if self.expr(left).ty == Ty::Never {
            right
        } else {
            left
        };
        let text = self.sources.snippet(self.expr(other).span).to_owned();
        let word = if op == CompareOp::Ne {
            "present"
        } else {
            "missing"
        };
        let repair = format!("{text} is {word}");
        self.report(
            Diagnostic::error(
                Code::NotComparable,
                at,
                "nothing is equal to `missing`".to_owned(),
            )
            .label("always asks about a value")
            .help(format!("write `{repair}`"))
            .suggest(at, repair.clone()),
        );
        self.broken(at)
    }

    pub(super) fn optional_compared(
        &self,
        op: CompareOp,
        left: ExprId,
        right: ExprId,
        optional: ExprId,
    ) -> Diagnostic {
        let wanted = self.type_name(self.expr(optional).ty.present());
        let error = self.may_be_missing(optional, &wanted);
        let both = self.expr(left).ty.is_optional() && self.expr(right).ty.is_optional();
        if both || !matches!(op, CompareOp::Eq | CompareOp::Ne) || error.code == Code::Division {
            return error;
        }
        // `is` is the equality that a missing value fails.
        let (a, b) = if optional == left {
            (left, right)
        } else {
            (right, left)
        };
        let text = |id| self.sources.snippet(self.expr(id).span).to_owned();
        let is = if op == CompareOp::Eq { "is" } else { "is not" };
        let repair = format!("{} {is} {}", text(a), text(b));
        let whole = self.expr(left).span.to(self.expr(right).span);
        error
            .help(format!(
                "or compare in a way that a missing value fails: `{repair}`"
            ))
            .suggest(whole, repair)
    }

    pub(super) fn negated_if(&mut self, negated: bool, id: ExprId, at: Span) -> ExprId {
        if negated && self.expr(id).ty != Ty::Error {
            return self.push(ExprKind::Not(id), Ty::Bool, at);
        }
        id
    }

    /// `a is b`, `a is present`, …
    pub(super) fn is(
        &mut self,
        negated: bool,
        item: &ast::Expr,
        what: &ast::IsWhat,
        at: Span,
    ) -> ExprId {
        let id = match what {
            ast::IsWhat::Present | ast::IsWhat::Missing => self.is_present(item, at),
            ast::IsWhat::Value(value) => {
                let (left, right) = self.pair(item, value);
                self.is_ids(left, right, at, negated)
            }
        };
        self.negated_if(negated != matches!(what, ast::IsWhat::Missing), id, at)
    }

    pub(super) fn is_present(&mut self, item: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(item);
        let id = self.stripped(id);
        if self.expr(id).ty == Ty::Error {
            return self.broken(at);
        }
        if !self.expr(id).ty.is_optional() {
            self.report_never_missing(id, "there is nothing to ask");
            return self.broken(at);
        }
        self.push(ExprKind::IsPresent(id), Ty::Bool, at)
    }

    /// `left is right` of two lowered operands.
    pub(super) fn is_ids(
        &mut self,
        left: ExprId,
        right: ExprId,
        at: Span,
        negated: bool,
    ) -> ExprId {
        let left = self.stripped(left);
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        if a == Ty::Error || b == Ty::Error {
            return self.broken(at);
        }
        if !a.is_optional() {
            let op = if negated { "!=" } else { "==" };
            let texts = (
                self.sources.snippet(self.expr(left).span).to_owned(),
                self.sources.snippet(self.expr(right).span).to_owned(),
            );
            let repair = format!("{} {op} {}", texts.0, texts.1);
            self.report(
                Diagnostic::error(
                    Code::NeverMissing,
                    self.expr(left).span,
                    format!("`{}` is never missing: plain equality is meant", texts.0),
                )
                .label("not optional here")
                .help(format!("write `{repair}`"))
                .suggest(at, repair.clone()),
            );
            return self.broken(at);
        }
        if b.is_optional() {
            let wanted = self.type_name(b.present());
            let error = self.may_be_missing(right, &wanted);
            self.report(error);
            return self.broken(at);
        }
        let (left, right) = match (a.present(), &b) {
            (Ty::Int, Ty::Decimal) => (self.coerce(left, &Ty::Decimal.optional()), right),
            (Ty::Decimal, Ty::Int) => (left, self.coerce(right, &Ty::Decimal)),
            (x, y) if self.same_kind(x, y) => (left, right),
            (x, y) => {
                let error = self.not_comparable(x, y, at);
                self.report(error);
                return self.broken(at);
            }
        };
        self.push(ExprKind::Is(left, right), Ty::Bool, at)
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as one of the questions about types"
    )]
    pub(super) fn same_kind(&self, a: &Ty, b: &Ty) -> bool {
        match (a, b) {
            (Ty::List(x), Ty::List(y)) => x == y || **x == Ty::Never || **y == Ty::Never,
            _ => a == b,
        }
    }
}

fn symbol(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "==",
        CompareOp::Ne => "!=",
        CompareOp::Lt => "<",
        CompareOp::Le => "<=",
        CompareOp::Gt => ">",
        CompareOp::Ge => ">=",
    }
}
