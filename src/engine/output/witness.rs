//! Whether a host's type can take what a definition gives, asked before the first decision.
//!
//! The type of the result is tried by values: each member of each enum, present and missing, a duration and
//! `never`, lists of none and of one, and for other types one example. Parts are varied one at a time, so the number of trials is a sum and not a product.

use super::read;
use crate::eval::View;
use crate::hir::{NEVER, Program, RecordId, Ty};
use crate::value::{Value, calendar, geo, zone};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// How many values are tried at most.
const MOST_TRIALS: usize = 4_096;
/// How many parts one of them may have; types within types can make more than there is memory for.
const MOST_PARTS: usize = 100_000;

/// How many lists and records may lie inside one another in a result.
const MOST_DEPTH: usize = 128;

/// What is wrong with `T` for results of type `ty`, in a sentence, if anything is.
pub(crate) fn check<T: DeserializeOwned>(program: &Program, ty: &Ty) -> Result<(), String> {
    if !is_shallow(program, ty) {
        return Err(format!(
            "it gives lists and records more than {MOST_DEPTH} levels deep"
        ));
    }
    let mut parts = MOST_PARTS;
    let Some(trials) = trials(program, ty, &mut parts) else {
        // So large a type can't be tried; reading the value says what does not fit.
        return Ok(());
    };
    for value in &trials {
        if let Err(misfit) = read::<T>(program, ty, View::of(value)) {
            let wanted = std::any::type_name::<T>();
            let given = program.type_name(ty);
            let way_out = match value {
                Value::Missing => "; it may be missing: ask for an `Option`",
                _ => "",
            };
            return Err(format!(
                "it gives `{given}`, which `{wanted}` does not take: {misfit}{way_out}"
            ));
        }
    }
    Ok(())
}

/// Whether values of a type may be read and written: whether none of its parts lies too deep.
pub(crate) fn is_shallow(program: &Program, ty: &Ty) -> bool {
    within(program, ty, MOST_DEPTH, &mut HashMap::new())
}

/// Whether no part of a type lies deeper than that. `known`: the fewest levels that a record type was found to fit.
fn within(program: &Program, ty: &Ty, levels: usize, known: &mut HashMap<RecordId, usize>) -> bool {
    let Some(below) = levels.checked_sub(1) else {
        return false;
    };
    match ty {
        Ty::Optional(inner) => within(program, inner, levels, known),
        Ty::List(item) => within(program, item, below, known),
        Ty::Record(id) if known.get(id).is_some_and(|fits| *fits <= levels) => true,
        Ty::Record(id) => {
            let mut fields = program.record(*id).fields.iter();
            let fits = fields.all(|field| within(program, &field.ty, below, known));
            if fits {
                known.insert(*id, levels);
            }
            fits
        }
        _ => true,
    }
}

/// 2026-03-01.
const DATE: i64 = 20_513;
/// 18:30, and as a duration 18 hours 30 minutes.
const TIME: i64 = 66_600_000;

/// Values that between them show every part of a type; the first is the plainest. `None` if there are too
/// many parts.
fn trials(program: &Program, ty: &Ty, parts: &mut usize) -> Option<Vec<Value>> {
    *parts = parts.checked_sub(1)?;
    Some(match ty {
        Ty::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Ty::Int => vec![Value::Int(1)],
        Ty::Date => vec![Value::Int(DATE)],
        Ty::Time => vec![Value::Int(TIME)],
        Ty::DateTime => vec![Value::Int(DATE * calendar::DAY + TIME)],
        Ty::Duration => vec![Value::Int(TIME)],
        Ty::Elapsed => vec![Value::Int(TIME), Value::Int(NEVER)],
        Ty::Distance => vec![Value::Int(5_000)],
        Ty::Geo => {
            let place = geo::from_degrees(Decimal::new(515, 1), Decimal::new(-12, 2));
            vec![Value::Int(place.unwrap_or_default())]
        }
        Ty::Zone => vec![Value::Member(
            zone::find("Europe/London").unwrap_or_default(),
        )],
        Ty::Decimal | Ty::Money(_) => vec![Value::Decimal(Decimal::new(15, 1))],
        Ty::Text => vec![Value::Text("text".into())],
        Ty::Enum(id) => {
            let members = program.enumeration(*id).members.iter().zip(0..);
            members
                .take(MOST_TRIALS)
                .map(|(_, index)| Value::Member(index))
                .collect()
        }
        Ty::Optional(inner) => {
            let mut values = trials(program, inner, parts)?;
            values.push(Value::Missing);
            values
        }
        Ty::List(item) => {
            let one = trials(program, item, parts)?.into_iter();
            let mut values: Vec<Value> = one.map(|v| Value::List([v].into())).collect();
            values.push(Value::List([].into()));
            values
        }
        Ty::Record(id) => {
            let fields = program.record(*id).fields.iter();
            let fields: Vec<Vec<Value>> = fields
                .map(|f| trials(program, &f.ty, parts))
                .collect::<Option<_>>()?;
            records(&fields, parts)?
        }
        Ty::Stream(_) | Ty::Never | Ty::Error => vec![Value::Missing],
    })
}

/// Records that vary one field at a time.
fn records(fields: &[Vec<Value>], parts: &mut usize) -> Option<Vec<Value>> {
    let plain: Option<Vec<Value>> = fields.iter().map(|f| f.first().cloned()).collect();
    let plain = plain.unwrap_or_default();
    let mut all = vec![Value::Record(plain.clone().into())];
    for (place, values) in fields.iter().enumerate() {
        for value in values.iter().skip(1) {
            if all.len() >= MOST_TRIALS {
                return Some(all);
            }
            *parts = parts.checked_sub(fields.len())?;
            let mut varied = plain.clone();
            if let Some(field) = varied.get_mut(place) {
                field.clone_from(value);
            }
            all.push(Value::Record(varied.into()));
        }
    }
    Some(all)
}
