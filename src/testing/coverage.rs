//! Coverage: which rules and rows the tests have seen hold, and which conditions they have seen true and false.
//!
//! In: the events of each evaluation. Out: [`Coverage`], in the order of the texts. A rule is covered once it held; a
//! condition is two branches. What folds and parameterised definitions ask is part of one condition, and so is what
//! behaviours ask of single events.

use crate::engine::{Inner, kind_word, label};
use crate::eval::{Event, Hit, Scalar};
use crate::explain::one_line;
use crate::graph::{Node, NodeId, words};
use crate::hir::{Def, DefId, DefKind, Ty};
use crate::source::Span;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// Which rules, rows and branches were reached. Displays what is left; serialises as data; [`Coverage::lcov`] is for tools.
///
/// ```
/// let rules = pervade::Compiler::new().tests(true).text(
///     "ruleset demo
///      context { age: int }
///      decision price -> int { child: when age < 12 => 4 otherwise => 9 }
///      test \"children\" { given age: 11 expect price == 4 }",
/// )?;
/// let report = pervade::testing::run(&rules);
/// let coverage = report.coverage();
/// assert_eq!((coverage.rules().covered, coverage.rules().of), (1, 2));
/// assert!(coverage.to_string().contains("rules.pvd:3: `otherwise` of `price` was never asked"));
/// assert!(coverage.lcov().starts_with("SF:rules.pvd\n"));
/// # Ok::<(), pervade::Error>(())
/// ```
#[derive(Clone, Debug, Default, Serialize)]
pub struct Coverage {
    pub(super) rules: Share,
    pub(super) rows: Share,
    pub(super) branches: Share,
    pub(super) parts: Vec<Covered>,
}

/// How many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[allow(missing_docs, reason = "named after what they are")]
pub struct Share {
    pub covered: usize,
    pub of: usize,
}

/// A rule, a row, or a named condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Covered {
    /// What its definition is: `decision`, `table`, `segment`, `behaviour`.
    pub kind: &'static str,
    /// The name of its definition.
    pub definition: String,
    /// The rule or row as decisions name it; `None` for a named condition, which has no rules.
    pub label: Option<String>,
    /// The name of its text.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// How often it was asked.
    pub tried: u64,
    /// How often it held.
    pub held: u64,
    /// Its conditions, in order.
    pub conditions: Vec<Condition>,
}

/// A condition: two branches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Condition {
    /// In the author's text.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
    /// How often it was true.
    pub seen_true: u64,
    /// How often it was false.
    pub seen_false: u64,
}

impl Coverage {
    /// Rules that held at least once.
    #[must_use]
    pub fn rules(&self) -> Share {
        self.rules
    }

    /// Rows of tables that held at least once.
    #[must_use]
    pub fn rows(&self) -> Share {
        self.rows
    }

    /// Conditions seen true, and conditions seen false.
    #[must_use]
    pub fn branches(&self) -> Share {
        self.branches
    }

    /// Every rule, row and named condition, in the order of the texts.
    #[must_use]
    pub fn parts(&self) -> &[Covered] {
        &self.parts
    }
}

/// A rule of a definition; what has no rules is one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Place {
    Rule(u32),
    Otherwise,
    Whole,
}

/// A condition, as the evaluator names it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Asked {
    Node(NodeId),
    Named(DefId),
}

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counts {
    tried: HashMap<(DefId, Place), [u64; 2]>,
    conditions: HashMap<(DefId, Place, Asked), [u64; 2]>,
}

