//! Values: what flows in from hosts and out to them, and the arithmetic of decimals.
//!
//! A [`Value`] does not know its type; the schema beside it does. `decimal` holds the arithmetic of numbers,
//! `round` their rounding; `calendar`, `duration` and `zone` time, `geo` places, `currency` the codes of money,
//! `pattern` the patterns of texts. How values come in from hosts and go out to them through serde is the engine's.

pub mod bucket;
pub(crate) mod calendar;
pub(crate) mod currency;
pub(crate) mod decimal;
pub(crate) mod duration;
pub(crate) mod geo;
pub(crate) mod json;
pub(crate) mod pattern;
pub(crate) mod round;
pub(crate) mod zone;

use rust_decimal::Decimal;
use std::sync::Arc;

/// A value of the language. Cheap to clone.
///
/// Decimals are always normalised (no trailing zeros, no negative zero), so equality is structural.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the types of the language")]
pub enum Value {
    Missing,
    Bool(bool),
    Int(i64),
    Decimal(Decimal),
    Text(Arc<str>),
    /// The index of the member within its enum.
    Member(u32),
    List(Arc<[Value]>),
    /// The fields in declared order.
    Record(Arc<[Value]>),
}
