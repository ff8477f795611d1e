//! Sums over events of several types, in the order of their instants: so that the sum of a window is a difference, however
//! many types there are.

use super::edges::first_not;
use super::folds::amount;
use super::store::Store;
use std::sync::atomic::AtomicU32;

/// Sums over events of several types.
#[derive(Clone, Debug, Default)]
pub(super) struct Merged {
    /// When each event was, ascending.
    at: Vec<i64>,
    /// The sums up to and with each.
    sums: Vec<i128>,
}

impl Merged {
    /// Takes in anew what happened at an instant or behind it; `columns` are types with their fields.
    pub(super) fn take_in(&mut self, store: &Store, columns: &[(u32, usize)], from: i64) {
        let stays = first_not(self.at.len(), None, |place| self.is_before(place, from));
        self.at.truncate(stays);
        self.sums.truncate(stays);
        let mut new: Vec<(i64, i128)> = Vec::new();
        for (ty, field) in columns {
            let Some(rows) = store.rows(*ty) else {
                continue;
            };
            let behind = rows.first_at(from, None)..rows.len();
            new.extend(behind.map(|row| (rows.at(row), amount(rows.field(*field, row)))));
        }
        crate::work::steps(new.len());
        new.sort_unstable_by_key(|(at, _)| *at);
        let mut total = self.sums.last().copied().unwrap_or(0);
        for (at, value) in new {
            total = total.saturating_add(value);
            self.at.push(at);
            self.sums.push(total);
        }
    }

    fn is_before(&self, place: usize, at: i64) -> bool {
        self.at.get(place).is_some_and(|other| *other < at)
    }

    /// The sum between two instants, both included.
    pub(super) fn sum(&self, (oldest, newest): (i64, i64), edge: Option<&AtomicU32>) -> i128 {
        let len = self.at.len();
        let until = match self.at.last() {
            Some(last) if *last > newest => {
                first_not(len, None, |place| self.at.get(place) <= Some(&newest))
            }
            _ => len,
        };
        let from = match oldest {
            i64::MIN => 0,
            oldest => first_not(len, edge, |place| self.is_before(place, oldest)),
        };
        if from >= until {
            return 0;
        }
        let upto = |end: usize| end.checked_sub(1).and_then(|at| self.sums.get(at));
        upto(until).copied().unwrap_or(0) - upto(from).copied().unwrap_or(0)
    }

    /// The memory that they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.at.capacity() * size_of::<i64>() + self.sums.capacity() * size_of::<i128>()
    }
}
