//! What a customer brings, as a plain tree: the oracle's own picture of a context or a touchpoint.
//!
//! Made by the generator, read by the reference evaluator, written as JSON text or through serde for the engine.

use super::{calendar, number};
use num_bigint::BigInt;
use num_rational::BigRational;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use std::fmt::Write as _;

/// A value as a host would give it.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// Given as null. (A field that is not given at all does not stand in its record.)
    Null,
    /// A bool.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A decimal, and whether it is given as a string.
    Decimal(BigRational, bool),
    /// A string.
    Text(String),
    /// A member of an enum, by name.
    Member(String),
    /// An amount of money.
    Money(BigRational),
    /// A date.
    Date(i64),
    /// A time of day.
    Time(i64),
    /// An instant.
    Instant(i64),
    /// A duration.
    Duration(i64),
    /// A distance.
    Metres(i64),
    /// A place: latitude and longitude in 1e-7 degrees.
    Place(i64, i64),
    /// A zone by name.
    Zone(String),
    /// A list.
    List(Vec<Given>),
    /// A record: the fields given, by name.
    Record(Vec<(String, Given)>),
}

impl Given {
    /// A field of a record; `None` if it is not given or given as null.
    pub fn field(&self, name: &str) -> Option<&Given> {
        let Given::Record(fields) = self else {
            return None;
        };
        let (_, value) = fields.iter().find(|(n, _)| n == name)?;
        (*value != Given::Null).then_some(value)
    }

    /// The JSON text, numbers with all their digits.
    pub fn json(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The text of what hosts give as a text.
    fn text(&self) -> Option<String> {
        Some(match self {
            Given::Money(d) => number::print(d),
            Given::Date(n) => calendar::date_text(*n),
            Given::Time(n) => calendar::time_text(*n),
            Given::Instant(n) => calendar::instant_text(*n),
            Given::Duration(n) => calendar::duration_iso(*n),
            Given::Zone(name) => name.clone(),
            _ => return None,
        })
    }

    /// A place in degrees.
    fn degrees(&self) -> Option<(String, String)> {
        let Given::Place(lat, lon) = self else {
            return None;
        };
        let ten = BigInt::from(10_000_000);
        let text = |n: &i64| number::print(&BigRational::new(BigInt::from(*n), ten.clone()));
        Some((text(lat), text(lon)))
    }

    fn write(&self, out: &mut String) {
        if let Some(text) = self.text() {
            write!(out, "\"{text}\"").expect("writes");
            return;
        }
        if let Some((lat, lon)) = self.degrees() {
            write!(out, "{{\"lat\": {lat}, \"lon\": {lon}}}").expect("writes");
            return;
        }
        match self {
            Given::Null => out.push_str("null"),
            Given::Bool(b) => write!(out, "{b}").expect("writes"),
            Given::Int(n) | Given::Metres(n) => write!(out, "{n}").expect("writes"),
            Given::Decimal(d, false) => out.push_str(&number::print(d)),
            Given::Decimal(d, true) => write!(out, "\"{}\"", number::print(d)).expect("writes"),
            Given::Text(t) | Given::Member(t) => {
                out.push_str(&serde_json::to_string(t).expect("a string"));
            }
            Given::List(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    item.write(out);
                }
                out.push(']');
            }
            Given::Record(fields) => {
                out.push('{');
                for (i, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if i == 0 { "" } else { ", " });
                    write!(out, "{}: ", serde_json::to_string(name).expect("a string"))
                        .expect("writes");
                    value.write(out);
                }
                out.push('}');
            }
            _ => unreachable!("written above"),
        }
    }
}

/// The same through serde: decimals as strings, since serde has no exact number.
impl Serialize for Given {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(text) = self.text() {
            return serializer.serialize_str(&text);
        }
        if let Some((lat, lon)) = self.degrees() {
            let mut map = serializer.serialize_map(Some(2))?;
            map.serialize_entry("lat", &lat)?;
            map.serialize_entry("lon", &lon)?;
            return map.end();
        }
        match self {
            Given::Null => serializer.serialize_none(),
            Given::Bool(b) => serializer.serialize_bool(*b),
            Given::Int(n) | Given::Metres(n) => serializer.serialize_i64(*n),
            Given::Decimal(d, _) => serializer.serialize_str(&number::print(d)),
            Given::Text(t) | Given::Member(t) => serializer.serialize_str(t),
            Given::List(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    seq.serialize_element(item)?;
                }
                seq.end()
            }
            Given::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            _ => unreachable!("serialised above"),
        }
    }
}
