//! A customer's events, sorted by type and order, texts interned.

use super::rows::{Cell, Row, Rows};
use crate::eval::{Key, Named};
use crate::graph::told::Events;
use crate::graph::{EventRef, Scalar, TextRef};
use crate::hir::views::place;
use crate::value::Value;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

/// An event on its way in, checked against its declaration.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) ty: u32,
    pub(crate) id: Arc<str>,
    pub(crate) at: i64,
    pub(crate) seq: u64,
    pub(crate) channel: Option<u32>,
    pub(crate) device: Option<Arc<str>>,
    pub(crate) fields: Vec<Value>,
}

impl Event {
    /// The order of events.
    pub(crate) fn order(&self, other: &Event) -> Ordering {
        (self.at, self.seq, &self.id).cmp(&(other.at, other.seq, &other.id))
    }

    /// Whether it is the one that stays of two with the same id.
    fn wins(&self, other: &Event) -> bool {
        super::canonical::encode(self) > super::canonical::encode(other)
    }
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Added {
    /// It is in, at this place among those of its type.
    New { row: usize },
    /// It was in.
    Known,
    /// Another one of this id was in; whether this one is in its place now.
    Conflict { replaced: bool },
}

/// All events of a customer.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    types: Vec<Rows>,
    texts: Interner,
    values: Vec<Value>,
    ids: Ids,
    newest: Option<i64>,
}

/// So many columns are looked at beforehand.
pub(super) const TOUCHED: usize = 32;

/// What a text takes besides its letters: its counts, and its place in a table with the key to it.
const TEXT_BYTES: usize =
    2 * size_of::<usize>() + size_of::<(Arc<str>, u32)>() + size_of::<Arc<str>>();

/// Texts, each once.
#[derive(Clone, Debug, Default)]
struct Interner {
    codes: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Interner {
    fn code(&mut self, text: &Arc<str>) -> u32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.clone());
        self.codes.insert(text.clone(), code);
        code
    }
}

/// The ids there are, and where each event is.
#[derive(Clone, Debug, Default)]
struct Ids {
    codes: HashMap<Arc<str>, u32>,
    known: Vec<Known>,
}

#[derive(Clone, Debug)]
struct Known {
    id: Arc<str>,
    ty: u32,
    at: i64,
    seq: u64,
}

impl Store {
    pub(crate) fn new(events: &Events) -> Store {
        Store {
            types: events
                .types
                .iter()
                .map(|fields| Rows::new(fields))
                .collect(),
            texts: Interner::default(),
            values: Vec::new(),
            ids: Ids::default(),
            newest: None,
        }
    }

    /// How many events there are.
    pub(crate) fn len(&self) -> usize {
        self.types.iter().map(Rows::len).sum()
    }

    /// The instant of the newest event.
    pub(crate) fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// The events of a type.
    pub(crate) fn rows(&self, ty: u32) -> Option<&Rows> {
        self.types.get(ty as usize)
    }

    /// Looks at the newest of all columns, or (`kept`: what else is asked about is kept beside) at the newest instants. None
    /// of these looks waits for another one: so memory brings all at once what questions would fetch one after the other.
    /// Worth it where one customer follows another; of many types most are not asked about. (The number is nothing but what
    /// was seen.)
    pub(super) fn touch(&self, kept: bool) -> i64 {
        let types = self.types.iter().take(TOUCHED);
        match kept {
            true => types.fold(0, |all, rows| all ^ rows.newest()),
            false => types.fold(0, |all, rows| all ^ rows.touch()),
        }
    }

    /// Whether there is an event of an id.
    pub(crate) fn knows(&self, id: &str) -> bool {
        self.ids.codes.contains_key(id)
    }

    /// Adds an event.
    pub(crate) fn add(&mut self, event: &Event) -> Added {
        if let Some(code) = self.ids.codes.get(&event.id).copied() {
            return self.again(code, event);
        }
        let code = u32::try_from(self.ids.known.len()).unwrap_or(u32::MAX);
        self.ids.codes.insert(event.id.clone(), code);
        self.ids.known.push(Known {
            id: event.id.clone(),
            ty: event.ty,
            at: event.at,
            seq: event.seq,
        });
        self.insert(code, event)
    }

    fn insert(&mut self, code: u32, event: &Event) -> Added {
        let fields = self.cells(event);
        let device = event.device.as_ref().map(|device| self.texts.code(device));
        let known = &self.ids.known;
        let Some(rows) = self.types.get_mut(event.ty as usize) else {
            return Added::Known;
        };
        let before = |other: u32| known.get(other as usize).is_some_and(|k| *k.id < *event.id);
        let row = rows.place(event.at, event.seq, before);
        rows.insert(
            row,
            &Row {
                at: event.at,
                seq: event.seq,
                id: code,
                channel: event.channel,
                device,
                fields: &fields,
            },
        );
        self.newest = self.newest.max(Some(event.at));
        Added::New { row }
    }

