//! Whether all floats of a row are numbers: JSON has no NaN and no infinity, and would hold `null` in their place.

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt::{self, Display};

/// The first float of a row that is not finite, and the field that it stands in.
#[derive(Debug)]
pub(super) struct NotFinite {
    /// `price`, `prices[2].amount`; empty where it is the row itself.
    pub(super) path: String,
    /// `NaN`, `inf` or `-inf`; `None` where the row can't be serialised, which is for others to tell.
    pub(super) float: Option<f64>,
}

impl NotFinite {
    /// The same, seen from around a field or an item.
    fn within(mut self, step: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        self.path = format!("{step}{dot}{}", self.path);
        self
    }
}

impl Display for NotFinite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl std::error::Error for NotFinite {}

impl serde::ser::Error for NotFinite {
    fn custom<T: Display>(_: T) -> Self {
        NotFinite {
            path: String::new(),
            float: None,
        }
    }
}

type Looked = Result<(), NotFinite>;

/// Looks at a value and keeps nothing of it.
#[derive(Clone, Copy)]
pub(super) struct Look;

/// Looks at the parts of a value.
pub(super) struct Parts {
    /// How many items there were so far.
    items: usize,
    /// The key of a map whose value comes next.
    key: String,
}

const PARTS: Parts = Parts {
    items: 0,
    key: String::new(),
};

macro_rules! no_floats {
    ($($method:ident $ty:ty)*) => {$(
        fn $method(self, _: $ty) -> Looked {
            Ok(())
        }
    )*};
}

macro_rules! parts {
    ($($method:ident($($ty:ty),*))*) => {$(
        fn $method(self, $(_: $ty),*) -> Result<Parts, NotFinite> {
            Ok(PARTS)
        }
    )*};
}

impl Serializer for Look {
    type Ok = ();
    type Error = NotFinite;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    fn serialize_f32(self, v: f32) -> Looked {
        self.serialize_f64(v.into())
    }
    fn serialize_f64(self, v: f64) -> Looked {
        let path = String::new();
        let float = Some(v).filter(|v| !v.is_finite());
        float.map_or(Ok(()), |_| Err(NotFinite { path, float }))
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Looked {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, v: &T) -> Looked {
        v.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Looked {
        value.serialize(self).map_err(|error| error.within(variant))
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Looked {
        Ok(())
    }
    fn serialize_none(self) -> Looked {
        Ok(())
    }
    fn serialize_unit(self) -> Looked {
        Ok(())
    }

    no_floats! {
        serialize_bool bool
        serialize_i8 i8
        serialize_i16 i16
        serialize_i32 i32
        serialize_i64 i64
        serialize_i128 i128
        serialize_u8 u8
        serialize_u16 u16
        serialize_u32 u32
        serialize_u64 u64
        serialize_u128 u128
        serialize_char char
        serialize_str &str
        serialize_bytes &[u8]
        serialize_unit_struct &'static str
    }
    parts! {
        serialize_seq(Option<usize>)
        serialize_tuple(usize)
        serialize_tuple_struct(&'static str, usize)
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
        serialize_map(Option<usize>)
        serialize_struct(&'static str, usize)
        serialize_struct_variant(&'static str, u32, &'static str, usize)
    }
}

macro_rules! lists {
    ($($trait:ident $method:ident)*) => {$(
        impl $trait for Parts {
            type Ok = ();
            type Error = NotFinite;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Looked {
                let place = self.items;
                self.items += 1;
                value.serialize(Look).map_err(|error| error.within(&format!("[{place}]")))
            }
            fn end(self) -> Looked {
                Ok(())
            }
        }
    )*};
}
lists! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

macro_rules! records {
    ($($trait:ident)*) => {$(
        impl $trait for Parts {
            type Ok = ();
            type Error = NotFinite;
            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Looked {
                value.serialize(Look).map_err(|error| error.within(name))
            }
            fn end(self) -> Looked {
                Ok(())
            }
        }
    )*};
}
records! { SerializeStruct SerializeStructVariant }

impl SerializeMap for Parts {
    type Ok = ();
    type Error = NotFinite;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Looked {
        let key = serde_json::to_value(key).map_err(NotFinite::custom)?;
        self.key = key.as_str().map_or_else(|| key.to_string(), str::to_owned);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Looked {
        let key = std::mem::take(&mut self.key);
        value.serialize(Look).map_err(|error| error.within(&key))
    }
    fn end(self) -> Looked {
        Ok(())
    }
}
