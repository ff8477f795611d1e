//! Sums over events of several types, in the order of their instants: so that the sum of a window is a difference, however
//! many types there are.

use super::edges::{between, first_not};
use super::folds::{amount, difference};
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
        let at = self.at.as_slice();
        let stays = first_not(at.len(), None, |place| {
            at.get(place).is_some_and(|at| *at < from)
        });
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

    /// The sum between two instants, both included.
    pub(super) fn sum(&self, window: (i64, i64), edge: Option<&AtomicU32>) -> i128 {
        let at = |place: usize| self.at.get(place).copied().unwrap_or(0);
        difference(&self.sums, between(self.at.len(), edge, window, at))
    }

    /// The newest of both columns; see [`Store::touch`](super::store::Store::touch).
    pub(super) fn touch(&self) -> i64 {
        let at = self.at.last().copied().unwrap_or(0);
        at ^ self.sums.last().is_some_and(|sum| *sum < 0) as i64
    }

    /// The memory that they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.at.capacity() * size_of::<i64>() + self.sums.capacity() * size_of::<i128>()
    }
}
