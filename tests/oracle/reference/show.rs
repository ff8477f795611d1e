//! Values as they are told in texts, and amounts as they leave.

use super::super::{calendar, number};
use super::{Val, never, places};
use num_rational::BigRational;
use pervade::internals::hir::{Program, Ty};

/// The places of a currency's minor unit.
fn minor_places(code: &str) -> u32 {
    match code {
        "JPY" | "KRW" | "ISK" | "CLP" => 0,
        "KWD" | "BHD" | "TND" | "JOD" => 3,
        _ => 2,
    }
}

/// The code of a currency.
fn code(program: &Program, ty: &Ty) -> String {
    let name = program.type_name(ty.present());
    let code = name
        .strip_prefix("money<")
        .and_then(|n| n.strip_suffix('>'));
    code.expect("a currency").to_owned()
}

/// An amount as text, with the places of its minor unit as far as zeros have room; and its currency.
pub fn amount(program: &Program, ty: &Ty, value: &BigRational) -> (String, String) {
    let code = code(program, ty);
    let mut text = number::print(value);
    let known = text.split_once('.').map_or(0, |(_, part)| part.len());
    for place in known..minor_places(&code) as usize {
        let point = if place == 0 { ".0" } else { "0" };
        let padded = format!("{text}{point}");
        let digits: String = padded.chars().filter(char::is_ascii_digit).collect();
        if digits.parse::<u128>().is_ok_and(|n| n < 1 << 96) {
            text = padded;
        }
    }
    (text, code)
}

fn small(value: &Val) -> i64 {
    match value {
        Val::Int(n) => number::int(n).expect("64 bits"),
        other => panic!("{other:?} is no whole number"),
    }
}

/// A value in a text.
pub(super) fn show(program: &Program, ty: &Ty, value: &Val) -> String {
    match (ty.present(), value) {
        (_, Val::Bool(b)) => b.to_string(),
        (Ty::Money(_), Val::Decimal(d)) => {
            let (amount, code) = amount(program, ty, d);
            format!("{amount} {code}")
        }
        (_, Val::Decimal(d)) => number::print(d),
        (Ty::Enum(id), Val::Member(m)) => program.enumeration(*id).members[*m].clone(),
        (Ty::Zone, Val::Member(m)) => calendar::zone(*m).name().to_owned(),
        (Ty::Date, _) => calendar::date_text(small(value)),
        (Ty::Time, _) => calendar::time_text(small(value)),
        (Ty::DateTime, _) => calendar::instant_text(small(value)),
        (Ty::Elapsed, _) if *value == never() => "never".to_owned(),
        (Ty::Duration | Ty::Elapsed, _) => calendar::duration_words(small(value)),
        (Ty::Distance, _) => match small(value) {
            0 => "0 m".to_owned(),
            m if m % 1000 == 0 => format!("{} km", m / 1000),
            m => format!("{m} m"),
        },
        (Ty::Geo, Val::Int(n)) => {
            let (lat, lon) = places::degrees(n);
            format!("{lat}, {lon}")
        }
        (_, Val::Int(n)) => n.to_string(),
        (ty, value) => panic!("{value:?} of {ty:?} is told"),
    }
}

/// A value with all amounts in it rounded half-even to their minor units.
pub(super) fn rounded(program: &Program, ty: &Ty, value: Val) -> Val {
    match (ty.present(), value) {
        (_, Val::Missing) => Val::Missing,
        (Ty::Money(_), Val::Decimal(d)) => {
            Val::Decimal(number::to_places(&d, minor_places(&code(program, ty))))
        }
        (Ty::List(item), Val::List(items)) => Val::List(
            items
                .into_iter()
                .map(|i| rounded(program, item, i))
                .collect(),
        ),
        (Ty::Record(id), Val::Record(values)) => {
            let fields = program.record(*id).fields.iter();
            let values = fields.zip(values);
            Val::Record(values.map(|(f, v)| rounded(program, &f.ty, v)).collect())
        }
        (_, other) => other,
    }
}
