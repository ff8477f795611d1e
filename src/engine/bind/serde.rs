//! Any [`serde::Serialize`] straight into slots, guided by the schema.
//!
//! A value is taken as its JSON would be: structs and maps are records, unit variants are members,
//! `None` and `()` are missing; floats become their shortest decimal. Nothing is copied but texts.

use super::convert::Scalar;
use super::quick::Around;
use super::{Binder, Binding, Items, Place, Shape};
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::value::Value;
use leaf::Leaf;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::Display;

mod key;
mod leaf;

/// Reads a serialisable value into `place`. What does not fit is noted in the binding; the error is for
/// a value that refuses to be serialised.
pub(crate) fn bind_serde<T: Serialize + ?Sized>(
    schema: &Schema,
    binding: &mut Binding,
    place: Place<'_>,
    data: &T,
) -> Result<Option<Value>, Error> {
    let mut hand = Hand {
        binder: Binder::new(schema, &mut *binding),
        taken: None,
    };
    let written = data.serialize(Data {
        place,
        to: &mut hand,
    });
    if let Err(Refused(message)) = written {
        binding.problem(Problem::new("", message));
        return binding.check().map(|()| None);
    }
    Ok(hand.taken)
}

/// The host's own `Serialize` gave an error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(Box<str>);

impl serde::ser::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Refused(message.to_string().into())
    }
}

type Taken = Result<(), Refused>;

/// Who takes the data.
struct Hand<'b> {
    binder: Binder<'b>,
    /// The value read last, where it lies within a list, for what lies around it.
    taken: Option<Value>,
}

/// Takes what belongs to a place.
struct Data<'a, 'b> {
    place: Place<'b>,
    to: &'a mut Hand<'b>,
}

impl<'a, 'b> Data<'a, 'b> {
    fn scalar(self, scalar: Scalar<'_>) -> Taken {
        self.to.taken = self.to.binder.scalar(self.place, scalar);
        Ok(())
    }

    fn list(self) -> List<'a, 'b> {
        let items = self.to.binder.open_list(self.place);
        List {
            place: self.place,
            to: self.to,
            items,
        }
    }

    fn record(self) -> Record<'a, 'b> {
        let shape = self.to.binder.open(self.place);
        Record {
            place: self.place,
            around: Around::of(self.place, shape.as_ref()),
            to: self.to,
            shape,
            field: None,
        }
    }

    /// A variant with data: a record with the variant's name as its one field, as in JSON.
    fn variant<T: Serialize + ?Sized>(self, name: &'static str, data: &T) -> Taken {
        let mut record = self.record();
        record.put(name, data)?;
        record.finish();
        Ok(())
    }
}

