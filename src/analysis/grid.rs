//! Tables as boxes in a grid of classes: what no row covers, and which rows meet.
//!
//! Column by column the rows are swept along the column's classes; rows that stand over one stretch are taken to the
//! next column together. Rows that differ early part early, so a table of intervals or keys costs about n log n.

use super::domain::Classes;
use super::search::Found;
use std::collections::{BTreeSet, HashSet};

/// For each column the classes a row takes; `None` is any.
pub(super) type BoxRow = Vec<Option<Classes>>;

/// The rows of a table and how many classes each column has.
pub(super) struct Grid<'a> {
    pub(super) rows: &'a [BoxRow],
    pub(super) sizes: &'a [u32],
}

/// Tables with more columns are not swept.
const MOST_COLUMNS: usize = 64;

struct Sweep<'g, 'a> {
    grid: &'g Grid<'a>,
    budget: &'g mut usize,
    seen: HashSet<(usize, Vec<u32>)>,
    /// The class in each column on the way to here.
    place: Vec<u32>,
}

impl Grid<'_> {
    /// A class for each column such that no row stands there.
    pub(super) fn gap(&self, budget: &mut usize) -> Found<Vec<u32>> {
        let mut found = None;
        let done = self.sweep(budget, |active, place, whole| {
            if active.is_empty() {
                found = Some(place.to_vec());
                return Step::Stop;
            }
            if whole { Step::Skip } else { Step::Deeper }
        });
        match (found, done) {
            (Some(place), _) => Found::Yes(place),
            (None, true) => Found::No,
            (None, false) => Found::TooRich,
        }
    }

    /// Calls `meet` for two rows that stand in one place, with the place, until it says that it has enough.
    /// `No` if all were called.
    pub(super) fn meetings(
        &self,
        budget: &mut usize,
        mut meet: impl FnMut(u32, u32, &[u32]) -> bool,
    ) -> Found<()> {
        let mut pairs: HashSet<(u32, u32)> = HashSet::new();
        let mut stopped = false;
        let columns = self.sizes.len();
        let done = self.sweep(budget, |active, place, _| {
            if active.len() < 2 {
                return Step::Skip;
            }
            if place.len() < columns {
                return Step::Deeper;
            }
            for (index, first) in active.iter().enumerate() {
                for second in active.iter().skip(index + 1) {
                    if pairs.insert((*first, *second)) && meet(*first, *second, place) {
                        stopped = true;
                        return Step::Stop;
                    }
                }
            }
            Step::Skip
        });
        match (stopped, done) {
            (true, _) => Found::Yes(()),
            (false, true) => Found::No,
            (false, false) => Found::TooRich,
        }
    }

    /// Whether everything was swept.
    fn sweep(
        &self,
        budget: &mut usize,
        mut visit: impl FnMut(&[u32], &[u32], bool) -> Step,
    ) -> bool {
        if self.sizes.len() > MOST_COLUMNS {
            return false;
        }
        let all: Vec<u32> = (0..).take(self.rows.len()).collect();
        let mut sweep = Sweep {
            grid: self,
            budget,
            seen: HashSet::new(),
            place: Vec::new(),
        };
        sweep.visit(&all, &mut visit);
        *budget > 0
    }
}

/// What to do with the rows that stand in one place.
#[derive(PartialEq)]
enum Step {
    Deeper,
    Skip,
    Stop,
}

impl Sweep<'_, '_> {
    fn cell(&self, row: u32, column: usize) -> Option<&Classes> {
        let cells = self.grid.rows.get(row as usize)?;
        cells.get(column)?.as_ref()
    }

    /// Whether the row takes everything from this column on.
    fn takes_all(&self, row: u32, column: usize) -> bool {
        let cells = self.grid.rows.get(row as usize);
        cells.is_some_and(|cells| cells.iter().skip(column).all(Option::is_none))
    }

