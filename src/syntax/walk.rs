//! Walking syntax trees: the operands of each expression.

use super::ast::{Expr, ExprKind, IsWhat, Piece};

/// Calls `each` with every operand, in order of evaluation.
pub(crate) fn operands<'e>(expr: &'e Expr, mut each: impl FnMut(&'e Expr)) {
    use ExprKind as E;
    match &expr.kind {
        E::Field(a, _)
        | E::Paren(a)
        | E::Neg(a)
        | E::Plus(a)
        | E::Not(a)
        | E::CountOf(a)
        | E::Of(_, a)
        | E::TimeSince(a) => each(a),
        E::Interpolated(pieces) => pieces.iter().for_each(|piece| {
            if let Piece::Value(value) = piece {
                each(value);
            }
        }),
        E::List(items) | E::Else(items) | E::And(items) | E::Or(items) | E::Call(_, items) => {
            items.iter().for_each(each);
        }
        E::Record(fields) => fields.iter().for_each(|(_, e)| each(e)),
        E::Chain(first, rest) => {
            each(first);
            rest.iter().for_each(|(_, e)| each(e));
        }
        E::Range(a, b, _)
        | E::Compare(_, a, b)
        | E::Index(a, b)
        | E::Where(a, b)
        | E::Between(_, a, b)
        | E::Round(a, _, b)
        | E::TextTest {
            text: a, what: b, ..
        }
        | E::In {
            item: a, set: b, ..
        }
        | E::Quantified {
            list: a, has: b, ..
        }
        | E::Aggregate {
            list: a, body: b, ..
        }
        | E::Nearest { list: a, to: b, .. } => {
            each(a);
            each(b);
        }
        E::Is { item, what, .. } => {
            each(item);
            if let IsWhat::Value(value) = what {
                each(value);
            }
        }
        E::If(arms, last) => {
            for (value, condition) in arms {
                each(condition);
                each(value);
            }
            each(last);
        }
        E::Bool(_)
        | E::Int(..)
        | E::Decimal(..)
        | E::Text(_)
        | E::Missing
        | E::Never
        | E::Date(..)
        | E::Time(..)
        | E::DateTime(..)
        | E::LocalTime(..)
        | E::Quantity(..)
        | E::Money(..)
        | E::Name(_) => {}
    }
}
