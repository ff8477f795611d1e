//! Which events questions need, from the questions alone: how far they look back, and whether they need the newest or the
//! oldest of all.

use super::plan::types_of;
use crate::graph::told::{Ask, Length, Steps, Stream, StreamId};
use crate::graph::{Graph, Node, NodeId, Scalar};
use crate::hir::DefId;
use crate::hir::told::{Pick, ThenWord};
use crate::syntax::ast::Period;
use crate::value::calendar;
use std::collections::{HashMap, HashSet};

/// Local days, weeks, months and years are longer than usual by this at most: a day that is there twice, on either side.
const SLACK: i64 = 2 * calendar::DAY;

/// So many halving times a score looks back.
const HALVINGS: i64 = 64;

/// What is needed of the events of a type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    /// All that are younger than this, in milliseconds.
    pub(crate) span: i64,
    /// So many of the newest, and of the oldest, however old.
    pub(crate) newest: u32,
    pub(crate) oldest: u32,
    /// All of them, and the first definition that needs them.
    pub(crate) all: Option<DefId>,
}

/// How much of a stream a question needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    All,
    /// What became known less than this ago.
    Span(i64),
    Newest(u32),
    Oldest(u32),
}

impl Part {
    fn plus(self, length: i64) -> Part {
        match self {
            Part::Span(span) => Part::Span(span.saturating_add(length)),
            _ => Part::All,
        }
    }
}

/// What is needed of the events of each type.
pub(crate) fn needs(graph: &Graph) -> Vec<Need> {
    let mut finder = Finder {
        graph,
        lengths: longest(graph),
        needs: vec![Need::default(); graph.events().types.len()],
        def: DefId(0),
        earlier: false,
    };
    let earlier = asked_as_of(graph);
    for (def, node) in (0..).zip(graph.defs()) {
        finder.def = DefId(def);
        for ask in asks_of(graph, node.root) {
            if let Some(question) = graph.ask(ask) {
                finder.question(question, earlier.contains(&ask));
            }
        }
    }
    finder.needs
}

/// The questions that a definition asks itself, not those of others it needs.
fn asks_of(graph: &Graph, root: NodeId) -> Vec<u32> {
    asks_within(graph, vec![root], false)
}

/// The questions within `as of`, which are asked at other instants.
fn asked_as_of(graph: &Graph) -> HashSet<u32> {
    let values = graph.asks().iter().filter_map(|ask| match ask {
        Ask::AsOf(value, _) => Some(*value),
        _ => None,
    });
    let asks = asks_within(graph, values.collect(), true);
    asks.into_iter().collect()
}

/// The questions within some nodes, and (`through`) within the definitions that they mention.
fn asks_within(graph: &Graph, mut open: Vec<NodeId>, through: bool) -> Vec<u32> {
    let mut asks = Vec::new();
    let mut seen: HashSet<NodeId> = HashSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = graph.node(id);
        if let Node::Ask(place) = node {
            asks.push(*place);
        }
        if through || !matches!(node, Node::Def(_)) {
            graph.each_child(node, |child| open.push(child));
        }
        if let Node::Chain(chain) = node
            && let Some(choice) = graph.choice(graph.chain(*chain))
        {
            choice.each_of_delivery(|asked| open.push(asked));
        }
    }
    asks
}

