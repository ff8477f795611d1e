//! What behaviours ask: streams of events, and questions about them. The graph holds them as nodes whose details lie
//! here; the evaluator hands them to whoever knows the events.

use super::layout::Kind;
use super::node::{List, NodeId};
use crate::hir::told::{EventFold, Pick, SeriesFold, ThenWord};
use crate::hir::{Program, Ty, told::ViewOf};
use crate::syntax::ast::Period;

/// A stream, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(pub(crate) u32);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Length {
    /// A constant.
    Known(i64),
    /// A parameter.
    Asked(NodeId),
}

/// A stream of events.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the fields are those of `hir::told`")]
pub enum Stream {
    /// Events of the types that a view is of.
    Select(u32),
    Filter {
        of: StreamId,
        local: u32,
        condition: NodeId,
    },
    /// With the view of what is in any of them.
    Either(u32, Vec<StreamId>),
    /// `from <= now - at < to`
    Ago(StreamId, Option<Length>, Option<Length>),
    Calendar {
        of: StreamId,
        period: Period,
        previous: u32,
        current: bool,
        zone: NodeId,
    },
    Between {
        of: StreamId,
        from: NodeId,
        to: Option<NodeId>,
        zone: Option<NodeId>,
    },
    After(StreamId, StreamId, Pick),
    Before(StreamId, StreamId, Pick),
    Newest(StreamId, u32),
    Only(StreamId, Pick),
    Chain(Steps),
    /// With the view of a match.
    Together(u32, Vec<StreamId>, Length),
    /// With the view of a session.
    Sessions(u32, StreamId, Length),
    /// The events of one key, by the number of what stands for them, and their view.
    Group(u32, u32),
    /// A parameterised behaviour: what stands for its parameters, and the arguments.
    Apply {
        of: StreamId,
        locals: Vec<u32>,
        arguments: List,
    },
}

impl Stream {
    /// Calls `visit` with every stream it is made of.
    pub(crate) fn each_part(&self, mut visit: impl FnMut(StreamId)) {
        match self {
            Stream::Select(_) | Stream::Group(..) => {}
            Stream::Either(_, all) | Stream::Together(_, all, _) => {
                all.iter().copied().for_each(visit);
            }
            Stream::After(of, anchor, _) | Stream::Before(of, anchor, _) => {
                visit(*of);
                visit(*anchor);
            }
            Stream::Chain(chain) => {
                for step in &chain.steps {
                    visit(step.of);
                    step.without.iter().copied().for_each(&mut visit);
                }
            }
            Stream::Filter { of, .. }
            | Stream::Ago(of, ..)
            | Stream::Calendar { of, .. }
            | Stream::Between { of, .. }
            | Stream::Newest(of, _)
            | Stream::Only(of, _)
            | Stream::Sessions(_, of, _)
            | Stream::Apply { of, .. } => visit(*of),
        }
    }
}

/// A chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Steps {
    /// Its steps.
    pub steps: Vec<Step>,
    /// From the first to the last.
    pub within: Option<Length>,
    /// The view of a match.
    pub view: u32,
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// How it follows.
    pub word: ThenWord,
    /// The events that may be it.
    pub of: StreamId,
    /// What stands for its event.
    pub local: u32,
    /// What is asked of it and of earlier steps.
    pub condition: Option<NodeId>,
    /// Same or different: of the step before, and of this one.
    pub keys: Vec<(bool, NodeId, NodeId)>,
    /// Less than this after the step before.
    pub within: Option<Length>,
    /// This long after the step before, or longer.
    pub later: Option<Length>,
    /// None of these between.
    pub without: Vec<StreamId>,
    /// The steps before it whose events its condition asks about, other than the one directly before.
    pub asks: u32,
}

/// A question about events.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the fields are those of `hir::told`")]
pub enum Ask {
    Now,
    Exists(StreamId),
    Count(StreamId),
    Times(StreamId),
    Stage(StreamId),
    Open(StreamId),
    Pick(StreamId, Pick),
    Fold {
        fold: EventFold,
        of: StreamId,
        value: Value,
    },
    Score {
        of: StreamId,
        value: Value,
        halving: Length,
    },
    PerKey {
        every: bool,
        of: StreamId,
        key: Value,
        group: u32,
        has: NodeId,
    },
    Series {
        fold: SeriesFold,
        of: StreamId,
        value: Option<Value>,
        period: Period,
        count: u32,
        zone: NodeId,
    },
    Streak(NodeId),
    Trend(NodeId),
    AsOf(NodeId, NodeId),
    Journey(Journey),
}

