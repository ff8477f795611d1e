//! From a value of one type to one of another: literals written the other way, and the words that take a value there.
//!
//! In: an expression and the type that was needed. Out: what to write, and where only one thing can be meant its text.
//! Used by the reports of wrong types alone.

use super::lower::Lowering;
use super::{ExprId, ExprKind, Ty};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::value::{Value, calendar, duration};

/// What to do about a value of another type.
pub(super) struct Way {
    help: String,
    /// What to write in its place, where that is certain.
    pub(super) replacement: Option<String>,
}

impl Way {
    fn of(help: impl Into<String>) -> Option<Way> {
        Some(Way {
            help: help.into(),
            replacement: None,
        })
    }

    fn write(text: String) -> Option<Way> {
        Some(Way {
            help: format!("write `{text}`"),
            replacement: Some(text),
        })
    }

    /// The diagnostic with this way out; `at` is the place of the value.
    pub(super) fn told(self, error: Diagnostic, at: Span) -> Diagnostic {
        let error = error.help(self.help);
        match self.replacement {
            Some(text) => error.suggest(at, text),
            None => error,
        }
    }
}

impl Lowering<'_> {
    /// A literal as the author would have written it for another type: `"5"` as `5`, `5` as `"5"` or `5 GBP`, `"gold"`
    /// as `gold`, `"2026-03-01"` as `2026-03-01`.
    pub(super) fn as_literal(&self, id: ExprId, wanted: &Ty) -> Option<String> {
        let ExprKind::Const(value) = &self.expr(id).kind else {
            return None;
        };
        let written = self.sources.snippet(self.expr(id).span);
        let is_number = matches!(self.expr(id).ty, Ty::Int | Ty::Decimal);
        match (value, wanted) {
            (Value::Text(text), wanted) => self.unquoted(text, wanted),
            (_, Ty::Money(_)) if is_number && !written.ends_with('%') => {
                Some(format!("{written} {}", self.currency_of(wanted)))
            }
            (Value::Int(_) | Value::Decimal(_) | Value::Bool(_), Ty::Text) => {
                Some(format!("\"{written}\""))
            }
            _ => None,
        }
    }

    /// A text as the literal of another type.
    fn unquoted(&self, text: &str, wanted: &Ty) -> Option<String> {
        let is_number = || {
            let number = text.strip_suffix('%').unwrap_or(text);
            let digits = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            let whole = number.starts_with(|c: char| c.is_ascii_digit());
            let fits = digits && whole && !number.ends_with('.');
            fits && number.parse::<rust_decimal::Decimal>().is_ok()
        };
        let or_repair = |read: Result<i64, calendar::TimeError>| match read {
            Ok(_) => Some(text.to_owned()),
            Err(error) => error.repair(),
        };
        match wanted {
            Ty::Enum(enumeration) => {
                let members = &self.enums.get(enumeration.index())?.members;
                members.iter().find(|m| **m == *text).cloned()
            }
            Ty::Int => text.parse::<i64>().is_ok().then(|| text.to_owned()),
            Ty::Decimal => is_number().then(|| text.to_owned()),
            Ty::Bool => matches!(text, "true" | "false").then(|| text.to_owned()),
            Ty::Date => or_repair(calendar::parse_date(text)),
            Ty::Time => or_repair(calendar::parse_time(text)),
            Ty::DateTime => or_repair(calendar::parse_datetime(text)),
            Ty::Duration | Ty::Elapsed => quantity(text, &TIME_UNITS).or_else(|| {
                let length = duration::parse_iso(text).ok()?;
                let words = duration::ShowDuration(length).to_string();
                quantity(&words, &TIME_UNITS)
            }),
            Ty::Distance => quantity(text, &["m", "km", "metre", "metres"]),
            Ty::Money(_) => {
                let code = self.currency_of(wanted);
                let number = text.strip_suffix(&code).unwrap_or(text).trim_end();
                let digits = number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
                let fits = digits && number.parse::<rust_decimal::Decimal>().is_ok();
                fits.then(|| format!("{number} {code}"))
            }
            _ => None,
        }
    }

    /// The code of an amount's currency.
    pub(super) fn currency_of(&self, ty: &Ty) -> String {
        let name = self.type_name(ty.present());
        let code = name
            .strip_prefix("money<")
            .and_then(|n| n.strip_suffix('>'));
        code.unwrap_or("").to_owned()
    }

    /// How a value becomes one of another type by what stands around it.
    pub(super) fn conversion(&self, id: ExprId, wanted: &Ty) -> Option<Way> {
        let expr = self.expr(id);
        let text = self.sources.snippet(expr.span);
        let literal = matches!(expr.kind, ExprKind::Const(_));
        let one = operand(text);
        if expr.ty.is_optional() {
            return None;
        }
        of_moment(&expr.ty, wanted, text, literal)
            .or_else(|| self.of_number(&expr.ty, wanted, text, literal))
            .or_else(|| match (&expr.ty, wanted) {
                (Ty::Record(record), Ty::Geo) => {
                    let record = self.records.get(record.index())?;
                    let place = record.fields.iter().find(|f| f.ty == Ty::Geo)?;
                    Way::write(format!("{one}.{}", place.name))
                }
                (_, Ty::Geo) => Way::of("a place is a field of type `geo`, or `geo(51.5074, -0.1278)`"),
                (_, Ty::Elapsed) => Way::of("how long ago an instant was: `time since …`"),
                (Ty::Text, Ty::Zone) => Way::of(
                    "declare the field as `timezone`, so that only zones that exist come in; or write a name: `\"Europe/London\"`",
                ),
                (Ty::Text, Ty::Money(_) | Ty::Date | Ty::Time | Ty::DateTime | Ty::Duration | Ty::Distance)
                    if !literal =>
                {
                    Way::of(format!("declare it as `{}` where it comes from", self.type_name(wanted)))
                }
                (Ty::Int | Ty::Decimal | Ty::Money(_) | Ty::Date | Ty::Enum(_), Ty::Text) if !literal => {
                    Way::of(format!("a text that tells it: `\"{{{text}}}\"`"))
                }
                (_, wanted) if literal => example(wanted).and_then(Way::of),
                _ => None,
            })
    }

    /// A number as something with a unit, and the other way round.
    fn of_number(&self, found: &Ty, wanted: &Ty, text: &str, literal: bool) -> Option<Way> {
        let one = operand(text);
        match (found, wanted) {
            (Ty::Int | Ty::Decimal, Ty::Duration | Ty::Elapsed) if literal => Way::of(format!(
                "of what unit? for example `{text} minutes` or `{text} days`"
            )),
            (Ty::Int, Ty::Duration | Ty::Elapsed) => {
                Way::of(format!("of what unit? for example `{one} * 1 day`"))
            }
            (Ty::Int | Ty::Decimal, Ty::Distance) if literal => {
                Way::of(format!("of what unit? `{text} m` or `{text} km`"))
            }
            (Ty::Int, Ty::Distance) => Way::of(format!("of what unit? for example `{one} * 1 m`")),
            (Ty::Int | Ty::Decimal, Ty::Money(_)) => {
                let code = self.currency_of(wanted);
                Way::of(format!("say of which currency: `{one} * 1 {code}`"))
            }
            (Ty::Money(_), Ty::Money(_)) => Way::of(
                "amounts in different currencies are never mixed: convert one of them with a rate first",
            ),
            (Ty::Money(_), Ty::Int | Ty::Decimal) if literal => {
                let number = text.split_whitespace().next().unwrap_or(text);
                Way::of(format!("a plain number has no currency: `{number}`"))
            }
            (Ty::Money(_), Ty::Int | Ty::Decimal) => {
                let code = self.currency_of(found);
                Way::of(format!(
                    "an amount divided by another one is a number: `{one} / 1 {code}`"
                ))
            }
            (Ty::Duration, Ty::Int) => counted(text, literal, &one),
            (Ty::Distance, Ty::Int | Ty::Decimal) => Way::of(format!(
                "divided by another distance it is a number: `{one} / 1 km`"
            )),
            (Ty::Int, Ty::Time) if literal => {
                Way::of(format!("a time of day is written `{text:0>2}:00`"))
            }
            (Ty::Decimal, Ty::Date) => slashed(text),
            _ => None,
        }
    }
}

