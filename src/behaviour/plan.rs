//! What is kept of events for the questions of a graph, found once for all customers.
//!
//! A stream is *closed* if what belongs to it follows from the events alone: not from the instant of the question, a
//! parameter or the zone. Of those that are asked about the members are kept, and grow with each event; windows over them
//! are stretches. Sums over them are kept from the first member on, so that the sum of a stretch is a difference.

use super::chain::Fixed;
use super::quick::Quick;
use crate::graph::told::{Ask, Events, Journey, Length, ShapeOf, Stream, StreamId, Trigger, Value};
use crate::graph::{Graph, Kind, Node, NodeId};
use crate::hir::told::{EventFold, ThenWord};
use std::collections::HashSet;
use std::sync::Arc;

/// What is kept, of all streams and questions of a graph.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    streams: Vec<OfStream>,
    /// The streams whose members are kept; those that need others behind them.
    pub(super) keeps: Vec<Keep>,
    /// For each type and field the place of its sums.
    columns: Vec<Vec<Option<u32>>>,
    /// The columns that are summed up: types and fields.
    pub(super) sums: Vec<(u32, usize)>,
    /// The sums over several types.
    pub(super) merged: Vec<MergedOf>,
    /// The fields whose values are counted.
    pub(super) latest: Vec<LatestOf>,
    /// How many edges of windows are remembered.
    pub(super) edges: usize,
    /// The journeys of which is kept where the customer is.
    pub(super) journeys: Vec<Journey>,
    /// The plain ones among the questions, by their places.
    quick: Vec<Option<Quick>>,
    /// Which event types matter to any of `keeps`.
    pub(super) types: Vec<bool>,
}

/// What is known of a stream.
#[derive(Clone, Debug, Default)]
struct OfStream {
    closed: bool,
    /// Its place among the keeps; with all beginnings, for `open`.
    kept: Option<u32>,
    open: Option<u32>,
    /// Of a window: where its edges are remembered.
    edge: Option<u32>,
    /// By field, the place among those whose values are counted.
    latest: Vec<(u32, u32)>,
}

/// A stream whose members are kept.
#[derive(Debug)]
pub(super) struct Keep {
    pub(super) stream: StreamId,
    pub(super) view: u32,
    /// What it is made of.
    pub(super) parts: Vec<StreamId>,
    /// Of a chain: with all beginnings, for `open` alone.
    pub(super) open: bool,
    /// Of sessions: what parts them.
    pub(super) gap: Option<i64>,
    /// Whether its members are events; otherwise matches or sessions.
    pub(super) plain: bool,
    /// Whether members become known by the passing of time, and whether its own sources do so.
    pub(super) due: bool,
    pub(super) of_due: bool,
    /// Of a chain: what is fixed of it.
    pub(super) fixed: Option<Arc<Fixed>>,
    /// The sums that are kept.
    pub(super) sums: Vec<Value>,
}

/// A field whose values are counted: of a stream, as its view sees it.
#[derive(Debug)]
pub(super) struct LatestOf {
    pub(super) base: StreamId,
    pub(super) view: u32,
    pub(super) field: u32,
}

/// A field that is summed up over events of several types: of a view, in these columns.
#[derive(Debug)]
pub(super) struct MergedOf {
    view: u32,
    field: u32,
    pub(super) columns: Vec<(u32, usize)>,
}

impl Plan {
    /// The plan for a graph.
    pub(crate) fn new(graph: &Graph) -> Plan {
        let mut finder = Finder {
            graph,
            plan: Plan::default(),
        };
        finder.close();
        for ask in graph.asks() {
            finder.want_of(ask);
        }
        finder.plan.types = finder.types();
        let mut plan = finder.plan;
        let mut edges = plan.edges;
        let quick = graph.asks().iter();
        plan.quick = quick
            .map(|ask| Quick::find(graph, &plan, ask, &mut edges))
            .collect();
        plan.edges = edges;
        plan
    }

    /// A question, if it is a plain one.
    pub(super) fn quick(&self, ask: u32) -> Option<&Quick> {
        self.quick.get(ask as usize)?.as_ref()
    }

    fn of(&self, id: StreamId) -> Option<&OfStream> {
        self.streams.get(id.0 as usize)
    }

    /// The place of a stream among those that are kept.
    pub(super) fn kept(&self, id: StreamId) -> Option<usize> {
        self.of(id)?.kept.map(|place| place as usize)
    }