    fn cells(&mut self, event: &Event) -> Vec<Cell> {
        let (texts, values) = (&mut self.texts, &mut self.values);
        let mut code = |value: &Value| match value {
            Value::Text(text) => texts.code(text),
            other => {
                values.push(other.clone());
                u32::try_from(values.len() - 1).unwrap_or(u32::MAX)
            }
        };
        let fields = event.fields.iter();
        fields.map(|value| Cell::of(value, &mut code)).collect()
    }

    /// An event whose id is known.
    fn again(&mut self, code: u32, event: &Event) -> Added {
        let Some((ty, row)) = self.find(code) else {
            return Added::Known;
        };
        let Some(known) = self.event(ty, row) else {
            return Added::Known;
        };
        if known == *event {
            return Added::Known;
        }
        let replaced = event.wins(&known);
        if replaced {
            if let Some(rows) = self.types.get_mut(ty as usize) {
                rows.remove(row);
            }
            if let Some(known) = self.ids.known.get_mut(code as usize) {
                (known.ty, known.at, known.seq) = (event.ty, event.at, event.seq);
            }
            self.insert(code, event);
            let newest = self.types.iter().filter_map(|rows| rows.at.last());
            self.newest = newest.copied().max();
        }
        Added::Conflict { replaced }
    }

    /// Where the event of an id is.
    fn find(&self, code: u32) -> Option<(u32, usize)> {
        let known = self.ids.known.get(code as usize)?;
        let rows = self.types.get(known.ty as usize)?;
        let all = &self.ids.known;
        let before = |other: u32| all.get(other as usize).is_some_and(|k| k.id < known.id);
        let row = rows.place(known.at, known.seq, before);
        if rows.id(row) != code {
            return None;
        }
        Some((known.ty, row))
    }

    /// One event, as it came.
    pub(crate) fn event(&self, ty: u32, row: usize) -> Option<Event> {
        let rows = self.types.get(ty as usize)?;
        let fields = (0..rows.width()).map(|field| self.stored(rows, field, row));
        Some(Event {
            ty,
            id: self.ids.known.get(rows.id(row) as usize)?.id.clone(),
            at: rows.at(row),
            seq: rows.seq(row),
            channel: rows.channel(row),
            device: rows
                .device(row)
                .and_then(|code| self.texts.texts.get(code as usize).cloned()),
            fields: fields.collect(),
        })
    }

    /// What is told of an event that proves something.
    pub(super) fn named(&self, ty: u32, row: u32) -> Option<Named> {
        let rows = self.types.get(ty as usize)?;
        let row = row as usize;
        let device = rows.device(row);
        Some(Named {
            id: self.ids.known.get(rows.id(row) as usize)?.id.clone(),
            ty,
            at: rows.at(row),
            channel: rows.channel(row),
            device: device.and_then(|code| self.texts.texts.get(code as usize).cloned()),
        })
    }

    fn stored(&self, rows: &Rows, field: usize, row: usize) -> Value {
        match rows.field(field, row) {
            Scalar::Missing => Value::Missing,
            Scalar::Bool(b) => Value::Bool(b),
            Scalar::Int(i) => Value::Int(i),
            Scalar::Decimal(d) => Value::Decimal(d),
            Scalar::Member(m) => Value::Member(m),
            Scalar::Text(TextRef::Event(code)) => match self.texts.texts.get(code as usize) {
                Some(text) => Value::Text(text.clone()),
                None => Value::Missing,
            },
            _ => match rows.cell(field, row) {
                Cell::Code(code) => self.value(code).clone(),
                _ => Value::Missing,
            },
        }
    }

    /// All events, type by type.
    pub(crate) fn events(&self) -> impl Iterator<Item = Event> {
        let places = (0..).zip(&self.types);
        let places = places.flat_map(|(ty, rows)| (0..rows.len()).map(move |row| (ty, row)));
        places.filter_map(|(ty, row)| self.event(ty, row))
    }

    /// The same with more events, put in order anew; and how many of them are new.
    pub(super) fn with(&self, declared: &Events, more: Vec<Event>) -> (Store, usize) {
        let known = self.events().map(|event| (event.id.clone(), event));
        let mut all: HashMap<Arc<str>, Event> = known.collect();
        for event in more {
            match all.entry(event.id.clone()) {
                Entry::Vacant(place) => drop(place.insert(event)),
                Entry::Occupied(mut place) if event.wins(place.get()) => drop(place.insert(event)),
                Entry::Occupied(_) => {}
            }
        }
        let new = all.len() - self.len();
        let mut all: Vec<Event> = all.into_values().collect();
        all.sort_unstable_by(Event::order);
        let mut store = Store::new(declared);
        for event in &all {
            store.add(event);
        }
        (store, new)
    }

