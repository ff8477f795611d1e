//! Walking syntax trees: the operands of each expression.

use super::ast::{EventExpr, Expr, ExprKind, IsWhat, Mark, Piece, Window};

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
        E::Events(kind) => events(kind, each),
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

fn events<'e>(kind: &'e EventExpr, mut each: impl FnMut(&'e Expr)) {
    match kind {
        EventExpr::Any => {}
        EventExpr::Then(first, steps) => {
            each(first);
            steps.iter().for_each(|step| each(&step.event));
        }
        EventExpr::Marked(base, mark) => {
            each(base);
            match mark {
                Mark::Within(e) | Mark::Later(e) | Mark::Without(e) => each(e),
                Mark::Same(_) | Mark::Different(_) | Mark::As(_) => {}
            }
        }
        EventExpr::Window(of, window) => {
            each(of);
            match window {
                Window::Today | Window::This(_) => {}
                Window::Last(e)
                | Window::LeastAgo(e)
                | Window::After(e)
                | Window::Before(e)
                | Window::AllWithin(e) => each(e),
                Window::Ago(from, to) => {
                    each(from);
                    each(to);
                }
                Window::Between(from, to) => {
                    each(from);
                    to.iter().for_each(each);
                }
                Window::Previous { count, .. } => count.iter().for_each(each),
            }
        }
        EventExpr::Fold(_, _, of) => each(of),
        EventExpr::TimeFrom(a, b)
        | EventExpr::Sessions(a, b)
        | EventExpr::Halving(a, b)
        | EventExpr::AsOf(a, b)
        | EventExpr::PerKey { of: a, has: b, .. }
        | EventExpr::Series {
            of: a, count: b, ..
        } => {
            each(a);
            each(b);
        }
        EventExpr::AllOf(streams, within) => {
            streams.iter().for_each(&mut each);
            each(within);
        }
    }
}
