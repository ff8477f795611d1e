//! Chains: what happened in order.
//!
//! Events go by in order, once. At each step of the chain there are beginnings of it that end in an event of that step;
//! of those that can't be told apart by what follows the one that began last stays, which any bound on the whole allows
//! if it allows any. So most chains need one beginning a step. A deadline becomes known by the passing of time, before
//! what happens at the same instant.

use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::Graph;
use crate::graph::told::{Length, Steps, Stream, StreamId};
use crate::hir::told::ThenWord;
use std::sync::Arc;

/// A beginning of a chain.
#[derive(Clone, Debug)]
struct Partial {
    /// Where its last step stands.
    key: Key,
    /// Where its first step stands.
    start: Key,
    /// The last event in it.
    last: Item,
    /// Events of earlier steps that later steps ask about, by step.
    bound: Vec<(u32, Item)>,
    /// Its next step has come.
    followed: bool,
    /// Its events, where they are asked for.
    trail: Trail,
}

/// The events of a beginning, the last one first, each with its step.
pub(super) type Trail = Option<Arc<Link>>;

/// The last event of a beginning, and those before it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) step: usize,
    pub(super) item: Item,
    pub(super) before: Trail,
}

/// The beginnings that end in one step.
#[derive(Clone, Debug, Default)]
struct Level {
    list: Vec<Partial>,
    /// Those before this place are over.
    from: usize,
    /// Nothing from before this goes on to the next step: a guard came.
    barrier: Option<Key>,
}

impl Level {
    fn live(&self) -> &[Partial] {
        self.list.get(self.from..).unwrap_or(&[])
    }

    /// Of several that wait since one instant, what became known by the passing of time stands before what happened; the
    /// deadlines of both stand in the order of their events.
    fn put_first_due_first(&mut self) {
        let Some(first) = self.live().first().map(|p| p.key).filter(|key| !key.raw) else {
            return;
        };
        let order = |key: Key| (key.seq, key.ty, key.row);
        let alike = self.live().iter().take_while(|p| p.key.at == first.at);
        let least = alike.enumerate().min_by_key(|(_, p)| order(p.key));
        let place = least.map_or(0, |(place, _)| place);
        if let Some(run) = self.list.get_mut(self.from..=self.from + place) {
            run.rotate_right(1);
        }
    }
}

/// A step, its lengths known.
#[derive(Clone, Copy, Debug)]
struct Rule {
    word: ThenWord,
    /// Something is asked of it and of earlier steps together.
    correlated: bool,
    within: Option<i64>,
    later: Option<i64>,
    /// The newest step before it that is an event.
    before: usize,
    /// The earlier steps that steps behind this one ask about.
    needed: u32,
}

/// What is fixed of a chain.
#[derive(Debug)]
pub(super) struct Fixed {
    rules: Vec<Rule>,
    within: Option<i64>,
    views: Vec<u32>,
    /// Whether beginnings are kept that only `open` asks for.
    keeps_all: bool,
    /// Whether beginnings know their events.
    trails: bool,
}

impl Fixed {
    /// Of a chain whose lengths are constants.
    pub(super) fn known(graph: &Graph, chain: &Steps, keeps_all: bool) -> Fixed {
        let known = |length: Option<Length>| match length {
            Some(Length::Known(ms)) => Some(ms),
            _ => None,
        };
        let steps = chain.steps.iter();
        let lengths = steps.map(|step| (known(step.within), known(step.later)));
        let lengths: Vec<Lengths> = lengths.collect();
        Fixed::new(graph, chain, (known(chain.within), &lengths), keeps_all)
    }