    /// Whether an event would change anything: none of its id is in, or one that does not stay beside it.
    pub(super) fn takes(&self, event: &Event) -> bool {
        let code = self.ids.codes.get(&event.id);
        let known = code.and_then(|code| self.find(*code));
        let known = known.and_then(|(ty, row)| self.event(ty, row));
        known.is_none_or(|known| known != *event && event.wins(&known))
    }

    /// How many events of its type stand where an event goes and behind.
    pub(super) fn behind(&self, event: &Event) -> usize {
        let len = self.rows(event.ty).map_or(0, Rows::len);
        len - self.place_of(event).unwrap_or(len).min(len)
    }

    /// Where an event is among those of its type, or would be.
    pub(crate) fn place_of(&self, event: &Event) -> Option<usize> {
        let rows = self.types.get(event.ty as usize)?;
        let known = &self.ids.known;
        let before = |other: u32| known.get(other as usize).is_some_and(|k| *k.id < *event.id);
        Some(rows.place(event.at, event.seq, before))
    }

    /// How many events of a type there are up to an instant.
    pub(crate) fn seen_at(&self, ty: u32, now: i64) -> usize {
        let rows = self.types.get(ty as usize);
        rows.map_or(0, |rows| rows.first_at(now.saturating_add(1), None))
    }

    /// The memory of events, of their fields, and of their ids, in bytes.
    pub(crate) fn bytes(&self) -> (usize, usize, usize) {
        let texts = self.texts.texts.iter().map(|text| text.len() + TEXT_BYTES);
        let (mut events, mut payload) = (0, texts.sum::<usize>());
        for rows in &self.types {
            let (own, fields) = rows.bytes();
            events += own;
            payload += fields;
        }
        payload += self.values.capacity() * size_of::<Value>();
        let ids = self.ids.known.iter().map(|known| known.id.len());
        let each = size_of::<Known>() + TEXT_BYTES;
        (
            events,
            payload,
            ids.sum::<usize>() + self.ids.known.len() * each,
        )
    }

    /// All events in their order, by type and place.
    pub(crate) fn in_order(&self) -> Vec<(u32, usize)> {
        let mut all: Vec<(Key, (u32, usize))> = Vec::with_capacity(self.len());
        for (ty, rows) in (0..).zip(&self.types) {
            all.extend((0..rows.len()).map(|row| (rows.key(ty, row), (ty, row))));
        }
        all.sort_unstable();
        all.into_iter().map(|(_, place)| place).collect()
    }

    pub(crate) fn text(&self, code: u32) -> &str {
        // Ids lie behind all other texts, counted from the end of the numbers.
        match self.texts.texts.get(code as usize) {
            Some(text) => text,
            None => {
                let id = self.ids.known.get((u32::MAX - 1 - code) as usize);
                id.map_or("", |known| &known.id)
            }
        }
    }

    pub(crate) fn value(&self, code: u32) -> &Value {
        self.values.get(code as usize).unwrap_or(&Value::Missing)
    }

    /// Where an event stands.
    pub(super) fn key(&self, ty: u32, row: u32) -> Key {
        match self.rows(ty) {
            Some(rows) => rows.key(ty, row as usize),
            None => Key::default(),
        }
    }

    /// A field of an event as a view of events shows it.
    pub(super) fn field(&self, events: &Events, event: EventRef, at: u32) -> Scalar {
        let (ty, row) = (u32::from(event.ty), event.row as usize);
        let shape = events.views.get(event.view as usize);
        let (Some(rows), Some(shape)) = (self.rows(ty), shape) else {
            return Scalar::Missing;
        };
        match at {
            place::ID => Scalar::Text(TextRef::Event(u32::MAX - 1 - rows.id(row))),
            place::AT => Scalar::Int(rows.at(row)),
            place::DEVICE => match rows.device(row) {
                Some(code) => Scalar::Text(TextRef::Event(code)),
                None => Scalar::Missing,
            },
            place::CHANNEL if shape.channel => match rows.channel(row) {
                Some(member) => Scalar::Member(member),
                None => Scalar::Missing,
            },
            _ => match events.field_of(event.view.into(), ty, at) {
                Some(field) => rows.field(field, row),
                None => Scalar::Missing,
            },
        }
    }
}
