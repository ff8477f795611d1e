//! datalogic-rs: JSONLogic.

use super::{Contender, joined, json, json_read_by_rules, offer, word};
use crate::rules::{self, Rule, Test};
use crate::support::cinema::{OFFERS, Offer, Visit};
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic, ParsedData};
use std::hint::black_box;

pub struct Datalogic {
    engine: Engine,
    logic: Logic,
    bound: Vec<ParsedData>,
    arena: Bump,
}

impl Datalogic {
    pub fn new(visits: &[Visit]) -> Datalogic {
        let engine = Engine::new();
        let bind = |visit| ParsedData::from_json(&json_read_by_rules(visit)).unwrap();
        Datalogic {
            logic: engine.compile(text(&rules::cinema()).as_str()).unwrap(),
            bound: visits.iter().map(bind).collect(),
            arena: Bump::new(),
            engine,
        }
    }
}

impl Contender for Datalogic {
    fn name(&self) -> &'static str {
        "datalogic-rs"
    }

    fn package(&self) -> Option<&'static str> {
        Some("datalogic-rs")
    }

    fn how(&self) -> &'static str {
        "One JSONLogic `if` over all rules, compiled, with `===`; the three outputs as an array, which it folds into a \
         constant. `Engine::evaluate` with an arena that is reset after each decision (its zero-copy tier), on `ParsedData` \
         of the 15 fields. From JSON: the text handed to `evaluate`."
    }

    #[inline]
    fn decide(&mut self, context: usize) {
        let found = self
            .engine
            .evaluate(&self.logic, &self.bound[context], &self.arena);
        black_box(found.unwrap());
        self.arena.reset();
    }

    #[inline]
    fn read(&mut self, context: usize) -> Offer {
        let found = self
            .engine
            .evaluate(&self.logic, &self.bound[context], &self.arena);
        let offer = taken(found.unwrap());
        self.arena.reset();
        offer
    }

    #[inline]
    fn decide_json(&mut self, text: &str) {
        black_box(
            self.engine
                .evaluate(&self.logic, text, &self.arena)
                .unwrap(),
        );
        self.arena.reset();
    }

    #[inline]
    fn read_json(&mut self, text: &str) -> Offer {
        let offer = taken(
            self.engine
                .evaluate(&self.logic, text, &self.arena)
                .unwrap(),
        );
        self.arena.reset();
        offer
    }
}

fn taken(value: &DataValue<'_>) -> Offer {
    match value.as_array().unwrap() {
        [name, discount, priority] => offer(
            name.as_str().unwrap(),
            discount.as_f64().unwrap(),
            priority.as_i64().unwrap(),
        ),
        _ => panic!("three outputs"),
    }
}

/// Rules as JSONLogic.
fn text(rules: &[Rule]) -> String {
    let branch = |rule: &Rule| {
        let made = &OFFERS[rule.offer];
        let outputs = format!(
            r#"["{}",{:?},{}]"#,
            word(made),
            made.discount,
            made.priority
        );
        match rule.tests.as_slice() {
            [] => outputs,
            tests => format!(r#"{{"and":[{}]}},{outputs}"#, joined(tests, ",", test)),
        }
    };
    format!(r#"{{"if":[{}]}}"#, joined(rules, ",\n", branch))
}

fn test(test: &Test) -> String {
    let var = |field: &str| format!(r#"{{"var":"{field}"}}"#);
    match test {
        Test::Is(field, member) => format!(r#"{{"===":[{},"{member}"]}}"#, var(field)),
        Test::OneOf(field, members) => format!(r#"{{"in":[{},{members:?}]}}"#, var(field)),
        Test::AtLeast(field, least) => format!(r#"{{">=":[{},{least}]}}"#, var(field)),
        Test::Below(field, bound) => format!(r#"{{"<":[{},{bound}]}}"#, var(field)),
        Test::Within(field, low, high) => format!(r#"{{"<=":[{low},{},{high}]}}"#, var(field)),
        Test::Holds(field) => var(field),
        Test::Fails(field) => format!(r#"{{"!":[{}]}}"#, var(field)),
    }
}

/// What is compiled: the text, and the compiler.
pub fn build(rules: &[Rule]) -> impl Fn() -> Box<dyn FnMut(&Visit) -> Offer> + use<> {
    let text = text(rules);
    move || {
        let engine = Engine::new();
        let logic = engine.compile(text.as_str()).unwrap();
        Box::new(move |visit| {
            let arena = Bump::new();
            taken(engine.evaluate(&logic, &json(visit), &arena).unwrap())
        })
    }
}
