//! What is known of a value before it is computed: numbers as intervals, lists by their items, records by their fields.
//!
//! Always true of every value that a step gives when there is one: *missing* is never told. Small, so that joining two is
//! cheap: what would have more than [`MOST_PARTS`] parts is [`Known::Anything`].

use super::real::Real;
use crate::graph::{Graph, Items, Scalar};
use crate::hir::{Bounds, Input, Program, Ty};
use crate::value::{Value, calendar};
use std::sync::Arc;

/// How many parts may be told apart.
const MOST_PARTS: usize = 200;
/// How deep types are followed.
const MOST_DEPTH: u32 = 4;
/// No list is longer: its items would not fit the memory that a program can address.
pub(super) const LONGEST_LIST: u64 = 1 << 43;

/// What is known of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Known {
    /// There is none.
    Nothing,
    /// A whole number between these, both included.
    Whole(i64, i64),
    /// A decimal or an amount.
    Real(Real),
    /// A list, and how long it is at most.
    Items(Arc<Known>, Length),
    /// A record.
    Fields(Arc<[Known]>),
    /// Whatever its type allows.
    Anything,
}

/// At most how many items a list has: so many, or as many as the longest list that is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    pub(super) fixed: u64,
    pub(super) given: bool,
}

impl Length {
    /// As a number.
    pub(super) fn most(self) -> u64 {
        if self.given {
            self.fixed.max(LONGEST_LIST)
        } else {
            self.fixed
        }
    }

    fn join(self, other: Length) -> Length {
        Length {
            fixed: self.fixed.max(other.fixed),
            given: self.given || other.given,
        }
    }
}

impl Known {
    /// A list of such items.
    pub(super) fn items(item: Known, length: Length) -> Known {
        if item.parts() >= MOST_PARTS {
            return Known::Anything;
        }
        Known::Items(Arc::new(item), length)
    }

    /// A record with such fields.
    pub(super) fn fields(fields: Vec<Known>) -> Known {
        let parts = fields.iter().map(Known::parts);
        if parts.fold(0, usize::saturating_add) >= MOST_PARTS {
            return Known::Anything;
        }
        Known::Fields(fields.into())
    }

    fn parts(&self) -> usize {
        match self {
            Known::Items(item, _) => item.parts() + 1,
            Known::Fields(fields) => fields.iter().map(Known::parts).sum::<usize>() + 1,
            _ => 1,
        }
    }

    /// One or the other.
    pub(super) fn join(&self, other: &Known) -> Known {
        match (self, other) {
            (Known::Nothing, one) | (one, Known::Nothing) => one.clone(),
            (Known::Whole(a, b), Known::Whole(c, d)) => Known::Whole(*a.min(c), *b.max(d)),
            (Known::Real(a), Known::Real(b)) => Known::Real(a.join(*b)),
            (Known::Items(a, long), Known::Items(b, longer)) => {
                Known::items(a.join(b), long.join(*longer))
            }
            (Known::Fields(a), Known::Fields(b)) if a.len() == b.len() => {
                Known::fields(a.iter().zip(b.iter()).map(|(a, b)| a.join(b)).collect())
            }
            _ => Known::Anything,
        }
    }

