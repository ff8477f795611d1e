//! What definitions and inputs are, in the words of the language; nothing of what is made of sensitive data.

use super::text::one_line;
use crate::engine::Inner;
use crate::engine::output::show;
use crate::eval::{Event, Inputs, Scalar, Scratch, View};
use crate::graph::NodeId;
use crate::graph::words::say;
use crate::hir::{DefId, InputId, Ty};
use crate::value::Value;

/// What is shown in the place of sensitive data.
pub(super) const HIDDEN: &str = "‹hidden›";

/// A definition's value in the words of the language, unless it is made of sensitive data.
pub(crate) fn told(inner: &Inner, def: DefId, value: &Value) -> String {
    definition_told(inner, def, View::of(value))
}

fn definition_told(inner: &Inner, id: DefId, view: View<'_>) -> String {
    let (program, hidden) = (&*inner.schema.program, inner.hidden());
    let ty = &program.def(id).ty;
    match hidden.is_sensitive(id) || hidden.holds(ty) {
        true => HIDDEN.to_owned(),
        false => show(program, ty, view),
    }
}

fn value_told(inner: &Inner, id: InputId, view: View<'_>) -> String {
    let program = &*inner.schema.program;
    let input = program.input(id);
    match (input.ty.present(), view) {
        _ if input.sensitive || inner.hidden().holds(&input.ty) => HIDDEN.to_owned(),
        (Ty::Record(_), View::Bool(true)) => "present".to_owned(),
        (ty, view) => show(program, ty, view),
    }
}

/// A question in the author's words; where these are a cell of a table that does not name what it asks about, or stand for
/// many rows of a catalogue, in words that say what it asks. (Equal questions are one node, which knows the first place
/// that asks it.)
pub(crate) fn question(inner: &Inner, node: NodeId) -> String {
    let (graph, program) = (&inner.graph, &*inner.schema.program);
    let span = graph.span(node);
    let text = one_line(inner.sources.snippet(span));
    // `valid until …` is about now, and does not say so.
    let lacks_name =
        |input: InputId| graph.now() != Some(input) && !text.contains(&program.input(input).name);
    if program.is_of_rows(span) || graph.input_of(node).is_some_and(lacks_name) {
        return say(graph, program, node);
    }
    text
}

/// `name is value` for what one question looked at itself, not through definitions.
pub(crate) fn known(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &Scratch,
    events: &[Event],
) -> Vec<String> {
    let view = |value: Scalar| scratch.view(&inner.graph, inputs, value);
    let named = |def: DefId, value: Scalar| {
        let told = definition_told(inner, def, view(value));
        format!("{} is {told}", inner.def_name(def))
    };
    let mut depth = 0_usize;
    let mut found: Vec<String> = Vec::new();
    for event in events {
        let text = match event {
            Event::Enter(_) => {
                depth += 1;
                continue;
            }
            Event::Leave(def, _, value, _) => {
                depth = depth.saturating_sub(1);
                named(*def, *value)
            }
            Event::Recall(def, value) => named(*def, *value),
            Event::Read(input, value) => {
                let told = value_told(inner, *input, view(*value));
                format!("{} is {told}", inner.path(*input))
            }
            _ => continue,
        };
        if depth == 0 && !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// An input with its value.
pub(crate) fn input_told(inner: &Inner, inputs: &Inputs, id: InputId) -> String {
    let told = value_told(inner, id, inputs.get(id));
    format!("`{}` is {told}", inner.path(id))
}
