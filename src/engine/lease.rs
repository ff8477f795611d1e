//! Until when a decision stands if nothing new happens.
//!
//! An evaluation says when something that it found may be otherwise, never too late; often the decision stays the same
//! then. So it is made again at that instant, and so on, until it differs, or nothing is left that time could change.

use super::ruleset::Inner;
use crate::eval::{self, Hit, Inputs, Scratch};
use crate::hir::DefId;
use crate::value::{Value, calendar};

/// So often a decision is made again; then the instant that was reached is given, which may be too early.
const MOST_ROUNDS: u32 = 10_000;

/// What is compared of two decisions.
#[derive(PartialEq)]
struct Answer {
    value: Value,
    because: Value,
    hit: Hit,
    hits: Vec<u32>,
    reasons: Vec<Value>,
}

/// The first instant at which the definition may give something else; `None` where it never will.
pub(super) fn valid_until(inner: &Inner, def: DefId, inputs: &Inputs) -> Option<i64> {
    let now = inner.graph.now()?;
    let mut inputs = inputs.clone();
    let mut scratch = Scratch::new(&inner.graph);
    let (first, mut until) = answer(inner, def, &inputs, &mut scratch)?;
    for _ in 0..MOST_ROUNDS {
        if !calendar::is_instant(until) {
            return None;
        }
        inputs.set_int(now, until);
        let (next, then) = answer(inner, def, &inputs, &mut scratch).unzip();
        match (next, then) {
            (Some(next), Some(then)) if next == first => until = then,
            // Another answer, or none: arithmetic overflows.
            _ => return Some(until),
        }
    }
    Some(until)
}

fn answer(
    inner: &Inner,
    def: DefId,
    inputs: &Inputs,
    scratch: &mut Scratch,
) -> Option<(Answer, i64)> {
    let (outcome, until) = eval::lease(&inner.graph, inputs, scratch, def).ok()?;
    let view = |scalar| scratch.view(&inner.graph, inputs, scalar).to_value();
    let answer = Answer {
        value: view(outcome.value),
        because: view(outcome.because),
        hit: outcome.hit,
        hits: scratch.hits().to_vec(),
        reasons: scratch.reasons().iter().map(|text| view(*text)).collect(),
    };
    Some((answer, until))
}
