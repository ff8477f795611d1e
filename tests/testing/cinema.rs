//! The cinema's rules as a backend team would test them, beside what `examples/rules/cinema_tests.pvd` shows.

use pervade::Ruleset;
use pervade::testing::{Scenario, check, scenario};
use serde_json::json;

const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/rules/cinema.pvd");

fn cleo(now: &str) -> Scenario {
    let showing = json!({ "film": "Dune", "genre": "drama", "starts": "2026-04-10T20:00:00Z",
                          "price": "12.35", "seats_left": 9 });
    scenario(&Ruleset::from_file(RULES).unwrap())
        .now(now)
        .given(r#"{ "customer": { "id": "c3", "tier": "member" } }"#)
        .but("showing", showing)
        .event(
            "ticket_purchased",
            "2025-10-01T19:00:00Z",
            json!({ "film": "Up", "seats": 4, "paid": "36.00" }),
        )
        .but("customer.home", json!({ "lat": 51.47, "lon": -0.12 }))
        .on("web")
}

#[test]
fn the_rules_keep_their_own_tests() {
    check(RULES).unwrap();
}

#[test]
fn prices_change_at_midnight_in_london() {
    cleo("2026-03-31T22:59:59Z").decides("price", "9.26");
    let april = cleo("2026-03-31T23:00:00Z").decides("price", "6.18");
    april.decides("discount", 0.5).by("spring");
}

#[test]
fn the_nearest_open_cinema_and_how_it_is_said() {
    let noon = cleo("2026-04-10T12:00:00Z").decides("cinema", "The Brixton Rex");
    let phone = noon.same_on_every_channel("cinema").on("call_centre");
    phone.decides("presentation", "voice");
    cleo("2026-04-10T09:30:00Z").decides("cinema", "Soho Picture House");
}
