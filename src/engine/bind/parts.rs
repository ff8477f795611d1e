//! Values that may be given in parts: an amount as `{ amount, currency }`, a place as `{ lat, lon }` or `[lat, lon]`.
//!
//! In: parts, one after the other, as they are read. Out: the one value they make, or what is missing. The
//! [`Binder`](super::Binder) has at most one such value open, since no part has parts.

use crate::hir::{Bounds, Currency, Ty};
use crate::value::{Value, currency, geo};
use rust_decimal::Decimal;

/// A part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Amount,
    /// The code there must be.
    Currency(Currency),
    Latitude,
    Longitude,
    /// The third item of a list of two.
    Surplus,
}

/// What has no bounds but its type's.
static DECIMAL: Ty = Ty::Decimal;
static TEXT: Ty = Ty::Text;
static LATITUDES: Bounds = degrees(90);
static LONGITUDES: Bounds = degrees(180);

const fn degrees(most: u32) -> Bounds {
    Bounds {
        low: Decimal::from_parts(most, 0, 0, true, 0),
        high: Decimal::from_parts(most, 0, 0, false, 0),
        open: false,
    }
}

impl Part {
    /// Its name as a field.
    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Amount => "amount",
            Part::Currency(_) => "currency",
            Part::Latitude => "lat",
            Part::Longitude => "lon",
            Part::Surplus => "",
        }
    }

    /// Its place in a list.
    pub(super) fn index(self) -> usize {
        match self {
            Part::Amount | Part::Latitude => 0,
            Part::Currency(_) | Part::Longitude => 1,
            Part::Surplus => 2,
        }
    }

    /// Its type and bounds.
    pub(super) fn ty(self) -> (&'static Ty, Option<&'static Bounds>) {
        match self {
            Part::Amount | Part::Surplus => (&DECIMAL, None),
            Part::Currency(_) => (&TEXT, None),
            Part::Latitude => (&DECIMAL, Some(&LATITUDES)),
            Part::Longitude => (&DECIMAL, Some(&LONGITUDES)),
        }
    }

    /// Which item of a list of latitude and longitude this is.
    pub(super) fn of_list(index: usize) -> Part {
        match index {
            0 => Part::Latitude,
            1 => Part::Longitude,
            _ => Part::Surplus,
        }
    }
}

/// A value whose parts are being read.
#[derive(Debug)]
pub(crate) struct Parts {
    parts: [Part; 2],
    /// `None` while not named; `Some(None)` when named and wrong.
    given: [Option<Option<Value>>; 2],
    current: usize,
}

impl Parts {
    /// For a type that may be given as a record.
    pub(super) fn of(ty: &Ty) -> Option<Parts> {
        let parts = match ty.present() {
            Ty::Money(code) => [Part::Amount, Part::Currency(*code)],
            Ty::Geo => [Part::Latitude, Part::Longitude],
            _ => return None,
        };
        Some(Parts {
            parts,
            given: [None, None],
            current: 0,
        })
    }

    /// The part of that name, and whether it was named before.
    pub(super) fn enter(&mut self, name: &str) -> Option<(Part, bool)> {
        let (index, part) = (0..).zip(self.parts).find(|(_, p)| p.name() == name)?;
        self.current = index;
        Some((part, self.given.get(index).is_some_and(Option::is_some)))
    }

    /// Takes what the part named last is; nothing for what does not fit.
    pub(super) fn leave(&mut self, value: Option<Value>) {
        if let Some(slot) = self.given.get_mut(self.current) {
            *slot = Some(value);
        }
    }

    /// What is said of a field that is none of the parts.
    pub(super) fn unknown(&self) -> String {
        let [first, second] = self.parts.map(Part::name);
        let what = match self.parts {
            [Part::Amount, _] => "an amount",
            _ => "a place",
        };
        format!("there is no such field; {what} has `{first}` and `{second}`")
    }

    /// The parts that nobody gave.
    pub(super) fn lacking(&self) -> impl Iterator<Item = Part> {
        let given = self.parts.iter().zip(&self.given);
        let lacking = given.filter(|(_, g)| matches!(g, None | Some(Some(Value::Missing))));
        lacking.map(|(part, _)| *part)
    }

    /// The one value, if all parts fit.
    pub(super) fn join(self) -> Option<Value> {
        match (self.parts, self.given) {
            ([Part::Amount, _], [Some(Some(amount)), Some(Some(_))]) => Some(amount),
            ([Part::Latitude, _], [Some(Some(lat)), Some(Some(lon))]) => place(&lat, &lon),
            _ => None,
        }
    }
}

/// The place at these degrees, which lie within their bounds.
pub(super) fn place(lat: &Value, lon: &Value) -> Option<Value> {
    match (lat, lon) {
        (Value::Decimal(lat), Value::Decimal(lon)) => {
            geo::from_degrees(*lat, *lon).map(Value::Int)
        }
        _ => None,
    }
}

/// The code of a currency, in capitals.
pub(super) fn code(of: Currency) -> &'static str {
    currency::code(of.0)
}
