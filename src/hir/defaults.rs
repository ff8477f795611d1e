//! Ranges and defaults of fields: constants, checked against the field's type.

use super::lower::Lowering;
use super::{Bounds, ExprId, ExprKind, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use rust_decimal::Decimal;

impl Lowering<'_> {
    /// The bounds written after a type.
    pub(super) fn range_of(&mut self, written: &ast::TypeExpr, ty: &Ty) -> Option<Bounds> {
        let ast::TypeKind::Named {
            range: Some(range), ..
        } = &written.kind
        else {
            return None;
        };
        let ast::ExprKind::Range(low, high, end) = &range.kind else {
            return None;
        };
        let at = range.at.0;
        let number = match ty.present() {
            Ty::Int | Ty::Decimal => ty.present().clone(),
            Ty::Error => return None,
            other => {
                let message = format!("`{}` has no range", self.type_name(other));
                self.report(
                    Diagnostic::error(Code::BadRange, at, message)
                        .label("a range limits `int` or `decimal`")
                        .help("leave the range away"),
                );
                return None;
            }
        };
        let low = self.bound(low, &number)?;
        let mut high = self.bound(high, &number)?;
        let exclusive = *end == ast::RangeEnd::Exclusive;
        let open = exclusive && number == Ty::Decimal;
        if exclusive && number == Ty::Int {
            high -= Decimal::ONE;
        }
        if low > high || (open && low == high) {
            self.report(
                Diagnostic::error(Code::BadRange, at, "this range holds no number")
                    .label("the upper end lies below the lower")
                    .help("write the lower end first; `a..b` is without `b`, `a..=b` with it"),
            );
            return None;
        }
        Some(Bounds { low, high, open })
    }

    pub(super) fn bound(&mut self, written: &ast::Expr, ty: &Ty) -> Option<Decimal> {
        let id = self.check(written, ty);
        let value = self.number(id);
        if value.is_none() && self.expr(id).ty != Ty::Error {
            self.report(
                Diagnostic::error(
                    Code::BadRange,
                    written.at.0,
                    "the ends of a range are numbers",
                )
                .label("not a constant"),
            );
        }
        value
    }

    /// Lowers the defaults of a record's fields, once all types are known.
    pub(super) fn record_defaults(&mut self, id: RecordId, fields: &[ast::Field]) {
        for field in fields {
            let default = self.records.get(id.index()).and_then(|r| {
                let (index, known) = r
                    .fields
                    .iter()
                    .enumerate()
                    .find(|(_, f)| *f.name == *field.name.text)?;
                Some((index, known.ty.clone(), known.range))
            });
            let Some((index, ty, range)) = default else {
                continue;
            };
            let value = self.default(field, &ty, range);
            let slot = self
                .records
                .get_mut(id.index())
                .and_then(|r| r.fields.get_mut(index));
            if let Some(slot) = slot {
                slot.default = value;
            }
            if let (ast::TypeKind::Record(inner), Ty::Record(nested)) =
                (&field.ty.kind, ty.present())
            {
                self.record_defaults(*nested, inner);
            }
        }
    }

    pub(super) fn default(
        &mut self,
        field: &ast::Field,
        ty: &Ty,
        range: Option<Bounds>,
    ) -> Option<Value> {
        let written = field.default.as_ref()?;
        let refuse = |label: &str, help: &str| {
            let message = format!("`{}` can't have this default", field.name.text);
            Diagnostic::error(Code::BadDefault, written.at.0, message)
                .label(label.to_owned())
                .help(help.to_owned())
        };
        if ty.is_optional() {
            self.report(
                refuse(
                    "a field with a default is never missing",
                    "leave the `?` of its type away, or the default",
                )
                .also(field.ty.at.0, "optional"),
            );
            return None;
        }
        if matches!(ty, Ty::Record(_)) {
            self.report(refuse(
                "a record has no default of its own",
                "give its fields defaults instead",
            ));
            return None;
        }
        let id = self.check(written, ty);
        if self.expr(id).ty == Ty::Error {
            return None;
        }
        let value = self.constant(id);
        match &value {
            None => self.report(refuse(
                "this is not a constant",
                "a default is a literal: a number, a text, `true`, a member, a list of those",
            )),
            Some(value) => self.check_range(value, range, written.at.0),
        }
        value
    }

    /// Reports a constant outside its field's range.
    pub(super) fn check_range(&mut self, value: &Value, range: Option<Bounds>, at: Span) {
        let Some(range) = range else { return };
        let number = match value {
            Value::Int(i) => Decimal::from(*i),
            Value::Decimal(d) => *d,
            _ => return,
        };
        let above = number > range.high || (range.open && number == range.high);
        if number < range.low || above {
            let ends = if range.open { ".." } else { "..=" };
            let message = format!(
                "{} is outside {}{ends}{}",
                number.normalize(),
                range.low.normalize(),
                range.high.normalize()
            );
            self.report(
                Diagnostic::error(Code::OutOfRange, at, message).label("outside the field's range"),
            );
        }
    }

    /// The value an expression always has, where it is made of literals alone.
    pub(super) fn constant(&self, id: ExprId) -> Option<Value> {
        let all = |ids: &mut dyn Iterator<Item = ExprId>| {
            ids.map(|i| self.constant(i)).collect::<Option<Vec<_>>>()
        };
        match &self.expr(id).kind {
            ExprKind::Const(value) => Some(value.clone()),
            ExprKind::List(items) => Some(Value::List(all(&mut items.iter().copied())?.into())),
            ExprKind::Record(record, fields) => {
                let count = self.records.get(record.index())?.fields.len();
                let mut values = vec![Value::Missing; count];
                for (field, item) in fields {
                    *values.get_mut(*field as usize)? = self.constant(*item)?;
                }
                Some(Value::Record(values.into()))
            }
            _ => match (self.number(id)?, &self.expr(id).ty) {
                (number, Ty::Decimal) => Some(Value::Decimal(number)),
                (number, Ty::Int) => i64::try_from(number).ok().map(Value::Int),
                _ => None,
            },
        }
    }
}
