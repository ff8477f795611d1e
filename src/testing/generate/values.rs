//! Values of a type.

use super::constants::{Constants, within};
use crate::hir::{Bounds, NEVER, Program, Ty};
use crate::value::{Value, calendar, currency, geo, zone};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// 2026-03-06T18:00:00Z: instants and dates lie around it most of the time.
const SOME_NOW: i64 = 1_772_820_000_000;
pub(super) const DAY: i64 = 86_400_000;
/// How deep lists of records are filled that may hold one another.
const MOST_DEPTH: usize = 4;

/// Where values come from.
pub(super) struct Values<'a> {
    pub(super) program: &'a Program,
    pub(super) constants: &'a Constants,
}

impl Values<'_> {
    /// Values of a type within a range, present ones.
    pub(super) fn plain(
        &self,
        ty: &Ty,
        range: Option<Bounds>,
        depth: usize,
    ) -> BoxedStrategy<Value> {
        match ty.present() {
            Ty::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
            Ty::Int => ints(range),
            Ty::Decimal => decimals(range, 4),
            Ty::Money(code) => decimals(range, currency::digits(code.0)),
            Ty::Text => texts(),
            Ty::Enum(id) => {
                let members = self.program.enumeration(*id).members.len();
                members_of(u32::try_from(members).unwrap_or(u32::MAX))
            }
            Ty::Zone => members_of(zone::count()),
            Ty::Date => dates(),
            Ty::Time => prop_oneof![
                4 => (0..24 * 60_i64).prop_map(|minute| minute * 60_000),
                1 => 0..DAY,
                1 => prop::sample::select(vec![0, DAY - 1]),
            ]
            .prop_map(Value::Int)
            .boxed(),
            Ty::DateTime => instants(),
            Ty::Duration => spans(),
            Ty::Elapsed => prop_oneof![3 => spans(), 1 => Just(Value::Int(NEVER))].boxed(),
            Ty::Distance => prop_oneof![3 => 0..50_000_i64, 1 => 0..20_000_000_i64]
                .prop_map(Value::Int)
                .boxed(),
            Ty::Geo => places(),
            Ty::List(item) if depth < MOST_DEPTH => {
                let item = self.item(item, None, depth + 1);
                let items = prop::collection::vec(item, 0..4);
                items.prop_map(|items| Value::List(items.into())).boxed()
            }
            Ty::List(_) => Just(Value::List([].into())).boxed(),
            Ty::Record(id) => {
                let fields = self.program.record(*id).fields.iter();
                let fields: Vec<_> = fields
                    .map(|f| self.item(&f.ty, f.range, depth + 1))
                    .collect();
                fields
                    .prop_map(|fields| Value::Record(fields.into()))
                    .boxed()
            }
            Ty::Optional(_) | Ty::Stream(_) | Ty::Never | Ty::Error => Just(Value::Missing).boxed(),
        }
    }

    /// An item of a list or a field of a record: it may be missing where its type says so.
    pub(super) fn item(
        &self,
        ty: &Ty,
        range: Option<Bounds>,
        depth: usize,
    ) -> BoxedStrategy<Value> {
        if ty.is_optional() && depth >= MOST_DEPTH {
            return Just(Value::Missing).boxed();
        }
        let plain = self.plain(ty, range, depth);
        let special = self.constants.of_type(ty, range);
        let value = match special.is_empty() {
            true => plain,
            false => prop_oneof![1 => plain, 2 => prop::sample::select(special)].boxed(),
        };
        match ty.is_optional() {
            true => prop_oneof![1 => Just(Value::Missing), 3 => value].boxed(),
            false => value,
        }
    }
}

fn ints(range: Option<Bounds>) -> BoxedStrategy<Value> {
    let ends = range.map(|b| [i64::try_from(b.low), i64::try_from(b.high)]);
    match ends {
        Some([Ok(low), Ok(high)]) => prop_oneof![
            4 => low..=high,
            1 => prop::sample::select(vec![low, high]),
        ]
        .prop_map(Value::Int)
        .boxed(),
        _ => prop_oneof![
            12 => -20..=100_i64,
            6 => -100_000..=100_000_i64,
            1 => any::<i64>(),
            1 => prop::sample::select(vec![i64::MIN, i64::MAX]),
        ]
        .prop_map(Value::Int)
        .boxed(),
    }
}

