//! Which events prove an answer.
//!
//! From the events alone, by the same steps that answer: first the members of a stream that count, then what each of
//! them is made of, down to plain events. Nothing proves an absence.

use super::chain::Trail;
use super::tell::{Tell, Told};
use crate::eval::{Item, Key, Scalar, Witnesses};
use crate::graph::NodeId;
use crate::graph::told::{Ask, Journey, Length, Steps, Stream, StreamId, Value};
use crate::hir::told::{EventFold, Pick};
use crate::syntax::ast::Period;

impl Tell<'_, '_> {
    /// The events that prove the answer to a question.
    pub(super) fn witness(&mut self, ask: &Ask) -> Told<Witnesses> {
        match ask {
            Ask::Now => Ok(Witnesses::default()),
            Ask::Exists(of) => self.of_one(*of, Pick::Last),
            Ask::Pick(of, pick) => self.of_one(*of, *pick),
            Ask::Count(of) => {
                let items = self.items(*of)?;
                self.of_members(*of, items)
            }
            Ask::Times(of) => {
                let items = self.items(*of)?;
                self.of_members(*of, disjoint(&items))
            }
            Ask::Stage(of) | Ask::Open(of) => self.of_beginning(*of, matches!(ask, Ask::Open(_))),
            Ask::Fold { fold, of, value } => self.of_fold(*fold, *of, value),
            Ask::Score { of, value, .. } => self.of_values(*of, value, None),
            Ask::PerKey {
                every,
                of,
                key,
                group,
                has,
            } => self.of_keys(*every, *of, key, (*group, *has)),
            Ask::Series {
                of,
                value,
                period,
                count,
                zone,
                ..
            } => self.of_series(*of, value.as_ref(), (*period, *count, *zone)),
            Ask::Streak(list) | Ask::Trend(list) => self.asking.witnesses(*list, None),
            Ask::AsOf(value, at) => match self.asking.value(*at)? {
                Scalar::Int(moment) => self.asking.witnesses(*value, Some(moment)),
                _ => Ok(Witnesses::default()),
            },
            Ask::Journey(journey) => self.of_journey(journey),
        }
    }

    fn of_one(&mut self, of: StreamId, pick: Pick) -> Told<Witnesses> {
        let item = self.pick(of, pick)?;
        self.of_members(of, item.into_iter().collect())
    }

    fn of_members(&mut self, of: StreamId, items: Vec<Item>) -> Told<Witnesses> {
        let mut found = Vec::new();
        self.prove(of, items, &mut found)?;
        Ok(Witnesses::newest_first(found))
    }

    /// Of the least, the greatest and the most frequent those with that value; of all else those that have one.
    fn of_fold(&mut self, fold: EventFold, of: StreamId, value: &Value) -> Told<Witnesses> {
        let only = match fold {
            EventFold::Min | EventFold::Max | EventFold::MostFrequent => {
                Some(self.fold(fold, of, value)?)
            }
            _ => None,
        };
        self.of_values(of, value, only)
    }

    fn of_values(&mut self, of: StreamId, value: &Value, only: Option<Scalar>) -> Told<Witnesses> {
        let items = self.items(of)?;
        let items = self.with_value(of, items, value, only)?;
        self.of_members(of, items)
    }

    fn with_value(
        &mut self,
        of: StreamId,
        items: Vec<Item>,
        value: &Value,
        only: Option<Scalar>,
    ) -> Told<Vec<Item>> {
        let view = self.view_of(of);
        let mut counted = Vec::new();
        for item in items {
            let found = self.value_of(view, item, value)?;
            let counts = found != Scalar::Missing;
            if counts && only.is_none_or(|only| self.same(found, only)) {
                counted.push(item);
            }
        }
        Ok(counted)
    }

    /// Of the periods that are looked at.
    fn of_series(
        &mut self,
        of: StreamId,
        value: Option<&Value>,
        (period, count, zone): (Period, u32, NodeId),
    ) -> Told<Witnesses> {
        let calendar = self.calendar(zone)?;
        let from = calendar.start(period, self.now, i64::from(count));
        let until = calendar.start(period, self.now, 0);
        let mut items = self.items(of)?;
        items.retain(|item| (from..until).contains(&item.key.at));
        if let Some(value) = value {
            items = self.with_value(of, items, value, None)?;
        }
        self.of_members(of, items)
    }

