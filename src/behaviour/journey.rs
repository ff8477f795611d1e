//! Journeys: where a customer is on a way of several stages.
//!
//! What the entries wait for goes by in order, once. What happens by the passing of time stands at its own instant,
//! before all else there, so that it does not matter who looks and when.

use super::tell::{Tell, Told};
use crate::eval::{Item, Key, Scalar};
use crate::graph::EventRef;
use crate::graph::told::{Entry, Journey, Length, ShapeOf, Trigger};
use crate::hir::views::place;

/// A customer within a journey.
#[derive(Clone, Debug)]
pub(super) struct Inside {
    stage: u32,
    /// When the stage was entered, and when the journey began.
    since: i64,
    started: i64,
    /// The last event that led on, and how it is seen.
    moved: (Item, u32),
    /// The stages since the start, the current one last.
    path: Vec<u32>,
    /// The events that led here, each with the place of its stream, where they are asked for.
    pub(super) led: Vec<(Item, usize)>,
}

/// A journey under way.
pub(super) struct Way<'j> {
    entries: &'j [Entry],
    /// For each entry how long it takes, where it is one after a time.
    times: Vec<Option<i64>>,
    pub(super) inside: Option<Inside>,
    /// Whether the events are noted that lead on.
    trails: bool,
}

impl Tell<'_, '_> {
    /// Where a customer is, as a record; missing where they are in none.
    pub(super) fn journey(&mut self, journey: &Journey) -> Told<Scalar> {
        Ok(match self.go(journey)?.inside {
            Some(inside) => self.journey_record(&inside, journey.channel),
            None => Scalar::Missing,
        })
    }

    /// The earliest instant behind now at which a customer may be elsewhere.
    pub(super) fn next_of_journey(&mut self, journey: &Journey) -> Told<i64> {
        let way = self.go(journey)?;
        let mut next = way.next_due().map_or(i64::MAX, |(at, _)| at);
        for of in &journey.streams {
            next = next.min(self.next(*of)?);
        }
        Ok(next)
    }

    /// An event goes by, as a member of some of the streams.
    fn goes_by(&self, way: &mut Way<'_>, journey: &Journey, key: Key, here: &[Option<Item>]) {
        way.pass(key.at);
        let fits = way.leads_on().find_map(|(at, entry)| match entry.trigger {
            Trigger::On(stream) => Some((at, stream, here.get(stream).copied().flatten()?)),
            Trigger::After(_) => None,
        });
        if let Some((entry, stream, item)) = fits {
            let view = journey.streams.get(stream);
            let view = view.map_or(u32::MAX, |id| self.view_of(*id));
            way.take(entry, key.at, Some((item, view, stream)));
        }
    }

    /// More happened, behind all that did before: members of the streams, by the place of each. Where the customer is then.
    pub(super) fn go_further(
        &self,
        journey: &Journey,
        inside: Option<Inside>,
        more: &mut [(usize, Item)],
    ) -> Option<Inside> {
        let mut way = Way {
            entries: &journey.entries,
            times: known_times(journey),
            inside,
            trails: false,
        };
        more.sort_by_key(|(_, item)| (item.key, item.start));
        let mut here: Vec<Option<Item>> = vec![None; journey.streams.len()];
        for same in more.chunk_by(|a, b| a.1.key == b.1.key) {
            here.fill(None);
            for (which, item) in same {
                if let Some(slot) = here.get_mut(*which) {
                    slot.get_or_insert(*item);
                }
            }
            if let Some((_, item)) = same.first() {
                self.goes_by(&mut way, journey, item.key, &here);
            }
        }
        way.inside
    }

