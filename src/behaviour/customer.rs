//! A customer's events as a ruleset sees them, and what is kept of them: who answers the questions of a graph.

use super::kept::Kept;
use super::plan::Plan;
use super::quick::Known;
use super::store::{Added, Event, Store};
use super::tell::Tell;
use crate::eval::{self, Asking, Fault, Inputs, Named, Scalar, Scratch, Teller, Witnesses};
use crate::graph::told::Events;
use crate::graph::{Ahead, EventRef, Graph, NodeId};
use crate::value::Value;
use std::hint::black_box;
use std::sync::Arc;

/// A customer's events as a ruleset sees them. Clones share them until one of the two changes.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    store: Arc<Store>,
    events: Arc<Events>,
    /// What is known of the questions of the rules.
    plan: Option<Arc<Plan>>,
    /// What is kept besides the events: never another answer, but a quicker one.
    kept: Option<Arc<Kept>>,
}

/// So many events are moved in about the time that one takes which is put in order anew.
const MOVED_AT_ONCE: usize = 64;

/// Where conditions on events are evaluated when events come in.
pub(crate) struct Desk<'d> {
    pub(crate) graph: &'d Graph,
    pub(crate) scratch: &'d mut Scratch,
}

impl Customer {
    /// Nobody as yet.
    pub(crate) fn new(events: &Arc<Events>, plan: Option<&Arc<Plan>>) -> Customer {
        Customer {
            store: Arc::new(Store::new(events)),
            events: events.clone(),
            plan: plan.cloned(),
            kept: None,
        }
    }

    /// The same one as rules see them that declare the same events.
    pub(crate) fn seen_by(&self, events: &Arc<Events>, plan: &Arc<Plan>) -> Customer {
        Customer {
            store: self.store.clone(),
            events: events.clone(),
            plan: Some(plan.clone()),
            kept: None,
        }
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// What is kept besides the events.
    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.kept.as_deref()
    }

    /// Adds an event. Where something is kept, [`Customer::settle`] is to follow.
    pub(crate) fn add(&mut self, event: &Event) -> Added {
        let added = Arc::make_mut(&mut self.store).add(event);
        if let Some(kept) = &mut self.kept {
            match added {
                Added::New { row } => {
                    Arc::make_mut(kept).note(&self.store, &self.events, event.ty, row);
                }
                Added::Conflict { replaced: true } => Arc::make_mut(kept).note_change(),
                Added::Known | Added::Conflict { replaced: false } => {}
            }
        }
        added
    }

    /// Adds events at once; gives how many are new. Where one after the other would move much more than there is, all are
    /// put in order anew. What is to follow is the same.
    pub(crate) fn add_all(&mut self, mut events: Vec<Event>) -> usize {
        events.retain(|event| self.store.takes(event));
        events.sort_by(Event::order);
        let behind = |event: &Event| self.store.behind(event);
        let moved = events.iter().map(behind).fold(0, usize::saturating_add);
        if moved / MOVED_AT_ONCE > self.store.len() + events.len() {
            let (store, new) = self.store.with(&self.events, events);
            self.replace(store);
            return new;
        }
        let added = events.iter().map(|event| self.add(event));
        added
            .filter(|added| matches!(added, Added::New { .. }))
            .count()
    }

    /// Other events instead of those that were there.
    pub(crate) fn replace(&mut self, store: Store) {
        self.store = Arc::new(store);
        if let Some(kept) = &mut self.kept {
            Arc::make_mut(kept).note_change();
        }
    }

    /// From here on keeps what a plan says.
    pub(crate) fn keep(&mut self, plan: &Arc<Plan>) {
        self.plan = Some(plan.clone());
        self.kept = Some(Arc::new(Kept::new(plan.clone())));
    }

    /// Brings what is kept up to date with the events.
    pub(crate) fn settle(&mut self, desk: Desk<'_>) {
        let Some(kept) = &mut self.kept else {
            return;
        };
        let mut inputs = Inputs::none();
        // Conditions ask who knows the events.
        inputs.set_teller(Arc::new(Customer {
            store: self.store.clone(),
            events: self.events.clone(),
            plan: None,
            kept: None,
        }));
        eval::begin(desk.graph, desk.scratch);
        let mut asking = Asking {
            graph: desk.graph,
            inputs: &inputs,
            scratch: desk.scratch,
            node: NodeId(0),
        };
        let mut tell = Tell {
            store: &self.store,
            events: &self.events,
            kept: None,
            asking: &mut asking,
            now: i64::MAX,
            trails: false,
        };
        Arc::make_mut(kept).settle(&mut tell);
    }

    fn known(&self, now: i64) -> Known<'_> {
        Known {
            store: &self.store,
            kept: self.kept.as_deref(),
            now,
        }
    }

    fn asked<'t, 'a>(&'t self, asking: &'t mut Asking<'a>) -> Tell<'t, 'a> {
        Tell {
            store: &self.store,
            events: &self.events,
            kept: self.kept.as_deref(),
            now: asking.now(),
            asking,
            trails: false,
        }
    }
}

impl Teller for Customer {
    fn at_once(&self, ask: u32, now: i64) -> Option<Scalar> {
        let quick = self.plan.as_ref()?.quick(ask)?;
        quick.answer(self.known(now), |answer| answer)
    }

    fn answer_ahead(&self, questions: &[Ahead], now: i64, scratch: &mut Scratch) {
        let Some(plan) = &self.plan else {
            return;
        };
        let known = self.known(now);
        let kept = self.kept.as_ref().map(|kept| kept.touch());
        black_box((self.store.touch(kept.is_some()), kept));
        for question in questions {
            let Some(quick) = plan.quick(question.ask) else {
                continue;
            };
            let keep = |answer| scratch.keep(question.cell, answer);
            // What is not plain after all is found where it is asked.
            let _answered = match question.since {
                true => quick.since(known, keep),
                false => quick.answer(known, keep),
            };
        }
    }

    fn tell(&self, asking: &mut Asking<'_>, ask: u32) -> Result<Scalar, Fault> {
        match asking.graph.ask(ask) {
            Some(ask) => self.asked(asking).answer(ask),
            None => Ok(Scalar::Missing),
        }
    }

    fn lease(&self, asking: &mut Asking<'_>, ask: u32) -> Result<Option<i64>, Fault> {
        match asking.graph.ask(ask) {
            Some(ask) => self.asked(asking).lease(ask),
            None => Ok(Some(i64::MAX)),
        }
    }

    fn witness(&self, asking: &mut Asking<'_>, ask: u32) -> Result<Witnesses, Fault> {
        let Some(ask) = asking.graph.ask(ask) else {
            return Ok(Witnesses::default());
        };
        // From the events alone, whatever is kept besides.
        let mut tell = Tell {
            kept: None,
            ..self.asked(asking)
        };
        tell.witness(ask)
    }

    fn named(&self, ty: u32, row: u32) -> Option<Named> {
        self.store.named(ty, row)
    }

    fn field(&self, event: EventRef, place: u32) -> Scalar {
        self.store.field(&self.events, event, place)
    }

    fn fields(&self, event: EventRef) -> u32 {
        let shape = self.events.views.get(event.view as usize);
        shape.map_or(0, |shape| shape.fields)
    }

    fn text(&self, code: u32) -> &str {
        self.store.text(code)
    }

    fn value(&self, code: u32) -> &Value {
        self.store.value(code)
    }
}
