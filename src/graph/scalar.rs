//! A value in flight: small, `Copy`, with handles where the data is larger.
//!
//! Constants and evaluation share it. A handle says where the data lies: in the graph's constant pool, in
//! the inputs, or among the items a decision has built. The pool is interned, so two constants are equal
//! exactly if their scalars are.

use crate::hir::InputId;
use rust_decimal::Decimal;

/// A value, or a handle to one. The wide tag keeps its data at one aligned place, so that copies are whole
/// words: a scalar travels through every step of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Scalar {
    /// Nothing is there.
    Missing,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A normalised decimal.
    Decimal(Decimal),
    /// The index of a member within its enum.
    Member(u32),
    /// A string.
    Text(TextRef),
    /// A list.
    List(Items),
    /// The fields of a record in declared order.
    Record(Items),
}

/// Where a string lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextRef {
    /// In the constant pool.
    Const(u32),
    /// Among the texts of the inputs.
    Input(u32),
    /// Among the texts made by this decision.
    Built(u32),
    /// Among the texts of the events.
    Event(u32),
}

/// Where the items of a list or record lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Items {
    /// In the constant pool.
    Const(Run),
    /// Among the items built by this decision.
    Built(Run),
    /// Among the lists of the inputs.
    Input(u32),
    /// A record of the context or touchpoint: its fields are inputs.
    Slot(InputId),
    /// An event.
    Event(EventRef),
    /// A list or record within an event.
    Told(u32),
}

/// An event as it is seen by a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventRef {
    /// The view, by its place in the program.
    pub view: u16,
    /// The type.
    pub ty: u16,
    /// Its place among the events of the type.
    pub row: u32,
}

impl EventRef {
    /// An event by the numbers of its view and type, of which there are few.
    #[must_use]
    pub fn new(view: u32, ty: u32, row: u32) -> EventRef {
        let number = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
        EventRef {
            view: number(view),
            ty: number(ty),
            row,
        }
    }
}

/// A stretch of a flat pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Run {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Run {
    /// The indices it covers.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start.saturating_add(self.len as usize)
    }

    /// The part of it a slice holds; empty where the slice is shorter.
    #[inline]
    pub(crate) fn of<T>(self, pool: &[T]) -> &[T] {
        pool.get(self.range()).unwrap_or(&[])
    }
}

impl Scalar {
    /// Whether something is there.
    #[must_use]
    pub fn is_present(self) -> bool {
        self != Scalar::Missing
    }
}