/// A journey.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Journey {
    /// In the order in which they are looked at.
    pub entries: Vec<Entry>,
    /// The events that entries wait for, each stream once.
    pub streams: Vec<StreamId>,
    /// Whether there are channels.
    pub channel: bool,
}

/// An entry of a journey: from one stage to another; outside of it there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// The stage that is left.
    pub from: Option<u32>,
    /// The stage that is entered.
    pub to: Option<u32>,
    /// What makes it happen.
    pub trigger: Trigger,
}

/// What makes an entry of a journey happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// One of a stream, by its place in the journey's list.
    On(usize),
    /// So long in the stage.
    After(Length),
}

/// What is asked of each event of a fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    /// What stands for the event.
    pub local: u32,
    /// What is evaluated.
    pub body: NodeId,
    /// The field, by its place in the view, where the body is nothing but that.
    pub field: Option<u32>,
    /// Whether the values are decimals.
    pub decimal: bool,
}

/// What is known of events: their types, with where the fields of each view lie.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// For each event type its fields.
    pub(crate) types: Vec<Vec<Kind>>,
    /// For each view what its fields are.
    pub(crate) views: Vec<ViewShape>,
    /// The first day of a week: 0 is Monday.
    pub(crate) week_start: u32,
}

/// What the fields of a view are.
#[derive(Clone, Debug)]
pub struct ViewShape {
    /// Whether it is of plain events, of what completes a chain, or of sessions.
    pub(crate) of: ShapeOf,
    /// How many fields it has.
    pub(crate) fields: u32,
    /// Whether there is a channel.
    pub(crate) channel: bool,
}

/// The kinds of views.
#[derive(Clone, Debug)]
pub enum ShapeOf {
    /// For each of its types, ascending: the places of the view's own fields among those of the type.
    Events(Vec<(u32, Vec<u32>)>),
    /// A match whose last event has that view; `start` is the last field, or it is hidden by one of that name.
    Match {
        /// The view of the last event.
        event: u32,
        /// Whether there is a `start`.
        start: bool,
    },
    /// A session of events of that view.
    Session(u32),
}

impl Events {
    /// What a program says of events.
    pub(crate) fn new(program: &Program) -> Events {
        let kinds = |event: &crate::hir::EventType| {
            let fields = program.record(event.record).fields.iter();
            fields.map(|f| kind(program, &f.ty)).collect()
        };
        Events {
            types: program.events().iter().map(kinds).collect(),
            views: program.views().iter().map(|v| shape(program, v)).collect(),
            week_start: program.week_start(),
        }
    }

    /// The same of the type that is the so manieth of the view.
    pub(crate) fn field_at(&self, view: u32, of_type: usize, place: u32) -> Option<usize> {
        let shape = self.views.get(view as usize)?;
        let ShapeOf::Events(types) = &shape.of else {
            return None;
        };
        let own = 3 + u32::from(shape.channel);
        let (_, fields) = types.get(of_type)?;
        let field = fields.get(place.checked_sub(own)? as usize)?;
        Some(*field as usize)
    }

    /// The declared field of a type that a field of a view is; `None` for those that every event has.
    pub(crate) fn field_of(&self, view: u32, ty: u32, place: u32) -> Option<usize> {
        let ShapeOf::Events(types) = &self.views.get(view as usize)?.of else {
            return None;
        };
        let of_type = types.binary_search_by_key(&ty, |(t, _)| *t).ok()?;
        self.field_at(view, of_type, place)
    }
}

/// The kind of a type's values.
fn kind(program: &Program, ty: &Ty) -> Kind {
    match ty.present() {
        Ty::Record(_) => Kind::Record,
        _ => super::layout::shape(program, ty).0,
    }
}

fn shape(program: &Program, view: &crate::hir::told::View) -> ViewShape {
    let fields = &program.record(view.record).fields;
    let of_record = |record| {
        let place = program.views().iter().position(|v| v.record == record);
        u32::try_from(place.unwrap_or(0)).unwrap_or(0)
    };
    let channel = |name: &str| fields.iter().any(|f| f.name == name);
    let own = crate::hir::views::own_fields(channel("channel"));
    let of = match &view.of {
        ViewOf::Events(types) => {
            let of_type = |ty: &u32| {
                let event = program.events().get(*ty as usize);
                let record = event.map(|e| program.record(e.record));
                let place = |name: &str| {
                    let fields = record.map(|r| r.fields.as_slice()).unwrap_or_default();
                    let place = fields.iter().position(|f| f.name == name);
                    u32::try_from(place.unwrap_or(0)).unwrap_or(0)
                };
                let fields = fields.iter().skip(own).map(|f| place(&f.name));
                (*ty, fields.collect())
            };
            ShapeOf::Events(types.iter().map(of_type).collect())
        }
        ViewOf::Match(event) => {
            let before = program.record(*event).fields.len();
            ShapeOf::Match {
                event: of_record(*event),
                start: fields.len() > before,
            }
        }
        ViewOf::Session(event) => ShapeOf::Session(of_record(*event)),
    };
    ViewShape {
        of,
        fields: u32::try_from(fields.len()).unwrap_or(u32::MAX),
        channel: channel("channel"),
    }
}

