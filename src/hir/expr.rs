//! Checking of expressions, in both directions: what a place expects flows in ([`Lowering::check`]), what an
//! expression is flows out ([`Lowering::infer`]).
//!
//! Here is the dispatch and the fitting of types; `words` and `fields` resolve names, `literals` holds lists and
//! records, `arithmetic`, `compare`, `membership` and `logic` the operators.

use super::lower::Lowering;
use super::{ExprId, ExprKind, Func, NEVER, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast;
use crate::value::Value;

impl Lowering<'_> {
    /// An expression where a type is expected.
    pub(super) fn check(&mut self, written: &ast::Expr, expected: &Ty) -> ExprId {
        let id = self.lower(written, Some(expected));
        self.coerce(id, expected)
    }

    /// An expression on its own.
    pub(super) fn infer(&mut self, written: &ast::Expr) -> ExprId {
        self.lower(written, None)
    }

    /// The value of a `let` without a written type.
    pub(super) fn infer_let(&mut self, name: &ast::Name, written: &ast::Expr) -> ExprId {
        let id = self.infer(written);
        let example = match &self.expr(id).ty {
            Ty::Never => Some("int? = missing"),
            Ty::List(item) if **item == Ty::Never => Some("list<string> = []"),
            _ => None,
        };
        if let Some(example) = example {
            let message = format!("the type of `{}` can't be told from this", name.text);
            let help = format!(
                "write the type after the name, for example `let {}: {example}`",
                name.text
            );
            self.report(
                Diagnostic::error(Code::NeedsType, written.at.0, message)
                    .label("of which type?")
                    .help(help),
            );
            return self.broken(written.at.0);
        }
        id
    }

    pub(super) fn lower(&mut self, written: &ast::Expr, expected: Option<&Ty>) -> ExprId {
        use ast::ExprKind as E;
        let at = written.at.0;
        let constant = |value, ty| (ExprKind::Const(value), ty);
        let (kind, ty) = match &written.kind {
            E::Bool(b) => constant(Value::Bool(*b), Ty::Bool),
            E::Int(i, _) => constant(Value::Int(*i), Ty::Int),
            E::Decimal(d, _) => constant(Value::Decimal(d.normalize()), Ty::Decimal),
            E::Text(text) => constant(Value::Text((&**text).into()), Ty::Text),
            E::Missing => constant(Value::Missing, Ty::Never),
            E::Name(name) => return self.name(name, expected),
            E::Field(base, field) => return self.field(base, field, at),
            E::List(items) => return self.list(items, expected, at),
            E::Record(fields) => return self.record(fields, expected, at),
            E::Paren(inner) => return self.lower(inner, expected),
            E::Neg(inner) => return self.negate(inner, at),
            E::Not(inner) => {
                let inner = self.check(inner, &Ty::Bool);
                (ExprKind::Not(inner), Ty::Bool)
            }
            E::Chain(first, rest) => return self.chain(first, rest),
            E::Else(items) => return self.or_else(items, expected, at),
            E::Range(..) => {
                self.report(
                    Diagnostic::error(Code::BadRange, at, "a range is not a value")
                        .label("a range stands only behind `in`, in a cell or behind a type")
                        .help("to ask whether a number lies in it, write `x in 1..=5`"),
                );
                return self.broken(at);
            }
            E::Compare(op, a, b) => return self.compare(*op, a, b, at),
            E::In { negated, item, set } => return self.contains(*negated, item, set, at),
            E::Is {
                negated,
                item,
                what,
            } => return self.is(*negated, item, what, at),
            E::And(items) => return self.all_of(items, at),
            E::Or(items) => return self.any_of(items, at),
            E::If(arms, last) => return self.conditional(arms, last, expected, at),
            E::Interpolated(pieces) => return self.interpolated(pieces, at),
            E::Never => constant(Value::Int(NEVER), Ty::Elapsed),
            E::Date(days, _) => constant(Value::Int(*days), Ty::Date),
            E::Time(ms, _) => constant(Value::Int(*ms), Ty::Time),
            E::LocalTime(days, ms, text) => return self.local_time(text, *days, *ms, at),
            E::DateTime(ms, _) => constant(Value::Int(*ms), Ty::DateTime),
            E::Quantity(number, _, unit) => return self.quantity(*number, *unit, at),
            E::Money(number, _, code) => return self.amount(*number, code, at),
            E::Index(base, key) => return self.indexed(base, key, at),
            E::Call(name, arguments) => return self.call(name, arguments, at),
            E::Where(list, condition) => return self.filtered(list, condition, at),
            E::Quantified {
                every,
                item,
                list,
                has,
            } => return self.quantified(*every, item, (list, has), at),
            E::CountOf(list) => return self.count_of(list, at),
            E::Aggregate {
                fold,
                body,
                item,
                list,
            } => return self.aggregate(*fold, item, (body, list), at),
            E::Nearest { place, list, to } => return self.nearest_of(place, (list, to), at),
            E::Of(word, operand) => return self.of(*word, operand, at),
            E::TimeSince(operand) => return self.time_since(operand, at),
            E::Between(word, a, b) => return self.between(*word, a, b, at),
            E::Round(value, word, step) => return self.round(value, *word, step, at),
            E::Plus(value) => return self.lower(value, expected),
            E::Events(events) => return self.events_of(events, at),
            E::TextTest {
                op,
                ignoring_case,
                text,
                what,
            } => return self.text_test(*op, *ignoring_case, (text, what), at),
        };
        self.push(kind, ty, at)
    }

    /// Fits an expression to the type its place takes, or reports why it does not.
    pub(super) fn coerce(&mut self, id: ExprId, expected: &Ty) -> ExprId {
        let (ty, span) = (self.expr(id).ty.clone(), self.expr(id).span);
        if self.fits_as_is(&ty, expected) {
            return id;
        }
        if let (Ty::Text, Ty::Zone, ExprKind::Const(Value::Text(text))) =
            (&ty, expected.present(), self.expr(id).kind.clone())
        {
            return self.zone_named(&text, span);
        }
        match (&ty, expected) {
            (Ty::Duration, _) if *expected.present() == Ty::Elapsed => {
                self.push(ExprKind::Unwrap(id), Ty::Elapsed, span)
            }
            (Ty::Stream(_), Ty::Bool) => self.exists(id),
            (Ty::Int, _) if *expected.present() == Ty::Decimal => {
                self.push(ExprKind::Widen(id), Ty::Decimal, span)
            }
            (Ty::Optional(inner), Ty::Optional(wanted))
                if **inner == Ty::Int && **wanted == Ty::Decimal =>
            {
                self.push(ExprKind::Widen(id), expected.clone(), span)
            }
            _ => {
                let error = self.misfit(id, expected);
                self.report(error);
                self.broken(span)
            }
        }
    }

    pub(super) fn fits_as_is(&self, ty: &Ty, expected: &Ty) -> bool {
        match (ty, expected) {
            (Ty::Error, _) | (_, Ty::Error) => true,
            (Ty::Never, Ty::Optional(_)) => true,
            (Ty::List(a), Ty::List(b)) => **a == Ty::Never || a == b,
            (Ty::Optional(a), Ty::Optional(b)) => self.fits_as_is(a, b),
            (a, Ty::Optional(b)) => self.fits_as_is(a, b),
            (a, b) => a == b,
        }
    }

    pub(super) fn misfit(&self, id: ExprId, expected: &Ty) -> Diagnostic {
        let (ty, span) = (&self.expr(id).ty, self.expr(id).span);
        let wanted = self.type_name(expected);
        let present = ty.present();
        let only_missing = *ty != *present
            && (self.fits_as_is(present, expected)
                || (*present == Ty::Int && *expected.present() == Ty::Decimal));
        if *ty == Ty::Never {
            return Diagnostic::error(
                Code::MaybeMissing,
                span,
                format!("`missing` stands where a value of type `{wanted}` is needed"),
            )
            .label(format!("{} is needed here", a_type(&wanted)))
            .help(format!(
                "give a value, or make the place optional: `{wanted}?`"
            ));
        }
        if only_missing {
            return self.may_be_missing(id, &wanted);
        }
        let found = self.type_name(ty);
        let error = Diagnostic::error(
            Code::TypeMismatch,
            span,
            format!("this is {}, not {}", a_type(&found), a_type(&wanted)),
        )
        .label(format!("{} is needed here", a_type(&wanted)));
        self.way_to(error, id, expected.present())
    }

    /// The report of an optional value where one is needed, with the ways out.
    pub(super) fn may_be_missing(&self, id: ExprId, wanted: &str) -> Diagnostic {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        if self.divisor(id).is_some() {
            return self.unproven_division(id);
        }
        let error = Diagnostic::error(Code::MaybeMissing, span, format!("`{text}` may be missing"))
            .label(format!("{} is needed here", a_type(wanted)));
        let text = match self.expr(id).kind {
            ExprKind::If(..) => format!("({text})"),
            _ => text,
        };
        let error = match self.expr(id).ty.present() {
            Ty::Bool => error
                .help(format!("ask whether it is true: `{text} is true`"))
                .suggest(span, format!("{text} is true")),
            _ => error.help(format!("give what to use instead: `({text} else …)`")),
        };
        error.help(format!("or ask first: `{text} is present and …`"))
    }

    /// The divisor of a division that may be by zero.
    fn divisor(&self, id: ExprId) -> Option<ExprId> {
        match &self.expr(id).kind {
            ExprKind::TryDiv(_, divisor) => Some(*divisor),
            ExprKind::Call(Func::TryIntDiv | Func::TryMod, operands) => operands.last().copied(),
            _ => None,
        }
    }

    pub(super) fn unproven_division(&self, id: ExprId) -> Diagnostic {
        let Some(divisor) = self.divisor(id) else {
            return Diagnostic::error(Code::Division, self.expr(id).span, "this may be missing");
        };
        let text = self.sources.snippet(self.expr(divisor).span).to_owned();
        let whole = self.sources.snippet(self.expr(id).span).to_owned();
        let at = self.expr(divisor).span;
        if self.number(divisor).is_some() {
            return Diagnostic::error(Code::Division, at, "a division by zero has no result")
                .label("always zero")
                .help("divide by another number");
        }
        let message = format!("`{text}` may be zero, and then there is no result");
        let question = match self.expr(divisor).kind {
            ExprKind::Chain(..) => format!("({text}) != 0 and …"),
            _ => format!("{text} != 0 and …"),
        };
        Diagnostic::error(Code::Division, at, message)
            .label("not shown to differ from zero")
            .help(format!("give what to use then: `({whole} else 0)`"))
            .help(format!("or ask first: `{question}`"))
    }

    /// The least type that all of these fit; that of the first where there is none.
    pub(super) fn common_type(&self, ids: &[ExprId]) -> Ty {
        let mut types = ids.iter().map(|id| &self.expr(*id).ty);
        let first = types.next().cloned().unwrap_or(Ty::Never);
        types.fold(first, |common, ty| self.join(common, ty))
    }

    pub(super) fn join(&self, a: Ty, b: &Ty) -> Ty {
        match (&a, b) {
            (Ty::Error, _) => Ty::Error,
            (_, Ty::Error) => Ty::Error,
            (Ty::Never, Ty::Never) => Ty::Never,
            (Ty::Never, other) | (other, Ty::Never) => other.clone().optional(),
            _ if self.fits_as_is(b, &a) => a,
            _ if self.fits_as_is(&a, b) => b.clone(),
            (Ty::Optional(x), y) | (y, Ty::Optional(x)) => {
                self.join((**x).clone(), y.present()).optional()
            }
            (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => Ty::Decimal,
            _ => a,
        }
    }

    /// A type as an author writes it.
    pub(super) fn type_name(&self, ty: &Ty) -> String {
        super::program::type_name(ty, &self.enums, &self.records)
    }

    /// The expression below what the flow of conditions put around it.
    pub(super) fn stripped(&self, id: ExprId) -> ExprId {
        match &self.expr(id).kind {
            ExprKind::Unwrap(inner) => *inner,
            _ => id,
        }
    }
}

/// `an int`, `a decimal`
pub(super) fn a_type(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} `{name}`", if vowel { "an" } else { "a" })
}
