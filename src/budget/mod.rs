//! What decisions cost at worst, said before any is made: [`Budget`].
//!
//! In: a compiled ruleset. Out: for each decision at most how many steps it takes (`cost`), where arithmetic may overflow
//! (`ranges`, over `known`, `real` and `functions`), what it reads and what of it depends on the touchpoint (`reach`); for
//! the ruleset its sizes. `text` tells it.
//!
//! Invariant: errs to one side only. No decision takes more steps, reads another input, or overflows where it is said
//! that none can.

mod cost;
mod functions;
mod known;
mod ranges;
mod reach;
mod real;
mod text;

pub use cost::Steps;

use crate::engine::{Inner, kind_word, label};
use crate::eval::Hit;
use crate::graph::Node;
use crate::hir::{Def, DefId, InputId, Root};
use crate::source::{LineColumn, Span};
use cost::Costs;
use ranges::Ranges;
use reach::{Reach, Reaches};
use serde::Serialize;

/// What the decisions of a ruleset cost at worst. From [`Ruleset::budget`](crate::Ruleset::budget).
///
/// As text it is what `pervade check --budget` prints (which leaves out named values and segments, as part of what needs
/// them); serialised, what `--budget=json` prints.
///
/// ```
/// let rules = pervade::Ruleset::from_text(
///     "ruleset shop
///      context { age: int 0..=120, spend: int }
///      touchpoint { channel: enum { web, shop } }
///      decision fee -> int {
///          child:  when age < 12              => 5
///          online: when touchpoint.channel == web => 8
///          otherwise                          => 9
///      }
///      let points = spend * 2",
/// )?;
/// let budget = rules.budget();
/// let fee = &budget.decisions[0];
/// assert_eq!((fee.name.as_str(), fee.steps.fixed, fee.overflows.is_empty()), ("fee", 4, true));
/// assert_eq!(fee.reads, ["age", "touchpoint.channel"]);
/// assert_eq!(fee.touchpoint, ["touchpoint.channel"]);
/// assert_eq!(fee.touchpoint_rules, ["online"]);
/// assert_eq!(budget.decisions[1].overflows[0].text, "spend * 2");
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Budget {
    /// The name of the ruleset.
    pub ruleset: String,
    /// How large it is.
    pub size: Size,
    /// What can be decided, in the order of the rules.
    pub decisions: Vec<DecisionBudget>,
}

/// How large a compiled ruleset is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Size {
    /// Rules of decisions, classifications and scores, and rows of tables.
    pub rules: usize,
    /// Steps of the decision graph: what several rules say alike is one.
    pub nodes: usize,
    /// Fields of context and touchpoint, those of records included.
    pub inputs: usize,
    /// The memory that the graph takes, in bytes: what all decisions share.
    pub bytes: usize,
}

/// What one decision costs at worst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DecisionBudget {
    /// Its name.
    pub name: String,
    /// The word it is declared by.
    pub kind: &'static str,
    /// At most how many steps it takes, those of all it needs included. A question about events is one step, whatever it
    /// costs to look at them.
    pub steps: Steps,
    /// Where arithmetic may overflow for some context: the first twenty places. Empty where none can.
    pub overflows: Vec<OverflowPlace>,
    /// Every field that it may read, by path, in declared order; `now` for the time, which every behaviour depends on.
    pub reads: Vec<String>,
    /// Every event type that it may ask about, in declared order.
    pub events: Vec<String>,
    /// Those of the touchpoint. Empty where every touchpoint gets the same answer.
    pub touchpoint: Vec<String>,
    /// Its own rules or rows that depend on them, directly or through other definitions.
    pub touchpoint_rules: Vec<String>,
}

/// A calculation whose result may be more than a number holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OverflowPlace {
    /// The calculation as it is written.
    pub text: String,
    /// The name of the text it stands in.
    pub file: String,
    /// Where.
    pub at: LineColumn,
}

/// The budget of a ruleset, for these of its definitions.
pub(crate) fn budget(inner: &Inner, asked: impl Iterator<Item = DefId>) -> Budget {
    let program = &inner.schema.program;
    let graph = &inner.graph;
    let ranges = Ranges::of(program, graph);
    let costs = Costs::of(&ranges);
    let mut maker = Maker {
        inner,
        reaches: Reaches::of(program, &ranges),
        ranges: &ranges,
        costs: &costs,
    };
    let given = program.inputs().iter().filter(|i| i.root != Root::Now);
    Budget {
        ruleset: program.name().to_owned(),
        size: Size {
            rules: graph.all_rules(),
            nodes: graph.size(),
            inputs: given.count(),
            bytes: graph.bytes(),
        },
        decisions: asked.map(|def| maker.decision(def)).collect(),
    }
}

struct Maker<'a> {
    inner: &'a Inner,
    ranges: &'a Ranges<'a>,
    costs: &'a Costs<'a>,
    reaches: Reaches<'a, 'a>,
}

impl Maker<'_> {
    fn decision(&mut self, id: DefId) -> DecisionBudget {
        let def = self.inner.schema.program.def(id);
        let reach = self.reaches.decision(id);
        let paths = |inputs: &mut dyn Iterator<Item = InputId>| -> Vec<String> {
            inputs.map(|i| self.inner.path(i).to_owned()).collect()
        };
        let touchpoint: Vec<InputId> = self.at_touchpoint(&reach).collect();
        DecisionBudget {
            name: def.name.clone(),
            kind: kind_word(&def.kind),
            steps: self.costs.decision(self.ranges, id, &reach, &self.reaches),
            overflows: self.overflows(&reach),
            reads: paths(&mut reach.reads.iter().copied()),
            events: {
                let events = self.inner.schema.program.events();
                let asked = reach.events.iter();
                let asked = asked.filter_map(|ty| events.get(*ty as usize));
                asked.map(|event| event.name.clone()).collect()
            },
            touchpoint: paths(&mut touchpoint.iter().copied()),
            touchpoint_rules: if touchpoint.is_empty() {
                Vec::new()
            } else {
                self.rules_at_touchpoint(id, def)
            },
        }
    }

    fn at_touchpoint(&self, reach: &Reach) -> impl Iterator<Item = InputId> {
        let program = &self.inner.schema.program;
        let reads = reach.reads.iter().copied();
        reads.filter(|input| program.input(*input).root == Root::Touchpoint)
    }

    fn rules_at_touchpoint(&mut self, id: DefId, def: &Def) -> Vec<String> {
        let graph = &self.inner.graph;
        let Node::Chain(place) = *graph.node(graph.def(id).root) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (rule, number) in graph.rules(graph.chain(place)).iter().zip(0..) {
            let roots = [Some(rule.when), Some(rule.value), rule.because];
            let roots: Vec<_> = roots.into_iter().flatten().collect();
            let reach = self.reaches.from(&roots);
            if self.at_touchpoint(&reach).next().is_some() {
                found.extend(label(def, Hit::Rule(number)));
            }
        }
        found
    }

    fn overflows(&self, reach: &Reach) -> Vec<OverflowPlace> {
        let spans = reach
            .overflows
            .iter()
            .map(|node| self.inner.graph.span(*node));
        let mut spans: Vec<Span> = spans.collect();
        spans.sort_by_key(|span| (span.source, span.start));
        let place = |span: Span| OverflowPlace {
            text: crate::explain::one_line(self.inner.sources.snippet(span)),
            file: self.inner.sources.name(span.source).to_owned(),
            at: self.inner.sources.position(span),
        };
        spans.into_iter().map(place).collect()
    }
}
