//! What is made of a field of many events. Sums are whole numbers at nine decimal places, so that neither order nor
//! grouping can matter.

use super::plain::{Part, Plain};
use super::tell::{Tell, Told};
use crate::eval::{Fault, FaultKind, Item, Key, Scalar, View};
use crate::graph::EventRef;
use crate::graph::ops;
use crate::graph::told::{Length, StreamId, Value};
use crate::hir::told::EventFold;
use crate::value::decimal;
use rust_decimal::Decimal;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// The decimal places of sums, and of what may be summed.
pub(crate) const PLACES: u32 = 9;

/// A number as so many billionths. (Events hold none with more places.)
pub(super) fn billionths(number: Decimal) -> i128 {
    let places = PLACES.saturating_sub(number.scale()) as usize;
    let power = POWERS.get(places).copied().unwrap_or(1);
    number.mantissa().saturating_mul(power)
}

/// The powers of ten up to the places of sums.
const POWERS: [i128; 10] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
    1_000_000_000,
];

/// The sum over a stretch of what has sums up to and with each.
pub(super) fn difference(sums: &[i128], at: Range<usize>) -> i128 {
    let upto = |end: usize| end.checked_sub(1).and_then(|at| sums.get(at)).copied();
    upto(at.end).unwrap_or(0) - upto(at.start).unwrap_or(0)
}

/// So many billionths as a number, with no more places than it needs; `None` beyond 96 bits.
#[inline]
pub(super) fn number(billionths: i128) -> Option<Decimal> {
    let Ok(value) = i64::try_from(billionths) else {
        return large_number(billionths);
    };
    // Most fit 64 bits, which are divided much sooner; and most are amounts of money, with two places.
    let (mut value, mut places) = (value.unsigned_abs(), PLACES);
    for (zeros, power) in [(7, 10_000_000), (4, 10_000), (2, 100), (1, 10)] {
        if places >= zeros && value % power == 0 {
            value /= power;
            places -= zeros;
        }
    }
    let [a, b, c, d, e, f, g, h] = value.to_le_bytes();
    let (low, middle) = (
        u32::from_le_bytes([a, b, c, d]),
        u32::from_le_bytes([e, f, g, h]),
    );
    let negative = billionths < 0;
    Some(Decimal::from_parts(low, middle, 0, negative, places))
}

fn large_number(mut billionths: i128) -> Option<Decimal> {
    let mut places = PLACES;
    while places > 0 && billionths % 10 == 0 {
        billionths /= 10;
        places -= 1;
    }
    Decimal::try_from_i128_with_scale(billionths, places).ok()
}

impl Tell<'_, '_> {
    fn overflow<T>(&self, kind: FaultKind) -> Told<T> {
        Err(Fault {
            node: self.asking.node,
            kind,
        })
    }

