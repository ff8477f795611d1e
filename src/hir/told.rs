//! What behaviours say of events: streams, and what is asked of them. One kind of expression ([`ExprKind::Told`]), with
//! kinds of its own here.
//!
//! A stream has the type [`Ty::Stream`](super::Ty), whose record says what can be asked of one of its events
//! ([`View`]). Everything else has the types of all expressions: `last s` is a record that may be missing.
//!
//! [`ExprKind::Told`]: super::ExprKind

use super::{ExprId, LocalId, RecordId};
pub use crate::syntax::ast::{Period, ThenWord};

/// Streams, and what is asked of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// The instant for which behaviours are asked: `now`, within `as of` the instant it names.
    Now,
    /// The events of the types that this view is of.
    Select(RecordId),
    /// `s where (…)`: the condition is asked of each event.
    Filter {
        /// Of these.
        stream: ExprId,
        /// What stands for the event in the condition.
        item: LocalId,
        /// Of type bool.
        condition: ExprId,
    },
    /// `(a or b)` of streams: what is in any of them, once.
    Either(Vec<ExprId>),
    /// What of a stream lies in a window.
    Window(ExprId, Window),
    /// `last 5 s`: so many of the newest.
    Newest(ExprId, u32),
    /// `(first s)` where events are needed: that one alone.
    Only(ExprId, Pick),
    /// `a then b`: one event for each that completes it.
    Chain {
        /// Two or more, of which the first is plain.
        steps: Vec<Step>,
        /// `, all within d`
        within: Option<ExprId>,
    },
    /// `all of (a, b) within d`: one event for each that completes it.
    Together(Vec<ExprId>, ExprId),
    /// `sessions of s by gap d`
    Sessions(ExprId, ExprId),
    /// `it` in `some key of s has (…)`: the events of one key.
    Group(LocalId),

    /// Whether there is one.
    Exists(ExprId),
    /// How many there are.
    Count(ExprId),
    /// How many of them follow one another without overlapping.
    Times(ExprId),
    /// How many steps of a chain happened at most.
    Stage(ExprId),
    /// Whether a chain has begun and waits for its next step.
    Open(ExprId),
    /// One of them, as a record; missing where there are too few.
    Pick(ExprId, Pick),
    /// Something of all of them.
    Fold {
        /// What.
        fold: EventFold,
        /// Of these.
        stream: ExprId,
        /// What stands for the event in the body.
        item: LocalId,
        /// What is asked of each event; missing ones do not count.
        body: ExprId,
    },
    /// `score f of s halving every d`
    Score {
        /// Of these.
        stream: ExprId,
        /// What stands for the event in the body.
        item: LocalId,
        /// A number, which may be missing.
        body: ExprId,
        /// How long it takes to halve.
        halving: ExprId,
    },
    /// `some f of s has (…)`, `every f of s has (…)`
    PerKey {
        /// `every`
        every: bool,
        /// Of these.
        stream: ExprId,
        /// What stands for an event in the key.
        item: LocalId,
        /// By this; events without it do not count.
        key: ExprId,
        /// What stands for the events of a key in the condition.
        group: LocalId,
        /// Of type bool.
        has: ExprId,
    },
    /// `count s per week for previous 8 weeks`: a list, the oldest first.
    Series {
        /// What is asked of each period.
        fold: SeriesFold,
        /// Of these.
        stream: ExprId,
        /// What stands for an event in the body, and the body.
        body: Option<(LocalId, ExprId)>,
        /// What a period is.
        period: Period,
        /// How many.
        count: u32,
        /// Where.
        zone: ExprId,
    },
    /// `streak (list)`: how many of the newest in a row are not zero.
    Streak(ExprId),
    /// `trend (list)`: the slope of the least squares, as a share of the mean; missing where there is none.
    Trend(ExprId),
    /// `e as of …`: the value at that instant; missing where that is.
    AsOf(ExprId, ExprId),
    /// A journey: where the customer is in it, as a record; missing where they are in none.
    Journey(Journey),
}

