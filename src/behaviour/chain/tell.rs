//! Questions about chains: their events go by, and the chain goes on with each.

use super::run::{begun, extended, join, tidy};
use super::{Entry, Fixed, Partial, Run, Way, bit, parts};
use crate::behaviour::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::told::{Steps, Stream, StreamId};
use crate::hir::told::ThenWord;
use std::sync::Arc;

impl<'a> Tell<'_, 'a> {
    /// What completes a chain, in order.
    pub(in crate::behaviour) fn matches(
        &mut self,
        chain: &Steps,
        items: &mut Vec<Item>,
    ) -> Told<()> {
        if !self.trails && self.funnel(chain, items)?.is_some() {
            return Ok(());
        }
        let mut run = self.run(chain, false)?;
        items.append(&mut run.way.found);
        items.sort_unstable_by_key(|item| (item.key, item.start));
        Ok(())
    }

    /// How many steps of a chain happened at most.
    pub(in crate::behaviour) fn stage(&mut self, of: StreamId) -> Told<i64> {
        let Some(chain) = self.chain(of)? else {
            return Ok(0);
        };
        let reached = match self.kept_chain(of, false) {
            Some(run) => run.way.reached,
            None => match self.funnel(chain, &mut Vec::new())? {
                Some(reached) => reached,
                None => self.run(chain, false)?.way.reached,
            },
        };
        Ok(i64::try_from(reached).unwrap_or(i64::MAX))
    }

    /// Whether a chain has begun and waits for its next step.
    pub(in crate::behaviour) fn open(&mut self, of: StreamId) -> Told<bool> {
        let Some(chain) = self.chain(of)? else {
            return Ok(false);
        };
        let now = self.now;
        let run = match self.kept_chain(of, true) {
            Some(run) => run,
            None => self.run(chain, true)?,
        };
        Ok(run.waits(now))
    }

    /// When the next deadline of a chain passes.
    pub(in crate::behaviour) fn next_deadline(&mut self, of: StreamId, chain: &Steps) -> Told<i64> {
        if chain.steps.iter().all(|step| step.word != ThenWord::No) {
            return Ok(i64::MAX);
        }
        Ok(match self.kept_chain(of, false) {
            Some(mut run) => run.due(),
            None => self.run(chain, false)?.due(),
        })
    }

    /// When the next beginning of a chain stops waiting.
    pub(in crate::behaviour) fn next_end(&mut self, of: StreamId) -> Told<i64> {
        let Some(chain) = self.chain(of)? else {
            return Ok(i64::MAX);
        };
        let now = self.now;
        let run = match self.kept_chain(of, true) {
            Some(run) => run,
            None => self.run(chain, true)?,
        };
        let mut next = i64::MAX;
        for (level, rule) in run.way.levels.iter().zip(run.fixed.rules.iter().skip(1)) {
            for partial in level.live() {
                let ends = rule
                    .within
                    .map(|within| partial.key.at.saturating_add(within));
                let whole = run
                    .fixed
                    .within
                    .map(|within| partial.start.at.saturating_add(within));
                let ends = ends.into_iter().chain(whole).filter(|end| *end > now);
                next = ends.fold(next, i64::min);
            }
        }
        Ok(next)
    }

    /// The chain that a stream is, through names.
    pub(in crate::behaviour) fn chain(&mut self, of: StreamId) -> Told<Option<&'a Steps>> {
        let graph = self.asking.graph;
        let mut id = of;
        loop {
            match graph.stream(id) {
                Some(Stream::Chain(chain)) => return Ok(Some(chain)),
                Some(Stream::Apply {
                    of,
                    locals,
                    arguments,
                }) => {
                    self.apply(locals, graph.list(*arguments))?;
                    id = *of;
                }
                _ => return Ok(None),
            }
        }
    }

    pub(in crate::behaviour) fn run<'c>(
        &mut self,
        chain: &'c Steps,
        keeps_all: bool,
    ) -> Told<Run<'c>> {
        let mut run = self.prepare(chain, keeps_all)?;
        let parts = parts(chain);
        let mut merged = self.merge(parts.iter().map(|part| part.of))?;
        let mut here: Vec<Option<Item>> = vec![None; chain.steps.len()];
        while let Some(key) = self.next_key(&merged) {
            run.fire(key);
            here.fill(None);
            let (mut steps, mut guards) = (0, 0);
            self.at_key(&mut merged, key, |which, item| {
                let Some(part) = parts.get(which) else {
                    return;
                };
                for (at, slot) in here.iter_mut().enumerate() {
                    if part.steps & bit(at) != 0 {
                        *slot = Some(item);
                    }
                }
                steps |= part.steps;
                guards |= part.guards;
            });
            self.happens(&mut run, key, (&here, steps, guards))?;
        }
        run.fire_until(self.now);
        self.give_merged(merged);
        Ok(run)
    }

    /// Events come to a chain, all of them behind those that came before; and time passes up to a place in the order.
    pub(in crate::behaviour) fn go_on(
        &mut self,
        run: &mut Run<'_>,
        entries: &mut [Entry],
        until: Key,
    ) -> Told<()> {
        entries.sort_by_key(|entry| entry.item.key);
        let mut here: Vec<Option<Item>> = vec![None; run.chain.steps.len()];
        for same in entries.chunk_by(|a, b| a.item.key == b.item.key) {
            let Some(key) = same.first().map(|entry| entry.item.key) else {
                continue;
            };
            run.fire(key);
            here.fill(None);
            let (mut steps, mut guards) = (0, 0);
            for entry in same {
                for (at, slot) in here.iter_mut().enumerate() {
                    if entry.steps & bit(at) != 0 {
                        *slot = Some(entry.item);
                    }
                }
                steps |= entry.steps;
                guards |= entry.guards;
            }
            self.happens(run, key, (&here, steps, guards))?;
        }
        run.fire(until);
        Ok(())
    }

    fn prepare<'c>(&mut self, chain: &'c Steps, keeps_all: bool) -> Told<Run<'c>> {
        let mut lengths = Vec::with_capacity(chain.steps.len());
        for step in &chain.steps {
            lengths.push((
                self.maybe_length(step.within)?,
                self.maybe_length(step.later)?,
            ));
        }
        let within = self.maybe_length(chain.within)?;
        let mut fixed = Fixed::new(self.asking.graph, chain, (within, &lengths), keeps_all);
        fixed.trails = self.trails;
        Ok(Run::new(chain, Arc::new(fixed), Way::default()))
    }

    /// An event goes by: it may be one of some steps, and guard others. Later steps first, so that it is no two steps of
    /// one match.
    fn happens(
        &mut self,
        run: &mut Run<'_>,
        key: Key,
        (here, steps, guards): (&[Option<Item>], u32, u32),
    ) -> Told<()> {
        for at in (0..run.fixed.rules.len()).rev() {
            let Some(item) = here.get(at).copied().flatten() else {
                continue;
            };
            let word = run.fixed.rules.get(at).map(|rule| rule.word);
            match (at, word) {
                (0, _) => run.reach(0, begun(run, item)),
                (_, Some(ThenWord::No)) => self.forestall(run, at, item)?,
                _ => self.follow(run, at, item)?,
            }
        }
        for (at, level) in run.way.levels.iter_mut().enumerate() {
            if guards & bit(at + 1) != 0 {
                level.barrier = Some(key);
            }
        }
        if steps != 0 {
            run.way.newest = Some(key);
        }
        Ok(())
    }

    /// What was to come never has come: the event ends the waiting.
    fn forestall(&mut self, run: &mut Run<'_>, at: usize, item: Item) -> Told<()> {
        let Some(rule) = run.fixed.rules.get(at).copied() else {
            return Ok(());
        };
        let Some(mut level) = run.way.levels.get_mut(at - 1).map(std::mem::take) else {
            return Ok(());
        };
        if rule.correlated {
            let waiting: Vec<Partial> = level.list.drain(..).skip(level.from).collect();
            for partial in waiting {
                let ends = partial.key < item.key && self.corresponds(run, at, &partial, item)?;
                if !ends {
                    level.list.push(partial);
                }
            }
            level.from = 0;
        } else {
            let newer = level.live().iter().position(|p| p.key >= item.key);
            level.from = newer.map_or(level.list.len(), |place| level.from + place);
            tidy(&mut level);
        }
        if let Some(slot) = run.way.levels.get_mut(at - 1) {
            *slot = level;
        }
        Ok(())
    }

    /// The event as a step behind beginnings that are there.
    fn follow(&mut self, run: &mut Run<'_>, at: usize, item: Item) -> Told<()> {
        let Some(rule) = run.fixed.rules.get(at).copied() else {
            return Ok(());
        };
        let Some(mut level) = run.way.levels.get_mut(at - 1).map(std::mem::take) else {
            return Ok(());
        };
        run.forget_expired(&mut level, at, item.key.at);
        let keep_bound = rule.needed != 0;
        let mut made: Vec<Partial> = Vec::new();
        let mut place = level.list.len();
        while place > level.from {
            place -= 1;
            let Some(partial) = level.list.get(place) else {
                break;
            };
            if partial.key >= item.key {
                continue;
            }
            if !run.reaches(rule, partial, level.barrier, item.key) {
                break;
            }
            let age = item.key.at.saturating_sub(partial.key.at);
            if rule.later.is_some_and(|later| age < later) {
                continue;
            }
            let best = made.first().map(|m| m.start);
            // No older one began later.
            if !run.fixed.keeps_all && !keep_bound && best.is_some_and(|best| best >= partial.key) {
                break;
            }
            if rule.correlated && !self.corresponds(run, at, partial, item)? {
                continue;
            }
            let next = extended(run, at, partial, item);
            if let Some(partial) = level.list.get_mut(place) {
                partial.followed = true;
            }
            join(&mut made, next);
            if !run.fixed.keeps_all && !keep_bound && run.is_monotone(at - 1) {
                break;
            }
        }
        if let Some(slot) = run.way.levels.get_mut(at - 1) {
            *slot = level;
        }
        for partial in made {
            run.reach(at, partial);
        }
        Ok(())
    }

    /// Whether an event has what a step asks of it and of the steps before.
    fn corresponds(
        &mut self,
        run: &Run<'_>,
        at: usize,
        partial: &Partial,
        item: Item,
    ) -> Told<bool> {
        let (Some(rule), Some(step)) = (run.fixed.rules.get(at), run.chain.steps.get(at)) else {
            return Ok(false);
        };
        let bind = |tell: &mut Self, step: usize, item: Item| {
            let (Some(of), Some(view)) = (run.chain.steps.get(step), run.fixed.views.get(step))
            else {
                return;
            };
            let seen = tell.seen(*view, item);
            tell.asking.bind(of.local, seen);
        };
        bind(self, at, item);
        bind(self, rule.before, partial.last);
        for (step, item) in &partial.bound {
            bind(self, *step as usize, *item);
        }
        for (same, before, here) in &step.keys {
            let (before, here) = (self.asking.value(*before)?, self.asking.value(*here)?);
            let missing = crate::eval::Scalar::Missing;
            if before == missing || here == missing {
                return Ok(false);
            }
            if self.same(before, here) != *same {
                return Ok(false);
            }
        }
        match step.condition {
            Some(condition) => self.asking.holds(condition),
            None => Ok(true),
        }
    }

    /// Whether two values are equal.
    pub(in crate::behaviour) fn same(
        &self,
        a: crate::eval::Scalar,
        b: crate::eval::Scalar,
    ) -> bool {
        a == b || self.asking.view(a) == self.asking.view(b)
    }
}