    fn new(
        graph: &Graph,
        chain: &Steps,
        (within, lengths): (Option<i64>, &[Lengths]),
        keeps_all: bool,
    ) -> Fixed {
        let mut rules = Vec::with_capacity(chain.steps.len());
        let mut before = 0;
        for ((at, step), (within, later)) in chain.steps.iter().enumerate().zip(lengths) {
            let behind = chain.steps.iter().skip(at + 1);
            rules.push(Rule {
                word: step.word,
                correlated: !step.keys.is_empty() || step.condition.is_some(),
                within: *within,
                later: *later,
                before,
                needed: behind.fold(0, |all, s| all | s.asks),
            });
            if step.word != ThenWord::No {
                before = at;
            }
        }
        Fixed {
            rules,
            within,
            views: chain.steps.iter().map(|s| graph.view_of(s.of)).collect(),
            keeps_all,
            trails: false,
        }
    }
}

/// Of a step: less than this behind the one before, and this or longer.
type Lengths = (Option<i64>, Option<i64>);

/// What the events of a source are to a chain.
#[derive(Clone, Copy, Debug)]
struct Role {
    of: StreamId,
    /// The steps they may be, and the steps they guard.
    steps: u32,
    guards: u32,
}

/// How far a chain has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Way {
    levels: Vec<Level>,
    /// The newest event that any step selects.
    newest: Option<Key>,
    /// How many steps have happened at most.
    pub(super) reached: usize,
    /// What has completed it since this was last emptied.
    pub(super) found: Vec<Item>,
    /// Where events are asked for: of each that was found, and of the longest beginning that came last.
    pub(super) trails: Vec<Trail>,
    pub(super) longest: Trail,
}

impl Way {
    /// The memory that it takes, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let bound = |partial: &Partial| partial.bound.capacity() * size_of::<(u32, Item)>();
        let level = |level: &Level| {
            let list = level.list.capacity() * size_of::<Partial>();
            list + level.list.iter().map(bound).sum::<usize>()
        };
        self.levels.capacity() * size_of::<Level>()
            + self.levels.iter().map(level).sum::<usize>()
            + self.found.capacity() * size_of::<Item>()
    }
}

/// An event that comes to a chain, as steps of it and as guards.
pub(super) struct Entry {
    item: Item,
    steps: u32,
    guards: u32,
}

impl Entry {
    pub(super) fn step(item: Item, at: usize) -> Entry {
        let (steps, guards) = (bit(at), 0);
        Entry {
            item,
            steps,
            guards,
        }
    }

    pub(super) fn guard(item: Item, at: usize) -> Entry {
        let (steps, guards) = (0, bit(at));
        Entry {
            item,
            steps,
            guards,
        }
    }
}

/// A chain under way.
pub(super) struct Run<'c> {
    chain: &'c Steps,
    fixed: Arc<Fixed>,
    pub(super) way: Way,
}

fn bit(at: usize) -> u32 {
    1_u32
        .checked_shl(u32::try_from(at).unwrap_or(u32::MAX))
        .unwrap_or(0)
}

