//! One definition asked on given inputs: its value, rule and reason, what was read, and how it is all told.

use crate::engine::output::copy;
use crate::engine::{Inner, fault_text, label};
use crate::eval::{self, Event, Hit, Inputs, Recording, Scratch, View};
use crate::explain::{Told, one_line};
use crate::hir::{DefId, DefKind, ExprId, ExprKind, InputId, Program, operands};
use crate::value::Value;
use std::collections::HashSet;

/// An answer.
pub(super) struct Answer {
    pub(super) value: Value,
    pub(super) hit: Hit,
    /// The labels of the rules or rows that gave it.
    pub(super) labels: Vec<String>,
    pub(super) because: Option<String>,
    /// The reasons of all rules that count together.
    pub(super) reasons: Vec<String>,
}

/// What was asked, and what came of it.
pub(super) struct Asked {
    /// The answer, or the overflow in words.
    pub(super) answer: Result<Answer, String>,
    pub(super) events: Vec<Event>,
}

impl Asked {
    /// The inputs that were read.
    pub(super) fn reads(&self) -> impl Iterator<Item = InputId> {
        self.events.iter().filter_map(|event| match event {
            Event::Read(input, _) => Some(*input),
            _ => None,
        })
    }
}

/// Asks a definition.
pub(super) fn ask(inner: &Inner, inputs: &Inputs, def: DefId) -> Asked {
    inner.with_scratch(|scratch| {
        let mut recording = Recording::default();
        let outcome = eval::decide(&inner.graph, inputs, scratch, def, &mut recording);
        let answer = match outcome {
            Ok(outcome) => answer(inner, inputs, scratch, def, outcome),
            Err(fault) => {
                let text = inner.sources.snippet(inner.graph.span(fault.node));
                Err(format!("{}: `{}`", fault_text(fault.kind), one_line(text)))
            }
        };
        Asked {
            answer,
            events: recording.events,
        }
    })
}

fn answer(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &Scratch,
    def: DefId,
    outcome: eval::Outcome,
) -> Result<Answer, String> {
    let definition = inner.schema.program.def(def);
    let view = |scalar| scratch.view(&inner.graph, inputs, scalar);
    let value = copy(view(outcome.value)).ok_or("the result is too large to be looked at")?;
    let labels = match outcome.hit {
        Hit::Rows => {
            let rows = scratch.hits().iter();
            rows.filter_map(|row| label(definition, Hit::Rule(*row)))
                .collect()
        }
        hit => label(definition, hit).into_iter().collect(),
    };
    let because = match view(outcome.because) {
        View::Text(text) => Some(text.to_owned()),
        _ => None,
    };
    let reasons = scratch
        .reasons()
        .iter()
        .filter_map(|text| match view(*text) {
            View::Text(text) => Some(text.to_owned()),
            _ => None,
        });
    Ok(Answer {
        value,
        reasons: reasons.collect(),
        hit: outcome.hit,
        labels,
        because,
    })
}

/// How a definition's value comes about, as text.
pub(super) fn story(inner: &Inner, inputs: &Inputs, def: DefId) -> String {
    inner.with_scratch(|scratch| Told::record(inner, def, inputs, scratch).to_string())
}

/// The definitions and inputs that a definition's own text mentions, in its order.
pub(super) fn mentioned(program: &Program, def: DefId) -> (Vec<DefId>, Vec<InputId>) {
    let (mut defs, mut inputs) = (Vec::new(), Vec::new());
    let DefKind::Segment(condition) = program.def(def).kind else {
        return (vec![def], inputs);
    };
    let mut seen: HashSet<ExprId> = HashSet::new();
    let mut open = vec![condition];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match program.expr(id).kind {
            ExprKind::Def(def) if !defs.contains(&def) => defs.push(def),
            ExprKind::Input(input) if !inputs.contains(&input) => inputs.push(input),
            _ => {}
        }
        let first = open.len();
        operands(&program.expr(id).kind, |operand| open.push(operand));
        if let Some(new) = open.get_mut(first..) {
            new.reverse();
        }
    }
    (defs, inputs)
}
