//! Every problem of a context with its path: the cases of `tests/cases/contexts`, and what JSON can't say.

use super::rules;
use pervade::{Error, Ruleset};
use serde::Serialize;
use std::collections::BTreeMap;

/// The problems of a context, one a line; `ok` if there is none.
fn told(result: Result<pervade::Context, Error>) -> Vec<String> {
    match result {
        Ok(_) => vec!["ok".to_owned()],
        Err(error) => error.problems().iter().map(ToString::to_string).collect(),
    }
}

fn by_json(rules: &Ruleset, json: &str) -> Vec<String> {
    told(
        rules
            .context()
            .json(json)
            .and_then(|builder| builder.build()),
    )
}

/// The same data through serde, the touchpoint apart.
fn by_serde(rules: &Ruleset, json: &str) -> Vec<String> {
    let mut data: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let touchpoint = data
        .as_object_mut()
        .and_then(|fields| fields.remove("touchpoint"));
    let builder = rules.context().facts(&data).expect("JSON serialises");
    let builder = match touchpoint {
        Some(touchpoint) => builder.touchpoint(&touchpoint).expect("JSON serialises"),
        None => builder,
    };
    told(builder.build())
}

/// And in a frame that has been filled before.
fn by_frame(rules: &Ruleset, json: &str) -> Vec<String> {
    let mut frame = rules.frame();
    let _ = frame.json(json);
    frame.clear();
    let mut found = match frame.json(json) {
        Ok(()) => Vec::new(),
        Err(error) => told(Err(error)),
    };
    if found.is_empty() {
        found = told(frame.context());
    } else {
        assert!(
            frame.context().is_err(),
            "a spoilt frame gives no context: {json}"
        );
    }
    found
}

#[test]
fn every_problem_is_told_with_its_path() {
    let text = include_str!("../cases/contexts/problems.txt");
    for family in text.split("\n=== ").skip(1) {
        let mut parts = family.split("\n--- ");
        let (name, ruleset) = parts
            .next()
            .and_then(|head| head.split_once('\n'))
            .expect("a ruleset");
        let rules = rules(ruleset);
        for case in parts {
            let (json, expected) = case.split_once('\n').expect("problems");
            let (json, only) = match json.strip_suffix(" json only") {
                Some(json) => (json, true),
                None => (json, false),
            };
            let expected: Vec<&str> = expected.lines().filter(|line| !line.is_empty()).collect();
            assert_eq!(by_json(&rules, json), expected, "{name}: {json}");
            let framed = by_frame(&rules, json);
            assert_eq!(
                framed,
                expected[..framed.len()],
                "{name}, in a frame: {json}"
            );
            if !only {
                let mut found = by_serde(&rules, json);
                let mut expected = expected.clone();
                // The touchpoint comes after the rest, and JSON objects have no order here.
                found.sort();
                expected.sort();
                assert_eq!(found, expected, "{name}, through serde: {json}");
            }
        }
    }
}

#[test]
fn what_json_cannot_say_is_refused_or_exact() {
    let rules = rules(
        "ruleset demo context { d: decimal? n: int? t: string? e: enum { apple, berry }? r: { x: int }? l: list<int>? }",
    );
    let facts = |data: &dyn erased::Data| told(data.give(rules.context()));
    assert_eq!(
        facts(&One("d", f64::NAN)),
        ["d: expected a decimal, found NaN"]
    );
    assert_eq!(
        facts(&One("d", f64::NEG_INFINITY)),
        ["d: expected a decimal, found infinity"]
    );
    assert_eq!(
        facts(&One("d", 1e300)),
        ["d: 1e300 can't be held exactly as a decimal"]
    );
    assert_eq!(facts(&One("d", 0.1_f64)), ["ok"]);
    assert_eq!(
        facts(&One("d", u128::MAX)),
        [format!(
            "d: {} has more digits than a decimal holds (28)",
            u128::MAX
        )]
    );
    assert_eq!(
        facts(&One("d", i128::MAX)),
        [format!(
            "d: {} has more digits than a decimal holds (28)",
            i128::MAX
        )]
    );
    assert_eq!(
        facts(&One("n", u64::MAX)),
        [format!("n: {} does not fit an int (64 bits)", u64::MAX)]
    );
    assert_eq!(
        facts(&One("n", u128::MAX)),
        [format!("n: {} does not fit an int (64 bits)", u128::MAX)]
    );
    assert_eq!(
        facts(&One("n", 5.0)),
        ["n: expected an int, found the number 5.0"]
    );
    assert_eq!(facts(&One("t", 'x')), ["ok"]);
    assert_eq!(facts(&One("e", Kind::A)), ["ok"]);
    assert_eq!(
        facts(&One("e", Kind::C)),
        ["e: there is no member `c`; there is `apple`, `berry`"]
    );
    assert_eq!(
        facts(&One("r", Kind::X(5))),
        [
            "r.X: there is no such field; did you mean `x`?",
            "r.x: required, but not given"
        ]
    );
    assert_eq!(facts(&One("l", (1, 2, 3))), ["ok"]);
    assert_eq!(
        facts(&One("l", BTreeMap::from([(1, 2)]))),
        ["l: expected a list, found a record"]
    );
    assert_eq!(facts(&One("r", ())), ["ok"]);
}

