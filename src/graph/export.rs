//! The graph drawn: DOT, Mermaid, JSON; of a whole ruleset or of one definition with what it needs.
//!
//! A definition is a box. In it stand its rules, its conditions down to single questions in the author's
//! words, and its values; lines lead to the definitions they name. The same program gives the same text.

use super::node::{Node, NodeId};
use super::words::say_as;
use super::{Chain, Graph};
use crate::hir::{DefId, DefKind, HitPolicy, Program, Score, Ty};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// What is drawn.
struct Drawing {
    boxes: Vec<Definition>,
}

impl Drawing {
    /// Room for all of it as text, rather too much than too little: so much an item besides its words, and so much a line.
    fn size(&self, item: usize, line: usize) -> usize {
        let of = |def: &Definition| {
            let words: usize = def.items.iter().map(|item| item.words.len()).sum();
            250 + def.title.len() + words + def.items.len() * item + def.lines.len() * line
        };
        self.boxes.iter().map(of).sum()
    }
}

/// A definition's box.
struct Definition {
    id: DefId,
    title: String,
    kind: &'static str,
    items: Vec<Item>,
    /// From, to, and what is written at the line.
    lines: Vec<(usize, End, &'static str)>,
}

/// What stands in a box: its kind and its words.
struct Item {
    kind: &'static str,
    words: String,
}

/// Where a line ends.
#[derive(Clone, Copy)]
enum End {
    Item(usize),
    Definition(DefId),
}

/// Graphviz.
#[must_use]
pub fn dot(graph: &Graph, program: &Program, only: Option<DefId>) -> String {
    let drawing = draw(graph, program, only);
    let mut out = String::with_capacity(drawing.size(80, 80));
    let _ = writeln!(out, "digraph {} {{", quoted(program.name()));
    out.push_str("  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (at, def) in drawing.boxes.iter().enumerate() {
        let title = quoted(&format!("{} {}", def.kind, def.title));
        let _ = writeln!(out, "  subgraph cluster_{at} {{\n    label={title};");
        for (item, Item { kind, words }) in def.items.iter().enumerate() {
            let shape = match *kind {
                "and" | "or" | "not" => "ellipse",
                "value" => "note",
                _ => "box",
            };
            let name = name(def.id, item);
            let _ = writeln!(out, "    {name} [label={}, shape={shape}];", quoted(words));
        }
        out.push_str("  }\n");
    }
    each_line(&drawing, |from, to, words| {
        let label = if words.is_empty() {
            String::new()
        } else {
            format!(" [label={}]", quoted(words))
        };
        let _ = writeln!(out, "  {from} -> {to}{label};");
    });
    out.push_str("}\n");
    out
}

/// Mermaid.
#[must_use]
pub fn mermaid(graph: &Graph, program: &Program, only: Option<DefId>) -> String {
    let drawing = draw(graph, program, only);
    let mut out = String::with_capacity(drawing.size(80, 80));
    out.push_str("flowchart LR\n");
    let escaped = |text: &str| {
        let text = text.replace('&', "&amp;").replace('"', "&quot;");
        text.replace('<', "&lt;").replace('>', "&gt;")
    };
    for (at, def) in drawing.boxes.iter().enumerate() {
        let title = escaped(&format!("{} {}", def.kind, def.title));
        let _ = writeln!(out, "  subgraph box{at}[\"{title}\"]");
        for (item, Item { kind, words }) in def.items.iter().enumerate() {
            let (open, close) = match *kind {
                "and" | "or" | "not" => ("([", "])"),
                _ => ("[", "]"),
            };
            let (name, words) = (name(def.id, item), escaped(words));
            let _ = writeln!(out, "    {name}{open}\"{words}\"{close}");
        }
        out.push_str("  end\n");
    }
    each_line(&drawing, |from, to, words| {
        let _ = match words {
            "" => writeln!(out, "  {from} --> {to}"),
            words => writeln!(out, "  {from} -->|{words}| {to}"),
        };
    });
    out
}

/// JSON: `{"ruleset": …, "definitions": [{"name", "kind", "items": [{"id", "kind", "text"}],
/// "lines": [{"from", "to", "role"}]}]}`; a line leads to an item of the same definition or to the first
/// item of another.
#[must_use]
pub fn json(graph: &Graph, program: &Program, only: Option<DefId>) -> String {
    let drawing = draw(graph, program, only);
    let whole = JsonGraph {
        definitions: drawing.boxes.iter().map(json_box).collect(),
        ruleset: program.name(),
    };
    let mut text = Vec::with_capacity(drawing.size(150, 150));
    // Texts alone, into memory: nothing that could fail.
    let _ = serde_json::to_writer_pretty(&mut text, &whole);
    text.push(b'\n');
    String::from_utf8(text).unwrap_or_default()
}

#[derive(Serialize)]
struct JsonGraph<'a> {
    definitions: Vec<JsonBox<'a>>,
    ruleset: &'a str,
}

