//! What is new of a stream when an event is taken in.

use super::{List, State};
use crate::behaviour::chain::{Entry, Run};
use crate::behaviour::journey::Inside;
use crate::behaviour::plan::{Keep, Plan, types_of};
use crate::behaviour::streams::join_session;
use crate::behaviour::tell::{Tell, Told};
use crate::behaviour::together::{self, Point};
use crate::eval::{Fault, FaultKind, Item};
use crate::graph::told::{Length, Stream, StreamId};

/// What is new of the streams that a stream is made of.
pub(super) struct Sources<'s> {
    pub(super) plan: &'s Plan,
    pub(super) lists: &'s [List],
    pub(super) fresh: &'s [Vec<Item>],
    pub(super) item: Item,
}

impl Sources<'_> {
    /// What is new of a stream; an overflow if nothing of it is kept.
    pub(super) fn of(&self, tell: &Tell<'_, '_>, id: StreamId) -> Told<&[Item]> {
        if let Some(Stream::Select(view)) = tell.asking.graph.stream(id) {
            let is_of = types_of(tell.events, *view)
                .iter()
                .any(|(ty, _)| *ty == self.item.event.0);
            return Ok(match is_of {
                true => std::slice::from_ref(&self.item),
                false => &[],
            });
        }
        let place = self.plan.kept(id);
        let list = place.and_then(|place| self.lists.get(place));
        let fresh = place.and_then(|place| self.fresh.get(place));
        match (list, fresh) {
            (Some(list), Some(fresh)) if !list.broken => Ok(fresh),
            _ => Err(Fault {
                node: tell.asking.node,
                kind: FaultKind::DecimalOverflow,
            }),
        }
    }
}

/// What is new of a stream.
pub(super) fn extend(
    tell: &mut Tell<'_, '_>,
    keep: &Keep,
    sources: &Sources<'_>,
    state: &mut State,
    out: &mut Vec<Item>,
) -> Told<()> {
    let graph = tell.asking.graph;
    match graph.stream(keep.stream) {
        Some(Stream::Filter {
            of,
            local,
            condition,
        }) => {
            let view = graph.view_of(*of);
            for item in sources.of(tell, *of)? {
                if tell.holds_for(view, *item, (*local, *condition))? {
                    out.push(*item);
                }
            }
        }
        Some(Stream::Either(_, parts)) => {
            for part in parts {
                out.extend_from_slice(sources.of(tell, *part)?);
            }
            out.sort_unstable_by_key(|item| (item.key, item.start));
            out.dedup();
        }
        Some(Stream::Chain(chain)) => {
            let Some(fixed) = &keep.fixed else {
                return Ok(());
            };
            let mut entries: Vec<Entry> = Vec::new();
            for (at, step) in chain.steps.iter().enumerate() {
                for item in sources.of(tell, step.of)? {
                    entries.push(Entry::step(*item, at));
                }
                for id in &step.without {
                    let guards = sources.of(tell, *id)?;
                    entries.extend(guards.iter().map(|item| Entry::guard(*item, at)));
                }
            }
            if entries.is_empty() && !keep.due {
                return Ok(());
            }
            let mut run = Run::new(chain, fixed.clone(), std::mem::take(&mut state.way));
            let done = tell.go_on(&mut run, &mut entries, sources.item.key);
            out.append(&mut run.way.found);
            out.sort_unstable_by_key(|item| (item.key, item.start));
            state.due = run.due();
            state.way = run.way;
            done?;
        }
        Some(Stream::Together(_, parts, Length::Known(within))) => {
            let mut fresh: Vec<Point> = Vec::new();
            for (part, id) in parts.iter().enumerate() {
                let items = sources.of(tell, *id)?;
                fresh.extend(items.iter().map(|item| Point::new(*item, part)));
            }
            together::extend(&mut state.points, fresh, (parts.len(), *within), out);
        }
        Some(Stream::Sessions(_, of, Length::Known(gap))) => {
            for item in sources.of(tell, *of)? {
                join_session(&mut state.session, *item, *gap, out);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Where customers of journeys are once the event is taken in.
pub(super) fn go_further(
    tell: &Tell<'_, '_>,
    sources: &Sources<'_>,
    journeys: &mut [Option<Option<Inside>>],
) {
    for (journey, slot) in sources.plan.journeys.iter().zip(journeys) {
        let mut more = Vec::new();
        let found = journey
            .streams
            .iter()
            .enumerate()
            .try_for_each(|(which, id)| {
                let members = sources.of(tell, *id)?;
                more.extend(members.iter().map(|member| (which, *member)));
                Told::Ok(())
            });
        *slot = match (slot.take(), found) {
            (Some(inside), Ok(())) if more.is_empty() => Some(inside),
            (Some(inside), Ok(())) => Some(tell.go_further(journey, inside, &mut more)),
            // A condition overflows: asking finds it.
            _ => None,
        };
    }
}
