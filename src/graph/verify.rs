//! Checks of the arena's invariants, for tests and benchmarks: ids in range, children before parents, blocks
//! that say what their children say, the measured depth.

use super::node::{Node, NodeId};
use super::scalar::{Items, Scalar, TextRef};
use super::{Graph, List, Tests};

/// Checks a graph.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(graph: &Graph) -> Result<(), String> {
    let mut depths: Vec<usize> = Vec::with_capacity(graph.size());
    for (at, node) in graph.nodes.iter().enumerate() {
        in_range(graph, node).map_err(|what| format!("node {at}, {node:?}: {what}"))?;
        let mut depth = 0;
        let mut late = None;
        graph.each_child(node, |child| match depths.get(child.index()) {
            Some(below) => depth = depth.max(*below),
            None => late = Some(child),
        });
        if let Some(child) = late {
            return Err(format!(
                "node {at}, {node:?}: {child:?} does not come before it"
            ));
        }
        depths.push(depth + 1);
        block(graph, node).map_err(|what| format!("node {at}, {node:?}: {what}"))?;
    }
    if depths.iter().max().copied().unwrap_or(0) != graph.depth {
        return Err(format!("the depth is not {}", graph.depth));
    }
    for def in &graph.defs {
        let root = def.root.index() < graph.size();
        if !root || def.cell >= graph.cells {
            return Err(format!("{def:?} is out of range"));
        }
    }
    same_length(graph.origins.len(), graph.size())
}

fn same_length(a: usize, b: usize) -> Result<(), String> {
    if a == b {
        Ok(())
    } else {
        Err(format!("{a} origins for {b} nodes"))
    }
}

fn within<T>(ok: bool, what: T) -> Result<(), String>
where
    T: std::fmt::Debug,
{
    if ok {
        Ok(())
    } else {
        Err(format!("{what:?} is out of range"))
    }
}

fn list(graph: &Graph, list: List) -> Result<(), String> {
    within(list.0.range().end <= graph.children.len(), list)
}

fn tests(graph: &Graph, tests: Tests) -> Result<(), String> {
    within(tests.0.range().end <= graph.tests.len(), tests)?;
    for test in graph.tests(tests) {
        within(test.input().index() < graph.inputs(), test)?;
    }
    Ok(())
}

/// That all places a node names exist.
fn in_range(graph: &Graph, node: &Node) -> Result<(), String> {
    let [_, decimals, texts, _] = graph.layout.counts();
    match *node {
        Node::Const(place) => {
            let scalar = *graph.pool.scalar_at(place).ok_or("no such constant")?;
            constant(graph, scalar)
        }
        Node::Input { input, kind, place } => {
            let slot = graph.layout.slot(input).ok_or("no such input")?;
            within(slot.kind == kind && slot.place == place, slot)
        }
        Node::Test(place) => {
            let one = super::scalar::Run {
                start: place,
                len: 1,
            };
            tests(graph, Tests(one))
        }
        Node::DecimalTest { place, with, .. } => {
            within((place as usize) < decimals, place)?;
            let with = graph.pool.scalar_at(with).copied();
            within(matches!(with, Some(Scalar::Decimal(_))), with)
        }
        Node::TextTest { place, text, .. } => {
            within((place as usize) < texts, place)?;
            within(graph.pool.has_text(text), text)
        }
        Node::And(children, b) | Node::Or(children, b) => {
            list(graph, children)?;
            tests(graph, b.tests)?;
            within(children.0.len >= 2 && b.covered <= children.0.len, b)
        }
        Node::InRange(_, _, children) => within(graph.list(children).len() == 3, children),
        Node::If(children) => within(graph.list(children).len() % 2 == 1, children),
        Node::IntChain(children, operators) | Node::DecimalChain(children, operators) => {
            let operands = graph.list(children).len();
            within(operands == graph.operators(operators).len() + 1, operators)
        }
        Node::Else(children) | Node::List(children) => list(graph, children),
        Node::Record(children, shape) => {
            let shape = graph.shape(shape).ok_or("no such shape")?;
            let fits = shape.places.iter().all(|place| *place < shape.fields);
            within(
                fits && graph.list(children).len() == shape.places.len(),
                shape,
            )
        }
        Node::Call(place, children) => {
            within(graph.function(place).is_some(), place)?;
            list(graph, children)
        }
        Node::Local(local) => within((local as usize) < graph.locals(), local),
        Node::Apply(place, children) => {
            let apply = graph
                .apply(place)
                .ok_or("no such definition with parameters")?;
            within(apply.locals.len() == graph.list(children).len(), children)
        }
        Node::Fold(place) => {
            let fold = graph.fold(place).ok_or("no such fold")?;
            within((fold.local as usize) < graph.locals(), fold)
        }
        Node::Lookup(place, _) => within(graph.index(place).is_some(), place),
        Node::Stream(place) => within((place as usize) < graph.streams.len(), place),
        Node::Ask(place) => within(graph.ask(place).is_some(), place),
        Node::Chain(place) => chain(graph, place),
        Node::Def(def) => within(def.index() < graph.defs.len(), def),
        Node::Not(_)
        | Node::Compare(..)
        | Node::Is(..)
        | Node::IsPresent(_)
        | Node::InList(..)
        | Node::TryDiv(..)
        | Node::Neg(_)
        | Node::Widen(_)
        | Node::Field(..) => Ok(()),
    }
}

