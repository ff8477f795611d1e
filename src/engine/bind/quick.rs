//! The quick way: a field that comes in the order of last time, with a scalar of the commonest kinds, goes straight
//! into its slot. Whatever is not so is left, untouched, to the careful way of [`Binder`], which says what is wrong.

use super::Place;
use super::binder::{Binder, Shape};
use super::binding::Binding;
use super::convert::Scalar;
use crate::engine::schema::Schema;
use crate::graph::layout::Slot;
use crate::hir::{Bounds, EnumId, Input, InputId, Root, Ty};

/// What the quick way needs to know of an input, side by side.
#[derive(Debug)]
pub(crate) struct Field {
    pub(super) id: InputId,
    pub(super) name: Box<str>,
    around: Around,
    pub(crate) takes: Takes,
    slot: Slot,
}

/// A record whose fields are inputs, or context or touchpoint: a number for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Around(u64);

/// Which scalars go straight into a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    Bool,
    /// From the first to the second.
    Int(i64, i64),
    Member(EnumId),
    Text,
    /// None of them.
    None,
}

impl Field {
    pub(crate) fn new(id: InputId, input: &Input, slot: Slot) -> Field {
        Field {
            id,
            name: input.name.as_str().into(),
            around: match input.parent {
                Some(record) => Around::record(record),
                None => Around::top(input.root),
            },
            takes: match input.ty.present() {
                Ty::Bool => Takes::Bool,
                Ty::Int => ints(input.range.as_ref()),
                Ty::Enum(of) => Takes::Member(*of),
                Ty::Text => Takes::Text,
                _ => Takes::None,
            },
            slot,
        }
    }
}

impl Around {
    fn record(id: InputId) -> Around {
        Around(u64::from(id.0))
    }

    fn top(root: Root) -> Around {
        Around(match root {
            Root::Context => 1 << 32,
            Root::Touchpoint => 1 << 33,
            Root::Now => 1 << 34,
        })
    }

    /// The record of inputs that is open at a place, if one is.
    pub(super) fn of(place: Place<'_>, shape: Option<&Shape<'_>>) -> Option<Around> {
        let Shape::Inputs = shape? else {
            return None;
        };
        match place {
            Place::Input(record) => Some(Around::record(record)),
            Place::Top(root) => Some(Around::top(root)),
            Place::Whole => Some(Around::top(Root::Context)),
            Place::Item { .. } | Place::Instant | Place::Part(_) => None,
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
    /// The field that followed the one before last time, if it belongs to this record of inputs.
    #[inline]
    pub(super) fn likely(&self, around: Option<Around>) -> Option<&'b Field> {
        let id = self.binding.after(self.before)?;
        self.schema
            .field(id)
            .filter(|field| around == Some(field.around))
    }

    /// Whether a host's struct names a field by this text.
    #[inline]
    pub(super) fn is_spelt(&mut self, field: &Field, name: &'static str) -> bool {
        self.binding.is_spelt(field.id, &field.name, name)
    }

    /// Takes a scalar for an input, if that can be done the quick way. Inlined, so that where the kind of the scalar
    /// is known, one question is left.
    #[inline(always)]
    pub(super) fn quick(&mut self, field: &Field, scalar: Scalar<'_>) -> bool {
        match scalar {
            Scalar::Bool(b) => self.binding.quick_bool(field, b),
            Scalar::Int(n) => i64::try_from(n).is_ok_and(|n| self.binding.quick_int(field, n)),
            Scalar::Text(text) => self.binding.quick_text(self.schema, field, text),
            _ => false,
        }
    }
}

/// What fits is in its slot then, and the field is marked as given; else nothing has changed.
impl Binding {
    #[inline]
    pub(crate) fn quick_bool(&mut self, field: &Field, b: bool) -> bool {
        let fits = field.takes == Takes::Bool;
        if fits {
            self.slot(field.id).put_bool(field.slot, b);
        }
        fits
    }

    #[inline]
    pub(crate) fn quick_int(&mut self, field: &Field, n: i64) -> bool {
        let fits = matches!(field.takes, Takes::Int(low, high) if low <= n && n <= high);
        if fits {
            self.slot(field.id).put_int(field.slot, n);
        }
        fits
    }

    #[inline]
    pub(crate) fn quick_text(&mut self, schema: &Schema, field: &Field, text: &str) -> bool {
        match field.takes {
            Takes::Member(of) => match schema.members(of).get(text) {
                Some(member) => self.quick_member(field, member),
                None => return false,
            },
            // Into the slot's buffer, without a text in between.
            Takes::Text => self.slot(field.id).put_text(field.slot, text),
            _ => return false,
        }
        true
    }

    /// A variant of a host's enum, which has most often the number that it has in the rules.
    #[inline]
    pub(super) fn quick_variant(
        &mut self,
        schema: &Schema,
        field: &Field,
        number: u32,
        name: &str,
    ) -> bool {
        match field.takes {
            Takes::Member(of) if schema.is_member(of, number, name) => {
                self.quick_member(field, number);
                true
            }
            _ => self.quick_text(schema, field, name),
        }
    }

    /// A member of the field's own enum.
    #[inline]
    pub(crate) fn quick_member(&mut self, field: &Field, member: u32) {
        self.slot(field.id).put_member(field.slot, member);
    }
}
