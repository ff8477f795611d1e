//! JSON text straight into slots, guided by the schema: no tree is built on the way.
//!
//! Scalars are taken as their text ([`RawValue`]), so a decimal keeps every digit and nothing depends on
//! which features of serde_json the host has switched on. What does not belong is skipped, iteratively.

use super::convert::Scalar;
use super::{Binder, Binding, Kind, Place, Shape};
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::value::Value;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
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
    let seed = Data {
        place,
        binder: &mut binder,
    };
    let read = seed.deserialize(&mut reader).and_then(|_| reader.end());
    if let Err(error) = read {
        binding.problem(Problem::new("", format!("this is not JSON: {error}")));
        return binding.check();
    }
    Ok(())
}

/// Reads what belongs to a place.
struct Data<'a, 'b> {
    place: Place<'b>,
    binder: &'a mut Binder<'b>,
}

impl<'de> DeserializeSeed<'de> for Data<'_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        let kind = self.binder.kind(self.place);
        if matches!(kind, Kind::List | Kind::Record) {
            return reader.deserialize_any(self);
        }
        let raw: &RawValue = serde::Deserialize::deserialize(reader)?;
        if kind == Kind::Parted && raw.get().starts_with(['{', '[']) {
            // Its parts are read in the same way, each as its text.
            let mut parts = serde_json::Deserializer::from_str(raw.get());
            return parts.deserialize_any(self).map_err(D::Error::custom);
        }
        scalar(self.binder, self.place, raw.get())
    }
}

/// Takes a scalar from its text.
fn scalar<'b, E: serde::de::Error>(
    binder: &mut Binder<'b>,
    place: Place<'b>,
    text: &str,
) -> Result<Option<Value>, E> {
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

/// Records and lists; scalars come here only where they do not belong.
impl<'de> Visitor<'de> for Data<'_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.binder.scalar(self.place, Scalar::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.binder.scalar(self.place, Scalar::Int(value.into())))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(self.binder.scalar(self.place, Scalar::Int(value.into())))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.binder.scalar(self.place, Scalar::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(self.binder.scalar(self.place, Scalar::Text(value)))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.binder.scalar(self.place, Scalar::Missing))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let Data { place, binder } = self;
        let Some(mut items) = binder.open_list(place) else {
            while access.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(None);
        };
        loop {
            let item = binder.enter_item(&mut items);
            let Some(value) = access.next_element_seed(Data {
                place: item,
                binder,
            })?
            else {
                binder.no_item(&mut items);
                break;
            };
            binder.leave_item(&mut items, value);
        }
        Ok(binder.close_list(place, items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Self::Value, A::Error> {
        let Data { place, binder } = self;
        let Some(mut shape) = binder.open(place) else {
            while access.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(None);
        };
        while let Some(field) = access.next_key_seed(Key {
            place,
            binder,
            shape: &mut shape,
        })? {
            let Some(field) = field else {
                access.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = access.next_value_seed(Data {
                place: field,
                binder,
            })?;
            binder.leave(&mut shape, value);
        }
        Ok(binder.close(shape))
    }
}

/// A field's name; gives its place, if it has one.
struct Key<'a, 'b> {
    place: Place<'b>,
    binder: &'a mut Binder<'b>,
    shape: &'a mut Shape<'b>,
}

impl<'de, 'b> DeserializeSeed<'de> for Key<'_, 'b> {
    type Value = Option<Place<'b>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'b> Visitor<'_> for Key<'_, 'b> {
    type Value = Option<Place<'b>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.binder.enter(self.place, self.shape, name))
    }
}
