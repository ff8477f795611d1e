//! From journeys to nodes: one question, whose streams look back as far as the journey does.

use super::build::Builder;
use super::intern::Refusal;
use super::node::{Node, Origin};
use super::told::{Entry, Journey, Length, Step, Steps, Stream, StreamId, Trigger};
use crate::hir::told;
use std::collections::HashMap;

/// How far streams look back, and those that do so already.
struct Limited {
    within: Length,
    origin: Origin,
    done: HashMap<StreamId, StreamId>,
}

impl Builder<'_> {
    pub(super) fn journey(
        &mut self,
        journey: &told::Journey,
        origin: Origin,
    ) -> Result<Journey, Refusal> {
        let mut limited = match journey.within {
            Some(within) => Some(Limited {
                within: self.length(within)?,
                origin,
                done: HashMap::new(),
            }),
            None => None,
        };
        let mut entries = Vec::with_capacity(journey.entries.len());
        let mut streams: Vec<StreamId> = Vec::new();
        let mut places: HashMap<StreamId, usize> = HashMap::new();
        for entry in &journey.entries {
            let trigger = match entry.trigger {
                told::Trigger::On(stream) => {
                    let of = self.of(stream);
                    let of = match &mut limited {
                        Some(limited) => self.limited(of, limited)?,
                        None => of,
                    };
                    Trigger::On(*places.entry(of).or_insert_with(|| {
                        streams.push(of);
                        streams.len() - 1
                    }))
                }
                told::Trigger::After(time) => Trigger::After(self.length(time)?),
            };
            entries.push(Entry {
                from: entry.from,
                to: entry.to,
                trigger,
            });
        }
        Ok(Journey {
            entries,
            streams,
            channel: self.program.has_channels(),
        })
    }

    /// A stream made of events that are no older than a length. How deep streams lie in one another is bounded.
    fn limited(&mut self, id: StreamId, all: &mut Limited) -> Result<StreamId, Refusal> {
        if let Some(known) = all.done.get(&id) {
            return Ok(*known);
        }
        let Some(stream) = self.arena.stream_at(id).cloned() else {
            return Ok(id);
        };
        let made = match stream {
            Stream::Filter {
                of,
                local,
                condition,
            } => Stream::Filter {
                of: self.limited(of, all)?,
                local,
                condition,
            },
            Stream::Either(view, parts) => Stream::Either(view, self.each_limited(parts, all)?),
            Stream::Together(view, parts, length) => {
                Stream::Together(view, self.each_limited(parts, all)?, length)
            }
            Stream::Chain(chain) => Stream::Chain(self.limited_steps(chain, all)?),
            Stream::Apply {
                of,
                locals,
                arguments,
            } => Stream::Apply {
                of: self.limited(of, all)?,
                locals,
                arguments,
            },
            // Events of some types; a journey is made of nothing else.
            _ => Stream::Ago(id, None, Some(all.within)),
        };
        let node = self.arena.stream(made, all.origin)?;
        let made = match self.arena.node(node) {
            Node::Stream(place) => StreamId(place),
            _ => id,
        };
        all.done.insert(id, made);
        Ok(made)
    }

    fn limited_steps(&mut self, chain: Steps, all: &mut Limited) -> Result<Steps, Refusal> {
        let mut steps = Vec::with_capacity(chain.steps.len());
        for step in chain.steps {
            steps.push(Step {
                of: self.limited(step.of, all)?,
                without: self.each_limited(step.without, all)?,
                ..step
            });
        }
        Ok(Steps { steps, ..chain })
    }

    fn each_limited(
        &mut self,
        ids: Vec<StreamId>,
        all: &mut Limited,
    ) -> Result<Vec<StreamId>, Refusal> {
        ids.into_iter().map(|id| self.limited(id, all)).collect()
    }
}