#[test]
fn floats_become_their_shortest_decimal() {
    let rules = rules("ruleset demo context { d: decimal } let same = d");
    let same = rules.decision::<String>("same").unwrap();
    let decided = |builder: pervade::ContextBuilder| {
        same.decide(&builder.build().unwrap()).unwrap().into_value()
    };
    assert_eq!(
        decided(rules.context().facts(&One("d", 0.1_f64)).unwrap()),
        "0.1"
    );
    assert_eq!(
        decided(rules.context().facts(&One("d", 0.1_f32)).unwrap()),
        "0.1"
    );
    assert_eq!(
        decided(rules.context().facts(&One("d", 1e20_f32)).unwrap()),
        "100000000000000000000"
    );
    assert_eq!(
        decided(rules.context().json(r#"{ "d": 2.50 }"#).unwrap()),
        "2.5"
    );
    let long = "1.2345678901234567890123456789";
    assert_eq!(
        decided(
            rules
                .context()
                .json(&format!(r#"{{ "d": {long} }}"#))
                .unwrap()
        ),
        "1.2345678901234567890123456789"
    );
}

#[test]
fn data_may_come_in_parts_but_no_field_twice() {
    let rules =
        rules("ruleset demo context { customer: { age: int, name: string? } mood: string? }");
    let first = r#"{ "customer": { "age": 30 } }"#;
    let both = |second| {
        told(
            rules
                .context()
                .facts_json(first)
                .unwrap()
                .facts_json(second)
                .unwrap()
                .build(),
        )
    };
    assert_eq!(
        both(r#"{ "customer": { "name": "Ann" }, "mood": "calm" }"#),
        ["ok"]
    );
    assert_eq!(
        both(r#"{ "customer": { "age": 31 } }"#),
        ["customer.age: given twice"]
    );
}

#[test]
fn leniency_is_for_unknown_fields_alone() {
    let rules = rules("ruleset demo context { age: int, l: list<{ a: int }> = [] }");
    let lenient = |json: &str| told(rules.context().json(json).unwrap().lenient().build());
    assert_eq!(
        lenient(r#"{ "age": 30, "x": { "y": [1] }, "l": [{ "a": 1, "b": 2 }] }"#),
        ["ok"]
    );
    assert_eq!(lenient(r#"{ "x": 1 }"#), ["age: required, but not given"]);
}

#[test]
fn data_of_any_depth_is_survived() {
    let rules = rules("ruleset demo context { age: int, grid: list<list<int>>? }");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let small = std::thread::Builder::new().stack_size(1 << 20);
    let work = move || {
        for json in [
            deep.clone(),
            format!("{{\"age\": {deep}}}"),
            format!("{{\"x\": {deep}}}"),
            format!("{{\"grid\": {deep}}}"),
        ] {
            let problems = by_json(&rules, &json);
            assert!(!problems.is_empty() && problems[0] != "ok");
        }
    };
    small.spawn(work).unwrap().join().unwrap();
}

#[test]
fn very_many_problems_are_counted() {
    let rules = rules("ruleset demo context { l: list<int> }");
    let json = format!("{{\"l\": [{}]}}", vec!["true"; 5_000].join(","));
    let error = rules.context().json(&json).unwrap().build().unwrap_err();
    assert_eq!(error.problems().len(), 1_000);
    assert!(
        error
            .to_string()
            .starts_with("the context does not fit in 5000 places")
    );
    assert!(error.to_string().ends_with("and 4000 more"));
}

#[test]
fn very_many_unknown_names_take_little_time() {
    let rules = rules("ruleset demo context { l: list<timezone> }");
    let json = format!(
        "{{\"l\": [{}]}}",
        vec!["\"Eurpe/London\""; 200_000].join(",")
    );
    let start = std::time::Instant::now();
    let error = rules.context().json(&json).unwrap().build().unwrap_err();
    assert!(error.to_string().ends_with("and 199000 more"));
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

/// A record of one field.
struct One<T>(&'static str, T);

impl<T: Serialize> Serialize for One<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, &self.1)])
    }
}

#[derive(Serialize)]
enum Kind {
    #[serde(rename = "apple")]
    A,
    #[serde(rename = "c")]
    C,
    X(i32),
}

/// Lets one closure take serialisable values of several types.
mod erased {
    use pervade::{Context, ContextBuilder, Error};

    pub trait Data {
        fn give(&self, to: ContextBuilder) -> Result<Context, Error>;
    }

    impl<T: serde::Serialize> Data for T {
        fn give(&self, to: ContextBuilder) -> Result<Context, Error> {
            to.facts(self)?.build()
        }
    }
}
