//! Checking of arithmetic: chains of operators, widening, division by what may be zero.

use super::expr::a_type;
use super::lower::Lowering;
use super::{ArithOp, ExprId, ExprKind, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

/// A chain of operators of one type while it is being read.
struct Running {
    first: ExprId,
    rest: Vec<(ArithOp, ExprId)>,
    ty: Ty,
    span: Span,
}

impl Lowering<'_> {
    pub(super) fn negate(&mut self, inner: &ast::Expr, at: Span) -> ExprId {
        let id = self.infer(inner);
        if !self.is_number(id, "`-`") {
            return self.broken(at);
        }
        let ty = self.expr(id).ty.clone();
        let constant = self.number(id).is_some();
        let negated = self.push(ExprKind::Neg(id), ty, at);
        self.check_constant(negated, constant, at)
    }

    /// Whether a plain number stands here; otherwise a report.
    pub(super) fn is_number(&mut self, id: ExprId, operator: &str) -> bool {
        let (ty, span) = (self.expr(id).ty.clone(), self.expr(id).span);
        match &ty {
            Ty::Int | Ty::Decimal => return true,
            Ty::Error => {}
            Ty::Optional(inner) if matches!(**inner, Ty::Int | Ty::Decimal) => {
                let wanted = self.type_name(inner);
                let error = self.may_be_missing(id, &wanted);
                self.report(error);
            }
            other => {
                let found = a_type(&self.type_name(other));
                let message = format!("{operator} works on numbers, and this is {found}");
                let error = Diagnostic::error(Code::TypeMismatch, span, message)
                    .label("a number is needed here");
                let error = self.way_to_number(error, id, operator == "a range");
                self.report(error);
            }
        }
        false
    }

    /// A sum or product whose operands are all constants has a value, or overflows now and always.
    fn check_constant(&mut self, id: ExprId, constant: bool, at: Span) -> ExprId {
        if constant && self.number(id).is_none() {
            let kind = self.type_name(&self.expr(id).ty);
            let help = match self.expr(id).ty {
                Ty::Int => "an int goes from -9223372036854775808 to 9223372036854775807",
                _ => "a decimal goes up to 79228162514264337593543950335, with at most 28 places",
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
        let mut fine = self.is_number(id, sign(rest.first().map(|(op, _)| *op)));
        let mut running = Running {
            first: id,
            rest: Vec::new(),
            ty: self.expr(id).ty.clone(),
            span: start,
        };
        for (index, (op, operand)) in rest.iter().enumerate() {
            let right = self.infer(operand);
            let span = start.to(operand.at.0);
            if !self.is_number(right, sign(Some(*op))) {
                fine = false;
            }
            if !fine {
                continue;
            }
            if *op == ArithOp::Div && !self.is_non_zero(right) {
                running = self.divide(running, right, span);
                let more = index + 1 < rest.len();
                fine = !more;
                if more {
                    let error = self.may_be_missing(running.first, "decimal");
                    self.report(error);
                }
                continue;
            }
            running = self.extend(running, *op, right, span);
        }
        if fine {
            self.close(running)
        } else {
            let end = rest.last().map_or(start, |(_, e)| e.at.0);
            self.broken(start.to(end))
        }
    }

    /// Adds an operator to a chain, after closing it where the type changes.
    fn extend(&mut self, mut running: Running, op: ArithOp, right: ExprId, span: Span) -> Running {
        let decimal = op == ArithOp::Div || self.expr(right).ty == Ty::Decimal;
        if running.ty == Ty::Int && decimal {
            let (left, at) = (running.span, running.span);
            let closed = self.close(running);
            running = Running {
                first: self.widen(closed, left),
                rest: Vec::new(),
                ty: Ty::Decimal,
                span: at,
            };
        }
        let right = if running.ty == Ty::Decimal {
            let at = self.expr(right).span;
            self.widen(right, at)
        } else {
            right
        };
        running.rest.push((op, right));
        running.span = span;
        running
    }

    /// `a / b` whose `b` may be zero.
    fn divide(&mut self, running: Running, right: ExprId, span: Span) -> Running {
        let at = running.span;
        let left = self.close(running);
        let left = self.widen(left, at);
        let right_at = self.expr(right).span;
        let right = self.widen(right, right_at);
        let ty = Ty::Decimal.optional();
        let id = self.push(ExprKind::TryDiv(left, right), ty.clone(), span);
        let id = self.narrow(id);
        Running {
            first: id,
            rest: Vec::new(),
            ty: self.expr(id).ty.clone(),
            span,
        }
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
}

fn sign(op: Option<ArithOp>) -> &'static str {
    match op {
        Some(ArithOp::Add) | None => "`+`",
        Some(ArithOp::Sub) => "`-`",
        Some(ArithOp::Mul) => "`*`",
        Some(ArithOp::Div) => "`/`",
    }
}