    pub(super) fn fold(&mut self, fold: EventFold, of: StreamId, value: &Value) -> Told<Scalar> {
        let mut plain = Plain::until(self.now);
        if fold == EventFold::Sum && self.is_plain(of, &mut plain)? {
            let total = self.sum_plain(&plain, value)?;
            return self.total(total, value.decimal);
        }
        if fold == EventFold::Distinct
            && let Some(count) = self.distinct_kept(of, value)?
        {
            return Ok(Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX)));
        }
        if matches!(fold, EventFold::Distinct | EventFold::List) {
            let mut different = Different::default();
            self.each_value(of, value, |_, value| different.put(value))?;
            let values = self.distinct(different);
            return Ok(match fold {
                EventFold::List => self.asking.list(&values),
                _ => Scalar::Int(i64::try_from(values.len()).unwrap_or(i64::MAX)),
            });
        }
        let mut values = Vec::new();
        self.each_value(of, value, |key, value| values.push((key, value)))?;
        match fold {
            EventFold::Sum => {
                let total = values.iter().map(|(_, value)| amount(*value)).sum();
                self.total(total, value.decimal)
            }
            EventFold::Avg => self.mean(&values),
            EventFold::Median => self.median(&values),
            EventFold::Min => Ok(self.extreme(&values, Ordering::Less)),
            EventFold::Max => Ok(self.extreme(&values, Ordering::Greater)),
            // The others are done with.
            _ => Ok(most_frequent(&values)),
        }
    }

    /// How many different values a field has since an instant, where that is kept.
    fn distinct_kept(&mut self, of: StreamId, value: &Value) -> Told<Option<usize>> {
        let (Some(kept), Some(field)) = (self.kept, value.field) else {
            return Ok(None);
        };
        let mut plain = Plain::until(self.now);
        if !self.is_plain(of, &mut plain)? || !plain.is_window() {
            return Ok(None);
        }
        let is_open = self
            .store
            .newest()
            .is_none_or(|newest| newest < plain.at.end);
        Ok(match is_open {
            true => kept.distinct_from(plain.base, field, plain.at.start),
            false => None,
        })
    }

    /// Calls `each` with every value that is there.
    pub(super) fn each_value(
        &mut self,
        of: StreamId,
        value: &Value,
        mut each: impl FnMut(Key, Scalar),
    ) -> Told<()> {
        if let Some(plain) = self.plain(of)? {
            return self.each_of(&plain, |tell, item| {
                let found = tell.value_of(plain.view, item, value)?;
                if found != Scalar::Missing {
                    each(item.key, found);
                }
                Ok(true)
            });
        }
        let view = self.view_of(of);
        let items = self.items(of)?;
        for item in &items {
            let found = self.value_of(view, *item, value)?;
            if found != Scalar::Missing {
                each(item.key, found);
            }
        }
        self.give(items);
        Ok(())
    }

    /// What is asked of one of a stream.
    pub(super) fn value_of(&mut self, view: u32, item: Item, value: &Value) -> Told<Scalar> {
        let seen = self.seen(view, item);
        if let (Some(place), Scalar::Record(crate::graph::Items::Event(event))) =
            (value.field, seen)
        {
            return Ok(self.store.field(self.events, event, place));
        }
        self.asking.bind(value.local, seen);
        self.asking.value(value.body)
    }

    /// The sum over stretches of columns, in billionths or whole.
    fn sum_plain(&mut self, plain: &Plain, value: &Value) -> Told<i128> {
        let mut total = 0_i128;
        if let (true, Some(place)) = (plain.filters.is_empty(), value.field) {
            for part in self.parts(plain) {
                if let Part::Type(ty, at) = part {
                    let stretch = self.stretch(plain, part);
                    let field = self.events.field_at(plain.view, at, place);
                    total += self.sum_of_column((plain.view, ty, place), field, stretch);
                }
            }
            if plain.kept.is_none() {
                return Ok(total);
            }
        }
        if let Some(total) = self.sum_of_kept(plain, value) {
            return Ok(total);
        }
        self.each_of(plain, |tell, item| {
            total += amount(tell.value_of(plain.view, item, value)?);
            Ok(true)
        })?;
        Ok(total)
    }

    /// The sum over what is kept of a stream, where its sums are.
    fn sum_of_kept(&self, plain: &Plain, value: &Value) -> Option<i128> {
        let kept = self.kept.filter(|_| plain.filters.is_empty())?;
        let mut total = 0;
        for part in self.parts(plain) {
            let Part::Kept(place) = part else {
                return None;
            };
            total += kept.list_sum(place, value, self.stretch(plain, part))?;
        }
        plain.kept.map(|_| total)
    }

    fn sum_of_column(
        &self,
        (view, ty, place): (u32, u32, u32),
        field: Option<usize>,
        rows: Range<usize>,
    ) -> i128 {
        let (Some(field), Some(columns)) = (field, self.store.rows(ty)) else {
            let of = |row: usize| EventRef::new(view, ty, u32::try_from(row).unwrap_or(u32::MAX));
            return rows
                .map(|row| amount(self.store.field(self.events, of(row), place)))
                .sum();
        };
        let sum = self
            .kept
            .and_then(|kept| kept.column_sum(ty, field, rows.clone()));
        if let Some(sum) = sum {
            return sum;
        }
        if let Some(numbers) = columns.decimals(field) {
            let numbers = numbers.get(rows).unwrap_or(&[]);
            return numbers.iter().map(|n| billionths(*n)).sum();
        }
        if let Some(numbers) = columns.ints(field) {
            let numbers = numbers.get(rows).unwrap_or(&[]);
            return numbers.iter().map(|n| i128::from(*n)).sum();
        }
        rows.map(|row| amount(columns.field(field, row))).sum()
    }

    /// A sum as a value.
    pub(super) fn total(&self, total: i128, is_decimal: bool) -> Told<Scalar> {
        if is_decimal {
            return match number(total) {
                Some(number) => Ok(Scalar::Decimal(number)),
                None => self.overflow(FaultKind::DecimalOverflow),
            };
        }
        match i64::try_from(total) {
            Ok(total) => Ok(Scalar::Int(total)),
            Err(_) => self.overflow(FaultKind::IntOverflow),
        }
    }

    fn mean(&self, values: &[(Key, Scalar)]) -> Told<Scalar> {
        if values.is_empty() {
            return Ok(Scalar::Missing);
        }
        let whole = values.iter().all(|(_, v)| matches!(v, Scalar::Int(_)));
        let total: i128 = values.iter().map(|(_, value)| amount(*value)).sum();
        let total = match whole {
            true => Decimal::try_from_i128_with_scale(total, 0).ok(),
            false => number(total),
        };
        self.divided(total, values.len())
    }

    fn divided(&self, total: Option<Decimal>, by: usize) -> Told<Scalar> {
        let by = Decimal::from(by);
        match total.and_then(|total| decimal::div(total, by)) {
            Some(mean) => Ok(Scalar::Decimal(mean)),
            None => self.overflow(FaultKind::DecimalOverflow),
        }
    }

    fn median(&self, values: &[(Key, Scalar)]) -> Told<Scalar> {
        let of = |value: &Scalar| match value {
            Scalar::Int(i) => Decimal::from(*i),
            Scalar::Decimal(d) => *d,
            _ => Decimal::ZERO,
        };
        let mut numbers: Vec<Decimal> = values.iter().map(|(_, v)| of(v)).collect();
        numbers.sort_unstable_by(|a, b| decimal::compare(*a, *b));
        let middle = numbers.len() / 2;
        let Some(upper) = numbers.get(middle).copied() else {
            return Ok(Scalar::Missing);
        };
        if numbers.len() % 2 == 1 {
            return Ok(Scalar::Decimal(upper));
        }
        let lower = numbers.get(middle - 1).copied().unwrap_or(upper);
        self.divided(decimal::add(lower, upper), 2)
    }

    /// The least or greatest value.
    fn extreme(&self, values: &[(Key, Scalar)], wanted: Ordering) -> Scalar {
        let mut best = Scalar::Missing;
        for (_, value) in values {
            if best == Scalar::Missing || self.order(*value, best) == wanted {
                best = *value;
            }
        }
        best
    }

    /// The order of two values of one type.
    fn order(&self, a: Scalar, b: Scalar) -> Ordering {
        match (self.asking.view(a), self.asking.view(b)) {
            (View::Text(a), View::Text(b)) => a.cmp(b),
            (View::Bool(a), View::Bool(b)) => a.cmp(&b),
            _ => ops::order(a, b).unwrap_or(Ordering::Equal),
        }
    }

    /// The different values, in order.
    pub(super) fn distinct(&self, different: Different) -> Vec<Scalar> {
        let mut values = different.values;
        values.sort_unstable_by(|a, b| self.order(*a, *b));
        values.dedup_by(|a, b| self.same(*a, *b));
        values
    }

    /// The sum of what fades with time: each step of the 256th part of the halving time takes its share.
    pub(super) fn score(&mut self, of: StreamId, value: &Value, halving: Length) -> Told<Scalar> {
        let halving = self.length(halving)?;
        let now = self.now;
        let mut total = 0_i128;
        self.each_value(of, value, |key, value| {
            let value = match value {
                Scalar::Int(i) => i128::from(i).saturating_mul(1_000_000_000),
                other => amount(other),
            };
            total += super::fading::faded(value, now.saturating_sub(key.at), halving);
        })?;
        self.total(total, true)
    }
}

