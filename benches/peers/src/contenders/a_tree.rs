//! a-tree: an index over boolean expressions.

use super::{Contender, joined, json_read_by_rules};
use crate::facts::Facts;
use crate::rules::{self, FIELDS, Kind, Rule, Test};
use crate::support::cinema::{OFFERS, Offer, Visit};
use a_tree::{ATree, AttributeDefinition, Event, Report};
use std::hint::black_box;

pub struct Tree {
    tree: ATree<usize>,
    bound: Vec<Event>,
}

impl Tree {
    pub fn new(visits: &[Visit]) -> Tree {
        let tree = grow(&expressions(&rules::cinema()));
        let bind = |visit| event(&tree, &Facts::read(&json_read_by_rules(visit)));
        Tree {
            bound: visits.iter().map(bind).collect(),
            tree,
        }
    }
}

impl Contender for Tree {
    fn name(&self) -> &'static str {
        "a-tree"
    }

    fn package(&self) -> Option<&'static str> {
        Some("a-tree")
    }

    fn how(&self) -> &'static str {
        "An expression a rule, numbered. It answers which rules match, in no order, and has no outputs: *first* is mapped to \
         the least number (taken by the host, with the offer, where the answer is read), and the last rule, which has no \
         condition, to no match. On events of the 15 fields. From JSON: serde into a struct of borrowed texts, then an event."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        black_box(self.tree.search(&self.bound[context]).unwrap().matches());
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        OFFERS[first(
            &self.tree.search(&self.bound[context]).unwrap(),
            OFFERS.len() - 1,
        )]
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        let event = event(&self.tree, &Facts::read(text));
        black_box(self.tree.search(&event).unwrap().matches());
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        let event = event(&self.tree, &Facts::read(text));
        OFFERS[first(&self.tree.search(&event).unwrap(), OFFERS.len() - 1)]
    }
}

fn first(report: &Report<'_, usize>, otherwise: usize) -> usize {
    report
        .matches()
        .iter()
        .map(|id| **id)
        .min()
        .unwrap_or(otherwise)
}

#[inline]
fn event(tree: &ATree<usize>, facts: &Facts<'_>) -> Event {
    let mut event = tree.make_event();
    event.with_string("day", facts.day).unwrap();
    event.with_string("genre", facts.genre).unwrap();
    event.with_string("tier", facts.tier).unwrap();
    event.with_string("channel", facts.channel).unwrap();
    event.with_string("country", facts.country).unwrap();
    event.with_string("screen", facts.screen).unwrap();
    event.with_integer("age", facts.age).unwrap();
    event.with_integer("hour", facts.hour).unwrap();
    event.with_integer("tickets", facts.tickets).unwrap();
    event.with_integer("spend90", facts.spend90).unwrap();
    event.with_integer("visits90", facts.visits90).unwrap();
    event.with_integer("points", facts.points).unwrap();
    event.with_boolean("student", facts.student).unwrap();
    event.with_boolean("holiday", facts.holiday).unwrap();
    event.with_boolean("app_user", facts.app_user).unwrap();
    event.build().unwrap()
}

fn grow(expressions: &[String]) -> ATree<usize> {
    let attributes = FIELDS.map(|(name, kind)| match kind {
        Kind::Member(_) => AttributeDefinition::string(name),
        Kind::Int(..) => AttributeDefinition::integer(name),
        Kind::Bool => AttributeDefinition::boolean(name),
    });
    let mut tree = ATree::new(&attributes).unwrap();
    for (i, expression) in expressions.iter().enumerate() {
        tree.insert(&i, expression).unwrap();
    }
    tree
}

/// All rules but the last, which has no condition.
fn expressions(rules: &[Rule]) -> Vec<String> {
    let conditions = rules.iter().filter(|rule| !rule.tests.is_empty());
    conditions
        .map(|rule| joined(&rule.tests, " and ", test))
        .collect()
}

fn test(test: &Test) -> String {
    match test {
        Test::Is(field, member) => format!("{field} = '{member}'"),
        Test::OneOf(field, members) => format!("{field} in {members:?}"),
        Test::AtLeast(field, least) => format!("{field} >= {least}"),
        Test::Below(field, bound) => format!("{field} < {bound}"),
        Test::Within(field, low, high) => format!("{field} >= {low} and {field} <= {high}"),
        Test::Holds(field) => (*field).to_owned(),
        Test::Fails(field) => format!("not {field}"),
    }
}

/// What is compiled: the expressions, and the tree that takes them in.
pub fn build(rules: &[Rule]) -> impl Fn() -> Box<dyn FnMut(&Visit) -> Offer> + use<> {
    let expressions = expressions(rules);
    let offers: Vec<usize> = rules.iter().map(|rule| rule.offer).collect();
    move || {
        let tree = grow(&expressions);
        let offers = offers.clone();
        Box::new(move |visit| {
            let event = event(&tree, &Facts::read(&json_read_by_rules(visit)));
            OFFERS[offers[first(&tree.search(&event).unwrap(), offers.len() - 1)]]
        })
    }
}
