//! A cinema's backend whose types are generated from its rules: a misspelt field, a member that is not there, a decision of
//! another type are mistakes at compile time. The build script is `build.rs`, the rules are in `examples/rules`.

#![deny(warnings, missing_docs)]

/// What the rules take and give, as `build.rs` wrote it.
pub mod cinema {
    include!(concat!(env!("OUT_DIR"), "/cinema.rs"));
}

use chrono::{DateTime, NaiveDate, Utc};
use cinema::{AssistanceHelp, Context, Customer, Decisions, Genre, Geo, Mood, Showing, Tier};
use cinema::{Event, TicketPurchased, Touchpoint, TouchpointChannel};
use std::error::Error;

/// An instant of this example.
fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_default()
}

fn main() -> Result<(), Box<dyn Error>> {
    let rules =
        pervade::Ruleset::from_file(concat!(env!("CARGO_MANIFEST_DIR"), "/../rules/cinema.pvd"))?;
    let decisions = Decisions::of(&rules)?;

    // What is not given has the default that the rules declare, or is missing.
    let facts = Context {
        customer: Customer {
            id: "c4".to_owned(),
            tier: Tier::Gold,
            birth_date: NaiveDate::from_ymd_opt(1990, 3, 3),
            home: Some(Geo {
                lat: "51.472".parse()?,
                lon: "-0.12".parse()?,
            }),
            saved_card: Some(true),
            timezone: None,
        },
        mood: Some(Mood::Confused),
        showing: Some(Showing {
            film: "Dune".to_owned(),
            genre: Genre::Drama,
            starts: at("2026-03-03T20:00:00Z"),
            price: "12.35".parse()?,
            seats_left: 9,
        }),
    };
    let bought = Event::TicketPurchased(TicketPurchased {
        id: "e1".to_owned(),
        at: at("2026-02-20T19:30:00Z"),
        seq: None,
        device: None,
        channel: Some(TouchpointChannel::Kiosk),
        film: "Alien".to_owned(),
        seats: 4,
        paid: "42.50".parse()?,
    });
    let mut profile = rules.profile();
    profile.observe(&bought)?;
    let touchpoint = Touchpoint {
        channel: TouchpointChannel::Kiosk,
        source: None,
    };
    let context = rules
        .context()
        .now(at("2026-03-03T12:00:00Z"))
        .profile(&profile)
        .facts(&facts)?
        .touchpoint(&touchpoint)?
        .build()?;

    let assistance = decisions.assistance.decide(&context)?;
    let helper = match assistance.value().help {
        AssistanceHelp::LiveAgent => "a person",
        AssistanceHelp::Chat => "chat",
        AssistanceHelp::SelfService => "nobody",
    };
    println!("helped by {helper}: {}", assistance.value().reason);
    if let Some(price) = decisions.price.decide(&context)?.value() {
        println!("pays {price} GBP");
    }
    let level = decisions.level.decide(&context)?.into_value();
    println!(
        "{} points: {level:?}",
        decisions.loyalty.decide(&context)?.value()
    );

    // There and back: what is given, what is decided, and what happened.
    let sent = serde_json::to_string(&facts)?;
    let read: Context = serde_json::from_str(&sent)?;
    let again = rules
        .context()
        .now(at("2026-03-03T12:00:00Z"))
        .profile(&profile)
        .facts_json(&sent)?
        .touchpoint(&touchpoint)?
        .build()?;
    let same = decisions.assistance.decide(&again)?;
    println!("the context comes back: {}", read == facts);
    println!(
        "the decision is the same: {}",
        same.value() == assistance.value()
    );
    println!("{}", serde_json::to_string(&same)?);
    println!("{}", serde_json::to_string(&bought)?);
    Ok(())
}
