//! The inputs of a decision: one slot for each field of context and touchpoint.
//!
//! Invariants: exactly one bit of each input's field is set; buffers of texts stay for reuse.
//! Setters of another kind than the input's, or for an input of another program, do nothing that could be
//! seen: the caller has checked both.

use super::told::Teller;
use super::view::View;
use crate::graph::layout::{Layout, Slot};
use crate::graph::{Graph, Items, Kind, Scalar, TextRef};
use crate::hir::{InputId, Program};
use crate::value::Value;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Values of all inputs. At first nothing is there.
#[derive(Clone, Debug)]
pub struct Inputs {
    layout: Arc<Layout>,
    /// Fields of bits: see `layout`.
    words: Vec<u64>,
    ints: Vec<i64>,
    decimals: Vec<Decimal>,
    texts: Vec<String>,
    lists: Vec<Option<Arc<[Value]>>>,
    /// Who tells of the customer's events.
    teller: Option<Arc<dyn Teller>>,
}

impl Inputs {
    /// The inputs of a program, all missing, all records absent that may be.
    #[must_use]
    pub fn new(program: &Program) -> Inputs {
        Inputs::with_layout(Arc::new(Layout::new(program)))
    }

    /// The inputs of a graph's program; shares its layout.
    #[must_use]
    pub fn for_graph(graph: &Graph) -> Inputs {
        Inputs::with_layout(graph.layout().clone())
    }

    /// The inputs of no program.
    pub(crate) fn none() -> Inputs {
        Inputs::with_layout(Arc::new(Layout::none()))
    }

    fn with_layout(layout: Arc<Layout>) -> Inputs {
        let [ints, decimals, texts, lists] = layout.counts();
        Inputs {
            words: layout.blank().to_vec(),
            ints: vec![0; ints],
            decimals: vec![Decimal::ZERO; decimals],
            texts: vec![String::new(); texts],
            lists: vec![None; lists],
            teller: None,
            layout,
        }
    }

    /// Makes everything missing again, but for the records that are always there; keeps the buffers.
    pub fn reset(&mut self) {
        self.words.copy_from_slice(self.layout.blank());
        self.teller = None;
    }

    /// Who tells of the customer's events.
    pub(crate) fn set_teller(&mut self, teller: Arc<dyn Teller>) {
        self.teller = Some(teller);
    }

    /// Who tells of the customer's events, if anybody does.
    #[inline]
    pub(crate) fn teller(&self) -> Option<&Arc<dyn Teller>> {
        self.teller.as_ref()
    }

    /// The instant for which is decided; zero where nothing asks.
    pub(crate) fn now(&self) -> i64 {
        self.layout.now().map_or(0, |place| self.int(place))
    }

    /// Sets one bit of an input's field.
    #[inline]
    fn mark(&mut self, slot: Slot, bit: u64) {
        if let Some(word) = self.words.get_mut(slot.word as usize) {
            *word = (*word & !slot.domain()) | bit;
        }
    }

    /// Sets the bit of a value's number; what has none is missing.
    #[inline]
    fn mark_value(&mut self, slot: Slot, number: u32) {
        self.mark(slot, slot.value(number).unwrap_or(slot.missing()));
    }

    /// Nothing is there.
    pub fn set_missing(&mut self, input: InputId) {
        if let Some(slot) = self.layout.slot(input) {
            self.mark(slot, slot.missing());
        }
    }