impl super::Graph {
    /// The view of the events of a stream.
    pub(crate) fn view_of(&self, id: StreamId) -> u32 {
        let mut id = id;
        loop {
            match self.stream(id) {
                Some(
                    Stream::Select(view)
                    | Stream::Either(view, _)
                    | Stream::Together(view, ..)
                    | Stream::Sessions(view, ..)
                    | Stream::Group(_, view),
                ) => return *view,
                Some(Stream::Chain(chain)) => return chain.view,
                Some(
                    Stream::Filter { of, .. }
                    | Stream::Ago(of, ..)
                    | Stream::Calendar { of, .. }
                    | Stream::Between { of, .. }
                    | Stream::After(of, ..)
                    | Stream::Before(of, ..)
                    | Stream::Newest(of, _)
                    | Stream::Only(of, _)
                    | Stream::Apply { of, .. },
                ) => id = *of,
                None => return u32::MAX,
            }
        }
    }

    /// The nodes that a stream needs.
    pub(super) fn each_of_stream(&self, place: u32, mut visit: impl FnMut(NodeId)) {
        let Some(stream) = self.streams.get(place as usize) else {
            return;
        };
        let mut streams = Vec::new();
        let mut lengths = Vec::new();
        stream.each_part(|part| streams.push(part));
        match stream {
            Stream::Filter { condition, .. } => visit(*condition),
            Stream::Ago(_, from, to) => lengths.extend(from.iter().chain(to)),
            Stream::Calendar { zone, .. } => visit(*zone),
            Stream::Between { from, to, zone, .. } => {
                visit(*from);
                to.iter().chain(zone).for_each(|node| visit(*node));
            }
            Stream::Chain(chain) => {
                lengths.extend(chain.within);
                for step in &chain.steps {
                    lengths.extend(step.within.iter().chain(&step.later));
                    step.condition.into_iter().for_each(&mut visit);
                    for (_, before, here) in &step.keys {
                        visit(*before);
                        visit(*here);
                    }
                }
            }
            Stream::Together(_, _, length) | Stream::Sessions(_, _, length) => {
                lengths.push(*length);
            }
            Stream::Apply { arguments, .. } => {
                self.list(*arguments).iter().for_each(|node| visit(*node));
            }
            _ => {}
        }
        self.visit_parts(&streams, &lengths, visit);
    }

    /// The nodes that a question about events needs.
    pub(super) fn each_of_ask(&self, place: u32, mut visit: impl FnMut(NodeId)) {
        let Some(ask) = self.asks.get(place as usize) else {
            return;
        };
        let mut streams = Vec::new();
        let mut lengths = Vec::new();
        match ask {
            Ask::Now => {}
            Ask::Exists(of)
            | Ask::Count(of)
            | Ask::Times(of)
            | Ask::Stage(of)
            | Ask::Open(of)
            | Ask::Pick(of, _) => streams.push(*of),
            Ask::Fold { of, value, .. } => {
                streams.push(*of);
                visit(value.body);
            }
            Ask::Score { of, value, halving } => {
                streams.push(*of);
                visit(value.body);
                lengths.push(*halving);
            }
            Ask::PerKey { of, key, has, .. } => {
                streams.push(*of);
                visit(key.body);
                visit(*has);
            }
            Ask::Series {
                of, value, zone, ..
            } => {
                streams.push(*of);
                value.iter().for_each(|value| visit(value.body));
                visit(*zone);
            }
            Ask::Streak(list) | Ask::Trend(list) => visit(*list),
            Ask::AsOf(value, at) => {
                visit(*value);
                visit(*at);
            }
            Ask::Journey(journey) => {
                streams.extend(&journey.streams);
                lengths.extend(journey.entries.iter().filter_map(|e| match e.trigger {
                    Trigger::After(length) => Some(length),
                    Trigger::On(_) => None,
                }));
            }
        }
        self.visit_parts(&streams, &lengths, visit);
    }

    fn visit_parts(&self, streams: &[StreamId], lengths: &[Length], mut visit: impl FnMut(NodeId)) {
        for id in streams {
            let node = self.stream_nodes.get(id.0 as usize);
            node.into_iter().for_each(|node| visit(*node));
        }
        for length in lengths {
            if let Length::Asked(node) = length {
                visit(*node);
            }
        }
    }
}
