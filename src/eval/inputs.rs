//! The inputs of a decision: one slot for each field of context and touchpoint.
//!
//! Invariants: a slot whose input is not there has both keys zero; buffers of texts stay for reuse.
//! Setters of another kind than the input's, or for an input of another program, do nothing that could be
//! seen: the caller has checked both.

use super::view::View;
use crate::graph::layout::{Layout, presence_key, value_key};
use crate::graph::{Graph, Items, Kind, Scalar, TextRef};
use crate::hir::{InputId, Program};
use crate::value::Value;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Values of all inputs. At first nothing is there.
#[derive(Clone, Debug)]
pub struct Inputs {
    layout: Arc<Layout>,
    /// Two for each input: value, presence.
    keys: Vec<i64>,
    decimals: Vec<Decimal>,
    texts: Vec<String>,
    lists: Vec<Option<Arc<[Value]>>>,
}

impl Inputs {
    /// The inputs of a program, all missing, all records absent.
    #[must_use]
    pub fn new(program: &Program) -> Inputs {
        Inputs::with_layout(Arc::new(Layout::new(program)))
    }

    /// The inputs of a graph's program; shares its layout.
    #[must_use]
    pub fn for_graph(graph: &Graph) -> Inputs {
        Inputs::with_layout(graph.layout().clone())
    }

    fn with_layout(layout: Arc<Layout>) -> Inputs {
        let [decimals, texts, lists] = layout.counts();
        let mut inputs = Inputs {
            keys: vec![0; layout.len().saturating_mul(2)],
            decimals: vec![Decimal::ZERO; decimals],
            texts: vec![String::new(); texts],
            lists: vec![None; lists],
            layout,
        };
        inputs.reset();
        inputs
    }

    /// Makes everything missing again, but for the records that are always there; keeps the buffers.
    pub fn reset(&mut self) {
        self.keys.fill(0);
        self.lists.fill(None);
        let count = self.layout.len();
        self.spread(0..count, true);
    }

    fn set(&mut self, input: InputId, value: i64, present: bool) {
        let at = value_key(input) as usize;
        if let Some(keys) = self.keys.get_mut(at..at.saturating_add(2)) {
            keys.copy_from_slice(&[value, i64::from(present)]);
        }
    }

    /// Nothing is there.
    pub fn set_missing(&mut self, input: InputId) {
        self.set(input, 0, false);
    }

    /// Whether a record is there. Of a record that is not, all within becomes missing; with one that is,
    /// the records within that are not optional are there too.
    pub fn set_present(&mut self, input: InputId, present: bool) {
        self.set(input, 0, present);
        let inside = self.layout.inside(input);
        self.spread(inside, present);
    }

    /// Carries a record's presence to the inputs at these places.
    fn spread(&mut self, inside: std::ops::Range<usize>, present: bool) {
        let mut place = inside.start;
        while let Some(input) = self.layout.at(place).filter(|_| place < inside.end) {
            place += 1;
            if !present {
                self.set_missing(input);
            } else if self.layout.is_plain_record(input) {
                self.set(input, 0, true);
            } else {
                // A leaf, or an optional record: what is in it is not concerned.
                place = place.max(self.layout.inside(input).end);
            }
        }
    }

    /// A bool.
    pub fn set_bool(&mut self, input: InputId, value: bool) {
        self.set(input, i64::from(value), true);
    }

    /// An int.
    pub fn set_int(&mut self, input: InputId, value: i64) {
        self.set(input, value, true);
    }

    /// The index of an enum's member.
    pub fn set_member(&mut self, input: InputId, value: u32) {
        self.set(input, i64::from(value), true);
    }

    /// A normalised decimal.
    pub fn set_decimal(&mut self, input: InputId, value: Decimal) {
        let (_, place) = self.layout.slot(input);
        if let Some(slot) = self.decimals.get_mut(place as usize) {
            *slot = value;
            self.set(input, 0, true);
        }
    }