    /// Goes through all that happened.
    pub(super) fn go<'j>(&mut self, journey: &'j Journey) -> Told<Way<'j>> {
        if let Some(inside) = self.kept_journey(journey) {
            let mut way = Way {
                entries: &journey.entries,
                times: known_times(journey),
                inside,
                trails: false,
            };
            way.pass(self.now);
            return Ok(way);
        }
        let mut times = Vec::with_capacity(journey.entries.len());
        for entry in &journey.entries {
            times.push(match entry.trigger {
                Trigger::After(length) => Some(self.length(length)?),
                Trigger::On(_) => None,
            });
        }
        let mut way = Way {
            entries: &journey.entries,
            times,
            inside: None,
            trails: self.trails,
        };
        let mut merged = self.merge(journey.streams.iter().copied())?;
        let mut here: Vec<Option<Item>> = vec![None; journey.streams.len()];
        let mut before: Option<Key> = None;
        while let Some(key) = self.next_key(&merged) {
            here.fill(None);
            self.at_key(&mut merged, key, |which, item| {
                if let Some(slot) = here.get_mut(which) {
                    *slot = Some(item);
                }
            });
            // Several ways to complete a chain by one event are one event.
            if before.replace(key) != Some(key) {
                self.goes_by(&mut way, journey, key, &here);
            }
        }
        self.give_merged(merged);
        way.pass(self.now);
        Ok(way)
    }

    fn journey_record(&mut self, inside: &Inside, channel: bool) -> Scalar {
        let path: Vec<Scalar> = inside.path.iter().map(|s| Scalar::Member(*s)).collect();
        let path = self.asking.list(&path);
        let mut fields = vec![
            Scalar::Member(inside.stage),
            Scalar::Int(inside.since),
            Scalar::Int(inside.started),
        ];
        if channel {
            let (item, view) = inside.moved;
            fields.push(self.channel_of(item, view));
        }
        fields.push(path);
        self.asking.record(&fields)
    }

    /// The channel of the event that is the last one of what a stream holds.
    fn channel_of(&self, item: Item, view: u32) -> Scalar {
        let mut view = view;
        while let Some(shape) = self.events.views.get(view as usize) {
            match shape.of {
                ShapeOf::Match { event, .. } | ShapeOf::Session(event) => view = event,
                ShapeOf::Events(_) => break,
            }
        }
        let (ty, row) = item.event;
        let event = EventRef::new(view, ty, row);
        self.store.field(self.events, event, place::CHANNEL)
    }
}

/// How long each entry takes that is one after a time, where that is a constant.
fn known_times(journey: &Journey) -> Vec<Option<i64>> {
    let time = |entry: &Entry| match entry.trigger {
        Trigger::After(Length::Known(ms)) => Some(ms),
        _ => None,
    };
    journey.entries.iter().map(time).collect()
}

impl Way<'_> {
    /// The entries that lead on from where the customer is, in the order written.
    fn leads_on(&self) -> impl Iterator<Item = (usize, &Entry)> {
        let stage = self.inside.as_ref().map(|inside| inside.stage);
        let entries = self.entries.iter().enumerate();
        entries.filter(move |(_, entry)| entry.from == stage)
    }

    /// What happens next by the passing of time alone, and when.
    fn next_due(&self) -> Option<(i64, usize)> {
        let inside = self.inside.as_ref()?;
        let due = self.leads_on().filter_map(|(entry, _)| {
            let time = self.times.get(entry).copied().flatten()?;
            Some((inside.since.saturating_add(time), entry))
        });
        due.min()
    }

    /// Lets time pass up to an instant. No circle of stages is left by time alone, so this ends.
    fn pass(&mut self, until: i64) {
        while let Some((at, entry)) = self.next_due().filter(|(at, _)| *at <= until) {
            self.take(entry, at, None);
        }
    }

    /// An entry happens, by an event or by the passing of time.
    fn take(&mut self, entry: usize, at: i64, event: Option<(Item, u32, usize)>) {
        let Some(to) = self.entries.get(entry).map(|entry| entry.to) else {
            return;
        };
        let before = self.inside.take();
        let Some(stage) = to else { return };
        let moved = event.map(|(item, view, _)| (item, view));
        let Some(moved) = moved.or(before.as_ref().map(|inside| inside.moved)) else {
            return;
        };
        let (started, mut path, mut led) = match before {
            Some(inside) => (inside.started, inside.path, inside.led),
            None => (at, Vec::new(), Vec::new()),
        };
        path.push(stage);
        let noted = event.filter(|_| self.trails);
        led.extend(noted.map(|(item, _, stream)| (item, stream)));
        self.inside = Some(Inside {
            stage,
            since: at,
            started,
            moved,
            path,
            led,
        });
    }
}
