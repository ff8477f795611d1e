//! One scalar from a host to one value of a declared type: no coercion, no rounding, ranges checked.
//!
//! In: a [`Scalar`], as JSON, serde or a slot gives it. Out: a [`Value`], or what is wrong in a
//! sentence for the host. JSON numbers come as their text, so that no decimal passes through a float.

use crate::diagnostic::nearest;
use crate::engine::schema::{Schema, bounds_text};
use crate::hir::{Bounds, EnumId, NEVER, Ty};
use crate::value::calendar::{self, TimeError};
use crate::value::{Value, decimal, duration, zone};
use rust_decimal::Decimal;

/// What a host gives where one value is expected.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scalar<'a> {
    Missing,
    Bool(bool),
    Int(i128),
    /// A number as text, in JSON's spelling.
    Number(&'a str),
    Float(f64),
    Text(&'a str),
    /// Something with parts: `a list`, `a record`, `bytes`.
    Other(&'static str),
}

impl Scalar<'_> {
    /// The scalar as a host is told what was found.
    pub(super) fn found(&self) -> String {
        match self {
            Scalar::Missing => "nothing".to_owned(),
            Scalar::Bool(b) => b.to_string(),
            Scalar::Int(n) => format!("the number {n}"),
            Scalar::Number(text) => format!("the number {}", shortened(text)),
            Scalar::Float(f) if f.is_nan() => "NaN".to_owned(),
            Scalar::Float(f) if f.is_infinite() => "infinity".to_owned(),
            Scalar::Float(f) => format!("the number {f:?}"),
            Scalar::Text(text) => format!("the text \"{}\"", shortened(text)),
            Scalar::Other(what) => (*what).to_owned(),
        }
    }
}

/// A text of any length as a message can hold it.
pub(crate) fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut short: String = text.chars().take(MOST).map(plain).collect();
    if text.chars().nth(MOST).is_some() {
        short.push('…');
    }
    short
}

/// What stands for a value that must not be shown.
pub(crate) const HIDDEN: &str = "‹hidden›";

/// What is said of a sensitive field: what is expected, and nothing of what was given.
pub(crate) fn hidden(schema: &Schema, ty: &Ty, range: Option<&Bounds>) -> String {
    let expected = schema.expected(ty);
    match (ty.present(), range) {
        (Ty::Int | Ty::Decimal, Some(bounds)) => {
            format!(
                "expected {expected} in {}, found {HIDDEN}",
                bounds_text(bounds)
            )
        }
        _ => format!("expected {expected}, found {HIDDEN}"),
    }
}

/// The value of type `ty` (its present form) that the scalar is.
pub(crate) fn convert(
    schema: &Schema,
    ty: &Ty,
    range: Option<&Bounds>,
    scalar: Scalar<'_>,
) -> Result<Value, String> {
    let wrong = || format!("expected {}, found {}", schema.expected(ty), scalar.found());
    match (ty.present(), scalar) {
        (Ty::Bool, Scalar::Bool(b)) => Ok(Value::Bool(b)),
        (Ty::Int | Ty::Distance, Scalar::Int(n)) => {
            let small = i64::try_from(n).map_err(|_| too_large(&n.to_string()))?;
            int_in(small, range).map(Value::Int)
        }
        (Ty::Int | Ty::Distance, Scalar::Number(text)) => match text.parse() {
            Ok(small) => int_in(small, range).map(Value::Int),
            Err(_) if text.bytes().any(|b| matches!(b, b'.' | b'e' | b'E')) => Err(wrong()),
            Err(_) => Err(too_large(text)),
        },
        (Ty::Decimal | Ty::Money(_), Scalar::Int(n)) => {
            let number = Decimal::try_from_i128_with_scale(n, 0)
                .map_err(|_| format!("{n} has more digits than a decimal holds (28)"))?;
            decimal_in(decimal::normalise(number), range).map(Value::Decimal)
        }
        (Ty::Decimal | Ty::Money(_), Scalar::Number(text)) => {
            decimal_in(read_decimal(text)?, range).map(Value::Decimal)
        }
        (Ty::Decimal | Ty::Money(_), Scalar::Text(text)) => match decimal::parse(text) {
            Err(decimal::ParseError::NotANumber) => Err(wrong()),
            _ => decimal_in(read_decimal(text)?, range).map(Value::Decimal),
        },
        (Ty::Decimal | Ty::Money(_), Scalar::Float(f)) if f.is_finite() => {
            let number = decimal::from_f64(f)
                .ok_or_else(|| format!("{f:?} can't be held exactly as a decimal"))?;
            decimal_in(number, range).map(Value::Decimal)
        }
        (Ty::Text, Scalar::Text(text)) => Ok(Value::Text(text.into())),
        (Ty::Enum(id), Scalar::Text(text)) => member(schema, *id, text).map(Value::Member),
        (Ty::Zone, Scalar::Text(text)) => time_zone(text).map(Value::Member),
        (ty, Scalar::Text(text)) => match time(ty, text) {
            Some(Ok(number)) => Ok(Value::Int(number)),
            // Where the mistake is that it is nothing of the kind, that is all there is to say.
            None
            | Some(Err(
                TimeError::Date(None)
                | TimeError::Time(None)
                | TimeError::Datetime(None)
                | TimeError::Duration(None),
            )) => Err(wrong()),
            Some(Err(error)) => Err(format!("{}: {error}", wrong())),
        },
        _ => Err(wrong()),
    }
}

