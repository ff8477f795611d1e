//! What can be asked of an event: the fields of a record, for each set of event types one.

use super::lower::Lowering;
use super::told::{View, ViewOf};
use super::{ExprId, ExprKind, Func, Record, RecordField, RecordId, Ty};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Where the fields that every event has stand in its view.
/// How many fields every view of events begins with.
pub(crate) fn own_fields(channel: bool) -> usize {
    3 + usize::from(channel)
}

pub(crate) mod place {
    pub(crate) const ID: u32 = 0;
    pub(crate) const AT: u32 = 1;
    pub(crate) const DEVICE: u32 = 2;
    pub(crate) const CHANNEL: u32 = 3;
}

impl Lowering<'_> {
    /// The view of events of some types (ascending places among the event types).
    pub(super) fn view_of_events(&mut self, types: &[u32]) -> RecordId {
        let of = ViewOf::Events(types.to_vec());
        if let Some(known) = self.view_like(&of) {
            return known;
        }
        let events = types.iter().filter_map(|t| self.events.get(*t as usize));
        let events: Vec<(String, RecordId)> = events.map(|e| (e.name.clone(), e.record)).collect();
        let name = match events.as_slice() {
            [] => "any event".to_owned(),
            [(only, _)] => only.clone(),
            all if all.len() == self.declared_events() as usize => "any event".to_owned(),
            several => {
                let names = several.iter().map(|(name, _)| name.as_str());
                names.collect::<Vec<_>>().join(" or ")
            }
        };
        let mut fields = vec![
            made("id", Ty::Text),
            made("at", Ty::DateTime),
            made("device", Ty::Text.optional()),
        ];
        if let Some(channel) = self.channel_type() {
            fields.push(made("channel", channel.optional()));
        }
        fields.extend(self.shared_fields(&events));
        self.add_view(of, name, fields)
    }

    /// The fields that the records of all these events have.
    fn shared_fields(&self, events: &[(String, RecordId)]) -> Vec<RecordField> {
        let fields = |id: RecordId| self.records.get(id.index()).map(|r| r.fields.as_slice());
        let Some(((_, first), others)) = events.split_first() else {
            return Vec::new();
        };
        let has = |record: RecordId, field: &RecordField| {
            let place = self.field_place(record, &field.name);
            let other = place.and_then(|p| fields(record)?.get(p));
            other.is_some_and(|other| other.ty == field.ty)
        };
        let shared = fields(*first).unwrap_or_default().iter();
        let shared = shared.filter(|f| others.iter().all(|(_, other)| has(*other, f)));
        shared.cloned().collect()
    }

    /// The enum that events' channels share with the touchpoint.
    pub(super) fn channel_type(&self) -> Option<Ty> {
        let id = self.touchpoint.get("channel")?;
        let ty = self.input(*id).ty.present();
        matches!(ty, Ty::Enum(_)).then(|| ty.clone())
    }

    /// The view of what completes a chain whose last event has that view.
    pub(super) fn view_of_match(&mut self, last: RecordId) -> RecordId {
        let of = ViewOf::Match(last);
        if let Some(known) = self.view_like(&of) {
            return known;
        }
        let record = self.records.get(last.index());
        let (name, mut fields) =
            record.map_or_else(Default::default, |r| (r.name.clone(), r.fields.clone()));
        if self.field_place(last, "start").is_none() {
            fields.push(made("start", Ty::DateTime));
        }
        self.add_view(of, name, fields)
    }

    /// The view of sessions of events with that view.
    pub(super) fn view_of_session(&mut self, event: RecordId) -> RecordId {
        let of = ViewOf::Session(event);
        if let Some(known) = self.view_like(&of) {
            return known;
        }
        let fields = vec![
            made("at", Ty::DateTime),
            made("start", Ty::DateTime),
            made("end", Ty::DateTime),
            made("length", Ty::Duration),
            made("count", Ty::Int),
            made("closed", Ty::Bool),
            made("entry", Ty::Record(event)),
            made("exit", Ty::Record(event)),
        ];
        self.add_view(of, "session".to_owned(), fields)
    }

    /// How events come in: for each type a record, and one that has the type alone.
    pub(super) fn entries(&mut self) -> (Vec<RecordId>, RecordId) {
        let tag = self.made_record("event", vec![made("type", Ty::Text)]);
        let events = self.events.iter();
        let events: Vec<(String, RecordId)> = events.map(|e| (e.name.clone(), e.record)).collect();
        let channel = self.channel_type();
        let mut entries = Vec::with_capacity(events.len());
        for (name, record) in events {
            let mut fields = vec![
                made("id", Ty::Text),
                made("type", Ty::Text),
                made("at", Ty::DateTime),
                made("seq", Ty::Int.optional()),
                made("device", Ty::Text.optional()),
            ];
            if let Some(channel) = &channel {
                fields.push(made("channel", channel.clone().optional()));
            }
            let declared = self.records.get(record.index());
            fields.extend(declared.map(|r| r.fields.clone()).unwrap_or_default());
            entries.push(self.made_record(&name, fields));
        }
        (entries, tag)
    }

    fn made_record(&mut self, name: &str, fields: Vec<RecordField>) -> RecordId {
        let id = RecordId(self.count(self.records.len()));
        self.add_record(Record {
            name: name.to_owned(),
            fields: Vec::new(),
            docs: Vec::new(),
            span: Span::default(),
        });
        self.set_fields(id, fields);
        id
    }

    fn view_like(&self, of: &ViewOf) -> Option<RecordId> {
        self.view_places.get(of).copied()
    }

    fn add_view(&mut self, of: ViewOf, name: String, fields: Vec<RecordField>) -> RecordId {
        let id = self.made_record(&name, fields);
        self.view_places.insert(of.clone(), id);
        self.views.push(View { record: id, of });
        id
    }

    /// The view that a record is of.
    pub(super) fn view(&self, id: RecordId) -> Option<&View> {
        // Their records were made in this order.
        let place = self.views.binary_search_by_key(&id, |v| v.record).ok()?;
        self.views.get(place)
    }

    /// `e.day`: the date of an event in the ruleset's zone; `None` where it is another field.
    pub(super) fn day_of(
        &mut self,
        event: ExprId,
        record: RecordId,
        field: &str,
        at: Span,
    ) -> Option<ExprId> {
        if field != "day" || self.view(record).is_none() {
            return None;
        }
        let place = self.count(self.field_place(record, "at")?);
        let optional = self.expr(event).ty.is_optional();
        let instant = |lowering: &mut Self, event| {
            lowering.push(ExprKind::Field(event, place), Ty::DateTime, at)
        };
        if !optional {
            let instant = instant(self, event);
            return Some(self.in_zone(Func::DateOf, instant, Ty::Date, at));
        }
        // Missing where the event is.
        let there = self.push(ExprKind::IsPresent(event), Ty::Bool, at);
        let inner = self.push(ExprKind::Unwrap(event), Ty::Record(record), at);
        let instant = instant(self, inner);
        let day = self.in_zone(Func::DateOf, instant, Ty::Date, at);
        let none = self.push(ExprKind::Const(crate::value::Value::Missing), Ty::Never, at);
        let kind = ExprKind::If(vec![(there, day)], none);
        let id = self.push(kind, Ty::Date.optional(), at);
        Some(self.narrow(id))
    }

    /// Answers the field of events that are not one.
    pub(super) fn field_of_many(
        &mut self,
        stream: ExprId,
        view: RecordId,
        field: &crate::syntax::ast::Name,
        at: Span,
    ) -> ExprId {
        let text = self.sources.snippet(self.expr(stream).span).to_owned();
        if self.field_place(view, &field.text).is_none() && &*field.text != "day" {
            return self.no_such_field(&Ty::Record(view), field, at);
        }
        let name = &field.text;
        self.report(
            Diagnostic::error(
                Code::TypeMismatch,
                at,
                format!("each of several events has a `{name}`"),
            )
            .label("these are several events")
            .help(format!("of one of them it is `(last {text}).{name}`"))
            .help(format!(
                "of all of them it is `list {name} of {text}` or `distinct {name} of {text}`"
            )),
        );
        self.broken(at)
    }

    /// Answers an event type that stands where a value goes.
    pub(super) fn event_as_value(&mut self, name: &str, at: Span) -> ExprId {
        self.report(
            Diagnostic::error(
                Code::NotAValue,
                at,
                format!("`{name}` is an event type, not a value"),
            )
            .label("a value goes here")
            .help(format!(
                "ask about events in a behaviour, and name that here: `behaviour … = {name} in last 7 days`"
            )),
        );
        self.broken(at)
    }
}

pub(super) fn made(name: &str, ty: Ty) -> RecordField {
    RecordField {
        name: name.to_owned(),
        ty,
        range: None,
        default: None,
        sensitive: false,
        fixed: false,
        docs: Vec::new(),
        span: Span::default(),
    }
}