impl<'a> Tell<'_, 'a> {
    /// What completes a chain, in order.
    pub(super) fn matches(&mut self, chain: &Steps, items: &mut Vec<Item>) -> Told<()> {
        if !self.trails && self.funnel(chain, items)?.is_some() {
            return Ok(());
        }
        let mut run = self.run(chain, false)?;
        items.append(&mut run.way.found);
        items.sort_unstable_by_key(|item| (item.key, item.start));
        Ok(())
    }

    /// How many steps of a chain happened at most.
    pub(super) fn stage(&mut self, of: StreamId) -> Told<i64> {
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
    pub(super) fn open(&mut self, of: StreamId) -> Told<bool> {
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
    pub(super) fn next_deadline(&mut self, of: StreamId, chain: &Steps) -> Told<i64> {
        if chain.steps.iter().all(|step| step.word != ThenWord::No) {
            return Ok(i64::MAX);
        }
        Ok(match self.kept_chain(of, false) {
            Some(mut run) => run.due(),
            None => self.run(chain, false)?.due(),
        })
    }

    /// When the next beginning of a chain stops waiting.
    pub(super) fn next_end(&mut self, of: StreamId) -> Told<i64> {
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
    pub(super) fn chain(&mut self, of: StreamId) -> Told<Option<&'a Steps>> {
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

    pub(super) fn run<'c>(&mut self, chain: &'c Steps, keeps_all: bool) -> Told<Run<'c>> {
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
    pub(super) fn go_on(
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
    pub(super) fn same(&self, a: crate::eval::Scalar, b: crate::eval::Scalar) -> bool {
        a == b || self.asking.view(a) == self.asking.view(b)
    }
}

fn begun(run: &Run<'_>, item: Item) -> Partial {
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
fn extended(run: &Run<'_>, at: usize, partial: &Partial, item: Item) -> Partial {
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
fn join(made: &mut Vec<Partial>, next: Partial) {
    let alike = made.iter_mut().find(|other| other.bound == next.bound);
    match alike {
        Some(other) if other.start >= next.start => {}
        Some(other) => *other = next,
        None => made.push(next),
    }
}

/// The streams of all steps and guards, each once.
fn parts(chain: &Steps) -> Vec<Role> {
    let mut parts: Vec<Role> = Vec::new();
    let mut want =
        |of: StreamId, steps: u32, guards: u32| match parts.iter_mut().find(|part| part.of == of) {
            Some(part) => {
                part.steps |= steps;
                part.guards |= guards;
            }
            None => parts.push(Role { of, steps, guards }),
        };
    for (at, step) in chain.steps.iter().enumerate() {
        want(step.of, bit(at), 0);
        step.without.iter().for_each(|id| want(*id, 0, bit(at)));
    }
    parts
}

/// Lets go of those that are over, now and then.
fn tidy(level: &mut Level) {
    if level.from > 32 && level.from * 2 > level.list.len() {
        level.list.drain(..level.from);
        level.from = 0;
    }
}

impl<'c> Run<'c> {
    pub(super) fn new(chain: &'c Steps, fixed: Arc<Fixed>, mut way: Way) -> Run<'c> {
        way.levels.resize_with(fixed.rules.len(), Level::default);
        Run { chain, fixed, way }
    }

    /// The events of a beginning with one more, where they are asked for.
    fn trail(&self, step: usize, item: Item, before: &Trail) -> Trail {
        let link = |before| Arc::new(Link { step, item, before });
        self.fixed.trails.then(|| link(before.clone()))
    }

    /// When the next deadline passes.
    pub(super) fn due(&mut self) -> i64 {
        self.next_due().map_or(i64::MAX, |(key, _)| key.at)
    }

    /// Time passes up to an instant.
    pub(super) fn fire_until(&mut self, now: i64) {
        self.fire(Key {
            at: now.saturating_add(1),
            ..Key::default()
        });
    }

    /// Whether of two beginnings at a step the newer one never began earlier.
    fn is_monotone(&self, at: usize) -> bool {
        let rules = self.fixed.rules.get(..=at).unwrap_or(&[]);
        rules.iter().all(|rule| !rule.correlated)
    }

    /// Whether a beginning is not too old, and no guard came since.
    fn reaches(&self, rule: Rule, partial: &Partial, barrier: Option<Key>, key: Key) -> bool {
        let age = key.at.saturating_sub(partial.key.at);
        let adjacent = rule.word != ThenWord::Immediately
            || self.way.newest.is_none_or(|newest| partial.key >= newest);
        rule.within.is_none_or(|within| age < within)
            && barrier.is_none_or(|barrier| partial.key >= barrier)
            && adjacent
    }

    /// Lets go of beginnings that are too old for the step, whatever comes.
    fn forget_expired(&self, level: &mut Level, at: usize, now: i64) {
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
    fn reach(&mut self, at: usize, partial: Partial) {
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
    fn fire(&mut self, until: Key) {
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
    fn waits(&self, now: i64) -> bool {
        self.waiting(now).next().is_some()
    }

    /// The events of the beginning that waits and began last.
    pub(super) fn newest_waiting(&self, now: i64) -> Trail {
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
