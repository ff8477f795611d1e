//! Evaluation: one definition of a graph over given inputs.
//!
//! In: a [`Graph`](crate::graph::Graph), [`Inputs`], a reusable [`Scratch`]. Out: an [`Outcome`] or the
//! overflow that surfaced. [`Probe`]s watch: the same walk serves the plain answer, the inputs read and the
//! trace, so all give the same answer. Warm scratches and inputs make no allocation in a decision.
//!
//! Start with [`decide`], then `walk`.

mod call;
mod chain;
mod choice;
mod fold;
mod inputs;
mod judge;
mod lease;
mod moving;
mod probe;
mod running;
mod scratch;
mod told;
mod view;
mod walk;

#[cfg(test)]
mod tests;

pub use choice::{Bound, Ranked};
pub use inputs::Inputs;
pub use judge::{Fell, Judged, Verdict};
pub(crate) use judge::{bindings, dress, judge, read_delivery};
pub(crate) use lease::lease;
pub use probe::{Answered, Asked, Counting, Event, NoProbe, Probe, Reads, Recording};
pub use scratch::Scratch;
pub use told::{Asking, Named, Teller, Witnesses};
pub(crate) use told::{Item, Key};
pub use view::{Env, ListView, RecordView, View};

pub use crate::graph::Scalar;

use crate::graph::{Graph, NodeId, ops::Overflow};
use crate::hir::DefId;

/// What a definition gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Which rule gave it.
    pub hit: Hit,
    /// The value; a handle into graph, inputs and scratch. See [`View`].
    pub value: Scalar,
    /// Why, as a text; missing where the rule gives no reason, or where several rows gave the value.
    pub because: Scalar,
}

/// Which rule or row gave a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// The rule or row of this number, from 0. A rule's `otherwise` counts as a rule at its place.
    Rule(u32),
    /// The `otherwise` of a table.
    Otherwise,
    /// No rule held, or there are none (`let`, `segment`).
    None,
    /// The rules or rows that hold all count: [`Scratch::hits`].
    Rows,
}

/// A run-time error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it arose; `Graph::span` shows the text.
    pub node: NodeId,
    /// What it is.
    pub kind: FaultKind,
}

/// The run-time errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// An integer beyond 64 bits.
    IntOverflow,
    /// A decimal beyond 96 bits.
    DecimalOverflow,
    /// A date or instant beyond the years 1 to 9999.
    CalendarOverflow,
}

impl From<Overflow> for FaultKind {
    fn from(overflow: Overflow) -> FaultKind {
        match overflow {
            Overflow::Int => FaultKind::IntOverflow,
            Overflow::Decimal => FaultKind::DecimalOverflow,
            Overflow::Calendar => FaultKind::CalendarOverflow,
        }
    }
}

/// Makes working memory ready for questions beside decisions: what was known is void.
pub(crate) fn begin(graph: &Graph, scratch: &mut Scratch) {
    scratch.begin(graph);
}

/// Evaluates one definition.
///
/// # Errors
/// The first overflow, from left to right among what matters.
#[inline]
pub fn decide<P: Probe>(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    def: DefId,
    probe: &mut P,
) -> Result<Outcome, Fault> {
    scratch.begin(graph);
    // What is asked anyway is answered together; who watches steps wants them one by one.
    let questions = graph.ahead(def);
    if !P::STEPS
        && !P::LEASES
        && !P::COUNTS
        && !questions.is_empty()
        && let Some(teller) = inputs.teller()
    {
        let now = inputs.now();
        if P::READS
            && let Some(input) = graph.now()
        {
            probe.read(input, || Scalar::Int(now));
        }
        teller.answer_ahead(questions, now, scratch);
    }
    walk::Walk::new(graph, inputs, scratch, probe).root(def)
}

/// Evaluates one condition of a rule, apart from those before it.
///
/// # Errors
/// The first overflow.
pub(crate) fn holds<P: Probe>(
    graph: &Graph,
    inputs: &Inputs,
    scratch: &mut Scratch,
    condition: NodeId,
    probe: &mut P,
) -> Result<bool, Fault> {
    scratch.begin(graph);
    walk::Walk::new(graph, inputs, scratch, probe).condition(condition)
}
