//! pervade: on frames, and on contexts with the reason.

use super::{Contender, joined, word};
use crate::rules::{Rule, Test};
use crate::support::cinema::{self, OFFERS, Offer, Visit};
use pervade::{Context, Decider, Frame, Ruleset};
use std::fmt::Write as _;
use std::hint::black_box;

fn rules() -> (Ruleset, Decider<Offer>) {
    let rules = Ruleset::from_text(cinema::RULES).unwrap_or_else(|e| panic!("{e}"));
    let decider = rules.decision("offer").unwrap();
    (rules, decider)
}

/// The way of a hot path.
pub struct Frames {
    decider: Decider<Offer>,
    bound: Vec<Frame>,
    open: Frame,
}

impl Frames {
    pub fn new(visits: &[Visit]) -> Frames {
        let (rules, decider) = rules();
        let bind = |visit: &Visit| {
            let mut frame = rules.frame();
            frame.facts(visit).unwrap();
            frame
        };
        Frames {
            bound: visits.iter().map(bind).collect(),
            open: rules.frame(),
            decider,
        }
    }
}

impl Contender for Frames {
    fn name(&self) -> &'static str {
        "**pervade**, frame"
    }

    fn package(&self) -> Option<&'static str> {
        Some("pervade")
    }

    fn how(&self) -> &'static str {
        "`benches/support/cinema.pvd`; a `Frame` a context, bound from a struct by serde; `decide_in`, whose outcome \
         knows the rule, its label and its reason. From JSON: `Frame::json`, which validates all 30 fields."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        let outcome = self.decider.decide_in(&mut self.bound[context]).unwrap();
        let _ = black_box(&outcome);
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        let outcome = self.decider.decide_in(&mut self.bound[context]).unwrap();
        outcome.value().unwrap()
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        self.open.json(text).unwrap();
        let _ = black_box(&self.decider.decide_in(&mut self.open).unwrap());
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        self.open.json(text).unwrap();
        self.decider
            .decide_in(&mut self.open)
            .unwrap()
            .value()
            .unwrap()
    }
}

/// The way of the README.
pub struct Contexts {
    rules: Ruleset,
    decider: Decider<Offer>,
    bound: Vec<Context>,
}

impl Contexts {
    pub fn new(visits: &[Visit]) -> Contexts {
        let (rules, decider) = rules();
        let bind = |visit: &Visit| rules.context().facts(visit).unwrap().build().unwrap();
        Contexts {
            bound: visits.iter().map(bind).collect(),
            decider,
            rules,
        }
    }
}

impl Contender for Contexts {
    fn name(&self) -> &'static str {
        "**pervade**, context"
    }

    fn package(&self) -> Option<&'static str> {
        None // said already
    }

    fn how(&self) -> &'static str {
        "The same through `Context` and `decide`: the decision stands on its own, holds the host's struct always, and knows \
         what it read and how it came about."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        black_box(&self.decider.decide(&self.bound[context]).unwrap());
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        self.decider
            .decide(&self.bound[context])
            .unwrap()
            .into_value()
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        let context = self.rules.context().facts_json(text).unwrap();
        black_box(&self.decider.decide(&context.build().unwrap()).unwrap());
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        let context = self.rules.context().facts_json(text).unwrap();
        self.decider
            .decide(&context.build().unwrap())
            .unwrap()
            .into_value()
    }
}

/// Rules as a text, with the declarations of the cinema.
pub fn text(rules: &[Rule]) -> String {
    let (declarations, _) = cinema::RULES.split_once("decision offer").unwrap();
    let mut text = format!("{declarations}decision offer -> Offer {{\n");
    for rule in rules {
        let when = match rule.tests.as_slice() {
            [] => "otherwise".to_owned(),
            tests => format!("when {}", joined(tests, " and ", test)),
        };
        let offer = &OFFERS[rule.offer];
        let _ = writeln!(
            text,
            "    {when}\n        => {{ offer: {}, discount: {}, priority: {} }}",
            word(offer),
            offer.discount,
            offer.priority
        );
    }
    text.push_str("}\n");
    text
}

fn test(test: &Test) -> String {
    match test {
        Test::Is(field, member) => format!("{field} == {member}"),
        Test::OneOf(field, members) => format!("{field} in [{}]", members.join(", ")),
        Test::AtLeast(field, least) => format!("{field} >= {least}"),
        Test::Below(field, bound) => format!("{field} < {bound}"),
        Test::Within(field, low, high) => format!("{field} in {low}..={high}"),
        Test::Holds(field) => (*field).to_owned(),
        Test::Fails(field) => format!("not {field}"),
    }
}

/// Compiles a text; what is given back says which offer a visit gets.
pub fn build(text: &str) -> impl FnMut(&Visit) -> Offer + use<> {
    let rules = Ruleset::from_text(text).unwrap_or_else(|e| panic!("{e}"));
    let decider = rules.decision("offer").unwrap();
    move |visit| {
        let context = rules.context().facts(visit).unwrap().build().unwrap();
        decider.decide(&context).unwrap().into_value()
    }
}