impl Counts {
    /// Counts one evaluation.
    pub(super) fn count(&mut self, inner: &Inner, events: &[Event]) {
        let mut open: Vec<(DefId, Option<Place>)> = Vec::new();
        for event in events {
            match *event {
                Event::Enter(def) => {
                    let whole = has_no_rules(inner.schema.program.def(def));
                    open.push((def, whole.then_some(Place::Whole)));
                }
                Event::TryRule(def, rule) => {
                    if let Some(top) = open.last_mut() {
                        top.1 = Some(Place::Rule(rule));
                    }
                    self.rule(def, Place::Rule(rule), 0);
                }
                Event::Rule(def, rule, held) => {
                    // What the value asks is no condition of the rule.
                    if let Some(top) = open.last_mut() {
                        top.1 = None;
                    }
                    if held {
                        self.rule(def, Place::Rule(rule), 1);
                    }
                }
                Event::Leaf(node, holds) => self.condition(&open, Asked::Node(node), holds),
                Event::Leave(def, hit, value, _) => {
                    open.pop();
                    match (hit, value) {
                        (Hit::Otherwise, _) => {
                            self.rule(def, Place::Otherwise, 0);
                            self.rule(def, Place::Otherwise, 1);
                        }
                        (_, Scalar::Bool(holds)) if has_no_rules(inner.schema.program.def(def)) => {
                            self.whole(inner, def, holds);
                        }
                        _ => {}
                    }
                    if let Scalar::Bool(holds) = value {
                        self.condition(&open, Asked::Named(def), holds);
                    }
                }
                Event::Recall(def, Scalar::Bool(holds)) => {
                    self.condition(&open, Asked::Named(def), holds);
                }
                Event::Recall(..)
                | Event::Gave(..)
                | Event::Reason(..)
                | Event::Read(..)
                | Event::Asked(_) => {}
            }
        }
    }

    /// A named condition was asked.
    fn whole(&mut self, inner: &Inner, def: DefId, holds: bool) {
        self.rule(def, Place::Whole, 0);
        if holds {
            self.rule(def, Place::Whole, 1);
        }
        // What is evaluated as a value is not told as a condition.
        let root = inner.graph.def(def).root;
        if let Node::Call(..) | Node::Fold(_) | Node::Apply(..) | Node::Ask(_) =
            inner.graph.node(root)
        {
            self.condition(&[(def, Some(Place::Whole))], Asked::Node(root), holds);
        }
    }

    fn rule(&mut self, def: DefId, place: Place, what: usize) {
        let counts = self.tried.entry((def, place)).or_default();
        if let Some(count) = counts.get_mut(what) {
            *count += 1;
        }
    }

    fn condition(&mut self, open: &[(DefId, Option<Place>)], asked: Asked, holds: bool) {
        if let Some((def, Some(place))) = open.last() {
            let counts = self.conditions.entry((*def, *place, asked)).or_default();
            if let Some(count) = counts.get_mut(usize::from(holds)) {
                *count += 1;
            }
        }
    }

    /// What was counted, of all there is.
    pub(super) fn coverage(&self, inner: &Inner) -> Coverage {
        let mut coverage = Coverage::default();
        for (def, number) in inner.schema.program.declared().iter().zip(0..) {
            self.definition(inner, DefId(number), def, &mut coverage);
        }
        coverage
            .parts
            .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        coverage
    }

    fn definition(&self, inner: &Inner, id: DefId, def: &Def, out: &mut Coverage) {
        let graph = &inner.graph;
        let root = graph.def(id).root;
        let mut add = |place, span, when| out.add(self.part(inner, (id, def), place, span, when));
        let chain = match *graph.node(root) {
            Node::Chain(place) => graph.chain(place),
            // A constant or a field under another name: nothing is asked.
            Node::Const(_) | Node::Input { .. } => return,
            _ if has_no_rules(def) => {
                return add(Place::Whole, def.span, Some(root));
            }
            _ => return,
        };
        let spans: Vec<Span> = match &def.kind {
            DefKind::Decision(rules) | DefKind::Classify(rules) => {
                rules.iter().map(|r| r.span).collect()
            }
            DefKind::Score(score) => score.rules.iter().map(|r| r.span).collect(),
            DefKind::Table(table) => table.rows.iter().map(|r| r.span).collect(),
            _ => return,
        };
        for ((rule, span), number) in graph.rules(chain).iter().zip(spans).zip(0..) {
            add(Place::Rule(number), span, Some(rule.when));
        }
        if let DefKind::Table(table) = &def.kind
            && let Some(otherwise) = &table.otherwise
        {
            add(Place::Otherwise, otherwise.span, None);
        }
    }