    /// Returns true to stop.
    fn visit(
        &mut self,
        active: &[u32],
        visit: &mut impl FnMut(&[u32], &[u32], bool) -> Step,
    ) -> bool {
        let column = self.place.len();
        crate::work::steps(active.len() + 1);
        *self.budget = self.budget.saturating_sub(active.len() + 1);
        if *self.budget == 0 {
            return true;
        }
        let whole = active.iter().any(|r| self.takes_all(*r, column));
        match visit(active, &self.place, whole) {
            Step::Stop => return true,
            Step::Skip => return false,
            Step::Deeper => {}
        }
        let Some(size) = self.grid.sizes.get(column).copied() else {
            return false;
        };
        if !self.seen.insert((column, active.to_vec())) {
            return false;
        }
        self.column(active, column, size, visit)
    }

    /// Sweeps one column: at each class where a row begins or ends, the rows that stand there go on.
    fn column(
        &mut self,
        active: &[u32],
        column: usize,
        size: u32,
        visit: &mut impl FnMut(&[u32], &[u32], bool) -> Step,
    ) -> bool {
        let mut events: Vec<(u32, bool, u32)> = Vec::new();
        let mut here: BTreeSet<u32> = BTreeSet::new();
        for row in active {
            match self.cell(*row, column) {
                None => {
                    here.insert(*row);
                }
                Some(classes) => {
                    for range in classes {
                        events.push((range.start, true, *row));
                        events.push((range.end, false, *row));
                    }
                }
            }
        }
        events.sort_unstable();
        let mut events = events.into_iter().peekable();
        let mut at = 0;
        while at < size {
            while let Some((_, starts, row)) = events.next_if(|(place, ..)| *place <= at) {
                if starts {
                    here.insert(row);
                } else {
                    here.remove(&row);
                }
            }
            let rows: Vec<u32> = here.iter().copied().collect();
            self.place.push(at);
            let stop = self.visit(&rows, visit);
            self.place.pop();
            if stop {
                return true;
            }
            at = events.peek().map_or(size, |(place, ..)| *place).max(at + 1);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::domain::span;

    fn rows(cells: &[&[Option<(u32, u32)>]]) -> Vec<BoxRow> {
        let cell = |c: &Option<(u32, u32)>| c.map(|(a, b)| span(a, b));
        cells.iter().map(|r| r.iter().map(cell).collect()).collect()
    }

    #[test]
    fn finds_the_one_gap_and_the_one_meeting() {
        let covered = rows(&[&[Some((0, 2)), None], &[Some((2, 4)), Some((0, 1))]]);
        let grid = Grid {
            rows: &covered,
            sizes: &[4, 2],
        };
        assert_eq!(grid.gap(&mut 1000), Found::Yes(vec![2, 1]));
        assert_eq!(grid.meetings(&mut 1000, |_, _, _| true), Found::No);
        let crossing = rows(&[
            &[Some((0, 2)), None],
            &[None, Some((1, 2))],
            &[None, Some((0, 1))],
        ]);
        let grid = Grid {
            rows: &crossing,
            sizes: &[4, 2],
        };
        assert_eq!(grid.gap(&mut 1000), Found::No);
        let mut met = Vec::new();
        grid.meetings(&mut 1000, |a, b, place| {
            met.push((a, b, place.to_vec()));
            false
        });
        assert_eq!(met, vec![(0, 2, vec![0, 0]), (0, 1, vec![0, 1])]);
    }

    #[test]
    fn many_keys_cost_little() {
        let keys: Vec<BoxRow> = (0..50_000).map(|i| vec![Some(span(i, i + 1))]).collect();
        let grid = Grid {
            rows: &keys,
            sizes: &[50_001],
        };
        let mut budget = 500_000;
        assert_eq!(grid.gap(&mut budget), Found::Yes(vec![50_000]));
        assert_eq!(grid.meetings(&mut budget, |_, _, _| true), Found::No);
    }
}
