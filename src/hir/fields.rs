//! What stands behind a dot: fields of inputs and of computed records, members of named enums.

use super::facts::Fact;
use super::lower::Lowering;
use super::names::Named;
use super::slips::{listed, meant};
use super::{ExprId, ExprKind, InputId, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;

impl Lowering<'_> {
    /// The value of an input; plain where the facts prove it and the records around it to be present.
    pub(super) fn input_value(&mut self, id: InputId, at: Span) -> ExprId {
        let input = self.input(id);
        let (ty, mut around) = (input.ty.clone(), input.parent);
        let mut hidden = false;
        while let Some(parent) = around {
            let parent_input = self.input(parent);
            let absent = parent_input.ty.is_optional();
            around = parent_input.parent;
            hidden |= absent && !self.known_present(parent);
        }
        let optional = self.under_optional(id);
        let value = self.push(
            ExprKind::Input(id),
            if optional {
                ty.clone().optional()
            } else {
                ty.clone()
            },
            at,
        );
        let proven = !hidden && !ty.is_optional();
        if optional && proven {
            return self.push(ExprKind::Unwrap(value), ty, at);
        }
        self.narrow(value)
    }

    pub(super) fn under_optional(&self, id: InputId) -> bool {
        let mut next = Some(id);
        while let Some(input) = next.map(|n| self.input(n)) {
            if input.ty.is_optional() {
                return true;
            }
            next = input.parent;
        }
        false
    }

    pub(super) fn known_present(&self, id: InputId) -> bool {
        self.facts.holds(Fact::Present(self.keys.input(id)))
    }

    /// `base.field`
    pub(super) fn field(&mut self, base: &ast::Expr, field: &ast::Name, at: Span) -> ExprId {
        if let ast::ExprKind::Name(root) = &base.kind {
            if &*root.text == "touchpoint" {
                return self.touchpoint_field(field, at);
            }
            if let Some(Named::Enum(id)) = self.names.get(&root.text) {
                return self.qualified_member(id, field, at);
            }
        }
        if let Some(id) = path(base).and_then(|path| self.inline_enums.get(&path).copied()) {
            return self.qualified_member(id, field, at);
        }
        let value = self.infer(base);
        if let Some(part) = self.moment_field(value, field, at) {
            return part;
        }
        let value = self.stripped(value);
        if let Ty::Stream(view) = self.expr(value).ty {
            return self.field_of_many(value, view, field, at);
        }
        match (self.expr(value).kind.clone(), self.expr(value).ty.clone()) {
            (_, Ty::Error) => self.broken(at),
            (ExprKind::Input(id), ty) if matches!(ty.present(), Ty::Record(_)) => {
                match self.child(id, &field.text) {
                    Some(child) => self.input_value(child, at),
                    None => self.no_such_field(ty.present(), field, at),
                }
            }
            (_, ty) => match ty.present() {
                Ty::Record(record) => self.record_field(value, *record, field, at),
                _ => self.no_such_field(ty.present(), field, at),
            },
        }
    }

    pub(super) fn touchpoint_field(&mut self, field: &ast::Name, at: Span) -> ExprId {
        if let Some(id) = self.touchpoint.get(&field.text).copied() {
            return self.input_value(id, at);
        }
        if self.touchpoint.is_empty() {
            self.report(
                Diagnostic::error(Code::UnknownField, at, "this ruleset has no touchpoint")
                    .label("a field of the touchpoint")
                    .help("declare it: `touchpoint { channel: enum { web, mobile, kiosk } }`"),
            );
            return self.broken(at);
        }
        let error = Diagnostic::error(
            Code::UnknownField,
            field.at.0,
            format!("the touchpoint has no field `{}`", field.text),
        )
        .label("not declared in `touchpoint`");
        let mut ids: Vec<InputId> = self.touchpoint.values().copied().collect();
        ids.sort_unstable();
        let names = ids.iter().map(|id| &*self.input(*id).name);
        let names: Vec<&str> = names.take(self.names_to_look_at()).collect();
        let error = self.with_names(error, field, &names);
        self.report(error);
        self.broken(at)
    }

    pub(super) fn child(&self, id: InputId, name: &str) -> Option<InputId> {
        let input = self.input(id);
        let Ty::Record(record) = input.ty.present() else {
            return None;
        };
        // One child for each field of its type.
        let place = self.field_place(*record, name)?;
        input.children.get(place).copied()
    }

    pub(super) fn record_field(
        &mut self,
        value: ExprId,
        record: RecordId,
        field: &ast::Name,
        at: Span,
    ) -> ExprId {
        let base = self.narrow(value);
        if let Some(day) = self.day_of(base, record, &field.text, at) {
            return day;
        }
        let found = self.records.get(record.index()).and_then(|r| {
            let index = self.field_place(record, &field.text)?;
            Some((index, r.fields.get(index)?.ty.clone()))
        });
        let Some((index, ty)) = found else {
            return self.no_such_field(&Ty::Record(record), field, at);
        };
        // A present record gives the field as it is declared.
        let ty = if self.expr(base).ty.is_optional() {
            ty.optional()
        } else {
            ty
        };
        let id = self.push(ExprKind::Field(base, self.count(index)), ty, at);
        self.narrow(id)
    }

    pub(super) fn no_such_field(&mut self, ty: &Ty, field: &ast::Name, at: Span) -> ExprId {
        let error = match ty {
            Ty::Record(id) => {
                let fields = self.records.get(id.index()).map(|r| &r.fields[..]);
                let names = fields.unwrap_or_default().iter().map(|f| &*f.name);
                let names: Vec<&str> = names.take(self.names_to_look_at()).collect();
                let owner = self.type_name(ty);
                let error = Diagnostic::error(
                    Code::UnknownField,
                    field.at.0,
                    format!("`{owner}` has no field `{}`", field.text),
                )
                .label("not one of its fields");
                self.with_names(error, field, &names)
            }
            other => self.no_part(other, field, at),
        };
        self.report(error);
        self.broken(at)
    }

    /// All of them, or those that are listed in any case.
    pub(super) fn names_to_look_at(&self) -> usize {
        if self.is_crowded() {
            super::slips::MOST_SHOWN + 1
        } else {
            usize::MAX
        }
    }

    /// "did you mean", or the list of what there is.
    fn with_names(&self, error: Diagnostic, name: &ast::Name, names: &[&str]) -> Diagnostic {
        match self.near(&name.text, names.iter().copied()).as_slice() {
            [] if names.is_empty() => error.help("it has no fields"),
            [] => error.help(format!("it has {}", listed(names))),
            near => meant(error, name.at.0, near),
        }
    }
}

/// The words of `a.b.c`.
pub(super) fn path(expr: &ast::Expr) -> Option<String> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(name.text.to_string()),
        ast::ExprKind::Field(base, field) => Some(format!("{}.{}", path(base)?, field.text)),
        _ => None,
    }
}