    /// Of the first key for which the condition holds; of `every` of all keys, if it does for all.
    fn of_keys(
        &mut self,
        every: bool,
        of: StreamId,
        key: &Value,
        (group, has): (u32, NodeId),
    ) -> Told<Witnesses> {
        let mut all = Vec::new();
        for items in self.groups(of, key)? {
            self.asking.scratch.told.groups.push((group, items));
            let proof = match self.asking.holds(has) {
                Ok(true) => self.asking.witnesses(has, None).map(Some),
                Ok(false) => Ok(None),
                Err(fault) => Err(fault),
            };
            if let Some((_, items)) = self.asking.scratch.told.groups.pop() {
                self.give(items);
            }
            match (proof?, every) {
                (Some(proof), false) => return Ok(proof),
                (Some(proof), true) => all.push(proof),
                (None, false) => {}
                (None, true) => return Ok(Witnesses::default()),
            }
        }
        Ok(Witnesses::all(all))
    }

    /// What led to the stage of a journey.
    fn of_journey(&mut self, journey: &Journey) -> Told<Witnesses> {
        self.trails = true;
        let inside = self.go(journey).map(|way| way.inside);
        self.trails = false;
        let led = inside?.map(|inside| inside.led).unwrap_or_default();
        let mut of_streams = vec![Vec::new(); journey.streams.len()];
        for (item, stream) in led {
            if let Some(of_stream) = of_streams.get_mut(stream) {
                of_stream.push(item);
            }
        }
        let mut found = Vec::new();
        for (stream, items) in journey.streams.iter().zip(of_streams) {
            self.prove(*stream, items, &mut found)?;
        }
        Ok(Witnesses::in_order(found))
    }

    /// Of the longest beginning of a chain that came last; or of those that wait the one that began last.
    fn of_beginning(&mut self, of: StreamId, waits: bool) -> Told<Witnesses> {
        let Some(chain) = self.chain(of)? else {
            return Ok(Witnesses::default());
        };
        self.trails = true;
        let run = self.run(chain, waits);
        self.trails = false;
        let run = run?;
        let trail = match waits {
            true => run.newest_waiting(self.now),
            false => run.way.longest.clone(),
        };
        let mut found = Vec::new();
        self.prove_trails(chain, &[trail], &mut found)?;
        Ok(Witnesses::newest_first(found))
    }

    /// Adds the events that members of a stream are made of.
    fn prove(&mut self, of: StreamId, mut wanted: Vec<Item>, found: &mut Vec<Key>) -> Told<()> {
        let graph = self.asking.graph;
        let mut of = of;
        // Each once: what begins and ends with one event would double with each session of sessions.
        wanted.sort_unstable_by_key(|item| (item.key, item.start));
        wanted.dedup();
        while let Some(stream) = graph.stream(of).filter(|_| !wanted.is_empty()) {
            match stream {
                Stream::Filter { of: inner, .. }
                | Stream::Ago(inner, ..)
                | Stream::Calendar { of: inner, .. }
                | Stream::Between { of: inner, .. }
                | Stream::After(inner, ..)
                | Stream::Before(inner, ..)
                | Stream::Newest(inner, _)
                | Stream::Only(inner, _) => of = *inner,
                Stream::Apply {
                    of: inner,
                    locals,
                    arguments,
                } => {
                    self.apply(locals, graph.list(*arguments))?;
                    of = *inner;
                }
                Stream::Group(group, _) => match self.partitioned(*group) {
                    Some(inner) => of = inner,
                    None => return Ok(()),
                },
                Stream::Select(_) => {
                    found.extend(wanted.iter().map(|item| self.last_key(item)));
                    return Ok(());
                }
                Stream::Either(_, parts) => return self.prove_either(parts, wanted, found),
                Stream::Chain(chain) => return self.prove_chain(chain, &wanted, found),
                Stream::Together(_, parts, within) => {
                    return self.prove_together(parts, *within, &wanted, found);
                }
                Stream::Sessions(_, inner, _) => return self.prove_ends(*inner, &wanted, found),
            }
        }
        Ok(())
    }

