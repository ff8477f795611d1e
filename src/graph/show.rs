//! Values as they are told in texts: one neutral format, the same for every reader.

use super::scalar::Scalar;
use crate::hir::{Currency, NEVER, Program, Ty};
use crate::value::{calendar, currency, duration, geo, zone};
use std::fmt::Write as _;

/// How values of one type are told.
#[derive(Clone, Debug)]
pub(crate) enum Show {
    /// As they are: truth values, numbers.
    Plain,
    Members(Vec<String>),
    Money(Currency),
    Date,
    Time,
    DateTime,
    Duration,
    Distance,
    Zone,
    Geo,
}

impl Show {
    /// The way of a type.
    pub(crate) fn new(program: &Program, ty: &Ty) -> Show {
        match ty.present() {
            Ty::Enum(id) => Show::Members(program.enumeration(*id).members.clone()),
            other => Show::of(other),
        }
    }

    /// The way of a type that is not an enum.
    pub(crate) fn of(ty: &Ty) -> Show {
        match ty.present() {
            Ty::Money(currency) => Show::Money(*currency),
            Ty::Date => Show::Date,
            Ty::Time => Show::Time,
            Ty::DateTime => Show::DateTime,
            Ty::Duration | Ty::Elapsed => Show::Duration,
            Ty::Distance => Show::Distance,
            Ty::Zone => Show::Zone,
            Ty::Geo => Show::Geo,
            _ => Show::Plain,
        }
    }

    /// Appends a value. (Writing to a string can't fail.)
    pub(crate) fn write(&self, value: Scalar, out: &mut String) {
        let _ = match (self, value) {
            (Show::Members(names), Scalar::Member(at)) => {
                out.push_str(names.get(at as usize).map_or("", |name| name));
                Ok(())
            }
            (Show::Zone, Scalar::Member(at)) => write!(out, "{}", zone::name(at)),
            (Show::Money(code), Scalar::Decimal(amount)) => {
                let places = currency::digits(code.0).max(amount.scale());
                let mut padded = amount;
                // Only adds zeros, where they fit.
                padded.rescale(places);
                write!(out, "{padded} {}", currency::code(code.0))
            }
            (Show::Date, Scalar::Int(days)) => write!(out, "{}", calendar::ShowDate(days)),
            (Show::Time, Scalar::Int(ms)) => write!(out, "{}", calendar::ShowTime(ms)),
            (Show::DateTime, Scalar::Int(ms)) => write!(out, "{}", calendar::ShowDatetime(ms)),
            (Show::Duration, Scalar::Int(NEVER)) => write!(out, "never"),
            (Show::Duration, Scalar::Int(ms)) => write!(out, "{}", duration::ShowDuration(ms)),
            (Show::Distance, Scalar::Int(metres)) => {
                if metres % 1_000 == 0 && metres != 0 {
                    write!(out, "{} km", metres / 1_000)
                } else {
                    write!(out, "{metres} m")
                }
            }
            (Show::Geo, Scalar::Int(place)) => {
                let (lat, lon) = geo::degrees(place);
                write!(out, "{lat}, {lon}")
            }
            (_, Scalar::Bool(b)) => write!(out, "{b}"),
            (_, Scalar::Int(i)) => write!(out, "{i}"),
            (_, Scalar::Decimal(d)) => write!(out, "{d}"),
            (_, Scalar::Member(m)) => write!(out, "{m}"),
            (_, Scalar::Missing | Scalar::Text(_) | Scalar::List(_) | Scalar::Record(_)) => Ok(()),
        };
    }
}
