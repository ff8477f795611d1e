//! Checking of arithmetic: chains of operators, widening, division by what may be zero.
//!
//! A chain goes on as long as its values are held alike: all whole numbers (ints, durations, distances) or all decimals
//! (decimals, amounts of money). What an operator gives from two types is [`Lowering::step`]; dates and instants go one
//! step at a time, in `time`.

use super::expr::a_type;
use super::lower::Lowering;
use super::{ArithOp, ExprId, ExprKind, Func, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

/// A chain of operators while it is being read.
struct Running {
    first: ExprId,
    rest: Vec<(ArithOp, ExprId)>,
    ty: Ty,
    span: Span,
}

/// What an operator does with two types.
enum Step {
    /// Goes on with the chain, on whole numbers or on decimals, and gives this type.
    Chain(Ty),
    /// A function of both, with this type.
    Call(Func, Ty),
}

impl Lowering<'_> {
    pub(super) fn negate(&mut self, inner: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(inner);
        let ty = self.expr(id).ty.clone();
        let signed = |ty: &Ty| ty.is_whole() || ty.is_decimal();
        if ty.is_optional() && signed(ty.present()) {
            let wanted = self.type_name(ty.present());
            let error = self.may_be_missing(id, &wanted);
            self.report(error);
            return self.broken(at);
        }
        if !signed(&ty) && !self.is_number(id, "`-`") {
            return self.broken(at);
        }
        let constant = self.number(id).is_some();
        let negated = self.push(ExprKind::Neg(id), ty, at);
        self.check_constant(negated, constant, at)
    }

    /// Whether a plain number stands here; otherwise a report.
    pub(super) fn is_number(&mut self, id: ExprId, operator: &str) -> bool {
        let ty = self.expr(id).ty.clone();
        match &ty {
            Ty::Int | Ty::Decimal => return true,
            Ty::Error => {}
            Ty::Optional(inner) if matches!(**inner, Ty::Int | Ty::Decimal) => {
                let wanted = self.type_name(inner);
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
            }
            _ => self.report_no_number(id, operator),
        }
        false
    }

    fn report_no_number(&mut self, id: ExprId, operator: &str) {
        let (ty, span) = (self.expr(id).ty.clone(), self.expr(id).span);
        let found = a_type(&self.type_name(&ty));
        let message = format!("{operator} works on numbers, and this is {found}");
        let error =
            Diagnostic::error(Code::TypeMismatch, span, message).label("a number is needed here");
        let error = self.way_to_number(error, id, operator == "a range");
        self.report(error);
    }

    /// Whether something stands here that can be calculated with; otherwise a report.
    fn is_operand(&mut self, id: ExprId, op: ArithOp) -> bool {
        let ty = self.expr(id).ty.clone();
        let calculates =
            |ty: &Ty| ty.is_whole() || ty.is_decimal() || matches!(ty, Ty::Date | Ty::DateTime);
        match &ty {
            Ty::Error => false,
            ty if calculates(ty) => true,
            Ty::Optional(inner) if calculates(inner) => {
                let wanted = self.type_name(inner);
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
                false
            }
            Ty::Elapsed => {
                let text = self.sources.snippet(self.expr(id).span).to_owned();
                self.report(
                    Diagnostic::error(
                        Code::MaybeMissing,
                        self.expr(id).span,
                        format!("`{text}` may be `never`, which nothing is calculated with"),
                    )
                    .label("a duration is needed here")
                    .help(format!("give what to use then: `({text} else 30 days)`")),
                );
                false
            }
            _ => {
                self.report_no_number(id, &format!("`{}`", symbol(op)));
                false
            }
        }
    }

    /// A sum or product whose operands are all constants has a value, or overflows now and always.
    fn check_constant(&mut self, id: ExprId, constant: bool, at: Span) -> ExprId {
        if constant && self.number(id).is_none() {
            let kind = self.type_name(&self.expr(id).ty);
            let help = match self.expr(id).ty {
                Ty::Decimal | Ty::Money(_) => {
                    "a decimal goes up to 79_228_162_514_264_337_593_543_950_335, with at most 28 places"
                }
                _ => "an int goes from -9_223_372_036_854_775_808 to 9_223_372_036_854_775_807",
            };
            self.report(
                Diagnostic::error(
                    Code::ConstantOverflow,
                    at,
                    format!("the result does not fit {}", a_type(&kind)),
                )
                .label("too large for every customer")
                .help(help)
                .help("calculate with smaller numbers"),
            );
            return self.broken(at);
        }
        id
    }

    /// Operators of one level from left to right. Ints widen where the first decimal or `/` stands.
    pub(super) fn chain(
        &mut self,
        first: &ast::Expr,
        rest: &[(ast::ArithOp, ast::Expr)],
    ) -> ExprId {
        let start = first.at.0;
        let id = self.infer(first);
        let first_op = rest.first().map_or(ArithOp::Add, |(op, _)| *op);
        let mut fine = self.is_operand(id, first_op);
        let mut running = Running {
            first: id,
            rest: Vec::new(),
            ty: self.expr(id).ty.clone(),
            span: start,
        };
        for (index, (op, operand)) in rest.iter().enumerate() {
            let span = start.to(operand.at.0);
            if fine && running.ty == Ty::Date {
                let left = self.close(running);
                let id = self.calendar_step(left, *op, operand, span);
                running = self.alone(id, span);
                fine = running.ty != Ty::Error;
                continue;
            }
            let right = self.infer(operand);
            if !self.is_operand(right, *op) {
                fine = false;
            }
            if !fine {
                continue;
            }
            running = self.extend(running, *op, right, span);
            fine = running.ty != Ty::Error;
            if fine && running.ty.is_optional() && index + 1 < rest.len() {
                fine = false;
                let wanted = self.type_name(running.ty.present());
                let error = self.may_be_missing(running.first, &wanted);
                self.report(error);
            }
        }
        if fine {
            self.close(running)
        } else {
            let end = rest.last().map_or(start, |(_, e)| e.at.0);
            self.broken(start.to(end))
        }
    }

    /// A chain of one operand.
    fn alone(&self, id: ExprId, span: Span) -> Running {
        Running {
            first: id,
            rest: Vec::new(),
            ty: self.expr(id).ty.clone(),
            span,
        }
    }

    /// Adds an operator to a chain, after closing it where values are held otherwise from here on.
    fn extend(&mut self, running: Running, op: ArithOp, right: ExprId, span: Span) -> Running {
        let right_ty = self.expr(right).ty.clone();
        let Some(step) = step(&running.ty, op, &right_ty) else {
            let left = self.close(running);
            let error = self.no_operator(left, op, right, span);
            self.report(error);
            let id = self.broken(span);
            return self.alone(id, span);
        };
        let ty = match step {
            Step::Chain(ty) => ty,
            Step::Call(func, ty) => {
                let left = self.close(running);
                let id = self.push(ExprKind::Call(func, vec![left, right]), ty, span);
                return self.alone(id, span);
            }
        };
        let divides = matches!(op, ArithOp::Div | ArithOp::IntDiv | ArithOp::Mod);
        let mut running = running;
        let decimals = ty.is_decimal();
        if decimals && !running.ty.is_decimal() {
            let at = running.span;
            let closed = self.close(running);
            let widened = self.as_decimal(closed, at);
            running = self.alone(widened, at);
        }
        let at = self.expr(right).span;
        let right = if decimals {
            self.as_decimal(right, at)
        } else {
            right
        };
        if divides && !self.is_non_zero(right) {
            let left = self.close(running);
            let kind = match op {
                ArithOp::IntDiv => ExprKind::Call(Func::TryIntDiv, vec![left, right]),
                ArithOp::Mod => ExprKind::Call(Func::TryMod, vec![left, right]),
                _ => ExprKind::TryDiv(left, right),
            };
            let id = self.push(kind, ty.optional(), span);
            let id = self.narrow(id);
            return self.alone(id, span);
        }
        running.rest.push((op, right));
        running.ty = ty;
        running.span = span;
        running
    }

    fn close(&mut self, running: Running) -> ExprId {
        if running.rest.is_empty() {
            return running.first;
        }
        let mut operands = running.rest.iter().map(|(_, e)| *e).chain([running.first]);
        let constant = operands.all(|e| self.number(e).is_some());
        let kind = ExprKind::Chain(running.first, running.rest);
        let id = self.push(kind, running.ty, running.span);
        self.check_constant(id, constant, running.span)
    }

    pub(super) fn widen(&mut self, id: ExprId, at: Span) -> ExprId {
        match self.expr(id).ty {
            Ty::Int => self.push(ExprKind::Widen(id), Ty::Decimal, at),
            _ => id,
        }
    }

    /// A whole number of any kind as a decimal.
    fn as_decimal(&mut self, id: ExprId, at: Span) -> ExprId {
        if self.expr(id).ty.is_whole() {
            return self.push(ExprKind::Widen(id), Ty::Decimal, at);
        }
        id
    }
}

