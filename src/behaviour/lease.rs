//! Until when an answer stands if nothing new happens: the earliest instant at which an event enters or leaves a window,
//! a deadline passes, a period of the calendar begins, an event comes up that is known already. Never too late; where it
//! is too early, asking again there says so.

use super::plan::types_of;
use super::tell::{Tell, Told};
use crate::eval::Item;
use crate::graph::told::{Ask, Length, Stream, StreamId};
use crate::hir::told::Pick;

/// The earlier of two instants.
fn sooner(a: i64, b: i64) -> i64 {
    a.min(b)
}

/// Never.
const NEVER: i64 = i64::MAX;

impl Tell<'_, '_> {
    /// Until when the answer to a question stands; `None` where it runs with the clock.
    pub(super) fn lease(&mut self, ask: &Ask) -> Told<Option<i64>> {
        Ok(Some(match ask {
            Ask::Now => return Ok(None),
            Ask::Exists(of)
            | Ask::Count(of)
            | Ask::Times(of)
            | Ask::Stage(of)
            | Ask::Pick(of, _) => self.next(*of)?,
            Ask::Fold { of, value, .. } => {
                let next = self.next(*of)?;
                sooner(next, self.timed(value.body))
            }
            Ask::Open(of) => {
                let next = self.next(*of)?;
                sooner(next, self.next_end(*of)?)
            }
            Ask::Score { of, halving, .. } => {
                let next = self.next(*of)?;
                sooner(next, self.next_step(*of, *halving)?)
            }
            Ask::PerKey {
                of,
                key,
                group,
                has,
                ..
            } => {
                let next = sooner(self.next(*of)?, self.timed(key.body));
                sooner(next, self.next_of_groups(*of, key, (*group, *has))?)
            }
            Ask::Series {
                of,
                period,
                count,
                zone,
                ..
            } => {
                let calendar = self.calendar(*zone)?;
                let oldest = calendar.start(*period, self.now, i64::from(*count));
                let next = self.next(*of)?;
                match self.any_from(*of, oldest)? {
                    true => sooner(next, calendar.start(*period, self.now, -1)),
                    false => next,
                }
            }
            Ask::Streak(list) | Ask::Trend(list) => self.asking.lease(*list)?,
            Ask::AsOf(_, at) => self.asking.lease(*at)?,
            Ask::Journey(journey) => self.next_of_journey(journey)?,
        }))
    }

    /// What is asked of each event does not change by itself, unless time matters to it.
    fn timed(&self, node: crate::graph::NodeId) -> i64 {
        match self.asking.graph.is_timed(node) {
            true => self.now.saturating_add(1),
            false => NEVER,
        }
    }

    /// The earliest instant behind now at which a stream may be another one.
    pub(super) fn next(&mut self, id: StreamId) -> Told<i64> {
        let graph = self.asking.graph;
        let Some(stream) = graph.stream(id) else {
            return Ok(NEVER);
        };
        Ok(match stream {
            Stream::Select(view) => self.next_known(*view),
            Stream::Filter { of, condition, .. } => {
                let next = self.next(*of)?;
                sooner(next, self.timed(*condition))
            }
            Stream::Either(_, parts) => self.next_of(parts)?,
            Stream::Ago(of, from, to) => {
                let (from, to) = (self.maybe_length(*from)?, self.maybe_length(*to)?);
                let mut next = self.next(*of)?;
                for edge in from.into_iter().chain(to) {
                    next = sooner(next, self.next_over(*of, edge)?);
                }
                next
            }
            Stream::Calendar {
                of,
                period,
                previous,
                zone,
                ..
            } => {
                let calendar = self.calendar(*zone)?;
                let start = calendar.start(*period, self.now, i64::from(*previous));
                let next = self.next(*of)?;
                match self.any_from(*of, start)? {
                    true => sooner(next, calendar.start(*period, self.now, -1)),
                    false => next,
                }
            }
            Stream::Between { of, .. } | Stream::Newest(of, _) | Stream::Only(of, _) => {
                self.next(*of)?
            }
            Stream::After(of, anchor, _) | Stream::Before(of, anchor, _) => {
                sooner(self.next(*of)?, self.next(*anchor)?)
            }
            Stream::Chain(chain) => {
                let mut next = NEVER;
                for step in &chain.steps {
                    next = sooner(next, self.next(step.of)?);
                    next = sooner(next, self.next_of(&step.without)?);
                    for (_, before, here) in &step.keys {
                        next = sooner(next, sooner(self.timed(*before), self.timed(*here)));
                    }
                    if let Some(condition) = step.condition {
                        next = sooner(next, self.timed(condition));
                    }
                }
                sooner(next, self.next_deadline(id, chain)?)
            }
            Stream::Together(_, parts, _) => self.next_of(parts)?,
            Stream::Sessions(_, of, gap) => {
                let gap = self.length(*gap)?;
                let next = self.next(*of)?;
                let last = self.pick(*of, Pick::Last)?;
                let last = last.map(|item| item.key.at.saturating_add(gap));
                match last.filter(|closes| *closes > self.now) {
                    Some(closes) => sooner(next, closes),
                    None => next,
                }
            }
            // The events of a key change with those they are of, of which is asked.
            Stream::Group(..) => NEVER,
            Stream::Apply {
                of,
                locals,
                arguments,
            } => {
                self.apply(locals, graph.list(*arguments))?;
                self.next(*of)?
            }
        })
    }

