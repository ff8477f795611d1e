//! What to do about operators that their operands do not have.
//!
//! In: an operator and its two operands, as [`arithmetic`](super::arithmetic) found them not to go together. Out: the
//! diagnostic, with help and where it is certain a replacement.

use super::arithmetic::symbol;
use super::conversions::operand;
use super::expr::a_type;
use super::lower::Lowering;
use super::{ArithOp, ExprId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

const MIXED: &str =
    "amounts in different currencies are never mixed: convert one of them with a rate first";

impl Lowering<'_> {
    /// The report of an operator that its two operands do not have.
    pub(super) fn no_operator(
        &self,
        left: ExprId,
        op: ArithOp,
        right: ExprId,
        at: Span,
    ) -> Diagnostic {
        let (a, b) = (self.expr(left).ty.clone(), self.expr(right).ty.clone());
        let names = (a_type(&self.type_name(&a)), a_type(&self.type_name(&b)));
        let sign = symbol(op);
        let message = format!("`{sign}` does not apply to {} and {}", names.0, names.1);
        let error = Diagnostic::error(Code::TypeMismatch, at, message)
            .label("these two do not go together");
        let is_sum = matches!(op, ArithOp::Add | ArithOp::Sub);
        let number = |ty: &Ty| matches!(ty, Ty::Int | Ty::Decimal);
        match (&a, &b) {
            (Ty::Money(_), other) if number(other) && is_sum => self.bare_number(error, right, &a),
            (other, Ty::Money(_)) if number(other) && is_sum => self.bare_number(error, left, &b),
            (Ty::Money(_), _) | (_, Ty::Money(_)) => self.way_of_money(error, &a, op, &b),
            (Ty::Duration | Ty::Distance, other) if number(other) && is_sum => {
                self.bare_number(error, right, &a)
            }
            (other, Ty::Duration | Ty::Distance) if number(other) && is_sum => {
                self.bare_number(error, left, &b)
            }
            (Ty::Duration | Ty::Distance, Ty::Int | Ty::Decimal) => error
                .help("a duration or distance is multiplied by an int, or divided by another one"),
            (Ty::Date, Ty::DateTime) | (Ty::DateTime, Ty::Date) => {
                let instant = if a == Ty::DateTime { left } else { right };
                let text = operand(self.sources.snippet(self.expr(instant).span));
                error.help(format!(
                    "between days: `days between … and …`, with `date of {text}`"
                ))
            }
            (Ty::DateTime, Ty::DateTime) => error.help("how far two instants lie apart: `a - b`"),
            (Ty::Duration, Ty::DateTime | Ty::Date) | (_, Ty::Date) => {
                error.help("the date or instant stands first: `today + 7 days`")
            }
            (Ty::DateTime, other) if number(other) && is_sum => {
                self.bare_number(error, right, &Ty::Duration)
            }
            (Ty::DateTime, _) => {
                error.help("an instant is moved by a duration: `now + 30 minutes`")
            }
            (Ty::Int | Ty::Decimal, _) if matches!(op, ArithOp::IntDiv | ArithOp::Mod) => {
                error.help("`div` and `mod` are on ints; divide others with `/`")
            }
            _ => error.help("calculate with two values of one kind"),
        }
    }

    /// A number beside something that has a unit.
    fn bare_number(&self, error: Diagnostic, id: ExprId, other: &Ty) -> Diagnostic {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span);
        if text.ends_with('%') {
            return error.help(format!(
                "a percentage is taken of something: `price - price * {text}`"
            ));
        }
        if let Some(written) = self.as_literal(id, other) {
            return error
                .help(format!("write the currency too: `{written}`"))
                .suggest(span, written);
        }
        match self.conversion(id, other) {
            Some(way) => way.told(error, span),
            None => error.help("calculate with two values of one kind"),
        }
    }

    fn way_of_money(&self, error: Diagnostic, a: &Ty, op: ArithOp, b: &Ty) -> Diagnostic {
        match (a, op, b) {
            (_, ArithOp::IntDiv | ArithOp::Mod, _) => {
                error.help("`div` and `mod` are on ints; an amount is divided with `/`")
            }
            (Ty::Money(_), ArithOp::Mul, Ty::Money(_)) => error.help(
                "an amount is multiplied by a number; divided by another amount it gives one",
            ),
            (Ty::Money(_), _, Ty::Money(_)) if a != b => error.help(MIXED),
            (Ty::Int | Ty::Decimal, ArithOp::Div, _) => error.help(
                "an amount is divided by a number or by another amount, not a number by an amount",
            ),
            _ => error.help("an amount is multiplied by a number; only amounts are added to it"),
        }
    }
}