    /// All of several.
    pub(super) fn join_all<'k>(all: impl IntoIterator<Item = &'k Known>) -> Known {
        let all = all.into_iter();
        all.fold(Known::Nothing, |known, next| known.join(next))
    }

    /// As a whole number; none where there is nothing.
    pub(super) fn whole(&self) -> Option<(i64, i64)> {
        match self {
            Known::Nothing => None,
            Known::Whole(low, high) => Some((*low, *high)),
            _ => Some((i64::MIN, i64::MAX)),
        }
    }

    /// As a decimal; none where there is nothing.
    pub(super) fn real(&self) -> Option<Real> {
        match self {
            Known::Nothing => None,
            Known::Real(real) => Some(*real),
            _ => Some(Real::ALL),
        }
    }

    /// Of a field.
    pub(super) fn field(&self, place: usize) -> Known {
        match self {
            Known::Nothing => Known::Nothing,
            Known::Fields(fields) => fields.get(place).cloned().unwrap_or(Known::Anything),
            _ => Known::Anything,
        }
    }

    /// Of an item.
    pub(super) fn item(&self) -> Known {
        match self {
            Known::Nothing => Known::Nothing,
            Known::Items(item, _) => Known::clone(item),
            _ => Known::Anything,
        }
    }

    /// With all amounts in it rounded to minor units, which makes none of them longer.
    pub(super) fn rounded(&self) -> Known {
        match self {
            Known::Real(real) => Known::Real(Real {
                places: real.places,
                ..real.to_places(0)
            }),
            Known::Items(item, length) => Known::items(item.rounded(), *length),
            Known::Fields(fields) => Known::fields(fields.iter().map(Known::rounded).collect()),
            other => other.clone(),
        }
    }

    /// A constant.
    pub(super) fn constant(graph: &Graph, scalar: Scalar) -> Known {
        match scalar {
            Scalar::Missing => Known::Nothing,
            Scalar::Int(value) => Known::Whole(value, value),
            Scalar::Decimal(value) => Known::Real(Real::of(value)),
            Scalar::List(Items::Const(run)) => {
                let items = graph.pool().items(run);
                let length = Length {
                    fixed: u64::try_from(items.len()).unwrap_or(u64::MAX),
                    given: false,
                };
                let mut known = Known::Nothing;
                for item in items {
                    known = known.join(&Known::constant(graph, *item));
                }
                Known::items(known, length)
            }
            Scalar::Record(Items::Const(run)) => {
                let items = graph.pool().items(run);
                if items.len() > MOST_PARTS {
                    return Known::Anything;
                }
                Known::fields(items.iter().map(|i| Known::constant(graph, *i)).collect())
            }
            _ => Known::Anything,
        }
    }

    /// Whatever is given for an input. `defaults`: no default of a field of a record has a longer list.
    pub(super) fn given(program: &Program, input: &Input, defaults: u64) -> Known {
        let own = input.default.as_ref().map_or(0, longest_list);
        let length = Length {
            fixed: own.max(defaults),
            given: true,
        };
        given(
            program,
            (&input.ty, input.range.as_ref()),
            length,
            MOST_DEPTH,
        )
    }
}

/// How many items the longest list among the defaults of record fields has.
pub(super) fn longest_default(program: &Program) -> u64 {
    let fields = program.records().iter().flat_map(|record| &record.fields);
    let defaults = fields.filter_map(|field| field.default.as_ref());
    defaults.map(longest_list).max().unwrap_or(0)
}

/// How many items the longest list in a value has.
pub(super) fn longest_list(value: &Value) -> u64 {
    let mut longest = 0;
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Value::List(items) => {
                longest = longest.max(u64::try_from(items.len()).unwrap_or(u64::MAX));
                open.extend(items.iter());
            }
            Value::Record(fields) => open.extend(fields.iter()),
            _ => {}
        }
    }
    longest
}

fn given(
    program: &Program,
    (ty, range): (&Ty, Option<&Bounds>),
    length: Length,
    depth: u32,
) -> Known {
    let Some(depth) = depth.checked_sub(1) else {
        return Known::Anything;
    };
    match ty.present() {
        Ty::Int => match range {
            Some(range) => Known::Whole(
                i64::try_from(range.low.ceil()).unwrap_or(i64::MIN),
                i64::try_from(range.high.floor()).unwrap_or(i64::MAX),
            ),
            None => Known::Whole(i64::MIN, i64::MAX),
        },
        Ty::Decimal | Ty::Money(_) => Known::Real(range.map_or(Real::ALL, Real::within)),
        Ty::Date => Known::Whole(calendar::FIRST_DAY, calendar::LAST_DAY),
        Ty::Time => Known::Whole(0, calendar::DAY - 1),
        Ty::DateTime => Known::Whole(calendar::FIRST_INSTANT, calendar::LAST_INSTANT),
        Ty::Duration | Ty::Elapsed | Ty::Distance => Known::Whole(i64::MIN, i64::MAX),
        Ty::List(item) => Known::items(given(program, (item, None), length, depth), length),
        Ty::Record(id) => {
            let fields = &program.record(*id).fields;
            if fields.len() > MOST_PARTS {
                return Known::Anything;
            }
            let fields = fields.iter();
            let fields = fields.map(|f| given(program, (&f.ty, f.range.as_ref()), length, depth));
            Known::fields(fields.collect())
        }
        _ => Known::Anything,
    }
}
