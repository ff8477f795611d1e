//! Written types to [`Ty`], enums and records, and the tree of inputs that `context` and `touchpoint` span.

use super::lower::Lowering;
use super::names::{BUILT_IN_TYPES, Named};
use super::{
    Bounds, Enum, EnumId, ExprKind, Input, InputId, Record, RecordField, RecordId, Root, Ty,
};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use rust_decimal::Decimal;
use std::collections::HashMap;

impl Lowering<'_> {
    /// Makes an enum from its members; doubled members are reported and left out.
    pub(super) fn make_enum(&mut self, name: String, members: &[ast::Name], span: Span) -> EnumId {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut kept = Vec::new();
        for member in members {
            if let Some(first) = seen.insert(&member.text, member.at.0) {
                self.report(duplicate_entry("member", member, first));
            } else {
                kept.push(member.text.to_string());
            }
        }
        let id = EnumId(self.count(self.enums.len()));
        self.inline_enums.entry(name.clone()).or_insert(id);
        let words = kept.iter().map(|m| m.as_str().into());
        self.member_words.extend(words);
        self.enums.push(Enum {
            name,
            members: kept,
            span,
        });
        id
    }

    /// A written type. `path` names what is declared inline; ranges are not for here.
    pub(super) fn ty(&mut self, written: &ast::TypeExpr, path: &str) -> Ty {
        if let ast::TypeKind::Named {
            range: Some(range), ..
        } = &written.kind
        {
            self.report(
                Diagnostic::error(Code::BadRange, range.at.0, "a range does not fit here")
                    .label("only a field of a record, the context or the touchpoint has a range")
                    .help("leave out the range")
                    .suggest(range.at.0, ""),
            );
        }
        self.ty_without_range(written, path)
    }

    fn ty_without_range(&mut self, written: &ast::TypeExpr, path: &str) -> Ty {
        let ty = match &written.kind {
            ast::TypeKind::Named { name, .. } => self.named_type(name),
            ast::TypeKind::List(item) => {
                let inner = self.ty(item, path);
                if inner.is_optional() {
                    let at = self.trimmed(item.at.0);
                    let name = self.type_name(inner.present());
                    self.report(
                        Diagnostic::error(
                            Code::TypeMismatch,
                            at,
                            "a list does not hold missing values",
                        )
                        .label("the items of a list have no `?`")
                        .help(format!(
                            "leave out the `?`; a list that may be missing is `list<{name}>?`"
                        ))
                        .suggest(question_mark(at), ""),
                    );
                }
                Ty::List(Box::new(inner.present().clone()))
            }
            ast::TypeKind::Enum(members) => {
                Ty::Enum(self.make_enum(path.to_owned(), members, written.at.0))
            }
            ast::TypeKind::Record(fields) => {
                let id = self.declare_record(path.to_owned(), written.at.0);
                self.fill_record(id, fields);
                Ty::Record(id)
            }
        };
        if written.optional { ty.optional() } else { ty }
    }

    fn named_type(&mut self, name: &ast::Name) -> Ty {
        match &*name.text {
            "bool" => return Ty::Bool,
            "int" => return Ty::Int,
            "decimal" => return Ty::Decimal,
            "string" => return Ty::Text,
            _ => {}
        }
        match self.names.get(&name.text) {
            Some(Named::Enum(id)) => Ty::Enum(id),
            Some(Named::Record(id)) => Ty::Record(id),
            Some(Named::Def(id)) if self.class_enum(id).is_some() => {
                self.class_enum(id).map_or(Ty::Error, Ty::Enum)
            }
            Some(_) => {
                let declared = self.names.span(&name.text).unwrap_or(name.at.0);
                self.report(
                    Diagnostic::error(
                        Code::UnknownType,
                        name.at.0,
                        format!("`{}` is a value, not a type", name.text),
                    )
                    .label("a type goes here")
                    .also(declared, "declared here")
                    .help(built_in_types()),
                );
                Ty::Error
            }
            None => {
                self.report(self.unknown_type(name));
                Ty::Error
            }
        }
    }

    fn unknown_type(&self, name: &ast::Name) -> Diagnostic {
        let error = Diagnostic::error(
            Code::UnknownType,
            name.at.0,
            format!("there is no type `{}`", name.text),
        );
        if matches!(
            &*name.text,
            "date" | "time" | "datetime" | "duration" | "timezone" | "geo" | "money" | "elapsed"
        ) {
            return Diagnostic::error(
                Code::NotYet,
                name.at.0,
                format!("this version has no type `{}` yet", name.text),
            )
            .label("not available")
            .help("use `int`, `decimal` or `string` until it has");
        }
        let error = error.label("nothing of this name is declared");
        let own = OTHER_WORDS.iter().find(|(words, _)| {
            let word = name.text.to_ascii_lowercase();
            words.contains(&&*word)
        });
        let near = own.map(|(_, own)| *own);
        match near.or_else(|| nearest(&name.text, self.names.types())) {
            Some(near) => super::expr::meant(error, name.at.0, &[near]),
            None => error.help(built_in_types()),
        }
    }

    /// Makes an empty record type.
    pub(super) fn declare_record(&mut self, name: String, span: Span) -> RecordId {
        let id = RecordId(self.count(self.records.len()));
        self.records.push(Record {
            name,
            fields: Vec::new(),
            span,
        });
        id
    }

    /// Gives a record type its fields.
    pub(super) fn fill_record(&mut self, id: RecordId, fields: &[ast::Field]) {
        let path = self.records.get(id.index()).map(|r| r.name.clone());
        let path = path.unwrap_or_default();
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut made = Vec::new();
        for field in fields {
            if let Some(first) = seen.insert(&field.name.text, field.name.at.0) {
                self.report(duplicate_entry("field", &field.name, first));
                continue;
            }
            let ty = self.ty_without_range(&field.ty, &joined(&path, &field.name.text));
            let range = self.range_of(&field.ty, &ty);
            made.push(RecordField {
                name: field.name.text.to_string(),
                ty,
                range,
                default: None,
                span: field.name.at.0,
            });
        }
        if let Some(record) = self.records.get_mut(id.index()) {
            record.fields = made;
        }
    }

    /// The bounds written after a type.
    fn range_of(&mut self, written: &ast::TypeExpr, ty: &Ty) -> Option<Bounds> {
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
                        .label("only an `int` or a `decimal` has a range")
                        .help("leave out the range")
                        .suggest(at, ""),
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

    fn bound(&mut self, written: &ast::Expr, ty: &Ty) -> Option<Decimal> {
        let mut names = Vec::new();
        super::lower::words(written, &mut names);
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

    fn default(&mut self, field: &ast::Field, ty: &Ty, range: Option<Bounds>) -> Option<Value> {
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
        let value = if self.names_values(written, ty) {
            None
        } else {
            let id = self.check(written, ty);
            if self.expr(id).ty == Ty::Error {
                return None;
            }
            self.constant(id)
        };
        match &value {
            None => self.report(refuse(
                "a constant goes here",
                "write a number, a string, `true`, `false`, a member, or a list of those",
            )),
            Some(value) => self.check_range(value, range, written.at.0),
        }
        value
    }

    /// Whether a default names values: these are known to nobody yet, and no constants.
    fn names_values(&self, written: &ast::Expr, ty: &Ty) -> bool {
        let mut of_items = ty.present();
        while let Ty::List(item) = of_items {
            of_items = item.present();
        }
        let mut names = Vec::new();
        super::lower::words(written, &mut names);
        names.iter().any(|name| match self.names.get(&name.text) {
            Some(Named::Enum(_) | Named::Record(_)) => false,
            Some(Named::Input(_) | Named::Def(_)) => self.member_of(of_items, &name.text).is_none(),
            None => !matches!(of_items, Ty::Enum(_)),
        })
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

    /// Reports records that hold themselves or lie too deep within one another. What closes a circle or lies too deep
    /// has no type afterwards, so that each is reported once and the rest can be checked.
    pub(super) fn check_record_nesting(&mut self) {
        let mut passes = 0;
        let contained = loop {
            passes += 1;
            let contained: Vec<Vec<usize>> = self.records.iter().map(contained_records).collect();
            let circles = super::order::circles(&contained);
            if circles.is_empty() {
                break contained;
            }
            for circle in circles {
                self.report(self.record_circle(&circle));
                let next = circle.get(1).or(circle.first()).copied();
                self.forget_fields(circle.first().copied(), |held| held == next);
            }
            // Circles that cross show one after the other; whoever wrote so many is told of some.
            if passes == 20 {
                let all = 0..self.records.len();
                all.for_each(|index| self.forget_fields(Some(index), |held| held.is_some()));
            }
        };
        let mut depth = vec![1_usize; contained.len()];
        for index in super::order::dependencies_first(&contained) {
            let below = contained.get(index).into_iter().flatten();
            let most = below.filter_map(|i| depth.get(*i)).max().copied();
            let own = most.unwrap_or(0) + 1;
            if let Some(slot) = depth.get_mut(index) {
                *slot = own;
            }
            if own > self.limits.nesting {
                let span = self.records.get(index).map(|r| r.span).unwrap_or_default();
                let most = self.limits.nesting;
                let message = format!("records lie inside one another more than {most} deep");
                self.report(
                    Diagnostic::error(Code::TooDeep, span, message)
                        .label("the outermost of them")
                        .help("put fields of inner records into outer ones, or raise the limit `nesting`"),
                );
                self.forget_fields(Some(index), |held| held.is_some());
                if let Some(slot) = depth.get_mut(index) {
                    *slot = 1;
                }
            }
        }
    }

    /// Takes the types from fields of a record that hold certain records.
    fn forget_fields(&mut self, record: Option<usize>, held: impl Fn(Option<usize>) -> bool) {
        let record = record.and_then(|index| self.records.get_mut(index));
        for field in record.into_iter().flat_map(|r| &mut r.fields) {
            if held(contained_record(&field.ty)) {
                field.ty = Ty::Error;
            }
        }
    }

    fn record_circle(&self, circle: &[usize]) -> Diagnostic {
        let named: Vec<&Record> = circle.iter().filter_map(|i| self.records.get(*i)).collect();
        let names: Vec<String> = named.iter().map(|r| format!("`{}`", r.name)).collect();
        let first = named.first().map(|r| r.span).unwrap_or_default();
        let own = names.first().map_or("", |n| n);
        let holds = |index: usize| format!("holds {}", names.get(index).map_or(own, |n| n));
        let message = match names.len() {
            1 => format!("the record {own} holds itself"),
            _ => format!(
                "the record {own} holds itself: {} → {own}",
                names.join(" → ")
            ),
        };
        let mut error = Diagnostic::error(Code::Cycle, first, message)
            .label(holds(1))
            .help("no record holds itself, not in a list either: take out one of the fields");
        for (index, record) in named.iter().enumerate().skip(1) {
            error = error.also(record.span, holds(index + 1));
        }
        error
    }

    /// Spans the inputs of `context` or `touchpoint`.
    pub(super) fn add_inputs(&mut self, root: Root, fields: &[ast::Field]) {
        let record = match root {
            Root::Context => "context",
            Root::Touchpoint => "touchpoint",
        };
        let id = self.root_record(root, record, fields);
        self.record_defaults(id, fields);
        let declared: HashMap<&str, &ast::Field> =
            fields.iter().map(|f| (&*f.name.text, f)).collect();
        let made = self.records.get(id.index()).map(|r| r.fields.clone());
        for field in made.unwrap_or_default() {
            let path = match root {
                Root::Context => field.name.clone(),
                Root::Touchpoint => format!("touchpoint.{}", field.name),
            };
            let docs = declared.get(&*field.name).map(|f| docs(&f.docs));
            let name = field.name.clone();
            let span = field.span;
            let Some(input) = self.add_input(field, path, root, None, docs.unwrap_or_default())
            else {
                return;
            };
            if root == Root::Context {
                if let Err(error) = self.names.declare(&name, span, Named::Input(input)) {
                    self.report(error);
                }
            }
        }
    }

    /// The record type of a root. Inline types in a context are named by their path without the root's name.
    fn root_record(&mut self, root: Root, name: &str, fields: &[ast::Field]) -> RecordId {
        let id = self.declare_record(
            if root == Root::Context {
                String::new()
            } else {
                name.to_owned()
            },
            Span::default(),
        );
        self.fill_record(id, fields);
        id
    }

    fn add_input(
        &mut self,
        field: RecordField,
        path: String,
        root: Root,
        parent: Option<InputId>,
        docs: Vec<String>,
    ) -> Option<InputId> {
        if self.inputs.len() >= self.limits.inputs {
            let message = format!(
                "context and touchpoint have more than {} fields",
                self.limits.inputs
            );
            self.report(
                Diagnostic::error(Code::TooLarge, field.span, message)
                    .label("one more than the limit")
                    .help("fields of records count too: use smaller records, or lists of them; or raise the limit `inputs`"),
            );
            return None;
        }
        let id = InputId(self.count(self.inputs.len()));
        let record = match field.ty.present() {
            Ty::Record(record) => Some(*record),
            _ => None,
        };
        self.keys.declare_input(id);
        self.inputs.push(Input {
            name: field.name,
            path: path.clone(),
            root,
            parent,
            ty: field.ty,
            range: field.range,
            default: field.default,
            children: Vec::new(),
            docs,
            span: field.span,
        });
        let fields = record.and_then(|r| self.records.get(r.index()));
        let mut children = Vec::new();
        for child in fields.map(|r| r.fields.clone()).unwrap_or_default() {
            let path = format!("{path}.{}", child.name);
            children.push(self.add_input(child, path, root, Some(id), Vec::new())?);
        }
        if let Some(input) = self.inputs.get_mut(id.index()) {
            input.children = children;
        }
        Some(id)
    }

    /// The touchpoint has a `channel` that is an enum.
    pub(super) fn check_channel(&mut self, at: Span) {
        let channel = self
            .inputs
            .iter()
            .find(|i| i.path == "touchpoint.channel")
            .map(|i| (i.ty.clone(), i.span));
        let error = match channel {
            Some((Ty::Enum(_) | Ty::Error, _)) => return,
            Some((_, span)) => Diagnostic::error(
                Code::TouchpointChannel,
                span,
                "the touchpoint's `channel` is not an enum",
            )
            .label("an enum goes here"),
            None => Diagnostic::error(
                Code::TouchpointChannel,
                at,
                "the touchpoint has no `channel`",
            )
            .label("a field `channel` goes in here"),
        };
        self.report(error.help("declare it, for example `channel: enum { web, mobile, kiosk }`"));
    }

    /// The value an expression always has, where it is made of literals alone.
    pub(super) fn constant(&self, id: super::ExprId) -> Option<Value> {
        let all = |ids: &mut dyn Iterator<Item = super::ExprId>| {
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

/// `path.name`, or `name` at the top level.
fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

fn contained_records(record: &Record) -> Vec<usize> {
    let fields = record.fields.iter();
    fields.filter_map(|f| contained_record(&f.ty)).collect()
}

fn contained_record(ty: &Ty) -> Option<usize> {
    match ty {
        Ty::Record(id) => Some(id.index()),
        Ty::List(inner) | Ty::Optional(inner) => contained_record(inner),
        _ => None,
    }
}

/// Words of other languages for the built-in types.
const OTHER_WORDS: [(&[&str], &str); 4] = [
    (&["text", "str", "varchar", "char"], "string"),
    (&["integer", "long", "i64", "whole"], "int"),
    (
        &["float", "double", "number", "numeric", "real", "percent"],
        "decimal",
    ),
    (&["boolean", "flag", "logical"], "bool"),
];

fn built_in_types() -> String {
    let types = BUILT_IN_TYPES.map(|t| format!("`{t}`")).join(", ");
    let types = types.replace("`list`", "`list<…>`");
    format!("the built-in types are {types}; declare others with `enum` or `record`")
}

/// The last character of a type's text.
fn question_mark(at: Span) -> Span {
    Span::new(at.source, at.end.saturating_sub(1).max(at.start), at.end)
}

/// `0..=5`
pub(super) fn range_text(bounds: Bounds) -> String {
    let dots = if bounds.open { ".." } else { "..=" };
    format!(
        "{}{dots}{}",
        bounds.low.normalize(),
        bounds.high.normalize()
    )
}

pub(super) fn docs(written: &ast::Docs) -> Vec<String> {
    written.iter().map(|line| line.to_string()).collect()
}

pub(super) fn duplicate_entry(what: &str, name: &ast::Name, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code::DuplicateEntry,
        name.at.0,
        format!("the {what} `{}` is written twice", name.text),
    )
    .label("again here")
    .also(first, "first here")
    .help("remove one of the two, or give it another name")
}
