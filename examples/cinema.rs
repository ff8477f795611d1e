//! A cinema decides who helps a customer, what they pay, what they get and where they go: the same on six channels, with
//! the reason.
//!
//! Run it with `cargo run --example cinema`; the rules are in `examples/rules/cinema.pvd`.

use chrono::{DateTime, NaiveDate, Utc};
use pervade::{Context, Decision, Error, Ruleset};
use serde::{Deserialize, Serialize};

/// What the host knows of a customer, in its own types.
#[derive(Serialize, Default)]
struct Customer {
    id: &'static str,
    tier: &'static str,
    birth_date: Option<NaiveDate>,
    home: Option<Place>,
    saved_card: bool,
    visits: u32,
    last_visit: Option<DateTime<Utc>>,
    spend: &'static str, // an amount as text: exact
    wrong_orders: u32,
    open_checkout: bool,
}

#[derive(Serialize, Clone, Copy)]
struct Place {
    lat: f64,
    lon: f64,
}

#[derive(Serialize)]
struct Showing {
    film: &'static str,
    genre: &'static str,
    starts: DateTime<Utc>,
    price: &'static str,
    seats_left: u32,
}

#[derive(Serialize)]
struct Facts {
    customer: Customer,
    mood: &'static str,
    showing: Option<Showing>,
}

#[derive(Serialize)]
struct Touchpoint {
    channel: &'static str,
}

/// What the rules answer, in the host's own types.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Help {
    LiveAgent,
    Chat,
    SelfService,
}

#[derive(Deserialize, PartialEq)]
struct Assistance {
    help: Help,
    reason: String,
}

const CHANNELS: [&str; 6] = [
    "web",
    "mobile",
    "kiosk",
    "call_centre",
    "smart_tv",
    "in_store",
];

fn customers() -> Vec<(&'static str, Facts)> {
    let dune = |seats_left| {
        Some(Showing {
            film: "Dune",
            genre: "drama",
            starts: at("2026-03-03T20:00:00Z"),
            price: "12.35",
            seats_left,
        })
    };
    let facts = |customer, mood, showing| Facts {
        customer,
        mood,
        showing,
    };
    let member = |id, born, visits| Customer {
        id,
        tier: "member",
        birth_date: NaiveDate::parse_from_str(born, "%Y-%m-%d").ok(),
        visits,
        spend: "0",
        ..Customer::default()
    };
    let guest = Customer {
        tier: "guest",
        ..member("c1", "", 0)
    };
    let gold = Customer {
        tier: "gold",
        spend: "180",
        saved_card: true,
        home: Some(Place {
            lat: 51.4720,
            lon: -0.1200,
        }),
        ..member("c4", "1990-03-03", 12)
    };
    let stuck = Customer {
        open_checkout: true,
        ..member("c5", "1985-01-20", 1)
    };
    let let_down = Customer {
        wrong_orders: 1,
        last_visit: Some(at("2025-10-01T19:00:00Z")),
        ..member("c6", "1992-08-08", 4)
    };
    vec![
        ("Ann, first time here", facts(guest, "calm", None)),
        (
            "Ben, student",
            facts(member("c2", "2005-07-01", 3), "calm", dune(2)),
        ),
        (
            "Cleo, brings everyone",
            facts(member("c3", "1988-05-05", 2), "calm", dune(9)),
        ),
        ("Dev, gold, birthday", facts(gold, "calm", dune(1))),
        ("Eve, stuck at checkout", facts(stuck, "confused", dune(3))),
        ("Finn, wrong order", facts(let_down, "angry", None)),
    ]
}

/// An instant of this example.
fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_default()
}

/// What the rules say of one customer on one channel.
struct Answers {
    assistance: Decision<Assistance>,
    discount: Decision<f64>,
    price: Decision<Option<String>>,
    benefits: Decision<Vec<String>>,
    cinema: Decision<Option<String>>,
    loyalty: Decision<i64>,
    level: Decision<String>,
    one_tap: Decision<bool>,
}

impl Answers {
    fn of(rules: &Ruleset, context: &Context) -> Result<Self, Error> {
        Ok(Answers {
            assistance: rules.decision("assistance")?.decide(context)?,
            discount: rules.decision("discount")?.decide(context)?,
            price: rules.decision("price")?.decide(context)?,
            benefits: rules.decision("benefits")?.decide(context)?,
            cinema: rules.decision("cinema")?.decide(context)?,
            loyalty: rules.decision("loyalty")?.decide(context)?,
            level: rules.decision("level")?.decide(context)?,
            one_tap: rules.decision("one_tap_checkout")?.decide(context)?,
        })
    }

    fn print(&self, name: &str) {
        let helper = match self.assistance.value().help {
            Help::LiveAgent => "a person",
            Help::Chat => "chat",
            Help::SelfService => "the customer",
        };
        println!("{name}");
        println!(
            "  helped by {helper}: {}",
            self.assistance.because().unwrap_or_default()
        );
        if let Some(price) = self.price.value() {
            println!(
                "  pays {price} GBP, {:.0}% off: {}",
                self.discount.value() * 100.0,
                self.discount.because().unwrap_or_default()
            );
        }
        println!(
            "  {} points: {}; level {}{}",
            self.loyalty.value(),
            match self.loyalty.reasons() {
                [] => "nothing yet".to_owned(),
                reasons => reasons.join(", "),
            },
            self.level.value(),
            if *self.one_tap.value() {
                ", pays with one tap"
            } else {
                ""
            }
        );
        if !self.benefits.value().is_empty() {
            println!("  gets {}", self.benefits.value().join(", "));
        }
        if let Some(cinema) = self.cinema.value() {
            println!(
                "  goes to {cinema}: {}",
                self.cinema.because().unwrap_or_default()
            );
        }
    }

    /// Whether two channels give the same.
    fn same(&self, other: &Answers) -> bool {
        self.assistance.value() == other.assistance.value()
            && self.price.value() == other.price.value()
            && self.benefits.value() == other.benefits.value()
            && self.cinema.value() == other.cinema.value()
            && self.loyalty.value() == other.loyalty.value()
            && self.one_tap.value() == other.one_tap.value()
    }
}

fn main() -> Result<(), Error> {
    let rules = Ruleset::from_file(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/rules/cinema.pvd"
    ))?;
    // Tuesday noon in London. The rules know no clock: the host says for which instant they decide.
    let now = at("2026-03-03T12:00:00Z");
    let on = |facts: &Facts, channel| -> Result<Context, Error> {
        let touchpoint = Touchpoint { channel };
        let builder = rules.context().now(now);
        builder.facts(facts)?.touchpoint(&touchpoint)?.build()
    };
    for (name, facts) in customers() {
        let answers = Answers::of(&rules, &on(&facts, "web")?)?;
        answers.print(name);
        for channel in CHANNELS {
            assert!(answers.same(&Answers::of(&rules, &on(&facts, channel)?)?));
        }
    }
    println!("\nThe same answers on {}.", CHANNELS.join(", "));

    // One decision is about the channel, and says so: it is not `pervasive`.
    let presentation = rules.decision::<String>("presentation")?;
    let (name, facts) = customers().remove(4);
    for channel in CHANNELS {
        let decision = presentation.decide(&on(&facts, channel)?)?;
        println!("{channel:<12} presents it by {}", decision.value());
    }

    let story = rules
        .decision::<Assistance>("assistance")?
        .trace(&on(&facts, "kiosk")?)?;
    println!("\nThe story of {name}:\n\n{}", story.story());
    Ok(())
}
