//! What keeps chosen actions from being delivered on the channel of the touchpoint, until when, and what that depends on.

use super::Withheld;
use super::judged::choice;
use crate::engine::decide::overflow;
use crate::engine::lease::MOST_ROUNDS;
use crate::engine::ruleset::Inner;
use crate::error::Error;
use crate::eval::{self, Inputs, Reads, Scratch, View};
use crate::explain::one_line;
use crate::hir::{Choice, DefId};
use crate::value::calendar;
use chrono::DateTime;

/// The inputs that a next best action and the delivery of what it chooses depend on; `None` for other definitions.
pub(crate) fn reads_of_delivery(inner: &Inner, def: DefId, inputs: &Inputs) -> Option<Reads> {
    choice(inner, def)?;
    let graph = &inner.graph;
    inner.with_scratch(|scratch| {
        let mut reads = Reads::new(graph);
        eval::decide(graph, inputs, scratch, def, &mut reads).ok()?;
        let chosen = scratch.hits().to_vec();
        let input = inner.schema.path("touchpoint.channel");
        let channel = input.zip(channel(inner, inputs));
        eval::read_delivery(graph, inputs, scratch, (def, &chosen), channel, &mut reads);
        Some(reads)
    })
}

/// The member of its enum that the channel of the touchpoint is.
pub(crate) fn channel(inner: &Inner, inputs: &Inputs) -> Option<u32> {
    match inputs.get(inner.schema.path("touchpoint.channel")?) {
        View::Member(channel) => Some(channel),
        _ => None,
    }
}

/// What keeps a chosen action from being delivered on the channel of the touchpoint.
pub(in crate::engine) fn withholding(
    inner: &Inner,
    inputs: &Inputs,
    of: (DefId, &Choice),
    chosen: &[String],
    action: &str,
) -> Result<Option<Withheld>, Error> {
    let candidates = || (0..).zip(&of.1.candidates);
    let number = |name: &String| {
        let found = candidates().find(|(_, candidate)| candidate.action.name == *name);
        found.map(|(number, _)| number)
    };
    let numbers: Vec<u32> = chosen.iter().filter_map(number).collect();
    let withheld = inner.with_scratch(|scratch| withheld(inner, inputs, scratch, of, &numbers))?;
    let mut all = chosen.iter().zip(withheld);
    Ok(all.find_map(|(name, by)| by.filter(|_| name == action)))
}

/// What keeps each of the chosen actions from being delivered on the channel of the touchpoint. Those delivered before an
/// action count for it as offered.
pub(super) fn withheld(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, choice): (DefId, &Choice),
    chosen: &[u32],
) -> Result<Vec<Option<Withheld>>, Error> {
    let Some(channel) = channel(inner, inputs) else {
        return Ok(vec![None; chosen.len()]);
    };
    let mut delivered = Vec::new();
    let mut found = Vec::with_capacity(chosen.len());
    for number in chosen {
        let asked = (delivered.as_slice(), Some(channel));
        let by = bound(inner, inputs, scratch, ((def, choice), *number), asked)?;
        if by.is_none() {
            delivered.push(*number);
        }
        found.push(by);
    }
    Ok(found)
}

/// The clauses of policies that bind an action, and when none of them does any more; `None` where none does.
pub(super) fn bound(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    ((def, choice), number): ((DefId, &Choice), u32),
    asked: (&[u32], Option<u32>),
) -> Result<Option<Withheld>, Error> {
    let mut ask = |inputs: &Inputs| {
        eval::bindings(&inner.graph, inputs, scratch, (def, number), asked)
            .map_err(|fault| overflow(inner, def, fault))
    };
    let (policies, mut until) = ask(inputs)?;
    if policies.is_empty() {
        return Ok(None);
    }
    let mut then = inputs.clone();
    let mut rounds = 0;
    while let Some(clock) = inner.graph.now().filter(|_| calendar::is_instant(until)) {
        then.set_int(clock, until);
        let (policies, end) = ask(&then)?;
        rounds += 1;
        if policies.is_empty() || rounds == MOST_ROUNDS {
            break;
        }
        until = end;
    }
    let clauses = policies
        .iter()
        .filter_map(|place| choice.policies.get(*place as usize));
    let until = Some(until).filter(|until| calendar::is_instant(*until));
    Ok(Some(Withheld {
        by: clauses
            .map(|binding| one_line(inner.sources.snippet(binding.clause.span)))
            .collect(),
        until: until.and_then(DateTime::from_timestamp_millis),
    }))
}
