//! Ranges and defaults of fields: constants, checked against the field's type.

use super::expr::a_type;
use super::lower::Lowering;
use super::names::Named;
use super::slips::{behind, question_mark, range_text};
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
            range: Some(range),
            name,
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
                let message = format!("{} has no range", a_type(&self.type_name(other)));
                self.report(
                    Diagnostic::error(Code::BadRange, at, message)
                        .label("only an `int` or a `decimal` has a range")
                        .help("leave out the range")
                        .suggest(behind(name, range), ""),
                );
                return None;
            }
        };
        let ends = [low.at.0, high.at.0];
        let low = self.bound(low, &number)?;
        let mut high = self.bound(high, &number)?;
        if low > high || (low == high && *end == ast::RangeEnd::Exclusive) {
            let error = self.empty_range(ends, low > high, *end);
            self.report(error);
            return None;
        }
        let exclusive = *end == ast::RangeEnd::Exclusive;
        let open = exclusive && number == Ty::Decimal;
        if exclusive && number == Ty::Int {
            high -= Decimal::ONE;
        }
        Some(Bounds { low, high, open })
    }

    pub(super) fn bound(&mut self, written: &ast::Expr, ty: &Ty) -> Option<Decimal> {
        let mut names = Vec::new();
        super::definitions::words(written, &mut names);
        let value = if names.is_empty() {
            let id = self.check(written, ty);
            if self.expr(id).ty == Ty::Error {
                return None;
            }
            self.number(id)
        } else {
            None
        };
        if value.is_none() {
            self.report(
                Diagnostic::error(
                    Code::BadRange,
                    written.at.0,
                    "the ends of a field's range are written as numbers",
                )
                .label("a number goes here")
                .help("write it out, for example `int 0..=120`"),
            );
        }
        value
    }

    /// Lowers the defaults of a record's fields, once all types are known.
    pub(super) fn record_defaults(&mut self, id: RecordId, fields: &[ast::Field]) {
        for field in fields {
            let default = self.records.get(id.index()).and_then(|r| {
                let index = self.field_place(id, &field.name.text)?;
                let known = r.fields.get(index)?;
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
            let at = self.trimmed(field.ty.at.0);
            self.report(
                refuse(
                    "a field with a default is never missing",
                    "leave out the `?` of its type, or the default",
                )
                .also(at, "may be missing")
                .suggest(question_mark(at), ""),
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
        let named = self.named_value(written, ty);
        let value = if named.is_some() {
            None
        } else {
            let id = self.check(written, ty);
            if self.expr(id).ty == Ty::Error {
                return None;
            }
            self.constant(id)
        };
        match &value {
            None => {
                let label = match &named {
                    Some(name) => format!("a constant goes here, and `{name}` is none"),
                    None => "a constant goes here".to_owned(),
                };
                let error = refuse(
                    &label,
                    "write a number, a text, `true`, `false`, a member, or a list of those",
                );
                let of_customer = named.is_some_and(|name| self.is_field(&name));
                self.report(match of_customer {
                    true => error.help(format!(
                        "or declare `{field}: {}?`, and where it is used write `({field} else {})`",
                        self.type_name(ty),
                        self.sources.snippet(written.at.0),
                        field = field.name.text,
                    )),
                    false => error,
                });
            }
            Some(value) => self.check_range(value, range, written.at.0),
        }
        value
    }

    /// Whether a field is called so. Defaults are read before the inputs are known.
    fn is_field(&self, name: &str) -> bool {
        let mut fields = self.records.iter().flat_map(|record| &record.fields);
        !self.is_crowded() && fields.any(|field| field.name == name)
    }

    /// The first value that a default names: values are known to nobody yet, and no constants.
    fn named_value(&self, written: &ast::Expr, ty: &Ty) -> Option<Box<str>> {
        let mut of_items = ty.present();
        while let Ty::List(item) = of_items {
            of_items = item.present();
        }
        let mut names = Vec::new();
        super::definitions::words(written, &mut names);
        let named = names.iter().find(|name| match self.names.get(&name.text) {
            Some(Named::Enum(_) | Named::Record(_)) => false,
            Some(Named::Input(_) | Named::Def(_)) => self.member_of(of_items, &name.text).is_none(),
            Some(Named::Event(_) | Named::Issue(_) | Named::Group(_) | Named::Customer) => true,
            // A place is written with a word in front.
            None if &*name.text == "geo" => false,
            None => !matches!(of_items, Ty::Enum(_)),
        });
        named.map(|name| name.text.clone())
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
            let message = format!(
                "`{}` is outside the field's range, `{}`",
                number.normalize(),
                range_text(range)
            );
            self.report(
                Diagnostic::error(Code::OutOfRange, at, message)
                    .label("a number within the range goes here")
                    .help("write a number within the range, or widen the range"),
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
                (number, ty) if ty.is_decimal() => Some(Value::Decimal(number)),
                (number, ty) if ty.is_whole() => i64::try_from(number).ok().map(Value::Int),
                _ => None,
            },
        }
    }
}