    fn next_of(&mut self, streams: &[StreamId]) -> Told<i64> {
        let mut next = NEVER;
        for id in streams {
            next = sooner(next, self.next(*id)?);
        }
        Ok(next)
    }

    /// The next event of some types that is known already.
    fn next_known(&self, view: u32) -> i64 {
        let mut next = NEVER;
        for (ty, _) in types_of(self.events, view) {
            if let Some(rows) = self.store.rows(*ty) {
                let at = rows.at.get(rows.first_at(self.now.saturating_add(1), None));
                next = sooner(next, at.copied().unwrap_or(NEVER));
            }
        }
        next
    }

    /// The earliest instant at which one of a stream is so old.
    fn next_over(&mut self, of: StreamId, age: i64) -> Told<i64> {
        let from = self.now.saturating_sub(age).saturating_add(1);
        let first = self.first_from(of, from)?;
        Ok(first.map_or(NEVER, |at| at.saturating_add(age)))
    }

    fn any_from(&mut self, of: StreamId, from: i64) -> Told<bool> {
        Ok(self.first_from(of, from)?.is_some())
    }

    /// When the first one of a stream was, of those from an instant on.
    fn first_from(&mut self, of: StreamId, from: i64) -> Told<Option<i64>> {
        if let Some(mut plain) = self.plain(of)? {
            let mut first: Option<i64> = None;
            plain.at.start = plain.at.start.max(from);
            plain.edge = None;
            for part in self.parts(&plain) {
                let stretch = self.stretch(&plain, part);
                if !stretch.is_empty() {
                    let at = self.member(&plain, part, stretch.start).key.at;
                    first = Some(first.map_or(at, |first| first.min(at)));
                }
            }
            return Ok(first);
        }
        let items = self.items(of)?;
        let place = items.partition_point(|item| item.key.at < from);
        let first = items.get(place).map(|item| item.key.at);
        self.give(items);
        Ok(first)
    }

    /// When one of a stream that fades is worth less.
    fn next_step(&mut self, of: StreamId, halving: Length) -> Told<i64> {
        let halving = self.length(halving)?;
        let items = self.items(of)?;
        let now = self.now;
        let next = items.iter().map(|item| {
            let age = now.saturating_sub(item.key.at);
            super::fading::next_step(age, halving)
                .map_or(NEVER, |at| item.key.at.saturating_add(at))
        });
        let next = next.min().unwrap_or(NEVER);
        self.give(items);
        Ok(next)
    }

    /// When the answer for one of the keys may change.
    fn next_of_groups(
        &mut self,
        of: StreamId,
        key: &crate::graph::told::Value,
        (group, has): (u32, crate::graph::NodeId),
    ) -> Told<i64> {
        if !self.asking.graph.is_timed(has) {
            return Ok(NEVER);
        }
        let view = self.view_of(of);
        let items = self.items(of)?;
        let mut groups: std::collections::HashMap<crate::eval::Scalar, Vec<Item>> =
            std::collections::HashMap::new();
        for item in &items {
            let value = self.value_of(view, *item, key)?;
            groups.entry(value).or_default().push(*item);
        }
        self.give(items);
        let mut next = NEVER;
        for (_, items) in groups {
            self.asking.scratch.told.groups.push((group, items));
            let until = self.asking.lease(has);
            self.asking.scratch.told.groups.pop();
            next = sooner(next, until?);
        }
        Ok(next)
    }
}