/// What an operator gives from two types; `None` where it has no meaning.
fn step(a: &Ty, op: ArithOp, b: &Ty) -> Option<Step> {
    use ArithOp::{Add, Div, IntDiv, Mod, Mul, Sub};
    let chain = |ty: &Ty| Some(Step::Chain(ty.clone()));
    match (a, op, b) {
        (Ty::Int, Div, Ty::Int) => chain(&Ty::Decimal),
        (Ty::Int, _, Ty::Int) => chain(&Ty::Int),
        (_, IntDiv | Mod, _) => None,
        (Ty::Int | Ty::Decimal, _, Ty::Int | Ty::Decimal) => chain(&Ty::Decimal),
        (Ty::Money(_), Add | Sub, Ty::Money(_)) if a == b => chain(a),
        (Ty::Money(_), Div, Ty::Money(_)) if a == b => chain(&Ty::Decimal),
        (Ty::Money(_), Mul | Div, Ty::Int | Ty::Decimal) => chain(a),
        (Ty::Int | Ty::Decimal, Mul, Ty::Money(_)) => chain(b),
        (Ty::Duration | Ty::Distance, Add | Sub, _) if a == b => chain(a),
        (Ty::Duration | Ty::Distance, Div, _) if a == b => chain(&Ty::Decimal),
        (Ty::Duration | Ty::Distance, Mul, Ty::Int) => chain(a),
        (Ty::Int, Mul, Ty::Duration | Ty::Distance) => chain(b),
        (Ty::DateTime, Add, Ty::Duration) => Some(Step::Call(Func::AddTime, Ty::DateTime)),
        (Ty::DateTime, Sub, Ty::Duration) => Some(Step::Call(Func::SubTime, Ty::DateTime)),
        (Ty::DateTime, Sub, Ty::DateTime) => Some(Step::Call(Func::TimeBetween, Ty::Duration)),
        _ => None,
    }
}

/// An operator as it is written.
pub(super) fn symbol(op: ArithOp) -> &'static str {
    match op {
        ArithOp::Add => "+",
        ArithOp::Sub => "-",
        ArithOp::Mul => "*",
        ArithOp::Div => "/",
        ArithOp::IntDiv => "div",
        ArithOp::Mod => "mod",
    }
}
