//! The constants of a graph: texts, items of lists and records, scalars.
//!
//! All three are interned, so that equal constants have equal handles.

use super::scalar::{Items, Run, Scalar, TextRef};
use super::size::bytes_of;
use crate::value::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The constants.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    texts: Vec<Arc<str>>,
    items: Vec<Scalar>,
    scalars: Vec<Scalar>,
}

impl Pool {
    /// A constant.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "places are made only by the builder of the pool, and never leave their graph"
    )]
    pub(crate) fn scalar(&self, place: u32) -> Scalar {
        self.scalars[place as usize]
    }

    /// A constant, if there is one at that place.
    #[inline]
    pub(crate) fn scalar_at(&self, place: u32) -> Option<&Scalar> {
        self.scalars.get(place as usize)
    }

    /// Whether there is a text at that place.
    pub(crate) fn has_text(&self, place: u32) -> bool {
        (place as usize) < self.texts.len()
    }

    /// A text.
    pub(crate) fn text(&self, place: u32) -> &str {
        self.texts.get(place as usize).map_or("", |text| text)
    }

    /// How many items all lists and records have together.
    pub(crate) fn all_items(&self) -> usize {
        self.items.len()
    }

    /// The memory that it takes, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        let texts = self.texts.iter().map(|text| text.len()).sum::<usize>();
        texts + bytes_of(&self.texts) + bytes_of(&self.items) + bytes_of(&self.scalars)
    }

    /// The items of a constant list or record.
    pub(crate) fn items(&self, run: Run) -> &[Scalar] {
        run.of(&self.items)
    }
}

/// Fills a pool.
#[derive(Debug, Default)]
pub(crate) struct PoolBuilder {
    pub(crate) pool: Pool,
    texts: HashMap<Arc<str>, u32>,
    items: HashMap<Box<[Scalar]>, Run>,
    scalars: HashMap<Scalar, u32>,
}

/// The next place of a list, within 32 bits.
pub(crate) fn place<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Adds to a flat pool.
pub(crate) fn append<T: Copy>(pool: &mut Vec<T>, items: &[T]) -> Run {
    let run = Run {
        start: place(pool),
        len: place(items),
    };
    pool.extend_from_slice(items);
    run
}

impl PoolBuilder {
    /// The handle of a value.
    pub(crate) fn value(&mut self, value: &Value) -> Scalar {
        match value {
            Value::Missing => Scalar::Missing,
            Value::Bool(b) => Scalar::Bool(*b),
            Value::Int(i) => Scalar::Int(*i),
            Value::Decimal(d) => Scalar::Decimal(*d),
            Value::Member(m) => Scalar::Member(*m),
            Value::Text(text) => Scalar::Text(TextRef::Const(self.text(text))),
            Value::List(items) => Scalar::List(self.values(items)),
            Value::Record(fields) => Scalar::Record(self.values(fields)),
        }
    }

    fn values(&mut self, values: &[Value]) -> Items {
        let scalars: Vec<Scalar> = values.iter().map(|v| self.value(v)).collect();
        self.items(&scalars)
    }

    /// The place of a scalar.
    pub(crate) fn scalar(&mut self, scalar: Scalar) -> u32 {
        *self.scalars.entry(scalar).or_insert_with(|| {
            self.pool.scalars.push(scalar);
            place(&self.pool.scalars) - 1
        })
    }

    /// The items of a list or record.
    pub(crate) fn items(&mut self, items: &[Scalar]) -> Items {
        if let Some(run) = self.items.get(items) {
            return Items::Const(*run);
        }
        let run = Run {
            start: place(&self.pool.items),
            len: place(items),
        };
        self.pool.items.extend_from_slice(items);
        self.items.insert(items.into(), run);
        Items::Const(run)
    }

    pub(crate) fn text(&mut self, text: &Arc<str>) -> u32 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let at = place(&self.pool.texts);
        self.pool.texts.push(text.clone());
        self.texts.insert(text.clone(), at);
        at
    }
}
