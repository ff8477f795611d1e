//! A computed value as a [`serde::Deserializer`], so that hosts get their own types.
//!
//! Ints are ints; decimals and amounts are numbers where a float is asked for and exact texts otherwise;
//! dates, times and durations are texts in ISO 8601, zones their names; places are structs or maps of `lat`
//! and `lon`, or pairs; enums are unit variants or texts; records are structs or maps; missing is `None` or `()`. Nothing is converted
//! on the way: an int does not become a text.

use super::text::{Told, degrees};
use super::{Budget, TOO_LARGE};
use crate::eval::{ListView, RecordView, View};
use crate::hir::{Program, RecordField, Ty};
use crate::value::decimal;
use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt::{Display, Write as _};

/// Reads a value of type `ty` as a `T`.
pub(crate) fn read<T: DeserializeOwned>(
    program: &Program,
    ty: &Ty,
    view: View<'_>,
) -> Result<T, Misfit> {
    let budget = Budget::new();
    T::deserialize(Reader {
        program,
        ty,
        view,
        budget: &budget,
    })
}

/// The host's type does not take the value.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Misfit(String);

impl serde::de::Error for Misfit {
    fn custom<T: Display>(message: T) -> Self {
        Misfit(message.to_string())
    }
}

#[derive(Clone, Copy)]
struct Reader<'a> {
    program: &'a Program,
    ty: &'a Ty,
    view: View<'a>,
    budget: &'a Budget,
}

impl<'a> Reader<'a> {
    fn part(self, ty: &'a Ty, view: View<'a>) -> Self {
        Reader { ty, view, ..self }
    }

    /// The name of a member of this value's enum.
    fn member(self, index: u32) -> &'a str {
        match self.ty.present() {
            Ty::Enum(id) => {
                let members = &self.program.enumeration(*id).members;
                members.get(index as usize).map_or("", String::as_str)
            }
            _ => "",
        }
    }

    fn list(self, items: ListView<'a>) -> Items<'a> {
        let ty = match self.ty.present() {
            Ty::List(item) => item,
            other => other,
        };
        Items {
            reader: self,
            ty,
            items,
            next: 0,
        }
    }

    fn record(self, values: RecordView<'a>) -> Fields<'a> {
        let fields = match self.ty.present() {
            Ty::Record(id) => self.program.record(*id).fields.as_slice(),
            _ => &[],
        };
        Fields {
            reader: self,
            fields,
            values,
            next: 0,
        }
    }
}

/// The type of degrees.
static DEGREES: Ty = Ty::Decimal;

impl<'a> Reader<'a> {
    /// Latitude and longitude of a place.
    fn degrees(self, place: i64) -> [(&'static str, Reader<'a>); 2] {
        degrees(place).map(|(name, degrees)| {
            let view = View::Decimal(degrees);
            (name, self.part(&DEGREES, view))
        })
    }

    /// The place, if it is one.
    fn place(self) -> Option<i64> {
        match (self.ty.present(), self.view) {
            (Ty::Geo, View::Int(place)) => Some(place),
            _ => None,
        }
    }

    fn pair<'de, V: Visitor<'de>>(self, place: i64, visitor: V) -> Result<V::Value, Misfit> {
        let pair = self.degrees(place).map(|(_, degrees)| degrees);
        visitor.visit_seq(SeqDeserializer::new(pair.into_iter()))
    }
}

impl<'de> IntoDeserializer<'de, Misfit> for Reader<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Room for the text of a scalar, on the stack.
struct Text {
    bytes: [u8; 40],
    used: usize,
}

impl std::fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.used + text.len();
        let room = self.bytes.get_mut(self.used..end).ok_or(std::fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.used = end;
        Ok(())
    }
}

/// Hands the text of a scalar to `then`; but for durations of centuries it fits the room.
fn with_text<R>(told: Told, then: impl FnOnce(&str) -> R) -> R {
    let mut text = Text {
        bytes: [0; 40],
        used: 0,
    };
    let written = write!(text, "{told}").is_ok();
    match text.bytes.get(..text.used).map(std::str::from_utf8) {
        Some(Ok(digits)) if written => then(digits),
        _ => then(&told.to_string()),
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        if !self.budget.take() {
            return Err(Misfit::custom(TOO_LARGE));
        }
        if let Some(told) = Told::of(self.ty, self.view) {
            return with_text(told, |text| visitor.visit_str(text));
        }
        if let Some(place) = self.place() {
            return visitor.visit_map(MapDeserializer::new(self.degrees(place).into_iter()));
        }
        match self.view {
            View::Missing => visitor.visit_unit(),
            View::Bool(b) => visitor.visit_bool(b),
            View::Int(n) => visitor.visit_i64(n),
            View::Decimal(d) => with_text(Told::Decimal(d), |text| visitor.visit_str(text)),
            View::Text(text) => visitor.visit_str(text),
            View::Member(index) => visitor.visit_str(self.member(index)),
            View::List(items) => visitor.visit_seq(self.list(items)),
            View::Record(values) => visitor.visit_map(self.record(values)),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let View::Decimal(d) = self.view else {
            return self.deserialize_any(visitor);
        };
        match decimal::short_to_f64(d) {
            Some(number) => visitor.visit_f64(number),
            // By way of the text, since the nearest float to a text is exactly defined.
            None => match with_text(Told::Decimal(d), str::parse::<f64>) {
                Ok(number) => visitor.visit_f64(number),
                Err(_) => self.deserialize_any(visitor),
            },
        }
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.view {
            View::Missing => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.view {
            View::Member(index) => {
                let name: StrDeserializer<'_, Misfit> = self.member(index).into_deserializer();
                visitor.visit_enum(name)
            }
            _ => self.deserialize_any(visitor),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.place() {
            Some(place) => self.pair(place, visitor),
            None => self.deserialize_any(visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, v: V) -> Result<V::Value, Misfit> {
        self.deserialize_seq(v)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 char str string bytes byte_buf unit unit_struct
        map struct identifier
    }
}

/// The items of a list, one after the other.
struct Items<'a> {
    reader: Reader<'a>,
    ty: &'a Ty,
    items: ListView<'a>,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Misfit> {
        let Some(view) = self.items.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        seed.deserialize(self.reader.part(self.ty, view)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len().saturating_sub(self.next))
    }
}

/// The fields of a record, one after the other.
struct Fields<'a> {
    reader: Reader<'a>,
    fields: &'a [RecordField],
    values: RecordView<'a>,
    next: usize,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Misfit;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Misfit> {
        let Some(field) = self.fields.get(self.next) else {
            return Ok(None);
        };
        let name: StrDeserializer<'_, Misfit> = field.name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let part = match (self.fields.get(self.next), self.values.get(self.next)) {
            (Some(field), Some(view)) => self.reader.part(&field.ty, view),
            _ => self.reader.part(&Ty::Never, View::Missing),
        };
        let name = self.fields.get(self.next).map_or("", |field| &field.name);
        self.next += 1;
        seed.deserialize(part)
            .map_err(|Misfit(message)| Misfit(format!("field `{name}`: {message}")))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.fields.len().saturating_sub(self.next))
    }
}