fn chain(graph: &Graph, place: u32) -> Result<(), String> {
    let chain = graph
        .chains
        .get(place as usize)
        .ok_or("no such chain of rules")?;
    within(chain.rules.range().end <= graph.rules.len(), chain)?;
    if let Some(choice) = graph.choice(chain) {
        let rules = graph.rules(chain).len();
        within(choice.candidates.len() == rules, choice.candidates.len())?;
        let mut weights = choice.candidates.iter().flat_map(|c| &c.weights);
        let most = choice.weights.len();
        within(weights.all(|place| (*place as usize) < most), most)?;
        let mut policies = choice.candidates.iter().flat_map(|c| &c.policies);
        let most = choice.policies.len();
        within(policies.all(|place| (*place as usize) < most), most)?;
        let mut locals = choice.locals.iter().flatten();
        let known = locals.all(|local| (*local as usize) < graph.locals());
        within(known, choice.locals)?;
    }
    graph
        .rules(chain)
        .iter()
        .try_for_each(|rule| tests(graph, rule.tests))
}

fn constant(graph: &Graph, scalar: Scalar) -> Result<(), String> {
    match scalar {
        Scalar::Text(TextRef::Const(text)) => within(graph.pool.has_text(text), text),
        Scalar::List(Items::Const(run)) | Scalar::Record(Items::Const(run)) => {
            let items = graph.pool.items(run);
            within(items.len() == run.len as usize, run)
        }
        Scalar::Text(_) | Scalar::List(_) | Scalar::Record(_) => Err("not a constant".to_owned()),
        _ => Ok(()),
    }
}

/// That a block reads the inputs which the children it covers read, in the order of their first reading.
fn block(graph: &Graph, node: &Node) -> Result<(), String> {
    let (Node::And(children, block) | Node::Or(children, block)) = node else {
        return Ok(());
    };
    let mut said = Vec::new();
    for child in graph.list(*children).iter().take(block.covered as usize) {
        reads(graph, *child, &mut said);
    }
    let mut in_tests = Vec::new();
    for test in graph.tests(block.tests) {
        if !in_tests.contains(&test.input()) {
            in_tests.push(test.input());
        }
    }
    if said == in_tests {
        Ok(())
    } else {
        Err(format!(
            "the block reads {in_tests:?}, its children {said:?}"
        ))
    }
}

/// The inputs below a condition in the order of their first reading.
fn reads(graph: &Graph, id: NodeId, out: &mut Vec<crate::hir::InputId>) {
    let mut open = vec![id];
    while let Some(id) = open.pop() {
        let node = graph.node(id);
        let input = match node {
            Node::Test(place) => Some(graph.test(*place).input()),
            Node::Input { input, .. }
            | Node::DecimalTest { input, .. }
            | Node::TextTest { input, .. } => Some(*input),
            _ => None,
        };
        if let Some(input) = input
            && !out.contains(&input)
        {
            out.push(input);
        }
        let first = open.len();
        graph.each_child(node, |child| open.push(child));
        if let Some(children) = open.get_mut(first..) {
            children.reverse();
        }
    }
}