/// The number that a text of time is; `None` for types of another kind.
fn time(ty: &Ty, text: &str) -> Option<Result<i64, TimeError>> {
    Some(match ty {
        Ty::Date => calendar::parse_date(text),
        Ty::Time => calendar::parse_time(text),
        Ty::DateTime => calendar::parse_datetime(text),
        Ty::Duration => duration::parse_iso(text),
        Ty::Elapsed if text == "never" => Ok(NEVER),
        // The longest of all durations stands for `never`.
        Ty::Elapsed => match duration::parse_iso(text) {
            Ok(NEVER) => Err(TimeError::Long),
            other => other,
        },
        _ => return None,
    })
}

/// Whether it is a text that names no member or time zone, where a name is wanted.
pub(super) fn is_unknown_name(schema: &Schema, ty: &Ty, scalar: Scalar<'_>) -> bool {
    match (ty.present(), scalar) {
        (Ty::Enum(id), Scalar::Text(text)) => schema.members(*id).get(text).is_none(),
        (Ty::Zone, Scalar::Text(text)) => zone::find(text).is_none(),
        _ => false,
    }
}

/// The time zone of that name.
fn time_zone(text: &str) -> Result<u32, String> {
    zone::find(text).ok_or_else(|| {
        let shown = shortened(text);
        match nearest(text, (0..zone::count()).map(zone::name)) {
            Some(near) => format!("there is no time zone `{shown}`; did you mean `{near}`?"),
            None => format!("there is no time zone `{shown}`; names are like `Europe/London`"),
        }
    })
}

/// The member of that name.
pub(crate) fn member(schema: &Schema, id: EnumId, text: &str) -> Result<u32, String> {
    schema.members(id).get(text).ok_or_else(|| {
        let shown = shortened(text);
        match schema.members(id).nearest(text) {
            Some(near) => format!("there is no member `{shown}`; did you mean `{near}`?"),
            None => {
                let members = &schema.program.enumeration(id).members;
                format!("there is no member `{shown}`; there is {}", listed(members))
            }
        }
    })
}

/// The first few names, for a message.
fn listed(names: &[String]) -> String {
    const MOST: usize = 8;
    let mut quoted: Vec<String> = names.iter().take(MOST).map(|n| format!("`{n}`")).collect();
    if names.len() > MOST {
        quoted.push("…".to_owned());
    }
    quoted.join(", ")
}

fn read_decimal(text: &str) -> Result<Decimal, String> {
    decimal::parse(text).map_err(|error| format!("{} {error}", shortened(text)))
}

fn too_large(text: &str) -> String {
    format!("{} does not fit an int (64 bits)", shortened(text))
}

/// The number, if it lies within the declared range.
#[inline]
pub(crate) fn int_in(n: i64, range: Option<&Bounds>) -> Result<i64, String> {
    match range {
        Some(bounds) if !int_within(n, bounds) => Err(outside(n, bounds)),
        _ => Ok(n),
    }
}

fn int_within(n: i64, bounds: &Bounds) -> bool {
    let (low, high) = (bounds.low, bounds.high);
    if low.scale() != 0 || high.scale() != 0 {
        return within(Decimal::from(n), bounds);
    }
    let n = i128::from(n);
    let above = high.mantissa() - i128::from(bounds.open);
    low.mantissa() <= n && n <= above
}

/// The number, if it lies within the declared range.
pub(crate) fn decimal_in(n: Decimal, range: Option<&Bounds>) -> Result<Decimal, String> {
    match range {
        Some(bounds) if !within(n, bounds) => Err(outside(n, bounds)),
        _ => Ok(n),
    }
}

fn within(n: Decimal, bounds: &Bounds) -> bool {
    n >= bounds.low
        && if bounds.open {
            n < bounds.high
        } else {
            n <= bounds.high
        }
}

fn outside(n: impl std::fmt::Display, bounds: &Bounds) -> String {
    format!("{n} is outside {}", bounds_text(bounds))
}
