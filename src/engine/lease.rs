//! Until when a decision stands if nothing new happens.
//!
//! An evaluation says when something that it found may be otherwise, never too late; often the decision stays the same
//! then. So it is made again at that instant, and so on, until it differs, or nothing is left that time could change.

use super::arbitration::channel;
use super::output;
use super::ruleset::Inner;
use crate::eval::{self, Fault, Hit, Inputs, Scratch};
use crate::hir::{DefId, DefKind};
use crate::value::{Value, calendar};

/// So often a decision is made again; then the instant that was reached is given, which may be too early.
pub(super) const MOST_ROUNDS: u32 = 10_000;

/// What is compared of two decisions.
#[derive(PartialEq)]
pub(super) struct Answer {
    pub(super) value: Value,
    because: Value,
    hit: Hit,
    hits: Vec<u32>,
    reasons: Vec<Value>,
    /// Of each chosen action its treatment on the touchpoint, and whether it is withheld there.
    deliveries: Vec<(Option<Value>, bool)>,
}

/// What a definition gives at an instant.
pub(super) enum Given {
    Answer(Box<Answer>),
    Overflow(Fault),
    /// An answer too large to be kept.
    TooLarge,
}

impl Given {
    /// Whether two are known to be the same. One overflow is as good as another.
    pub(super) fn is(&self, other: &Given) -> bool {
        match (self, other) {
            (Given::Answer(a), Given::Answer(b)) => a == b,
            (Given::Overflow(_), Given::Overflow(_)) => true,
            _ => false,
        }
    }
}

/// What a definition gives, and until when that stands; `None` where for ever.
pub(super) struct Stand {
    pub(super) given: Given,
    pub(super) until: Option<i64>,
}

/// The first instant at which the definition may give something else; `None` where it never will.
pub(super) fn valid_until(inner: &Inner, def: DefId, inputs: &Inputs) -> Option<i64> {
    inner.with_scratch(|scratch| stand(inner, def, &mut inputs.clone(), scratch).until)
}

/// What the definition gives, and the first instant at which it may give something else. The inputs come back as they were.
pub(super) fn stand(
    inner: &Inner,
    def: DefId,
    inputs: &mut Inputs,
    scratch: &mut Scratch,
) -> Stand {
    let (given, until) = give(inner, def, inputs, scratch);
    let Some(clock) = inner.graph.now() else {
        return Stand { given, until: None };
    };
    let now = inputs.now();
    let mut until = until;
    let mut rounds = 0;
    while calendar::is_instant(until) && rounds < MOST_ROUNDS {
        inputs.set_int(clock, until);
        let (next, then) = give(inner, def, inputs, scratch);
        if !next.is(&given) {
            break;
        }
        until = then;
        rounds += 1;
    }
    inputs.set_int(clock, now);
    Stand {
        given,
        until: Some(until).filter(|until| calendar::is_instant(*until)),
    }
}

/// What the definition gives, and until when that stands at least.
fn give(inner: &Inner, def: DefId, inputs: &Inputs, scratch: &mut Scratch) -> (Given, i64) {
    let graph = &inner.graph;
    let (outcome, until) = match eval::lease(graph, inputs, scratch, def) {
        Ok(found) => found,
        Err(fault) => {
            // An evaluation that breaks off does not say until when: if time matters to it at all, a moment.
            let until = match graph.is_timed(graph.def(def).root) {
                true => inputs.now().saturating_add(1),
                false => i64::MAX,
            };
            return (Given::Overflow(fault), until);
        }
    };
    let view = |scalar| output::copy(scratch.view(graph, inputs, scalar));
    let answer = || {
        Some(Answer {
            deliveries: Vec::new(),
            value: view(outcome.value)?,
            because: view(outcome.because)?,
            hit: outcome.hit,
            hits: scratch.hits().to_vec(),
            reasons: scratch
                .reasons()
                .iter()
                .map(|text| view(*text))
                .collect::<Option<_>>()?,
        })
    };
    let Some(mut answer) = answer() else {
        return (Given::TooLarge, until);
    };
    let mut until = until;
    if matches!(
        inner.schema.program.def(def).kind,
        DefKind::NextBestAction(_)
    ) {
        let (deliveries, ends) = deliveries(inner, def, inputs, scratch, &answer.hits);
        answer.deliveries = deliveries;
        until = until.min(ends);
    }
    (Given::Answer(Box::new(answer)), until)
}

/// How the chosen actions are delivered on the touchpoint, and until when that stands at least.
fn deliveries(
    inner: &Inner,
    def: DefId,
    inputs: &Inputs,
    scratch: &mut Scratch,
    chosen: &[u32],
) -> (Vec<(Option<Value>, bool)>, i64) {
    let graph = &inner.graph;
    let channel = channel(inner, inputs);
    let (mut made, mut delivered) = (Vec::with_capacity(chosen.len()), Vec::new());
    let mut until = i64::MAX;
    // An evaluation that breaks off does not say until when.
    let soon = inputs.now().saturating_add(1);
    for number in chosen {
        let shown = eval::dress(graph, inputs, scratch, (def, *number));
        let (shown, ends) = match shown {
            Ok((shown, ends)) => (output::copy(scratch.view(graph, inputs, shown)), ends),
            Err(_) => (None, soon),
        };
        until = until.min(ends);
        let mut withheld = false;
        if channel.is_some() {
            let asked = (delivered.as_slice(), channel);
            let bound = eval::bindings(graph, inputs, scratch, (def, *number), asked);
            let (policies, ends) = bound.unwrap_or((Vec::new(), soon));
            withheld = !policies.is_empty();
            until = until.min(ends);
        }
        if !withheld {
            delivered.push(*number);
        }
        made.push((shown, withheld));
    }
    (made, until)
}
