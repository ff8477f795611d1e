//! JSON text straight into slots, guided by the schema: no tree is built on the way.
//!
//! Scalars are taken as their text ([`RawValue`]), so a decimal keeps every digit and nothing depends on
//! which features of serde_json the host has switched on. What does not belong is skipped, iteratively.

use super::convert::Scalar;
use super::{Binder, Binding, Kind, Place, Shape};
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::value::Value;
use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// Reads a JSON text into `place`. What does not fit is noted in the binding; the error is for text
/// that is not JSON.
pub(crate) fn bind_json(
    schema: &Schema,
    binding: &mut Binding,
    place: Place<'_>,
    text: &str,
) -> Result<(), Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let mut binder = Binder::new(schema, &mut *binding);
    // The place's lifetime is the schema's; `Input` and `Top` carry none.
    let seed = Data { place: place.shortened(), binder: &mut binder };
    let read = seed.deserialize(&mut reader).and_then(|_| reader.end());
    if let Err(error) = read {
        binding.problem(Problem::new("", format!("this is not JSON: {error}")));
        return binding.check();
    }
    Ok(())
}

impl Place<'_> {
    /// The same with a free lifetime; items of lists, which borrow, do not begin a reading.
    fn shortened<'b>(self) -> Place<'b> {
        match self {
            Place::Top(root) => Place::Top(root),
            Place::Input(id) => Place::Input(id),
            Place::Whole | Place::Item { .. } => Place::Whole,
        }
    }
}

/// Reads what belongs to a place.
struct Data<'a, 'b> {
    place: Place<'b>,
    binder: &'a mut Binder<'b>,
}

impl<'de> DeserializeSeed<'de> for Data<'_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        if self.binder.kind(self.place) != Kind::Scalar {
            return reader.deserialize_any(self);
        }
        let raw: &RawValue = serde::Deserialize::deserialize(reader)?;
        scalar(self.binder, self.place, raw.get())
    }
}

/// Takes a scalar from its text.
fn scalar<E: serde::de::Error>(
    binder: &mut Binder<'_>,
    place: Place<'_>,
    text: &str,
) -> Result<Option<Value>, E> {
    let place = place.shortened_item(binder);
    let scalar = match text.as_bytes() {
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            Scalar::Text(text.get(1..text.len() - 1).unwrap_or(text))
        }
        [b'"', ..] => {
            let text: String = serde_json::from_str(text).map_err(E::custom)?;
            return Ok(binder.scalar(place, Scalar::Text(&text)));
        }
        [b't', ..] => Scalar::Bool(true),
        [b'f', ..] => Scalar::Bool(false),
        [b'n', ..] => Scalar::Missing,
        [b'[', ..] => Scalar::Other("a list"),
        [b'{', ..] => Scalar::Other("a record"),
        _ => Scalar::Number(text),
    };
    Ok(binder.scalar(place, scalar))
}
