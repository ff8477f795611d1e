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

const SHOP: &str = r#"ruleset shop
context { vip: bool = false }
touchpoint { channel: enum { web, kiosk } = web }
event visit { page: string, pages: int = 1 }
event order { paid: money<GBP> }
behaviour regular   = count visit in last 7 days >= 2
behaviour abandoned = visit where (page == "cart" and event.channel is kiosk) in last 1 day and no order in last 1 day
decision help -> enum { person, chat } {
    lost: when abandoned => person because "left a full cart"
    otherwise => chat
}
segment always = vip or not vip
"#;

fn shopper() -> Scenario {
    scenario(&Ruleset::from_text(SHOP).unwrap_or_else(|error| panic!("{error}")))
}

/// Events at instants and by their age, from JSON values, structs and JSON lines.
#[test]
fn what_a_customer_did() {
    #[derive(serde::Serialize)]
    struct Visit<'a> {
        page: &'a str,
        channel: &'a str,
        pages: Option<i64>,
    }
    let cart = Visit {
        page: "cart",
        channel: "kiosk",
        pages: None,
    };
    let ann = shopper()
        .now("2026-03-06T18:00:00Z")
        .decides("regular", false)
        .event(
            "visit",
            "P2D",
            serde_json::json!({ "page": "home", "id": "a" }),
        )
        .event("visit", "2026-03-06T19:00:00+01:00", cart)
        .decides("regular", true)
        .decides("help", "person")
        .by("lost")
        .because("left a full cart")
        .same_on_every_channel("help");
    let order = r#"{ "id": "o", "type": "order", "at": "2026-03-06T18:00:00Z", "paid": 3 }"#;
    ann.clone().events(order).decides("help", "chat");
    ann.clone()
        .now("2026-03-07T18:00:00Z")
        .decides("help", "chat");
    // The same event again is the same event.
    ann.events(&format!("{order}\n\n{order}"))
        .decides("help", "chat");
    // Whoever asks nothing of time needs no instant.
    shopper()
        .event(
            "visit",
            "2026-03-06T18:00:00Z",
            serde_json::json!({ "page": "x" }),
        )
        .decides("always", true);
}

#[test]
fn events_that_do_not_fit_say_so() {
    let order = |when: &str, fields: serde_json::Value| {
        let (when, fields) = (when.to_owned(), fields);
        said(move || {
            shopper()
                .now("2026-03-06T18:00:00Z")
                .event("order", &when, fields)
        })
    };
    let paid = || serde_json::json!({ "paid": 3, "id": "o" });
    for (text, part) in [
        (
            order("P1D", serde_json::json!({ "payd": 3 })),
            "payd: there is no such field; did you mean `paid`?",
        ),
        (
            order("P1D", serde_json::json!([1])),
            "the fields of `order` are no object",
        ),
        (
            order("yesterday", paid()),
            "`yesterday` says not when the event `order` was",
        ),
        (
            order("P1D", serde_json::json!({ "at": "P2D" })),
            "`at` stands before the fields of `order`",
        ),
        (
            order("P9999999D", paid()),
            "says not when the event `order` was",
        ),
        (
            said(|| shopper().event("order", "P1D", serde_json::json!({ "paid": 3 }))),
            "give the scenario its instant first",
        ),
        (
            said(|| shopper().event("ordr", "2026-03-06T18:00:00Z", ())),
            "there is no event type `ordr`; did you mean `order`?",
        ),
        (
            said(|| {
                let ann = shopper().event("order", "2026-03-06T18:00:00Z", paid());
                ann.event("order", "2026-03-06T18:00:01Z", paid())
            }),
            "another event of the scenario has this id",
        ),
        (
            said(|| shopper().events("{}")),
            "type: required, but not given",
        ),
    ] {
        assert!(text.contains(part), "{text}");
    }
}
