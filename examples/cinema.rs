//! A cinema decides who helps a customer, and at which discount: the same on six channels, with the reason.
//!
//! Run it with `cargo run --example cinema`; the rules are in `examples/rules/cinema.pvd`.

use pervade::{Context, Error, Ruleset};
use serde::{Deserialize, Serialize};

/// What the host knows of a customer, in its own types.
#[derive(Serialize, Default)]
struct Customer {
    tier: &'static str,
    age: Option<u8>,
    visits: u32,
    spend: f64,
    wrong_orders: u32,
    open_checkout: bool,
}

#[derive(Serialize)]
struct Showing {
    film: &'static str,
    price: &'static str, // a decimal as text: exact
    seats_left: u32,
}

#[derive(Serialize)]
struct Facts {
    customer: Customer,
    mood: &'static str,
    today: &'static str,
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
            price: "12.50",
            seats_left,
        })
    };
    let facts = |customer, mood, today, showing| Facts {
        customer,
        mood,
        today,
        showing,
    };
    let guest = || Customer {
        tier: "guest",
        ..Customer::default()
    };
    let member = |age, visits| Customer {
        tier: "member",
        age: Some(age),
        visits,
        ..Customer::default()
    };
    let gold = Customer {
        tier: "gold",
        visits: 12,
        spend: 180.0,
        ..Customer::default()
    };
    let stuck = Customer {
        open_checkout: true,
        ..member(41, 1)
    };
    let let_down = Customer {
        wrong_orders: 1,
        ..member(33, 4)
    };
    vec![
        ("Ann, first time here", facts(guest(), "calm", "sat", None)),
        ("Ben, student", facts(member(20, 3), "calm", "tue", dune(2))),
        (
            "Cleo, brings everyone",
            facts(member(38, 2), "calm", "sat", dune(9)),
        ),
        ("Dev, gold", facts(gold, "calm", "fri", dune(1))),
        (
            "Eve, stuck at checkout",
            facts(stuck, "confused", "mon", dune(3)),
        ),
        ("Finn, wrong order", facts(let_down, "angry", "sun", None)),
    ]
}

fn main() -> Result<(), Error> {
    let rules = Ruleset::from_file(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/examples/rules/cinema.pvd"
    ))?;
    let assistance = rules.decision::<Assistance>("assistance")?;
    let discount = rules.decision::<f64>("discount")?;
    let price = rules.decision::<Option<f64>>("price")?;

    println!(
        "{:<24}{:<14}{:>9}{:>8}  why",
        "customer", "helped by", "discount", "ticket"
    );
    for (name, facts) in customers() {
        let on = |channel| -> Result<Context, Error> {
            let touchpoint = Touchpoint { channel };
            rules
                .context()
                .facts(&facts)?
                .touchpoint(&touchpoint)?
                .build()
        };
        let context = on("web")?;
        let help = assistance.decide(&context)?;
        let off = discount.decide(&context)?;
        let cost = price.decide(&context)?;
        let helper = match help.value().help {
            Help::LiveAgent => "a person",
            Help::Chat => "chat",
            Help::SelfService => "the customer",
        };
        let ticket = cost.value().map_or("-".to_owned(), |p| format!("{p:.2}"));
        let why: Vec<&str> = [help.because(), off.because()]
            .into_iter()
            .flatten()
            .collect();
        let off_percent = off.value() * 100.0;
        println!(
            "{name:<24}{helper:<14}{off_percent:>8.0}%{ticket:>8}  {}",
            why.join("; ")
        );

        for channel in CHANNELS {
            let elsewhere = on(channel)?;
            assert!(assistance.decide(&elsewhere)?.value() == help.value());
            assert!(discount.decide(&elsewhere)?.value() == off.value());
        }
    }
    println!("\nThe same answers on {}.", CHANNELS.join(", "));

    // One decision is about the channel, and says so: it is not `pervasive`.
    let presentation = rules.decision::<String>("presentation")?;
    let (name, facts) = customers().remove(4);
    for channel in CHANNELS {
        let touchpoint = Touchpoint { channel };
        let context = rules
            .context()
            .facts(&facts)?
            .touchpoint(&touchpoint)?
            .build()?;
        println!(
            "{channel:<12} presents it by {}",
            presentation.decide(&context)?.value()
        );
    }

    let touchpoint = Touchpoint { channel: "kiosk" };
    let context = rules
        .context()
        .facts(&facts)?
        .touchpoint(&touchpoint)?
        .build()?;
    println!(
        "\nThe whole story of {name}:\n\n{}",
        assistance.trace(&context)?
    );
    Ok(())
}
