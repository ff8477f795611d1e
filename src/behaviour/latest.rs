//! The different values of a field, each with when it was last seen: how many there are from an instant on.

use crate::eval::Scalar;
use std::collections::HashMap;

/// The different values of a field.
#[derive(Clone, Debug, Default)]
pub(super) struct Latest {
    /// When each was last seen.
    of: HashMap<Scalar, i64>,
    /// The same instants, in order.
    at: Vec<i64>,
}

impl Latest {
    /// A value is seen; missing ones do not count.
    pub(super) fn seen(&mut self, value: Scalar, at: i64) {
        if value == Scalar::Missing {
            return;
        }
        let before = self.of.get(&value).copied();
        if before.is_some_and(|before| before >= at) {
            return;
        }
        if let Some(before) = before {
            let place = self.at.partition_point(|other| *other < before);
            self.at.remove(place);
        }
        let place = self.at.partition_point(|other| *other < at);
        // What is moved is moved at once.
        crate::work::steps(1 + (self.at.len() - place) / 256);
        self.at.insert(place, at);
        self.of.insert(value, at);
    }

    /// How many were seen at an instant or behind it.
    pub(super) fn since(&self, at: i64) -> usize {
        self.at.len() - self.at.partition_point(|other| *other < at)
    }

    /// When the newest was seen; see [`Store::touch`](super::store::Store::touch).
    pub(super) fn touch(&self) -> i64 {
        self.at.last().copied().unwrap_or(0)
    }

    pub(super) fn clear(&mut self) {
        self.of.clear();
        self.at.clear();
    }

    /// The memory that they take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let entry = size_of::<(Scalar, i64)>() + 1;
        size_of::<Latest>() + self.of.capacity() * entry + self.at.capacity() * size_of::<i64>()
    }
}
