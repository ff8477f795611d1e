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
