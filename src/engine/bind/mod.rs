//! Host data into slots: what JSON, serde values, slots and CSV have in common.
//!
//! In: fields and scalars, in whatever order the host gives them. Out: a [`Binding`], that is the slots
//! of every input, with every problem and its path. `json` and `serde` walk their data and call the
//! [`Binder`], which knows the schema; [`Binding::complete`] fills in what was not given.
//!
//! One rule for what is not given: absent and null are the same; then the field's default counts, else
//! it is missing if it is optional, else that is a problem. A record that is not optional has no presence
//! of its own: what it needs is asked of its fields. Invariants: a value in a slot has the slot's type
//! and lies in its range; depth is bounded by [`MOST_DEPTH`], problems by [`MOST_PROBLEMS`]; no problem
//! with a `sensitive` field shows what was given for it.

mod binder;
mod binding;
pub(crate) mod convert;
mod json;
mod parts;
mod problems;
pub(super) mod quick;
mod serde;

pub(crate) use binder::{Binder, Items, Shape};
pub(crate) use binding::Binding;
pub(crate) use json::bind_json;
use parts::Part;
pub(crate) use serde::bind_serde;

use crate::hir::{Bounds, InputId, Root, Ty};

/// How many problems an error keeps; it counts the others.
pub(super) const MOST_PROBLEMS: usize = 1_000;
/// How deep records and lists in data may lie inside one another.
const MOST_DEPTH: usize = 64;
/// How many fields of records may be filled in that the data did not name.
const MOST_FILLED: usize = 100_000;

/// What is said where the rules ask for the time and a context has none.
const CONTEXT_NEEDS_NOW: &str =
    "the rules ask for the time: give the instant with `.now(…)`, or as `now` in the data";
/// The same of a frame.
const FRAME_NEEDS_NOW: &str = "the rules ask for the time, and the instant `now` is not given";

/// What is said where the rules ask about events and a context has none.
const CONTEXT_NEEDS_HISTORY: &str = "the rules ask about events: give the customer's history with `.history(…)`; of a customer who did nothing it is `rules.history()`";
/// The same of a frame.
const FRAME_NEEDS_HISTORY: &str =
    "the rules ask about events, and the customer's history is not given";

/// What is said of a history that was made for other events.
pub(crate) const OTHER_EVENTS: &str = "the history was made for rules that declare other events: make it with `history()` of these rules";

/// What is said of an instant that no rule could calculate with.
pub(crate) const NO_INSTANT: &str = "the instant lies outside the years 1 to 9999";

/// What is said of a field that nobody gave.
const REQUIRED: &str = "required, but not given";

/// Where in the schema a piece of data belongs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'b> {
    /// The object with the fields of the context, and the touchpoint's under `touchpoint`.
    Whole,
    /// The object with the fields of the context or of the touchpoint.
    Top(Root),
    /// `now`, of rules that do not ask for it: it must be an instant, and is forgotten.
    Instant,
    /// A field of the context or touchpoint.
    Input(InputId),
    /// Something within a list.
    Item {
        ty: &'b Ty,
        range: Option<&'b Bounds>,
        sensitive: bool,
    },
    /// A part of the amount or place that the binder has open.
    Part(Part),
}

/// What a place takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scalar,
    List,
    Record,
    /// A scalar, or its parts: an amount, a place.
    Parted,
}

fn is_record(ty: &Ty) -> bool {
    matches!(ty.present(), Ty::Record(_))
}
