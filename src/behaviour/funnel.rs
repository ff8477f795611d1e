//! Chains of plain events that ask nothing of their events together: of all beginnings that end in a step the newest began
//! last, so that one a step is enough, and one pass over the columns.

use super::plain::{Part, Plain};
use super::plan::types_of;
use super::rows::Rows;
use super::store::Store;
use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::Graph;
use crate::graph::told::{Length, Steps, Stream, StreamId};
use crate::hir::told::ThenWord;
use arrayvec::ArrayVec;

/// So many columns, and steps, lie on the stack where a chain is known beforehand.
const MOST: usize = 8;

/// A chain of which all is known beforehand but the events.
#[derive(Clone, Debug)]
pub(super) struct Funnel {
    /// The types, each with the steps it may be and the steps it guards.
    types: ArrayVec<(u32, u32, u32), MOST>,
    stages: ArrayVec<Stage, MOST>,
    whole: i64,
}

/// The events of a type on their way, and what they are to the chain.
struct Column<'t> {
    rows: &'t Rows,
    ty: u32,
    /// The next one, and when it was; the greatest number behind the last.
    next: usize,
    at: i64,
    end: usize,
    /// The steps they may be, and the steps they guard.
    steps: u32,
    guards: u32,
}

/// A step: the newest beginning that ends in it.
#[derive(Clone, Copy, Debug)]
struct Stage {
    /// Less than this behind the step before.
    within: i64,
    immediately: bool,
    newest: Option<Beginning>,
}

/// A beginning: when it came so far, as the so manieth event of all, and where it began.
#[derive(Clone, Copy, Debug)]
struct Beginning {
    at: i64,
    order: usize,
    start_at: i64,
    /// Its last event and its first: the column, and the place in it.
    last: (usize, usize),
    start: (usize, usize),
}

impl<'t> Column<'t> {
    fn new(rows: &'t Rows, ty: u32, stretch: std::ops::Range<usize>) -> Column<'t> {
        let mut column = Column {
            rows,
            ty,
            next: stretch.start,
            at: 0,
            end: stretch.end,
            steps: 0,
            guards: 0,
        };
        column.see();
        column
    }

    fn see(&mut self) {
        let at = self.rows.at.get(self.next).copied();
        self.at = at.filter(|_| self.next < self.end).unwrap_or(i64::MAX);
    }

    fn go_on(&mut self) {
        self.next += 1;
        self.see();
    }

    /// Passes over all that is left.
    fn stop(&mut self) {
        self.next = self.end;
        self.see();
    }

    /// Passes over what was before an instant.
    #[inline]
    fn go_to(&mut self, from: i64) {
        while self.at < from {
            self.go_on();
        }
    }
}

/// Whether a chain asks nothing of its events together.
fn is_simple(chain: &Steps) -> bool {
    chain.steps.len() <= 32
        && chain.steps.iter().all(|step| {
            step.word != ThenWord::No
                && step.keys.is_empty()
                && step.condition.is_none()
                && step.later.is_none()
        })
}

impl Funnel {
    /// The chain, if it is one of plain events and all its lengths are known.
    pub(super) fn find(graph: &Graph, chain: &Steps) -> Option<Funnel> {
        if !is_simple(chain) {
            return None;
        }
        let mut funnel = Funnel {
            types: ArrayVec::new(),
            stages: ArrayVec::new(),
            whole: known(chain.within)?,
        };
        for (at, step) in chain.steps.iter().enumerate() {
            let stage = Stage {
                within: known(step.within)?,
                immediately: step.word == ThenWord::Immediately,
                newest: None,
            };
            funnel.stages.try_push(stage).ok()?;
            funnel.add(graph, step.of, (1 << at, 0))?;
            for guard in &step.without {
                funnel.add(graph, *guard, (0, 1 << at))?;
            }
        }
        // From one step to the next takes less than it may, so that all of them take less than that together.
        let steps = funnel.stages.iter().skip(1).map(|stage| stage.within);
        let steps = steps.fold(1_i64, i64::saturating_add);
        funnel.whole = funnel.whole.min(steps);
        Some(funnel)
    }

