//! What is kept of a customer's events besides the events themselves: the members of streams that are asked about, how far
//! chains have come, sums from the first event on, the newest event of each value.
//!
//! Events are taken in in their order, one after the other. One that comes late takes everything back to a mark before
//! it, and what stands behind it is taken in again. Marks lie the closer together the newer they are, so that this costs as
//! much as the late event lies back.
//!
//! Nothing here is an answer of its own: each is the one that the events give, found sooner. Where a condition on an event
//! overflows, nothing is kept of the stream, and asking finds the overflow.

mod ask;
mod extend;
mod size;

use self::extend::{Sources, extend, go_further};
use super::chain::Way;
use super::edges::Edges;
use super::folds::amount;
use super::journey::Inside;
use super::latest::Latest;
use super::merged::Merged;
use super::plan::{Keep, Plan, types_of};
use super::store::Store;
use super::tell::Tell;
use super::together::Point;
use crate::eval::{Item, Key};
use crate::graph::EventRef;
use crate::graph::told::Events;
use std::sync::Arc;

/// So many events lie between marks at least.
const MARK_EVERY: u64 = 64;

/// What is kept of a customer's events.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    plan: Arc<Plan>,
    lists: Vec<List>,
    states: Vec<State>,
    /// Of each journey where the customer is; none where that is not known.
    journeys: Vec<Option<Option<Inside>>>,
    /// Sums of columns, up to and with each event.
    sums: Vec<Vec<i128>>,
    /// Sums over several types.
    merged: Vec<Merged>,
    latest: Vec<Latest>,
    edges: Edges,
    /// The newest event that is taken in, and how many are.
    upto: Option<Key>,
    taken: u64,
    marks: Vec<Mark>,
    news: News,
}

/// What has come in and is not taken in yet.
#[derive(Clone, Debug, Default)]
struct News {
    /// Where the oldest stands that matters to streams, and how many there are.
    oldest: Option<Key>,
    count: usize,
    /// For each type the place of the first.
    rows: Vec<Option<usize>>,
    /// What was there has changed.
    all: bool,
}

/// The members of a stream.
#[derive(Clone, Debug, Default)]
struct List {
    members: Members,
    /// Sums of what is asked of the members, up to and with each; none where one overflows.
    sums: Vec<Option<Vec<i128>>>,
    /// A condition overflows.
    broken: bool,
}

#[derive(Clone, Debug)]
enum Members {
    /// Events, by type and place.
    Events(Vec<(u32, u32)>),
    Items(Vec<Item>),
}

impl Default for Members {
    fn default() -> Members {
        Members::Items(Vec::new())
    }
}

/// How far a stream has come.
#[derive(Clone, Debug, Default)]
struct State {
    /// Of a chain.
    way: Way,
    /// Of what comes together: what may still be part of a match.
    points: Vec<Point>,
    /// Of sessions: the newest.
    session: Option<Item>,
    /// When the next deadline passes.
    due: i64,
}

/// How everything was at an event.
#[derive(Clone, Debug)]
struct Mark {
    upto: Key,
    taken: u64,
    lens: Vec<usize>,
    states: Vec<State>,
    journeys: Vec<Option<Option<Inside>>>,
}

impl Members {
    fn len(&self) -> usize {
        match self {
            Members::Events(events) => events.len(),
            Members::Items(items) => items.len(),
        }
    }

    fn truncate(&mut self, len: usize) {
        match self {
            Members::Events(events) => events.truncate(len),
            Members::Items(items) => items.truncate(len),
        }
    }

    fn push(&mut self, item: Item) {
        match self {
            Members::Events(events) => events.push(item.event),
            Members::Items(items) => items.push(item),
        }
    }
}

