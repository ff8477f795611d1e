//! Streams that are stretches of columns: events of some types in a window, with conditions or without.

use super::edges::first_not;
use super::plan::types_of;
use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::NodeId;
use crate::graph::told::{Stream, StreamId};
use crate::hir::told::Pick;
use std::ops::Range;

/// Members of a stream between bounds.
#[derive(Clone, Debug)]
pub(super) struct Plain {
    /// Without windows: events of some types, or what is kept.
    pub(super) base: StreamId,
    /// The place of what is kept.
    pub(super) kept: Option<usize>,
    /// What became known since by the passing of time.
    extra: Vec<Item>,
    /// Where edges are remembered.
    pub(super) edge: Option<usize>,
    /// How they are seen.
    pub(super) view: u32,
    /// At these instants.
    pub(super) at: Range<i64>,
    /// Behind, and before, these places in the order of all events.
    after: Option<Key>,
    before: Option<Key>,
    /// Nothing at all: an anchor is missing.
    empty: bool,
    /// For which these hold.
    pub(super) filters: Vec<(u32, NodeId)>,
}

/// A stretch of one of several columns.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    /// Events of a type, which is the so manieth of the view.
    Type(u32, usize),
    /// What is kept.
    Kept(usize),
    /// What became known since.
    Extra,
}

/// The columns that a stream is stretches of, one after the other.
pub(super) struct Parts<'t> {
    types: &'t [(u32, Vec<u32>)],
    next: usize,
    kept: Option<usize>,
    extra: bool,
}

impl Iterator for Parts<'_> {
    type Item = Part;

    #[inline]
    fn next(&mut self) -> Option<Part> {
        if let Some((ty, _)) = self.types.get(self.next) {
            self.next += 1;
            return Some(Part::Type(*ty, self.next - 1));
        }
        let kept = self.kept.take().map(Part::Kept);
        kept.or_else(|| std::mem::take(&mut self.extra).then_some(Part::Extra))
    }
}

impl Plain {
    /// Everything up to an instant, of nothing as yet.
    pub(super) fn until(now: i64) -> Plain {
        Plain {
            base: StreamId(u32::MAX),
            kept: None,
            extra: Vec::new(),
            edge: None,
            view: u32::MAX,
            at: i64::MIN..now.saturating_add(1),
            after: None,
            before: None,
            empty: false,
            filters: Vec::new(),
        }
    }

    /// Whether it is events, and a stretch of columns alone.
    pub(super) fn is_of_types(&self) -> bool {
        self.kept.is_none() && self.filters.is_empty()
    }

    /// Whether it has no other bounds than instants, nor conditions.
    pub(super) fn is_window(&self) -> bool {
        self.filters.is_empty() && self.after.is_none() && self.before.is_none() && !self.empty
    }

    fn within(&mut self, at: Range<i64>) {
        self.at.start = self.at.start.max(at.start);
        self.at.end = self.at.end.min(at.end);
    }
}