    /// A string; copied into the slot's own buffer.
    pub fn set_text(&mut self, input: InputId, value: &str) {
        let (_, place) = self.layout.slot(input);
        if let Some(slot) = self.texts.get_mut(place as usize) {
            slot.clear();
            slot.push_str(value);
            self.set(input, 0, true);
        }
    }

    /// A list.
    pub fn set_list(&mut self, input: InputId, value: Arc<[Value]>) {
        let (_, place) = self.layout.slot(input);
        if let Some(slot) = self.lists.get_mut(place as usize) {
            *slot = Some(value);
            self.set(input, 0, true);
        }
    }

    /// A value of any kind; `Value::Record` says only that the record is there.
    pub fn set_value(&mut self, input: InputId, value: &Value) {
        match value {
            Value::Missing => self.set_missing(input),
            Value::Bool(b) => self.set_bool(input, *b),
            Value::Int(i) => self.set_int(input, *i),
            Value::Decimal(d) => self.set_decimal(input, *d),
            Value::Member(m) => self.set_member(input, *m),
            Value::Text(text) => self.set_text(input, text),
            Value::List(items) => self.set_list(input, items.clone()),
            Value::Record(_) => self.set_present(input, true),
        }
    }

    /// Whether the input is there.
    #[must_use]
    pub fn is_present(&self, input: InputId) -> bool {
        self.key(presence_key(input)) != 0
    }

    /// What the slot holds.
    #[must_use]
    pub fn get(&self, input: InputId) -> View<'_> {
        let (kind, place) = self.layout.slot(input);
        match self.scalar(input, kind, place) {
            Scalar::Text(TextRef::Input(at)) => View::Text(self.text(at)),
            Scalar::List(Items::Input(at)) => View::of_values(self.list(at)),
            Scalar::Bool(b) => View::Bool(b),
            Scalar::Int(i) => View::Int(i),
            Scalar::Decimal(d) => View::Decimal(d),
            Scalar::Member(m) => View::Member(m),
            Scalar::Record(Items::Slot(at)) => View::of_slot(self, at),
            Scalar::Missing | Scalar::Text(_) | Scalar::List(_) | Scalar::Record(_) => {
                View::Missing
            }
        }
    }

    /// What the slot holds, as a handle.
    pub(crate) fn scalar_of(&self, input: InputId) -> Scalar {
        let (kind, place) = self.layout.slot(input);
        self.scalar(input, kind, place)
    }

    /// The same with kind and place known.
    pub(crate) fn scalar(&self, input: InputId, kind: Kind, place: u32) -> Scalar {
        let present = self.is_present(input);
        if !present {
            return Scalar::Missing;
        }
        let key = self.key(value_key(input));
        match kind {
            Kind::Bool => Scalar::Bool(key != 0),
            Kind::Int => Scalar::Int(key),
            Kind::Member => Scalar::Member(u32::try_from(key).unwrap_or(u32::MAX)),
            Kind::Decimal => Scalar::Decimal(self.decimal(place)),
            Kind::Text => Scalar::Text(TextRef::Input(place)),
            Kind::List => Scalar::List(Items::Input(place)),
            Kind::Record => Scalar::Record(Items::Slot(input)),
        }
    }

    /// The fields of a record.
    pub(crate) fn fields(&self, record: InputId) -> &[InputId] {
        self.layout.children(record)
    }

    /// All keys.
    #[inline]
    pub(crate) fn keys(&self) -> &[i64] {
        &self.keys
    }

    #[inline]
    pub(crate) fn key(&self, key: u32) -> i64 {
        self.keys.get(key as usize).copied().unwrap_or(0)
    }

    pub(crate) fn decimal(&self, place: u32) -> Decimal {
        self.decimals
            .get(place as usize)
            .copied()
            .unwrap_or_default()
    }

    pub(crate) fn text(&self, place: u32) -> &str {
        self.texts.get(place as usize).map_or("", String::as_str)
    }

    pub(crate) fn list(&self, place: u32) -> &[Value] {
        match self.lists.get(place as usize) {
            Some(Some(items)) => items,
            _ => &[],
        }
    }
}
