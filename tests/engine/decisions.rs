//! Typed handles and what they give.

use super::rules;
use pervade::{Compiler, ErrorKind, Limits, Ruleset};
use serde::Deserialize;
use serde_json::json;
use std::collections::BTreeMap;

const RULES: &str = "ruleset demo
enum Tier { guest, gold }
record Offer { name: string, price: decimal, tier: Tier?, sizes: list<int> }
context { age: int, tier: Tier = guest, n: int = 0, spend: decimal = 0 }
record Shown { offer: Offer, age: int }
let shown: Shown = { offer: { name: \"a\", price: 1.50, tier: tier, sizes: [1, age] }, age: age }
decision offer -> Offer {
    none: when age < 0 => { name: \"\", price: 0, tier: missing, sizes: [] }
    otherwise => { name: \"menu\", price: 12.5, tier: tier, sizes: [age] } because \"hungry\"
}
segment adult = age >= 18
classify persona { child when age < 12  teen when age < 20  otherwise grown }
table band(first) -> string? { | age | tier => result | < 12 | - => \"a\" because \"row\" | - | gold => \"b\" }
table fee(unique) -> int { | age => result | < 12 => 1 otherwise => 2 }
table many(collect) -> list<int> { | age => result | > 1 => 1 | > 2 => 2 | > 3 => n }
let sum = n + 1
let product = spend * 2 + 1";

fn at(rules: &Ruleset, json: &str) -> pervade::Context {
    rules.context().json(json).unwrap().build().unwrap()
}

fn value<T: serde::de::DeserializeOwned>(name: &str, json: &str) -> T {
    let rules = rules(RULES);
    rules
        .decision::<T>(name)
        .unwrap()
        .decide(&at(&rules, json))
        .unwrap()
        .into_value()
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "lowercase")]
enum Tier {
    Guest,
    Gold,
}

#[derive(Deserialize, PartialEq, Debug)]
struct Offer {
    name: String,
    price: f64,
    tier: Option<Tier>,
    sizes: Vec<u8>,
}

#[test]
fn values_become_the_hosts_types() {
    let offer: Offer = value("offer", r#"{ "age": 30, "tier": "gold" }"#);
    assert_eq!(
        offer,
        Offer {
            name: "menu".into(),
            price: 12.5,
            tier: Some(Tier::Gold),
            sizes: vec![30]
        }
    );
    let offer: Offer = value("offer", r#"{ "age": -1 }"#);
    assert_eq!(offer.tier, None);
    let untyped: serde_json::Value = value("offer", r#"{ "age": 30 }"#);
    assert_eq!(
        untyped,
        json!({ "name": "menu", "price": "12.5", "tier": "guest", "sizes": [30] })
    );
    let map: BTreeMap<String, serde_json::Value> = value("offer", r#"{ "age": 30 }"#);
    assert_eq!(map.len(), 4);
    assert!(value::<bool>("adult", r#"{ "age": 18 }"#));
    assert_eq!(value::<String>("persona", r#"{ "age": 18 }"#), "teen");
    assert_eq!(value::<Option<String>>("band", r#"{ "age": 30 }"#), None);
    assert_eq!(value::<Vec<i32>>("many", r#"{ "age": 3 }"#), [1, 2]);
    assert_eq!(value::<Vec<i32>>("many", r#"{ "age": 0 }"#), [0; 0]);
    assert_eq!(value::<u8>("fee", r#"{ "age": 3 }"#), 1);
    assert_eq!(value::<f32>("sum", r#"{ "age": 3 }"#), 1.0);
    let nested: serde_json::Value = value("shown", r#"{ "age": 3 }"#);
    assert_eq!(nested["offer"]["sizes"], json!([1, 3]));
}

#[test]
fn a_type_that_does_not_fit_is_refused_at_once() {
    let rules = rules(RULES);
    let refused = |error: pervade::Error| {
        assert!(matches!(error.kind(), ErrorKind::Handle { .. }), "{error}");
        error.to_string()
    };
    assert_eq!(
        refused(rules.decision::<bool>("aduld").unwrap_err()),
        "there is no decision `aduld` in `demo`; did you mean `adult`?"
    );
    let text = refused(rules.decision::<String>("band").unwrap_err());
    assert!(
        text.starts_with("`band` does not fit: it gives `string?`"),
        "{text}"
    );
    assert!(
        text.ends_with("it may be missing: ask for an `Option`"),
        "{text}"
    );
    #[derive(Deserialize, Debug)]
    #[serde(rename_all = "lowercase")]
    enum Persona {
        Child,
        Teen,
    }
    let text = refused(rules.decision::<Persona>("persona").unwrap_err());
    assert!(text.contains("unknown variant `grown`"), "{text}");
    let text = refused(rules.decision::<i64>("product").unwrap_err());
    assert!(
        text.contains("invalid type: string \"1.5\", expected i64"),
        "{text}"
    );
    #[derive(Deserialize, Debug)]
    struct Priceless {
        #[serde(rename = "sizes")]
        _sizes: Vec<bool>,
    }
    let text = refused(rules.decision::<Priceless>("offer").unwrap_err());
    assert!(
        text.contains("field `sizes`: invalid type: integer `1`, expected a boolean"),
        "{text}"
    );
}

#[test]
fn labels_and_reasons() {
    let rules = rules(RULES);
    let told = |name: &str, json: &str| {
        let decision = rules
            .decision::<serde_json::Value>(name)
            .unwrap()
            .decide(&at(&rules, json))
            .unwrap();
        let mut frame = rules.frame();
        frame.json(json).unwrap();
        let decider = rules.decision::<serde_json::Value>(name).unwrap();
        let outcome = decider.decide_in(&mut frame).unwrap();
        assert_eq!(outcome.label().as_deref(), decision.label());
        assert_eq!(outcome.because(), decision.because());
        assert_eq!(
            serde_json::to_value(&outcome).unwrap(),
            serde_json::to_value(&decision).unwrap()
        );
        (
            decision.labels().join(","),
            decision.because().unwrap_or("").to_owned(),
        )
    };
    let told = |name, json| {
        let (labels, because) = told(name, json);
        format!("{labels}|{because}")
    };
    assert_eq!(told("offer", r#"{ "age": 1 }"#), "otherwise|hungry");
    assert_eq!(told("offer", r#"{ "age": -1 }"#), "none|");
    assert_eq!(told("persona", r#"{ "age": 15 }"#), "rule 2|");
    assert_eq!(told("persona", r#"{ "age": 50 }"#), "otherwise|");
    assert_eq!(told("band", r#"{ "age": 5 }"#), "row 1|row");
    assert_eq!(told("band", r#"{ "age": 50 }"#), "|");
    assert_eq!(told("fee", r#"{ "age": 50 }"#), "otherwise|");
    assert_eq!(told("many", r#"{ "age": 3 }"#), "row 1,row 2|");
    assert_eq!(told("adult", r#"{ "age": 3 }"#), "|");
}

#[test]
fn an_overflow_names_its_place() {
    let rules = rules(RULES);
    let context = at(
        &rules,
        &format!(
            r#"{{ "age": 1, "n": {}, "spend": "79228162514264337593543950335" }}"#,
            i64::MAX
        ),
    );
    let told = |name: &str| {
        let error = rules
            .decision::<serde_json::Value>(name)
            .unwrap()
            .decide(&context)
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Evaluation { .. }));
        error.to_string()
    };
    assert_eq!(
        told("sum"),
        "rules.pvd:16:11: the result does not fit an int (64 bits) in `sum`: `n + 1`"
    );
    assert!(
        told("product").contains(
            "the result has more digits than a decimal holds (28) in `product`: `spend * 2"
        )
    );
}

#[test]
fn handles_of_another_ruleset_are_refused() {
    let (one, other) = (rules(RULES), rules(RULES));
    let adult = one.decision::<bool>("adult").unwrap();
    let foreign = at(&other, r#"{ "age": 30 }"#);
    assert!(matches!(
        adult.decide(&foreign).unwrap_err().kind(),
        ErrorKind::Handle { .. }
    ));
    assert!(adult.decide_in(&mut other.frame()).is_err());
    let age = one.slot::<i64>("age").unwrap();
    assert!(matches!(
        other.frame().set(&age, 3).unwrap_err().kind(),
        ErrorKind::Slot { .. }
    ));
    let gold = other.member("Tier", "gold").unwrap();
    let tier = one.slot::<pervade::Member>("tier").unwrap();
    assert_eq!(
        one.frame().set(&tier, gold).unwrap_err().problems()[0].message,
        "this member belongs to another ruleset"
    );
}

#[test]
fn depends_on_is_what_was_read() {
    let rules = rules(
        "ruleset demo context { a: int, b: int, r: { x: int }? } segment s = a > 1 and b > 1 or r is present and r.x > 1",
    );
    let reads = |json: &str| {
        let decision = rules
            .decision::<bool>("s")
            .unwrap()
            .decide(&at(&rules, json))
            .unwrap();
        decision.depends_on().join(" ")
    };
    assert_eq!(reads(r#"{ "a": 2, "b": 2 }"#), "a b");
    assert_eq!(reads(r#"{ "a": 1, "b": 2 }"#), "a r");
    assert_eq!(reads(r#"{ "a": 1, "b": 2, "r": { "x": 5 } }"#), "a r r.x");
}

#[test]
fn how_the_chosen_are_delivered_is_read() {
    let rules = rules(
        "ruleset demo
         context { consents: list<string>, name: string, kind: string }
         touchpoint { channel: enum { web, email } }
         issue s
         group s.a
         action a1 in s.a {
             value 5
             treatment for channel == web { headline: \"{name}\" }
             treatment otherwise { headline: kind }
         }
         policy gentle { withhold on email unless \"email\" in consents }
         next_best_action home { choose from all rank by value }
         next_best_action none { choose from all hold out 100% by name salt \"x\" rank by value }",
    );
    let reads = |name: &str, channel: &str| {
        let context = rules.context();
        let context = context
            .json(r#"{ "consents": [], "name": "Ada", "kind": "x" }"#)
            .unwrap();
        let context = context.touchpoint_json(&format!(r#"{{ "channel": "{channel}" }}"#));
        let context = context.unwrap().build().unwrap();
        let home = rules.decision::<serde_json::Value>(name).unwrap();
        home.decide(&context).unwrap().depends_on().join(" ")
    };
    assert_eq!(reads("home", "web"), "name touchpoint.channel");
    assert_eq!(reads("home", "email"), "consents kind touchpoint.channel");
    assert_eq!(reads("none", "email"), "name");
}

#[test]
fn handles_and_contexts_are_shared_between_threads() {
    let rules = rules(RULES);
    let adult = rules.decision::<bool>("adult").unwrap();
    let context = at(&rules, r#"{ "age": 30 }"#);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope
                .spawn(|| (0..100).for_each(|_| assert!(*adult.decide(&context).unwrap().value())));
        }
    });
}

#[test]
fn a_result_that_repeats_itself_is_bounded() {
    // Each list holds the one before it twice: 2^30 items in 30 steps.
    let mut text = "ruleset demo context { n: int }\nlet l0 = [n, n]\n".to_owned();
    for step in 1..30 {
        text.push_str(&format!("let l{step} = [l{0}, l{0}]\n", step - 1));
    }
    let rules = rules(&text);
    let last = rules.decision::<serde::de::IgnoredAny>("l29").unwrap();
    let context = at(&rules, r#"{ "n": 1 }"#);
    assert!(
        rules
            .decision::<serde_json::Value>("l29")
            .unwrap()
            .decide(&context)
            .is_err()
    );
    assert!(last.trace(&context).unwrap().to_string().len() < 1_000_000);
    let mut frame = rules.frame();
    frame.json(r#"{ "n": 1 }"#).unwrap();
    let outcome = last.decide_in(&mut frame).unwrap();
    struct Nothing;
    impl std::io::Write for Nothing {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let decision = last.decide(&context).unwrap();
    let written = [
        serde_json::to_writer(Nothing, &outcome),
        serde_json::to_writer(Nothing, &decision),
    ];
    for written in written {
        assert!(written.unwrap_err().to_string().contains("too large"));
    }
}

#[test]
fn types_of_any_depth_are_survived() {
    // Each list holds the one before it.
    let mut text = "ruleset demo context { n: int }\nlet l0 = [n]\n".to_owned();
    for step in 1..900 {
        text.push_str(&format!("let l{step} = [l{}]\n", step - 1));
    }
    let work = move || {
        let mut limits = Limits::default();
        limits.graph_depth = 10_000;
        let Ok(rules) = Compiler::new().limits(limits).text(&text) else {
            return;
        };
        let error = rules.decision::<serde_json::Value>("l899").unwrap_err();
        assert!(
            error.to_string().contains("more than 128 levels deep"),
            "{error}"
        );
        let context = at(&rules, r#"{ "n": 1 }"#);
        let shallow = rules.decision::<serde_json::Value>("l100").unwrap();
        assert!(shallow.decide(&context).is_ok());
        assert!(
            shallow
                .trace(&context)
                .unwrap()
                .to_string()
                .contains("n is 1")
        );
    };
    let small = std::thread::Builder::new().stack_size(1 << 20);
    small.spawn(work).unwrap().join().unwrap();
}

#[test]
fn what_is_shared_may_cross_threads() {
    fn shared<T: Send + Sync>() {}
    fn sent<T: Send>() {}
    shared::<Ruleset>();
    shared::<pervade::Context>();
    shared::<pervade::Decider<std::rc::Rc<()>>>();
    shared::<pervade::Slot<str>>();
    shared::<pervade::Error>();
    shared::<pervade::Trace>();
    sent::<pervade::Frame>();
    sent::<pervade::ContextBuilder>();
}
