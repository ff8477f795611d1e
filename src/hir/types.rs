//! Written types to [`Ty`]: enums, records, lists, optional types.

use super::lower::Lowering;
use super::names::Named;
use super::slips::{behind, question_mark};
use super::{Enum, EnumId, Record, RecordField, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::currency;
use std::collections::HashMap;

/// The days of the week, Monday first.
pub(super) const WEEKDAY: EnumId = EnumId(0);

impl Lowering<'_> {
    /// Makes the enum of the days of the week, the first of all.
    pub(super) fn make_weekday(&mut self) {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let members = days.map(|day| ast::Name {
            text: day.into(),
            at: ast::At::default(),
        });
        self.make_enum("Weekday".to_owned(), &members, Span::default());
        if let Some(weekday) = self.enums.first_mut() {
            weekday.ordered = true;
        }
    }

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
        let places = kept.iter().zip(0..);
        self.member_places
            .push(places.map(|(name, place)| (name.clone(), place)).collect());
        self.enums.push(Enum {
            name,
            members: kept,
            ordered: false,
            docs: Vec::new(),
            span,
        });
        id
    }

    /// A written type. `path` names what is declared inline; ranges are not for here.
    pub(super) fn ty(&mut self, written: &ast::TypeExpr, path: &str) -> Ty {
        if let ast::TypeKind::Named {
            range: Some(range),
            name,
        } = &written.kind
        {
            self.report(
                Diagnostic::error(Code::BadRange, range.at.0, "a range does not fit here")
                    .label("only a field of a record, the context or the touchpoint has a range")
                    .help("leave out the range")
                    .suggest(behind(name, range), ""),
            );
        }
        self.ty_without_range(written, path)
    }

    pub(super) fn ty_without_range(&mut self, written: &ast::TypeExpr, path: &str) -> Ty {
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
            ast::TypeKind::Money(code) => self.currency(code).map_or(Ty::Error, Ty::Money),
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

    pub(super) fn named_type(&mut self, name: &ast::Name) -> Ty {
        match &*name.text {
            "bool" => return Ty::Bool,
            "int" => return Ty::Int,
            "decimal" => return Ty::Decimal,
            "string" => return Ty::Text,
            "date" => return Ty::Date,
            "time" => return Ty::Time,
            "datetime" => return Ty::DateTime,
            "duration" => return Ty::Duration,
            "elapsed" => return Ty::Elapsed,
            "timezone" => return Ty::Zone,
            "geo" => return Ty::Geo,
            "distance" => return Ty::Distance,
            "Weekday" => return Ty::Enum(WEEKDAY),
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
                        match self.names.get(&name.text) {
                            Some(Named::Event(_)) => {
                                format!("`{}` is an event, not a type", name.text)
                            }
                            Some(Named::Issue(_) | Named::Group(_)) => {
                                format!("`{}` is an issue of actions, not a type", name.text)
                            }
                            Some(Named::Customer) => {
                                format!("`{}` is a customer of the tests, not a type", name.text)
                            }
                            _ => format!("`{}` is a value, not a type", name.text),
                        },
                    )
                    .label("a type goes here")
                    .also(declared, "declared here")
                    .help(built_in_types(&name.text)),
                );
                Ty::Error
            }
            None => {
                self.report(self.unknown_type(name));
                Ty::Error
            }
        }
    }

    pub(super) fn unknown_type(&self, name: &ast::Name) -> Diagnostic {
        let error = Diagnostic::error(
            Code::UnknownType,
            name.at.0,
            format!("there is no type `{}`", name.text),
        );
        if &*name.text == "money" {
            return error
                .label("of which currency?")
                .help("write the currency's code: `money<GBP>`")
                .suggest(name.at.0, "money<GBP>");
        }
        if &*name.text == "list" {
            return error
                .label("a list of what?")
                .help("write the type of its items: `list<string>`");
        }
        let error = error.label("nothing of this name is declared");
        if let Some(help) = money_meant(&name.text) {
            return match help {
                Some(code) => super::slips::meant(error, name.at.0, &[&format!("money<{code}>")]),
                None => error.help("an amount says its currency: `money<GBP>`"),
            };
        }
        let own = OTHER_WORDS.iter().find(|(words, _)| {
            let word = name.text.to_ascii_lowercase();
            words.contains(&&*word)
        });
        let near = match own {
            Some((_, own)) => vec![*own],
            None => self.near(&name.text, self.names.types()),
        };
        if near.is_empty() {
            return error.help(built_in_types(&name.text));
        }
        let mut error = super::slips::meant(error, name.at.0, &near);
        for near in near {
            if let Some(declared) = self.names.span(near) {
                error = error.also(declared, format!("`{near}` is declared here"));
            }
        }
        error
    }

    /// Makes an empty record type.
    pub(super) fn declare_record(&mut self, name: String, span: Span) -> RecordId {
        let id = RecordId(self.count(self.records.len()));
        self.add_record(Record {
            name,
            fields: Vec::new(),
            docs: Vec::new(),
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
                sensitive: field.sensitive,
                fixed: field.fixed,
                docs: docs(&field.docs),
                span: field.name.at.0,
            });
        }
        self.set_fields(id, made);
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

    pub(super) fn record_circle(&self, circle: &[usize]) -> Diagnostic {
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
const OTHER_WORDS: [(&[&str], &str); 9] = [
    (&["timestamp", "instant", "moment"], "datetime"),
    (&["day"], "date"),
    (&["interval", "timespan", "period"], "duration"),
    (&["location", "place", "point", "coordinates"], "geo"),
    (&["zone", "tz"], "timezone"),
    (&["text", "str", "varchar", "char"], "string"),
    (&["integer", "long", "i64", "whole"], "int"),
    (
        &["float", "double", "number", "numeric", "real", "percent"],
        "decimal",
    ),
    (&["boolean", "flag", "logical"], "bool"),
];

/// Words for amounts: with the currency, if the word is one.
fn money_meant(word: &str) -> Option<Option<String>> {
    let small = word.to_ascii_lowercase();
    if matches!(&*small, "amount" | "currency" | "price" | "cash") {
        return Some(None);
    }
    let upper = word.to_ascii_uppercase();
    currency::find(&upper).map(|_| Some(upper))
}

/// What a type may be, in few words.
fn built_in_types(name: &str) -> String {
    format!(
        "write a type such as `int`, `string`, `date` or `money<GBP>`, or declare one: `enum {name} {{ … }}`, `record {name} {{ … }}`"
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
    .label("written again here")
    .also(first, "first here")
    .help("remove one of the two, or give it another name")
}
