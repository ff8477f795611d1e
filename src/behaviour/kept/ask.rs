//! Questions about what is kept.

use super::{Kept, Members};
use crate::behaviour::chain::Run;
use crate::behaviour::edges::Edges;
use crate::behaviour::folds::difference;
use crate::behaviour::journey::Inside;
use crate::behaviour::store::{Store, TOUCHED};
use crate::behaviour::tell::Tell;
use crate::eval::{Item, Key};
use crate::graph::told::{Journey, Stream, StreamId, Value};
use std::ops::Range;

impl Kept {
    /// Looks at the newest of all that answers lie in; see [`Store::touch`].
    pub(in crate::behaviour) fn touch(&self) -> i64 {
        let sums = self.sums.iter().take(TOUCHED);
        let sums = sums.filter_map(|sums| sums.last());
        let sums = sums.fold(0, |all, sum| all ^ sum);
        let merged = self.merged.iter().take(TOUCHED);
        let merged = merged.fold(0, |all, of| all ^ of.touch());
        let latest = self.latest.iter().take(TOUCHED);
        let latest = latest.fold(0, |all, of| all ^ of.touch());
        let lists = self.lists.iter().take(TOUCHED);
        let broken = lists.fold(false, |all, of| all ^ of.broken);
        i64::from((sums < 0) ^ broken) ^ merged ^ latest ^ self.edges.touch()
    }

    /// Whether a condition on the members overflows, so that none are kept.
    pub(in crate::behaviour) fn is_broken(&self, place: usize) -> bool {
        self.lists.get(place).is_none_or(|list| list.broken)
    }

    /// Whether nothing is taken in that lies behind an instant.
    fn is_upto(&self, now: i64) -> bool {
        self.upto.is_none_or(|upto| upto.at <= now)
    }

    pub(in crate::behaviour) fn edges(&self) -> &Edges {
        &self.edges
    }

    /// Where the edges of a window are remembered.
    pub(in crate::behaviour) fn edge(&self, id: StreamId) -> Option<usize> {
        self.plan.edge(id)
    }

    /// How many members of a stream are kept.
    pub(in crate::behaviour) fn len(&self, place: usize) -> usize {
        self.lists.get(place).map_or(0, |list| list.members.len())
    }

    /// One of them.
    pub(in crate::behaviour) fn member(
        &self,
        place: usize,
        at: usize,
        store: &Store,
        now: i64,
    ) -> Item {
        let nothing = Item::event(Key::default());
        let Some(list) = self.lists.get(place) else {
            return nothing;
        };
        match &list.members {
            Members::Events(events) => match events.get(at) {
                Some((ty, row)) => Item::event(store.key(*ty, *row)),
                None => nothing,
            },
            Members::Items(items) => {
                let item = items.get(at).copied().unwrap_or(nothing);
                let gap = self.plan.keeps.get(place).and_then(|keep| keep.gap);
                let closes = gap.map(|gap| now.saturating_sub(item.end) >= gap);
                Item {
                    closed: closes.unwrap_or(item.closed),
                    ..item
                }
            }
        }
    }

    /// When one of them was.
    pub(in crate::behaviour) fn at(&self, place: usize, member: usize, store: &Store) -> i64 {
        let at = self.lists.get(place).and_then(|list| match &list.members {
            Members::Events(events) => {
                let (ty, row) = events.get(member)?;
                Some(store.rows(*ty)?.at(*row as usize))
            }
            Members::Items(items) => items.get(member).map(|item| item.key.at),
        });
        at.unwrap_or(0)
    }

    /// The sum over a column's events in these places.
    pub(in crate::behaviour) fn column_sum(
        &self,
        ty: u32,
        field: usize,
        rows: Range<usize>,
    ) -> Option<i128> {
        self.sum(self.plan.column(ty, field)?, rows)
    }

    /// The same, of the column whose sums are in that place.
    pub(in crate::behaviour) fn sum(&self, place: usize, rows: Range<usize>) -> Option<i128> {
        Some(difference(self.sums.get(place)?, rows))
    }

    /// The sum over several types between two instants, both included.
    pub(in crate::behaviour) fn merged_sum(
        &self,
        place: usize,
        window: (i64, i64),
        edge: usize,
    ) -> Option<i128> {
        Some(self.merged.get(place)?.sum(window, self.edges.get(edge)))
    }

