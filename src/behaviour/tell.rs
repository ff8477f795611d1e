//! Questions about events, answered from the events alone.

use super::kept::Kept;
use super::periods::Calendar;
use super::plain::Plain;
use super::store::Store;
use crate::eval::{Asking, Fault, Item, Key, Scalar};
use crate::graph::EventRef;
use crate::graph::Items;
use crate::graph::NodeId;
use crate::graph::told::{Ask, Events, Length, ShapeOf, StreamId};
use crate::hir::told::Pick;
use crate::hir::views::place;

/// What a step gives, or the overflow that surfaced.
pub(super) type Told<T> = Result<T, Fault>;

/// A question on its way.
pub(super) struct Tell<'t, 'a> {
    pub(super) store: &'t Store,
    pub(super) events: &'t Events,
    /// What is kept besides the events, if anything is.
    pub(super) kept: Option<&'t Kept>,
    pub(super) asking: &'t mut Asking<'a>,
    pub(super) now: i64,
    /// Whether chains and journeys note their events.
    pub(super) trails: bool,
}

impl Tell<'_, '_> {
    pub(super) fn answer(&mut self, ask: &Ask) -> Told<Scalar> {
        Ok(match ask {
            Ask::Now => Scalar::Int(self.now),
            Ask::Exists(of) => Scalar::Bool(self.exists(*of)?),
            Ask::Count(of) => Scalar::Int(self.count(*of)?),
            Ask::Times(of) => Scalar::Int(self.times(*of)?),
            Ask::Stage(of) => Scalar::Int(self.stage(*of)?),
            Ask::Open(of) => Scalar::Bool(self.open(*of)?),
            Ask::Pick(of, pick) => {
                let view = self.view_of(*of);
                match self.pick(*of, *pick)? {
                    Some(item) => self.seen(view, item),
                    None => Scalar::Missing,
                }
            }
            Ask::Fold { fold, of, value } => self.fold(*fold, *of, value)?,
            Ask::Score { of, value, halving } => self.score(*of, value, *halving)?,
            Ask::PerKey {
                every,
                of,
                key,
                group,
                has,
            } => Scalar::Bool(self.per_key(*every, *of, key, (*group, *has))?),
            Ask::Series {
                fold,
                of,
                value,
                period,
                count,
                zone,
            } => self.series((*fold, value.as_ref()), *of, (*period, *count), *zone)?,
            Ask::Streak(list) => {
                let list = self.asking.value(*list)?;
                self.streak(list)
            }
            Ask::Trend(list) => {
                let list = self.asking.value(*list)?;
                self.trend(list)
            }
            Ask::AsOf(value, at) => match self.asking.value(*at)? {
                Scalar::Int(moment) => self.asking.value_at(*value, moment)?,
                _ => Scalar::Missing,
            },
            Ask::Journey(journey) => self.journey(journey)?,
        })
    }

    /// A length of time.
    pub(super) fn length(&mut self, length: Length) -> Told<i64> {
        match length {
            Length::Known(ms) => Ok(ms),
            Length::Asked(node) => Ok(match self.asking.value(node)? {
                Scalar::Int(ms) => ms,
                _ => 0,
            }),
        }
    }

    pub(super) fn maybe_length(&mut self, length: Option<Length>) -> Told<Option<i64>> {
        length.map(|length| self.length(length)).transpose()
    }

    /// The calendar in a zone.
    pub(super) fn calendar(&mut self, zone: NodeId) -> Told<Calendar> {
        let zone = match self.asking.value(zone)? {
            Scalar::Member(zone) => zone,
            _ => 0,
        };
        Ok(Calendar {
            zone,
            week_start: self.events.week_start,
        })
    }

    /// The view of the events of a stream.
    pub(super) fn view_of(&self, id: StreamId) -> u32 {
        self.asking.graph.view_of(id)
    }

    /// What conditions and bodies see of one of a stream.
    pub(super) fn seen(&mut self, view: u32, item: Item) -> Scalar {
        let (ty, row) = item.event;
        let plain = EventRef::new(view, ty, row);
        match self.events.views.get(view as usize).map(|shape| &shape.of) {
            Some(ShapeOf::Match { event, start }) => self.seen_match(*event, *start, item),
            Some(ShapeOf::Session(event)) => self.seen_session(*event, item),
            _ => Scalar::Record(Items::Event(plain)),
        }
    }