impl<'a, 'b> Serializer for Data<'a, 'b> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = List<'a, 'b>;
    type SerializeTuple = List<'a, 'b>;
    type SerializeTupleStruct = List<'a, 'b>;
    type SerializeTupleVariant = Skipped;
    type SerializeMap = Record<'a, 'b>;
    type SerializeStruct = Record<'a, 'b>;
    type SerializeStructVariant = Skipped;

    fn serialize_bool(self, v: bool) -> Taken {
        self.scalar(Scalar::Bool(v))
    }
    fn serialize_i8(self, v: i8) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_i16(self, v: i16) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_i32(self, v: i32) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_i64(self, v: i64) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_i128(self, v: i128) -> Taken {
        self.scalar(Scalar::Int(v))
    }
    fn serialize_u8(self, v: u8) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_u16(self, v: u16) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_u32(self, v: u32) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_u64(self, v: u64) -> Taken {
        self.scalar(Scalar::Int(v.into()))
    }
    fn serialize_u128(self, v: u128) -> Taken {
        match i128::try_from(v) {
            Ok(v) => self.scalar(Scalar::Int(v)),
            Err(_) => self.scalar(Scalar::Number(&v.to_string())),
        }
    }
    fn serialize_f32(self, v: f32) -> Taken {
        // Its own shortest text: widened to 64 bits, 0.1 would become 0.10000000149011612.
        if v.is_finite() {
            return self.scalar(Scalar::Number(&format!("{v:?}")));
        }
        self.scalar(Scalar::Float(v.into()))
    }
    fn serialize_f64(self, v: f64) -> Taken {
        self.scalar(Scalar::Float(v))
    }
    fn serialize_char(self, v: char) -> Taken {
        self.scalar(Scalar::Text(v.encode_utf8(&mut [0; 4])))
    }
    fn serialize_str(self, v: &str) -> Taken {
        self.scalar(Scalar::Text(v))
    }
    fn serialize_bytes(self, _: &[u8]) -> Taken {
        self.scalar(Scalar::Other("bytes"))
    }
    fn serialize_none(self) -> Taken {
        self.scalar(Scalar::Missing)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Taken {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Taken {
        self.scalar(Scalar::Missing)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Taken {
        self.scalar(Scalar::Missing)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Taken {
        self.scalar(Scalar::Text(variant))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Taken {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Taken {
        self.variant(variant, value)
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a, 'b>, Refused> {
        Ok(self.list())
    }
    fn serialize_tuple(self, _: usize) -> Result<List<'a, 'b>, Refused> {
        Ok(self.list())
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a, 'b>, Refused> {
        Ok(self.list())
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Skipped, Refused> {
        self.scalar(Scalar::Other("a variant with several values"))?;
        Ok(Skipped)
    }
    fn serialize_map(self, _: Option<usize>) -> Result<Record<'a, 'b>, Refused> {
        Ok(self.record())
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Record<'a, 'b>, Refused> {
        Ok(self.record())
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Skipped, Refused> {
        self.scalar(Scalar::Other("a variant with fields"))?;
        Ok(Skipped)
    }
}

/// A list on its way in; without `items` it does not belong here and is skipped.
struct List<'a, 'b> {
    place: Place<'b>,
    to: &'a mut Hand<'b>,
    items: Option<Items<'b>>,
}

impl List<'_, '_> {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Taken {
        let Some(items) = &mut self.items else {
            return Ok(());
        };
        let place = self.to.binder.enter_item(items);
        value.serialize(Data { place, to: self.to })?;
        self.to.binder.leave_item(items, self.to.taken.take());
        Ok(())
    }

    fn finish(self) {
        let items = self.items;
        self.to.taken = items.and_then(|items| self.to.binder.close_list(self.place, items));
    }
}

/// A record on its way in; without `shape` it does not belong here and is skipped.
struct Record<'a, 'b> {
    place: Place<'b>,
    around: Option<Around>,
    to: &'a mut Hand<'b>,
    shape: Option<Shape<'b>>,
    /// The place of the map entry whose key has come.
    field: Option<Place<'b>>,
}

impl Record<'_, '_> {
    fn name(&mut self, name: &str) {
        if let Some(shape) = &mut self.shape {
            self.field = self.to.binder.enter(self.place, shape, name);
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Taken {
        if let (Some(place), Some(shape)) = (self.field.take(), &mut self.shape) {
            value.serialize(Data { place, to: self.to })?;
            self.to.binder.leave(shape, self.to.taken.take());
        }
        Ok(())
    }

    #[inline]
    fn put<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Taken {
        if let Some(field) = self.to.binder.likely(self.around)
            && self.to.binder.is_spelt(field, name)
        {
            if self.to.binder.enter_input(field.id) {
                value.serialize(Leaf { field, to: self.to })?;
            }
            return Ok(());
        }
        self.name(name);
        self.value(value)
    }

    fn finish(self) {
        self.to.taken = self.shape.and_then(|shape| self.to.binder.close(shape));
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident)*) => {$(
        impl $trait for List<'_, '_> {
            type Ok = ();
            type Error = Refused;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Taken {
                self.put(value)
            }
            fn end(self) -> Taken {
                self.finish();
                Ok(())
            }
        }
    )*};
}
lists! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
}

impl SerializeStruct for Record<'_, '_> {
    type Ok = ();
    type Error = Refused;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Taken {
        self.put(name, value)
    }
    fn end(self) -> Taken {
        self.finish();
        Ok(())
    }
}

impl SerializeMap for Record<'_, '_> {
    type Ok = ();
    type Error = Refused;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Taken {
        if self.shape.is_some() {
            let name = name.serialize(key::Key)?;
            self.name(&name);
        }
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Taken {
        self.value(value)
    }
    fn end(self) -> Taken {
        self.finish();
        Ok(())
    }
}

/// A variant with data where none belongs; it has been reported.
struct Skipped;

impl SerializeTupleVariant for Skipped {
    type Ok = ();
    type Error = Refused;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &T) -> Taken {
        Ok(())
    }
    fn end(self) -> Taken {
        Ok(())
    }
}

impl SerializeStructVariant for Skipped {
    type Ok = ();
    type Error = Refused;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, _: &T) -> Taken {
        Ok(())
    }
    fn end(self) -> Taken {
        Ok(())
    }
}
