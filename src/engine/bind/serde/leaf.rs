//! A field of a host's struct that came in its place before: scalars go the quick way, the rest goes to [`Data`].

use super::{Data, Hand, List, Record, Refused, Skipped, Taken};
use crate::engine::bind::Place;
use crate::engine::bind::quick::Field;
use serde::ser::{Serialize, Serializer};

/// Takes what belongs to an input.
pub(super) struct Leaf<'a, 'b> {
    pub(super) field: &'b Field,
    pub(super) to: &'a mut Hand<'b>,
}

impl<'a, 'b> Leaf<'a, 'b> {
    fn data(self) -> Data<'a, 'b> {
        Data {
            place: Place::Input(self.field.id),
            to: self.to,
        }
    }
}

/// What is as likely to be quick as not to come at all.
macro_rules! others {
    ($($method:ident $ty:ty)*) => {$(
        fn $method(self, v: $ty) -> Taken {
            self.data().$method(v)
        }
    )*};
}

/// Integers that 64 bits hold.
macro_rules! ints {
    ($($method:ident $ty:ty)*) => {$(
        #[inline]
        fn $method(self, v: $ty) -> Taken {
            if self.to.binder.binding.quick_int(self.field, v.into()) {
                return Ok(());
            }
            self.data().$method(v)
        }
    )*};
}

impl<'a, 'b> Serializer for Leaf<'a, 'b> {
    type Ok = ();
    type Error = Refused;
    type SerializeSeq = List<'a, 'b>;
    type SerializeTuple = List<'a, 'b>;
    type SerializeTupleStruct = List<'a, 'b>;
    type SerializeTupleVariant = Skipped;
    type SerializeMap = Record<'a, 'b>;
    type SerializeStruct = Record<'a, 'b>;
    type SerializeStructVariant = Skipped;

    ints! {
        serialize_i8 i8
        serialize_i16 i16
        serialize_i32 i32
        serialize_i64 i64
        serialize_u8 u8
        serialize_u16 u16
        serialize_u32 u32
    }
    others! {
        serialize_i128 i128
        serialize_u128 u128
        serialize_f32 f32
        serialize_f64 f64
        serialize_char char
        serialize_bytes &[u8]
        serialize_unit_struct &'static str
    }

    #[inline]
    fn serialize_u64(self, v: u64) -> Taken {
        match i64::try_from(v) {
            Ok(v) => self.serialize_i64(v),
            Err(_) => self.data().serialize_u64(v),
        }
    }
    #[inline]
    fn serialize_bool(self, v: bool) -> Taken {
        if self.to.binder.binding.quick_bool(self.field, v) {
            return Ok(());
        }
        self.data().serialize_bool(v)
    }
    #[inline]
    fn serialize_str(self, v: &str) -> Taken {
        let binder = &mut self.to.binder;
        if binder.binding.quick_text(binder.schema, self.field, v) {
            return Ok(());
        }
        self.data().serialize_str(v)
    }
    #[inline]
    fn serialize_unit_variant(self, name: &'static str, n: u32, variant: &'static str) -> Taken {
        let binder = &mut self.to.binder;
        if binder
            .binding
            .quick_variant(binder.schema, self.field, n, variant)
        {
            return Ok(());
        }
        self.data().serialize_unit_variant(name, n, variant)
    }
    fn serialize_none(self) -> Taken {
        self.data().serialize_none()
    }
    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Taken {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Taken {
        self.data().serialize_unit()
    }
    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Taken {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
        value: &T,
    ) -> Taken {
        self.data()
            .serialize_newtype_variant(name, n, variant, value)
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<List<'a, 'b>, Refused> {
        self.data().serialize_seq(len)
    }
    fn serialize_tuple(self, len: usize) -> Result<List<'a, 'b>, Refused> {
        self.data().serialize_tuple(len)
    }
    fn serialize_tuple_struct(
        self,
        name: &'static str,
        len: usize,
    ) -> Result<List<'a, 'b>, Refused> {
        self.data().serialize_tuple_struct(name, len)
    }
    fn serialize_tuple_variant(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Skipped, Refused> {
        self.data().serialize_tuple_variant(name, n, variant, len)
    }
    fn serialize_map(self, len: Option<usize>) -> Result<Record<'a, 'b>, Refused> {
        self.data().serialize_map(len)
    }
    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Record<'a, 'b>, Refused> {
        self.data().serialize_struct(name, len)
    }
    fn serialize_struct_variant(
        self,
        name: &'static str,
        n: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Skipped, Refused> {
        self.data().serialize_struct_variant(name, n, variant, len)
    }
}