impl Kept {
    pub(super) fn new(plan: Arc<Plan>) -> Kept {
        let mut kept = Kept {
            lists: Vec::new(),
            states: Vec::new(),
            journeys: Vec::new(),
            sums: vec![Vec::new(); plan.sums.len()],
            merged: vec![Merged::default(); plan.merged.len()],
            latest: vec![Latest::default(); plan.latest.len()],
            edges: Edges::new(plan.edges),
            upto: None,
            taken: 0,
            marks: Vec::new(),
            news: News::default(),
            plan,
        };
        kept.clear();
        kept
    }

    fn clear(&mut self) {
        let list = |keep: &Keep| List {
            members: match keep.plain {
                true => Members::Events(Vec::new()),
                false => Members::Items(Vec::new()),
            },
            sums: vec![Some(Vec::new()); keep.sums.len()],
            broken: false,
        };
        self.lists = self.plan.keeps.iter().map(list).collect();
        let state = |_: &Keep| State {
            due: i64::MAX,
            ..State::default()
        };
        self.states = self.plan.keeps.iter().map(state).collect();
        self.journeys = vec![Some(None); self.plan.journeys.len()];
        (self.upto, self.taken) = (None, 0);
        self.marks.clear();
    }

    /// Takes in all events anew.
    fn renew(&mut self, tell: &mut Tell<'_, '_>) {
        self.clear();
        self.latest.iter_mut().for_each(Latest::clear);
        for place in 0..self.sums.len() {
            self.sum_from(tell, place, 0);
        }
        self.merge_from(tell.store, |_| Some(i64::MIN));
        for ty in 0..tell.events.types.len() {
            let ty = u32::try_from(ty).unwrap_or(u32::MAX);
            let rows = tell.store.rows(ty).map_or(0, super::rows::Rows::len);
            (0..rows).for_each(|row| self.count_latest(tell.store, tell.events, ty, row));
        }
        self.catch_up(tell);
    }

    /// What was there has changed.
    pub(super) fn note_change(&mut self) {
        self.news.all = true;
    }

    /// An event has come in, in this place as yet.
    pub(super) fn note(&mut self, store: &Store, events: &Events, ty: u32, row: usize) {
        self.count_latest(store, events, ty, row);
        let news = &mut self.news;
        news.rows.resize(events.types.len(), None);
        if let Some(first) = news.rows.get_mut(ty as usize) {
            *first = Some(first.map_or(row, |first| first.min(row)));
        }
        if self.plan.types.get(ty as usize) == Some(&true) {
            let key = store.key(ty, u32::try_from(row).unwrap_or(u32::MAX));
            news.oldest = Some(news.oldest.map_or(key, |oldest| oldest.min(key)));
            news.count += 1;
        }
    }

    /// Takes in what has come in.
    pub(super) fn settle(&mut self, tell: &mut Tell<'_, '_>) {
        let news = std::mem::take(&mut self.news);
        if news.all {
            return self.renew(tell);
        }
        let plan = self.plan.clone();
        for (place, (ty, _)) in plan.sums.iter().enumerate() {
            if let Some(row) = news.rows.get(*ty as usize).copied().flatten() {
                self.sum_from(tell, place, row);
            }
        }
        self.merge_from(tell.store, |ty| {
            let row = news.rows.get(ty as usize).copied().flatten()?;
            Some(tell.store.rows(ty)?.at(row))
        });
        let Some(oldest) = news.oldest else {
            return;
        };
        if self.upto.is_none_or(|upto| upto < oldest) {
            if news.count == 1 {
                return self.take_in(tell, Item::event(oldest));
            }
        } else {
            self.go_back(oldest);
        }
        self.catch_up(tell);
    }

    /// Sums of a column from a place on.
    fn sum_from(&mut self, tell: &Tell<'_, '_>, place: usize, row: usize) {
        let plan = self.plan.clone();
        let (Some((ty, field)), Some(sums)) = (plan.sums.get(place), self.sums.get_mut(place))
        else {
            return;
        };
        let Some(rows) = tell.store.rows(*ty) else {
            return;
        };
        sums.truncate(row);
        let mut total = sums.last().copied().unwrap_or(0);
        crate::work::steps(rows.len() - sums.len().min(rows.len()));
        for row in sums.len()..rows.len() {
            total = total.saturating_add(amount(rows.field(*field, row)));
            sums.push(total);
        }
    }