/// For each parameter the longest that any use gives it; none for those that something else than constants is given to.
fn longest(graph: &Graph) -> HashMap<u32, Option<i64>> {
    let mut given: Vec<(u32, NodeId)> = Vec::new();
    for node in graph.nodes() {
        if let Node::Apply(place, arguments) = node
            && let Some(apply) = graph.apply(*place)
        {
            let arguments = graph.list(*arguments).iter().copied();
            given.extend(apply.locals.iter().copied().zip(arguments));
        }
    }
    for stream in graph.streams() {
        if let Stream::Apply {
            locals, arguments, ..
        } = stream
        {
            let arguments = graph.list(*arguments).iter().copied();
            given.extend(locals.iter().copied().zip(arguments));
        }
    }
    let mut longest: HashMap<u32, Option<i64>> = HashMap::new();
    // A parameter may be handed on to another; definitions know no cycles, so this ends.
    loop {
        let before = longest.clone();
        for (local, argument) in &given {
            let length = match graph.node(*argument) {
                Node::Const(place) => match graph.pool().scalar(*place) {
                    Scalar::Int(ms) => Some(ms),
                    _ => None,
                },
                Node::Local(other) => match longest.get(other) {
                    Some(known) => *known,
                    None => continue,
                },
                _ => None,
            };
            let known = longest.entry(*local).or_insert(length);
            *known = known.zip(length).map(|(a, b)| a.max(b));
        }
        if before == longest {
            return longest;
        }
    }
}

struct Finder<'g> {
    graph: &'g Graph,
    lengths: HashMap<u32, Option<i64>>,
    needs: Vec<Need>,
    def: DefId,
    /// Asked at instants of which nothing is known: everything is needed.
    earlier: bool,
}

