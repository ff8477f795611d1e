//! A value in the words of the language: `gold`, `12.50 GBP`, `2026-03-01`, `"text"`, `{ help: chat }`.

use super::text::{Told, degrees, padded};
use crate::eval::View;
use crate::hir::{Program, Ty};
use crate::value::{currency, duration::ShowDuration};
use std::fmt::Write as _;

/// How long the shown text may grow before the rest is left out.
const MOST_BYTES: usize = 4_000;
/// How deep lists and records are shown.
const MOST_DEPTH: usize = 32;

/// The value as a rule author writes it; very long ones are cut.
pub(crate) fn show(program: &Program, ty: &Ty, view: View<'_>) -> String {
    let mut text = String::new();
    part(program, ty, view, MOST_DEPTH, &mut text);
    text
}

fn part(program: &Program, ty: &Ty, view: View<'_>, levels: usize, out: &mut String) {
    let Some(levels) = levels.checked_sub(1) else {
        return out.push('…');
    };
    if out.len() > MOST_BYTES {
        if !out.ends_with('…') {
            out.push('…');
        }
        return;
    }
    // Writing to a String does not fail.
    let _ = match (ty.present(), view) {
        (_, View::Bool(b)) => write!(out, "{b}"),
        (Ty::Money(code), View::Decimal(amount)) => {
            let (places, code) = (currency::digits(code.0), currency::code(code.0));
            write!(out, "{} {code}", padded(amount, places))
        }
        (Ty::Distance, View::Int(metres)) if metres % 1_000 == 0 && metres != 0 => {
            write!(out, "{} km", metres / 1_000)
        }
        (Ty::Distance, View::Int(metres)) => write!(out, "{metres} m"),
        (Ty::Geo, View::Int(place)) => {
            let [(_, lat), (_, lon)] = degrees(place);
            write!(out, "geo({lat}, {lon})")
        }
        (Ty::Zone, View::Member(_)) => match Told::of(ty, view) {
            Some(zone) => write!(out, "\"{zone}\""),
            None => Ok(()),
        },
        (ty, View::Int(ms)) if matches!(ty, Ty::Duration | Ty::Elapsed) => {
            match Told::of(ty, view) {
                Some(Told::Never) => write!(out, "never"),
                _ => write!(out, "{}", ShowDuration(ms)),
            }
        }
        (Ty::Date | Ty::Time | Ty::DateTime, View::Int(n)) => match Told::of(ty, view) {
            Some(told) => write!(out, "{told}"),
            None => write!(out, "{n}"),
        },
        (_, View::Int(n)) => write!(out, "{n}"),
        (_, View::Decimal(d)) => write!(out, "{d}"),
        (_, View::Text(text)) => {
            quote(text, out);
            Ok(())
        }
        (Ty::Enum(id), View::Member(index)) => {
            let members = &program.enumeration(*id).members;
            write!(
                out,
                "{}",
                members.get(index as usize).map_or("", String::as_str)
            )
        }
        (Ty::List(item), View::List(items)) => {
            list(
                items.iter().map(|view| ("", &**item, view)),
                ["[", "]"],
                program,
                levels,
                out,
            );
            Ok(())
        }
        (Ty::Record(id), View::Record(values)) => {
            let fields = program.record(*id).fields.iter().zip(values.iter());
            let named = fields.map(|(field, view)| (field.name.as_str(), &field.ty, view));
            list(named, ["{ ", " }"], program, levels, out);
            Ok(())
        }
        _ => write!(out, "missing"),
    };
}

fn list<'a>(
    parts: impl Iterator<Item = (&'a str, &'a Ty, View<'a>)>,
    [open, close]: [&str; 2],
    program: &Program,
    levels: usize,
    out: &mut String,
) {
    out.push_str(open);
    for (index, (name, ty, view)) in parts.enumerate() {
        if out.len() > MOST_BYTES {
            out.push_str(", …");
            break;
        }
        if index > 0 {
            out.push_str(", ");
        }
        if !name.is_empty() {
            out.push_str(name);
            out.push_str(": ");
        }
        part(program, ty, view, levels, out);
    }
    out.push_str(close);
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars().take(MOST_BYTES) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '{' => out.push_str("{{"),
            '}' => out.push_str("}}"),
            other => out.push(other),
        }
    }
    out.push('"');
}
