//! What is asked of period after period, and of the events of each key.

use super::folds::{Different, amount};
use super::tell::{Tell, Told};
use crate::eval::{Item, Scalar};
use crate::graph::NodeId;
use crate::graph::told::{StreamId, Value};
use crate::hir::told::SeriesFold;
use crate::syntax::ast::Period;
use crate::value::decimal;
use rust_decimal::Decimal;

impl Tell<'_, '_> {
    /// A value for each of the full periods before the current one, the oldest first.
    pub(super) fn series(
        &mut self,
        (fold, value): (SeriesFold, Option<&Value>),
        of: StreamId,
        (period, count): (Period, u32),
        zone: NodeId,
    ) -> Told<Scalar> {
        let calendar = self.calendar(zone)?;
        let view = self.view_of(of);
        let items = self.items(of)?;
        let mut list = Vec::with_capacity(count as usize);
        let mut start = calendar.start(period, self.now, i64::from(count));
        let mut from = items.partition_point(|item| item.key.at < start);
        for back in (0..i64::from(count)).rev() {
            start = calendar.start(period, self.now, back);
            let rest = items.get(from..).unwrap_or(&[]);
            let len = rest.partition_point(|item| item.key.at < start);
            let inside = rest.get(..len).unwrap_or(&[]);
            list.push(self.of_period((fold, value), view, inside)?);
            from += len;
        }
        self.give(items);
        Ok(self.asking.list(&list))
    }

    fn of_period(
        &mut self,
        (fold, value): (SeriesFold, Option<&Value>),
        view: u32,
        items: &[Item],
    ) -> Told<Scalar> {
        let Some(value) = value else {
            return Ok(Scalar::Int(i64::try_from(items.len()).unwrap_or(i64::MAX)));
        };
        let mut different = Different::default();
        let mut total = 0_i128;
        for item in items {
            let found = self.value_of(view, *item, value)?;
            match fold {
                SeriesFold::Distinct if found != Scalar::Missing => different.put(found),
                _ => total += amount(found),
            }
        }
        match fold {
            SeriesFold::Distinct => {
                let count = self.distinct(different).len();
                Ok(Scalar::Int(i64::try_from(count).unwrap_or(i64::MAX)))
            }
            _ => self.total(total, value.decimal),
        }
    }

    /// How many of the newest in a row are not zero.
    pub(super) fn streak(&self, list: Scalar) -> Scalar {
        let items = self.asking.items(list);
        let row = items
            .iter()
            .rev()
            .take_while(|item| **item != Scalar::Int(0));
        Scalar::Int(i64::try_from(row.count()).unwrap_or(i64::MAX))
    }

    /// The slope of the straight line of least squares through the values, as a share of their mean: missing of fewer
    /// than three, and where the mean is zero.
    pub(super) fn trend(&self, list: Scalar) -> Scalar {
        let of = |item: Scalar| match item {
            Scalar::Int(i) => i128::from(i),
            _ => 0,
        };
        let items = self.asking.items(list).into_iter().map(of);
        let values: Vec<i128> = items.collect();
        let total: i128 = values.iter().sum();
        let Ok(n) = i128::try_from(values.len()) else {
            return Scalar::Missing;
        };
        if n < 3 || total == 0 {
            return Scalar::Missing;
        }
        // The slope is (n Σiy - Σi Σy) / (n Σi² - (Σi)²) = 12 (n Σiy - Σi Σy) / (n² (n² - 1)), the mean Σy / n.
        let weighted: i128 = values.iter().zip(0_i128..).map(|(y, i)| i * y).sum();
        let slope = n * weighted - n * (n - 1) / 2 * total;
        let (above, below) = (12 * slope, n * (n * n - 1) * total);
        let shorter = |value: i128| Decimal::try_from_i128_with_scale(value, 0).ok();
        let divisor = gcd(above, below);
        let quotient = shorter(above / divisor)
            .zip(shorter(below / divisor))
            .and_then(|(a, b)| decimal::div(a, b));
        quotient.map_or(Scalar::Missing, Scalar::Decimal)
    }

    /// Whether a condition holds for the events of some key, or of every one.
    pub(super) fn per_key(
        &mut self,
        every: bool,
        of: StreamId,
        key: &Value,
        (group, has): (u32, NodeId),
    ) -> Told<bool> {
        let mut answer = every;
        for items in self.groups(of, key)? {
            self.asking.scratch.told.groups.push((group, items));
            let holds = if answer == every {
                self.asking.holds(has)
            } else {
                Ok(every)
            };
            if let Some((_, items)) = self.asking.scratch.told.groups.pop() {
                self.give(items);
            }
            answer = match holds? == every {
                true => answer,
                false => !every,
            };
        }
        Ok(answer)
    }

    /// The events of each key, those of the key first that comes first.
    pub(super) fn groups(&mut self, of: StreamId, key: &Value) -> Told<Vec<Vec<Item>>> {
        let view = self.view_of(of);
        let items = self.items(of)?;
        let mut groups: Vec<Vec<Item>> = Vec::new();
        let mut places: std::collections::HashMap<Scalar, usize> = std::collections::HashMap::new();
        for item in &items {
            let value = self.value_of(view, *item, key)?;
            if value == Scalar::Missing {
                continue;
            }
            let place = *places.entry(value).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(of_key) => of_key.push(*item),
                None => {
                    let mut of_key = self.asking.scratch.told.take();
                    of_key.push(*item);
                    groups.push(of_key);
                }
            }
        }
        self.give(items);
        Ok(groups)
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a.max(1)).unwrap_or(1)
}
