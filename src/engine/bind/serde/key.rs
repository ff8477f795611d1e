//! The keys of maps as field names: texts and unit variants, nothing else.

use super::Refused;
use serde::ser::{Error as _, Impossible, Serialize, Serializer};

/// Takes a key as a text.
pub(super) struct Key;

type Name = Result<String, Refused>;
type No = Impossible<String, Refused>;

fn no<T>() -> Result<T, Refused> {
    Err(Refused::custom(
        "the keys of a map must be texts: the names of fields",
    ))
}

macro_rules! refuse {
    ($($method:ident $ty:ty)*) => {$(
        fn $method(self, _: $ty) -> Name {
            no()
        }
    )*};
}

impl Serializer for Key {
    type Ok = String;
    type Error = Refused;
    type SerializeSeq = No;
    type SerializeTuple = No;
    type SerializeTupleStruct = No;
    type SerializeTupleVariant = No;
    type SerializeMap = No;
    type SerializeStruct = No;
    type SerializeStructVariant = No;

    fn serialize_str(self, name: &str) -> Name {
        Ok(name.to_owned())
    }
    fn serialize_char(self, name: char) -> Name {
        Ok(name.to_string())
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Name {
        Ok(variant.to_owned())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Name {
        v.serialize(self)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Name {
        value.serialize(self)
    }

    refuse! {
        serialize_bool bool
        serialize_i8 i8
        serialize_i16 i16
        serialize_i32 i32
        serialize_i64 i64
        serialize_u8 u8
        serialize_u16 u16
        serialize_u32 u32
        serialize_u64 u64
        serialize_f32 f32
        serialize_f64 f64
        serialize_bytes &[u8]
        serialize_unit_struct &'static str
    }

    fn serialize_none(self) -> Name {
        no()
    }
    fn serialize_unit(self) -> Name {
        no()
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Name {
        no()
    }
    fn serialize_seq(self, _: Option<usize>) -> Result<No, Refused> {
        no()
    }
    fn serialize_tuple(self, _: usize) -> Result<No, Refused> {
        no()
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<No, Refused> {
        no()
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, Refused> {
        no()
    }
    fn serialize_map(self, _: Option<usize>) -> Result<No, Refused> {
        no()
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<No, Refused> {
        no()
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<No, Refused> {
        no()
    }
}
