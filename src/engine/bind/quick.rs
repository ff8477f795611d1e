//! The quick way: a field that comes in the order of last time, with a scalar of the commonest kinds, goes straight
//! into its slot. Whatever is not so is left, untouched, to the careful way of [`Binder`], which says what is wrong.

use super::Place;
use super::binder::{Binder, Shape};
use super::convert::Scalar;
use crate::engine::schema::Schema;
use crate::hir::{Bounds, EnumId, Input, InputId, Root, Ty};

/// What the quick way needs to know of an input, side by side.
#[derive(Debug)]
pub(crate) struct Field {
    name: Box<str>,
    root: Root,
    parent: Option<InputId>,
    takes: Takes,
}

/// Which scalars go straight into a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    Bool,
    /// From the first to the second.
    Int(i64, i64),
    Member(EnumId),
    Text,
    /// None of them.
    None,
}

impl Field {
    pub(crate) fn new(input: &Input) -> Field {
        Field {
            name: input.name.as_str().into(),
            root: input.root,
            parent: input.parent,
            takes: match input.ty.present() {
                Ty::Bool => Takes::Bool,
                Ty::Int => ints(input.range.as_ref()),
                Ty::Enum(of) => Takes::Member(*of),
                Ty::Text => Takes::Text,
                _ => Takes::None,
            },
        }
    }
}

/// The ints of a range; a range with fractions at its ends is for the careful way.
fn ints(range: Option<&Bounds>) -> Takes {
    let Some(bounds) = range else {
        return Takes::Int(i64::MIN, i64::MAX);
    };
    let end = |n: rust_decimal::Decimal| (n.scale() == 0).then(|| i64::try_from(n.mantissa()).ok());
    match (end(bounds.low), end(bounds.high)) {
        (Some(Some(low)), Some(Some(high))) if !bounds.open => Takes::Int(low, high),
        _ => Takes::None,
    }
}

impl<'b> Binder<'b> {
    /// The field that followed the one before last time, if it belongs to this record of inputs, and its name.
    #[inline]
    pub(super) fn likely(&self, place: Place<'b>, shape: &Shape<'b>) -> Option<(InputId, &'b str)> {
        let Shape::Inputs = shape else {
            return None;
        };
        let id = self.binding.after(self.before)?;
        let field = self.schema.field(id)?;
        let here = match place {
            Place::Input(parent) => field.parent == Some(parent),
            Place::Top(root) => field.parent.is_none() && field.root == root,
            Place::Whole => field.parent.is_none() && field.root == Root::Context,
            Place::Item { .. } | Place::Instant | Place::Part(_) => false,
        };
        here.then_some((id, &*field.name))
    }

    /// Which scalars an input takes the quick way.
    #[inline]
    pub(super) fn takes(&self, id: InputId) -> Takes {
        self.schema
            .field(id)
            .map_or(Takes::None, |field| field.takes)
    }

    /// Takes a scalar for an input, if that can be done the quick way. Inlined, so that where the kind of the scalar
    /// is known, one question is left.
    #[inline(always)]
    pub(super) fn quick(&mut self, id: InputId, scalar: Scalar<'_>) -> bool {
        let schema: &Schema = self.schema;
        match (self.takes(id), scalar) {
            (Takes::Bool, Scalar::Bool(b)) => self.binding.slot(id).set_bool(id, b),
            (Takes::Int(low, high), Scalar::Int(n)) => match i64::try_from(n) {
                Ok(n) if low <= n && n <= high => self.binding.slot(id).set_int(id, n),
                _ => return false,
            },
            (Takes::Member(of), Scalar::Text(text)) => match schema.members(of).get(text) {
                Some(member) => self.binding.slot(id).set_member(id, member),
                None => return false,
            },
            // Into the slot's buffer, without a text in between.
            (Takes::Text, Scalar::Text(text)) => self.binding.slot(id).set_text(id, text),
            _ => return false,
        }
        true
    }
}
