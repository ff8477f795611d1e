//! Goes the way of the decision again, and notes how far every action comes; nothing of it costs the decision itself.

use super::delivery::{bound, withheld};
use super::{Arbitration, Chosen, Factors, Rejected};
use crate::engine::decide::overflow;
use crate::engine::ruleset::Inner;
use crate::error::Error;
use crate::eval::{self, Bound, Inputs, Judged, Ranked, Recording, Scratch, Verdict};
use crate::explain::{known, one_line, question};
use crate::graph::NodeId;
use crate::hir::{Candidate, Choice, DefId, DefKind, Stage, Ty};
use crate::source::Span;
use crate::value::Value;
use std::sync::Arc;

/// How a decision chooses among actions, if it does.
pub(super) fn choice(inner: &Inner, def: DefId) -> Option<&Choice> {
    match &inner.schema.program.def(def).kind {
        DefKind::NextBestAction(choice) => Some(choice),
        _ => None,
    }
}

/// Goes through all actions of a next best action.
///
/// # Errors
/// The definition chooses no actions; arithmetic overflowed.
pub(crate) fn arbitrate(inner: &Inner, inputs: &Inputs, def: DefId) -> Result<Arbitration, Error> {
    inner.with_scratch(|scratch| arbitrated(inner, inputs, scratch, def))
}

fn arbitrated(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    def: DefId,
) -> Result<Arbitration, Error> {
    let Some(choice) = choice(inner, def) else {
        let message = "it does not choose among actions: only next best actions do";
        return Err(Error::handle(inner.def_name(def), message.to_owned()));
    };
    let graph = &inner.graph;
    let judged =
        eval::judge(graph, inputs, scratch, def).map_err(|fault| overflow(inner, def, fault))?;
    let chosen = judged.iter().filter(|j| j.verdict == Verdict::Chosen);
    let chosen: Vec<u32> = chosen.map(|one| one.number).collect();
    let mut treatments = Vec::new();
    for number in &chosen {
        let (shown, _) = eval::dress(graph, inputs, scratch, (def, *number))
            .map_err(|fault| overflow(inner, def, fault))?;
        treatments.push(scratch.view(graph, inputs, shown).to_value());
    }
    let withheld = withheld(inner, inputs, scratch, (def, choice), &chosen)?;
    let mut dressed = treatments.into_iter().zip(withheld);
    let ty = choice.treatment.map_or(Ty::Never, Ty::Record);
    let mut all = Arbitration {
        chosen: Vec::new(),
        rejected: Vec::new(),
    };
    for one in judged {
        let Some(candidate) = choice.candidates.get(one.number as usize) else {
            continue;
        };
        match (one.verdict, one.ranked) {
            (Verdict::Chosen, Some(ranked)) => {
                let (treatment, withheld) = dressed.next().unwrap_or((Value::Missing, None));
                all.chosen.push(Chosen {
                    program: Arc::clone(&inner.schema.program),
                    action: candidate.action.name.clone(),
                    group: group(inner, candidate),
                    priority: ranked.rank,
                    factors: factors(choice, candidate, ranked),
                    treatment,
                    ty: ty.clone(),
                    withheld,
                })
            }
            _ => {
                let before = chosen.get(..all.chosen.len()).unwrap_or_default();
                let of = (def, choice);
                all.rejected
                    .extend(rejected(inner, inputs, scratch, of, (one, before))?);
            }
        }
    }
    Ok(all)
}

fn group(inner: &Inner, candidate: &Candidate) -> String {
    let program = &inner.schema.program;
    program.group(candidate.action.group).name.clone()
}

fn factors(choice: &Choice, candidate: &Candidate, ranked: Ranked) -> Factors {
    let reads = &choice.factors;
    Factors {
        propensity: ranked.propensity,
        value: reads.value.map(|_| ranked.value),
        weight: ranked.weight,
        lever: reads.lever.map(|_| candidate.lever),
    }
}

fn rejected(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    (def, choice): (DefId, &Choice),
    (judged, before): (Judged, &[u32]),
) -> Result<Option<Rejected>, Error> {
    let Some(candidate) = choice.candidates.get(judged.number as usize) else {
        return Ok(None);
    };
    let mut rejected = Rejected {
        action: candidate.action.name.clone(),
        group: group(inner, candidate),
        stage: Stage::Rank,
        condition: None,
        with: Vec::new(),
        priority: judged.ranked.map(|ranked| ranked.rank),
        bound: None,
        policy: None,
    };
    match judged.verdict {
        Verdict::Chosen => return Ok(None),
        Verdict::HeldOut(place) => {
            rejected.stage = Stage::HoldOut;
            let clause = choice.hold_outs.get(place as usize);
            rejected.bound = clause.map(|clause| held_out(inner, clause.span));
        }
        Verdict::Fell(fell) if fell.stage == 5 => {
            rejected.stage = Stage::HoldOut;
            let span = inner.graph.span(fell.condition);
            rejected.bound = Some(held_out(inner, span));
        }
        Verdict::Fell(fell) => {
            rejected.stage = Stage::ALL.get(fell.stage).copied().unwrap_or(Stage::Rank);
            let (text, with) = condition(inner, inputs, scratch, fell.condition);
            rejected.condition = Some(text);
            rejected.with = with;
        }
        Verdict::Policy { behind } => {
            rejected.stage = Stage::Policy;
            let before = if behind { before } else { &[] };
            let place = ((def, choice), judged.number);
            rejected.policy = bound(inner, inputs, scratch, place, (before, None))?;
        }
        Verdict::Bound(bound) => rejected.bound = Some(bound_text(choice, bound)),
    }
    Ok(Some(rejected))
}

/// Who is held out by a clause, in words.
fn held_out(inner: &Inner, clause: Span) -> String {
    let text = one_line(inner.sources.snippet(clause));
    format!("the customer is held out: `{text}`")
}

/// What keeps an action out that qualifies, in words.
fn bound_text(choice: &Choice, bound: Bound) -> String {
    let most = match bound {
        Bound::Limit => choice.limit,
        Bound::Per(per) => {
            let own = choice.per.iter().find(|(of, _)| *of == per);
            own.map(|(_, most)| *most)
        }
    };
    let most = most.unwrap_or_default();
    match bound {
        Bound::Limit if most == 1 => "another comes before it".to_owned(),
        Bound::Limit => format!("{most} others come before it"),
        Bound::Per(per) => format!("at most {most} of its {} {} chosen", per.word(), are(most)),
    }
}

fn are(count: u32) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// A condition's text, and the values it looks at.
fn condition(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    node: NodeId,
) -> (String, Vec<String>) {
    let graph = &inner.graph;
    let mut probe = Recording::default();
    // It was asked before, and did not overflow.
    let _ = eval::holds(graph, inputs, scratch, node, &mut probe);
    let text = question(inner, node);
    let with = known(inner, inputs, scratch, &probe.events);
    (text, with)
}
