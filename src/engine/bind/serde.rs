//! Any [`serde::Serialize`] straight into slots, guided by the schema.
//!
//! A value is taken as its JSON would be: structs and maps are records, unit variants are members,
//! `None` and `()` are missing; floats become their shortest decimal. Nothing is copied but texts.

use super::convert::Scalar;
use super::{Binder, Binding, Items, Place, Shape};
use crate::engine::schema::Schema;
use crate::error::{Error, Problem};
use crate::value::Value;
use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::Display;

mod key;

/// Reads a serialisable value into `place`. What does not fit is noted in the binding; the error is for
/// a value that refuses to be serialised.
pub(crate) fn bind_serde<T: Serialize + ?Sized>(
    schema: &Schema,
    binding: &mut Binding,
    place: Place<'_>,
    data: &T,
) -> Result<(), Error> {
    let mut binder = Binder::new(schema, &mut *binding);
    let written = data.serialize(Data {
        place,
        binder: &mut binder,
    });
    if let Err(Refused(message)) = written {
        binding.problem(Problem::new("", message));
        return binding.check();
    }
    Ok(())
}

/// The host's own `Serialize` gave an error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(String);

impl serde::ser::Error for Refused {
    fn custom<T: Display>(message: T) -> Self {
        Refused(message.to_string())
    }
}

type Taken = Result<Option<Value>, Refused>;

/// Takes what belongs to a place.
struct Data<'a, 'b> {
    place: Place<'b>,
    binder: &'a mut Binder<'b>,
}

impl<'a, 'b> Data<'a, 'b> {
    #[inline(always)]
    fn scalar(self, scalar: Scalar<'_>) -> Taken {
        Ok(self.binder.scalar(self.place, scalar))
    }

    fn list(self) -> List<'a, 'b> {
        let items = self.binder.open_list(self.place);
        List {
            place: self.place,
            binder: self.binder,
            items,
        }
    }

    fn record(self) -> Record<'a, 'b> {
        let shape = self.binder.open(self.place);
        Record {
            place: self.place,
            binder: self.binder,
            shape,
            field: None,
        }
    }

    /// A variant with data: a record with the variant's name as its one field, as in JSON.
    fn variant<T: Serialize + ?Sized>(self, name: &str, data: &T) -> Taken {
        let mut record = self.record();
        record.put(name, data)?;
        Ok(record.finish())
    }
}

impl<'a, 'b> Serializer for Data<'a, 'b> {
    type Ok = Option<Value>;
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
    binder: &'a mut Binder<'b>,
    items: Option<Items<'b>>,
}

impl List<'_, '_> {
    fn put<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let Some(items) = &mut self.items else {
            return Ok(());
        };
        let place = self.binder.enter_item(items);
        let value = value.serialize(Data {
            place,
            binder: self.binder,
        })?;
        self.binder.leave_item(items, value);
        Ok(())
    }

    fn finish(self) -> Option<Value> {
        self.binder.close_list(self.place, self.items?)
    }
}

/// A record on its way in; without `shape` it does not belong here and is skipped.
struct Record<'a, 'b> {
    place: Place<'b>,
    binder: &'a mut Binder<'b>,
    shape: Option<Shape<'b>>,
    /// The place of the map entry whose key has come.
    field: Option<Place<'b>>,
}

impl Record<'_, '_> {
    fn name(&mut self, name: &str) {
        if let Some(shape) = &mut self.shape {
            self.field = self.binder.enter(self.place, shape, name);
        }
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        if let (Some(place), Some(shape)) = (self.field.take(), &mut self.shape) {
            let value = value.serialize(Data {
                place,
                binder: self.binder,
            })?;
            self.binder.leave(shape, value);
        }
        Ok(())
    }

    #[inline]
    fn put<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Refused> {
        if let Some(shape) = &self.shape
            && let Some((id, likely)) = self.binder.likely(self.place, shape)
            && likely == name
        {
            if self.binder.enter_input(id) {
                let (place, binder) = (Place::Input(id), &mut *self.binder);
                value.serialize(Data { place, binder })?;
            }
            return Ok(());
        }
        self.name(name);
        self.value(value)
    }

    fn finish(self) -> Option<Value> {
        self.binder.close(self.shape?)
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident)*) => {$(
        impl $trait for List<'_, '_> {
            type Ok = Option<Value>;
            type Error = Refused;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.put(value)
            }
            fn end(self) -> Taken {
                Ok(self.finish())
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
    type Ok = Option<Value>;
    type Error = Refused;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Refused> {
        self.put(name, value)
    }
    fn end(self) -> Taken {
        Ok(self.finish())
    }
}

impl SerializeMap for Record<'_, '_> {
    type Ok = Option<Value>;
    type Error = Refused;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Refused> {
        if self.shape.is_some() {
            let name = name.serialize(key::Key)?;
            self.name(&name);
        }
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        self.value(value)
    }
    fn end(self) -> Taken {
        Ok(self.finish())
    }
}

/// A variant with data where none belongs; it has been reported.
struct Skipped;

impl SerializeTupleVariant for Skipped {
    type Ok = Option<Value>;
    type Error = Refused;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Refused> {
        Ok(())
    }
    fn end(self) -> Taken {
        Ok(None)
    }
}

impl SerializeStructVariant for Skipped {
    type Ok = Option<Value>;
    type Error = Refused;
    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        _: &'static str,
        _: &T,
    ) -> Result<(), Refused> {
        Ok(())
    }
    fn end(self) -> Taken {
        Ok(None)
    }
}
