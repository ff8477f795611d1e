//! Checking of comparisons: `==` and its kin, and `is`, the equality that a missing value fails.

use super::expr::a_type;
use super::lower::Lowering;
use super::{CompareOp, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
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
        let ordered = ty.as_ref().is_some_and(|ty| self.is_ordered(ty));
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
                    .help(match ty {
                        Ty::Enum(_) => {
                            "declare it as `ordered enum`, from the least to the greatest; or compare with `==` or `!=`, or list the members: `x in [a, b]`"
                        }
                        Ty::Bool => "a condition is true or false: write it alone, or behind `not`",
                        _ => "compare with `==` or `!=`",
                    }),
                );
                return self.broken(at);
            }
            (None, _) => {
                let error = self.not_comparable(&a, &b, at);
                let error = self.way_to_compare(error, op, (left, right), at);
                self.report(error);
                return self.broken(at);
            }
        }
        self.push(ExprKind::Compare(op, left, right), Ty::Bool, at)
    }

    /// Whether values of a type are less and greater than one another.
    pub(super) fn is_ordered(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Int | Ty::Decimal | Ty::Text | Ty::Money(_) => true,
            Ty::Date | Ty::Time | Ty::DateTime | Ty::Duration | Ty::Elapsed | Ty::Distance => true,
            Ty::Enum(id) => self.enums.get(id.index()).is_some_and(|e| e.ordered),
            _ => false,
        }
    }

    pub(super) fn not_comparable(&self, a: &Ty, b: &Ty, at: Span) -> Diagnostic {
        let names = (a_type(&self.type_name(a)), a_type(&self.type_name(b)));
        let message = format!("{} and {} can't be compared", names.0, names.1);
        Diagnostic::error(Code::NotComparable, at, message).label("of different types")
    }

    /// Something of one type looked for among those of another.
    pub(super) fn not_in_list(
        &self,
        value: ExprId,
        list: ExprId,
        item: &Ty,
        at: Span,
    ) -> Diagnostic {
        let ty = &self.expr(value).ty;
        let error = self.not_comparable(ty, item, at);
        let items = match &self.expr(list).kind {
            ExprKind::List(items) => items.first().copied(),
            _ => None,
        };
        match items {
            Some(first) => self.way_to_compare(error, CompareOp::Eq, (value, first), at),
            None => error.help(format!(
                "the list holds values of type `{0}`: look for {1}",
                self.type_name(item),
                a_type(&self.type_name(item))
            )),
        }
    }

    /// Two operands brought to one type, where there is one.
    pub(super) fn levelled(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId, Option<Ty>) {
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        let spans = (self.expr(left).span, self.expr(right).span);
        match (&a, &b) {
            (Ty::Int, Ty::Decimal) => (self.widen(left, spans.0), right, Some(Ty::Decimal)),
            (Ty::Decimal, Ty::Int) => (left, self.widen(right, spans.1), Some(Ty::Decimal)),
            (Ty::Duration, Ty::Elapsed) => (self.coerce(left, &b), right, Some(b)),
            (Ty::Elapsed, Ty::Duration) => (left, self.coerce(right, &a), Some(a)),
            (Ty::Zone, Ty::Text) => (left, self.coerce(right, &a), Some(a)),
            (Ty::Text, Ty::Zone) => (self.coerce(left, &b), right, Some(b)),
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
        if !self.expr(other).ty.is_optional() && self.is_equality(op) {
            self.report_idle_question(other);
            return self.broken(at);
        }
        let message = format!("`{}` does not apply to `missing`", symbol(op));
        let error = Diagnostic::error(Code::NotComparable, at, message)
            .label("compares values, and `missing` is none");
        let repair = match op {
            CompareOp::Eq => format!("{text} is missing"),
            CompareOp::Ne => format!("{text} is present"),
            _ => {
                let help = format!("ask whether it is missing: `{text} is missing`");
                self.report(error.help(help));
                return self.broken(at);
            }
        };
        self.report(error.help(format!("write `{repair}`")).suggest(at, repair));
        self.broken(at)
    }

    #[expect(
        clippy::unused_self,
        reason = "reads as one of the questions about operators"
    )]
    fn is_equality(&self, op: CompareOp) -> bool {
        matches!(op, CompareOp::Eq | CompareOp::Ne)
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
        let (is, truth) = match op {
            CompareOp::Eq => ("is", "false"),
            _ => ("is not", "true"),
        };
        let repair = format!("{} {is} {}", text(a), text(b));
        let whole = self.expr(left).span.to(self.expr(right).span);
        error
            .help(format!(
                "or write `{repair}`, which is {truth} when it is missing"
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
            ast::IsWhat::Never => self.is_never(item, at),
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
            self.report_idle_question(id);
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
            let error = self.idle_is(left, right, at, negated);
            self.report(error);
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
            (Ty::Zone, Ty::Text) => (left, self.coerce(right, &Ty::Zone)),
            (x, y) if self.same_kind(x, y) => (left, right),
            (x, y) => {
                let error = self.not_comparable(x, y, at);
                let op = if negated {
                    CompareOp::Ne
                } else {
                    CompareOp::Eq
                };
                let error = self.way_to_compare(error, op, (left, right), at);
                self.report(error);
                return self.broken(at);
            }
        };
        if self.expr(right).ty == Ty::Error {
            return self.broken(at);
        }
        self.push(ExprKind::Is(left, right), Ty::Bool, at)
    }

    /// `is` behind what is never missing: `==` does, unless the two stand the wrong way round.
    fn idle_is(&self, left: ExprId, right: ExprId, at: Span, negated: bool) -> Diagnostic {
        let text = |id: ExprId| self.sources.snippet(self.expr(id).span);
        let turned = self.expr(right).ty.is_optional();
        let (a, b) = if turned { (right, left) } else { (left, right) };
        let op = match (turned, negated) {
            (true, false) => "is",
            (true, true) => "is not",
            (false, false) => "==",
            (false, true) => "!=",
        };
        let repair = format!("{} {op} {}", text(a), text(b));
        let message = format!(
            "`{}` is never missing, and `is` asks about what may be",
            text(left)
        );
        Diagnostic::error(Code::NeverMissing, self.expr(left).span, message)
            .label("never missing")
            .help(format!("write `{repair}`"))
            .suggest(at, repair)
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