    /// The place of a chain with all its beginnings.
    pub(super) fn open(&self, id: StreamId) -> Option<usize> {
        self.of(id)?.open.map(|place| place as usize)
    }

    /// Where the edges of a window are remembered.
    pub(super) fn edge(&self, id: StreamId) -> Option<usize> {
        self.of(id)?.edge.map(|place| place as usize)
    }

    /// Where the sums of a column are.
    pub(super) fn column(&self, ty: u32, field: usize) -> Option<usize> {
        let of_type = self.columns.get(ty as usize)?;
        of_type.get(field).copied().flatten().map(|at| at as usize)
    }

    /// Where the sums over several types are.
    pub(super) fn merged_of(&self, view: u32, field: u32) -> Option<usize> {
        let mut all = self.merged.iter();
        all.position(|of| (of.view, of.field) == (view, field))
    }

    /// Where the values of a field are counted.
    pub(super) fn latest_of(&self, base: StreamId, field: u32) -> Option<usize> {
        let latest = &self.of(base)?.latest;
        let found = latest.iter().find(|(of, _)| *of == field);
        found.map(|(_, place)| *place as usize)
    }
}

struct Finder<'g> {
    graph: &'g Graph,
    plan: Plan,
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl Finder<'_> {
    /// Which streams are closed; what a stream is made of has smaller numbers.
    fn close(&mut self) {
        for place in 0..self.graph.streams().len() {
            let closed = self.is_closed(StreamId(number(place)));
            self.plan.streams.push(OfStream {
                closed,
                ..OfStream::default()
            });
        }
        let types = self.graph.events().types.iter();
        self.plan.columns = types.map(|fields| vec![None; fields.len()]).collect();
    }

    fn closed(&self, id: StreamId) -> bool {
        self.plan.of(id).is_some_and(|of| of.closed)
            && !matches!(self.graph.stream(id), Some(Stream::Sessions(..)))
    }

    fn is_closed(&self, id: StreamId) -> bool {
        let all = |ids: &[StreamId]| ids.iter().all(|id| self.closed(*id));
        let known = |length: &Length| matches!(length, Length::Known(_));
        match self.graph.stream(id) {
            Some(Stream::Select(_)) => true,
            Some(Stream::Filter {
                of,
                local,
                condition,
            }) => self.closed(*of) && self.is_of(*condition, &[*local]),
            Some(Stream::Either(_, parts)) => all(parts),
            Some(Stream::Chain(chain)) => {
                let locals: Vec<u32> = chain.steps.iter().map(|step| step.local).collect();
                chain.within.iter().all(known)
                    && chain.steps.iter().all(|step| {
                        let keys = step.keys.iter();
                        let mut nodes: Vec<NodeId> = keys.flat_map(|(_, a, b)| [*a, *b]).collect();
                        nodes.extend(step.condition);
                        self.closed(step.of)
                            && all(&step.without)
                            && step.within.iter().chain(&step.later).all(known)
                            && nodes.iter().all(|node| self.is_of(*node, &locals))
                    })
            }
            Some(Stream::Together(_, parts, within)) => all(parts) && known(within),
            Some(Stream::Sessions(_, of, gap)) => self.closed(*of) && known(gap),
            _ => false,
        }
    }

    /// Whether a value follows from what stands for these events alone.
    fn is_of(&self, node: NodeId, locals: &[u32]) -> bool {
        let mut bound: HashSet<u32> = locals.iter().copied().collect();
        let mut asked: HashSet<u32> = HashSet::new();
        let mut seen: HashSet<NodeId> = HashSet::new();
        let mut open = vec![node];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let node = self.graph.node(id);
            match node {
                Node::Input { .. }
                | Node::Test(_)
                | Node::DecimalTest { .. }
                | Node::TextTest { .. }
                | Node::Stream(_)
                | Node::Ask(_) => return false,
                Node::Local(local) => {
                    asked.insert(*local);
                }
                Node::Fold(place) => bound.extend(self.graph.fold(*place).map(|fold| fold.local)),
                Node::Apply(place, _) => {
                    let apply = self.graph.apply(*place);
                    bound.extend(apply.into_iter().flat_map(|apply| &apply.locals));
                }
                _ => {}
            }
            self.graph.each_child(node, |child| open.push(child));
        }
        asked.is_subset(&bound)
    }

    /// What a question needs.
    fn want_of(&mut self, ask: &Ask) {
        match ask {
            Ask::Now | Ask::Streak(_) | Ask::Trend(_) | Ask::AsOf(..) => {}
            Ask::Journey(journey) => {
                journey.streams.iter().for_each(|of| self.want(*of));
                let known = journey.entries.iter().all(|entry| match entry.trigger {
                    Trigger::After(length) => matches!(length, Length::Known(_)),
                    Trigger::On(_) => true,
                });
                if known && journey.streams.iter().all(|of| self.closed(*of)) {
                    self.plan.journeys.push(journey.clone());
                }
            }
            Ask::Open(of) => {
                self.want(*of);
                if self.closed(*of) {
                    self.keep(*of, true);
                }
            }
            Ask::Exists(of)
            | Ask::Count(of)
            | Ask::Times(of)
            | Ask::Stage(of)
            | Ask::Pick(of, _)
            | Ask::Score { of, .. }
            | Ask::PerKey { of, .. }
            | Ask::Series { of, .. } => self.want(*of),
            Ask::Fold { fold, of, value } => {
                self.want(*of);
                match fold {
                    EventFold::Sum => self.want_sum(*of, value),
                    EventFold::Distinct => self.want_latest(*of, value),
                    _ => {}
                }
            }
        }
    }

    /// The closed stream under windows.
    fn base(&self, id: StreamId) -> Option<StreamId> {
        let mut id = id;
        while !self.plan.of(id).is_some_and(|of| of.closed) {
            id = match self.graph.stream(id)? {
                Stream::Ago(of, ..)
                | Stream::Calendar { of, .. }
                | Stream::Between { of, .. }
                | Stream::After(of, ..)
                | Stream::Before(of, ..) => *of,
                _ => return None,
            };
        }
        Some(id)
    }

    fn want_sum(&mut self, of: StreamId, value: &Value) {
        let Some(base) = self.base(of) else {
            return;
        };
        if let Some(Stream::Select(view)) = self.graph.stream(base) {
            let Some(place) = value.field else {
                return;
            };
            for (ty, _) in types_of(self.graph.events(), *view) {
                let ty = *ty;
                let Some(field) = self.graph.events().field_of(*view, ty, place) else {
                    continue;
                };
                let next = number(self.plan.sums.len());
                let of_type = self.plan.columns.get_mut(ty as usize);
                if let Some(slot) = of_type.and_then(|c| c.get_mut(field))
                    && slot.is_none()
                {
                    *slot = Some(next);
                    self.plan.sums.push((ty, field));
                }
            }
            return self.want_merged(*view, place);
        }
        if let Some(place) = self.plan.kept(base)
            && self.is_of(value.body, &[value.local])
            && let Some(keep) = self.plan.keeps.get_mut(place)
            && !keep.sums.contains(value)
            && !matches!(self.graph.stream(base), Some(Stream::Sessions(..)))
        {
            keep.sums.push(*value);
        }
    }

    fn want_merged(&mut self, view: u32, field: u32) {
        let events = self.graph.events();
        let types = types_of(events, view);
        let columns = types.iter();
        let columns: Option<Vec<(u32, usize)>> = columns
            .map(|(ty, _)| Some((*ty, events.field_of(view, *ty, field)?)))
            .collect();
        if let Some(columns) = columns.filter(|columns| columns.len() > 1)
            && self.plan.merged_of(view, field).is_none()
        {
            self.plan.merged.push(MergedOf {
                view,
                field,
                columns,
            });
        }
    }

    fn want_latest(&mut self, of: StreamId, value: &Value) {
        let Some((base, place)) = self.base(of).zip(value.field) else {
            return;
        };
        let is_select = matches!(self.graph.stream(base), Some(Stream::Select(_)));
        let kept = self.plan.kept(base).and_then(|at| self.plan.keeps.get(at));
        if !is_select && !kept.is_some_and(|keep| keep.plain) {
            return;
        }
        let view = self.graph.view_of(base);
        // Of lists and records no two are told apart by their place.
        let whole = types_of(self.graph.events(), view).iter().all(|(ty, _)| {
            let events = self.graph.events();
            let field = events.field_of(view, *ty, place);
            let kind = field.and_then(|field| events.types.get(*ty as usize)?.get(field));
            !matches!(kind, Some(Kind::List | Kind::Record))
        });
        let next = number(self.plan.latest.len());
        if let Some(of) = self.plan.streams.get_mut(base.0 as usize)
            && whole
            && of.latest.iter().all(|(field, _)| *field != place)
        {
            of.latest.push((place, next));
            self.plan.latest.push(LatestOf {
                base,
                view,
                field: place,
            });
        }
    }

    /// The members of a stream are asked about.
    fn want(&mut self, id: StreamId) {
        let mut open = vec![id];
        let mut seen: HashSet<StreamId> = HashSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            if self.plan.of(id).is_some_and(|of| of.closed) {
                self.keep(id, false);
                continue;
            }
            let Some(stream) = self.graph.stream(id) else {
                continue;
            };
            if matches!(
                stream,
                Stream::Ago(..) | Stream::Calendar { .. } | Stream::Between { .. }
            ) && self.plan.edge(id).is_none()
                && let Some(base) = self.base(id)
            {
                let parts = match self.graph.stream(base) {
                    Some(Stream::Select(view)) => types_of(self.graph.events(), *view).len(),
                    _ => 1,
                };
                let from = number(self.plan.edges);
                if let Some(of) = self.plan.streams.get_mut(id.0 as usize) {
                    of.edge = Some(from);
                    self.plan.edges += parts;
                }
            }
            stream.each_part(|part| open.push(part));
        }
    }

    /// Keeps the members of a closed stream, and of those it needs. (Streams have bounded depth.)
    fn keep(&mut self, id: StreamId, open: bool) {
        let known = match open {
            true => self.plan.open(id),
            false => self.plan.kept(id),
        };
        let Some(stream) = self.graph.stream(id) else {
            return;
        };
        if known.is_some() || matches!(stream, Stream::Select(_)) {
            return;
        }
        let mut parts = Vec::new();
        stream.each_part(|part| parts.push(part));
        parts.iter().for_each(|part| self.keep(*part, false));
        let kept = |plan: &Plan, part: &StreamId| plan.kept(*part);
        let of = |part: &StreamId| {
            let place = kept(&self.plan, part);
            place.and_then(|place| self.plan.keeps.get(place))
        };
        let of_due = parts.iter().any(|part| of(part).is_some_and(|k| k.due));
        let plain = match stream {
            Stream::Filter { .. } | Stream::Either(..) => {
                parts.iter().all(|part| of(part).is_none_or(|k| k.plain))
            }
            _ => false,
        };
        let (fixed, waits) = match stream {
            Stream::Chain(chain) => (
                Some(Arc::new(Fixed::known(self.graph, chain, open))),
                chain.steps.iter().any(|step| step.word == ThenWord::No),
            ),
            _ => (None, false),
        };
        let place = number(self.plan.keeps.len());
        self.plan.keeps.push(Keep {
            stream: id,
            view: self.graph.view_of(id),
            parts,
            open,
            gap: match stream {
                Stream::Sessions(_, _, Length::Known(gap)) => Some(*gap),
                _ => None,
            },
            plain,
            due: of_due || waits,
            of_due,
            fixed,
            sums: Vec::new(),
        });
        if let Some(of) = self.plan.streams.get_mut(id.0 as usize) {
            match open {
                true => of.open = Some(place),
                false => of.kept = Some(place),
            }
        }
    }

    /// The event types that reach any of the kept streams.
    fn types(&self) -> Vec<bool> {
        let mut types = vec![false; self.graph.events().types.len()];
        let journeys = self
            .plan
            .journeys
            .iter()
            .flat_map(|journey| &journey.streams);
        let keeps = self.plan.keeps.iter().map(|keep| &keep.stream);
        for stream in keeps.chain(journeys) {
            let mut open = vec![*stream];
            let mut seen: HashSet<StreamId> = HashSet::new();
            while let Some(id) = open.pop() {
                if !seen.insert(id) {
                    continue;
                }
                match self.graph.stream(id) {
                    Some(Stream::Select(view)) => {
                        for (ty, _) in types_of(self.graph.events(), *view) {
                            if let Some(slot) = types.get_mut(*ty as usize) {
                                *slot = true;
                            }
                        }
                    }
                    Some(stream) => stream.each_part(|part| open.push(part)),
                    None => {}
                }
            }
        }
        types
    }
}

/// The types of a view's events.
pub(super) fn types_of(events: &Events, view: u32) -> &[(u32, Vec<u32>)] {
    match events.views.get(view as usize).map(|v| &v.of) {
        Some(ShapeOf::Events(types)) => types,
        _ => &[],
    }
}