    fn part(
        &self,
        inner: &Inner,
        (id, def): (DefId, &Def),
        place: Place,
        span: Span,
        when: Option<NodeId>,
    ) -> Covered {
        let [tried, held] = self.tried.get(&(id, place)).copied().unwrap_or_default();
        let mut conditions = Vec::new();
        for (asked, node) in when.map_or(Vec::new(), |when| asked_by(inner, when)) {
            let counts = self.conditions.get(&(id, place, asked));
            let [seen_false, seen_true] = counts.copied().unwrap_or_default();
            let at = inner.graph.span(node);
            let text = match (asked, &def.kind) {
                (Asked::Named(named), _) => inner.def_name(named).to_owned(),
                // A cell's own text lacks its column.
                (_, DefKind::Table(_)) => words::say(&inner.graph, &inner.schema.program, node),
                _ => one_line(inner.sources.snippet(at)),
            };
            // Conditions that are alike share a node: the place is the rule's own where it lies outside.
            let within = at.source == span.source && at.start >= span.start && at.end <= span.end;
            let whole = place == Place::Whole && matches!(asked, Asked::Node(_));
            let at = if within || whole { at } else { span };
            conditions.push(Condition {
                text,
                line: inner.sources.position(at).line,
                seen_true,
                seen_false,
            });
        }
        Covered {
            kind: kind_word(&def.kind),
            definition: def.name.clone(),
            label: match place {
                Place::Rule(number) => label(def, Hit::Rule(number)),
                Place::Otherwise => label(def, Hit::Otherwise),
                Place::Whole => None,
            },
            file: inner.sources.name(span.source).to_owned(),
            line: inner.sources.position(span).line,
            tried,
            held,
            conditions,
        }
    }
}

impl Coverage {
    fn add(&mut self, part: Covered) {
        let share = match (&part.label, part.kind) {
            (None, _) => None,
            (_, "table") => Some(&mut self.rows),
            _ => Some(&mut self.rules),
        };
        if let Some(share) = share {
            share.of += 1;
            share.covered += usize::from(part.held > 0);
        }
        for condition in &part.conditions {
            self.branches.of += 2;
            self.branches.covered += usize::from(condition.seen_true > 0);
            self.branches.covered += usize::from(condition.seen_false > 0);
        }
        self.parts.push(part);
    }
}

/// Whether it is a condition that has a name.
fn has_no_rules(def: &Def) -> bool {
    match &def.kind {
        DefKind::Segment(_) | DefKind::Feature(_) => true,
        DefKind::Behaviour(function) => function.params.is_empty() && def.ty == Ty::Bool,
        _ => false,
    }
}

/// The conditions that a condition consists of, each once, in order.
fn asked_by(inner: &Inner, when: NodeId) -> Vec<(Asked, NodeId)> {
    let graph = &inner.graph;
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![when];
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        match *graph.node(id) {
            Node::And(list, _) | Node::Or(list, _) => open.extend(graph.list(list).iter().rev()),
            Node::Not(child) => open.push(child),
            Node::Def(def) => found.push((Asked::Named(def), id)),
            Node::Test(_)
            | Node::DecimalTest { .. }
            | Node::TextTest { .. }
            | Node::Compare(..)
            | Node::Is(..)
            | Node::IsPresent(_)
            | Node::InList(..)
            | Node::InRange(..)
            | Node::Call(..)
            | Node::Fold(_)
            | Node::Ask(_)
            | Node::Apply(..) => found.push((Asked::Node(id), id)),
            // A conditional asks conditions of its own; a constant asks nothing.
            _ => {}
        }
    }
    found
}
