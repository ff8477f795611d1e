//! The generated Rust types in use: contexts from structs, results into structs, the same as from JSON.

use pervade::Decision;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// As a host includes them, and as strict as a host can be.
#[deny(warnings, missing_docs, clippy::all)]
mod cinema {
    include!("../cases/types/cinema.rs");
}

#[deny(warnings, missing_docs, clippy::all)]
mod names {
    include!("../cases/types/names.rs");
}

/// What a decision gives, by way of its type, is what it gives by way of JSON.
fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(decision: &Decision<T>) {
    let json = serde_json::to_value(decision).unwrap();
    let value: T = serde_json::from_value(json["value"].clone()).unwrap();
    assert_eq!(decision.value(), &value, "{json}");
}

#[test]
fn a_customer_goes_there_and_back() {
    let rules = super::cinema();
    let decisions = cinema::Decisions::of(&rules).unwrap();
    let facts = cinema::Context {
        customer: cinema::Customer {
            id: "c1".to_owned(),
            tier: cinema::Tier::Gold,
            birth_date: chrono::NaiveDate::from_ymd_opt(1990, 3, 3),
            home: Some(cinema::Geo {
                lat: "51.4720".parse().unwrap(),
                lon: "-0.12".parse().unwrap(),
            }),
            saved_card: Some(true),
            timezone: Some("Europe/London".to_owned()),
        },
        mood: Some(cinema::Mood::Angry),
        showing: Some(cinema::Showing {
            film: "Dune".to_owned(),
            genre: cinema::Genre::Drama,
            starts: "2026-03-03T20:00:00.250Z".parse().unwrap(),
            price: "12.35".parse().unwrap(),
            seats_left: 9,
        }),
    };
    let touchpoint = cinema::Touchpoint {
        channel: cinema::TouchpointChannel::CallCentre,
        source: None,
    };
    let now = "2026-03-03T12:00:00Z".parse().unwrap();
    let history = rules.history();
    let builder = rules.context().now(now).history(&history);
    let builder = builder.facts(&facts).unwrap();
    let context = builder.touchpoint(&touchpoint).unwrap().build().unwrap();

    let assistance = decisions.assistance.decide(&context).unwrap();
    assert_eq!(assistance.value().help, cinema::AssistanceHelp::LiveAgent);
    same(&assistance);
    let price = decisions.price.decide(&context).unwrap();
    assert_eq!(price.value().unwrap().to_string(), "9.26");
    same(&price);
    same(&decisions.discount.decide(&context).unwrap());
    same(&decisions.benefits.decide(&context).unwrap());
    same(&decisions.persona.decide(&context).unwrap());
    same(&decisions.presentation.decide(&context).unwrap());
    same(&decisions.one_tap_checkout.decide(&context).unwrap());
    assert_eq!(*decisions.loyalty.decide(&context).unwrap().value(), 30);

    // Structs to JSON and back, and as one object with touchpoint and time.
    let mut whole = serde_json::to_value(&facts).unwrap();
    assert_eq!(
        serde_json::from_value::<cinema::Context>(whole.clone()).unwrap(),
        facts
    );
    whole["touchpoint"] = serde_json::to_value(touchpoint).unwrap();
    whole["now"] = json!("2026-03-03T12:00:00Z");
    let again = rules
        .context()
        .history(&history)
        .json(&whole.to_string())
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(
        decisions.assistance.decide(&again).unwrap().value(),
        assistance.value()
    );
    let schema: Value = serde_json::from_str(&pervade::types::json_schema(&rules)).unwrap();
    assert!(jsonschema::draft202012::is_valid(&schema, &whole));
}

#[test]
fn events_go_there_and_back() {
    let rules = super::cinema();
    let at = || "2026-03-03T12:00:00Z".parse().unwrap();
    let events = [
        cinema::Event::FilmViewed(cinema::FilmViewed {
            id: "a1".to_owned(),
            at: at(),
            seq: Some(3),
            device: None,
            channel: Some(cinema::TouchpointChannel::CallCentre),
            film: "Dune".to_owned(),
            genre: cinema::Genre::Drama,
        }),
        cinema::Event::TicketPurchased(cinema::TicketPurchased {
            id: "a2".to_owned(),
            at: at(),
            seq: None,
            device: Some("phone".to_owned()),
            channel: None,
            film: "Dune".to_owned(),
            seats: 2,
            paid: "24.70".parse().unwrap(),
        }),
    ];
    let mut history = rules.history();
    for event in &events {
        let json = serde_json::to_string(event).unwrap();
        assert_eq!(
            history.add(event).unwrap(),
            pervade::Observed::New,
            "{json}"
        );
        // The same by way of JSON is the same event.
        assert_eq!(history.add_json(&json).unwrap(), pervade::Observed::Known);
        assert_eq!(
            &serde_json::from_str::<cinema::Event>(&json).unwrap(),
            event
        );
    }
    assert_eq!(history.len(), events.len());
}

#[test]
fn renamed_fields_keep_their_names_in_data() {
    let rules = super::names();
    let decisions = names::Decisions::of(&rules).unwrap();
    let facts = names::Context {
        given: names::Context2 {
            r#type: "t".to_owned(),
            self_: 1,
            seats_left: 2,
            seats_left2: 3,
            crate_: None,
            of: vec![names::Geo2::Near],
        },
        home: None,
        customer: names::Customer {
            tier: names::CustomerTier::Gold,
            tier2: None,
        },
        customer_tier: names::CustomerTier2::Silver,
    };
    let context = rules.context().facts(&facts).unwrap().build().unwrap();
    let result = decisions.context_out.decide(&context).unwrap().into_value();
    assert_eq!(
        serde_json::to_value(&result).unwrap(),
        json!({ "type": "t", "self": 1, "seatsLeft": 2, "seats_left": 3, "crate": true, "of": ["near"] }),
    );
    assert!(names::Geo2::Near < names::Geo2::Far);
    assert!(
        decisions
            .places
            .decide(&context)
            .unwrap()
            .value()
            .is_empty()
    );
}