    /// Sums over several types, from the oldest instant of any.
    fn merge_from(&mut self, store: &Store, oldest: impl Fn(u32) -> Option<i64>) {
        for (of, merged) in self.plan.merged.iter().zip(&mut self.merged) {
            let from = of.columns.iter().filter_map(|(ty, _)| oldest(*ty)).min();
            if let Some(from) = from {
                merged.take_in(store, &of.columns, from);
            }
        }
    }

    /// The values of an event's fields are counted.
    fn count_latest(&mut self, store: &Store, events: &Events, ty: u32, row: usize) {
        let plan = self.plan.clone();
        for (place, of) in plan.latest.iter().enumerate() {
            if plan.kept(of.base).is_none()
                && types_of(events, of.view).iter().any(|(of, _)| *of == ty)
            {
                let item = Item::event(store.key(ty, u32::try_from(row).unwrap_or(u32::MAX)));
                self.count(store, events, place, item);
            }
        }
    }

    fn count(&mut self, store: &Store, events: &Events, place: usize, item: Item) {
        let plan = self.plan.clone();
        if let (Some(of), Some(latest)) = (plan.latest.get(place), self.latest.get_mut(place)) {
            let (ty, row) = item.event;
            let event = EventRef::new(of.view, ty, row);
            let value = store.field(events, event, of.field);
            latest.seen(value, item.key.at);
        }
    }

    /// Takes in what stands behind the newest that is taken in.
    fn catch_up(&mut self, tell: &mut Tell<'_, '_>) {
        let plan = self.plan.clone();
        let mut open: Vec<(u32, usize)> = Vec::new();
        for (ty, _) in (0..).zip(&plan.types).filter(|(_, matters)| **matters) {
            let rows = tell.store.rows(ty);
            let from = |upto| rows.map_or(0, |rows| rows.first_behind(ty, upto, false));
            open.push((ty, self.upto.map_or(0, from)));
        }
        let key = |tell: &Tell<'_, '_>, (ty, row): (u32, usize)| {
            let there = tell.store.rows(ty).is_some_and(|rows| row < rows.len());
            there.then(|| tell.store.key(ty, u32::try_from(row).unwrap_or(u32::MAX)))
        };
        loop {
            let next = open.iter_mut().filter_map(|of| Some((key(tell, *of)?, of)));
            let Some((key, of)) = next.min_by_key(|(key, _)| *key) else {
                return;
            };
            of.1 += 1;
            self.take_in(tell, Item::event(key));
        }
    }

    /// Takes in the next event.
    fn take_in(&mut self, tell: &mut Tell<'_, '_>, item: Item) {
        crate::work::steps(1);
        let plan = self.plan.clone();
        let mut fresh: Vec<Vec<Item>> = Vec::with_capacity(plan.keeps.len());
        for (place, keep) in plan.keeps.iter().enumerate() {
            let sources = Sources {
                plan: &plan,
                lists: &self.lists,
                fresh: &fresh,
                item,
            };
            let mut out = Vec::new();
            let broken = self.lists.get(place).is_none_or(|list| list.broken);
            let done = match self.states.get_mut(place).filter(|_| !broken) {
                Some(state) => extend(tell, keep, &sources, state, &mut out),
                None => Ok(()),
            };
            if done.is_err()
                && let Some(list) = self.lists.get_mut(place)
            {
                list.broken = true;
            }
            self.append(tell, place, keep, &mut out);
            fresh.push(out);
        }
        let sources = Sources {
            plan: &plan,
            lists: &self.lists,
            fresh: &fresh,
            item,
        };
        go_further(tell, &sources, &mut self.journeys);
        self.note_due(&plan);
        self.upto = Some(item.key);
        self.taken += 1;
        if self.taken.is_multiple_of(MARK_EVERY) {
            self.mark(item.key);
        }
    }