/// A date, time or instant as another of them, an elapsed time as a duration.
fn of_moment(found: &Ty, wanted: &Ty, text: &str, literal: bool) -> Option<Way> {
    let one = operand(text);
    match (found, wanted) {
        (Ty::DateTime, Ty::Date) if !literal => Way::write(format!("date of {one}")),
        (Ty::DateTime, Ty::Time) if !literal => Way::write(format!("time of {one}")),
        (Ty::Date | Ty::Time, Ty::DateTime) => Way::of(
            "an instant is a date, a time and an offset: `2026-03-01T18:30:00Z`; the day of an instant is `date of …`",
        ),
        (Ty::Elapsed, Ty::Duration) => Way::of(format!(
            "say what it is when there was none: `({text} else 30 days)`"
        )),
        _ => None,
    }
}

/// The units of time, in singular and plural.
const TIME_UNITS: [&str; 12] = [
    "millisecond",
    "milliseconds",
    "second",
    "seconds",
    "minute",
    "minutes",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
];

/// `30 minutes`, if that is what a text is.
fn quantity(text: &str, units: &[&str]) -> Option<String> {
    let (number, unit) = text.trim().split_once(' ')?;
    let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    (digits && units.contains(&unit.trim())).then(|| format!("{number} {}", unit.trim()))
}

/// How a literal of a type is written.
fn example(wanted: &Ty) -> Option<&'static str> {
    Some(match wanted {
        Ty::Date => "a date is written `2026-03-01`",
        Ty::Time => "a time of day is written `18:30`",
        Ty::DateTime => "an instant is written `2026-03-01T18:30:00Z`",
        Ty::Duration => "a duration is written `30 minutes` or `7 days`",
        Ty::Distance => "a distance is written `300 m` or `5 km`",
        _ => return None,
    })
}

/// A duration as a number: that of a literal, or how often a unit fits.
fn counted(text: &str, literal: bool, one: &str) -> Option<Way> {
    let number = text.split_whitespace().next().filter(|_| literal);
    match number.filter(|n| n.bytes().all(|b| b.is_ascii_digit())) {
        Some(number) => Way::of(format!("a plain number has no unit: `{number}`")),
        None => Way::of(format!("how many days it has: `whole days of {one}`")),
    }
}

/// `2026/03/01`, which divides numbers.
fn slashed(text: &str) -> Option<Way> {
    let written = text.replace(' ', "");
    match calendar::parse_date(&written).err()?.repair() {
        Some(date) => Way::write(date),
        None => Way::of("a date is written `2026-03-01`: year, month, day"),
    }
}

/// A text as one operand: in brackets if it has several parts.
pub(super) fn operand(text: &str) -> String {
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'`'));
    let bracketed = text.starts_with('(') && text.ends_with(')') && text.matches('(').count() == 1;
    let moment = text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(' ');
    let quoted = text.starts_with('"') && text.ends_with('"') && text.matches('"').count() == 2;
    if plain || bracketed || moment || quoted {
        text.to_owned()
    } else {
        format!("({text})")
    }
}
