//! The nearest miss: the first rule, in order, that failed by exactly one condition.
//!
//! The conditions of a rule are the parts that its text joins by `and`, or the cells of its row. Each is asked on its
//! own, so that those behind the first that fails are known too.

use crate::engine::{Inner, label};
use crate::eval::{self, Hit, Inputs, Recording, Scratch};
use crate::explain::{known, one_line};
use crate::graph::{Node, NodeId, Rule, words};
use crate::hir::{Def, DefId, DefKind};

/// A sentence about the rule that nearly held. `asked`: about the rule with that label instead, whatever it lacks.
/// `hit`: the rule that gave the value; those behind it were not asked.
pub(super) fn nearest(
    inner: &Inner,
    inputs: &Inputs,
    def: DefId,
    hit: Hit,
    asked: Option<&str>,
) -> Option<String> {
    let graph = &inner.graph;
    let Node::Chain(place) = graph.node(graph.def(def).root) else {
        return None;
    };
    let definition = inner.schema.program.def(def);
    let rules = graph.rules(graph.chain(*place));
    let tried = match hit {
        Hit::Rule(number) if asked.is_none() => number as usize,
        _ => rules.len(),
    };
    inner.with_scratch(|scratch| {
        for (rule, number) in rules.iter().take(tried).zip(0..) {
            let name = label(definition, Hit::Rule(number)).unwrap_or_default();
            if asked.is_some_and(|asked| asked != name) {
                continue;
            }
            let failed = failing(inner, inputs, scratch, rule);
            match failed.as_slice() {
                [] if asked.is_some() => {
                    return Some(format!(
                        "{} holds too, but a rule before it decides",
                        quoted(&name)
                    ));
                }
                [one] => {
                    let why = condition(inner, inputs, scratch, definition, *one);
                    return Some(format!("{} fails by one condition: {why}", quoted(&name)));
                }
                several if asked.is_some() => {
                    let why: Vec<String> = several
                        .iter()
                        .map(|node| condition(inner, inputs, scratch, definition, *node))
                        .collect();
                    return Some(format!(
                        "{} fails by {}",
                        quoted(&name),
                        why.join(", and by ")
                    ));
                }
                _ => {}
            }
        }
        None
    })
}

/// The author's labels in quotes; `row 3` as it is.
fn quoted(label: &str) -> String {
    match label.contains(' ') {
        true => label.to_owned(),
        false => format!("`{label}`"),
    }
}

/// The conditions of a rule that do not hold. One that overflows does not.
fn failing(inner: &Inner, inputs: &Inputs, scratch: &mut Scratch, rule: &Rule) -> Vec<NodeId> {
    let graph = &inner.graph;
    let parts = match *graph.node(rule.when) {
        Node::And(children, _) => graph.list(children).to_vec(),
        _ => vec![rule.when],
    };
    let fails = |node: &NodeId| {
        let mut probe = Recording::default();
        eval::holds(graph, inputs, scratch, *node, &mut probe) != Ok(true)
    };
    parts.into_iter().filter(fails).collect()
}

/// A condition's text and the values it looked at.
fn condition(
    inner: &Inner,
    inputs: &Inputs,
    scratch: &mut Scratch,
    definition: &Def,
    node: NodeId,
) -> String {
    let graph = &inner.graph;
    let mut probe = Recording::default();
    // An overflow has looked at something too.
    let _ = eval::holds(graph, inputs, scratch, node, &mut probe);
    let text = match definition.kind {
        // A cell's own text lacks its column.
        DefKind::Table(_) => words::say(graph, &inner.schema.program, node),
        _ => one_line(inner.sources.snippet(graph.span(node))),
    };
    let with = known(inner, inputs, scratch, &probe.events);
    if with.is_empty() {
        return format!("`{text}`");
    }
    format!("{text} ({})", with.join(", "))
}
