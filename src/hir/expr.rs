//! Checking of expressions, in both directions: what a place expects flows in ([`Lowering::check`]), what an
//! expression is flows out ([`Lowering::infer`]). Names, fields and literals are here, operators in `operators`.

use super::lower::Lowering;
use super::names::Named;
use super::{DefId, EnumId, ExprId, ExprKind, InputId, RecordId, Root, Ty};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;

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
    pub(super) fn infer_let(&mut self, written: &ast::Expr) -> ExprId {
        let id = self.infer(written);
        let ty = &self.expr(id).ty;
        if matches!(ty, Ty::Never) || matches!(ty, Ty::List(item) if **item == Ty::Never) {
            self.report(
                Diagnostic::error(
                    Code::NeedsType,
                    written.at.0,
                    "the type of this can't be told",
                )
                .label("of which type?")
                .help("write the type after the name: `let name: list<string> = []`"),
            );
            return self.broken(written.at.0);
        }
        id
    }

    fn lower(&mut self, written: &ast::Expr, expected: Option<&Ty>) -> ExprId {
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
        };
        self.push(kind, ty, at)
    }

    /// Fits an expression to the type its place takes, or reports why it does not.
    pub(super) fn coerce(&mut self, id: ExprId, expected: &Ty) -> ExprId {
        let (ty, span) = (self.expr(id).ty.clone(), self.expr(id).span);
        if self.fits_as_is(&ty, expected) {
            return id;
        }
        match (&ty, expected) {
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

    fn fits_as_is(&self, ty: &Ty, expected: &Ty) -> bool {
        match (ty, expected) {
            (Ty::Error, _) | (_, Ty::Error) => true,
            (Ty::Never, Ty::Optional(_)) => true,
            (Ty::List(a), Ty::List(b)) => **a == Ty::Never || a == b,
            (Ty::Optional(a), Ty::Optional(b)) => self.fits_as_is(a, b),
            (a, Ty::Optional(b)) => self.fits_as_is(a, b),
            (a, b) => a == b,
        }
    }

    fn misfit(&self, id: ExprId, expected: &Ty) -> Diagnostic {
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
            .label("never a value")
            .help("give a value, or make the place optional");
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
        match (present, expected.present()) {
            (Ty::Decimal, Ty::Int) => error
                .help("a decimal does not become an int by itself: declare the place `decimal`"),
            (Ty::Text, Ty::Enum(_)) => {
                error.help("members of an enum are bare words, without quotes")
            }
            (Ty::Enum(_), Ty::Text) => {
                error.help("an enum is no string: declare the place with the enum's type")
            }
            _ => error,
        }
    }

    /// The report of an optional value where one is needed, with the ways out.
    pub(super) fn may_be_missing(&self, id: ExprId, wanted: &str) -> Diagnostic {
        let span = self.expr(id).span;
        let text = self.sources.snippet(span).to_owned();
        if matches!(self.expr(id).kind, ExprKind::TryDiv(..)) {
            return self.unproven_division(id);
        }
        Diagnostic::error(Code::MaybeMissing, span, format!("`{text}` may be missing"))
            .label(format!("{} is needed here", a_type(wanted)))
            .help(format!("say what holds without it: `({text} else …)`"))
            .help(format!("or ask first: `{text} is present and …`"))
    }

    fn unproven_division(&self, id: ExprId) -> Diagnostic {
        let ExprKind::TryDiv(_, divisor) = self.expr(id).kind else {
            return Diagnostic::error(Code::Division, self.expr(id).span, "this may be missing");
        };
        let text = self.sources.snippet(self.expr(divisor).span).to_owned();
        let whole = self.sources.snippet(self.expr(id).span).to_owned();
        Diagnostic::error(
            Code::Division,
            self.expr(divisor).span,
            format!("`{text}` may be zero, and then there is no result"),
        )
        .label("not shown to differ from zero")
        .help(format!("say what holds then: `({whole} else 0)`"))
        .help(format!("or ask first: `{text} != 0 and …`"))
    }

    /// A bare word: a value, or a member of the enum expected here.
    fn name(&mut self, name: &ast::Name, expected: Option<&Ty>) -> ExprId {
        let at = name.at.0;
        let member = expected.and_then(|ty| self.member_of(ty, &name.text));
        let value = self.names.get(&name.text);
        match (value, member) {
            (Some(Named::Input(_) | Named::Def(_)), Some((id, _))) if self.may_fit(value, id) => {
                let declared = self.names.span(&name.text).unwrap_or(at);
                let owner = self.enum_name(id);
                self.report(
                    Diagnostic::error(
                        Code::AmbiguousName,
                        at,
                        format!("`{0}` is a member of `{owner}` and a name", name.text),
                    )
                    .label("which of the two?")
                    .also(declared, "the name is declared here")
                    .help(format!("for the member write `{owner}.{}`", name.text))
                    .suggest(at, format!("{owner}.{}", name.text)),
                );
                self.broken(at)
            }
            (_, Some((id, index))) => {
                self.push(ExprKind::Const(Value::Member(index)), Ty::Enum(id), at)
            }
            (Some(Named::Input(id)), None) => self.input_value(id, at),
            (Some(Named::Def(id)), None) => self.definition(id, name),
            (Some(Named::Enum(_) | Named::Record(_)), None) => {
                self.not_a_value(name, "a type", "write one of its members: `Type.member`")
            }
            (None, None) if &*name.text == "touchpoint" => self.not_a_value(
                name,
                "the whole touchpoint",
                "write one of its fields: `touchpoint.channel`",
            ),
            // What it is compared with was reported: nobody can tell whether this is a member.
            (None, None) if expected == Some(&Ty::Error) => self.broken(at),
            (None, None) => {
                let error = self.unknown_word(name, expected);
                self.report(error);
                self.broken(at)
            }
        }
    }

    fn not_a_value(&mut self, name: &ast::Name, what: &str, help: &str) -> ExprId {
        self.report(
            Diagnostic::error(
                Code::NotAValue,
                name.at.0,
                format!("`{}` is {what}, not a value", name.text),
            )
            .label("a value goes here")
            .help(help.to_owned()),
        );
        self.broken(name.at.0)
    }

    /// The enum a type is of and the place of that member in it.
    fn member_of(&self, ty: &Ty, word: &str) -> Option<(EnumId, u32)> {
        let Ty::Enum(id) = ty.present() else {
            return None;
        };
        let members = &self.enums.get(id.index())?.members;
        let index = members.iter().position(|m| m == word)?;
        Some((*id, self.count(index)))
    }

    fn enum_name(&self, id: EnumId) -> String {
        self.enums
            .get(id.index())
            .map_or(String::new(), |e| e.name.clone())
    }

    /// Whether a value of that name could stand where that enum is expected. A `let` without a written type always
    /// could, so that the answer does not depend on what it is.
    fn may_fit(&self, value: Option<Named>, expected: EnumId) -> bool {
        let ty = match value {
            Some(Named::Input(id)) => Some(&self.input(id).ty),
            Some(Named::Def(id)) => {
                let draft = self.drafts.get(id.index());
                if draft.is_some_and(
                    |d| matches!(&d.item.kind, ast::ItemKind::Let(l) if l.ty.is_none()),
                ) {
                    return true;
                }
                draft.and_then(|d| d.ty.as_ref())
            }
            _ => None,
        };
        ty.is_some_and(|ty| *ty.present() == Ty::Enum(expected))
    }

    fn unknown_word(&self, name: &ast::Name, expected: Option<&Ty>) -> Diagnostic {
        let word = &*name.text;
        if let Some(Ty::Enum(id)) = expected.map(Ty::present) {
            return self.unknown_member(name, *id);
        }
        let error = Diagnostic::error(
            Code::UnknownName,
            name.at.0,
            format!("there is no `{word}` here"),
        )
        .label("nothing of this name is declared");
        if self.is_crowded() {
            return error.help("declare it in `context`, or with `let` or `segment`");
        }
        if let Some(near) = nearest(word, self.names.values()) {
            return error
                .help(format!("did you mean `{near}`?"))
                .suggest(name.at.0, near.to_owned());
        }
        let inputs = self.inputs.iter();
        let mut fields = inputs.filter(|i| i.name == word).map(|i| &i.path);
        if let Some(path) = fields.next() {
            return error
                .help(format!("did you mean `{path}`?"))
                .suggest(name.at.0, path.clone());
        }
        let owner = self
            .enums
            .iter()
            .find(|e| e.members.iter().any(|m| m == word));
        match owner {
            Some(owner) => error.help(format!(
                "`{word}` is a member of `{0}`, which is not expected here: write `{0}.{word}`",
                owner.name
            )),
            None => error.help("declare it in `context`, or with `let` or `segment`"),
        }
    }

    /// The report of a word that is no member of the enum expected.
    fn unknown_member(&self, name: &ast::Name, id: EnumId) -> Diagnostic {
        let members = self.enums.get(id.index()).map(|e| &e.members[..]);
        let members = members.unwrap_or_default();
        let error = Diagnostic::error(
            Code::UnknownMember,
            name.at.0,
            format!("`{}` has no member `{}`", self.enum_name(id), name.text),
        )
        .label("not one of its members");
        let tried = if self.is_crowded() { 0 } else { members.len() };
        let candidates = members.iter().take(tried).map(String::as_str);
        match nearest(&name.text, candidates) {
            Some(near) => error
                .help(format!("did you mean `{near}`?"))
                .suggest(name.at.0, near),
            None => {
                let list: Vec<String> = members.iter().take(12).map(|m| format!("`{m}`")).collect();
                let more = if members.len() > 12 { ", …" } else { "" };
                error.help(format!("its members are {}{more}", list.join(", ")))
            }
        }
    }

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

    fn under_optional(&self, id: InputId) -> bool {
        let mut next = Some(id);
        while let Some(input) = next.map(|n| self.input(n)) {
            if input.ty.is_optional() {
                return true;
            }
            next = input.parent;
        }
        false
    }

    fn known_present(&self, id: InputId) -> bool {
        self.facts
            .holds(super::facts::Fact::Present(self.keys.input(id)))
    }

    fn definition(&mut self, id: DefId, name: &ast::Name) -> ExprId {
        let at = name.at.0;
        let ty = self.drafts.get(id.index()).and_then(|d| d.ty.clone());
        let Some(ty) = ty else {
            // Only a `let` in a circle is mentioned before it is typed.
            let circle = super::order::circle_through(&self.needs, id.index());
            let error = self.definition_circle(&circle);
            self.report(error);
            return self.broken(at);
        };
        let value = self.push(ExprKind::Def(id), ty, at);
        self.narrow(value)
    }

    /// `base.field`
    fn field(&mut self, base: &ast::Expr, field: &ast::Name, at: Span) -> ExprId {
        if let ast::ExprKind::Name(root) = &base.kind {
            if &*root.text == "touchpoint" {
                return self.touchpoint_field(field, at);
            }
            if let Some(Named::Enum(id)) = self.names.get(&root.text) {
                return self.qualified_member(id, field, at);
            }
        }
        let value = self.infer(base);
        let value = self.stripped(value);
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
                Ty::Enum(id) if self.is_inline_enum_path(*id, base) => {
                    self.qualified_member(*id, field, at)
                }
                _ => self.no_such_field(ty.present(), field, at),
            },
        }
    }

    fn touchpoint_field(&mut self, field: &ast::Name, at: Span) -> ExprId {
        let mut touchpoint = self
            .inputs
            .iter()
            .enumerate()
            .filter(|(_, i)| i.root == Root::Touchpoint && i.parent.is_none());
        if let Some((index, _)) = touchpoint.clone().find(|(_, i)| *i.name == *field.text) {
            return self.input_value(InputId(self.count(index)), at);
        }
        let error = Diagnostic::error(
            Code::UnknownField,
            field.at.0,
            format!("the touchpoint has no field `{}`", field.text),
        )
        .label("not declared in `touchpoint`");
        let names: Vec<&str> = touchpoint.by_ref().map(|(_, i)| &*i.name).collect();
        let error = with_names(error, field, &names);
        self.report(error);
        self.broken(at)
    }

    fn child(&self, id: InputId, name: &str) -> Option<InputId> {
        let children = &self.input(id).children;
        children
            .iter()
            .copied()
            .find(|c| self.input(*c).name == name)
    }

    fn record_field(
        &mut self,
        value: ExprId,
        record: RecordId,
        field: &ast::Name,
        at: Span,
    ) -> ExprId {
        let found = self.records.get(record.index()).and_then(|r| {
            let index = r.fields.iter().position(|f| *f.name == *field.text)?;
            Some((index, r.fields.get(index)?.ty.clone()))
        });
        let Some((index, ty)) = found else {
            return self.no_such_field(&Ty::Record(record), field, at);
        };
        // A present record gives the field as it is declared.
        let base = self.narrow(value);
        let ty = if self.expr(base).ty.is_optional() {
            ty.optional()
        } else {
            ty
        };
        let id = self.push(ExprKind::Field(base, self.count(index)), ty, at);
        self.narrow(id)
    }

    fn no_such_field(&mut self, ty: &Ty, field: &ast::Name, at: Span) -> ExprId {
        let error = match ty {
            Ty::Record(id) => {
                let record = self.records.get(id.index());
                let names: Vec<&str> = record
                    .iter()
                    .flat_map(|r| r.fields.iter().map(|f| &*f.name))
                    .collect();
                let owner = self.type_name(ty);
                let error = Diagnostic::error(
                    Code::UnknownField,
                    field.at.0,
                    format!("`{owner}` has no field `{}`", field.text),
                )
                .label("not one of its fields");
                with_names(error, field, &names)
            }
            Ty::Enum(id) => Diagnostic::error(
                Code::UnknownField,
                field.at.0,
                format!("a member of `{}` has no fields", self.enum_name(*id)),
            )
            .label("an enum is a single word")
            .help(format!(
                "for a member write `{}.member`",
                self.enum_name(*id)
            )),
            other => Diagnostic::error(
                Code::UnknownField,
                field.at.0,
                format!("{} has no fields", a_type(&self.type_name(other))),
            )
            .label("only records have fields"),
        };
        self.report(error);
        self.broken(at)
    }

    /// `Tier.gold`
    fn qualified_member(&mut self, id: EnumId, member: &ast::Name, at: Span) -> ExprId {
        if let Some((_, index)) = self.member_of(&Ty::Enum(id), &member.text) {
            return self.push(ExprKind::Const(Value::Member(index)), Ty::Enum(id), at);
        }
        let error = self.unknown_member(member, id);
        self.report(error);
        self.broken(at)
    }

    /// Whether the words of `base` are the name of an enum declared inline (`touchpoint.channel`, a `classify`).
    fn is_inline_enum_path(&self, id: EnumId, base: &ast::Expr) -> bool {
        fn path(expr: &ast::Expr) -> Option<String> {
            match &expr.kind {
                ast::ExprKind::Name(name) => Some(name.text.to_string()),
                ast::ExprKind::Field(base, field) => {
                    Some(format!("{}.{}", path(base)?, field.text))
                }
                _ => None,
            }
        }
        path(base).is_some_and(|p| p == self.enum_name(id))
    }

    fn list(&mut self, items: &[ast::Expr], expected: Option<&Ty>, at: Span) -> ExprId {
        if let Some(Ty::List(item)) = expected.map(Ty::present) {
            if **item != Ty::Error {
                let ids = items.iter().map(|i| self.check(i, item)).collect();
                return self.push(ExprKind::List(ids), Ty::List(item.clone()), at);
            }
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
        let ids = ids.into_iter().map(|i| self.coerce(i, &ty)).collect();
        self.push(ExprKind::List(ids), Ty::List(Box::new(ty)), at)
    }

    /// The least type that all of these fit; that of the first where there is none.
    pub(super) fn common_type(&self, ids: &[ExprId]) -> Ty {
        let mut common = Ty::Never;
        for id in ids {
            common = self.join(common, &self.expr(*id).ty);
        }
        common
    }

    fn join(&self, a: Ty, b: &Ty) -> Ty {
        match (&a, b) {
            (Ty::Error, _) => Ty::Error,
            (_, Ty::Error) => Ty::Error,
            (Ty::Never, Ty::Never) => Ty::Never,
            (Ty::Never, other) => other.clone(),
            _ if self.fits_as_is(b, &a) => a,
            _ if self.fits_as_is(&a, b) => b.clone(),
            (Ty::Optional(x), y) | (y, Ty::Optional(x)) => {
                self.join((**x).clone(), y.present()).optional()
            }
            (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => Ty::Decimal,
            _ => a,
        }
    }

    fn record(
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
                        .label(format!("{wanted} is needed here")),
                    );
                }
                None => self.report(
                    Diagnostic::error(Code::NeedsType, at, "the type of this record can't be told")
                        .label("of which record type?")
                        .help("declare it with `record` and write `let name: Type = { … }`"),
                ),
            }
            return self.broken(at);
        };
        let record = *record;
        let mut given: HashMap<&str, Span> = HashMap::new();
        let mut made = Vec::new();
        for (name, value) in fields {
            if let Some(first) = given.insert(&name.text, name.at.0) {
                self.report(super::types::duplicate_entry("field", name, first));
                continue;
            }
            let known = self.records.get(record.index()).and_then(|r| {
                let index = r.fields.iter().position(|f| *f.name == *name.text)?;
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
        self.fill_in(record, &given, &mut made, at);
        self.push(ExprKind::Record(record, made), Ty::Record(record), at)
    }

    /// A number written into a field with a range is a constant within it.
    fn check_field_range(&mut self, id: ExprId, range: Option<super::Bounds>, ty: &Ty) {
        let Some(bounds) = range else { return };
        let (span, known) = (self.expr(id).span, self.expr(id).ty.clone());
        if let Some(number) = self.number(id) {
            self.check_range(&Value::Decimal(number), range, span);
        } else if known != Ty::Error && known != Ty::Never && !self.same_bounds(id, bounds) {
            let wanted = self.type_name(ty);
            self.report(
                Diagnostic::error(
                    Code::OutOfRange,
                    span,
                    format!("this {wanted} can't be shown to stay within its field's range"),
                )
                .label("not a constant, and not a field with the same range")
                .help("declare the record's field without a range, or give a constant"),
            );
        }
    }

    fn same_bounds(&self, id: ExprId, bounds: super::Bounds) -> bool {
        match &self.expr(id).kind {
            ExprKind::Unwrap(a) => self.same_bounds(*a, bounds),
            ExprKind::Input(input) => self.input(*input).range == Some(bounds),
            _ => false,
        }
    }

    /// Defaults for the fields that were not written; a report for those that have none.
    fn fill_in(
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
                None => lacking.push(format!("`{}`", field.name)),
            }
        }
        if !lacking.is_empty() {
            let owner = self.type_name(&Ty::Record(record));
            self.report(
                Diagnostic::error(
                    Code::MissingField,
                    at,
                    format!("`{owner}` lacks {}", lacking.join(", ")),
                )
                .label("without all of its fields")
                .help("give every field that is neither optional nor has a default"),
            );
        }
    }

    /// A constant value as expressions.
    fn constant_expr(&mut self, value: &Value, ty: &Ty, at: Span) -> ExprId {
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

    /// A type as an author writes it.
    pub(super) fn type_name(&self, ty: &Ty) -> String {
        super::type_name(ty, &self.enums, &self.records)
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

/// "did you mean", or the list of what there is.
fn with_names(error: Diagnostic, name: &ast::Name, names: &[&str]) -> Diagnostic {
    match nearest(&name.text, names.iter().copied()) {
        Some(near) => error
            .help(format!("did you mean `{near}`?"))
            .suggest(name.at.0, near),
        None if names.is_empty() => error.help("it has no fields"),
        None => {
            let list: Vec<String> = names.iter().take(12).map(|m| format!("`{m}`")).collect();
            let more = if names.len() > 12 { ", …" } else { "" };
            error.help(format!("it has {}{more}", list.join(", ")))
        }
    }
}
