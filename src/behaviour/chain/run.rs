//! A chain under way: beginnings come, go on, and are over.

use super::{Fixed, Level, Link, Partial, Rule, Run, Trail, Way, bit};
use crate::eval::{Item, Key};
use crate::graph::told::Steps;
use crate::hir::told::ThenWord;
use std::sync::Arc;

impl<'c> Run<'c> {
    pub(in crate::behaviour) fn new(chain: &'c Steps, fixed: Arc<Fixed>, mut way: Way) -> Run<'c> {
        way.levels.resize_with(fixed.rules.len(), Level::default);
        Run { chain, fixed, way }
    }

    /// The events of a beginning with one more, where they are asked for.
    fn trail(&self, step: usize, item: Item, before: &Trail) -> Trail {
        let link = |before| Arc::new(Link { step, item, before });
        self.fixed.trails.then(|| link(before.clone()))
    }

    /// When the next deadline passes.
    pub(in crate::behaviour) fn due(&mut self) -> i64 {
        self.next_due().map_or(i64::MAX, |(key, _)| key.at)
    }

    /// Time passes up to an instant.
    pub(in crate::behaviour) fn fire_until(&mut self, now: i64) {
        self.fire(Key {
            at: now.saturating_add(1),
            ..Key::default()
        });
    }

    /// Whether of two beginnings at a step the newer one never began earlier.
    pub(super) fn is_monotone(&self, at: usize) -> bool {
        let rules = self.fixed.rules.get(..=at).unwrap_or(&[]);
        rules.iter().all(|rule| !rule.correlated)
    }

    /// Whether a beginning is not too old, and no guard came since.
    pub(super) fn reaches(
        &self,
        rule: Rule,
        partial: &Partial,
        barrier: Option<Key>,
        key: Key,
    ) -> bool {
        let age = key.at.saturating_sub(partial.key.at);
        let adjacent = rule.word != ThenWord::Immediately
            || self.way.newest.is_none_or(|newest| partial.key >= newest);
        rule.within.is_none_or(|within| age < within)
            && barrier.is_none_or(|barrier| partial.key >= barrier)
            && adjacent
    }

    /// Lets go of beginnings that are too old for the step, whatever comes.
    pub(super) fn forget_expired(&self, level: &mut Level, at: usize, now: i64) {
        let Some(within) = self.fixed.rules.get(at).and_then(|rule| rule.within) else {
            return;
        };
        let expired = |p: &Partial| now.saturating_sub(p.key.at) >= within;
        while level.list.get(level.from).is_some_and(expired) {
            level.from += 1;
        }
        tidy(level);
    }

    /// A beginning ends in this step now.
    pub(super) fn reach(&mut self, at: usize, partial: Partial) {
        let length = partial.key.at.saturating_sub(partial.start.at);
        if self.fixed.within.is_some_and(|within| length >= within) {
            return;
        }
        if self.fixed.trails && at + 1 >= self.way.reached {
            self.way.longest.clone_from(&partial.trail);
        }
        self.way.reached = self.way.reached.max(at + 1);
        let Some(next) = self.fixed.rules.get(at + 1).copied() else {
            if self.fixed.trails {
                self.way.trails.push(partial.trail);
            }
            self.way.found.push(Item {
                key: partial.key,
                start: partial.start,
                event: partial.last.event,
                end: partial.key.at,
                count: 1,
                closed: false,
            });
            return;
        };
        let keeps_all = self.fixed.keeps_all;
        let Some(level) = self.way.levels.get_mut(at) else {
            return;
        };
        let plain = !next.correlated && next.later.is_none() && next.needed == 0;
        if plain && next.word != ThenWord::No && !keeps_all && partial.bound.is_empty() {
            // What follows asks for nothing that an older one has and this one has not.
            while level
                .live()
                .last()
                .is_some_and(|p| p.start <= partial.start)
            {
                level.list.pop();
            }
        }
        level.list.push(partial);
    }

    /// What becomes known by the passing of time before a place in the order of all.
    pub(super) fn fire(&mut self, until: Key) {
        while let Some((key, at)) = self.next_due().filter(|(key, _)| *key < until) {
            let Some(level) = self.way.levels.get_mut(at - 1) else {
                return;
            };
            let Some(partial) = level.list.get(level.from).cloned() else {
                return;
            };
            level.from += 1;
            tidy(level);
            self.reach(at, Partial { key, ..partial });
        }
    }

    /// The deadline that is the next to pass: where it will stand, and of which step it is.
    fn next_due(&mut self) -> Option<(Key, usize)> {
        let mut first: Option<(Key, usize)> = None;
        for (at, rule) in self.fixed.rules.iter().enumerate().skip(1) {
            if rule.word != ThenWord::No {
                continue;
            }
            let within = rule.within.unwrap_or(0);
            let Some(level) = self.way.levels.get_mut(at - 1) else {
                continue;
            };
            level.put_first_due_first();
            let Some(partial) = level.live().first() else {
                continue;
            };
            let key = Key {
                at: partial.key.at.saturating_add(within),
                raw: false,
                ..partial.key
            };
            if first.is_none_or(|(other, _)| key < other) {
                first = Some((key, at));
            }
        }
        first
    }

    /// Whether a beginning waits for its next step.
    pub(super) fn waits(&self, now: i64) -> bool {
        self.waiting(now).next().is_some()
    }

    /// The events of the beginning that waits and began last.
    pub(in crate::behaviour) fn newest_waiting(&self, now: i64) -> Trail {
        let newest = self.waiting(now).max_by_key(|p| (p.start, p.key));
        newest.and_then(|partial| partial.trail.clone())
    }

    /// The beginnings that wait for their next step.
    fn waiting(&self, now: i64) -> impl Iterator<Item = &Partial> {
        let steps = self.fixed.rules.iter().skip(1);
        let levels = self.way.levels.iter();
        levels.zip(steps).flat_map(move |(level, rule)| {
            let key = Key {
                at: now,
                ..Key::default()
            };
            let waits = move |p: &&Partial| {
                let length = now.saturating_sub(p.start.at);
                let in_time = self.fixed.within.is_none_or(|within| length < within);
                !p.followed && in_time && self.reaches(*rule, p, level.barrier, key)
            };
            level.live().iter().filter(waits)
        })
    }
}

pub(super) fn begun(run: &Run<'_>, item: Item) -> Partial {
    Partial {
        key: item.key,
        start: item.key,
        last: item,
        bound: Vec::new(),
        followed: false,
        trail: run.trail(0, item, &None),
    }
}

/// A beginning with one more step.
pub(super) fn extended(run: &Run<'_>, at: usize, partial: &Partial, item: Item) -> Partial {
    let mut bound = Vec::new();
    if let Some(rule) = run.fixed.rules.get(at)
        && rule.needed != 0
    {
        let mut keep = |step: u32, item: Item| {
            if rule.needed & bit(step as usize) != 0 {
                bound.push((step, item));
            }
        };
        partial
            .bound
            .iter()
            .for_each(|(step, item)| keep(*step, *item));
        keep(u32::try_from(rule.before).unwrap_or(u32::MAX), partial.last);
    }
    Partial {
        key: item.key,
        start: partial.start,
        last: item,
        bound,
        followed: false,
        trail: run.trail(at, item, &partial.trail),
    }
}

/// Adds a beginning that ends in the same event as others: of those with the same events bound the one that began last
/// stays.
pub(super) fn join(made: &mut Vec<Partial>, next: Partial) {
    let alike = made.iter_mut().find(|other| other.bound == next.bound);
    match alike {
        Some(other) if other.start >= next.start => {}
        Some(other) => *other = next,
        None => made.push(next),
    }
}

/// Lets go of those that are over, now and then.
pub(super) fn tidy(level: &mut Level) {
    if level.from > 32 && level.from * 2 > level.list.len() {
        level.list.drain(..level.from);
        level.from = 0;
    }
}
