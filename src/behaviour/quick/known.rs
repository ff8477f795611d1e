//! The answers to plain questions, from the events and from what is kept of them.

use super::{Column, Members};
use crate::behaviour::edges::between;
use crate::behaviour::folds::billionths;
use crate::behaviour::funnel::Funnel;
use crate::behaviour::kept::Kept;
use crate::behaviour::rows::{NONE, Rows};
use crate::behaviour::store::Store;
use crate::eval::Key;
use std::ops::Range;

/// What questions are answered from.
#[derive(Clone, Copy, Debug)]
pub(in crate::behaviour) struct Known<'k> {
    pub(in crate::behaviour) store: &'k Store,
    pub(in crate::behaviour) kept: Option<&'k Kept>,
    pub(in crate::behaviour) now: i64,
}

impl<'k> Known<'k> {
    /// The events of a type between two instants, both included.
    #[inline]
    pub(super) fn stretch(
        self,
        column: &Column,
        window: (i64, i64),
    ) -> Option<(&'k Rows, Range<usize>)> {
        let rows = self.store.rows(column.ty)?;
        let edge = self.kept.and_then(|kept| kept.edges().get(column.edge));
        let stretch = rows.between(window, edge);
        (!stretch.is_empty()).then_some((rows, stretch))
    }

    pub(super) fn count(self, columns: &[Column], window: (i64, i64)) -> usize {
        let stretches = columns.iter().filter_map(|c| self.stretch(c, window));
        stretches.map(|(_, stretch)| stretch.len()).sum()
    }

    /// The sum, of what is kept over several types where there is that; `None` where one by one has to be looked at.
    #[inline]
    pub(super) fn total(
        self,
        columns: &[Column],
        window: (i64, i64),
        merged: Option<(usize, usize)>,
        decimal: bool,
    ) -> Option<i128> {
        if let (Some(kept), [only]) = (self.kept, columns)
            && let Some(sums) = only.sums
        {
            let stretch = self.stretch(only, window);
            return stretch.map_or(Some(0), |(_, stretch)| kept.sum(sums, stretch));
        }
        let merged = self
            .kept
            .zip(merged)
            .and_then(|(kept, (place, edge))| kept.merged_sum(place, window, edge));
        merged.or_else(|| self.sum(columns, window, decimal))
    }

    /// The sum; `None` where one by one has to be looked at.
    fn sum(self, columns: &[Column], window: (i64, i64), decimal: bool) -> Option<i128> {
        let mut total = 0_i128;
        for column in columns {
            let Some((rows, stretch)) = self.stretch(column, window) else {
                continue;
            };
            total += match self.kept.zip(column.sums) {
                Some((kept, sums)) => kept.sum(sums, stretch)?,
                None if decimal => {
                    let numbers = rows.decimals(column.field?)?.get(stretch)?;
                    numbers.iter().map(|n| billionths(*n)).sum()
                }
                None => {
                    let numbers = rows.ints(column.field?)?.get(stretch)?;
                    numbers.iter().map(|n| i128::from(*n)).sum()
                }
            };
        }
        Some(total)
    }

    /// The first or the last of a type.
    #[inline]
    pub(super) fn end_of(
        self,
        column: &Column,
        window: (i64, i64),
        first: bool,
    ) -> Option<(&'k Rows, usize)> {
        let (rows, stretch) = self.stretch(column, window)?;
        let row = match first {
            true => stretch.start,
            false => stretch.end - 1,
        };
        Some((rows, row))
    }

    /// The first or the last.
    pub(super) fn end(self, columns: &[Column], window: (i64, i64), first: bool) -> Option<Key> {
        let mut best: Option<Key> = None;
        for column in columns {
            let end = self.end_of(column, window, first);
            let key = end.map(|(rows, row)| rows.key(column.ty, row));
            if let Some(key) = key
                && best.is_none_or(|best| (key < best) == first)
            {
                best = Some(key);
            }
        }
        best
    }

    /// How many there are of what is kept of a stream; else how often a chain came to its end, or whether it did.
    pub(super) fn members(self, members: &Members) -> Option<usize> {
        let window = members.window.at(self.now);
        let Some(kept) = self.kept.filter(|kept| !kept.is_broken(members.kept)) else {
            return Some(self.ends(members.funnel.as_deref()?, window, members.count));
        };
        let at = |member: usize| kept.at(members.kept, member, self.store);
        let edge = kept.edges().get(members.edge);
        Some(between(kept.len(members.kept), edge, window, at).len())
    }

    #[inline(never)]
    fn ends(self, funnel: &Funnel, (oldest, newest): (i64, i64), count: bool) -> usize {
        let mut ends = 0;
        funnel.each(self.store, newest, |at| {
            ends += usize::from(at >= oldest);
            !count && ends > 0
        });
        ends
    }

    /// How many values were seen, as it is kept: of those that are newer than all windows look.
    pub(super) fn counted(
        self,
        latest: usize,
        list: Option<usize>,
        window: (i64, i64),
    ) -> Option<usize> {
        let kept = self.kept?;
        let is_open = self.store.newest().is_none_or(|at| at <= window.1);
        is_open
            .then(|| kept.seen_since(latest, list, window.0))
            .flatten()
    }

    /// The same from the events, where the values are told apart by few codes.
    #[inline(never)]
    pub(super) fn different(self, columns: &[Column], window: (i64, i64)) -> Option<usize> {
        let mut seen = 0_u128;
        if columns.is_empty() {
            return None;
        }
        for column in columns {
            let Some((rows, stretch)) = self.stretch(column, window) else {
                continue;
            };
            let codes = match column.field {
                Some(field) => rows.codes(field)?.get(stretch)?,
                None if rows.channels().is_empty() => continue,
                None => rows.channels().get(stretch)?,
            };
            for code in codes.iter().filter(|code| **code != NONE) {
                seen |= 1_u128.checked_shl(*code)?;
            }
        }
        Some(seen.count_ones() as usize)
    }
}