impl Finder<'_> {
    fn question(&mut self, ask: &Ask, earlier: bool) {
        self.earlier = earlier;
        let (of, part) = match ask {
            Ask::Now | Ask::Streak(_) | Ask::Trend(_) | Ask::AsOf(..) => return,
            Ask::Journey(journey) => {
                for of in &journey.streams {
                    self.stream(*of, Part::All);
                }
                return;
            }
            Ask::Exists(of) => (of, Part::Newest(1)),
            Ask::Pick(of, pick) => (of, picked(*pick)),
            Ask::Open(of) => (of, self.span_of(*of).map_or(Part::All, Part::Span)),
            Ask::Count(of)
            | Ask::Times(of)
            | Ask::Stage(of)
            | Ask::Fold { of, .. }
            | Ask::PerKey { of, .. } => (of, Part::All),
            Ask::Score { of, halving, .. } => {
                let whole = self.length(*halving);
                let whole = whole.map(|ms| ms.saturating_mul(HALVINGS));
                (of, whole.map_or(Part::All, Part::Span))
            }
            Ask::Series {
                of, period, count, ..
            } => (of, Part::Span(period_span(*period, *count))),
        };
        self.stream(*of, part);
    }

    fn length(&self, length: Length) -> Option<i64> {
        match length {
            Length::Known(ms) => Some(ms),
            Length::Asked(node) => match self.graph.node(node) {
                // Of a definition that nothing uses.
                Node::Local(local) => self.lengths.get(local).copied().unwrap_or(Some(0)),
                _ => None,
            },
        }
    }

    /// What is needed of a stream. (Streams have bounded depth and size.)
    fn stream(&mut self, id: StreamId, part: Part) {
        let Some(stream) = self.graph.stream(id) else {
            return;
        };
        match stream {
            Stream::Select(view) => self.events(*view, part),
            Stream::Filter { of, .. } => {
                let part = match part {
                    Part::Span(_) => part,
                    _ => Part::All,
                };
                self.stream(*of, part);
            }
            Stream::Either(_, parts) => parts.iter().for_each(|of| self.stream(*of, part)),
            Stream::Ago(of, _, to) => {
                let span = to.and_then(|to| self.length(to)).map(Part::Span);
                let part = match (span, part) {
                    (Some(span), _) => span,
                    (None, Part::Oldest(_) | Part::Span(_)) => part,
                    (None, _) => Part::All,
                };
                self.stream(*of, part);
            }
            Stream::Calendar {
                of,
                period,
                previous,
                ..
            } => self.stream(*of, Part::Span(period_span(*period, *previous))),
            Stream::Between { of, .. } => {
                let part = match part {
                    Part::Span(_) => part,
                    _ => Part::All,
                };
                self.stream(*of, part);
            }
            Stream::After(of, anchor, pick) => {
                let part = match part {
                    Part::Span(_) | Part::Newest(_) => part,
                    _ => Part::All,
                };
                self.stream(*of, part);
                self.stream(*anchor, picked(*pick));
            }
            Stream::Before(of, anchor, pick) => {
                let part = match part {
                    Part::Span(_) | Part::Oldest(_) => part,
                    _ => Part::All,
                };
                self.stream(*of, part);
                self.stream(*anchor, picked(*pick));
            }
            Stream::Newest(of, count) => self.stream(*of, Part::Newest(*count)),
            Stream::Only(of, pick) => self.stream(*of, picked(*pick)),
            Stream::Chain(chain) => {
                let part = match self.span(chain) {
                    Some(span) => part.plus(span),
                    None => Part::All,
                };
                for step in &chain.steps {
                    self.stream(step.of, part);
                    step.without.iter().for_each(|id| self.stream(*id, part));
                }
            }
            Stream::Together(_, parts, length) => {
                let part = self.longer(part, *length);
                parts.iter().for_each(|of| self.stream(*of, part));
            }
            Stream::Sessions(_, of, length) => self.stream(*of, self.longer(part, *length)),
            Stream::Group(..) => {}
            Stream::Apply { of, .. } => self.stream(*of, part),
        }
    }

    fn longer(&self, part: Part, by: Length) -> Part {
        self.length(by).map_or(Part::All, |by| part.plus(by))
    }

    fn events(&mut self, view: u32, part: Part) {
        for (ty, _) in types_of(self.graph.events(), view) {
            let Some(need) = self.needs.get_mut(*ty as usize) else {
                continue;
            };
            match part {
                _ if self.earlier => need.all = need.all.or(Some(self.def)),
                Part::All => need.all = need.all.or(Some(self.def)),
                Part::Span(span) => need.span = need.span.max(span),
                Part::Newest(count) => need.newest = need.newest.max(count),
                Part::Oldest(count) => need.oldest = need.oldest.max(count),
            }
        }
    }

    /// How long a chain takes at most, from its first event to its last deadline.
    fn span(&self, chain: &Steps) -> Option<i64> {
        let steps = chain.steps.iter().skip(1);
        let mut each = steps.map(|step| step.within.and_then(|within| self.length(within)));
        let sum = each.try_fold(0_i64, |sum, within| Some(sum.saturating_add(within?)));
        let whole = chain.within.and_then(|within| self.length(within));
        // A deadline passes at the end of its time, which the bound on the whole excludes or allows.
        let last = chain
            .steps
            .iter()
            .filter(|step| step.word == ThenWord::No)
            .count();
        let last = i64::try_from(last).unwrap_or(i64::MAX);
        match (sum, whole) {
            (Some(sum), Some(whole)) => Some(sum.min(whole).saturating_add(last)),
            (sum, whole) => Some(sum.or(whole)?.saturating_add(last)),
        }
    }

    fn span_of(&self, id: StreamId) -> Option<i64> {
        match self.graph.stream(id)? {
            Stream::Chain(chain) => self.span(chain),
            Stream::Apply { of, .. } => self.span_of(*of),
            _ => None,
        }
    }
}

fn picked(pick: Pick) -> Part {
    match pick {
        Pick::First => Part::Oldest(1),
        Pick::Last => Part::Newest(1),
        Pick::Nth(n) => Part::Oldest(n),
    }
}

/// How far back so many periods before the current one begin at most.
fn period_span(period: Period, count: u32) -> i64 {
    let days = match period {
        Period::Hour => return (i64::from(count) + 1) * 3_600_000 + SLACK,
        Period::Day => 1,
        Period::Week => 7,
        Period::Month => 31,
        Period::Year => 366,
    };
    (i64::from(count) + 1)
        .saturating_mul(days)
        .saturating_mul(calendar::DAY)
        .saturating_add(SLACK)
}
