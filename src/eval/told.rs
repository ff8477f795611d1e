//! What the evaluator knows of behaviours: somebody tells. Events are handles; who tells knows what they stand for.

use super::inputs::Inputs;
use super::probe::{NoProbe, Recording};
use super::scratch::Scratch;
use super::walk::Walk;
use super::{Fault, Scalar};
use crate::graph::{Ahead, EventRef, Graph, NodeId};
use crate::hir::DefId;
use crate::value::Value;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Who knows a customer's events and answers questions about them.
pub trait Teller: fmt::Debug + Send + Sync {
    /// The answer to a question of the graph at an instant, where it is found without evaluating anything.
    fn at_once(&self, ask: u32, now: i64) -> Option<Scalar>;
    /// The same of several questions, into the cells of a decision; what is not found at once is left to be asked.
    fn answer_ahead(&self, questions: &[Ahead], now: i64, scratch: &mut Scratch);
    /// The answer to a question of the graph, by its place.
    ///
    /// # Errors
    /// A sum overflows, or a condition on an event does.
    fn tell(&self, asking: &mut Asking<'_>, ask: u32) -> Result<Scalar, Fault>;
    /// Until when the answer stands if nothing new happens, never too late; `None` where it runs with the clock.
    ///
    /// # Errors
    /// A condition on an event overflows.
    fn lease(&self, asking: &mut Asking<'_>, ask: u32) -> Result<Option<i64>, Fault>;
    /// The events that prove the answer; none where nothing does.
    ///
    /// # Errors
    /// A condition on an event overflows.
    fn witness(&self, asking: &mut Asking<'_>, ask: u32) -> Result<Witnesses, Fault>;
    /// The event of a type at a place.
    fn named(&self, ty: u32, row: u32) -> Option<Named>;
    /// A field of an event.
    fn field(&self, event: EventRef, place: u32) -> Scalar;
    /// How many fields an event has.
    fn fields(&self, event: EventRef) -> u32;
    /// A text of an event.
    fn text(&self, code: u32) -> &str;
    /// A list or record of an event.
    fn value(&self, code: u32) -> &Value;
}

/// Whom a question comes from: what conditions on events are evaluated with.
#[derive(Debug)]
pub struct Asking<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// The inputs, for the zone.
    pub inputs: &'a Inputs,
    /// The working memory.
    pub scratch: &'a mut Scratch,
    /// The node that asks.
    pub node: NodeId,
}

impl Asking<'_> {
    /// The instant for which is asked.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.scratch
            .told
            .moment
            .unwrap_or_else(|| self.inputs.now())
    }

    /// Sets what stands for an event.
    pub fn bind(&mut self, local: u32, value: Scalar) {
        self.scratch.bind(local, value);
    }

    /// The value of a node.
    ///
    /// # Errors
    /// The first overflow.
    pub fn value(&mut self, node: NodeId) -> Result<Scalar, Fault> {
        Walk::new(self.graph, self.inputs, self.scratch, &mut NoProbe).part(node)
    }

    /// Whether a condition holds.
    ///
    /// # Errors
    /// The first overflow.
    pub fn holds(&mut self, node: NodeId) -> Result<bool, Fault> {
        Walk::new(self.graph, self.inputs, self.scratch, &mut NoProbe).condition(node)
    }

    /// Until when the value of a node stands.
    ///
    /// # Errors
    /// The first overflow.
    pub fn lease(&mut self, node: NodeId) -> Result<i64, Fault> {
        let mut lease = super::lease::Lease::new(self.now());
        let epoch = self.scratch.fresh_epoch();
        let value = Walk::new(self.graph, self.inputs, self.scratch, &mut lease).part(node);
        self.scratch.restore_epoch(epoch);
        value.map(|_| lease.until)
    }

    /// The value of a node at another instant.
    ///
    /// # Errors
    /// The first overflow.
    pub fn value_at(&mut self, node: NodeId, moment: i64) -> Result<Scalar, Fault> {
        let before = self.scratch.told.moment.replace(moment);
        let epoch = self.scratch.fresh_epoch();
        let value = self.value(node);
        self.scratch.restore_epoch(epoch);
        self.scratch.told.moment = before;
        value
    }

    /// The events that prove what the questions within a node were answered, at an instant or now.
    ///
    /// # Errors
    /// The first overflow.
    pub(crate) fn witnesses(
        &mut self,
        node: NodeId,
        moment: Option<i64>,
    ) -> Result<Witnesses, Fault> {
        let before = self.scratch.told.moment;
        self.scratch.told.moment = moment.or(before);
        let epoch = self.scratch.fresh_epoch();
        let mut recording = Recording::proving(usize::MAX);
        let value = Walk::new(self.graph, self.inputs, self.scratch, &mut recording).part(node);
        self.scratch.restore_epoch(epoch);
        self.scratch.told.moment = before;
        value.map(|_| Witnesses::all(recording.witnesses))
    }