    /// Where the last event of one of a stream stands.
    fn last_key(&self, item: &Item) -> Key {
        self.store.key(item.event.0, item.event.1)
    }

    /// The events of which those of one key are taken.
    fn partitioned(&self, wanted: u32) -> Option<StreamId> {
        let graph = self.asking.graph;
        let asks = (0..).map_while(|place| graph.ask(place));
        asks.into_iter().find_map(|ask| match ask {
            Ask::PerKey { of, group, .. } if *group == wanted => Some(*of),
            _ => None,
        })
    }

    /// Each member is proved by the first part that has it.
    fn prove_either(
        &mut self,
        parts: &[StreamId],
        wanted: Vec<Item>,
        found: &mut Vec<Key>,
    ) -> Told<()> {
        let mut wanted = wanted;
        for part in parts {
            if wanted.is_empty() {
                break;
            }
            let all = self.items(*part)?;
            let (here, rest) = wanted.into_iter().partition(|item| has(&all, item));
            self.give(all);
            self.prove(*part, here, found)?;
            wanted = rest;
        }
        Ok(())
    }

    fn prove_chain(&mut self, chain: &Steps, wanted: &[Item], found: &mut Vec<Key>) -> Told<()> {
        self.trails = true;
        let run = self.run(chain, false);
        self.trails = false;
        let way = run?.way;
        let mut all: Vec<(Item, Trail)> = way.found.into_iter().zip(way.trails).collect();
        all.sort_by_key(|(item, _)| (item.key, item.start));
        let trails = wanted.iter().filter_map(|item| {
            let place = all.partition_point(|(a, _)| (a.key, a.start) < (item.key, item.start));
            let (same, trail) = all.get(place)?;
            (same.key == item.key).then(|| trail.clone())
        });
        let trails: Vec<Trail> = trails.collect();
        self.prove_trails(chain, &trails, found)
    }

    /// The events of steps, each proved by the stream of its step.
    fn prove_trails(&mut self, chain: &Steps, trails: &[Trail], found: &mut Vec<Key>) -> Told<()> {
        let mut of_steps = vec![Vec::new(); chain.steps.len()];
        for trail in trails {
            let mut trail = trail;
            while let Some(link) = trail {
                if let Some(of_step) = of_steps.get_mut(link.step) {
                    of_step.push(link.item);
                }
                trail = &link.before;
            }
        }
        for (step, items) in chain.steps.iter().zip(of_steps) {
            self.prove(step.of, items, found)?;
        }
        Ok(())
    }

    fn prove_together(
        &mut self,
        parts: &[StreamId],
        within: Length,
        wanted: &[Item],
        found: &mut Vec<Key>,
    ) -> Told<()> {
        let of_parts = self.of_together(parts, within, wanted)?;
        for (part, items) in parts.iter().zip(of_parts) {
            self.prove(*part, items, found)?;
        }
        Ok(())
    }

    /// Sessions are proved by the ones that they begin and end with.
    fn prove_ends(&mut self, of: StreamId, sessions: &[Item], found: &mut Vec<Key>) -> Told<()> {
        let all = self.items(of)?;
        let mut ends = Vec::new();
        for session in sessions {
            let entry = all.partition_point(|item| item.key < session.start);
            let exit = all.partition_point(|item| item.key.at <= session.end);
            ends.extend(all.get(entry).copied());
            ends.extend(exit.checked_sub(1).and_then(|exit| all.get(exit)).copied());
        }
        self.give(all);
        self.prove(of, ends, found)
    }
}

/// Those that follow one another without overlapping, as `times of` counts them.
fn disjoint(items: &[Item]) -> Vec<Item> {
    let mut end: Option<Key> = None;
    let follows = |item: &&Item| {
        let follows = end.is_none_or(|end| item.start > end);
        if follows {
            end = Some(item.key);
        }
        follows
    };
    items.iter().filter(follows).copied().collect()
}

/// Whether a stream in its order has a member.
fn has(all: &[Item], wanted: &Item) -> bool {
    let order = |item: &Item| (item.key, item.start);
    let from = all.partition_point(|item| order(item) < order(wanted));
    let rest = all.get(from..).unwrap_or(&[]).iter();
    rest.take_while(|item| order(item) == order(wanted))
        .any(|item| item == wanted)
}