    /// How many of the values that are counted in a place were seen from an instant on; `list` is the stream that they come
    /// from, where it is no selection of all events.
    pub(in crate::behaviour) fn seen_since(
        &self,
        place: usize,
        list: Option<usize>,
        at: i64,
    ) -> Option<usize> {
        if list.is_some_and(|list| self.is_broken(list)) {
            return None;
        }
        Some(self.latest.get(place)?.since(at))
    }

    /// The sum over the members of a stream in these places.
    pub(in crate::behaviour) fn list_sum(
        &self,
        place: usize,
        value: &Value,
        at: Range<usize>,
    ) -> Option<i128> {
        let keep = self.plan.keeps.get(place)?;
        let of = keep.sums.iter().position(|known| known == value)?;
        let sums = self.lists.get(place)?.sums.get(of)?.as_ref()?;
        Some(difference(sums, at))
    }

    /// How many different values a field has in events from an instant on.
    pub(in crate::behaviour) fn distinct_from(
        &self,
        base: StreamId,
        field: u32,
        at: i64,
    ) -> Option<usize> {
        self.seen_since(self.plan.latest_of(base, field)?, self.plan.kept(base), at)
    }
}

impl<'a> Tell<'_, 'a> {
    /// What is kept of a stream, if it is what the stream is at this instant; and what has become known since the newest
    /// event by the passing of time.
    pub(in crate::behaviour) fn kept(&mut self, id: StreamId) -> Option<(usize, Vec<Item>)> {
        let kept = self.kept?;
        let place = kept.plan.kept(id)?;
        let (list, keep) = (kept.lists.get(place)?, kept.plan.keeps.get(place)?);
        if list.broken {
            return None;
        }
        // What had happened by then is the same; sessions go on.
        if keep.gap.is_some() && !kept.is_upto(self.now) {
            return None;
        }
        if kept.states.get(place)?.due > self.now {
            return Some((place, Vec::new()));
        }
        if keep.of_due {
            return None;
        }
        let mut run = self.kept_run(place)?;
        let mut extra = std::mem::take(&mut run.way.found);
        extra.sort_unstable_by_key(|item| (item.key, item.start));
        Some((place, extra))
    }

    /// A chain as it is now, where it is kept; with nothing found but what became known since the newest event.
    fn kept_run(&mut self, place: usize) -> Option<Run<'a>> {
        let kept = self.kept?;
        let keep = kept.plan.keeps.get(place)?;
        let Some(Stream::Chain(chain)) = self.asking.graph.stream(keep.stream) else {
            return None;
        };
        let way = kept.states.get(place)?.way.clone();
        let mut run = Run::new(chain, keep.fixed.clone()?, way);
        run.fire_until(self.now);
        Some(run)
    }

    /// Where the customer of a journey was when the newest event was taken in, if that is known and nothing else has become
    /// known since.
    pub(in crate::behaviour) fn kept_journey(&self, journey: &Journey) -> Option<Option<Inside>> {
        let kept = self.kept.filter(|kept| kept.is_upto(self.now))?;
        let place = kept
            .plan
            .journeys
            .iter()
            .position(|known| known == journey)?;
        let streams = journey.streams.iter().filter_map(|id| kept.plan.kept(*id));
        let due = streams.filter_map(|place| Some(kept.states.get(place)?.due));
        if due.min().is_some_and(|due| due <= self.now) {
            return None;
        }
        kept.journeys.get(place)?.clone()
    }

    /// A chain as it is now, where it is kept.
    pub(in crate::behaviour) fn kept_chain(&mut self, id: StreamId, open: bool) -> Option<Run<'a>> {
        let kept = self.kept?;
        let place = match open {
            true => kept.plan.open(id)?,
            false => kept.plan.kept(id)?,
        };
        let keep = kept.plan.keeps.get(place)?;
        let parts = keep.parts.iter().filter_map(|part| kept.plan.kept(*part));
        let due = parts.filter_map(|part| Some(kept.states.get(part)?.due));
        let sources_are = due.min().is_none_or(|due| due > self.now);
        if !kept.is_upto(self.now) || !sources_are || kept.lists.get(place)?.broken {
            return None;
        }
        self.kept_run(place)
    }
}