#[derive(Serialize)]
struct JsonBox<'a> {
    items: Vec<JsonItem<'a>>,
    kind: &'a str,
    lines: Vec<JsonLine<'a>>,
    name: &'a str,
}

#[derive(Serialize)]
struct JsonItem<'a> {
    id: String,
    kind: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonLine<'a> {
    from: String,
    role: &'a str,
    to: String,
}

fn json_box(def: &Definition) -> JsonBox<'_> {
    let items = def.items.iter().enumerate().map(|(at, item)| JsonItem {
        id: name(def.id, at),
        kind: item.kind,
        text: &item.words,
    });
    let lines = def.lines.iter().map(|(from, to, role)| JsonLine {
        from: name(def.id, *from),
        role,
        to: end(def.id, *to),
    });
    JsonBox {
        items: items.collect(),
        kind: def.kind,
        lines: lines.collect(),
        name: &def.title,
    }
}

fn name(def: DefId, item: usize) -> String {
    format!("d{}n{item}", def.index())
}

fn end(def: DefId, end: End) -> String {
    match end {
        End::Item(item) => name(def, item),
        End::Definition(other) => name(other, 0),
    }
}

fn each_line(drawing: &Drawing, mut visit: impl FnMut(String, String, &str)) {
    for def in &drawing.boxes {
        for (from, to, words) in &def.lines {
            visit(name(def.id, *from), end(def.id, *to), words);
        }
    }
}

/// A text in double quotes, as DOT and JSON read it.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

/// The definitions to draw, in the order in which they need one another.
fn draw(graph: &Graph, program: &Program, only: Option<DefId>) -> Drawing {
    let mut boxes = BTreeMap::new();
    let mut open: Vec<DefId> = match only {
        Some(def) => vec![def],
        None => program.order().to_vec(),
    };
    while let Some(def) = open.pop() {
        if boxes.contains_key(&def) {
            continue;
        }
        let drawn = Pen::draw(graph, program, def);
        open.extend(drawn.lines.iter().filter_map(|line| match line.1 {
            End::Definition(other) => Some(other),
            End::Item(_) => None,
        }));
        boxes.insert(def, drawn);
    }
    let boxes = program.order().iter().filter_map(|def| boxes.remove(def));
    Drawing {
        boxes: boxes.collect(),
    }
}

/// Draws one box.
struct Pen<'a> {
    graph: &'a Graph,
    program: &'a Program,
    def: Definition,
    items: BTreeMap<NodeId, usize>,
    /// Nodes still to be drawn: where the line comes from, its words, the node, its type if known.
    open: Vec<(Option<usize>, &'static str, NodeId, Option<&'a Ty>)>,
}

impl<'a> Pen<'a> {
    fn draw(graph: &'a Graph, program: &'a Program, id: DefId) -> Definition {
        let def = program.def(id);
        let kind = match &def.kind {
            DefKind::Let(_) => "let",
            DefKind::Segment(_) => "segment",
            DefKind::Behaviour(_) => "behaviour",
            DefKind::Journey(_) => "journey",
            DefKind::Classify(_) => "classify",
            DefKind::Decision(_) => "decision",
            DefKind::Table(_) => "table",
            DefKind::Feature(_) => "feature",
            DefKind::Function(_) => "function",
            DefKind::Reference(_) => "reference",
            DefKind::Score(_) => "score",
            DefKind::Action(_) => "action",
            DefKind::Actions(_) => "actions",
            DefKind::NextBestAction(_) => "next_best_action",
            DefKind::Policy(_) => "policy",
            DefKind::Experiment(_) => "experiment",
        };
        let mut pen = Pen {
            graph,
            program,
            def: Definition {
                id,
                title: def.name.clone(),
                kind,
                items: Vec::new(),
                lines: Vec::new(),
            },
            items: BTreeMap::new(),
            open: vec![(None, "", graph.def(id).root, Some(&def.ty))],
        };
        while let Some((from, words, node, ty)) = pen.open.pop() {
            pen.node(from, words, node, ty);
        }
        pen.def
    }

    fn item(&mut self, kind: &'static str, words: String) -> usize {
        self.def.items.push(Item { kind, words });
        self.def.items.len() - 1
    }

    fn line(&mut self, from: Option<usize>, to: End, words: &'static str) {
        if let Some(from) = from {
            self.def.lines.push((from, to, words));
        }
    }

