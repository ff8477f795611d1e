//! The scalars that leave as texts: decimals, amounts, dates, times, durations, zones.
//!
//! In: a value and its type. Out: something that writes the text, without allocating. What is written is
//! read back as the same value.

use crate::eval::View;
use crate::hir::{NEVER, Ty};
use crate::value::calendar::{ShowDate, ShowDatetime, ShowTime};
use crate::value::{currency, duration, geo, zone};
use rust_decimal::Decimal;
use std::fmt::{self, Display, Formatter};

/// A scalar that leaves as a text.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Decimal(Decimal),
    Date(i64),
    Time(i64),
    DateTime(i64),
    Duration(i64),
    Never,
    Zone(u32),
}

impl Told {
    /// The text of a value of a type, if it leaves as one (members and strings apart).
    pub(super) fn of(ty: &Ty, view: View<'_>) -> Option<Told> {
        Some(match (ty.present(), view) {
            (Ty::Money(code), View::Decimal(amount)) => {
                Told::Decimal(padded(amount, currency::digits(code.0)))
            }
            (_, View::Decimal(number)) => Told::Decimal(number),
            (Ty::Date, View::Int(days)) => Told::Date(days),
            (Ty::Time, View::Int(ms)) => Told::Time(ms),
            (Ty::DateTime, View::Int(ms)) => Told::DateTime(ms),
            (Ty::Elapsed, View::Int(NEVER)) => Told::Never,
            (Ty::Duration | Ty::Elapsed, View::Int(ms)) => Told::Duration(ms),
            (Ty::Zone, View::Member(zone)) => Told::Zone(zone),
            _ => return None,
        })
    }
}

impl Display for Told {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Told::Decimal(number) => write!(f, "{number}"),
            Told::Date(days) => write!(f, "{}", ShowDate(days)),
            Told::Time(ms) => write!(f, "{}", ShowTime(ms)),
            Told::DateTime(ms) => write!(f, "{}", ShowDatetime(ms)),
            Told::Duration(ms) => write!(f, "{}", duration::ShowIso(ms)),
            Told::Never => f.write_str("never"),
            Told::Zone(zone) => f.write_str(zone::name(zone)),
        }
    }
}

/// An amount with at least so many places, as far as zeros fit.
pub(super) fn padded(amount: Decimal, places: u32) -> Decimal {
    let mut padded = amount;
    padded.rescale(places.max(amount.scale()));
    padded
}

/// Latitude and longitude of a place, by their names.
pub(super) fn degrees(place: i64) -> [(&'static str, Decimal); 2] {
    let (lat, lon) = geo::degrees(place);
    [("lat", lat), ("lon", lon)]
}