    /// A list of these values.
    pub fn list(&mut self, values: &[Scalar]) -> Scalar {
        let from = self.scratch.open.len();
        self.scratch.open.extend_from_slice(values);
        Scalar::List(self.scratch.close(from))
    }

    /// A record of these values.
    pub fn record(&mut self, values: &[Scalar]) -> Scalar {
        match self.list(values) {
            Scalar::List(items) => Scalar::Record(items),
            other => other,
        }
    }

    /// The items of a list.
    #[must_use]
    pub fn items(&self, list: Scalar) -> Vec<Scalar> {
        let Scalar::List(items) = list else {
            return Vec::new();
        };
        match items {
            crate::graph::Items::Const(run) => self.graph.pool().items(run).to_vec(),
            crate::graph::Items::Built(run) => run.of(self.scratch.items()).to_vec(),
            _ => Vec::new(),
        }
    }

    /// What a text stands for.
    #[must_use]
    pub fn view(&self, scalar: Scalar) -> super::View<'_> {
        self.scratch.view(self.graph, self.inputs, scalar)
    }
}

/// The working memory of whoever tells.
#[derive(Clone, Debug, Default)]
pub struct ToldMemory {
    /// `as of`: the instant instead of now.
    pub(super) moment: Option<i64>,
    /// The events of a key, by what stands for them.
    pub(crate) groups: Vec<(u32, Vec<Item>)>,
    /// Numbers that run with the clock, by definition and what is known: value, slope, until when.
    pub(super) moving: HashMap<(DefId, u32), (Scalar, i64, i64)>,
    /// Lists that are empty and have room.
    spare: Vec<Vec<Item>>,
}

impl ToldMemory {
    /// Forgets what belongs to one decision.
    pub(super) fn forget(&mut self) {
        self.moment = None;
        if !self.moving.is_empty() {
            self.moving.clear();
        }
        self.groups.clear();
    }

    /// An empty list.
    pub(crate) fn take(&mut self) -> Vec<Item> {
        self.spare.pop().unwrap_or_default()
    }

    /// Gives a list back.
    pub(crate) fn give(&mut self, mut list: Vec<Item>) {
        list.clear();
        self.spare.push(list);
    }
}

/// Where something stands in the order of all events: by instant, then what became known by the passing of time before
/// what happened, then by the producer's counter, the type, and the place among the events of the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(crate) struct Key {
    pub(crate) at: i64,
    pub(crate) raw: bool,
    pub(crate) seq: u64,
    pub(crate) ty: u32,
    pub(crate) row: u32,
}

/// One of a stream: an event, what completes a chain, a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Item {
    /// Where it stands.
    pub(crate) key: Key,
    /// Where it begins.
    pub(crate) start: Key,
    /// Its last event: type and place.
    pub(crate) event: (u32, u32),
    /// Of a session: when it ends, and how many events it has; of a match the number of its events.
    pub(crate) end: i64,
    pub(crate) count: u32,
    /// Of a session: nothing can join it any more.
    pub(crate) closed: bool,
}

impl Item {
    /// A plain event.
    pub(crate) fn event(key: Key) -> Item {
        Item {
            key,
            start: key,
            event: (key.ty, key.row),
            end: key.at,
            count: 1,
            closed: false,
        }
    }
}

/// The events that prove an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witnesses {
    /// The newest first; of a path the oldest.
    pub(crate) events: Vec<Key>,
    /// They are a path.
    pub(crate) path: bool,
    /// So many older ones were left out.
    pub(crate) more: usize,
}

impl Witnesses {
    /// Of several answers.
    pub(crate) fn all(mut several: Vec<Witnesses>) -> Witnesses {
        if several.len() == 1 {
            return several.pop().unwrap_or_default();
        }
        let more = several.iter().map(|of_one| of_one.more).sum();
        let events = several.into_iter().flat_map(|of_one| of_one.events);
        let mut all = Witnesses::newest_first(events.collect());
        all.more = more;
        all
    }

    /// Each event once.
    pub(crate) fn newest_first(mut events: Vec<Key>) -> Witnesses {
        events.sort_unstable_by(|a, b| b.cmp(a));
        events.dedup();
        Witnesses {
            events,
            ..Witnesses::default()
        }
    }

    /// Those of a path, in its order.
    pub(crate) fn in_order(mut events: Vec<Key>) -> Witnesses {
        events.sort_unstable();
        events.dedup();
        Witnesses {
            events,
            path: true,
            more: 0,
        }
    }

    /// Keeps so many of the newest.
    pub(crate) fn shorten(&mut self, most: usize) {
        let over = self.events.len().saturating_sub(most);
        match self.path {
            true => drop(self.events.drain(..over)),
            false => self.events.truncate(most),
        }
        self.more += over;
    }
}

/// What is told of an event that proves something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Arc<str>,
    /// Its type.
    pub ty: u32,
    /// When it was.
    pub at: i64,
    /// Where it was, as a member.
    pub channel: Option<u32>,
    /// The device.
    pub device: Option<Arc<str>>,
}