/// A journey: stages, and what leads from one to another. Stages are members of its enum, by their places.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Journey {
    /// `starts in last d`: what is older is not looked at.
    pub within: Option<ExprId>,
    /// In the order written.
    pub entries: Vec<Transition>,
}

/// An entry of a journey.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transition {
    /// The stage that is left; `None` is `starts`.
    pub from: Option<u32>,
    /// The stage that is entered; `None` is `ends`.
    pub to: Option<u32>,
    /// What makes it happen.
    pub trigger: Trigger,
}

/// What makes an entry of a journey happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trigger {
    /// One of a stream.
    On(ExprId),
    /// So long in the stage, a positive duration; of a stage at most one.
    After(ExprId),
}

/// Which one of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pick {
    /// The oldest.
    First,
    /// The newest.
    Last,
    /// The one of this number from the oldest on, from 1.
    Nth(u32),
}

/// What is made of a value of each event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventFold {
    /// Zero of none; whole numbers or decimals.
    Sum,
    /// A decimal or amount; missing of none.
    Avg,
    /// Missing of none.
    Min,
    /// Missing of none.
    Max,
    /// A decimal or amount; missing of none.
    Median,
    /// How many different ones.
    Distinct,
    /// The different ones in order.
    List,
    /// The one that comes most often, of several the one that came last; missing of none.
    MostFrequent,
}

/// What is asked of each period of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the variants are the words")]
pub enum SeriesFold {
    Count,
    Sum,
    Distinct,
}

/// Which events of a stream count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Window {
    /// `from <= now - at < to`, both durations; without a bound as far as there are events.
    Ago(Option<ExprId>, Option<ExprId>),
    /// Periods of the calendar in a zone.
    Calendar {
        /// What a period is.
        period: Period,
        /// So many before the current one.
        previous: u32,
        /// The current one too.
        current: bool,
        /// Where.
        zone: ExprId,
    },
    /// From an instant (or the beginning of a date in a zone) on to another, which is excluded.
    Between {
        /// Date or instant.
        from: ExprId,
        /// Of the same type.
        to: Option<ExprId>,
        /// Where the dates begin, if they are dates.
        zone: Option<ExprId>,
    },
    /// Behind one of a stream.
    After(ExprId, Pick),
    /// Before one of a stream.
    Before(ExprId, Pick),
}

/// A step of a chain.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Step {
    /// How it follows.
    pub word: ThenWord,
    /// The events that may be it.
    pub stream: ExprId,
    /// What stands for its event in conditions, here and further on.
    pub item: LocalId,
    /// What is asked of the event and of those of earlier steps: `where (price < v.price)`.
    pub condition: Option<ExprId>,
    /// `same f`, `different f`
    pub keys: Vec<StepKey>,
    /// It comes less than this after the step before.
    pub within: Option<ExprId>,
    /// It comes this long after the step before, or longer.
    pub later: Option<ExprId>,
    /// None of these lies between the step before and this one.
    pub without: Vec<ExprId>,
}

/// What two steps must have alike, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StepKey {
    /// `same`
    pub same: bool,
    /// Of the event of the step before.
    pub before: ExprId,
    /// Of the step's own event.
    pub here: ExprId,
}

/// What can be asked of the events of a stream: the fields of a record.
#[derive(Clone, Debug)]
pub struct View {
    /// The record.
    pub record: RecordId,
    /// Of what.
    pub of: ViewOf,
}

/// What a view is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ViewOf {
    /// Events of these types.
    Events(Vec<u32>),
    /// What completes a chain: the fields of its last event, then `start`.
    Match(RecordId),
    /// Sessions of events with that record.
    Session(RecordId),
}