/// Numbers with up to so many places.
fn decimals(range: Option<Bounds>, places: u32) -> BoxedStrategy<Value> {
    let Some(bounds) = range else {
        return prop_oneof![
            6 => (-100..=10_000_i64).prop_map(Decimal::from),
            6 => (-10_000..=10_000_000_i64).prop_map(move |n| Decimal::new(n, places)),
        ]
        .prop_map(|number| Value::Decimal(number.normalize()))
        .boxed();
    };
    let inside = (0..=1_000_i64).prop_map(move |part| {
        // Where the span or the product has too many digits, the lower end will do.
        let span = bounds.high.checked_sub(bounds.low);
        let part = span.and_then(|s| s.checked_mul(Decimal::new(part, 3)));
        let number = part
            .and_then(|p| bounds.low.checked_add(p))
            .unwrap_or(bounds.low);
        let rounded = number.round_dp(places);
        let value = Value::Decimal(rounded.normalize());
        match within(&value, &Ty::Decimal, Some(bounds)) {
            true => value,
            false => Value::Decimal(bounds.low.normalize()),
        }
    });
    inside.boxed()
}

fn members_of(count: u32) -> BoxedStrategy<Value> {
    (0..count.max(1)).prop_map(Value::Member).boxed()
}

fn texts() -> BoxedStrategy<Value> {
    let letters = prop::sample::select("abcXYZ019 _-@.".chars().collect::<Vec<_>>());
    let any = prop_oneof![6 => letters, 1 => any::<char>()];
    let text = prop::collection::vec(any, 0..10);
    text.prop_map(|chars| Value::Text(chars.into_iter().collect::<String>().into()))
        .boxed()
}

fn dates() -> BoxedStrategy<Value> {
    let now = SOME_NOW / DAY;
    let edges = [
        (1, 1, 1),
        (9999, 12, 31),
        (2024, 2, 29),
        (2000, 2, 29),
        (1970, 1, 1),
    ];
    let edges = edges
        .iter()
        .filter_map(|(y, m, d)| calendar::days(*y, *m, *d));
    prop_oneof![
        4 => (-400..=400_i64).prop_map(move |days| now + days),
        4 => (0..=36_525_i64).prop_map(move |days| now - days),
        1 => prop::sample::select(edges.collect::<Vec<_>>()),
    ]
    .prop_map(Value::Int)
    .boxed()
}

fn instants() -> BoxedStrategy<Value> {
    prop_oneof![
        2 => Just(SOME_NOW),
        4 => (-90 * 1_440..=90 * 1_440_i64).prop_map(|minutes| SOME_NOW + minutes * 60_000),
        4 => (-3_650 * DAY..=3_650 * DAY).prop_map(|ms| SOME_NOW + ms),
        1 => prop::sample::select(vec![0, -1, SOME_NOW - 1, SOME_NOW + 1]),
    ]
    .prop_map(Value::Int)
    .boxed()
}

pub(super) fn spans() -> BoxedStrategy<Value> {
    prop_oneof![
        4 => (0..=60 * 24 * 30_i64).prop_map(|minutes| minutes * 60_000),
        2 => 0..=400 * DAY,
        1 => Just(0),
    ]
    .prop_map(Value::Int)
    .boxed()
}

fn places() -> BoxedStrategy<Value> {
    let degrees = (
        -900_000_000..=900_000_000_i64,
        -1_800_000_000..=1_800_000_000_i64,
    );
    let near = (510_000_000..=520_000_000_i64, -5_000_000..=5_000_000_i64);
    prop_oneof![1 => degrees.boxed(), 1 => near.boxed()]
        .prop_map(|(lat, lon)| {
            let place = geo::from_degrees(Decimal::new(lat, 7), Decimal::new(lon, 7));
            place.map_or(Value::Int(0), Value::Int)
        })
        .boxed()
}