    /// A match: the fields of its last event, when it became known, and when it began.
    fn seen_match(&mut self, event: u32, start: bool, item: Item) -> Scalar {
        let mut fields = self.fields_of_match(event, item);
        if start {
            fields.push(Scalar::Int(item.start.at));
        }
        self.asking.record(&fields)
    }

    fn fields_of_match(&mut self, event: u32, item: Item) -> Vec<Scalar> {
        let Some(shape) = self.events.views.get(event as usize) else {
            return Vec::new();
        };
        // A match of matches shows the fields of the last event of all.
        if let ShapeOf::Match { event, start } = shape.of {
            let mut fields = self.fields_of_match(event, item);
            if start {
                fields.push(Scalar::Int(item.start.at));
            }
            return fields;
        }
        let (ty, row) = item.event;
        let of = EventRef::new(event, ty, row);
        (0..shape.fields)
            .map(|at| match at {
                place::AT => Scalar::Int(item.key.at),
                at => self.store.field(self.events, of, at),
            })
            .collect()
    }

    fn seen_session(&mut self, event: u32, item: Item) -> Scalar {
        let first = Item::event(item.start);
        let last = Item {
            event: item.event,
            key: self.store.key(item.event.0, item.event.1),
            ..first
        };
        let (entry, exit) = (self.seen(event, first), self.seen(event, last));
        let start = item.start.at;
        self.asking.record(&[
            Scalar::Int(start),
            Scalar::Int(start),
            Scalar::Int(item.end),
            Scalar::Int(item.end.saturating_sub(start)),
            Scalar::Int(item.count.into()),
            Scalar::Bool(item.closed),
            entry,
            exit,
        ])
    }

    /// Whether a condition holds for one of a stream.
    pub(super) fn holds_for(
        &mut self,
        view: u32,
        item: Item,
        (local, condition): (u32, NodeId),
    ) -> Told<bool> {
        let seen = self.seen(view, item);
        self.asking.bind(local, seen);
        self.asking.holds(condition)
    }

    /// Gives parameters their values.
    pub(super) fn apply(&mut self, locals: &[u32], arguments: &[NodeId]) -> Told<()> {
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.asking.value(*argument)?);
        }
        for (local, value) in locals.iter().zip(values) {
            self.asking.bind(*local, value);
        }
        Ok(())
    }

    /// Whether there is one.
    pub(super) fn exists(&mut self, of: StreamId) -> Told<bool> {
        let mut plain = Plain::until(self.now);
        if self.is_plain(of, &mut plain)? {
            return self.any_of(&plain);
        }
        let items = self.items(of)?;
        let exists = !items.is_empty();
        self.give(items);
        Ok(exists)
    }

    /// How many there are.
    fn count(&mut self, of: StreamId) -> Told<i64> {
        let mut plain = Plain::until(self.now);
        if self.is_plain(of, &mut plain)? {
            return self.how_many(&plain);
        }
        let items = self.items(of)?;
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        self.give(items);
        Ok(count)
    }

    /// How many follow one another without overlapping: those that end first.
    fn times(&mut self, of: StreamId) -> Told<i64> {
        let items = self.items(of)?;
        let mut count = 0;
        let mut end: Option<Key> = None;
        for item in &items {
            if end.is_none_or(|end| item.start > end) {
                count += 1;
                end = Some(item.key);
            }
        }
        self.give(items);
        Ok(count)
    }

    /// One of them.
    pub(super) fn pick(&mut self, of: StreamId, pick: Pick) -> Told<Option<Item>> {
        let mut plain = Plain::until(self.now);
        if self.is_plain(of, &mut plain)? {
            return self.pick_plain(&plain, pick);
        }
        let items = self.items(of)?;
        let item = match pick {
            Pick::First => items.first(),
            Pick::Last => items.last(),
            Pick::Nth(n) => items.get((n as usize).wrapping_sub(1)),
        };
        let item = item.copied();
        self.give(items);
        Ok(item)
    }
}
