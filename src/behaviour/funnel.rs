//! Chains of plain events that ask nothing of their events together: of all beginnings that end in a step the newest began
//! last, so that one a step is enough, and one pass over the columns.

use super::plain::{Part, Plain};
use super::rows::Rows;
use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::told::{Steps, StreamId};
use crate::hir::told::ThenWord;

/// The events of a type on their way, and what they are to the chain.
struct Column<'t> {
    rows: &'t Rows,
    ty: u32,
    next: usize,
    end: usize,
    /// The steps they may be, and the steps they guard.
    steps: u32,
    guards: u32,
}

/// A step: the newest beginning that ends in it.
struct Stage {
    /// Less than this behind the step before.
    within: i64,
    immediately: bool,
    /// Where the beginning ends and where it starts.
    newest: Option<(Key, Key)>,
}

impl Column<'_> {
    fn at(&self) -> Option<i64> {
        match self.next < self.end {
            true => self.rows.at.get(self.next).copied(),
            false => None,
        }
    }

    fn key(&self) -> Key {
        self.rows.key(self.ty, self.next)
    }
}

impl<'t> Tell<'t, '_> {
    /// What completes a chain, in order, and how many steps happened at most; `None` where it is not so plain.
    pub(super) fn funnel(&mut self, chain: &Steps, found: &mut Vec<Item>) -> Told<Option<usize>> {
        let is_simple = chain.steps.iter().all(|step| {
            step.word != ThenWord::No
                && step.keys.is_empty()
                && step.condition.is_none()
                && step.later.is_none()
        });
        if !is_simple || chain.steps.len() > 32 {
            return Ok(None);
        }
        let Some(mut columns) = self.columns(chain)? else {
            return Ok(None);
        };
        let mut stages = Vec::with_capacity(chain.steps.len());
        for step in &chain.steps {
            stages.push(Stage {
                within: self.maybe_length(step.within)?.unwrap_or(i64::MAX),
                immediately: step.word == ThenWord::Immediately,
                newest: None,
            });
        }
        let whole = self.maybe_length(chain.within)?.unwrap_or(i64::MAX);
        let mut reached = 0;
        let mut newest: Option<Key> = None;
        while let Some(column) = next_of(&mut columns) {
            let (key, steps, guards) = (column.key(), column.steps, column.guards);
            column.next += 1;
            step(
                &mut stages,
                (key, steps, guards),
                newest,
                whole,
                |at, start| {
                    reached = reached.max(at + 1);
                    if at + 1 == chain.steps.len() {
                        let event = Item::event(key);
                        found.push(Item { start, ..event });
                    }
                },
            );
            if steps != 0 {
                newest = Some(key);
            }
        }
        Ok(Some(reached))
    }

    /// The columns of all steps and guards; `None` where one is no stretch of events, or a type comes in two of them.
    fn columns(&mut self, chain: &Steps) -> Told<Option<Vec<Column<'t>>>> {
        let mut columns: Vec<Column<'t>> = Vec::with_capacity(chain.steps.len() + 1);
        let mut known: Vec<(StreamId, usize)> = Vec::with_capacity(chain.steps.len() + 1);
        for (at, step) in chain.steps.iter().enumerate() {
            let own = [(step.of, 1_u32 << at, 0)].into_iter();
            let guards = step.without.iter().map(|id| (*id, 0, 1_u32 << at));
            for (id, steps, guards) in own.chain(guards) {
                let of_known = known.iter().position(|(of, _)| *of == id);
                let first = match of_known {
                    Some(_) => 0,
                    None => columns.len(),
                };
                if of_known.is_none() {
                    let mut plain = Plain::until(self.now);
                    if !self.is_plain(id, &mut plain)? || !plain.is_of_types() {
                        return Ok(None);
                    }
                    for part in self.parts(&plain) {
                        let (Part::Type(ty, _), Some(column)) = (part, self.column(&plain, part))
                        else {
                            continue;
                        };
                        if columns.iter().any(|other| other.ty == ty) {
                            return Ok(None);
                        }
                        columns.push(column);
                    }
                    known.push((id, first));
                }
                let of = match of_known.and_then(|place| known.get(place)) {
                    Some((_, from)) => *from,
                    None => first,
                };
                let until = known
                    .iter()
                    .map(|(_, from)| *from)
                    .filter(|from| *from > of);
                let until = until.min().unwrap_or(columns.len());
                for column in columns.get_mut(of..until).unwrap_or(&mut []) {
                    column.steps |= steps;
                    column.guards |= guards;
                }
            }
        }
        Ok(Some(columns))
    }

    fn column(&self, plain: &Plain, part: Part) -> Option<Column<'t>> {
        let Part::Type(ty, _) = part else {
            return None;
        };
        let stretch = self.stretch(plain, part);
        Some(Column {
            rows: self.store.rows(ty)?,
            ty,
            next: stretch.start,
            end: stretch.end,
            steps: 0,
            guards: 0,
        })
    }
}

/// The column whose next event is the next of all.
fn next_of<'c, 't>(columns: &'c mut [Column<'t>]) -> Option<&'c mut Column<'t>> {
    let mut least: Option<(i64, usize)> = None;
    for (place, column) in columns.iter().enumerate() {
        let Some(at) = column.at() else {
            continue;
        };
        let sooner = match least {
            None => true,
            Some((other, _)) if at != other => at < other,
            Some((_, other)) => columns
                .get(other)
                .is_some_and(|other| column.key() < other.key()),
        };
        if sooner {
            least = Some((at, place));
        }
    }
    least.and_then(|(_, place)| columns.get_mut(place))
}

/// An event goes by; `reach` is told of each step that it is, with where the beginning starts. Later steps first, so that it
/// is no two steps of one match.
fn step(
    stages: &mut [Stage],
    (key, steps, guards): (Key, u32, u32),
    newest: Option<Key>,
    whole: i64,
    mut reach: impl FnMut(usize, Key),
) {
    let mut rest = steps;
    while rest != 0 {
        let at = (31 - rest.leading_zeros()) as usize;
        rest &= !(1 << at);
        let start = match at.checked_sub(1).and_then(|before| stages.get(before)) {
            None => Some(key),
            Some(before) => before
                .newest
                .filter(|(last, _)| {
                    let stage = stages.get(at);
                    stage.is_some_and(|stage| {
                        key.at.saturating_sub(last.at) < stage.within
                            && (!stage.immediately || newest.is_none_or(|newest| *last >= newest))
                    })
                })
                .map(|(_, start)| start),
        };
        if let Some(start) = start.filter(|start| key.at.saturating_sub(start.at) < whole) {
            reach(at, start);
            if let Some(stage) = stages.get_mut(at) {
                stage.newest = Some((key, start));
            }
        }
    }
    let mut rest = guards;
    while rest != 0 {
        let at = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        if let Some(stage) = at.checked_sub(1).and_then(|before| stages.get_mut(before)) {
            stage.newest = stage.newest.filter(|(last, _)| *last >= key);
        }
    }
}
