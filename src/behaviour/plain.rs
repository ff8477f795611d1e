//! Streams that are stretches of columns: events of some types in a window, with conditions or without.

use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::NodeId;
use crate::graph::told::{ShapeOf, Stream, StreamId};
use crate::hir::told::Pick;
use std::ops::Range;

/// Events of some types between bounds.
#[derive(Clone, Debug)]
pub(super) struct Plain {
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

impl Plain {
    /// All events of a view's types at some instants.
    pub(super) fn all_of(view: u32, at: Range<i64>) -> Plain {
        Plain {
            view,
            at,
            after: None,
            before: None,
            empty: false,
            filters: Vec::new(),
        }
    }

    fn within(&mut self, at: Range<i64>) {
        self.at.start = self.at.start.max(at.start);
        self.at.end = self.at.end.min(at.end);
    }
}

impl<'t> Tell<'t, '_> {
    /// A stream as stretches of columns, where it is nothing more.
    pub(super) fn plain(&mut self, id: StreamId) -> Told<Option<Plain>> {
        let graph = self.asking.graph;
        let Some(stream) = graph.stream(id) else {
            return Ok(None);
        };
        Ok(match stream {
            Stream::Select(view) => {
                Some(Plain::all_of(*view, i64::MIN..self.now.saturating_add(1)))
            }
            Stream::Filter {
                of,
                local,
                condition,
            } => self.plain(*of)?.map(|mut plain| {
                plain.filters.push((*local, *condition));
                plain
            }),
            Stream::Ago(of, ..) | Stream::Calendar { of, .. } | Stream::Between { of, .. } => {
                match self.plain(*of)? {
                    Some(mut plain) => {
                        plain.within(self.window(stream)?);
                        Some(plain)
                    }
                    None => None,
                }
            }
            Stream::After(of, anchor, pick) | Stream::Before(of, anchor, pick) => {
                match self.plain(*of)? {
                    Some(mut plain) => {
                        let after = matches!(stream, Stream::After(..));
                        match self.pick(*anchor, *pick)? {
                            None => plain.empty = true,
                            Some(item) if after => plain.after = plain.after.max(Some(item.key)),
                            Some(item) => {
                                let before = plain.before.unwrap_or(item.key).min(item.key);
                                plain.before = Some(before);
                            }
                        }
                        Some(plain)
                    }
                    None => None,
                }
            }
            Stream::Apply {
                of,
                locals,
                arguments,
            } => {
                let arguments = graph.list(*arguments);
                self.apply(locals, arguments)?;
                self.plain(*of)?
            }
            _ => None,
        })
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

    /// The types of a stream's events.
    pub(super) fn types(&self, plain: &Plain) -> impl Iterator<Item = u32> + use<'t> {
        let shape = self.events.views.get(plain.view as usize).map(|v| &v.of);
        let types = match shape {
            Some(ShapeOf::Events(types)) if !plain.empty => types.as_slice(),
            _ => &[],
        };
        types.iter().map(|(ty, _)| *ty)
    }

    /// The stretch of a type.
    pub(super) fn stretch(&self, plain: &Plain, ty: u32) -> Range<usize> {
        let Some(rows) = self.store.rows(ty) else {
            return 0..0;
        };
        let mut stretch = rows.between(plain.at.clone());
        if let Some(after) = plain.after {
            stretch.start = stretch.start.max(rows.first_behind(ty, after, false));
        }
        if let Some(before) = plain.before {
            stretch.end = stretch.end.min(rows.first_behind(ty, before, true));
        }
        stretch.start..stretch.end.max(stretch.start)
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

    pub(super) fn event(&self, ty: u32, row: usize) -> Item {
        Item::event(self.store.key(ty, u32::try_from(row).unwrap_or(u32::MAX)))
    }

    /// Calls `each` with every event that counts, type by type, each type in order; until it says that it is enough.
    pub(super) fn each_of(
        &mut self,
        plain: &Plain,
        mut each: impl FnMut(&mut Self, Item) -> Told<bool>,
    ) -> Told<()> {
        for ty in self.types(plain) {
            for row in self.stretch(plain, ty) {
                let item = self.event(ty, row);
                if self.passes(plain, item)? && !each(self, item)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    pub(super) fn any_of(&mut self, plain: &Plain) -> Told<bool> {
        if plain.filters.is_empty() {
            let mut types = self.types(plain);
            return Ok(types.any(|ty| !self.stretch(plain, ty).is_empty()));
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
            for ty in self.types(plain) {
                count += self.stretch(plain, ty).len();
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
        let mut best: Option<Item> = None;
        match pick {
            Pick::Nth(n) => {
                let mut items = self.asking.scratch.told.take();
                self.gather(plain, &mut items)?;
                best = items.get((n as usize).wrapping_sub(1)).copied();
                self.give(items);
            }
            Pick::First => {
                for ty in self.types(plain) {
                    for row in self.stretch(plain, ty) {
                        let item = self.event(ty, row);
                        if best.is_some_and(|best| best.key < item.key) {
                            break;
                        }
                        if self.passes(plain, item)? {
                            best = Some(item);
                            break;
                        }
                    }
                }
            }
            Pick::Last => {
                for ty in self.types(plain) {
                    for row in self.stretch(plain, ty).rev() {
                        let item = self.event(ty, row);
                        if best.is_some_and(|best| best.key > item.key) {
                            break;
                        }
                        if self.passes(plain, item)? {
                            best = Some(item);
                            break;
                        }
                    }
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
        items.sort_unstable_by_key(|item| item.key);
        Ok(())
    }
}