impl Told {
    /// Calls `each` with every operand, in the order written.
    pub fn operands(&self, mut each: impl FnMut(ExprId)) {
        let each = &mut |id: &mut ExprId| each(*id);
        match self {
            Told::Either(streams) => read(streams, each),
            Told::Together(streams, within) => {
                read(streams, each);
                each(&mut within.clone());
            }
            Told::Chain { steps, within } => {
                steps
                    .iter()
                    .for_each(|step| step.clone().operands_mut(each));
                within.clone().iter_mut().for_each(each);
            }
            // One list for reading and replacing: a copy of what holds no lists costs nothing.
            flat => flat.clone().operands_mut(each),
        }
    }

    /// Calls `each` with what stands for events and groups, to replace it.
    pub fn locals_mut(&mut self, each: &mut impl FnMut(&mut LocalId)) {
        match self {
            Told::Filter { item, .. } | Told::Fold { item, .. } | Told::Score { item, .. } => {
                each(item);
            }
            Told::Group(local) => each(local),
            Told::Chain { steps, .. } => steps.iter_mut().for_each(|step| each(&mut step.item)),
            Told::PerKey { item, group, .. } => {
                each(item);
                each(group);
            }
            Told::Series { body, .. } => body.iter_mut().for_each(|(item, _)| each(item)),
            _ => {}
        }
    }

    /// Calls `each` with every operand, to replace it.
    pub fn operands_mut(&mut self, each: &mut impl FnMut(&mut ExprId)) {
        match self {
            Told::Now | Told::Select(_) | Told::Group(_) => {}
            Told::Either(streams) => streams.iter_mut().for_each(each),
            Told::Newest(a, _)
            | Told::Only(a, _)
            | Told::Exists(a)
            | Told::Count(a)
            | Told::Times(a)
            | Told::Stage(a)
            | Told::Open(a)
            | Told::Streak(a)
            | Told::Trend(a)
            | Told::Pick(a, _) => each(a),
            Told::Filter {
                stream: a,
                condition: b,
                ..
            }
            | Told::Fold {
                stream: a, body: b, ..
            }
            | Told::Sessions(a, b)
            | Told::AsOf(a, b) => [a, b].into_iter().for_each(each),
            Told::Window(stream, window) => {
                each(stream);
                window.operands_mut(each);
            }
            Told::Chain { steps, within } => {
                for step in steps {
                    step.operands_mut(each);
                }
                within.iter_mut().for_each(each);
            }
            Told::Together(streams, within) => {
                streams.iter_mut().for_each(&mut *each);
                each(within);
            }
            Told::Score {
                stream,
                body,
                halving,
                ..
            } => [stream, body, halving].into_iter().for_each(each),
            Told::PerKey {
                stream, key, has, ..
            } => [stream, key, has].into_iter().for_each(each),
            Told::Series {
                stream, body, zone, ..
            } => {
                each(stream);
                body.iter_mut().for_each(|(_, body)| each(body));
                each(zone);
            }
            Told::Journey(journey) => {
                journey.within.iter_mut().for_each(&mut *each);
                for entry in &mut journey.entries {
                    match &mut entry.trigger {
                        Trigger::On(id) | Trigger::After(id) => each(id),
                    }
                }
            }
        }
    }
}

fn read(streams: &[ExprId], each: &mut impl FnMut(&mut ExprId)) {
    streams.iter().for_each(|stream| each(&mut stream.clone()));
}

impl Window {
    fn operands_mut(&mut self, each: &mut impl FnMut(&mut ExprId)) {
        match self {
            Window::Ago(from, to) => from.iter_mut().chain(to).for_each(each),
            Window::Calendar { zone, .. } => each(zone),
            Window::Between { from, to, zone } => {
                each(from);
                to.iter_mut().chain(zone).for_each(each);
            }
            Window::After(stream, _) | Window::Before(stream, _) => each(stream),
        }
    }
}

impl Step {
    fn operands_mut(&mut self, each: &mut impl FnMut(&mut ExprId)) {
        each(&mut self.stream);
        self.condition.iter_mut().for_each(&mut *each);
        for key in &mut self.keys {
            each(&mut key.before);
            each(&mut key.here);
        }
        let lengths = self.within.iter_mut().chain(&mut self.later);
        lengths.chain(&mut self.without).for_each(each);
    }
}
