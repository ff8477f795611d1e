//! Streams put together: all of their events in order, in lists that are used again.

use super::tell::{Tell, Told};
use crate::eval::Item;
use crate::graph::told::{Length, Stream, StreamId};

impl Tell<'_, '_> {
    /// Gives a list back.
    pub(super) fn give(&mut self, items: Vec<Item>) {
        self.asking.scratch.told.give(items);
    }

    /// All of a stream, in order.
    pub(super) fn items(&mut self, id: StreamId) -> Told<Vec<Item>> {
        let mut items = self.asking.scratch.told.take();
        if let Some(plain) = self.plain(id)? {
            self.gather(&plain, &mut items)?;
            return Ok(items);
        }
        let graph = self.asking.graph;
        let Some(stream) = graph.stream(id) else {
            return Ok(items);
        };
        match stream {
            Stream::Filter {
                of,
                local,
                condition,
            } => {
                let view = self.view_of(*of);
                let all = self.items(*of)?;
                for item in &all {
                    if self.holds_for(view, *item, (*local, *condition))? {
                        items.push(*item);
                    }
                }
                self.give(all);
            }
            Stream::Either(_, parts) => {
                for part in parts {
                    let all = self.items(*part)?;
                    items.extend_from_slice(&all);
                    self.give(all);
                }
                items.sort_unstable_by_key(|item| (item.key, item.start));
                items.dedup();
            }
            Stream::Ago(of, ..) | Stream::Calendar { of, .. } | Stream::Between { of, .. } => {
                let window = self.window(stream)?;
                self.keep(*of, &mut items, |item| window.contains(&item.key.at))?;
            }
            Stream::After(of, anchor, pick) => {
                if let Some(anchor) = self.pick(*anchor, *pick)? {
                    self.keep(*of, &mut items, |item| item.key > anchor.key)?;
                }
            }
            Stream::Before(of, anchor, pick) => {
                if let Some(anchor) = self.pick(*anchor, *pick)? {
                    self.keep(*of, &mut items, |item| item.key < anchor.key)?;
                }
            }
            Stream::Newest(of, count) => {
                let all = self.items(*of)?;
                let from = all.len().saturating_sub(*count as usize);
                items.extend_from_slice(all.get(from..).unwrap_or(&[]));
                self.give(all);
            }
            Stream::Only(of, pick) => items.extend(self.pick(*of, *pick)?),
            Stream::Chain(chain) => self.matches(chain, &mut items)?,
            Stream::Together(_, parts, within) => self.together(parts, *within, &mut items)?,
            Stream::Sessions(_, of, gap) => self.sessions(*of, *gap, &mut items)?,
            Stream::Group(local, _) => {
                let groups = &self.asking.scratch.told.groups;
                let group = groups.iter().rev().find(|(of, _)| of == local);
                if let Some((_, group)) = group {
                    items.extend_from_slice(group);
                }
            }
            Stream::Apply {
                of,
                locals,
                arguments,
            } => {
                let arguments = graph.list(*arguments);
                self.apply(locals, arguments)?;
                let all = self.items(*of)?;
                self.give(items);
                return Ok(all);
            }
            Stream::Select(_) => {}
        }
        Ok(items)
    }

    fn keep(
        &mut self,
        of: StreamId,
        items: &mut Vec<Item>,
        keep: impl Fn(&Item) -> bool,
    ) -> Told<()> {
        let all = self.items(of)?;
        items.extend(all.iter().copied().filter(keep));
        self.give(all);
        Ok(())
    }

    /// Runs whose gaps are shorter than a length.
    fn sessions(&mut self, of: StreamId, gap: Length, items: &mut Vec<Item>) -> Told<()> {
        let gap = self.length(gap)?;
        let all = self.items(of)?;
        let mut last = None;
        for item in &all {
            join_session(&mut last, *item, gap, items);
        }
        let now = self.now;
        for session in items.iter_mut() {
            session.closed = now.saturating_sub(session.end) >= gap;
        }
        self.give(all);
        Ok(())
    }
}

/// An event joins the last session, or begins another: the session as it is now replaces itself, or comes behind.
pub(super) fn join_session(last: &mut Option<Item>, item: Item, gap: i64, items: &mut Vec<Item>) {
    let session = match last.filter(|last| item.key.at.saturating_sub(last.end) < gap) {
        Some(session) => Item {
            end: item.key.at,
            event: item.event,
            count: session.count.saturating_add(1),
            ..session
        },
        // A session stands where it begins.
        None => Item {
            start: item.key,
            end: item.key.at,
            ..item
        },
    };
    *last = Some(session);
    match items
        .last_mut()
        .filter(|known| known.start == session.start)
    {
        Some(known) => *known = session,
        None => items.push(session),
    }
}
