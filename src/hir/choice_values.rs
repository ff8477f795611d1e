//! What a next best action gives: a list of records, of each chosen action its name, its group, and what it gives.
//!
//! The type of what is given is made of what the actions give: a field that not all of them have is optional. Treatments
//! have such a joint type too.

use super::lower::Lowering;
use super::views::made;
use super::{Action, Content, Dress, ExprId, ExprKind, Record, RecordField, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast;
use crate::value::Value;
use std::collections::HashMap;

/// The records that stand for what actions give and show; rows of a catalogue share those that are alike.
pub(super) type Filled = HashMap<(RecordId, Vec<(u32, ExprId)>), ExprId>;

impl Lowering<'_> {
    /// A record type that holds what several records hold: a field that one of them lacks is optional. `None` where
    /// nothing holds a field.
    pub(super) fn union(
        &mut self,
        name: String,
        all: Vec<&[Content]>,
        span: Span,
    ) -> Option<RecordId> {
        let mut fields: Vec<(RecordField, usize)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for field in all.iter().copied().flatten() {
            let ty = self.expr(field.value).ty.clone();
            let place = *places.entry(&*field.name).or_insert(fields.len());
            match fields.get_mut(place) {
                Some((known, count)) => {
                    *count += 1;
                    let first = known.span;
                    match common(&known.ty, &ty) {
                        Some(ty) => known.ty = ty,
                        None => self.differ(field, (first, &name)),
                    }
                }
                None => fields.push((
                    RecordField {
                        span: field.span,
                        ..made(&field.name, ty)
                    },
                    1,
                )),
            }
        }
        if fields.is_empty() {
            return None;
        }
        let fields = fields.into_iter().map(|(mut field, count)| {
            if count < all.len() {
                field.ty = field.ty.optional();
            }
            field
        });
        let fields = fields.collect();
        let id = self.declare_record(name, span);
        self.set_fields(id, fields);
        Some(id)
    }

    /// The report of a field that two actions give with different types.
    fn differ(&mut self, field: &Content, (first, what): (Span, &str)) {
        self.report(
            Diagnostic::error(
                Code::GivesDiffer,
                field.span,
                format!("`{}` is of another type elsewhere in `{what}`", field.name),
            )
            .label("one type here")
            .also(first, "another type here")
            .help("what is chosen among has one type for each name: give one of them another name, or the same type"),
        );
    }

    /// The record type of one chosen action.
    pub(super) fn item_type(&mut self, written: &ast::Choice, given: Option<RecordId>) -> RecordId {
        let span = written.name.at.0;
        let id = RecordId(self.count(self.records.len()));
        self.add_record(Record {
            name: written.name.text.to_string(),
            fields: Vec::new(),
            docs: Vec::new(),
            span,
        });
        let field = |name: &str, ty: Ty| RecordField {
            span,
            ..made(name, ty)
        };
        let mut fields = vec![field("action", Ty::Text), field("group", Ty::Text)];
        fields.extend(given.map(|given| field("gives", Ty::Record(given))));
        self.set_fields(id, fields);
        id
    }

    /// What stands for one chosen action in the value.
    pub(super) fn item(
        &mut self,
        (record, given): (RecordId, Option<RecordId>),
        action: &Action,
        filled: &mut Filled,
    ) -> ExprId {
        let at = action.span;
        let group = self.groups.get(action.group.index());
        let group = group.map_or(String::new(), |g| g.name.clone());
        let text = |text: &str| ExprKind::Const(Value::Text(text.into()));
        let name = self.push(text(&action.name), Ty::Text, at);
        let group = self.push(text(&group), Ty::Text, at);
        let mut fields = vec![(0, name), (1, group)];
        if let Some(given) = given {
            fields.push((2, self.filled(given, &action.gives, at, filled)));
        }
        self.push(ExprKind::Record(record, fields), Ty::Record(record), at)
    }

    /// A record of a joint type from the fields that one of its sources has.
    fn filled(
        &mut self,
        record: RecordId,
        content: &[Content],
        at: Span,
        known: &mut Filled,
    ) -> ExprId {
        let mut fields = Vec::with_capacity(content.len());
        for field in content {
            let Some(place) = self.field_place(record, &field.name) else {
                continue;
            };
            let declared = self.records.get(record.index());
            let ty = declared
                .and_then(|r| r.fields.get(place))
                .map(|f| f.ty.clone());
            let value = match ty {
                Some(ty) if common(&ty, &self.expr(field.value).ty).is_some() => {
                    self.coerce(field.value, &ty)
                }
                _ => field.value,
            };
            fields.push((self.count(place), value));
        }
        let made = known.get(&(record, fields.clone())).copied();
        made.unwrap_or_else(|| {
            let whole = ExprKind::Record(record, fields.clone());
            let id = self.push(whole, Ty::Record(record), at);
            known.insert((record, fields), id);
            id
        })
    }

    pub(super) fn dress(
        &mut self,
        record: Option<RecordId>,
        action: &Action,
        filled: &mut Filled,
    ) -> Vec<Dress> {
        let Some(record) = record else {
            return Vec::new();
        };
        let treatments = action.treatments.iter();
        treatments
            .map(|treatment| Dress {
                when: treatment.when,
                content: self.filled(record, &treatment.content, treatment.span, filled),
                span: treatment.span,
            })
            .collect()
    }
}

/// The type that holds the values of two, if there is one.
fn common(a: &Ty, b: &Ty) -> Option<Ty> {
    let optional = a.is_optional() || b.is_optional();
    let ty = match (a.present(), b.present()) {
        (Ty::Error, other) | (other, Ty::Error) => other.clone(),
        (a, b) if a == b => a.clone(),
        (Ty::Int, Ty::Decimal) | (Ty::Decimal, Ty::Int) => Ty::Decimal,
        _ => return None,
    };
    Some(if optional { ty.optional() } else { ty })
}
