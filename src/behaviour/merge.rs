//! Several streams side by side, gone through in the order of all events.

use super::plain::{Part, Plain};
use super::tell::{Tell, Told};
use crate::eval::{Item, Key};
use crate::graph::told::StreamId;
use std::ops::Range;

/// Streams on their way.
#[derive(Debug, Default)]
pub(super) struct Merged {
    sources: Vec<Source>,
}

/// Events as they go by.
#[derive(Debug)]
struct Source {
    /// The place of their stream among those that were merged.
    which: usize,
    /// A stretch of a type, or a list.
    rows: Option<(u32, Range<usize>)>,
    items: Vec<Item>,
    at: usize,
}

impl Tell<'_, '_> {
    /// Streams side by side, each from its first on.
    pub(super) fn merge(&mut self, streams: impl Iterator<Item = StreamId>) -> Told<Merged> {
        let mut sources = Vec::new();
        for (which, id) in streams.enumerate() {
            let made = |rows, items| Source {
                which,
                rows,
                items,
                at: 0,
            };
            match self.plain(id)?.filter(Plain::is_of_types) {
                Some(plain) => {
                    for part in self.parts(&plain) {
                        let rows = self.stretch(&plain, part);
                        if let (Part::Type(ty, _), false) = (part, rows.is_empty()) {
                            sources.push(made(Some((ty, rows)), Vec::new()));
                        }
                    }
                }
                None => {
                    let items = self.items(id)?;
                    sources.push(made(None, items));
                }
            }
        }
        Ok(Merged { sources })
    }

    /// Where the next one stands.
    pub(super) fn next_key(&self, merged: &Merged) -> Option<Key> {
        let sources = merged.sources.iter();
        sources.filter_map(|source| self.head(source)).min()
    }

    /// Passes over what stands at a place that is the next one, one of each stream.
    pub(super) fn at_key(&self, merged: &mut Merged, key: Key, mut each: impl FnMut(usize, Item)) {
        for source in &mut merged.sources {
            if self.head(source) == Some(key)
                && let Some(item) = self.advance(source)
            {
                each(source.which, item);
            }
        }
    }

    /// Gives the lists back.
    pub(super) fn give_merged(&mut self, merged: Merged) {
        for source in merged.sources {
            self.give(source.items);
        }
    }

    fn head(&self, source: &Source) -> Option<Key> {
        match &source.rows {
            Some((ty, rows)) if !rows.is_empty() => {
                let row = u32::try_from(rows.start).unwrap_or(u32::MAX);
                Some(self.store.key(*ty, row))
            }
            Some(_) => None,
            None => source.items.get(source.at).map(|item| item.key),
        }
    }

    fn advance(&self, source: &mut Source) -> Option<Item> {
        let key = self.head(source)?;
        match &mut source.rows {
            Some((_, rows)) => {
                rows.next();
                Some(Item::event(key))
            }
            None => {
                source.at += 1;
                source.items.get(source.at - 1).copied()
            }
        }
    }
}
