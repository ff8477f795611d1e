//! The story of a decision, as text and as data.

use super::rules;

const RULES: &str = "ruleset demo
enum Tier { guest, gold }
context { age: int, tier: Tier = guest, n: int = 0, home: { zip: string }? }
segment adult = age >= 18
classify persona { child when not adult  loyal when tier == gold // comment
                   otherwise other }
decision help -> { kind: string, n: int } {
    local: when home is present
                and home.zip == \"N1\" => { kind: \"shop\", n: 1 }
    loyal: when persona in [loyal, child] and adult => { kind: \"person\", n: n + 1 } because \"we know you\"
    otherwise => { kind: \"none\", n: 0 }
}
table fee(first) -> int {
    | age   | persona => result
    | < 2   | -       => 0
    | < 4   | -       => 1
    | < 6   | -       => 2
    | < 8   | -       => 3
    | >= 18 | loyal   => 4
    | -     | -       => n
}";

fn story(name: &str, json: &str) -> String {
    let rules = rules(RULES);
    let context = rules.context().json(json).unwrap().build().unwrap();
    let decider = rules.decision::<serde_json::Value>(name).unwrap();
    let trace = decider.trace(&context).unwrap();
    if let Ok(decision) = decider.decide(&context) {
        assert_eq!(decision.trace(), trace);
    }
    format!("\n{trace}")
}

#[test]
fn a_decision_through_other_definitions() {
    assert_eq!(
        story(
            "help",
            r#"{ "age": 30, "tier": "gold", "n": 4, "home": { "zip": "E8" } }"#
        ),
        "
decision help: { kind: \"person\", n: 5 }, by `loyal`, because we know you
  no: `local` when home is present and home.zip == \"N1\"
    yes: home is present (home is { zip: \"E8\" })
    no: home.zip == \"N1\" (home.zip is \"E8\")
  yes: `loyal` when persona in [loyal, child] and adult
    yes: persona in [loyal, child] (persona is loyal)
    yes: adult
    n is 4
classify persona: loyal, by rule 2
  no: rule 1 when not adult
    yes: adult
  yes: rule 2 when tier == gold
    yes: tier == gold (tier is gold)
segment adult: true
  yes: age >= 18 (age is 30)
"
    );
}

#[test]
fn rows_that_do_not_fit_are_told_together() {
    assert_eq!(
        story("fee", r#"{ "age": 30, "tier": "gold" }"#),
        "
table fee: 4, by row 5
  no: row 1 to row 4
  yes: row 5: | >= 18 | loyal => 4
    yes: age >= 18 (age is 30)
    yes: loyal (persona is loyal)
classify persona: loyal, by rule 2
  no: rule 1 when not adult
    yes: adult
  yes: rule 2 when tier == gold
    yes: tier == gold (tier is gold)
segment adult: true
  yes: age >= 18 (age is 30)
"
    );
}

#[test]
fn an_overflow_is_part_of_the_story() {
    let text = story(
        "help",
        &format!(r#"{{ "age": 30, "tier": "gold", "n": {} }}"#, i64::MAX),
    );
    assert!(text.starts_with("\ndecision help: not decided\n"), "{text}");
    assert!(
        text.ends_with("stopped: the result does not fit an int (64 bits): `n + 1`\n"),
        "{text}"
    );
}

#[test]
fn the_story_is_data_too() {
    let rules = rules(RULES);
    let context = rules
        .context()
        .json(r#"{ "age": 3 }"#)
        .unwrap()
        .build()
        .unwrap();
    let trace = rules
        .decision::<bool>("adult")
        .unwrap()
        .trace(&context)
        .unwrap();
    assert_eq!(
        serde_json::to_value(&trace).unwrap(),
        serde_json::json!({
            "ruleset": "demo",
            "decision": "adult",
            "definitions": [{
                "kind": "segment", "name": "adult", "value": "false", "label": null, "because": null, "rules": [],
                "steps": [{
                    "step": "condition", "text": "age >= 18", "holds": false,
                    "with": [{ "name": "age", "value": "3" }],
                }],
            }],
        })
    );
}

const EVENTS: &str = "ruleset demo
touchpoint { channel: enum { web, mobile } }
event checkout { film: string }
event bought { film: string, paid: money<GBP> sensitive }
behaviour abandoned = (checkout then no bought within 30 minutes) in last 1 day
behaviour often = count bought in last 30 days >= 2
behaviour dear = max paid of bought
segment rich = dear is present and dear > 90 GBP
decision remind -> string {
    rich: when rich => \"no\"
    come: when abandoned and not often => \"yes\"
    otherwise => \"maybe\"
}";

#[test]
fn what_is_asked_of_events_names_them() {
    let rules = rules(EVENTS);
    let mut history = rules.history();
    for (id, ty, at, more) in [
        (
            "c1",
            "checkout",
            "2026-03-06T17:20:00Z",
            r#""channel": "mobile""#,
        ),
        (
            "c0",
            "checkout",
            "2026-03-05T20:00:00Z",
            r#""channel": "web""#,
        ),
        ("b1", "bought", "2026-03-02T17:00:00Z", r#""paid": "77.01""#),
    ] {
        let event =
            format!(r#"{{ "id": "{id}", "type": "{ty}", "at": "{at}", "film": "Dune", {more} }}"#);
        history.add_json(&event).unwrap();
    }
    let now = "2026-03-06T18:00:00Z".parse().unwrap();
    let builder = rules.context().now(now).history(&history);
    let builder = builder.touchpoint_json(r#"{ "channel": "web" }"#).unwrap();
    let context = builder.build().unwrap();
    let remind = rules.decision::<String>("remind").unwrap();
    let decision = remind.decide(&context).unwrap();
    let told: Vec<String> = decision
        .witnesses()
        .iter()
        .map(|w| {
            let ids: Vec<&str> = w.events.iter().map(|e| e.id.as_str()).collect();
            format!("{}: {} by {ids:?}", w.definition, w.question)
        })
        .collect();
    assert_eq!(
        told,
        [
            "dear: max paid of bought by [\"b1\"]",
            "abandoned: (checkout then no bought within 30 minutes) in last 1 day by [\"c1\"]",
            "often: count bought in last 30 days by [\"b1\"]",
        ]
    );
    let trace = decision.trace();
    let json = serde_json::to_string(&trace).unwrap();
    for text in [trace.to_string(), trace.story().to_string(), json] {
        assert!(!text.contains("77"), "{text}");
    }
    assert_eq!(
        format!("\n{trace}"),
        "
decision remind: \"yes\", by `come`
  no: `rich` when rich
    no: rich
  yes: `come` when abandoned and not often
    yes: abandoned — checkout 40 minutes ago on mobile
    no: often
segment rich: false
  yes: dear is present (dear is ‹hidden›)
  no: dear > 90 GBP (dear is ‹hidden›)
behaviour dear: ‹hidden›
  now is 2026-03-06T18:00:00Z
  max paid of bought — bought 4 days ago
behaviour abandoned: true
  now is 2026-03-06T18:00:00Z
  yes: (checkout then no bought within 30 minutes) in last 1 day — checkout 40 minutes ago on mobile
behaviour often: false
  no: count bought in last 30 days >= 2 (now is 2026-03-06T18:00:00Z, count bought in last 30 days is 1) — bought 4 days ago
"
    );
}