impl<'t> Tell<'t, '_> {
    /// A stream as stretches, where it is nothing more.
    pub(super) fn plain(&mut self, id: StreamId) -> Told<Option<Plain>> {
        let mut plain = Plain::until(self.now);
        Ok(self.is_plain(id, &mut plain)?.then_some(plain))
    }

    /// Whether a stream is nothing more than stretches: these.
    pub(super) fn is_plain(&mut self, id: StreamId, plain: &mut Plain) -> Told<bool> {
        let graph = self.asking.graph;
        let mut id = id;
        loop {
            let Some(stream) = graph.stream(id) else {
                return Ok(false);
            };
            match stream {
                Stream::Select(view) => {
                    (plain.base, plain.view) = (id, *view);
                    break;
                }
                Stream::Ago(of, ..) | Stream::Calendar { of, .. } | Stream::Between { of, .. } => {
                    plain.within(self.window(stream)?);
                    if plain.edge.is_none() {
                        plain.edge = self.kept.and_then(|kept| kept.edge(id));
                    }
                    id = *of;
                }
                Stream::After(of, anchor, pick) => {
                    match self.pick(*anchor, *pick)? {
                        Some(item) => plain.after = plain.after.max(Some(item.key)),
                        None => plain.empty = true,
                    }
                    id = *of;
                }
                Stream::Before(of, anchor, pick) => {
                    match self.pick(*anchor, *pick)? {
                        Some(item) => {
                            let before = plain.before.unwrap_or(item.key).min(item.key);
                            plain.before = Some(before);
                        }
                        None => plain.empty = true,
                    }
                    id = *of;
                }
                Stream::Apply {
                    of,
                    locals,
                    arguments,
                } => {
                    self.apply(locals, graph.list(*arguments))?;
                    id = *of;
                }
                _ => {
                    if let Some((place, extra)) = self.kept(id) {
                        (plain.base, plain.view) = (id, graph.view_of(id));
                        (plain.kept, plain.extra) = (Some(place), extra);
                        break;
                    }
                    let Stream::Filter {
                        of,
                        local,
                        condition,
                    } = stream
                    else {
                        return Ok(false);
                    };
                    plain.filters.push((*local, *condition));
                    id = *of;
                }
            }
        }
        // Conditions are asked from the inner to the outer.
        plain.filters.reverse();
        Ok(true)
    }

    /// The instants of a window.
    pub(super) fn window(&mut self, stream: &Stream) -> Told<Range<i64>> {
        let now = self.now;
        Ok(match stream {
            Stream::Ago(_, from, to) => {
                let (from, to) = (self.maybe_length(*from)?, self.maybe_length(*to)?);
                let oldest = to.map_or(i64::MIN, |to| now.saturating_sub(to).saturating_add(1));
                let newest = now.saturating_sub(from.unwrap_or(0));
                oldest..newest.saturating_add(1)
            }
            Stream::Calendar {
                period,
                previous,
                current,
                zone,
                ..
            } => {
                let calendar = self.calendar(*zone)?;
                let start = calendar.start(*period, now, i64::from(*previous));
                let end = match current {
                    true => i64::MAX,
                    false => calendar.start(*period, now, 0),
                };
                start..end
            }
            Stream::Between { from, to, zone, .. } => {
                let zone = match zone {
                    Some(zone) => Some(self.calendar(*zone)?.zone),
                    None => None,
                };
                let from = self.instant(*from, zone)?;
                let to = match to {
                    Some(to) => self.instant(*to, zone)?,
                    None => i64::MAX,
                };
                from..to
            }
            _ => i64::MIN..i64::MAX,
        })
    }

    /// An instant, or the beginning of a date in a zone.
    fn instant(&mut self, node: NodeId, zone: Option<u32>) -> Told<i64> {
        Ok(match (self.asking.value(node)?, zone) {
            (crate::eval::Scalar::Int(days), Some(zone)) => {
                crate::graph::streams::start_of(zone, days)
            }
            (crate::eval::Scalar::Int(at), None) => at,
            _ => i64::MAX,
        })
    }

    /// The columns that a stream is stretches of.
    pub(super) fn parts(&self, plain: &Plain) -> Parts<'t> {
        let of_types = !plain.empty && plain.kept.is_none();
        Parts {
            types: match of_types {
                true => types_of(self.events, plain.view),
                false => &[],
            },
            next: 0,
            kept: plain.kept.filter(|_| !plain.empty),
            extra: !plain.empty && !plain.extra.is_empty(),
        }
    }

    /// The stretch of a column.
    pub(super) fn stretch(&self, plain: &Plain, part: Part) -> Range<usize> {
        let edge = |place: usize| {
            let edges = self.kept.zip(plain.edge);
            edges.and_then(|(kept, edge)| kept.edges().get(edge + place))
        };
        // From the first on: nothing to look for.
        let is_open = plain.at.start == i64::MIN;
        match part {
            Part::Type(ty, place) => {
                let Some(rows) = self.store.rows(ty) else {
                    return 0..0;
                };
                let mut from = match is_open {
                    true => 0,
                    false => rows.first_at(plain.at.start, edge(place)),
                };
                let mut until = rows.first_at(plain.at.end, None);
                if let Some(after) = plain.after {
                    from = from.max(rows.first_behind(ty, after, false));
                }
                if let Some(before) = plain.before {
                    until = until.min(rows.first_behind(ty, before, true));
                }
                from..until.max(from)
            }
            Part::Kept(_) | Part::Extra => {
                let len = match (part, self.kept) {
                    (Part::Kept(place), Some(kept)) => kept.len(place),
                    _ => plain.extra.len(),
                };
                let key = |at: usize| self.member(plain, part, at).key;
                let mut from = match is_open {
                    true => 0,
                    false => first_not(len, edge(0), |at| key(at).at < plain.at.start),
                };
                let mut until = first_not(len, None, |at| key(at).at < plain.at.end);
                if let Some(after) = plain.after {
                    from = from.max(first_not(len, None, |at| key(at) <= after));
                }
                if let Some(before) = plain.before {
                    until = until.min(first_not(len, None, |at| key(at) < before));
                }
                from..until.max(from)
            }
        }
    }

    /// One of a column.
    pub(super) fn member(&self, plain: &Plain, part: Part, at: usize) -> Item {
        match part {
            Part::Type(ty, _) => {
                let row = u32::try_from(at).unwrap_or(u32::MAX);
                Item::event(self.store.key(ty, row))
            }
            Part::Kept(place) => match self.kept {
                Some(kept) => kept.member(place, at, self.store, self.now),
                None => Item::event(Key::default()),
            },
            Part::Extra => match plain.extra.get(at) {
                Some(item) => *item,
                None => Item::event(Key::default()),
            },
        }
    }

    /// Whether an event passes the conditions.
    pub(super) fn passes(&mut self, plain: &Plain, item: Item) -> Told<bool> {
        for filter in &plain.filters {
            if !self.holds_for(plain.view, item, *filter)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Calls `each` with every member that counts, column by column, each in order; until it says that it is enough.
    pub(super) fn each_of(
        &mut self,
        plain: &Plain,
        mut each: impl FnMut(&mut Self, Item) -> Told<bool>,
    ) -> Told<()> {
        for part in self.parts(plain) {
            for at in self.stretch(plain, part) {
                let item = self.member(plain, part, at);
                if self.passes(plain, item)? && !each(self, item)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    pub(super) fn any_of(&mut self, plain: &Plain) -> Told<bool> {
        if plain.filters.is_empty() {
            let mut parts = self.parts(plain);
            return Ok(parts.any(|part| !self.stretch(plain, part).is_empty()));
        }
        let mut found = false;
        self.each_of(plain, |_, _| {
            found = true;
            Ok(false)
        })?;
        Ok(found)
    }

    pub(super) fn how_many(&mut self, plain: &Plain) -> Told<i64> {
        let mut count = 0_usize;
        if plain.filters.is_empty() {
            for part in self.parts(plain) {
                count += self.stretch(plain, part).len();
            }
        } else {
            self.each_of(plain, |_, _| {
                count += 1;
                Ok(true)
            })?;
        }
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    pub(super) fn pick_plain(&mut self, plain: &Plain, pick: Pick) -> Told<Option<Item>> {
        if let Pick::Nth(n) = pick {
            let mut items = self.asking.scratch.told.take();
            self.gather(plain, &mut items)?;
            let item = items.get((n as usize).wrapping_sub(1)).copied();
            self.give(items);
            return Ok(item);
        }
        let first = pick == Pick::First;
        let mut best: Option<Item> = None;
        for part in self.parts(plain) {
            let stretch = self.stretch(plain, part);
            for step in 0..stretch.len() {
                let at = match first {
                    true => stretch.start + step,
                    false => stretch.end - 1 - step,
                };
                let item = self.member(plain, part, at);
                if best.is_some_and(|best| (best.key < item.key) == first) {
                    break;
                }
                if self.passes(plain, item)? {
                    best = Some(item);
                    break;
                }
            }
        }
        Ok(best)
    }

    /// All that count, in order.
    pub(super) fn gather(&mut self, plain: &Plain, items: &mut Vec<Item>) -> Told<()> {
        self.each_of(plain, |_, item| {
            items.push(item);
            Ok(true)
        })?;
        if !items.is_sorted_by_key(|item| (item.key, item.start)) {
            items.sort_unstable_by_key(|item| (item.key, item.start));
        }
        Ok(())
    }
}