    /// Whether a record is there. Of a record that is not, all within becomes missing; with one that is,
    /// the records within that are not optional are there too.
    pub fn set_present(&mut self, input: InputId, present: bool) {
        self.set_there(input, present);
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
                self.set_there(input, true);
            } else {
                // A leaf, or an optional record: what is in it is not concerned.
                place = place.max(self.layout.inside(input).end);
            }
        }
    }

    fn set_there(&mut self, input: InputId, present: bool) {
        if let Some(slot) = self.layout.slot(input) {
            let bit = if present { slot.value(0) } else { None };
            self.mark(slot, bit.unwrap_or(slot.missing()));
        }
    }

    /// A bool.
    #[inline]
    pub fn set_bool(&mut self, input: InputId, value: bool) {
        if let Some(slot) = self.layout.slot(input) {
            self.put_bool(slot, value);
        }
    }

    /// A bool into a slot of this layout.
    #[inline]
    pub(crate) fn put_bool(&mut self, slot: Slot, value: bool) {
        self.mark_value(slot, u32::from(value));
    }

    /// An int.
    #[inline]
    pub fn set_int(&mut self, input: InputId, value: i64) {
        if let Some(slot) = self.layout.slot(input) {
            self.put_int(slot, value);
        }
    }

    /// An int into a slot of this layout.
    #[inline]
    pub(crate) fn put_int(&mut self, slot: Slot, value: i64) {
        if let Some(place) = self.ints.get_mut(slot.place as usize) {
            *place = value;
            self.mark_value(slot, 0);
        }
    }

    /// The index of an enum's member.
    #[inline]
    pub fn set_member(&mut self, input: InputId, value: u32) {
        if let Some(slot) = self.layout.slot(input) {
            self.put_member(slot, value);
        }
    }

    /// The index of an enum's member into a slot of this layout.
    #[inline]
    pub(crate) fn put_member(&mut self, slot: Slot, value: u32) {
        match slot.kind {
            Kind::Member => self.mark_value(slot, value),
            _ => self.put_int(slot, i64::from(value)),
        }
    }

    /// A normalised decimal.
    #[inline]
    pub fn set_decimal(&mut self, input: InputId, value: Decimal) {
        if let Some(slot) = self.layout.slot(input)
            && let Some(place) = self.decimals.get_mut(slot.place as usize)
        {
            *place = value;
            self.mark_value(slot, 0);
        }
    }

    /// A string; copied into the slot's own buffer.
    #[inline]
    pub fn set_text(&mut self, input: InputId, value: &str) {
        if let Some(slot) = self.layout.slot(input) {
            self.put_text(slot, value);
        }
    }

    /// A string into a slot of this layout.
    #[inline]
    pub(crate) fn put_text(&mut self, slot: Slot, value: &str) {
        if let Some(place) = self.texts.get_mut(slot.place as usize) {
            place.clear();
            place.push_str(value);
            self.mark_value(slot, 0);
        }
    }

    /// A list.
    pub fn set_list(&mut self, input: InputId, value: Arc<[Value]>) {
        if let Some(slot) = self.layout.slot(input)
            && let Some(place) = self.lists.get_mut(slot.place as usize)
        {
            *place = Some(value);
            self.mark_value(slot, 0);
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
        let slot = self.layout.slot(input);
        slot.is_some_and(|slot| slot.number(self.word(slot.word)).is_some())
    }

    /// What the slot holds.
    #[must_use]
    pub fn get(&self, input: InputId) -> View<'_> {
        match self.scalar(input) {
            Scalar::Text(TextRef::Input(at)) => View::Text(self.text(at)),
            Scalar::List(Items::Input(at)) => View::of_values(self.list(at)),
            Scalar::Record(Items::Slot(at)) => View::of_slot(self, at),
            Scalar::Bool(b) => View::Bool(b),
            Scalar::Int(i) => View::Int(i),
            Scalar::Decimal(d) => View::Decimal(d),
            Scalar::Member(m) => View::Member(m),
            Scalar::Missing | Scalar::Text(_) | Scalar::List(_) | Scalar::Record(_) => {
                View::Missing
            }
        }
    }

    /// What the slot holds, as a handle.
    pub(crate) fn scalar(&self, input: InputId) -> Scalar {
        let Some(slot) = self.layout.slot(input) else {
            return Scalar::Missing;
        };
        let Some(number) = slot.number(self.word(slot.word)) else {
            return Scalar::Missing;
        };
        match slot.kind {
            Kind::Bool => Scalar::Bool(number != 0),
            Kind::Member => Scalar::Member(number),
            Kind::Int => Scalar::Int(self.int(slot.place)),
            Kind::WideMember => {
                Scalar::Member(u32::try_from(self.int(slot.place)).unwrap_or(u32::MAX))
            }
            Kind::Decimal => Scalar::Decimal(self.decimal(slot.place)),
            Kind::Text => Scalar::Text(TextRef::Input(slot.place)),
            Kind::List => Scalar::List(Items::Input(slot.place)),
            Kind::Record => Scalar::Record(Items::Slot(input)),
        }
    }

    /// The fields of a record.
    pub(crate) fn fields(&self, record: InputId) -> &[InputId] {
        self.layout.children(record)
    }

    /// All fields of bits.
    #[inline]
    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    /// All ints.
    #[inline]
    pub(crate) fn ints(&self) -> &[i64] {
        &self.ints
    }

    #[inline]
    pub(crate) fn word(&self, at: u32) -> u64 {
        self.words.get(at as usize).copied().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn int(&self, place: u32) -> i64 {
        self.ints.get(place as usize).copied().unwrap_or(0)
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