    fn add(&mut self, graph: &Graph, of: StreamId, (steps, guards): (u32, u32)) -> Option<()> {
        let Some(Stream::Select(view)) = graph.stream(of) else {
            return None;
        };
        for (ty, _) in types_of(graph.events(), *view) {
            match self.types.iter_mut().find(|(other, ..)| other == ty) {
                Some(of_type) => {
                    of_type.1 |= steps;
                    of_type.2 |= guards;
                }
                None => self.types.try_push((*ty, steps, guards)).ok()?,
            }
        }
        Some(())
    }

    /// Calls `each` with every instant up to one at which the chain is completed, until it says that it is enough.
    pub(super) fn each(&self, store: &Store, until: i64, mut each: impl FnMut(i64) -> bool) {
        let mut columns: ArrayVec<Column<'_>, MOST> = ArrayVec::new();
        for (ty, steps, guards) in &self.types {
            if let Some(rows) = store.rows(*ty) {
                let mut column = Column::new(rows, *ty, rows.between((i64::MIN, until), None));
                (column.steps, column.guards) = (*steps, *guards);
                columns.push(column);
            }
        }
        let mut stages = self.stages.clone();
        let last = stages.len().saturating_sub(1);
        pass(
            (&mut columns, &mut stages),
            self.whole,
            Some(1 << last),
            |_, step, begun| step == last && each(begun.at),
        );
    }
}

fn known(length: Option<Length>) -> Option<i64> {
    match length {
        Some(Length::Known(ms)) => Some(ms),
        Some(Length::Asked(_)) => None,
        None => Some(i64::MAX),
    }
}

impl<'t> Tell<'t, '_> {
    /// What completes a chain, in order, and how many steps happened at most; `None` where it is not so plain.
    pub(super) fn funnel(&mut self, chain: &Steps, found: &mut Vec<Item>) -> Told<Option<usize>> {
        if !is_simple(chain) {
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
        let all = (columns.as_mut_slice(), stages.as_mut_slice());
        pass(all, whole, None, |columns, step, begun| {
            reached = reached.max(step + 1);
            if step + 1 == chain.steps.len() {
                found.push(Item {
                    start: key(columns, begun.start),
                    ..Item::event(key(columns, begun.last))
                });
            }
            false
        });
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
        Some(Column::new(self.store.rows(ty)?, ty, stretch))
    }
}

/// Where an event stands in the order of all, by its column and the place in it.
fn key(columns: &[Column<'_>], (place, row): (usize, usize)) -> Key {
    let column = columns.get(place);
    column.map_or_else(Key::default, |column| column.rows.key(column.ty, row))
}

/// The columns' events go by in their order; `reach` is told of each step that one is, with the beginning that it makes
/// longer, and says whether it is enough. Where only `ends` matter, what can be part of none is passed over.
fn pass(
    (columns, stages): (&mut [Column<'_>], &mut [Stage]),
    whole: i64,
    ends: Option<u32>,
    mut reach: impl FnMut(&[Column<'_>], usize, Beginning) -> bool,
) {
    let (mut order, mut newest) = (0, 0);
    if let Some(ends) = ends {
        skip(columns, stages, ends, whole);
    }
    while let Some(place) = next_of(columns) {
        let Some(column) = columns.get_mut(place) else {
            return;
        };
        let (at, row, steps, guards) = (column.at, column.next, column.steps, column.guards);
        column.go_on();
        order += 1;
        let here = Beginning {
            at,
            order,
            last: (place, row),
            start_at: at,
            start: (place, row),
        };
        // Later steps first, so that it is no two steps of one match.
        let mut rest = steps;
        while rest != 0 {
            let step = (31 - rest.leading_zeros()) as usize;
            rest &= !(1 << step);
            let Some(begun) = follow(stages, step, here, newest) else {
                continue;
            };
            if at.saturating_sub(begun.start_at) >= whole {
                continue;
            }
            if reach(columns, step, begun) {
                return;
            }
            if let Some(stage) = stages.get_mut(step) {
                stage.newest = Some(begun);
            }
        }
        if steps != 0 {
            newest = order;
        }
        forget(stages, guards, order);
        if let Some(ends) = ends.filter(|ends| steps & ends != 0) {
            skip(columns, stages, ends, whole);
        }
    }
}

/// The column whose next event is the next of all.
fn next_of(columns: &[Column<'_>]) -> Option<usize> {
    let (mut least, mut found, mut tie) = (i64::MAX, 0, false);
    for (place, column) in columns.iter().enumerate() {
        if column.at < least {
            (least, found, tie) = (column.at, place, false);
        } else {
            tie |= column.at == least;
        }
    }
    if least == i64::MAX {
        return None;
    }
    if tie {
        let same = columns.iter().enumerate().filter(|(_, c)| c.at == least);
        let first = same.min_by_key(|(_, c)| c.rows.key(c.ty, c.next));
        return first.map(|(place, _)| place);
    }
    Some(found)
}

/// Passes over what lies too far before the next event that may complete a chain to be part of it, and over such events
/// themselves where one of the steps before them is not there.
fn skip(columns: &mut [Column<'_>], stages: &[Stage], last: u32, whole: i64) {
    let from = loop {
        let ends = columns.iter().filter(|column| column.steps & last != 0);
        let end = ends.map(|column| column.at).min().unwrap_or(i64::MAX);
        if end == i64::MAX {
            return columns.iter_mut().for_each(Column::stop);
        }
        let from = end.saturating_sub(whole).saturating_add(1);
        // The step just before is the first to be missed. What comes between two steps counts where one follows the other
        // immediately.
        let mut before = stages.iter().enumerate().rev().skip(1);
        let lacks = before.any(|(step, stage)| !is_there(columns, stage, 1 << step, (from, end)));
        if !lacks || stages.iter().any(|stage| stage.immediately) {
            break from;
        }
        let mut ends = columns.iter_mut();
        match ends.find(|column| column.at == end && column.steps & last != 0) {
            Some(column) if column.steps == last && column.guards == 0 => column.go_on(),
            _ => break from,
        }
    };
    columns.iter_mut().for_each(|column| column.go_to(from));
}

/// Whether a step happened, or may still happen, between two instants.
#[inline]
fn is_there(
    columns: &mut [Column<'_>],
    stage: &Stage,
    step: u32,
    (from, until): (i64, i64),
) -> bool {
    stage.newest.is_some_and(|newest| newest.at >= from)
        || columns.iter_mut().any(|column| {
            column.steps & step != 0 && {
                column.go_to(from);
                column.at <= until
            }
        })
}

/// The newest beginning that an event as a step makes longer; `newest` is the newest step of all before it.
#[inline]
fn follow(stages: &[Stage], step: usize, here: Beginning, newest: usize) -> Option<Beginning> {
    let Some(before) = step.checked_sub(1) else {
        return Some(here);
    };
    let (last, stage) = (stages.get(before)?.newest?, stages.get(step)?);
    let follows = here.at.saturating_sub(last.at) < stage.within
        && (!stage.immediately || last.order >= newest);
    follows.then_some(Beginning {
        start_at: last.start_at,
        start: last.start,
        ..here
    })
}

/// Beginnings that an event guards against end, but for those that it is itself the newest step of.
#[inline]
fn forget(stages: &mut [Stage], guards: u32, order: usize) {
    let mut rest = guards;
    while rest != 0 {
        let at = rest.trailing_zeros() as usize;
        rest &= rest - 1;
        if let Some(stage) = at.checked_sub(1).and_then(|before| stages.get_mut(before)) {
            stage.newest = stage.newest.filter(|newest| newest.order >= order);
        }
    }
}
