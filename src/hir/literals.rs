//! Lists and records as written: their items and fields against the types they are to have.

use super::expr::a_type;
use super::lower::Lowering;
use super::slips::listed;
use super::types::duplicate_entry;
use super::{Bounds, ExprId, ExprKind, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;

impl Lowering<'_> {
    pub(super) fn list(&mut self, items: &[ast::Expr], expected: Option<&Ty>, at: Span) -> ExprId {
        if let Some(Ty::List(item)) = expected.map(Ty::present)
            && **item != Ty::Error
        {
            let ids = items.iter().map(|i| self.check(i, item)).collect();
            return self.push(ExprKind::List(ids), Ty::List(item.clone()), at);
        }
        let ids: Vec<ExprId> = items.iter().map(|i| self.infer(i)).collect();
        let ty = self.common_type(&ids);
        if ty.is_optional() && ty != Ty::Never {
            let wanted = self.type_name(ty.present());
            for id in &ids {
                if self.expr(*id).ty.is_optional() {
                    let error = self.may_be_missing(*id, &wanted);
                    self.report(error);
                }
            }
            return self.broken(at);
        }
        let ids = self.alike(ids, &ty);
        self.push(ExprKind::List(ids), Ty::List(Box::new(ty)), at)
    }

    /// Items that stand beside one another, fitted to the type they have in common; a report shows the first.
    pub(super) fn alike(&mut self, ids: Vec<ExprId>, ty: &Ty) -> Vec<ExprId> {
        let first = ids.first().map(|id| self.expr(*id).span);
        let mut fitted = Vec::with_capacity(ids.len());
        for id in ids {
            let reported = self.reported();
            fitted.push(self.coerce(id, ty));
            if let Some(first) = first {
                let found = format!("this is {}", a_type(&self.type_name(ty)));
                self.add_place(reported, first, &found);
            }
        }
        fitted
    }

    pub(super) fn record(
        &mut self,
        fields: &[(ast::Name, ast::Expr)],
        expected: Option<&Ty>,
        at: Span,
    ) -> ExprId {
        let Some(Ty::Record(record)) = expected.map(Ty::present) else {
            match expected {
                Some(Ty::Error) => {}
                Some(other) => {
                    let wanted = a_type(&self.type_name(other));
                    self.report(
                        Diagnostic::error(
                            Code::TypeMismatch,
                            at,
                            format!("this is a record, not {wanted}"),
                        )
                        .label(format!("{wanted} is needed here"))
                        .help(format!("write {wanted} without `{{ }}`, or declare the place with a record type")),
                    );
                }
                None => self.report(
                    Diagnostic::error(Code::NeedsType, at, "the type of this record can't be told")
                        .label("of which record type?")
                        .help("declare it with `record`, and give it a name with `let name: Type = { … }`"),
                ),
            }
            return self.broken(at);
        };
        let record = *record;
        let mut given: HashMap<&str, Span> = HashMap::new();
        let mut made = Vec::new();
        for (name, value) in fields {
            if let Some(first) = given.insert(&name.text, name.at.0) {
                self.report(duplicate_entry("field", name, first));
                continue;
            }
            let known = self.records.get(record.index()).and_then(|r| {
                let index = self.field_place(record, &name.text)?;
                let field = r.fields.get(index)?;
                Some((index, field.ty.clone(), field.range))
            });
            let Some((index, ty, range)) = known else {
                self.no_such_field(&Ty::Record(record), name, at);
                continue;
            };
            let id = self.check(value, &ty);
            self.check_field_range(id, range, &ty);
            made.push((self.count(index), id));
        }
        if !self.may_fill(record, given.len(), at) {
            return self.broken(at);
        }
        self.fill_in(record, &given, &mut made, at);
        self.push(ExprKind::Record(record, made), Ty::Record(record), at)
    }

    /// A number written into a field with a range is a constant within it.
    pub(super) fn check_field_range(&mut self, id: ExprId, range: Option<Bounds>, ty: &Ty) {
        let Some(bounds) = range else { return };
        let (span, known) = (self.expr(id).span, self.expr(id).ty.clone());
        if let Some(number) = self.number(id) {
            self.check_range(&Value::Decimal(number), range, span);
        } else if known != Ty::Error && known != Ty::Never && !self.is_within(id, bounds) {
            let text = self.sources.snippet(span).to_owned();
            let range = super::slips::range_text(bounds);
            let ty = self.type_name(ty.present());
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    span,
                    format!("`{text}` can't be shown to stay within `{range}`"),
                )
                .label("a constant, or a field with such a range, goes here")
                .help(format!(
                    "declare `{text}` with a range: `{ty} {range}`; or the record's field without one"
                )),
            );
        }
    }

    /// Whether the declared range of an input shows that it lies within bounds.
    fn is_within(&self, id: ExprId, bounds: Bounds) -> bool {
        match &self.expr(id).kind {
            ExprKind::Unwrap(a) | ExprKind::Widen(a) => self.is_within(*a, bounds),
            ExprKind::Input(input) => self.input(*input).range.is_some_and(|own| {
                let below = own.high < bounds.high
                    || (own.high == bounds.high && (own.open || !bounds.open));
                own.low >= bounds.low && below
            }),
            _ => false,
        }
    }

    /// Defaults for the fields that were not written; a report for those that have none.
    pub(super) fn fill_in(
        &mut self,
        record: RecordId,
        given: &HashMap<&str, Span>,
        made: &mut Vec<(u32, ExprId)>,
        at: Span,
    ) {
        let fields = self.records.get(record.index()).map(|r| r.fields.clone());
        let mut lacking = Vec::new();
        for (index, field) in fields.unwrap_or_default().into_iter().enumerate() {
            if given.contains_key(&*field.name) || field.ty.is_optional() {
                continue;
            }
            match &field.default {
                Some(value) => {
                    let id = self.constant_expr(value, &field.ty, at);
                    made.push((self.count(index), id));
                }
                None => lacking.push(field.name.clone()),
            }
        }
        if !lacking.is_empty() {
            let owner = self.type_name(&Ty::Record(record));
            self.report(
                Diagnostic::error(
                    Code::MissingField,
                    at,
                    format!("this `{owner}` lacks {}", listed(&lacking)),
                )
                .label(match lacking.as_slice() {
                    [one] => format!("`{one}` goes in here"),
                    several => format!("{} go in here", listed(several)),
                })
                .help("give every field that is neither optional nor has a default"),
            );
        }
    }

    /// Whether the fields that a record does not write may be filled in; the report of the first time that they are
    /// too many in all. Few texts may stand for very many values: a record of many fields, and many of that record.
    pub(super) fn may_fill(&mut self, record: RecordId, given: usize, at: Span) -> bool {
        let fields = self
            .records
            .get(record.index())
            .map_or(0, |r| r.fields.len());
        let most = self.limits.filled_fields;
        let told = self.filled > most;
        self.filled = self.filled.saturating_add(fields.saturating_sub(given));
        if self.filled > most && !told {
            let message = format!("records leave more than {most} fields to be filled in");
            self.report(
                Diagnostic::error(Code::TooLarge, at, message)
                    .label("the limit is reached here")
                    .help("use smaller records, or raise the limit `filled_fields`"),
            );
        }
        self.filled <= most
    }

    /// A constant value as expressions.
    pub(super) fn constant_expr(&mut self, value: &Value, ty: &Ty, at: Span) -> ExprId {
        match (value, ty.present()) {
            (Value::List(items), Ty::List(item)) => {
                let ids = items
                    .iter()
                    .map(|i| self.constant_expr(i, item, at))
                    .collect();
                self.push(ExprKind::List(ids), ty.present().clone(), at)
            }
            (Value::Record(values), Ty::Record(id)) => {
                let tys = self.records.get(id.index()).map(|r| r.fields.clone());
                let mut fields = Vec::new();
                for (index, (value, field)) in
                    values.iter().zip(tys.unwrap_or_default()).enumerate()
                {
                    let expr = self.constant_expr(value, &field.ty, at);
                    fields.push((self.count(index), expr));
                }
                self.push(ExprKind::Record(*id, fields), Ty::Record(*id), at)
            }
            (Value::Missing, _) => self.push(ExprKind::Const(Value::Missing), Ty::Never, at),
            (value, ty) => self.push(ExprKind::Const(value.clone()), ty.clone(), at),
        }
    }
}
