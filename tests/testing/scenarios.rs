//! Assertions in Rust, met and not met.

use super::RULES;
use pervade::Ruleset;
use pervade::testing::{Scenario, scenario};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn ann() -> Scenario {
    let rules = Ruleset::from_text(RULES).unwrap();
    scenario(&rules)
        .given(r#"{ "customer": { "id": "c1", "visits": 4 } }"#)
        .on("web")
}

/// What an assertion says when it is not met.
fn said(assertion: impl FnOnce() -> Scenario) -> String {
    let payload = catch_unwind(AssertUnwindSafe(assertion)).expect_err("it panics");
    payload.downcast_ref::<String>().expect("a text").clone()
}

#[test]
fn a_suite_in_rust() {
    ann()
        .decides("discount", 0.1)
        .decides("discount", "0.10")
        .decides("regular", true)
        .but("customer.home", serde_json::json!({ "city": "Rome" }))
        .decides("discount", 0.15)
        .but("mood", "angry")
        .now("2026-03-06T18:00:00Z")
        .decides("assistance", "person")
        .by("upset")
        .because("something went wrong")
        .same_on_every_channel("assistance");
}

#[test]
fn assertions_that_are_not_met_explain_themselves() {
    let value = said(|| {
        ann()
            .but("mood", "confused")
            .but("customer.visits", 2)
            .decides("assistance", "chat")
    });
    assert!(
        value.starts_with("expected `assistance` to be \"chat\"\n  but `assistance` is none\n"),
        "{value}"
    );
    assert!(
        value.contains(
            "nearest miss: `upset` fails by one condition: mood == angry (mood is confused)"
        ),
        "{value}"
    );
    let label = said(|| ann().decides("assistance", "none").by("lost"));
    assert!(
        label.contains("`lost` fails by one condition: mood == confused (mood is calm)"),
        "{label}"
    );
    let reason = said(|| ann().decides("assistance", "none").because("so"));
    assert!(reason.contains("`assistance` gives no reason"), "{reason}");
    let same = said(|| ann().same_on_every_channel("greeting"));
    assert!(
        same.contains("on `kiosk`, `greeting` is \"welcome\""),
        "{same}"
    );
    let unknown = said(|| ann().decides("asistance", "chat"));
    assert!(unknown.contains("did you mean `assistance`?"), "{unknown}");
    let context = said(|| ann().but("mood", "angri").decides("assistance", "chat"));
    assert!(context.contains("did you mean `angry`?"), "{context}");
    let nothing = said(|| ann().by("upset"));
    assert!(nothing.contains("nothing was decided yet"), "{nothing}");
}