    /// New members of a stream. Sessions change as long as they last.
    fn append(&mut self, tell: &mut Tell<'_, '_>, place: usize, keep: &Keep, fresh: &mut [Item]) {
        if keep.open {
            return;
        }
        for (of, _) in (0..)
            .zip(&self.plan.clone().latest)
            .filter(|(_, l)| l.base == keep.stream)
        {
            fresh
                .iter()
                .for_each(|item| self.count(tell.store, tell.events, of, *item));
        }
        let is_session = keep.gap.is_some();
        let Some(list) = self.lists.get_mut(place) else {
            return;
        };
        for item in fresh {
            if is_session
                && let Members::Items(items) = &mut list.members
                && let Some(last) = items.last_mut().filter(|last| last.start == item.start)
            {
                *last = *item;
                continue;
            }
            list.members.push(*item);
            for (value, sums) in keep.sums.iter().zip(&mut list.sums) {
                let Some(all) = sums else {
                    continue;
                };
                match tell.value_of(keep.view, *item, value) {
                    Ok(value) => {
                        let total = all.last().copied().unwrap_or(0);
                        all.push(total.saturating_add(amount(value)));
                    }
                    Err(_) => *sums = None,
                }
            }
        }
    }

    /// When something becomes known next, of each stream with those it needs.
    fn note_due(&mut self, plan: &Plan) {
        for (place, keep) in plan
            .keeps
            .iter()
            .enumerate()
            .filter(|(_, keep)| keep.of_due)
        {
            let parts = keep.parts.iter().filter_map(|part| plan.kept(*part));
            let due = parts.filter_map(|part| Some(self.states.get(part)?.due));
            let due = due.min().unwrap_or(i64::MAX);
            if let Some(state) = self.states.get_mut(place) {
                let own = keep.fixed.as_ref().map_or(i64::MAX, |_| state.due);
                state.due = own.min(due);
            }
        }
    }

    /// Notes how everything is. Of older marks those stay that lie no closer together than they lie back.
    fn mark(&mut self, upto: Key) {
        if self.plan.keeps.is_empty() && self.plan.journeys.is_empty() {
            return;
        }
        self.marks.push(Mark {
            upto,
            taken: self.taken,
            lens: self.lists.iter().map(|list| list.members.len()).collect(),
            states: self.states.clone(),
            journeys: self.journeys.clone(),
        });
        let now = self.taken;
        let mut place = self.marks.len();
        while place > 2 {
            place -= 1;
            let taken = |at: usize| self.marks.get(at).map_or(0, |mark| mark.taken);
            let (older, newer) = (taken(place - 2), taken(place));
            if newer - older <= now - newer {
                self.marks.remove(place - 1);
            }
        }
    }

    /// Back to before a place in the order of all events.
    fn go_back(&mut self, before: Key) {
        while self.marks.last().is_some_and(|mark| mark.upto >= before) {
            self.marks.pop();
        }
        let Some(mark) = self.marks.last() else {
            // What overflows stays so.
            let broken: Vec<bool> = self.lists.iter().map(|list| list.broken).collect();
            self.clear();
            for (list, broken) in self.lists.iter_mut().zip(broken) {
                list.broken = broken;
            }
            return;
        };
        (self.upto, self.taken) = (Some(mark.upto), mark.taken);
        self.states.clone_from(&mark.states);
        self.journeys.clone_from(&mark.journeys);
        for ((list, len), state) in self.lists.iter_mut().zip(&mark.lens).zip(&mark.states) {
            list.members.truncate(*len);
            list.sums
                .iter_mut()
                .flatten()
                .for_each(|sums| sums.truncate(*len));
            if let (Some(session), Members::Items(items)) = (state.session, &mut list.members)
                && let Some(last) = items.last_mut()
            {
                *last = session;
            }
        }
    }
}