/// Values, the same ones once. (Two that are told apart may still be equal: texts from different places.)
#[derive(Default)]
pub(super) struct Different {
    values: Vec<Scalar>,
    /// The same, where there are too many to look through.
    known: HashSet<Scalar>,
}

impl Different {
    const FEW: usize = 16;

    pub(super) fn put(&mut self, value: Scalar) {
        if self.values.len() < Self::FEW {
            if !self.values.contains(&value) {
                self.values.push(value);
            }
            return;
        }
        if self.known.is_empty() {
            self.known.extend(&self.values);
        }
        if self.known.insert(value) {
            self.values.push(value);
        }
    }
}

/// A number: whole ones as they are, decimals in billionths.
pub(super) fn amount(value: Scalar) -> i128 {
    match value {
        Scalar::Int(i) => i.into(),
        Scalar::Decimal(d) => billionths(d),
        _ => 0,
    }
}

/// The value that comes most often; of several that one which came last.
fn most_frequent(values: &[(Key, Scalar)]) -> Scalar {
    let mut counts: HashMap<Scalar, (usize, Key)> = HashMap::new();
    for (key, value) in values {
        let count = counts.entry(*value).or_insert((0, *key));
        count.0 += 1;
        count.1 = count.1.max(*key);
    }
    let best = counts.into_iter().max_by_key(|(_, count)| *count);
    best.map_or(Scalar::Missing, |(value, _)| value)
}