    /// Draws a node, or a line to it where it stands already.
    fn node(&mut self, from: Option<usize>, words: &'static str, id: NodeId, ty: Option<&'a Ty>) {
        if let Some(item) = self.items.get(&id) {
            return self.line(from, End::Item(*item), words);
        }
        let graph = self.graph;
        let constant = match *graph.node(id) {
            Node::Def(def) if from.is_some() => {
                return self.line(from, End::Definition(def), words);
            }
            Node::Const(_) => true,
            _ => false,
        };
        let (kind, says) = match *graph.node(id) {
            Node::And(..) => ("and", "and".to_owned()),
            Node::Or(..) => ("or", "or".to_owned()),
            Node::Not(_) => ("not", "not".to_owned()),
            Node::Chain(place) => ("rules", how(graph.chain(place)).to_owned()),
            Node::Test(_) | Node::DecimalTest { .. } | Node::TextTest { .. } => {
                ("question", say_as(graph, self.program, id, ty))
            }
            Node::Compare(..) | Node::Is(..) | Node::IsPresent(_) => {
                ("question", say_as(graph, self.program, id, ty))
            }
            Node::InList(..) | Node::InRange(..) => {
                ("question", say_as(graph, self.program, id, ty))
            }
            _ => ("value", say_as(graph, self.program, id, ty)),
        };
        let item = self.item(kind, says);
        self.line(from, End::Item(item), words);
        // Constants stand for several places, perhaps of several enums: each is drawn where it is needed.
        if !constant {
            self.items.insert(id, item);
        }
        self.below(item, id);
    }

    /// What hangs below a node.
    fn below(&mut self, item: usize, id: NodeId) {
        let graph = self.graph;
        match graph.node(id) {
            Node::And(list, _) | Node::Or(list, _) => {
                let children = graph.list(*list).iter().rev();
                self.open
                    .extend(children.map(|child| (Some(item), "", *child, None)));
            }
            Node::Not(inner) => self.open.push((Some(item), "", *inner, None)),
            Node::Chain(place) => self.rules(item, graph.chain(*place)),
            _ => self.names(item, id),
        }
    }

    /// Lines from a node that is drawn as one text to the definitions it names. What these name is not followed: it
    /// hangs below their own boxes.
    fn names(&mut self, item: usize, id: NodeId) {
        let graph = self.graph;
        let mut seen = BTreeSet::from([id]);
        let mut named = BTreeSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let mut visit = |child: NodeId| {
                if seen.insert(child) {
                    open.push(child);
                }
            };
            match *graph.node(id) {
                Node::Def(def) => {
                    named.insert(def);
                }
                Node::Apply(place, arguments) => {
                    named.extend(graph.apply(place).map(|apply| apply.def));
                    graph.list(arguments).iter().copied().for_each(visit);
                }
                ref node => graph.each_child(node, &mut visit),
            }
        }
        for def in named {
            self.line(Some(item), End::Definition(def), "");
        }
    }

    fn rules(&mut self, chain_item: usize, chain: &Chain) {
        let (graph, program) = (self.graph, self.program);
        let def = program.def(chain.def);
        let ty = match (&def.ty, chain.policy) {
            (Ty::List(item), HitPolicy::Collect | HitPolicy::OutputOrder | HitPolicy::Ranked) => {
                Some(&**item)
            }
            (ty, _) => Some(ty),
        };
        let first = self.open.len();
        let always = |when: NodeId| matches!(graph.node(when), Node::Const(_));
        for (at, rule) in graph.rules(chain).iter().enumerate() {
            let label = match &def.kind {
                DefKind::Decision(rules)
                | DefKind::Classify(rules)
                | DefKind::Score(Score { rules, .. }) => {
                    rules.get(at).and_then(|rule| rule.label.as_deref())
                }
                DefKind::NextBestAction(choice) => {
                    choice.candidates.get(at).map(|c| c.action.name.as_str())
                }
                _ => None,
            };
            let word = if graph.choice(chain).is_some() {
                "action"
            } else if always(rule.when) {
                "otherwise"
            } else {
                "rule"
            };
            let words = match label {
                Some(label) => format!("{word} {}: {label}", at + 1),
                None => format!("{word} {}", at + 1),
            };
            let item = self.item("rule", words);
            self.line(Some(chain_item), End::Item(item), "");
            if !always(rule.when) {
                self.open.push((Some(item), "when", rule.when, None));
            }
            self.open.push((Some(item), "gives", rule.value, ty));
        }
        if chain.has_otherwise {
            let item = self.item("rule", "otherwise".to_owned());
            self.line(Some(chain_item), End::Item(item), "");
            let ty = Some(&def.ty);
            self.open.push((Some(item), "gives", chain.otherwise, ty));
        }
        // What was found first is drawn first.
        if let Some(found) = self.open.get_mut(first..) {
            found.reverse();
        }
    }
}

/// How rules join, in words.
fn how(chain: &Chain) -> &'static str {
    match chain.policy {
        HitPolicy::Unique => "the one row that fits",
        HitPolicy::First => "the first that holds",
        HitPolicy::Any => "the rows that fit, which agree",
        HitPolicy::Priority => "the most important row that fits",
        HitPolicy::Collect => "all rows that fit",
        HitPolicy::OutputOrder => "all rows that fit, the most important first",
        HitPolicy::Sum => "the sum of all that fit",
        HitPolicy::Min => "the least of all that fit",
        HitPolicy::Max => "the greatest of all that fit",
        HitPolicy::Count => "how many fit",
        HitPolicy::Ranked => "the best of those that qualify",
    }
}
