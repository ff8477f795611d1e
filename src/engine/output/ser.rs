//! A computed value as [`serde::Serialize`]: decimals, amounts, dates and times as texts, members by name, places
//! as `{ lat, lon }`, missing as none.

use super::text::{Told, degrees};
use super::{Budget, TOO_LARGE};
use crate::eval::View;
use crate::hir::{Program, Ty};
use serde::ser::{Error as _, Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

/// A value with its type, to be serialised.
pub(crate) struct Typed<'a> {
    pub(crate) program: &'a Program,
    pub(crate) ty: &'a Ty,
    pub(crate) view: View<'a>,
}

/// The same, without the fields that are not there.
pub(crate) struct Sparse<'a>(pub(crate) Typed<'a>);

impl<'a> Typed<'a> {
    fn part(&self, budget: &'a Budget, sparse: bool) -> Part<'a> {
        Part {
            program: self.program,
            ty: self.ty,
            view: self.view,
            budget,
            sparse,
        }
    }
}

impl Serialize for Typed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.part(&Budget::new(), false).serialize(serializer)
    }
}

impl Serialize for Sparse<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.part(&Budget::new(), true).serialize(serializer)
    }
}

struct Part<'a> {
    program: &'a Program,
    ty: &'a Ty,
    view: View<'a>,
    budget: &'a Budget,
    sparse: bool,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.budget.take() {
            return Err(S::Error::custom(TOO_LARGE));
        }
        let part = |ty, view| Part {
            program: self.program,
            ty,
            view,
            budget: self.budget,
            sparse: self.sparse,
        };
        if let Some(told) = Told::of(self.ty, self.view) {
            return serializer.collect_str(&told);
        }
        match (self.ty.present(), self.view) {
            (_, View::Missing) => serializer.serialize_none(),
            (_, View::Bool(b)) => serializer.serialize_bool(b),
            (Ty::Geo, View::Int(place)) => {
                let mut map = serializer.serialize_map(Some(2))?;
                for (name, degrees) in degrees(place) {
                    map.serialize_entry(name, &format_args!("{degrees}"))?;
                }
                map.end()
            }
            (_, View::Int(n)) => serializer.serialize_i64(n),
            (_, View::Text(text)) => serializer.serialize_str(text),
            (Ty::Enum(id), View::Member(index)) => {
                let members = &self.program.enumeration(*id).members;
                serializer.serialize_str(members.get(index as usize).map_or("", String::as_str))
            }
            (Ty::List(item), View::List(items)) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                for view in items.iter() {
                    seq.serialize_element(&part(item, view))?;
                }
                seq.end()
            }
            (Ty::Record(id), View::Record(values)) => {
                let fields = &self.program.record(*id).fields;
                let is_shown = |view: &View<'_>| !self.sparse || !matches!(view, View::Missing);
                let len = values.iter().filter(is_shown).count();
                let mut map = serializer.serialize_map(Some(len))?;
                let all = fields.iter().zip(values.iter());
                for (field, view) in all.filter(|(_, view)| is_shown(view)) {
                    map.serialize_entry(&field.name, &part(&field.ty, view))?;
                }
                map.end()
            }
            // A value never has another type than its own.
            _ => serializer.serialize_none(),
        }
    }
}
