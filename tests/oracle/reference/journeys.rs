//! Journeys, straight from the language reference: from where the customer is, the first thing that leads on.

use super::events::{It, Key, int, small};
use super::{Outcome, Run, Val};
use pervade::internals::hir::told::{Journey, Transition, Trigger};

/// Where a customer is.
#[derive(Clone, Debug)]
struct Place {
    path: Vec<u32>,
    since: i64,
    started: i64,
    channel: Option<usize>,
}

/// Behind what is looked on: all there is, what stands behind an event, what is not before an instant.
#[derive(Clone, Debug)]
enum Behind {
    Nothing,
    Event(Key),
    Instant(i64),
}

impl Behind {
    fn sees(&self, key: &Key) -> bool {
        match self {
            Behind::Nothing => true,
            Behind::Event(before) => key > before,
            Behind::Instant(at) => key.0 >= *at,
        }
    }
}

impl Run<'_> {
    pub(super) fn journey(&mut self, journey: &Journey) -> Outcome<Val> {
        let oldest = match journey.within {
            Some(within) => Some(self.moment() - small(&self.eval(within)?)),
            None => None,
        };
        let outside = std::mem::replace(&mut self.oldest, oldest);
        let mut happenings: Vec<Vec<It>> = Vec::new();
        for entry in &journey.entries {
            happenings.push(match entry.trigger {
                Trigger::On(stream) => self.stream(stream)?,
                Trigger::After(_) => Vec::new(),
            });
        }
        self.oldest = outside;
        let mut place: Option<Place> = None;
        let mut behind = Behind::Nothing;
        loop {
            let stage = place.as_ref().map(|p| p.path[p.path.len() - 1]);
            let leaves = |entry: &Transition| entry.from == stage;
            // The first event that leads on from here; of its entries the first one written.
            let mut event: Option<(&It, &Transition)> = None;
            for (entry, all) in journey.entries.iter().zip(&happenings) {
                for it in all
                    .iter()
                    .filter(|it| leaves(entry) && behind.sees(&it.key))
                {
                    if event.is_none_or(|(first, _)| it.key < first.key) {
                        event = Some((it, entry));
                    }
                }
            }
            // What comes by the passing of time, if that is not later.
            let mut due: Option<(i64, &Transition)> = None;
            for entry in journey.entries.iter().filter(|entry| leaves(entry)) {
                if let (Trigger::After(length), Some(place)) = (entry.trigger, &place) {
                    let at = place.since + small(&self.eval(length)?);
                    if due.is_none_or(|(first, _)| at < first) {
                        due = Some((at, entry));
                    }
                }
            }
            let due = due.filter(|(at, _)| {
                *at <= self.moment() && event.is_none_or(|(it, _)| *at <= it.key.0)
            });
            let (at, entry, channel) = match (due, event) {
                (Some((at, entry)), _) => {
                    behind = Behind::Instant(at);
                    (at, entry, place.as_ref().and_then(|p| p.channel))
                }
                (None, Some((it, entry))) => {
                    behind = Behind::Event(it.key.clone());
                    (it.key.0, entry, self.facts.events[it.event].channel)
                }
                (None, None) => break,
            };
            place = entry.to.map(|to| {
                let before = place.as_ref();
                let mut path = before.map(|p| p.path.clone()).unwrap_or_default();
                path.push(to);
                Place {
                    path,
                    since: at,
                    started: before.map_or(at, |p| p.started),
                    channel,
                }
            });
        }
        Ok(place.map_or(Val::Missing, |place| self.place(&place)))
    }

    fn place(&self, place: &Place) -> Val {
        let stage = |stage: u32| Val::Member(stage as usize);
        let path: Vec<Val> = place.path.iter().map(|s| stage(*s)).collect();
        let mut fields = vec![
            path[path.len() - 1].clone(),
            int(place.since),
            int(place.started),
        ];
        if self.program.has_channels() {
            fields.push(place.channel.map_or(Val::Missing, Val::Member));
        }
        fields.push(Val::List(path));
        Val::Record(fields)
    }
}
